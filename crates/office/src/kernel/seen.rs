//! What one person may be shown of a card: everything about that person, nothing about anybody else (R58).
//!
//! It is decided where the data are read, so that no page, paper or interface can forget it. Fields say whom they are about
//! by their first word: a register with a field `<word>_name` has a person of that word, and every personal field
//! `<word>_…` is about that person (`subject_name`, `subject_document`; `representative_name`, …). `official_…` names
//! somebody who acts for a body, which is no secret. Every other personal field is free text, and is read for names, numbers
//! and addresses of others.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use serde_json::Value;
use tutela_detect::{Engine, Entity, Finding, Group, Input};
use tutela_vault::index::{self, Kind};

use crate::kernel::card::{Card, Personal};
use crate::kernel::field::{Values, words_of};
use crate::kernel::register::Register;

/// What stands for a value about somebody else.
pub const MASK: &str = "●●●";

/// The word of fields that name somebody who acts for a body.
const OFFICIAL: &str = "official";

/// The person who is shown something.
#[derive(Default)]
pub struct Subject {
    /// Words of each name under which the person is known.
    names: Vec<BTreeSet<String>>,
    /// Numbers of the person's documents, in their one form.
    numbers: BTreeSet<String>,
}

impl std::fmt::Debug for Subject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Subject(…)")
    }
}

impl Subject {
    /// The person of this name and of these documents.
    pub fn new(name: &str, documents: &[&str]) -> Self {
        let words: BTreeSet<_> = index::words(Kind::Name, name).into_iter().collect();
        Self {
            names: if words.is_empty() { Vec::new() } else { vec![words] },
            numbers: documents.iter().filter_map(|d| index::whole(d)).collect(),
        }
    }

    fn has_name(&self, name: &str) -> bool {
        let words: BTreeSet<_> = index::words(Kind::Name, name).into_iter().collect();
        !words.is_empty() && self.names.iter().any(|own| words.is_subset(own))
    }

    fn has_number(&self, number: &str) -> bool {
        index::whole(number).is_some_and(|n| self.numbers.contains(&n))
    }
}

/// The values of a card as one person may see them. A card that is closed or destroyed shows its open fields only.
pub fn seen_by(register: &Register, card: &Card, subject: &Subject, engine: &Engine) -> Values {
    let mut seen = card.data.clone();
    let Personal::Open(values) = &card.personal else {
        return seen;
    };
    let people = people(register, values);
    let mut own = Own::default();
    let mut others: Vec<&str> = Vec::new();
    for (name, value) in values {
        match owner(&people, name) {
            Some(word) if is_subject(register, word, values, subject) => own.add(value),
            Some(word) if word != OFFICIAL => others.extend(words_of(value)),
            _ => {}
        }
    }
    for (name, value) in values {
        let shown = match owner(&people, name) {
            Some(OFFICIAL) => value.clone(),
            Some(word) if is_subject(register, word, values, subject) => value.clone(),
            Some(_) => hidden(value),
            None => read(value, &|text| masked(text, subject, &own, &others, engine)),
        };
        seen.insert(name.clone(), shown);
    }
    seen
}

/// The words of the persons that a card speaks of.
fn people<'a>(register: &Register, values: &'a Values) -> BTreeSet<&'a str> {
    let words = values.keys().filter_map(|name| Some(name.split_once('_')?.0));
    words
        .filter(|word| register.field(&format!("{word}_name")).is_some())
        .collect()
}

fn owner<'a>(people: &BTreeSet<&'a str>, field: &str) -> Option<&'a str> {
    let word = field.split_once('_')?.0;
    people.get(word).copied()
}

/// Whether the person of a word is the one who asks: by the number of the document where the card has one, else by the name.
fn is_subject(register: &Register, word: &str, values: &Values, subject: &Subject) -> bool {
    let of_word = |name: &str| name.split_once('_').is_some_and(|(w, _)| w == word);
    let mut numbers = values
        .iter()
        .filter(|(name, _)| of_word(name) && register.field(name).is_some_and(|f| f.index == Some(Kind::Number)))
        .flat_map(|(_, value)| words_of(value))
        .peekable();
    if numbers.peek().is_some() {
        return numbers.any(|n| subject.has_number(n));
    }
    let name = values.get(&format!("{word}_name")).and_then(Value::as_str);
    name.is_some_and(|n| subject.has_name(n))
}

/// What is known to be the person's own, to be left in free text.
#[derive(Default)]
struct Own(Vec<String>);

impl Own {
    fn add(&mut self, value: &Value) {
        self.0.extend(words_of(value).into_iter().filter_map(index::whole));
    }

    fn holds(&self, text: &str) -> bool {
        index::whole(text).is_some_and(|w| self.0.iter().any(|own| own.contains(&w)))
    }
}

/// A value of somebody else: nothing of it is left, not even its length.
fn hidden(value: &Value) -> Value {
    match value {
        Value::Array(_) | Value::String(_) | Value::Number(_) => Value::String(MASK.to_owned()),
        Value::Bool(_) | Value::Null | Value::Object(_) => Value::Null,
    }
}

fn read(value: &Value, mask: &dyn Fn(&str) -> String) -> Value {
    match value {
        Value::String(text) => Value::String(mask(text)),
        Value::Array(all) => Value::Array(all.iter().map(|v| read(v, mask)).collect()),
        other => other.clone(),
    }
}

/// Free text without names, numbers and addresses of others.
fn masked(text: &str, subject: &Subject, own: &Own, others: &[&str], engine: &Engine) -> String {
    let found = engine.find(&Input::text(text));
    let mut spans: Vec<(usize, usize)> = found
        .iter()
        .filter(|f| is_telling(f) && !is_own(text.get(f.start..f.end).unwrap_or(""), f.entity, subject, own))
        .map(|f| (f.start, f.end))
        .collect();
    // What the card itself says of others is known for sure, whether it is recognised in the text or not.
    for other in others.iter().filter(|o| o.chars().count() > 1) {
        spans.extend(text.match_indices(other).map(|(at, found)| (at, at + found.len())));
    }
    spans.sort_unstable();
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for (start, end) in spans {
        if end <= from {
            continue;
        }
        out.push_str(text.get(from..start.max(from)).unwrap_or(""));
        if start >= from {
            out.push_str(MASK);
        }
        from = end;
    }
    out.push_str(text.get(from..).unwrap_or(""));
    out
}

/// Whether a finding tells who somebody is. Places and organisations alone do not, nor does an illness without its person.
fn is_telling(finding: &Finding) -> bool {
    match finding.entity.group() {
        Group::Identifiers => finding.entity != Entity::Url,
        Group::Names => matches!(finding.entity, Entity::Person | Entity::Address),
        Group::Sensitive => false,
    }
}

fn is_own(text: &str, entity: Entity, subject: &Subject, own: &Own) -> bool {
    match entity {
        Entity::Person => subject.has_name(text),
        _ => subject.has_number(text) || own.holds(text),
    }
}
