//! Words with capital letters, and the chains that they form: the places where a name of Latin or Cyrillic letters can be.

use super::dict::{self, Hash, Kinds};
use super::russian;

/// How a word is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// `Anna`
    Title,
    /// `ANNA`
    Upper,
    /// `A.`, `Yu.`, or a single capital letter; the full stop belongs to it.
    Initial,
    /// `van`, `de`: a small word inside a name.
    Small,
    /// `McDonald`, `iPhone`
    Mixed,
}

/// One word of a chain.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Word {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) shape: Shape,
    pub(crate) cyrillic: bool,
    /// Whether it has letters beyond ASCII (of Latin words: diacritics).
    pub(crate) marked: bool,
    pub(crate) kinds: Kinds,
    /// What a Russian word may be.
    pub(crate) ru: russian::Kinds,
    /// Number of letters.
    pub(crate) letters: u8,
}

/// Longest chain that is kept together.
pub(crate) const MAX_CHAIN: usize = 16;

/// Bytes with which a capital letter may begin: 1 surely, 2 perhaps.
const fn classes() -> [u8; 256] {
    let mut table = [0; 256];
    let mut i = 0;
    while i < 256 {
        table[i] = match i as u8 {
            b'A'..=b'Z' => 1,
            0xC3..=0xC6 | 0xD0 | 0xE1 => 2,
            _ => 0,
        };
        i += 1;
    }
    table
}

static CLASS: [u8; 256] = classes();

/// Whether a letter of an alphabet (not a Han character) ends directly before the offset.
pub(crate) fn letter_before(text: &str, at: usize) -> bool {
    text.get(..at)
        .and_then(|t| t.chars().next_back())
        .is_some_and(|c| spelt(c) || c.is_ascii_digit() || c == '_')
}

/// A letter of an alphabet.
pub(crate) fn spelt(c: char) -> bool {
    match c {
        'a'..='z' | 'A'..='Z' => true,
        '\u{0}'..='\u{7F}' => false,
        '\u{2E80}'.. | '×' | '÷' => false,
        '\u{C0}'..='\u{24F}' | '\u{400}'..='\u{481}' | '\u{1EA0}'..='\u{1EF9}' => true,
        '\u{2000}'..='\u{206F}' => false,
        _ => c.is_alphabetic(),
    }
}

/// The next offset at or after `from` where a word with a capital letter begins.
pub(crate) fn next_capital(text: &str, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut i = from;
    loop {
        let lead = *bytes.get(i)?;
        let capital = match CLASS[usize::from(lead)] {
            0 => false,
            1 => true,
            _ => {
                let second = bytes.get(i + 1).copied().unwrap_or_default();
                match lead {
                    0xD0 => matches!(second, 0x80..=0xAF),
                    0xC3 => matches!(second, 0x80..=0x9E),
                    _ => text
                        .get(i..)
                        .and_then(|t| t.chars().next())
                        .is_some_and(char::is_uppercase),
                }
            }
        };
        if capital && !letter_before(text, i) {
            return Some(i);
        }
        i += 1;
    }
}

/// The word at an offset: its length and how it is written. Apostrophes and hyphens between letters belong to it.
fn spell(text: &str) -> Option<(usize, Shape, bool, bool, u8)> {
    let mut end = 0;
    let (mut upper, mut lower, mut letters, mut cyrillic, mut marked) = (0_u32, 0_u32, 0_u32, false, false);
    let mut first_upper = false;
    let mut late_upper = false;
    let mut joined = false;
    let mut chars = text.char_indices().peekable();
    while let Some((i, c)) = chars.next() {
        if spelt(c) {
            if letters == 0 {
                first_upper = c.is_uppercase();
            }
            letters += 1;
            if c.is_uppercase() {
                upper += 1;
                late_upper |= letters > 1 && !joined;
            } else {
                lower += 1;
            }
            cyrillic |= ('\u{400}'..='\u{52F}').contains(&c);
            marked |= !c.is_ascii();
            joined = false;
        } else if matches!(c, '-' | '\'' | '’' | '‑')
            && letters > 0
            && chars.peek().is_some_and(|(_, n)| spelt(*n))
            && !joined
        {
            joined = true;
        } else {
            break;
        }
        end = i + c.len_utf8();
        if letters > 48 {
            return None;
        }
    }
    if letters == 0 {
        return None;
    }
    let shape = if letters == 1 && first_upper {
        Shape::Initial
    } else if lower == 0 {
        Shape::Upper
    } else if first_upper && !late_upper {
        Shape::Title
    } else if !first_upper && upper == 0 {
        Shape::Small
    } else {
        Shape::Mixed
    };
    Some((end, shape, cyrillic, marked && !cyrillic, letters.min(255) as u8))
}

/// The word that begins at `start`.
pub(crate) fn word_at(text: &str, start: usize) -> Option<Word> {
    let rest = text.get(start..)?;
    let (mut len, mut shape, cyrillic, marked, mut letters) = spell(rest)?;
    // Anna's: the ending of the owner is no part of the name.
    if let Some(owner) = rest
        .get(..len)
        .and_then(|w| w.strip_suffix("'s").or_else(|| w.strip_suffix("’s")))
        && letters > 3
    {
        (len, letters) = (owner.len(), letters - 1);
    }
    let tail = rest.as_bytes().get(len).copied();
    if tail.is_some_and(|b| b.is_ascii_digit() || b == b'_' || b == b'@') {
        return None;
    }
    // Two letters with a full stop directly before another capital are an initial too: Yu.
    if shape == Shape::Title && letters == 2 && tail == Some(b'.') && cyrillic {
        shape = match rest.get(len + 1..).and_then(|t| t.chars().find(|c| *c != ' ')) {
            Some(c) if c.is_uppercase() && rest.starts_with(['Ю', 'Я', 'Ж', 'Д', 'Х', 'Ш']) => Shape::Initial,
            _ => shape,
        };
    }
    let word = rest.get(..len)?;
    let kinds = dict::kinds_of(word);
    let ru = if cyrillic && shape != Shape::Initial {
        russian::kinds(word)
    } else {
        0
    };
    if shape == Shape::Initial && tail == Some(b'.') {
        len += 1;
    }
    Some(Word {
        start,
        end: start + len,
        shape,
        cyrillic,
        marked,
        kinds,
        ru,
        letters,
    })
}

/// The chain of words that begins at `start`: words with capital letters, small words between them, initials.
pub(crate) fn chain(text: &str, start: usize, words: &mut Vec<Word>) {
    words.clear();
    let Some(first) = word_at(text, start) else { return };
    words.push(first);
    while words.len() < MAX_CHAIN {
        let Some(&last) = words.last() else { return };
        let Some(next) = following(text, last) else { return };
        let Some(word) = word_at(text, next) else { return };
        if word.cyrillic != last.cyrillic {
            return;
        }
        if word.shape == Shape::Small {
            // Али оглы: the small word ends the name.
            if matches!(text.get(word.start..word.end), Some("оглы" | "кызы" | "угли")) {
                words.push(word);
                return;
            }
            if word.kinds & dict::PARTICLE == 0 || last.shape == Shape::Initial && word.letters == 1 {
                return;
            }
            let Some(after) = following(text, word).and_then(|at| word_at(text, at)) else {
                return;
            };
            if after.shape == Shape::Small {
                // Two small words: van der Berg.
                let third = following(text, after).and_then(|at| word_at(text, at));
                if after.kinds & dict::PARTICLE == 0 || third.is_none_or(|t| t.shape == Shape::Small) {
                    return;
                }
                words.push(word);
                words.push(after);
                continue;
            }
        }
        words.push(word);
    }
}

/// Where the next word of a chain may begin: after one space, or directly after an initial with its full stop.
fn following(text: &str, last: Word) -> Option<usize> {
    let rest = text.get(last.end..)?;
    let bytes = rest.as_bytes();
    let gap = match bytes {
        [b' ', b' ', ..] => return None,
        [b' ', ..] => 1,
        [0xC2, 0xA0, ..] => 2,
        _ if last.shape == Shape::Initial && text.as_bytes().get(last.end - 1) == Some(&b'.') => 0,
        _ => return None,
    };
    rest.get(gap..)?.chars().next().filter(|c| spelt(*c))?;
    Some(last.end + gap)
}

/// The hash of some words of a chain as a phrase.
pub(crate) fn phrase(text: &str, words: &[Word]) -> Hash {
    let mut hash = Hash::EMPTY;
    for (i, w) in words.iter().enumerate() {
        if i > 0 {
            hash = hash.with(" ");
        }
        hash = hash.with(text.get(w.start..w.end).unwrap_or_default());
    }
    hash
}
