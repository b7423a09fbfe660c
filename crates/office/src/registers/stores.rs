//! Stores (R16, R17): where personal data lie: shares, mailboxes, databases, folders, archives. What a scan finds in one comes
//! with the scan; a person says who answers for the store and which activities it serves.

#[cfg(test)]
mod tests;

use crate::error::Refusal;
use crate::kernel::categories::CATEGORIES;
use crate::kernel::field::{Field, Kind};
use crate::kernel::register::{Case, Outcome, Register, State, operation};
use crate::kernel::rights::Right;

const KINDS: &[&str] = &[
    "store-share",
    "store-mailbox",
    "store-database",
    "store-folder",
    "store-archive",
    "store-cloud",
];
/// How well the store must be protected, by the body's own judgement of what lies there.
const LEVELS: &[&str] = &["level-ordinary", "level-raised", "level-high"];
const CLASSES: &[&str] = &["class-none", "class-basic", "class-sensitive"];

const TITLE: Field = Field::new("title", Kind::Line).required();
const KIND: Field = Field::new("store_kind", Kind::Choice(KINDS)).required();
// A path or the address of a mailbox may name a person.
const PLACE: Field = Field::new("store_place", Kind::Line).required().personal();
const UNIT: Field = Field::new("store_unit", Kind::Line).required();
const LEVEL: Field = Field::new("store_level", Kind::Choice(LEVELS)).required();
const SYSTEM: Field = Field::new("store_system", Kind::Line);
// Not `processing`: that word says whose data a card holds, and what is destroyed with an activity.
const SERVES: Field = Field::new("serves", Kind::Cards("processing"));
const RETIRED: Field = Field::new("retired_on", Kind::Date).required();
const EMPTIED: Field = Field::new("store_emptied", Kind::Text).required().personal();

const FIELDS: &[Field] = &[TITLE, KIND, PLACE, UNIT, LEVEL, SYSTEM, SERVES];

const COUNT: Kind = Kind::Number(0, i64::MAX);

/// What a scan tells of the store as a whole.
const SCAN: &[Field] = &[
    Field::new("scanned_on", Kind::Date).required(),
    Field::new("scan_files", COUNT).required(),
    Field::new("scan_findings", COUNT).required(),
    Field::new("scan_not_read", COUNT).required(),
    Field::new("scan_class", Kind::Choice(CLASSES)).required(),
    Field::new("found_categories", Kind::Choices(CATEGORIES)),
];

const CARD_FIELDS: &[Field] = &[
    TITLE, KIND, PLACE, UNIT, LEVEL, SYSTEM, SERVES, SCAN[0], SCAN[1], SCAN[2], SCAN[3], SCAN[4], SCAN[5],
];

/// The register.
pub(super) static REGISTER: Register = Register {
    name: "stores",
    see: Right::SeeRegisters,
    fields: CARD_FIELDS,
    columns: &["title", "store_kind", "store_unit", "scanned_on", "scan_class"],
    label: None,
    states: &[
        State {
            name: "store-planned",
            closed: false,
        },
        State {
            name: "store-live",
            closed: false,
        },
        State {
            name: "store-retired",
            closed: true,
        },
    ],
    operations: &[
        operation("register", &[], Right::KeepProcessing, FIELDS, |case| {
            described(case, "store-live")
        }),
        operation("plan", &[], Right::KeepProcessing, FIELDS, |case| {
            described(case, "store-planned")
        }),
        operation("go-live", &["store-planned"], Right::KeepProcessing, &[], |_| {
            Ok(Outcome::new().state("store-live"))
        }),
        operation(
            "change",
            &["store-planned", "store-live"],
            Right::KeepProcessing,
            FIELDS,
            |case| {
                let state = case.card.map_or("store-live", |c| match c.state.as_str() {
                    "store-planned" => "store-planned",
                    _ => "store-live",
                });
                described(case, state)
            },
        ),
        // What lay there is gone or lies elsewhere: how, must be said.
        operation(
            "retire",
            &["store-planned", "store-live"],
            Right::KeepProcessing,
            &[RETIRED, EMPTIED],
            |case| {
                if case.date("retired_on").is_some_and(|d| d > case.today()) {
                    return Err(Refusal::new("refusal-future").field("retired_on"));
                }
                Ok(Outcome::taking_input().state("store-retired"))
            },
        ),
        // Done when the report of a scan is taken in.
        operation("scan", &["store-live"], Right::KeepProcessing, SCAN, |case| {
            let outcome = Outcome::taking_input();
            // Categories of the scan before say nothing of this one.
            Ok(if case.input.contains_key("found_categories") {
                outcome
            } else {
                outcome.unset("found_categories")
            })
        }),
    ],
    papers: None,
    reacts: &[],
};

fn described(case: &Case<'_>, state: &'static str) -> Result<Outcome, Refusal> {
    if case.given_cards("serves").into_iter().any(|p| case.is_closed(p)) {
        return Err(Refusal::new("refusal-activity-ended").field("serves"));
    }
    let mut outcome = Outcome::taking_input().state(state);
    for field in FIELDS.iter().filter(|f| !f.personal) {
        if !case.input.contains_key(field.name) {
            outcome = outcome.unset(field.name);
        }
    }
    Ok(outcome)
}
