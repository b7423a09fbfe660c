//! Lines of a destruction case: each store, system, medium, pile of paper, backup or recipient that holds the data, with how it
//! is destroyed there and what proves it (R65–R67). A case is over when its last line is.

mod rules;

use super::carriers::{CARRIERS, METHODS};
use super::operation;
use crate::kernel::field::{Field, Kind};
use crate::kernel::register::{Register, State};
use crate::kernel::rights::Right;

const CASE: Field = Field::new("line_case", Kind::Card("destructions")).required();
const ACTIVITY: Field = Field::new("line_activity", Kind::Card("processing"));
/// The card of a store or of a disclosure that the line was made for.
const SOURCE: Field = Field::new("line_of", Kind::Card(""));
const CARRIER: Field = Field::new("carrier", Kind::Choice(CARRIERS)).required();
/// The name of a system, a medium, a room or an organisation; never of a person.
const NAME: Field = Field::new("line_name", Kind::Line).required();
const NUMBER: Field = Field::new("medium_number", Kind::Line);
const SHEETS: Field = Field::new("sheets", Kind::Number(0, 10_000_000));
const METHOD: Field = Field::new("line_method", Kind::Choice(METHODS));
const DONE: Field = Field::new("line_done_at", Kind::Instant).required();
const BY: Field = Field::new("line_executors", Kind::Text).required().personal();
const PROOF: Field = Field::new("proof_number", Kind::Line);
const PROOF_DATE: Field = Field::new("proof_date", Kind::Date);
/// What an attached certificate says, given beside it since the office does not read files: who made it out, for which medium, by
/// which method.
const PROOF_BY: Field = Field::new("proof_by", Kind::Line).personal();
const PROOF_MEDIUM: Field = Field::new("proof_medium", Kind::Line);
const PROOF_METHOD: Field = Field::new("proof_method", Kind::Choice(METHODS));
/// What a certificate or a log says, word for word.
const PROOF_TEXT: Field = Field::new("proof_text", Kind::Text).personal();
/// The certificate or confirmation as it was signed, and the log of the job.
const PROOF_FILES: Field = Field::new("proof_files", Kind::Files);
const ASKED: Field = Field::new("line_asked_at", Kind::Instant).required();
const WHY: Field = Field::new("line_reason", Kind::Text).required().personal();
const LATE: Field = Field::new("late_reason", Kind::Text).personal();

const ADDED: &[Field] = &[CASE, CARRIER, NAME, NUMBER, SHEETS, METHOD];
const FIELDS: &[Field] = &[
    CASE,
    ACTIVITY,
    SOURCE,
    CARRIER,
    Field::new("line_name", Kind::Line),
    NUMBER,
    SHEETS,
    METHOD,
];

const OPEN: &[&str] = &["line-planned", "line-asked", "line-failed"];

/// The register.
pub(in crate::registers) static REGISTER: Register = Register {
    name: "destruction-lines",
    see: Right::SeeRegisters,
    fields: FIELDS,
    columns: &["line_case", "carrier", "line_name", "line_method", "line_done_at"],
    label: None,
    states: &[
        State {
            name: "line-planned",
            closed: false,
        },
        State {
            name: "line-asked",
            closed: false,
        },
        State {
            name: "line-failed",
            closed: false,
        },
        State {
            name: "line-done",
            closed: true,
        },
        State {
            name: "line-struck",
            closed: true,
        },
    ],
    operations: &[
        operation("add", &[], Right::Destroy, ADDED, &[], rules::add),
        // Done for what a case finds by itself.
        operation("find", &[], Right::Destroy, FIELDS, &[], rules::find),
        operation(
            "plan",
            &["line-planned"],
            Right::Destroy,
            &[NUMBER, SHEETS, METHOD.required()],
            &[],
            rules::plan,
        ),
        operation("ask", &["line-planned"], Right::Destroy, &[ASKED], &[], rules::ask),
        operation(
            "carry-out",
            OPEN,
            Right::Destroy,
            &[
                DONE,
                BY,
                PROOF,
                PROOF_DATE,
                PROOF_BY,
                PROOF_MEDIUM,
                PROOF_METHOD,
                PROOF_TEXT,
                PROOF_FILES,
                LATE,
            ],
            &[],
            rules::carry_out,
        ),
        operation(
            "fail",
            &["line-planned", "line-asked"],
            Right::Destroy,
            &[WHY],
            &[],
            rules::fail,
        ),
        operation("strike", OPEN, Right::Approve, &[WHY], &[], rules::strike),
    ],
    papers: None,
    reacts: &[],
};
