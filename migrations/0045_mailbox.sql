-- 0045_mailbox: mailboxes, what came to them and what is written in them (docs/adr/0045).

CREATE TABLE mailbox (
  id @ID@, version @INT@ NOT NULL DEFAULT 1, name TEXT NOT NULL, address TEXT NOT NULL UNIQUE, sender_name TEXT,
  imap_host TEXT NOT NULL, imap_port @INT@ NOT NULL DEFAULT 0, imap_tls TEXT NOT NULL DEFAULT 'tls',
  smtp_host TEXT NOT NULL, smtp_port @INT@ NOT NULL DEFAULT 0, smtp_tls TEXT NOT NULL DEFAULT 'starttls',
  any_certificate @INT@ NOT NULL DEFAULT 0, login TEXT NOT NULL, password TEXT,
  sent_folder TEXT,                                -- NULL: the one the server marks as such
  user_id @INT@ REFERENCES "user"(id),             -- whose it is: a person's, …
  project_id @INT@ REFERENCES project(id),         -- … the people's of a project, or, with neither, everybody's who writes letters
  disabled @INT@ NOT NULL DEFAULT 0,
  state TEXT NOT NULL DEFAULT 'new',               -- new, connected, password, down
  state_code TEXT, state_text TEXT, state_at @INT@, last_letter_at @INT@, created_at @INT@ NOT NULL,
  tries @INT@ NOT NULL DEFAULT 0, next_try_at @INT@ NOT NULL DEFAULT 0,
  holder TEXT, held_until @INT@ NOT NULL DEFAULT 0, -- the node that reads it, until when by the database's clock
  epoch @INT@ NOT NULL DEFAULT 0                   -- of that holding: an older one writes nothing
);
CREATE TABLE mail_folder (                         -- how far a folder was read
  id @ID@, mailbox_id @INT@ NOT NULL REFERENCES mailbox(id), kind TEXT NOT NULL,             -- inbox, sent
  name TEXT, uidvalidity @INT@ NOT NULL DEFAULT 0, uid_last @INT@ NOT NULL DEFAULT 0, UNIQUE (mailbox_id, kind)
);
CREATE TABLE mail_late (                           -- letters that are fetched by themselves: large ones, and those that failed
  folder_id @INT@ NOT NULL REFERENCES mail_folder(id), uid @INT@ NOT NULL, bytes @INT@ NOT NULL,
  tries @INT@ NOT NULL DEFAULT 0, next_try_at @INT@ NOT NULL DEFAULT 0, error TEXT, PRIMARY KEY (folder_id, uid)
);

CREATE TABLE mail_thread (
  id @ID@, version @INT@ NOT NULL DEFAULT 1, mailbox_id @INT@ NOT NULL REFERENCES mailbox(id), project_id @INT@ REFERENCES project(id),
  customer_id @INT@ REFERENCES customer(id), subject TEXT NOT NULL, people TEXT NOT NULL,
  letters @INT@ NOT NULL DEFAULT 0, unread @INT@ NOT NULL DEFAULT 0, files @INT@ NOT NULL DEFAULT 0,
  last_way TEXT NOT NULL DEFAULT 'in', last_line TEXT, last_at @INT@ NOT NULL, created_at @INT@ NOT NULL
);
--sqlite: CREATE INDEX mail_thread_last ON mail_thread (mailbox_id, last_at, id);
--postgres: CREATE INDEX mail_thread_last ON mail_thread (mailbox_id, last_at DESC NULLS LAST, id DESC);
CREATE INDEX mail_thread_project ON mail_thread (project_id, last_at);

CREATE TABLE mail_ref (                            -- which thread a Message-ID belongs to, be the letter here or only named: ref is a hash of it
  mailbox_id @INT@ NOT NULL REFERENCES mailbox(id), ref TEXT NOT NULL, thread_id @INT@ NOT NULL REFERENCES mail_thread(id),
  PRIMARY KEY (mailbox_id, ref)
);
CREATE INDEX mail_ref_thread ON mail_ref (thread_id);

CREATE TABLE mail_letter (
  id @ID@, mailbox_id @INT@ NOT NULL REFERENCES mailbox(id), thread_id @INT@ NOT NULL REFERENCES mail_thread(id),
  way TEXT NOT NULL,                               -- in, out
  letter_key TEXT NOT NULL,                        -- a hash of what it says: the same letter twice is one
  message_id TEXT, ref TEXT, parent_id @INT@ REFERENCES mail_letter(id),
  from_name TEXT, from_address TEXT NOT NULL, to_list TEXT NOT NULL, cc_list TEXT NOT NULL, reply_to TEXT,
  subject TEXT NOT NULL, body_text TEXT NOT NULL, body_html TEXT, history_at @INT@ NOT NULL DEFAULT 0,
  files TEXT NOT NULL, files_n @INT@ NOT NULL DEFAULT 0,
  nature TEXT NOT NULL DEFAULT 'personal', trouble TEXT, html_bytes @INT@ NOT NULL DEFAULT 0, at @INT@ NOT NULL, came_at @INT@ NOT NULL,
  file_id @INT@ REFERENCES file(id), file_at @INT@ NOT NULL DEFAULT 0, bytes @INT@ NOT NULL DEFAULT 0, -- the raw letter: that part of a file
  customer_id @INT@ REFERENCES customer(id),       -- of who wrote it, or to whom it was written
  user_id @INT@ REFERENCES "user"(id),             -- out: who wrote it
  state TEXT,                                      -- out: waiting, sent, failed, bounced, kept (in the folder of sent letters)
  error TEXT, sent_at @INT@, reason TEXT,          -- reason: why it went in spite of the guard's remarks
  once_key TEXT UNIQUE, UNIQUE (mailbox_id, letter_key)
);
CREATE INDEX mail_letter_thread ON mail_letter (thread_id, at);
CREATE INDEX mail_letter_ref ON mail_letter (mailbox_id, ref);
CREATE INDEX mail_letter_out ON mail_letter (mailbox_id, way, at);
CREATE TABLE mail_delivery (                       -- one recipient of a letter each: handed over once
  id @ID@, letter_id @INT@ NOT NULL REFERENCES mail_letter(id), address TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'waiting',
  tries @INT@ NOT NULL DEFAULT 0, error TEXT, sent_at @INT@, UNIQUE (letter_id, address)
);
CREATE TABLE mail_upload (                         -- a file to be sent with a letter that is being written
  id @ID@, user_id @INT@ NOT NULL REFERENCES "user"(id), file_id @INT@ NOT NULL REFERENCES file(id), name TEXT NOT NULL, bytes @INT@ NOT NULL,
  created_at @INT@ NOT NULL
);
CREATE TABLE mail_question (                       -- what we shall ask a customer, collected for one letter
  id @ID@, version @INT@ NOT NULL DEFAULT 1, customer_id @INT@ NOT NULL REFERENCES customer(id), project_id @INT@ REFERENCES project(id),
  text TEXT NOT NULL, user_id @INT@ REFERENCES "user"(id), letter_id @INT@ REFERENCES mail_letter(id), created_at @INT@ NOT NULL
);
CREATE INDEX mail_question_customer ON mail_question (customer_id, letter_id);

ALTER TABLE communication ADD COLUMN mail_id @INT@ REFERENCES mail_letter(id); -- a letter of a mailbox; letter_id: one the program wrote
ALTER TABLE communication ADD COLUMN mail_ref TEXT;  -- in two mailboxes it is one letter
CREATE UNIQUE INDEX communication_mail ON communication (project_id, mail_ref);

CREATE VIEW mail_letter_listed AS SELECT id, mailbox_id, thread_id, parent_id, way, message_id, from_name, from_address, to_list, cc_list, reply_to, subject,
  substr(body_text, 1, 20000) AS body_text, history_at, CASE WHEN files_n > 50 THEN '[]' ELSE files END AS files, files_n, nature, trouble, html_bytes, at,
  came_at, bytes, customer_id, user_id, state, error, sent_at, reason FROM mail_letter;
