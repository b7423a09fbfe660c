//! What was found in an uploaded file. The office knows no formats; whoever does gives it a [`Scanner`].

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// Looks for personal data in a file. It works on a thread of its own, and bounds its time and memory itself.
pub trait Scanner: fmt::Debug + Send + Sync {
    /// Classes of personal data with how often they were found; never a value.
    fn scan(&self, media: &str, content: &[u8]) -> Scan;
}

/// How much of a file was looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Read {
    /// Nobody looked: there is no scanner.
    #[default]
    Never,
    /// It could not be read. It must not be taken for one without personal data.
    Not,
    /// Some of it could not be read.
    Partly,
    /// All of it was.
    Whole,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scan {
    /// How much was looked at.
    pub read: Read,
    /// Classes of personal data, with the number of findings.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub classes: BTreeMap<String, u64>,
}

/// Classes that are kept at most.
const MAX_CLASSES: usize = 50;
/// Longest word for a class.
const MAX_WORD: usize = 60;

/// Asks a scanner, if there is one. A scanner that breaks has not read the file.
pub(super) fn scan(scanner: Option<&dyn Scanner>, media: &str, content: &[u8]) -> Scan {
    let Some(scanner) = scanner else { return Scan::default() };
    let asked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| scanner.scan(media, content)));
    let Ok(mut found) = asked else {
        return Scan {
            read: Read::Not,
            classes: BTreeMap::new(),
        };
    };
    // Words of classes are names in a program; what looks otherwise could be a value.
    let word = |w: &str| {
        w.len() <= MAX_WORD
            && w.bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_.".contains(&b))
    };
    let before = found.classes.len();
    found.classes.retain(|w, _| word(w));
    while found.classes.len() > MAX_CLASSES {
        found.classes.pop_last();
    }
    if found.classes.len() < before && found.read == Read::Whole {
        found.read = Read::Partly;
    }
    found
}
