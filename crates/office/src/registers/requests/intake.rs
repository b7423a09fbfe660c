//! Taking a request in: what is missing, whether it comes again, what starts.

use jiff::Timestamp;
use serde_json::Value;
use tutela_law::{Bound, Event};

use super::duties::{self, Known};
use crate::error::Refusal;
use crate::kernel::card::Card;
use crate::kernel::register::{Case, Outcome};

/// Kinds of request to which the rule on repetition applies.
const REPEATABLE: &[&str] = &["provide", "view"];

pub(super) fn receive(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let received = case.instant("received_at").unwrap_or(case.now);
    if received > case.now {
        return Err(Refusal::new("refusal-future").field("received_at"));
    }
    let kind = case.text("request_kind");
    if !duties::is_known(case.law, case.body, kind, received) {
        return Err(Refusal::new("refusal-kind-unknown").field("request_kind"));
    }
    if kind == "regulator" {
        if case.text("authority_name").is_empty() {
            return Err(Refusal::new("refusal-required").field("authority_name"));
        }
        let outcome = Outcome::taking_input().state("in-work");
        return duties::start(case, outcome, kind, received, Some(received));
    }
    if case.text("subject_name").is_empty() {
        return Err(Refusal::new("refusal-required").field("subject_name"));
    }
    if case.date("subject_document_date").is_some_and(|d| d > case.today()) {
        return Err(Refusal::new("refusal-future").field("subject_document_date"));
    }
    let missing = duties::missing(case.body.country, &Known::of(case));
    let complete = missing.is_empty().then_some(received);
    let mut outcome = Outcome::taking_input();
    outcome = outcome.start("request-reply", &[(Event::Received, received)]);
    // Data that are said to be wrong or unlawful, or that the person wants blocked, are blocked from the request on.
    if matches!(kind, "rectify" | "erase") {
        outcome = outcome.start("block", &[(Event::Received, received)]);
    }
    outcome = duties::start(case, outcome, kind, received, complete)?;
    Ok(standing(case, outcome, &missing, received))
}

pub(super) fn ask_missing(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let at = not_future(case, "noticed_at")?;
    after_receipt(case, "noticed_at", at)?;
    Ok(Outcome::taking_input().meet("request-reply", at, "told what is missing"))
}

pub(super) fn complete(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let at = not_future(case, "completed_at")?;
    after_receipt(case, "completed_at", at)?;
    if case.date("subject_document_date").is_some_and(|d| d > case.today()) {
        return Err(Refusal::new("refusal-future").field("subject_document_date"));
    }
    let known = Known::of(case);
    let missing = duties::missing(case.body.country, &known);
    let received = known.instant("received_at").unwrap_or(at);
    let mut outcome = Outcome::taking_input();
    if known.flag("signed") {
        outcome = outcome.set("signed", true);
    }
    // A term that waited for due form starts now; one that ran from the receipt goes on.
    if missing.is_empty() && !runs(case) {
        outcome = duties::start(case, outcome, known.text("request_kind"), received, Some(at))?;
    }
    Ok(standing(case, outcome, &missing, received))
}

pub(super) fn acknowledge(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let at = not_future(case, "acknowledged_at")?;
    after_receipt(case, "acknowledged_at", at)?;
    in_time(case, &["request-reply"], at)?;
    Ok(Outcome::taking_input().meet("request-reply", at, case.text("late_reason")))
}

/// Whether a term of the request itself runs already.
fn runs(case: &Case<'_>) -> bool {
    case.clocks
        .iter()
        .any(|c| c.duty != "request-reply" && c.duty != "block")
}

/// The state of a request by what is missing, and what is known of an earlier one.
fn standing(case: &Case<'_>, mut outcome: Outcome, missing: &[&str], received: Timestamp) -> Outcome {
    outcome = if missing.is_empty() {
        outcome.state("in-work").unset("missing")
    } else {
        let words: Vec<Value> = missing.iter().map(|m| Value::from(*m)).collect();
        outcome.state("incomplete").set("missing", Value::Array(words))
    };
    let kind = Known::of(case).text("request_kind").to_owned();
    if REPEATABLE.contains(&kind.as_str())
        && let Some(earlier) = earlier(case, received)
    {
        outcome = outcome.set("previous", earlier.id.as_str());
        if let Some(from) = repeat_from(case, earlier) {
            outcome = outcome.set("repeat_from", from.to_string());
        }
    }
    outcome
}

/// The last request of the same person for the same that was answered; where none was, the last that was not refused.
fn earlier<'a>(case: &'a Case<'_>, received: Timestamp) -> Option<&'a Card> {
    let before = |card: &Card| card.text("received_at").parse::<Timestamp>().ok();
    case.related_in("requests")
        .filter(|c| REPEATABLE.contains(&c.text("request_kind")) && c.text("refused_at").is_empty())
        .filter(|c| before(c).is_some_and(|at| at <= received))
        .max_by_key(|c| (!c.text("answered_at").is_empty(), before(c)))
}

/// From when the person may ask again, where the law sets such a time.
fn repeat_from(case: &Case<'_>, earlier: &Card) -> Option<Timestamp> {
    let first = earlier.text("received_at").parse().ok()?;
    let due = case.due("request-repeat", &[(Event::FirstRequest, first)]).ok()?;
    let bounds = due.into_iter().filter(|d| d.bound == Bound::AtLeast);
    bounds.filter_map(|d| Some(d.at?.timestamp())).max()
}

/// An instant that was given and is not yet to come.
pub(super) fn not_future(case: &Case<'_>, field: &'static str) -> Result<Timestamp, Refusal> {
    let at = case.instant(field).unwrap_or(case.now);
    if at > case.now {
        return Err(Refusal::new("refusal-future").field(field));
    }
    Ok(at)
}

/// Nothing is done about a request before it came.
pub(super) fn after_receipt(case: &Case<'_>, field: &'static str, at: Timestamp) -> Result<(), Refusal> {
    let received: Option<Timestamp> = case.of_card("received_at").parse().ok();
    if received.is_some_and(|r| at < r) {
        return Err(Refusal::new("refusal-before-receipt").field(field));
    }
    Ok(())
}

/// What is done late needs its reason, in every regime: an inspector will ask.
pub(super) fn in_time(case: &Case<'_>, duties: &[&str], at: Timestamp) -> Result<(), Refusal> {
    if case.is_late(duties, at) && case.text("late_reason").trim().is_empty() {
        return Err(Refusal::new("refusal-late").field("late_reason"));
    }
    Ok(())
}
