//! The answer to a request (R51): the ten points, assembled from what was found, the activities it belongs to, and to whom
//! it was given. What is told of other people was masked when it was read.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{choice, put};
use crate::kernel::card::Card;
use crate::kernel::field::{Values, words_of};
use crate::papers::{PaperCase, Seen, term};

/// What of a card is not told: how the office itself works with it.
const INNER: &[&str] = &[
    "processing",
    "remaining",
    "destroy",
    "found",
    "told_of",
    "previous",
    "about_cards",
    "records",
    "asked_categories",
    crate::registers::requests::stores::NOTHING,
    crate::registers::requests::stores::HELD,
    crate::registers::requests::stores::EXCLUDED,
    crate::registers::requests::stores::REMARKS,
];

pub(super) fn values(case: &PaperCase<'_>, values: &mut Values) {
    let held: Vec<&Seen> = case.seen.iter().collect();
    put(values, "nothing_held", held.is_empty());
    put(values, "other", case.card.text("answer_text"));
    put(values, "rights", case.words.get("rights-of-subject"));
    if held.is_empty() {
        return;
    }
    let activities: Vec<&Card> = case.related_in("processing").collect();
    let join = |field: &str| distinct(activities.iter().map(|a| a.text(field).to_owned()));
    let bases = activities.iter().map(|a| {
        let words: Vec<String> = a.cards("bases").iter().map(|b| choice(case, b)).collect();
        let bases = words.join(", ");
        let norm = a.text("norm");
        if norm.is_empty() {
            bases
        } else {
            format!("{bases} ({norm})")
        }
    });
    put(values, "legal_basis", distinct(bases));
    let purposes = activities.iter().map(|a| {
        let systems = a.text("systems");
        if systems.is_empty() {
            a.text("purpose").to_owned()
        } else {
            format!("{} ({systems})", a.text("purpose"))
        }
    });
    put(values, "purpose_methods", distinct(purposes));
    let given: Vec<String> = case.related_in("disclosures").map(|d| disclosed(case, d)).collect();
    let access = distinct(given.iter().cloned().chain([join("recipients")]));
    put(values, "access_persons", or_none(case, access.clone()));
    put(values, "recipients", or_none(case, access));
    put(
        values,
        "terms",
        distinct(activities.iter().filter_map(|a| term(case.words, a))),
    );
    put(values, "processor", or_none(case, join("processors")));
    let rows: Vec<Value> = held.iter().flat_map(|s| rows(case, s)).collect();
    put(values, "held", Value::Array(rows));
}

fn or_none(case: &PaperCase<'_>, text: String) -> String {
    if text.is_empty() {
        case.words.get("answer-none")
    } else {
        text
    }
}

/// Texts joined, each once, empty ones left out.
fn distinct(texts: impl Iterator<Item = String>) -> String {
    let mut seen = BTreeSet::new();
    let kept: Vec<String> = texts.filter(|t| !t.is_empty() && seen.insert(t.clone())).collect();
    kept.join("; ")
}

/// Who was given the data, when, on which basis.
fn disclosed(case: &PaperCase<'_>, disclosure: &Card) -> String {
    let day = super::day(case, disclosure.text("disclosed_at")).unwrap_or_default();
    let day = day.parse().map_or(day, |d| crate::show::date(case.words.locale(), d));
    let name = disclosure.text("recipient_name");
    let norm = disclosure.text("norm");
    format!("{name} ({day}, {norm})")
}

/// What a card says of the person, one row for each field.
fn rows(case: &PaperCase<'_>, seen: &Seen) -> Vec<Value> {
    let register = case.registers.iter().copied().find(|r| r.name == seen.card.register);
    let Some(register) = register else { return Vec::new() };
    let source = format!(
        "{} {}",
        case.words.get(&format!("register-{}-one", register.name)),
        seen.card.number
    );
    let mut rows = Vec::new();
    for (name, value) in &seen.values {
        let field = register.field(name);
        let link = field.is_some_and(|f| {
            matches!(
                f.kind,
                crate::kernel::field::Kind::Card(_) | crate::kernel::field::Kind::Cards(_)
            )
        });
        if INNER.contains(&name.as_str()) || link || field.is_none() {
            continue;
        }
        let masked = words_of(value).iter().all(|w| *w == crate::kernel::seen::MASK) && !words_of(value).is_empty();
        let content = crate::show::value(case.words, field, value, &case.body.zone);
        // A row that would say only that something about somebody else is there says nothing of the person.
        if content.is_empty() || masked {
            continue;
        }
        let mut row = Values::new();
        put(&mut row, "kind", case.words.get(&format!("field-{name}")));
        put(&mut row, "content", content);
        put(&mut row, "source", source.as_str());
        rows.push(Value::Object(row));
    }
    rows
}
