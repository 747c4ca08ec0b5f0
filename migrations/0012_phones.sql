-- 0012_phones: which trunk a call takes, from which number, what a carrier's codes mean; and operators' SIP phones.

-- «Numbers that begin so go over this trunk»: callflow/routing.h tells the order. project_id NULL: of all projects.
CREATE TABLE trunk_route (
  id @ID@, version @INT@ NOT NULL DEFAULT 1, project_id @INT@ REFERENCES project(id), prefix TEXT NOT NULL DEFAULT '',
  trunk_id @INT@ NOT NULL REFERENCES trunk(id), place @INT@ NOT NULL DEFAULT 1, created_at @INT@ NOT NULL
);
-- Numbers we may show over a trunk; the one least used within a day is taken. project_id NULL: of all projects.
CREATE TABLE caller_number (
  id @ID@, version @INT@ NOT NULL DEFAULT 1, number TEXT NOT NULL, trunk_id @INT@ NOT NULL REFERENCES trunk(id), project_id @INT@ REFERENCES project(id),
  note TEXT, disabled @INT@ NOT NULL DEFAULT 0, created_at @INT@ NOT NULL, UNIQUE (trunk_id, number)
);
-- What a final SIP answer of this carrier means, where it differs from the usual.
CREATE TABLE trunk_cause (
  id @ID@, version @INT@ NOT NULL DEFAULT 1, trunk_id @INT@ NOT NULL REFERENCES trunk(id), sip_code @INT@ NOT NULL, cause TEXT NOT NULL,
  UNIQUE (trunk_id, sip_code)
);
ALTER TABLE trunk ADD COLUMN srtp @INT@ NOT NULL DEFAULT 0; -- audio by SRTP, keys in the SDP; over TLS only

ALTER TABLE call ADD COLUMN caller TEXT; -- what the called party saw
-- How often a number was dialled from and answered, by the hour of dialling; kept with each call's end, recounted by zvonar check.
CREATE TABLE caller_hour (
  caller TEXT NOT NULL, hour @INT@ NOT NULL, dialled @INT@ NOT NULL, answered @INT@ NOT NULL, PRIMARY KEY (hour, caller)
);

-- An operator's phone by SIP. The secret is shown once; kept is what digest authentication needs (RFC 8760): H(login:realm:secret).
CREATE TABLE sip_phone (
  id @ID@, version @INT@ NOT NULL DEFAULT 1, user_id @INT@ NOT NULL UNIQUE REFERENCES "user"(id), login TEXT NOT NULL UNIQUE,
  ha1_md5 TEXT NOT NULL, ha1_sha256 TEXT NOT NULL,
  in_use @INT@ NOT NULL DEFAULT 0,                 -- the operator works by it instead of the browser
  registered @INT@ NOT NULL DEFAULT 0, agent TEXT, address TEXT, seen_at @INT@, created_at @INT@ NOT NULL
);
