//! Consents: given, withdrawn (R25–R30). A withdrawal stops the processing at once, shows which other bases remain, and opens
//! a destruction where none does.

#[cfg(test)]
mod tests;

use serde_json::Value;
use tutela_law::Event;

use crate::error::Refusal;
use crate::kernel::field::{Field, Kind};
use crate::kernel::register::{Case, Operation, Outcome, Register, State};
use crate::kernel::rights::Right;

const WAYS: &[&str] = &["paper", "electronic", "recorded"];

const NAME: Field = Field::new("subject_name", Kind::Line).required().name_index();
const DOCUMENT: Field = Field::new("subject_document", Kind::Line).required().identity();
const DOCUMENT_ISSUED: Field = Field::new("subject_document_issued", Kind::Line).personal();
const ADDRESS: Field = Field::new("subject_address", Kind::Line).personal();
const PROCESSING: Field = Field::new("processing", Kind::Cards("processing")).required();
const GIVEN: Field = Field::new("given_on", Kind::Date).required();
const EXPIRES: Field = Field::new("expires_on", Kind::Date);
const WAY: Field = Field::new("way", Kind::Choice(WAYS)).required();
const REPRESENTATIVE: Field = Field::new("representative_name", Kind::Line).name_index();
const AUTHORITY: Field = Field::new("representative_authority", Kind::Line).personal();
const WITHDRAWN: Field = Field::new("withdrawn_at", Kind::Instant).required();

const FIELDS: &[Field] = &[
    NAME,
    DOCUMENT,
    DOCUMENT_ISSUED,
    ADDRESS,
    PROCESSING,
    GIVEN,
    EXPIRES,
    WAY,
    REPRESENTATIVE,
    AUTHORITY,
];

/// The register.
pub(super) static REGISTER: Register = Register {
    name: "consents",
    see: Right::SeeRegisters,
    fields: FIELDS,
    columns: &["processing", "given_on", "way"],
    label: Some("subject_name"),
    states: &[
        State {
            name: "given",
            closed: false,
        },
        State {
            name: "withdrawn",
            closed: true,
        },
    ],
    operations: &[
        Operation {
            name: "register",
            from: &[],
            right: Right::KeepConsents,
            fields: FIELDS,
            papers: &["consent"],
            looks_at_person: true,
            despite_block: false,
            decide: register,
        },
        Operation {
            name: "withdraw",
            from: &["given"],
            right: Right::KeepConsents,
            fields: &[WITHDRAWN],
            papers: &["withdrawal-confirmation"],
            looks_at_person: false,
            despite_block: true,
            decide: withdraw,
        },
    ],
    reacts: &[],
};

fn register(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let today = case.today();
    let given = case.date("given_on");
    if given.is_some_and(|d| d > today) {
        return Err(Refusal::new("refusal-future").field("given_on"));
    }
    if case.date("expires_on").is_some_and(|d| given.is_some_and(|g| d <= g)) {
        return Err(Refusal::new("refusal-before-start").field("expires_on"));
    }
    if !case.text("representative_name").is_empty() && case.text("representative_authority").is_empty() {
        return Err(Refusal::new("refusal-authority").field("representative_authority"));
    }
    Ok(Outcome::taking_input().state("given"))
}

fn withdraw(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let at = case.instant("withdrawn_at").unwrap_or(case.now);
    if at > case.now {
        return Err(Refusal::new("refusal-future").field("withdrawn_at"));
    }
    let Some(card) = case.card else {
        return Err(Refusal::new("refusal-no-page"));
    };
    // Activities that rest on something else as well go on: their data are not destroyed for the withdrawal.
    let remaining: Vec<Value> = case
        .related_in("processing")
        .filter(|p| p.cards("bases").iter().any(|b| *b != "consent"))
        .map(|p| Value::from(p.id.as_str()))
        .collect();
    let all = card.cards("processing").len();
    let mut outcome = Outcome::taking_input()
        .state("withdrawn")
        .block(&card.id, true)
        .start("request-withdraw", &[(Event::Withdrawn, at), (Event::Received, at)]);
    if remaining.len() < all {
        outcome = outcome.set("destroy", true);
    }
    Ok(outcome.set("remaining", Value::Array(remaining)))
}
