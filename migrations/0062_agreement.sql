-- 0062_agreement: what a letter came to, written down in the communication log; the letter itself stays as it was.
ALTER TABLE communication ADD COLUMN agreement TEXT;
