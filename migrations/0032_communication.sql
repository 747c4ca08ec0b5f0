-- 0032_communication: the communication log of a project.

CREATE TABLE communication (                       -- what passed between us and the customer
  id @ID@, version @INT@ NOT NULL DEFAULT 1, project_id @INT@ NOT NULL REFERENCES project(id),
  kind TEXT NOT NULL,                              -- call, messenger, meeting; letter: came by itself
  at @INT@ NOT NULL, whom TEXT NOT NULL,
  why TEXT,                                        -- of a meeting
  result TEXT NOT NULL,                            -- or agreement; of a letter its subject
  user_id @INT@ REFERENCES "user"(id),             -- who entered it
  letter_id @INT@ UNIQUE REFERENCES letter(id), created_at @INT@ NOT NULL
);
CREATE INDEX communication_project ON communication (project_id, at);
INSERT INTO communication (project_id, kind, at, whom, result, letter_id, created_at)
  SELECT project_id, 'letter', sent_at, to_list, subject, id, sent_at FROM letter WHERE state = 'sent' AND sent_at IS NOT NULL AND project_id IS NOT NULL;
