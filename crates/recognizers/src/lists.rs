//! Lists of words: all of them are looked for in one pass.

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, AhoCorasickKind, MatchKind};

use crate::Why;

/// Entries of all lists of one set.
pub(crate) const MAX_ENTRIES: usize = 200_000;

/// Their bytes.
const MAX_BYTES: usize = 8 << 20;

/// Longest entry, in bytes.
pub(crate) const MAX_ENTRY: usize = 256;

/// The words of all rules of a set.
#[derive(Debug)]
pub(crate) struct Words {
    finder: AhoCorasick,
    /// The rule of each entry.
    rules: Vec<usize>,
}

impl Words {
    /// Takes the entries (folded) with their rules.
    pub(crate) fn new(entries: &[(String, usize)]) -> Result<Option<Self>, Why> {
        if entries.is_empty() {
            return Ok(None);
        }
        let bytes: usize = entries.iter().map(|(e, _)| e.len()).sum();
        if entries.len() > MAX_ENTRIES || bytes > MAX_BYTES {
            return Err(Why::Many("entries of lists", MAX_ENTRIES));
        }
        let mut builder = AhoCorasickBuilder::new();
        // Words of several rules may overlap, and the longest word may not stand free where a shorter one does.
        builder
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::ContiguousNFA));
        let finder = builder
            .build(entries.iter().map(|(e, _)| e))
            .map_err(|_| Why::Many("entries of lists", MAX_ENTRIES))?;
        let rules = entries.iter().map(|(_, rule)| *rule).collect();
        Ok(Some(Self { finder, rules }))
    }

    /// Calls `each` with rule, start and end of every word that stands free in a folded text, until it answers `false`.
    pub(crate) fn find(&self, folded: &str, mut each: impl FnMut(usize, usize, usize) -> bool) {
        for found in self.finder.find_overlapping_iter(folded) {
            let (start, end) = (found.start(), found.end());
            let Some(&rule) = self.rules.get(found.pattern().as_usize()) else {
                continue;
            };
            if free(folded, start, end) && !each(rule, start, end) {
                return;
            }
        }
    }
}

/// A text in lower case with the same offsets: letters whose other case has another length stay.
pub(crate) fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let lower = |c: char| {
        let mut lower = c.to_lowercase();
        match (lower.next(), lower.next()) {
            (Some(l), None) if l.len_utf8() == c.len_utf8() => l,
            _ => c,
        }
    };
    text.chars().map(lower).collect()
}

/// Whether no letter or digit goes on before or behind. Scripts without spaces have no such borders.
fn free(text: &str, start: usize, end: usize) -> bool {
    let joined = |a: Option<char>, b: Option<char>| match (a, b) {
        (Some(a), Some(b)) => goes_on(a) && goes_on(b) && !unspaced(a) && !unspaced(b),
        _ => false,
    };
    let (Some(before), Some(word), Some(behind)) = (text.get(..start), text.get(start..end), text.get(end..)) else {
        return false;
    };
    !joined(before.chars().next_back(), word.chars().next()) && !joined(word.chars().next_back(), behind.chars().next())
}

fn goes_on(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Han, kana, Thai and their neighbours, written without spaces.
pub(crate) fn unspaced(c: char) -> bool {
    matches!(c, '\u{0E00}'..='\u{0EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}' | '\u{3040}'..='\u{30FF}'
        | '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_free_in_scripts_with_spaces_and_anywhere_in_others() {
        let entries: Vec<_> = ["ann", "anna b", "заря", "甲乙", "dr."]
            .iter()
            .map(|w| ((*w).to_owned(), 0))
            .collect();
        let words = Words::new(&entries).unwrap().unwrap();
        let found = |text: &str| {
            let mut all = Vec::new();
            let folded = fold(text);
            assert_eq!(folded.len(), text.len());
            words.find(&folded, |_, start, end| {
                all.push(text.get(start..end).unwrap().to_owned());
                true
            });
            all
        };
        assert_eq!(found("Ann, Annabel, anna B."), ["Ann", "anna B"]);
        assert_eq!(found("Проект ЗАРЯ и заряд"), ["ЗАРЯ"]);
        assert_eq!(found("项目甲乙很好"), ["甲乙"]);
        assert_eq!(found("Dr. Ann_ İẞ Dr.X"), ["Dr.", "Dr."]);
    }
}
