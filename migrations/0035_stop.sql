-- 0035_stop: when, why and by whom a project was stopped, what it cost in working time, and whether the customer agreed to a later end.

CREATE TABLE stop (
  id @ID@, version @INT@ NOT NULL DEFAULT 1, project_id @INT@ NOT NULL REFERENCES project(id),
  cause TEXT NOT NULL,                             -- person, trunk_down, base_empty, error_rate
  reason TEXT NOT NULL, user_id @INT@ REFERENCES "user"(id), started_at @INT@ NOT NULL, ended_at @INT@,
  letters @INT@ NOT NULL DEFAULT 0,                -- how many told the customer
  idle_min @INT@ NOT NULL DEFAULT 0,               -- of the project's calling hours
  shift TEXT NOT NULL DEFAULT 'none',              -- none, proposed, confirmed, declined
  ends_on_was TEXT, ends_on_new TEXT, decided_by TEXT, decided_at @INT@
);
CREATE UNIQUE INDEX stop_open ON stop (project_id) WHERE ended_at IS NULL;
CREATE INDEX stop_project ON stop (project_id, started_at);
-- What would stop a project, since when it is so, and whether it did: once, until it is over.
CREATE TABLE stop_watch (
  project_id @INT@ NOT NULL REFERENCES project(id), cause TEXT NOT NULL, since_at @INT@ NOT NULL, seen_at @INT@ NOT NULL, stopped_at @INT@,
  PRIMARY KEY (project_id, cause)
);
