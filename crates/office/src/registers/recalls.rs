//! Recalls (R69): of what was already sent by chat or mail, each recipient is asked to delete it, and the line stays open until
//! that is confirmed or known to have failed.

#[cfg(test)]
mod tests;

use jiff::civil::Date;

use crate::error::Refusal;
use crate::kernel::field::{Field, Kind};
use crate::kernel::register::{Case, Outcome, Register, operation, state};
use crate::kernel::rights::Right;

/// By which way something was sent.
pub(crate) const CHANNELS: &[&str] = &[
    "recall-chat",
    "recall-group",
    "recall-private-mail",
    "recall-mail",
    "recall-other",
];

const WHAT: Field = Field::new("recall_what", Kind::Text).required().personal();
const TO: Field = Field::new("recall_recipient", Kind::Line).required().name_index();
const CHANNEL: Field = Field::new("recall_channel", Kind::Choice(CHANNELS)).required();
const ASKED: Field = Field::new("recall_asked_on", Kind::Date).required();
const UNTIL: Field = Field::new("recall_until", Kind::Date);
const STATEMENT: Field = Field::new("statement", Kind::Card("statements"));
const CONFIRMED: Field = Field::new("recall_confirmed_on", Kind::Date).required();
const HOW: Field = Field::new("recall_confirmed_how", Kind::Text).required().personal();
const FAILED: Field = Field::new("recall_failed_because", Kind::Text).required().personal();

const OPEN: &[&str] = &["recall-asked", "recall-overdue"];

/// The register.
pub(super) static REGISTER: Register = Register {
    name: "recalls",
    see: Right::SeeRegisters,
    fields: &[WHAT, TO, CHANNEL, ASKED, UNTIL, STATEMENT],
    columns: &[
        "recall_channel",
        "recall_asked_on",
        "recall_until",
        "recall_confirmed_on",
    ],
    label: Some("recall_recipient"),
    states: &[
        state("recall-asked", false),
        state("recall-overdue", false),
        state("recall-confirmed", true),
        state("recall-failed", true),
    ],
    operations: &[
        // Whoever may report may ask: every employee of the body.
        operation(
            "ask",
            &[],
            Right::Report,
            &[WHAT, TO, CHANNEL, ASKED, UNTIL, STATEMENT],
            |case| {
                past(case, "recall_asked_on")?;
                if case
                    .date("recall_until")
                    .is_some_and(|d| Some(d) < case.date("recall_asked_on"))
                {
                    return Err(Refusal::new("refusal-before-start").field("recall_until"));
                }
                Ok(Outcome::taking_input().state("recall-asked"))
            },
        ),
        operation("confirm", OPEN, Right::KeepStaff, &[CONFIRMED, HOW], |case| {
            past(case, "recall_confirmed_on")?;
            let asked: Option<Date> = case.of_card("recall_asked_on").parse().ok();
            if case.date("recall_confirmed_on") < asked {
                return Err(Refusal::new("refusal-before-start").field("recall_confirmed_on"));
            }
            Ok(Outcome::taking_input().state("recall-confirmed"))
        }),
        operation("fail", OPEN, Right::KeepStaff, &[FAILED], |_| {
            Ok(Outcome::taking_input().state("recall-failed"))
        }),
        // Done on the day after the last one.
        operation("overdue", &["recall-asked"], Right::KeepStaff, &[], |case| {
            if !case
                .of_card("recall_until")
                .parse()
                .is_ok_and(|last: Date| last < case.today())
            {
                return Err(Refusal::new("refusal-day-not-passed"));
            }
            Ok(Outcome::new().state("recall-overdue"))
        }),
    ],
    papers: None,
    reacts: &[],
};

fn past(case: &Case<'_>, field: &'static str) -> Result<(), Refusal> {
    if case.date(field).is_some_and(|d| d > case.today()) {
        return Err(Refusal::new("refusal-future").field(field));
    }
    Ok(())
}
