//! Header fields: splitting, unfolding, encoded words (RFC 2047), parameters (RFC 2231).

use std::borrow::Cow;

use super::{charset, decode};
use crate::encoded;

/// One header field as it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field<'b> {
    pub(super) name: &'b str,
    /// Everything behind the colon, folded.
    pub(super) raw: &'b [u8],
}

impl<'b> Field<'b> {
    pub(super) fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// The value, unfolded and decoded.
    pub(super) fn text(&self, label: Option<&str>) -> Cow<'b, str> {
        words(unfold(self.raw), label)
    }
}

/// Whether a line begins with the name of a field and a colon.
fn name(line: &[u8]) -> Option<(&str, usize)> {
    let colon = memchr::memchr(b':', line.get(..200).unwrap_or(line))?;
    let name = line[..colon].trim_ascii_end();
    if name.is_empty() || !name.iter().all(u8::is_ascii_graphic) {
        return None;
    }
    Some((std::str::from_utf8(name).ok()?, colon + 1))
}

/// The header fields that the bytes begin with, and where the body begins.
pub(super) fn split(bytes: &[u8]) -> (Vec<Field<'_>>, usize) {
    let mut fields: Vec<Field<'_>> = Vec::new();
    // Start of the value of the field being read.
    let mut open: Option<(&str, usize)> = None;
    let mut at = 0;
    let body = loop {
        let rest = &bytes[at..];
        if rest.is_empty() {
            break at;
        }
        let len = memchr::memchr(b'\n', rest).map_or(rest.len(), |i| i + 1);
        let line = &rest[..len];
        let folded = matches!(line[0], b' ' | b'\t');
        if line.trim_ascii().is_empty() && (!folded || line.trim_ascii_end().is_empty()) {
            break at + len;
        }
        if folded && open.is_some() {
            at += len;
            continue;
        }
        if let Some((name, from)) = open.take() {
            fields.push(Field {
                name,
                raw: &bytes[from..at],
            });
        }
        match name(line) {
            Some((name, value)) => open = Some((name, at + value)),
            // Lines of mailboxes and of printing programs stand before the header.
            None if fields.is_empty() && (line.starts_with(b"From ") || line.starts_with(b">From ")) => {}
            // No blank line: the body begins with the first line that is no field.
            None => return (fields, at),
        }
        at += len;
    };
    if let Some((name, from)) = open {
        let end = body.min(bytes.len());
        fields.push(Field {
            name,
            raw: bytes[from..end.max(from)].trim_ascii_end(),
        });
    }
    (fields, body)
}

/// Takes line breaks out.
fn unfold(raw: &[u8]) -> Cow<'_, [u8]> {
    let raw = raw.trim_ascii();
    if memchr::memchr2(b'\n', b'\r', raw).is_none() {
        return raw.into();
    }
    let mut out = Vec::with_capacity(raw.len());
    for line in raw.split(|&b| b == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if out.is_empty() {
            out.extend_from_slice(line);
        } else {
            out.push(b' ');
            out.extend_from_slice(line.trim_ascii_start());
        }
    }
    out.into()
}

/// Decodes encoded words; the rest is text of an encoding that nobody tells.
fn words<'b>(raw: Cow<'b, [u8]>, label: Option<&str>) -> Cow<'b, str> {
    if memchr::memmem::find(&raw, b"=?").is_none() {
        return match raw {
            Cow::Borrowed(bytes) => charset::decode(bytes, label),
            Cow::Owned(bytes) => charset::decode(&bytes, label).into_owned().into(),
        };
    }
    let mut out = String::with_capacity(raw.len());
    let mut rest: &[u8] = &raw;
    // Bytes of neighbouring words of one charset: programs cut characters apart between words.
    let mut held: Word = Default::default();
    while let Some(at) = memchr::memmem::find(rest, b"=?") {
        let (before, from) = rest.split_at(at);
        let Some((word, after)) = word(from) else {
            flush(&mut held, &mut out);
            out.push_str(&charset::decode(&rest[..at + 2], label));
            rest = &rest[at + 2..];
            continue;
        };
        // Blanks between two words are no text.
        if held.1.is_empty() || !before.trim_ascii().is_empty() {
            flush(&mut held, &mut out);
            out.push_str(&charset::decode(before, label));
        }
        if !held.0.eq_ignore_ascii_case(&word.0) {
            flush(&mut held, &mut out);
            held.0 = word.0;
        }
        held.1.extend_from_slice(&word.1);
        rest = after;
    }
    flush(&mut held, &mut out);
    out.push_str(&charset::decode(rest, label));
    out.into()
}

fn flush(held: &mut Word, out: &mut String) {
    if !held.1.is_empty() {
        out.push_str(&charset::decode(&held.1, Some(&held.0)));
        held.1.clear();
    }
}

/// Charset and bytes of an encoded word.
type Word = (String, Vec<u8>);

/// One `=?charset?B?…?=` at the beginning of the bytes: charset and bytes, and what follows.
fn word(bytes: &[u8]) -> Option<(Word, &[u8])> {
    let inside = bytes.get(2..)?;
    let mark = memchr::memchr(b'?', inside.get(..60).unwrap_or(inside))?;
    let label = std::str::from_utf8(&inside[..mark]).ok()?;
    // RFC 2231 allows a language behind the charset.
    let label = label.split('*').next()?;
    let &[method, b'?'] = inside.get(mark + 1..)?.first_chunk::<2>()? else {
        return None;
    };
    let data = &inside[mark + 3..];
    let end = memchr::memmem::find(data.get(..4096).unwrap_or(data), b"?=")?;
    let body = &data[..end];
    let decoded = match method {
        b'B' | b'b' => encoded::base64(body).0,
        b'Q' | b'q' => {
            let spaced: Vec<u8> = body.iter().map(|&b| if b == b'_' { b' ' } else { b }).collect();
            decode::quoted_printable(&spaced)
        }
        _ => return None,
    };
    Some(((label.to_owned(), decoded), &data[end + 2..]))
}

/// A value with parameters: `text/plain; charset=…; name=…`.
#[derive(Debug, Default)]
pub(super) struct Value {
    /// The value in lower case.
    pub(super) main: String,
    params: Vec<(String, String)>,
}

impl Value {
    pub(super) fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// Reads a field of this form.
    pub(super) fn parse(field: &Field<'_>) -> Self {
        let raw = unfold(field.raw);
        let mut pieces = pieces(&raw).into_iter();
        let main = pieces.next().unwrap_or_default();
        let mut value = Self {
            main: String::from_utf8_lossy(main.trim_ascii()).to_ascii_lowercase(),
            params: Vec::new(),
        };
        // Pieces `name*0*=` of a long value, by their number.
        let mut parts: Vec<(String, u32, bool, Vec<u8>)> = Vec::new();
        for piece in pieces {
            let Some(equals) = memchr::memchr(b'=', piece) else {
                continue;
            };
            let name = String::from_utf8_lossy(piece[..equals].trim_ascii()).to_ascii_lowercase();
            let data = unquote(piece[equals + 1..].trim_ascii());
            match name.split_once('*') {
                None => {
                    let text = words(Cow::Owned(data), None).into_owned();
                    value.params.push((name, text));
                }
                Some((name, number)) => {
                    let escaped = number.is_empty() || number.ends_with('*');
                    let number = number.trim_end_matches('*').parse().unwrap_or(0);
                    parts.push((name.to_owned(), number, escaped, data));
                }
            }
        }
        parts.sort_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
        for group in parts.chunk_by(|a, b| a.0 == b.0) {
            let (mut label, mut bytes) = (None, Vec::new());
            for (i, (_, _, escaped, data)) in group.iter().enumerate() {
                let mut data = data.as_slice();
                if *escaped {
                    let mut marks = memchr::memchr_iter(b'\'', data);
                    if i == 0
                        && let (Some(first), Some(second)) = (marks.next(), marks.next())
                    {
                        label = Some(String::from_utf8_lossy(&data[..first]).into_owned());
                        data = &data[second + 1..];
                    }
                    bytes.extend_from_slice(&encoded::percent(data));
                } else {
                    bytes.extend_from_slice(data);
                }
            }
            let text = charset::decode(&bytes, label.as_deref()).into_owned();
            // The extended form says more than the plain one beside it.
            if let Some((name, _, _, _)) = group.first() {
                value.params.insert(0, (name.clone(), text));
            }
        }
        value
    }
}

/// Splits at semicolons outside quotes.
fn pieces(raw: &[u8]) -> Vec<&[u8]> {
    let (mut found, mut from, mut quoted, mut escaped) = (Vec::new(), 0, false, false);
    for (i, &b) in raw.iter().enumerate() {
        match b {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b';' if !quoted => {
                found.push(&raw[from..i]);
                from = i + 1;
            }
            _ => {}
        }
    }
    found.push(&raw[from..]);
    found
}

fn unquote(raw: &[u8]) -> Vec<u8> {
    let Some(inside) = raw.strip_prefix(b"\"") else {
        return raw.to_vec();
    };
    let mut out = Vec::with_capacity(inside.len());
    let mut bytes = inside.iter();
    while let Some(&b) = bytes.next() {
        match b {
            b'"' => break,
            // Windows programs write paths without doubling their strokes.
            b'\\' => match bytes.next() {
                Some(&c @ (b'"' | b'\\')) => out.push(c),
                Some(&c) => out.extend_from_slice(&[b'\\', c]),
                None => {}
            },
            _ => out.push(b),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(raw: &str) -> String {
        Field {
            name: "Subject",
            raw: raw.as_bytes(),
        }
        .text(None)
        .into_owned()
    }

    #[test]
    fn encoded_words() {
        assert_eq!(
            text("=?UTF-8?B?Tmd1eeG7hW4gVsSDbiBBbg==?= <an@example.org>"),
            "Nguyễn Văn An <an@example.org>"
        );
        assert_eq!(text("=?utf-8?Q?H=E1=BB=93_s?=\r\n =?utf-8?Q?=C6=A1?="), "Hồ sơ");
        // A character cut between two words.
        assert_eq!(text("=?utf-8?Q?=E1=BB?= =?utf-8?Q?=93?="), "ồ");
        assert_eq!(text("=?koi8-r?B?8NLJ18XU?= =?windows-1251?Q?=EC=E8=F0?="), "Приветмир");
        assert_eq!(text("=?utf-8*vi?Q?b=C3=A0?= x =?broken"), "bà x =?broken");
        assert_eq!(text("plain\r\n\tfolded"), "plain folded");
    }

    fn value(raw: &str) -> Value {
        Value::parse(&Field {
            name: "Content-Disposition",
            raw: raw.as_bytes(),
        })
    }

    #[test]
    fn parameters() {
        let v = value("Attachment; filename*=UTF-8''%E5%BC%A0%E4%BC%9F.doc; filename=\"fallback.doc\"");
        assert_eq!((v.main.as_str(), v.param("filename")), ("attachment", Some("张伟.doc")));
        let v = value("a/b; name*0*=koi8-r''%F0%D2%C9; name*1*=%D7%C5%D4; name*2=\".txt\"");
        assert_eq!(v.param("name"), Some("Привет.txt"));
        let v = value("a/b; boundary=\"x;y\\\"z\"; name=\"=?utf-8?B?xJDGoW4ucGRm?=\"; path=\"C:\\tmp\\a\"");
        assert_eq!(v.param("boundary"), Some("x;y\"z"));
        assert_eq!(v.param("name"), Some("Đơn.pdf"));
        assert_eq!(v.param("path"), Some("C:\\tmp\\a"));
    }

    #[test]
    fn fields_end_where_the_body_begins() {
        let (fields, body) = split(b"From x\nA: 1\n 2\nB : 3\n\nbody: x");
        let got: Vec<_> = fields.iter().map(|f| (f.name, f.text(None).into_owned())).collect();
        assert_eq!(got, [("A", "1 2".to_owned()), ("B", "3".to_owned())]);
        assert_eq!(body, 22);
        let (fields, body) = split(b"A: 1\nno field here\n\nx");
        assert_eq!((fields.len(), body), (1, 5));
    }
}
