// SPDX-License-Identifier: GPL-3.0-or-later
// Predictive dialling: calls that are nobody's until they are answered. The telephone process is tests/lib/tel.mjs.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeProject } from '../lib/house.mjs'
import { engines, serve } from '../lib/server.mjs'
import { Tel } from '../lib/tel.mjs'

async function until(see, ms = 20000) {
  for (const end = Date.now() + ms; Date.now() < end; await sleep(20)) {
    const found = await see()
    if (found) return found
  }
  throw new Error(`not within ${ms} ms: ${see}`)
}

for (const engine of engines)
  test(`a call ahead finds its operator, or is owed one (${engine})`, async (t) => {
    const path = join('/tmp', `zvonar-ahead-${process.pid}-${engine}.sock`)
    let far = 'answer'
    const tel = await new Tel(path, { far: () => far }).start()
    const s = await serve(t, { engine, args: ['--tel', path] })
    t.after(() => tel.kill())
    const p = makeProject(s, { mode: 'predictive' })
    const first = p.contact('+78124483454')
    const who = s.person('operator', { project_ids: [p.project_id] })
    const supervisor = s.person('supervisor', { project_ids: [p.project_id] })
    const post = async (to, body = {}) => {
      const r = await s.call('POST', `/api/seat/${to}`, { as: who, body })
      assert.equal(r.status, 200, `${to}: ${r.text}`)
    }
    const seat = async (see) => until(async () => ((x) => see(x) && x)((await s.call('GET', '/api/seat', { as: who })).body))
    // The next dial; when none comes, what stood in the way.
    const dialled = () =>
      tel.command('dial').catch((e) => {
        const rows = (sql) => JSON.stringify(s.rows(sql))
        const calls = rows('SELECT id, contact_id, state, cause, operator_id, dialled_at, ended_at FROM call')
        const contacts = rows('SELECT id, state, owed, due_at, why_not FROM contact')
        throw new Error(`${e.message}\n${rows('SELECT * FROM shift')}\n${calls}\n${contacts}\n${rows('SELECT * FROM pacing_log ORDER BY id DESC LIMIT 2')}\n${s.log.slice(-2000)}`)
      })
    await post('start', { project_id: p.project_id })
    await seat((x) => x.state === 'pause')
    await post('leg', { sdp: `v=0\r\n${'a=x\r\n'.repeat(5)}` })
    await seat((x) => x.leg === 'up')

    await t.test('one line for the operator who waits; the answered call is his, with its card', async () => {
      await post('ready')
      const dial = await dialled()
      assert.deepEqual([dial.operator, dial.number, dial.wait_ms], [0, '+78124483454', 2000])
      assert.match(dial.text, /нажмите 9/)
      const x = await seat((x) => x.state === 'talking' && x.card)
      assert.deepEqual([x.card.id, x.call.state, x.call.mode], [first, 'connected', 'predictive'])
      assert.equal(s.rows(`SELECT operator_id FROM call WHERE id = ${x.call.id}`)[0].operator_id, who.id)
      tel.end(x.call.uuid, 'hung_up', 'contact')
      await seat((x) => x.state === 'wrap_up')
      await post('result', { call_id: x.call.id, result_id: p.results.lead, then: 'pause' })
    })
    await t.test('an abandoned contact is owed an operator: the next dial is for one who waits', async () => {
      far = 'abandon'
      const second = p.contact('+78124483455')
      await seat((x) => x.state === 'pause')
      await post('ready')
      await dialled()
      const row = await until(() => s.rows(`SELECT owed, state FROM contact WHERE id = ${second} AND owed = 1`)[0])
      assert.deepEqual(row, { owed: 1, state: 'due' })
      await tel.none('dial')
      far = 'busy'
      s.run(`UPDATE contact SET due_at = 1 WHERE id = ${second};`)
      s.run(`UPDATE call SET asked_at = asked_at - 86400000, dialled_at = dialled_at - 86400000 WHERE contact_id = ${second};`)
      assert.equal((await dialled()).operator, who.id)
    })
    await t.test('the key 9 writes the list', async () => {
      far = 'abandon'
      tel.key = '9'
      p.contact('+78124483456')
      await dialled()
      await until(() => s.rows(`SELECT 1 AS n FROM do_not_call WHERE e164 = '+78124483456' AND level = 'customer'`)[0])
    })
    await t.test('each second is in the log, with its reason', async () => {
      const log = await until(async () => {
        const r = await s.call('GET', `/api/pacing?project_id=${p.project_id}`, { as: supervisor })
        assert.equal(r.status, 200, r.text)
        return r.body.rows.some((x) => x.abandoned === 2) && r.body.rows
      })
      assert.ok(log.some((x) => x.dialled === 1), JSON.stringify(log.slice(0, 3)))
      assert.ok(log.some((x) => x.guard === 'start'))
    })
  })
