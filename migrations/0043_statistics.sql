-- 0043_statistics: sums for reports over months (docs/adr/0043): a project's hours by direction, calls by whole days of UTC, and time at work.

CREATE TABLE project_hour_new (                    -- call_hour per project and direction
  project_id @INT@ NOT NULL, hour @INT@ NOT NULL, direction TEXT NOT NULL DEFAULT 'out',
  calls @INT@ NOT NULL, answered @INT@ NOT NULL, dialogues @INT@ NOT NULL, leads @INT@ NOT NULL, meetings @INT@ NOT NULL, presentations @INT@ NOT NULL,
  sales @INT@ NOT NULL, refusals @INT@ NOT NULL, callbacks @INT@ NOT NULL, talk_ms @INT@ NOT NULL, wrap_ms @INT@ NOT NULL, ring_ms @INT@ NOT NULL,
  PRIMARY KEY (project_id, hour, direction)
);
INSERT INTO project_hour_new (project_id, hour, direction, calls, answered, dialogues, leads, meetings, presentations, sales, refusals, callbacks,
    talk_ms, wrap_ms, ring_ms)
  SELECT project_id, hour, direction, sum(calls), sum(answered), sum(dialogues), sum(leads), sum(meetings), sum(presentations), sum(sales),
    sum(refusals), sum(callbacks), sum(talk_ms), sum(wrap_ms), sum(ring_ms) FROM call_hour GROUP BY project_id, hour, direction;
DROP TABLE project_hour;
ALTER TABLE project_hour_new RENAME TO project_hour;

CREATE TABLE call_day (                            -- call_hour by days of UTC: the whole days of a period in any zone, its edges are hours
  day @INT@ NOT NULL, project_id @INT@ NOT NULL, base_id @INT@ NOT NULL, operator_id @INT@ NOT NULL, script_version_id @INT@ NOT NULL,
  result_id @INT@ NOT NULL, direction TEXT NOT NULL,
  calls @INT@ NOT NULL, answered @INT@ NOT NULL, dialogues @INT@ NOT NULL, leads @INT@ NOT NULL, meetings @INT@ NOT NULL, presentations @INT@ NOT NULL,
  sales @INT@ NOT NULL, refusals @INT@ NOT NULL, callbacks @INT@ NOT NULL, talk_ms @INT@ NOT NULL, wrap_ms @INT@ NOT NULL, ring_ms @INT@ NOT NULL,
  PRIMARY KEY (project_id, day, base_id, operator_id, script_version_id, result_id, direction)
);
CREATE INDEX call_day_operator ON call_day(operator_id, day);
INSERT INTO call_day (day, project_id, base_id, operator_id, script_version_id, result_id, direction, calls, answered, dialogues, leads, meetings,
    presentations, sales, refusals, callbacks, talk_ms, wrap_ms, ring_ms)
  SELECT hour / 86400000 * 86400000, project_id, base_id, operator_id, script_version_id, result_id, direction, sum(calls), sum(answered),
    sum(dialogues), sum(leads), sum(meetings), sum(presentations), sum(sales), sum(refusals), sum(callbacks), sum(talk_ms), sum(wrap_ms), sum(ring_ms)
  FROM call_hour GROUP BY 1, 2, 3, 4, 5, 6, 7;

-- Time at seats, of spans that have ended. pause: 0 at work, -1 a pause without a reason, else its reason, whose pay is asked for when it is read.
CREATE TABLE work_hour (
  hour @INT@ NOT NULL, project_id @INT@ NOT NULL, user_id @INT@ NOT NULL, pause @INT@ NOT NULL, ms @INT@ NOT NULL,
  PRIMARY KEY (project_id, hour, user_id, pause)
);
CREATE INDEX work_hour_user ON work_hour(user_id, hour);
CREATE TABLE work_day (
  day @INT@ NOT NULL, project_id @INT@ NOT NULL, user_id @INT@ NOT NULL, pause @INT@ NOT NULL, ms @INT@ NOT NULL,
  PRIMARY KEY (project_id, day, user_id, pause)
);
CREATE INDEX work_day_user ON work_day(user_id, day);
WITH RECURSIVE piece(user_id, project_id, pause, from_at, to_at, hour) AS (
    SELECT user_id, coalesce(project_id, 0), CASE WHEN state = 'pause' THEN coalesce(pause_reason_id, -1) ELSE 0 END, from_at, to_at,
      from_at / 3600000 * 3600000 FROM state_span WHERE to_at > from_at
    UNION ALL SELECT user_id, project_id, pause, from_at, to_at, hour + 3600000 FROM piece WHERE hour + 3600000 < to_at)
  INSERT INTO work_hour (hour, project_id, user_id, pause, ms)
  SELECT hour, project_id, user_id, pause, sum(CASE WHEN to_at < hour + 3600000 THEN to_at ELSE hour + 3600000 END -
    CASE WHEN from_at > hour THEN from_at ELSE hour END) FROM piece GROUP BY 1, 2, 3, 4;
INSERT INTO work_day (day, project_id, user_id, pause, ms)
  SELECT hour / 86400000 * 86400000, project_id, user_id, pause, sum(ms) FROM work_hour GROUP BY 1, 2, 3, 4;
CREATE INDEX state_span_open ON state_span(user_id) WHERE to_at IS NULL;
