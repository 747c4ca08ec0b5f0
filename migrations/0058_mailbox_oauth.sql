-- 0058_mailbox_oauth: mailboxes whose servers take no passwords: a token fetched by a refresh token instead (docs/adr/0058).
ALTER TABLE mailbox ADD COLUMN auth TEXT NOT NULL DEFAULT 'password';  -- password, oauth
ALTER TABLE mailbox ADD COLUMN oauth_url TEXT;                         -- the provider's token endpoint
ALTER TABLE mailbox ADD COLUMN oauth_client_id TEXT;
ALTER TABLE mailbox ADD COLUMN oauth_client_secret TEXT;
ALTER TABLE mailbox ADD COLUMN oauth_refresh_token TEXT;               -- a provider may give another with each renewal
ALTER TABLE mailbox ADD COLUMN oauth_token TEXT;                       -- the access token in use, …
ALTER TABLE mailbox ADD COLUMN oauth_until @INT@ NOT NULL DEFAULT 0;   -- … and its end
ALTER TABLE mailbox ADD COLUMN oauth_busy_until @INT@ NOT NULL DEFAULT 0; -- somebody fetches one now: two at once could make each other's worthless
