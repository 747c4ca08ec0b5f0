// SPDX-License-Identifier: GPL-3.0-or-later
// Marks in recordings: set by who listens, seen by who may listen, changed by their author alone, gone with what they are about. Who may what at
// all is the matrix's.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import test from 'node:test'
import { makeProject } from '../lib/house.mjs'
import { engines, serve } from '../lib/server.mjs'

for (const engine of engines)
  test(`a mark stands at its moment for all who may listen (${engine})`, async (t) => {
    const s = await serve(t, { engine })
    const p = makeProject(s)
    const contact_id = p.contact('+78124483454', { state: 'closed' })
    const at = Date.now()
    const call_id = s.insert('call', { uuid: randomUUID(), project_id: p.project_id, base_id: p.base_id, contact_id, mode: 'manual', number: '+78124483454', state: 'ended', asked_at: at, dialled_at: at, ended_at: at, answered_at: at })
    const recording_id = s.insert('recording', { project_id: p.project_id, call_id, state: 'kept', duration_ms: 60000, created_at: at })
    const vera = s.person('supervisor', { project_ids: [p.project_id], name: 'Вера' })
    const customer = s.person('customer', { customer_id: p.customer_id, name: 'Игорь' })
    const link = s.session(null, { project_id: p.project_id })
    const ask = (method, path, as, body, version) => s.call(method, `/api/recording_marks${path}`, { as, body, headers: version ? { 'If-Match': `"${version}"` } : {} })
    const set = (as, at_ms, text) => ask('POST', '', as, { recording_id, at_ms, text })

    assert.equal((await set(vera, 5000, '')).status, 400)
    assert.equal((await set(link, 5000, 'тут')).status, 403)
    const late = await set(vera, 42000, 'не назвал цену')
    assert.equal(late.status, 201, late.text)
    assert.equal((await set(customer, 5000, 'хорошее начало')).status, 201)
    for (const as of [vera, customer, link]) {
      const { body } = await ask('GET', `?recording_id=${recording_id}`, as)
      assert.deepEqual(body.rows.map((m) => [m.at_ms, m.text, m.author]), [[5000, 'хорошее начало', 'Игорь'], [42000, 'не назвал цену', 'Вера']])
    }
    const mark = `/${late.body.id}`
    const theirs = await ask('PATCH', mark, customer, { text: 'назвал' }, late.body.version)
    assert.deepEqual([theirs.status, theirs.body.error.code], [403, 'not_yours'])
    assert.equal((await ask('DELETE', mark, customer, undefined, late.body.version)).status, 403)
    const changed = await ask('PATCH', mark, vera, { text: 'не назвал цену и срок' }, late.body.version)
    assert.equal(changed.status, 200, changed.text)

    const admin = s.person('admin')
    const erased = await s.call('POST', `/api/contacts/${contact_id}/erase`, { as: admin, body: { reason: 'просьба' } })
    assert.ok(erased.status < 300, erased.text)
    assert.equal(s.rows('SELECT count(*) AS n FROM recording_mark')[0].n, 0)
    assert.equal(s.rows("SELECT count(*) AS n FROM audit WHERE entity = 'recording_mark' AND diff IS NOT NULL")[0].n, 0)
  })
