//! What a rule may know: the case that is put to it.

use jiff::Timestamp;
use serde_json::Value;
use tutela_law::{Due, DueError, Event as LawEvent, Pack};

use super::Register;
use crate::kernel::body::Body;
use crate::kernel::card::Card;
use crate::kernel::clock::{self, Clock, Reckoner};
use crate::kernel::field::{Values, words_of};
use crate::kernel::rights::Role;

/// Everything that a rule may know.
#[derive(Debug)]
pub struct Case<'a> {
    /// The instant of the act.
    pub now: Timestamp,
    /// The body.
    pub body: &'a Body,
    /// Who acts: the identifier of an account.
    pub actor: &'a str,
    /// What that person is.
    pub roles: &'a [Role],
    /// The card as it is; none when one is created.
    pub card: Option<&'a Card>,
    /// What was given, checked by the fields of the operation.
    pub input: &'a Values,
    /// Cards that the input or the card points to, and, if the operation asks for it, other cards of the same person.
    pub related: &'a [Card],
    /// What points to whoever acts in its field `account`, such as the employee that the account is of, and what these cards
    /// point to; closed.
    pub mine: &'a [Card],
    /// When each kind of event happened to the card last, oldest first.
    pub history: &'a [Past],
    /// The clocks of the card, oldest first.
    pub clocks: &'a [Clock],
    /// The law, to be asked when something would fall due.
    pub law: &'a Reckoner,
    /// Whether the person has more cards than the rule was shown.
    pub cut: bool,
    /// All registers, to tell whether work on a related card is over.
    pub registers: &'static [&'static Register],
}

/// One event of a card's past.
#[derive(Debug, Clone)]
pub struct Past {
    /// Its kind.
    pub kind: String,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
}

impl<'a> Case<'a> {
    /// A text that was given; empty where none was.
    pub fn text(&self, field: &str) -> &str {
        self.input.get(field).and_then(Value::as_str).unwrap_or("")
    }

    /// Whether a flag was set.
    pub fn flag(&self, field: &str) -> bool {
        self.input.get(field).and_then(Value::as_bool).unwrap_or(false)
    }

    /// A date that was given.
    pub fn date(&self, field: &str) -> Option<jiff::civil::Date> {
        self.text(field).parse().ok()
    }

    /// An instant that was given.
    pub fn instant(&self, field: &str) -> Option<Timestamp> {
        self.text(field).parse().ok()
    }

    /// A text of the card; empty where there is none.
    pub fn of_card(&self, field: &str) -> &str {
        self.card.map_or("", |c| c.text(field))
    }

    /// The day of the act where the body is.
    pub fn today(&self) -> jiff::civil::Date {
        self.now.to_zoned_datetime(self.body.zone.clone()).date()
    }

    /// The pack of the body's law that is in force on the day of the act.
    pub fn pack(&self) -> Option<&'a Pack> {
        self.law.law.pack(self.body.country, self.today())
    }

    /// Whether work on a card is over, by the states of its register.
    pub fn is_closed(&self, card: &Card) -> bool {
        self.registers
            .iter()
            .any(|r| r.name == card.register && r.is_closed(&card.state))
    }

    /// The cards that a field of the input points to.
    pub fn given_cards(&self, field: &str) -> Vec<&Card> {
        let ids = self.input.get(field).map(words_of).unwrap_or_default();
        self.related.iter().filter(|c| ids.contains(&c.id.as_str())).collect()
    }

    /// The cards that a field of the card points to.
    pub fn held_cards(&self, field: &str) -> Vec<&Card> {
        let ids = self.card.map(|c| c.cards(field)).unwrap_or_default();
        self.related.iter().filter(|c| ids.contains(&c.id.as_str())).collect()
    }

    /// When a duty would fall due if nothing but these events happened: every clock of the law in force on the day that
    /// counts; none where the law in force has no such duty.
    pub fn due(&self, duty: &str, events: &[(LawEvent, Timestamp)]) -> Result<Vec<Due>, DueError> {
        clock::ask(self.law, self.body, duty, events)
    }

    /// Whether one of these duties is running and over at an instant.
    pub fn is_late(&self, duties: &[&str], at: Timestamp) -> bool {
        let running = self.clocks.iter().filter(|c| c.state == clock::State::Running);
        running
            .filter(|c| duties.contains(&c.duty.as_str()))
            .any(|c| c.due_at.is_some_and(|due| due < at))
    }

    /// The related cards of one register.
    pub fn related_in<'b>(&'b self, register: &'b str) -> impl Iterator<Item = &'b Card> {
        self.related.iter().filter(move |c| c.register == register)
    }
}
