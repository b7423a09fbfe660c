-- What scans found: counts for each store and day. No value, no name of a file: those stay with the report of whoever scanned.

-- One scan of a store on a day; a later one of the same day takes its place.
CREATE TABLE scan (
    body TEXT NOT NULL,
    store TEXT NOT NULL REFERENCES card (id),
    day TEXT NOT NULL,
    taken_at BIGINT NOT NULL,
    files BIGINT NOT NULL,
    size BIGINT NOT NULL,
    read_full BIGINT NOT NULL,
    read_partial BIGINT NOT NULL,
    read_none BIGINT NOT NULL,
    unread BIGINT NOT NULL,
    findings BIGINT NOT NULL,
    aside BIGINT NOT NULL,
    subjects BIGINT NOT NULL,
    PRIMARY KEY (store, day)
);
CREATE INDEX scan_body ON scan (body, store, day);

-- What it found of one category of data. Types of findings are JSON: the type and how many.
CREATE TABLE scan_category (
    body TEXT NOT NULL,
    store TEXT NOT NULL,
    day TEXT NOT NULL,
    category TEXT NOT NULL,
    findings BIGINT NOT NULL,
    files BIGINT NOT NULL,
    sensitive BIGINT NOT NULL,
    unsure BIGINT NOT NULL,
    types TEXT NOT NULL,
    PRIMARY KEY (store, day, category),
    FOREIGN KEY (store, day) REFERENCES scan (store, day)
);
