// SPDX-License-Identifier: GPL-3.0-or-later
// communication.test.mjs - the log of what passed between us and the customer: a meeting says why, nothing is erased, letters come by themselves.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { projectWithDay } from '../lib/project.mjs'
import { engines, serve } from '../lib/server.mjs'

for (const engine of engines) {
  test(`the communication log (${engine})`, async (t) => {
    const s = await serve(t, { engine })
    const p = projectWithDay(s, {})
    const pm = s.person('project_manager', { project_ids: [p.id] })
    const path = `/api/projects/${p.id}/communications`
    const post = async (body) => s.call('POST', path, { as: pm, body })
    const refused = async (body, field, code) => {
      const said = await post(body)
      assert.equal(said.status, 400, JSON.stringify(said.body))
      assert.deepEqual([said.body.error.field, said.body.error.code], [field, code])
    }
    const call = await post({ kind: 'call', whom: 'Анна Петрова', result: 'Базу пришлёт в среду' })
    assert.equal(call.status, 201)
    assert.equal(call.body.user_id, pm.id)
    assert.ok(Math.abs(call.body.at - Date.now()) < 60000, 'now, unless said otherwise')
    await refused({ kind: 'meeting', whom: 'Анна', result: 'Договорились' }, 'why', 'missing')
    await refused({ kind: 'call', whom: 'Анна' }, 'result', 'required')
    await refused({ kind: 'letter', whom: 'Анна', result: 'x' }, 'kind', 'letter')
    await refused({ kind: 'call', whom: 'Анна', result: 'x', at: Date.now() + 86400000 }, 'at', 'future')
    const meeting = await post({ kind: 'meeting', whom: 'Анна', why: 'Подписание договора', result: 'Подписали', at: Date.now() - 86400000 })
    assert.equal(meeting.status, 201)
    const change = await s.call('PATCH', `${path}/${call.body.id}`, { as: pm, body: { result: 'Базу пришлёт в четверг' }, headers: { 'if-match': '1' } })
    assert.equal(change.body.version, 2)
    // A letter that went out, as the job writes it.
    const letter = s.insert('letter', { kind: 'evening', project_id: p.id, to_list: 'anna@example.test', subject: 'Итоги дня', body_text: 'x', message_id: '<l@x>', state: 'sent', created_at: Date.now() })
    const row = s.insert('communication', { project_id: p.id, kind: 'letter', at: Date.now(), whom: 'anna@example.test', result: 'Итоги дня', letter_id: letter, created_at: Date.now() })
    const touched = await s.call('PATCH', `${path}/${row}`, { as: pm, body: { result: 'иначе' }, headers: { 'if-match': '1' } })
    assert.equal(touched.status, 400, 'a letter stays as it was')
    const rows = (await s.call('GET', path, { as: pm })).body.rows
    assert.deepEqual(rows.map((r) => r.kind), ['letter', 'call', 'meeting'], 'the newest first')
    assert.equal((await s.call('DELETE', `${path}/${row}`, { as: pm })).status, 405, 'nothing is erased')
    assert.equal((await s.call('GET', path, { as: s.person('project_manager') })).status, 404)
  })
}
