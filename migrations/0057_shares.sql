-- 0057_shares: what each tel node may use of each trunk, so that all of them together never use more than it takes (docs/adr/0057). A grant grows
-- here before the node is told, and shrinks here after it answered.
CREATE TABLE trunk_share (
  trunk_id @INT@ NOT NULL REFERENCES trunk(id) ON DELETE CASCADE, node_id @INT@ NOT NULL REFERENCES node(id),
  channels @INT@ NOT NULL DEFAULT 0, calls_per_s @INT@ NOT NULL DEFAULT 0,           -- granted
  told_channels @INT@ NOT NULL DEFAULT 0, told_calls_per_s @INT@ NOT NULL DEFAULT 0, -- what it keeps to, or soon will
  used @INT@ NOT NULL DEFAULT 0, waiting @INT@ NOT NULL DEFAULT 0, came @INT@ NOT NULL DEFAULT 0, -- as it said; of one who is alone: nothing
  farewells @INT@ NOT NULL DEFAULT 0,              -- of a lost node: calls whose carrier another node told that they are over
  PRIMARY KEY (trunk_id, node_id)
);
CREATE INDEX trunk_share_node ON trunk_share(node_id);
