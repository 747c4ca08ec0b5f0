-- 0024_quota: how many contacts of one kind a survey wants.

CREATE TABLE quota (                               -- how many contacts of one kind a survey wants with a result
  id @ID@, version @INT@ NOT NULL DEFAULT 1, project_id @INT@ NOT NULL REFERENCES project(id), field TEXT NOT NULL, -- city, industry, timezone
  value TEXT NOT NULL, result_id @INT@ NOT NULL REFERENCES result(id), target @INT@ NOT NULL,
  filled_at @INT@,                                 -- set with the result that filled it: the gate asks no counts
  created_at @INT@ NOT NULL, UNIQUE (project_id, field, value, result_id)
);
CREATE VIEW quota_seen AS SELECT q.id, q.version, q.project_id, q.field, q.value, q.result_id, q.target, q.filled_at, q.created_at,
    (SELECT COUNT(*) FROM contact c WHERE c.project_id = q.project_id AND c.last_result_id = q.result_id AND q.value =
      CASE q.field WHEN 'city' THEN c.city WHEN 'industry' THEN c.industry ELSE c.timezone END) AS got
  FROM quota q;
