//! What holds for processing activities.

use serde_json::Value;

use super::norms;
use crate::error::Refusal;
use crate::kernel::register::{Case, Outcome};
use crate::registers::keep::kept_until;
use crate::registers::proposal;

/// A description, new or changed: it must be sound, and says by which norms it rests and what is sensitive in it.
pub(super) fn change(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let length = case.input.get("keep_length").and_then(Value::as_i64);
    if length == Some(0) && case.text("keep_from") != "purpose-reached" {
        return Err(Refusal::new("refusal-keep-zero").field("keep_length"));
    }
    if case.text("abroad") == "goes-abroad" && case.text("abroad_states").is_empty() {
        return Err(Refusal::new("refusal-abroad-states").field("abroad_states"));
    }
    let approved = case.card.is_some_and(|c| c.state != "draft");
    let outcome = proposal::change(case, super::FIELDS, approved, "changing");
    if approved {
        return Ok(outcome);
    }
    Ok(by_the_law(case, outcome.state("draft"), case.input))
}

/// The order has come: what was drafted or proposed holds, by the law of that day.
pub(super) fn approve(case: &Case<'_>) -> Result<Outcome, Refusal> {
    if case.date("order_date").is_some_and(|d| d > case.today()) {
        return Err(Refusal::new("refusal-future").field("order_date"));
    }
    let outcome = proposal::settle(case, super::FIELDS, "approved");
    let Some(card) = case.card else { return Ok(outcome) };
    let proposed = card.data.get(proposal::PROPOSAL).and_then(Value::as_object);
    Ok(by_the_law(case, outcome, proposed.unwrap_or(&card.data)))
}

/// What the pack in force says of the bases and of the categories: the norm of each basis, and which categories are
/// sensitive. What the pack does not know for certain is left out.
fn by_the_law(case: &Case<'_>, outcome: Outcome, described: &serde_json::Map<String, Value>) -> Outcome {
    let Some(pack) = case.pack() else {
        return outcome
            .unset("basis_norms")
            .unset("sensitive_categories")
            .unset("law_pack");
    };
    let words = |field: &str| {
        described
            .get(field)
            .map(crate::kernel::field::words_of)
            .unwrap_or_default()
    };
    let cited: Vec<Value> = words("bases")
        .into_iter()
        .filter_map(|basis| norms::of_basis(pack, basis))
        .map(Value::from)
        .collect();
    let sensitive: Vec<Value> = words("data_categories")
        .into_iter()
        .filter(|category| norms::is_sensitive(pack, category))
        .map(Value::from)
        .collect();
    outcome
        .set("basis_norms", cited)
        .set("sensitive_categories", sensitive)
        .set("law_pack", pack.title())
}

/// The purpose is reached. From what day on the data may be destroyed, the storage rule says.
pub(super) fn end(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let Some(card) = case.card else {
        return Err(Refusal::new("refusal-no-page"));
    };
    let at = case.instant("ended_at").unwrap_or(case.now);
    if at > case.now {
        return Err(Refusal::new("refusal-future").field("ended_at"));
    }
    let event = match card.text("keep_from") {
        "contract-ended" | "document-made" => match case.date("keep_event_on") {
            Some(day) => Some(day),
            None => return Err(Refusal::new("refusal-keep-event").field("keep_event_on")),
        },
        "withdrawal" => None,
        _ => Some(at.to_zoned_datetime(case.body.zone.clone()).date()),
    };
    let outcome = Outcome::taking_input().state("ended").unset(proposal::PROPOSAL);
    // A term of zero ends with the purpose itself.
    let length = card.data.get("keep_length").and_then(Value::as_i64).unwrap_or(0);
    Ok(
        match event.filter(|_| length > 0).and_then(|day| kept_until(card, day)) {
            Some(day) => outcome.set("kept_until", day.to_string()),
            None => outcome,
        },
    )
}
