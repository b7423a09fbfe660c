//! Processing activities: for which purpose, on which basis, whose data, of which categories, where, for whom, how long
//! (R11–R15, R22–R23). An activity is approved by a numbered order, whose number goes back into the card; a change of what
//! is approved waits beside it until the next order. When its purpose is reached, destruction starts everywhere (R67).

pub(super) mod norms;
mod papers;
mod rules;
#[cfg(test)]
mod tests;

use crate::kernel::categories::CATEGORIES;
use crate::kernel::field::{Field, Kind};
use crate::kernel::register::{Register, State, operation};
use crate::kernel::rights::Right;

pub(super) use papers::row;

/// What an activity may rest on. Which norms say so, the law pack shows beside the choice.
const BASES: &[&str] = &[
    "consent",
    "law-duty",
    "public-task",
    "contract",
    "vital-interest",
    "legitimate-interest",
    "publicly-available",
];
const SUBJECTS: &[&str] = &[
    "employees",
    "applicants",
    "relatives",
    "citizens",
    "representatives",
    "patients",
    "pupils",
    "contractors",
    "visitors",
];
/// From which event a storage term runs (R15): a rule, so that a date can be computed.
const KEEP_FROM: &[&str] = &["purpose-reached", "contract-ended", "document-made", "withdrawal"];
const KEEP_UNITS: &[&str] = &["days", "months", "years"];

const TITLE: Field = Field::new("title", Kind::Line).required();
const PURPOSE: Field = Field::new("purpose", Kind::Text).required();
const BASIS: Field = Field::new("bases", Kind::Choices(BASES)).required();
const NORM: Field = Field::new("norm", Kind::Line).required();
const SUBJECT_CATEGORIES: Field = Field::new("subject_categories", Kind::Choices(SUBJECTS)).required();
const DATA_CATEGORIES: Field = Field::new("data_categories", Kind::Choices(CATEGORIES)).required();
const SYSTEMS: Field = Field::new("systems", Kind::Text);
const RECIPIENTS: Field = Field::new("recipients", Kind::Text);
const PROCESSORS: Field = Field::new("processors", Kind::Text);
const MEASURES: Field = Field::new("measures", Kind::Text);
const KEEP_EVENT: Field = Field::new("keep_from", Kind::Choice(KEEP_FROM)).required();
const KEEP_LENGTH: Field = Field::new("keep_length", Kind::Number(0, 1200)).required();
const KEEP_UNIT: Field = Field::new("keep_unit", Kind::Choice(KEEP_UNITS)).required();
const STARTED: Field = Field::new("started_on", Kind::Date).required();
/// What was collected for an emergency has an end and a term of its own.
const EMERGENCY: Field = Field::new("emergency", Kind::Flag);
/// Whether data go abroad. What nobody has said is unknown, not no.
const ABROAD: Field = Field::new("abroad", Kind::Choice(&["stays-here", "goes-abroad"]));
const ABROAD_STATES: Field = Field::new("abroad_states", Kind::Line);
const ABROAD_FROM: Field = Field::new("abroad_from", Kind::Date);
const ORDER_NUMBER: Field = Field::new("order_number", Kind::Line).required();
const ORDER_DATE: Field = Field::new("order_date", Kind::Date).required();
const ENDED: Field = Field::new("ended_at", Kind::Instant).required();
/// The day of the event from which the storage term runs, where that is not the purpose itself.
const KEEP_EVENT_ON: Field = Field::new("keep_event_on", Kind::Date);

const FIELDS: &[Field] = &[
    TITLE,
    PURPOSE,
    BASIS,
    NORM,
    SUBJECT_CATEGORIES,
    DATA_CATEGORIES,
    SYSTEMS,
    RECIPIENTS,
    PROCESSORS,
    MEASURES,
    KEEP_EVENT,
    KEEP_LENGTH,
    KEEP_UNIT,
    STARTED,
    EMERGENCY,
    ABROAD,
    ABROAD_STATES,
    ABROAD_FROM,
];

const CARD_FIELDS: &[Field] = &[
    TITLE,
    PURPOSE,
    BASIS,
    NORM,
    SUBJECT_CATEGORIES,
    DATA_CATEGORIES,
    Field::new("sensitive_categories", Kind::Choices(CATEGORIES)),
    SYSTEMS,
    RECIPIENTS,
    PROCESSORS,
    MEASURES,
    KEEP_EVENT,
    KEEP_LENGTH,
    KEEP_UNIT,
    STARTED,
    EMERGENCY,
    ABROAD,
    ABROAD_STATES,
    ABROAD_FROM,
    Field::new("kept_until", Kind::Date),
];

/// The register.
pub(super) static REGISTER: Register = Register {
    name: "processing",
    see: Right::SeeRegisters,
    fields: CARD_FIELDS,
    columns: &["title", "bases", "order_number", "order_date"],
    label: None,
    states: &[
        State {
            name: "draft",
            closed: false,
        },
        State {
            name: "approved",
            closed: false,
        },
        State {
            name: "changing",
            closed: false,
        },
        State {
            name: "ended",
            closed: true,
        },
    ],
    operations: &[
        operation("draft", &[], Right::KeepProcessing, FIELDS, rules::change),
        operation(
            "change",
            &["draft", "approved", "changing"],
            Right::KeepProcessing,
            FIELDS,
            rules::change,
        ),
        operation(
            "approve",
            &["draft", "changing"],
            Right::Approve,
            &[ORDER_NUMBER, ORDER_DATE],
            rules::approve,
        )
        .with_papers(&["order-processing-list"]),
        operation(
            "end",
            &["draft", "approved", "changing"],
            Right::KeepProcessing,
            &[ENDED, KEEP_EVENT_ON],
            rules::end,
        ),
    ],
    papers: Some(papers::values),
    reacts: &[],
};
