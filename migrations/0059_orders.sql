-- 0059_orders: indexes in the order things are asked for (docs/adr/0059).

-- Ratings of a period with whose they are; and answered calls in which the operator and the client did not meet: answered ones but for these are talks.
DROP INDEX call_rated;
CREATE INDEX call_rated ON call(project_id, asked_at, operator_id, rating) WHERE rating IS NOT NULL;
CREATE INDEX call_unmet ON call(project_id, asked_at, operator_id) WHERE answered_at IS NOT NULL AND connected_at IS NULL AND ended_at IS NOT NULL AND operator_id IS NOT NULL;
-- A page of survey replies, the newest first; those of a contact's card, too.
CREATE INDEX survey_answer_asked ON survey_answer(project_id, asked_at, id);
DROP INDEX survey_answer_who;
CREATE INDEX survey_answer_who ON survey_answer(who, id);
-- Callbacks of a contact's card in the order they are due.
DROP INDEX callback_contact;
CREATE INDEX callback_contact ON callback(contact_id, state, due_at, id);
-- What stands on an operator's card beside his figures.
CREATE INDEX call_rated_operator ON call(operator_id, asked_at, rating) WHERE rating IS NOT NULL;
CREATE INDEX state_span_offered ON state_span(user_id, from_at) WHERE state = 'offered';
CREATE INDEX callback_operator ON callback(operator_id, state, due_at);
CREATE INDEX missed_call_user ON missed_call(user_id, done_at) WHERE user_id IS NOT NULL;

-- The live report: a filter by verdict begins at the verdicts of the project.
DROP VIEW report_row;
CREATE VIEW report_row AS
SELECT c.id, c.project_id, c.base_id, c.company, c.industry, c.activity, c.city, c.address, c.site, c.email, c.fax, c.state, c.attempts,
       c.last_at, c.last_result_id AS result_id, r.name AS result, r.counts_as, r.parent_id AS result_parent_id, c.last_comment AS comment,
       c.last_call_id AS call_id, l.number, l.talk_ms, l.is_dialogue, c.last_operator_id AS operator_id, u.name AS operator, rec.id AS recording_id,
       v.verdict, v.reason AS verdict_reason, v.reply AS verdict_reply, c.corrected_at
FROM contact c
JOIN result r ON r.id = c.last_result_id
LEFT JOIN call l ON l.id = c.last_call_id
LEFT JOIN "user" u ON u.id = c.last_operator_id
LEFT JOIN recording rec ON rec.call_id = c.last_call_id
LEFT JOIN verdict v ON v.contact_id = c.id AND v.project_id = c.project_id;
