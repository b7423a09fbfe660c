-- Files that cards hold. What lies open says nothing about a person: kind, size, hash, instant. The name may, so it is sealed.
-- A file waits without a card until an act takes it; then its key is wrapped under the key of the card's record, and goes
-- with it. What is left of a destroyed file are the open columns.
CREATE TABLE evidence (
    id TEXT PRIMARY KEY,
    body TEXT NOT NULL REFERENCES body (id),
    account TEXT NOT NULL,
    card TEXT REFERENCES card (id),
    field TEXT NOT NULL,
    media TEXT NOT NULL,
    size BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    parts BIGINT NOT NULL,
    file_key BLOB,
    name BLOB,
    scan TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    destroyed_at BIGINT
);
CREATE INDEX evidence_card ON evidence (card, id);
CREATE INDEX evidence_created ON evidence (created_at);

-- A file in parts of at most a megabyte, each sealed by itself.
CREATE TABLE evidence_part (
    evidence TEXT NOT NULL REFERENCES evidence (id),
    number BIGINT NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (evidence, number)
);
