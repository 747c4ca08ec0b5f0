-- 0005_rules: the law of the place as dated rows, its days off, consents, registers of refusals, numbering ranges, and what the gate refused.

-- A row forbids or bounds one thing in one jurisdiction between two days; empty purpose: for all. Presets are defaults for a lawyer to read, no advice.
CREATE TABLE rule (
  id @ID@, version @INT@ NOT NULL DEFAULT 1, jurisdiction TEXT NOT NULL, purpose TEXT, kind TEXT NOT NULL,
  value @INT@ NOT NULL DEFAULT 0,                  -- in the unit of the kind (src/domain/rule/rule.c)
  days @INT@ NOT NULL DEFAULT 0,                   -- over so many days
  from_min @INT@ NOT NULL DEFAULT 0, to_min @INT@ NOT NULL DEFAULT 1440, -- hours: minutes of the called party's day
  list TEXT,                                       -- kind list: the name of the register
  valid_from TEXT, valid_to TEXT, disabled @INT@ NOT NULL DEFAULT 0, source TEXT, note TEXT, created_at @INT@ NOT NULL
);
CREATE INDEX rule_jurisdiction ON rule(jurisdiction);

CREATE TABLE rule_exception (                      -- a rule that is off (or on, though off for all) in one project, and who decided so
  id @ID@, version @INT@ NOT NULL DEFAULT 1, project_id @INT@ NOT NULL REFERENCES project(id), rule_id @INT@ NOT NULL REFERENCES rule(id),
  applies @INT@ NOT NULL DEFAULT 0, reason TEXT NOT NULL, author_id @INT@ REFERENCES "user"(id), created_at @INT@ NOT NULL, UNIQUE (project_id, rule_id)
);

CREATE TABLE day_off (                             -- an official day off, or a working Saturday
  id @ID@, version @INT@ NOT NULL DEFAULT 1, jurisdiction TEXT NOT NULL, day TEXT NOT NULL, kind TEXT NOT NULL DEFAULT 'off', name TEXT,
  UNIQUE (jurisdiction, day)
);

CREATE TABLE consent (                             -- to be called by this customer; proof: where it is kept
  id @ID@, version @INT@ NOT NULL DEFAULT 1, customer_id @INT@ NOT NULL REFERENCES customer(id), project_id @INT@ REFERENCES project(id),
  e164 TEXT NOT NULL, kind TEXT NOT NULL DEFAULT 'advertising', text_version TEXT NOT NULL, given_at @INT@ NOT NULL, revoked_at @INT@,
  proof TEXT, author_id @INT@ REFERENCES "user"(id), created_at @INT@ NOT NULL
);
CREATE INDEX consent_number ON consent(e164, customer_id);
CREATE INDEX consent_customer ON consent(customer_id, id);

CREATE TABLE register (                            -- a list of refusals kept by others: TPS, a carrier's list of those who want no mass calls
  id @ID@, version @INT@ NOT NULL DEFAULT 1, name TEXT NOT NULL UNIQUE, jurisdiction TEXT NOT NULL, note TEXT, disabled @INT@ NOT NULL DEFAULT 0,
  numbers @INT@ NOT NULL DEFAULT 0, loaded_at @INT@, created_at @INT@ NOT NULL
);
ALTER TABLE do_not_call ADD COLUMN register_id @INT@ REFERENCES register(id);
CREATE INDEX do_not_call_register ON do_not_call(register_id, created_at) WHERE register_id IS NOT NULL;

CREATE TABLE number_range (                        -- the national numbering plan: digits without "+"; zones: one or several IANA names with commas
  id @ID@, version @INT@ NOT NULL DEFAULT 1, from_number @INT@ NOT NULL, to_number @INT@ NOT NULL, zones TEXT NOT NULL, region TEXT, UNIQUE (from_number)
);

CREATE TABLE refusal (                             -- each dial the gate refused: the gate's word, and the row of the law when it was one
  id @ID@, at @INT@ NOT NULL, project_id @INT@ NOT NULL, contact_id @INT@ NOT NULL, number TEXT, rule TEXT NOT NULL, rule_id @INT@
);
CREATE INDEX refusal_contact ON refusal(contact_id, id);
CREATE INDEX refusal_at ON refusal(at);

-- What decides which rows apply. A project made before this has no purpose: none of them, until somebody says what its calls are for.
ALTER TABLE project ADD COLUMN jurisdiction TEXT NOT NULL DEFAULT 'RU';
ALTER TABLE project ADD COLUMN purpose TEXT;
ALTER TABLE project ADD COLUMN calls_days_off @INT@ NOT NULL DEFAULT 1;
ALTER TABLE project ADD COLUMN attempts_week @INT@ NOT NULL DEFAULT 7;
ALTER TABLE project ADD COLUMN record_notice @INT@ NOT NULL DEFAULT 0;

INSERT INTO rule (jurisdiction, purpose, kind, value, days, from_min, to_min, list, valid_from, disabled, source, note, created_at) VALUES
  ('RU', NULL, 'hours_workday', 0, 0, 540, 1260, NULL, NULL, 0, NULL, 'Местное время абонента', 0),
  ('RU', NULL, 'hours_day_off', 0, 0, 540, 1260, NULL, NULL, 0, NULL, 'Местное время абонента', 0),
  ('RU', NULL, 'caller_number', 1, 0, 0, 1440, NULL, '2025-09-01', 0, '41-ФЗ от 01.04.2025', 'Номер определяется и по нему можно перезвонить', 0),
  ('RU', NULL, 'caller_label', 32, 0, 0, 1440, NULL, '2025-09-01', 0, 'ПП РФ № 1300 от 28.08.2025', 'Маркировка вызова: название и категория', 0),
  ('RU', 'advertising', 'consent', 1, 0, 0, 1440, NULL, NULL, 0, '38-ФЗ, ст. 18 ч. 1', 'Предварительное согласие; доказывает рекламораспространитель', 0),
  ('RU', 'advertising', 'no_automatic', 1, 0, 0, 1440, NULL, NULL, 0, '38-ФЗ, ст. 18 ч. 2', 'Подбор и набор номера без участия человека; согласие этого не меняет. Снимает директор с указанием причины', 0),
  ('RU', NULL, 'record_notice', 1, 0, 0, 1440, NULL, NULL, 1, '152-ФЗ', 'Предупреждать о записи в начале разговора', 0),
  ('RU', NULL, 'abandoned_lock', 72, 0, 0, 1440, NULL, NULL, 0, NULL, 'После потерянного звонка — только когда оператор уже ждёт', 0),
  ('RU', 'collection', 'hours_workday', 0, 0, 480, 1320, NULL, NULL, 0, '230-ФЗ, ст. 7', 'Рабочие дни, местное время должника', 0),
  ('RU', 'collection', 'hours_day_off', 0, 0, 540, 1200, NULL, NULL, 0, '230-ФЗ, ст. 7', 'Выходные и праздники', 0),
  ('RU', 'collection', 'per_day', 1, 0, 0, 1440, NULL, NULL, 0, '230-ФЗ, ст. 7', 'Закон считает взаимодействия; здесь строже — звонки', 0),
  ('RU', 'collection', 'per_week', 2, 0, 0, 1440, NULL, NULL, 0, '230-ФЗ, ст. 7', 'Закон считает взаимодействия; здесь строже — звонки', 0),
  ('RU', 'collection', 'per_month', 8, 0, 0, 1440, NULL, NULL, 0, '230-ФЗ, ст. 7', 'Закон считает взаимодействия; здесь строже — звонки', 0),
  ('GB', NULL, 'hours_workday', 0, 0, 480, 1260, NULL, NULL, 0, NULL, 'No law: the custom of the trade', 0),
  ('GB', NULL, 'hours_day_off', 0, 0, 540, 1200, NULL, NULL, 0, NULL, 'No law: the custom of the trade', 0),
  ('GB', NULL, 'caller_number', 1, 0, 0, 1440, NULL, NULL, 0, 'PECR', 'The number is shown', 0),
  ('GB', NULL, 'abandoned_share', 10, 1, 0, 1440, NULL, '2017-03-01', 0, 'Ofcom, December 2016', '1 % over 24 h: our own target. There is no safe harbour', 0),
  ('GB', NULL, 'abandoned_lock', 72, 0, 0, 1440, NULL, NULL, 0, 'Ofcom', 'Unless an operator is waiting', 0),
  ('GB', 'advertising', 'list', 0, 28, 0, 1440, 'TPS', NULL, 0, 'PECR reg. 21', 'The register is loaded at least every 28 days', 0),
  ('GB', NULL, 'record_notice', 1, 0, 0, 1440, NULL, NULL, 0, NULL, 'Say that the call is recorded', 0),
  ('US', NULL, 'hours_workday', 0, 0, 480, 1260, NULL, NULL, 0, '16 CFR 310.4(c)', 'Called party''s local time', 0),
  ('US', NULL, 'hours_day_off', 0, 0, 480, 1260, NULL, NULL, 0, '16 CFR 310.4(c)', 'Called party''s local time', 0),
  ('US', 'advertising', 'list', 0, 31, 0, 1440, 'DNC', NULL, 0, '16 CFR 310.4(b)(3)(iv)', 'The national registry is loaded at least every 31 days', 0),
  ('US', 'advertising', 'consent', 1, 0, 0, 1440, NULL, NULL, 1, '47 CFR 64.1200(a)(2)', 'On for calls by an autodialler or with a recorded voice to mobile numbers', 0),
  ('US', 'advertising', 'per_day', 3, 0, 0, 1440, NULL, NULL, 1, 'Florida Statutes 501.616(6)', 'On for calls to Florida: three in 24 hours on one subject', 0),
  ('US', NULL, 'abandoned_share', 30, 30, 0, 1440, NULL, NULL, 0, '16 CFR 310.4(b)(4)', '3 % of calls answered by a person, per campaign', 0),
  ('US', NULL, 'ring', 15, 0, 0, 1440, NULL, NULL, 0, '16 CFR 310.4(b)(4)', 'Or four rings', 0),
  ('US', NULL, 'caller_number', 1, 0, 0, 1440, NULL, NULL, 0, '16 CFR 310.4(a)(8)', 'The number is shown', 0),
  ('US', NULL, 'record_notice', 1, 0, 0, 1440, NULL, NULL, 0, NULL, 'Two-party consent states: say that the call is recorded', 0);

-- Labour Code art. 112 and, for 2026, the Government's decree of 24.09.2025. For 2027 the days the Code itself names and moves; the decree's are added by hand.
INSERT INTO day_off (jurisdiction, day, kind, name) VALUES
  ('RU', '2026-01-01', 'off', 'Новогодние каникулы'), ('RU', '2026-01-02', 'off', 'Новогодние каникулы'), ('RU', '2026-01-03', 'off', 'Новогодние каникулы'),
  ('RU', '2026-01-04', 'off', 'Новогодние каникулы'), ('RU', '2026-01-05', 'off', 'Новогодние каникулы'), ('RU', '2026-01-06', 'off', 'Новогодние каникулы'),
  ('RU', '2026-01-07', 'off', 'Рождество'), ('RU', '2026-01-08', 'off', 'Новогодние каникулы'), ('RU', '2026-01-09', 'off', 'Перенос с 3 января'),
  ('RU', '2026-02-23', 'off', 'День защитника Отечества'), ('RU', '2026-03-08', 'off', 'Женский день'), ('RU', '2026-03-09', 'off', 'Перенос с 8 марта'),
  ('RU', '2026-05-01', 'off', 'Праздник Весны и Труда'), ('RU', '2026-05-09', 'off', 'День Победы'), ('RU', '2026-05-11', 'off', 'Перенос с 9 мая'),
  ('RU', '2026-06-12', 'off', 'День России'), ('RU', '2026-11-04', 'off', 'День народного единства'), ('RU', '2026-12-31', 'off', 'Перенос с 4 января'),
  ('RU', '2027-01-01', 'off', 'Новогодние каникулы'), ('RU', '2027-01-02', 'off', 'Новогодние каникулы'), ('RU', '2027-01-03', 'off', 'Новогодние каникулы'),
  ('RU', '2027-01-04', 'off', 'Новогодние каникулы'), ('RU', '2027-01-05', 'off', 'Новогодние каникулы'), ('RU', '2027-01-06', 'off', 'Новогодние каникулы'),
  ('RU', '2027-01-07', 'off', 'Рождество'), ('RU', '2027-01-08', 'off', 'Новогодние каникулы'), ('RU', '2027-02-23', 'off', 'День защитника Отечества'),
  ('RU', '2027-03-08', 'off', 'Женский день'), ('RU', '2027-05-01', 'off', 'Праздник Весны и Труда'), ('RU', '2027-05-03', 'off', 'Перенос с 1 мая'),
  ('RU', '2027-05-09', 'off', 'День Победы'), ('RU', '2027-05-10', 'off', 'Перенос с 9 мая'), ('RU', '2027-06-12', 'off', 'День России'),
  ('RU', '2027-06-14', 'off', 'Перенос с 12 июня'), ('RU', '2027-11-04', 'off', 'День народного единства');
