-- Ways in for other programs. Tokens are kept as hashes only.
CREATE TABLE api_token (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL REFERENCES account (id),
    name TEXT NOT NULL,
    token TEXT NOT NULL,
    scope TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT,
    used_at BIGINT
);
CREATE UNIQUE INDEX api_token_token ON api_token (token);
CREATE INDEX api_token_account ON api_token (account);

-- What a key of a request was answered with, so that a request sent twice is done once. Only hashes of keys and requests.
CREATE TABLE idempotency (
    account TEXT NOT NULL,
    key_hash TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    card TEXT NOT NULL,
    number TEXT NOT NULL,
    version BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account, key_hash)
);
CREATE INDEX idempotency_created ON idempotency (created_at);

-- Where reminders go, sealed: an address says who somebody is.
CREATE TABLE mail_address (
    account TEXT PRIMARY KEY REFERENCES account (id),
    address BLOB NOT NULL,
    address_key BLOB NOT NULL
);

-- Which reminder was sent to whom: one row for each mark that a term has crossed.
CREATE TABLE reminder (
    clock TEXT NOT NULL,
    account TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    mark TEXT NOT NULL,
    sent_at BIGINT NOT NULL,
    PRIMARY KEY (clock, account, due_at, mark)
);

-- Work that only one of several servers does at a time.
CREATE TABLE work_lease (
    name TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    until BIGINT NOT NULL
);

-- An uploaded table between its check and its import, sealed like everything that may name a person.
CREATE TABLE import_file (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL REFERENCES account (id),
    body TEXT NOT NULL,
    register TEXT NOT NULL,
    operation TEXT NOT NULL,
    content BLOB NOT NULL,
    content_key BLOB NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX import_file_created ON import_file (created_at);

-- Which column goes into which field, remembered for a body.
CREATE TABLE import_mapping (
    body TEXT NOT NULL,
    register TEXT NOT NULL,
    operation TEXT NOT NULL,
    mapping TEXT NOT NULL,
    PRIMARY KEY (body, register, operation)
);
