-- 0044_schedule: letters with statistics by schedule (docs/adr/0043), and what is attached to a letter.

CREATE TABLE schedule (
  id @ID@, version @INT@ NOT NULL DEFAULT 1, name TEXT NOT NULL, report TEXT NOT NULL DEFAULT 'statistics', -- statistics, operator_day
  period TEXT NOT NULL, grouping TEXT NOT NULL DEFAULT 'none', project_id @INT@ REFERENCES project(id), operator_id @INT@ REFERENCES "user"(id),
  minute @INT@ NOT NULL, days TEXT NOT NULL, timezone TEXT NOT NULL, attach TEXT NOT NULL DEFAULT 'none',
  recipients TEXT NOT NULL,                        -- JSON: ids of users; each is written what he may see
  disabled @INT@ NOT NULL DEFAULT 0, author_id @INT@ REFERENCES "user"(id),
  since_at @INT@ NOT NULL,                         -- hours before this moment are not made up for
  last_day TEXT,                                   -- the last day whose letters were written: never again
  last_at @INT@, last_sent @INT@ NOT NULL DEFAULT 0, last_skipped @INT@ NOT NULL DEFAULT 0, created_at @INT@ NOT NULL
);
CREATE INDEX schedule_project ON schedule(project_id);
CREATE INDEX schedule_author ON schedule(author_id);

CREATE TABLE letter_file (                         -- in the order they are attached
  letter_id @INT@ NOT NULL REFERENCES letter(id), position @INT@ NOT NULL, file_id @INT@ NOT NULL REFERENCES file(id),
  PRIMARY KEY (letter_id, position)
);

CREATE VIEW letter_seen AS SELECT l.id, l.kind, l.project_id, l.user_id, l.day, l.to_list, l.subject, l.body_text, l.body_html, l.state, l.tries,
    l.error, l.next_try_at, l.sha256, l.created_at, l.sent_at, (SELECT COUNT(*) FROM letter_file f WHERE f.letter_id = l.id) AS files FROM letter l;
