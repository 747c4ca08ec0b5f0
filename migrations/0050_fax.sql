-- 0050_fax: faxes from a contact's card: an outbox like letter and sms; a call over the trunk carries each.
CREATE TABLE fax (
  id @ID@, project_id @INT@ NOT NULL REFERENCES project(id), to_e164 TEXT NOT NULL, pages @INT@ NOT NULL,
  document_id @INT@ REFERENCES file(id),           -- its pages as a fax machine takes them
  state TEXT NOT NULL DEFAULT 'waiting',           -- waiting, calling, transferring, delivered, failed, unknown
  uuid TEXT NOT NULL UNIQUE,                       -- of its calls
  tel_boot TEXT, trunk_id @INT@,                   -- of the last call
  tries @INT@ NOT NULL DEFAULT 0, pages_done @INT@ NOT NULL DEFAULT 0, far_ident TEXT, rate @INT@ NOT NULL DEFAULT 0,
  error TEXT, next_try_at @INT@, created_at @INT@ NOT NULL, called_at @INT@, ended_at @INT@
);
CREATE INDEX fax_project ON fax(project_id, created_at);
CREATE INDEX fax_due ON fax(next_try_at) WHERE state = 'waiting';
CREATE INDEX fax_open ON fax(trunk_id) WHERE state IN ('calling', 'transferring');
ALTER TABLE sending ADD COLUMN fax_id @INT@;
CREATE UNIQUE INDEX sending_fax ON sending(fax_id);
