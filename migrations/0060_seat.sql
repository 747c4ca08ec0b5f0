-- 0060_seat: what the seat and the player keep beyond a reload (docs/adr/0060).
ALTER TABLE shift ADD COLUMN leaving_reason_id @INT@; -- of the pause asked for in a call
ALTER TABLE project ADD COLUMN preview_then TEXT NOT NULL DEFAULT 'pause'; -- pause, skip, dial: the time to read a card is over
CREATE TABLE recording_mark (                      -- a word at a moment of a recording, by who listened
  id @ID@, version @INT@ NOT NULL DEFAULT 1, project_id @INT@ NOT NULL, recording_id @INT@ NOT NULL REFERENCES recording(id), at_ms @INT@ NOT NULL,
  author_id @INT@ NOT NULL REFERENCES "user"(id), text TEXT NOT NULL, created_at @INT@ NOT NULL
);
CREATE INDEX recording_mark_at ON recording_mark(recording_id, at_ms, id);
CREATE VIEW recording_mark_seen AS SELECT m.id, m.version, m.project_id, m.recording_id, m.at_ms, m.author_id, u.name AS author, m.text, m.created_at
  FROM recording_mark m JOIN "user" u ON u.id = m.author_id;
