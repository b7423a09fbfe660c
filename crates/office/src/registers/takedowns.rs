//! Where data spread, and how it was taken down (R91): the address, the platform, when it was seen, asked for and gone, with
//! the hash of the screenshot, and the day on which somebody looks again.

#[cfg(test)]
mod tests;

use crate::error::Refusal;
use crate::kernel::field::{Field, Kind};
use crate::kernel::register::{Case, Outcome, Register, operation, state};
use crate::kernel::rights::Right;

const ASKED_WAYS: &[&str] = &["way-form", "way-letter", "way-telephone", "way-authority", "way-police"];
/// States in which somebody still has to do something.
const OPEN: &[&str] = &["spread-seen", "spread-asked", "spread-to-check"];

const OF: Field = Field::new("spread_of", Kind::Card("violations")).required();
// An address on a platform is often the name of a person.
const ADDRESS: Field = Field::new("spread_address", Kind::Text).required().personal();
const PLATFORM: Field = Field::new("spread_platform", Kind::Line).required();
const SEEN: Field = Field::new("spread_seen_at", Kind::Instant).required();
const HASH: Field = Field::new("spread_hash", Kind::Line);
/// Screenshots; the hash of each is kept with it.
const FILES: Field = Field::new("spread_files", Kind::Files);
const ASKED: Field = Field::new("spread_asked_at", Kind::Instant).required();
const WAY: Field = Field::new("spread_asked_way", Kind::Choice(ASKED_WAYS)).required();
const CHECK_ON: Field = Field::new("spread_check_on", Kind::Date).required();
const GONE: Field = Field::new("spread_gone_at", Kind::Instant).required();
const GONE_HASH: Field = Field::new("spread_gone_hash", Kind::Line);
const LOOKED: Field = Field::new("spread_looked_at", Kind::Instant).required();
const LEFT_WHY: Field = Field::new("spread_left_why", Kind::Text).required().personal();
const DRILL: Field = Field::new("drill", Kind::Flag);

const FIELDS: &[Field] = &[DRILL, OF, ADDRESS, PLATFORM, SEEN, HASH];

/// The register.
pub(super) static REGISTER: Register = Register {
    name: "takedowns",
    see: Right::SeeRegisters,
    fields: FIELDS,
    columns: &[
        "spread_platform",
        "spread_seen_at",
        "spread_asked_at",
        "spread_gone_at",
        "drill",
    ],
    label: None,
    states: &[
        state("spread-seen", false),
        state("spread-asked", false),
        state("spread-to-check", false),
        state("spread-gone", true),
        state("spread-left", true),
    ],
    operations: &[
        operation(
            "see",
            &[],
            Right::HandleViolations,
            &[OF, ADDRESS, PLATFORM, SEEN, HASH, FILES, DRILL],
            see,
        ),
        operation(
            "ask",
            &["spread-seen", "spread-to-check"],
            Right::HandleViolations,
            &[ASKED, WAY, CHECK_ON, FILES],
            ask,
        ),
        operation(
            "look",
            &["spread-asked", "spread-to-check"],
            Right::HandleViolations,
            &[LOOKED, CHECK_ON, HASH, FILES],
            look,
        ),
        operation("gone", OPEN, Right::HandleViolations, &[GONE, GONE_HASH, FILES], gone),
        operation(
            "back",
            &["spread-gone"],
            Right::HandleViolations,
            &[SEEN, HASH, FILES],
            back,
        ),
        operation("leave", OPEN, Right::HandleViolations, &[LEFT_WHY], leave),
        // Done on the day after somebody was to look again.
        operation(
            "check-over",
            &["spread-asked"],
            Right::HandleViolations,
            &[],
            check_over,
        ),
    ],
    papers: None,
    reacts: &[],
};

/// A hash is one of SHA-256 as programs write it, or it proves nothing.
fn check_hash(case: &Case<'_>, field: &'static str) -> Result<(), Refusal> {
    let hash = case.text(field);
    if hash.is_empty() || (hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit())) {
        Ok(())
    } else {
        Err(Refusal::new("refusal-hash").field(field))
    }
}

/// An instant that is past, and not before another.
fn check_instant(case: &Case<'_>, field: &'static str, after: &str) -> Result<(), Refusal> {
    let Some(at) = case.instant(field) else { return Ok(()) };
    if at > case.now {
        return Err(Refusal::new("refusal-future").field(field));
    }
    let earlier: Option<jiff::Timestamp> = case.of_card(after).parse().ok();
    if earlier.is_some_and(|earlier| at < earlier) {
        return Err(Refusal::new("refusal-filing-order").field(field));
    }
    Ok(())
}

/// The day on which somebody looks again lies ahead.
fn check_day(case: &Case<'_>) -> Result<(), Refusal> {
    if case.date("spread_check_on").is_some_and(|d| d < case.today()) {
        return Err(Refusal::new("refusal-past").field("spread_check_on"));
    }
    Ok(())
}

fn see(case: &Case<'_>) -> Result<Outcome, Refusal> {
    check_instant(case, "spread_seen_at", "")?;
    check_hash(case, "spread_hash")?;
    Ok(Outcome::taking_input().state("spread-seen"))
}

fn ask(case: &Case<'_>) -> Result<Outcome, Refusal> {
    if case.card.is_some_and(|c| c.data.get("drill") == Some(&true.into())) {
        return Err(Refusal::new("refusal-drill-filed"));
    }
    check_instant(case, "spread_asked_at", "spread_seen_at")?;
    check_day(case)?;
    Ok(Outcome::taking_input().state("spread-asked"))
}

fn look(case: &Case<'_>) -> Result<Outcome, Refusal> {
    check_instant(case, "spread_looked_at", "spread_seen_at")?;
    check_hash(case, "spread_hash")?;
    check_day(case)?;
    Ok(Outcome::taking_input().state("spread-asked"))
}

fn gone(case: &Case<'_>) -> Result<Outcome, Refusal> {
    check_instant(case, "spread_gone_at", "spread_seen_at")?;
    check_hash(case, "spread_gone_hash")?;
    Ok(Outcome::taking_input().state("spread-gone").unset("spread_check_on"))
}

fn back(case: &Case<'_>) -> Result<Outcome, Refusal> {
    check_instant(case, "spread_seen_at", "spread_gone_at")?;
    check_hash(case, "spread_hash")?;
    // It was gone for a while: both instants are in the history.
    Ok(Outcome::taking_input().state("spread-seen").unset("spread_gone_at"))
}

fn leave(_: &Case<'_>) -> Result<Outcome, Refusal> {
    Ok(Outcome::taking_input().state("spread-left").unset("spread_check_on"))
}

fn check_over(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let over = case
        .of_card("spread_check_on")
        .parse()
        .is_ok_and(|last: jiff::civil::Date| last < case.today());
    if over {
        Ok(Outcome::new().state("spread-to-check"))
    } else {
        Err(Refusal::new("refusal-day-not-passed"))
    }
}
