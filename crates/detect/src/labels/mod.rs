//! Words that tell what the number or text next to them is: label words, column headers, captions, and the labels of
//! numbers that are nobody's personal data.
//!
//! A label is looked for backwards from a value: the ends of words before it are found with vector instructions, a bitmap over the last
//! letters dismisses nearly all of them, and only what is left is compared. Capitals, `_` and `-` between words, several spaces, spaces
//! between Han characters and `camelCase` are read as the plain form; words with Vietnamese marks are known without them, too.

use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

mod fold;
mod quick;
mod tree;

pub(crate) use quick::{Endings, Tails};

use fold::{Tail, back, han, letter};
use quick::{WINDOW, marks};
use tree::Tree;

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
const WORDS: &str = include_str!("../../data/labels.txt");

/// One way to write a word of the table.
struct Spelling {
    /// Folded characters from the last to the first.
    reversed: Vec<u32>,
    label: Label,
}

struct Table {
    tails: Tails,
    spellings: Vec<Spelling>,
    /// All spellings from their last characters to their first ones.
    tree: Tree,
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

/// A word without its marks, where these are Vietnamese.
fn unmarked(word: &str) -> Option<String> {
    let bare: String = word
        .nfd()
        .filter(|c| !is_combining_mark(*c))
        .map(|c| if c == 'đ' { 'd' } else { c })
        .collect();
    (bare.is_ascii() && bare != word).then_some(bare)
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let topics = parse(WORDS);
    let mut spellings: Vec<Spelling> = Vec::new();
    let mut add = |text: &str, label: Label| {
        let bytes = text.as_bytes();
        let mut reversed = Vec::with_capacity(bytes.len());
        let mut end = bytes.len();
        while end > 0 {
            let (c, start) = back(bytes, end);
            reversed.push(c);
            end = start;
        }
        spellings.push(Spelling { reversed, label });
    };
    for &(topic, word) in &topics {
        let label = Label { topic, word };
        add(word, label);
        // A single word without its marks may be a word of another language (thẻ, the); such ones stand in the file.
        let bare = unmarked(word).filter(|b| b.contains(' '));
        for spaced in bare.as_deref().into_iter().chain(word.is_ascii().then_some(word)) {
            add(spaced, label);
            if spaced.contains([' ', '_']) {
                add(&spaced.replace([' ', '_'], ""), label);
            }
        }
    }
    let mut tails = Tails::new();
    for spelling in &spellings {
        tails.add(spelling);
    }
    // Of two labels that are written alike the first in the file stays.
    spellings.sort_by(|a, b| a.reversed.cmp(&b.reversed));
    let tree = Tree::of(&spellings);
    Table { tails, spellings, tree }
});

/// A label near a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Label {
    pub(crate) topic: Topic,
    /// The word as the table has it.
    pub(crate) word: &'static str,
}

/// A label and where it stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Placed {
    pub(crate) label: Label,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Table {
    /// The longest label that ends at `end`.
    #[inline]
    fn ending(&self, text: &[u8], end: usize) -> Option<Placed> {
        if !self.tails.may(text, end) {
            return None;
        }
        self.longest(text, end)
    }

    fn longest(&self, text: &[u8], end: usize) -> Option<Placed> {
        let mut tail = Tail::new(text, end);
        let mut node = self.tree.root();
        let mut longest = None;
        while let Some(next) = tail.next().and_then(|c| self.tree.child(node, c)) {
            node = next;
            let whole = node.spelling().and_then(|i| self.spellings.get(i));
            longest = whole.and_then(|s| s.placed(text, tail.at, end)).or(longest);
        }
        longest
    }
}

impl Spelling {
    /// The character at this place from the end in all the forms that are folded together.
    fn cases(&self, at: usize) -> impl Iterator<Item = char> {
        let c = self.reversed.get(at).copied().and_then(char::from_u32).unwrap_or(' ');
        let capital = c.to_uppercase().next().unwrap_or(c);
        let more: &'static [char] = match c {
            ' ' => &['_', '-', '\u{A0}', '\t'],
            'е' => &['ё', 'Ё'],
            _ => &[],
        };
        [c, capital].into_iter().chain(more.iter().copied())
    }

    /// The label between these places, if a word begins there.
    fn placed(&self, text: &[u8], start: usize, end: usize) -> Option<Placed> {
        let first = *self.reversed.last()?;
        if start > 0 && !han(first) && letter(back(text, start).0) {
            // Within a word, unless that is how names of fields are written: userPhone.
            let camel = text.get(start).is_some_and(u8::is_ascii_uppercase)
                && text.get(start - 1).is_some_and(u8::is_ascii_lowercase);
            if !camel {
                return None;
            }
        }
        Some(Placed {
            label: self.label,
            start,
            end,
        })
    }
}

/// How far before a value its label may end, in bytes.
pub(crate) const REACH: usize = 48;

/// The bytes before a place, with spaces for those before the beginning of the text.
#[inline]
fn window<'w>(text: &'w [u8], at: usize, padded: &'w mut [u8; WINDOW]) -> Option<&'w [u8; WINDOW]> {
    if let Some(window) = at.checked_sub(WINDOW).and_then(|from| text.get(from..at)?.as_array()) {
        return Some(window);
    }
    let bytes = text.get(at.saturating_sub(WINDOW)..at)?;
    padded.get_mut(WINDOW - bytes.len()..)?.copy_from_slice(bytes);
    Some(padded)
}

/// Whether any label with one of these ends may stand within [`REACH`] before a place: a quick look.
pub(crate) fn may_stand(text: &[u8], at: usize, tails: &Tails) -> bool {
    let mut padded = [b' '; WINDOW];
    let Some(window) = window(text, at, &mut padded) else {
        return false;
    };
    let mut marks = marks(window) >> (WINDOW - 1 - REACH);
    let mut any = false;
    while marks != 0 {
        let back_by = REACH - marks.trailing_zeros() as usize;
        any |= at.checked_sub(back_by).is_some_and(|end| tails.may(text, end));
        marks &= marks - 1;
    }
    any
}

impl Table {
    /// The label nearest before `at` that ends within `reach` bytes of it: on the same line, or on the line above if that line ends in a
    /// colon, and not beyond the end of a sentence.
    fn nearest(&self, text: &[u8], at: usize, reach: usize) -> Option<Placed> {
        let mut padded = [b' '; WINDOW];
        let window = window(text, at, &mut padded)?;
        let mut marks = marks(window);
        let mut words = false;
        while marks != 0 {
            let bit = 63 - marks.leading_zeros() as usize;
            marks &= !(1 << bit);
            let back_by = WINDOW - 1 - bit;
            if back_by > reach {
                return None;
            }
            let end = at.checked_sub(back_by)?;
            match *window.get(bit)? {
                b'\n' => {
                    // A label alone on the line above, ended by a colon, is the label of the line below.
                    let above = text.get(..end - 1)?.trim_ascii_end();
                    if words || !(above.ends_with(b":") || above.ends_with("：".as_bytes())) {
                        return None;
                    }
                }
                b'!' | b'?' | b';' => return None,
                b'.' => {
                    // An abbreviation before the number (тел. 8…, моб. …) is no end of a sentence.
                    let word = text.get(..end - 1)?.iter().rev().take(9);
                    if word.take_while(|b| !matches!(b, b' ' | b',' | b'(' | b'\n')).count() > 8 {
                        return None;
                    }
                }
                // 。 and ；
                0x82 if text.get(..end)?.ends_with("。".as_bytes()) => return None,
                0x9B if text.get(..end)?.ends_with("；".as_bytes()) => return None,
                _ => {
                    words = true;
                    if let Some(placed) = self.ending(text, end) {
                        return Some(placed);
                    }
                }
            }
        }
        None
    }
}

/// The label nearest before the value that begins at `start`, if it ends within `reach` bytes of it, on the same line or the one above it
/// if that line ends in a colon, and not beyond the end of a sentence.
pub(crate) fn within(text: &str, start: usize, reach: usize) -> Option<Placed> {
    TABLE.nearest(text.as_bytes(), start, reach)
}

/// The topic of the label that ends exactly at `at`.
pub(crate) fn ends(text: &[u8], at: usize) -> Option<Topic> {
    TABLE.ending(text, at).map(|p| p.label.topic)
}

/// The label that ends at `at` or directly before it: quotes, spaces, brackets and № may stand between.
pub(crate) fn ending_at(text: &[u8], at: usize) -> Option<Label> {
    let mut end = at;
    while at - end <= 8 {
        match text.get(..end)? {
            [.., b'"' | b'\'' | b' ' | b'(' | b')' | b'*' | b'_' | b'`'] => end -= 1,
            [.., 0xE2, 0x84, 0x96] | [.., 0xE2, 0x80, 0x9D] => end -= 3,
            _ => break,
        }
    }
    TABLE.ending(text, end).map(|p| p.label)
}

/// Longest header that is read, in bytes.
const HEADER: usize = 256;

/// The label in a column header, a key or a caption: the first that is one of a person's data.
pub(crate) fn of_header(header: &str) -> Option<Label> {
    if header.len() > HEADER {
        return None;
    }
    let bytes = header.as_bytes();
    let mut best: Option<Label> = None;
    let mut end = bytes.len();
    while end > 0 {
        let (c, start) = back(bytes, end);
        let next = bytes.get(end).map_or(0x20, |&b| u32::from(b));
        let inside = next < 0x80 && letter(next | 0x20) && !han(c) || matches!(next, 0xC3..=0xD1 | 0xE1);
        let camel = bytes.get(end).is_some_and(u8::is_ascii_uppercase)
            && bytes.get(end - 1).is_some_and(u8::is_ascii_lowercase);
        if (!inside || camel)
            && let Some(placed) = TABLE.ending(bytes, end)
        {
            if placed.label.topic != Topic::Other || best.is_none() {
                best = Some(placed.label);
            }
            end = placed.start.min(start);
            continue;
        }
        end = start;
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    fn topic(text: &str) -> Option<Topic> {
        within(text, text.len(), REACH).map(|p| p.label.topic)
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

    #[test]
    fn labels_are_known_in_all_their_writings() {
        for (text, want) in [
            ("SỐ ĐIỆN THOẠI: ", Topic::Phone),
            ("so_dien_thoai=", Topic::Phone),
            ("SoDienThoai: ", Topic::Phone),
            ("Số  điện   thoại ", Topic::Phone),
            ("ngay-sinh: ", Topic::BirthDate),
            ("dateOfBirth: ", Topic::BirthDate),
            ("date_of_birth: ", Topic::BirthDate),
            ("userPhone: ", Topic::Phone),
            ("РАСЧЁТНЫЙ СЧЁТ ", Topic::BankAccount),
            ("расчетный счет ", Topic::BankAccount),
            ("电 话：", Topic::Phone),
            ("身 份 证 号：", Topic::CitizenId),
            ("Họ tên và CMND:\n", Topic::CitizenId),
            ("GIẤY KHAI SINH SỐ ", Topic::BirthCertificate),
        ] {
            assert_eq!(topic(text), Some(want), "{text}");
        }
        for text in [
            "Số CCCD.  Xong! ",
            "телефонист ",
            "身份证。",
            "CCCD\n",
            "микропаспортизация ",
            "",
            "phones ",
        ] {
            assert_eq!(topic(text), None, "{text}");
        }
    }

    #[test]
    fn a_label_far_away_holds_no_longer() {
        let near = format!("CCCD{}", " ".repeat(REACH - 2));
        let far = format!("CCCD{}", " ".repeat(REACH + 2));
        assert_eq!(topic(&near), Some(Topic::CitizenId));
        assert_eq!(topic(&far), None);
        // The same on both sides of the width of the vector window.
        for lead in 0..140 {
            let text = format!("{}CCCD: ", "a ".repeat(lead));
            assert_eq!(topic(&text), Some(Topic::CitizenId), "{lead}");
        }
    }

    #[test]
    fn headers_tell_the_longest_label_and_personal_ones_first() {
        for (header, want) in [
            ("Số thẻ BHYT", Topic::HealthInsurance),
            ("Номер заказа и телефон", Topic::Phone),
            ("身份证号", Topic::CitizenId),
            ("customer_phone_number", Topic::Phone),
            ("Mã đơn hàng", Topic::Other),
        ] {
            assert_eq!(of_header(header).map(|l| l.topic), Some(want), "{header}");
        }
        assert_eq!(of_header("Сумма"), None);
    }
}
