//! What a rule answers: everything that an act does, as data.

use jiff::Timestamp;
use serde_json::Value;
use tutela_law::Event as LawEvent;

use crate::kernel::card::Card;
use crate::kernel::field::Values;

/// What an act does. Building one does nothing: the record writes it as a whole or not at all.
#[derive(Debug, Default)]
pub struct Outcome {
    pub(crate) state: Option<&'static str>,
    pub(crate) set: Values,
    pub(crate) unset: Vec<&'static str>,
    pub(crate) take_input: bool,
    pub(crate) clocks: Vec<ClockAct>,
    pub(crate) block: Vec<(String, bool)>,
    pub(crate) destroy: Vec<String>,
    pub(crate) follow: Vec<FollowUp>,
    pub(crate) then: Vec<Then>,
    pub(crate) clocks_of_others: Vec<(String, ClockAct)>,
    pub(crate) gather: Option<Gather>,
    pub(crate) open: Vec<Opening>,
    pub(crate) look_again: Vec<String>,
    pub(crate) each: Vec<Each>,
    pub(crate) unnamed: bool,
    pub(crate) claims: Vec<Claim>,
}

/// A card of another register that an act makes, by an operation of that register and its rule.
#[derive(Debug)]
pub struct Opening {
    pub(crate) register: &'static str,
    pub(crate) operation: &'static str,
    pub(crate) values: Values,
    pub(crate) points: Option<&'static str>,
    pub(crate) kept: Option<&'static str>,
}

impl Opening {
    /// A card of this register, by this operation, with these values.
    pub fn new(register: &'static str, operation: &'static str, values: Values) -> Self {
        Self {
            register,
            operation,
            values,
            points: None,
            kept: None,
        }
    }

    /// The new card points to the one that made it, in this field of its operation.
    #[must_use]
    pub fn points_in(mut self, field: &'static str) -> Self {
        self.points = Some(field);
        self
    }

    /// The card that made it points to the new one, in this field, beside those that it pointed to before if the field takes
    /// several.
    #[must_use]
    pub fn kept_in(mut self, field: &'static str) -> Self {
        self.kept = Some(field);
        self
    }
}

/// A word that one card of a body has and no other may: the number of a paper within a year.
#[derive(Debug)]
pub(crate) struct Claim {
    /// Within what it is the only one, such as `check-protocol/2026`.
    pub(crate) scope: String,
    /// The word.
    pub(crate) word: String,
    /// The field that gave it.
    pub(crate) field: &'static str,
}

/// An operation that is done with many cards because of one act, each by its own rule and with an entry of its own in the
/// journal. The act does it with the first of them; the program does it with the rest, some in a transaction, so that nobody waits
/// for thousands (`kernel::work`). What is done with many at once may set open fields and a state, and no more.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Each {
    /// The register in which it is done.
    pub(crate) register: &'static str,
    /// The operation.
    pub(crate) operation: &'static str,
    /// With which cards.
    pub(crate) over: Over,
}

/// The cards of [`Each`].
#[derive(Debug, Clone, Copy)]
pub(crate) enum Over {
    /// A card is created for every card of a register in these states for which there are values, unless there is one that
    /// points to it and to the own card already. If none is created, the act is refused.
    For {
        register: &'static str,
        states: &'static [&'static str],
        /// The fields of the new card that point to the own card and to the other.
        fields: (&'static str, &'static str),
        values: fn(&Card, &Card) -> Option<Values>,
    },
    /// Cards that point to the own card in a field, as far as the operation starts from their states. Those that their rule
    /// refuses stay as they are.
    Pointing { field: &'static str },
    /// Such cards too, but each in a transaction of its own, and none by the act itself: the operation may do whatever an
    /// operation may. Those that their rule refuses are tried again later; if it answers [`NOTHING_TO_DO`](super::NOTHING_TO_DO), the rest falls away.
    Apart {
        field: &'static str,
        /// What is done with the own card when none is left.
        finish: Option<Finish>,
    },
}

/// An operation with a card for which the last of many was done.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Finish {
    /// The operation of the register of the card.
    pub(crate) operation: &'static str,
    /// Numbers of the many that are added up, and the fields of the operation that take the sums.
    pub(crate) sums: &'static [(&'static str, &'static str)],
    /// The field of the operation that takes the list of what was destroyed, if there is one: which field of the many and of the
    /// own card names the records.
    pub(crate) list: Option<(&'static str, &'static str)>,
}

/// An operation of another card's own register that is done with it in the same transaction, by its own rule.
#[derive(Debug)]
pub(crate) struct Then {
    pub(crate) card: String,
    pub(crate) operation: &'static str,
    pub(crate) values: Values,
}

/// Cards that an act collects: those that point to a card in a field, and there to nothing else on which work goes on.
#[derive(Debug)]
pub(crate) struct Gather {
    /// The field of the own card that takes them.
    pub(crate) into: &'static str,
    /// The field in which they point.
    pub(crate) field: &'static str,
    /// To which card.
    pub(crate) target: String,
}

/// What an act does to another card, in the same transaction.
#[derive(Debug)]
pub(crate) struct FollowUp {
    pub(crate) card: String,
    pub(crate) state: Option<&'static str>,
    pub(crate) set: Values,
}

/// What an act does to the clocks of its card.
#[derive(Debug, Clone)]
pub(crate) enum ClockAct {
    /// Something happened that starts a duty.
    Start {
        duty: &'static str,
        events: Vec<(LawEvent, Timestamp)>,
        case: Option<String>,
        /// The one rule of the duty that counts; all in force when absent.
        rule: Option<String>,
    },
    /// Another event of the duty is known.
    Also {
        duty: &'static str,
        event: LawEvent,
        at: Timestamp,
    },
    /// It was done.
    Meet {
        duty: &'static str,
        at: Timestamp,
        reason: bool,
    },
    /// It falls away.
    Cancel { duty: &'static str },
    /// Time stops counting.
    Pause {
        duty: &'static str,
        name: String,
        at: Timestamp,
    },
    /// Time counts again.
    Resume { duty: &'static str, at: Timestamp },
    /// More time, with notice to the other side.
    Extend {
        duty: &'static str,
        length: u32,
        at: Timestamp,
        reason: bool,
    },
}

impl Outcome {
    /// Everything that was given goes into the card.
    pub fn taking_input() -> Self {
        Self {
            take_input: true,
            ..Self::default()
        }
    }

    /// Nothing that was given goes into the card by itself.
    pub fn new() -> Self {
        Self::default()
    }

    /// The card gets this state.
    #[must_use]
    pub fn state(mut self, state: &'static str) -> Self {
        self.state = Some(state);
        self
    }

    /// The card gets this value.
    #[must_use]
    pub fn set(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.set.insert(field.to_owned(), value.into());
        self
    }

    /// The card loses this value.
    #[must_use]
    pub fn unset(mut self, field: &'static str) -> Self {
        self.unset.push(field);
        self
    }

    /// A duty starts: every clock of the law in force on the day that it says counts. One act may be several events at
    /// once, since regimes count from different ones.
    #[must_use]
    pub fn start(self, duty: &'static str, events: &[(LawEvent, Timestamp)]) -> Self {
        self.start_case(duty, events, None)
    }

    /// A duty starts in a case of its clock.
    #[must_use]
    pub fn start_case(mut self, duty: &'static str, events: &[(LawEvent, Timestamp)], case: Option<&str>) -> Self {
        self.clocks.push(ClockAct::Start {
            duty,
            events: events.to_vec(),
            case: case.map(str::to_owned),
            rule: None,
        });
        self
    }

    /// A duty starts by one rule alone, of the law or of the body: another card counts by the others.
    #[must_use]
    pub fn start_rule(mut self, duty: &'static str, rule: &str, events: &[(LawEvent, Timestamp)]) -> Self {
        self.clocks.push(ClockAct::Start {
            duty,
            events: events.to_vec(),
            case: None,
            rule: Some(rule.to_owned()),
        });
        self
    }

    /// Another event of a running duty is known, or a known one is corrected.
    #[must_use]
    pub fn also(mut self, duty: &'static str, event: LawEvent, at: Timestamp) -> Self {
        self.clocks.push(ClockAct::Also { duty, event, at });
        self
    }

    /// A duty is done. If that is late and the law wants a reason, the act is refused without one.
    #[must_use]
    pub fn meet(mut self, duty: &'static str, at: Timestamp, reason: &str) -> Self {
        let reason = !reason.trim().is_empty();
        self.clocks.push(ClockAct::Meet { duty, at, reason });
        self
    }

    /// A duty falls away.
    #[must_use]
    pub fn cancel(mut self, duty: &'static str) -> Self {
        self.clocks.push(ClockAct::Cancel { duty });
        self
    }

    /// Time stops counting for a reason that the law knows.
    #[must_use]
    pub fn pause(mut self, duty: &'static str, name: &str, at: Timestamp) -> Self {
        self.clocks.push(ClockAct::Pause {
            duty,
            name: name.to_owned(),
            at,
        });
        self
    }

    /// Time counts again.
    #[must_use]
    pub fn resume(mut self, duty: &'static str, at: Timestamp) -> Self {
        self.clocks.push(ClockAct::Resume { duty, at });
        self
    }

    /// More time.
    #[must_use]
    pub fn extend(mut self, duty: &'static str, length: u32, at: Timestamp, reason: &str) -> Self {
        let reason = !reason.trim().is_empty();
        self.clocks.push(ClockAct::Extend {
            duty,
            length,
            at,
            reason,
        });
        self
    }

    /// A card may no longer be used, or may again.
    #[must_use]
    pub fn block(mut self, card: &str, on: bool) -> Self {
        self.block.push((card.to_owned(), on));
        self
    }

    /// The key of a card's personal data is destroyed.
    #[must_use]
    pub fn destroy(mut self, card: &str) -> Self {
        self.destroy.push(card.to_owned());
        self
    }

    /// A related card gets a state and values by the same act.
    #[must_use]
    pub fn follow(mut self, card: &str, state: Option<&'static str>, set: Values) -> Self {
        self.follow.push(FollowUp {
            card: card.to_owned(),
            state,
            set,
        });
        self
    }

    /// An operation of another card's own register is done with that card by the same act. Its rule is asked; if it
    /// refuses, nothing is done at all.
    #[must_use]
    pub fn then(mut self, card: &str, operation: &'static str, values: Values) -> Self {
        self.then.push(Then {
            card: card.to_owned(),
            operation,
            values,
        });
        self
    }

    /// A card of another register is made by the same act. Its rule is asked; if it refuses, nothing is done at all.
    #[must_use]
    pub fn open(mut self, opening: Opening) -> Self {
        self.open.push(opening);
        self
    }

    /// The card takes a word for itself, such as the number of a paper within a year: where another card of the body has it
    /// already, the act is refused. A card has one word in a scope; a new one gives the old one back.
    #[must_use]
    pub fn claim(mut self, scope: &str, field: &'static str, word: &str) -> Self {
        self.claims.push(Claim {
            scope: scope.to_owned(),
            word: word.split_whitespace().collect::<String>().to_lowercase(),
            field,
        });
        self
    }

    /// A duty of another card is done by the same act, if it runs.
    #[must_use]
    pub fn meet_of(mut self, card: &str, duty: &'static str, at: Timestamp, reason: &str) -> Self {
        let reason = !reason.trim().is_empty();
        self.clocks_of_others
            .push((card.to_owned(), ClockAct::Meet { duty, at, reason }));
        self
    }

    /// The card collects, in the field `into`, the cards with personal data that point to `target` in `field` and there to
    /// nothing else on which work goes on, and blocks them. More than one card can take: the operation is done again for
    /// the rest, within bounds.
    #[must_use]
    pub fn gather(mut self, into: &'static str, field: &'static str, target: &str) -> Self {
        self.gather = Some(Gather {
            into,
            field,
            target: target.to_owned(),
        });
        self
    }

    /// The storage term of a card is looked at again, since nobody destroys it now.
    #[must_use]
    pub fn look_again(mut self, card: &str) -> Self {
        self.look_again.push(card.to_owned());
        self
    }

    /// An operation is done with many cards by the same act.
    #[must_use]
    pub(crate) fn each(mut self, each: Each) -> Self {
        self.each.push(each);
        self
    }

    /// Neither the history nor the journal tells who did it.
    #[must_use]
    pub fn unnamed(mut self) -> Self {
        self.unnamed = true;
        self
    }
}
