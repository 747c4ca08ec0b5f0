-- 0056_flow_version: the drawings of a flow as versions, of which one runs; a change proposes one (docs/adr/0056).

CREATE TABLE flow_version (
  id @ID@, version @INT@ NOT NULL DEFAULT 1, project_id @INT@ NOT NULL REFERENCES project(id), flow_id @INT@ NOT NULL REFERENCES flow(id),
  number @INT@ NOT NULL,                           -- within the flow
  state TEXT NOT NULL DEFAULT 'draft',             -- draft, proposed, approved, declined, active, retired
  graph TEXT NOT NULL, note TEXT, author_id @INT@ REFERENCES "user"(id), approved_by @INT@ REFERENCES "user"(id), approved_at @INT@,
  created_at @INT@ NOT NULL, UNIQUE (flow_id, number)
);
CREATE INDEX flow_version_project ON flow_version (project_id);
CREATE UNIQUE INDEX flow_version_active ON flow_version (flow_id) WHERE state = 'active';
INSERT INTO flow_version (project_id, flow_id, number, state, graph, approved_at, created_at)
  SELECT project_id, id, 1, 'active', graph, created_at, created_at FROM flow;

-- graph and running are those of the version that runs; NULL: none was approved yet.
ALTER TABLE flow ADD COLUMN running @INT@;
ALTER TABLE flow ADD COLUMN runs TEXT;
UPDATE flow SET runs = graph, running = 1;
ALTER TABLE flow DROP COLUMN graph;
ALTER TABLE flow RENAME COLUMN runs TO graph;

ALTER TABLE change ADD COLUMN flow_version_id @INT@; -- a flow may be removed later: the change keeps its diff
