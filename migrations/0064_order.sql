-- 0064_order: a project says when promised calls come, and whether the quota filled least comes first among the contacts never called.
ALTER TABLE project ADD COLUMN promised_when TEXT NOT NULL DEFAULT 'first'; -- first, in_turn
ALTER TABLE project ADD COLUMN fresh_by TEXT NOT NULL DEFAULT 'base';       -- base, quota
ALTER TABLE strategy ADD COLUMN promised_when TEXT NOT NULL DEFAULT 'first';
ALTER TABLE strategy ADD COLUMN fresh_by TEXT NOT NULL DEFAULT 'base';
