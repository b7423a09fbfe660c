//! What holds for violations.

use jiff::Timestamp;
use serde_json::Value;
use tutela_law::{Country, Event};

use super::duties::{self, Facts};
use crate::error::Refusal;
use crate::kernel::card::Card;
use crate::kernel::field::Values;
use crate::kernel::register::{Case, Opening, Outcome};

/// States of a filing in which it has gone out.
const OUT: &[&str] = &[
    "filing-sent",
    "filing-sent-late",
    "filing-received",
    "filing-supplemented",
];
/// States of a filing in which it waits for the body.
const WAITS: &[&str] = &["filing-due", "filing-returned"];

fn no_card() -> Refusal {
    Refusal::new("refusal-no-page")
}

/// The instants of a violation.
struct Times {
    detected: Timestamp,
    occurred: Option<Timestamp>,
}

/// Reads the instants that were given and refuses what cannot be, with the norm whose term runs from them.
fn times(case: &Case<'_>) -> Result<Times, Refusal> {
    let detected = case.instant("detected_at");
    let occurred = case.instant("occurred_at");
    let until = case.instant("occurred_until");
    let unknown = case.flag("occurred_unknown");
    let detected = detected.ok_or_else(|| Refusal::new("refusal-required").field("detected_at"))?;
    let mut wrong = Vec::new();
    for (field, at) in [
        ("detected_at", Some(detected)),
        ("occurred_at", occurred),
        ("occurred_until", until),
    ] {
        if at.is_some_and(|at| at > case.now) {
            wrong.push(Refusal::new("refusal-future").field(field));
        }
    }
    if occurred.is_some_and(|at| at > detected) {
        wrong.push(with_norm(case, detected, Refusal::new("refusal-found-before")).field("occurred_at"));
    }
    if let Some(until) = until
        && occurred.is_none_or(|from| until < from)
    {
        wrong.push(Refusal::new("refusal-occurrence-range").field("occurred_until"));
    }
    if occurred.is_some() == unknown {
        // Not knowing is an answer that somebody gives, never an empty field.
        wrong.push(Refusal::new("refusal-occurrence").field("occurred_at"));
    }
    match Refusal::of(wrong) {
        Some(refusal) => Err(refusal),
        None => Ok(Times { detected, occurred }),
    }
}

/// The norm of the notice that holds on the day of the finding.
fn with_norm(case: &Case<'_>, detected: Timestamp, refusal: Refusal) -> Refusal {
    let day = detected.to_zoned_datetime(case.body.zone.clone()).date();
    let mut clocks = case.law.law.clocks(case.body.country);
    match clocks.find(|c| c.rule.duty == "breach-notice" && c.holds_on(day)) {
        Some(clock) => refusal.norm(clock.rule.cite.clone()),
        None => refusal,
    }
}

fn is_drill(case: &Case<'_>) -> bool {
    let held = case.card.is_some_and(|c| c.value("drill") == Some(&Value::Bool(true)));
    held || case.flag("drill")
}

/// The answers that decide on duties fit together.
fn check_answers(case: &Case<'_>, facts: &Facts<'_>) -> Result<(), Refusal> {
    let mut wrong = Vec::new();
    if facts.text("may_harm") == "harm-unlikely" && facts.text("harm_reason").trim().is_empty() {
        wrong.push(Refusal::new("refusal-harm-reason").field("harm_reason"));
    }
    if facts.text("our_role") == "role-processor" && facts.text("controller_name").trim().is_empty() {
        wrong.push(Refusal::new("refusal-controller").field("controller_name"));
    }
    wrong.extend(duties::check_grade(case, facts).err());
    Refusal::of(wrong).map_or(Ok(()), Err)
}

pub(super) fn open(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let times = times(case)?;
    let facts = Facts::new(case, times.detected, times.occurred);
    check_answers(case, &facts)?;
    let mut outcome = Outcome::taking_input().state("violation-open");
    if case.text("reported_at").is_empty() {
        outcome = outcome.set("reported_at", case.now.to_string());
    }
    for wanted in duties::on_finding(case, &facts)? {
        outcome = wanted.open(outcome, is_drill(case));
    }
    Ok(outcome)
}

/// The instants that the card holds.
fn held_times(card: &Card) -> Result<Times, Refusal> {
    let read = |field: &str| card.text(field).parse().ok();
    Ok(Times {
        detected: read("detected_at").ok_or_else(no_card)?,
        occurred: read("occurred_at"),
    })
}

pub(super) fn describe(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let card = case.card.ok_or_else(no_card)?;
    let times = held_times(card)?;
    let facts = Facts::new(case, times.detected, times.occurred);
    check_answers(case, &facts)?;
    let mut outcome = Outcome::taking_input();
    // What is learned may make a duty that there was not before; a duty is never dropped without a person.
    let held = duties::held(case);
    for wanted in duties::on_finding(case, &facts)? {
        if !held.iter().any(|f| wanted.is(f)) {
            outcome = wanted.open(outcome, is_drill(case));
        }
    }
    Ok(outcome)
}

pub(super) fn correct(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let card = case.card.ok_or_else(no_card)?;
    let before = held_times(card)?;
    let times = times(case)?;
    let mut outcome = Outcome::taking_input();
    // What stood there first stays, however often it is corrected.
    for (field, first) in [
        ("detected_at", "first_detected_at"),
        ("occurred_at", "first_occurred_at"),
    ] {
        let held = card.text(field);
        if card.text(first).is_empty() && !held.is_empty() {
            outcome = outcome.set(first, held);
        }
    }
    for field in ["occurred_at", "occurred_until"] {
        if case.text(field).is_empty() {
            outcome = outcome.unset(field);
        }
    }
    let facts = Facts::new(case, times.detected, times.occurred);
    let all = duties::on_finding(case, &facts)?;
    // An instant that is no longer known cannot be taken out of a count: it begins anew.
    let anew = before.occurred.is_some() != times.occurred.is_some();
    let mut stay = Vec::new();
    for filing in duties::held(case) {
        let waits = filing.state == "filing-due" && !filing.text("filing_rule").is_empty();
        let of_finding = filing.text("filing_event") != "event-resolved";
        if !waits || !of_finding {
            // What has gone out stays as it went; a duty that a person dropped stays dropped.
            stay.push(filing);
        } else if !anew && all.iter().any(|w| w.is(filing)) {
            outcome = outcome.then(&filing.id, "recount", Values::new());
            stay.push(filing);
        } else {
            let mut why = Values::new();
            why.insert("filing_drop_why".to_owned(), case.text("correction_reason").into());
            outcome = outcome.then(&filing.id, "drop", why);
        }
    }
    for wanted in all {
        if !stay.iter().any(|f| wanted.is(f)) {
            outcome = wanted.open(outcome, is_drill(case));
        }
    }
    Ok(outcome)
}

pub(super) fn address(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let to = case.text("filing_to");
    let kind = case.text("filing_kind");
    if duties::held(case)
        .iter()
        .any(|f| f.text("filing_to") == to && f.text("filing_kind") == kind && f.state != "filing-not-needed")
    {
        return Err(Refusal::new("refusal-filing-twice").field("filing_to"));
    }
    let mut values = case.input.clone();
    values.insert("drill".to_owned(), is_drill(case).into());
    let opening = Opening::new("filings", "open", values)
        .points_in("filing_about")
        .kept_in("filings");
    Ok(Outcome::new().open(opening))
}

pub(super) fn spread(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let mut values = case.input.clone();
    values.insert("drill".to_owned(), is_drill(case).into());
    let opening = Opening::new("takedowns", "see", values)
        .points_in("spread_of")
        .kept_in("takedowns");
    Ok(Outcome::new().open(opening))
}

pub(super) fn resolve(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let card = case.card.ok_or_else(no_card)?;
    let times = held_times(card)?;
    let resolved = case.instant("resolved_at").unwrap_or(case.now);
    if resolved > case.now {
        return Err(Refusal::new("refusal-future").field("resolved_at"));
    }
    if resolved < times.detected {
        return Err(Refusal::new("refusal-filing-order").field("resolved_at"));
    }
    let facts = Facts::new(case, times.detected, times.occurred);
    let mut outcome = Outcome::taking_input().state("violation-resolved");
    for wanted in duties::on_remedy(case, &facts, resolved)? {
        outcome = wanted.open(outcome, is_drill(case));
    }
    let marks = card.cards("violation_marks");
    if case.body.country == Country::Vn && (marks.contains(&"mark-location") || marks.contains(&"mark-biometric")) {
        outcome = outcome.start("keep-breach-file", &[(Event::Resolved, resolved)]);
    }
    Ok(outcome)
}

pub(super) fn close(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let card = case.card.ok_or_else(no_card)?;
    let mut wrong = Vec::new();
    let open: Vec<_> = duties::held(case)
        .into_iter()
        .filter(|f| WAITS.contains(&f.state.as_str()))
        .collect();
    if !open.is_empty() {
        let numbers: Vec<_> = open.iter().map(|f| f.number.as_str()).collect();
        let refusal = Refusal::new("refusal-filings-open").arg("numbers", numbers.join(", "));
        let norm = open.iter().map(|f| f.text("filing_norm")).find(|n| !n.is_empty());
        wrong.push(match norm {
            Some(norm) => refusal.norm(norm),
            None => refusal,
        });
    }
    let spread: Vec<_> = case
        .held_cards("takedowns")
        .into_iter()
        .filter(|t| !case.is_closed(t))
        .map(|t| t.number.as_str())
        .collect();
    if !spread.is_empty() {
        wrong.push(Refusal::new("refusal-spread-open").arg("numbers", spread.join(", ")));
    }
    let unknown = ["violation_causes", "violation_effects", "violation_measures"]
        .iter()
        .any(|f| card.text(f).trim().is_empty());
    if unknown {
        wrong.push(Refusal::new("refusal-not-described"));
    }
    match Refusal::of(wrong) {
        Some(refusal) => Err(refusal),
        None => Ok(Outcome::taking_input()
            .state("violation-closed")
            .unset("measures_until")),
    }
}

pub(super) fn annul(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let held = duties::held(case);
    // What an authority was told is taken back before the authority, not here.
    if held.iter().any(|f| OUT.contains(&f.state.as_str())) {
        return Err(Refusal::new("refusal-told-already"));
    }
    let mut outcome = Outcome::taking_input().state("violation-annulled");
    for filing in held.iter().filter(|f| f.state == "filing-due") {
        let mut why = Values::new();
        why.insert("filing_drop_why".to_owned(), case.text("annul_reason").into());
        outcome = outcome.then(&filing.id, "drop", why);
    }
    Ok(outcome)
}

pub(super) fn measures_over(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let over = case
        .of_card("measures_until")
        .parse()
        .is_ok_and(|last: jiff::civil::Date| last < case.today());
    if over {
        Ok(Outcome::new().set("measures_late", true).unset("measures_until"))
    } else {
        Err(Refusal::new("refusal-day-not-passed"))
    }
}
