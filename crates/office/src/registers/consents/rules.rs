//! What holds for consents.

use jiff::civil::Date;
use serde_json::Value;
use tutela_law::Event;

use crate::error::Refusal;
use crate::kernel::card::{Card, Personal};
use crate::kernel::register::{Case, Outcome};
use crate::registers::keep::kept_until;

pub(super) fn register(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let today = case.today();
    let given = case.date("given_on");
    if given.is_some_and(|d| d > today) {
        return Err(Refusal::new("refusal-future").field("given_on"));
    }
    if case.date("explained_on").is_some_and(|d| d > today) {
        return Err(Refusal::new("refusal-future").field("explained_on"));
    }
    if case.date("expires_on").is_some_and(|d| given.is_some_and(|g| d <= g)) {
        return Err(Refusal::new("refusal-before-start").field("expires_on"));
    }
    let represented = !case.text("represented_because").is_empty();
    if represented && case.text("representative_name").is_empty() {
        return Err(Refusal::new("refusal-no-representative").field("representative_name"));
    }
    if !case.text("representative_name").is_empty() && case.text("representative_authority").is_empty() {
        return Err(Refusal::new("refusal-authority").field("representative_authority"));
    }
    if case.given_cards("processing").into_iter().any(|p| case.is_closed(p)) {
        return Err(Refusal::new("refusal-activity-ended").field("processing"));
    }
    Ok(Outcome::taking_input().state("given"))
}

/// Whether an activity goes on without the consent.
fn goes_on(activity: &Card) -> bool {
    activity.cards("bases").iter().any(|b| *b != "consent")
}

/// The last day of the storage terms that run from a withdrawal.
fn term_from(case: &Case<'_>, activities: &[&Card], at: jiff::Timestamp) -> Option<Date> {
    let day = at.to_zoned_datetime(case.body.zone.clone()).date();
    let own = activities.iter().filter(|a| a.text("keep_from") == "withdrawal");
    own.filter_map(|a| kept_until(a, day)).filter(|d| *d > day).max()
}

fn withdrawn_at(case: &Case<'_>) -> Result<jiff::Timestamp, Refusal> {
    let at = case.instant("withdrawn_at").unwrap_or(case.now);
    if at > case.now {
        return Err(Refusal::new("refusal-future").field("withdrawn_at"));
    }
    let given: Option<Date> = case.of_card("given_on").parse().ok();
    if given.is_some_and(|g| at.to_zoned_datetime(case.body.zone.clone()).date() < g) {
        return Err(Refusal::new("refusal-before-given").field("withdrawn_at"));
    }
    Ok(at)
}

/// Blocks the card, shows what goes on by another basis, and asks for destruction where nothing does.
fn stop<'a>(case: &'a Case<'_>, card: &Card, outcome: Outcome) -> (Outcome, Vec<&'a Card>) {
    let activities = case.held_cards("processing");
    let (remaining, over): (Vec<&Card>, Vec<&Card>) = activities.into_iter().partition(|p| goes_on(p));
    let ids = |cards: &[&Card]| Value::Array(cards.iter().map(|p| Value::from(p.id.as_str())).collect());
    let mut outcome = outcome.block(&card.id, true).set("remaining", ids(&remaining));
    outcome = match (remaining.is_empty(), over.is_empty()) {
        (true, _) => outcome.set("destroy", true).unset("destroy_part"),
        (false, false) => outcome.set("destroy_part", ids(&over)),
        (false, true) => outcome.unset("destroy_part"),
    };
    (outcome, over)
}

pub(super) fn withdraw(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let at = withdrawn_at(case)?;
    let Some(card) = case.card else {
        return Err(Refusal::new("refusal-no-page"));
    };
    let (outcome, over) = stop(case, card, Outcome::taking_input().state("withdrawn"));
    let outcome = with_term(outcome, term_from(case, &over, at));
    // One term counts: that of a part withdrawn earlier runs on.
    Ok(outcome.start("request-withdraw", &[(Event::Withdrawn, at), (Event::Received, at)]))
}

fn with_term(outcome: Outcome, kept: Option<Date>) -> Outcome {
    match kept {
        Some(day) => outcome.set("kept_until", day.to_string()),
        None => outcome.unset("kept_until"),
    }
}

/// A part: these activities stop, the others go on, and so does the card.
pub(super) fn withdraw_part(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let at = withdrawn_at(case)?;
    let Some(card) = case.card else {
        return Err(Refusal::new("refusal-no-page"));
    };
    let part = case.given_cards("withdrawn_processing");
    let held = card.cards("processing");
    if part.iter().any(|p| !held.contains(&p.id.as_str())) {
        return Err(Refusal::new("refusal-not-consented").field("withdrawn_processing"));
    }
    let left: Vec<Value> = held
        .iter()
        .filter(|id| !part.iter().any(|p| p.id == **id))
        .map(|id| Value::from(*id))
        .collect();
    if left.is_empty() {
        return Err(Refusal::new("refusal-whole").field("withdrawn_processing"));
    }
    let mut all: Vec<Value> = card
        .cards("withdrawn_processing")
        .into_iter()
        .map(Value::from)
        .collect();
    all.extend(part.iter().map(|p| Value::from(p.id.as_str())));
    let over: Vec<&Card> = part.into_iter().filter(|p| !goes_on(p)).collect();
    let outcome = Outcome::taking_input()
        .state("partly-withdrawn")
        .set("processing", left)
        .set("withdrawn_processing", all)
        .start("request-withdraw", &[(Event::Withdrawn, at), (Event::Received, at)]);
    let outcome = with_term(outcome, term_from(case, &over, at));
    if over.is_empty() {
        return Ok(outcome.unset("destroy_part"));
    }
    let over: Vec<Value> = over.iter().map(|p| Value::from(p.id.as_str())).collect();
    Ok(outcome.set("destroy_part", over))
}

/// Where the data must be destroyed, the destruction itself meets the term.
pub(super) fn confirm(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let at = case.instant("withdrawal_confirmed_at").unwrap_or(case.now);
    if at > case.now {
        return Err(Refusal::new("refusal-future").field("withdrawal_confirmed_at"));
    }
    let Some(card) = case.card else {
        return Err(Refusal::new("refusal-no-page"));
    };
    let destroyed = matches!(card.personal, Personal::Destroyed(_));
    if card.data.contains_key("destroy") && !destroyed {
        return Err(Refusal::new("refusal-destroy-before"));
    }
    let outcome = Outcome::taking_input();
    Ok(if card.data.contains_key("destroy_part") && !destroyed {
        outcome
    } else {
        outcome.meet("request-withdraw", at, case.text("late_reason"))
    })
}

pub(super) fn expire(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let Some(card) = case.card else {
        return Err(Refusal::new("refusal-no-page"));
    };
    let over = card
        .text("expires_on")
        .parse()
        .is_ok_and(|last: Date| last < case.today());
    if !over {
        return Err(Refusal::new("refusal-day-not-passed"));
    }
    Ok(stop(case, card, Outcome::new().state("expired")).0)
}
