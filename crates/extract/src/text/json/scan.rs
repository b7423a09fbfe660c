//! Tokens of JSON, and looks ahead that tell how values are best given.

use memchr::{memchr2, memchr3};

/// How far is looked ahead, in bytes.
const AHEAD: usize = 64 << 10;
/// Records that are looked at before an array is taken for a table.
const RECORDS: usize = 20;
/// Most members of a record that is a row.
const MEMBERS: usize = 256;

/// Where a string ends.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum End {
    /// At the quote at this offset.
    Quote(usize),
    /// At this line break: it was never closed.
    Line(usize),
    /// Not within the text.
    Open,
}

/// The end of the string whose content begins at `from`. `one_line`: no value crosses a line break.
pub(super) fn string_end(bytes: &[u8], from: usize, one_line: bool) -> End {
    let mut at = from;
    while let Some(found) = bytes
        .get(at..)
        .and_then(|b| memchr3(b'"', b'\\', b'\n', b))
        .map(|i| at + i)
    {
        match bytes[found] {
            b'"' => return End::Quote(found),
            b'\\' => at = found + 2,
            _ if one_line || new_member(&bytes[found..]) => return End::Line(found),
            _ => at = found + 1,
        }
    }
    End::Open
}

/// Whether a line looks like the next member or the end of an object: the string before it was not closed.
fn new_member(rest: &[u8]) -> bool {
    let line = rest.get(..200).unwrap_or(rest).trim_ascii_start();
    match line.first() {
        Some(b'}' | b']') => true,
        Some(b'"') => match memchr2(b'"', b'\n', &line[1..]) {
            Some(i) if line[1 + i] == b'"' => line[i + 2..].trim_ascii_start().first() == Some(&b':'),
            _ => false,
        },
        _ => false,
    }
}

/// The end of a number, a word, or whatever else stands there without quotes.
pub(super) fn word_end(bytes: &[u8], from: usize) -> usize {
    bytes[from..]
        .iter()
        .position(|b| {
            matches!(
                b,
                b' ' | b'\t' | b'\r' | b'\n' | b',' | b':' | b'{' | b'}' | b'[' | b']' | b'"'
            )
        })
        .map_or(bytes.len(), |i| from + i)
}

/// The first byte at or behind `from` that is no white space.
pub(super) fn skip_blanks(bytes: &[u8], from: usize) -> usize {
    bytes
        .get(from..)
        .and_then(|b| b.iter().position(|b| !matches!(b, b' ' | b'\t' | b'\r' | b'\n')))
        .map_or(bytes.len(), |i| from + i)
}

#[derive(Clone, Copy)]
pub(super) enum Token {
    Open(u8),
    Close(u8),
    /// Content of a string.
    Text(usize, usize),
    /// A word or number.
    Word(usize, usize),
    Colon,
    Comma,
}

/// Strict tokens for looking ahead; ends where the text is cut off or out of sight.
struct Tokens<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        let at = skip_blanks(self.bytes, self.at);
        let b = *self.bytes.get(at)?;
        let (token, end) = match b {
            b'{' | b'[' => (Token::Open(b), at + 1),
            b'}' | b']' => (Token::Close(b), at + 1),
            b':' => (Token::Colon, at + 1),
            b',' => (Token::Comma, at + 1),
            b'"' => match string_end(self.bytes, at + 1, false) {
                End::Quote(end) => (Token::Text(at + 1, end), end + 1),
                _ => return None,
            },
            _ => {
                let end = word_end(self.bytes, at);
                (Token::Word(at, end), end)
            }
        };
        self.at = end;
        Some(token)
    }
}

fn ahead(bytes: &[u8], from: usize) -> Tokens<'_> {
    Tokens {
        bytes: bytes.get(..from + AHEAD).unwrap_or(bytes),
        at: from,
    }
}

/// Whether records follow at `from` that are rows of a table: several objects whose members are all plain values, or lists of them.
pub(super) fn records(bytes: &[u8], from: usize) -> bool {
    let mut seen = 0;
    let (mut depth, mut members, mut key_next, mut list) = (0_u32, 0, false, false);
    for token in ahead(bytes, from) {
        match token {
            Token::Open(b'{') if depth == 0 => {
                (depth, members, key_next) = (1, 0, true);
            }
            Token::Close(b'}') if depth == 1 && !list => {
                if members == 0 {
                    return false;
                }
                depth = 0;
                seen += 1;
                if seen >= RECORDS {
                    break;
                }
            }
            Token::Open(b'[') if depth == 1 && !list && !key_next => list = true,
            Token::Close(b']') if list => list = false,
            Token::Close(b']') if depth == 0 => break,
            Token::Text(..) | Token::Word(..) if depth == 1 => {
                members += usize::from(key_next);
                if members > MEMBERS {
                    return false;
                }
            }
            Token::Colon if depth == 1 && !list => key_next = false,
            Token::Comma if depth == 1 && !list => key_next = true,
            Token::Comma => {}
            _ => return false,
        }
    }
    seen >= 2
}

/// A piece of running text in a list.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Item {
    /// Content of a string that belongs to the text.
    Text(usize, usize),
    /// Another member of an object: key and value.
    Beside(usize, usize, usize, usize),
}

/// What a list turned out to be.
pub(super) enum List {
    /// Running text that is split into strings and objects; with where the list ends.
    Text(Vec<(usize, Item)>, usize),
    /// Anything else.
    Other,
    /// The end is not in sight yet.
    Waits,
}

/// Looks whether the list that begins at `from` (behind its bracket) is one text, split into strings and objects that have a string
/// called `text`, as chat programs write messages with links, numbers and names in them.
pub(super) fn split_text(bytes: &[u8], from: usize) -> List {
    let mut tokens = ahead(bytes, from);
    let (mut items, mut objects, mut element) = (Vec::new(), 0, 0);
    let (mut inside, mut key, mut has_text): (bool, Option<(usize, usize)>, bool) = (false, None, false);
    while let Some(token) = tokens.next() {
        match token {
            Token::Open(b'{') if !inside => {
                (inside, key, has_text) = (true, None, false);
                objects += 1;
            }
            Token::Close(b'}') if inside && has_text => inside = false,
            Token::Close(b']') if !inside => {
                return if objects > 0 {
                    List::Text(items, tokens.at)
                } else {
                    List::Other
                };
            }
            Token::Text(a, b) if !inside => items.push((element, Item::Text(a, b))),
            Token::Text(a, b) | Token::Word(a, b) if inside => match key.take() {
                None => key = Some((a, b)),
                Some((ka, kb)) if bytes.get(ka..kb) == Some(b"text") && matches!(token, Token::Text(..)) => {
                    has_text = true;
                    items.push((element, Item::Text(a, b)));
                }
                Some((ka, kb)) => items.push((element, Item::Beside(ka, kb, a, b))),
            },
            Token::Colon if inside && key.is_some() => {}
            Token::Comma if inside => key = None,
            Token::Comma => element += 1,
            _ => return List::Other,
        }
    }
    if bytes.len() > from + AHEAD {
        List::Other
    } else {
        List::Waits
    }
}
