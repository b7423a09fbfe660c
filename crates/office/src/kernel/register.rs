//! Registers as data: what a register holds, what can be done in it, and by which rules.

mod case;
mod outcome;

use crate::error::Refusal;
use crate::kernel::card::Card;
use crate::kernel::field::{Field, Values};
use crate::kernel::rights::Right;
use crate::papers::PaperCase;

pub use case::{Case, Past};
pub(crate) use outcome::{Claim, ClockAct, Each, Finish, FollowUp, Gather, Over, Then};
pub use outcome::{Opening, Outcome};

/// A register: one folder of cards with the same fields, states and operations.
///
/// Its texts are `register-<name>` (title), `register-<name>-about` (what it is for, shown while it is empty),
/// `state-<word>` for its states and `operation-<register>-<name>` for its operations.
#[derive(Debug)]
pub struct Register {
    /// Name in addresses, in the store and in texts.
    pub name: &'static str,
    /// Who may see its cards.
    pub see: Right,
    /// Fields of a card.
    pub fields: &'static [Field],
    /// Fields shown in lists. Personal ones are never shown there.
    pub columns: &'static [&'static str],
    /// The personal field whose initials stand for the card in lists.
    pub label: Option<&'static str>,
    /// States, in the order of a card's life.
    pub states: &'static [State],
    /// What can be done.
    pub operations: &'static [Operation],
    /// What its papers say beside what the card itself says: the values of a form by name.
    pub papers: Option<fn(&PaperCase<'_>, &str) -> Values>,
    /// What the register does when something happened elsewhere: the event, the card that it happened to.
    pub reacts: &'static [Reaction],
}

/// A state of a card.
#[derive(Debug, Clone, Copy)]
pub struct State {
    /// Its word.
    pub name: &'static str,
    /// Whether work on the card is over.
    pub closed: bool,
}

/// Something that can be done with a card.
#[derive(Debug)]
pub struct Operation {
    /// Its word.
    pub name: &'static str,
    /// In which states; none means that it creates a card.
    pub from: &'static [&'static str],
    /// Who may do it.
    pub right: Right,
    /// What it asks for.
    pub fields: &'static [Field],
    /// Papers that can be printed when it is done.
    pub papers: &'static [&'static str],
    /// Whether the rule looks at other cards of the same person.
    pub looks_at_person: bool,
    /// Whether it may be done with a card that is blocked.
    pub despite_block: bool,
    /// The rule. It reads no clock and no store: everything it may know is in the case.
    pub decide: fn(&Case<'_>) -> Result<Outcome, Refusal>,
}

/// The key with which a rule that is asked because of an event elsewhere says that nothing follows from it here. Nothing is
/// written then. A rule says so before anything else, never because something is wrong.
pub const NOTHING_TO_DO: &str = "refusal-nothing-to-do";

/// How a register answers an event of another register.
#[derive(Debug, Clone, Copy)]
pub struct Reaction {
    /// The kind of the event, such as `consents.withdraw`.
    pub to: &'static str,
    /// The operation that is done because of it, without a person: it creates a card of this register, or else is done with
    /// every card of this register that points to the event's card and is in a state that the operation starts from. Its
    /// rule may answer [`NOTHING_TO_DO`].
    pub operation: &'static str,
    /// The values for it, out of the event's card. None: nothing is done.
    pub values: fn(&Card) -> Option<Values>,
}

impl Register {
    /// The operation of this name.
    pub fn operation(&self, name: &str) -> Option<&Operation> {
        self.operations.iter().find(|o| o.name == name)
    }

    /// The field of this name: of a card, or of an operation that leaves it in the card.
    pub fn field(&self, name: &str) -> Option<&Field> {
        let of_operations = self.operations.iter().flat_map(|o| o.fields);
        self.fields.iter().chain(of_operations).find(|f| f.name == name)
    }

    /// Whether a state ends the work on a card.
    pub fn is_closed(&self, state: &str) -> bool {
        self.states.iter().any(|s| s.name == state && s.closed)
    }
}

/// An operation as most are: without papers, without a look at other cards of the person, not with a card that is blocked.
pub(crate) const fn operation(
    name: &'static str,
    from: &'static [&'static str],
    right: Right,
    fields: &'static [Field],
    decide: fn(&Case<'_>) -> Result<Outcome, Refusal>,
) -> Operation {
    Operation {
        name,
        from,
        right,
        fields,
        papers: &[],
        looks_at_person: false,
        despite_block: false,
        decide,
    }
}

/// A state of this name; whether work on the card is over in it.
pub(crate) const fn state(name: &'static str, closed: bool) -> State {
    State { name, closed }
}

impl Operation {
    /// Papers can be printed when it is done.
    pub(crate) const fn with_papers(mut self, papers: &'static [&'static str]) -> Self {
        self.papers = papers;
        self
    }

    /// The rule looks at other cards of the same person.
    pub(crate) const fn looking_at_person(mut self) -> Self {
        self.looks_at_person = true;
        self
    }

    /// It may be done with a card that is blocked.
    pub(crate) const fn despite_block(mut self) -> Self {
        self.despite_block = true;
        self
    }

    /// Whether it creates a card.
    pub const fn creates(&self) -> bool {
        self.from.is_empty()
    }
}
