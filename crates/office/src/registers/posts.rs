//! Posts that process or see personal data (R33, R34): what each may process, in which rooms; on the list by an order, and
//! changed by an order.

use crate::error::Refusal;
use crate::kernel::field::{Field, Kind};
use crate::kernel::register::{Case, Outcome, Register, State, operation};
use crate::kernel::rights::Right;
use crate::registers::proposal;

const TITLE: Field = Field::new("title", Kind::Line).required();
const UNIT: Field = Field::new("unit", Kind::Line);
const ALLOWED: Field = Field::new("allowed_processing", Kind::Cards("processing")).required();
const ROOMS: Field = Field::new("allowed_rooms", Kind::Text);
const NUMBER: Field = Field::new("order_number", Kind::Line).required();
const DATE: Field = Field::new("order_date", Kind::Date).required();

const FIELDS: &[Field] = &[TITLE, UNIT, ALLOWED, ROOMS];

/// The register.
pub(super) static REGISTER: Register = Register {
    name: "posts",
    see: Right::SeeRegisters,
    fields: FIELDS,
    columns: &["title", "unit", "order_number", "order_date"],
    label: None,
    states: &[
        State {
            name: "post-proposed",
            closed: false,
        },
        State {
            name: "post-listed",
            closed: false,
        },
        State {
            name: "changing",
            closed: false,
        },
        State {
            name: "post-off",
            closed: true,
        },
    ],
    operations: &[
        operation("propose", &[], Right::KeepStaff, FIELDS, |case| sound(case, false)),
        operation(
            "change",
            &["post-proposed", "post-listed", "changing"],
            Right::KeepStaff,
            FIELDS,
            |case| sound(case, case.card.is_some_and(|c| c.state != "post-proposed")),
        ),
        operation(
            "approve",
            &["post-proposed", "changing"],
            Right::Approve,
            &[NUMBER, DATE],
            |case| {
                if case.date("order_date").is_some_and(|d| d > case.today()) {
                    return Err(Refusal::new("refusal-future").field("order_date"));
                }
                Ok(proposal::settle(case, FIELDS, "post-listed"))
            },
        ),
        operation(
            "take-off",
            &["post-listed", "changing"],
            Right::Approve,
            &[NUMBER, DATE],
            |_| Ok(Outcome::taking_input().state("post-off")),
        ),
    ],
    papers: None,
    reacts: &[],
};

fn sound(case: &Case<'_>, approved: bool) -> Result<Outcome, Refusal> {
    // Nobody is admitted to what the body does not process any more.
    if case
        .given_cards("allowed_processing")
        .into_iter()
        .any(|c| case.is_closed(c))
    {
        return Err(Refusal::new("refusal-activity-ended").field("allowed_processing"));
    }
    let outcome = proposal::change(case, FIELDS, approved, "changing");
    Ok(if approved {
        outcome
    } else {
        outcome.state("post-proposed")
    })
}
