-- 0047_card: what leaves from a contact's card by a template, short messages, and notifications to our own people.

CREATE TABLE template (                            -- words with merge fields (A7); project_id NULL: of the house
  id @ID@, version @INT@ NOT NULL DEFAULT 1, project_id @INT@ REFERENCES project(id), kind TEXT NOT NULL,   -- letter, offer, sms, fax
  name TEXT NOT NULL, subject TEXT, body TEXT NOT NULL, offer_id @INT@ REFERENCES template(id),             -- offer_id: the PDF that goes with it
  advertising @INT@ NOT NULL DEFAULT 1, editable @INT@ NOT NULL DEFAULT 1, archived @INT@ NOT NULL DEFAULT 0,
  number @INT@ NOT NULL DEFAULT 1,                 -- of its words: grows when they change
  author_id @INT@ REFERENCES "user"(id), created_at @INT@ NOT NULL
);
CREATE INDEX template_project ON template(project_id, kind);
CREATE TABLE template_version (                    -- its words as they were; only ever added
  id @ID@, template_id @INT@ NOT NULL REFERENCES template(id), number @INT@ NOT NULL, subject TEXT, body TEXT NOT NULL, offer_id @INT@,
  author_id @INT@ REFERENCES "user"(id), created_at @INT@ NOT NULL, UNIQUE (template_id, number)
);

CREATE TABLE sms (                                 -- an outbox and archive like letter
  id @ID@, project_id @INT@ REFERENCES project(id), user_id @INT@ REFERENCES "user"(id), to_e164 TEXT NOT NULL, body TEXT NOT NULL,
  parts @INT@ NOT NULL,
  state TEXT NOT NULL DEFAULT 'waiting',           -- waiting, handing, sent, delivered, failed, unknown
  tries @INT@ NOT NULL DEFAULT 0, error TEXT, next_try_at @INT@, created_at @INT@ NOT NULL, sent_at @INT@, reported_at @INT@, once_key TEXT UNIQUE
);
CREATE INDEX sms_project ON sms(project_id, created_at);

CREATE TABLE sending (                             -- what went to a contact: a row per letter, message, fax
  id @ID@, project_id @INT@ NOT NULL, contact_id @INT@ NOT NULL, person_id @INT@, call_id @INT@, user_id @INT@,
  kind TEXT NOT NULL, template_id @INT@, template_number @INT@, to_address TEXT NOT NULL, subject TEXT, body TEXT NOT NULL,
  advertising @INT@ NOT NULL DEFAULT 0, basis TEXT NOT NULL,           -- why it might be sent: service, consent, talk
  parts @INT@ NOT NULL DEFAULT 1, pages_done @INT@ NOT NULL DEFAULT 0, far_ident TEXT, file_id @INT@ REFERENCES file(id),
  letter_id @INT@ UNIQUE, sms_id @INT@ UNIQUE,
  state TEXT NOT NULL DEFAULT 'waiting',           -- waiting, sent, delivered, failed, unknown
  error TEXT, at @INT@ NOT NULL, state_at @INT@ NOT NULL, once_key TEXT UNIQUE
);
CREATE INDEX sending_project ON sending(project_id, at, id);
CREATE INDEX sending_contact ON sending(contact_id, id);
CREATE INDEX sending_call ON sending(call_id);
CREATE INDEX sending_user ON sending(user_id, at);

CREATE TABLE notification (                        -- to one of our own people; its words are made when it is read, in his language
  id @ID@, user_id @INT@ NOT NULL REFERENCES "user"(id), kind TEXT NOT NULL, project_id @INT@, row_id @INT@ NOT NULL DEFAULT 0, what TEXT,
  shown @INT@ NOT NULL DEFAULT 1,                  -- in the page
  at @INT@ NOT NULL, read_at @INT@,
  letter_at @INT@, letter_id @INT@, sms_at @INT@, sms_id @INT@,        -- …_at: when it is due by that way, NULL: not, or gone
  once_key TEXT, UNIQUE (user_id, once_key)
);
CREATE INDEX notification_user ON notification(user_id, read_at, id);
CREATE INDEX notification_letter ON notification(letter_at) WHERE letter_at IS NOT NULL;
CREATE INDEX notification_sms ON notification(sms_at) WHERE sms_at IS NOT NULL;
CREATE TABLE notification_choice (                 -- how a person wants one kind; without a row it goes as the kind says
  user_id @INT@ NOT NULL REFERENCES "user"(id), kind TEXT NOT NULL, page @INT@ NOT NULL, letter @INT@ NOT NULL, sms @INT@ NOT NULL,
  PRIMARY KEY (user_id, kind)
);
CREATE TABLE notification_hours (                  -- and when he wants nothing but what is urgent
  user_id @INT@ PRIMARY KEY REFERENCES "user"(id), timezone TEXT NOT NULL DEFAULT 'Europe/Moscow',
  quiet_from @INT@ NOT NULL DEFAULT 1320, quiet_to @INT@ NOT NULL DEFAULT 480,       -- minutes of his day; equal: no quiet hours
  urgent_passes @INT@ NOT NULL DEFAULT 1
);
