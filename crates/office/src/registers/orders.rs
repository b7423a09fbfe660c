//! Orders and other acts of the body (R1, R3, R12, R33): drafted, signed with number and date, put in force. What an order
//! approves gets its number and date by the same act, through the rule of its own register.

mod papers;
mod rules;
#[cfg(test)]
mod tests;

use crate::kernel::card::Card;
use crate::kernel::field::{Field, Kind};
use crate::kernel::register::{Register, State, operation};
use crate::kernel::rights::Right;

/// What kind of act it is.
const KINDS: &[&str] = &[
    "appointment",
    "admission-list",
    "processing-list",
    "room-list",
    "policy",
    "regulation",
    "destruction-order",
    "deidentification-order",
    "other-order",
];
/// For what a person is made responsible.
const OFFICES: &[&str] = &["organisation", "security", "protection-unit"];

const ORDER_KIND: Field = Field::new("order_kind", Kind::Choice(KINDS)).required();
// A subject may name persons; what lists show of an order is its kind, number and date.
const SUBJECT: Field = Field::new("order_subject", Kind::Text).required().personal();
const APPROVES: Field = Field::new("approves", Kind::Cards(""));
const REPLACES: Field = Field::new("replaces", Kind::Card("orders"));
const OFFICE: Field = Field::new("office", Kind::Choice(OFFICES));
const APPOINTEE: Field = Field::new("appointee_name", Kind::Line).name_index();
const APPOINTEE_POST: Field = Field::new("appointee_post", Kind::Line);
const FROM: Field = Field::new("office_from", Kind::Date);
const TO: Field = Field::new("office_to", Kind::Date);
const NUMBER: Field = Field::new("order_number", Kind::Line).required();
const DATE: Field = Field::new("order_date", Kind::Date).required();
const SIGNATORY_POST: Field = Field::new("signatory_post", Kind::Line).required();
const SIGNATORY: Field = Field::new("signatory_name", Kind::Line).required().personal();
const IN_FORCE: Field = Field::new("in_force_from", Kind::Date).required();
const CANCEL_REASON: Field = Field::new("cancel_reason", Kind::Text).required().personal();

const FIELDS: &[Field] = &[
    ORDER_KIND,
    SUBJECT,
    APPROVES,
    REPLACES,
    OFFICE,
    APPOINTEE,
    APPOINTEE_POST,
    FROM,
    TO,
];

const CARD_FIELDS: &[Field] = &[
    ORDER_KIND,
    SUBJECT,
    APPROVES,
    REPLACES,
    Field::new("replaced_by", Kind::Card("orders")),
    OFFICE,
    APPOINTEE,
    APPOINTEE_POST,
    FROM,
    TO,
];

const PAPERS: &[&str] = &[
    "order-appointment",
    "order-admission",
    "order-processing-list",
    "designation-letter",
];

/// The register.
pub(super) static REGISTER: Register = Register {
    name: "orders",
    see: Right::SeeRegisters,
    fields: CARD_FIELDS,
    columns: &["order_kind", "order_number", "order_date", "office_to"],
    label: Some("appointee_name"),
    states: &[
        State {
            name: "draft",
            closed: false,
        },
        State {
            name: "signed",
            closed: false,
        },
        State {
            name: "in-force",
            closed: false,
        },
        State {
            name: "replaced",
            closed: true,
        },
        State {
            name: "cancelled",
            closed: true,
        },
        State {
            name: "expired",
            closed: true,
        },
    ],
    operations: &[
        operation("draft", &[], Right::PrepareActs, FIELDS, rules::draft).with_papers(PAPERS),
        operation("change", &["draft"], Right::PrepareActs, FIELDS, rules::draft).with_papers(PAPERS),
        operation(
            "sign",
            &["draft"],
            Right::Approve,
            &[NUMBER, DATE, SIGNATORY_POST, SIGNATORY],
            rules::sign,
        ),
        operation("enter", &["signed"], Right::PrepareActs, &[IN_FORCE], rules::enter).with_papers(PAPERS),
        operation(
            "cancel",
            &["draft", "signed", "in-force"],
            Right::Approve,
            &[CANCEL_REASON],
            rules::cancel,
        ),
        // Done on the day after the period of office.
        operation("expire", &["in-force"], Right::PrepareActs, &[], rules::expire),
    ],
    papers: Some(papers::values),
    reacts: &[],
};

/// The series that the number of an act belongs to. Orders are numbered in one series whatever they are about; policies and
/// regulations are acts of another kind.
pub(super) fn series(card: &Card) -> &'static str {
    match card.text("order_kind") {
        "policy" => "policy",
        "regulation" => "regulation",
        _ => "order",
    }
}
