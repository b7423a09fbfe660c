//! Explanations of what follows if somebody does not give data that a law obliges to give (R26).

use crate::error::Refusal;
use crate::kernel::field::{Field, Kind, Values};
use crate::kernel::register::{Case, Outcome, Register, State, operation};
use crate::kernel::rights::Right;
use crate::papers::PaperCase;

const FIELDS: &[Field] = &[
    Field::new("subject_name", Kind::Line).required().name_index(),
    Field::new("subject_document", Kind::Line).identity(),
    Field::new("representative_name", Kind::Line).name_index(),
    Field::new("representative_authority", Kind::Line).personal(),
    Field::new("processing", Kind::Cards("processing")),
    Field::new("norm", Kind::Line).required(),
    Field::new("obliged_data", Kind::Text).required(),
    Field::new("consequences", Kind::Text).required(),
    Field::new("explained_on", Kind::Date).required(),
];

/// The register.
pub(super) static REGISTER: Register = Register {
    name: "refusal-explanations",
    see: Right::SeeRegisters,
    fields: FIELDS,
    columns: &["norm", "explained_on"],
    label: Some("subject_name"),
    states: &[
        State {
            name: "explained",
            closed: false,
        },
        State {
            name: "given-after",
            closed: true,
        },
        State {
            name: "not-given",
            closed: true,
        },
    ],
    operations: &[
        operation("explain", &[], Right::KeepConsents, FIELDS, explain).with_papers(&["refusal-explanation"]),
        operation("give", &["explained"], Right::KeepConsents, &[], |_| {
            Ok(Outcome::new().state("given-after"))
        })
        .despite_block(),
        operation("decline", &["explained"], Right::KeepConsents, &[], |_| {
            Ok(Outcome::new().state("not-given"))
        })
        .despite_block(),
    ],
    papers: Some(papers),
    reacts: &[],
};

fn explain(case: &Case<'_>) -> Result<Outcome, Refusal> {
    if case.date("explained_on").is_some_and(|d| d > case.today()) {
        return Err(Refusal::new("refusal-future").field("explained_on"));
    }
    if !case.text("representative_name").is_empty() && case.text("representative_authority").is_empty() {
        return Err(Refusal::new("refusal-authority").field("representative_authority"));
    }
    Ok(Outcome::taking_input().state("explained"))
}

fn papers(case: &PaperCase<'_>, _form: &str) -> Values {
    let mut values = Values::new();
    let lines = case
        .card
        .text("obliged_data")
        .lines()
        .map(str::trim)
        .filter(|l| !l.is_empty());
    values.insert("data".to_owned(), lines.collect::<Vec<_>>().into());
    values.insert("sign_date".to_owned(), case.card.text("explained_on").into());
    values
}
