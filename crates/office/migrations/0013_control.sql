-- Which account a card names: the employee that an account is of.
CREATE TABLE card_account (
    body TEXT NOT NULL,
    card TEXT NOT NULL REFERENCES card (id),
    field TEXT NOT NULL,
    account TEXT NOT NULL REFERENCES account (id),
    PRIMARY KEY (card, field)
);
CREATE INDEX card_account_account ON card_account (account, field, card);

-- Words that one card of a body has alone, such as the number of a protocol within a year.
CREATE TABLE claimed (
    body TEXT NOT NULL,
    scope TEXT NOT NULL,
    word TEXT NOT NULL,
    card TEXT NOT NULL REFERENCES card (id),
    PRIMARY KEY (body, scope, word)
);
CREATE INDEX claimed_card ON claimed (card, scope);
