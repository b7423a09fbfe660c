//! Postal addresses by the grammar of each country.
//!
//! One pass over the text looks for the words of parts of addresses and for labels. Around them the grammars of the countries read
//! chains of parts (house, street, ward, province …); what a chain must have to be an address depends on the country and on whether a
//! label stands before it. What stands under a label or a header of its own is taken even where no grammar knows its parts.

mod chain;
mod en;
pub(crate) mod lower;
pub mod parts;
mod ru;
mod tokens;
mod value;
mod vi;
mod words;
mod zh;

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use crate::names::NameFinder;
use crate::scene::Scene;
use crate::{Entity, Finding, Reason};
use chain::Chain;
use lower::Lower;
use tokens::Tokens;
use words::{Country, Label, Sighting};

/// The finder.
#[derive(Debug)]
pub(crate) struct Addresses;

/// How far before and behind a word the text is read, in bytes.
const BACK: usize = 160;
const AHEAD: usize = 200;
/// The longest stretch that is read at once, in bytes.
const LONGEST: usize = 1 << 17;
/// Between a label and its address, in bytes.
const NEAR: usize = 36;

impl NameFinder for Addresses {
    fn find(&self, scene: &Scene<'_>, out: &mut Vec<Finding>) {
        let lower = scene.lower();
        let mut found = Vec::new();
        let seen = words::look(scene.text, lower);
        chains(scene, lower, &seen, &mut found);
        value::labelled(scene, lower, &seen, &mut found);
        value::columns(scene, &mut found);
        merge(&mut found);
        // Streets bear the names of persons and places: within an address they are part of it.
        out.retain(|f| {
            let name = matches!(f.entity, Entity::Person | Entity::Location | Entity::Organization);
            let next = found.partition_point(|a| a.start <= f.start);
            let around = next.checked_sub(1).and_then(|i| found.get(i));
            !(name && around.is_some_and(|a| f.end <= a.end && a.score >= 0.6))
        });
        out.append(&mut found);
    }
}

/// Stretches of text around the words of one country, in order and apart from each other.
fn stretches<'s>(text: &'s str, seen: &'s Sighting, country: Country) -> impl Iterator<Item = (usize, usize)> + 's {
    let (mut at, mut done) = (0, 0);
    let spots = seen.words(country);
    std::iter::from_fn(move || {
        let first = *spots.get(at)?;
        let mut last = first;
        while let Some(&next) = spots.get(at) {
            if next > last + AHEAD || next > first + LONGEST {
                break;
            }
            last = next;
            at += 1;
        }
        let from = floor(text, first.saturating_sub(BACK)).max(done);
        let mut to = floor(text, (last + AHEAD).min(text.len()));
        // A long list of addresses is read in pieces that end with a line.
        if spots.get(at).is_some_and(|&next| next <= last + AHEAD)
            && let Some(line) = text.get(first..to).and_then(|t| t.rfind('\n'))
        {
            to = first + line + 1;
            at = spots.partition_point(|&s| s < to);
        }
        done = to.max(from);
        Some((from, done))
    })
}

/// The nearest border of a letter at or before an offset.
fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len()))
        .rev()
        .find(|&i| text.is_char_boundary(i))
        .unwrap_or(0)
}

fn chains(scene: &Scene<'_>, lower: &Lower, seen: &Sighting, out: &mut Vec<Finding>) {
    let text = scene.text;
    for country in [Country::Vietnam, Country::Russia, Country::English] {
        for (from, to) in stretches(text, seen, country) {
            let tokens = Tokens::read(text, lower, from, to);
            let mut each = |chain: Chain| {
                let mut chain = in_one_cell(scene, chain);
                let inside = text.get(chain.start..chain.end).unwrap_or_default();
                // "(Thanh Hóa)": the bracket that was opened inside.
                if text.get(chain.end..).is_some_and(|t| t.starts_with(')'))
                    && inside.matches('(').count() > inside.matches(')').count()
                {
                    chain.end += 1;
                }
                let label = seen.label_before(text, chain.start, NEAR);
                let before = lower
                    .get(floor(text, chain.start.saturating_sub(32))..chain.start)
                    .unwrap_or_default();
                let verdict = match country {
                    Country::Vietnam => vi::judge(&chain, before, label.is_some()),
                    Country::Russia => ru::judge(&chain, label.is_some()),
                    Country::English | Country::China => en::judge(&chain, label.is_some()),
                };
                if let Some((score, pattern)) = verdict {
                    out.push(finding(chain.start, chain.end, score, pattern, label));
                }
            };
            match country {
                Country::Vietnam => chain::read(&vi::Vietnam, &tokens, &mut each),
                Country::Russia => chain::read(&ru::Russia, &tokens, &mut each),
                Country::English | Country::China => chain::read(&en::English, &tokens, &mut each),
            }
        }
    }
    let mut done = 0;
    for &at in seen.words(Country::China) {
        if at < done {
            continue;
        }
        let (from, to) = zh::bounds(text, at);
        done = to;
        zh::read(text, from, to, &mut |f: zh::Found| {
            let label = seen.label_before(text, f.start, NEAR);
            out.push(finding(f.start, f.end, f.score, f.pattern, label));
        });
    }
}

/// A chain ends with the cell that it begins in.
fn in_one_cell(scene: &Scene<'_>, mut chain: Chain) -> Chain {
    if let Some(cell) = scene.cell(chain.start) {
        chain.end = chain.end.min(cell.end.max(chain.start));
    }
    chain
}

fn finding(start: usize, end: usize, score: f32, pattern: &'static str, label: Option<Label>) -> Finding {
    let mut why = vec![Reason::Pattern(Cow::Borrowed(pattern))];
    let mut score = score;
    if let Some(label) = label {
        why.push(Reason::Label(Cow::Borrowed(label.word)));
        score = (score + 0.08_f32).min(0.97);
    }
    Finding {
        entity: Entity::Address,
        start,
        end,
        score,
        validated: false,
        why,
    }
}

/// One finding for what several rules found: overlapping ones become one, the surest one's reasons stay.
fn merge(found: &mut Vec<Finding>) {
    found.sort_by_key(|f| (f.start, std::cmp::Reverse(f.end)));
    let mut kept: Vec<Finding> = Vec::with_capacity(found.len());
    for next in found.drain(..) {
        match kept.last_mut() {
            Some(last) if next.start < last.end => {
                last.end = last.end.max(next.end);
                if next.score > last.score {
                    last.score = next.score;
                    last.why = next.why;
                }
            }
            _ => kept.push(next),
        }
    }
    *found = kept;
}
