-- 0017_choice: talks given to a queue.

ALTER TABLE call ADD COLUMN queued_by @INT@;       -- the operator who gave his talk to a queue; whose the call is when nobody took it there
