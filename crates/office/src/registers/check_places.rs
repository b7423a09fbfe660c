//! Workplaces of a check: what was answered there to every question, and what was seen. Answers are open, remarks lie in the
//! vault. A workplace is written down through its check, which keeps the names of all.

mod rules;

use crate::kernel::field::{Field, Kind};
use crate::kernel::register::{Register, State, operation};
use crate::kernel::rights::Right;

pub(crate) use rules::{Answer, Answers, parse, write};

const CHECK: Field = Field::new("check", Kind::Card("checks")).required();
const PLACE_NAME: Field = Field::new("place_name", Kind::Line).required();
/// One line for each question: its name, yes, no or na, and a remark.
const ANSWERS: Field = Field::new("place_answers", Kind::Text)
    .required()
    .personal()
    .longest(200_000);
/// The list of the check, where it is one of the body's own.
const LIST: Field = Field::new("question_list", Kind::Card("check-lists"));
const CLIENT_ID: Field = Field::new("client_id", Kind::Line);
const CLIENT_REV: Field = Field::new("client_rev", Kind::Line);
/// Pictures of the place, never of data.
const PICTURES: Field = Field::new("place_pictures", Kind::Files).required();
const WHY: Field = Field::new("withdrawn_because", Kind::Text).required().personal();

/// The register.
pub(super) static REGISTER: Register = Register {
    name: "check-places",
    see: Right::SeeRegisters,
    fields: &[
        CHECK,
        PLACE_NAME,
        ANSWERS,
        LIST,
        Field::new("violations", Kind::Number(0, 100)),
    ],
    columns: &["check", "place_name", "violations"],
    label: None,
    states: &[
        State {
            name: "place-filled",
            closed: false,
        },
        State {
            name: "place-withdrawn",
            closed: true,
        },
    ],
    operations: &[
        operation(
            "fill",
            &[],
            Right::Control,
            &[CHECK, PLACE_NAME, ANSWERS, CLIENT_ID, CLIENT_REV],
            rules::fill,
        ),
        operation(
            "refill",
            &["place-filled"],
            Right::Control,
            &[ANSWERS, CLIENT_REV],
            rules::refill,
        ),
        operation(
            "picture",
            &["place-filled"],
            Right::Control,
            &[PICTURES],
            rules::picture,
        ),
        operation("withdraw", &["place-filled"], Right::Control, &[WHY], rules::withdraw),
    ],
    papers: None,
    reacts: &[],
};
