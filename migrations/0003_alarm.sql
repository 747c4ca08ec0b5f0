-- 0003_alarm.sql - what the alarms ask for: why recordings are cut or lost, and which letters were given up.

ALTER TABLE recording ADD COLUMN error TEXT;       -- why its end, or all of it, is missing: disk_full, write; NULL: it is whole
CREATE INDEX recording_cut ON recording(id) WHERE error IS NOT NULL;
CREATE INDEX letter_failed ON letter(created_at) WHERE state = 'failed';
