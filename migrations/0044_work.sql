-- 0044_work: work_hour per project, all people together: its days and months, as project_hour is for calls.

CREATE TABLE work_project (
  hour @INT@ NOT NULL, project_id @INT@ NOT NULL, pause @INT@ NOT NULL, ms @INT@ NOT NULL,
  PRIMARY KEY (project_id, hour, pause)
);
INSERT INTO work_project (hour, project_id, pause, ms) SELECT hour, project_id, pause, sum(ms) FROM work_hour GROUP BY 1, 2, 3;
