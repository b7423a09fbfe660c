//! Which encoding a text is in, told from its bytes.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    BIG5, EUC_KR, GB18030, IBM866, KOI8_R, UTF_16BE, UTF_16LE, WINDOWS_1251, WINDOWS_1252, WINDOWS_1258,
};

use super::legacy::{self, Legacy};
use crate::{Run, sniff};

/// The encoding of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Utf8,
    Utf16 {
        little: bool,
    },
    /// One of the WHATWG encodings.
    Web(&'static encoding_rs::Encoding),
    /// A Vietnamese encoding older than Unicode, over Latin text.
    Legacy(Legacy),
}

/// Decoded text, and how it lies over its bytes.
pub(super) enum Decoded<'a> {
    Same(&'a str),
    Mapped(String, Vec<Run>),
}

/// Tells the encoding by a sample. `marked`: markup, which may name its encoding itself.
pub(super) fn detect(bytes: &[u8], marked: bool) -> Encoding {
    if bytes.starts_with(b"\xff\xfe") {
        return Encoding::Utf16 { little: true };
    }
    if bytes.starts_with(b"\xfe\xff") {
        return Encoding::Utf16 { little: false };
    }
    let sample = bytes.get(..256 * 1024).unwrap_or(bytes);
    if let Some(little) = sniff::utf16(sample.get(..16 * 1024).unwrap_or(sample)) {
        return Encoding::Utf16 { little };
    }
    match simdutf8::compat::from_utf8(sample) {
        Ok(text) => legacy::in_unicode(text).map_or(Encoding::Utf8, Encoding::Legacy),
        // Cut inside a character at the end of the sample, or mostly sound with a broken byte here and there.
        Err(e) if e.error_len().is_none() && e.valid_up_to() > 0 => Encoding::Utf8,
        Err(_) if mostly_utf8(sample) => Encoding::Utf8,
        Err(_) => declared(sample, marked).unwrap_or_else(|| old(sample)),
    }
}

/// The encoding that markup names in its head. It counts only where the bytes are not UTF-8, and where they can be so encoded.
fn declared(sample: &[u8], marked: bool) -> Option<Encoding> {
    let head = sample.get(..4096).unwrap_or(sample).to_ascii_lowercase();
    let named = [&b"encoding="[..], b"charset="]
        .into_iter()
        .filter(|_| marked)
        .find_map(|key| {
            let from = memchr::memmem::find(&head, key)? + key.len();
            let rest = head.get(from..)?;
            let rest = rest
                .strip_prefix(b"\"")
                .or_else(|| rest.strip_prefix(b"'"))
                .unwrap_or(rest);
            let len = rest
                .iter()
                .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
                .count();
            encoding_rs::Encoding::for_label(rest.get(..len)?)
        })?;
    let named = if named == encoding_rs::GBK { GB18030 } else { named };
    // Western text is what programs name when they know nothing.
    if !(named.is_single_byte() || [GB18030, BIG5, EUC_KR].contains(&named)) || named == WINDOWS_1252 {
        return None;
    }
    let (text, _, _) = named.decode(sample);
    let broken = text.chars().filter(|c| *c == '\u{fffd}').count();
    (broken * 50 <= text.chars().filter(|c| !c.is_ascii()).count()).then_some(Encoding::Web(named))
}

/// Sound multi-byte characters outweigh broken ones by far.
fn mostly_utf8(sample: &[u8]) -> bool {
    let (mut sound, mut broken) = (0_usize, 0_usize);
    for chunk in sample.utf8_chunks() {
        sound += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    sound >= 10 * broken
}

fn old(sample: &[u8]) -> Encoding {
    // Lines of UTF-8 in between say nothing of the others.
    let mut others = Vec::with_capacity(sample.len());
    for line in sample.split_inclusive(|b| *b == b'\n').filter(|l| !is_utf8(l, 4)) {
        others.extend_from_slice(line);
    }
    let sample = if others.is_empty() { sample } else { others.as_slice() };
    if let Some(legacy) = legacy::in_bytes(sample) {
        return Encoding::Legacy(legacy);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(sample, true);
    let guess = detector.guess(None, Utf8Detection::Deny);
    let candidates = [WINDOWS_1251, KOI8_R, IBM866, GB18030, BIG5, WINDOWS_1258, WINDOWS_1252];
    // The detector names families; of those that offices here use, the one whose text reads best wins, the guess breaking ties.
    let same = |e: &'static encoding_rs::Encoding| {
        e.name() == guess.name() || (guess.name() == "GBK" && e == GB18030) || (guess.name() == "KOI8-U" && e == KOI8_R)
    };
    let alone = letters_alone(sample);
    let mut best = (i64::MIN, WINDOWS_1252);
    for encoding in candidates {
        let double = encoding == GB18030 || encoding == BIG5;
        if double && alone {
            continue;
        }
        let (text, _, broken) = encoding.decode(sample);
        if broken && !double {
            continue;
        }
        let score = legibility(&text) + if same(encoding) { 40 } else { 0 };
        if score > best.0 {
            best = (score, encoding);
        }
    }
    Encoding::Web(best.1)
}

/// Whether every byte beyond ASCII stands between two letters of ASCII: an accent inside words, never the first byte of two.
fn letters_alone(sample: &[u8]) -> bool {
    sample.iter().enumerate().filter(|(_, b)| **b >= 0x80).all(|(i, _)| {
        let letter = |at: Option<usize>| at.and_then(|at| sample.get(at)).is_some_and(u8::is_ascii_alphabetic);
        letter(i.checked_sub(1)) && letter(i.checked_add(1))
    })
}

/// How much a decoded text reads like one of our languages, per thousand characters.
fn legibility(text: &str) -> i64 {
    const RU: &str = "оеаинтсрвлкмдпуяыьгзбчйхжшю";
    let (mut score, mut n, mut last) = (0_i64, 1_i64, ' ');
    for c in text.chars().take(20_000) {
        n += 1;
        // Letters of two scripts in one word are no word.
        let cyrillic = |c: char| ('\u{400}'..'\u{460}').contains(&c);
        if cyrillic(c) && last.is_ascii_alphabetic() || c.is_ascii_alphabetic() && cyrillic(last) {
            score -= 20;
        }
        score += match c {
            '\u{fffd}' => -30,
            c if c.is_ascii() => 0,
            'а'..='я' => {
                // Common letters are common; a capital inside a word is not.
                let rank = RU.chars().position(|r| r == c).unwrap_or(40) as i64;
                6 - rank / 5
            }
            'А'..='Я' => {
                if last.is_lowercase() {
                    -12
                } else {
                    3
                }
            }
            'ё' | 'Ё' | '№' | '«' | '»' | '—' | '–' | '…' => 3,
            '\u{0300}'..='\u{0323}' => 6,
            'ă' | 'â' | 'đ' | 'ê' | 'ô' | 'ơ' | 'ư' => 4,
            'à'..='ý' => 2,
            '\u{4e00}'..='\u{9fff}' => {
                if common_han(c) {
                    9
                } else {
                    3
                }
            }
            '，' | '。' | '、' | '：' | '（' | '）' | '《' | '》' => 9,
            '\u{2500}'..='\u{259f}' => -8,
            '\u{80}'..='\u{9f}' => -20,
            _ => -3,
        };
        last = c;
    }
    score * 1000 / n
}

/// The most frequent Han characters, simplified and traditional: a wrong double-byte decoding hits rare ones.
fn common_han(c: char) -> bool {
    "的一是不了在人有我他这個个上们来到时大地为子中你说生国年着就那和要她出也得里后自以会家可下而过天去能对小多然于心学之都好看起发当没成只如事把还用第样道想作种开美总从无情己面最女但现前些所同日手又行意动方期它头经长儿回位分爱老因很给名法间知世什两次使身者被高已亲其进此话常与活正感見明問力理爾點文幾定本公特做外孩相西果走將月十實向聲車全信重三機工物氣每並别真打太新比才便夫再書部水像眼等體卻加電主界門利海受聽表德少克代員許先口由死安寫性馬光白或住難望教命花結樂色更拉東神記處讓母父應直字場平報友關放至張認接告入笑内英軍候民歲往何度山覺路帶萬男邊風解叫任金快原吃媽變通師立象數四失滿戰遠格士音輕目條呢病姓址证号码电话身份收单位请于市区县省街信息保护个人政府部门负责联系姓名年龄".contains(c)
}

impl Encoding {
    /// Two bytes a unit.
    pub(super) fn is_wide(self) -> bool {
        matches!(self, Self::Utf16 { .. })
    }

    /// Whether a pair of bytes is a line feed.
    pub(super) fn is_break(self, pair: &[u8]) -> bool {
        match self {
            Self::Utf16 { little: true } => pair == [b'\n', 0],
            Self::Utf16 { little: false } => pair == [0, b'\n'],
            _ => false,
        }
    }

    /// Length of the byte order mark that the bytes begin with.
    pub(super) fn mark(self, bytes: &[u8]) -> usize {
        match self {
            Self::Utf8 | Self::Legacy(_) if bytes.starts_with(b"\xef\xbb\xbf") => 3,
            Self::Utf16 { .. } if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") => 2,
            _ => 0,
        }
    }

    /// Decodes a piece of text; nothing is lost: what is no character becomes U+FFFD.
    pub(super) fn decode(self, bytes: &[u8]) -> Decoded<'_> {
        match self {
            Self::Utf8 => match simdutf8::basic::from_utf8(bytes) {
                Ok(text) => Decoded::Same(text),
                Err(_) => mixed(bytes),
            },
            Self::Utf16 { little } => by_unit(bytes, if little { UTF_16LE } else { UTF_16BE }),
            // A file that was put together out of several has lines of UTF-8 as well.
            Self::Web(encoding) => by_line(
                bytes,
                |line| is_utf8(line, if encoding.is_single_byte() { 2 } else { 4 }),
                |line| by_unit(line, encoding),
            ),
            Self::Legacy(legacy) => by_line(bytes, legacy::is_unicode, |line| legacy.decode(line)),
        }
    }
}

/// Whether a line is UTF-8 with at least so many characters beyond ASCII: too many for chance.
fn is_utf8(line: &[u8], least: usize) -> bool {
    !line.is_ascii() && std::str::from_utf8(line).is_ok_and(|t| t.chars().filter(|c| !c.is_ascii()).count() >= least)
}

/// UTF-8 with lines that are not. Where they are mostly UTF-8 a byte is broken; else they are in an older encoding.
fn mixed(bytes: &[u8]) -> Decoded<'_> {
    let mut sample = Vec::new();
    for line in bytes.split_inclusive(|b| *b == b'\n') {
        if sample.len() < 64 * 1024 && std::str::from_utf8(line).is_err() {
            sample.extend_from_slice(line);
        }
    }
    if mostly_utf8(&sample) {
        return lossy(bytes);
    }
    let encoding = old(&sample);
    by_line(
        bytes,
        |line| std::str::from_utf8(line).is_ok(),
        |line| match encoding {
            Encoding::Web(encoding) => by_unit(line, encoding),
            Encoding::Legacy(legacy) => legacy.decode(line),
            _ => lossy(line),
        },
    )
}

/// Decodes stretches of lines: those that are UTF-8 stay, the others are decoded.
fn by_line<'a>(
    bytes: &'a [u8],
    stays: impl Fn(&[u8]) -> bool,
    decode: impl Fn(&'a [u8]) -> Decoded<'a>,
) -> Decoded<'a> {
    let (mut text, mut runs) = (String::with_capacity(bytes.len() * 2), Vec::new());
    let mut at = 0;
    while at < bytes.len() {
        let mut end = at;
        let mut kind = None;
        while let Some(rest) = bytes.get(end..).filter(|r| !r.is_empty()) {
            let len = memchr::memchr(b'\n', rest).map_or(rest.len(), |i| i + 1);
            let same = stays(rest.get(..len).unwrap_or_default());
            if *kind.get_or_insert(same) != same {
                break;
            }
            end += len;
        }
        let stretch = bytes.get(at..end).unwrap_or_default();
        let start = text.len();
        let decoded = if kind == Some(true) {
            lossy(stretch)
        } else {
            decode(stretch)
        };
        match decoded {
            Decoded::Same(same) => {
                runs.push(Run {
                    text: start,
                    file: at as u64,
                    same: true,
                });
                text.push_str(same);
            }
            Decoded::Mapped(more, list) => {
                runs.extend(list.into_iter().map(|r| Run {
                    text: r.text + start,
                    file: r.file + at as u64,
                    ..r
                }));
                text.push_str(&more);
            }
        }
        at = end;
    }
    Decoded::Mapped(text, runs)
}

fn lossy(bytes: &[u8]) -> Decoded<'static> {
    let (mut text, mut runs, mut at) = (String::with_capacity(bytes.len()), Vec::new(), 0);
    for chunk in bytes.utf8_chunks() {
        if !chunk.valid().is_empty() {
            runs.push(Run {
                text: text.len(),
                file: at,
                same: true,
            });
        }
        text.push_str(chunk.valid());
        at += chunk.valid().len() as u64;
        if !chunk.invalid().is_empty() {
            runs.push(Run {
                text: text.len(),
                file: at,
                same: false,
            });
            text.push('\u{fffd}');
            at += chunk.invalid().len() as u64;
        }
    }
    Decoded::Mapped(text, runs)
}

/// Decodes in stretches of ASCII and of other characters; each of the latter is one unit, so that offsets stay exact to the character.
fn by_unit(bytes: &[u8], encoding: &'static encoding_rs::Encoding) -> Decoded<'static> {
    let wide = encoding == UTF_16LE || encoding == UTF_16BE;
    let double = [GB18030, BIG5, EUC_KR].contains(&encoding);
    let (mut text, mut runs) = (String::with_capacity(bytes.len() * 2), Vec::new());
    let mut at = 0;
    while at < bytes.len() {
        let b = bytes[at];
        if !wide && b < 0x80 {
            let n = bytes[at..].iter().take_while(|b| **b < 0x80).count();
            runs.push(Run {
                text: text.len(),
                file: at as u64,
                same: true,
            });
            text.extend(bytes[at..at + n].iter().map(|&b| char::from(b)));
            at += n;
            continue;
        }
        let n = if wide {
            let unit = |i: usize| {
                bytes.get(i..i + 2).map(|p| {
                    if encoding == UTF_16LE {
                        u16::from_le_bytes([p[0], p[1]])
                    } else {
                        u16::from_be_bytes([p[0], p[1]])
                    }
                })
            };
            if unit(at).is_some_and(|u| (0xD800..0xDC00).contains(&u))
                && unit(at + 2).is_some_and(|u| (0xDC00..0xE000).contains(&u))
            {
                4
            } else {
                2
            }
        } else if double {
            // GB18030 has four-byte characters whose second byte is a digit.
            if encoding == GB18030
                && bytes.get(at + 1).is_some_and(u8::is_ascii_digit)
                && bytes.get(at + 2).is_some_and(|b| *b >= 0x81)
            {
                4
            } else {
                2
            }
        } else {
            1
        };
        let unit = &bytes[at..(at + n).min(bytes.len())];
        let (decoded, _) = encoding.decode_without_bom_handling(unit);
        // Tones of windows-1258 stand after their letter; together they are one letter.
        let mut chars = decoded.chars();
        match (text.chars().next_back(), chars.next()) {
            (Some(letter), Some(tone)) if encoding == WINDOWS_1258 && ('\u{300}'..='\u{323}').contains(&tone) => {
                if let Some(joined) = legacy::compose(letter, tone) {
                    text.pop();
                    let start = text.len();
                    while runs.last().is_some_and(|r: &Run| r.text > start) {
                        runs.pop();
                    }
                    if runs.last().is_none_or(|r| r.text != start) {
                        runs.push(Run {
                            text: start,
                            file: (at - 1) as u64,
                            same: false,
                        });
                    } else if let Some(last) = runs.last_mut() {
                        last.same = false;
                    }
                    text.push(joined);
                } else {
                    runs.push(Run {
                        text: text.len(),
                        file: at as u64,
                        same: false,
                    });
                    text.push(tone);
                }
            }
            _ => {
                runs.push(Run {
                    text: text.len(),
                    file: at as u64,
                    same: false,
                });
                text.push_str(&decoded);
            }
        }
        at += n;
    }
    Decoded::Mapped(text, runs)
}

#[cfg(test)]
mod tests;
