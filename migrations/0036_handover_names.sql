-- 0036_handover_names: who sold it and who leads it by name, for readers who do not see the list of colleagues.

DROP VIEW handover_form;
CREATE VIEW handover_form AS SELECT h.id, h.version + p.version AS version, h.sales_id, h.script_at_hand, h.base_at_hand, h.client_person,
    h.client_phone, h.client_email, h.base_city, h.base_audience, h.materials, h.decision_maker, h.site, h.difficulties, h.tests, h.closer,
    h.handed_at, h.handed_by, h.summary, p.id AS project_id, p.name, p.customer_id, p.state, p.pm_id, p.type, p.volume_dialogues, p.starts_on,
    p.ends_on, p.offer, p.task, p.goal, p.peculiarities, p.created_at,
    (SELECT COUNT(*) FROM material m WHERE m.project_id = p.id) AS files,
    (SELECT l.state FROM letter l WHERE l.project_id = p.id AND l.kind = 'handover' ORDER BY l.id DESC LIMIT 1) AS letter_state, s.name AS sales_name, m.name AS pm_name
  FROM handover h JOIN project p ON p.id = h.id LEFT JOIN "user" s ON s.id = h.sales_id LEFT JOIN "user" m ON m.id = p.pm_id;
