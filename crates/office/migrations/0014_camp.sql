-- Cards counted by a card that they point to, by state and by a part such as a unit: how many answers of a campaign stand in
-- which state in which unit. Written with the cards, so that a page of counts never walks the cards themselves.
CREATE TABLE card_group (
    body TEXT NOT NULL,
    register TEXT NOT NULL,
    owner TEXT NOT NULL REFERENCES card (id),
    part TEXT NOT NULL,
    state TEXT NOT NULL,
    value BIGINT NOT NULL,
    PRIMARY KEY (owner, register, part, state)
);

-- What an employee without an account was given to answer with. Only the hash of the code is kept; it goes when it was used.
CREATE TABLE answer_code (
    code TEXT PRIMARY KEY,
    body TEXT NOT NULL,
    card TEXT NOT NULL REFERENCES card (id),
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX answer_code_card ON answer_code (card);

-- Which employee an account is of: bound by whoever signed in and had the personal code of a statement.
CREATE TABLE account_employee (
    account TEXT PRIMARY KEY REFERENCES account (id),
    body TEXT NOT NULL,
    employee TEXT NOT NULL REFERENCES card (id),
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX account_employee_card ON account_employee (employee);
