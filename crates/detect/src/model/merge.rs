//! The names of the models and those of the rules as one list.
//!
//! The rules are strong where a form speaks: labels, columns, titles, patronymics, initials. The models are strong in running text.

use tutela_tagger::Language;

use super::{Told, entity};
use crate::people::{cues, dict};
use crate::scene::Scene;
use crate::{Entity, Finding, Reason};

/// From this certainty of the model on a name counts that no rule found. Below it, more of them were false than right on the
/// development sets.
fn enough(entity: Entity, language: Language) -> f32 {
    match (entity, language) {
        (Entity::Person, Language::Zh) => 0.75,
        (Entity::Organization, _) => 0.65,
        _ => 0.58,
    }
}

/// From this score on a name of the rules stays that the model does not see.
fn keep(entity: Entity, language: Language) -> f32 {
    match (entity, language) {
        (Entity::Person, Language::Ru) => 0.8,
        (Entity::Person, Language::Zh) => 0.82,
        (Entity::Location, Language::Zh) => 0.7,
        (Entity::Person, Language::En) => 0.8,
        _ => 0.6,
    }
}

/// The score of a name that the model alone found: about the share of them that were right.
fn score(sure: f32) -> f32 {
    0.25 + 0.6 * sure
}

/// What the structure of a document says is not for a model to doubt.
fn structural(f: &Finding) -> bool {
    f.why
        .iter()
        .any(|r| matches!(r, Reason::Label(_) | Reason::Column(_) | Reason::Title(_)))
}

/// What the dictionaries know better than a model: a street, a prize or a school that bears a person's name, words that are never a
/// name, a part of a heading in capitals.
fn refused(text: &str, told: &Told) -> bool {
    let (start, end) = (told.name.start, told.name.end);
    let Some(name) = text.get(start..end) else { return true };
    if told.language == Language::Zh {
        return false;
    }
    let never = dict::NEVER | dict::TITLE | dict::LABEL | dict::GREET | dict::GENERIC_LABEL | dict::MAIL;
    let known = |word: &str| dict::kinds_of(word) & never != 0;
    let person = entity(told.name.kind) == Entity::Person;
    // The word for an office alone names none.
    let office = dict::RU_ORG | dict::RU_OFFICE | dict::VI_ORG | dict::EN_ORG;
    if !person && dict::kinds_of(name) & office != 0 {
        return true;
    }
    if known(name) || person && name.split(' ').all(known) {
        return true;
    }
    if person {
        let cue = cues::before(text, start);
        if cue.has(dict::BEFORE_PLACE) && !cue.title() && !cue.colon && !cue.comma && !cue.newline {
            return true;
        }
    }
    if told.language == Language::Vi {
        return part_of_heading(text, start, name)
            || syllable(text, end, name, person)
            || !name.starts_with(char::is_uppercase);
    }
    // The day of Tatyana: an adjective made of a name.
    told.language == Language::Ru && person && text.get(end..).is_some_and(|t| t.starts_with(" день"))
}

/// Capitals stand before a name in capitals: it is a piece of what they say.
fn part_of_heading(text: &str, start: usize, name: &str) -> bool {
    let capitals = |t: &str| t.chars().any(char::is_alphabetic) && !t.chars().any(char::is_lowercase);
    let before = text.get(..start).and_then(|t| t.strip_suffix(' ')).unwrap_or_default();
    let word = before.rsplit([' ', '\n']).next().unwrap_or_default();
    capitals(name) && capitals(word)
}

/// A single syllable in capitals, or one with a small one behind it, which is a common word of two: Lao động.
fn syllable(text: &str, end: usize, name: &str, person: bool) -> bool {
    let behind = text.get(end..).and_then(|t| t.strip_prefix(' ')).unwrap_or_default();
    let word = behind.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    let common = dict::kinds_of(name) & (dict::VI_GIVEN | dict::VI_SURNAME | dict::VI_MIDDLE | dict::VI_RARE) == 0;
    let capitals = name.chars().all(char::is_uppercase) && (person || !name.is_ascii());
    !name.contains(' ') && (capitals || person && common && word.starts_with(char::is_lowercase))
}

fn named(e: Entity) -> bool {
    matches!(e, Entity::Person | Entity::Location | Entity::Organization)
}

/// Brings both together: `found` are the findings of the rules, in no order.
pub(super) fn merge(scene: &Scene<'_>, told: &[Told], found: &mut Vec<Finding>) {
    let languages = |f: &Finding| {
        let i = told.partition_point(|t| t.name.end <= f.start);
        told.get(i).or_else(|| told.last()).map(|t| t.language)
    };
    let over = |start: usize, end: usize| {
        let i = told.partition_point(|t| t.name.end <= start);
        told.get(i..)
            .unwrap_or_default()
            .iter()
            .take_while(move |t| t.name.start < end)
    };
    let mut added: Vec<Finding> = Vec::new();
    found.retain_mut(|f| {
        if !named(f.entity) || structural(f) {
            return true;
        }
        let mut same = None;
        let mut against = 0.0_f32;
        for t in over(f.start, f.end) {
            if entity(t.name.kind) == f.entity {
                same = Some(t);
            } else if f.entity != Entity::Organization || t.name.start < f.start || t.name.end > f.end {
                // A place inside the name of an office says nothing against the office.
                against = against.max(t.name.sure);
            }
        }
        if let Some(t) = same {
            f.score = f.score.max(0.55 + 0.4 * t.name.sure);
            if !f.why.contains(&Reason::Model) {
                f.why.push(Reason::Model);
            }
            return true;
        }
        if against > 0.6 {
            // In Vietnamese the same words name persons and places; the rules know the words before them.
            let vietnamese = languages(f) == Some(Language::Vi);
            return f.score >= if vietnamese { 0.6 } else { 0.9 };
        }
        languages(f).is_none_or(|l| f.score >= keep(f.entity, l))
    });
    whole_offices(found);
    for t in told {
        let e = entity(t.name.kind);
        let known = found
            .iter()
            .any(|f| named(f.entity) && f.start < t.name.end && t.name.start < f.end);
        if !known && t.name.sure >= enough(e, t.language) && !refused(scene.text, t) {
            added.push(Finding {
                entity: e,
                start: t.name.start,
                end: t.name.end,
                score: score(t.name.sure),
                validated: false,
                why: vec![Reason::Model],
            });
        }
    }
    found.append(&mut added);
}

/// An office keeps a higher score than the place that stands in its name, which the model may have made surer.
fn whole_offices(found: &mut [Finding]) {
    let mut places: Vec<(usize, usize, f32)> = found
        .iter()
        .filter(|f| f.entity == Entity::Location)
        .map(|f| (f.start, f.end, f.score))
        .collect();
    places.sort_by_key(|p| p.0);
    for f in found.iter_mut().filter(|f| f.entity == Entity::Organization) {
        let from = places.partition_point(|p| p.0 < f.start);
        let inside = places
            .get(from..)
            .unwrap_or_default()
            .iter()
            .take_while(|p| p.0 < f.end);
        let top = inside.filter(|p| p.1 <= f.end).map(|p| p.2).fold(0.0, f32::max);
        if top >= f.score {
            f.score = (top + 0.005).min(1.0);
        }
    }
}
