//! Escapes of data and markup formats, one by one.

use std::borrow::Cow;

use super::Piece;
use super::builder::Builder;
use crate::OffsetMap;
use crate::encoded::hex;

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

/// Entities by name, sorted: Latin and Cyrillic letters, quotes, dashes, signs.
#[rustfmt::skip]
const ENTITIES: &[(&str, &str)] = &[
    ("AElig", "Æ"), ("AMP", "&"), ("Aacute", "Á"), ("Abreve", "Ă"), ("Acirc", "Â"), ("Acy", "А"), ("Agrave", "À"),
    ("Amacr", "Ā"), ("Aogon", "Ą"), ("Aring", "Å"), ("Atilde", "Ã"), ("Auml", "Ä"), ("Bcy", "Б"), ("CHcy", "Ч"),
    ("Cacute", "Ć"), ("Ccaron", "Č"), ("Ccedil", "Ç"), ("Ccirc", "Ĉ"), ("Cdot", "Ċ"), ("Cedilla", "¸"),
    ("CenterDot", "·"), ("DJcy", "Ђ"), ("DScy", "Ѕ"), ("DZcy", "Џ"), ("Dagger", "‡"), ("Dcaron", "Ď"), ("Dcy", "Д"),
    ("Dot", "¨"), ("DoubleDot", "¨"), ("Dstrok", "Đ"), ("ENG", "Ŋ"), ("ETH", "Ð"), ("Eacute", "É"), ("Ecaron", "Ě"),
    ("Ecirc", "Ê"), ("Ecy", "Э"), ("Edot", "Ė"), ("Egrave", "È"), ("Emacr", "Ē"), ("Eogon", "Ę"), ("Euml", "Ë"),
    ("Fcy", "Ф"), ("GJcy", "Ѓ"), ("GT", ">"), ("Gbreve", "Ğ"), ("Gcedil", "Ģ"), ("Gcirc", "Ĝ"), ("Gcy", "Г"),
    ("Gdot", "Ġ"), ("HARDcy", "Ъ"), ("Hcirc", "Ĥ"), ("Hstrok", "Ħ"), ("IEcy", "Е"), ("IJlig", "Ĳ"), ("IOcy", "Ё"),
    ("Iacute", "Í"), ("Icirc", "Î"), ("Icy", "И"), ("Idot", "İ"), ("Igrave", "Ì"), ("Imacr", "Ī"), ("Iogon", "Į"),
    ("Itilde", "Ĩ"), ("Iukcy", "І"), ("Iuml", "Ï"), ("Jcirc", "Ĵ"), ("Jcy", "Й"), ("Jsercy", "Ј"), ("Jukcy", "Є"),
    ("KHcy", "Х"), ("KJcy", "Ќ"), ("Kcedil", "Ķ"), ("Kcy", "К"), ("LJcy", "Љ"), ("LT", "<"), ("Lacute", "Ĺ"),
    ("Lcaron", "Ľ"), ("Lcedil", "Ļ"), ("Lcy", "Л"), ("Lmidot", "Ŀ"), ("Lstrok", "Ł"), ("Mcy", "М"), ("NJcy", "Њ"),
    ("Nacute", "Ń"), ("Ncaron", "Ň"), ("Ncedil", "Ņ"), ("Ncy", "Н"), ("Ntilde", "Ñ"), ("OElig", "Œ"), ("Oacute", "Ó"),
    ("Ocirc", "Ô"), ("Ocy", "О"), ("Odblac", "Ő"), ("Ograve", "Ò"), ("Omacr", "Ō"), ("Oslash", "Ø"), ("Otilde", "Õ"),
    ("Ouml", "Ö"), ("Pcy", "П"), ("PlusMinus", "±"), ("Prime", "″"), ("REG", "®"), ("Racute", "Ŕ"), ("Rcaron", "Ř"),
    ("Rcedil", "Ŗ"), ("Rcy", "Р"), ("SHCHcy", "Щ"), ("SHcy", "Ш"), ("SOFTcy", "Ь"), ("Sacute", "Ś"), ("Scaron", "Š"),
    ("Scedil", "Ş"), ("Scirc", "Ŝ"), ("Scy", "С"), ("THORN", "Þ"), ("TSHcy", "Ћ"), ("TScy", "Ц"), ("Tcaron", "Ť"),
    ("Tcedil", "Ţ"), ("Tcy", "Т"), ("Tstrok", "Ŧ"), ("Uacute", "Ú"), ("Ubrcy", "Ў"), ("Ubreve", "Ŭ"), ("Ucirc", "Û"),
    ("Ucy", "У"), ("Udblac", "Ű"), ("Ugrave", "Ù"), ("Umacr", "Ū"), ("Uogon", "Ų"), ("Uring", "Ů"), ("Utilde", "Ũ"),
    ("Uuml", "Ü"), ("Vcy", "В"), ("Verbar", "‖"), ("Vert", "‖"), ("Wcirc", "Ŵ"), ("YAcy", "Я"), ("YIcy", "Ї"),
    ("YUcy", "Ю"), ("Yacute", "Ý"), ("Ycirc", "Ŷ"), ("Ycy", "Ы"), ("Yuml", "Ÿ"), ("ZHcy", "Ж"), ("Zacute", "Ź"),
    ("Zcaron", "Ž"), ("Zcy", "З"), ("Zdot", "Ż"), ("aacute", "á"), ("abreve", "ă"), ("acirc", "â"), ("acute", "´"),
    ("acy", "а"), ("aelig", "æ"), ("agrave", "à"), ("amacr", "ā"), ("amp", "&"), ("angst", "Å"), ("aogon", "ą"),
    ("apos", "'"), ("aring", "å"), ("atilde", "ã"), ("auml", "ä"), ("backprime", "‵"), ("bcy", "б"), ("bdquo", "„"),
    ("bprime", "‵"), ("brvbar", "¦"), ("bull", "•"), ("bullet", "•"), ("cacute", "ć"), ("ccaron", "č"),
    ("ccedil", "ç"), ("ccirc", "ĉ"), ("cdot", "ċ"), ("cedil", "¸"), ("cent", "¢"), ("centerdot", "·"), ("chcy", "ч"),
    ("circledR", "®"), ("copy", "©"), ("curren", "¤"), ("dagger", "†"), ("dash", "‐"), ("dcaron", "ď"), ("dcy", "д"),
    ("ddagger", "‡"), ("deg", "°"), ("die", "¨"), ("div", "÷"), ("divide", "÷"), ("djcy", "ђ"), ("dscy", "ѕ"),
    ("dstrok", "đ"), ("dzcy", "џ"), ("eacute", "é"), ("ecaron", "ě"), ("ecirc", "ê"), ("ecy", "э"), ("edot", "ė"),
    ("egrave", "è"), ("emacr", "ē"), ("eng", "ŋ"), ("eogon", "ę"), ("eth", "ð"), ("euml", "ë"), ("euro", "€"),
    ("fcy", "ф"), ("frac12", "½"), ("frac14", "¼"), ("frac34", "¾"), ("gbreve", "ğ"), ("gcirc", "ĝ"), ("gcy", "г"),
    ("gdot", "ġ"), ("gjcy", "ѓ"), ("gt", ">"), ("half", "½"), ("hardcy", "ъ"), ("hcirc", "ĥ"), ("hellip", "…"),
    ("horbar", "―"), ("hstrok", "ħ"), ("hyphen", "‐"), ("iacute", "í"), ("icirc", "î"), ("icy", "и"), ("iecy", "е"),
    ("iexcl", "¡"), ("igrave", "ì"), ("ijlig", "ĳ"), ("imacr", "ī"), ("imath", "ı"), ("inodot", "ı"), ("iocy", "ё"),
    ("iogon", "į"), ("iquest", "¿"), ("itilde", "ĩ"), ("iukcy", "і"), ("iuml", "ï"), ("jcirc", "ĵ"), ("jcy", "й"),
    ("jsercy", "ј"), ("jukcy", "є"), ("kcedil", "ķ"), ("kcy", "к"), ("kgreen", "ĸ"), ("khcy", "х"), ("kjcy", "ќ"),
    ("lacute", "ĺ"), ("laquo", "«"), ("lcaron", "ľ"), ("lcedil", "ļ"), ("lcy", "л"), ("ldquo", "“"), ("ldquor", "„"),
    ("ljcy", "љ"), ("lmidot", "ŀ"), ("lsaquo", "‹"), ("lsquo", "‘"), ("lsquor", "‚"), ("lstrok", "ł"), ("lt", "<"),
    ("macr", "¯"), ("mcy", "м"), ("mdash", "—"), ("micro", "µ"), ("middot", "·"), ("mldr", "…"), ("nacute", "ń"),
    ("napos", "ŉ"), ("nbsp", " "), ("ncaron", "ň"), ("ncedil", "ņ"), ("ncy", "н"), ("ndash", "–"), ("njcy", "њ"),
    ("nldr", "‥"), ("not", "¬"), ("ntilde", "ñ"), ("numero", "№"), ("oacute", "ó"), ("ocirc", "ô"), ("ocy", "о"),
    ("odblac", "ő"), ("oelig", "œ"), ("ograve", "ò"), ("omacr", "ō"), ("ordf", "ª"), ("ordm", "º"), ("oslash", "ø"),
    ("otilde", "õ"), ("ouml", "ö"), ("para", "¶"), ("pcy", "п"), ("permil", "‰"), ("pertenk", "‱"), ("phone", "☎"),
    ("plusmn", "±"), ("pm", "±"), ("pound", "£"), ("prime", "′"), ("quot", "\""), ("racute", "ŕ"), ("raquo", "»"),
    ("rcaron", "ř"), ("rcedil", "ŗ"), ("rcy", "р"), ("rdquo", "”"), ("rdquor", "”"), ("reg", "®"), ("rsaquo", "›"),
    ("rsquo", "’"), ("rsquor", "’"), ("sacute", "ś"), ("sbquo", "‚"), ("scaron", "š"), ("scedil", "ş"),
    ("scirc", "ŝ"), ("scy", "с"), ("sect", "§"), ("shchcy", "щ"), ("shcy", "ш"), ("shy", ""), ("softcy", "ь"),
    ("strns", "¯"), ("sup1", "¹"), ("sup2", "²"), ("sup3", "³"), ("szlig", "ß"), ("tcaron", "ť"), ("tcedil", "ţ"),
    ("tcy", "т"), ("thorn", "þ"), ("times", "×"), ("tprime", "‴"), ("trade", "™"), ("tscy", "ц"), ("tshcy", "ћ"),
    ("tstrok", "ŧ"), ("uacute", "ú"), ("ubrcy", "ў"), ("ubreve", "ŭ"), ("ucirc", "û"), ("ucy", "у"), ("udblac", "ű"),
    ("ugrave", "ù"), ("umacr", "ū"), ("uml", "¨"), ("uogon", "ų"), ("uring", "ů"), ("utilde", "ũ"), ("uuml", "ü"),
    ("vcy", "в"), ("wcirc", "ŵ"), ("yacute", "ý"), ("yacy", "я"), ("ycirc", "ŷ"), ("ycy", "ы"), ("yen", "¥"),
    ("yicy", "ї"), ("yucy", "ю"), ("yuml", "ÿ"), ("zacute", "ź"), ("zcaron", "ž"), ("zcy", "з"), ("zdot", "ż"),
    ("zhcy", "ж"),
];

/// What the codes 128–159 stand for where a page means windows-1252, as browsers read them.
const C1: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
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
        match code {
            0 => '\u{fffd}',
            0x80..0xA0 => C1[code as usize - 0x80],
            _ => char::from_u32(code)?,
        }
        .to_string()
    } else {
        let found = ENTITIES.binary_search_by(|(n, _)| n.cmp(&name)).ok()?;
        ENTITIES.get(found)?.1.to_owned()
    };
    Some((shown, end + 1))
}

/// The character whose percent escape (one to four bytes of UTF-8) begins at the start of `bytes`, and its length.
pub(super) fn percent(bytes: &[u8]) -> Option<(char, usize)> {
    bytewise(bytes, b"%")
}

/// The same with another sign before the two digits of every byte: `=` in mail and cards, `\\x` in logs.
pub(super) fn bytewise(bytes: &[u8], sign: &[u8]) -> Option<(char, usize)> {
    let width = sign.len() + 2;
    let byte = |i: usize| {
        let digits = bytes.get(width * i..width * (i + 1))?.strip_prefix(sign)?;
        Some(hex(*digits.first()?)? << 4 | hex(*digits.get(1)?)?)
    };
    let first = byte(0)?;
    let len = match first {
        // Control characters stay escaped.
        0x20..0x7F => 1,
        0xC2..0xE0 => 2,
        0xE0..0xF0 => 3,
        0xF0..0xF5 => 4,
        _ => return None,
    };
    let mut buffer = [first, 0, 0, 0];
    for (i, slot) in buffer.iter_mut().enumerate().take(len).skip(1) {
        *slot = byte(i)?;
    }
    let c = std::str::from_utf8(buffer.get(..len)?).ok()?.chars().next()?;
    Some((c, width * len))
}

/// Decodes the escapes that programs leave in plain text and logs, where they stand for letters or for the signs of an address:
/// `\\u0441`, `\\xd1\\x81`, `%D1%81`, `&#1089;`. Text without them is returned as it is.
pub(super) fn loose<'a>(text: Cow<'a, str>, map: OffsetMap, end: u64) -> (Cow<'a, str>, OffsetMap) {
    let first = memchr::memchr3_iter(b'\\', b'%', b'&', text.as_bytes()).find(|at| letter(&text, *at).is_some());
    let Some(first) = first else {
        return (text, map);
    };
    let piece = Piece {
        text,
        map,
        end,
        line: 0,
        last: false,
        forced: false,
    };
    let (mut out, mut kept, mut at) = (Builder::default(), 0, first);
    loop {
        match letter(&piece.text, at) {
            Some((c, used)) => {
                out.same(&piece, kept, at);
                out.unit(c.encode_utf8(&mut [0; 4]), &piece, at);
                at += used;
                kept = at;
            }
            None => at += 1,
        }
        let rest = piece.text.as_bytes().get(at..).unwrap_or_default();
        match memchr::memchr3(b'\\', b'%', b'&', rest) {
            Some(next) => at += next,
            None => break,
        }
    }
    out.same(&piece, kept, piece.text.len());
    let (text, map) = out.take();
    (Cow::Owned(text), map)
}

/// The letter for which the escape at `at` stands, and the length of the escape.
fn letter(text: &str, at: usize) -> Option<(char, usize)> {
    let bytes = text.as_bytes().get(at..)?;
    let (c, used) = match (bytes.first()?, bytes.get(1)?) {
        (b'\\', b'u') => {
            let (c, used) = json_escape(text.get(at..)?);
            (c?, used)
        }
        (b'\\', b'x') => bytewise(bytes, b"\\x")?,
        (b'%', _) => percent(bytes)?,
        (b'&', _) => {
            let (shown, used) = entity(text.get(at..)?)?;
            (shown.chars().next()?, used)
        }
        _ => return None,
    };
    (c.is_alphabetic() && !c.is_ascii() || matches!((bytes[0], c), (b'%', '@' | '+' | ' '))).then_some((c, used))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_have_their_characters() {
        assert!(ENTITIES.windows(2).all(|w| w[0].0 < w[1].0), "sorted");
        for (text, shown) in [
            ("&ecirc;x", "ê"),
            ("&#7877;", "ễ"),
            ("&#x1EC5;", "ễ"),
            ("&nbsp;", " "),
            ("&amp;", "&"),
            ("&abreve;", "ă"),
            ("&dstrok;", "đ"),
            ("&numero;", "№"),
            ("&laquo;", "«"),
            ("&#150;", "–"),
            ("&iecy;", "е"),
        ] {
            assert_eq!(entity(text).map(|e| e.0).as_deref(), Some(shown), "{text}");
        }
        for text in ["&", "& x;", "&unknown;", "&#xD800;", "&#99999999;", "&averylongname;"] {
            assert_eq!(entity(text), None, "{text}");
        }
    }

    #[test]
    fn escapes_left_in_logs_become_letters() {
        let log = r"GET /?q=%D0%98%D0%B2%D0%B0%D0%BD&m=a%40example.org 100% \u0418\u0432\u0430\u043d \xd0\x98 C:\users\xy &#1048;&amp; 5%";
        let (text, map) = loose(Cow::Borrowed(log), OffsetMap::Same(0), log.len() as u64);
        assert_eq!(text, r"GET /?q=Иван&m=a@example.org 100% Иван И C:\users\xy И&amp; 5%");
        let at = text.find("@example").unwrap();
        assert_eq!(map.to_file(at), Some(log.find("%40").unwrap() as u64));
        assert_eq!(map.to_file(at + 1), Some(log.find("example").unwrap() as u64));
        let plain = "50% of C:\\new & so on";
        let (text, map) = loose(Cow::Borrowed(plain), OffsetMap::Same(7), 0);
        assert!(matches!(text, Cow::Borrowed(_)) && map == OffsetMap::Same(7));
    }

    #[test]
    fn percent_escapes_are_utf8() {
        assert_eq!(percent(b"%D0%98x"), Some(('И', 6)));
        assert_eq!(percent(b"%20"), Some((' ', 3)));
        assert_eq!(percent(b"%E1%BB%85"), Some(('ễ', 9)));
        assert_eq!(percent(b"%D0%9"), None);
        assert_eq!(percent(b"%D0x%98"), None);
        assert_eq!(percent(b"%zz"), None);
        assert_eq!(percent(b"%0A"), None);
    }
}
