-- 0013_prompts: what callers hear: sounds people uploaded, and words that are spoken; where each is in use; places in queues told aloud.

CREATE TABLE prompt (
  id @ID@, version @INT@ NOT NULL DEFAULT 1,
  project_id @INT@ REFERENCES project(id),         -- NULL: of the house, for every project
  name TEXT NOT NULL, language TEXT NOT NULL DEFAULT 'ru',
  kind TEXT NOT NULL DEFAULT 'words',              -- words, or upload
  words TEXT,                                      -- with merge fields: callflow/spoken.h
  file_id @INT@, file_name TEXT,                   -- the file as it was uploaded
  sound TEXT,                                      -- what is played of it: the key of a file in DATA/sounds
  duration_ms @INT@, level_db @REAL@,              -- of an upload; level as it came
  created_at @INT@ NOT NULL
);
CREATE UNIQUE INDEX prompt_name ON prompt (coalesce(project_id, 0), name);
CREATE INDEX prompt_sound ON prompt (sound);
CREATE TABLE flow_prompt (                         -- which flows say it; written with each flow
  flow_id @INT@ NOT NULL, prompt_id @INT@ NOT NULL REFERENCES prompt(id), PRIMARY KEY (flow_id, prompt_id)
);
CREATE INDEX flow_prompt_prompt ON flow_prompt (prompt_id);

ALTER TABLE queue ADD COLUMN announce_s @INT@ NOT NULL DEFAULT 0; -- so often who waits hears his place; 0: never
