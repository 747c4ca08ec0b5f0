-- 0023_amd: answering machines told from people, once that is measured.

-- What was heard in the first seconds after an answer, a letter each 20 ms (engine/audio/amd.h), and what a person says it was.
CREATE TABLE pickup (
  id @ID@, version @INT@ NOT NULL DEFAULT 1, call_id @INT@ NOT NULL UNIQUE REFERENCES call(id), project_id @INT@ NOT NULL,
  recording_id @INT@ NOT NULL, at @INT@ NOT NULL, marks TEXT NOT NULL,
  label TEXT, labelled_by @INT@ REFERENCES "user"(id) -- label: person, machine
);
CREATE INDEX pickup_project ON pickup(project_id, label, at);
ALTER TABLE project ADD COLUMN amd @INT@ NOT NULL DEFAULT 0; -- 1: answering machines are told from people before an operator is called
ALTER TABLE project ADD COLUMN amd_wrong_pct @REAL@ NOT NULL DEFAULT 0; -- people taken for machines, as measured when it was switched on: counts as abandoned
