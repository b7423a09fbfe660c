//! Names in Cyrillic letters: given name, patronymic and family name in any order and case.

use super::cues::Cue;
use super::dict::{self, Hash};
use super::words::{Shape, Word};
use super::{Match, pattern, word_reason};

/// What a word in Cyrillic letters may be, whatever its grammatical case.
pub(crate) type Kinds = u16;

pub(crate) const GIVEN: Kinds = 1;
pub(crate) const GIVEN_WORD: Kinds = 1 << 1;
pub(crate) const SURNAME: Kinds = 1 << 2;
pub(crate) const SURNAME_WORD: Kinds = 1 << 3;
/// It ends like a family name.
pub(crate) const SUFFIX: Kinds = 1 << 4;
pub(crate) const PATRONYMIC: Kinds = 1 << 5;
pub(crate) const PLACE: Kinds = 1 << 6;
/// It ends like an adjective, as many names of places do.
pub(crate) const ADJECTIVE: Kinds = 1 << 7;

/// Endings of the cases and what stands in their place in the nominative: the table of names holds nominatives only.
const ENDINGS: &[(&str, &[&str])] = &[
    ("ого", &["ий", "ый", "ой"]),
    ("ому", &["ий", "ый", "ой"]),
    ("его", &["ий"]),
    ("ему", &["ий"]),
    ("ыми", &["", "ый"]),
    ("ими", &["ий"]),
    ("ами", &["", "а"]),
    ("ая", &["ий", "ый", "ой"]),
    ("ую", &["ий", "ый", "ой"]),
    ("ые", &["ый", "ой"]),
    ("ие", &["ий"]),
    ("ым", &["", "ый", "ой"]),
    ("им", &["ий"]),
    ("ых", &["", "ый", "ой"]),
    ("их", &["ий"]),
    ("ой", &["", "а", "ий", "ый"]),
    ("ою", &["а"]),
    ("ей", &["я", "а", "ь"]),
    ("ом", &["", "ий", "ый", "ой"]),
    ("ем", &["", "й", "ь", "ий"]),
    ("ью", &["ь"]),
    ("а", &[""]),
    ("у", &["", "а"]),
    ("ы", &["", "а"]),
    ("е", &["", "а", "й", "ь", "я"]),
    ("и", &["а", "я", "ь", "й"]),
    ("я", &["й", "ь"]),
    ("ю", &["й", "ь", "я"]),
];

/// Given names that lose a vowel in the oblique cases.
const FLEETING: &[(&str, &str)] = &[("павл", "павел"), ("льв", "лев"), ("петр", "петр"), ("нинел", "нинель")];

/// Endings of family names in the nominative.
const FAMILY: &[&str] = &[
    "ов",
    "ев",
    "ин",
    "ын",
    "ский",
    "цкий",
    "ской",
    "цкой",
    "енко",
    "ко",
    "ук",
    "юк",
    "ян",
    "дзе",
    "швили",
    "ых",
    "их",
    "чик",
    "ейн",
    "берг",
    "ман",
    "вич",
];

/// Endings of the cases of family names in -ов and -ин, and of others with a hard consonant.
const HARD: &[&str] = &["", "а", "у", "ым", "ом", "е", "ой", "ы", "ых", "ыми"];

/// Endings of adjectives.
const ADJECTIVES: &[&str] = &[
    "ский",
    "ская",
    "ского",
    "скому",
    "ским",
    "ском",
    "ской",
    "скую",
    "ские",
    "ских",
    "скими",
    "цкий",
    "цкая",
    "цкого",
    "цкому",
    "цким",
    "цком",
    "цкой",
    "цкую",
    "цкие",
    "цких",
];

/// Endings of words that say what a post belongs to, in the genitive.
const OF_OFFICE: &[&str] = &[
    "ции",
    "сии",
    "ства",
    "ости",
    "ения",
    "ания",
    "ороны",
    "блики",
    "ласти",
    "рации",
    "астей",
    "уки",
    "тета",
];

/// A word in lower case, ё as е, in a buffer.
fn lower<'b>(word: &str, buffer: &'b mut [u8; dict::LONGEST]) -> Option<&'b str> {
    let mut n = 0;
    for c in word.chars() {
        let c = match c {
            'А'..='Я' => char::from_u32(u32::from(c) + 32)?,
            'ё' | 'Ё' => 'е',
            c => c.to_lowercase().next()?,
        };
        let end = n + c.len_utf8();
        c.encode_utf8(buffer.get_mut(n..end)?);
        n = end;
    }
    std::str::from_utf8(buffer.get(..n)?).ok()
}

/// What a word may be.
pub(crate) fn kinds(word: &str) -> Kinds {
    let mut buffer = [0; dict::LONGEST];
    let Some(word) = lower(word, &mut buffer) else { return 0 };
    let mut found = one(word);
    if let Some((first, second)) = word.rsplit_once('-') {
        // Of two family names joined by a hyphen both bend, or the second alone.
        let (a, b) = (one(first), one(second));
        found |= a & b & (SURNAME | SUFFIX | GIVEN);
        if b & SURNAME != 0 && (a & (SURNAME | SUFFIX) != 0 || b & SURNAME_WORD == 0) {
            found |= SURNAME;
        }
    }
    found
}

fn take(found: &mut Kinds, kinds: dict::Kinds) {
    for (bit, kind) in [
        (dict::RU_GIVEN, GIVEN),
        (dict::RU_GIVEN_WORD, GIVEN_WORD),
        (dict::RU_SURNAME, SURNAME),
        (dict::RU_SURNAME_WORD, SURNAME_WORD),
        (dict::PLACE, PLACE),
    ] {
        if kinds & bit != 0 {
            *found |= kind;
        }
    }
}

fn one(word: &str) -> Kinds {
    let mut found = 0;
    take(&mut found, dict::kinds_of(word));
    for (ending, replacements) in ENDINGS {
        let Some(stem) = word.strip_suffix(ending) else {
            continue;
        };
        // Stems of one letter are nobody's.
        if stem.len() < 4 {
            continue;
        }
        let hash = Hash::of(stem);
        for replacement in *replacements {
            take(&mut found, dict::kinds(hash.with(replacement)));
        }
        if let Some((_, name)) = FLEETING.iter().find(|f| f.0 == stem) {
            take(&mut found, dict::kinds_of(name));
        }
    }
    if patronymic(word) {
        found |= PATRONYMIC;
    }
    if word.chars().count() >= 5 {
        if ADJECTIVES.iter().any(|a| word.ends_with(a)) {
            found |= SUFFIX | ADJECTIVE;
        } else if FAMILY.iter().any(|f| word.ends_with(f))
            || HARD.iter().any(|e| {
                word.strip_suffix(e)
                    .is_some_and(|stem| FAMILY.iter().take(4).any(|f| stem.ends_with(f)) && stem.chars().count() >= 4)
            })
            || ["а", "у", "ом", "е"].iter().any(|e| {
                word.strip_suffix(e).is_some_and(|stem| {
                    stem.chars().count() >= 4
                        && ["ук", "юк", "ян", "вич", "берг", "ейн"]
                            .iter()
                            .any(|f| stem.ends_with(f))
                })
            })
        {
            found |= SUFFIX;
        }
    }
    found
}

/// Whether a word in lower case is a patronymic in some case.
fn patronymic(word: &str) -> bool {
    let male = ["", "а", "у", "ем", "е"]
        .iter()
        .filter_map(|e| word.strip_suffix(e))
        .any(|w| {
            w.strip_suffix("ович")
                .or_else(|| w.strip_suffix("евич"))
                .is_some_and(|stem| stem.len() >= 4)
                || matches!(
                    w,
                    "ильич" | "кузьмич" | "фомич" | "лукич" | "никитич" | "саввич" | "фокич"
                )
        });
    let female = ["а", "ы", "е", "у", "ой", "ою"]
        .iter()
        .filter_map(|e| word.strip_suffix(e))
        .any(|w| {
            w.strip_suffix("овн")
                .or_else(|| w.strip_suffix("евн"))
                .is_some_and(|stem| stem.len() >= 4)
                || w.ends_with("иничн")
                || matches!(
                    w,
                    "ильиничн" | "кузьминичн" | "никитичн" | "фоминичн" | "лукиничн" | "саввичн"
                )
        });
    male || female
}

fn is(w: &Word, kinds: Kinds) -> bool {
    w.ru & kinds != 0
}

fn full(w: &Word) -> bool {
    matches!(w.shape, Shape::Title | Shape::Upper | Shape::Mixed) && w.letters >= 2
}

/// A family name by the dictionary or by its form, or any word written so that it can be one.
fn family(w: &Word) -> bool {
    full(w) && is(w, SURNAME | SUFFIX) && w.kinds & dict::TITLE == 0
}

/// A word that may be a family name because of where it stands.
fn possible(w: &Word) -> bool {
    full(w)
        && w.letters >= 3
        && w.kinds & (dict::NEVER | dict::RU_ORG | dict::RU_OFFICE | dict::TITLE | dict::BEFORE_PLACE) == 0
}

/// The stem of a word, the same for all its cases: what a family name is remembered by.
pub(crate) fn stem(word: &str) -> Option<u64> {
    let mut buffer = [0; dict::LONGEST];
    let word = lower(word, &mut buffer)?;
    let mut best = word;
    for ending in [
        "ого", "ому", "ая", "ую", "ий", "ый", "ой", "им", "ым", "ом", "ем", "ых", "их", "а", "у", "е", "ы", "и", "я",
        "ю", "й", "ь",
    ] {
        if let Some(s) = word.strip_suffix(ending) {
            best = s;
            break;
        }
    }
    (best.chars().count() >= 3).then(|| Hash::of(best).value())
}

/// A person's name that begins at word `i` of a chain.
pub(crate) fn find(text: &str, words: &[Word], i: usize, cue: &Cue<'_>) -> Option<Match> {
    let w = words.get(i)?;
    let at = |n: usize| words.get(i + n);
    let initial =
        |n: usize| at(n).is_some_and(|w| w.shape == Shape::Initial && text.as_bytes().get(w.end - 1) == Some(&b'.'));
    let given = |n: usize| at(n).is_some_and(|w| full(w) && is(w, GIVEN));
    let middle = |n: usize| at(n).is_some_and(|w| full(w) && is(w, PATRONYMIC));
    let surname = |n: usize| at(n).is_some_and(family);
    let any = |n: usize| at(n).is_some_and(possible);
    let place = |n: usize| at(n).is_some_and(|w| is(w, PLACE) && !is(w, SURNAME));
    let found = |len: usize, score: f32, name: &'static str| Some(Match::new(i, len, score, vec![pattern(name)]));

    // Иван Иванович Иванов, Иванов Иван Иванович, with оглы and кызы behind.
    let tail = |n: usize| {
        usize::from(at(n).is_some_and(|w| {
            matches!(
                text.get(w.start..w.end),
                Some("оглы" | "кызы" | "Оглы" | "Кызы" | "угли" | "ОГЛЫ" | "КЫЗЫ")
            )
        }))
    };
    if full(w)
        && w.kinds & dict::TITLE == 0
        && middle(1)
        && !middle(0)
        && (given(0) || is(w, SURNAME) || cue.sure())
        && !w.ru_never()
    {
        let n = 2 + tail(2);
        if (surname(n) || any(n) && !given(n)) && !(given(n) && middle(n + 1)) && !place(n) {
            return found(n + 1, 0.97, "given-patronymic-family");
        }
        return found(n, 0.93, "given-patronymic");
    }
    if possible(w) && given(1) && middle(2) {
        if surname(0) || !cue.sentence_start || w.shape == Shape::Upper {
            return found(3 + tail(3), 0.98, "family-given-patronymic");
        }
        return None;
    }
    if possible(w) && surname(0) && any(1) && middle(2) {
        return found(3 + tail(3), 0.95, "family-given-patronymic");
    }
    if possible(w) && given(1) && tail(3) == 1 && any(2) {
        return found(4, 0.93, "family-given-patronymic");
    }
    if given(0) && any(1) && tail(2) == 1 {
        return found(3, 0.9, "given-patronymic");
    }
    // И. И. Иванов, И. Иванов
    if initial(0) {
        if initial(1) && any(2) && !initial(2) {
            return found(3, if surname(2) { 0.95 } else { 0.88 }, "initials");
        }
        if any(1) {
            let score = if surname(1) {
                0.85
            } else if cue.sentence_start {
                0.45
            } else {
                0.6
            };
            return found(2, score, "initials");
        }
        return None;
    }
    // Иванов И. И., Иванов И.
    if possible(w) && initial(1) && !given(0) {
        if initial(2) {
            // The initials may belong to the next name: Встретились И. И. Иванов и …
            if any(3) && !surname(0) {
                return None;
            }
            return found(3, if surname(0) { 0.95 } else { 0.85 }, "initials");
        }
        if surname(0) && !any(2) {
            return found(2, 0.8, "initials");
        }
    }
    if given(0) && initial(1) && any(2) && !initial(2) {
        return found(3, 0.9, "initials");
    }
    // Владимир is a town as well.
    if given(0) && (!place(0) || (surname(1) || middle(1)) && !cue.has(dict::BEFORE_PLACE)) {
        let word = is(w, GIVEN_WORD);
        if surname(1) && !place(1) {
            // A second family name or a middle name of foreigners: Джон Рональд Толкин.
            let more = usize::from(surname(2) && given(1) && !place(2));
            return found(2 + more, if word { 0.82 } else { 0.9 }, "given-family");
        }
        if given(1) && any(2) && !place(2) {
            return found(3, 0.85, "given-family");
        }
        if any(1) && !place(1) && !given(1) {
            return found(2, if word { 0.6 } else { 0.78 }, "given-family");
        }
        if given(1) {
            return found(2, if cue.sure() { 0.9 } else { 0.7 }, "given-family");
        }
    }
    // Город Владимир: what the town is, before its name.
    if surname(0) && possible(w) && given(1) && !place(0) {
        let sure = is(w, SURNAME) && !is(w, SURNAME_WORD) && w.shape != Shape::Small;
        let score = if sure {
            0.88
        } else if cue.sentence_start {
            0.72
        } else {
            0.8
        };
        return found(2, score, "family-given");
    }
    // The family name in capital letters, the given name not: ТОЛКИН Джон.
    if w.shape == Shape::Upper && w.letters >= 3 && given(1) && at(1).is_some_and(|w| w.shape == Shape::Title) {
        return found(2, 0.75, "family-given");
    }
    if middle(0) && !surname(0) && cue.title() {
        return found(1, 0.75, "patronymic");
    }
    alone(text, w, at(1), words, i, cue)
}

/// A name of one word, and foreign names that no dictionary holds.
fn alone(text: &str, w: &Word, next: Option<&Word>, words: &[Word], i: usize, cue: &Cue<'_>) -> Option<Match> {
    if !possible(w) || w.letters < 3 || cue.quoted {
        return None;
    }
    // Свердловской области: the name of a region.
    let behind = text.get(w.end..).and_then(|t| t.strip_prefix(' ')).unwrap_or_default();
    let behind = behind.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    let adjective = is(w, ADJECTIVE)
        || (!is(w, SURNAME) || is(w, SURNAME_WORD))
            && text.get(w.start..w.end).is_some_and(|t| {
                ["ого", "ому", "ой", "ая", "ую", "ый", "ий", "ых", "ое", "ые", "их", "ым"]
                    .iter()
                    .any(|e| t.ends_with(e))
            });
    if cue.opened && behind.chars().next().is_some_and(char::is_lowercase) && !cue.speech_after {
        return None;
    }
    if adjective && behind.chars().next().is_some_and(char::is_lowercase) && !cue.speech_after {
        return None;
    }
    let known = is(w, SURNAME) && !is(w, SURNAME_WORD) && !is(w, PLACE);
    let joined = next.is_some_and(|n| possible(n) && !is(n, PLACE));
    if cue.title() && !cue.comma {
        // президента Российской Федерации, министр ОБОРОНЫ РОССИЙСКОЙ …: what the post belongs to.
        let of_state = |n: &Word| {
            !is(n, GIVEN | SURNAME)
                && (is(n, ADJECTIVE)
                    || text.get(n.start..n.end).is_some_and(|t| {
                        let t = t.to_lowercase();
                        OF_OFFICE.iter().any(|e| t.ends_with(e))
                    }))
        };
        let adjective_first = is(w, ADJECTIVE) && (!is(w, SURNAME) || is(w, SURNAME_WORD));
        if joined && (of_state(w) || adjective_first && next.is_some_and(of_state)) {
            return None;
        }
        // директор Иванов; президент Барак Обама
        if joined && !cue.newline && next.is_some_and(|n| n.shape == w.shape) && !is(w, PLACE) {
            return Some(Match::new(i, 2, 0.85, vec![cue.reason()]));
        }
        let of_country = is(w, ADJECTIVE) && !is(w, SURNAME);
        if !is(w, PLACE) && !of_country && (!cue.newline || known) && w.shape != Shape::Upper {
            let score = if is(w, SURNAME | SUFFIX) {
                0.88
            } else if is(w, GIVEN) {
                0.75
            } else if ["г-", "гр", "госп", "тов"]
                .iter()
                .any(|p| cue.phrase.to_lowercase().starts_with(p))
                || cue.label()
            {
                0.62
            } else if w.letters >= 4
                && w.kinds & (dict::RU_OFFICE | dict::RU_ORG) == 0
                && [
                    "президент",
                    "премьер",
                    "сенатор",
                    "канцлер",
                    "король",
                    "журналист",
                    "актёр",
                    "актер",
                    "режисс",
                    "писател",
                ]
                .iter()
                .any(|p| cue.phrase.to_lowercase().starts_with(p))
                && !of_state(w)
                && !is(w, ADJECTIVE)
            {
                // Президент Саркози
                0.55
            } else {
                // Руководитель Аппарата, представитель Госдепартамента.
                0.4
            };
            return Some(Match::new(i, 1, score, vec![cue.reason()]));
        }
    }
    if cue.greeting() && is(w, GIVEN) {
        return Some(Match::new(i, 1, 0.75, vec![cue.reason(), word_reason("given name")]));
    }
    if w.shape == Shape::Upper || cue.inside {
        return None;
    }
    let first_of_chain = i == 0 && next.is_none();
    if known && !is(w, ADJECTIVE) {
        let score = if cue.speech_after {
            0.75
        } else if first_of_chain {
            0.62
        } else {
            0.52
        };
        return Some(Match::new(i, 1, score, vec![word_reason("family name")]));
    }
    if is(w, SURNAME | SUFFIX) && cue.speech_after && !is(w, PLACE) {
        return Some(Match::new(i, 1, 0.62, vec![pattern("family name")]));
    }
    if is(w, SURNAME | SUFFIX) && !is(w, PLACE | ADJECTIVE) && !cue.sentence_start && first_of_chain {
        return Some(Match::new(i, 1, 0.52, vec![pattern("family name")]));
    }
    if is(w, GIVEN) && !is(w, PLACE) && first_of_chain {
        let score = if is(w, GIVEN_WORD) || cue.sentence_start && !cue.speech_after && !cue.line_end {
            0.4
        } else {
            0.55
        };
        return Some(Match::new(i, 1, score, vec![word_reason("given name")]));
    }
    // Two words in the middle of a sentence that are nobody's titles, places or adjectives.
    let set_off = text
        .get(words.last().map_or(w.end, |w| w.end)..)
        .is_some_and(|t| t.starts_with(" (") || verb_follows(t))
        || cue.speech_after;
    if let Some(n) = next
        && (!cue.sentence_start || set_off)
        && words.len() == i + 2
        && i == 0
        && n.shape == Shape::Title
        && w.shape == Shape::Title
        && possible(n)
        && !text.get(w.start..w.end).is_some_and(|t| {
            [
                "ы", "и", "ой", "ый", "ий", "ая", "ое", "ую", "ого", "ом", "ых", "их", "ые",
            ]
            .iter()
            .any(|e| t.ends_with(e))
        })
        && !is(w, PLACE | ADJECTIVE)
        && !is(n, PLACE | ADJECTIVE)
    {
        return Some(Match::new(i, 2, 0.55, vec![pattern("two names")]));
    }
    None
}

/// Whether a verb in the third person or the past tense follows: a sentence about whoever is named before it.
fn verb_follows(rest: &str) -> bool {
    let Some(rest) = rest.strip_prefix(' ') else {
        return false;
    };
    let word = rest.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    word.len() >= 10
        && word.starts_with(char::is_lowercase)
        && [
            "ет",
            "ит",
            "ил",
            "ал",
            "ил",
            "ала",
            "ила",
            "ел",
            "ела",
            "ился",
            "ался",
            "илась",
            "алась",
            "ется",
            "ится",
        ]
        .iter()
        .any(|e| word.ends_with(e))
}

impl Word {
    /// A word of public life that is never part of a name.
    fn ru_never(&self) -> bool {
        self.kinds & (dict::NEVER | dict::RU_OFFICE) != 0
    }
}
