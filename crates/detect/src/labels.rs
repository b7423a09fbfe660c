//! Words that tell what the number or text next to them is: label words, column headers, captions, and the labels of
//! numbers that are nobody's personal data.
//!
//! A label is looked for backwards from a value: the ends of words before it are found with vector instructions, a bitmap over the last
//! letters dismisses nearly all of them, and only what is left is compared. Capitals, `_` and `-` between words, several spaces, spaces
//! between Han characters and `camelCase` are read as the plain form; words with Vietnamese marks are known without them, too.

use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use wide::u8x16;

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

/// One way to write a word of the table.
struct Spelling {
    /// Folded characters from the last to the first.
    reversed: Vec<u32>,
    label: Label,
}

struct Table {
    endings: Endings,
    /// Where the spellings with each value of [`key`] begin.
    first: Vec<u16>,
    /// Keys and spellings, sorted by key and then from long to short.
    spellings: Vec<(u16, Spelling)>,
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
    let mut spellings: Vec<(u16, Spelling)> = Vec::new();
    let mut add = |text: &str, label: Label| {
        let bytes = text.as_bytes();
        let mut reversed = Vec::with_capacity(bytes.len());
        let mut end = bytes.len();
        while end > 0 {
            let (c, start) = back(bytes, end);
            reversed.push(c);
            end = start;
        }
        let key = key(bytes, bytes.len());
        spellings.push((key, Spelling { reversed, label }));
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
    spellings.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.reversed.len().cmp(&a.1.reversed.len())));
    let mut endings = Endings(Box::new([0; 1024]));
    for (_, spelling) in &spellings {
        endings.add(spelling);
    }
    let mut first = Vec::with_capacity((1 << 12) + 1);
    let mut n = 0;
    for key in 0..=1 << 12 {
        while spellings.get(n).is_some_and(|(k, _)| *k < key) {
            n += 1;
        }
        first.push(n as u16);
    }
    Table {
        endings,
        first,
        spellings,
    }
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

/// The character that ends at `end`, folded to lower case and one kind of space, and where it begins.
/// `text` is UTF-8 and `end` a border between characters, greater than 0.
#[inline]
fn back(text: &[u8], end: usize) -> (u32, usize) {
    let byte = |n: usize| {
        end.checked_sub(n)
            .and_then(|i| text.get(i))
            .map_or(0, |&b| u32::from(b))
    };
    let last = byte(1);
    if last < 0x80 {
        let c = match last {
            0x41..=0x5A => last + 32,
            0x5F | 0x2D | 0x09 => 0x20,
            c => c,
        };
        return (c, end.saturating_sub(1));
    }
    let second = byte(2);
    if second >= 0xC0 {
        let c = (second & 31) << 6 | last & 63;
        let c = match c {
            // А–Я; ё and Ё are е.
            0x410..=0x42F => c + 0x20,
            0x401 | 0x451 => 0x435,
            // À–Þ; Ă Đ Ĩ Ũ and their like are even; Ơ, Ư.
            0xC0..=0xDE => c + 0x20,
            0x100..=0x137 | 0x14A..=0x177 => c | 1,
            0x1A0 => 0x1A1,
            0x1AF => 0x1B0,
            0xA0 => 0x20,
            c => c,
        };
        return (c, end.saturating_sub(2));
    }
    let third = byte(3);
    if third >= 0xE0 {
        let c = (third & 15) << 12 | (second & 63) << 6 | last & 63;
        // U+1EA0–U+1EF9: capitals are even.
        let c = if (0x1EA0..=0x1EF9).contains(&c) { c | 1 } else { c };
        return (c, end.saturating_sub(3));
    }
    (0xFFFD, end.saturating_sub(4))
}

fn han(c: u32) -> bool {
    (0x3400..=0x9FFF).contains(&c)
}

/// A folded letter or digit of the alphabets of the table.
fn letter(c: u32) -> bool {
    matches!(c, 0x30..=0x39 | 0x61..=0x7A | 0xDF..=0x1FF | 0x400..=0x4FF | 0x1E00..=0x1EFF)
}

/// What the last characters of a word hash to: three letters, or two where Han characters end it.
#[inline]
fn key(text: &[u8], end: usize) -> u16 {
    let mut hash = 0_u32;
    let mut at = end;
    let mut most = 3;
    for step in 0..3 {
        if step == most || at == 0 {
            break;
        }
        let (mut c, mut start) = back(text, at);
        if step == 0 && han(c) {
            most = 2;
        }
        if step == 1 && most == 2 {
            for _ in 0..2 {
                if c == 0x20 && start > 0 {
                    (c, start) = back(text, start);
                }
            }
        }
        // Before a word of letters a Han character is no part of it: 登录IP.
        if !(letter(c) || han(c) && most == 2) {
            break;
        }
        hash = (hash.rotate_left(11) ^ c).wrapping_mul(0x9E37_79B1);
        at = start;
    }
    (hash >> 20) as u16
}

/// Characters before a place, folded, from the last to the first; several spaces are one, those between Han characters none.
/// They are read as far as they are asked for.
struct Tail<'t> {
    text: &'t [u8],
    at: usize,
    chars: [u32; TAIL],
    /// Where each begins.
    starts: [usize; TAIL],
    len: usize,
}

/// Longest spelling, in characters.
const TAIL: usize = 48;

impl<'t> Tail<'t> {
    fn new(text: &'t [u8], end: usize) -> Self {
        Self {
            text,
            at: end,
            chars: [0; TAIL],
            starts: [0; TAIL],
            len: 0,
        }
    }

    fn get(&mut self, i: usize) -> Option<u32> {
        while self.len <= i {
            let (mut c, mut start) = (self.at > 0).then(|| back(self.text, self.at))?;
            let after = self.len.checked_sub(1).and_then(|i| self.chars.get(i)).copied();
            if c == 0x20 && after.is_some_and(|a| a == 0x20 || han(a)) {
                let mut left = 3;
                while c == 0x20 && left > 0 && start > 0 {
                    (c, start) = back(self.text, start);
                    left -= 1;
                }
                // The space before a Han character stands between words only if what is before it is no Han character.
                if after.is_some_and(han) && !han(c) {
                    (c, start) = back(self.text, self.at);
                }
            }
            *self.chars.get_mut(self.len)? = c;
            *self.starts.get_mut(self.len)? = start;
            self.len += 1;
            self.at = start;
        }
        self.chars.get(i).copied()
    }
}

impl Table {
    /// The longest label that ends at `end`.
    #[inline]
    fn ending(&self, text: &[u8], end: usize) -> Option<Placed> {
        let last = text.get(end.checked_sub(2)?..end)?;
        if !self.endings.may(last[0], last[1]) {
            return None;
        }
        self.longest(text, end)
    }

    fn longest(&self, text: &[u8], end: usize) -> Option<Placed> {
        let key = usize::from(key(text, end));
        let (first, past) = (*self.first.get(key)?, *self.first.get(key + 1)?);
        if first == past {
            return None;
        }
        let mut tail = Tail::new(text, end);
        self.spellings
            .get(usize::from(first)..usize::from(past))?
            .iter()
            .find_map(|(_, s)| s.place(&mut tail, end))
    }
}

impl Spelling {
    /// Compares the spelling with the text that ends at `end`.
    fn place(&self, tail: &mut Tail<'_>, end: usize) -> Option<Placed> {
        for (i, &want) in self.reversed.iter().enumerate() {
            if tail.get(i)? != want {
                return None;
            }
        }
        let start = *tail.starts.get(self.reversed.len() - 1)?;
        let first = *self.reversed.last()?;
        if start > 0 && !han(first) && letter(back(tail.text, start).0) {
            // Within a word, unless that is how names of fields are written: userPhone.
            let camel = tail.text.get(start).is_some_and(u8::is_ascii_uppercase)
                && tail.text.get(start - 1).is_some_and(u8::is_ascii_lowercase);
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

/// Bytes before a value that are looked at together.
const WINDOW: usize = 64;

/// Ends of words, line breaks and ends of sentences among the bytes before a value; the highest bit is the byte directly before it.
#[inline]
fn marks(window: &[u8; WINDOW], reach: usize) -> u64 {
    let (mut word, mut high, mut broad, mut stop, mut line, mut space) = (0_u64, 0_u64, 0_u64, 0_u64, 0_u64, 0_u64);
    let (mut upper, mut lower) = (0_u64, 0_u64);
    // Ends of words within reach lie in the last chunks only.
    let skip = (WINDOW - WINDOW.min(reach + 1)) / 16;
    for (i, chunk) in window.as_chunks::<16>().0.iter().enumerate().skip(skip) {
        let v = u8x16::new(*chunk);
        let within = |v: u8x16, first: u8, count: u8| {
            let moved = v - u8x16::splat(first);
            moved.simd_eq(moved.min(u8x16::splat(count - 1)))
        };
        let small = within(v | u8x16::splat(0x20), b'a', 26);
        let capital = within(v, b'A', 26);
        let eq = |b: u8| v.simd_eq(u8x16::splat(b));
        let put = |m: u8x16| u64::from(m.to_bitmask()) << (16 * i);
        word |= put(small);
        upper |= put(capital);
        lower |= put(small & !capital);
        high |= put(v);
        broad |= put(eq(0xC2) | within(v, 0xE2, 14));
        stop |= put(eq(b'.') | eq(b'!') | eq(b'?') | eq(b';'));
        line |= put(eq(b'\n'));
        space |= put(eq(b' '));
    }
    // Whether the byte after a byte ends a word: no letter of ASCII and no part of a letter of more bytes.
    let top = 1_u64 << 63;
    let next = (!word & !high | broad) >> 1 | top;
    let camel = lower & upper >> 1;
    (word | high) & next | camel | stop & space >> 1 | line
}

impl Table {
    /// The label nearest before `at` that ends within `reach` bytes of it: on the same line, or on the line above if that line ends in a
    /// colon, and not beyond the end of a sentence.
    fn nearest(&self, text: &[u8], at: usize, reach: usize) -> Option<Placed> {
        let mut padded = [b' '; WINDOW];
        let window: &[u8; WINDOW] = match at.checked_sub(WINDOW).and_then(|from| text.get(from..at)?.as_array()) {
            Some(w) => w,
            None => {
                let from = at.saturating_sub(WINDOW);
                let bytes = text.get(from..at)?;
                padded.get_mut(WINDOW - bytes.len()..)?.copy_from_slice(bytes);
                &padded
            }
        };
        let mut marks = marks(window, reach);
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

/// The last two bytes of labels, in capitals and small letters: a quick look before the slow one.
pub(crate) struct Endings(Box<[u64; 1024]>);

impl Endings {
    /// Of the labels of some topics.
    pub(crate) fn of(wanted: impl Fn(Topic) -> bool) -> Self {
        let mut endings = Self(Box::new([0; 1024]));
        for (_, spelling) in TABLE.spellings.iter().filter(|(_, s)| wanted(s.label.topic)) {
            endings.add(spelling);
        }
        endings
    }

    /// Adds all cases that the last two characters can have.
    fn add(&mut self, spelling: &Spelling) {
        let cases = |at: usize| {
            let c = spelling
                .reversed
                .get(at)
                .copied()
                .and_then(char::from_u32)
                .unwrap_or(' ');
            let capital = c.to_uppercase().next().unwrap_or(c);
            let more: &[char] = match c {
                // What is folded together.
                ' ' => &['_', '-', '\u{A0}', '\t'],
                'е' => &['ё', 'Ё'],
                _ => &[],
            };
            [c, capital].into_iter().chain(more.iter().copied())
        };
        for last in cases(0) {
            for before in cases(1) {
                let text: String = [before, last].into_iter().collect();
                if let Some(&[a, b]) = text.as_bytes().last_chunk::<2>()
                    && let Some(slot) = self.0.get_mut(usize::from(u16::from_be_bytes([a, b])) / 64)
                {
                    *slot |= 1 << (b % 64);
                }
            }
        }
    }

    /// Whether a label may end with these bytes.
    #[inline]
    pub(crate) fn may(&self, a: u8, b: u8) -> bool {
        let key = usize::from(u16::from_be_bytes([a, b]));
        self.0[key / 64] >> (key % 64) & 1 == 1
    }
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
