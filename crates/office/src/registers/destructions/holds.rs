//! What stops a destruction: a hold on the case, a hold on a record or activity, an open request about it.

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::Value;
use tutela_law::Event;

use super::rules;
use crate::error::Refusal;
use crate::kernel::card::Card;
use crate::kernel::clock::State;
use crate::kernel::field::words_of;
use crate::kernel::register::{Case, Outcome};

/// Holds whose norm sets another term for keeping, so that the term of destruction counts from their end (152-ФЗ 21(4): "unless
/// contract or law"). All others stop the destruction and lengthen nothing: lateness is then explained.
const MOVING: &[&str] = &["hold-contract", "hold-law", "hold-archive"];
/// The requests that ask for destruction themselves.
const ASK_FOR_IT: &[&str] = &["erase", "withdraw"];

pub(super) fn hold(case: &Case<'_>) -> Result<Outcome, Refusal> {
    if case.date("hold_until").is_some_and(|d| d < case.today()) {
        return Err(Refusal::new("refusal-past").field("hold_until"));
    }
    let mut outcome = Outcome::taking_input()
        .state("held")
        .set("hold_from", case.today().to_string());
    if case.date("hold_until").is_none() {
        outcome = outcome.unset("hold_until");
    }
    let running = case
        .clocks
        .iter()
        .any(|c| c.duty == "destroy-purpose" && c.state == State::Running);
    if running && MOVING.contains(&case.text("hold_kind")) && !case.is_late(&["destroy-purpose"], case.now) {
        outcome = outcome.set("hold_moves", true).cancel("destroy-purpose");
    }
    Ok(outcome)
}

/// After a hold the case begins again: what was prepared or approved before it may no longer fit. Where the hold set another
/// term, the duty counts from its end; where it never held, from the event as before.
fn released(case: &Case<'_>, end: Timestamp, mistaken: bool) -> Outcome {
    let outcome = Outcome::new()
        .state("due")
        .unset("hold_kind")
        .unset("hold_norm")
        .unset("hold_from")
        .unset("hold_until")
        .unset("hold_moves")
        .unset("approved_account")
        .unset("order_number")
        .unset("order_date");
    let moved = case
        .card
        .and_then(|c| c.data.get("hold_moves"))
        .and_then(Value::as_bool)
        == Some(true);
    if !moved {
        return outcome;
    }
    let before = rules::reached(case);
    let reached = if mistaken { before } else { before.max(end) };
    outcome.start("destroy-purpose", &[(Event::PurposeReached, reached)])
}

pub(super) fn release(case: &Case<'_>) -> Result<Outcome, Refusal> {
    Ok(released(case, case.now, case.text("hold_end") == "hold-mistaken").set("hold_end", case.text("hold_end")))
}

pub(super) fn hold_over(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let until: Option<Date> = case.of_card("hold_until").parse().ok();
    let Some(until) = until.filter(|last| *last < case.today()) else {
        return Err(Refusal::new("refusal-day-not-passed"));
    };
    let end = case.body.zone.to_timestamp(until.at(0, 0, 0, 0)).unwrap_or(case.now);
    Ok(released(case, end, false))
}

/// The case is on hold.
pub(super) fn held(case: &Case<'_>) -> Refusal {
    let refusal = Refusal::new("refusal-held").arg("number", case.card.map(|c| c.number.clone()).unwrap_or_default());
    match case.of_card("hold_norm") {
        "" => refusal,
        norm => refusal.norm(norm),
    }
}

/// Holds that stand on records or activities of the case, and open requests about its records.
pub(super) fn standing(case: &Case<'_>) -> Vec<Refusal> {
    let records = case.held_cards("records");
    let mut own: Vec<&str> = records.iter().map(|c| c.id.as_str()).collect();
    own.extend(records.iter().flat_map(|c| c.cards("processing")));
    if let Some(card) = case.card {
        own.extend(card.cards("activities"));
        own.extend(card.cards("records_about"));
    }
    let mut all = Vec::new();
    for hold in on(case, &own) {
        let refusal = Refusal::new("refusal-record-held").arg("number", &hold.number);
        all.push(refusal.norm(hold.text("hold_norm")));
    }
    for request in case.related_in("requests").filter(|r| !case.is_closed(r)) {
        if asks(request, &own) {
            all.push(Refusal::new("refusal-open-request").arg("number", &request.number));
        }
    }
    all
}

/// The holds that stand on one of these records or activities.
pub(super) fn on<'a>(case: &'a Case<'_>, own: &[&str]) -> Vec<&'a Card> {
    let names = |hold: &Card, field: &str| hold.cards(field).iter().any(|id| own.contains(id));
    case.related_in("holds")
        .filter(|h| h.state == "hold-standing" && (names(h, "hold_cards") || names(h, "hold_activities")))
        .collect()
}

/// Whether an open request is about one of these records.
pub(super) fn asked_about(case: &Case<'_>, own: &[&str]) -> bool {
    case.related_in("requests").any(|r| !case.is_closed(r) && asks(r, own))
}

/// Whether a request is about one of these records and does not ask for its destruction.
fn asks(request: &Card, own: &[&str]) -> bool {
    let erased = request.value("destroy_cards").map(words_of).unwrap_or_default();
    !ASK_FOR_IT.contains(&request.text("request_kind"))
        && request
            .cards("found")
            .iter()
            .any(|id| own.contains(id) && !erased.contains(id))
}
