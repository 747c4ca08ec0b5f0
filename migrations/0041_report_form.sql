-- 0041_report_form: what the live report of a project shows, and how people look at it (docs/adr/0041).

CREATE TABLE report_form (                         -- the columns of the sheet in order, with its formulas: JSON; no row: the columns of the house
  id @ID@, version @INT@ NOT NULL DEFAULT 1, project_id @INT@ NOT NULL UNIQUE REFERENCES project(id), columns TEXT NOT NULL,
  author_id @INT@ REFERENCES "user"(id), changed_at @INT@ NOT NULL
);

CREATE TABLE report_view (                         -- columns, filters and order under a name; shared: with the owner's own company
  id @ID@, version @INT@ NOT NULL DEFAULT 1, project_id @INT@ NOT NULL REFERENCES project(id), owner_id @INT@ NOT NULL REFERENCES "user"(id),
  company_id @INT@ NOT NULL DEFAULT 0,             -- of the owner: a customer, or 0 for our own house
  name TEXT NOT NULL, shared @INT@ NOT NULL DEFAULT 0, columns TEXT, filters TEXT NOT NULL, sort TEXT, created_at @INT@ NOT NULL,
  UNIQUE (project_id, owner_id, name)
);

-- The sheet filtered by a customer's own column.
CREATE INDEX mark_in_column ON mark(column_id, contact_id);
