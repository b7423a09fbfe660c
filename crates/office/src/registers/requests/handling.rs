//! Working on a request: the search, the answer, the refusal, more time, handing over, closing.

use jiff::Timestamp;
use serde_json::Value;
use tutela_law::{Country, Event, Ground, Mark};

use super::duties::{ENDED_BY_DECISION, Known};
use super::intake::{after_receipt, in_time, not_future};
use super::measures::working;
use crate::error::Refusal;
use crate::kernel::card::{Card, Personal};
use crate::kernel::clock::State;
use crate::kernel::register::{Case, Outcome};

/// Everything held about the person, in every register, found by the number of the document through the blind index (R50).
pub(super) fn search(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let own = case.card.map_or("", |c| c.id.as_str());
    let holds = |card: &&Card| matches!(card.personal, Personal::Open(_)) && card.id != own;
    let mut found: Vec<&str> = case.related.iter().filter(holds).map(|c| c.id.as_str()).collect();
    found.sort_unstable();
    let mut recipients: Vec<&str> = case.related_in("disclosures").map(|c| c.id.as_str()).collect();
    recipients.sort_unstable();
    let list = |ids: Vec<&str>| Value::Array(ids.into_iter().map(Value::from).collect());
    let mut outcome = Outcome::taking_input()
        .set("searched_at", case.now.to_string())
        .set("found", list(found))
        .set("told_of", list(recipients));
    // What was asked for before is not asked for any more.
    if !case.input.contains_key("asked_categories") {
        outcome = outcome.unset("asked_categories");
    }
    // Never silently less than all: the clerk is told that the list is not complete.
    outcome = if case.cut {
        outcome.set("found_cut", true)
    } else {
        outcome.unset("found_cut")
    };
    Ok(outcome)
}

/// More time, by as much as the law allows, with notice to the person before the term is over.
pub(super) fn extend(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let noticed = not_future(case, "extension_noticed_at")?;
    after_receipt(case, "extension_noticed_at", noticed)?;
    let days = case.input.get("extension_days").and_then(Value::as_u64).unwrap_or(0);
    let days = u32::try_from(days).unwrap_or(u32::MAX);
    let mut outcome = Outcome::taking_input();
    let mut any = false;
    for duty in running(case).filter(|d| *d != "request-reply") {
        if let Some(clock) = case.clocks.iter().rfind(|c| c.duty == duty) {
            // The former end stands in the notice.
            if let Some(due) = clock.due_at {
                outcome = outcome.set("extended_from", due.to_string());
            }
        }
        outcome = outcome.extend(duty, days, noticed, case.text("extension_reason"));
        any = true;
    }
    if any {
        Ok(outcome)
    } else {
        Err(Refusal::new("refusal-no-term"))
    }
}

/// The duties of the request itself that are running.
fn running<'a>(case: &'a Case<'_>) -> impl Iterator<Item = &'static str> + 'a {
    let is_running = |duty: &str| case.clocks.iter().any(|c| c.duty == duty && c.state == State::Running);
    ENDED_BY_DECISION.iter().copied().filter(move |d| is_running(d))
}

pub(super) fn answer(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let at = not_future(case, "answered_at")?;
    after_receipt(case, "answered_at", at)?;
    let kind = case.of_card("request_kind");
    if kind != "regulator" {
        if case.of_card("searched_at").is_empty() {
            return Err(Refusal::new("refusal-search-first"));
        }
        super::stores::all_searched(case)?;
        let holds = holds(case);
        let done = match kind {
            "rectify" => "rectified_at",
            "erase" => "destroyed_at",
            "restrict" => "blocked_at",
            _ => "searched_at",
        };
        // Where something is held, the person is answered when it was done.
        if holds && case.of_card(done).is_empty() {
            return Err(Refusal::new("refusal-measure-first"));
        }
    }
    in_time(case, ENDED_BY_DECISION, at)?;
    let mut outcome = decided(case, at).state("answered");
    if !holds(case) {
        // Where nothing is held there is nothing to block.
        outcome = outcome.cancel("block");
    }
    Ok(outcome)
}

/// Whether anything that was found is still held for the work of the body.
fn holds(case: &Case<'_>) -> bool {
    working(case).any(|c| !matches!(c.personal, Personal::Destroyed(_)))
}

/// The decision ends every term of the request.
fn decided(case: &Case<'_>, at: Timestamp) -> Outcome {
    let mut outcome = Outcome::taking_input();
    for duty in ENDED_BY_DECISION {
        outcome = outcome.meet(duty, at, case.text("late_reason"));
    }
    outcome
}

/// A refusal: written, with its reasons, on a norm of the law in force (R53).
pub(super) fn refuse(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let at = not_future(case, "refused_at")?;
    after_receipt(case, "refused_at", at)?;
    let kind = case.of_card("request_kind");
    let day = at.to_zoned_datetime(case.body.zone.clone()).date();
    let word = case.text("refusal_ground");
    let mut grounds = case.law.law.grounds(case.body.country, day);
    let ground = grounds.find(|g| g.id == word && g.holds_for(kind, day));
    let ground = ground.ok_or_else(|| Refusal::new("refusal-ground").field("refusal_ground"))?;
    if ground.repeat {
        too_early(case, ground)?;
    }
    let other = case.text("refusal_other_norm");
    let norm = match &ground.cite {
        Some(cite) if other.is_empty() => cite.clone(),
        Some(cite) => format!("{cite}; {other}"),
        None if other.is_empty() => return Err(Refusal::new("refusal-norm").field("refusal_other_norm")),
        None => other.to_owned(),
    };
    in_time(case, ENDED_BY_DECISION, at)?;
    let mut outcome = decided(case, at)
        .cancel("block")
        .set("refusal_norm", norm)
        .state("refused");
    if ground.mark == Mark::Check {
        outcome = outcome.set("refusal_norm_open", true);
    }
    let minor = Known::of(case).flag("minor");
    if minor && case.body.country == Country::Cn {
        outcome = outcome.start("minor-refusal", &[(Event::Received, at)]);
    }
    for id in blocked(case) {
        outcome = outcome.block(id, false);
    }
    Ok(outcome)
}

/// The rule on repetition (R59): the program decides it from the earlier request of the same person.
fn too_early(case: &Case<'_>, ground: &Ground) -> Result<(), Refusal> {
    let norm = ground.cite.clone().unwrap_or_default();
    let refusal = |key| Refusal::new(key).norm(norm.clone()).field("refusal_ground");
    let known = Known::of(case);
    let (Some(from), Some(received)) = (known.instant("repeat_from"), known.instant("received_at")) else {
        return Err(refusal("refusal-repeat-none"));
    };
    if received >= from {
        return Err(refusal("refusal-repeat-not-early"));
    }
    let previous = known.text("previous");
    let previous = case.related_in("requests").find(|c| c.id == previous);
    match previous {
        Some(card) if card.text("answered_at").is_empty() => Err(refusal("refusal-repeat-open")),
        Some(card) if card.value("in_full") != Some(&Value::Bool(true)) => Err(refusal("refusal-repeat-incomplete")),
        Some(_) => Ok(()),
        None => Err(refusal("refusal-repeat-none")),
    }
}

/// The cards that this request blocked.
pub(super) fn blocked<'a>(case: &'a Case<'_>) -> Vec<&'a str> {
    case.card.map(|c| c.cards("blocked_cards")).unwrap_or_default()
}

pub(super) fn hand_over(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let at = not_future(case, "handed_at")?;
    let decided: Option<Timestamp> = [case.of_card("answered_at"), case.of_card("refused_at")]
        .iter()
        .find_map(|t| t.parse().ok());
    if decided.is_some_and(|d| at < d) {
        return Err(Refusal::new("refusal-before-decision").field("handed_at"));
    }
    // At the counter it is handed over against a signature.
    if case.text("handed_way") == "counter" && case.text("handed_against").is_empty() {
        return Err(Refusal::new("refusal-signature").field("handed_against"));
    }
    Ok(Outcome::taking_input().meet("minor-refusal", at, "handed over"))
}

pub(super) fn take_back(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let at = not_future(case, "taken_back_at")?;
    after_receipt(case, "taken_back_at", at)?;
    let mut outcome = Outcome::taking_input().state("closed").cancel("block");
    for duty in ENDED_BY_DECISION {
        outcome = outcome.cancel(duty);
    }
    for id in blocked(case) {
        outcome = outcome.block(id, false);
    }
    Ok(outcome)
}

pub(super) fn close(case: &Case<'_>) -> Result<Outcome, Refusal> {
    if case.of_card("handed_at").is_empty() {
        return Err(Refusal::new("refusal-hand-over-first"));
    }
    let measured = ["rectified_at", "destroyed_at"]
        .iter()
        .any(|f| !case.of_card(f).is_empty());
    if measured && case.of_card("told_at").is_empty() {
        return Err(Refusal::new("refusal-tell-first"));
    }
    if case.clocks.iter().any(|c| c.state == State::Running) {
        return Err(Refusal::new("refusal-clock-runs"));
    }
    // Whatever this request blocked for its own time may be used again; what was unlawful or is to be restricted may not.
    let keeps = case.of_card("request_kind") == "restrict" || case.card.is_some_and(|c| c.value("unlawful").is_some());
    let mut outcome = Outcome::taking_input().state("closed");
    if !keeps {
        for id in blocked(case) {
            outcome = outcome.block(id, false);
        }
    }
    Ok(outcome)
}
