-- 0016_nodes: the machines of the house, who leads which of them, and where each project lives (docs/adr/0028). Moments of node and lease
-- are of the database's clock: the machines' own never meet here.

CREATE TABLE node (
  id @ID@, uid TEXT NOT NULL,                      -- of the machine's own disk: the same over restarts, another after a new installation
  role TEXT NOT NULL, name TEXT NOT NULL,          -- app, tel
  address TEXT,                                    -- of a tel: where SIP reaches it
  boot TEXT, started_at @INT@ NOT NULL, seen_at @INT@ NOT NULL,
  left_at @INT@,                                   -- stopped in order
  lost_at @INT@,                                   -- silent for longer than its lease; what it held is elsewhere
  moved_at @INT@ NOT NULL DEFAULT 0,               -- projects came to it: who leads it compares anew
  calls @INT@ NOT NULL DEFAULT 0, legs @INT@ NOT NULL DEFAULT 0, lag_ms @INT@ NOT NULL DEFAULT 0,
  UNIQUE (uid, role)                               -- one machine may be both
);
-- Which app node speaks with a tel node: stores its events, dials for its projects. The epoch grows with each taking and is in each command.
CREATE TABLE lease (
  node_id @INT@ PRIMARY KEY REFERENCES node(id), app_id @INT@ REFERENCES node(id), epoch @INT@ NOT NULL DEFAULT 0,
  until_at @INT@ NOT NULL DEFAULT 0
);
-- A project's operators and calls are on one tel node.
CREATE TABLE placement (
  project_id @INT@ PRIMARY KEY REFERENCES project(id), node_id @INT@ NOT NULL REFERENCES node(id), since_at @INT@ NOT NULL
);
CREATE INDEX placement_node ON placement (node_id);
-- The processes a tel node ever was: calls know the process, not the node.
CREATE TABLE tel_boot (boot TEXT PRIMARY KEY, node_id @INT@ NOT NULL REFERENCES node(id), at @INT@ NOT NULL);
