-- 0014_agentless: questions asked by recorded words and answered by keys, calls dialled for a flow, and talks rated afterwards.

CREATE TABLE survey_question (                     -- a question step of a flow, under one id while the step stands in the drawing
  id @ID@, project_id @INT@ NOT NULL REFERENCES project(id), flow_id @INT@ NOT NULL, step TEXT NOT NULL, position @INT@ NOT NULL DEFAULT 0,
  title TEXT NOT NULL, words TEXT NOT NULL, choices TEXT NOT NULL, -- JSON [{"key": "1", "value": "Да"}, …]
  rates @INT@ NOT NULL DEFAULT 0,                  -- 1: its key is the rating of the talk before it
  archived @INT@ NOT NULL DEFAULT 0, created_at @INT@ NOT NULL
);
CREATE UNIQUE INDEX survey_question_step ON survey_question(flow_id, step) WHERE archived = 0;
CREATE INDEX survey_question_project ON survey_question(project_id, id);

CREATE TABLE survey_answer (                       -- a question asked in a call; key NULL: not answered
  id @ID@, project_id @INT@ NOT NULL, question_id @INT@ NOT NULL REFERENCES survey_question(id), call_id @INT@ NOT NULL REFERENCES call(id),
  contact_id @INT@ NOT NULL DEFAULT 0, who @INT@ NOT NULL, -- who: the contact, or minus the call of somebody unknown
  key TEXT, value TEXT,                            -- value: what the key meant then
  asked_at @INT@ NOT NULL, answered_at @INT@,
  counts @INT@ NOT NULL DEFAULT 1,                 -- of several calls to one contact a question is counted once: the last answer, else the first asking
  UNIQUE (call_id, question_id)
);
CREATE INDEX survey_answer_totals ON survey_answer(project_id, question_id, counts, key);
CREATE INDEX survey_answer_who ON survey_answer(who, question_id);

CREATE VIEW survey_reply AS SELECT a.id, a.project_id, a.question_id, q.title AS question, a.call_id, nullif(a.contact_id, 0) AS contact_id, t.company,
    c.number, a.key, a.value, a.asked_at, a.answered_at, a.counts
  FROM survey_answer a JOIN survey_question q ON q.id = a.question_id JOIN call c ON c.id = a.call_id LEFT JOIN contact t ON t.id = a.contact_id;

ALTER TABLE call ADD COLUMN flow_result_id @INT@;  -- what the flow says it ends with; an operator's result goes before it
ALTER TABLE call ADD COLUMN talk_ended_at @INT@;   -- the operator left, the far side was asked about the talk
ALTER TABLE call ADD COLUMN rating @INT@;          -- what the far side pressed then
CREATE INDEX call_rated ON call(project_id, asked_at) WHERE rating IS NOT NULL;

ALTER TABLE project ADD COLUMN flow_id @INT@;      -- agentless: what the called party hears
ALTER TABLE project ADD COLUMN after_flow_id @INT@; -- what he hears when the operator has ended the talk
ALTER TABLE project ADD COLUMN lines_max @INT@ NOT NULL DEFAULT 10;    -- agentless: calls at once
ALTER TABLE project ADD COLUMN calls_per_min @INT@ NOT NULL DEFAULT 0; -- agentless: 0: as fast as the lines take them
ALTER TABLE project ADD COLUMN machine_text TEXT;  -- agentless: what an answering machine is left; NULL: it is hung up on

DROP VIEW journal;
CREATE VIEW journal AS SELECT c.id, c.uuid, c.project_id, p.customer_id, c.base_id, c.contact_id, t.company, t.industry, t.activity,
    t.city, t.address, t.fax, t.email, n.name AS person, c.operator_id, u.name AS operator_name, c.direction, c.mode, c.number, c.trunk_id,
    c.script_version_id, c.state, c.asked_at, c.dialled_at, c.ringing_at, c.answered_at, c.connected_at, c.ended_at, c.cause, c.sip_code,
    c.ended_by, c.talk_ms, c.wrap_ms, c.is_dialogue, c.result_id, r.name AS result, c.counts_as, c.result_at, c.reason, c.comment, c.path,
    g.id AS recording_id, g.duration_ms AS recording_ms,
    k.share_pct, k.monologue_ms, k.silence_ms, k.interruptions, c.mos, c.rating
  FROM call c JOIN project p ON p.id = c.project_id LEFT JOIN contact t ON t.id = c.contact_id LEFT JOIN person n ON n.id = c.person_id
  LEFT JOIN "user" u ON u.id = c.operator_id LEFT JOIN result r ON r.id = c.result_id
  LEFT JOIN recording g ON g.call_id = c.id AND g.state IN ('raw', 'kept')
  LEFT JOIN talk k ON k.call_id = c.id AND k.valid = 1
  WHERE c.dialled_at IS NOT NULL;
