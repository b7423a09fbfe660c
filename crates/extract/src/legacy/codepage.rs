//! Code pages, character sets of fonts, and Vietnamese fonts that are encodings of their own.

use std::borrow::Cow;

use encoding_rs as web;
use unicode_normalization::UnicodeNormalization;

use crate::text;

/// Western European, the code page of last resort.
pub(super) const WESTERN: u32 = 1252;

/// The encoding behind the number of a Windows code page.
fn encoding(page: u32) -> Option<&'static web::Encoding> {
    Some(match page {
        866 => web::IBM866,
        874 => web::WINDOWS_874,
        932 => web::SHIFT_JIS,
        936 | 20936 | 54936 | 52936 => web::GB18030,
        949 | 51949 => web::EUC_KR,
        950 => web::BIG5,
        1200 => web::UTF_16LE,
        1201 => web::UTF_16BE,
        1250 => web::WINDOWS_1250,
        1251 => web::WINDOWS_1251,
        1252 | 20127 | 28591 => web::WINDOWS_1252,
        1253 => web::WINDOWS_1253,
        1254 => web::WINDOWS_1254,
        1255 => web::WINDOWS_1255,
        1256 => web::WINDOWS_1256,
        1257 => web::WINDOWS_1257,
        1258 => web::WINDOWS_1258,
        10000 => web::MACINTOSH,
        10007 => web::X_MAC_CYRILLIC,
        20866 => web::KOI8_R,
        20932 | 51932 => web::EUC_JP,
        21866 => web::KOI8_U,
        28592 => web::ISO_8859_2,
        28595 => web::ISO_8859_5,
        50220..=50222 => web::ISO_2022_JP,
        65001 => web::UTF_8,
        _ => return None,
    })
}

/// Whether text of this code page has characters of two bytes.
pub(super) fn is_double(page: u32) -> bool {
    matches!(page, 932 | 936 | 949 | 950 | 20936 | 54936 | 51949 | 51932 | 20932)
}

/// Whether a byte of text in a double-byte code page is the first of two.
pub(super) fn is_lead(page: u32, byte: u8) -> bool {
    match page {
        932 => matches!(byte, 0x81..=0x9f | 0xe0..=0xfc),
        _ => is_double(page) && (0x81..=0xfe).contains(&byte),
    }
}

/// Text of a code page; an unknown one is taken as Western European, whose letters stand one for one.
pub(super) fn decode(bytes: &[u8], page: u32) -> Cow<'_, str> {
    let encoding = encoding(page).unwrap_or(web::WINDOWS_1252);
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    // Tones of the Vietnamese code page stand after their letter; together they are one letter.
    if page == 1258 {
        return Cow::Owned(text.nfc().collect());
    }
    text
}

/// The code page of a font's character set.
pub(super) fn of_charset(charset: u32) -> Option<u32> {
    Some(match charset {
        77 => 10000,
        128 => 932,
        129 => 949,
        134 => 936,
        136 => 950,
        161 => 1253,
        162 => 1254,
        163 => 1258,
        177 => 1255,
        178 => 1256,
        186 => 1257,
        204 => 1251,
        222 => 874,
        238 => 1250,
        _ => return None,
    })
}

/// The code page of a language identifier.
pub(super) fn of_language(language: u16) -> u32 {
    match language {
        0x0404 | 0x0c04 | 0x1404 => return 950,
        0x0804 | 0x1004 => return 936,
        0x0c1a | 0x1c1a => return 1251,
        _ => {}
    }
    match language & 0x3ff {
        0x04 => 936,
        0x11 => 932,
        0x12 => 949,
        0x19 | 0x22 | 0x23 | 0x02 | 0x2f | 0x3f | 0x40 | 0x44 | 0x50 => 1251,
        0x2a => 1258,
        0x05 | 0x0e | 0x15 | 0x18 | 0x1a | 0x1b | 0x1c | 0x24 => 1250,
        0x08 => 1253,
        0x1f => 1254,
        0x0d => 1255,
        0x01 | 0x20 | 0x29 => 1256,
        0x25..=0x27 => 1257,
        0x1e => 874,
        _ => WESTERN,
    }
}

/// Which letters a font shows for the codes of Latin text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Face {
    /// Those of the codes.
    #[default]
    Plain,
    /// Vietnamese by TCVN3 (the ABC fonts); `capital` fonts show small codes as capitals.
    Tcvn3 { capital: bool },
    /// Vietnamese by VNI.
    Vni,
}

impl Face {
    /// Told from the name of the font.
    pub(crate) fn of_font(name: &str) -> Self {
        let name = name.trim().trim_start_matches('@');
        let begins = |s: &str| name.get(..s.len()).is_some_and(|n| n.eq_ignore_ascii_case(s));
        if begins(".vn") {
            Self::Tcvn3 {
                capital: name.ends_with('H'),
            }
        } else if begins("vni-") || begins("vni ") {
            Self::Vni
        } else {
            Self::Plain
        }
    }

    /// What a single glyph of the font shows where that is another character: a letter, or marks over the letter before.
    pub(crate) fn glyph(self, c: char) -> Option<String> {
        let letter = match self {
            Self::Plain => return None,
            Self::Vni => text::vni_glyph(c)?,
            Self::Tcvn3 { .. } => text::from_vietnamese_font(c.encode_utf8(&mut [0; 4]), false),
        };
        Some(match self {
            Self::Tcvn3 { capital: true } => letter.to_uppercase(),
            _ => letter,
        })
    }

    /// The letters that the font shows for this text.
    pub(super) fn shown(self, text: &str) -> Cow<'_, str> {
        let vni = match self {
            Self::Plain => return Cow::Borrowed(text),
            Self::Tcvn3 { .. } => false,
            Self::Vni => true,
        };
        // Programs fall back to another font for Vietnamese in Unicode: such text is what it says.
        let unicode = |c: char| {
            matches!(
                c,
                'đ' | 'Đ' | 'ơ' | 'Ơ' | 'ư' | 'Ư' | 'ă' | 'Ă' | '\u{1ea0}'..='\u{1ef9}'
            )
        };
        if text.is_ascii() && self != (Self::Tcvn3 { capital: true }) || text.chars().any(unicode) {
            return Cow::Borrowed(text);
        }
        let letters = text::from_vietnamese_font(text, vni);
        match self {
            Self::Tcvn3 { capital: true } => Cow::Owned(letters.to_uppercase()),
            _ => Cow::Owned(letters),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_pages_decode() {
        assert_eq!(decode(b"\xc8\xe2\xe0\xed", 1251), "Иван");
        assert_eq!(decode(b"\xd5\xc5", 936), "张");
        assert_eq!(decode(b"\xb1i", 950), "張");
        assert_eq!(decode(b"Nguy\xea\xden", 1258), "Nguyễn");
        assert_eq!(decode(b"\xe9", 4711), "é");
        assert_eq!(of_language(0x0419), 1251);
        assert_eq!(of_language(0x042a), 1258);
        assert_eq!(of_charset(204), Some(1251));
    }

    #[test]
    fn vietnamese_fonts_are_told_by_name_and_decoded() {
        assert_eq!(Face::of_font(".VnTime").shown("NguyÔn V¨n"), "Nguyễn Văn");
        assert_eq!(Face::of_font(".VnTimeH").shown("NguyÔn V¨n an"), "NGUYỄN VĂN AN");
        assert_eq!(Face::of_font("VNI-Times").shown("Nguyeãn Vaên"), "Nguyễn Văn");
        let glyphs = |face: Face, text: &str| -> String {
            let glyph = |c: char| face.glyph(c).unwrap_or_else(|| c.to_string());
            UnicodeNormalization::nfc(text.chars().map(glyph).collect::<String>().as_str()).collect()
        };
        assert_eq!(glyphs(Face::of_font(".VnTimeH"), "NguyÔn"), "NGUYỄN");
        assert_eq!(
            glyphs(Face::of_font("VNI-Times"), "Nguyeãn Vaên, Ñoäc laäp, Töï do, ñöôøng"),
            "Nguyễn Văn, Độc lập, Tự do, đường"
        );
        assert_eq!(Face::of_font("Times New Roman").shown("José"), "José");
        // Unicode text under an old font stays.
        assert_eq!(Face::of_font(".VnTime").shown("Nguyễn Văn"), "Nguyễn Văn");
    }
}
