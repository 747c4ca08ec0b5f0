-- The customer's own corner: who looks after his company's people, and the letters we wrote to him.
ALTER TABLE "user" ADD COLUMN manages_company @INT@ NOT NULL DEFAULT 0;  -- of a customer: invites colleagues
UPDATE "user" SET manages_company = 1 WHERE id IN (SELECT MIN(id) FROM "user" WHERE customer_id IS NOT NULL AND disabled = 0 GROUP BY customer_id);
ALTER TABLE letter ADD COLUMN for_customer @INT@ NOT NULL DEFAULT 0;     -- written to the customer: his people may read it in the portal
UPDATE letter SET for_customer = 1 WHERE kind = 'evening';
CREATE INDEX letter_received ON letter(project_id, created_at) WHERE for_customer = 1;
