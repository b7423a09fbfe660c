//! The bytes of a copy on their way out: what stands for a value is escaped as the format needs it where it stands.

use std::io::{self, Write};

use tutela_extract::{Charset, Kind};

/// Writes a copy and knows whether it is inside a string.
pub(super) struct Output<'o> {
    out: &'o mut dyn Write,
    kind: Kind,
    charset: Charset,
    /// The quote of strings, where the format has strings that matter.
    quote: Option<u8>,
    inside: bool,
    escaped: bool,
    failed: Option<io::Error>,
}

impl<'o> Output<'o> {
    pub(super) fn new(out: &'o mut dyn Write, kind: Kind, charset: Charset) -> Self {
        Self {
            out,
            kind,
            charset,
            quote: match kind {
                Kind::Json | Kind::Jsonl => Some(b'"'),
                Kind::Sql => Some(b'\''),
                _ => None,
            }
            .filter(|_| charset.is_narrow()),
            inside: false,
            escaped: false,
            failed: None,
        }
    }

    /// Bytes of the file as they are.
    pub(super) fn copy(&mut self, bytes: &[u8]) -> io::Result<()> {
        if let Some(quote) = self.quote {
            self.follow(quote, bytes);
        }
        self.out.write_all(bytes)
    }

    fn follow(&mut self, quote: u8, bytes: &[u8]) {
        let mut at = 0;
        if self.escaped && !bytes.is_empty() {
            at = 1;
            self.escaped = false;
        }
        while let Some(rest) = bytes.get(at..) {
            let Some(i) = memchr::memchr2(quote, b'\\', rest) else {
                return;
            };
            at += i + 1;
            if rest.get(i) == Some(&quote) {
                self.inside = !self.inside;
            } else if self.inside {
                // The sign behind it is no end.
                self.escaped = at >= bytes.len();
                at += 1;
            }
        }
    }

    /// What stands for bytes that go. `next` is the byte behind them.
    pub(super) fn replace(&mut self, with: &str, gone: &[u8], next: Option<u8>, utf8: bool) {
        let bare = self.quote.is_some() && !self.inside;
        let mut text = escaped(self.kind, with);
        // A number that is no string becomes one.
        let number = gone
            .iter()
            .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+'));
        if bare && number && next.is_none_or(|b| !b.is_ascii_alphanumeric()) {
            let quote = if self.kind == Kind::Sql { '\'' } else { '"' };
            text = format!("{quote}{text}{quote}");
        }
        let bytes = if utf8 {
            Some(text.as_bytes().to_vec())
        } else {
            self.charset.encode(&text)
        };
        // A label that the encoding of the file cannot write becomes stars.
        let bytes = bytes.or_else(|| self.charset.encode("***")).unwrap_or_default();
        if let Err(error) = self.out.write_all(&bytes) {
            self.failed.get_or_insert(error);
        }
    }

    /// The end: the first failure, if there was one.
    pub(super) fn end(self) -> io::Result<()> {
        match self.failed {
            Some(error) => Err(error),
            None => self.out.flush(),
        }
    }
}

/// Text as the format needs it.
fn escaped(kind: Kind, text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match (kind, c) {
            (Kind::Json | Kind::Jsonl, '"' | '\\') => out.extend(['\\', c]),
            (Kind::Json | Kind::Jsonl | Kind::Csv, c) if c.is_control() => out.push(' '),
            (Kind::Xml | Kind::Html, '&') => out.push_str("&amp;"),
            (Kind::Xml | Kind::Html, '<') => out.push_str("&lt;"),
            (Kind::Xml | Kind::Html, '>') => out.push_str("&gt;"),
            (Kind::Xml | Kind::Html, '"') => out.push_str("&quot;"),
            (Kind::Xml | Kind::Html, '\'') => out.push_str("&#39;"),
            // A cell need not be in quotes, and a separator would begin another one.
            (Kind::Csv, ',' | ';' | '|' | '"') | (Kind::Sql, '\'' | '\\') => out.push(' '),
            // These begin lists and references.
            (Kind::Yaml, '[' | '{') => out.push('('),
            (Kind::Yaml, ']' | '}') => out.push(')'),
            (Kind::Yaml, '*') => out.push('x'),
            (Kind::Yaml, ':' | '#' | '&' | '!' | '"' | '\'' | '\n') => out.push(' '),
            _ => out.push(c),
        }
    }
    out
}
