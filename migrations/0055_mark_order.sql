-- The sheet in the order of a column of the customer's own, and by what stands in it. By its first hundred characters, since an index of PostgreSQL takes
-- no whole text of four thousand.
CREATE INDEX mark_order ON mark(column_id, substr(value, 1, 100), contact_id);
