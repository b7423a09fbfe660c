-- What a citizen was given to see how far a request is. Only the hash of the code is kept: nobody who reads the database can
-- look a request up in somebody's name.
CREATE TABLE ask_code (
    code TEXT PRIMARY KEY,
    body TEXT NOT NULL,
    card TEXT NOT NULL REFERENCES card (id),
    created_at BIGINT NOT NULL
);
CREATE INDEX ask_code_card ON ask_code (card);
