// SPDX-License-Identifier: GPL-3.0-or-later
// project.mjs - a project with a day behind it, put straight into the database: calls, leads, roll-ups.
export function projectWithDay(s, { letter_to, language = 'ru', link_days = 14, customer = 'Ромашка', name = 'Холодные звонки' } = {}) {
  const now = Date.now()
  const customer_id = s.insert('customer', { name, created_at: 1 })
  s.run(`UPDATE customer SET name = '${customer} ${customer_id}' WHERE id = ${customer_id};`)
  const id = s.insert('project', {
    customer_id, name, type: 'cold_calls', state: 'running', language, link_days, letter_to, letter_on: 0, letter_minute: 1439, plan_per_day: 60,
    hours: '[[0,1440],[0,1440],[0,1440],[0,1440],[0,1440],[0,1440],[0,1440]]', created_at: 1
  })
  const base_id = s.insert('base', { project_id: id, name: 'База', state: 'active', created_at: 1 })
  const result_id = s.insert('result', { project_id: id, name: 'Согласился на встречу', effect: 'final', counts_as: 'lead' })
  const contact_id = s.insert('contact', {
    project_id: id, base_id, company: 'ООО «Вектор» <b>', city: 'Омск', state: 'closed', closed_reason: 'result', last_result_id: result_id, last_at: now, created_at: 1
  })
  const person_id = s.insert('person', { project_id: id, contact_id, name: 'Анна Петрова', position: 'директор' })
  const call_id = s.insert('call', {
    uuid: `00000000-0000-4000-8000-${String(id).padStart(12, '0')}`, project_id: id, base_id, contact_id, person_id, mode: 'manual', number: '+78124483454', state: 'ended',
    asked_at: now, dialled_at: now, answered_at: now, ended_at: now, talk_ms: 134000, is_dialogue: 1, result_id, result_at: now, comment: 'Ждёт в четверг', counts_as: 'lead'
  })
  s.run(`UPDATE contact SET last_call_id = ${call_id} WHERE id = ${contact_id};`)
  s.insert('recording', { call_id, project_id: id, state: 'raw', created_at: now })
  s.run(`INSERT INTO project_hour (project_id, hour, calls, answered, dialogues, leads, meetings,
    presentations, sales, refusals, callbacks, talk_ms, wrap_ms, ring_ms)
    VALUES (${id}, ${now - (now % 3600000)}, 240, 130, 62, 5, 0, 0, 0, 9, 3, ${130 * 134000}, 0, 0);`)
  return { id, customer_id, base_id, contact_id, call_id, result_id }
}
// Minute of the day in a zone, and its date.
export function local(zone, at = new Date()) {
  const part = Object.fromEntries(new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short', timeStyle: 'short', hourCycle: 'h23' }).formatToParts(at).map((p) => [p.type, p.value]))
  return { minute: Number(part.hour) * 60 + Number(part.minute), day: `${part.year}-${part.month}-${part.day}` }
}
