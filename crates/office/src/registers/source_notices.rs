//! Notices that data are to be obtained from a third party (R28): the person is told beforehand for what, on which ground,
//! from whom, how, which data, and what follows from a refusal; then agrees in writing or does not.

use crate::error::Refusal;
use crate::kernel::field::{Field, Kind, Values};
use crate::kernel::register::{Case, Outcome, Register, State, operation};
use crate::kernel::rights::Right;
use crate::papers::PaperCase;

const FIELDS: &[Field] = &[
    Field::new("subject_name", Kind::Line).required().name_index(),
    Field::new("subject_document", Kind::Line).required().identity(),
    Field::new("subject_address", Kind::Line).personal(),
    Field::new("processing", Kind::Cards("processing")).required(),
    Field::new("source_ground", Kind::Line).required(),
    Field::new("sources", Kind::Line).required(),
    Field::new("source_methods", Kind::Line).required(),
    Field::new("source_data", Kind::Text).required(),
    Field::new("consequences", Kind::Text).required(),
    Field::new("noticed_at", Kind::Instant).required(),
];

const AGREED_ON: Field = Field::new("agreed_on", Kind::Date).required();
const DECLINED_ON: Field = Field::new("declined_on", Kind::Date).required();
const OBTAINED: Field = Field::new("obtained_at", Kind::Instant).required();

/// The register.
pub(super) static REGISTER: Register = Register {
    name: "source-notices",
    see: Right::SeeRegisters,
    fields: FIELDS,
    columns: &["processing", "noticed_at"],
    label: Some("subject_name"),
    states: &[
        State {
            name: "notice-sent",
            closed: false,
        },
        State {
            name: "source-agreed",
            closed: false,
        },
        State {
            name: "source-declined",
            closed: true,
        },
        State {
            name: "source-obtained",
            closed: true,
        },
    ],
    operations: &[
        operation("send", &[], Right::KeepConsents, FIELDS, send).with_papers(&["third-party-notice"]),
        operation("agree", &["notice-sent"], Right::KeepConsents, &[AGREED_ON], |case| {
            reply(case, "agreed_on").map(|o| o.state("source-agreed"))
        }),
        operation(
            "decline",
            &["notice-sent"],
            Right::KeepConsents,
            &[DECLINED_ON],
            |case| reply(case, "declined_on").map(|o| o.state("source-declined")),
        )
        .despite_block(),
        // Data come from a third party only after the person agreed: from the other states there is no way here.
        operation("obtain", &["source-agreed"], Right::KeepConsents, &[OBTAINED], obtain),
    ],
    papers: Some(papers),
    reacts: &[],
};

fn send(case: &Case<'_>) -> Result<Outcome, Refusal> {
    if case.instant("noticed_at").is_some_and(|at| at > case.now) {
        return Err(Refusal::new("refusal-future").field("noticed_at"));
    }
    Ok(Outcome::taking_input().state("notice-sent"))
}

fn day_of(case: &Case<'_>, field: &str) -> Option<jiff::civil::Date> {
    let at: jiff::Timestamp = case.of_card(field).parse().ok()?;
    Some(at.to_zoned_datetime(case.body.zone.clone()).date())
}

fn reply(case: &Case<'_>, field: &'static str) -> Result<Outcome, Refusal> {
    let on = case.date(field);
    if on.is_some_and(|d| d > case.today()) {
        return Err(Refusal::new("refusal-future").field(field));
    }
    if on.is_some_and(|d| day_of(case, "noticed_at").is_some_and(|sent| d < sent)) {
        return Err(Refusal::new("refusal-before-notice").field(field));
    }
    Ok(Outcome::taking_input())
}

fn obtain(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let at = case.instant("obtained_at").unwrap_or(case.now);
    if at > case.now {
        return Err(Refusal::new("refusal-future").field("obtained_at"));
    }
    let day = at.to_zoned_datetime(case.body.zone.clone()).date();
    let agreed: Option<jiff::civil::Date> = case.of_card("agreed_on").parse().ok();
    if agreed.is_some_and(|agreed| day < agreed) {
        return Err(Refusal::new("refusal-before-agreement").field("obtained_at"));
    }
    Ok(Outcome::taking_input().state("source-obtained"))
}

fn papers(case: &PaperCase<'_>, _form: &str) -> Values {
    let card = case.card;
    let mut values = Values::new();
    let lines = card
        .text("source_data")
        .lines()
        .map(str::trim)
        .filter(|l| !l.is_empty());
    values.insert("data".to_owned(), lines.collect::<Vec<_>>().into());
    for (form, field) in [
        ("legal_basis", "source_ground"),
        ("methods", "source_methods"),
        ("applicant_name", "subject_name"),
        ("applicant_address", "subject_address"),
    ] {
        values.insert(form.to_owned(), card.text(field).into());
    }
    values.insert("rights".to_owned(), case.words.get("rights-of-subject").into());
    values
}
