//! What holds for gaps.

use serde_json::Value;

use crate::error::Refusal;
use crate::kernel::card::Card;
use crate::kernel::field::{Values, words_of};
use crate::kernel::register::{Case, Outcome};

/// The field of an activity in which a change waits for its order.
const PROPOSAL: &str = "proposal";

/// A later comparison still sees it. What was accepted is a case again when it has become graver.
pub(super) fn see(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let before = case.card.and_then(|c| c.value("gap_sensitive")) == Some(&Value::Bool(true));
    let graver = case.flag("gap_sensitive") && !before;
    let outcome = Outcome::taking_input();
    let accepted = case.card.is_some_and(|c| c.state == "gap-accepted");
    Ok(if accepted && graver {
        outcome.state("gap-open")
    } else {
        outcome
    })
}

/// A later comparison does not see it any more.
pub(super) fn settle(case: &Case<'_>) -> Result<Outcome, Refusal> {
    Ok(Outcome::taking_input().state(match case.text("gap_end") {
        "gap-approved" => "gap-approved",
        _ => "gap-gone",
    }))
}

/// The activity that was chosen; it must go on.
fn chosen<'a>(case: &'a Case<'_>) -> Result<&'a Card, Refusal> {
    let refused = |key| Refusal::new(key).field("gap_activity");
    let activity = case.given_cards("gap_activity").into_iter().next();
    let activity = activity.ok_or_else(|| refused("refusal-no-card"))?;
    if case.is_closed(activity) {
        return Err(refused("refusal-activity-ended"));
    }
    Ok(activity)
}

/// The store serves the activity from now on.
fn serving(case: &Case<'_>, mut outcome: Outcome, activity: &Card) -> Outcome {
    for store in case.held_cards("gap_store") {
        let mut serves: Vec<&str> = store.cards("serves");
        if serves.contains(&activity.id.as_str()) {
            continue;
        }
        serves.push(&activity.id);
        let mut set = Values::new();
        set.insert("serves".to_owned(), serves.into());
        outcome = outcome.follow(&store.id, None, set);
    }
    outcome
}

/// What was found belongs to an activity that is approved with this category: only the link was missing.
pub(super) fn link(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let activity = chosen(case)?;
    let refused = |key| Refusal::new(key).field("gap_activity");
    if case.of_card("gap_kind") != "found-not-approved" {
        return Err(Refusal::new("refusal-gap-no-link"));
    }
    if activity.state == "draft" {
        return Err(refused("refusal-gap-not-approved"));
    }
    if !activity
        .cards("data_categories")
        .contains(&case.of_card("gap_category"))
    {
        return Err(refused("refusal-gap-category"));
    }
    Ok(serving(case, Outcome::taking_input().state("gap-linked"), activity))
}

/// The list is to be changed: the activity gets a proposed change, which the next order approves.
pub(super) fn propose(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let activity = chosen(case)?;
    let refused = |key| Refusal::new(key).field("gap_activity");
    // What waits already is changed further, so that no proposal is lost.
    let waiting = activity.data.get(PROPOSAL).and_then(Value::as_object);
    let described = waiting.unwrap_or(&activity.data);
    let change = case.registers.iter().find(|r| r.name == activity.register);
    let change = change.and_then(|r| r.operation("change"));
    let change = change.ok_or_else(|| refused("refusal-no-page"))?;
    let mut values = Values::new();
    for field in change.fields {
        if let Some(value) = described.get(field.name) {
            values.insert(field.name.to_owned(), value.clone());
        }
    }
    let category = case.of_card("gap_category");
    let held = values.get("data_categories").map(words_of).unwrap_or_default();
    let mut categories: Vec<String> = held.into_iter().map(str::to_owned).collect();
    let mut outcome = Outcome::taking_input().state("gap-proposed");
    match case.of_card("gap_kind") {
        "found-not-approved" => {
            if activity.state != "draft" && activity.cards("data_categories").contains(&category) {
                return Err(refused("refusal-gap-link"));
            }
            if !categories.iter().any(|c| c == category) {
                categories.push(category.to_owned());
            }
            values.insert("data_categories".to_owned(), categories.into());
            outcome = serving(case, outcome, activity);
        }
        "approved-not-found" => {
            if case.of_card("gap_activity") != activity.id {
                return Err(refused("refusal-gap-other"));
            }
            categories.retain(|c| c != category);
            if categories.is_empty() {
                return Err(refused("refusal-gap-last"));
            }
            values.insert("data_categories".to_owned(), categories.into());
        }
        "system-not-approved" => {
            let system = case.held_cards("gap_store").into_iter().map(|s| s.text("store_system"));
            let known = values.get("systems").and_then(Value::as_str).unwrap_or("").to_owned();
            let lines: Vec<&str> = std::iter::once(known.as_str()).chain(system).collect();
            values.insert("systems".to_owned(), lines.join("\n").trim().into());
        }
        // What was not read is read by another scan; the list has nothing to do with it.
        _ => return Err(Refusal::new("refusal-gap-no-link")),
    }
    Ok(outcome.then(&activity.id, "change", values))
}

pub(super) fn remove(case: &Case<'_>) -> Result<Outcome, Refusal> {
    if case.of_card("gap_kind") != "found-not-approved" {
        return Err(Refusal::new("refusal-gap-not-data"));
    }
    if case.date("gap_removed_on").is_some_and(|d| d > case.today()) {
        return Err(Refusal::new("refusal-future").field("gap_removed_on"));
    }
    Ok(Outcome::taking_input().state("gap-removed"))
}
