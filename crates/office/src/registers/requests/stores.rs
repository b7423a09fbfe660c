//! The search of stores for an answer (R50). The inventory tells in which stores data of the kind asked lie; values of persons
//! are not kept there, so a person looks, and says of each store what came of it. Before that there is no answer.

use serde_json::Value;

use crate::error::Refusal;
use crate::kernel::card::Card;
use crate::kernel::field::{Field, Kind, words_of};
use crate::kernel::register::{Case, Outcome};

const RESULTS: &[&str] = &["store-nothing", "store-held", "store-excluded"];

/// What is asked when stores are ticked off.
pub(super) const FIELDS: &[Field] = &[
    Field::new("searched_stores", Kind::Cards("stores")).required(),
    Field::new("store_result", Kind::Choice(RESULTS)).required(),
    Field::new("store_remark", Kind::Text).personal(),
];

// Numbers of stores, no links: what else lies in a store, and for which purposes, is no part of one person's answer.
pub(super) const NOTHING: &str = "stores_nothing";
pub(super) const HELD: &str = "stores_held";
pub(super) const EXCLUDED: &str = "stores_excluded";
const LISTS: [&str; 3] = [NOTHING, HELD, EXCLUDED];
/// Remarks to the stores, one a line.
pub(super) const REMARKS: &str = "store_remarks";

/// How a store stands to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StoreResult {
    /// Nothing of the kind asked lies there, as a scan of the whole store says.
    OutOfScope,
    /// It must be searched.
    Open,
    /// It was searched, and there is nothing.
    Nothing,
    /// It was searched, and there is something.
    Held,
    /// It need not be searched, for a reason that was given.
    Excluded,
}

/// How a store stands to a request. What was not scanned, or not as a whole, may hold anything.
pub(crate) fn search_result(request: &Card, store: &Card) -> StoreResult {
    let ticked = |list: &str| {
        request
            .value(list)
            .map(words_of)
            .unwrap_or_default()
            .contains(&store.number.as_str())
    };
    if ticked(HELD) {
        return StoreResult::Held;
    }
    if ticked(NOTHING) {
        return StoreResult::Nothing;
    }
    if ticked(EXCLUDED) {
        return StoreResult::Excluded;
    }
    if store.state != "store-live" {
        return StoreResult::OutOfScope;
    }
    let number = |field: &str| store.value(field).and_then(Value::as_u64).unwrap_or_default();
    let whole = !store.text("scanned_on").is_empty() && number("scan_not_read") == 0;
    let asked = request.cards("asked_categories");
    let found = store.cards("found_categories");
    let may_hold = if asked.is_empty() {
        !found.is_empty()
    } else {
        // Files of this category may lie among those of any other: only what was found counts.
        found.iter().any(|c| asked.contains(c))
    };
    if may_hold || !whole {
        StoreResult::Open
    } else {
        StoreResult::OutOfScope
    }
}

/// Ticks stores off, with what came of the search.
pub(super) fn tick(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let stores = case.given_cards("searched_stores");
    let result = case.text("store_result");
    let remark = case.text("store_remark").trim();
    // What is there must be said, and why a store is left out.
    if remark.is_empty() && result != "store-nothing" {
        return Err(Refusal::new("refusal-store-remark").field("store_remark"));
    }
    if stores.iter().any(|s| s.state != "store-live") {
        return Err(Refusal::new("refusal-store-not-live").field("searched_stores"));
    }
    let numbers: Vec<&str> = stores.iter().map(|s| s.number.as_str()).collect();
    let into = match result {
        "store-held" => HELD,
        "store-excluded" => EXCLUDED,
        _ => NOTHING,
    };
    let mut outcome = Outcome::new();
    for list in LISTS {
        let held = case.card.and_then(|c| c.value(list)).map(words_of).unwrap_or_default();
        let mut kept: Vec<&str> = held.iter().copied().filter(|n| !numbers.contains(n)).collect();
        if list == into {
            kept.extend(&numbers);
            kept.sort_unstable();
        }
        if kept != held {
            outcome = outcome.set(list, kept);
        }
    }
    if !remark.is_empty() {
        let line = format!("{}: {remark}", numbers.join(", "));
        let before = case.of_card(REMARKS);
        let lines: Vec<&str> = [before, &line].into_iter().filter(|l| !l.is_empty()).collect();
        outcome = outcome.set(REMARKS, lines.join("\n"));
    }
    Ok(outcome)
}

/// Refuses an answer while a store that may hold something was neither searched nor left out with a reason.
pub(super) fn all_searched(case: &Case<'_>) -> Result<(), Refusal> {
    let Some(card) = case.card else { return Ok(()) };
    let open = case
        .related_in("stores")
        .filter(|s| search_result(card, s) == StoreResult::Open);
    let mut titles: Vec<String> = open.map(|s| format!("{} {}", s.number, s.text("title"))).collect();
    titles.sort_unstable();
    if titles.is_empty() {
        return Ok(());
    }
    let more = titles.len() > NAMED;
    titles.truncate(NAMED);
    if more {
        titles.push("…".to_owned());
    }
    Err(Refusal::new("refusal-stores-open").arg("stores", titles.join("; ")))
}

/// Stores that a refusal names at most.
const NAMED: usize = 10;
