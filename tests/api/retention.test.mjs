// SPDX-License-Identifier: GPL-3.0-or-later
// retention.test.mjs - terms of recordings and personal data: told before, not sooner than a day after they were set, removed as by an erasure so that the
// log holds; and all that is kept of one person as a file.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { unzip, verify } from '../lib/pack.mjs'
import { command, engines, serve, sleep } from '../lib/server.mjs'

const DAY = 86400e3

async function demo(t, engine) {
  const s = await serve(t, { engine })
  await s.stop()
  const made = await command('demo', '--data', s.dir, '--db', s.db.url)
  assert.equal(made.code, 0, made.err)
  await s.start()
  const admin = s.person('admin')
  const pm = s.person('project_director')
  for (let i = 0; (await s.call('GET', '/api/projects/1/ledger', { as: pm })).body.signed_records === 0; i++) {
    assert.ok(i < 400, s.log)
    await sleep(50)
  }
  return { s, admin, pm }
}

// A kept recording of this call, made so many days ago.
function record(s, call_id, days) {
  const key = randomBytes(16).toString('hex')
  const path = join(s.dir, 'files', key.slice(0, 2), key.slice(2))
  mkdirSync(join(s.dir, 'files', key.slice(0, 2)), { recursive: true })
  writeFileSync(path, `sound of ${call_id}`)
  const at = Date.now() - days * DAY
  const file_id = s.insert('file', { name: 'recording.ogg', type: 'audio/ogg', bytes: `sound of ${call_id}`.length, sha256: '0', key, created_at: at })
  s.run(`DELETE FROM recording WHERE call_id = ${call_id}`)
  s.insert('recording', { call_id, project_id: 1, state: 'kept', file_id, created_at: at })
  return path
}

// The job comes round once.
async function run(s, admin) {
  const [job] = s.rows("SELECT id FROM job WHERE kind = 'retention'")
  await s.call('POST', `/api/jobs/${job.id}/retry`, { as: admin })
  for (let i = 0; ; i++, await sleep(50)) {
    assert.ok(i < 1200, s.log.slice(-2000))
    const now = s.rows("SELECT state, run_at, error FROM job WHERE kind = 'retention'")[0]
    if (now.state === 'waiting' && Number(now.run_at) > Date.now() + 60000) return assert.equal(now.error, null)
  }
}

for (const engine of engines)
  test(`terms of keeping, and one person's data (${engine})`, async (t) => {
    const { s, admin, pm } = await demo(t, engine)
    const closed = s.rows(`SELECT t.id, t.last_call_id AS call FROM contact t WHERE t.project_id = 1 AND t.state = 'closed' AND t.last_call_id IS NOT NULL AND t.company IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM callback b WHERE b.contact_id = t.id AND b.state = 'open') ORDER BY t.id LIMIT 4`)
    assert.equal(closed.length, 4)
    const [old, recent, promised, late] = closed
    // Three of them rest for 400 days: one has a promise open, one was called since.
    for (const c of [old, promised, late]) s.run(`UPDATE contact SET last_at = ${Date.now() - 400 * DAY} WHERE id = ${c.id}; UPDATE call SET asked_at = ${Date.now() - 400 * DAY} WHERE contact_id = ${c.id};`)
    s.insert('callback', { project_id: 1, contact_id: promised.id, due_at: Date.now() + DAY, created_at: 1 })
    s.run(`UPDATE call SET asked_at = ${Date.now()} WHERE id = ${late.call}`)
    const check = async () => (await command('check', '--data', s.dir, '--db', s.db.url)).out
    const [aged, young] = [record(s, old.call, 200), record(s, recent.call, 100)]
    const before = await check() // sums of the days the calls were moved from

    await t.test("one person's data as a file", async () => {
      const r = await s.send('GET', `/api/contacts/${old.id}/personal`, { as: pm })
      assert.equal(r.status, 200, r.text.slice(0, 300))
      const files = unzip(r.buffer)
      const data = JSON.parse(files['data.json'])
      const [phone] = s.rows(`SELECT e164 FROM phone WHERE contact_id = ${old.id}`)
      assert.equal(data.contact[0].company, s.rows(`SELECT company FROM contact WHERE id = ${old.id}`)[0].company)
      assert.ok(data.phones.some((p) => p.number === phone.e164))
      assert.ok(data.calls.some((c) => c.id === old.call))
      assert.equal(files[`recordings/${old.call}.ogg`].toString(), `sound of ${old.call}`)
      assert.equal(s.rows(`SELECT * FROM audit WHERE entity = 'contact' AND verb = 'exported' AND row_id = ${old.id} AND user_id = ${pm.id}`).length, 1)
      assert.equal((await s.call('GET', `/api/contacts/${old.id}/personal`, { as: s.person('supervisor', { project_ids: [1] }) })).status, 403)
      assert.equal((await s.call('GET', `/api/contacts/${old.id}/personal`, { as: s.person('project_manager') })).status, 404)
    })

    await t.test('what would go is told before', async () => {
      const house = (await s.call('GET', '/api/retention', { as: admin })).body
      assert.deepEqual([house.own, house.begins_at, house.due, house.month], [{ recordings_days: null, personal_days: null }, null, { recordings: 0, contacts: 0 }, { recordings: 0, contacts: 0 }])
      assert.deepEqual(house.customary, { recordings_days: 180, personal_days: 1095 })
      const what = (await s.call('GET', '/api/projects/1/retention?recordings_days=110&personal_days=365', { as: pm })).body
      assert.deepEqual([what.due, what.month], [{ recordings: 1, contacts: 1 }, { recordings: 2, contacts: 1 }])
      assert.equal((await s.call('GET', '/api/projects/1/retention?personal_days=x', { as: pm })).status, 400)
      assert.equal((await s.call('GET', '/api/projects/1/retention', { as: s.person('project_manager') })).status, 404)
      assert.equal((await s.call('PUT', '/api/retention', { as: pm, body: { recordings_days: 1 } })).status, 403)
    })

    await t.test('nothing goes within a day; then what is over goes, and the log holds', async () => {
      const set = (path, body, as) => s.call('PUT', `/api${path}`, { as, body })
      const said = await set('/retention', { recordings_days: 1000, personal_days: 365 }, admin)
      assert.deepEqual([said.status, said.body.due], [200, { recordings: 0, contacts: 1 }])
      assert.ok(Math.abs(said.body.begins_at - Date.now() - DAY) < 60000)
      const own = await set('/projects/1/retention', { recordings_days: 180 }, pm)
      assert.deepEqual([own.status, own.body.own, own.body.house, own.body.due],
        [200, { recordings_days: 180, personal_days: null }, { recordings_days: 1000, personal_days: 365 }, { recordings: 1, contacts: 1 }])
      await run(s, admin)
      assert.ok(existsSync(aged))
      assert.equal(s.rows(`SELECT erased_at FROM contact WHERE id = ${old.id}`)[0].erased_at, null)

      s.run(`UPDATE retention SET changed_at = changed_at - ${2 * DAY}`)
      await run(s, admin)
      assert.deepEqual([existsSync(aged), existsSync(young)], [false, true])
      const state = (c) => s.rows(`SELECT state, error, file_id FROM recording WHERE call_id = ${c.call}`)[0]
      assert.equal(state(old).state, 'lost')
      assert.equal(state(recent).state, 'kept')
      const names = (c) => s.rows(`SELECT company, erased_at FROM contact WHERE id = ${c.id}`)[0]
      assert.equal(names(old).company, null)
      assert.ok(Number(names(old).erased_at) > 0)
      for (const c of [recent, promised, late]) assert.ok(names(c).company && names(c).erased_at === null, `${c.id}`)
      const [row] = s.rows(`SELECT * FROM audit WHERE entity = 'contact' AND verb = 'erased' AND row_id = ${old.id}`)
      assert.deepEqual([row.user_id, JSON.parse(row.diff).reason], [null, 'term of personal data: 365 days'])
      assert.equal(s.rows("SELECT * FROM audit WHERE verb = 'recordings_expired'").length, 1)
      // Once: there is nothing left of it to go.
      await run(s, admin)
      assert.equal(s.rows(`SELECT * FROM audit WHERE entity = 'contact' AND verb = 'erased' AND row_id = ${old.id}`).length, 1)
      assert.deepEqual((await s.call('GET', '/api/projects/1/retention', { as: pm })).body.due, { recordings: 0, contacts: 0 })

      assert.equal(await check(), before)
      const path = join(s.dir, 'tmp/pack.zip')
      writeFileSync(path, (await s.send('GET', '/api/projects/1/ledger/pack', { as: pm })).buffer)
      const one = await verify(path)
      assert.equal(one.code, 0, one.out.slice(-500))
      assert.ok(one.lines.some((line) => line.startsWith('ERASED project 1')))
    })
  })
