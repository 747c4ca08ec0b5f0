-- 0042_report_work: what people do in the live report (docs/adr/0041): comments and mentions, the customer's verdict on a lead, who is looking, links.

CREATE TABLE report_comment (                      -- said under a row; one taken back keeps its place without its words
  id @ID@, version @INT@ NOT NULL DEFAULT 1, project_id @INT@ NOT NULL REFERENCES project(id), contact_id @INT@ NOT NULL,
  author_id @INT@ NOT NULL REFERENCES "user"(id), text TEXT NOT NULL, mentions TEXT NOT NULL DEFAULT '[]', -- ids of users: JSON
  created_at @INT@ NOT NULL, changed_at @INT@, removed @INT@ NOT NULL DEFAULT 0
);
CREATE INDEX report_comment_contact ON report_comment(contact_id, id);
CREATE INDEX report_comment_project ON report_comment(project_id, id);
CREATE VIEW report_comment_seen AS SELECT c.id, c.version, c.project_id, c.contact_id, c.author_id, u.name AS author, c.text, c.mentions,
    c.created_at, c.changed_at, c.removed
  FROM report_comment c JOIN "user" u ON u.id = c.author_id;

CREATE TABLE mention (                             -- somebody was named in a comment
  id @ID@, comment_id @INT@ NOT NULL REFERENCES report_comment(id), project_id @INT@ NOT NULL, contact_id @INT@ NOT NULL,
  user_id @INT@ NOT NULL REFERENCES "user"(id), created_at @INT@ NOT NULL, read_at @INT@, UNIQUE (comment_id, user_id)
);
CREATE INDEX mention_user ON mention(user_id, id);
CREATE VIEW mention_seen AS SELECT m.id, m.project_id, p.name AS project, m.contact_id, k.company, m.user_id, u.name AS author, c.text, m.created_at, m.read_at
  FROM mention m JOIN report_comment c ON c.id = m.comment_id AND c.removed = 0 JOIN "user" u ON u.id = c.author_id JOIN project p ON p.id = m.project_id
  JOIN contact k ON k.id = m.contact_id;

ALTER TABLE project ADD COLUMN accept_days @INT@ NOT NULL DEFAULT 3; -- working days the customer has to reject a lead; 0: he does not
CREATE TABLE verdict (                             -- on a lead, one per contact; term: nobody said anything in time, the house took it as accepted
  id @ID@, version @INT@ NOT NULL DEFAULT 1, project_id @INT@ NOT NULL REFERENCES project(id), contact_id @INT@ NOT NULL UNIQUE,
  verdict TEXT NOT NULL, reason TEXT, author_id @INT@ REFERENCES "user"(id), decided_at @INT@ NOT NULL,
  reply TEXT, replied_by @INT@ REFERENCES "user"(id), replied_at @INT@
);
CREATE INDEX verdict_project ON verdict(project_id, verdict);

DROP VIEW report_row;
CREATE VIEW report_row AS
SELECT c.id, c.project_id, c.base_id, c.company, c.industry, c.activity, c.city, c.address, c.site, c.email, c.fax, c.state, c.attempts,
       c.last_at, c.last_result_id AS result_id, r.name AS result, r.counts_as, r.parent_id AS result_parent_id, c.last_comment AS comment,
       c.last_call_id AS call_id, l.number, l.talk_ms, l.is_dialogue, c.last_operator_id AS operator_id, u.name AS operator, rec.id AS recording_id,
       v.verdict, v.reason AS verdict_reason, v.reply AS verdict_reply
FROM contact c
JOIN result r ON r.id = c.last_result_id
LEFT JOIN call l ON l.id = c.last_call_id
LEFT JOIN "user" u ON u.id = c.last_operator_id
LEFT JOIN recording rec ON rec.call_id = c.last_call_id
LEFT JOIN verdict v ON v.contact_id = c.id;

-- An act counts no rejected lead, and the journal shows the calls of an act.
DROP VIEW journal;
CREATE VIEW journal AS SELECT c.id, c.uuid, c.project_id, p.customer_id, c.base_id, c.contact_id, t.company, t.industry, t.activity,
    t.city, t.address, t.fax, t.email, n.name AS person, c.operator_id, u.name AS operator_name, c.direction, c.mode, c.number, c.trunk_id,
    c.script_version_id, c.state, c.asked_at, c.dialled_at, c.ringing_at, c.answered_at, c.connected_at, c.ended_at, c.cause, c.sip_code,
    c.ended_by, c.talk_ms, c.wrap_ms, c.is_dialogue, c.result_id, r.name AS result, c.counts_as, c.result_at, c.reason, c.comment, c.path,
    g.id AS recording_id, g.duration_ms AS recording_ms,
    k.share_pct, k.monologue_ms, k.silence_ms, k.interruptions, c.mos, c.rating,
    CASE WHEN v.verdict = 'rejected' THEN 1 ELSE 0 END AS rejected
  FROM call c JOIN project p ON p.id = c.project_id LEFT JOIN contact t ON t.id = c.contact_id LEFT JOIN person n ON n.id = c.person_id
  LEFT JOIN "user" u ON u.id = c.operator_id LEFT JOIN result r ON r.id = c.result_id
  LEFT JOIN recording g ON g.call_id = c.id AND g.state IN ('raw', 'kept')
  LEFT JOIN talk k ON k.call_id = c.id AND k.valid = 1
  LEFT JOIN verdict v ON v.contact_id = c.contact_id AND c.counts_as = 'lead'
  WHERE c.dialled_at IS NOT NULL;

CREATE TABLE report_presence (                     -- who has a report open, and which cell is being written; old rows mean nothing
  project_id @INT@ NOT NULL, user_id @INT@ NOT NULL REFERENCES "user"(id), contact_id @INT@ NOT NULL DEFAULT 0, column_id @INT@ NOT NULL DEFAULT 0,
  at @INT@ NOT NULL, PRIMARY KEY (project_id, user_id)
);

ALTER TABLE link ADD COLUMN name TEXT;             -- of a public link (kind public): made by a person, for whoever gets it
ALTER TABLE link ADD COLUMN author_id @INT@;
ALTER TABLE link ADD COLUMN bare @INT@ NOT NULL DEFAULT 0; -- without personal data and recordings
ALTER TABLE link ADD COLUMN password_hash TEXT;
ALTER TABLE link ADD COLUMN opens_max @INT@ NOT NULL DEFAULT 0; -- 0: as often as one likes
ALTER TABLE session ADD COLUMN link_id @INT@;      -- the link it came by: it ends with it
CREATE TABLE link_opening (
  id @ID@, link_id @INT@ NOT NULL REFERENCES link(id), project_id @INT@ NOT NULL, at @INT@ NOT NULL, peer TEXT, agent TEXT
);
CREATE INDEX link_opening_link ON link_opening(link_id, id);
CREATE VIEW report_link AS SELECT id, project_id, name, author_id, bare, CASE WHEN password_hash IS NULL THEN 0 ELSE 1 END AS has_password,
    opens_max, created_at, expires_at, opened_at, opens, revoked
  FROM link WHERE kind = 'public';
