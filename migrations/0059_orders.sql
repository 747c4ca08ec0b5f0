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
