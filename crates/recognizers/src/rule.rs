use regex::Regex;
use tutela_detect::Lang;

use crate::edges::Shape;

/// One recogniser, ready to be used.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Its name.
    pub name: String,
    /// The name of the type that it finds.
    pub entity: String,
    /// Whether the type, if the engine does not know it, is of a sensitive kind.
    pub sensitive: bool,
    /// The languages that it is for; none: all.
    pub langs: Option<Vec<Lang>>,
    /// Its patterns.
    pub patterns: Vec<Pattern>,
    /// Whether it has lists of words.
    pub listed: bool,
    /// How sure a word of its lists is.
    pub list_score: f32,
    /// Words that make a match surer when they stand before it.
    pub(crate) context: Vec<ContextWord>,
    /// The line where it begins.
    pub(crate) line: usize,
}

/// A word that makes a match surer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ContextWord {
    /// The language that it is for; none: all.
    pub(crate) lang: Option<Lang>,
    /// The word, folded.
    pub(crate) word: String,
}

/// One pattern of a recogniser.
#[derive(Debug, Clone)]
pub struct Pattern {
    /// Its name.
    pub name: String,
    /// The pattern as written.
    pub source: String,
    /// How sure a match is.
    pub score: f32,
    pub(crate) regex: Regex,
    /// What of it is the match.
    pub(crate) shape: Shape,
}

impl Rule {
    /// Whether it is for texts of this language.
    pub fn speaks(&self, lang: Option<Lang>) -> bool {
        match (&self.langs, lang) {
            (Some(langs), Some(lang)) => langs.contains(&lang),
            _ => true,
        }
    }
}
