//! Names that are sure somewhere in a text, found again where they stand alone or in another form.

use std::collections::{HashMap, HashSet};

use super::dict::{self, Hash};
use super::words::{Shape, spelt};
use super::{han, russian};
use crate::{Entity, Finding, Reason};

/// The score from which on a name is sure enough to be looked for again.
const SURE: f32 = 0.75;

/// Names that are looked for again in one text at most.
const MOST: usize = 4096;

/// A word with a capital letter where no name was found.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lone {
    pub(super) start: usize,
    pub(super) end: usize,
    /// What the word is remembered by.
    pub(super) key: u64,
    /// A common word or the name of a place: it counts only in the very form.
    pub(super) weak: bool,
}

/// What a word in Latin or Cyrillic letters is remembered by, if it is long enough.
pub(super) fn key(word: &str, cyrillic: bool) -> Option<u64> {
    if cyrillic {
        return russian::stem(word);
    }
    (word.chars().filter(|c| c.is_alphabetic()).count() >= 3).then(|| Hash::of(word).value())
}

/// Finds names again.
pub(super) fn find(text: &str, lone: &[Lone], out: &mut Vec<Finding>) {
    let mut keys = HashMap::new();
    let mut chinese = HashSet::new();
    for f in out.iter().filter(|f| f.entity == Entity::Person && f.score >= SURE) {
        let Some(name) = text.get(f.start..f.end) else { continue };
        if keys.len() + chinese.len() >= MOST {
            break;
        }
        if name.chars().any(han::han) {
            let n = name.chars().count();
            if n >= 3 || n == 2 && f.score >= 0.8 {
                chinese.insert(name);
            }
            for part in name.split('·').filter(|p| p.chars().count() >= 3) {
                chinese.insert(part);
            }
            continue;
        }
        let own = dict::VI_SURNAME | dict::PLAIN_SURNAME | dict::VI_GIVEN | dict::VI_MIDDLE | dict::VI_RARE;
        let vietnamese = name.split(' ').next().is_some_and(|w| dict::kinds_of(w) & own != 0);
        // Of a Vietnamese name neither part is rare enough to point to anyone.
        if vietnamese {
            continue;
        }
        for word in name.split(|c: char| !spelt(c) && !matches!(c, '\'' | '’' | '-')) {
            let cyrillic = word
                .chars()
                .next()
                .is_some_and(|c| ('\u{400}'..='\u{52F}').contains(&c));
            let given = if cyrillic {
                russian::kinds(word) & russian::PATRONYMIC != 0
            } else {
                dict::kinds_of(word) & (dict::PARTICLE | dict::NEVER | dict::TITLE) != 0
            };
            if !given && let Some(key) = key(word, cyrillic) {
                keys.entry(key).or_insert(());
            }
        }
    }
    if !keys.is_empty() {
        for l in lone.iter().filter(|l| !l.weak && keys.contains_key(&l.key)) {
            out.push(again(l.start, l.end, 0.7));
        }
    }
    if !chinese.is_empty() {
        let mut names: Vec<&str> = chinese.into_iter().collect();
        names.sort_unstable();
        let Ok(automaton) = aho_corasick::AhoCorasickBuilder::new()
            .match_kind(aho_corasick::MatchKind::LeftmostLongest)
            .build(&names)
        else {
            return;
        };
        let found: Vec<Finding> = automaton
            .find_iter(text)
            .map(|m| again(m.start(), m.end(), 0.74))
            .collect();
        out.extend(found);
    }
}

fn again(start: usize, end: usize, score: f32) -> Finding {
    Finding {
        entity: Entity::Person,
        start,
        end,
        score,
        validated: false,
        why: vec![Reason::SeenElsewhere],
    }
}

impl Lone {
    /// A word of a chain that no name took.
    pub(super) fn of(text: &str, w: &super::Word, first: bool) -> Option<Self> {
        if w.shape == Shape::Small || w.shape == Shape::Initial {
            return None;
        }
        let word = text.get(w.start..w.end)?;
        let weak = if w.cyrillic {
            w.ru & russian::PLACE != 0
                || w.shape == Shape::Upper
                || first && w.ru & (russian::SURNAME | russian::SUFFIX | russian::GIVEN) == 0
                || w.kinds & (dict::NEVER | dict::RU_OFFICE | dict::TITLE) != 0
        } else {
            w.kinds & (dict::EN_WORD | dict::NEVER | dict::PLACE | dict::NOT_PERSON | dict::EN_ORG) != 0
        };
        Some(Self {
            start: w.start,
            end: w.end,
            key: key(word, w.cyrillic)?,
            weak,
        })
    }
}
