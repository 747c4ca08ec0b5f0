-- 0006_attempts: when a contact is tried again and by whom, whom a project takes first, how its calls are signed, and when its base ends.

CREATE TABLE retry (                               -- after a call that ended without a talk, by its cause; no row: the house's own pause
  id @ID@, version @INT@ NOT NULL DEFAULT 1, project_id @INT@ NOT NULL REFERENCES project(id), cause TEXT NOT NULL,
  pause_min @INT@ NOT NULL, most @INT@ NOT NULL DEFAULT 0, -- so many ends of this cause close the contact; 0: any number
  UNIQUE (project_id, cause)
);
ALTER TABLE result ADD COLUMN retry_most @INT@ NOT NULL DEFAULT 0; -- the same for a result

ALTER TABLE project ADD COLUMN stick_min @INT@ NOT NULL DEFAULT 0; -- a retry waits so long for the operator who talked last; 0: anybody
ALTER TABLE project ADD COLUMN takes_first TEXT NOT NULL DEFAULT 'retries'; -- retries, fresh
ALTER TABLE project ADD COLUMN caller_label TEXT;  -- name shown with the caller number
CREATE INDEX contact_stick ON contact(project_id, last_operator_id, due_at) WHERE state = 'due' AND last_operator_id IS NOT NULL;

CREATE TABLE forecast (                            -- how long the base of a running project lasts; written by a job
  project_id @INT@ PRIMARY KEY REFERENCES project(id), at @INT@ NOT NULL, fresh @INT@ NOT NULL, due @INT@ NOT NULL, calls_left @INT@ NOT NULL,
  calls_per_day @INT@ NOT NULL,                    -- mean of the last days with calls
  low_at @INT@                                     -- since when less than a day of dialling is left
);
