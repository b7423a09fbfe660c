-- Second factors, recovery codes, accounts that wait for a second person, failed attempts.

-- none, pending (a secret was shown, no code came yet), on.
ALTER TABLE account ADD COLUMN factor_state TEXT NOT NULL DEFAULT 'none';
-- The last time step whose code was used: no code is good twice.
ALTER TABLE account ADD COLUMN factor_step BIGINT NOT NULL DEFAULT 0;
-- The person must choose a password before anything else.
ALTER TABLE account ADD COLUMN must_change BIGINT NOT NULL DEFAULT 0;
-- Roles that somebody asked for and that another person has not confirmed yet.
ALTER TABLE account ADD COLUMN roles_wanted TEXT;
ALTER TABLE account ADD COLUMN asked_by TEXT;

-- The name of the browser, so that a person recognises a session in the list.
ALTER TABLE session ADD COLUMN client TEXT NOT NULL DEFAULT '';

CREATE TABLE recovery_code (
    code TEXT PRIMARY KEY,
    account TEXT NOT NULL REFERENCES account (id)
);
CREATE INDEX recovery_code_account ON recovery_code (account);

-- Failed attempts to sign in, by a hash of what they share: an address, a name, a name from an address. Names that nobody has
-- are counted as those that somebody has, so that an answer tells nothing. Rows go away within the hour.
CREATE TABLE sign_in_failure (
    name TEXT PRIMARY KEY,
    failures BIGINT NOT NULL,
    locked_until BIGINT NOT NULL,
    forget_at BIGINT NOT NULL
);
CREATE INDEX sign_in_failure_forget ON sign_in_failure (forget_at);
