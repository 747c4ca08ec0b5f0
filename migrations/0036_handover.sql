-- 0036_handover: what sales tell the project department when they hand a project over, and the files that go with it.

CREATE TABLE handover (                            -- one of each project, under the project's own number; what the project has already stays there
  id @INT@ PRIMARY KEY REFERENCES project(id) ON DELETE CASCADE, version @INT@ NOT NULL DEFAULT 1,
  sales_id @INT@ REFERENCES "user"(id),            -- who sold it and hands it over; NULL: who leads it began it himself
  script_at_hand TEXT, base_at_hand TEXT,          -- at_hand, to_make
  client_person TEXT, client_phone TEXT, client_email TEXT,
  base_city TEXT, base_audience TEXT,
  materials TEXT, decision_maker TEXT, site TEXT,
  difficulties TEXT, tests TEXT, closer TEXT,
  handed_at @INT@, handed_by @INT@ REFERENCES "user"(id),
  summary TEXT                                     -- of all items, as it went out with the last letter
);
CREATE INDEX handover_sales ON handover(sales_id);

CREATE TABLE material (                            -- a file of the hand-over: price lists, presentations
  id @ID@, project_id @INT@ NOT NULL REFERENCES project(id), file_id @INT@ NOT NULL REFERENCES file(id),
  name TEXT NOT NULL, bytes @INT@ NOT NULL, author_id @INT@ REFERENCES "user"(id), created_at @INT@ NOT NULL
);
CREATE INDEX material_project ON material(project_id);

INSERT INTO handover (id, client_person, client_phone, client_email, site)
  SELECT p.id, c.person, c.phone, c.email, c.site FROM project p JOIN customer c ON c.id = p.customer_id;

-- The form: what is the hand-over's and what is the project's, as one row. Its version grows with either.
CREATE VIEW handover_form AS SELECT h.id, h.version + p.version AS version, h.sales_id, h.script_at_hand, h.base_at_hand, h.client_person,
    h.client_phone, h.client_email, h.base_city, h.base_audience, h.materials, h.decision_maker, h.site, h.difficulties, h.tests, h.closer,
    h.handed_at, h.handed_by, h.summary, p.id AS project_id, p.name, p.customer_id, p.state, p.pm_id, p.type, p.volume_dialogues, p.starts_on,
    p.ends_on, p.offer, p.task, p.goal, p.peculiarities, p.created_at,
    (SELECT COUNT(*) FROM material m WHERE m.project_id = p.id) AS files,
    (SELECT l.state FROM letter l WHERE l.project_id = p.id AND l.kind = 'handover' ORDER BY l.id DESC LIMIT 1) AS letter_state
  FROM handover h JOIN project p ON p.id = h.id;

-- Who could lead one more project: project managers, and whoever leads some.
CREATE VIEW pm_load AS SELECT u.id, u.name,
    (SELECT COUNT(*) FROM project p WHERE p.pm_id = u.id AND p.state = 'running') AS running,
    (SELECT COUNT(*) FROM project p WHERE p.pm_id = u.id AND p.state IN ('handed_over', 'ready', 'stopped')) AS waiting,
    (SELECT CAST(COALESCE(SUM(p.plan_per_day), 0) AS @INT@) FROM project p WHERE p.pm_id = u.id AND p.state = 'running') AS plan_per_day,
    (SELECT COUNT(DISTINCT m.user_id) FROM member m JOIN project p ON p.id = m.project_id JOIN "user" o ON o.id = m.user_id
      WHERE p.pm_id = u.id AND p.state = 'running' AND o.role = 'operator' AND o.disabled = 0) AS operators
  FROM "user" u WHERE u.disabled = 0 AND u.customer_id IS NULL AND (u.role = 'project_manager' OR EXISTS
    (SELECT 1 FROM project p WHERE p.pm_id = u.id AND p.state IN ('handed_over', 'ready', 'running', 'stopped')));
