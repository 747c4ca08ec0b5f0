-- 0010_flow: what a caller hears before somebody speaks with him: menus, words, opening hours, queues, voicemail.

CREATE TABLE flow (
  id @ID@, version @INT@ NOT NULL DEFAULT 1, project_id @INT@ NOT NULL REFERENCES project(id), name TEXT NOT NULL,
  graph TEXT NOT NULL,                             -- {"start": id, "nodes": [{id, type, words, next, other, keys, …}]}
  created_at @INT@ NOT NULL, UNIQUE (project_id, name)
);
ALTER TABLE number ADD COLUMN flow_id @INT@;       -- NULL: straight to its queue
