//! Escapes of data and markup formats, one by one.

fn hex4(s: &str) -> Option<u32> {
    let digits = s.get(..4).filter(|h| h.bytes().all(|b| b.is_ascii_hexdigit()))?;
    u32::from_str_radix(digits, 16).ok()
}

/// The character of the JSON escape at the start of `text`, and its length; nothing where it is none.
pub(super) fn json_escape(text: &str) -> (Option<char>, usize) {
    let rest = text.get(1..).unwrap_or_default();
    let c = match rest.bytes().next() {
        Some(b'u') => {
            let one = rest.get(1..).and_then(hex4);
            let two = rest.get(5..).and_then(|r| r.strip_prefix("\\u")).and_then(hex4);
            return match (one, two) {
                (Some(high @ 0xD800..0xDC00), Some(low @ 0xDC00..0xE000)) => {
                    let code = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
                    (Some(char::from_u32(code).unwrap_or('\u{fffd}')), 12)
                }
                (Some(code), _) => (Some(char::from_u32(code).unwrap_or('\u{fffd}')), 6),
                (None, _) => (None, 1),
            };
        }
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'b' | b'f') => ' ',
        Some(b @ (b'"' | b'/' | b'\\')) => char::from(b),
        _ => return (None, 1),
    };
    (Some(c), 2)
}

/// Text with JSON escapes, decoded.
pub(super) fn json_text(raw: &str, out: &mut String) {
    let mut rest = raw;
    while let Some(slash) = rest.find('\\') {
        let (before, escape) = rest.split_at(slash);
        out.push_str(before);
        let (c, used) = json_escape(escape);
        out.push(c.unwrap_or('\\'));
        rest = escape.get(used..).unwrap_or_default();
    }
    out.push_str(rest);
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

