-- 0061_talk_score: how the customer's people liked a talk they heard (docs/adr/0061).
CREATE TABLE talk_score (
  id @ID@, version @INT@ NOT NULL DEFAULT 1, project_id @INT@ NOT NULL REFERENCES project(id), recording_id @INT@ NOT NULL REFERENCES recording(id),
  contact_id @INT@ REFERENCES contact(id), author_id @INT@ NOT NULL REFERENCES "user"(id), score @INT@ NOT NULL, -- 1 to 5
  words TEXT, scored_at @INT@ NOT NULL, UNIQUE (recording_id, author_id)
);
CREATE INDEX talk_score_contact ON talk_score(contact_id, scored_at);
CREATE INDEX talk_score_project ON talk_score(project_id, scored_at, id);
CREATE VIEW talk_score_seen AS SELECT s.id, s.version, s.project_id, s.recording_id, s.contact_id, s.author_id, u.name AS author, s.score, s.words,
    s.scored_at
  FROM talk_score s JOIN "user" u ON u.id = s.author_id;
