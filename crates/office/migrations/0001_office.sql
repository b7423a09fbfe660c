-- One text for SQLite and PostgreSQL: TEXT, BIGINT, BLOB (a domain over bytea on PostgreSQL) and nothing else.
-- Instants are microseconds since 1970 UTC, identifiers time-ordered UUIDs as text, flags 0 and 1, JSON is text.

CREATE TABLE body (
    id TEXT PRIMARY KEY,
    parent TEXT REFERENCES body (id),
    name TEXT NOT NULL,
    country TEXT NOT NULL,
    zone TEXT NOT NULL,
    region TEXT,
    language TEXT NOT NULL,
    key_id TEXT NOT NULL,
    details TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE account (
    id TEXT PRIMARY KEY,
    body TEXT NOT NULL REFERENCES body (id),
    login TEXT NOT NULL,
    display BLOB NOT NULL,
    display_key BLOB NOT NULL,
    roles TEXT NOT NULL,
    language TEXT NOT NULL,
    password TEXT,
    second_factor BLOB,
    second_factor_key BLOB,
    state TEXT NOT NULL,
    failures BIGINT NOT NULL,
    locked_until BIGINT NOT NULL,
    calendar_token TEXT,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX account_login ON account (login);
CREATE UNIQUE INDEX account_calendar ON account (calendar_token);

CREATE TABLE session (
    token TEXT PRIMARY KEY,
    account TEXT NOT NULL REFERENCES account (id),
    csrf TEXT NOT NULL,
    kind TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX session_account ON session (account);

CREATE TABLE card (
    id TEXT PRIMARY KEY,
    body TEXT NOT NULL REFERENCES body (id),
    register TEXT NOT NULL,
    number TEXT NOT NULL,
    state TEXT NOT NULL,
    version BIGINT NOT NULL,
    blocked BIGINT NOT NULL,
    data TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX card_register ON card (body, register, id);
CREATE INDEX card_state ON card (body, register, state, id);
CREATE UNIQUE INDEX card_number ON card (body, register, number);

CREATE TABLE card_link (
    body TEXT NOT NULL,
    source TEXT NOT NULL REFERENCES card (id),
    field TEXT NOT NULL,
    target TEXT NOT NULL REFERENCES card (id),
    PRIMARY KEY (source, field, target)
);
CREATE INDEX card_link_target ON card_link (target, source);

-- Personal fields of a card. Destroying a record empties its key: nothing opens the content after that.
CREATE TABLE vault_record (
    card TEXT PRIMARY KEY REFERENCES card (id),
    body TEXT NOT NULL,
    record_key BLOB,
    content BLOB,
    label_key BLOB,
    label BLOB,
    destroyed_at BIGINT
);

CREATE TABLE blind_index (
    body TEXT NOT NULL,
    token TEXT NOT NULL,
    card TEXT NOT NULL REFERENCES card (id),
    PRIMARY KEY (body, token, card)
);
CREATE INDEX blind_index_card ON blind_index (card);

CREATE TABLE event (
    seq BIGINT PRIMARY KEY,
    body TEXT NOT NULL,
    card TEXT NOT NULL,
    kind TEXT NOT NULL,
    actor TEXT NOT NULL,
    at BIGINT NOT NULL,
    data TEXT NOT NULL,
    salt BLOB NOT NULL
);
CREATE INDEX event_card ON event (card, seq);
CREATE INDEX event_body ON event (body, seq);

CREATE TABLE journal_entry (
    seq BIGINT PRIMARY KEY,
    entry BLOB NOT NULL
);
CREATE TABLE journal_head (
    id BIGINT PRIMARY KEY,
    next BIGINT NOT NULL
);
INSERT INTO journal_head (id, next) VALUES (1, 0);

CREATE TABLE clock (
    id TEXT PRIMARY KEY,
    body TEXT NOT NULL,
    card TEXT NOT NULL REFERENCES card (id),
    register TEXT NOT NULL,
    duty TEXT NOT NULL,
    rule TEXT NOT NULL,
    facts TEXT NOT NULL,
    state TEXT NOT NULL,
    due_at BIGINT,
    reckoned_by TEXT NOT NULL,
    problem TEXT,
    done_at BIGINT,
    late_reason BIGINT NOT NULL
);
CREATE INDEX clock_due ON clock (body, state, due_at);
CREATE INDEX clock_card ON clock (card);

CREATE TABLE counter (
    body TEXT NOT NULL,
    name TEXT NOT NULL,
    value BIGINT NOT NULL,
    PRIMARY KEY (body, name)
);

CREATE TABLE setting (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
