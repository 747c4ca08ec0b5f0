-- 0019_accept: queues whose operators take their calls themselves.

ALTER TABLE queue ADD COLUMN accept_s @INT@ NOT NULL DEFAULT 0; -- so long it rings at an operator before another has it; 0: he speaks at once
ALTER TABLE shift ADD COLUMN offer_id @INT@;       -- the call that rings at his seat
