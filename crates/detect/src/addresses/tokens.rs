//! The pieces that the grammars of spaced languages read: words, numbers, marks.

use super::lower::{Lower, spaced};

/// What a piece is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Letters, with hyphens, apostrophes and digits inside: `пр-т`, `Q1`.
    Word,
    /// Begins with a digit: `12`, `123/4A`, `5-я`.
    Number,
    /// One mark.
    Mark(char),
    /// A line break.
    Line,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) kind: Kind,
    /// Begins with a capital letter.
    pub(super) capital: bool,
}

/// The tokens of a stretch, with the text and its lower case.
#[derive(Debug)]
pub(super) struct Tokens<'a> {
    pub(super) text: &'a str,
    /// The lower case of the stretch, which begins at `from`.
    lower: &'a str,
    from: usize,
    pub(super) list: Vec<Token>,
}

impl<'a> Tokens<'a> {
    /// Cuts a stretch of the text into tokens.
    pub(super) fn read(text: &'a str, lower: &'a Lower, from: usize, to: usize) -> Self {
        let mut list = Vec::with_capacity((to - from) / 4);
        let lower = lower.get(from..to).unwrap_or_default();
        let stretch = text.get(from..to).unwrap_or_default();
        let mut chars = stretch.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            let start = from + at;
            let mut end = start + c.len_utf8();
            let kind = if spaced(c) || c.is_alphanumeric() {
                let number = c.is_ascii_digit();
                while let Some(&(next, d)) = chars.peek() {
                    let joins = spaced(d)
                        || d.is_alphanumeric()
                        || (matches!(d, '-' | '\'' | '’')
                            || d == '/'
                                && (number
                                    || next - at <= 2
                                    || stretch
                                        .get(..next)
                                        .is_some_and(|s| s.ends_with(|c: char| c.is_ascii_digit()))))
                            && stretch
                                .get(next + d.len_utf8()..)
                                .and_then(|r| r.chars().next())
                                .is_some_and(char::is_alphanumeric);
                    if !joins {
                        break;
                    }
                    end = from + next + d.len_utf8();
                    chars.next();
                }
                if number { Kind::Number } else { Kind::Word }
            } else if c == '\n' {
                Kind::Line
            } else if c.is_whitespace() && c != '\t' {
                continue;
            } else {
                Kind::Mark(c)
            };
            list.push(Token {
                start,
                end,
                kind,
                capital: c.is_uppercase(),
            });
        }
        Self {
            text,
            lower,
            from,
            list,
        }
    }

    pub(super) fn get(&self, i: usize) -> Option<&Token> {
        self.list.get(i)
    }

    /// The small letters of a token; empty beyond the end.
    pub(super) fn low(&self, i: usize) -> &'a str {
        self.list
            .get(i)
            .and_then(|t| {
                self.lower
                    .get(t.start.checked_sub(self.from)?..t.end.checked_sub(self.from)?)
            })
            .unwrap_or_default()
    }

    /// A token as written; empty beyond the end.
    pub(super) fn raw(&self, i: usize) -> &'a str {
        self.list
            .get(i)
            .and_then(|t| self.text.get(t.start..t.end))
            .unwrap_or_default()
    }

    pub(super) fn is_word(&self, i: usize) -> bool {
        self.get(i).is_some_and(|t| t.kind == Kind::Word)
    }

    pub(super) fn is_number(&self, i: usize) -> bool {
        self.get(i).is_some_and(|t| t.kind == Kind::Number)
    }

    /// A word with a capital at its head.
    pub(super) fn is_name(&self, i: usize) -> bool {
        self.get(i).is_some_and(|t| t.kind == Kind::Word && t.capital)
    }

    pub(super) fn is_mark(&self, i: usize, mark: char) -> bool {
        self.get(i).is_some_and(|t| t.kind == Kind::Mark(mark))
    }

    /// The index after an optional full stop.
    pub(super) fn after_stop(&self, i: usize) -> usize {
        i + usize::from(self.is_mark(i, '.'))
    }
}

/// Whether a token can be the number of a house or flat: `5`, `12A`, `123/4A/5`, `12-14`; no year with a slash, no decree.
pub(super) fn house_number(raw: &str) -> bool {
    let mut parts = 0;
    raw.len() <= 16
        && raw.split(['/', '-']).all(|part| {
            parts += 1;
            let digits = part.bytes().take_while(u8::is_ascii_digit).count();
            let letters = part.get(digits..).unwrap_or_default().chars().count();
            let year = digits == 4 && (part.starts_with("19") || part.starts_with("20")) && raw.len() > 4;
            parts <= 4 && digits <= 5 && letters <= 2 && (digits > 0 || letters == 1) && !year
        })
}
