-- 0034_change: what the customer approves before it is dialled (docs/adr/0033): a change of script, base or strategy, with what it changes
-- as he saw it; the strategy as a versioned record; and calls that know which change was in force.

ALTER TABLE project ADD COLUMN customer_approves @INT@ NOT NULL DEFAULT 0;
ALTER TABLE call ADD COLUMN change_id @INT@;        -- the last change that had taken effect when it was dialled
ALTER TABLE import ADD COLUMN held @INT@ NOT NULL DEFAULT 0; -- its contacts stay hidden until the customer approves them
ALTER TABLE link ADD COLUMN change_id @INT@;        -- of a link of the kind "decision": what it decides …
ALTER TABLE link ADD COLUMN stop_id @INT@;
ALTER TABLE link ADD COLUMN used_at @INT@;          -- … and when it did, once

CREATE TABLE strategy (                            -- how a project is dialled; only an active one is, and its values are the project's
  id @ID@, version @INT@ NOT NULL DEFAULT 1, project_id @INT@ NOT NULL REFERENCES project(id), number @INT@ NOT NULL,
  state TEXT NOT NULL DEFAULT 'draft', mode TEXT NOT NULL, hours TEXT NOT NULL, attempts_total @INT@ NOT NULL, attempts_day @INT@ NOT NULL,
  attempts_week @INT@ NOT NULL, attempt_gap_min @INT@ NOT NULL, takes_first TEXT NOT NULL, goal TEXT, offer TEXT, note TEXT,
  author_id @INT@ REFERENCES "user"(id), approved_at @INT@, created_at @INT@ NOT NULL, UNIQUE (project_id, number)
);
CREATE TABLE change (
  id @ID@, version @INT@ NOT NULL DEFAULT 1, project_id @INT@ NOT NULL REFERENCES project(id), number @INT@ NOT NULL,
  kind TEXT NOT NULL,                              -- script, base, strategy, composition
  state TEXT NOT NULL DEFAULT 'proposed',          -- proposed, questioned, approved, declined, applied, withdrawn
  title TEXT NOT NULL, effect TEXT NOT NULL,
  script_version_id @INT@ REFERENCES script_version(id), base_id @INT@ REFERENCES base(id), import_id @INT@ REFERENCES import(id),
  retires_base_id @INT@ REFERENCES base(id), strategy_id @INT@ REFERENCES strategy(id),
  diff TEXT NOT NULL,                              -- JSON: what was shown to whoever decided, never made anew
  takes_effect_at @INT@,                           -- NULL: as soon as it is approved
  author_id @INT@ REFERENCES "user"(id), created_at @INT@ NOT NULL,
  decided_by TEXT, decided_at @INT@, decision_note TEXT, applied_at @INT@, withdrawn_at @INT@,
  before_id @INT@,                                 -- the change whose calls stand before this one's; NULL: those of no change
  told_at @INT@,                                   -- the customer was told that it raised the conversion
  UNIQUE (project_id, number)
);
CREATE TABLE change_word (                         -- a question to a change, and its answer
  id @ID@, project_id @INT@ NOT NULL REFERENCES project(id), change_id @INT@ NOT NULL REFERENCES change(id), at @INT@ NOT NULL,
  kind TEXT NOT NULL,                              -- question, answer
  said_by TEXT NOT NULL, words TEXT NOT NULL
);
CREATE INDEX change_word_change ON change_word (change_id);
CREATE INDEX call_change ON call (project_id, change_id, direction, counts_as) WHERE is_dialogue = 1;
CREATE INDEX link_change ON link (change_id) WHERE change_id IS NOT NULL;
