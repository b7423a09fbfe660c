//! Measures out of internal checks (R98): what is to be done until when and by whom. Proposed while the check is made, in force
//! when the head approves its protocol, done, and verified by another person; what is overdue stays among what is due.

mod rules;

use crate::kernel::field::{Field, Kind};
use crate::kernel::register::{Outcome, Register, operation, state};
use crate::kernel::rights::Right;

const CHECK: Field = Field::new("check", Kind::Card("checks")).required();
const QUESTION: Field = Field::new("measure_question", Kind::Number(1, 100)).required();
const TEXT: Field = Field::new("measure_text", Kind::Text).required().personal();
const UNTIL: Field = Field::new("measure_until", Kind::Date).required();
const RESPONSIBLE: Field = Field::new("responsible", Kind::Card("staff"));
const DONE: Field = Field::new("done_on", Kind::Date).required();
const PROOF: Field = Field::new("done_proof", Kind::Text).required().personal();
const FILES: Field = Field::new("done_files", Kind::Files);
const LATE: Field = Field::new("late_reason", Kind::Text).personal();
const VERIFIED: Field = Field::new("verified_on", Kind::Date).required();
const HOW_VERIFIED: Field = Field::new("verified_how", Kind::Text).required().personal();
const NOT_DONE: Field = Field::new("not_done_because", Kind::Text).required().personal();
const EXTENDED: Field = Field::new("extended_because", Kind::Text).required().personal();

const FIELDS: &[Field] = &[CHECK, QUESTION, TEXT, UNTIL, RESPONSIBLE];

/// The register.
pub(super) static REGISTER: Register = Register {
    name: "measures",
    see: Right::SeeRegisters,
    fields: &[
        CHECK,
        QUESTION,
        TEXT,
        UNTIL,
        RESPONSIBLE,
        Field::new("overdue", Kind::Flag),
    ],
    columns: &[
        "check",
        "measure_question",
        "measure_until",
        "responsible",
        "done_on",
        "overdue",
    ],
    label: None,
    states: &[
        state("measure-proposed", false),
        state("measure-open", false),
        state("measure-done", false),
        state("measure-verified", true),
        state("measure-dropped", true),
    ],
    operations: &[
        operation("propose", &[], Right::Control, FIELDS, rules::propose),
        operation(
            "change",
            &["measure-proposed"],
            Right::Control,
            &[TEXT, UNTIL, RESPONSIBLE],
            rules::change,
        ),
        operation("drop", &["measure-proposed"], Right::Control, &[], rules::withdraw),
        // Done for every measure of a protocol that is approved.
        operation("enter", &["measure-proposed"], Right::Approve, &[], |_| {
            Ok(Outcome::new().state("measure-open"))
        }),
        operation(
            "done",
            &["measure-open"],
            Right::Control,
            &[DONE, PROOF, FILES, LATE],
            rules::done,
        ),
        operation(
            "verify",
            &["measure-done"],
            Right::Control,
            &[VERIFIED, HOW_VERIFIED],
            rules::verify,
        ),
        operation("not-done", &["measure-done"], Right::Control, &[NOT_DONE], |_| {
            Ok(Outcome::taking_input().state("measure-open").unset("done_on"))
        }),
        operation(
            "extend",
            &["measure-open"],
            Right::Approve,
            &[UNTIL, EXTENDED],
            rules::extend,
        ),
        // Done on the day after the last one.
        operation(
            "overdue",
            &["measure-open", "measure-done"],
            Right::Control,
            &[],
            |case| crate::registers::signing::overdue(case, "measure_until"),
        ),
    ],
    papers: None,
    reacts: &[],
};
