//! XML as it stands in a part of an office file: places of tags and texts, so that a part is changed where it must be and stays as it is
//! elsewhere. Strict where it matters: a part that is not well formed refuses the file.

use std::borrow::Cow;
use std::ops::Range;

use super::super::Refused;

/// Deepest nesting of elements.
const DEEPEST: usize = 256;

/// One item of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Item<'x> {
    /// The beginning of an element, or a whole empty one.
    Open(Tag<'x>),
    /// The end of an element.
    Close { name: &'x str, range: Range<usize> },
    /// Text between tags.
    Text(Range<usize>),
    /// A comment, an instruction, a section of raw text: never in what office programs write, except for the first line.
    Other(Range<usize>),
}

/// The beginning of an element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tag<'x> {
    pub(super) name: &'x str,
    pub(super) range: Range<usize>,
    /// Whether the element ends with its tag.
    pub(super) empty: bool,
    /// Where its attributes stand.
    inside: Range<usize>,
    text: &'x str,
}

/// One attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Attribute<'x> {
    pub(super) name: &'x str,
    /// The value as it is written.
    pub(super) raw: &'x str,
    /// Its place without the quotes.
    pub(super) value: Range<usize>,
    /// The whole attribute with the blank before it.
    pub(super) whole: Range<usize>,
}

impl Attribute<'_> {
    pub(super) fn text(&self) -> Cow<'_, str> {
        decoded(self.raw)
    }

    pub(super) fn local(&self) -> &str {
        local(self.name)
    }
}

/// A name without its prefix.
pub(super) fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

impl<'x> Tag<'x> {
    pub(super) fn local(&self) -> &'x str {
        local(self.name)
    }

    /// Its attributes; those behind a mistake are left out, and the mistake refuses the part when it is read.
    pub(super) fn attributes(&self) -> impl Iterator<Item = Attribute<'x>> + use<'x> {
        let (text, end, mut at) = (self.text, self.inside.end, self.inside.start);
        std::iter::from_fn(move || {
            let rest = text.get(at..end)?;
            let blank = rest.len() - rest.trim_ascii_start().len();
            let rest = rest.get(blank..)?;
            let equals = rest.find('=')?;
            let name = rest.get(..equals)?.trim_ascii_end();
            let behind = rest.get(equals + 1..)?;
            let gap = behind.len() - behind.trim_ascii_start().len();
            let quote = behind.get(gap..)?.chars().next().filter(|c| matches!(c, '"' | '\''))?;
            let from = at + blank + equals + 1 + gap + 1;
            let len = text.get(from..end)?.find(quote)?;
            let whole = at..from + len + 1;
            let raw = text.get(from..from + len)?;
            at = whole.end;
            Some(Attribute {
                name,
                raw,
                value: from..from + len,
                whole,
            })
        })
    }

    /// The value of an attribute, by its name without prefix.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        self.attributes()
            .find(|a| a.local() == name)
            .map(|a| a.text().into_owned())
    }
}

/// Reads a part item by item.
pub(super) struct Xml<'x> {
    text: &'x str,
    at: usize,
    open: Vec<&'x str>,
}

impl<'x> Xml<'x> {
    pub(super) fn new(text: &'x str) -> Self {
        Self {
            text,
            at: 0,
            open: Vec::new(),
        }
    }

    /// The next item; nothing at the end.
    pub(super) fn next(&mut self) -> Result<Option<Item<'x>>, Refused> {
        let damaged = || Refused::Damaged("XML".into());
        let rest = self.text.get(self.at..).unwrap_or_default();
        if rest.is_empty() {
            return if self.open.is_empty() { Ok(None) } else { Err(damaged()) };
        }
        let start = self.at;
        if !rest.starts_with('<') {
            let len = memchr::memchr(b'<', rest.as_bytes()).unwrap_or(rest.len());
            self.at += len;
            return Ok(Some(Item::Text(start..self.at)));
        }
        let until = |end: &str| memchr::memmem::find(rest.as_bytes(), end.as_bytes()).map(|i| start + i + end.len());
        if rest.starts_with("<!--") {
            self.at = until("-->").ok_or_else(damaged)?;
            return Ok(Some(Item::Other(start..self.at)));
        }
        if rest.starts_with("<?") {
            self.at = until("?>").ok_or_else(damaged)?;
            return Ok(Some(Item::Other(start..self.at)));
        }
        // Office programs write neither document types nor raw sections; entities of its own would make a text another one.
        if rest.starts_with("<!") {
            return Err(damaged());
        }
        let end = end_of_tag(rest).map(|i| start + i).ok_or_else(damaged)?;
        self.at = end;
        if let Some(name) = rest.strip_prefix("</") {
            let name = name
                .get(..end - start - 3)
                .map(str::trim_ascii_end)
                .ok_or_else(damaged)?;
            if self.open.pop() != Some(name) {
                return Err(damaged());
            }
            return Ok(Some(Item::Close {
                name,
                range: start..end,
            }));
        }
        let inner = rest.get(1..end - start - 1).ok_or_else(damaged)?;
        let empty = inner.ends_with('/');
        let inner = inner.strip_suffix('/').unwrap_or(inner);
        let len = inner
            .bytes()
            .position(|b| b.is_ascii_whitespace())
            .unwrap_or(inner.len());
        let name = inner.get(..len).filter(|n| !n.is_empty()).ok_or_else(damaged)?;
        if !empty {
            self.open.push(name);
            if self.open.len() > DEEPEST {
                return Err(Refused::Limits);
            }
        }
        let inside = start + 1 + len..start + 1 + inner.len();
        Ok(Some(Item::Open(Tag {
            name,
            range: start..end,
            empty,
            inside,
            text: self.text,
        })))
    }

    /// Skips to behind the end of an element whose beginning was read. Returns where it ends.
    pub(super) fn skip(&mut self, tag: &Tag<'_>) -> Result<usize, Refused> {
        if tag.empty {
            return Ok(tag.range.end);
        }
        let depth = self.open.len();
        while self.open.len() >= depth {
            self.next()?.ok_or_else(|| Refused::Damaged("XML".into()))?;
        }
        Ok(self.at)
    }
}

/// Behind the sign that ends a tag; one inside of quotes does not.
fn end_of_tag(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 0;
    loop {
        let i = at + memchr::memchr3(b'>', b'"', b'\'', bytes.get(at..)?)?;
        let sign = *bytes.get(i)?;
        if sign == b'>' {
            return Some(i + 1);
        }
        at = i + 2 + memchr::memchr(sign, bytes.get(i + 1..)?)?;
    }
}

/// Text with its entities decoded.
pub(super) fn decoded(raw: &str) -> Cow<'_, str> {
    if !raw.contains('&') {
        return Cow::Borrowed(raw);
    }
    let mut out = String::with_capacity(raw.len());
    for (_, shown) in units(raw) {
        out.push_str(&shown);
    }
    Cow::Owned(out)
}

/// The stretches of a raw text: entities one by one, what is between them as it is; each with its place.
pub(super) fn units(raw: &str) -> impl Iterator<Item = (Range<usize>, Cow<'_, str>)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = raw.get(at..).filter(|r| !r.is_empty())?;
        let start = at;
        let (len, shown) = match rest.strip_prefix('&') {
            None => {
                let len = rest.find('&').unwrap_or(rest.len());
                (len, Cow::Borrowed(rest.get(..len)?))
            }
            Some(name) => {
                let end = name.bytes().take(10).position(|b| b == b';');
                match end.and_then(|end| Some((end, entity(name.get(..end)?)?))) {
                    Some((end, c)) => (end + 2, Cow::Owned(c.to_string())),
                    // No entity: a sign like any other.
                    None => (1, Cow::Borrowed("&")),
                }
            }
        };
        at += len;
        Some((start..at, shown))
    })
}

fn entity(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?
        }
    })
}

/// Text as XML needs it, in elements and attributes.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() && !matches!(c, '\t' | '\n') => {}
            c => out.push(c),
        }
    }
    out
}

/// Refuses a part that binds a vocabulary to another prefix than every office program does: the lists of elements here tell them by it.
pub(super) fn usual(text: &str, vocabularies: &[(&str, &str)]) -> Result<(), Refused> {
    for (name, prefix) in vocabularies {
        for (at, _) in text.match_indices(name) {
            let before = text.get(..at).unwrap_or_default();
            let behind = text.get(at + name.len()..).unwrap_or_default();
            let is_name = before.ends_with(['"', '\'']) && behind.starts_with(['"', '\'']);
            let before = before
                .trim_end_matches(['"', '\''])
                .trim_end()
                .trim_end_matches('=')
                .trim_end();
            let bound = before.rsplit(char::is_whitespace).next().unwrap_or_default();
            if is_name && bound.starts_with("xmlns") && bound.strip_prefix("xmlns:") != Some(prefix) {
                return Err(Refused::Damaged("prefix of a vocabulary".into()));
            }
        }
    }
    Ok(())
}

/// The text of a part, in UTF-8 whatever it is in.
pub(super) fn text_of(bytes: &[u8]) -> Result<Cow<'_, str>, Refused> {
    let damaged = || Refused::Damaged("encoding of XML".into());
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        let little = bytes.starts_with(b"\xff\xfe");
        let units = bytes.get(2..).unwrap_or_default().chunks_exact(2).map(|p| {
            if little {
                u16::from_le_bytes([p[0], p[1]])
            } else {
                u16::from_be_bytes([p[0], p[1]])
            }
        });
        let text: Result<String, _> = char::decode_utf16(units).collect();
        let text = text.map_err(|_| damaged())?;
        return Ok(Cow::Owned(
            text.replacen("UTF-16", "UTF-8", 1).replacen("utf-16", "UTF-8", 1),
        ));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|_| damaged())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Result<usize, Refused> {
        let mut xml = Xml::new(text);
        let mut count = 0;
        while xml.next()?.is_some() {
            count += 1;
        }
        Ok(count)
    }

    #[test]
    fn what_is_not_well_formed_is_refused() {
        assert_eq!(all("<?xml version='1.0'?><a b='>'><c/>x</a>"), Ok(5));
        for bad in [
            "<a>",
            "</a>",
            "<a></b>",
            "<a",
            "<a b='>",
            "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>",
            "<a><![CDATA[x]]></a>",
            "< >",
        ] {
            assert!(all(bad).is_err(), "{bad}");
        }
        assert_eq!(all(&"<a>".repeat(1000)), Err(Refused::Limits));
    }

    #[test]
    fn attributes_and_entities_are_told_with_their_places() {
        let text = "<w:a  b = \"x&amp;y\" c:d='&#1048;'/>";
        let Ok(Some(Item::Open(tag))) = Xml::new(text).next() else {
            panic!("no tag")
        };
        assert_eq!((tag.local(), tag.empty), ("a", true));
        let seen: Vec<_> = tag
            .attributes()
            .map(|a| (a.name, a.text().into_owned(), text.get(a.value.clone()).unwrap()))
            .collect();
        assert_eq!(
            seen,
            [("b", "x&y".to_owned(), "x&amp;y"), ("c:d", "И".to_owned(), "&#1048;")]
        );
        assert_eq!(tag.get("d").as_deref(), Some("И"));
        assert_eq!(decoded("a&b&unknown;&lt;"), "a&b&unknown;<");
    }
}
