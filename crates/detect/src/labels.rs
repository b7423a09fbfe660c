//! Words that tell what the number or text next to them is: label words, column headers, captions, and the labels of
//! numbers that are nobody's personal data.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind};

macro_rules! topics {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// What a label announces.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub(crate) enum Topic { $($(#[$doc])* $variant,)* }

        impl Topic {
            /// The topic of a heading in the file of labels.
            fn from_name(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

topics! {
    Phone = "phone",
    Email = "email",
    CitizenId = "citizen-id",
    TaxCode = "tax-code",
    SocialInsurance = "social-insurance",
    HealthInsurance = "health-insurance",
    Passport = "passport",
    ForeignPassport = "foreign-passport",
    DriverLicence = "driver-licence",
    HouseholdBook = "household-book",
    Snils = "snils",
    Inn = "inn",
    Ogrn = "ogrn",
    Oms = "oms",
    BirthCertificate = "birth-certificate",
    MilitaryId = "military-id",
    Plate = "plate",
    Vin = "vin",
    Imei = "imei",
    Card = "card",
    BankAccount = "bank-account",
    Iban = "iban",
    Swift = "swift",
    Ip = "ip",
    Ssn = "ssn",
    TravelPermit = "travel-permit",
    BirthDate = "birth-date",
    Patient = "patient",
    PersonCode = "person-code",
    Username = "username",
    Password = "password",
    Geo = "geo",
    Uin = "uin",
    Age = "age",
    CadastralNumber = "cadastral-number",
    CourtCase = "court-case",
    CreditCode = "credit-code",
    /// A number of a thing, an order, a document: not personal.
    Other = "other",
}

/// The words by topic, a file that a speaker of the language can check.
const WORDS: &str = include_str!("../data/labels.txt");

struct Table {
    automaton: AhoCorasick,
    topics: Vec<(Topic, &'static str)>,
}

/// The words of a file of labels with their topics.
fn parse(words: &'static str) -> Vec<(Topic, &'static str)> {
    let mut topic = None;
    let mut table = Vec::new();
    for line in words
        .lines()
        .map(str::trim)
        .filter(|l| !l.is_empty() && !l.starts_with('#'))
    {
        if let Some(name) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
            topic = Topic::from_name(name);
            debug_assert!(topic.is_some(), "unknown topic {name}");
        } else if let Some(topic) = topic {
            table.push((topic, line));
        }
    }
    table
}

static TABLE: LazyLock<Option<Table>> = LazyLock::new(|| {
    let topics = parse(WORDS);
    let automaton = AhoCorasickBuilder::new()
        .match_kind(MatchKind::LeftmostLongest)
        .build(topics.iter().map(|(_, w)| *w))
        .ok()?;
    Some(Table { automaton, topics })
});

/// A label near a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Label {
    pub(crate) topic: Topic,
    /// The word as the table has it.
    pub(crate) word: &'static str,
}

/// The most text that is searched for labels at a time, in bytes.
const WINDOW: usize = 256;

/// Lower case of Latin, Vietnamese and Cyrillic letters, byte for byte: every folded letter has the length of its original, so
/// offsets stay. Other letters are left alone. Text beyond the window is cut.
fn fold<'b>(text: &str, buffer: &'b mut [u8; WINDOW]) -> &'b [u8] {
    let bytes = text.as_bytes();
    let n = bytes.len().min(WINDOW);
    let (Some(out), Some(from)) = (buffer.get_mut(..n), bytes.get(..n)) else {
        return &[];
    };
    out.copy_from_slice(from);
    let mut i = 0;
    while i < n {
        match out[i] {
            b'A'..=b'Z' => out[i] += 32,
            0xD0 if i + 1 < n => {
                i += 1;
                match out[i] {
                    // А–П, then Р–Я, whose small letters begin with D1.
                    0x90..=0x9F => out[i] += 0x20,
                    0xA0..=0xAF => {
                        out[i - 1] = 0xD1;
                        out[i] -= 0x20;
                    }
                    0x81 => {
                        out[i - 1] = 0xD1;
                        out[i] = 0x91;
                    }
                    _ => {}
                }
            }
            // À–Þ
            0xC3 if i + 1 < n => {
                i += 1;
                if (0x80..=0x9E).contains(&out[i]) {
                    out[i] += 0x20;
                }
            }
            // Ă Đ Ĩ Ũ and their like: capitals are even.
            0xC4 | 0xC5 if i + 1 < n => {
                i += 1;
                out[i] |= u8::from(out[i - 1] == 0xC4 || matches!(out[i], 0xA8));
            }
            0xC6 if i + 1 < n => {
                i += 1;
                match out[i] {
                    0xA0 => out[i] = 0xA1,
                    0xAF => out[i] = 0xB0,
                    _ => {}
                }
            }
            // U+1EA0–U+1EF9: capitals are even.
            0xE1 if i + 2 < n && matches!(out[i + 1], 0xBA | 0xBB) => {
                i += 2;
                out[i] |= 1;
            }
            _ => {}
        }
        i += 1;
    }
    out
}

/// Whether a letter that continues a word ends directly before `at` (Han characters do not: they are not spaced).
fn letter_before(text: &[u8], at: usize) -> bool {
    match (
        at.checked_sub(1).and_then(|i| text.get(i)),
        at.checked_sub(2).and_then(|i| text.get(i)),
        at.checked_sub(3).and_then(|i| text.get(i)),
    ) {
        (Some(b), _, _) if b.is_ascii() => b.is_ascii_alphabetic(),
        (_, Some(0xC3..=0xC6 | 0xD0..=0xD1), _) => true,
        (_, _, Some(0xE1)) => true,
        _ => false,
    }
}

fn letter_after(text: &[u8], at: usize) -> bool {
    text.get(at)
        .is_some_and(|b| b.is_ascii_alphabetic() || matches!(b, 0xC3..=0xC6 | 0xD0..=0xD1 | 0xE1))
}

/// Labels in a piece of text, in order, with the start and end of each in bytes.
fn labels_in(text: &str, mut each: impl FnMut(Label, usize, usize)) {
    let Some(table) = TABLE.as_ref() else { return };
    let mut buffer = [0; WINDOW];
    let lower = fold(text, &mut buffer);
    for m in table.automaton.find_iter(lower) {
        let Some(&(topic, word)) = table.topics.get(m.pattern().as_usize()) else {
            continue;
        };
        let spaced_start = !word.starts_with(han);
        let spaced_end = !word.ends_with(han);
        if !(spaced_start && letter_before(lower, m.start()) || spaced_end && letter_after(lower, m.end())) {
            each(Label { topic, word }, m.start(), m.end());
        }
    }
}

fn han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9FFF}')
}

/// How far before a value its label is looked for, in bytes.
const BEFORE: usize = 72;

/// Where the text that may hold a value's label begins: after the last line break or end of a sentence.
fn cut(window: &[u8]) -> usize {
    let mut i = window.len();
    while i > 0 {
        i -= 1;
        match window[i] {
            b'\n' => {
                // A label alone on the line above, ended by a colon, is the label of the line below.
                let blank = window[i + 1..].iter().all(|b| b.is_ascii_whitespace());
                let above = window[..i].trim_ascii_end();
                let colon = above.ends_with(b":") || above.ends_with("：".as_bytes());
                if !(blank && colon) {
                    return i + 1;
                }
            }
            b'.' | b'!' | b'?' | b';' if window.get(i + 1) == Some(&b' ') => {
                // An abbreviation before the number (тел. 8…, моб. …) is no end of a sentence.
                let word = window[..i]
                    .iter()
                    .rev()
                    .take_while(|b| !matches!(b, b' ' | b',' | b'(' | b'\n'))
                    .count();
                if window[i] != b'.' || word > 8 {
                    return i + 2;
                }
            }
            // 。 and ；
            0x82 if i >= 2 && window[i - 2..i] == [0xE3, 0x80] => return i + 1,
            0x9B if i >= 2 && window[i - 2..i] == [0xEF, 0xBC] => return i + 1,
            _ => {}
        }
    }
    0
}

/// The label nearest before the value that begins at `start`, on the same line or the one above it if that line
/// ends in a colon, and not beyond the end of a sentence.
pub(crate) fn before(text: &str, start: usize) -> Option<Label> {
    let window = window(text, start, BEFORE)?;
    let window = window.get(cut(window.as_bytes())..).unwrap_or_default();
    let mut last = None;
    labels_in(window, |label, _, end| last = Some((label, end)));
    let (label, end) = last?;
    // Something long between the label and the value breaks the tie.
    (window.len() - end <= 40).then_some(label)
}

/// Bytes between the nearest label before `start` and `start`; large where there is none.
pub(crate) fn gap(text: &str, start: usize) -> usize {
    let Some(window) = window(text, start, BEFORE) else {
        return usize::MAX;
    };
    let mut last = None;
    labels_in(window, |_, _, end| last = Some(end));
    last.map_or(usize::MAX, |end| window.len() - end)
}

/// The label that ends at `at` or directly before it: quotes, spaces, brackets and № may stand between.
pub(crate) fn ending_at(text: &str, at: usize) -> Option<Label> {
    let window = window(text, at, 48)?;
    let mut last = None;
    labels_in(window, |label, _, end| last = Some((label, end)));
    let (label, end) = last?;
    let between = window.get(end..)?;
    (between.len() <= 8
        && between
            .chars()
            .all(|c| matches!(c, '"' | '\'' | ' ' | '№' | '(' | ')' | '*' | '_' | '`' | '”')))
    .then_some(label)
}

/// Text before an offset, at most so many bytes.
fn window(text: &str, at: usize, most: usize) -> Option<&str> {
    let mut from = at.saturating_sub(most);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    text.get(from..at)
}

/// All words of some topics.
pub(crate) fn words_of(wanted: impl Fn(Topic) -> bool) -> impl Iterator<Item = &'static str> {
    TABLE
        .as_ref()
        .map(|t| t.topics.as_slice())
        .unwrap_or_default()
        .iter()
        .filter(move |(t, _)| wanted(*t))
        .map(|(_, w)| *w)
}

/// The label in a column header, a key or a caption.
pub(crate) fn of_header(header: &str) -> Option<Label> {
    if header.len() > WINDOW {
        return None;
    }
    let mut best: Option<Label> = None;
    labels_in(header, |label, _, _| {
        if best.is_none_or(|b| b.topic == Topic::Other) {
            best = Some(label);
        }
    });
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    fn topic(text: &str) -> Option<Topic> {
        before(text, text.len()).map(|l| l.topic)
    }

    #[test]
    fn the_nearest_label_counts() {
        assert_eq!(topic("Số CCCD: "), Some(Topic::CitizenId));
        assert_eq!(topic("Số điện thoại: 0912, CMND/CCCD "), Some(Topic::CitizenId));
        assert_eq!(topic("Номер партии "), Some(Topic::Other));
        assert_eq!(topic("\"phone\": \""), Some(Topic::Phone));
        assert_eq!(topic("身份证号码为"), Some(Topic::CitizenId));
        assert_eq!(topic("моб. "), Some(Topic::Phone));
        assert_eq!(topic("Сверили "), None);
        assert_eq!(topic("Телефон указан. Документ составлен "), Some(Topic::Passport));
        assert_eq!(topic("reforms and hotels "), None);
    }
}
