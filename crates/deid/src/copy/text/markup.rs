//! HTML and XML: what no reader of the page sees is taken out before the text is looked at.

use std::ops::Range;

use memchr::memmem;
use tutela_extract::{Charset, Kind};

use super::super::edits::Edits;
use super::super::{Cleaned, Refused, What};

/// Elements of HTML that go with all they hold.
const ELEMENTS: [(&str, What); 12] = [
    ("script", What::Scripts),
    ("noscript", What::Scripts),
    ("template", What::Markup),
    ("iframe", What::Objects),
    ("object", What::Objects),
    ("embed", What::Objects),
    ("applet", What::Objects),
    ("audio", What::Objects),
    ("video", What::Objects),
    ("metadata", What::Properties),
    ("xml", What::ProgramData),
    ("datalist", What::Forms),
];

/// Attributes of HTML that stay: those that shape the page. Every other one may hold anything.
const ATTRIBUTES: &[&str] = &[
    "abbr",
    "align",
    "alt",
    "aria-label",
    "bgcolor",
    "border",
    "cellpadding",
    "cellspacing",
    "charset",
    "checked",
    "class",
    "color",
    "cols",
    "colspan",
    "dir",
    "disabled",
    "face",
    "for",
    "headers",
    "height",
    "href",
    "hreflang",
    "id",
    "label",
    "lang",
    "media",
    "name",
    "nowrap",
    "placeholder",
    "rel",
    "role",
    "rows",
    "rowspan",
    "scope",
    "selected",
    "size",
    "span",
    "start",
    "style",
    "summary",
    "title",
    "type",
    "valign",
    "value",
    "width",
    "xmlns",
];

/// The file without comments, scripts and the rest that is not shown, in UTF-8 where it had two bytes a character.
pub(in super::super) fn clean(kind: Kind, bytes: &[u8], cleaned: &mut Cleaned) -> Result<Vec<u8>, Refused> {
    let wide;
    let charset = Charset::of(bytes, true);
    let bytes = if charset.is_narrow() {
        bytes
    } else {
        // Tags are looked for in bytes of ASCII.
        let little = charset.encode("<").is_some_and(|b| b == [b'<', 0]);
        let units = bytes.chunks_exact(2).map(|p| {
            if little {
                u16::from_le_bytes([p[0], p[1]])
            } else {
                u16::from_be_bytes([p[0], p[1]])
            }
        });
        let text: String = char::decode_utf16(units).map(|c| c.unwrap_or('\u{fffd}')).collect();
        let text = text.trim_start_matches('\u{feff}');
        wide = text
            .replacen("UTF-16", "UTF-8", 1)
            .replacen("utf-16", "utf-8", 1)
            .into_bytes();
        &wide
    };
    let mut edits = Edits::default();
    let mut at = 0;
    while let Some(open) = bytes
        .get(at..)
        .and_then(|rest| memchr::memchr(b'<', rest))
        .map(|i| at + i)
    {
        let rest = bytes.get(open..).unwrap_or_default();
        let until = |end: &[u8]| memmem::find(rest, end).map_or(bytes.len(), |i| open + i + end.len());
        if rest.starts_with(b"<!--") {
            at = until(b"-->");
            edits.drop(open..at);
            cleaned.add(What::Comments, 1);
        } else if rest.starts_with(b"<![CDATA[") {
            at = until(b"]]>");
        } else if rest.starts_with(b"<![") {
            // Conditions of old programs, which hold markup for them alone.
            at = until(b"]>");
            edits.drop(open..at);
            cleaned.add(What::Markup, 1);
        } else if rest.starts_with(b"<?") {
            at = until(b"?>");
            if !rest.starts_with(b"<?xml ") && !rest.starts_with(b"<?xml\n") {
                edits.drop(open..at);
                cleaned.add(What::ProgramData, 1);
            }
        } else if rest.starts_with(b"<!") {
            at = until(b">");
            // Entities of its own: what the text shows is not what it says.
            if rest.get(..at - open).is_some_and(|d| memchr::memchr(b'[', d).is_some()) {
                return Err(Refused::Damaged("a document type of its own".into()));
            }
        } else {
            let end = tag_end(bytes, open);
            let name = name(bytes, open + 1);
            at = end;
            if kind == Kind::Html && !name.is_empty() {
                at = tag(bytes, open..end, &name, &mut edits, cleaned);
            }
        }
    }
    Ok(edits.apply(bytes))
}

/// Behind the end of a tag; a sign inside quotes does not end it.
fn tag_end(bytes: &[u8], open: usize) -> usize {
    let mut quote = None;
    for (i, &byte) in bytes.iter().enumerate().skip(open + 1) {
        match (quote, byte) {
            (Some(q), b) if b == q => quote = None,
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'>') => return i + 1,
            _ => {}
        }
    }
    bytes.len()
}

fn name(bytes: &[u8], at: usize) -> String {
    let rest = bytes.get(at..).unwrap_or_default();
    rest.iter()
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b':' | b'-'))
        .take(64)
        .map(|b| char::from(b.to_ascii_lowercase()))
        .collect()
}

/// One tag of HTML. Returns where reading goes on.
fn tag(bytes: &[u8], range: Range<usize>, name: &str, edits: &mut Edits, cleaned: &mut Cleaned) -> usize {
    let local = name.rsplit(':').next().unwrap_or(name);
    if let Some((_, what)) = ELEMENTS.iter().find(|(element, _)| *element == local) {
        let lower = |i: usize, b: u8| bytes.get(i).is_some_and(|x| x.to_ascii_lowercase() == b);
        let closed = (range.end..bytes.len()).find(|&i| {
            bytes.get(i) == Some(&b'<')
                && lower(i + 1, b'/')
                && name.bytes().enumerate().all(|(k, b)| lower(i + 2 + k, b))
        });
        let single =
            *what == What::Objects && local == "embed" || bytes.get(range.end.saturating_sub(2)) == Some(&b'/');
        let end = match closed.filter(|_| !single) {
            Some(at) => tag_end(bytes, at),
            None if single => range.end,
            None => bytes.len(),
        };
        edits.drop(range.start..end);
        cleaned.add(*what, 1);
        return end;
    }
    let attributes = attributes(bytes, range.start + 1 + name.len()..range.end);
    let value = |wanted: &str| {
        let found = attributes.iter().find(|a| a.name == wanted)?;
        Some(String::from_utf8_lossy(bytes.get(found.value.clone()).unwrap_or_default()).to_ascii_lowercase())
    };
    match name {
        "meta" if value("charset").is_none() && value("http-equiv").is_none_or(|v| v != "content-type") => {
            edits.drop(range.clone());
            cleaned.add(What::Properties, 1);
            return range.end;
        }
        "input" if value("type").is_some_and(|t| t == "hidden") => {
            edits.drop(range.clone());
            cleaned.add(What::Forms, 1);
            return range.end;
        }
        "link" | "base" => {
            edits.drop(range.clone());
            cleaned.add(What::Links, 1);
            return range.end;
        }
        _ => {}
    }
    for attribute in attributes {
        let text = bytes.get(attribute.value.clone()).unwrap_or_default();
        let lower = String::from_utf8_lossy(text.get(..64).unwrap_or(text)).to_ascii_lowercase();
        let kept = name == "meta"
            || ATTRIBUTES.contains(&attribute.name.as_str())
                && !lower.trim_start().starts_with("javascript:")
                && !(attribute.name == "style" && lower.contains("url("));
        // Addresses lead to persons and to what lies behind a login; a place on the same page leads nowhere.
        let link = attribute.name == "href" && !lower.starts_with('#');
        if !kept || link {
            edits.drop(attribute.whole.clone());
            cleaned.add(if link { What::Links } else { What::Markup }, 1);
        }
    }
    range.end
}

struct Attribute {
    name: String,
    value: Range<usize>,
    /// With the blanks before it.
    whole: Range<usize>,
}

fn attributes(bytes: &[u8], range: Range<usize>) -> Vec<Attribute> {
    let mut out = Vec::new();
    let end = range.end.saturating_sub(1).max(range.start);
    let get = |i: usize| if i < end { bytes.get(i).copied() } else { None };
    let mut at = range.start;
    while at < end {
        let begins = at;
        while get(at).is_some_and(|b| b.is_ascii_whitespace() || b == b'/') {
            at += 1;
        }
        let start = at;
        while get(at).is_some_and(|b| !b.is_ascii_whitespace() && !matches!(b, b'=' | b'/' | b'>')) {
            at += 1;
        }
        if at == start {
            at += 1;
            continue;
        }
        let name = bytes
            .get(start..at)
            .unwrap_or_default()
            .iter()
            .map(|b| char::from(b.to_ascii_lowercase()))
            .collect();
        let mut after = at;
        while get(after).is_some_and(|b| b.is_ascii_whitespace()) {
            after += 1;
        }
        let mut value = at..at;
        if get(after) == Some(b'=') {
            after += 1;
            while get(after).is_some_and(|b| b.is_ascii_whitespace()) {
                after += 1;
            }
            match get(after) {
                Some(quote @ (b'"' | b'\'')) => {
                    let from = after + 1;
                    let close = (from..end).find(|i| get(*i) == Some(quote)).unwrap_or(end);
                    value = from..close;
                    at = (close + 1).min(end);
                }
                _ => {
                    let from = after;
                    while get(after).is_some_and(|b| !b.is_ascii_whitespace()) {
                        after += 1;
                    }
                    value = from..after;
                    at = after;
                }
            }
        }
        out.push(Attribute {
            name,
            value,
            whole: begins..at,
        });
    }
    out
}
