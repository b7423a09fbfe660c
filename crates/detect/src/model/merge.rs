//! The names of the models and those of the rules as one list.
//!
//! The rules are strong where a form speaks: labels, columns, titles, patronymics, initials. The models are strong in running text.

use tutela_tagger::Language;

use super::{Looked, Told, entity};
use crate::people::{cues, dict};
use crate::scene::Scene;
use crate::spans::Spans;
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
        (Entity::Person, Language::Zh) => 0.6,
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
    let person = entity(told.name.kind) == Entity::Person;
    if told.language == Language::Zh {
        // A station, a street, an office: no name ends with their words.
        return person && name.ends_with(ZH_PLACES);
    }
    let never = dict::NEVER | dict::TITLE | dict::LABEL | dict::GREET | dict::GENERIC_LABEL | dict::MAIL;
    let known = |word: &str| dict::kinds_of(word) & never != 0;
    // The word for an office alone names none.
    let office = dict::RU_ORG | dict::RU_OFFICE | dict::VI_ORG | dict::EN_ORG;
    if !person && dict::kinds_of(name) & office != 0 {
        return true;
    }
    if known(name) || person && name.split(' ').all(known) {
        return true;
    }
    if person && structural_words(text, told.name.start, name, told.language) {
        return true;
    }
    if person && heading_goes_on(text, told) {
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

/// How Chinese words for places and offices end.
const ZH_PLACES: [char; 12] = ['站', '路', '街', '区', '县', '镇', '桥', '馆', '局', '厅', '院', '厂'];

/// Words behind which the name of a person names a law of nature, a method, a prize (in the cases in which they are met).
const RU_EPONYMS: [&str; 14] = [
    "закон",
    "закона",
    "законы",
    "теорема",
    "теоремы",
    "метод",
    "метода",
    "премия",
    "премии",
    "синдром",
    "болезнь",
    "принцип",
    "эффект",
    "шкала",
];

/// Whether the words in and before a name say that it is no person: "Проспект Кирова", "Ф.И.О.", "закон Ома".
fn structural_words(text: &str, start: usize, name: &str, language: Language) -> bool {
    let mut words = name.split(' ');
    let first = words.next().unwrap_or_default();
    if words.next().is_some() && dict::kinds_of(first) & dict::BEFORE_PLACE != 0 {
        return true;
    }
    if language != Language::Ru {
        return false;
    }
    let letters = name.chars().filter(|c| c.is_alphabetic());
    if name.contains('.') && letters.flat_map(char::to_lowercase).eq("фио".chars()) {
        return true;
    }
    let before = text.get(..start).and_then(|t| t.strip_suffix(' ')).unwrap_or_default();
    let word = before.rsplit(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    RU_EPONYMS.contains(&word.to_lowercase().as_str())
}

/// How sure the model must be of an English person of one word.
const LONE: f32 = 0.8;

/// Whether a name of one word is one of two things: "Mercedes and Ford", where the model knows the other as no person.
fn beside_a_thing(text: &str, name: &Told, told: &[Told]) -> bool {
    let i = told.partition_point(|t| t.name.start < name.name.end);
    let joined = |t: &&Told| text.get(name.name.end..t.name.start) == Some(" and ");
    told.get(i)
        .filter(joined)
        .is_some_and(|t| entity(t.name.kind) != Entity::Person)
}

/// Whether a name is one word: the same words name towns and makes.
fn alone(text: &str, told: &Told) -> bool {
    entity(told.name.kind) == Entity::Person
        && told.language != Language::Zh
        && text
            .get(told.name.start..told.name.end)
            .is_some_and(|name| !name.contains(' '))
}

/// Whether a name of one word is too little for a person. A word in capitals behind it belongs to the same name, and the model left
/// it out; between commas stand towns as often as persons.
fn lone_word(text: &str, told: &Told, all: &[Told]) -> bool {
    if !alone(text, told) {
        return false;
    }
    if beside_a_thing(text, told, all) {
        return true;
    }
    let behind = text.get(told.name.end..).unwrap_or_default();
    let before = text.get(..told.name.start).unwrap_or_default().trim_end_matches(' ');
    if before.ends_with([',', ':']) && behind.starts_with([',', '.']) {
        return true;
    }
    let english = told.language == Language::En;
    english
        && (told.name.sure < LONE
            || behind
                .strip_prefix(' ')
                .is_some_and(|t| t.starts_with(char::is_uppercase)))
}

/// Whether a name in capitals goes on in capitals: it is a piece of a heading.
fn heading_goes_on(text: &str, told: &Told) -> bool {
    let capitals = |t: &str| t.chars().any(char::is_alphabetic) && !t.chars().any(char::is_lowercase);
    let name = text.get(told.name.start..told.name.end).unwrap_or_default();
    let behind = text
        .get(told.name.end..)
        .and_then(|t| t.strip_prefix(' '))
        .unwrap_or_default();
    let word = behind.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    told.language != Language::Zh && capitals(name) && word.chars().nth(1).is_some() && capitals(word)
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
pub(super) fn merge(scene: &Scene<'_>, told: &[Told], looked: &[Looked], found: &mut Vec<Finding>) {
    // Where no model looked, none has a say.
    let languages = |f: &Finding| {
        let i = looked.partition_point(|part| part.1 <= f.start);
        looked.get(i).filter(|part| part.0 <= f.start).map(|part| part.2)
    };
    let over = |start: usize, end: usize| {
        let i = told.partition_point(|t| t.name.end <= start);
        told.get(i..)
            .unwrap_or_default()
            .iter()
            .take_while(move |t| t.name.start < end)
    };
    let one_word = |f: &Finding| scene.text.get(f.start..f.end).is_some_and(|name| !name.contains(' '));
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
        if let Some(t) = same.filter(|t| !(one_word(f) && lone_word(scene.text, t, told))) {
            f.score = f.score.max(0.55 + 0.4 * t.name.sure);
            if !f.why.contains(&Reason::Model) {
                f.why.push(Reason::Model);
            }
            return true;
        }
        if against > 0.6 {
            // In Vietnamese the same words name persons and places; the rules know the words before them.
            let vietnamese = languages(f) == Some(Language::Vi);
            let chinese = languages(f) == Some(Language::Zh);
            return f.score
                >= if vietnamese {
                    0.6
                } else if chinese {
                    0.7
                } else {
                    0.9
                };
        }
        languages(f).is_none_or(|l| f.score >= keep(f.entity, l))
    });
    whole_offices(found);
    let known = found.iter().filter(|f| named(f.entity));
    let known = Spans::new(known.map(|f| (f.start, f.end)));
    for t in told {
        let e = entity(t.name.kind);
        if !known.overlap(t.name.start, t.name.end)
            && t.name.sure >= enough(e, t.language)
            && !refused(scene.text, t)
            && !lone_word(scene.text, t, told)
        {
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
