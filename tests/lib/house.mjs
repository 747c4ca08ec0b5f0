// SPDX-License-Identifier: GPL-3.0-or-later
// house.mjs - a small running project put straight into the database: what a dialled call needs, and nothing else.
const always = JSON.stringify(Array(7).fill([0, 1440]))
export const never = JSON.stringify(Array(7).fill(null))

// { customer_id, project_id, base_id, script_id, results: {name: id}, contact(phone, more) }
export function makeProject(s, { mode = 'progressive', hours = always, customer_id, ...more } = {}) {
  const now = Date.now()
  const count = s.rows('SELECT count(*) AS n FROM project')[0].n
  customer_id ??= s.insert('customer', { name: `Заказчик ${count}`, created_at: now })
  const trunk_id = s.rows("SELECT id FROM trunk WHERE kind = 'practice'")[0].id
  const project_id = s.insert('project', {
    customer_id,
    name: `Проект ${count}`,
    type: 'cold_calls',
    state: 'running',
    mode,
    hours,
    trunk_id,
    wrap_up_s: 30,
    attempts_total: 5,
    attempts_day: 3,
    attempt_gap_min: 60,
    created_at: now,
    ...more
  })
  const script_id = s.insert('script_version', { project_id, number: 1, state: 'active', graph: '{"start":"n1","conflict":null,"stages":[],"nodes":[]}', created_at: now })
  const base_id = s.insert('base', { project_id, name: 'База', state: 'active', created_at: now })
  const result = (name, effect, extra = {}) => s.insert('result', { project_id, name, effect, ...extra })
  const results = {
    lead: result('Лид', 'final', { counts_as: 'lead' }),
    refusal: result('Отказ', 'final', { counts_as: 'refusal' }),
    retry: result('Перезвонить позже', 'retry', { retry_min: 45 }),
    callback: result('Договорились созвониться', 'callback'),
    never: result('Просит не звонить', 'do_not_call', { counts_as: 'refusal' }),
    wrong: result('Не туда', 'wrong_number')
  }
  const contact = (phone, extra = {}) => {
    const phones = Array.isArray(phone) ? phone : [phone]
    const id = s.insert('contact', { project_id, base_id, company: `Компания ${phones[0]}`, created_at: now, ...extra, state: 'hidden' })
    phones.forEach((e164, position) => s.insert('phone', { project_id, base_id, contact_id: id, e164, position }))
    s.run(`UPDATE contact SET state = '${extra.state ?? 'fresh'}' WHERE id = ${id}`) // not before it is whole: the dialler is at work
    s.run(
      `INSERT INTO contact_state (project_id, base_id, state, last_result_id, contacts) VALUES (${project_id}, ${base_id}, '${extra.state ?? 'fresh'}', 0, 1) ON CONFLICT (project_id, base_id, state, last_result_id) DO UPDATE SET contacts = contact_state.contacts + 1`
    )
    return id
  }
  return { customer_id, project_id, base_id, script_id, trunk_id, results, contact }
}

// A span of an operator's day that has ended, with its sums, as the program writes them.
export function spanOf(s, span) {
  const { user_id, project_id, state, pause_reason_id, from_at, to_at } = span
  s.insert('state_span', span)
  for (const [table, unit, size] of [['work_hour', 'hour', 3600e3], ['work_day', 'day', 86400e3]])
    for (let at = from_at; at < to_at; ) {
      const begins = Math.floor(at / size) * size, next = Math.min(begins + size, to_at)
      s.run(
        `INSERT INTO ${table} (${unit}, project_id, user_id, state, pause, ms) VALUES (${begins}, ${project_id ?? 0}, ${user_id}, '${state}', ${state === 'pause' ? pause_reason_id ?? -1 : 0}, ${next - at}) ON CONFLICT (project_id, ${unit}, user_id, state, pause) DO UPDATE SET ms = ${table}.ms + excluded.ms`
      )
      at = next
    }
}

// The sums of days are those of their hours, of calls and of time at seats; hours at seats are those of the spans that ended.
export function sumsAgree(s) {
  const sums = (names) => names.map((n) => `sum(${n})`).join()
  const agree = (wanted, kept) => {
    const differing = s.rows(`SELECT count(*) AS n FROM (SELECT * FROM (${wanted} EXCEPT ${kept}) a UNION ALL SELECT * FROM (${kept} EXCEPT ${wanted}) b) x`)[0].n
    if (Number(differing)) throw new Error(`${differing} rows of sums differ: ${kept}`)
  }
  const day = 'hour / 86400000 * 86400000', call = 'base_id, operator_id, script_version_id, result_id, direction'
  const counts = ['calls', 'answered', 'dialogues', 'leads', 'meetings', 'presentations', 'sales', 'refusals', 'callbacks', 'talk_ms', 'wrap_ms', 'ring_ms']
  agree(`SELECT ${day}, project_id, ${call}, ${sums(counts)} FROM call_hour WHERE calls <> 0 GROUP BY ${day}, project_id, ${call}`, `SELECT day, project_id, ${call}, ${counts} FROM call_day WHERE calls <> 0`)
  agree(`SELECT hour, project_id, direction, ${sums(counts)} FROM call_hour WHERE calls <> 0 GROUP BY hour, project_id, direction`, `SELECT hour, project_id, direction, ${counts} FROM project_hour WHERE calls <> 0`)
  agree(`SELECT ${day}, project_id, user_id, state, pause, sum(ms) FROM work_hour WHERE ms <> 0 GROUP BY ${day}, project_id, user_id, state, pause`, 'SELECT day, project_id, user_id, state, pause, ms FROM work_day WHERE ms <> 0')
  agree('SELECT hour, project_id, pause, sum(ms) FROM work_hour WHERE ms <> 0 GROUP BY hour, project_id, pause', 'SELECT hour, project_id, pause, ms FROM work_project WHERE ms <> 0')
  agree(`SELECT user_id, coalesce(project_id, 0), sum(to_at - from_at) FROM state_span WHERE to_at > from_at GROUP BY user_id, coalesce(project_id, 0)`, 'SELECT user_id, project_id, sum(ms) FROM work_hour GROUP BY user_id, project_id')
}

// What split tests came to is what their calls say.
export function splitsAgree(s) {
  const kept = s.rows('SELECT split_id, script_version_id, contacts, talked, won FROM split_side ORDER BY split_id, script_version_id')
  const counted = s.rows(`SELECT split_id, script_version_id, COUNT(*) AS contacts, CAST(SUM(talked) AS BIGINT) AS talked, CAST(SUM(won) AS BIGINT) AS won FROM (SELECT k.split_id, k.contact_id, k.script_version_id,
    MAX(CASE WHEN c.id IS NULL THEN 0 ELSE 1 END) AS talked, MAX(CASE WHEN c.counts_as = s.goal THEN 1 ELSE 0 END) AS won FROM split_contact k JOIN split s ON s.id = k.split_id LEFT JOIN call c ON c.contact_id = k.contact_id AND
    c.script_version_id = k.script_version_id AND c.asked_at >= s.started_at AND c.asked_at <= COALESCE(s.stopped_at, c.asked_at) AND c.connected_at IS NOT NULL AND c.ended_at IS NOT NULL GROUP BY k.split_id, k.contact_id, k.script_version_id) x
    GROUP BY split_id, script_version_id ORDER BY split_id, script_version_id`)
  if (JSON.stringify(kept) !== JSON.stringify(counted)) throw new Error(`split tests: kept ${JSON.stringify(kept)}, counted ${JSON.stringify(counted)}`)
}

// The roll-ups against a recount of the calls and contacts themselves.
export function rollups(s) {
  sumsAgree(s)
  const kept = s.rows(
    'SELECT project_id, hour, base_id, operator_id, script_version_id, result_id, calls, answered, dialogues, leads, refusals, callbacks, talk_ms, wrap_ms FROM call_hour WHERE calls <> 0 ORDER BY 1, 2, 3, 4, 5, 6'
  )
  const counted = s.rows(
    `SELECT c.project_id, c.asked_at / 3600000 * 3600000 AS hour, c.base_id, COALESCE(c.operator_id, 0) AS operator_id, COALESCE(c.script_version_id, 0) AS script_version_id, COALESCE(c.result_id, 0) AS result_id, count(*) AS calls, CAST(sum(CASE WHEN c.answered_at IS NULL THEN 0 ELSE 1 END) AS BIGINT) AS answered, CAST(sum(c.is_dialogue) AS BIGINT) AS dialogues, CAST(sum(CASE WHEN c.counts_as = 'lead' THEN 1 ELSE 0 END) AS BIGINT) AS leads, CAST(sum(CASE WHEN c.counts_as = 'refusal' THEN 1 ELSE 0 END) AS BIGINT) AS refusals, CAST(sum(CASE WHEN r.effect = 'callback' THEN 1 ELSE 0 END) AS BIGINT) AS callbacks, CAST(sum(c.talk_ms) AS BIGINT) AS talk_ms, CAST(sum(c.wrap_ms) AS BIGINT) AS wrap_ms FROM call c LEFT JOIN result r ON r.id = c.result_id WHERE c.dialled_at IS NOT NULL AND c.ended_at IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6`
  )
  const states = s.rows('SELECT project_id, base_id, state, last_result_id, contacts FROM contact_state WHERE contacts <> 0 ORDER BY 1, 2, 3, 4')
  const now = s.rows(
    'SELECT project_id, base_id, state, COALESCE(last_result_id, 0) AS last_result_id, count(*) AS contacts FROM contact GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4'
  )
  return { kept, counted, states, now }
}
