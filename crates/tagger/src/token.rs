//! Text as tokens: words, numbers, single Han characters, marks, ends of lines.

use crate::hash::{self, EMPTY};
use crate::lexicon::Flags;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sort {
    /// A run of letters.
    Word,
    /// One Han character.
    Han,
    /// A run of digits.
    Number,
    /// One character of another kind.
    Mark,
    /// One or more ends of lines.
    Line,
}

/// How a token is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Shape {
    /// small
    Small,
    /// Title
    Title,
    /// CAPITALS
    Upper,
    /// J
    Single,
    /// `McDonald`, `iPhone`
    Mixed,
    /// A Han character.
    Han,
    /// 1
    Digit,
    /// 12
    Digits,
    /// 2025
    Year,
    /// 123456
    Long,
    /// A full stop.
    Stop,
    /// A comma or semicolon.
    Comma,
    /// A hyphen or dash.
    Dash,
    /// An opening or closing quotation mark, a bracket.
    Quote,
    /// @, #, / and what else makes a token part of an address or a code.
    Glue,
    /// Another mark.
    Mark,
    /// End of line.
    Line,
    /// Before the first token or after the last.
    Edge,
}

impl Shape {
    /// Whether a word is written with a capital letter.
    #[inline]
    pub fn capital(self) -> bool {
        matches!(self, Self::Title | Self::Upper | Self::Single | Self::Mixed)
    }
}

/// One token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// First byte in the text.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// What it is.
    pub sort: Sort,
    /// How it is written.
    pub shape: Shape,
    /// Whether white space stands before it.
    pub spaced: bool,
    /// The hash of its letters in lower case.
    pub hash: u64,
    /// What it may be by the lexicon; filled in later.
    pub flags: Flags,
}

/// Whether a character is a Han character.
#[inline]
pub fn han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}' | '〇')
}

/// Marks that combine with the letter before them.
#[inline]
fn combining(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}' | '\u{483}'..='\u{489}' | '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{FE00}'..='\u{FE0F}')
}

#[inline]
fn letter(c: char) -> bool {
    match c {
        'a'..='z' | 'A'..='Z' => true,
        '\0'..='\u{7F}' => false,
        c => !han(c) && (c.is_alphabetic() || combining(c)),
    }
}

/// Adds the tokens of a piece of text; offsets are of the whole text, in which the piece begins at `base`.
pub fn read(piece: &str, base: usize, out: &mut Vec<Token>) {
    let mut chars = piece.char_indices().peekable();
    let mut spaced = true;
    while let Some((at, c)) = chars.next() {
        if c == '\n' || c == '\r' {
            match out.last_mut() {
                Some(last) if last.sort == Sort::Line => last.end = base + at + 1,
                _ => out.push(Token {
                    start: base + at,
                    end: base + at + 1,
                    sort: Sort::Line,
                    shape: Shape::Line,
                    spaced,
                    hash: LINE,
                    flags: 0,
                }),
            }
            spaced = true;
            continue;
        }
        if c.is_whitespace() {
            spaced = true;
            continue;
        }
        let mut end = at + c.len_utf8();
        let mut hash = hash::with(EMPTY, hash::lower(c));
        let (sort, shape);
        if letter(c) {
            let (mut letters, mut capitals) = (1_u32, u32::from(c.is_uppercase()));
            let first = capitals > 0;
            while let Some(&(i, c)) = chars.peek()
                && letter(c)
            {
                hash = hash::with(hash, hash::lower(c));
                letters += 1;
                capitals += u32::from(match c {
                    'a'..='z' | 'а'..='я' => false,
                    'A'..='Z' => true,
                    c => c.is_uppercase(),
                });
                end = i + c.len_utf8();
                chars.next();
            }
            sort = Sort::Word;
            shape = match (letters, capitals) {
                (_, 0) => Shape::Small,
                (1, _) => Shape::Single,
                (n, m) if n == m => Shape::Upper,
                (_, 1) if first => Shape::Title,
                _ => Shape::Mixed,
            };
        } else if c.is_ascii_digit() {
            let mut digits = 1;
            let year = matches!(c, '1' | '2');
            while let Some(&(i, c)) = chars.peek()
                && c.is_ascii_digit()
            {
                digits += 1;
                end = i + 1;
                chars.next();
            }
            sort = Sort::Number;
            shape = match digits {
                1 => Shape::Digit,
                2 => Shape::Digits,
                4 if year => Shape::Year,
                _ => Shape::Long,
            };
            hash = NUMBER.wrapping_add(digits.min(6));
        } else if han(c) {
            (sort, shape) = (Sort::Han, Shape::Han);
        } else {
            sort = Sort::Mark;
            shape = mark(c);
        }
        out.push(Token {
            start: base + at,
            end: base + end,
            sort,
            shape,
            spaced,
            hash,
            flags: 0,
        });
        spaced = false;
    }
}

fn mark(c: char) -> Shape {
    match c {
        '.' | '!' | '?' | '。' | '！' | '？' | '…' => Shape::Stop,
        ',' | ';' | ':' | '，' | '；' | '：' | '、' => Shape::Comma,
        '-' | '–' | '—' | '‑' | '\'' | '’' | '·' | '•' => Shape::Dash,
        '"' | '«' | '»' | '“' | '”' | '„' | '(' | ')' | '[' | ']' | '（' | '）' | '「' | '」' | '《' | '》' | '‘' => {
            Shape::Quote
        }
        '@' | '#' | '/' | '_' | '\\' | '=' | '&' | '+' | '<' | '>' => Shape::Glue,
        _ => Shape::Mark,
    }
}

/// What stands for a number of digits.
const NUMBER: u64 = 0x4E75_6D62_6572_0000;
/// What stands for an end of line.
const LINE: u64 = 0x4C69_6E65_0000_0001;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_numbers_marks_and_lines_are_told_apart() {
        let text = "Ông J. Smith-Đặng, 王伟 2025\n\nИванов";
        let mut tokens = Vec::new();
        read(text, 0, &mut tokens);
        let seen: Vec<(&str, Shape)> = tokens
            .iter()
            .filter_map(|t| Some((text.get(t.start..t.end)?, t.shape)))
            .collect();
        assert_eq!(
            seen,
            [
                ("Ông", Shape::Title),
                ("J", Shape::Single),
                (".", Shape::Stop),
                ("Smith", Shape::Title),
                ("-", Shape::Dash),
                ("Đặng", Shape::Title),
                (",", Shape::Comma),
                ("王", Shape::Han),
                ("伟", Shape::Han),
                ("2025", Shape::Year),
                ("\n\n", Shape::Line),
                ("Иванов", Shape::Title),
            ]
        );
    }
}
