//! Employees with access to personal data (R33–R38, R45): proposed, put on the list by order, admitted once they have signed
//! the obligation, were acquainted and trained; suspended, moved, and checked out when they leave.

mod papers;
mod rules;
#[cfg(test)]
mod tests;

use crate::kernel::field::{Field, Kind};
use crate::kernel::register::{Outcome, Register, State, operation};
use crate::kernel::rights::Right;

const WAYS: &[&str] = &["paper", "electronic"];
const WHY_SUSPENDED: &[&str] = &["training-over", "internal-inquiry", "long-absence", "other-reason"];
/// What a leaver gives back or closes, in the order of the check-out list.
const CHECKS: &[&str] = &[
    "media_back",
    "papers_back",
    "accounts_closed",
    "chats_left",
    "obligation_reminded",
];

const NAME: Field = Field::new("employee_name", Kind::Line).required().name_index();
const DOCUMENT: Field = Field::new("employee_document", Kind::Line).identity();
const POST: Field = Field::new("post", Kind::Card("posts")).required();
const UNIT: Field = Field::new("unit", Kind::Line);
const NUMBER: Field = Field::new("order_number", Kind::Line).required();
const DATE: Field = Field::new("order_date", Kind::Date).required();
const SIGNED: Field = Field::new("obligation_signed_on", Kind::Date).required();
const SIGNED_WAY: Field = Field::new("obligation_way", Kind::Choice(WAYS)).required();
const READ: Field = Field::new("acquainted_with", Kind::Line).required();
const READ_VERSION: Field = Field::new("acquainted_version", Kind::Line).required();
const READ_ON: Field = Field::new("acquainted_on", Kind::Date).required();
const COURSE: Field = Field::new("course", Kind::Line).required();
const TRAINED: Field = Field::new("trained_on", Kind::Date).required();
const TRAINING_UNTIL: Field = Field::new("training_until", Kind::Date);
const ADMITTED: Field = Field::new("admitted_on", Kind::Date).required();
const SUSPENDED: Field = Field::new("suspended_because", Kind::Choice(WHY_SUSPENDED)).required();
const SUSPENDED_NOTE: Field = Field::new("suspended_note", Kind::Text).personal();
const LEAVING: Field = Field::new("leaving_on", Kind::Date).required();
/// Whose account in this office the employee has: nobody signs a protocol about the own unit.
const ACCOUNT: Field = Field::new("account", Kind::Account).required();
const LEFT: Field = Field::new("left_on", Kind::Date).required();
/// By the storage rule of which activity the file of whoever left is kept.
const KEPT_FOR: Field = Field::new("processing", Kind::Cards("processing"));

/// What is out by a permit; kept by the permits themselves.
const OPEN_PERMITS: Field = Field::new("open_permits", Kind::Cards("permits"));

const FIELDS: &[Field] = &[NAME, DOCUMENT, POST, UNIT];
const CHECK_FIELDS: &[Field] = &[
    Field::new("media_back", Kind::Flag),
    Field::new("papers_back", Kind::Flag),
    Field::new("accounts_closed", Kind::Flag),
    Field::new("chats_left", Kind::Flag),
    Field::new("obligation_reminded", Kind::Flag),
];
const AT_WORK: &[&str] = &["candidate", "admitted", "suspended"];

/// The register.
pub(super) static REGISTER: Register = Register {
    name: "staff",
    see: Right::SeeRegisters,
    fields: &[NAME, DOCUMENT, POST, UNIT, OPEN_PERMITS],
    columns: &["post", "unit", "admitted_on", "training_until"],
    label: Some("employee_name"),
    states: &[
        State {
            name: "candidate",
            closed: false,
        },
        State {
            name: "admitted",
            closed: false,
        },
        State {
            name: "suspended",
            closed: false,
        },
        State {
            name: "leaving",
            closed: false,
        },
        State {
            name: "left",
            closed: true,
        },
    ],
    operations: &[
        operation("propose", &[], Right::KeepStaff, FIELDS, rules::propose).with_papers(&["obligation"]),
        operation("sign", AT_WORK, Right::KeepStaff, &[SIGNED, SIGNED_WAY], rules::sign).with_papers(&["obligation"]),
        operation(
            "acquaint",
            AT_WORK,
            Right::KeepStaff,
            &[READ, READ_VERSION, READ_ON],
            rules::acquaint,
        )
        .with_papers(&["acquaintance-sheet"]),
        operation(
            "train",
            AT_WORK,
            Right::KeepStaff,
            &[COURSE, TRAINED, TRAINING_UNTIL],
            rules::train,
        ),
        operation(
            "approve",
            &["candidate", "admitted", "suspended"],
            Right::Approve,
            &[NUMBER, DATE],
            rules::approve,
        ),
        operation("admit", &["candidate"], Right::KeepStaff, &[ADMITTED], rules::admit),
        operation(
            "suspend",
            &["admitted"],
            Right::KeepStaff,
            &[SUSPENDED, SUSPENDED_NOTE],
            rules::suspend,
        ),
        operation("resume", &["suspended"], Right::KeepStaff, &[], rules::resume),
        operation("move", AT_WORK, Right::KeepStaff, &[POST, UNIT], rules::change_post),
        operation("leave", AT_WORK, Right::KeepStaff, &[LEAVING], rules::leave).with_papers(&["leaver-checklist"]),
        operation(
            "check-off",
            &["leaving"],
            Right::KeepStaff,
            CHECK_FIELDS,
            rules::check_off,
        )
        .with_papers(&["leaver-checklist"]),
        operation("close", &["leaving"], Right::KeepStaff, &[LEFT, KEPT_FOR], rules::close)
            .with_papers(&["leaver-checklist"]),
        operation(
            "keep-for",
            &["left"],
            Right::KeepStaff,
            &[KEPT_FOR.required()],
            rules::keep_for,
        ),
        operation("name-account", AT_WORK, Right::KeepStaff, &[ACCOUNT], |_| {
            Ok(Outcome::taking_input())
        }),
        // Done on the day after the training has lost its force.
        operation(
            "training-over",
            &["admitted"],
            Right::KeepStaff,
            &[],
            rules::training_over,
        ),
    ],
    papers: Some(papers::values),
    reacts: &[],
};
