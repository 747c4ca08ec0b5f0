-- 0039_script: what stands beside a script (objections, knowledge), what its calls tell about it (phrases without an answer, steps walked),
-- and two versions of it tried against each other.

CREATE TABLE objection (                           -- a client's doubt and how it is answered; project_id NULL: of the house
  id @ID@, version @INT@ NOT NULL DEFAULT 1, project_id @INT@ REFERENCES project(id), phrase TEXT NOT NULL, answer TEXT NOT NULL,
  created_at @INT@ NOT NULL
);
CREATE INDEX objection_project ON objection(project_id);

CREATE TABLE article (                             -- knowledge beside a step; project_id NULL: of the house
  id @ID@, version @INT@ NOT NULL DEFAULT 1, project_id @INT@ REFERENCES project(id), title TEXT NOT NULL, body TEXT NOT NULL,
  archived @INT@ NOT NULL DEFAULT 0, created_at @INT@ NOT NULL,
  title_words TEXT NOT NULL DEFAULT ' ', words TEXT NOT NULL DEFAULT ' ' -- base forms, each between blanks: what a search compares with
);
CREATE INDEX article_project ON article(project_id);

CREATE TABLE unanswered (                          -- what a client said where no answer of the script fitted
  id @ID@, version @INT@ NOT NULL DEFAULT 1, project_id @INT@ NOT NULL REFERENCES project(id), call_id @INT@ NOT NULL REFERENCES call(id),
  script_version_id @INT@ NOT NULL REFERENCES script_version(id), node TEXT NOT NULL, operator_id @INT@, said TEXT NOT NULL,
  words TEXT NOT NULL,                             -- base forms in order of the alphabet: what groups are made by
  said_at @INT@ NOT NULL, state TEXT NOT NULL DEFAULT 'open', -- open, answered, aside
  settled_by @INT@, settled_at @INT@, settled_in @INT@ REFERENCES script_version(id) -- the draft where it has an answer now
);
CREATE INDEX unanswered_project ON unanswered(project_id, state, id);
CREATE INDEX unanswered_call ON unanswered(call_id);

CREATE TABLE script_step (                         -- roll-up: talks with a saved result through each step, kept with the result
  script_version_id @INT@ NOT NULL, operator_id @INT@ NOT NULL, node TEXT NOT NULL,
  calls @INT@ NOT NULL DEFAULT 0,                  -- talks that came through it
  ended @INT@ NOT NULL DEFAULT 0,                  -- of those, the last step was this one
  lost @INT@ NOT NULL DEFAULT 0,                   -- of those without success: no step after it but a farewell
  won @INT@ NOT NULL DEFAULT 0,                    -- talks through it that came to the goal
  ms @INT@ NOT NULL DEFAULT 0,                     -- time spent at it
  PRIMARY KEY (script_version_id, operator_id, node)
);

CREATE TABLE split (                               -- two approved versions tried against each other, contact by contact
  id @ID@, version @INT@ NOT NULL DEFAULT 1, project_id @INT@ NOT NULL REFERENCES project(id),
  a_id @INT@ NOT NULL REFERENCES script_version(id), b_id @INT@ NOT NULL REFERENCES script_version(id),
  goal TEXT NOT NULL,                              -- what counts as success, fixed when it starts
  state TEXT NOT NULL DEFAULT 'running',           -- running, stopped
  started_by @INT@, started_at @INT@ NOT NULL, stopped_by @INT@, stopped_at @INT@, stopped_why TEXT
);
CREATE UNIQUE INDEX split_running ON split(project_id) WHERE state = 'running';
CREATE INDEX split_project ON split(project_id, id);

CREATE TABLE split_contact (                       -- which version a contact hears, from its first call of the test on
  split_id @INT@ NOT NULL REFERENCES split(id), contact_id @INT@ NOT NULL, script_version_id @INT@ NOT NULL, assigned_at @INT@ NOT NULL,
  PRIMARY KEY (split_id, contact_id)
);
