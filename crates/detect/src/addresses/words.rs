//! The words at which addresses are looked for, found in one pass.

use std::sync::LazyLock;

use super::lower::Lower;
use aho_corasick::{AhoCorasick, AhoCorasickBuilder, AhoCorasickKind, MatchKind};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Country {
    Vietnam,
    Russia,
    China,
    English,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tag {
    Word(Country),
    Label,
    /// Looks like a label and is none.
    No,
}

struct Table {
    automaton: AhoCorasick,
    words: Vec<(&'static str, Tag)>,
}

static TABLE: LazyLock<Option<Table>> = LazyLock::new(|| {
    let words = parse(include_str!("../../data/addresses/words.txt"));
    let automaton = AhoCorasickBuilder::new()
        .kind(Some(AhoCorasickKind::DFA))
        .match_kind(MatchKind::LeftmostLongest)
        .build(words.iter().map(|w| w.0))
        .ok()?;
    Some(Table { automaton, words })
});

fn parse(file: &'static str) -> Vec<(&'static str, Tag)> {
    let mut tag = Tag::No;
    let mut words = Vec::new();
    for line in file.lines().map(str::trim) {
        match line {
            "[vi]" => tag = Tag::Word(Country::Vietnam),
            "[ru]" => tag = Tag::Word(Country::Russia),
            "[zh]" => tag = Tag::Word(Country::China),
            "[en]" => tag = Tag::Word(Country::English),
            "[label]" => tag = Tag::Label,
            "[no]" => tag = Tag::No,
            _ if line.is_empty() || line.starts_with('#') => {}
            word => words.push((word, tag)),
        }
    }
    words
}

/// A label in the text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Label {
    pub(super) end: usize,
    pub(super) word: &'static str,
}

/// What was seen.
#[derive(Debug, Default)]
pub(super) struct Sighting {
    spots: [Vec<usize>; 4],
    pub(super) labels: Vec<Label>,
}

impl Sighting {
    /// Where words of a country's addresses stand.
    pub(super) fn words(&self, country: Country) -> &[usize] {
        &self.spots[country as usize]
    }

    /// The label that ends before an offset, on the same line or the one above, no end of a sentence between.
    pub(super) fn label_before(&self, text: &str, at: usize, near: usize) -> Option<Label> {
        let i = self.labels.partition_point(|l| l.end <= at).checked_sub(1)?;
        let label = *self.labels.get(i)?;
        let between = text.get(label.end..at)?;
        let one_line = between.trim_start_matches([':', '：', ' ', '\n', '\t']);
        let ends = one_line.contains(['\n', '\t', ';', '。', '；', '!', '?']) || one_line.contains(". ");
        (between.len() <= near && !ends).then_some(label)
    }
}

/// Whether a character of a spaced script stands at a border.
fn letter(c: Option<char>) -> bool {
    c.is_some_and(super::lower::spaced)
}

fn han(word: &str) -> bool {
    word.starts_with(|c| matches!(c, '\u{3400}'..='\u{9FFF}'))
}

/// Looks for all words.
pub(super) fn look(text: &str, lower: &Lower) -> Sighting {
    let mut seen = Sighting::default();
    let Some(table) = TABLE.as_ref() else { return seen };
    for m in table.automaton.find_iter(lower.bytes()) {
        let Some(&(word, tag)) = table.words.get(m.pattern().as_usize()) else {
            continue;
        };
        if tag == Tag::No {
            continue;
        }
        let (start, end) = (m.start(), m.end());
        let (before, after) = (
            text.get(..start).unwrap_or_default(),
            text.get(end..).unwrap_or_default(),
        );
        // German names of streets are one word.
        let glued = matches!(word, "straße" | "strasse");
        if !han(word) && (!glued && letter(before.chars().next_back()) || letter(after.chars().next())) {
            continue;
        }
        match tag {
            Tag::Word(country) if worth(country, word, before, after) => seen.spots[country as usize].push(start),
            Tag::Label => seen.labels.push(Label { end, word }),
            _ => {}
        }
    }
    seen
}

/// Whether a digit stands near: no street is looked for without the number of a house or a code.
fn figure_near(before: &str, after: &str) -> bool {
    let behind = before.as_bytes();
    let ahead = after.as_bytes();
    behind.iter().rev().take(48).any(u8::is_ascii_digit) || ahead.iter().take(64).any(u8::is_ascii_digit)
}

/// A quick look at the neighbours of a word, before the grammar reads around it.
fn worth(country: Country, word: &str, before: &str, after: &str) -> bool {
    let next = after.trim_start_matches(['.', ' ', ':']).chars().next();
    let named = next.is_some_and(|c| c.is_uppercase() || c.is_ascii_digit());
    match country {
        Country::Vietnam if word.len() == 2 && word.starts_with(['p', 'q']) => named || !word.ends_with('.'),
        Country::Vietnam => {
            named
                || !matches!(
                    word,
                    "xã" | "tỉnh"
                        | "đường"
                        | "thành phố"
                        | "quan"
                        | "tinh"
                        | "phố"
                        | "kiệt"
                        | "duong"
                        | "xóm"
                        | "huyện"
                )
        }
        Country::China => before
            .chars()
            .next_back()
            .is_some_and(|c| c.is_ascii_alphanumeric() || "一二三四五六七八九十百〇零甲乙丙丁".contains(c)),
        Country::Russia if word.len() == 3 => named && !before.trim_end().ends_with(|c: char| c.is_ascii_digit()),
        Country::Russia => {
            named || before.is_empty() || before.ends_with([' ', ',', '\n']) || next == Some('«') || next == Some('"')
        }
        Country::English => figure_near(before, after),
    }
}

/// The label in a header or caption, if it is one of an address.
pub(super) fn of_header(header: &str) -> Option<&'static str> {
    if header.is_empty() || header.len() > 120 {
        return None;
    }
    let lower = Lower::of(header);
    look(header, &lower).labels.first().map(|l| l.word)
}
