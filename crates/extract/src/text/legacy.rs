//! Vietnamese encodings older than Unicode: TCVN3 (ABC fonts), VNI (two bytes a letter), VIQR (marks in ASCII).
//!
//! They are fonts more than encodings: the bytes are those of Latin text, and programs have since written them as UTF-8, so each
//! is recognised and decoded both from bytes and from text of U+00A1–U+00FF. The tables are those of TCVN 5712:1993 (VN3), of the VNI fonts and of RFC 1456.

use unicode_normalization::char::compose as nfc;

use super::encoding::Decoded;
use crate::Run;

/// One of the encodings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Legacy {
    Tcvn3,
    Vni,
    Viqr,
}

/// Codes A1–FE of TCVN3, `\0` where there is no letter.
const TCVN3: [char; 94] = [
    'Ă', 'Â', 'Ê', 'Ô', 'Ơ', 'Ư', 'Đ', 'ă', 'â', 'ê', 'ô', 'ơ', 'ư', 'đ', '\0', '\0', '\0', '\0', '\0', '\0', 'à', 'ả',
    'ã', 'á', 'ạ', '\0', 'ằ', 'ẳ', 'ẵ', 'ắ', '\0', '\0', '\0', '\0', '\0', '\0', '\0', 'ặ', 'ầ', 'ẩ', 'ẫ', 'ấ', 'ậ',
    'è', '\0', 'ẻ', 'ẽ', 'é', 'ẹ', 'ề', 'ể', 'ễ', 'ế', 'ệ', 'ì', 'ỉ', '\0', '\0', '\0', 'ĩ', 'í', 'ị', 'ò', '\0', 'ỏ',
    'õ', 'ó', 'ọ', 'ồ', 'ổ', 'ỗ', 'ố', 'ộ', 'ờ', 'ở', 'ỡ', 'ớ', 'ợ', 'ù', '\0', 'ủ', 'ũ', 'ú', 'ụ', 'ừ', 'ử', 'ữ', 'ứ',
    'ự', 'ỳ', 'ỷ', 'ỹ', 'ý', 'ỵ',
];

const GRAVE: char = '\u{300}';
const ACUTE: char = '\u{301}';
const TILDE: char = '\u{303}';
const HOOK: char = '\u{309}';
const DOT: char = '\u{323}';
const CIRCUMFLEX: char = '\u{302}';
const BREVE: char = '\u{306}';
const HORN: char = '\u{31b}';

/// A letter and a mark as one letter, where there is such a letter.
pub(super) fn compose(letter: char, mark: char) -> Option<char> {
    toned(letter, mark)
}

fn with(letter: char, first: char, second: Option<char>) -> Option<char> {
    let one = nfc(letter, first)?;
    second.map_or(Some(one), |mark| nfc(one, mark))
}

/// Letters that VNI writes with one code.
fn vni_single(c: char) -> Option<char> {
    Some(match c {
        'ô' => 'ơ',
        'ö' => 'ư',
        'Ô' => 'Ơ',
        'Ö' => 'Ư',
        'ñ' => 'đ',
        'Ñ' => 'Đ',
        'ì' => 'ì',
        'æ' => 'ỉ',
        'ó' => 'ĩ',
        'í' => 'í',
        'ò' => 'ị',
        'î' => 'ỵ',
        'Ì' => 'Ì',
        'Æ' => 'Ỉ',
        'Ó' => 'Ĩ',
        'Í' => 'Í',
        'Ò' => 'Ị',
        'Î' => 'Ỵ',
        _ => return None,
    })
}

/// A letter after which VNI writes a mark, and that mark.
fn vni_pair(letter: char, mark: char) -> Option<char> {
    let base = match letter {
        'ô' => 'ơ',
        'ö' => 'ư',
        'Ô' => 'Ơ',
        'Ö' => 'Ư',
        c if "aeiouyAEIOUY".contains(c) => c,
        _ => return None,
    };
    let mark = mark.to_lowercase().next()?;
    match mark {
        'ø' => nfc(base, GRAVE),
        'û' => nfc(base, HOOK),
        'õ' => nfc(base, TILDE),
        'ù' => nfc(base, ACUTE),
        'ï' => nfc(base, DOT),
        'â' => with(base, CIRCUMFLEX, None),
        'à' => with(base, CIRCUMFLEX, Some(GRAVE)),
        'å' => with(base, CIRCUMFLEX, Some(HOOK)),
        'ã' => with(base, CIRCUMFLEX, Some(TILDE)),
        'á' => with(base, CIRCUMFLEX, Some(ACUTE)),
        // The dot goes below before the circumflex above, as Unicode composes it.
        'ä' => with(base, DOT, Some(CIRCUMFLEX)),
        'ê' => with(base, BREVE, None),
        'è' => with(base, BREVE, Some(GRAVE)),
        'ú' => with(base, BREVE, Some(HOOK)),
        'ü' => with(base, BREVE, Some(TILDE)),
        'é' => with(base, BREVE, Some(ACUTE)),
        'ë' => with(base, DOT, Some(BREVE)),
        _ => None,
    }
}

/// What one code of VNI shows by itself: a letter, or the marks that it sets on the letter before.
pub(super) fn vni_glyph(c: char) -> Option<String> {
    use unicode_normalization::UnicodeNormalization;

    vni_single(c).map(String::from).or_else(|| {
        // Any vowel that takes all marks shows which ones these are.
        let pair = vni_pair('a', c)?;
        Some(pair.nfd().skip(1).collect())
    })
}

fn viqr_shape(letter: char, mark: char) -> Option<char> {
    match (letter, mark) {
        ('a' | 'e' | 'o' | 'A' | 'E' | 'O', '^') => nfc(letter, CIRCUMFLEX),
        ('a' | 'A', '(') => nfc(letter, BREVE),
        ('o' | 'u' | 'O' | 'U', '+' | '*') => nfc(letter, HORN),
        _ => None,
    }
}

fn viqr_tone(mark: char) -> Option<char> {
    Some(match mark {
        '\'' => ACUTE,
        '`' => GRAVE,
        '?' => HOOK,
        '~' => TILDE,
        '.' => DOT,
        _ => return None,
    })
}

/// A letter with a mark of shape and a tone as one letter: ệ is e, dot, circumflex.
fn toned(letter: char, tone: char) -> Option<char> {
    nfc(letter, tone).or_else(|| {
        let mut parts = Vec::new();
        unicode_normalization::char::decompose_canonical(letter, |c| parts.push(c));
        with(*parts.first()?, tone, parts.get(1).copied())
    })
}

impl Legacy {
    /// Decodes text units (character, place in bytes, length in bytes).
    fn run(self, units: &[(char, u64, u64)]) -> (String, Vec<Run>) {
        let mut text = String::with_capacity(units.len() * 2);
        let mut runs: Vec<Run> = Vec::new();
        let mut i = 0;
        let mut same_until: Option<u64> = None;
        let (mut word_begins, mut address) = (true, false);
        while let Some(&(c, at, len)) = units.get(i) {
            if self == Self::Viqr {
                if word_begins {
                    address = is_address(units.get(i..).unwrap_or_default());
                }
                word_begins = c.is_whitespace();
            }
            let next = units.get(i + 1).map(|u| u.0);
            let (letter, used) = match self {
                Self::Tcvn3 => (tcvn3(c).unwrap_or(c), 1),
                Self::Vni => match next.and_then(|n| vni_pair(c, n)) {
                    Some(letter) => (letter, 2),
                    None => (vni_single(c).unwrap_or(c), 1),
                },
                Self::Viqr if address => (c, 1),
                Self::Viqr => {
                    let at = |n: usize| units.get(i + n).map(|u| u.0);
                    viqr(c, next, at(2), at(3))
                }
            };
            let same = used == 1 && letter == c && c.len_utf8() as u64 == len;
            if !(same && same_until == Some(at)) {
                runs.push(Run {
                    text: text.len(),
                    file: at,
                    same,
                });
            }
            same_until = same.then_some(at + len);
            text.push(letter);
            i += used;
        }
        (text, runs)
    }

    /// Decodes bytes: those of one byte a letter, or UTF-8 that holds the same letters.
    pub(super) fn decode(self, bytes: &[u8]) -> Decoded<'static> {
        let mut units = Vec::with_capacity(bytes.len());
        match std::str::from_utf8(bytes) {
            Ok(text) => units.extend(text.char_indices().map(|(i, c)| (c, i as u64, c.len_utf8() as u64))),
            Err(_) => units.extend(bytes.iter().enumerate().map(|(i, &b)| (char::from(b), i as u64, 1))),
        }
        let (text, runs) = self.run(&units);
        Decoded::Mapped(text, runs)
    }
}

fn tcvn3(c: char) -> Option<char> {
    let code = u32::from(c).checked_sub(0xA1)?;
    TCVN3.get(code as usize).copied().filter(|&l| l != '\0')
}

/// The letter that begins here and how many characters it takes.
fn viqr(c: char, next: Option<char>, after: Option<char>, then: Option<char>) -> (char, usize) {
    match (c, next) {
        ('\\', Some(n)) if viqr_tone(n).is_some() || "^(+*".contains(n) => return (n, 2),
        ('d', Some('d')) => return ('đ', 2),
        ('D', Some('d' | 'D')) => return ('Đ', 2),
        _ => {}
    }
    if let Some(shaped) = next.and_then(|n| viqr_shape(c, n)) {
        return match after.and_then(viqr_tone).and_then(|t| toned(shaped, t)) {
            Some(letter) => (letter, 3),
            None => (shaped, 2),
        };
    }
    let vowel = "aeiouyAEIOUY".contains(c);
    // A full stop or a question mark after a vowel is a tone only inside a word or before a blank that a sentence would not have there.
    let goes_on = after.is_some_and(char::is_alphabetic) || after == Some(' ') && then.is_some_and(char::is_lowercase);
    let tone = next.filter(|n| vowel && (!matches!(n, '.' | '?' | '\'') || goes_on));
    match tone.and_then(viqr_tone).and_then(|t| toned(c, t)) {
        Some(letter) => (letter, 2),
        None => (c, 1),
    }
}

/// Whether a line is UTF-8 with Vietnamese or other letters that none of these encodings shows as they are.
pub(super) fn is_unicode(line: &[u8]) -> bool {
    !line.is_ascii() && std::str::from_utf8(line).is_ok_and(|t| t.chars().any(|c| ('\u{100}'..'\u{2000}').contains(&c)))
}

/// Whether the word that begins here is an address of mail or of a page, whose marks are no tones.
fn is_address(units: &[(char, u64, u64)]) -> bool {
    units
        .iter()
        .take(200)
        .map(|u| u.0)
        .take_while(|c| !c.is_whitespace())
        .any(|c| matches!(c, '@' | '/' | '_' | '='))
}

/// Frequent Vietnamese words that only a right decoding shows.
const WORDS: &[&str] = &[
    "của",
    "và",
    "không",
    "người",
    "được",
    "các",
    "công",
    "nguyễn",
    "trần",
    "phạm",
    "ngày",
    "tháng",
    "năm",
    "số",
    "việt",
    "cộng",
    "hòa",
    "hoà",
    "xã",
    "hội",
    "chủ",
    "nghĩa",
    "độc",
    "lập",
    "tự",
    "hạnh",
    "phúc",
    "nhân",
    "dân",
    "ủy",
    "uỷ",
    "tỉnh",
    "thành",
    "phố",
    "quận",
    "huyện",
    "phường",
    "đường",
    "địa",
    "chỉ",
    "điện",
    "thoại",
    "họ",
    "tên",
    "sinh",
    "căn",
    "cước",
    "kính",
    "gửi",
    "ông",
    "bà",
    "đã",
    "đến",
    "từ",
    "với",
    "cho",
    "những",
    "này",
    "một",
    "có",
    "là",
    "thị",
    "văn",
    "về",
    "trong",
    "theo",
    "quy",
    "định",
    "bộ",
    "sở",
    "phòng",
    "giám",
    "đốc",
    "trưởng",
    "đồng",
    "chí",
    "liên",
    "hệ",
    "báo",
    "cáo",
    "đề",
    "nghị",
    "thông",
    "tư",
    "quyết",
];

/// Words of the list, with letters beyond ASCII, in a text.
fn hits(text: &str) -> usize {
    text.split(|c: char| !c.is_alphabetic())
        .filter(|w| !w.is_ascii() && (2..=7).contains(&w.chars().count()))
        .filter(|w| {
            let lower = w.to_lowercase();
            WORDS.contains(&lower.as_str())
        })
        .count()
}

fn best(units: &[(char, u64, u64)], plain: usize, candidates: &[Legacy]) -> Option<Legacy> {
    let count = |l: &Legacy| hits(&l.run(units).0);
    let (legacy, n) = candidates.iter().map(|l| (*l, count(l))).max_by_key(|(_, n)| *n)?;
    // A handful of words, and clearly more than the text has as it stands.
    (n >= 3 && n > 3 * plain).then_some(legacy)
}

/// The legacy encoding of single bytes that are not UTF-8.
pub(super) fn in_bytes(sample: &[u8]) -> Option<Legacy> {
    let sample = sample.get(..32 * 1024).unwrap_or(sample);
    let units: Vec<_> = sample
        .iter()
        .enumerate()
        .map(|(i, &b)| (char::from(b), i as u64, 1))
        .collect();
    best(&units, 0, &[Legacy::Tcvn3, Legacy::Vni])
}

/// The legacy encoding of text that is valid UTF-8, where there is one.
///
/// This is asked of every text, so the answer for ordinary text takes two searches for single bytes. Only lines that could be written
/// in a legacy encoding are decoded to see whether words come out: those whose letters beyond ASCII are all of Latin-1, or that mark vowels in ASCII.
pub(super) fn in_unicode(text: &str) -> Option<Legacy> {
    let bytes = text.as_bytes();
    let bytes = bytes.get(..128 * 1024).unwrap_or(bytes);
    let (latin, letters) = latin_lines(bytes);
    let (viqr, marks) = if latin.is_empty() {
        marked_lines(bytes)
    } else {
        (String::new(), 0)
    };
    let (sample, candidates): (_, &[Legacy]) = if letters >= 3 {
        (latin, &[Legacy::Tcvn3, Legacy::Vni, Legacy::Viqr])
    } else if marks >= 3 {
        (viqr, &[Legacy::Viqr])
    } else {
        return None;
    };
    let units: Vec<_> = sample
        .char_indices()
        .map(|(i, c)| (c, i as u64, c.len_utf8() as u64))
        .collect();
    best(&units, hits(&sample), candidates)
}

/// Most bytes of lines that are decoded to see whether words come out.
const CANDIDATES: usize = 32 * 1024;

/// The line around the byte at `at`, and where the next one begins.
fn line_around(bytes: &[u8], at: usize) -> (&[u8], usize) {
    let (head, tail) = bytes.split_at(at);
    let start = memchr::memrchr(b'\n', head).map_or(0, |i| i + 1);
    let end = memchr::memchr(b'\n', tail).map_or(bytes.len(), |i| at + i + 1);
    (bytes.get(start..end).unwrap_or_default(), end)
}

/// Lines with letters of Latin-1 and none of another script, and how many such letters they have.
fn latin_lines(bytes: &[u8]) -> (String, usize) {
    let (mut lines, mut letters, mut at) = (String::new(), 0, 0);
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr::memchr2(0xC2, 0xC3, rest)) {
        let (line, end) = line_around(bytes, at + found);
        at = end;
        // The dashes and quotes of U+2000 that programs put in by themselves begin with E2 and say nothing.
        if line.iter().all(|b| !matches!(b, 0xC4..=0xE1 | 0xE3..)) {
            letters += line.iter().filter(|b| matches!(b, 0xC2 | 0xC3)).count();
            lines.push_str(&String::from_utf8_lossy(line));
            if lines.len() >= CANDIDATES {
                break;
            }
        }
    }
    (lines, letters)
}

/// Lines with vowels marked as VIQR does, and how many marks they have. There is no Vietnamese text of some length without a circumflex.
fn marked_lines(bytes: &[u8]) -> (String, usize) {
    let (mut lines, mut marks, mut at) = (String::new(), 0, 0);
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr::memchr(b'^', rest)) {
        let (line, end) = line_around(bytes, at + found);
        at = end;
        marks += line
            .windows(2)
            .filter(|w| {
                matches!(
                    w,
                    [b'a' | b'e' | b'o' | b'A' | b'E' | b'O', b'^']
                        | [b'u' | b'o' | b'U' | b'O', b'+']
                        | [b'd' | b'D', b'd']
                )
            })
            .count();
        lines.push_str(&String::from_utf8_lossy(line));
        if lines.len() >= CANDIDATES {
            break;
        }
    }
    (lines, marks)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENTENCE: &str = "Cộng hòa xã hội chủ nghĩa Việt Nam. Kính gửi ông Nguyễn Văn Mẫu, địa chỉ số 5 đường Trần Phú, được Ủy ban nhân dân tỉnh quyết định ngày 1";

    fn encode_tcvn3(text: &str) -> Vec<u8> {
        text.chars()
            .map(|c| match TCVN3.iter().position(|&t| t == c) {
                Some(i) => 0xA1 + i as u8,
                None if c.is_ascii() => c as u8,
                // Capitals with tones are written with a font that shows small codes as capitals.
                None => {
                    let small = c.to_lowercase().next().unwrap();
                    0xA1 + TCVN3.iter().position(|&t| t == small).unwrap() as u8
                }
            })
            .collect()
    }

    fn decoded(legacy: Legacy, bytes: &[u8]) -> String {
        let Decoded::Mapped(text, runs) = legacy.decode(bytes) else {
            panic!()
        };
        assert!(
            runs.windows(2).all(|w| w[0].text < w[1].text && w[0].file < w[1].file),
            "offsets must rise"
        );
        text
    }

    #[test]
    fn the_samples_of_the_reference_decode() {
        assert_eq!(decoded(Legacy::Tcvn3, b"Nguy\xd4n V\xa8n"), "Nguyễn Văn");
        assert_eq!(decoded(Legacy::Tcvn3, "NguyÔn V¨n".as_bytes()), "Nguyễn Văn");
        assert_eq!(decoded(Legacy::Vni, "Nguyeãn Vaên".as_bytes()), "Nguyễn Văn");
        assert_eq!(decoded(Legacy::Viqr, b"Nguye^~n Va(n"), "Nguyễn Văn");
        assert_eq!(decoded(Legacy::Viqr, b"dda^`u tie^n. Vie^.t Nam"), "đầu tiên. Việt Nam");
        assert_eq!(decoded(Legacy::Vni, "Ñoäc laäp - Töï do".as_bytes()), "Độc lập - Tự do");
    }

    #[test]
    fn every_letter_of_tcvn3_comes_back() {
        for (i, &letter) in TCVN3.iter().enumerate().filter(|(_, l)| **l != '\0') {
            assert_eq!(decoded(Legacy::Tcvn3, &[0xA1 + i as u8]), letter.to_string());
        }
    }

    #[test]
    fn encodings_are_told_from_content() {
        let bytes = encode_tcvn3(SENTENCE);
        assert_eq!(in_bytes(&bytes), Some(Legacy::Tcvn3));
        let as_text: String = bytes.iter().map(|&b| char::from(b)).collect();
        assert_eq!(in_unicode(&as_text), Some(Legacy::Tcvn3));
        assert_eq!(
            in_unicode("Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam, ñoäc laäp, töï do, haïnh phuùc"),
            Some(Legacy::Vni)
        );
        assert_eq!(
            in_unicode("Co^.ng ho`a xa~ ho^.i chu? nghi~a Vie^.t Nam, ddo^.c la^.p, ha.nh phu'c, ngu+o+`i du+o+.c"),
            Some(Legacy::Viqr)
        );
        assert_eq!(in_unicode(SENTENCE), None);
        assert_eq!(
            in_unicode("Le café où nous étions très à l'aise, señor Núñez, Füße"),
            None
        );
        assert_eq!(in_unicode("x^2 + a^2 = o^2; add the odd middle; u+1"), None);
        // A letter of an office whose old programs wrote a few lines into a file that is otherwise in order.
        let mixed = format!("{SENTENCE}\n{as_text}\nСогласно «приказу» № 5\n");
        assert_eq!(in_unicode(&mixed), Some(Legacy::Tcvn3));
        assert_eq!(in_unicode("«Сведения» о §5 и §6, «приложение» к договору, «акт»"), None);
        assert_eq!(in_bytes("съешь ещё этих мягких французских булок".as_bytes()), None);
    }
}
