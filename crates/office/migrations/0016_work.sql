-- What an act left for the program to do in small pieces: a kind of act with many cards, how far it has come, when it goes on. A
-- piece moves its row in its own transaction, so what was broken off goes on where it was.
CREATE TABLE work (
    id TEXT PRIMARY KEY,
    body TEXT NOT NULL,
    owner TEXT NOT NULL REFERENCES card (id),
    kind TEXT NOT NULL,
    account TEXT NOT NULL,
    after TEXT NOT NULL,
    done BIGINT NOT NULL,
    total BIGINT NOT NULL,
    refused BIGINT NOT NULL,
    next_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX work_owner ON work (owner, id);
CREATE INDEX work_next ON work (next_at, id);
