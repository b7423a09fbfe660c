//! Disclosures: who was given whose data, when, on which basis (R57). Whoever stands here is told when the data change.

use crate::error::Refusal;
use crate::kernel::categories::CATEGORIES;
use crate::kernel::field::{Field, Kind, Values};
use crate::kernel::register::{Case, Outcome, Register, State, operation};
use crate::kernel::rights::Right;
use crate::papers::PaperCase;

const BASES: &[&str] = &[
    "consent",
    "law-duty",
    "public-task",
    "contract",
    "vital-interest",
    "authority-demand",
];
const WAYS: &[&str] = &["letter", "e-office", "counter", "link", "interface"];

const TOLD: Field = Field::new("told_at", Kind::Instant);

const FIELDS: &[Field] = &[
    Field::new("recipient_name", Kind::Line).required(),
    Field::new("recipient_address", Kind::Line),
    Field::new("disclosed_at", Kind::Instant).required(),
    Field::new("disclosure_basis", Kind::Choice(BASES)).required(),
    Field::new("norm", Kind::Line).required(),
    Field::new("disclosure_way", Kind::Choice(WAYS)).required(),
    Field::new("copy_number", Kind::Line),
    Field::new("data_categories", Kind::Choices(CATEGORIES)).required(),
    Field::new("subject_name", Kind::Line).name_index(),
    Field::new("subject_document", Kind::Line).identity(),
    Field::new("about_cards", Kind::Cards("")),
    Field::new("processing", Kind::Cards("processing")),
    TOLD,
];

const ASKED: &[Field] = &[
    FIELDS[0], FIELDS[1], FIELDS[2], FIELDS[3], FIELDS[4], FIELDS[5], FIELDS[6], FIELDS[7], FIELDS[8], FIELDS[9],
    FIELDS[10], FIELDS[11],
];

/// The register.
pub(super) static REGISTER: Register = Register {
    name: "disclosures",
    see: Right::SeeRegisters,
    fields: FIELDS,
    columns: &["recipient_name", "disclosed_at", "disclosure_basis"],
    label: Some("subject_name"),
    states: &[State {
        name: "given-out",
        closed: false,
    }],
    operations: &[
        operation("record", &[], Right::TakeRequests, ASKED, record),
        operation(
            "tell",
            &["given-out"],
            Right::AnswerRequests,
            &[
                TOLD.required(),
                Field::new("told_what", Kind::Text).required().personal(),
            ],
            tell,
        )
        .with_papers(&["rectification-notice"])
        .despite_block(),
    ],
    papers: Some(papers),
    reacts: &[],
};

fn record(case: &Case<'_>) -> Result<Outcome, Refusal> {
    if case.instant("disclosed_at").is_some_and(|at| at > case.now) {
        return Err(Refusal::new("refusal-future").field("disclosed_at"));
    }
    let named = !case.text("subject_document").is_empty();
    let linked = case.input.get("about_cards").is_some();
    if !named && !linked {
        return Err(Refusal::new("refusal-whose-data").field("subject_document"));
    }
    // What is blocked is given to nobody.
    let blocked = case.related.iter().find(|c| c.blocked);
    if blocked.is_some() {
        return Err(Refusal::new("refusal-blocked").field("about_cards"));
    }
    Ok(Outcome::taking_input().state("given-out"))
}

/// Whoever was given the data is told that they have changed.
fn tell(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let at = case.instant("told_at").unwrap_or(case.now);
    if at > case.now {
        return Err(Refusal::new("refusal-future").field("told_at"));
    }
    Ok(Outcome::taking_input())
}

fn papers(case: &PaperCase<'_>, _form: &str) -> Values {
    let card = case.card;
    let day = |text: &str| {
        let at: Option<jiff::Timestamp> = text.parse().ok();
        at.map(|at| at.to_zoned_datetime(case.body.zone.clone()).date().to_string())
    };
    let mut values = Values::new();
    values.insert("to_recipient".to_owned(), true.into());
    if let Some(day) = day(card.text("disclosed_at")) {
        values.insert("disclosed_date".to_owned(), day.into());
    }
    let mut rows = Vec::new();
    for (at, line) in card
        .text("told_what")
        .lines()
        .filter(|l| !l.trim().is_empty())
        .enumerate()
    {
        let mut row = Values::new();
        row.insert("n".to_owned(), (at + 1).to_string().into());
        row.insert("what".to_owned(), line.trim().into());
        rows.push(serde_json::Value::Object(row));
    }
    values.insert("changes".to_owned(), rows.into());
    values
}
