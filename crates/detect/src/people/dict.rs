//! The dictionary of names and of the words around them: one hash table from a word in lower case to what it may be.
//!
//! The table holds fingerprints, not words: it is small, it is built in a few milliseconds, and a word that is not in it is taken for
//! one that is once in some billions of times.

use std::sync::LazyLock;

/// What a word may be, a set of bits.
pub(crate) type Kinds = u32;

/// English given name; one that few people bear.
pub(crate) const EN_GIVEN: Kinds = 1;
pub(crate) const EN_RARE: Kinds = 1 << 1;
pub(crate) const EN_SURNAME: Kinds = 1 << 2;
/// A common English word in lower case.
pub(crate) const EN_WORD: Kinds = 1 << 3;
pub(crate) const RU_GIVEN: Kinds = 1 << 4;
/// Russian given name that is also a common word.
pub(crate) const RU_GIVEN_WORD: Kinds = 1 << 5;
pub(crate) const RU_SURNAME: Kinds = 1 << 6;
pub(crate) const RU_SURNAME_WORD: Kinds = 1 << 7;
/// A Russian town, a country, a region.
pub(crate) const PLACE: Kinds = 1 << 8;
pub(crate) const VI_SURNAME: Kinds = 1 << 9;
pub(crate) const VI_RARE: Kinds = 1 << 10;
pub(crate) const VI_GIVEN: Kinds = 1 << 11;
pub(crate) const VI_MIDDLE: Kinds = 1 << 12;
/// The same without diacritics.
pub(crate) const PLAIN_SURNAME: Kinds = 1 << 13;
pub(crate) const PLAIN_GIVEN: Kinds = 1 << 14;
/// A post or form of address before a name.
pub(crate) const TITLE: Kinds = 1 << 15;
/// A word of kinship before a Vietnamese given name.
pub(crate) const KIN: Kinds = 1 << 16;
pub(crate) const GREET: Kinds = 1 << 17;
pub(crate) const LABEL: Kinds = 1 << 18;
/// A label that may also announce the name of a thing.
pub(crate) const GENERIC_LABEL: Kinds = 1 << 19;
pub(crate) const MAIL: Kinds = 1 << 20;
/// What stands before the name of a place, street or school.
pub(crate) const BEFORE_PLACE: Kinds = 1 << 21;
/// A people's committee and its like, which stands between a post and the name of a place or person.
pub(crate) const UNIT: Kinds = 1 << 22;
pub(crate) const SPEECH: Kinds = 1 << 23;
/// What stands after a name that is no person's.
pub(crate) const NOT_PERSON: Kinds = 1 << 24;
pub(crate) const NEVER: Kinds = 1 << 25;
pub(crate) const PARTICLE: Kinds = 1 << 26;
/// Beginning of the name of a Vietnamese organisation.
pub(crate) const VI_ORG: Kinds = 1 << 27;
/// Legal form or kind of a Russian organisation whose name follows in quotes.
pub(crate) const RU_ORG: Kinds = 1 << 28;
/// A Russian public body.
pub(crate) const RU_OFFICE: Kinds = 1 << 29;
/// End of the name of an English organisation.
pub(crate) const EN_ORG: Kinds = 1 << 30;
/// A Chinese title after a name, a Vietnamese place or phrase: kinds that do not mix with the others.
pub(crate) const VI_PLACE: Kinds = 1 << 31;

/// The files and what the words under their headings are.
const FILES: &[(&str, &[(&str, Kinds)])] = &[
    (
        include_str!("../../data/names/cues.txt"),
        &[
            ("title", TITLE),
            ("kin", KIN),
            ("greet", GREET),
            ("label", LABEL),
            ("generic-label", GENERIC_LABEL),
            ("mail", MAIL),
            ("place", BEFORE_PLACE),
            ("unit", UNIT),
            ("speech", SPEECH),
            ("not-person", NOT_PERSON),
            ("never", NEVER),
            ("particle", PARTICLE),
            ("org-head", VI_ORG),
            ("ru-org", RU_ORG),
            ("ru-office", RU_OFFICE),
            ("en-org", EN_ORG),
            ("country", PLACE),
        ],
    ),
    (
        include_str!("../../data/names/en.txt"),
        &[
            ("given", EN_GIVEN),
            ("rare-given", EN_RARE),
            ("surname", EN_SURNAME),
            ("word", EN_WORD),
        ],
    ),
    (
        include_str!("../../data/names/ru-given.txt"),
        &[
            ("male", RU_GIVEN),
            ("female", RU_GIVEN),
            ("male-word", RU_GIVEN | RU_GIVEN_WORD),
            ("female-word", RU_GIVEN | RU_GIVEN_WORD),
        ],
    ),
    (
        include_str!("../../data/names/ru-surnames.txt"),
        &[
            ("surname", RU_SURNAME),
            ("surname-word", RU_SURNAME | RU_SURNAME_WORD),
            ("surname-place", RU_SURNAME | RU_SURNAME_WORD),
        ],
    ),
    (
        include_str!("../../data/names/ru-places.txt"),
        &[("town", PLACE), ("town-word", PLACE), ("region", PLACE)],
    ),
    (
        include_str!("../../data/names/vi.txt"),
        &[
            ("surname", VI_SURNAME),
            ("rare-surname", VI_RARE),
            ("given", VI_GIVEN),
            ("middle", VI_MIDDLE),
        ],
    ),
    (include_str!("../../data/names/vi-places.txt"), &[("place", VI_PLACE)]),
];

/// The words of a file with their headings.
pub(crate) fn entries(file: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let mut section = "";
    file.lines().filter(|l| !l.starts_with('#')).flat_map(move |line| {
        let heading = line.strip_prefix('[').and_then(|l| l.strip_suffix(']'));
        if let Some(name) = heading {
            section = name;
        }
        let words = if heading.is_some() { "" } else { line };
        let under = section;
        words.split(' ').filter(|w| !w.is_empty()).map(move |w| (under, w))
    })
}

/// Longest word or phrase that is looked up, in bytes.
pub(crate) const LONGEST: usize = 96;

/// Adds one character in lower case to a hash; Cyrillic ё counts as е.
fn step(hash: u64, c: char) -> u64 {
    let c = match c {
        'A'..='Z' => u32::from(c) + 32,
        'a'..='z' | '0'..='9' | ' ' => u32::from(c),
        'А'..='Я' => u32::from(c) + 32,
        'а'..='я' => u32::from(c),
        'ё' | 'Ё' => u32::from('е'),
        '_' => u32::from(' '),
        '’' => u32::from('\''),
        // What has no capitals, and the letters of Vietnamese, whose capitals are even.
        '\u{2E80}'.. | '\u{DF}'..='\u{FF}' => u32::from(c),
        '\u{1EA0}'..='\u{1EF9}' | '\u{100}'..='\u{12F}' | '\u{168}' => u32::from(c) | 1,
        'À'..='Ö' | 'Ø'..='Þ' => u32::from(c) + 32,
        'ơ' | 'ư' => u32::from(c),
        _ => {
            let mut lower = c.to_lowercase();
            match (lower.next(), lower.next()) {
                (Some(l), None) => u32::from(l),
                _ => u32::from(c),
            }
        }
    };
    (hash.rotate_left(5) ^ u64::from(c)).wrapping_mul(0x517C_C1B7_2722_0A95)
}

/// A hash that grows by words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hash(u64);

impl Hash {
    pub(crate) const EMPTY: Self = Self(0x9E37_79B9_7F4A_7C15);

    pub(crate) fn with(self, text: &str) -> Self {
        Self(text.chars().fold(self.0, step))
    }

    pub(crate) fn of(text: &str) -> Self {
        Self::EMPTY.with(text)
    }

    pub(crate) fn value(self) -> u64 {
        let x = (self.0 ^ (self.0 >> 32)).wrapping_mul(0xD6E8_FEB8_6659_FD93);
        x ^ (x >> 32)
    }
}

/// Open addressing over fingerprints.
#[derive(Debug)]
pub(crate) struct Table {
    slots: Vec<(u32, Kinds)>,
}

impl Table {
    /// A table for at most so many words.
    pub(crate) fn with_room(words: usize) -> Self {
        Self {
            slots: vec![(0, 0); (words * 3 / 2).next_power_of_two().max(64)],
        }
    }

    fn slot(&self, hash: u64) -> usize {
        let mask = self.slots.len() - 1;
        // Zero marks a free slot.
        let print = ((hash >> 32) as u32).max(1);
        let mut i = hash as usize & mask;
        while let Some(&(found, _)) = self.slots.get(i) {
            if found == print || found == 0 {
                break;
            }
            i = (i + 1) & mask;
        }
        i
    }

    pub(crate) fn add(&mut self, hash: u64, kinds: Kinds) {
        let i = self.slot(hash);
        if let Some(slot) = self.slots.get_mut(i) {
            slot.0 = ((hash >> 32) as u32).max(1);
            slot.1 |= kinds;
        }
    }

    pub(crate) fn get(&self, hash: u64) -> Kinds {
        self.slots.get(self.slot(hash)).map_or(0, |s| s.1)
    }
}

/// A Vietnamese word without its diacritics.
pub(crate) fn plain(word: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    word.nfd()
        .filter(|c| !unicode_normalization::char::is_combining_mark(*c))
        .map(|c| match c {
            'đ' => 'd',
            'Đ' => 'D',
            c => c,
        })
        .collect()
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let size: usize = FILES.iter().map(|f| f.0.len()).sum();
    let mut table = Table::with_room(size / 8);
    for (file, kinds) in FILES {
        for (section, word) in entries(file) {
            let Some(&(_, kind)) = kinds.iter().find(|k| k.0 == section) else {
                continue;
            };
            table.add(Hash::of(word).value(), kind);
            let also = match kind {
                VI_SURNAME => PLAIN_SURNAME,
                VI_GIVEN | VI_MIDDLE => PLAIN_GIVEN,
                _ => continue,
            };
            table.add(Hash::of(&plain(word)).value(), also);
        }
    }
    table
});

/// What a word or phrase may be.
pub(crate) fn kinds(hash: Hash) -> Kinds {
    TABLE.get(hash.value())
}

/// What a word or phrase may be.
pub(crate) fn kinds_of(word: &str) -> Kinds {
    kinds(Hash::of(word))
}
