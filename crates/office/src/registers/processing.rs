//! Processing activities: for which purpose, on which basis, whose data, of which categories, where, for whom, how long
//! (R11–R15, R22–R23). An activity is approved by a numbered order, whose number goes back into the card.

use tutela_law::Event;

use crate::error::Refusal;
use crate::kernel::field::{Field, Kind};
use crate::kernel::register::{Case, Operation, Outcome, Register, State};
use crate::kernel::rights::Right;

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
const CATEGORIES: &[&str] = &[
    "identity",
    "contact",
    "documents",
    "family",
    "education",
    "employment",
    "finance",
    "health",
    "biometric",
    "ethnicity",
    "religion",
    "politics",
    "criminal-record",
    "location",
    "images",
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
const ORDER_NUMBER: Field = Field::new("order_number", Kind::Line).required();
const ORDER_DATE: Field = Field::new("order_date", Kind::Date).required();
const ENDED: Field = Field::new("ended_at", Kind::Instant).required();

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
];

/// The register.
pub(super) static REGISTER: Register = Register {
    name: "processing",
    see: Right::SeeRegisters,
    fields: FIELDS,
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
        Operation {
            name: "draft",
            from: &[],
            right: Right::KeepProcessing,
            fields: FIELDS,
            papers: &[],
            looks_at_person: false,
            despite_block: false,
            decide: |case| sound(case, Outcome::taking_input().state("draft")),
        },
        Operation {
            name: "change",
            from: &["draft", "approved", "changing"],
            right: Right::KeepProcessing,
            fields: FIELDS,
            papers: &[],
            looks_at_person: false,
            despite_block: false,
            // What is approved changes by an order only: a change is a proposal until the order comes.
            decide: |case| {
                let approved = case.card.is_some_and(|c| c.state != "draft");
                sound(
                    case,
                    Outcome::taking_input().state(if approved { "changing" } else { "draft" }),
                )
            },
        },
        Operation {
            name: "approve",
            from: &["draft", "changing"],
            right: Right::Approve,
            fields: &[ORDER_NUMBER, ORDER_DATE],
            papers: &["order-processing-list"],
            looks_at_person: false,
            despite_block: false,
            decide: |case| {
                if case.date("order_date").is_some_and(|d| d > case.today()) {
                    return Err(Refusal::new("refusal-future").field("order_date"));
                }
                Ok(Outcome::taking_input().state("approved"))
            },
        },
        Operation {
            name: "end",
            from: &["draft", "approved", "changing"],
            right: Right::KeepProcessing,
            fields: &[ENDED],
            papers: &[],
            looks_at_person: false,
            despite_block: false,
            decide: |case| {
                let at = case.instant("ended_at").unwrap_or(case.now);
                if at > case.now {
                    return Err(Refusal::new("refusal-future").field("ended_at"));
                }
                Ok(Outcome::taking_input()
                    .state("ended")
                    .start("destroy-purpose", &[(Event::PurposeReached, at)]))
            },
        },
    ],
    reacts: &[],
};

/// What holds for every description of an activity.
fn sound(case: &Case<'_>, outcome: Outcome) -> Result<Outcome, Refusal> {
    if case.input.get("keep_length").and_then(serde_json::Value::as_i64) == Some(0)
        && case.text("keep_from") != "purpose-reached"
    {
        return Err(Refusal::new("refusal-keep-zero").field("keep_length"));
    }
    Ok(outcome)
}
