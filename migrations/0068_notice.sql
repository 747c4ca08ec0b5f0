-- 0068_notice: who tells the called party that the talk is recorded, and whether it was heard (docs/adr/0070).
ALTER TABLE project ADD COLUMN notice_text TEXT; -- what our voice says to both; NULL: the operator says it
ALTER TABLE call ADD COLUMN told_at @INT@;       -- our voice had said it to its end; NULL: it did not
DROP VIEW journal;
CREATE VIEW journal AS SELECT c.id, c.uuid, c.project_id, p.customer_id, c.base_id, c.contact_id, t.company, t.industry, t.activity,
    t.city, t.address, t.fax, t.email, n.name AS person, c.operator_id, u.name AS operator_name, c.direction, c.mode, c.number, c.trunk_id,
    c.script_version_id, c.state, c.asked_at, c.dialled_at, c.ringing_at, c.answered_at, c.connected_at, c.ended_at, c.cause, c.sip_code,
    c.ended_by, c.talk_ms, c.wrap_ms, c.is_dialogue, c.result_id, r.name AS result, c.counts_as, c.result_at, c.corrected_at, c.reason,
    c.comment, c.path, g.id AS recording_id, g.duration_ms AS recording_ms,
    k.share_pct, k.monologue_ms, k.silence_ms, k.interruptions, c.mos, c.rating,
    CASE WHEN v.verdict = 'rejected' THEN 1 ELSE 0 END AS rejected, c.told_at
  FROM call c JOIN project p ON p.id = c.project_id LEFT JOIN contact t ON t.id = c.contact_id LEFT JOIN person n ON n.id = c.person_id
  LEFT JOIN "user" u ON u.id = c.operator_id LEFT JOIN result r ON r.id = c.result_id
  LEFT JOIN recording g ON g.call_id = c.id AND g.state IN ('raw', 'kept')
  LEFT JOIN talk k ON k.call_id = c.id AND k.valid = 1
  LEFT JOIN verdict v ON v.contact_id = c.contact_id AND c.counts_as = 'lead'
  WHERE c.dialled_at IS NOT NULL;
