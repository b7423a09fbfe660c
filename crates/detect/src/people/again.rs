//! Names that are sure somewhere in a text, found again where they stand alone or in another form.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};

use super::dict::{self, Hash};
use super::words::{Shape, spelt};
use super::{han, russian};
use crate::{Entity, Finding, Reason};

/// The score from which on a name is sure enough to be looked for again.
const SURE: f32 = 0.75;

/// The score from which on a full name says whom a bare given name or 老 with a family name is of.
const LIKELY: f32 = 0.6;

/// The score from which on a name of several words is as good as sure.
const NEARLY: f32 = 0.7;

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
    /// A common word with a capital letter that no sentence asks for, alone in its chain.
    pub(super) alone: bool,
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
    // Family names of Chinese persons, and the given names of Vietnamese ones by their hash.
    let mut families = BTreeSet::new();
    let mut given_names = HashSet::new();
    // Family names of Latin letters that are also common words.
    let mut common = HashSet::new();
    for f in out.iter().filter(|f| f.entity == Entity::Person && f.score >= LIKELY) {
        let Some(name) = text.get(f.start..f.end) else { continue };
        // People are called by 老 or 小 and by a bare given name only after they were named, so that a likely full name is enough.
        if (2..=3).contains(&name.chars().count())
            && !name.contains('·')
            && let Some(family) = name.chars().next().filter(|c| han::family(*c))
        {
            families.insert(family);
        }
        // Of likely names only two words and more say anything.
        let sure = f.score >= SURE || f.score >= NEARLY && name.contains(' ');
        if keys.len() + chinese.len() >= MOST {
            break;
        }
        if name.chars().any(han::han) {
            let n = name.chars().count();
            if !sure {
                continue;
            }
            if n >= 3 || n == 2 && f.score >= 0.8 {
                chinese.insert(Cow::Borrowed(name));
            }
            for part in name.split('·').filter(|p| p.chars().count() >= 3) {
                chinese.insert(Cow::Borrowed(part));
            }
            continue;
        }
        let own = dict::VI_SURNAME | dict::PLAIN_SURNAME | dict::VI_GIVEN | dict::VI_MIDDLE | dict::VI_RARE;
        let vietnamese = name.split(' ').next().is_some_and(|w| dict::kinds_of(w) & own != 0);
        // Of a Vietnamese name the family name is too common to point to anyone; people are called by the given name.
        if vietnamese {
            let mut words = name.split(' ').rev();
            if let (Some(given), Some(_)) = (words.next(), words.next())
                && (f.score >= SURE || name.matches(' ').count() >= 2)
                && given.chars().count() >= 2
            {
                given_names.insert(Hash::of(given).value());
            }
            continue;
        }
        if !sure {
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
                if f.score >= SURE {
                    keys.entry(key).or_insert(());
                }
                let family = if cyrillic {
                    russian::kinds(word) & russian::SURNAME != 0
                } else {
                    name.ends_with(word) && dict::kinds_of(word) & dict::EN_SURNAME != 0
                };
                if family && word.len() < name.len() {
                    common.insert(key);
                }
            }
        }
    }
    for l in lone {
        if !l.weak && keys.contains_key(&l.key) || l.alone && common.contains(&l.key) {
            out.push(again(l.start, l.end, 0.7));
        } else if l.alone && given_names.contains(&l.key) && called(text, l) {
            out.push(again(l.start, l.end, 0.66));
        }
    }
    // 老张, 小李, 张某: how those who were named before are called.
    for family in families {
        for before in ["老", "小"] {
            let name = format!("{before}{family}");
            chinese.insert(Cow::Owned(name));
        }
        chinese.insert(Cow::Owned(format!("{family}某某")));
        chinese.insert(Cow::Owned(format!("{family}某")));
    }
    if !chinese.is_empty() {
        let mut names: Vec<Cow<'_, str>> = chinese.into_iter().collect();
        names.sort_unstable();
        let Ok(automaton) = aho_corasick::AhoCorasickBuilder::new()
            .match_kind(aho_corasick::MatchKind::LeftmostLongest)
            .build(names.iter().map(|n| n.as_bytes()))
        else {
            return;
        };
        let found: Vec<Finding> = automaton
            .find_iter(text)
            .filter(|m| !familiar_word(text, m.start(), m.end()))
            .map(|m| again(m.start(), m.end(), 0.74))
            .collect();
        out.extend(found);
    }
}

/// Whether 老 or 小 with a family name begins a longer word: 小马路, or ends one: 大小高低.
fn familiar_word(text: &str, start: usize, end: usize) -> bool {
    let name = text.get(start..end).unwrap_or_default();
    if !name.starts_with(['老', '小']) {
        return false;
    }
    let before = text.get(..start).and_then(|t| t.chars().next_back());
    // 老马, 小米 are words too: as names they begin a clause or stand behind a word of relation.
    if han::is_word(name) && before.is_some_and(|c| han::han(c) && !"后由向对和与给被让请称".contains(c)) {
        return true;
    }
    let next = text.get(end..).and_then(|t| t.chars().next()).filter(|c| han::han(*c));
    let last = name.chars().next_back();
    let (Some(next), Some(last)) = (next, last) else {
        return false;
    };
    let mut pair = String::from(last);
    pair.push(next);
    let mut whole = name.to_owned();
    whole.push(next);
    han::is_word(&pair) || han::is_word(&whole) || before.is_some_and(|c| matches!(c, '大' | '从' | '最' | '很' | '太'))
}

/// Syllables with a capital letter that mean a people, a side of the sky, a body: a given name only behind a word of address.
const NOT_CALLED: &[&str] = &[
    "Nam", "Bắc", "Đông", "Tây", "Việt", "Hán", "Kinh", "Thái", "Mỹ", "Anh", "Pháp", "Nga", "Đức", "Nhật", "Hàn",
    "Trung", "Ý", "Úc", "Tết", "Đảng", "Xuân", "Thu", "Đoàn", "Hội", "Phật", "Chúa", "Tổ", "Sở", "Ban", "Bộ", "Hoa",
    "Ấn", "Lào", "Bà", "Ông",
];

/// Whether a lone Vietnamese syllable may be the given name of someone named before: not what is a people or a side of the sky.
fn called(text: &str, l: &Lone) -> bool {
    let word = text.get(l.start..l.end).unwrap_or_default();
    let before = text.get(..l.start).unwrap_or_default();
    // "người Tày", "tiếng Hoa", "miền Trung"
    let of = [
        "người ",
        "tiếng ",
        "miền ",
        "phía ",
        "dân tộc ",
        "nước ",
        "hướng ",
        "vùng ",
        "ngày ",
        "lớp ",
        "khối ",
        "khu ",
        "mẫu ",
        "số ",
        "điểm ",
    ];
    !NOT_CALLED.contains(&word) && !of.iter().any(|w| before.ends_with(w))
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
    pub(super) fn of(text: &str, w: &super::Word, first: bool, single: bool) -> Option<Self> {
        if w.shape == Shape::Small || w.shape == Shape::Initial {
            return None;
        }
        let word = text.get(w.start..w.end)?;
        // Johnson & Johnson: the name of a firm.
        let firm = text.get(w.end..).is_some_and(|t| t.starts_with(" & "))
            || text.get(..w.start).is_some_and(|t| t.ends_with("& "));
        // Jackson County: the name of a thing.
        let next = text.get(w.end..).and_then(|t| t.strip_prefix(' ')).unwrap_or_default();
        let next = next.split(|c: char| !spelt(c)).next().unwrap_or_default();
        let thing = !w.cyrillic
            && next.starts_with(char::is_uppercase)
            && dict::kinds_of(next) & (dict::NOT_PERSON | dict::EN_ORG) != 0;
        if firm || thing {
            return None;
        }
        let never = dict::NEVER | dict::PLACE | dict::NOT_PERSON | dict::EN_ORG | dict::VI_ORG | dict::BEFORE_PLACE;
        let own = dict::VI_GIVEN | dict::VI_MIDDLE | dict::PLAIN_GIVEN;
        // Позже Гусев отозвал: a town is called so too, but no preposition of place stands before.
        let inside = [" в ", " во ", " из ", " под ", " на ", "г. ", "г."]
            .iter()
            .any(|p| text.get(..w.start).is_some_and(|t| t.ends_with(p)));
        let alone = if w.cyrillic {
            w.ru & russian::PLACE != 0 && w.ru & russian::SURNAME != 0 && !inside && w.shape == Shape::Title
        } else {
            single && !first && w.shape == Shape::Title && (w.kinds & never == 0 || w.kinds & own != 0)
        };
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
            key: if w.cyrillic || w.letters > 2 {
                key(word, w.cyrillic)?
            } else {
                Hash::of(word).value()
            },
            weak: weak || !w.cyrillic && w.letters <= 2,
            alone,
        })
    }
}
