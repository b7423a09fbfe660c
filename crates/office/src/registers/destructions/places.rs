//! Where the data of a case are besides the vault of this office: what its activities, the stores that serve them and the
//! disclosures say. Each place gets a line (R67).

use std::collections::BTreeSet;

use serde_json::Value;

use crate::error::Refusal;
use crate::kernel::card::Card;
use crate::kernel::field::Values;
use crate::kernel::register::{Case, Opening, Outcome};

/// Lines that one case finds by itself at most; the rest are added by hand.
const MOST: usize = 100;
/// Reasons that lie with single persons, not with an activity.
const OF_PERSONS: &[&str] = &["withdrawal", "request", "unlawful"];
/// Longest name of a line, in characters.
const LONGEST: usize = 300;

/// A place with the data.
struct Place {
    carrier: &'static str,
    name: String,
    method: Option<&'static str>,
    activity: Option<String>,
    of: Option<String>,
}

/// The kind of carrier that a store is.
fn carrier_of(store: &Card) -> &'static str {
    match store.text("store_kind") {
        "store-cloud" => "carrier-cloud",
        "store-archive" => "carrier-backup",
        _ => "carrier-database",
    }
}

fn places(case: &Case<'_>) -> Vec<Place> {
    let mut all = Vec::new();
    let whole = !OF_PERSONS.contains(&case.text("destruction_reason"));
    for activity in case.given_cards("activities") {
        let mut of_text = |field: &str, carrier: &'static str, method: Option<&'static str>| {
            let names = activity.text(field).split(['\n', ';', '；']).map(str::trim);
            for name in names.filter(|l| !l.is_empty()) {
                all.push(Place {
                    carrier,
                    name: name.chars().take(LONGEST).collect(),
                    method,
                    activity: Some(activity.id.clone()),
                    of: None,
                });
            }
        };
        of_text("systems", "carrier-database", None);
        of_text("processors", "carrier-recipient", Some("asked-recipient"));
        // Who is given data of the activity is asked when the activity is over; for one person, who was given those of that person.
        if whole {
            of_text("recipients", "carrier-recipient", Some("asked-recipient"));
        }
    }
    for store in case.related_in("stores") {
        all.push(Place {
            carrier: carrier_of(store),
            name: store.text("title").to_owned(),
            method: None,
            activity: None,
            of: Some(store.id.clone()),
        });
    }
    let mut records: Vec<&str> = case.given_cards("records").iter().map(|c| c.id.as_str()).collect();
    records.extend(case.given_cards("records_about").iter().map(|c| c.id.as_str()));
    let about = |given: &Card| given.cards("about_cards").iter().any(|id| records.contains(id));
    for given in case.related_in("disclosures").filter(|d| whole || about(d)) {
        all.push(Place {
            carrier: "carrier-recipient",
            name: given.text("recipient_name").to_owned(),
            method: Some("asked-recipient"),
            activity: None,
            of: Some(given.id.clone()),
        });
    }
    let mut known = BTreeSet::new();
    all.retain(|p| !p.name.is_empty() && known.insert((p.carrier, p.name.to_lowercase())));
    all.truncate(MOST);
    all
}

/// Makes the lines of a new case, unless another case of the same act has made them: more records than one case takes are one
/// destruction all the same.
pub(super) fn found(case: &Case<'_>, mut outcome: Outcome) -> Outcome {
    let activities: Vec<&str> = case.given_cards("activities").iter().map(|c| c.id.as_str()).collect();
    let made = case
        .related_in("destruction-lines")
        .any(|l| l.created == case.now && activities.contains(&l.text("line_activity")));
    if made {
        return outcome;
    }
    let places = places(case);
    let number = i64::try_from(places.len()).unwrap_or(i64::MAX);
    if number == 0 {
        return outcome;
    }
    for place in places {
        let mut values = Values::new();
        values.insert("carrier".to_owned(), place.carrier.into());
        values.insert("line_name".to_owned(), place.name.into());
        for (field, value) in [
            ("line_method", place.method.map(str::to_owned)),
            ("line_activity", place.activity),
            ("line_of", place.of),
        ] {
            if let Some(value) = value {
                values.insert(field.to_owned(), value.into());
            }
        }
        outcome = outcome.open(line(values));
    }
    outcome.set("lines_all", number).set("lines_open", number)
}

fn line(values: Values) -> Opening {
    Opening::new("destruction-lines", "find", values).points_in("line_case")
}

/// Takes what was said of the usual carriers into lines: new ones, or those that are planned already.
pub(super) fn planned(case: &Case<'_>, mut outcome: Outcome) -> Result<Outcome, Refusal> {
    let mut new = 0_i64;
    for values in said(case)? {
        let text = |name: &str| values.get(name).and_then(Value::as_str).unwrap_or("");
        let own = case.card.map(|c| c.id.as_str()).unwrap_or_default();
        let there = case.related_in("destruction-lines").find(|l| {
            l.cards("line_case").contains(&own)
                && l.text("carrier") == text("carrier")
                && l.text("line_name") == text("line_name")
                && l.text("medium_number") == text("medium_number")
        });
        match there {
            Some(line) if line.state == "line-planned" => {
                let mut plan = values.clone();
                plan.remove("carrier");
                plan.remove("line_name");
                outcome = outcome.then(&line.id, "plan", plan);
            }
            Some(_) => {}
            None => {
                new += 1;
                outcome = outcome.open(line(values));
            }
        }
    }
    if new == 0 {
        return Ok(outcome);
    }
    let number = |name: &str| {
        case.card
            .and_then(|c| c.data.get(name))
            .and_then(Value::as_i64)
            .unwrap_or(0)
    };
    Ok(outcome
        .set("lines_all", number("lines_all") + new)
        .set("lines_open", number("lines_open") + new))
}

/// The carriers of a preparation, one set of values a line.
fn said(case: &Case<'_>) -> Result<Vec<Values>, Refusal> {
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
    let chosen = methods.iter().filter(|(carrier, _)| carriers.contains(carrier));
    let mut missing: Vec<Refusal> = chosen
        .clone()
        .filter(|(_, method)| case.text(method).is_empty())
        .map(|(_, method)| Refusal::new("refusal-no-method").field(*method))
        .collect();
    // The act names every medium with its sheets, or the system that the data lay in.
    if carriers.contains(&"carrier-paper") && case.input.get("sheets").is_none() {
        missing.push(Refusal::new("refusal-no-sheets").field("sheets"));
    }
    if carriers.contains(&"carrier-disk") && case.text("media_numbers").trim().is_empty() {
        missing.push(Refusal::new("refusal-no-media").field("media_numbers"));
    }
    if carriers.contains(&"carrier-database") && case.text("system_name").is_empty() {
        missing.push(Refusal::new("refusal-no-system").field("system_name"));
    }
    if let Some(refusal) = Refusal::of(missing) {
        return Err(refusal);
    }
    let mut all = Vec::new();
    for (carrier, method) in chosen {
        let mut values = Values::new();
        values.insert("carrier".to_owned(), (*carrier).into());
        values.insert("line_method".to_owned(), case.text(method).into());
        match *carrier {
            "carrier-disk" => {
                for number in case
                    .text("media_numbers")
                    .lines()
                    .map(str::trim)
                    .filter(|l| !l.is_empty())
                {
                    let number: String = number.chars().take(LONGEST).collect();
                    let mut medium = values.clone();
                    medium.insert("medium_number".to_owned(), number.into());
                    all.push(medium);
                }
                continue;
            }
            "carrier-paper" => {
                if let Some(sheets) = case.input.get("sheets") {
                    values.insert("sheets".to_owned(), sheets.clone());
                }
            }
            "carrier-database" => {
                values.insert("line_name".to_owned(), case.text("system_name").into());
            }
            _ => {}
        }
        all.push(values);
    }
    if all.len() > MOST {
        return Err(Refusal::new("refusal-too-many").field("media_numbers"));
    }
    Ok(all)
}
