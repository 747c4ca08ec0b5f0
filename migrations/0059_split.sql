-- 0059_split: what a split test says is kept as sums (docs/adr/0059): was a contact of it spoken with, and to success.
ALTER TABLE split_contact ADD COLUMN talked @INT@ NOT NULL DEFAULT 0; -- within the test, by the version it hears
ALTER TABLE split_contact ADD COLUMN won @INT@ NOT NULL DEFAULT 0;    -- and the talk counted as its goal
CREATE INDEX split_contact_contact ON split_contact(contact_id);
CREATE TABLE split_side (                          -- roll-up of split_contact
  split_id @INT@ NOT NULL, script_version_id @INT@ NOT NULL, contacts @INT@ NOT NULL, talked @INT@ NOT NULL, won @INT@ NOT NULL,
  PRIMARY KEY (split_id, script_version_id)
);
UPDATE split_contact SET
  talked = CASE WHEN EXISTS (SELECT 1 FROM call x JOIN split s ON s.id = split_contact.split_id WHERE x.contact_id = split_contact.contact_id AND
    x.script_version_id = split_contact.script_version_id AND x.asked_at >= s.started_at AND (s.stopped_at IS NULL OR x.asked_at <= s.stopped_at) AND
    x.connected_at IS NOT NULL AND x.ended_at IS NOT NULL) THEN 1 ELSE 0 END,
  won = CASE WHEN EXISTS (SELECT 1 FROM call x JOIN split s ON s.id = split_contact.split_id WHERE x.contact_id = split_contact.contact_id AND
    x.script_version_id = split_contact.script_version_id AND x.asked_at >= s.started_at AND (s.stopped_at IS NULL OR x.asked_at <= s.stopped_at) AND
    x.connected_at IS NOT NULL AND x.ended_at IS NOT NULL AND x.counts_as = s.goal) THEN 1 ELSE 0 END;
INSERT INTO split_side (split_id, script_version_id, contacts, talked, won)
  SELECT split_id, script_version_id, count(*), sum(talked), sum(won) FROM split_contact GROUP BY split_id, script_version_id;
