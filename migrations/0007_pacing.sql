-- 0007_pacing: predictive dialling: its limit per project, what it learned, what it decided each second, and whom we owe an operator.

-- Abandoned: answered by a person, and no operator within 2 s. Most allowed in percent, counted over a day or over 30 days.
ALTER TABLE project ADD COLUMN abandon_max @REAL@ NOT NULL DEFAULT 3.0;
ALTER TABLE project ADD COLUMN abandon_window TEXT NOT NULL DEFAULT 'day'; -- day, month
ALTER TABLE project ADD COLUMN abandoned_text TEXT; -- what is said to a person we have no operator for

-- 1: an abandoned call. From then on the contact is dialled only for an operator who is free and waits for the answer (D9).
ALTER TABLE contact ADD COLUMN owed @INT@ NOT NULL DEFAULT 0;
CREATE INDEX contact_owed ON contact(project_id, due_at) WHERE owed = 1;

-- What the pacer of a project learned (callflow/pacer.h), so that a restart does not make it a beginner again.
CREATE TABLE pacing (
  project_id @INT@ PRIMARY KEY, learned TEXT NOT NULL, saved_at @INT@ NOT NULL
);
-- One row a second while it works: what it saw, what it dialled and why. Kept 30 days.
CREATE TABLE pacing_log (
  id @ID@, project_id @INT@ NOT NULL, at @INT@ NOT NULL,
  operators @INT@ NOT NULL, idle @INT@ NOT NULL, talking @INT@ NOT NULL, wrap_up @INT@ NOT NULL, ringing @INT@ NOT NULL, waiting @INT@ NOT NULL,
  soon @REAL@ NOT NULL, soon_ms @INT@ NOT NULL,    -- operators expected to be free within soon_ms
  dialled @INT@ NOT NULL, stop TEXT NOT NULL, guard TEXT NOT NULL, -- how many lines, what kept it from more, and is it held back
  answer_pct @REAL@ NOT NULL, risk_pct @REAL@ NOT NULL, limit_pct @REAL@ NOT NULL, -- risk: that the answer to one more dial finds nobody
  answered @INT@ NOT NULL, abandoned @INT@ NOT NULL, upper_pct @REAL@ NOT NULL,  -- of the window; upper 95 % bound of the rate
  alarm @INT@ NOT NULL                             -- the last half hour is over the limit with 95 % certainty
);
CREATE INDEX pacing_log_at ON pacing_log(project_id, at);
