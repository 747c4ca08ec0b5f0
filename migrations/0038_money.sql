-- 0038_money: requisites, tariffs, acts and invoices (docs/adr/0038). Money is whole kopecks (_kop), a quantity is thousandths of its unit (_m).

-- Requisites of a customer, as they stand in papers.
ALTER TABLE customer ADD COLUMN full_name TEXT;
ALTER TABLE customer ADD COLUMN kpp TEXT;
ALTER TABLE customer ADD COLUMN ogrn TEXT;
ALTER TABLE customer ADD COLUMN address TEXT;
ALTER TABLE customer ADD COLUMN bank TEXT;
ALTER TABLE customer ADD COLUMN bik TEXT;
ALTER TABLE customer ADD COLUMN account TEXT;
ALTER TABLE customer ADD COLUMN corr_account TEXT;
ALTER TABLE customer ADD COLUMN signer TEXT;
ALTER TABLE customer ADD COLUMN signer_post TEXT;
ALTER TABLE customer ADD COLUMN contract TEXT;

CREATE TABLE seller (                              -- a company of ours that writes acts and invoices
  id @ID@, version @INT@ NOT NULL DEFAULT 1, name TEXT NOT NULL UNIQUE, full_name TEXT, inn TEXT, kpp TEXT, ogrn TEXT, address TEXT,
  bank TEXT, bik TEXT, account TEXT, corr_account TEXT, signer TEXT, signer_post TEXT, accountant TEXT,
  vat TEXT NOT NULL DEFAULT 'none', vat_words TEXT, archived @INT@ NOT NULL DEFAULT 0, created_at @INT@ NOT NULL
);

CREATE TABLE tariff (                              -- what a project pays for, from a day on
  id @ID@, version @INT@ NOT NULL DEFAULT 1, project_id @INT@ NOT NULL REFERENCES project(id), unit TEXT NOT NULL, price_kop @INT@ NOT NULL,
  rounding TEXT NOT NULL DEFAULT 'exact', minimum_kop @INT@ NOT NULL DEFAULT 0, discount_bp @INT@ NOT NULL DEFAULT 0,
  from_day TEXT NOT NULL, to_day TEXT, note TEXT,
  approved_by @INT@ REFERENCES "user"(id), approved_at @INT@, approved_why TEXT, -- the signed exception
  author_id @INT@ REFERENCES "user"(id), created_at @INT@ NOT NULL, UNIQUE (project_id, unit, from_day)
);

CREATE TABLE act (
  id @ID@, version @INT@ NOT NULL DEFAULT 1, project_id @INT@ NOT NULL REFERENCES project(id), customer_id @INT@ NOT NULL REFERENCES customer(id),
  seller_id @INT@ REFERENCES seller(id),           -- chosen by the server where there is one only
  state TEXT NOT NULL DEFAULT 'draft',             -- draft, issued, signed, cancelled
  number @INT@, year @INT@, issued_on TEXT,        -- given when it is issued
  from_day TEXT NOT NULL, to_day TEXT NOT NULL, sum_kop @INT@ NOT NULL DEFAULT 0, vat TEXT NOT NULL DEFAULT 'none', vat_kop @INT@ NOT NULL DEFAULT 0,
  parties TEXT,                                    -- requisites of both sides as they were then: JSON
  file_id @INT@ REFERENCES file(id), issued_by @INT@ REFERENCES "user"(id), issued_at @INT@, signed_on TEXT,
  cancelled_at @INT@, cancelled_why TEXT, author_id @INT@ REFERENCES "user"(id), created_at @INT@ NOT NULL,
  UNIQUE (seller_id, year, number)
);
CREATE INDEX act_project ON act(project_id, from_day);

CREATE TABLE act_line (                            -- of an issued act; those of a draft are counted whenever they are looked at
  id @ID@, act_id @INT@ NOT NULL REFERENCES act(id), position @INT@ NOT NULL, tariff_id @INT@, unit TEXT NOT NULL, from_day TEXT NOT NULL, to_day TEXT NOT NULL,
  name TEXT NOT NULL, quantity_m @INT@ NOT NULL, price_kop @INT@ NOT NULL, discount_bp @INT@ NOT NULL DEFAULT 0, sum_kop @INT@ NOT NULL,
  calls @INT@ NOT NULL DEFAULT 0, journal TEXT,    -- how many calls are behind it, and the journal's filter that shows them
  UNIQUE (act_id, position)
);
CREATE INDEX act_line_tariff ON act_line(tariff_id);

CREATE TABLE invoice (
  id @ID@, version @INT@ NOT NULL DEFAULT 1, project_id @INT@ NOT NULL REFERENCES project(id), customer_id @INT@ NOT NULL REFERENCES customer(id),
  seller_id @INT@ NOT NULL REFERENCES seller(id), act_id @INT@ REFERENCES act(id), -- NULL: in advance
  state TEXT NOT NULL DEFAULT 'issued',            -- issued, paid, cancelled
  number @INT@ NOT NULL, year @INT@ NOT NULL, issued_on TEXT NOT NULL, due_on TEXT NOT NULL, what TEXT NOT NULL,
  sum_kop @INT@ NOT NULL, vat TEXT NOT NULL DEFAULT 'none', vat_kop @INT@ NOT NULL DEFAULT 0, parties TEXT, file_id @INT@ REFERENCES file(id),
  paid_on TEXT, cancelled_at @INT@, cancelled_why TEXT, author_id @INT@ REFERENCES "user"(id), created_at @INT@ NOT NULL,
  UNIQUE (seller_id, year, number)
);
CREATE INDEX invoice_project ON invoice(project_id, id);
CREATE INDEX invoice_act ON invoice(act_id);

CREATE TABLE running_number (                      -- the last one given
  kind TEXT NOT NULL, seller_id @INT@ NOT NULL, year @INT@ NOT NULL, last @INT@ NOT NULL, PRIMARY KEY (kind, seller_id, year)
);

CREATE INDEX state_span_project ON state_span(project_id, from_at);
