// SPDX-License-Identifier: GPL-3.0-or-later
// furnish.mjs - what a house that made those calls would hold besides them: people and numbers of contacts, recordings, talks and how they sounded, ratings,
// a split test, answers of a survey, refusals, verdicts, letters, messages, the trail; and two more customers, one whose few calls are older than all
// others, one without any. One SQL for both engines; %: modulo over the ids that bench-fill gave.
const statements = [
  'CREATE TEMPORARY TABLE size AS SELECT max(id) AS calls, max(contact_id) AS contacts, min(asked_at) AS first_at, max(ended_at) AS last_at FROM call',
  `INSERT INTO script_version (project_id, number, state, graph, created_at) VALUES (1, 2, 'approved', '{}', 0)`,
  `INSERT INTO split (id, project_id, a_id, b_id, goal, started_at) SELECT 1, 1, 1, 2, 'lead', first_at FROM size`,
  'INSERT INTO split_contact (split_id, contact_id, script_version_id, assigned_at) SELECT 1, id, id % 2 + 1, 0 FROM contact',
  'UPDATE call SET script_version_id = contact_id % 2 + 1 WHERE contact_id % 2 = 1',
  'UPDATE call SET rating = id % 5 + 1 WHERE id % 20 = 0',
  'UPDATE call SET mos = 3 + id % 10 * 0.1 WHERE id % 4 = 0',
  `UPDATE contact SET city = 'Город ' || id % 300, timezone = CASE id % 4 WHEN 0 THEN 'Asia/Vladivostok' WHEN 1 THEN 'Europe/Moscow' WHEN 2 THEN 'Asia/Yekaterinburg' ELSE NULL END`,
  `INSERT INTO contact (project_id, base_id, company, city, state, created_at) SELECT 1, 1, 'Новая ' || id, 'Казань', 'fresh', 0 FROM contact WHERE id % 4 = 0`,
  `INSERT INTO phone (project_id, base_id, contact_id, e164) SELECT 1, 1, id, '+7' || (8000000000 + id) FROM contact WHERE state = 'fresh'`,
  `INSERT INTO phone (project_id, base_id, contact_id, e164) SELECT 1, 1, id, '+7' || (8100000000 + id) FROM contact WHERE id % 3 = 0`,
  `INSERT INTO person (project_id, contact_id, name) SELECT 1, id, 'Иванов ' || id FROM contact`,
  `INSERT INTO recording (call_id, project_id, state, sha256, bytes, duration_ms, created_at) SELECT id, 1, 'kept', '0', 100000, 80000, asked_at FROM call WHERE id % 2 = 0`,
  `INSERT INTO talk (call_id, project_id, operator_id, at, valid, talk_ms, speech_ms, contact_speech_ms, share_pct, monologue_ms, story_ms, switches_per_min, silence_ms,
    longest_silence_ms, overlap_count, overlap_ms, interruptions, contact_interruptions)
    SELECT id, 1, operator_id, asked_at, 1, 80000, 30000, 30000, 50, 100, 100, 10, 100, 100, 1, 100, 1, 1 FROM call WHERE id % 4 = 0`,
  `INSERT INTO sound (call_id, project_id, side, codec, came, lost, late, sent, jitter_ms, buffer_ms, far_lost, far_jitter_ms, mos, at)
    SELECT id, 1, 'contact', 'PCMA', 4000, 1, 1, 4000, 5, 40, 1, 5, 4.1, asked_at FROM call WHERE id % 4 = 0`,
  `INSERT INTO pickup (call_id, project_id, recording_id, at, marks) SELECT call_id, 1, id, created_at, '..v' FROM recording WHERE id % 20 = 0`,
  `INSERT INTO flow (id, project_id, name, graph, running, created_at) VALUES (1, 1, 'Опрос', '{"start":"a","nodes":[{"id":"a","type":"end","title":"a","words":"a","x":0,"y":0}]}', 1, 0)`,
  `INSERT INTO survey_question (id, project_id, flow_id, step, title, words, choices, created_at) VALUES (1, 1, 1, 'a', 'Вопрос', 'Да?', '[{"key":"1","value":"Да"},{"key":"2","value":"Нет"}]', 0)`,
  `INSERT INTO survey_question (id, project_id, flow_id, step, title, words, choices, created_at) VALUES (2, 1, 1, 'b', 'Второй', 'Да?', '[{"key":"1","value":"Да"}]', 0)`,
  `INSERT INTO survey_answer (project_id, question_id, call_id, contact_id, who, key, value, asked_at, answered_at) SELECT 1, 1 + c.id % 2, c.id, c.contact_id, c.contact_id,
    CASE WHEN c.id % 3 = 0 THEN NULL ELSE '1' END, CASE WHEN c.id % 3 = 0 THEN NULL ELSE 'Да' END, c.asked_at, c.asked_at + 5000 FROM call c, size WHERE c.id <= size.contacts`,
  `INSERT INTO refusal (at, project_id, contact_id, number, rule) SELECT asked_at, 1, contact_id, number, 'hours' FROM call WHERE id % 4 = 1`,
  `INSERT INTO callback (project_id, contact_id, due_at, state, created_at, operator_id) SELECT 1, id, last_at, CASE WHEN id % 10 = 4 THEN 'open' ELSE 'done' END, last_at, 1 + id % 64
    FROM contact WHERE last_at IS NOT NULL AND (id % 8 = 3 OR id % 80 = 4)`,
  `INSERT INTO verdict (project_id, contact_id, verdict, reason, decided_at) SELECT 1, id, CASE WHEN id % 80 = 0 THEN 'rejected' ELSE 'accepted' END, 'Нет', last_at FROM contact WHERE last_at IS NOT NULL AND id % 16 = 0`,
  `INSERT INTO report_comment (project_id, contact_id, author_id, text, created_at) SELECT 1, id, 1, 'Хорошо', last_at FROM contact WHERE last_at IS NOT NULL AND id % 20 = 0`,
  `INSERT INTO mark_column (id, project_id, position, name) VALUES (1, 1, 1, 'Статус')`,
  `INSERT INTO mark (project_id, contact_id, column_id, value, changed_at) SELECT 1, id, 1, 'Договор', last_at FROM contact WHERE last_at IS NOT NULL AND id % 8 = 0`,
  `INSERT INTO form_field (id, project_id, position, key, label) VALUES (1, 1, 1, 'need', 'Потребность')`,
  `INSERT INTO answer (contact_id, field_id, value, answered_at) SELECT id, 1, 'Линия', last_at FROM contact WHERE last_at IS NOT NULL AND id % 4 = 0`,
  `INSERT INTO audit (at, user_id, entity, verb, row_id, project_id, diff) SELECT asked_at, operator_id, 'contact', 'changed', contact_id, 1, '{}' FROM call WHERE id % 4 = 2`,
  `INSERT INTO letter (kind, project_id, to_list, subject, body_text, message_id, state, created_at, for_customer) SELECT 'evening', 1, 'a@example.com', 'Итог', 'Текст', '<' || id || '@x>',
    CASE WHEN id % 1000 = 0 THEN 'failed' ELSE 'sent' END, asked_at, id % 2 FROM call WHERE id % 40 = 2`,
  `INSERT INTO sms (project_id, to_e164, body, parts, state, created_at) SELECT 1, number, 'Текст', 1, 'sent', asked_at FROM call WHERE id % 40 = 2`,
  `INSERT INTO sending (project_id, contact_id, call_id, user_id, kind, to_address, body, basis, state, at, state_at) SELECT 1, contact_id, id, operator_id, 'letter', 'a@example.com', 'Текст',
    'talk', 'sent', asked_at, asked_at FROM call WHERE id % 20 = 2`,
  `INSERT INTO missed_call (project_id, call_id, caller, state, created_at, last_at) SELECT 1, id, '+7' || (9000000000 + id), CASE WHEN id % 80 = 2 THEN 'open' ELSE 'done' END, asked_at, asked_at FROM call WHERE id % 40 = 2`,
  `INSERT INTO unanswered (project_id, call_id, script_version_id, node, operator_id, said, words, said_at, state) SELECT 1, id, 1, 'n' || id % 20, operator_id, 'Дорого очень ' || id % 500, 'дорогой очень ' || id % 500,
    asked_at, CASE WHEN id % 80 = 2 THEN 'open' ELSE 'aside' END FROM call WHERE id % 40 = 2`,
  `INSERT INTO notification (user_id, kind, project_id, at) SELECT 1, 'lead', 1, asked_at FROM call WHERE id % 40 = 2`,
  `INSERT INTO communication (project_id, kind, at, whom, result, created_at) SELECT 1, 'call', asked_at, 'Анна', 'Договорились', asked_at FROM call WHERE id % 100 = 2`,
  `INSERT INTO correction (project_id, call_id, contact_id, author_id, corrected_at, why, was_result_id, result_id, was_result, result, was_counts_as, counts_as, changed, diff)
    SELECT 1, id, contact_id, 1, asked_at, 'Ошибка', 1, 3, 'Лид', 'Отказ', 'lead', 'refusal', '["result"]', '{}' FROM call WHERE id % 100 = 2`,
  `INSERT INTO job (kind, state, run_at, created_at, done_at) SELECT 'none', CASE WHEN id % 4000 = 2 THEN 'dead' ELSE 'done' END, asked_at, asked_at, asked_at FROM call WHERE id % 40 = 2`,
  `INSERT INTO register (id, name, jurisdiction, created_at) VALUES (1, 'Не звонить', 'RU', 0)`,
  `INSERT INTO do_not_call (e164, level, owner_id, register_id, created_at) SELECT '+7' || (9000000000 + id * 7), 'register', 1, 1, 0 FROM call WHERE id % 4 = 0`,
  `INSERT INTO do_not_call (e164, level, owner_id, created_at) SELECT '+7' || (9000000000 + id), 'all', 0, 0 FROM call WHERE id % 400 = 0`,
  `INSERT INTO consent (customer_id, e164, text_version, given_at, created_at) SELECT 1, number, '1', asked_at, asked_at FROM call WHERE id % 20 = 4`,
  `INSERT INTO pacing_log (project_id, at, operators, idle, talking, wrap_up, ringing, waiting, soon, soon_ms, dialled, stop, guard, answer_pct, risk_pct, limit_pct, answered, abandoned, upper_pct, alarm)
    SELECT 1, asked_at, 3, 1, 2, 0, 2, 0, 0.7, 12000, 1, 'risk', 'off', 24, 2, 3, 10, 0, 25.9, 0 FROM call WHERE id % 10 = 2`,
  `INSERT INTO queue (id, project_id, name, created_at) VALUES (1, 1, 'Продажи', 0)`,
  `INSERT INTO queue_place (project_id, queue_id, call_id, kind, entered_at, left_at, way, in_time) SELECT 1, 1, id, 'call', asked_at, asked_at + 9000, 'answered', 1 FROM call WHERE id % 20 = 2`,
  `INSERT INTO shift (id, user_id, project_id, started_at, ended_at, state, state_at) SELECT 1000 + id, operator_id, 1, asked_at, ended_at, 'offline', ended_at FROM call WHERE id % 1000 = 3`,
  `INSERT INTO communication (project_id, kind, at, whom, result, created_at) SELECT 1, 'call', asked_at, 'Анна', 'Договорились', asked_at FROM call WHERE id % 100 = 3`,
  // The small ones beside it.
  `INSERT INTO customer (id, name, created_at) VALUES (2, 'ООО «Малый»', 0), (3, 'ООО «Новый»', 0)`,
  `INSERT INTO project (id, customer_id, name, type, state, created_at) VALUES (2, 2, 'Малый', 'cold_calls', 'running', 0), (3, 3, 'Новый', 'cold_calls', 'draft', 0)`,
  `INSERT INTO base (id, project_id, name, state, created_at) VALUES (2, 2, 'Малая', 'active', 0)`,
  `INSERT INTO result (id, project_id, name, effect, counts_as) VALUES (20, 2, 'Отказ', 'final', 'refusal')`,
  `INSERT INTO contact (project_id, base_id, company, state, last_result_id, last_at, created_at) SELECT 2, 2, 'Малая ' || id, 'closed', 20, 1, 0 FROM call WHERE id <= 200`,
  `INSERT INTO call (uuid, project_id, base_id, contact_id, operator_id, mode, number, state, asked_at, dialled_at, ended_at, cause, result_id, counts_as)
    SELECT 'small-' || c.id, 2, 2, c.id, 1, 'manual', '+79990000000', 'ended', c.id, c.id, c.id + 1, 'no_answer', 20, 'refusal' FROM contact c WHERE c.project_id = 2`,
  'DELETE FROM contact_state',
  `INSERT INTO contact_state (project_id, base_id, state, last_result_id, contacts) SELECT project_id, base_id, state, coalesce(last_result_id, 0), count(*) FROM contact GROUP BY 1, 2, 3, 4`
]

export function furnish(s) {
  for (const sql of statements) s.run(`${sql};`)
  if (s.engine === 'postgres') {
    for (const table of ['split', 'flow', 'survey_question', 'mark_column', 'form_field', 'register', 'queue', 'shift', 'customer', 'project', 'base', 'result'])
      s.run(`SELECT setval(pg_get_serial_sequence('${table}', 'id'), (SELECT max(id) FROM ${table}));`)
    s.run('ANALYZE;')
  }
}
