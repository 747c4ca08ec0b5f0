-- 0066_webhook: events sent to other programs (docs/adr/0066, docs/webhooks.md).
CREATE TABLE event_reader (                        -- who has to read every event: none goes before he had it
  name TEXT PRIMARY KEY, position @INT@ NOT NULL   -- the last he had
);
CREATE TABLE webhook (
  id @ID@, version @INT@ NOT NULL DEFAULT 1, name TEXT NOT NULL, project_id @INT@ REFERENCES project(id), -- NULL: all that its owner reaches
  owner_id @INT@ NOT NULL REFERENCES "user"(id),   -- it sees what he may see
  url TEXT NOT NULL, kinds TEXT NOT NULL, secret TEXT NOT NULL, disabled @INT@ NOT NULL DEFAULT 0,
  off_why TEXT,                                    -- the program switched it off: gone, failing
  failing_since @INT@, fails @INT@ NOT NULL DEFAULT 0, next_at @INT@ NOT NULL DEFAULT 0, -- fails in a row, and nothing is tried before next_at
  last_at @INT@, created_at @INT@ NOT NULL
);
CREATE TABLE webhook_delivery (
  id @ID@, webhook_id @INT@ NOT NULL REFERENCES webhook(id), event_id @INT@ NOT NULL, kind TEXT NOT NULL, verb TEXT NOT NULL,
  entity TEXT NOT NULL, row_id @INT@ NOT NULL, project_id @INT@, at @INT@ NOT NULL,
  state TEXT NOT NULL DEFAULT 'waiting',           -- waiting, delivered, failed
  tries @INT@ NOT NULL DEFAULT 0, next_at @INT@ NOT NULL, status @INT@ NOT NULL DEFAULT 0, error TEXT, tried_at @INT@,
  UNIQUE (webhook_id, event_id)
);
CREATE INDEX webhook_delivery_due ON webhook_delivery(webhook_id, state, next_at);
CREATE INDEX webhook_delivery_row ON webhook_delivery(webhook_id, entity, row_id, event_id);
CREATE INDEX webhook_delivery_at ON webhook_delivery(at);
