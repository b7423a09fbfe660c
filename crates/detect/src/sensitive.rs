//! The kinds that the law calls sensitive or special, by curated terms in connection with a person.
//!
//! A term alone is no personal datum: laws, news and leaflets are full of them. It becomes one where the same sentence, row or record
//! speaks of a person (a name, an identifier, a title with a name), where the sentence goes on about the person of the one before, or where
//! it is the value of a form's label. The finding says which finding is that person. What a sentence denies, and what its person only
//! speaks of, studies or treats, is not reported.

mod form;
mod person;
mod record;
mod terms;

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use crate::addresses::lower::Lower;
use crate::names::NameFinder;
use crate::scene::Scene;
use crate::{Entity, Finding, Lang, Reason};
use person::{Persons, Tie};
use terms::{Hit, Terms, Use};

/// The finder.
#[derive(Debug)]
pub(crate) struct Sensitive;

/// How far before a weak term the word that ties it to a person may stand, in bytes.
const TIE: usize = 48;
/// How far before a term a word that speaks of the matter in general may end, in bytes.
const GENERAL: usize = 8;
/// How far behind a word of money its amount may stand, in bytes.
const AMOUNT: usize = 48;

impl NameFinder for Sensitive {
    fn find(&self, scene: &Scene<'_>, out: &mut Vec<Finding>) {
        let Some(terms) = Terms::get() else { return };
        let lower = scene.lower();
        let hits = terms.find(scene.text, lower.bytes());
        if hits.is_empty() && scene.cells.is_empty() && scene.caption.is_none() {
            return;
        }
        let persons = Persons::of(scene, out, &hits);
        let mut found = Vec::new();
        for (i, hit) in hits.iter().enumerate() {
            if let Some(finding) = form::labelled(scene, terms, lower, &hits, i)
                .or_else(|| led(scene, terms, lower, &persons, hit))
                .or_else(|| term(scene, &persons, &hits, i))
            {
                found.push(finding);
            }
        }
        form::columns(scene, terms, &mut found);
        ages(scene, &persons, &mut found);
        out.append(&mut found);
    }
}

fn finding(entity: Entity, start: usize, end: usize, score: f32, why: Vec<Reason>) -> Finding {
    Finding {
        entity,
        start,
        end,
        score,
        validated: false,
        why,
    }
}

/// "dân tộc Tày", "по национальности татарин", "信奉佛教": a lead with a value right behind it.
fn led(scene: &Scene<'_>, terms: &Terms, lower: &Lower, persons: &Persons, hit: &Hit<'_>) -> Option<Finding> {
    hit.of(Use::Lead)?;
    let rest = lower.ahead(hit.end, 120)?;
    let value = rest.trim_start_matches([' ', ':', '"']);
    let skipped = rest.len() - value.len();
    for meaning in hit.meanings.iter().filter(|m| m.role == Use::Lead) {
        let kind = meaning.kind?;
        let length = form::known_value(terms, kind, value)?;
        // Values are names: "người Thái", not "người thái quá"; "người" alone wants a capital behind it.
        let written = scene.text.get(hit.end + skipped..)?;
        if meaning.lang == Lang::Vi && !written.starts_with(char::is_uppercase) {
            continue;
        }
        let (from, to) = person::window(scene, hit.start, hit.end);
        let tie = persons.within(scene, from, to, hit.start)?;
        if record::denied(lower, from, hit.start, hit.end, to) {
            return None;
        }
        let why = vec![Reason::Dictionary(Cow::Borrowed(hit.word)), tie.reason()];
        return Some(finding(kind, hit.start, hit.end + skipped + length, 0.8, why));
    }
    None
}

/// A term of the list in a sentence about a person.
fn term(scene: &Scene<'_>, persons: &Persons, hits: &[Hit<'_>], i: usize) -> Option<Finding> {
    let hit = hits.get(i)?;
    let strong = hit.of(Use::Strong);
    let meaning = strong.or_else(|| hit.of(Use::Weak))?;
    let kind = meaning.kind?;
    // English words are also syllables of Vietnamese: "gay".
    if meaning.lang == Lang::En && scene.lang == Lang::Vi || !persons.any() {
        return None;
    }
    let lower = scene.lower();
    let (from, to) = person::window(scene, hit.start, hit.end);
    let (tie, near) = match persons.within(scene, from, to, hit.start) {
        Some(tie) => (tie, true),
        None => (persons.before(scene, from, hit.start)?, false),
    };
    if record::denied(lower, from, hit.start, hit.end, to) || record::spoken_of(lower, about(tie, from, hit), hit.start)
    {
        return None;
    }
    let general = hits
        .get(..i)?
        .iter()
        .rev()
        .take_while(|h| h.end + GENERAL >= hit.start)
        .any(|h| h.of(Use::General).is_some() && h.start >= from);
    if general {
        return None;
    }
    let mut why = vec![Reason::Dictionary(Cow::Borrowed(hit.word)), tie.reason()];
    // A person of the sentence before is a little less sure.
    let less = if near { 0.0 } else { 0.1 };
    if strong.is_some() {
        return Some(finding(kind, hit.start, hit.end, 0.75 - less, why));
    }
    if kind == Entity::Financial {
        let end = form::amount(scene.text, hit.end, to.min(hit.end + AMOUNT))?;
        return Some(finding(kind, hit.start, end, 0.7 - less, why));
    }
    let bound = hits
        .get(..i)?
        .iter()
        .rev()
        .take_while(|h| h.end + TIE >= hit.start && h.start >= from)
        .find(|h| h.of(Use::Tie).is_some_and(|m| m.lang == meaning.lang))?;
    why.push(Reason::Label(Cow::Borrowed(bound.word)));
    Some(finding(kind, hit.start, hit.end, 0.65 - less, why))
}

/// Where the words that may make the term a mere matter begin: behind the person, or with the sentence where the person comes later.
fn about(tie: Tie, from: usize, hit: &Hit<'_>) -> usize {
    if tie.end() <= hit.start {
        tie.end().max(from)
    } else {
        from
    }
}

/// The age below which the law protects a child apart.
fn child_age(lang: Lang) -> u32 {
    match lang {
        Lang::Zh => 14,
        Lang::Vi => 16,
        Lang::Ru | Lang::En => 18,
    }
}

/// Ages of children, where a person stands in the same sentence.
fn ages(scene: &Scene<'_>, persons: &Persons, out: &mut Vec<Finding>) {
    for age in scene.identifiers.iter().filter(|f| f.entity == Entity::Age) {
        let text = scene.text.get(age.start..age.end).unwrap_or_default();
        let digits: String = text.chars().filter(char::is_ascii_digit).take(3).collect();
        let Ok(years) = digits.parse::<u32>() else { continue };
        let (from, to) = person::window(scene, age.start, age.end);
        // The age itself is no person.
        let tie = persons
            .within(scene, from, age.start, age.start)
            .or_else(|| persons.within(scene, age.end, to, age.start));
        if years < child_age(scene.lang)
            && let Some(tie) = tie
        {
            let why = vec![Reason::Pattern(Cow::Borrowed("age of a child")), tie.reason()];
            // Above the age itself: the child is what the law asks for.
            let score = (age.score + 0.02_f32).min(0.99);
            out.push(finding(Entity::Child, age.start, age.end, score, why));
        }
    }
}
