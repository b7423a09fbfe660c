//! Parts of a destruction case: what one rule made due together is one case, with one decision, one order and one act, however many
//! records there are. The case holds the first of them itself; each further lot is a part that the program carries out in a
//! transaction of its own once the case is carried out, so that it can end anywhere and go on.

mod rules;

use super::operation;
use crate::kernel::field::{Field, Kind};
use crate::kernel::register::{Each, Finish, Over, Register, State};
use crate::kernel::rights::Right;

const CASE: Field = Field::new("part_case", Kind::Card("destructions")).required();
const RECORDS: Field = Field::new("records", Kind::Cards("")).required();
const SPARED: Field = Field::new("spared", Kind::Cards("")).required();
const SPARE_REASON: Field = Field::new("spare_reason", Kind::Text).required().personal();
/// Records that a hold, an open request or work on them kept from being destroyed.
const LEFT: Field = Field::new("part_left", Kind::Cards(""));
const DESTROYED: Field = Field::new("part_destroyed", Kind::Number(0, i64::MAX));
const LEFT_NUMBER: Field = Field::new("part_left_number", Kind::Number(0, i64::MAX));

/// Carries out the parts of a case; after the last one the case is carried out.
pub(in crate::registers) const DESTROY: Each = Each {
    register: "destruction-parts",
    operation: "destroy",
    over: Over::Apart {
        field: "part_case",
        finish: Some(Finish {
            operation: "parts-over",
            sums: &[
                ("part_destroyed", "records_destroyed"),
                ("part_left_number", "records_left"),
            ],
            list: Some(("records", "annex_files")),
        }),
    },
};

/// Gives up the parts of a case that was dropped.
pub(in crate::registers) const GIVE_BACK: Each = Each {
    register: "destruction-parts",
    operation: "give-back",
    over: Over::Apart {
        field: "part_case",
        finish: None,
    },
};

const WAITING: &[&str] = &["part-waiting"];

/// The register.
pub(in crate::registers) static REGISTER: Register = Register {
    name: "destruction-parts",
    see: Right::SeeRegisters,
    fields: &[CASE, RECORDS, LEFT, LEFT_NUMBER, DESTROYED],
    columns: &["part_case", "part_destroyed", "part_left_number"],
    label: None,
    states: &[
        State {
            name: "part-waiting",
            closed: false,
        },
        State {
            name: "part-done",
            closed: true,
        },
        State {
            name: "part-given-back",
            closed: true,
        },
    ],
    operations: &[
        operation("take", &[], Right::Destroy, &[CASE, RECORDS], &[], rules::take),
        operation(
            "spare",
            WAITING,
            Right::Approve,
            &[SPARED, SPARE_REASON],
            &[],
            rules::spare,
        ),
        operation("destroy", WAITING, Right::Destroy, &[], &[], rules::destroy),
        operation("give-back", WAITING, Right::Destroy, &[], &[], rules::give_back),
    ],
    papers: None,
    reacts: &[],
};
