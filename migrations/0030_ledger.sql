-- 0030_ledger: the verifiable log: a record for each ended call and each later word about it, never changed (docs/ledger.md).

CREATE TABLE ledger (                              -- a project's log; its row is the lock under which records get their numbers
  project_id @INT@ PRIMARY KEY REFERENCES project(id), log TEXT NOT NULL, -- 16 random bytes
  size @INT@ NOT NULL DEFAULT 0,                   -- records; the last one's seq
  edge TEXT,                                       -- of the tree as it was at the last head
  trouble TEXT, trouble_at @INT@                   -- why no head can be had: the signer's word, and since when
);
CREATE TABLE ledger_leaf (
  project_id @INT@ NOT NULL, seq @INT@ NOT NULL, call_id @INT@ NOT NULL DEFAULT 0, -- 0: of no call
  leaf TEXT NOT NULL, hash TEXT NOT NULL,          -- the record's bytes and SHA-256 of 0x00 and them, base64url
  opening TEXT,                                    -- JSON: the secret of its salts, and what its commitments open to; what was erased is gone
  PRIMARY KEY (project_id, seq)
);
CREATE INDEX ledger_leaf_call ON ledger_leaf(call_id) WHERE call_id <> 0;
CREATE TABLE ledger_head (
  project_id @INT@ NOT NULL, size @INT@ NOT NULL, at @INT@ NOT NULL, note TEXT NOT NULL, PRIMARY KEY (project_id, size)
);
-- Whose signature counts, one row; and the last call from before there was a log.
CREATE TABLE ledger_house (id @INT@ PRIMARY KEY, public_key TEXT, node_uid TEXT, since @INT@, calls_from @INT@ NOT NULL);
INSERT INTO ledger_house (id, calls_from) SELECT 1, COALESCE(MAX(id), 0) FROM call;
