-- Which of several servers on one database does what only one may do, such as publishing the journal.
CREATE TABLE lease (
    name TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    term BIGINT NOT NULL,
    good_until BIGINT NOT NULL
);

-- Destroyed records are looked up by their place in the journal, to be told to the list outside the database.
CREATE INDEX event_destroyed ON event (seq) WHERE kind = 'vault.destroy';
