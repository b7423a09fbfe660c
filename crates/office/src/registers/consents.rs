//! Consents: given, withdrawn as a whole or in part, expired (R25–R30). A withdrawal stops the processing at once, shows which
//! other bases remain, and opens a destruction where none does.

mod check;
mod papers;
mod rules;
#[cfg(test)]
mod tests;

use crate::kernel::field::{Field, Kind};
use crate::kernel::register::{Register, State, operation};
use crate::kernel::rights::Right;

pub use check::{ConsentCheck, ConsentCount, ListCheck, PeopleCheck};

/// Why somebody else consents for the person.
const WHY_REPRESENTED: &[&str] = &["minor", "incapacitated", "power-of-attorney"];
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
const REPRESENTED: Field = Field::new("represented_because", Kind::Choice(WHY_REPRESENTED));
const REPRESENTATIVE_ADDRESS: Field = Field::new("representative_address", Kind::Line).personal();
const REPRESENTATIVE_DOCUMENT: Field = Field::new("representative_document", Kind::Line).personal();
/// The consequences of refusing were explained (R26): when, and on which card.
const EXPLAINED: Field = Field::new("explained_on", Kind::Date);
const EXPLANATION: Field = Field::new("explanation", Kind::Card("refusal-explanations"));
const WITHDRAWN: Field = Field::new("withdrawn_at", Kind::Instant).required();
const WITHDRAWN_PART: Field = Field::new("withdrawn_processing", Kind::Cards("processing")).required();
const TOLD: Field = Field::new("withdrawal_confirmed_at", Kind::Instant).required();
const LATE: Field = Field::new("late_reason", Kind::Text).personal();

const FIELDS: &[Field] = &[
    NAME,
    DOCUMENT,
    DOCUMENT_ISSUED,
    ADDRESS,
    PROCESSING,
    GIVEN,
    EXPIRES,
    WAY,
    REPRESENTED,
    REPRESENTATIVE,
    AUTHORITY,
    REPRESENTATIVE_ADDRESS,
    REPRESENTATIVE_DOCUMENT,
    EXPLAINED,
    EXPLANATION,
];

const CARD_FIELDS: &[Field] = &[
    NAME,
    DOCUMENT,
    DOCUMENT_ISSUED,
    ADDRESS,
    PROCESSING,
    WITHDRAWN_PART,
    Field::new("remaining", Kind::Cards("processing")),
    Field::new("destroy_part", Kind::Cards("processing")),
    GIVEN,
    EXPIRES,
    WAY,
    REPRESENTED,
    REPRESENTATIVE,
    AUTHORITY,
    REPRESENTATIVE_ADDRESS,
    REPRESENTATIVE_DOCUMENT,
    EXPLAINED,
    EXPLANATION,
];

/// The register.
pub(super) static REGISTER: Register = Register {
    name: "consents",
    see: Right::SeeRegisters,
    fields: CARD_FIELDS,
    columns: &["processing", "given_on", "expires_on", "way"],
    label: Some("subject_name"),
    states: &[
        State {
            name: "given",
            closed: false,
        },
        State {
            name: "partly-withdrawn",
            closed: false,
        },
        State {
            name: "withdrawn",
            closed: true,
        },
        State {
            name: "expired",
            closed: true,
        },
    ],
    operations: &[
        operation("register", &[], Right::KeepConsents, FIELDS, rules::register)
            .with_papers(&["consent"])
            .looking_at_person()
            .despite_block(),
        operation(
            "withdraw",
            &["given", "partly-withdrawn"],
            Right::KeepConsents,
            &[WITHDRAWN],
            rules::withdraw,
        )
        .with_papers(&["withdrawal-confirmation"])
        .despite_block(),
        operation(
            "withdraw-part",
            &["given", "partly-withdrawn"],
            Right::KeepConsents,
            &[WITHDRAWN, WITHDRAWN_PART],
            rules::withdraw_part,
        )
        .with_papers(&["withdrawal-confirmation"])
        .despite_block(),
        // The processing is stopped and the person was told: for what stays by another basis.
        operation(
            "confirm",
            &["partly-withdrawn", "withdrawn"],
            Right::KeepConsents,
            &[TOLD, LATE],
            rules::confirm,
        )
        .with_papers(&["withdrawal-confirmation"])
        .despite_block(),
        // Done on the day after the last one.
        operation(
            "expire",
            &["given", "partly-withdrawn"],
            Right::KeepConsents,
            &[],
            rules::expire,
        )
        .despite_block(),
    ],
    papers: Some(papers::values),
    reacts: &[],
};
