//! Dossiers (R78–R83): impact assessments, notices and dossiers of transfers abroad, and the monitoring mechanism, of one
//! activity each. Which of them the law wants, who is exempt, what is asked, where it goes and what makes an update due is
//! data of the law packs; the rules here only follow it.
//!
//! A dossier comes by itself when an activity begins or changes so that the law wants one. Its questions are answered in the
//! vault, since free text may hold names; how far it is lies open. What is sent to whom, the register of filings keeps: it
//! asks the operations `filing-…` here what becomes of the dossier.

mod answers;
pub(crate) mod cnil;
pub(crate) mod dpv;
mod facts;
mod filing;
mod papers;
mod prefill;
mod risks;
mod rules;
#[cfg(test)]
mod tests;
mod updates;

pub(crate) use answers::{Answered, Asking, Sheet};
pub(crate) use papers::told;

use crate::kernel::card::Card;
use crate::kernel::field::{Field, Kind, Values};
use crate::kernel::register::{Reaction, Register, operation, state};
use crate::kernel::rights::Right;

/// Kinds of dossiers in all packs.
pub(crate) const KINDS: &[&str] = &[
    "dossier-impact",
    "dossier-transfer",
    "dossier-monitoring",
    "dossier-harm",
    "dossier-assessment",
];
/// What the law says of the need.
const VERDICTS: &[&str] = &[
    "dossier-needed",
    "dossier-exempt",
    "dossier-not-needed",
    "dossier-unknown",
];
/// What may change at the body itself, beside what an activity says.
const EVENTS: &[&str] = &["reorganisation", "service-provider", "business-line", "controller"];
/// Who gives an opinion.
const OPINION_OF: &[&str] = &["officer", "subjects", "departments", "processor", "authority"];
const OPINION: &[&str] = &["opinion-for", "opinion-with-remarks", "opinion-against"];
/// What may happen to data; the first three are those of the method of the CNIL.
pub(crate) const RISKS: &[&str] = &["risk-access", "risk-change", "risk-loss", "risk-other"];

pub(crate) const ACTIVITY: Field = Field::new("activity", Kind::Card("processing")).required().siblings();
const KIND: Field = Field::new("dossier_kind", Kind::Choice(KINDS)).required();
const ANSWERS: Field = Field::new("answers", Kind::Text).required().personal();

const RISK_NUMBER: Field = Field::new("risk_number", Kind::Number(1, risks::MOST));
const RISK_KIND: Field = Field::new("risk_kind", Kind::Choice(RISKS)).required();
const RISK_WHAT: Field = Field::new("risk_what", Kind::Text).required().personal();
const RISK_SOURCE: Field = Field::new("risk_source", Kind::Text).required().personal();
const LIKELY_BEFORE: Field = Field::new("likelihood_before", Kind::Number(1, 4)).required();
const SEVERE_BEFORE: Field = Field::new("severity_before", Kind::Number(1, 4)).required();
const MEASURE: Field = Field::new("risk_measure", Kind::Text).required().personal();
const OWNER: Field = Field::new("risk_owner", Kind::Line).required().personal();
const MEASURE_BY: Field = Field::new("measure_by", Kind::Date).required();
const LIKELY_AFTER: Field = Field::new("likelihood_after", Kind::Number(1, 4)).required();
const SEVERE_AFTER: Field = Field::new("severity_after", Kind::Number(1, 4)).required();
const MEASURE_DONE: Field = Field::new("measure_done_on", Kind::Date).required();
const MEASURE_RESULT: Field = Field::new("measure_result", Kind::Text).required().personal();

const OPINION_FROM: Field = Field::new("opinion_of", Kind::Choice(OPINION_OF)).required();
const OPINION_IS: Field = Field::new("opinion", Kind::Choice(OPINION)).required();
const OPINION_TEXT: Field = Field::new("opinion_text", Kind::Text).required().personal();
const OPINION_ON: Field = Field::new("opinion_on", Kind::Date).required();

const APPROVED_ON: Field = Field::new("approved_on", Kind::Date).required();
const DECISION: Field = Field::new("decision_number", Kind::Line);
const REWORK_WHY: Field = Field::new("rework_why", Kind::Text).required().personal();
const LATE: Field = Field::new("late_reason", Kind::Text).personal();
const BODY_EVENT: Field = Field::new("body_events", Kind::Choices(EVENTS)).required();
const CHANGED_ON: Field = Field::new("changed_on", Kind::Date).required();
const TRANSFERRED_ON: Field = Field::new("transferred_on", Kind::Date).required();

const CARD_FIELDS: &[Field] = &[
    ACTIVITY,
    KIND,
    Field::new("verdict", Kind::Choice(VERDICTS)),
    Field::new("verdict_norm", Kind::Line),
    // The law is open here: what it says is to be confirmed.
    Field::new("verdict_open", Kind::Flag),
    Field::new("facts_missing", Kind::Line),
    Field::new("question_set", Kind::Line),
    Field::new("answered", Kind::Line),
    Field::new("answers_missing", Kind::Line),
    Field::new("changed_since", Kind::Line),
    Field::new("covered", Kind::Line),
    Field::new("filings", Kind::Cards("filings")),
    Field::new("measure_due", Kind::Date),
    Field::new("measures_late", Kind::Flag),
    Field::new("highest_before", Kind::Number(1, 16)),
    Field::new("highest_after", Kind::Number(1, 16)),
    Field::new("filed_at", Kind::Instant),
    Field::new("accepted_at", Kind::Instant),
    ANSWERS,
    Field::new("risks", Kind::Text).personal(),
    Field::new("opinions", Kind::Text).personal(),
    // What came with an imported assessment and has no place here.
    Field::new("pia_rest", Kind::Text).personal(),
];

/// States in which a dossier is written.
const WRITTEN: &[&str] = &["draft", "dossier-to-update", "dossier-returned"];
/// States in which somebody waits for something of it.
const OPEN: &[&str] = &[
    "draft",
    "dossier-opinions",
    "approved",
    "dossier-sending",
    "dossier-filed",
    "dossier-returned",
    "dossier-supplemented",
    "dossier-accepted",
    "dossier-to-update",
];

/// The mark of a dossier that the office opens by itself.
const BY_ITSELF: &str = "by_itself";

/// A dossier of a kind for an activity; its rule says whether the law wants it.
fn wanted(activity: &Card, kind: &str) -> Option<Values> {
    let mut values = Values::new();
    values.insert(ACTIVITY.name.to_owned(), activity.id.clone().into());
    values.insert(KIND.name.to_owned(), kind.into());
    values.insert(BY_ITSELF.to_owned(), true.into());
    Some(values)
}

macro_rules! opens {
    ($($to:literal),+ => $($kind:literal),+) => { opens!(@each [$($to),+] [] $($kind),+) };
    (@each [$($to:literal),+] [$($done:tt)*] $kind:literal $(, $rest:literal)*) => {
        opens!(@each [$($to),+] [$($done)* $( ($to, $kind) )+] $($rest),*)
    };
    (@each [$($to:literal),+] [$( ($event:literal, $kind:literal) )*]) => {
        &[
            $(Reaction { to: $event, operation: "open", values: |activity| wanted(activity, $kind) },)*
            Reaction { to: "processing.change", operation: "activity-changed", values: |_| Some(Values::new()) },
            Reaction { to: "processing.approve", operation: "activity-changed", values: |_| Some(Values::new()) },
            Reaction { to: "processing.end", operation: "activity-ended", values: |_| Some(Values::new()) },
        ]
    };
}

const PAPERS: &[&str] = &["dossier-notice", "dossier-change", "dossier-report", "harm-act"];

/// The register.
pub(super) static REGISTER: Register = Register {
    name: "dossiers",
    see: Right::SeeRegisters,
    fields: CARD_FIELDS,
    columns: &["activity", "dossier_kind", "verdict", "answered", "filed_at"],
    label: None,
    states: &[
        state("draft", false),
        state("dossier-opinions", false),
        state("approved", false),
        state("dossier-sending", false),
        state("dossier-filed", false),
        state("dossier-returned", false),
        state("dossier-supplemented", false),
        state("dossier-accepted", false),
        state("dossier-to-update", false),
        state("dossier-exempt", true),
        state("dossier-ended", true),
    ],
    operations: &[
        operation("open", &[], Right::KeepProcessing, &[ACTIVITY, KIND], rules::open).with_papers(PAPERS),
        operation("answer", WRITTEN, Right::KeepProcessing, &[ANSWERS], rules::answer),
        // Done with a file that was read and checked.
        operation("import-pia", WRITTEN, Right::KeepProcessing, &[], rules::import),
        operation(
            "risk",
            WRITTEN,
            Right::KeepProcessing,
            &[
                RISK_NUMBER,
                RISK_KIND,
                RISK_WHAT,
                RISK_SOURCE,
                LIKELY_BEFORE,
                SEVERE_BEFORE,
                MEASURE,
                OWNER,
                MEASURE_BY,
                LIKELY_AFTER,
                SEVERE_AFTER,
            ],
            risks::put,
        ),
        operation(
            "measure-done",
            OPEN,
            Right::KeepProcessing,
            &[
                Field::new("risk_number", Kind::Number(1, risks::MOST)).required(),
                MEASURE_DONE,
                MEASURE_RESULT,
            ],
            risks::done,
        ),
        // Done on the day after the term of a measure.
        operation("measure-late", OPEN, Right::KeepProcessing, &[], risks::late),
        operation(
            "submit",
            &["draft", "dossier-to-update"],
            Right::KeepProcessing,
            &[],
            rules::submit,
        ),
        operation(
            "opinion",
            &["dossier-opinions"],
            Right::KeepProcessing,
            &[OPINION_FROM, OPINION_IS, OPINION_ON, OPINION_TEXT],
            rules::opinion,
        ),
        operation(
            "rework",
            &["dossier-opinions", "approved"],
            Right::KeepProcessing,
            &[REWORK_WHY],
            rules::rework,
        ),
        operation(
            "approve",
            &["dossier-opinions"],
            Right::Approve,
            &[APPROVED_ON, DECISION, LATE],
            rules::approve,
        ),
        operation(
            "file",
            &["draft", "dossier-opinions", "approved", "dossier-to-update"],
            Right::KeepProcessing,
            &[],
            filing::file,
        ),
        operation(
            "transferred",
            &[
                "approved",
                "dossier-sending",
                "dossier-filed",
                "dossier-supplemented",
                "dossier-accepted",
            ],
            Right::KeepProcessing,
            &[TRANSFERRED_ON],
            filing::transferred,
        ),
        operation("exempt", &["draft"], Right::KeepProcessing, &[], rules::exempt),
        operation(
            "report-change",
            OPEN,
            Right::KeepProcessing,
            &[BODY_EVENT, CHANGED_ON],
            updates::report,
        ),
        // Done by what happens to the activity.
        operation(
            "activity-changed",
            &[
                "draft",
                "dossier-opinions",
                "approved",
                "dossier-sending",
                "dossier-filed",
                "dossier-returned",
                "dossier-supplemented",
                "dossier-accepted",
                "dossier-to-update",
                "dossier-exempt",
            ],
            Right::KeepProcessing,
            &[],
            updates::activity_changed,
        ),
        operation(
            "activity-ended",
            OPEN,
            Right::KeepProcessing,
            &[],
            updates::activity_ended,
        ),
        // Done by the filings of the dossier.
        operation(
            "filing-sent",
            &["dossier-sending", "dossier-filed"],
            Right::KeepProcessing,
            &[],
            filing::sent,
        ),
        operation(
            "filing-returned",
            &[
                "dossier-sending",
                "dossier-filed",
                "dossier-supplemented",
                "dossier-accepted",
            ],
            Right::KeepProcessing,
            &[],
            filing::returned,
        ),
        operation(
            "filing-supplemented",
            &["dossier-returned"],
            Right::KeepProcessing,
            &[],
            filing::supplemented,
        ),
        operation(
            "filing-received",
            &["dossier-sending", "dossier-filed", "dossier-supplemented"],
            Right::KeepProcessing,
            &[],
            filing::received,
        ),
    ],
    papers: Some(papers::values),
    reacts: opens!(
        "processing.draft", "processing.change", "processing.approve"
        => "dossier-impact", "dossier-transfer", "dossier-monitoring", "dossier-harm", "dossier-assessment"
    ),
};
