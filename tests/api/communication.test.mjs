// SPDX-License-Identifier: GPL-3.0-or-later
// communication.test.mjs - the log of what passed between us and the customer: a meeting says why, nothing is erased, letters come by themselves.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { badMailServer } from '../lib/mail.mjs'
import { projectWithDay } from '../lib/project.mjs'
import { engines, serve, sleep } from '../lib/server.mjs'

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
    const came = await s.call('PATCH', `${path}/${row}`, { as: pm, body: { agreement: 'Анна подтвердила 40 лидов' }, headers: { 'if-match': '1' } })
    assert.deepEqual([came.status, came.body.result, came.body.agreement], [200, 'Итоги дня', 'Анна подтвердила 40 лидов'], came.text)
    const own = await s.call('PATCH', `${path}/${call.body.id}`, { as: pm, body: { agreement: 'x' }, headers: { 'if-match': '2' } })
    assert.equal(own.body.agreement, null, 'of a call the result says it')
    const rows = (await s.call('GET', path, { as: pm })).body.rows
    assert.deepEqual(rows.map((r) => r.kind), ['letter', 'call', 'meeting'], 'the newest first')
    assert.equal((await s.call('DELETE', `${path}/${row}`, { as: pm })).status, 405, 'nothing is erased')
    assert.equal((await s.call('GET', path, { as: s.person('project_manager') })).status, 404)
  })

  test(`letters to our own people are no communication with the customer (${engine})`, async (t) => {
    const s = await serve(t, { engine })
    const mail = await badMailServer(t)
    const set = await s.call('PUT', '/api/settings', { as: s.person('admin'), body: { smtp_host: '127.0.0.1', smtp_port: mail.port, smtp_tls: 'none', mail_from: 'centre@example.test' } })
    assert.equal(set.status, 200, set.text)
    const p = projectWithDay(s, { letter_to: 'olga@example.test' })
    const pm = s.person('project_manager', { project_ids: [p.id] })
    s.run(`UPDATE "user" SET email = 'pm@example.test' WHERE id = ${pm.id}; UPDATE project SET pm_id = ${pm.id} WHERE id = ${p.id}`)
    const stopped = await s.call('POST', `/api/projects/${p.id}/stop`, { as: pm, body: { reason: 'Меняется предложение' } })
    assert.equal(stopped.status, 200, stopped.text)
    s.run(`UPDATE stop SET ended_at = ${Date.now()}, idle_min = 720, shift = 'proposed', ends_on_was = '2031-03-13', ends_on_new = '2031-03-14'`)
    const agreed = await s.call('POST', `/api/stops/${s.rows('SELECT id FROM stop')[0].id}/decide`, { as: s.person('customer', { customer_id: p.customer_id }), body: { agrees: true } })
    assert.equal(agreed.status, 200, agreed.text)
    const sent = () => s.rows("SELECT kind FROM letter WHERE state = 'sent' ORDER BY kind").map((l) => l.kind)
    for (const until = Date.now() + 30000; Date.now() < until && sent().length < 2; ) await sleep(50)
    assert.deepEqual(sent(), ['decision', 'stop'])
    assert.deepEqual(s.rows('SELECT l.kind FROM communication c JOIN letter l ON l.id = c.letter_id'), [{ kind: 'stop' }])
  })
}
