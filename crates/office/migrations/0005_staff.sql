-- Days that a card names and the office watches: the end of a consent, of a training, of a permit. An index over the
-- cards; the day itself is text as in the card, so that days stand in order.

CREATE TABLE card_day (
    body TEXT NOT NULL,
    card TEXT NOT NULL REFERENCES card (id),
    register TEXT NOT NULL,
    field TEXT NOT NULL,
    day TEXT NOT NULL,
    PRIMARY KEY (card, field)
);
CREATE INDEX card_day_due ON card_day (body, register, field, day);
