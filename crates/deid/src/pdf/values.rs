//! The values that go: what was cut in one place is looked for in every other, and in the finished copy.

use std::collections::BTreeSet;

use aho_corasick::{AhoCorasick, MatchKind};
use tutela_detect::Entity;

use crate::copy::Refused;

/// Values that are looked for. A file with more is refused rather than checked in part.
const MAX_VALUES: usize = 200_000;

/// Values that were cut.
#[derive(Default)]
pub(super) struct Values {
    folded: BTreeSet<String>,
}

impl Values {
    /// Remembers a value that was cut. What is so short that it stands in other words, too, is decided upon where it stands only.
    pub(super) fn add(&mut self, value: &str, entity: Entity) -> Result<(), Refused> {
        let (folded, _) = fold(value);
        let folded = folded.trim();
        let letters = folded.chars().filter(|c| c.is_alphabetic()).count();
        let digits = folded.chars().filter(|c| c.is_numeric()).count();
        let ideographs = folded.chars().filter(|&c| is_wide(c)).count();
        let is_person = entity == Entity::Person;
        let long_enough = letters >= 4 || digits >= 6 || ideographs >= 3 || (is_person && ideographs >= 2);
        if long_enough && folded.len() <= 1000 {
            self.folded.insert(folded.to_owned());
            if self.folded.len() > MAX_VALUES {
                return Err(Refused::Limits);
            }
        }
        Ok(())
    }

    /// What finds them.
    pub(super) fn finder(&self) -> Result<Finder, Refused> {
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(&self.folded)
            .map_err(|_| Refused::Limits)?;
        Ok(Finder {
            automaton,
            any: !self.folded.is_empty(),
        })
    }

    /// All of them, folded.
    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        self.folded.iter().map(String::as_str)
    }
}

/// Finds values in a text.
pub(super) struct Finder {
    automaton: AhoCorasick,
    any: bool,
}

impl Finder {
    /// The places of all values in a text, by its bytes. Case and the kind and number of blanks do not count.
    pub(super) fn find(&self, text: &str) -> Vec<std::ops::Range<usize>> {
        if !self.any {
            return Vec::new();
        }
        let (folded, places) = fold(text);
        let mut found = Vec::new();
        for hit in self.automaton.find_iter(&folded) {
            let before = folded.get(..hit.start()).and_then(|s| s.chars().next_back());
            let after = folded.get(hit.end()..).and_then(|s| s.chars().next());
            let value = folded.get(hit.range()).unwrap_or_default();
            if joins(before, value.chars().next()) || joins(value.chars().next_back(), after) {
                continue;
            }
            let place = |at: usize| places.get(at).copied().unwrap_or(text.len());
            found.push(place(hit.start())..place(hit.end()));
        }
        found
    }
}

/// Whether two characters belong to one word, so that a value ends inside it. Ideographs have no words.
fn joins(a: Option<char>, b: Option<char>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) if is_wide(a) || is_wide(b) => false,
        (Some(a), Some(b)) => (a.is_alphabetic() && b.is_alphabetic()) || (a.is_numeric() && b.is_numeric()),
        _ => false,
    }
}

fn is_wide(c: char) -> bool {
    matches!(c, '\u{2E80}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// A text in small letters with single blanks, and for each of its bytes the byte of the text as given.
pub(super) fn fold(text: &str) -> (String, Vec<usize>) {
    let mut folded = String::with_capacity(text.len());
    let mut places = Vec::with_capacity(text.len());
    let mut blank = true;
    for (at, c) in text.char_indices() {
        if c.is_whitespace() {
            if !blank {
                folded.push(' ');
                places.push(at);
            }
            blank = true;
            continue;
        }
        blank = false;
        for small in c.to_lowercase() {
            folded.push(small);
            places.extend(std::iter::repeat_n(at, small.len_utf8()));
        }
    }
    places.push(text.len());
    (folded, places)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finder(values: &[&str]) -> Finder {
        let mut all = Values::default();
        for value in values {
            all.add(value, Entity::Person).unwrap();
        }
        all.finder().unwrap()
    }

    #[test]
    fn a_value_is_found_whatever_its_case_and_line_ends() {
        let text = "ông NGUYỄN VĂN\n  AN, Nguyễn Văn Anh";
        let found = finder(&["Nguyễn Văn An"]).find(text);
        let texts: Vec<&str> = found.into_iter().map(|r| text.get(r).unwrap()).collect();
        assert_eq!(texts, ["NGUYỄN VĂN\n  AN"]);
    }

    #[test]
    fn ideographs_need_no_blanks_around_them_and_short_words_are_not_looked_for() {
        let text = "申请人王晓明同意";
        assert_eq!(finder(&["王晓明"]).find(text).first(), Some(&(9..18)));
        assert!(finder(&["Anh"]).find("em trai của Anh").is_empty());
    }
}
