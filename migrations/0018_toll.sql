-- 0018_toll: what a line may be used for, so that whoever gets hold of a login cannot call at our cost where nobody of ours would.

-- How the numbers begin that may be called over it: «+7, +375»; NULL: all but paid and satellite ones (domain/trunk/toll.c).
ALTER TABLE trunk ADD COLUMN allowed TEXT;
ALTER TABLE trunk ADD COLUMN calls_per_hour @INT@ NOT NULL DEFAULT 0; -- 0: no bound
-- Calls sent over a trunk by the minute since 1970, those of the last hour.
CREATE TABLE trunk_minute (
  trunk_id @INT@ NOT NULL REFERENCES trunk(id), minute @INT@ NOT NULL, calls @INT@ NOT NULL, PRIMARY KEY (trunk_id, minute)
);
