-- Only days on which something is still to be done are looked through: a card that is in none of the states of the operation
-- of its day keeps the day, and is passed by. Until the program has looked once at the days that it finds, all of them count.
ALTER TABLE card_day ADD COLUMN watched BIGINT NOT NULL DEFAULT 1;
DROP INDEX card_day_due;
CREATE INDEX card_day_due ON card_day (body, register, field, day, card) WHERE watched = 1;

-- Counting duties by register and end needs the index alone.
DROP INDEX clock_due;
CREATE INDEX clock_due ON clock (body, state, due_at, register, duty);
