//! Openings of a hidden identity (R137): one person asks, another grants or refuses, and the opening is good for one look
//! within an hour. Whose identity is hidden is said by the mark `identity_hidden` on a card of any register; the look itself is
//! guarded in the kernel, which uses an opening up.

#[cfg(test)]
mod tests;

use jiff::SignedDuration;

use crate::error::Refusal;
use crate::kernel::field::{Field, Kind, Values};
use crate::kernel::open::{ASK, GRANTED_UNTIL, HIDDEN, RECORD, is_hidden};
use crate::kernel::register::{Case, Operation, Outcome, Register, State};
use crate::kernel::rights::{Right, rank};

/// For how long a granted opening is good.
const GOOD_FOR: SignedDuration = SignedDuration::from_hours(1);

/// The event of hiding an identity.
const HIDE: &str = "identity-openings.hide";

const HIDING: &[&str] = &["protect-reporter", "protect-witness", "protect-victim", "hidden-by-law"];
const REASONS: &[&str] = &[
    "open-violation",
    "open-threat",
    "open-court",
    "open-authority",
    "open-subject",
];

const TARGET: Field = Field::new(RECORD, Kind::Card("")).required();
const HIDING_REASON: Field = Field::new("hiding_reason", Kind::Choice(HIDING)).required();
const REASON: Field = Field::new("opening_reason", Kind::Choice(REASONS)).required();
const DOCUMENT: Field = Field::new("opening_document", Kind::Line).required();
const NOTE: Field = Field::new("opening_note", Kind::Text).personal();
const REFUSAL: Field = Field::new("opening_refusal", Kind::Text).required().personal();
const RANK: Field = Field::new("asked_rank", Kind::Number(0, 9));
const UNTIL: Field = Field::new(GRANTED_UNTIL, Kind::Instant);

/// The register.
pub(super) static REGISTER: Register = Register {
    name: "identity-openings",
    see: Right::SeeRegisters,
    fields: &[TARGET, HIDING_REASON, REASON, DOCUMENT, NOTE, RANK, UNTIL, REFUSAL],
    columns: &[RECORD, "opening_reason", "opening_document", GRANTED_UNTIL],
    label: None,
    states: &[
        State {
            name: "opening-asked",
            closed: false,
        },
        State {
            name: "opening-granted",
            closed: false,
        },
        State {
            name: "opening-used",
            closed: true,
        },
        State {
            name: "opening-declined",
            closed: true,
        },
        State {
            name: "opening-recalled",
            closed: true,
        },
        State {
            name: "identity-hidden",
            closed: false,
        },
        State {
            name: "identity-shown",
            closed: true,
        },
    ],
    operations: &[
        Operation {
            name: "hide",
            from: &[],
            right: Right::OpenIdentity,
            fields: &[TARGET, HIDING_REASON, DOCUMENT],
            papers: &[],
            looks_at_person: false,
            despite_block: true,
            decide: |case| {
                if hidden(case) {
                    return Err(Refusal::new("refusal-hidden-already").field(RECORD));
                }
                mark(case, true, "identity-hidden", Outcome::taking_input())
            },
        },
        Operation {
            name: "show",
            from: &["identity-hidden"],
            right: Right::Approve,
            fields: &[],
            papers: &[],
            looks_at_person: false,
            despite_block: true,
            decide: |case| {
                other_person(case, HIDE)?;
                mark(case, false, "identity-shown", Outcome::new())
            },
        },
        Operation {
            name: "ask",
            from: &[],
            right: Right::OpenPersonal,
            fields: &[TARGET, REASON, DOCUMENT, NOTE],
            papers: &[],
            looks_at_person: false,
            despite_block: true,
            decide: |case| {
                if !hidden(case) {
                    return Err(Refusal::new("refusal-not-hidden").field(RECORD));
                }
                Ok(Outcome::taking_input()
                    .state("opening-asked")
                    .set(RANK.name, i64::from(rank(case.roles))))
            },
        },
        Operation {
            name: "grant",
            from: &["opening-asked"],
            right: Right::OpenIdentity,
            fields: &[],
            papers: &[],
            looks_at_person: false,
            despite_block: true,
            decide: |case| {
                other_person(case, ASK)?;
                not_below(case)?;
                let until = case.now + GOOD_FOR;
                Ok(Outcome::new()
                    .state("opening-granted")
                    .set(GRANTED_UNTIL, until.to_string()))
            },
        },
        Operation {
            name: "decline",
            from: &["opening-asked"],
            right: Right::OpenIdentity,
            fields: &[REFUSAL],
            papers: &[],
            looks_at_person: false,
            despite_block: true,
            decide: |case| {
                other_person(case, ASK)?;
                Ok(Outcome::taking_input().state("opening-declined"))
            },
        },
        Operation {
            name: "recall",
            from: &["opening-asked", "opening-granted"],
            right: Right::OpenPersonal,
            fields: &[],
            papers: &[],
            looks_at_person: false,
            despite_block: true,
            decide: |_| Ok(Outcome::new().state("opening-recalled")),
        },
    ],
    papers: None,
    reacts: &[],
};

/// Whether the identity of the record is hidden.
fn hidden(case: &Case<'_>) -> bool {
    let id = case.text(RECORD);
    case.related.iter().any(|c| c.id == id && is_hidden(c))
}

/// Marks the record.
fn mark(case: &Case<'_>, on: bool, state: &'static str, outcome: Outcome) -> Result<Outcome, Refusal> {
    let record = match case.card {
        Some(card) => card.text(RECORD),
        None => case.text(RECORD),
    };
    let mut set = Values::new();
    set.insert(HIDDEN.to_owned(), on.into());
    Ok(outcome.state(state).follow(record, None, set))
}

/// Nobody decides on what they asked for or did themselves.
fn other_person(case: &Case<'_>, first: &str) -> Result<(), Refusal> {
    let own = case
        .history
        .iter()
        .any(|past| past.kind == first && past.actor == case.actor);
    if own {
        Err(Refusal::new("refusal-second-person"))
    } else {
        Ok(())
    }
}

/// Nobody grants what somebody above asked for: they could hardly refuse.
fn not_below(case: &Case<'_>) -> Result<(), Refusal> {
    let asked = case
        .card
        .and_then(|c| c.value(RANK.name))
        .and_then(serde_json::Value::as_i64);
    if asked.is_none_or(|asked| asked > i64::from(rank(case.roles))) {
        return Err(Refusal::new("refusal-person-below"));
    }
    Ok(())
}
