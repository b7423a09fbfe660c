//! Internal checks (R95–R101, R74): planned, made at workplaces by a list of questions, told in a protocol that both
//! responsible persons sign and the head approves. What is wrong is answered by measures with terms, and each of them is followed
//! up. Nothing purges a protocol: it says until when it must be kept.

mod papers;
mod rules;
#[cfg(test)]
mod tests;

use crate::kernel::field::{Field, Kind};
use crate::kernel::register::{Outcome, Register, operation, state};
use crate::kernel::rights::Right;

const UNIT: Field = Field::new("unit", Kind::Line).required();
const SUBJECT: Field = Field::new("check_subject", Kind::Line).required();
const PLANNED: Field = Field::new("planned_until", Kind::Date).required();
const CHECKERS: Field = Field::new("checkers", Kind::Text).personal();
const BASIS: Field = Field::new("check_basis", Kind::Line);
const PLAN: Field = Field::new("check_plan", Kind::Card("check-plans"));
const LIST: Field = Field::new("question_list", Kind::Card("check-lists"));
const CHECKED_ON: Field = Field::new("checked_on", Kind::Date).required();
/// Whom the check is about: they do not sign its protocol.
const STAFF: Field = Field::new("checked_staff", Kind::Cards("staff"));
const POSTS: Field = Field::new("checked_posts", Kind::Cards("posts"));
const PLACE_NAME: Field = Field::new("place_name", Kind::Line).required();
const ANSWERS: Field = Field::new("place_answers", Kind::Text)
    .required()
    .personal()
    .longest(200_000);
const CLIENT_ID: Field = Field::new("client_id", Kind::Line);
const CLIENT_REV: Field = Field::new("client_rev", Kind::Line);
const QUESTION: Field = Field::new("measure_question", Kind::Number(1, 100)).required();
const MEASURE: Field = Field::new("measure_text", Kind::Text).required().personal();
const UNTIL: Field = Field::new("measure_until", Kind::Date).required();
const RESPONSIBLE: Field = Field::new("responsible", Kind::Card("staff"));
const NUMBER: Field = Field::new("protocol_number", Kind::Line).required();
const DATE: Field = Field::new("protocol_date", Kind::Date).required();
const CONCLUSION: Field = Field::new("conclusion", Kind::Text).personal();
const SCAN: Field = Field::new("protocol_scan", Kind::File).required();
const LATE: Field = Field::new("late_reason", Kind::Text).personal();
const SIGNER_NAME: Field = Field::new("signer_name", Kind::Line).required().personal();
const SIGNER_POST: Field = Field::new("signer_post", Kind::Line).required().personal();
const RETURNED: Field = Field::new("returned_because", Kind::Text).required().personal();
const CANCELLED: Field = Field::new("cancelled_because", Kind::Text).required().personal();

const FIELDS: &[Field] = &[UNIT, SUBJECT, PLANNED, CHECKERS, BASIS, LIST];
const CARD_FIELDS: &[Field] = &[
    UNIT,
    SUBJECT,
    PLANNED,
    CHECKERS,
    BASIS,
    PLAN,
    LIST,
    CHECKED_ON,
    STAFF,
    POSTS,
    Field::new("list_id", Kind::Line),
    Field::new("list_version", Kind::Line),
    Field::new("check_places", Kind::Cards("check-places")),
    Field::new("check_measures", Kind::Cards("measures")),
    NUMBER,
    DATE,
    Field::new("places_checked", Kind::Number(0, 1000)),
    Field::new("violations", Kind::Number(0, 100_000)),
    CONCLUSION,
    Field::new("signed_organiser", Kind::Account),
    Field::new("organiser_name", Kind::Line).personal(),
    Field::new("organiser_post", Kind::Line).personal(),
    Field::new("signed_security", Kind::Account),
    Field::new("security_signer_name", Kind::Line).personal(),
    Field::new("security_signer_post", Kind::Line).personal(),
    Field::new("approved_on", Kind::Date),
    Field::new("kept_until", Kind::Date),
    Field::new("overdue", Kind::Flag),
];

/// The check is under way: workplaces and measures are written down.
pub(super) const OPEN: &[&str] = &["check-in-work", "check-returned"];
const PROTOCOL: &[&str] = &["check-protocol"];

/// The register.
pub(super) static REGISTER: Register = Register {
    name: "checks",
    see: Right::SeeRegisters,
    fields: CARD_FIELDS,
    columns: &[
        "unit",
        "check_subject",
        "planned_until",
        "protocol_number",
        "violations",
    ],
    label: None,
    states: &[
        state("check-planned", false),
        state("check-in-work", false),
        state("check-drawn", false),
        state("check-signed-one", false),
        state("check-signed", false),
        state("check-returned", false),
        state("check-approved", true),
        state("check-cancelled", true),
    ],
    operations: &[
        operation("plan", &[], Right::Control, FIELDS, rules::plan),
        operation(
            "begin",
            &["check-planned"],
            Right::Control,
            &[CHECKED_ON, CHECKERS, STAFF, POSTS, LIST],
            rules::begin,
        )
        .with_papers(PROTOCOL),
        operation(
            "fill",
            OPEN,
            Right::Control,
            &[PLACE_NAME, ANSWERS, CLIENT_ID, CLIENT_REV],
            rules::fill,
        )
        .with_papers(PROTOCOL),
        operation(
            "add-measure",
            OPEN,
            Right::Control,
            &[QUESTION, MEASURE, UNTIL, RESPONSIBLE],
            rules::add_measure,
        )
        .with_papers(PROTOCOL),
        operation(
            "draw",
            OPEN,
            Right::Control,
            &[NUMBER, DATE, CONCLUSION, LATE],
            rules::draw,
        )
        .with_papers(PROTOCOL),
        operation(
            "sign",
            &["check-drawn", "check-signed-one"],
            Right::Control,
            &[SIGNER_NAME, SIGNER_POST],
            rules::sign,
        )
        .with_papers(PROTOCOL),
        // Who drew the protocol up finds an error in it before the head has it.
        operation(
            "take-back",
            &["check-drawn", "check-signed-one", "check-signed"],
            Right::Control,
            &[RETURNED],
            rules::give_back,
        )
        .with_papers(PROTOCOL),
        operation("approve", &["check-signed"], Right::Approve, &[], rules::approve).with_papers(PROTOCOL),
        operation(
            "return",
            &["check-signed"],
            Right::Approve,
            &[RETURNED],
            rules::give_back,
        )
        .with_papers(PROTOCOL),
        // The paper with the signatures of hands.
        operation("attach", &["check-approved"], Right::Control, &[SCAN], |_| {
            Ok(Outcome::taking_input())
        })
        .with_papers(PROTOCOL),
        operation(
            "cancel",
            &["check-planned", "check-in-work"],
            Right::Approve,
            &[CANCELLED],
            |_| Ok(Outcome::taking_input().state("check-cancelled")),
        ),
        // Done on the day after the last one of the plan.
        operation(
            "overdue",
            &["check-planned", "check-in-work", "check-returned"],
            Right::Control,
            &[],
            |case| crate::registers::signing::overdue(case, "planned_until"),
        ),
    ],
    papers: Some(papers::values),
    reacts: &[],
};
