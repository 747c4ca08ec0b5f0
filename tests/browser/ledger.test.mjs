// SPDX-License-Identifier: GPL-3.0-or-later
// The verifiable log for its customer: the panel of the report, the pack, and the page that checks it from a file:// address, with what
// `zvonar verify` says of the same packs beside it.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import test from 'node:test'
import { changed, dice, unzip, verify, writePack } from '../lib/pack.mjs'
import { command, root, sleep } from '../lib/server.mjs'
import { browse, pageOf, serveWeb, unfair } from './lib.mjs'

const MUTANTS = process.env.ZVONAR_LONG ? 300 : 8

test('the page that checks packs', async (t) => {
  const s = await serveWeb(t)
  await s.stop()
  assert.equal((await command('demo', '--data', s.dir, '--db', s.db.url)).code, 0)
  await s.start()
  const customer = s.person('customer', { customer_id: 1 })
  for (let i = 0; !s.rows('SELECT 1 FROM ledger_head').length; i++) {
    assert.ok(i < 600, s.log)
    await sleep(50)
  }
  const browser = await browse(t)
  const pack = unzip((await s.send('GET', '/api/projects/1/ledger/pack', { as: customer })).buffer)
  const good = writePack(join(s.dir, 'tmp/good.zip'), pack)
  const page = await pageOf(browser, s, null)
  await page.goto(`file://${join(root, 'web/public/verify.html')}`)
  const said = async (path, earlier) => {
    await page.reload()
    if (earlier) await page.setInputFiles('#earlier', earlier)
    await page.setInputFiles('#pack', path)
    await page.waitForSelector('#verdict:not([data-state=busy]):not([hidden])')
    const [state, text] = await page.evaluate(() => [document.querySelector('#verdict').dataset.state, document.querySelector('#verdict pre').textContent])
    return { state, lines: text.split('\n').filter((l) => /^(BAD|MISSING|ERASED|CORRECTED|HEAD)/.test(l)).sort() }
  }

  await t.test('a good pack holds', async () => {
    assert.deepEqual(await said(good), { state: 'ok', lines: [] })
    assert.match(await page.textContent('#verdict'), /Всё сходится.*Записей: 302/s)
    assert.deepEqual(await unfair(page), [])
    await page.click('#language')
    await page.waitForFunction(() => /All of it holds/.test(document.querySelector('#verdict').textContent))
    assert.deepEqual(page.complaints, [])
  })

  await t.test('a corrected result: both, in the words of the program', async () => {
    const [call] = s.rows("SELECT id FROM call WHERE counts_as = 'lead' LIMIT 1")
    const [{ id }] = s.rows("SELECT id FROM result WHERE name = 'Дорого'")
    const body = { result_id: id, why: 'Ошибка «оператора» <1>', seen: 0, answers: { supplier: '' } }
    assert.equal((await s.call('POST', `/api/calls/${call.id}/correct`, { as: s.person('supervisor', { project_ids: [1] }), body })).status, 200)
    const path = writePack(join(s.dir, 'tmp/corrected.zip'), unzip((await s.send('GET', '/api/projects/1/ledger/pack', { as: customer })).buffer))
    const one = await verify(path)
    assert.ok(one.lines.length > 2, one.out)
    assert.deepEqual(await said(path), { state: 'ok', lines: one.lines })
    assert.match(await page.textContent('#verdict'), /Исправлено результатов: 1/)
  })

  await t.test(`${MUTANTS} changed ones: the same verdicts as the program's`, async () => {
    const rnd = dice(11)
    for (let i = 0; i < MUTANTS; i++) {
      const path = writePack(join(s.dir, 'tmp/mutant.zip'), changed(pack, rnd))
      const one = await verify(path)
      const page = await said(path)
      assert.deepEqual(page, { state: 'bad', lines: one.lines }, `mutant ${i}`)
    }
    const old = writePack(join(s.dir, 'tmp/old.zip'), { ...pack, 'leaves.bin': changed({ ...pack }, dice(1), 'leaves.bin')['leaves.bin'] })
    assert.deepEqual((await said(good, old)).lines, (await verify(good, '--earlier', old)).lines)
  })
})
