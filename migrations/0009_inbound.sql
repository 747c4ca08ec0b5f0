-- 0009_inbound: calls to us: numbers, the queues they lead to, who serves them, and the calls nobody answered.

CREATE TABLE queue (
  id @ID@, version @INT@ NOT NULL DEFAULT 1, project_id @INT@ NOT NULL REFERENCES project(id), name TEXT NOT NULL,
  priority @INT@ NOT NULL DEFAULT 0,               -- one step is worth a minute of waiting
  target_s @INT@ NOT NULL DEFAULT 20, max_wait_s @INT@ NOT NULL DEFAULT 600,
  level @INT@ NOT NULL DEFAULT 1, relax_s @INT@ NOT NULL DEFAULT 30, -- the skill needed at first; one less after each of these
  choice TEXT NOT NULL DEFAULT 'longest_idle', created_at @INT@ NOT NULL, UNIQUE (project_id, name)
);
CREATE TABLE queue_member (                        -- who serves a queue; without any, everybody of the project does
  id @ID@, version @INT@ NOT NULL DEFAULT 1, project_id @INT@ NOT NULL, queue_id @INT@ NOT NULL REFERENCES queue(id),
  user_id @INT@ NOT NULL REFERENCES "user"(id), level @INT@ NOT NULL DEFAULT 1, created_at @INT@ NOT NULL, UNIQUE (queue_id, user_id)
);
CREATE TABLE number (                              -- a number of ours that is answered
  id @ID@, version @INT@ NOT NULL DEFAULT 1, project_id @INT@ NOT NULL REFERENCES project(id), e164 TEXT NOT NULL UNIQUE,
  alias TEXT, trunk_id @INT@ REFERENCES trunk(id), queue_id @INT@ NOT NULL REFERENCES queue(id),
  source TEXT,                                     -- where people have it from: the advertising channel
  disabled @INT@ NOT NULL DEFAULT 0, created_at @INT@ NOT NULL
);
CREATE INDEX number_project ON number(project_id);

ALTER TABLE call ADD COLUMN number_id @INT@;       -- of a call to us: which of our numbers
ALTER TABLE call ADD COLUMN queue_id @INT@;        -- and the last queue it was in
ALTER TABLE call ADD COLUMN queued_at @INT@;

CREATE TABLE missed_call (                         -- who called and spoke with nobody: a task until somebody speaks with him
  id @ID@, version @INT@ NOT NULL DEFAULT 1, project_id @INT@ NOT NULL REFERENCES project(id), call_id @INT@ NOT NULL REFERENCES call(id),
  contact_id @INT@, number_id @INT@, queue_id @INT@, caller TEXT, calls @INT@ NOT NULL DEFAULT 1, waited_ms @INT@ NOT NULL DEFAULT 0,
  state TEXT NOT NULL DEFAULT 'open', note TEXT, user_id @INT@ REFERENCES "user"(id), done_call_id @INT@,
  created_at @INT@ NOT NULL, last_at @INT@ NOT NULL, done_at @INT@
);
CREATE UNIQUE INDEX missed_call_open ON missed_call(project_id, caller) WHERE state = 'open'; -- one task per caller, however often he calls
CREATE INDEX missed_call_state ON missed_call(project_id, state, last_at);
