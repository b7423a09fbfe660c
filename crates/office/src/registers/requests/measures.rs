//! What is done to the data because of a request: blocking, rectifying, destroying, and telling those who must know (R54–R57).

use jiff::Timestamp;
use serde_json::Value;
use tutela_law::Event;

use super::duties::{self, Known};
use super::handling::blocked;
use super::intake::{after_receipt, in_time, not_future};
use crate::error::Refusal;
use crate::kernel::card::{Card, Personal};
use crate::kernel::clock::State;
use crate::kernel::field::Values;
use crate::kernel::register::{Case, Outcome};

/// Registers whose cards prove what was done. They are kept when the person's data are destroyed, and need no block.
const EVIDENCE: &[&str] = &[
    "requests",
    "disclosures",
    "destructions",
    "refusal-explanations",
    "source-notices",
];

/// Evidence was handed in: the term of the measure runs from now.
pub(super) fn prove(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let at = not_future(case, "proof_at")?;
    after_receipt(case, "proof_at", at)?;
    let mut outcome = Outcome::taking_input();
    let kind = case.of_card("request_kind").to_owned();
    let Some(duty) = duties::of_kind(case.body.country, &kind) else {
        return Ok(outcome);
    };
    let started = case.clocks.iter().any(|c| c.duty == duty);
    if duties::needs_proof(case.body.country, &kind) && !started {
        outcome = outcome
            .cancel("request-refuse")
            .start(duty, &[(Event::ProofReceived, at)]);
    }
    Ok(outcome)
}

/// The block mark, which every other part obeys (R56). It is set on everything found.
pub(super) fn block(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let at = not_future(case, "blocked_at")?;
    after_receipt(case, "blocked_at", at)?;
    searched(case)?;
    Ok(block_found(case, Outcome::taking_input().meet("block", at, "set")))
}

fn searched(case: &Case<'_>) -> Result<(), Refusal> {
    if case.of_card("searched_at").is_empty() {
        return Err(Refusal::new("refusal-search-first"));
    }
    Ok(())
}

/// The cards that were found and hold the person's data for the work of the body.
pub(super) fn working<'a>(case: &'a Case<'_>) -> impl Iterator<Item = &'a Card> + 'a {
    let found = case.card.map(|c| c.cards("found")).unwrap_or_default();
    let related = case.related.iter();
    related.filter(move |c| found.contains(&c.id.as_str()) && !EVIDENCE.contains(&c.register.as_str()))
}

fn block_found(case: &Case<'_>, mut outcome: Outcome) -> Outcome {
    let mut marked: Vec<Value> = blocked(case).into_iter().map(Value::from).collect();
    for card in working(case).filter(|c| !c.blocked) {
        marked.push(Value::from(card.id.as_str()));
        outcome = outcome.block(&card.id, true);
    }
    outcome.set("blocked_cards", Value::Array(marked))
}

fn unblock_all(case: &Case<'_>, mut outcome: Outcome) -> Outcome {
    for id in blocked(case) {
        outcome = outcome.block(id, false);
    }
    outcome.set("blocked_cards", Value::Array(Vec::new()))
}

pub(super) fn unblock(case: &Case<'_>) -> Result<Outcome, Refusal> {
    if blocked(case).is_empty() {
        return Err(Refusal::new("refusal-not-blocked"));
    }
    Ok(unblock_all(case, Outcome::new()).set("unblocked_at", case.now.to_string()))
}

pub(super) fn confirm_inaccurate(case: &Case<'_>) -> Result<Outcome, Refusal> {
    only_for(case, &["rectify"])?;
    let at = not_future(case, "confirmed_at")?;
    after_receipt(case, "confirmed_at", at)?;
    Ok(Outcome::taking_input().start("rectify-confirmed", &[(Event::Confirmed, at)]))
}

/// The change was made in every system; the block is lifted (R54).
pub(super) fn rectify(case: &Case<'_>) -> Result<Outcome, Refusal> {
    only_for(case, &["rectify"])?;
    let at = not_future(case, "rectified_at")?;
    after_receipt(case, "rectified_at", at)?;
    if case.of_card("rectify_what").is_empty() {
        return Err(Refusal::new("refusal-confirm-first"));
    }
    in_time(case, &["request-rectify", "rectify-confirmed"], at)?;
    let reason = case.text("late_reason");
    let outcome = Outcome::taking_input()
        .meet("request-rectify", at, reason)
        .meet("rectify-confirmed", at, reason)
        .meet("block", at, "rectified");
    Ok(unblock_all(case, outcome))
}

/// The data turn out to be held unlawfully: processing stops by the same act, and the term of destruction runs.
pub(super) fn find_unlawful(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let at = not_future(case, "detected_at")?;
    after_receipt(case, "detected_at", at)?;
    searched(case)?;
    if case.card.is_some_and(|c| c.value("unlawful").is_some()) {
        return Err(Refusal::new("refusal-done-already"));
    }
    let stop = case.due("stop-unlawful", &[(Event::Detected, at)]).unwrap_or_default();
    let late = stop
        .iter()
        .any(|d| d.at.as_ref().is_some_and(|due| due.timestamp() < case.now));
    if late && case.text("late_reason").trim().is_empty() {
        return Err(Refusal::new("refusal-late").field("late_reason"));
    }
    let outcome = Outcome::taking_input()
        .set("unlawful", true)
        .start("stop-unlawful", &[(Event::Detected, at)])
        .start("destroy-unlawful", &[(Event::Detected, at)])
        .meet("stop-unlawful", case.now, case.text("late_reason"))
        .meet("block", case.now, "blocked");
    Ok(block_found(case, outcome))
}

/// A destruction case is opened for what was found (R55).
pub(super) fn destroy(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let unlawful = case.card.is_some_and(|c| c.value("unlawful").is_some());
    if !unlawful {
        only_for(case, &["erase"])?;
    }
    let at = not_future(case, "destroy_started_at")?;
    after_receipt(case, "destroy_started_at", at)?;
    searched(case)?;
    if !case.of_card("destroy_started_at").is_empty() {
        return Err(Refusal::new("refusal-done-already"));
    }
    let cards: Vec<Value> = working(case)
        .filter(|c| !matches!(c.personal, Personal::Destroyed(_)))
        .map(|c| Value::from(c.id.as_str()))
        .collect();
    if cards.is_empty() {
        return Err(Refusal::new("refusal-nothing-held"));
    }
    Ok(Outcome::taking_input().set("destroy_cards", Value::Array(cards)))
}

/// The destruction is done when no key is left, not when somebody says so.
pub(super) fn confirm_destroyed(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let at = not_future(case, "destroyed_at")?;
    let cards = case.card.map(|c| c.cards("destroy_cards")).unwrap_or_default();
    if cards.is_empty() {
        return Err(Refusal::new("refusal-destroy-first"));
    }
    let left = case.related.iter().filter(|c| cards.contains(&c.id.as_str()));
    let left = left
        .filter(|c| matches!(c.personal, Personal::Open(_) | Personal::Closed))
        .count();
    if left > 0 {
        return Err(Refusal::new("refusal-not-destroyed").arg("n", left.to_string()));
    }
    let last = case.related.iter().filter_map(|c| match c.personal {
        Personal::Destroyed(at) if cards.contains(&c.id.as_str()) => Some(at),
        _ => None,
    });
    if last.max().is_some_and(|last: Timestamp| at < last) {
        return Err(Refusal::new("refusal-before-destruction").field("destroyed_at"));
    }
    in_time(case, &["request-erase", "destroy-unlawful"], at)?;
    let reason = case.text("late_reason");
    let mut outcome = Outcome::taking_input()
        .meet("request-erase", at, reason)
        .meet("destroy-unlawful", at, reason)
        .meet("block", at, "destroyed");
    if case
        .clocks
        .iter()
        .any(|c| c.duty == "destroy-unlawful" && c.state == State::Running)
    {
        outcome = outcome.start("tell-unlawful", &[(Event::Resolved, at)]);
    }
    Ok(outcome)
}

/// The person and everybody who was given the data know what was done (R57). None of them is forgotten.
pub(super) fn tell(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let at = not_future(case, "told_at")?;
    after_receipt(case, "told_at", at)?;
    if ["rectified_at", "destroyed_at", "blocked_at"]
        .iter()
        .all(|f| case.of_card(f).is_empty())
    {
        return Err(Refusal::new("refusal-measure-first"));
    }
    let told: Vec<&str> = case
        .input
        .get("told_recipients")
        .map(crate::kernel::field::words_of)
        .unwrap_or_default();
    let must = case.card.map(|c| c.cards("told_of")).unwrap_or_default();
    let left = must.iter().filter(|id| !told.contains(id)).count();
    if left > 0 {
        return Err(Refusal::new("refusal-recipients")
            .arg("n", left.to_string())
            .field("told_recipients"));
    }
    let mut outcome = Outcome::taking_input().meet("tell-unlawful", at, "told");
    for id in told {
        let mut set = Values::new();
        set.insert("told_at".to_owned(), at.to_string().into());
        outcome = outcome.follow(id, None, set);
    }
    Ok(outcome)
}

fn only_for(case: &Case<'_>, kinds: &[&str]) -> Result<(), Refusal> {
    if kinds.contains(&Known::of(case).text("request_kind")) {
        Ok(())
    } else {
        Err(Refusal::new("refusal-other-kind"))
    }
}
