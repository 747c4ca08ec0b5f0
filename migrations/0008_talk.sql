-- 0008_talk: more than two in a talk (ADR 20): the guest of a call, supervisors in it, where its recording paused.

CREATE TABLE guest (                               -- whom the operator called in; the last one of a call
  call_id @INT@ PRIMARY KEY REFERENCES call(id), operator_id @INT@, number TEXT, -- one of the two
  state TEXT NOT NULL,                             -- asked, in, out
  cause TEXT, trunk_id @INT@, dialog TEXT, changed_at @INT@ NOT NULL
);
CREATE INDEX guest_operator ON guest(operator_id) WHERE state <> 'out';

CREATE TABLE monitor (                             -- a supervisor in a talk, from what he did to what he did next
  id @ID@, call_id @INT@ NOT NULL REFERENCES call(id), user_id @INT@ NOT NULL REFERENCES "user"(id), mode TEXT NOT NULL,
  tel_boot TEXT NOT NULL, from_at @INT@ NOT NULL, to_at @INT@
);
CREATE INDEX monitor_call ON monitor(call_id, from_at);
CREATE INDEX monitor_open ON monitor(user_id) WHERE to_at IS NULL;

ALTER TABLE recording ADD COLUMN gaps TEXT;        -- pauses for card data: JSON [[from_ms, to_ms], …]; to_ms null: it still pauses
ALTER TABLE shift ADD COLUMN leaving @INT@ NOT NULL DEFAULT 0; -- a pause was asked for in a talk: he will not be free after it
