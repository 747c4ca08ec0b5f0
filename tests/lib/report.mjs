// SPDX-License-Identifier: GPL-3.0-or-later
// report.mjs - a project with a live report, who leads it, its customer, and a second customer who must see nothing of it.
import assert from 'node:assert/strict'
import { makeProject } from './house.mjs'
import { serve } from './server.mjs'

export async function house(t, engine) {
  const s = await serve(t, { engine })
  const p = makeProject(s)
  const foreign = makeProject(s)
  const pm = s.person('project_manager', { project_ids: [p.project_id] })
  s.run(`UPDATE project SET pm_id = ${pm.id} WHERE id = ${p.project_id}`)
  const client = s.person('customer', { customer_id: p.customer_id })
  const ask = (method, path, body, as = pm, more = {}) => s.call(method, `/api${path}`, { as, body, ...more })
  const ok = async (...words) => {
    const r = await ask(...words)
    assert.ok(r.status < 300, `${words[0]} ${words[1]}: ${r.status} ${r.text}`)
    return r.body
  }
  const refused = async (status, ...words) => {
    const r = await ask(...words)
    assert.equal(r.status, status, `${words[0]} ${words[1]}: ${r.status} ${r.text}`)
    return r.body?.error
  }
  let n = 0
  // A row of the sheet: a contact with a saved result.
  const row = (result, more = {}) => {
    const id = p.contact(`+7812555${String(1000 + n++)}`, { company: `Компания ${n}`, last_result_id: p.results[result], last_at: Date.now() - 1000 * n, state: 'closed', attempts: 1, ...more })
    s.run(
      `UPDATE contact_state SET contacts = contacts - 1 WHERE project_id = ${p.project_id} AND last_result_id = 0; INSERT INTO contact_state (project_id, base_id, state, last_result_id, contacts) VALUES (${p.project_id}, ${p.base_id}, 'closed', ${p.results[result]}, 1) ON CONFLICT (project_id, base_id, state, last_result_id) DO UPDATE SET contacts = contact_state.contacts + 1`
    )
    return id
  }
  const mark = (column_id, contact_id, value) => s.insert('mark', { project_id: p.project_id, contact_id, column_id, value, changed_at: 1 })
  const column = (name, more = {}) => s.insert('mark_column', { project_id: p.project_id, position: 1, name, ...more })
  const field = (key, label, more = {}) => s.insert('form_field', { project_id: p.project_id, position: 1, key, label, ...more })
  const sheet = `/projects/${p.project_id}/report`
  // A stream that misses nothing said after this moment, however late the hub takes it on.
  const watch = (who) => s.events({ as: who, after: Number(s.rows('SELECT COALESCE(max(id), 0) AS n FROM event')[0].n) })
  const etag = (row) => ({ headers: { 'If-Match': `"${row.version}"` } })
  return { s, p, foreign, pm, client, ask, ok, refused, row, mark, column, field, sheet, etag, watch }
}
