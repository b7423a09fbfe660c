//! Plans of internal checks (R94): a year's rows of month, unit, subject and who checks; made and signed by the two responsible
//! persons, approved by the head. An approved plan makes the checks, and says by when the next one is due.

mod papers;
mod rules;
#[cfg(test)]
mod tests;

use crate::kernel::field::{Field, Kind};
use crate::kernel::register::{Outcome, Register, State, operation};
use crate::kernel::rights::Right;

const YEAR: Field = Field::new("plan_year", Kind::Number(2000, 2200)).required();
/// One row a line: month; unit; subject; who. Who checks is a name.
const ROWS: Field = Field::new("plan_rows", Kind::Text).personal();
const LIST: Field = Field::new("question_list", Kind::Card("check-lists"));
const PREVIOUS: Field = Field::new("previous_plan", Kind::Card("check-plans"));
const ROW_MONTH: Field = Field::new("row_month", Kind::Number(1, 12)).required();
const ROW_UNIT: Field = Field::new("row_unit", Kind::Line).required().personal();
const ROW_SUBJECT: Field = Field::new("row_subject", Kind::Line).required().personal();
const ROW_WHO: Field = Field::new("row_who", Kind::Line).personal();
const SIGNER_NAME: Field = Field::new("signer_name", Kind::Line).required().personal();
const SIGNER_POST: Field = Field::new("signer_post", Kind::Line).required().personal();
const APPROVED_ON: Field = Field::new("approved_on", Kind::Date).required();
const RETURNED: Field = Field::new("returned_because", Kind::Text).required().personal();

const FIELDS: &[Field] = &[YEAR, ROWS, LIST, PREVIOUS];
/// What rules set.
const SET: &[Field] = &[
    YEAR,
    ROWS,
    LIST,
    PREVIOUS,
    Field::new("signed_organiser", Kind::Account),
    Field::new("signed_security", Kind::Account),
    Field::new("organiser_name", Kind::Line).personal(),
    Field::new("organiser_post", Kind::Line).personal(),
    Field::new("security_signer_name", Kind::Line).personal(),
    Field::new("security_signer_post", Kind::Line).personal(),
    Field::new("next_plan_by", Kind::Date),
    Field::new("overdue", Kind::Flag),
    Field::new("plan_checks", Kind::Cards("checks")),
];

const OPEN: &[&str] = &["plan-draft", "plan-returned"];
const PLAN: &[&str] = &["check-plan"];

/// The register.
pub(super) static REGISTER: Register = Register {
    name: "check-plans",
    see: Right::SeeRegisters,
    fields: SET,
    columns: &["plan_year", "next_plan_by"],
    label: None,
    states: &[
        State {
            name: "plan-draft",
            closed: false,
        },
        State {
            name: "plan-signed-one",
            closed: false,
        },
        State {
            name: "plan-signed",
            closed: false,
        },
        State {
            name: "plan-returned",
            closed: false,
        },
        State {
            name: "plan-approved",
            closed: false,
        },
        State {
            name: "plan-followed",
            closed: true,
        },
    ],
    operations: &[
        operation("draft", &[], Right::Control, FIELDS, rules::draft).with_papers(PLAN),
        operation("change", OPEN, Right::Control, FIELDS, rules::draft).with_papers(PLAN),
        operation(
            "add-row",
            OPEN,
            Right::Control,
            &[ROW_MONTH, ROW_UNIT, ROW_SUBJECT, ROW_WHO],
            rules::add_row,
        )
        .with_papers(PLAN),
        operation(
            "sign",
            &["plan-draft", "plan-returned", "plan-signed-one"],
            Right::Control,
            &[SIGNER_NAME, SIGNER_POST],
            rules::sign,
        )
        .with_papers(PLAN),
        operation(
            "approve",
            &["plan-signed"],
            Right::Approve,
            &[APPROVED_ON],
            rules::approve,
        )
        .with_papers(PLAN),
        operation(
            "return",
            &["plan-signed-one", "plan-signed"],
            Right::Approve,
            &[RETURNED],
            |_| Ok(crate::registers::signing::unsigned(Outcome::taking_input()).state("plan-returned")),
        )
        .with_papers(PLAN),
        // Done on the day after the one by which the next plan was due.
        operation("overdue", &["plan-approved"], Right::Control, &[], |case| {
            crate::registers::signing::overdue(case, "next_plan_by")
        }),
    ],
    papers: Some(papers::values),
    reacts: &[],
};
