//! Reports to the head (R40, R41, R92, R93): anyone tells of a violation, of an attempt to get at data, of material that came
//! from outside one's duties; also without a name, and then neither the history nor the journal tells who it was.

#[cfg(test)]
mod tests;

use crate::error::Refusal;
use crate::kernel::field::{Field, Kind};
use crate::kernel::register::{Operation, Outcome, Register, State};
use crate::kernel::rights::Right;

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

const FIELDS: &[Field] = &[REPORT_KIND, WHAT, WHEN, FILES, WITHOUT_NAME];

/// The register. Only those who handle violations read it.
pub(super) static REGISTER: Register = Register {
    name: "reports",
    see: Right::HandleViolations,
    fields: FIELDS,
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
        Operation {
            name: "report",
            from: &[],
            right: Right::Report,
            fields: FIELDS,
            papers: &[],
            looks_at_person: false,
            despite_block: false,
            decide: |case| {
                if case.instant("occurred_at").is_some_and(|t| t > case.now) {
                    return Err(Refusal::new("refusal-future").field("occurred_at"));
                }
                let outcome = Outcome::taking_input().state("reported");
                Ok(if case.flag("without_name") {
                    outcome.unnamed()
                } else {
                    outcome
                })
            },
        },
        Operation {
            name: "confirm",
            from: &["reported"],
            right: Right::HandleViolations,
            fields: &[FINDING],
            papers: &[],
            looks_at_person: false,
            despite_block: false,
            decide: |_| Ok(Outcome::taking_input().state("report-confirmed")),
        },
        Operation {
            name: "reject",
            from: &["reported"],
            right: Right::HandleViolations,
            fields: &[FINDING],
            papers: &[],
            looks_at_person: false,
            despite_block: false,
            decide: |_| Ok(Outcome::taking_input().state("report-rejected")),
        },
    ],
    papers: None,
    reacts: &[],
};
