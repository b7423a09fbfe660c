//! Errors by what they cost: the same value missed a hundred times stands once, with its number.

use std::collections::HashMap;

use tutela_detect::Entity;

/// Distinct errors that are kept; more are only counted.
const MAX_KEPT: usize = 200_000;

/// Characters of context on each side.
const CONTEXT: usize = 40;

/// What kind of error it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A span was not found.
    Missed,
    /// A finding is not a span.
    False,
}

impl Kind {
    /// The word of machine formats.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Missed => "missed",
            Self::False => "false",
        }
    }
}

/// An error, and how often it was made. It holds texts of the corpus: whoever shows them decides whether they may be seen.
#[derive(Debug, Clone, PartialEq)]
pub struct Mistake {
    /// What kind it is.
    pub kind: Kind,
    /// Language of the text.
    pub lang: String,
    /// The row of the report that it counts in.
    pub row: String,
    /// The type found, or the first that would have been right.
    pub entity: Entity,
    /// The value.
    pub value: String,
    /// How often.
    pub times: u64,
    /// The score of the finding, the highest.
    pub score: f32,
    /// Where it stood first: corpus and document.
    pub place: (String, String),
    /// What stands before it there.
    pub before: String,
    /// And behind it.
    pub behind: String,
}

/// Kind, language, row, value.
type Key = (Kind, String, String, String);

/// All errors, folded.
#[derive(Debug, Default)]
pub(crate) struct Errors {
    kept: HashMap<Key, Mistake>,
}

/// An error as it is seen.
pub(crate) struct Seen<'a> {
    pub(crate) kind: Kind,
    pub(crate) lang: &'a str,
    pub(crate) row: &'a str,
    pub(crate) entity: Entity,
    pub(crate) score: f32,
    pub(crate) text: &'a str,
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) place: (&'a str, &'a str),
}

impl Errors {
    pub(crate) fn add(&mut self, seen: &Seen<'_>) {
        let value = seen.text.get(seen.start..seen.end).unwrap_or_default().to_owned();
        let key = (seen.kind, seen.lang.to_owned(), seen.row.to_owned(), value.clone());
        if let Some(mistake) = self.kept.get_mut(&key) {
            mistake.times += 1;
            mistake.score = mistake.score.max(seen.score);
            // The first by name, not by the order in which corpora came.
            let place = (seen.place.0.to_owned(), seen.place.1.to_owned());
            if place < mistake.place {
                (mistake.before, mistake.behind) = around(seen);
                mistake.place = place;
            }
            return;
        }
        if self.kept.len() >= MAX_KEPT {
            return;
        }
        let (before, behind) = around(seen);
        self.kept.insert(
            key,
            Mistake {
                kind: seen.kind,
                lang: seen.lang.to_owned(),
                row: seen.row.to_owned(),
                entity: seen.entity,
                value,
                times: 1,
                score: seen.score,
                place: (seen.place.0.to_owned(), seen.place.1.to_owned()),
                before,
                behind,
            },
        );
    }

    /// The errors that cost most: the most frequent, then the surest.
    pub(crate) fn worst(self, most: usize) -> Vec<Mistake> {
        let mut all: Vec<_> = self.kept.into_values().collect();
        all.sort_by(|a, b| {
            b.times
                .cmp(&a.times)
                .then(b.score.total_cmp(&a.score))
                .then_with(|| (a.kind, &a.lang, &a.row, &a.value).cmp(&(b.kind, &b.lang, &b.row, &b.value)))
        });
        all.truncate(most);
        all
    }
}

fn around(seen: &Seen<'_>) -> (String, String) {
    let before = seen.text.get(..seen.start).unwrap_or_default();
    let from = before.char_indices().rev().nth(CONTEXT - 1).map_or(0, |(i, _)| i);
    let behind = seen.text.get(seen.end..).unwrap_or_default();
    let to = behind.char_indices().nth(CONTEXT).map_or(behind.len(), |(i, _)| i);
    (
        before.get(from..).unwrap_or_default().to_owned(),
        behind.get(..to).unwrap_or_default().to_owned(),
    )
}
