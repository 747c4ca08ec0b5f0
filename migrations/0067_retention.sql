-- 0067_retention: how long recordings and personal data of contacts at rest are kept (docs/adr/0068); addresses of API tokens.
CREATE TABLE retention (
  project_id @INT@ PRIMARY KEY,                    -- 0: the house, for projects that say nothing
  recordings_days @INT@, personal_days @INT@,      -- NULL: as the house says; there: for ever
  changed_at @INT@ NOT NULL                        -- nothing goes within a day of it
);
ALTER TABLE contact ADD COLUMN erased_at @INT@;
UPDATE contact SET erased_at = (SELECT MAX(at) FROM audit WHERE entity = 'contact' AND row_id = contact.id AND verb = 'erased')
  WHERE id IN (SELECT row_id FROM audit WHERE entity = 'contact' AND verb = 'erased');
CREATE INDEX recording_kept ON recording(project_id, created_at) WHERE state = 'kept';
ALTER TABLE api_token ADD COLUMN addresses TEXT;   -- NULL: from anywhere
