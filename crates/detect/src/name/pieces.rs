//! The words of a name, with the places where they stand.

use std::borrow::Cow;

use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::han;

/// Words of a name at most.
const MOST: usize = 12;

/// One word of a name.
#[derive(Debug, Clone)]
pub(super) struct Piece<'a> {
    pub(super) start: usize,
    /// One past its last byte, with the full stop of an initial.
    pub(super) end: usize,
    /// The letters, composed.
    pub(super) word: Cow<'a, str>,
    /// Whether only the first letter of a name stands here.
    pub(super) initial: bool,
    /// Whether a full stop follows.
    pub(super) stop: bool,
}

/// All words of a name.
#[derive(Debug)]
pub(super) struct Pieces<'a> {
    pub(super) list: Vec<Piece<'a>>,
    /// How many words stand before the first comma.
    pub(super) comma: Option<usize>,
}

impl<'a> Pieces<'a> {
    /// Cuts a value into words; nothing where it holds what no name holds.
    pub(super) fn of(value: &'a str) -> Option<Self> {
        // 张伟 (Zhang Wei): what a bracket adds is said a second time.
        let body = value.split(['(', '（', '[', '/']).next()?;
        let mut list: Vec<Piece<'a>> = Vec::new();
        let mut comma = None;
        let mut chars = body.char_indices().peekable();
        while let Some((start, c)) = chars.next() {
            if c == ',' || c == '，' {
                comma = comma.or((!list.is_empty()).then_some(list.len()));
                continue;
            }
            if !c.is_alphabetic() {
                match c {
                    '·' | '•' | '.' | '"' | '\'' | '«' | '»' | '“' | '”' | '‧' | '_' | '-' | '’' | ';' | ':' =>
                    {
                        continue;
                    }
                    c if c.is_whitespace() || matches!(c, '\u{200B}'..='\u{200F}' | '\u{FEFF}') => continue,
                    _ => return None,
                }
            }
            let mut end = start + c.len_utf8();
            let mut last = c;
            while let Some(&(at, d)) = chars.peek() {
                let joins = d.is_alphabetic() && han::is(d) == han::is(c)
                    || is_combining_mark(d)
                    || matches!(d, '-' | '\'' | '’' | '‑' | '`') && letter_at(body, at + d.len_utf8()) && last != d;
                if !joins {
                    break;
                }
                end = at + d.len_utf8();
                last = d;
                chars.next();
            }
            let raw = body.get(start..end)?;
            let word: Cow<'a, str> = if is_nfc(raw) {
                Cow::Borrowed(raw)
            } else {
                Cow::Owned(raw.nfc().collect())
            };
            let stop = body.get(end..).is_some_and(|t| t.starts_with('.'));
            let letters = word.chars().filter(|c| c.is_alphabetic()).count();
            let capital = c.is_uppercase();
            let initial =
                letters == 1 && capital && !han::is(c) || letters == 2 && capital && stop && two_letters(&word);
            if initial && stop {
                end += 1;
            }
            list.push(Piece {
                start,
                end,
                word,
                initial,
                stop,
            });
            if list.len() > MOST {
                return None;
            }
        }
        (!list.is_empty()).then_some(Self { list, comma })
    }
}

/// Initials of two letters: Ю. is written Yu, Ж. Zh.
fn two_letters(word: &str) -> bool {
    matches!(
        word,
        "Yu" | "Ya" | "Zh" | "Kh" | "Ch" | "Sh" | "Th" | "Ng" | "Ph" | "Tr" | "Дж" | "Юр" | "Ал"
    )
}

fn letter_at(text: &str, at: usize) -> bool {
    text.get(at..)
        .and_then(|t| t.chars().next())
        .is_some_and(char::is_alphabetic)
}
