//! Names in Latin letters outside Vietnam: given and family name, initials, titles, particles.

use super::cues::Cue;
use super::dict;
use super::words::{Shape, Word};
use super::{Match, pattern, word_reason};

fn full(w: &Word) -> bool {
    matches!(w.shape, Shape::Title | Shape::Upper | Shape::Mixed) && w.letters >= 2 && !w.cyrillic
}

fn given(w: &Word) -> bool {
    full(w) && w.kinds & dict::EN_GIVEN != 0 && !common(w)
}

/// A given name of many that is also a common word.
fn given_word(w: &Word) -> bool {
    w.shape == Shape::Title && w.kinds & dict::EN_GIVEN != 0 && w.kinds & (dict::NEVER | dict::PLACE | dict::TITLE) == 0
}

fn any_given(w: &Word) -> bool {
    full(w) && w.kinds & (dict::EN_GIVEN | dict::EN_RARE) != 0
}

fn family(w: &Word) -> bool {
    full(w) && w.kinds & dict::EN_SURNAME != 0
}

fn common(w: &Word) -> bool {
    w.kinds & dict::EN_WORD != 0
}

fn not_name(w: &Word) -> bool {
    w.kinds & dict::BEFORE_PLACE != 0
        || w.kinds & (dict::NEVER | dict::PLACE | dict::VI_PLACE) != 0 && w.kinds & dict::EN_GIVEN == 0
        || w.kinds & (dict::NOT_PERSON | dict::EN_ORG) != 0 && w.kinds & (dict::EN_GIVEN | dict::EN_SURNAME) == 0
}

/// A word that may be a name because of where it stands.
fn possible(w: &Word) -> bool {
    full(w)
        && !not_name(w)
        && w.kinds & dict::NEVER == 0
        && (w.kinds & dict::TITLE == 0 || w.kinds & dict::EN_SURNAME != 0)
}

/// How many words from `from` on are one family name, with its particles: van der Berg.
fn family_len(words: &[Word], from: usize) -> usize {
    let mut n = 0;
    while words.get(from + n).is_some_and(|w| w.shape == Shape::Small) && n < 3 {
        n += 1;
    }
    if words.get(from + n).is_some_and(possible) {
        n + 1
    } else {
        0
    }
}

/// Whether the chain ends like the name of a company, a street, an institution.
fn of_thing(words: &[Word], i: usize, end: usize) -> bool {
    words
        .iter()
        .enumerate()
        .skip(i + 1)
        .any(|(n, w)| n >= end && n < end + 3 && w.kinds & (dict::NOT_PERSON | dict::EN_ORG) != 0)
}

/// A person's name that begins at word `i` of a chain.
pub(crate) fn find(text: &str, words: &[Word], i: usize, cue: &Cue<'_>) -> Option<Match> {
    let w = words.get(i)?;
    if w.cyrillic || w.shape == Shape::Small {
        return None;
    }
    let found = candidate(text, words, i, cue)?;
    // Harper & Stone: partners of a firm.
    let end = words.get(found.to - 1).map_or(0, |w| w.end);
    let firm =
        text.get(end..).is_some_and(|t| t.starts_with(" & ")) || text.get(..w.start).is_some_and(|t| t.ends_with("& "));
    if firm && !cue.title() {
        return None;
    }
    // Enron Corp, Georgia Tech
    if let (Some(first), Some(last)) = (words.get(found.from), words.get(found.to - 1))
        && found.to - found.from >= 2
        && (last.kinds & (dict::EN_ORG | dict::NOT_PERSON) != 0 && !(family(last) && given(first))
            || first.kinds & dict::PLACE != 0 && !family(last))
    {
        return None;
    }
    if of_thing(words, i, found.to) && !(cue.title() && found.score > 0.9) {
        return None;
    }
    Some(found)
}

fn candidate(text: &str, words: &[Word], i: usize, cue: &Cue<'_>) -> Option<Match> {
    let w = words.get(i)?;
    let initial = |n: usize| {
        words
            .get(i + n)
            .is_some_and(|w| w.shape == Shape::Initial && !w.cyrillic)
    };
    let dotted = |n: usize| {
        words
            .get(i + n)
            .is_some_and(|w| text.as_bytes().get(w.end - 1) == Some(&b'.'))
    };
    // The major leaders, a general view: adjectives in small letters.
    let adjective = matches!(
        cue.phrase,
        "major"
            | "general"
            | "father"
            | "sister"
            | "queen"
            | "king"
            | "justice"
            | "officer"
            | "saint"
            | "private"
            | "gen"
            | "rep"
            | "sen"
    );
    let titled = !adjective && cue.title() && !cue.comma && (!cue.newline || cue.label()) || cue.greeting();
    // Mr, Dr, Dear: the chain behind it is the name.
    if titled && (possible(w) || initial(0)) {
        let mut n = 0;
        while initial(n) && n < 3 {
            n += 1;
        }
        let mut parts = 0;
        while parts < 3 {
            let len = family_len(words, i + n);
            if len == 0
                || parts > 0
                    && words.get(i + n).is_some_and(|w| {
                        w.kinds & (dict::NOT_PERSON | dict::EN_ORG) != 0 && w.kinds & dict::EN_SURNAME == 0
                    })
            {
                break;
            }
            n += len;
            parts += 1;
            while initial(n) && words.get(i + n + 1).is_some_and(possible) {
                n += 1;
            }
        }
        let name = words.get(i..i + n)?;
        let names = name.iter().any(|w| any_given(w) || family(w));
        let plain_word = name.iter().all(|w| common(w) && !any_given(w) && !family(w));
        if parts > 0 && !plain_word {
            let strong = cue.has(dict::TITLE) && cue.phrase.len() <= 5 || cue.label();
            let score = match (strong, names) {
                (true, true) => 0.95,
                (true, false) => 0.88,
                (false, true) => 0.85,
                (false, false) if cue.greeting() => 0.55,
                (false, false) => 0.62,
            };
            return Some(Match::new(i, n, score, vec![cue.reason()]));
        }
    }
    // J. R. Smith, J.R.R. Tolkien
    let spaced = text
        .get(..w.start)
        .and_then(|t| t.chars().next_back())
        .is_none_or(|c| c.is_whitespace() || matches!(c, '(' | '"' | '“' | ':' | '|' | '>'));
    if initial(0) && dotted(0) && spaced {
        let mut n = 1;
        while initial(n) && n < 3 {
            n += 1;
        }
        let len = family_len(words, i + n);
        let last = words.get((i + n + len).checked_sub(1)?)?;
        if len > 0 && last.letters >= 3 && (family(last) || !common(last)) && !cue.sentence_start | family(last) {
            let score = if family(last) && !common(last) { 0.82 } else { 0.62 };
            return Some(Match::new(i, n + len, score, vec![pattern("initials")]));
        }
        return None;
    }
    if !full(w) || w.kinds & dict::NEVER != 0 && w.kinds & dict::EN_GIVEN == 0 {
        return None;
    }
    if any_given(w) {
        let upper = w.shape == Shape::Upper;
        let weak = common(w) || w.kinds & dict::EN_GIVEN == 0;
        // A middle name or initials between.
        let mut n = 1;
        while initial(n)
            && n < 3
            && words
                .get(i + n + 1)
                .is_some_and(|w| full(w) || w.shape == Shape::Initial)
        {
            n += 1;
        }
        let with_initial = n > 1;
        let len = family_len(words, i + n);
        if len > 0 {
            let last = *words.get(i + n + len - 1)?;
            // A further family name: Mary Ann Smith, Anna García López.
            let more = words.get(i + n + len).copied().filter(|m| {
                len == 1
                    && !with_initial
                    && possible(m)
                    && m.shape == last.shape
                    && (family(m) || !common(m))
                    && (any_given(&last) || !common(m))
            });
            let extra = usize::from(more.is_some());
            let known = family(&last) || more.as_ref().is_some_and(family);
            let plain = common(&last) && !family(&last);
            let score = match (weak, known, plain, with_initial) {
                (_, true, _, true) => 0.93,
                (_, _, false, true) => 0.88,
                (false, true, ..) => {
                    if common(&last) {
                        0.8
                    } else {
                        0.9
                    }
                }
                (false, false, false, _) => 0.78,
                (false, false, true, _) if words.len() == 2 && !upper => 0.55,
                (true, true, ..) => {
                    // Grace Ford lives …: two words that are also common, but a sentence goes on about them.
                    let alone = words.len() == 2 && n + len == 2 && given_word(w) && last.shape == Shape::Title;
                    let goes_on = text
                        .get(last.end..)
                        .and_then(|t| t.strip_prefix(' '))
                        .is_some_and(|t| t.starts_with(|c: char| c.is_ascii_lowercase()));
                    if common(w) && common(&last) {
                        if alone && goes_on && i == 0 { 0.52 } else { 0.45 }
                    } else {
                        0.72
                    }
                }
                (true, false, false, _) if !cue.sentence_start && !common(w) => 0.62,
                (true, false, false, _) if !cue.sentence_start => 0.5,
                _ => 0.0,
            };
            let particle = words.get(i + n).is_some_and(|w| w.shape == Shape::Small);
            let score = if particle && plain { 0.0 } else { score };
            // Lines in capital letters are headings: both words must be names.
            let score = if upper && (!known || common(w) || common(&last) || words.len() > n + len + extra) {
                0.0
            } else {
                score
            };
            if score > 0.0 {
                return Some(Match::new(
                    i,
                    n + len + extra,
                    score,
                    vec![pattern("given-family"), word_reason("given name")],
                ));
            }
        }
        if upper {
            return None;
        }
        let single = i == 0 && words.len() == 1;
        if !weak
            && !not_name(w)
            && w.kinds & (dict::NEVER | dict::PLACE | dict::VI_PLACE) == 0
            && w.shape == Shape::Title
        {
            let last_family = family(w) && !single;
            let score = if cue.speech_after {
                0.72
            } else if single {
                0.58
            } else if last_family {
                0.35
            } else {
                0.42
            };
            return Some(Match::new(i, 1, score, vec![word_reason("given name")]));
        }
        // Bill, Mike: common words, but not with a capital letter in the middle of a sentence, nor alone on a line.
        let alone = cue.newline && cue.line_end && i == 0;
        if given_word(w) && words.len() == 1 && (!cue.sentence_start || alone || cue.speech_after) {
            return Some(Match::new(i, 1, 0.53, vec![word_reason("given name")]));
        }
        return None;
    }
    // Yusuf E. Thomas: the initial says that the unknown word is a given name.
    if possible(w) && !common(w) && w.shape == Shape::Title && initial(1) && dotted(1) {
        let n = if initial(2) { 3 } else { 2 };
        let len = family_len(words, i + n);
        if len > 0
            && words
                .get(i + n + len - 1)
                .is_some_and(|l| family(l) || !common(l) && l.letters >= 3)
        {
            return Some(Match::new(i, n + len, 0.72, vec![pattern("initials")]));
        }
    }
    // A family name before a verb of speech.
    if family(w) && !common(w) && !not_name(w) && cue.speech_after && i == 0 && words.len() == 1 {
        return Some(Match::new(i, 1, 0.6, vec![word_reason("family name")]));
    }
    // The owner of something, in the middle of a sentence: Picasso's style. Without that it may be any town (the Dublin warehouse).
    if family(w)
        && !common(w)
        && !not_name(w)
        && w.shape == Shape::Title
        && i == 0
        && words.len() == 1
        && w.letters >= 4
        && !cue.sentence_start
        && !cue.inside
        && w.kinds & (dict::PLACE | dict::VI_PLACE | dict::NEVER) == 0
        && text
            .get(w.end..)
            .is_some_and(|t| ["'s ", " 's ", "’s "].iter().any(|p| t.starts_with(p)))
    {
        return Some(Match::new(i, 1, 0.52, vec![word_reason("family name")]));
    }
    // An unknown word that speaks: Pirjo says.
    if possible(w)
        && !common(w)
        && w.shape == Shape::Title
        && i == 0
        && words.len() == 1
        && w.letters >= 3
        && (cue.speech_after || cue.speech_before)
        && w.kinds & (dict::PLACE | dict::VI_PLACE) == 0
        && !cue.quoted
    {
        return Some(Match::new(i, 1, 0.55, vec![pattern("speaker")]));
    }
    // An unknown word before a family name.
    if let Some(last) = words.get(i + 1)
        && possible(w)
        && !common(w)
        && possible(last)
        && w.shape == Shape::Title
        && last.shape == Shape::Title
        && i == 0
        && words.len() == 2
        && w.letters >= 3
        && last.letters >= 3
    {
        let score = match (family(w), family(last), common(last), cue.sentence_start) {
            (_, true, false, _) => 0.62,
            (_, true, true, false) => 0.55,
            (_, false, false, _) if w.marked || last.marked || cue.speech_before || cue.speech_after => 0.6,
            (_, false, false, true) if cue.newline && cue.line_end => 0.52,
            // One of a list: Heather Johnson, Usman Shaukat, Gerard Benitez
            (_, false, false, false) if cue.comma && cue.line_end => 0.52,
            (_, false, false, false) => 0.46,
            _ => return None,
        };
        return Some(Match::new(i, 2, score, vec![pattern("given-family")]));
    }
    None
}
