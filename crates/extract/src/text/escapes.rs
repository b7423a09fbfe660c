//! Escapes of data and markup formats, decoded so that the text reads as its reader sees it; offsets into the file stay.

use std::borrow::Cow;

use crate::{Kind, OffsetMap, Run};

/// Decodes what this kind of text escapes. Text without escapes is returned as it is.
pub(super) fn decode(kind: Kind, text: Cow<'_, str>, map: OffsetMap) -> (Cow<'_, str>, OffsetMap) {
    let needed = match kind {
        Kind::Json | Kind::Jsonl => memchr::memchr(b'\\', text.as_bytes()).is_some(),
        Kind::Html | Kind::Xml => memchr::memchr2(b'&', b'<', text.as_bytes()).is_some(),
        _ => false,
    };
    if !needed {
        return (text, map);
    }
    let mut out = Out {
        text: String::with_capacity(text.len()),
        runs: Vec::new(),
        map,
    };
    match kind {
        Kind::Json | Kind::Jsonl => json(&text, &mut out),
        _ => markup(&text, kind == Kind::Html, &mut out),
    }
    let has_map = out.map != OffsetMap::None;
    let map = if has_map {
        OffsetMap::Runs(out.runs)
    } else {
        OffsetMap::None
    };
    (Cow::Owned(out.text), map)
}

/// Text on the way out, with its way back.
struct Out {
    text: String,
    runs: Vec<Run>,
    map: OffsetMap,
}

impl Out {
    /// A stretch that stays as it is; it stood at `from`.
    fn same(&mut self, stretch: &str, from: usize) {
        if stretch.is_empty() {
            return;
        }
        match &self.map {
            OffsetMap::None => {}
            OffsetMap::Same(base) => self.runs.push(Run {
                text: self.text.len(),
                file: base + from as u64,
                same: true,
            }),
            OffsetMap::Runs(runs) => {
                // The runs of the encoding that lie inside the stretch move along.
                let first = runs.partition_point(|r| r.text <= from).saturating_sub(1);
                for run in runs.iter().skip(first).take_while(|r| r.text < from + stretch.len()) {
                    let at = run.text.max(from);
                    let file = run.file + if run.same { (at - run.text) as u64 } else { 0 };
                    self.runs.push(Run {
                        text: self.text.len() + (at - from),
                        file,
                        same: run.same,
                    });
                }
            }
        }
        self.text.push_str(stretch);
    }

    /// A character or a mark that stands for the escape at `from`.
    fn unit(&mut self, shown: &str, from: usize) {
        if let Some(file) = self.map.to_file(from) {
            self.runs.push(Run {
                text: self.text.len(),
                file,
                same: false,
            });
        }
        self.text.push_str(shown);
    }
}

fn hex4(s: &str) -> Option<u32> {
    s.get(..4).and_then(|h| u32::from_str_radix(h, 16).ok())
}

fn json(text: &str, out: &mut Out) {
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'\\', text.get(at..).unwrap_or_default().as_bytes()) {
        let slash = at + found;
        out.same(text.get(at..slash).unwrap_or_default(), at);
        let rest = text.get(slash + 1..).unwrap_or_default();
        let mut buffer = [0; 4];
        let (shown, used): (&str, usize) = match rest.bytes().next() {
            Some(b'u') => {
                let one = rest.get(1..).and_then(hex4);
                let two = rest.get(5..).and_then(|r| r.strip_prefix("\\u")).and_then(hex4);
                match (one, two) {
                    (Some(high @ 0xD800..0xDC00), Some(low @ 0xDC00..0xE000)) => {
                        let c =
                            char::from_u32(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)).unwrap_or('\u{fffd}');
                        (c.encode_utf8(&mut buffer), 12)
                    }
                    (Some(code), _) => (char::from_u32(code).unwrap_or('\u{fffd}').encode_utf8(&mut buffer), 6),
                    (None, _) => ("\\", 1),
                }
            }
            // A line break inside a value is shown as a blank: the lines of the file stay countable.
            Some(b'n' | b'r' | b't') => (" ", 2),
            Some(b'"') => ("\"", 2),
            Some(b'/') => ("/", 2),
            Some(b'\\') => ("\\", 2),
            _ => ("\\", 1),
        };
        let shown = shown.to_owned();
        out.unit(&shown, slash);
        at = slash + used;
    }
    out.same(text.get(at..).unwrap_or_default(), at);
}

/// Entities by name that occur in office texts.
const ENTITIES: &[(&str, &str)] = &[
    ("amp", "&"),
    ("lt", "<"),
    ("gt", ">"),
    ("quot", "\""),
    ("apos", "'"),
    ("nbsp", " "),
    ("ndash", "–"),
    ("mdash", "—"),
    ("laquo", "«"),
    ("raquo", "»"),
    ("hellip", "…"),
    ("copy", "©"),
    ("bull", "•"),
    ("middot", "·"),
    ("shy", ""),
    ("ldquo", "“"),
    ("rdquo", "”"),
    ("lsquo", "‘"),
    ("rsquo", "’"),
    ("numero", "№"),
    ("agrave", "à"),
    ("aacute", "á"),
    ("acirc", "â"),
    ("atilde", "ã"),
    ("egrave", "è"),
    ("eacute", "é"),
    ("ecirc", "ê"),
    ("igrave", "ì"),
    ("iacute", "í"),
    ("ograve", "ò"),
    ("oacute", "ó"),
    ("ocirc", "ô"),
    ("otilde", "õ"),
    ("ugrave", "ù"),
    ("uacute", "ú"),
    ("yacute", "ý"),
    ("Agrave", "À"),
    ("Aacute", "Á"),
    ("Acirc", "Â"),
    ("Atilde", "Ã"),
    ("Egrave", "È"),
    ("Eacute", "É"),
    ("Ecirc", "Ê"),
    ("Igrave", "Ì"),
    ("Iacute", "Í"),
    ("Ograve", "Ò"),
    ("Oacute", "Ó"),
    ("Ocirc", "Ô"),
    ("Otilde", "Õ"),
    ("Ugrave", "Ù"),
    ("Uacute", "Ú"),
    ("Yacute", "Ý"),
];

/// The text of the entity that begins at the start of `text`, and its length.
pub(crate) fn entity(text: &str) -> Option<(String, usize)> {
    let end = text.bytes().take(12).position(|b| b == b';')?;
    let name = text.get(1..end)?;
    let shown = if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        char::from_u32(code)?.to_string()
    } else {
        ENTITIES.iter().find(|(n, _)| *n == name)?.1.to_owned()
    };
    Some((shown, end + 1))
}

/// Tags whose end or begin is a line break for the reader.
const BLOCKS: &[&str] = &[
    "p",
    "div",
    "br",
    "tr",
    "li",
    "table",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "section",
    "article",
    "ul",
    "ol",
    "dl",
    "dt",
    "dd",
    "hr",
    "form",
    "header",
    "footer",
    "option",
    "title",
    "blockquote",
    "pre",
];

fn markup(text: &str, html: bool, out: &mut Out) {
    let mut at = 0;
    while let Some(found) = memchr::memchr2(b'&', b'<', text.get(at..).unwrap_or_default().as_bytes()) {
        let mark = at + found;
        out.same(text.get(at..mark).unwrap_or_default(), at);
        let rest = text.get(mark..).unwrap_or_default();
        if rest.starts_with('&') {
            match entity(rest) {
                Some((shown, used)) => {
                    out.unit(&shown, mark);
                    at = mark + used;
                }
                None => {
                    out.same("&", mark);
                    at = mark + 1;
                }
            }
            continue;
        }
        at = mark + tag(rest, html, mark, out);
    }
    out.same(text.get(at..).unwrap_or_default(), at);
}

/// Writes what a reader, or an attacker, gets from a tag: its breaks and the values of its attributes. Returns its length.
fn tag(rest: &str, html: bool, from: usize, out: &mut Out) -> usize {
    if rest.starts_with("<!--") || rest.starts_with("<![CDATA[") {
        // The text of a comment is in the file for everyone who looks; it stays.
        let open = if rest.starts_with("<!--") { 4 } else { 9 };
        out.unit(" ", from);
        return open;
    }
    let bytes = rest.as_bytes();
    let is_tag = bytes
        .get(1)
        .is_some_and(|b| b.is_ascii_alphabetic() || matches!(b, b'/' | b'!' | b'?'));
    let end = memchr::memchr(b'>', bytes.get(..64 * 1024).unwrap_or(bytes));
    let (Some(end), true) = (end, is_tag) else {
        out.same("<", from);
        return 1;
    };
    let inner = rest.get(1..end).unwrap_or_default();
    let name: String = inner
        .trim_start_matches('/')
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    let lines = inner.matches('\n').count();
    if html {
        let mark = if matches!(name.as_str(), "td" | "th") {
            "\t"
        } else if BLOCKS.contains(&name.as_str()) && lines == 0 {
            // Shown as a mark that is no line of the file, so that line numbers stay those of the file.
            "\u{2028}"
        } else {
            ""
        };
        if !mark.is_empty() {
            out.unit(mark, from);
        }
    } else {
        out.unit(" ", from);
        // The name of an element is the label of its value.
        if !inner.starts_with(['/', '!', '?']) {
            out.same(rest.get(1..=name.len()).unwrap_or_default(), from + 1);
            out.unit(": ", from);
        }
    }
    // Attribute values: links, alternative texts, values of fields.
    let mut i = 0;
    while let Some(equal) = inner.get(i..).and_then(|s| s.find('=')).map(|p| i + p) {
        let Some(quote @ (b'"' | b'\'')) = inner.as_bytes().get(equal + 1).copied() else {
            i = equal + 1;
            continue;
        };
        let start = equal + 2;
        let Some(len) = memchr::memchr(quote, inner.as_bytes().get(start..).unwrap_or_default()) else {
            break;
        };
        let value = inner.get(start..start + len).unwrap_or_default();
        let attribute = inner
            .get(i..equal)
            .and_then(|s| s.rsplit([' ', '\n', '\t', '"', '\'']).next())
            .unwrap_or_default();
        let styling = matches!(
            attribute,
            "style" | "class" | "id" | "width" | "height" | "xmlns" | "rel" | "type" | "align"
        ) || attribute.starts_with("xmlns:");
        if !styling && !value.is_empty() {
            out.unit(" ", from + 1 + start);
            // Entities inside values are rare and left as they are; quotes cannot occur.
            out.same(
                value.trim_start_matches("mailto:").trim_start_matches("tel:"),
                from + 1 + start + (value.len() - value.trim_start_matches("mailto:").trim_start_matches("tel:").len()),
            );
            out.unit(" ", from + 1 + start + len);
        }
        i = start + len + 1;
    }
    for _ in 0..lines {
        out.unit("\n", from + end);
    }
    end + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: Kind, source: &str, expected: &str) {
        let (text, map) = decode(kind, Cow::Borrowed(source), OffsetMap::Same(0));
        assert_eq!(text, expected);
        for (i, c) in text.char_indices() {
            let at = map.to_file(i).unwrap() as usize;
            let original = source.get(at..).unwrap_or_else(|| panic!("{at} is inside a character"));
            let escaped =
                original.starts_with(['\\', '&', '<']) || !source.contains(c) || c == ' ' || c == ':' || c == '\n';
            assert!(original.starts_with(c) || escaped, "'{c}' at {at}: {original}");
        }
    }

    #[test]
    fn json_escapes_become_letters() {
        check(
            Kind::Json,
            r#"{"n": "\u0418\u0432\u0430\u043d \"x\" a\/b", "e": "\ud83d\ude00"}"#,
            r#"{"n": "Иван "x" a/b", "e": "😀"}"#,
        );
        check(Kind::Json, r#"bad \u12 \ud800 end \"#, "bad \\u12 \u{fffd} end \\");
    }

    #[test]
    fn markup_reads_as_its_reader_sees_it() {
        let (text, _) = decode(
            Kind::Html,
            Cow::Borrowed("<p>Nguy&#7877;n <b>V\u{103}n</b></p><a href=\"mailto:a@example.org\">x</a>"),
            OffsetMap::Same(0),
        );
        assert!(
            text.contains("Nguyễn Văn") && text.contains(" a@example.org "),
            "{text}"
        );
        let (text, _) = decode(
            Kind::Xml,
            Cow::Borrowed("<r><phone>0912345678</phone></r>"),
            OffsetMap::Same(0),
        );
        assert!(text.contains("phone: 0912345678"), "{text}");
        let (text, _) = decode(Kind::Html, Cow::Borrowed("1 < 2 & 3 <b"), OffsetMap::Same(0));
        assert_eq!(text, "1 < 2 & 3 <b");
    }
}
