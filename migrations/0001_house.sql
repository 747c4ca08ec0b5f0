-- 0001_house: people, the customer's project, the base, the calls and what is kept about them.
-- One dialect for both engines: type words in @…@ are replaced (src/engine/db/migrate.h). Moments are UTC milliseconds,
-- booleans 0/1, words TEXT, JSON documents TEXT. version grows with each change of a row people edit.

-- People ------------------------------------------------------------------------------------------------------------
CREATE TABLE customer (
  id @ID@, version @INT@ NOT NULL DEFAULT 1,
  name TEXT NOT NULL UNIQUE, inn TEXT, person TEXT, email TEXT, phone TEXT, site TEXT, timezone TEXT NOT NULL DEFAULT 'Europe/Moscow',
  note TEXT, archived @INT@ NOT NULL DEFAULT 0, created_at @INT@ NOT NULL
);

CREATE TABLE "user" (
  id @ID@, version @INT@ NOT NULL DEFAULT 1,
  login TEXT NOT NULL UNIQUE, name TEXT NOT NULL, email TEXT, phone TEXT, role TEXT NOT NULL,
  customer_id @INT@ REFERENCES customer(id),       -- set for the role customer, and only there
  language TEXT NOT NULL DEFAULT 'ru', theme TEXT NOT NULL DEFAULT 'auto',
  password_hash TEXT,                              -- Argon2id with pepper; NULL: invited, no password yet
  totp_secret TEXT, totp_on @INT@ NOT NULL DEFAULT 0, totp_last @INT@ NOT NULL DEFAULT 0,
  disabled @INT@ NOT NULL DEFAULT 0, created_at @INT@ NOT NULL, seen_at @INT@
);
CREATE INDEX user_customer ON "user"(customer_id);

CREATE TABLE session (                             -- token_hash: SHA-256 of what the cookie carries
  id @ID@, token_hash TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,      -- person, link
  user_id @INT@ REFERENCES "user"(id), project_id @INT@,              -- link: the one project it opens
  peer TEXT, created_at @INT@ NOT NULL, seen_at @INT@ NOT NULL, expires_at @INT@ NOT NULL
);
CREATE INDEX session_by_user ON session(user_id);

CREATE TABLE api_token (
  id @ID@, version @INT@ NOT NULL DEFAULT 1, user_id @INT@ NOT NULL REFERENCES "user"(id), name TEXT NOT NULL,
  prefix TEXT NOT NULL, token_hash TEXT NOT NULL UNIQUE, project_id @INT@,
  created_at @INT@ NOT NULL, used_at @INT@, expires_at @INT@
);
CREATE INDEX api_token_user ON api_token(user_id);

CREATE TABLE ticket (                              -- one-time: invitation and password reset by letter
  id @ID@, token_hash TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, user_id @INT@ NOT NULL REFERENCES "user"(id),
  created_at @INT@ NOT NULL, expires_at @INT@ NOT NULL, used_at @INT@
);

CREATE TABLE login_try (                           -- for the log-in limits: a row per key (hash of login, address)
  key TEXT PRIMARY KEY, fails @INT@ NOT NULL, window_at @INT@ NOT NULL
);

CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL, version @INT@ NOT NULL DEFAULT 1, changed_at @INT@ NOT NULL);

-- The project --------------------------------------------------------------------------------------------------------
CREATE TABLE trunk (
  id @ID@, version @INT@ NOT NULL DEFAULT 1, name TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,   -- sip, practice
  host TEXT, port @INT@ NOT NULL DEFAULT 5060, transport TEXT NOT NULL DEFAULT 'udp', login TEXT, password TEXT,
  registers @INT@ NOT NULL DEFAULT 0, caller_number TEXT, channels @INT@ NOT NULL DEFAULT 30, calls_per_s @INT@ NOT NULL DEFAULT 10,
  disabled @INT@ NOT NULL DEFAULT 0, state TEXT NOT NULL DEFAULT 'unknown', state_text TEXT, state_at @INT@, created_at @INT@ NOT NULL
);

CREATE TABLE project (
  id @ID@, version @INT@ NOT NULL DEFAULT 1, customer_id @INT@ NOT NULL REFERENCES customer(id),
  name TEXT NOT NULL, type TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'draft', stopped_reason TEXT, stopped_at @INT@,
  pm_id @INT@ REFERENCES "user"(id), mode TEXT NOT NULL DEFAULT 'progressive', goal TEXT, offer TEXT, task TEXT,
  volume_dialogues @INT@ NOT NULL DEFAULT 0, plan_per_day @INT@ NOT NULL DEFAULT 0, starts_on TEXT, ends_on TEXT,
  timezone TEXT NOT NULL DEFAULT 'Europe/Moscow', language TEXT NOT NULL DEFAULT 'ru',
  trunk_id @INT@ REFERENCES trunk(id), caller_number TEXT, ring_s @INT@ NOT NULL DEFAULT 30, wrap_up_s @INT@ NOT NULL DEFAULT 30,
  preview_s @INT@ NOT NULL DEFAULT 30, dialogue_s @INT@ NOT NULL DEFAULT 20,
  attempts_total @INT@ NOT NULL DEFAULT 10, attempts_day @INT@ NOT NULL DEFAULT 3, attempt_gap_min @INT@ NOT NULL DEFAULT 120,
  hours TEXT NOT NULL DEFAULT '[[540,1260],[540,1260],[540,1260],[540,1260],[540,1260],null,null]', -- minutes of the day, Monday first
  records @INT@ NOT NULL DEFAULT 1, letter_on @INT@ NOT NULL DEFAULT 1, letter_minute @INT@ NOT NULL DEFAULT 1140, letter_to TEXT,
  link_days @INT@ NOT NULL DEFAULT 14,
  peculiarities TEXT,                              -- of the customer; staff only
  created_at @INT@ NOT NULL, UNIQUE (customer_id, name)
);
CREATE INDEX project_pm ON project(pm_id);

CREATE TABLE member (                              -- who works in a project
  id @ID@, version @INT@ NOT NULL DEFAULT 1, project_id @INT@ NOT NULL REFERENCES project(id), user_id @INT@ NOT NULL REFERENCES "user"(id),
  created_at @INT@ NOT NULL, UNIQUE (project_id, user_id)
);
CREATE INDEX member_user ON member(user_id);

CREATE TABLE script_version (                      -- only an active one is dialled; its graph never changes after it was proposed
  id @ID@, version @INT@ NOT NULL DEFAULT 1, project_id @INT@ NOT NULL REFERENCES project(id), number @INT@ NOT NULL,
  state TEXT NOT NULL DEFAULT 'draft', graph TEXT NOT NULL, note TEXT, author_id @INT@ REFERENCES "user"(id),
  approved_by @INT@ REFERENCES "user"(id), approved_at @INT@, created_at @INT@ NOT NULL, UNIQUE (project_id, number)
);

CREATE TABLE form_field (                          -- the questions of the project's form (A4)
  id @ID@, version @INT@ NOT NULL DEFAULT 1, project_id @INT@ NOT NULL REFERENCES project(id), position @INT@ NOT NULL,
  key TEXT NOT NULL, label TEXT NOT NULL, type TEXT NOT NULL DEFAULT 'text', choices TEXT, required_by TEXT, archived @INT@ NOT NULL DEFAULT 0,
  UNIQUE (project_id, key)
);

CREATE TABLE result (                              -- a node of the project's tree of results (A5)
  id @ID@, version @INT@ NOT NULL DEFAULT 1, project_id @INT@ NOT NULL REFERENCES project(id), parent_id @INT@ REFERENCES result(id),
  position @INT@ NOT NULL DEFAULT 0, name TEXT NOT NULL, effect TEXT NOT NULL, counts_as TEXT NOT NULL DEFAULT 'nothing',
  retry_min @INT@ NOT NULL DEFAULT 0, hot_key TEXT, asks_comment @INT@ NOT NULL DEFAULT 0, archived @INT@ NOT NULL DEFAULT 0
);
CREATE INDEX result_project ON result(project_id);

-- The base -----------------------------------------------------------------------------------------------------------
CREATE TABLE base (
  id @ID@, version @INT@ NOT NULL DEFAULT 1, project_id @INT@ NOT NULL REFERENCES project(id), name TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'draft', priority @INT@ NOT NULL DEFAULT 0, country TEXT NOT NULL DEFAULT 'RU',
  approved_by @INT@ REFERENCES "user"(id), approved_at @INT@, created_at @INT@ NOT NULL, UNIQUE (project_id, name)
);

CREATE TABLE file (
  id @ID@, name TEXT NOT NULL, type TEXT NOT NULL, bytes @INT@ NOT NULL, sha256 TEXT NOT NULL, key TEXT NOT NULL UNIQUE, created_at @INT@ NOT NULL
);

CREATE TABLE import (
  id @ID@, version @INT@ NOT NULL DEFAULT 1, project_id @INT@ NOT NULL REFERENCES project(id), base_id @INT@ NOT NULL REFERENCES base(id),
  file_id @INT@ REFERENCES file(id), file_name TEXT NOT NULL, file_sha256 TEXT, rejects_file_id @INT@ REFERENCES file(id),
  state TEXT NOT NULL DEFAULT 'uploaded',          -- uploaded, running, done, failed, undoing, undone
  reading TEXT, mapping TEXT,                      -- JSON: encoding, delimiter, header row; field of each column
  rows_total @INT@ NOT NULL DEFAULT 0, rows_done @INT@ NOT NULL DEFAULT 0, accepted @INT@ NOT NULL DEFAULT 0, duplicates @INT@ NOT NULL DEFAULT 0,
  rejected @INT@ NOT NULL DEFAULT 0, skipped @INT@ NOT NULL DEFAULT 0, error TEXT,
  same_as_id @INT@,                                -- an earlier import of the same bytes into this project
  alive_at @INT@ NOT NULL DEFAULT 0,               -- last sign of life: one of the command line may have been killed
  loaded_at @INT@,                                 -- all rows are in: from here on it is finished, never rolled back
  author_id @INT@ REFERENCES "user"(id), created_at @INT@ NOT NULL, started_at @INT@, ended_at @INT@
);
CREATE INDEX import_base ON import(base_id);

CREATE TABLE contact (
  id @ID@, version @INT@ NOT NULL DEFAULT 1, project_id @INT@ NOT NULL, base_id @INT@ NOT NULL, import_id @INT@ NOT NULL DEFAULT 0,
  company TEXT, industry TEXT, activity TEXT, city TEXT, address TEXT, site TEXT, email TEXT, fax TEXT, timezone TEXT, note TEXT,
  state TEXT NOT NULL DEFAULT 'fresh',             -- hidden (its import is not finished), fresh, due, reserved, closed
  closed_reason TEXT, due_at @INT@ NOT NULL DEFAULT 0, attempts @INT@ NOT NULL DEFAULT 0, attempts_day @INT@ NOT NULL DEFAULT 0, attempt_day TEXT,
  reserved_call @INT@, reserved_until @INT@, operator_id @INT@,
  last_call_id @INT@, last_result_id @INT@, last_at @INT@, last_operator_id @INT@, last_comment TEXT,
  why_not TEXT, why_not_at @INT@,                  -- the gate's last refusal: rule and moment (D8)
  created_at @INT@ NOT NULL
);
CREATE INDEX contact_next ON contact(project_id, state, due_at, id);
CREATE INDEX contact_base ON contact(base_id, state, id);
CREATE INDEX contact_import ON contact(import_id, id);
-- The first page of the live report: the newest first, nobody called last. PostgreSQL reads an index backwards with NULLs first.
--sqlite:CREATE INDEX contact_last ON contact(project_id, last_at, id);
--postgres:CREATE INDEX contact_last ON contact(project_id, last_at DESC NULLS LAST, id DESC);
--sqlite:CREATE INDEX contact_result ON contact(project_id, last_result_id, last_at, id);
--postgres:CREATE INDEX contact_result ON contact(project_id, last_result_id, last_at DESC NULLS LAST, id DESC);
CREATE UNIQUE INDEX contact_in_call ON contact(reserved_call) WHERE reserved_call IS NOT NULL;
CREATE INDEX contact_zone ON contact(base_id, state, timezone, id);

CREATE TABLE person (
  id @ID@, version @INT@ NOT NULL DEFAULT 1, project_id @INT@ NOT NULL, contact_id @INT@ NOT NULL, name TEXT NOT NULL, position TEXT, email TEXT,
  decides @INT@ NOT NULL DEFAULT 0, note TEXT,
  import_id @INT@                                  -- set when an import added it to a contact that was there before
);
CREATE INDEX person_contact ON person(contact_id);
CREATE INDEX person_import ON person(import_id, id) WHERE import_id IS NOT NULL;

CREATE TABLE phone (                               -- e164 "+78124483454"; ext the extension to ask for
  id @ID@, version @INT@ NOT NULL DEFAULT 1, project_id @INT@ NOT NULL, base_id @INT@ NOT NULL, contact_id @INT@ NOT NULL, person_id @INT@,
  e164 TEXT NOT NULL, ext TEXT, position @INT@ NOT NULL DEFAULT 0, state TEXT NOT NULL DEFAULT 'good',  -- good, wrong, refused
  import_id @INT@                                  -- as in person
);
CREATE INDEX phone_contact ON phone(contact_id);
CREATE INDEX phone_import ON phone(import_id, id) WHERE import_id IS NOT NULL;
CREATE INDEX phone_e164 ON phone(e164, base_id);

-- Lists of contacts: those of unfinished imports left out, with the first number and person of each.
CREATE VIEW contact_seen AS SELECT c.id, c.version, c.project_id, c.base_id, c.import_id, c.company, c.industry, c.activity, c.city, c.address,
    c.site, c.email, c.fax, c.timezone, c.note, c.state, c.closed_reason, c.due_at, c.attempts, c.last_call_id, c.last_result_id, c.last_at,
    c.last_operator_id, c.last_comment, c.why_not, c.why_not_at, c.created_at,
    (SELECT h.e164 FROM phone h WHERE h.contact_id = c.id ORDER BY h.position, h.id LIMIT 1) AS phone,
    (SELECT n.name FROM person n WHERE n.contact_id = c.id ORDER BY n.decides DESC, n.id LIMIT 1) AS person
  FROM contact c WHERE c.state <> 'hidden';

CREATE TABLE answer (                              -- a value of the project's form
  contact_id @INT@ NOT NULL, field_id @INT@ NOT NULL REFERENCES form_field(id), value TEXT NOT NULL, call_id @INT@, answered_at @INT@ NOT NULL,
  PRIMARY KEY (contact_id, field_id)
);

CREATE TABLE mark_column (                         -- the customer's own columns of the live report
  id @ID@, version @INT@ NOT NULL DEFAULT 1, project_id @INT@ NOT NULL REFERENCES project(id), position @INT@ NOT NULL, name TEXT NOT NULL,
  type TEXT NOT NULL DEFAULT 'text', choices TEXT, archived @INT@ NOT NULL DEFAULT 0, UNIQUE (project_id, name)
);
CREATE TABLE mark (
  id @ID@, version @INT@ NOT NULL DEFAULT 1, project_id @INT@ NOT NULL, contact_id @INT@ NOT NULL, column_id @INT@ NOT NULL REFERENCES mark_column(id),
  value TEXT NOT NULL, author_id @INT@ REFERENCES "user"(id), changed_at @INT@ NOT NULL, UNIQUE (contact_id, column_id)
);

CREATE TABLE do_not_call (
  id @ID@, version @INT@ NOT NULL DEFAULT 1, e164 TEXT NOT NULL, level TEXT NOT NULL,   -- all, customer, project
  customer_id @INT@ REFERENCES customer(id), project_id @INT@ REFERENCES project(id),
  owner_id @INT@ NOT NULL DEFAULT 0,               -- id of the customer or project of the level, 0 for all: makes the rule unique
  reason TEXT, call_id @INT@, author_id @INT@ REFERENCES "user"(id), created_at @INT@ NOT NULL, UNIQUE (e164, level, owner_id)
);

-- Calls --------------------------------------------------------------------------------------------------------------
CREATE TABLE call (
  id @ID@, version @INT@ NOT NULL DEFAULT 1, uuid TEXT NOT NULL UNIQUE, project_id @INT@ NOT NULL, base_id @INT@ NOT NULL DEFAULT 0,
  contact_id @INT@ NOT NULL DEFAULT 0, phone_id @INT@, person_id @INT@, operator_id @INT@, direction TEXT NOT NULL DEFAULT 'out', mode TEXT NOT NULL,
  number TEXT NOT NULL, trunk_id @INT@, script_version_id @INT@,
  state TEXT NOT NULL DEFAULT 'asked', asked_at @INT@ NOT NULL, dialled_at @INT@, ringing_at @INT@, answered_at @INT@, connected_at @INT@, ended_at @INT@,
  cause TEXT, sip_code @INT@, ended_by TEXT, talk_ms @INT@ NOT NULL DEFAULT 0, wrap_ms @INT@ NOT NULL DEFAULT 0,
  is_dialogue @INT@ NOT NULL DEFAULT 0,
  result_id @INT@ REFERENCES result(id), result_at @INT@, reason TEXT, comment TEXT, idempotency_key TEXT,
  draft TEXT,                                      -- what the operator typed so far: JSON, on the server within a second
  path TEXT,                                       -- steps of the script walked: JSON [[node, answer, ms], …]
  counts_as TEXT NOT NULL DEFAULT 'nothing', dialog TEXT, tel_boot TEXT
);
CREATE INDEX call_project ON call(project_id, asked_at, id);
CREATE INDEX call_contact ON call(contact_id, id);
CREATE INDEX call_operator ON call(operator_id, asked_at, id);
CREATE INDEX call_open ON call(ended_at, state);
CREATE UNIQUE INDEX call_idempotency ON call(idempotency_key);
CREATE INDEX call_number ON call(number, asked_at);

CREATE TABLE call_event (                          -- what the telephone said, once: (tel_boot, seq)
  tel_boot TEXT NOT NULL, seq @INT@ NOT NULL, call_uuid TEXT, at @INT@ NOT NULL, kind TEXT NOT NULL, body TEXT,
  PRIMARY KEY (tel_boot, seq)
);
CREATE INDEX call_event_call ON call_event(call_uuid, seq);

CREATE TABLE recording (
  id @ID@, call_id @INT@ NOT NULL REFERENCES call(id), project_id @INT@ NOT NULL, state TEXT NOT NULL,  -- open, raw, kept, lost
  raw_path TEXT, file_id @INT@ REFERENCES file(id), sha256 TEXT, bytes @INT@ NOT NULL DEFAULT 0, duration_ms @INT@ NOT NULL DEFAULT 0, created_at @INT@ NOT NULL,
  UNIQUE (call_id)
);
CREATE INDEX recording_open ON recording(call_id) WHERE state = 'open';

CREATE TABLE callback (
  id @ID@, version @INT@ NOT NULL DEFAULT 1, project_id @INT@ NOT NULL, contact_id @INT@ NOT NULL, phone_id @INT@, operator_id @INT@ REFERENCES "user"(id), -- NULL: any
  due_at @INT@ NOT NULL, note TEXT, state TEXT NOT NULL DEFAULT 'open', call_id @INT@, author_id @INT@ REFERENCES "user"(id), created_at @INT@ NOT NULL, done_at @INT@,
  reminded @INT@ NOT NULL DEFAULT 0
);
CREATE INDEX callback_due ON callback(project_id, state, due_at);
CREATE INDEX callback_contact ON callback(contact_id);
CREATE INDEX callback_remind ON callback(due_at) WHERE state = 'open' AND reminded = 0;

CREATE TABLE pause_reason (
  id @ID@, version @INT@ NOT NULL DEFAULT 1, name TEXT NOT NULL UNIQUE, paid @INT@ NOT NULL DEFAULT 0, position @INT@ NOT NULL DEFAULT 0, archived @INT@ NOT NULL DEFAULT 0
);
CREATE TABLE shift (
  id @ID@, user_id @INT@ NOT NULL REFERENCES "user"(id), started_at @INT@ NOT NULL, ended_at @INT@, ended_why TEXT,
  project_id @INT@ REFERENCES project(id),         -- where he sits now
  state TEXT NOT NULL DEFAULT 'pause', state_at @INT@ NOT NULL, state_until @INT@, pause_reason_id @INT@, leg_up @INT@ NOT NULL DEFAULT 0,
  call_id @INT@,                                   -- his call: dialled, talked, or waiting for its result
  muted @INT@ NOT NULL DEFAULT 0,
  back TEXT                                        -- ready: what he becomes once his leg is up with a new telephone process
);
CREATE INDEX shift_user ON shift(user_id, started_at);
CREATE UNIQUE INDEX shift_open ON shift(user_id) WHERE ended_at IS NULL; -- one at a time
CREATE TABLE state_span (                          -- an operator's day, span by span
  id @ID@, shift_id @INT@ NOT NULL REFERENCES shift(id), user_id @INT@ NOT NULL, project_id @INT@, state TEXT NOT NULL, pause_reason_id @INT@,
  from_at @INT@ NOT NULL, to_at @INT@
);
CREATE INDEX state_span_user ON state_span(user_id, from_at);

-- The journal: a row per dialled call, as people read it.
CREATE VIEW journal AS SELECT c.id, c.uuid, c.project_id, p.customer_id, c.base_id, c.contact_id, t.company, t.industry, t.activity,
    t.city, t.address, t.fax, t.email, n.name AS person, c.operator_id, u.name AS operator_name, c.direction, c.mode, c.number, c.trunk_id,
    c.script_version_id, c.state, c.asked_at, c.dialled_at, c.ringing_at, c.answered_at, c.connected_at, c.ended_at, c.cause, c.sip_code,
    c.ended_by, c.talk_ms, c.wrap_ms, c.is_dialogue, c.result_id, r.name AS result, c.counts_as, c.result_at, c.reason, c.comment, c.path,
    g.id AS recording_id, g.duration_ms AS recording_ms
  FROM call c JOIN project p ON p.id = c.project_id LEFT JOIN contact t ON t.id = c.contact_id LEFT JOIN person n ON n.id = c.person_id
  LEFT JOIN "user" u ON u.id = c.operator_id LEFT JOIN result r ON r.id = c.result_id
  LEFT JOIN recording g ON g.call_id = c.id AND g.state IN ('raw', 'kept')
  WHERE c.dialled_at IS NOT NULL;

CREATE VIEW report_row AS                          -- the live report: a row per contact with a saved result
SELECT c.id, c.project_id, c.base_id, c.company, c.industry, c.activity, c.city, c.address, c.site, c.email, c.fax, c.state, c.attempts,
       c.last_at, c.last_result_id AS result_id, r.name AS result, r.counts_as, r.parent_id AS result_parent_id, c.last_comment AS comment,
       c.last_call_id AS call_id, l.number, l.talk_ms, l.is_dialogue, c.last_operator_id AS operator_id, u.name AS operator, rec.id AS recording_id
FROM contact c
JOIN result r ON r.id = c.last_result_id
LEFT JOIN call l ON l.id = c.last_call_id
LEFT JOIN "user" u ON u.id = c.last_operator_id
LEFT JOIN recording rec ON rec.call_id = c.last_call_id;

-- Roll-ups, kept in the transaction of what they count ------------------------------------------------------------------
CREATE TABLE call_hour (
  hour @INT@ NOT NULL, project_id @INT@ NOT NULL, base_id @INT@ NOT NULL, operator_id @INT@ NOT NULL, script_version_id @INT@ NOT NULL,
  result_id @INT@ NOT NULL, direction TEXT NOT NULL,
  calls @INT@ NOT NULL, answered @INT@ NOT NULL, dialogues @INT@ NOT NULL, leads @INT@ NOT NULL, meetings @INT@ NOT NULL, presentations @INT@ NOT NULL,
  sales @INT@ NOT NULL, refusals @INT@ NOT NULL, callbacks @INT@ NOT NULL, talk_ms @INT@ NOT NULL, wrap_ms @INT@ NOT NULL, ring_ms @INT@ NOT NULL,
  PRIMARY KEY (project_id, hour, base_id, operator_id, script_version_id, result_id, direction)
);
CREATE INDEX call_hour_operator ON call_hour(operator_id, hour);
CREATE TABLE project_hour (                        -- the same per project alone: its days and months
  project_id @INT@ NOT NULL, hour @INT@ NOT NULL,
  calls @INT@ NOT NULL, answered @INT@ NOT NULL, dialogues @INT@ NOT NULL, leads @INT@ NOT NULL, meetings @INT@ NOT NULL, presentations @INT@ NOT NULL,
  sales @INT@ NOT NULL, refusals @INT@ NOT NULL, callbacks @INT@ NOT NULL, talk_ms @INT@ NOT NULL, wrap_ms @INT@ NOT NULL, ring_ms @INT@ NOT NULL,
  PRIMARY KEY (project_id, hour)
);
CREATE TABLE contact_state (                       -- how many contacts of a base stand where
  project_id @INT@ NOT NULL, base_id @INT@ NOT NULL, state TEXT NOT NULL, last_result_id @INT@ NOT NULL, contacts @INT@ NOT NULL,
  PRIMARY KEY (project_id, base_id, state, last_result_id)
);

-- Letters, links, jobs, events, audit ------------------------------------------------------------------------------------
CREATE TABLE link (                                -- a signed link of a letter: opens one project's report until it expires
  id @ID@, token_hash TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, project_id @INT@ REFERENCES project(id), sent_to TEXT,
  created_at @INT@ NOT NULL, expires_at @INT@ NOT NULL,
  opened_at @INT@, opens @INT@ NOT NULL DEFAULT 0, revoked @INT@ NOT NULL DEFAULT 0
);
CREATE TABLE letter (                              -- one recipient each; "{token}" in the bodies stands for the link's secret, which is not kept
  id @ID@, kind TEXT NOT NULL, project_id @INT@ REFERENCES project(id), user_id @INT@, day TEXT, to_list TEXT NOT NULL, reply_to TEXT, subject TEXT NOT NULL,
  body_text TEXT NOT NULL, body_html TEXT, language TEXT NOT NULL DEFAULT 'ru', message_id TEXT NOT NULL UNIQUE, figures TEXT,
  sender_name TEXT, sender TEXT, sha256 TEXT,      -- as sent: with these and the server's key the letter is built again byte for byte
  state TEXT NOT NULL DEFAULT 'waiting',           -- waiting, sent, failed
  tries @INT@ NOT NULL DEFAULT 0, error TEXT, next_try_at @INT@, created_at @INT@ NOT NULL, sent_at @INT@, once_key TEXT UNIQUE
);
CREATE INDEX letter_project ON letter(project_id, created_at);

CREATE TABLE job (
  id @ID@, kind TEXT NOT NULL, ref_id @INT@ NOT NULL DEFAULT 0, payload TEXT, state TEXT NOT NULL DEFAULT 'waiting', -- waiting, running, done, dead
  once_key TEXT UNIQUE, tries @INT@ NOT NULL DEFAULT 0, run_at @INT@ NOT NULL, lease_until @INT@, error TEXT, created_at @INT@ NOT NULL, done_at @INT@
);
CREATE INDEX job_due ON job(state, run_at);

CREATE TABLE event (
  id @INT@ PRIMARY KEY, at @INT@ NOT NULL, entity TEXT NOT NULL, verb TEXT NOT NULL, row_id @INT@ NOT NULL DEFAULT 0, project_id @INT@ NOT NULL DEFAULT 0,
  customer_id @INT@ NOT NULL DEFAULT 0, user_id @INT@ NOT NULL DEFAULT 0, may_bits @INT@ NOT NULL DEFAULT 0, staff_only @INT@ NOT NULL DEFAULT 0, body TEXT
);

CREATE TABLE audit (
  id @ID@, at @INT@ NOT NULL, user_id @INT@, peer TEXT, entity TEXT NOT NULL, verb TEXT NOT NULL, row_id @INT@ NOT NULL, project_id @INT@, diff TEXT
);
CREATE VIEW trail AS SELECT a.id, a.at, a.user_id, u.name AS user_name, a.peer, a.entity, a.verb, a.row_id, a.project_id, a.diff
  FROM audit a LEFT JOIN "user" u ON u.id = a.user_id;
CREATE INDEX audit_row ON audit(entity, row_id, id);
CREATE INDEX audit_at ON audit(at);
