-- Passkeys, people who are signed in by a provider of identities, second factors that a body demands.

-- A public key, and the last count of its authenticator. The name that its owner gave it is sealed.
CREATE TABLE passkey (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL REFERENCES account (id),
    public_key BLOB NOT NULL,
    counter BIGINT NOT NULL,
    name BLOB NOT NULL,
    name_key BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX passkey_account ON passkey (account);

-- What an authenticator was asked to sign, by its hash: good once, for a few minutes, for one purpose.
CREATE TABLE passkey_challenge (
    challenge TEXT PRIMARY KEY,
    account TEXT,
    purpose TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);

-- Who somebody is at a provider, by a hash of issuer and subject. It counts when a second person has confirmed it where that is
-- needed: waiting, confirmed.
CREATE TABLE provider_identity (
    identity TEXT PRIMARY KEY,
    account TEXT NOT NULL REFERENCES account (id),
    provider TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX provider_identity_account ON provider_identity (account);

-- Somebody who was sent to a provider and has not come back: good once, for a few minutes, in one browser.
CREATE TABLE provider_sign_in (
    state TEXT PRIMARY KEY,
    provider TEXT NOT NULL,
    browser TEXT NOT NULL,
    nonce TEXT NOT NULL,
    verifier TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);

-- Who must have a second factor: nothing, all, or roles.
ALTER TABLE body ADD COLUMN factor_roles TEXT NOT NULL DEFAULT '';
