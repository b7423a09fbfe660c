-- From which day the storage term of a card counts for each activity that it serves. The term itself is a rule of the activity
-- and may change, so no end is kept here: for every activity there is one day up to which events are over, and the rows before
-- it are found by the index, however many cards there are. A row that was looked at is not looked at again.
CREATE TABLE card_keep (
    body TEXT NOT NULL,
    card TEXT NOT NULL REFERENCES card (id),
    activity TEXT NOT NULL,
    made TEXT NOT NULL,
    seen BIGINT NOT NULL,
    PRIMARY KEY (card, activity)
);
CREATE INDEX card_keep_due ON card_keep (activity, made, card) WHERE seen = 0;

-- Up to which event day the cards of an activity were looked at. When a rule gets longer, what lies behind is looked at again.
CREATE TABLE keep_swept (
    activity TEXT PRIMARY KEY,
    body TEXT NOT NULL,
    day TEXT NOT NULL
);
