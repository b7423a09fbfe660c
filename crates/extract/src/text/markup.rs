//! Tokens of markup, HTML and XML alike, as tolerant as the programs that show it.

use memchr::memchr;

/// Longest tag that is read as one, in bytes.
const LONGEST_TAG: usize = 1 << 20;

/// What stands next. Ranges are of the text that was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    /// Text up to here.
    Text(usize),
    /// A tag: end of its name, its last byte before `>` (or `/>`), what lies behind it.
    Open {
        name: usize,
        inner: usize,
        next: usize,
        closed: bool,
    },
    /// A closing tag.
    Close { name: usize, next: usize },
    /// A comment, or what is read as one: its content and what lies behind.
    Comment { from: usize, to: usize, next: usize },
    /// A CDATA section.
    Data { from: usize, to: usize, next: usize },
    /// A declaration: nothing that anyone sees.
    Other { next: usize },
    /// Not complete yet.
    Waits,
}

/// The token at `at`. `may_wait`: more text may come.
pub(super) fn token(text: &str, at: usize, may_wait: bool) -> Token {
    let bytes = text.as_bytes();
    if bytes.get(at) != Some(&b'<') {
        return text_token(bytes, at, may_wait);
    }
    let rest = bytes.get(at + 1..).unwrap_or_default();
    match rest.first() {
        None if may_wait => Token::Waits,
        Some(b'!') if rest.starts_with(b"!--") => {
            let from = at + 4;
            match find(bytes, from, b"-->") {
                Some(to) => Token::Comment { from, to, next: to + 3 },
                None if may_wait => Token::Waits,
                None => Token::Comment {
                    from,
                    to: bytes.len(),
                    next: bytes.len(),
                },
            }
        }
        Some(b'!') if rest.starts_with(b"![CDATA[") => {
            let from = at + 9;
            match find(bytes, from, b"]]>") {
                Some(to) => Token::Data { from, to, next: to + 3 },
                None if may_wait => Token::Waits,
                None => Token::Data {
                    from,
                    to: bytes.len(),
                    next: bytes.len(),
                },
            }
        }
        Some(b'!') if may_wait && rest.len() < 8 => Token::Waits,
        Some(b'!') => declaration(bytes, at, may_wait),
        Some(b'?') => match find(bytes, at + 2, b">") {
            Some(end) => Token::Other { next: end + 1 },
            None if may_wait => Token::Waits,
            None => Token::Other { next: bytes.len() },
        },
        Some(b'/') if rest.get(1).is_some_and(|b| is_name(*b)) => {
            let name = name_end(text, at + 2);
            match memchr(b'>', &bytes[name..bytes.len().min(name + 4096)]) {
                Some(i) => Token::Close {
                    name,
                    next: name + i + 1,
                },
                None if may_wait && bytes.len() < name + 4096 => Token::Waits,
                None => Token::Close { name, next: name },
            }
        }
        Some(b'/') if may_wait && rest.len() < 2 => Token::Waits,
        Some(b) if is_name(*b) => open(text, at, may_wait),
        // A sign, not a tag.
        _ => match text_token(bytes, at + 1, may_wait) {
            Token::Waits => Token::Text(at + 1),
            token => token,
        },
    }
}

fn is_name(b: u8) -> bool {
    b.is_ascii_alphabetic() || b == b'_' || b >= 0x80
}

fn name_end(text: &str, from: usize) -> usize {
    text.as_bytes()
        .get(from..)
        .and_then(|b| {
            b.iter()
                .position(|b| b.is_ascii_whitespace() || matches!(b, b'>' | b'/' | b'<' | b'=' | b'"' | b'\''))
        })
        .map_or(text.len(), |i| from + i)
}

fn find(bytes: &[u8], from: usize, what: &[u8]) -> Option<usize> {
    memchr::memmem::find(bytes.get(from..)?, what).map(|i| from + i)
}

/// Text up to the next `<`; an entity that may be cut off stays for later.
fn text_token(bytes: &[u8], at: usize, may_wait: bool) -> Token {
    let rest = bytes.get(at..).unwrap_or_default();
    if let Some(i) = memchr(b'<', rest) {
        return Token::Text(at + i);
    }
    if may_wait {
        let tail = rest.len().saturating_sub(12);
        if let Some(i) = memchr(b'&', &rest[tail..]) {
            return if tail + i == 0 {
                Token::Waits
            } else {
                Token::Text(at + tail + i)
            };
        }
    }
    Token::Text(bytes.len())
}

/// `<!DOCTYPE …>`, with the list of declarations that XML may have inside.
fn declaration(bytes: &[u8], at: usize, may_wait: bool) -> Token {
    let rest = bytes.get(at..).unwrap_or_default();
    let end = memchr(b'>', rest);
    let list = memchr(b'[', rest).filter(|l| end.is_none_or(|e| *l < e));
    let end = match list {
        Some(list) => find(rest, list, b"]").and_then(|close| find(rest, close, b">")),
        None => end,
    };
    match end {
        Some(end) => Token::Other { next: at + end + 1 },
        None if may_wait => Token::Waits,
        None => Token::Text(bytes.len()),
    }
}

/// A tag ends at the first `>` outside quotes; where quotes do not close, at the first `>`.
fn open(text: &str, at: usize, may_wait: bool) -> Token {
    let bytes = text.as_bytes();
    let name = name_end(text, at + 1);
    let end = bytes.len().min(name + LONGEST_TAG);
    let (mut i, mut first) = (name, None);
    let close = loop {
        let rest = bytes.get(i..end).unwrap_or_default();
        // Outside quotes another tag may begin only where this one is broken.
        let until = memchr(b'<', rest).unwrap_or(rest.len());
        let Some(found) = memchr::memchr3(b'>', b'"', b'\'', &rest[..until]).map(|p| i + p) else {
            if until < rest.len() {
                return Token::Text(i + until);
            }
            break None;
        };
        if bytes[found] == b'>' {
            break Some(found);
        }
        // Only a quote behind `=` opens a value.
        let before = bytes[name..found].iter().rposition(|b| !b.is_ascii_whitespace());
        if before.is_some_and(|b| bytes[name + b] == b'=') {
            let Some(quote) = bytes.get(found + 1..end).and_then(|b| memchr(bytes[found], b)) else {
                first = bytes.get(found..end).and_then(|b| memchr(b'>', b)).map(|p| found + p);
                break None;
            };
            i = found + 1 + quote + 1;
        } else {
            i = found + 1;
        }
    };
    let Some(close) = close.or(first.filter(|_| !may_wait || end < bytes.len())) else {
        if may_wait && end == bytes.len() {
            return Token::Waits;
        }
        return match text_token(bytes, at + 1, may_wait) {
            Token::Waits => Token::Text(at + 1),
            token => token,
        };
    };
    let closed = close > name && bytes[close - 1] == b'/';
    Token::Open {
        name,
        inner: close - usize::from(closed),
        next: close + 1,
        closed,
    }
}

/// One attribute: ranges of its name and of its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Attribute {
    pub(super) name: (usize, usize),
    pub(super) value: (usize, usize),
}

impl Attribute {
    pub(super) fn name_in<'a>(&self, text: &'a str) -> &'a str {
        text.get(self.name.0..self.name.1).unwrap_or_default()
    }

    pub(super) fn value_in<'a>(&self, text: &'a str) -> &'a str {
        text.get(self.value.0..self.value.1).unwrap_or_default()
    }
}

/// The attributes of a tag whose inside is `from..to`.
pub(super) fn attributes(text: &str, from: usize, to: usize) -> Vec<Attribute> {
    let bytes = text.as_bytes();
    let mut out = Vec::new();
    let mut at = from;
    let skip = |mut i: usize, stop: &dyn Fn(u8) -> bool| {
        while i < to && !stop(bytes[i]) {
            i += 1;
        }
        i
    };
    while at < to {
        let start = skip(at, &|b| !b.is_ascii_whitespace() && b != b'/');
        let end = skip(start, &|b| b.is_ascii_whitespace() || b == b'=');
        let equal = skip(end, &|b| !b.is_ascii_whitespace());
        if start == end && bytes.get(equal) != Some(&b'=') {
            break;
        }
        if equal >= to || bytes[equal] != b'=' {
            out.push(Attribute {
                name: (start, end),
                value: (end, end),
            });
            at = end;
            continue;
        }
        let open = skip(equal + 1, &|b| !b.is_ascii_whitespace());
        let (from, until, next) = match bytes.get(open).filter(|_| open < to) {
            Some(&q @ (b'"' | b'\'')) => {
                let close = skip(open + 1, &|b| b == q);
                (open + 1, close, close + 1)
            }
            _ => {
                let close = skip(open, &|b| b.is_ascii_whitespace());
                (open, close, close)
            }
        };
        out.push(Attribute {
            name: (start, end),
            value: (from, until),
        });
        at = next;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::string_slice, reason = "a test may panic")]
    fn tags(text: &str) -> Vec<String> {
        let (mut at, mut out) = (0, Vec::new());
        while at < text.len() {
            let (shown, next) = match token(text, at, false) {
                Token::Text(end) => (format!("T:{}", &text[at..end]), end),
                Token::Open {
                    name,
                    inner,
                    next,
                    closed,
                } => {
                    let list: Vec<_> = attributes(text, name, inner)
                        .iter()
                        .map(|a| format!("{}={}", a.name_in(text), a.value_in(text)))
                        .collect();
                    (
                        format!("O:{}({}){}", &text[at + 1..name], list.join(";"), u8::from(closed)),
                        next,
                    )
                }
                Token::Close { name, next } => (format!("C:{}", &text[at + 2..name]), next),
                Token::Comment { from, to, next } => (format!("!:{}", &text[from..to]), next),
                Token::Data { from, to, next } => (format!("D:{}", &text[from..to]), next),
                Token::Other { next } => ("X".to_owned(), next),
                Token::Waits => panic!("waits at {at}"),
            };
            assert!(next > at);
            out.push(shown);
            at = next;
        }
        out
    }

    #[test]
    fn markup_of_every_quality_has_tokens() {
        assert_eq!(
            tags("<!DOCTYPE html><a href=\"x>y\" b=1 c d = 'e'>t</a ><br/><!-- c --><![CDATA[<d>]]>"),
            [
                "X",
                "O:a(href=x>y;b=1;c=;d=e)0",
                "T:t",
                "C:a",
                "O:br()1",
                "!: c ",
                "D:<d>"
            ]
        );
        assert_eq!(tags("1 < 2 & 3 <b"), ["T:1 ", "T:< 2 & 3 ", "T:<b"]);
        assert_eq!(tags("<p title=\"open>text</p>"), ["O:p(title=open)0", "T:text", "C:p"]);
        assert_eq!(tags("<!DOCTYPE r [<!ENTITY a \"b\">]><r/>"), ["X", "O:r()1"]);
        assert_eq!(tags("<!-- never closed"), ["!: never closed"]);
        assert_eq!(tags("<họ_tên>x</họ_tên>"), ["O:họ_tên()0", "T:x", "C:họ_tên"]);
    }

    #[test]
    fn what_is_cut_off_waits() {
        for cut in ["<", "<a", "<a href=\"x", "<!-- x", "<![CDA", "</", "</a", "&am"] {
            assert_eq!(token(cut, 0, true), Token::Waits, "{cut}");
        }
        assert_eq!(token("text &am", 0, true), Token::Text(5));
    }
}
