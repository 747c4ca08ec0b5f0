-- 0015_queue: what queues have seen, callbacks that keep the place, and boards on the wall.

-- A stay of a call in a queue: a call may have several, one after another. A ticket (a callback that keeps its place) is a stay of its own kind,
-- so that it is counted apart.
CREATE TABLE queue_place (
  id @ID@, project_id @INT@ NOT NULL, queue_id @INT@ NOT NULL, call_id @INT@ NOT NULL, kind TEXT NOT NULL, -- call, transfer, ticket
  entered_at @INT@ NOT NULL, left_at @INT@,
  way TEXT,                                        -- answered, abandoned, short, overflowed, callback, failed
  in_time @INT@ NOT NULL DEFAULT 0                 -- left within the queue's target of that moment
);
CREATE INDEX queue_place_call ON queue_place(call_id);
CREATE INDEX queue_place_open ON queue_place(queue_id, entered_at) WHERE left_at IS NULL;

CREATE TABLE queue_hour (                          -- roll-up of the stays that ended, by the hour they began
  project_id @INT@ NOT NULL, hour @INT@ NOT NULL, queue_id @INT@ NOT NULL, kind TEXT NOT NULL,
  offered @INT@ NOT NULL, answered @INT@ NOT NULL, answered_in @INT@ NOT NULL, abandoned @INT@ NOT NULL, abandoned_in @INT@ NOT NULL,
  short_waits @INT@ NOT NULL, overflowed @INT@ NOT NULL, callbacks @INT@ NOT NULL, failed @INT@ NOT NULL, wait_ms @INT@ NOT NULL,
  PRIMARY KEY (project_id, hour, queue_id, kind)
);

-- When waiting people are offered to be called back, and what they hear then.
ALTER TABLE queue ADD COLUMN offers_callback @INT@ NOT NULL DEFAULT 0;
ALTER TABLE queue ADD COLUMN offer_wait_s @INT@ NOT NULL DEFAULT 120;
ALTER TABLE queue ADD COLUMN offer_place @INT@ NOT NULL DEFAULT 5;
ALTER TABLE queue ADD COLUMN offer_words TEXT;

CREATE TABLE queue_ticket (                        -- who asked to be called back instead of waiting
  id @ID@, version @INT@ NOT NULL DEFAULT 1, project_id @INT@ NOT NULL REFERENCES project(id), queue_id @INT@ NOT NULL,
  place_id @INT@ NOT NULL, call_id @INT@ NOT NULL REFERENCES call(id), contact_id @INT@, number TEXT NOT NULL,
  since @INT@ NOT NULL,                            -- his place: since when he waited
  state TEXT NOT NULL DEFAULT 'open',              -- open, done, failed, dropped
  attempts @INT@ NOT NULL DEFAULT 0, next_at @INT@ NOT NULL, last_call_id @INT@, user_id @INT@, created_at @INT@ NOT NULL, done_at @INT@
);
CREATE UNIQUE INDEX queue_ticket_open ON queue_ticket(project_id, number) WHERE state = 'open'; -- one per caller, however often he asks
CREATE INDEX queue_ticket_state ON queue_ticket(project_id, state, created_at);
ALTER TABLE call ADD COLUMN ticket_id @INT@;       -- dialled for this ticket

ALTER TABLE missed_call ADD COLUMN message_call_id @INT@; -- the last of his calls in which he left a message
CREATE VIEW missed_row AS SELECT m.id, m.version, m.project_id, m.call_id, m.contact_id, m.number_id, m.queue_id, m.caller, m.calls, m.waited_ms,
    m.state, m.note, m.user_id, m.done_call_id, m.created_at, m.last_at, m.done_at, m.message_call_id,
    g.id AS recording_id, g.duration_ms AS recording_ms
  FROM missed_call m LEFT JOIN recording g ON g.call_id = m.message_call_id AND g.state IN ('raw', 'kept');

CREATE TABLE wall (                                -- a board on the wall: opened by its link, which does not expire
  id @ID@, version @INT@ NOT NULL DEFAULT 1, name TEXT NOT NULL, projects TEXT NOT NULL, queues TEXT NOT NULL, language TEXT NOT NULL DEFAULT 'ru',
  token_hash TEXT UNIQUE, author_id @INT@ REFERENCES "user"(id), created_at @INT@ NOT NULL, linked_at @INT@, used_at @INT@
);
CREATE TABLE wall_project (                        -- projects of the board, one a row
  wall_id @INT@ NOT NULL, project_id @INT@ NOT NULL REFERENCES project(id), PRIMARY KEY (wall_id, project_id)
);
