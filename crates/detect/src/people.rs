//! Persons, organisations and places by dictionaries, titles and patterns.
//!
//! One pass over the text proposes the places where a name can be: chains of words with capital letters (Latin and Cyrillic), family
//! names in running Chinese, labels and columns that announce a name. Each script has its own grammar of names (`vietnamese`, `russian`,
//! `western`, `han`); what stands before a name ([`cues`]) counts in all of them. Names that are sure are then found again where
//! they stand alone.

mod again;
pub(crate) mod cues;
pub(crate) mod dict;
mod fields;
pub(crate) mod han;
mod lists;
mod places;
pub(crate) mod russian;
mod software;
mod tables;
mod vietnamese;
mod western;
mod words;

use std::borrow::Cow;

use crate::model;
use crate::names::NameFinder;
use crate::scene::Scene;
use crate::{Entity, Finding, Lang, Reason};
use again::Lone;
use words::{Shape, Word};

/// Words without a name that are kept to find names again, in one text.
const MOST_LONE: usize = 200_000;

/// The score below which a name of one word is no finding by itself.
const DOUBTFUL: f32 = 0.5;

/// Words of CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM.
const STATE: usize = 8;

/// Beginnings of words for streets and honours, which are named after persons by their full names too.
const STREETS: &[&str] = &[
    "улиц",
    "имени",
    "проспект",
    "площад",
    "переул",
    "бульвар",
    "набереж",
    "шоссе",
    "преми",
    "орден",
    "памятник",
    "парк",
    "сквер",
];

/// The finder.
#[derive(Debug)]
pub(crate) struct People;

/// A name in a chain of words.
#[derive(Debug, Clone)]
pub(crate) struct Match {
    pub(crate) from: usize,
    /// One past its last word.
    pub(crate) to: usize,
    pub(crate) score: f32,
    pub(crate) why: Vec<Reason>,
}

impl Match {
    fn new(from: usize, len: usize, score: f32, why: Vec<Reason>) -> Self {
        Self {
            from,
            to: from + len,
            score,
            why,
        }
    }
}

fn pattern(name: &'static str) -> Reason {
    Reason::Pattern(Cow::Borrowed(name))
}

fn word_reason(name: &'static str) -> Reason {
    Reason::Dictionary(Cow::Borrowed(name))
}

impl NameFinder for People {
    fn find(&self, scene: &Scene<'_>, out: &mut Vec<Finding>) {
        let mut found = Vec::new();
        tables::columns(scene, &mut found);
        fields::labels(scene, &mut found);
        let mut lone = Vec::new();
        chains(scene, &mut lone, &mut found);
        if han::find(scene.text, &mut found) {
            places::chinese(scene.text, &mut found);
        }
        // What a list or a column says of its items, no model doubts.
        model::find(scene, &mut found);
        lists::find(scene, &mut found);
        again::find(scene.text, &lone, &mut found);
        // What is an identifier is no name: the login in an address, the letters of a code.
        found.retain(|f| !overlaps(scene.identifiers, f));
        out.append(&mut found);
    }
}

/// Whether a name in a Vietnamese text is that of a foreigner: none of its words is Vietnamese.
fn foreign(chain: &[Word], m: &Match, cue: &cues::Cue<'_>) -> bool {
    let own = dict::VI_GIVEN | dict::VI_MIDDLE | dict::VI_SURNAME | dict::VI_RARE | dict::NEVER | dict::VI_ORG;
    chain.get(m.from..m.to).is_some_and(|name| {
        name.iter().all(|w| !w.marked && w.kinds & own == 0)
            && (name.len() >= 2 || cue.title() && !cue.phrase.contains(' '))
    })
}

/// Whether a word has no other name beside it: it is alone in its chain, or behind a plain word that begins the sentence.
fn by_itself(chain: &[Word], i: usize) -> bool {
    let names = dict::EN_GIVEN | dict::EN_RARE | dict::EN_SURNAME | dict::TITLE;
    chain.len() == 1
        || i == 1
            && chain.len() == 2
            && chain
                .first()
                .is_some_and(|w| w.kinds & dict::EN_WORD != 0 && w.kinds & names == 0 && w.shape == Shape::Title)
}

/// A place made of some words.
fn place_of(name: &[Word], score: f32, out: &mut Vec<Finding>) {
    if let (Some(first), Some(last)) = (name.first(), name.last()) {
        out.push(Finding {
            entity: Entity::Location,
            start: first.start,
            end: last.end,
            score,
            validated: false,
            why: vec![word_reason("place")],
        });
    }
}

/// Whether a finding overlaps one of these, which are in order and do not overlap each other.
fn overlaps(sorted: &[Finding], f: &Finding) -> bool {
    let i = sorted.partition_point(|s| s.end <= f.start);
    sorted.get(i).is_some_and(|s| s.start < f.end)
}

/// Looks at all chains of words with capital letters.
fn chains(scene: &Scene<'_>, lone: &mut Vec<Lone>, out: &mut Vec<Finding>) {
    let text = scene.text;
    let vietnamese = scene.lang == Lang::Vi;
    let mut chain = Vec::with_capacity(words::MAX_CHAIN);
    let mut at = 0;
    while let Some(start) = words::next_capital(text, at) {
        words::chain(text, start, &mut chain);
        let Some(last) = chain.last() else {
            at = start + 1;
            while !text.is_char_boundary(at) {
                at += 1;
            }
            continue;
        };
        at = last.end.max(start + 1);
        names_in(scene, &chain, vietnamese, lone, out);
    }
}

/// The names in one chain.
fn names_in(scene: &Scene<'_>, chain: &[Word], vietnamese: bool, lone: &mut Vec<Lone>, out: &mut Vec<Finding>) {
    let text = scene.text;
    let mut i = 0;
    let mut carried: Option<cues::Cue<'_>> = None;
    while let Some(w) = chain.get(i) {
        if w.shape == Shape::Small {
            i += 1;
            continue;
        }
        let mut cue = cues::before(text, w.start);
        let end = chain.last().map_or(w.end, |w| w.end);
        cue.speech_after = cues::speech(text, end);
        cue.line_end = text
            .as_bytes()
            .get(end)
            .is_none_or(|b| matches!(b, b'\n' | b'\r' | b','));
        if i > 0 {
            cue.sentence_start = false;
            if let Some(post) = carried.take() {
                cue = cues::Cue {
                    sentence_start: false,
                    ..post
                };
            }
        }
        if !cue.opened
            && (cue.has(dict::BEFORE_PLACE) || (vietnamese || cue.phrase.contains(' ')) && cue.has(dict::VI_ORG))
            && !cue.colon
            && !cue.comma
            && !cue.newline
        {
            let place = if w.cyrillic {
                // Директор театра Иван Петров: a whole name behind an institution is that of a person.
                let whole = russian::find(text, chain, i, &cue).is_some_and(|m| m.to - m.from >= 2 && m.score >= 0.85);
                !(whole
                    && cue.phrase.chars().count() > 5
                    && !STREETS.iter().any(|s| cue.phrase.to_lowercase().starts_with(s)))
            } else {
                !vietnamese || vietnamese::of_place(text, chain, i, &cue)
            };
            if place {
                // Tỉnh Quảng Nam Trần Văn Bình: a known place ends where the dictionary says.
                if vietnamese
                    && let Some(n) = (2..=3).rev().find(|n| {
                        chain
                            .get(i..i + n)
                            .is_some_and(|p| dict::kinds(words::phrase(text, p)) & dict::VI_PLACE != 0)
                    })
                {
                    place_of(chain.get(i..i + n).unwrap_or_default(), 0.75, out);
                    i += n;
                    continue;
                }
                // The name of a place goes on to the end of the chain.
                if places::find(text, chain, i, &cue, vietnamese, out).is_none()
                    && cue.has(dict::BEFORE_PLACE)
                    && vietnamese::settlement(cue.phrase)
                    && vietnamese::settled(chain.get(i..).unwrap_or_default(), &cue)
                {
                    place_of(chain.get(i..).unwrap_or_default(), 0.75, out);
                }
                return;
            }
        }
        // The name of the state heads every letter and tells no one's place.
        if w.shape == Shape::Upper
            && chain
                .get(i..i + STATE)
                .is_some_and(|p| dict::kinds(words::phrase(text, p)) & dict::NEVER != 0)
        {
            i += STATE;
            continue;
        }
        // PHÓ CHỦ TỊCH, Phó Giám Đốc: a post in capital letters is no name, though its first syllable may be one.
        if !w.cyrillic
            && let Some(n) = (2..=4).rev().find(|n| {
                chain
                    .get(i..i + n)
                    .is_some_and(|p| dict::kinds(words::phrase(text, p)) & dict::TITLE != 0)
            })
        {
            i += n;
            continue;
        }
        if !w.cyrillic
            && !cue.title()
            && let Some(n) = (2..=3).rev().find(|n| {
                chain
                    .get(i..i + n)
                    .is_some_and(|p| dict::kinds(words::phrase(text, p)) & (dict::VI_PLACE | dict::PLACE) != 0)
            })
        {
            place_of(chain.get(i..i + n).unwrap_or_default(), 0.65, out);
            i += n;
            continue;
        }
        // Pho Tran Hung Dao: the rest of the chain is the name of a street.
        if !w.cyrillic && !w.marked && vietnamese::plain_street(text, chain, i) {
            return;
        }
        let found = if w.cyrillic {
            russian::find(text, chain, i, &cue)
        } else {
            vietnamese::find(text, chain, i, &cue, vietnamese)
                .or_else(|| western::find(text, chain, i, &cue).filter(|m| !vietnamese || foreign(chain, m, &cue)))
        };
        match found {
            Some(found) => {
                i = found.to.max(i + 1);
                let (Some(first), Some(last)) = (chain.get(found.from), chain.get(found.to - 1)) else {
                    continue;
                };
                // Too little for a name by itself: it may be one that is sure elsewhere.
                if found.score < DOUBTFUL && found.to == found.from + 1 && lone.len() < MOST_LONE {
                    lone.extend(Lone::of(
                        text,
                        first,
                        cue.sentence_start && found.from == 0,
                        by_itself(chain, found.from),
                    ));
                }
                out.push(Finding {
                    entity: Entity::Person,
                    start: first.start,
                    end: last.end,
                    score: found.score,
                    validated: false,
                    why: found.why,
                });
            }
            None => {
                if let Some(n) = places::find(text, chain, i, &cue, vietnamese, out) {
                    // Премьер-министр Турции Реджеп Эрдоган: the post is that of the name behind the place.
                    carried = (cue.title() && w.ru & russian::PLACE != 0).then_some(cue);
                    i += n;
                    continue;
                }
                if lone.len() < MOST_LONE {
                    lone.extend(Lone::of(text, w, cue.sentence_start && i == 0, by_itself(chain, i)));
                }
                i += 1;
            }
        }
    }
}
