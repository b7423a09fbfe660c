//! Text within a line: fields, bold, italic, gaps for the hand.

use super::{Name, Parser, ROW_NUMBER};
use crate::catalogue::Dictionary;
use crate::error::Error;

/// A piece of a line.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Piece {
    Text {
        text: String,
        bold: bool,
        italic: bool,
    },
    Field {
        name: Name,
        optional: bool,
        short: bool,
        bold: bool,
        italic: bool,
    },
    /// A gap to be filled in by hand; width in characters.
    Blank(u16),
}

/// The list whose rows are being described.
#[derive(Debug, Clone, Default)]
pub(super) struct Scope {
    list: Option<String>,
}

impl Scope {
    /// Goes into the rows of a list and gives back the scope to return to; none within rows.
    pub(super) fn enter(&mut self, list: &str) -> Option<Self> {
        if self.list.is_some() {
            return None;
        }
        let outer = self.clone();
        self.list = Some(list.to_owned());
        Some(outer)
    }

    pub(super) fn resolve(&self, key: &str, dictionary: &Dictionary) -> Option<Name> {
        if let Some(list) = &self.list {
            let full = format!("{list}.{key}");
            if key == ROW_NUMBER || dictionary.contains_key(&full) {
                return Some(Name {
                    full,
                    key: key.to_owned(),
                    in_row: true,
                });
            }
        }
        dictionary.contains_key(key).then(|| Name {
            full: key.to_owned(),
            key: key.to_owned(),
            in_row: false,
        })
    }
}

impl Parser<'_> {
    pub(super) fn inline(&mut self, text: &str) -> Result<Vec<Piece>, Error> {
        let mut pieces = Vec::new();
        let mut run = String::new();
        let (mut bold, mut italic) = (false, false);
        let mut chars = text.chars().peekable();
        let flush = |run: &mut String, bold, italic, pieces: &mut Vec<Piece>| {
            if !run.is_empty() {
                let text = std::mem::take(run);
                pieces.push(Piece::Text { text, bold, italic });
            }
        };
        while let Some(c) = chars.next() {
            match c {
                '\\' => run.extend(chars.next()),
                '*' => {
                    flush(&mut run, bold, italic, &mut pieces);
                    if chars.next_if_eq(&'*').is_some() {
                        bold = !bold;
                    } else {
                        italic = !italic;
                    }
                }
                '_' => {
                    let mut width: u16 = 1;
                    while chars.next_if_eq(&'_').is_some() {
                        width = width.saturating_add(1);
                    }
                    if width < 3 {
                        run.extend(std::iter::repeat_n('_', usize::from(width)));
                    } else {
                        flush(&mut run, bold, italic, &mut pieces);
                        pieces.push(Piece::Blank(width));
                    }
                }
                '{' => {
                    flush(&mut run, bold, italic, &mut pieces);
                    let mut inner = String::new();
                    loop {
                        match chars.next() {
                            Some('}') => break,
                            Some(c) => inner.push(c),
                            None => return Err(self.error("'{' without '}'")),
                        }
                    }
                    let (inner, short) = inner
                        .strip_suffix(":short")
                        .map_or((inner.as_str(), false), |i| (i, true));
                    let (key, optional) = inner.strip_suffix('?').map_or((inner, false), |i| (i, true));
                    let name = self.name(key, None, optional)?;
                    pieces.push(Piece::Field {
                        name,
                        optional,
                        short,
                        bold,
                        italic,
                    });
                }
                '}' => return Err(self.error("'}' without '{'")),
                c => run.push(c),
            }
        }
        flush(&mut run, bold, italic, &mut pieces);
        if bold || italic {
            return Err(self.error("'*' without its end"));
        }
        Ok(pieces)
    }
}
