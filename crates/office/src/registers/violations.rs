//! Violations of the rules on personal data (R84–R87, R91): from the report to the closing report, with both instants, what
//! was learned, whom it must be told, and where it spread.
//!
//! The instants are locked from the first act on: the terms of the law run from them. A correction gives a reason, keeps
//! what stood there first, and counts every filing that waits again.

mod duties;
mod papers;
mod rules;
#[cfg(test)]
mod tests;

use crate::kernel::categories::CATEGORIES;
use crate::kernel::field::{Field, Kind};
use crate::kernel::register::{Register, operation, state};
use crate::kernel::rights::Right;
use crate::registers::breach;

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
/// Levels of harm to the subjects.
const LEVELS: &[&str] = &["level-high", "level-medium", "level-low"];
/// What is sent beside what the law pack names.
const FILED: &[&str] = &[
    "breach-notice",
    "breach-result",
    "incident-report",
    "subjects-notice",
    "controller-notice",
    "other-filing",
];

const REPORT: Field = Field::new("report", Kind::Card("reports"));
const REPORTED: Field = Field::new("reported_at", Kind::Instant);
const ACT: Field = Field::new("violation_act", Kind::Text).required().personal();
const ACT_AGAIN: Field = Field::new("violation_act", Kind::Text).personal();
const PLACE: Field = Field::new("violation_place", Kind::Text).personal();
const PARTIES: Field = Field::new("violation_parties", Kind::Text).personal();
const DATA: Field = Field::new("data_categories", Kind::Choices(CATEGORIES));
const WHOSE: Field = Field::new("subject_categories", Kind::Choices(SUBJECTS));
const RECORDS: Field = Field::new("records_number", Kind::Number(0, 1_000_000_000_000));
const SYSTEMS: Field = Field::new("violation_systems", Kind::Text).personal();
const CAUSES: Field = Field::new("violation_causes", Kind::Text).personal();
const EFFECTS: Field = Field::new("violation_effects", Kind::Text).personal();
const LEVEL: Field = Field::new("harm_level", Kind::Choice(LEVELS));
const MEASURES: Field = Field::new("violation_measures", Kind::Text).personal();
const MEASURES_UNTIL: Field = Field::new("measures_until", Kind::Date);
const GUIDANCE: Field = Field::new("violation_guidance", Kind::Text).personal();
const PERSONS: Field = Field::new("violation_persons", Kind::Text).personal();
const ACT_PAPER: Field = Field::new("inquiry_act", Kind::Line);
const WHY: Field = Field::new("correction_reason", Kind::Text).required().personal();
const RESOLVED: Field = Field::new("resolved_at", Kind::Instant).required();
const REMEDY: Field = Field::new("violation_remedy", Kind::Text).required().personal();
const LESSONS: Field = Field::new("violation_lessons", Kind::Text).required().personal();
const ANNUL_WHY: Field = Field::new("annul_reason", Kind::Text).required().personal();
const FILING_KIND: Field = Field::new("filing_kind", Kind::Choice(FILED)).required();
const FILING_TO: Field = Field::new("filing_to", Kind::Line).required();
const FILING_THROUGH: Field = Field::new("filing_through", Kind::Line);

const SPREAD_ADDRESS: Field = Field::new("spread_address", Kind::Text).required().personal();
const SPREAD_PLATFORM: Field = Field::new("spread_platform", Kind::Line).required();
const SPREAD_SEEN: Field = Field::new("spread_seen_at", Kind::Instant).required();
const SPREAD_HASH: Field = Field::new("spread_hash", Kind::Line);

const OPENED: &[Field] = &[
    REPORT,
    breach::KIND,
    ACT,
    breach::DETECTED,
    breach::OCCURRED,
    breach::OCCURRED_UNTIL,
    breach::OCCURRED_UNKNOWN,
    REPORTED,
    breach::ROLE,
    breach::CONTROLLER,
    breach::HARM,
    breach::HARM_REASON,
    breach::MARK,
    breach::GRADE,
    breach::SUBJECTS_NUMBER,
    breach::DRILL,
];

const CARD_FIELDS: &[Field] = &[
    breach::DRILL,
    breach::KIND,
    ACT,
    PLACE,
    PARTIES,
    breach::DETECTED,
    breach::OCCURRED,
    breach::OCCURRED_UNTIL,
    breach::OCCURRED_UNKNOWN,
    REPORTED,
    Field::new("first_detected_at", Kind::Instant),
    Field::new("first_occurred_at", Kind::Instant),
    WHY,
    breach::ROLE,
    breach::CONTROLLER,
    breach::HARM,
    breach::HARM_REASON,
    breach::MARK,
    breach::GRADE,
    DATA,
    WHOSE,
    breach::SUBJECTS_NUMBER,
    RECORDS,
    SYSTEMS,
    CAUSES,
    EFFECTS,
    LEVEL,
    MEASURES,
    MEASURES_UNTIL,
    Field::new("measures_late", Kind::Flag),
    GUIDANCE,
    PERSONS,
    ACT_PAPER,
    REPORT,
    Field::new("filings", Kind::Cards("filings")),
    Field::new("takedowns", Kind::Cards("takedowns")),
];

const WORKED_ON: &[&str] = &["violation-open", "violation-resolved"];

/// The register.
pub(super) static REGISTER: Register = Register {
    name: "violations",
    see: Right::SeeRegisters,
    fields: CARD_FIELDS,
    columns: &[
        "violation_kind",
        "detected_at",
        "occurred_at",
        "subjects_number",
        "drill",
    ],
    label: None,
    states: &[
        state("violation-open", false),
        state("violation-resolved", false),
        state("violation-closed", true),
        state("violation-annulled", true),
    ],
    operations: &[
        operation("open", &[], Right::HandleViolations, OPENED, rules::open),
        operation(
            "describe",
            WORKED_ON,
            Right::HandleViolations,
            &[
                ACT_AGAIN,
                PLACE,
                PARTIES,
                DATA,
                WHOSE,
                breach::SUBJECTS_NUMBER,
                RECORDS,
                SYSTEMS,
                CAUSES,
                EFFECTS,
                LEVEL,
                MEASURES,
                MEASURES_UNTIL,
                GUIDANCE,
                PERSONS,
                ACT_PAPER,
                breach::HARM,
                breach::HARM_REASON,
                breach::MARK,
                breach::GRADE,
            ],
            rules::describe,
        )
        .with_papers(&["violation-record"]),
        operation(
            "correct",
            WORKED_ON,
            Right::HandleViolations,
            &[
                breach::DETECTED,
                breach::OCCURRED,
                breach::OCCURRED_UNTIL,
                breach::OCCURRED_UNKNOWN,
                WHY,
            ],
            rules::correct,
        ),
        operation(
            "address",
            WORKED_ON,
            Right::HandleViolations,
            &[FILING_KIND, FILING_TO, FILING_THROUGH],
            rules::address,
        ),
        operation(
            "spread",
            WORKED_ON,
            Right::HandleViolations,
            &[SPREAD_ADDRESS, SPREAD_PLATFORM, SPREAD_SEEN, SPREAD_HASH],
            rules::spread,
        ),
        operation(
            "resolve",
            &["violation-open"],
            Right::HandleViolations,
            &[RESOLVED, REMEDY],
            rules::resolve,
        ),
        operation(
            "close",
            &["violation-resolved"],
            Right::Approve,
            &[LESSONS],
            rules::close,
        )
        .with_papers(&["violation-closing"]),
        operation("annul", WORKED_ON, Right::HandleViolations, &[ANNUL_WHY], rules::annul),
        // Done on the day after the term of the measures.
        operation(
            "measures-over",
            WORKED_ON,
            Right::HandleViolations,
            &[],
            rules::measures_over,
        ),
    ],
    papers: Some(papers::values),
    reacts: &[],
};
