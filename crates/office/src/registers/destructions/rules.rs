//! What holds for destruction.

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::Value;
use tutela_law::Event;

use crate::error::Refusal;
use crate::kernel::card::Card;
use crate::kernel::field::Values;
use crate::kernel::register::{Case, Outcome};

/// Registers whose cards are facts about a person, not cases that are worked on: their data may be destroyed while the card
/// itself is open. A card of any other register must be closed first (R64).
const FACTS: &[&str] = &["consents", "refusal-explanations", "disclosures", "source-notices"];
/// What was done on time when the data are destroyed.
const DUTIES: &[&str] = &[
    "destroy-purpose",
    "destroy-unlawful",
    "destroy-emergency",
    "destroy-later",
];

pub(super) fn open(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let nothing = |field: &str| case.input.get(field).is_none();
    if nothing("records") && nothing("activities") && nothing("outside_set") {
        return Err(Refusal::new("refusal-nothing-to-destroy"));
    }
    opened(case, Outcome::taking_input())
}

pub(super) fn close_purpose(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let activities = case.given_cards("activities");
    let [activity] = activities.as_slice() else {
        return Err(Refusal::new("refusal-one-activity").field("activities"));
    };
    if !case.is_closed(activity) {
        return Err(Refusal::new("refusal-activity-open").field("activities"));
    }
    let outcome = Outcome::taking_input().gather("records", "processing", &activity.id);
    opened(case, outcome)
}

pub(super) fn open_about(case: &Case<'_>) -> Result<Outcome, Refusal> {
    opened(case, Outcome::taking_input())
}

/// A case begins, with the terms that the law gives for its reason.
fn opened(case: &Case<'_>, outcome: Outcome) -> Result<Outcome, Refusal> {
    let since = case.instant("reason_since").unwrap_or(case.now);
    if since > case.now {
        return Err(Refusal::new("refusal-future").field("reason_since"));
    }
    // Until the storage term is over, its purpose is not reached: to keep is a purpose of its own.
    let kept = case
        .date("kept_until")
        .and_then(|day| case.body.zone.to_timestamp(day.at(0, 0, 0, 0)).ok());
    let reached = kept.map_or(since, |kept| kept.max(since));
    let outcome = outcome.state("due");
    Ok(match case.text("destruction_reason") {
        "purpose-reached" => outcome.start("destroy-purpose", &[(Event::PurposeReached, reached)]),
        // A request that led to it counts its own terms.
        "unlawful" if !case.flag("by_request") => outcome.start("destroy-unlawful", &[(Event::Detected, since)]),
        "emergency-over" => outcome
            .start("destroy-emergency", &[(Event::Ended, since)])
            .start("destroy-purpose", &[(Event::PurposeReached, reached)]),
        _ => outcome,
    })
}

pub(super) fn hold(case: &Case<'_>) -> Result<Outcome, Refusal> {
    if case.date("hold_until").is_some_and(|d| d < case.today()) {
        return Err(Refusal::new("refusal-past").field("hold_until"));
    }
    let outcome = Outcome::taking_input().state("held");
    Ok(if case.date("hold_until").is_none() {
        outcome.unset("hold_until")
    } else {
        outcome
    })
}

/// After a hold the case begins again: what was prepared or approved before it may no longer fit.
pub(super) fn released() -> Outcome {
    Outcome::new()
        .state("due")
        .unset("hold_kind")
        .unset("hold_until")
        .unset("order_number")
        .unset("order_date")
}

pub(super) fn hold_over(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let over = case
        .of_card("hold_until")
        .parse()
        .is_ok_and(|last: Date| last < case.today());
    if over {
        Ok(released())
    } else {
        Err(Refusal::new("refusal-day-not-passed"))
    }
}

pub(super) fn spare(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let Some(card) = case.card else {
        return Err(Refusal::new("refusal-no-page"));
    };
    let spared = case
        .input
        .get("spared")
        .map(crate::kernel::field::words_of)
        .unwrap_or_default();
    let held = card.cards("records");
    if spared.iter().any(|id| !held.contains(id)) {
        return Err(Refusal::new("refusal-not-in-case").field("spared"));
    }
    let left: Vec<Value> = held
        .iter()
        .filter(|id| !spared.contains(id))
        .map(|id| Value::from(*id))
        .collect();
    let mut all: Vec<Value> = card.cards("spared").into_iter().map(Value::from).collect();
    all.extend(spared.into_iter().map(Value::from));
    Ok(Outcome::taking_input().set("records", left).set("spared", all))
}

pub(super) fn prepare(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let carriers = case
        .input
        .get("carriers")
        .map(crate::kernel::field::words_of)
        .unwrap_or_default();
    let methods = [
        ("carrier-paper", "method_paper"),
        ("carrier-disk", "method_disk"),
        ("carrier-database", "method_database"),
        ("carrier-backup", "method_backup"),
    ];
    let mut missing: Vec<Refusal> = methods
        .iter()
        .filter(|(carrier, method)| carriers.contains(carrier) && case.text(method).is_empty())
        .map(|(_, method)| Refusal::new("refusal-no-method").field(*method))
        .collect();
    // The act names every medium with its sheets, or the system that the data lay in.
    if carriers.contains(&"carrier-paper") && case.input.get("sheets").is_none() {
        missing.push(Refusal::new("refusal-no-sheets").field("sheets"));
    }
    if carriers.contains(&"carrier-disk") && case.text("media_numbers").is_empty() {
        missing.push(Refusal::new("refusal-no-media").field("media_numbers"));
    }
    if carriers.contains(&"carrier-database") && case.text("system_name").is_empty() {
        missing.push(Refusal::new("refusal-no-system").field("system_name"));
    }
    match Refusal::of(missing) {
        Some(refusal) => Err(refusal),
        None => Ok(Outcome::taking_input().state("prepared")),
    }
}

pub(super) fn approve(case: &Case<'_>) -> Result<Outcome, Refusal> {
    match case.card.map(|c| c.state.as_str()) {
        Some("held") => return Err(held(case)),
        Some("due") => return Err(Refusal::new("refusal-not-prepared")),
        _ => {}
    }
    if case.date("order_date").is_some_and(|d| d > case.today()) {
        return Err(Refusal::new("refusal-future").field("order_date"));
    }
    Ok(Outcome::taking_input().state("approved"))
}

fn held(case: &Case<'_>) -> Refusal {
    Refusal::new("refusal-held").arg("number", case.card.map(|c| c.number.clone()).unwrap_or_default())
}

/// What stands in the way of carrying a case out.
fn in_the_way(case: &Case<'_>, card: &Card) -> Vec<Refusal> {
    let mut all = Vec::new();
    match card.state.as_str() {
        "held" => all.push(held(case)),
        "approved" => {}
        _ => all.push(Refusal::new("refusal-not-approved")),
    }
    if let Some(day) = card
        .text("kept_until")
        .parse::<Date>()
        .ok()
        .filter(|d| *d >= case.today())
    {
        all.push(Refusal::new("refusal-kept-until").arg("day", day.to_string()));
    }
    // Who approved does not carry out: two persons stand behind every act.
    let approved = case.history.iter().rfind(|p| p.kind == "destructions.approve");
    if approved.is_some_and(|p| p.actor == case.actor) {
        all.push(Refusal::new("refusal-same-person"));
    }
    for record in case.held_cards("records") {
        let fact = FACTS.contains(&record.register.as_str());
        if !fact && !case.is_closed(record) {
            all.push(Refusal::new("refusal-open-case").arg("number", &record.number));
        }
    }
    all
}

pub(super) fn execute(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let Some(card) = case.card else {
        return Err(Refusal::new("refusal-no-page"));
    };
    if let Some(refusal) = Refusal::of(in_the_way(case, card)) {
        return Err(refusal);
    }
    let at = case.instant("executed_at").unwrap_or(case.now);
    if at > case.now {
        return Err(Refusal::new("refusal-future").field("executed_at"));
    }
    let ordered = card.text("order_date").parse::<Date>().ok();
    if ordered.is_some_and(|d| at.to_zoned_datetime(case.body.zone.clone()).date() < d) {
        return Err(Refusal::new("refusal-before-order").field("executed_at"));
    }
    let late = case.text("late_reason");
    let mut outcome = Outcome::taking_input()
        .state("executed")
        .set(
            "records_destroyed",
            i64::try_from(card.cards("records").len()).unwrap_or(i64::MAX),
        )
        .start("keep-destruction", &[(Event::Destroyed, at)]);
    for duty in DUTIES {
        outcome = outcome.meet(duty, at, late);
    }
    let by_request = card.data.contains_key("by_request");
    if card.text("destruction_reason") == "unlawful" && !by_request {
        outcome = outcome.start("tell-unlawful", &[(Event::Resolved, at)]);
    }
    for id in card.cards("records") {
        outcome = outcome.meet_of(id, "request-withdraw", at, late).destroy(id);
    }
    for id in card.cards("records_about") {
        outcome = outcome.meet_of(id, "request-withdraw", at, late);
    }
    Ok(outcome)
}

pub(super) fn certify(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let executed: Option<Timestamp> = case.of_card("executed_at").parse().ok();
    let executed = executed.map(|t| t.to_zoned_datetime(case.body.zone.clone()).date());
    let dated = case.date("certificate_date");
    if dated > Some(case.today()) {
        return Err(Refusal::new("refusal-future").field("certificate_date"));
    }
    if dated < executed {
        return Err(Refusal::new("refusal-before-execution").field("certificate_date"));
    }
    Ok(Outcome::taking_input().state("certified"))
}

pub(super) fn told(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let at = case.instant("told_on").unwrap_or(case.now);
    if at > case.now {
        return Err(Refusal::new("refusal-future").field("told_on"));
    }
    Ok(Outcome::taking_input().meet("tell-unlawful", at, case.text("late_reason")))
}

pub(super) fn drop_case(_: &Case<'_>) -> Result<Outcome, Refusal> {
    let mut outcome = Outcome::taking_input().state("dropped");
    for duty in DUTIES {
        outcome = outcome.cancel(duty);
    }
    Ok(outcome)
}

fn reason(word: &str) -> Values {
    let mut values = Values::new();
    values.insert("destruction_reason".to_owned(), word.into());
    values
}

/// Takes fields of the event's card over.
fn with(mut values: Values, card: &Card, fields: &[(&str, &str)]) -> Values {
    for (theirs, own) in fields {
        if let Some(value) = card.data.get(*theirs) {
            values.insert((*own).to_owned(), value.clone());
        }
    }
    values
}

pub(super) fn of_withdrawn(consent: &Card) -> Option<Values> {
    consent.data.get("destroy")?;
    let mut values = reason("withdrawal");
    values.insert("records".to_owned(), vec![consent.id.clone()].into());
    Some(with(
        values,
        consent,
        &[("withdrawn_at", "reason_since"), ("kept_until", "kept_until")],
    ))
}

/// A person asked for the destruction, or a request brought to light that the data are held unlawfully.
pub(super) fn of_requested(request: &Card) -> Option<Values> {
    let unlawful = request.data.contains_key("unlawful");
    let mut values = reason(if unlawful { "unlawful" } else { "request" });
    values.insert("records".to_owned(), request.data.get("destroy_cards")?.clone());
    values.insert("by_request".to_owned(), true.into());
    Some(values)
}

pub(super) fn of_part(consent: &Card) -> Option<Values> {
    consent.data.get("destroy_part")?;
    let mut values = reason("withdrawal");
    values.insert("records_about".to_owned(), vec![consent.id.clone()].into());
    let fields = [
        ("destroy_part", "activities"),
        ("withdrawn_at", "reason_since"),
        ("kept_until", "kept_until"),
    ];
    Some(with(values, consent, &fields))
}

pub(super) fn of_expired(consent: &Card) -> Option<Values> {
    consent.data.get("destroy")?;
    let mut values = reason("term-over");
    values.insert("records".to_owned(), vec![consent.id.clone()].into());
    Some(values)
}

pub(super) fn of_ended(activity: &Card) -> Option<Values> {
    let emergency = activity.data.get("emergency").and_then(Value::as_bool) == Some(true);
    let mut values = reason(if emergency { "emergency-over" } else { "purpose-reached" });
    values.insert("activities".to_owned(), vec![activity.id.clone()].into());
    Some(with(
        values,
        activity,
        &[("ended_at", "reason_since"), ("kept_until", "kept_until")],
    ))
}
