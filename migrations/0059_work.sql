-- 0059_work: time at seats by state as well (docs/adr/0059): the hours of any period are read from the sums.

-- Time at seats, of spans that have ended, now by state. pause: 0 no pause, -1 a pause without a reason, else its reason.
CREATE TABLE work_hour_new (
  hour @INT@ NOT NULL, project_id @INT@ NOT NULL, user_id @INT@ NOT NULL, state TEXT NOT NULL, pause @INT@ NOT NULL, ms @INT@ NOT NULL,
  PRIMARY KEY (project_id, hour, user_id, state, pause)
);
CREATE TABLE work_day_new (
  day @INT@ NOT NULL, project_id @INT@ NOT NULL, user_id @INT@ NOT NULL, state TEXT NOT NULL, pause @INT@ NOT NULL, ms @INT@ NOT NULL,
  PRIMARY KEY (project_id, day, user_id, state, pause)
);
-- Most spans lie within an hour and are added up as they are; the others are cut at full hours.
WITH RECURSIVE piece(user_id, project_id, state, pause, from_at, to_at, hour) AS (
    SELECT user_id, coalesce(project_id, 0), state, CASE WHEN state = 'pause' THEN coalesce(pause_reason_id, -1) ELSE 0 END, from_at, to_at,
      from_at / 3600000 * 3600000 FROM state_span WHERE to_at > from_at AND from_at / 3600000 < (to_at - 1) / 3600000
    UNION ALL SELECT user_id, project_id, state, pause, from_at, to_at, hour + 3600000 FROM piece WHERE hour + 3600000 < to_at)
  INSERT INTO work_hour_new (hour, project_id, user_id, state, pause, ms)
  SELECT hour, project_id, user_id, state, pause, sum(ms) FROM (
    SELECT from_at / 3600000 * 3600000 AS hour, coalesce(project_id, 0) AS project_id, user_id, state,
      CASE WHEN state = 'pause' THEN coalesce(pause_reason_id, -1) ELSE 0 END AS pause, to_at - from_at AS ms
      FROM state_span WHERE to_at > from_at AND from_at / 3600000 = (to_at - 1) / 3600000
    UNION ALL SELECT hour, project_id, user_id, state, pause, CASE WHEN to_at < hour + 3600000 THEN to_at ELSE hour + 3600000 END -
      CASE WHEN from_at > hour THEN from_at ELSE hour END FROM piece) x GROUP BY 1, 2, 3, 4, 5;
INSERT INTO work_day_new (day, project_id, user_id, state, pause, ms)
  SELECT hour / 86400000 * 86400000, project_id, user_id, state, pause, sum(ms) FROM work_hour_new GROUP BY 1, 2, 3, 4, 5;
DROP TABLE work_hour;
ALTER TABLE work_hour_new RENAME TO work_hour;
CREATE INDEX work_hour_user ON work_hour(user_id, hour);
DROP TABLE work_day;
ALTER TABLE work_day_new RENAME TO work_day;
CREATE INDEX work_day_user ON work_day(user_id, day);
