//! Consents: given, withdrawn as a whole or in part, expired (R25–R30). A withdrawal stops the processing at once, shows which
//! other bases remain, and opens a destruction where none does.

mod check;
mod papers;
mod rules;
#[cfg(test)]
mod tests;

use crate::error::Refusal;
use crate::kernel::field::{Field, Kind};
use crate::kernel::register::{Case, Operation, Outcome, Register, State};
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

const fn operation(
    name: &'static str,
    from: &'static [&'static str],
    fields: &'static [Field],
    papers: &'static [&'static str],
    decide: fn(&Case<'_>) -> Result<Outcome, Refusal>,
) -> Operation {
    Operation {
        name,
        from,
        right: Right::KeepConsents,
        fields,
        papers,
        looks_at_person: false,
        despite_block: true,
        decide,
    }
}

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
        Operation {
            looks_at_person: true,
            ..operation("register", &[], FIELDS, &["consent"], rules::register)
        },
        operation(
            "withdraw",
            &["given", "partly-withdrawn"],
            &[WITHDRAWN],
            &["withdrawal-confirmation"],
            rules::withdraw,
        ),
        operation(
            "withdraw-part",
            &["given", "partly-withdrawn"],
            &[WITHDRAWN, WITHDRAWN_PART],
            &["withdrawal-confirmation"],
            rules::withdraw_part,
        ),
        // The processing is stopped and the person was told: for what stays by another basis.
        operation(
            "confirm",
            &["partly-withdrawn", "withdrawn"],
            &[TOLD, LATE],
            &["withdrawal-confirmation"],
            rules::confirm,
        ),
        // Done on the day after the last one.
        operation("expire", &["given", "partly-withdrawn"], &[], &[], rules::expire),
    ],
    papers: Some(papers::values),
    reacts: &[],
};
