-- 0011_sound: how talks went and how they sounded.

-- Talk figures of a recorded call, from its two sides (engine/audio/talk.h); the row comes with the kept recording.
CREATE TABLE talk (
  id @ID@, call_id @INT@ NOT NULL UNIQUE REFERENCES call(id), project_id @INT@ NOT NULL, operator_id @INT@, at @INT@ NOT NULL, -- at: of the answer
  valid @INT@ NOT NULL,                            -- 1: long enough, both spoke; else only the speech of each and the first word mean anything
  talk_ms @INT@ NOT NULL, speech_ms @INT@ NOT NULL, contact_speech_ms @INT@ NOT NULL, share_pct @REAL@, first_word_ms @INT@,
  monologue_ms @INT@ NOT NULL, story_ms @INT@ NOT NULL, latency_ms @INT@, latency_p90_ms @INT@, contact_latency_ms @INT@,
  contact_latency_p90_ms @INT@, switches_per_min @REAL@ NOT NULL, silence_ms @INT@ NOT NULL, longest_silence_ms @INT@ NOT NULL,
  overlap_count @INT@ NOT NULL, overlap_ms @INT@ NOT NULL, interruptions @INT@ NOT NULL, contact_interruptions @INT@ NOT NULL
);
CREATE INDEX talk_project ON talk(project_id, at);
CREATE INDEX talk_operator ON talk(operator_id, at);

-- How a call sounded on each of its legs (engine/tel/quality.h): while it lasts as it was told last, afterwards as it ended.
CREATE TABLE sound (
  id @ID@, call_id @INT@ NOT NULL REFERENCES call(id), project_id @INT@ NOT NULL, side TEXT NOT NULL, -- side: operator, contact
  codec TEXT NOT NULL, came @INT@ NOT NULL, lost @INT@ NOT NULL, late @INT@ NOT NULL, sent @INT@ NOT NULL,     -- packets
  jitter_ms @INT@ NOT NULL, buffer_ms @INT@ NOT NULL, rtt_ms @INT@, far_lost @INT@ NOT NULL, far_jitter_ms @INT@ NOT NULL,
  mos @REAL@, far_mos @REAL@, at @INT@ NOT NULL, UNIQUE (call_id, side)
);
CREATE INDEX sound_project ON sound(project_id, at);
ALTER TABLE call ADD COLUMN mos @REAL@; -- the worst of its sides

-- The journal, with what of it people sort and look for.
DROP VIEW journal;
CREATE VIEW journal AS SELECT c.id, c.uuid, c.project_id, p.customer_id, c.base_id, c.contact_id, t.company, t.industry, t.activity,
    t.city, t.address, t.fax, t.email, n.name AS person, c.operator_id, u.name AS operator_name, c.direction, c.mode, c.number, c.trunk_id,
    c.script_version_id, c.state, c.asked_at, c.dialled_at, c.ringing_at, c.answered_at, c.connected_at, c.ended_at, c.cause, c.sip_code,
    c.ended_by, c.talk_ms, c.wrap_ms, c.is_dialogue, c.result_id, r.name AS result, c.counts_as, c.result_at, c.reason, c.comment, c.path,
    g.id AS recording_id, g.duration_ms AS recording_ms,
    k.share_pct, k.monologue_ms, k.silence_ms, k.interruptions, c.mos
  FROM call c JOIN project p ON p.id = c.project_id LEFT JOIN contact t ON t.id = c.contact_id LEFT JOIN person n ON n.id = c.person_id
  LEFT JOIN "user" u ON u.id = c.operator_id LEFT JOIN result r ON r.id = c.result_id
  LEFT JOIN recording g ON g.call_id = c.id AND g.state IN ('raw', 'kept')
  LEFT JOIN talk k ON k.call_id = c.id AND k.valid = 1
  WHERE c.dialled_at IS NOT NULL;
