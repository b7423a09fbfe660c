//! Reports to the head (R40, R41, R92, R93): anyone tells of a violation, of an attempt to get at data, of material that came
//! from outside one's duties; also without a name, and then neither the history nor the journal tells who it was. Whoever has
//! no account reports on a public page, adds to it and reads the answers there by a secret code.

#[cfg(test)]
mod tests;

pub(crate) mod public;
mod rules;

use crate::kernel::field::{Field, Kind};
use crate::kernel::register::{Register, State, operation};
use crate::kernel::rights::Right;
use crate::registers::breach;

const KINDS: &[&str] = &[
    "rule-broken",
    "access-attempt",
    "third-party-attempt",
    "outside-material",
    "lost-media",
    "leak-seen",
];

const REPORT_KIND: Field = Field::new("report_kind", Kind::Choice(KINDS)).required();
const WHAT: Field = Field::new("report_text", Kind::Text).required().personal();
const WHEN: Field = Field::new("occurred_at", Kind::Instant);
/// Photographs, screenshots, letters.
const FILES: Field = Field::new("report_files", Kind::Files);
const WITHOUT_NAME: Field = Field::new("without_name", Kind::Flag);
const FINDING: Field = Field::new("report_finding", Kind::Text).required().personal();

const ADDITION: Field = Field::new("report_addition", Kind::Text).required().personal();
const ANSWER: Field = Field::new("report_answer", Kind::Text).required().personal();

const FIELDS: &[Field] = &[REPORT_KIND, WHAT, WHEN, FILES, WITHOUT_NAME];

const CARD_FIELDS: &[Field] = &[
    REPORT_KIND,
    WHAT,
    WHEN,
    FILES,
    WITHOUT_NAME,
    // What was said by one side and the other, each with its instant.
    Field::new("report_additions", Kind::Text).personal(),
    Field::new("report_answers", Kind::Text).personal(),
    Field::new("violation", Kind::Card("violations")),
];

/// What a confirmation says of the violation that it opens.
const CONFIRMED: &[Field] = &[
    FINDING,
    breach::KIND,
    breach::DETECTED,
    breach::OCCURRED,
    breach::OCCURRED_UNTIL,
    breach::OCCURRED_UNKNOWN,
    breach::ROLE,
    breach::CONTROLLER,
    breach::HARM,
    breach::HARM_REASON,
    breach::MARK,
    breach::GRADE,
    breach::SUBJECTS_NUMBER,
    breach::DRILL,
];

const ALL_STATES: &[&str] = &["reported", "report-confirmed", "report-rejected"];

/// The register. Only those who handle violations read it.
pub(super) static REGISTER: Register = Register {
    name: "reports",
    see: Right::HandleViolations,
    fields: CARD_FIELDS,
    columns: &["report_kind", "occurred_at"],
    label: None,
    states: &[
        State {
            name: "reported",
            closed: false,
        },
        State {
            name: "report-confirmed",
            closed: true,
        },
        State {
            name: "report-rejected",
            closed: true,
        },
    ],
    operations: &[
        operation("report", &[], Right::Report, FIELDS, rules::report),
        operation(
            "confirm",
            &["reported"],
            Right::HandleViolations,
            CONFIRMED,
            rules::confirm,
        ),
        operation(
            "reject",
            &["reported"],
            Right::HandleViolations,
            &[FINDING],
            rules::reject,
        ),
        operation("answer", ALL_STATES, Right::HandleViolations, &[ANSWER], rules::answer),
        operation("add", ALL_STATES, Right::HandleViolations, &[ADDITION], rules::add),
    ],
    papers: None,
    reacts: &[],
};
