//! Text strings of PDF objects: `PDFDocEncoding`, UTF-16 and UTF-8, told by their first bytes.

use hayro::hayro_syntax::object::{Dict, Object, String as PdfString};

/// Characters of `PDFDocEncoding` for the codes 0x80 to 0xA0, where it leaves Latin-1.
const DOC_HIGH: [char; 33] = [
    '•', '†', '‡', '…', '—', '–', 'ƒ', '⁄', '‹', '›', '−', '‰', '„', '“', '”', '‘', '’', '‚', '™', 'ﬁ', 'ﬂ', 'Ł', 'Œ',
    'Š', 'Ÿ', 'Ž', 'ı', 'ł', 'œ', 'š', 'ž', '\u{FFFD}', '€',
];
/// The same for 0x18 to 0x1F: accents that stand alone.
const DOC_LOW: [char; 8] = ['˘', 'ˇ', 'ˆ', '˙', '˝', '˛', '˚', '˜'];

/// Decodes a text string.
pub fn decode(bytes: &[u8]) -> String {
    let text = if let Some(rest) = bytes.strip_prefix(b"\xFE\xFF") {
        utf16(rest, u16::from_be_bytes)
    } else if let Some(rest) = bytes.strip_prefix(b"\xFF\xFE") {
        utf16(rest, u16::from_le_bytes)
    } else if let Some(rest) = bytes.strip_prefix(b"\xEF\xBB\xBF") {
        String::from_utf8_lossy(rest).into_owned()
    } else if !bytes.is_ascii() && std::str::from_utf8(bytes).is_ok() {
        // Many writers put UTF-8 there without saying so; text in PDFDocEncoding that is also valid UTF-8 is rare.
        String::from_utf8_lossy(bytes).into_owned()
    } else {
        bytes.iter().map(|&b| doc(b)).collect()
    };
    text.replace('\r', "\n").replace('\0', "")
}

fn doc(byte: u8) -> char {
    match byte {
        0x18..=0x1F => DOC_LOW[usize::from(byte - 0x18)],
        0x80..=0xA0 => DOC_HIGH[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = bytes.as_chunks::<2>().0.iter().map(|&pair| unit(pair));
    let mut text = String::with_capacity(bytes.len() / 2);
    // An escape character encloses the code of the language of what follows, which is no text.
    let mut in_language = false;
    for c in char::decode_utf16(units) {
        match c {
            Ok('\u{1B}') => in_language = !in_language,
            Ok(_) if in_language => {}
            Ok(c) => text.push(c),
            Err(_) => text.push('\u{FFFD}'),
        }
    }
    text
}

/// What tells one dictionary from another: where it stands in the file. Its number does not, for dictionaries inside others share it.
pub type Identity = (usize, usize);

/// The identity of a dictionary.
pub fn identity(dict: &Dict<'_>) -> Identity {
    let data = dict.data();
    (data.as_ptr().addr(), data.len())
}

/// The text string under this key; empty strings count as none.
pub fn text(dict: &Dict<'_>, key: &str) -> Option<String> {
    let text = decode(dict.get::<PdfString<'_>>(key)?.as_bytes());
    (!text.trim().is_empty()).then_some(text)
}

/// The text of an object that may be a string, a name, or a stream of text (long values, scripts).
pub fn of_object(object: Object<'_>) -> Option<String> {
    let text = match object {
        Object::String(s) => decode(s.as_bytes()),
        Object::Name(n) => String::from_utf8_lossy(n.as_ref()).into_owned(),
        Object::Stream(s) => decode(&s.decoded_data().ok()?),
        Object::Number(n) => n.as_f64().to_string(),
        _ => return None,
    };
    (!text.trim().is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_of_text_strings_is_told() {
        assert_eq!(decode(b"caf\xE9 \x80 \xA0"), "café • €");
        assert_eq!(
            decode(&[0xFE, 0xFF, 0x1E, 0xA5, 0, b'n', 0xD8, 0x3D, 0xDE, 0x00]),
            "ấn😀"
        );
        assert_eq!(decode(&[0xFF, 0xFE, 0x2D, 0x4E]), "中");
        assert_eq!(decode("\u{FEFF}Иван".as_bytes()), "Иван");
        assert_eq!(decode("Nguyễn".as_bytes()), "Nguyễn");
        let with_language = [0xFE, 0xFF, 0, 0x1B, 0, b'v', 0, b'i', 0, 0x1B, 0, b'A'];
        assert_eq!(decode(&with_language), "A");
    }
}
