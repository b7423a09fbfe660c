//! Gaps (R18): what a scan found and nobody approved, what was approved and no scan finds, what could not be read. Each is a
//! case that a person settles: by linking the store to an activity, by proposing a change of the list, by accepting it with a
//! reason, by removing the data. A case is opened by the comparison, and closes by itself when it is no longer so.

mod rules;
#[cfg(test)]
mod tests;

use crate::kernel::categories::CATEGORIES;
use crate::kernel::field::{Field, Kind};
use crate::kernel::register::{Outcome, Register, State, operation};
use crate::kernel::rights::Right;

/// What differs. The words are those of the comparison (`inventory::compare`).
pub(crate) const KINDS: &[&str] = &[
    "found-not-approved",
    "approved-not-found",
    "not-read",
    "system-not-approved",
];
const ENDS: &[&str] = &["gap-gone", "gap-approved"];

const KIND: Field = Field::new("gap_kind", Kind::Choice(KINDS)).required();
const STORE: Field = Field::new("gap_store", Kind::Card("stores"));
const ACTIVITY: Field = Field::new("gap_activity", Kind::Card("processing"));
const CATEGORY: Field = Field::new("gap_category", Kind::Choice(CATEGORIES));
const COUNT: Field = Field::new("gap_count", Kind::Number(0, i64::MAX)).required();
const SENSITIVE: Field = Field::new("gap_sensitive", Kind::Flag);
const SEEN: Field = Field::new("gap_seen_on", Kind::Date).required();
const END: Field = Field::new("gap_end", Kind::Choice(ENDS)).required();
const REASON: Field = Field::new("gap_reason", Kind::Text).required().personal();
const REMOVED: Field = Field::new("gap_removed_on", Kind::Date).required();
const HOW: Field = Field::new("gap_removed_how", Kind::Text).required().personal();

const CARD_FIELDS: &[Field] = &[KIND, STORE, ACTIVITY, CATEGORY, COUNT, SENSITIVE, SEEN];

/// States in which a gap is still a gap.
const STANDING: &[&str] = &["gap-open", "gap-proposed", "gap-accepted"];
const UNSETTLED: &[&str] = &["gap-open", "gap-proposed"];

/// The register.
pub(super) static REGISTER: Register = Register {
    name: "gaps",
    see: Right::SeeRegisters,
    fields: CARD_FIELDS,
    columns: &[
        "gap_kind",
        "gap_store",
        "gap_category",
        "gap_count",
        "gap_sensitive",
        "gap_seen_on",
    ],
    label: None,
    states: &[
        State {
            name: "gap-open",
            closed: false,
        },
        State {
            name: "gap-proposed",
            closed: false,
        },
        State {
            name: "gap-accepted",
            closed: false,
        },
        State {
            name: "gap-linked",
            closed: true,
        },
        State {
            name: "gap-removed",
            closed: true,
        },
        State {
            name: "gap-approved",
            closed: true,
        },
        State {
            name: "gap-gone",
            closed: true,
        },
    ],
    operations: &[
        operation("open", &[], Right::KeepProcessing, CARD_FIELDS, |_| {
            Ok(Outcome::taking_input().state("gap-open"))
        }),
        operation(
            "see",
            STANDING,
            Right::KeepProcessing,
            &[COUNT, SENSITIVE, SEEN],
            rules::see,
        ),
        operation("settle", STANDING, Right::KeepProcessing, &[END], rules::settle),
        operation(
            "link",
            UNSETTLED,
            Right::KeepProcessing,
            &[ACTIVITY.required()],
            rules::link,
        ),
        operation(
            "propose",
            &["gap-open"],
            Right::KeepProcessing,
            &[ACTIVITY.required()],
            rules::propose,
        ),
        // Whoever answers for the body takes it upon the body, not whoever found it.
        operation("accept", UNSETTLED, Right::Approve, &[REASON], |_| {
            Ok(Outcome::taking_input().state("gap-accepted"))
        }),
        operation(
            "remove",
            STANDING,
            Right::KeepProcessing,
            &[REMOVED, HOW],
            rules::remove,
        ),
        operation("reopen", &["gap-accepted"], Right::KeepProcessing, &[], |_| {
            Ok(Outcome::new().state("gap-open"))
        }),
    ],
    papers: None,
    reacts: &[],
};
