-- A saved result corrected by who may: the call says the new, this table what was said before, why and by whom; the verifiable log has both.
CREATE TABLE correction (
  id @ID@, project_id @INT@ NOT NULL REFERENCES project(id), call_id @INT@ NOT NULL REFERENCES call(id),
  contact_id @INT@ REFERENCES contact(id), author_id @INT@ NOT NULL REFERENCES "user"(id), corrected_at @INT@ NOT NULL,
  why TEXT NOT NULL,                               -- '' when the person's data was erased
  was_result_id @INT@ NOT NULL REFERENCES result(id), result_id @INT@ NOT NULL REFERENCES result(id),
  was_result TEXT NOT NULL, result TEXT NOT NULL,  -- their names then
  was_counts_as TEXT NOT NULL, counts_as TEXT NOT NULL,
  changed TEXT NOT NULL,                           -- JSON: names of what was corrected
  diff TEXT                                        -- JSON: {"comment": [old, new], …}; gone when the person's data was erased
);
CREATE INDEX correction_call ON correction(call_id, id);
CREATE INDEX correction_contact ON correction(contact_id, id);
CREATE INDEX correction_project ON correction(project_id, id);
ALTER TABLE call ADD COLUMN corrected_at @INT@;    -- the last time; NULL: never
ALTER TABLE contact ADD COLUMN corrected_at @INT@; -- of its last call's result

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
LEFT JOIN verdict v ON v.contact_id = c.id;

DROP VIEW journal;
CREATE VIEW journal AS SELECT c.id, c.uuid, c.project_id, p.customer_id, c.base_id, c.contact_id, t.company, t.industry, t.activity,
    t.city, t.address, t.fax, t.email, n.name AS person, c.operator_id, u.name AS operator_name, c.direction, c.mode, c.number, c.trunk_id,
    c.script_version_id, c.state, c.asked_at, c.dialled_at, c.ringing_at, c.answered_at, c.connected_at, c.ended_at, c.cause, c.sip_code,
    c.ended_by, c.talk_ms, c.wrap_ms, c.is_dialogue, c.result_id, r.name AS result, c.counts_as, c.result_at, c.corrected_at, c.reason,
    c.comment, c.path, g.id AS recording_id, g.duration_ms AS recording_ms,
    k.share_pct, k.monologue_ms, k.silence_ms, k.interruptions, c.mos, c.rating,
    CASE WHEN v.verdict = 'rejected' THEN 1 ELSE 0 END AS rejected
  FROM call c JOIN project p ON p.id = c.project_id LEFT JOIN contact t ON t.id = c.contact_id LEFT JOIN person n ON n.id = c.person_id
  LEFT JOIN "user" u ON u.id = c.operator_id LEFT JOIN result r ON r.id = c.result_id
  LEFT JOIN recording g ON g.call_id = c.id AND g.state IN ('raw', 'kept')
  LEFT JOIN talk k ON k.call_id = c.id AND k.valid = 1
  LEFT JOIN verdict v ON v.contact_id = c.contact_id AND c.counts_as = 'lead'
  WHERE c.dialled_at IS NOT NULL;
