//! Holds: what may not be destroyed for now although its term is over, by which norm, from when until when, and who said so (R64).
//! A hold stands on records or on whole activities, whether a destruction case is open for them or not.

#[cfg(test)]
mod tests;

use jiff::civil::Date;

use crate::error::Refusal;
use crate::kernel::card::Personal;
use crate::kernel::field::{Field, Kind};
use crate::kernel::register::{Case, Outcome, Register, State, operation};
use crate::kernel::rights::Right;

const KINDS: &[&str] = &[
    "hold-contract",
    "hold-law",
    "hold-court",
    "hold-inquiry",
    "hold-request",
    "hold-archive",
];

const KIND: Field = Field::new("hold_kind", Kind::Choice(KINDS)).required();
const CARDS: Field = Field::new("hold_cards", Kind::Cards(""));
const ACTIVITIES: Field = Field::new("hold_activities", Kind::Cards("processing"));
const FROM: Field = Field::new("hold_from", Kind::Date).required();
const UNTIL: Field = Field::new("hold_until", Kind::Date);
const NORM: Field = Field::new("hold_norm", Kind::Line).required();
const REASON: Field = Field::new("hold_reason", Kind::Text).required().personal();
const ENDED: Field = Field::new("hold_ended_on", Kind::Date).required();
const END_REASON: Field = Field::new("hold_end_reason", Kind::Text).required().personal();

const FIELDS: &[Field] = &[KIND, CARDS, ACTIVITIES, FROM, UNTIL, NORM, REASON];

const STANDING: &[&str] = &["hold-standing"];

/// The register.
pub(super) static REGISTER: Register = Register {
    name: "holds",
    see: Right::SeeRegisters,
    fields: FIELDS,
    columns: &["hold_kind", "hold_norm", "hold_from", "hold_until"],
    label: None,
    states: &[
        State {
            name: "hold-standing",
            closed: false,
        },
        State {
            name: "hold-lifted",
            closed: true,
        },
    ],
    operations: &[
        operation("place", &[], Right::Destroy, FIELDS, place).despite_block(),
        operation("prolong", STANDING, Right::Destroy, &[UNTIL.required(), NORM], prolong).despite_block(),
        operation("lift", STANDING, Right::Approve, &[ENDED, END_REASON], lift).despite_block(),
        // Done when its last day has passed.
        operation("over", STANDING, Right::Destroy, &[], over).despite_block(),
    ],
    papers: None,
    reacts: &[],
};

fn place(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let cards = case.given_cards("hold_cards");
    if cards.is_empty() && case.given_cards("hold_activities").is_empty() {
        return Err(Refusal::new("refusal-hold-what").field("hold_cards"));
    }
    if let Some(gone) = cards.iter().find(|c| matches!(c.personal, Personal::Destroyed(_))) {
        let refusal = Refusal::new("refusal-hold-destroyed").field("hold_cards");
        return Err(refusal.arg("number", &gone.number));
    }
    if case.date("hold_from").is_some_and(|d| d > case.today()) {
        return Err(Refusal::new("refusal-future").field("hold_from"));
    }
    in_time(case, case.date("hold_from"))?;
    Ok(Outcome::taking_input().state("hold-standing"))
}

/// The last day of a hold lies ahead and not before its first.
fn in_time(case: &Case<'_>, from: Option<Date>) -> Result<(), Refusal> {
    let Some(until) = case.date("hold_until") else {
        return Ok(());
    };
    if until < case.today() {
        return Err(Refusal::new("refusal-past").field("hold_until"));
    }
    if from.is_some_and(|from| until < from) {
        return Err(Refusal::new("refusal-before-start").field("hold_until"));
    }
    Ok(())
}

fn prolong(case: &Case<'_>) -> Result<Outcome, Refusal> {
    in_time(case, case.of_card("hold_from").parse().ok())?;
    Ok(Outcome::taking_input())
}

/// From the day on which it ends the data may be destroyed, and the duty to do it counts.
fn lift(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let on = case.date("hold_ended_on");
    if on.is_some_and(|d| d > case.today()) {
        return Err(Refusal::new("refusal-future").field("hold_ended_on"));
    }
    let from: Option<Date> = case.of_card("hold_from").parse().ok();
    if on < from {
        return Err(Refusal::new("refusal-before-start").field("hold_ended_on"));
    }
    Ok(Outcome::taking_input().state("hold-lifted").unset("hold_until"))
}

fn over(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let until: Option<Date> = case.of_card("hold_until").parse().ok();
    match until.filter(|last| *last < case.today()) {
        Some(last) => Ok(Outcome::new()
            .state("hold-lifted")
            .set("hold_ended_on", last.to_string())
            .unset("hold_until")),
        None => Err(Refusal::new("refusal-day-not-passed")),
    }
}
