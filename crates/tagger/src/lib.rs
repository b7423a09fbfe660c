//! Marks names of persons, places and organisations in text with a small trained model.
//!
//! Text becomes tokens (`token`), tokens that can be part of a name become hashed features (`features`), a table of one byte a weight
//! turns these into scores of labels, and the likeliest sequence of labels gives the names. The same code makes the features for training
//! and for use, so that the two cannot drift apart. A [`Model`] is read from its bytes without copying them: loading costs
//! nothing, whatever its size.
//!
//! Nothing here knows a language but by the model: gazetteers travel in the model's file as a table of fingerprints.

pub mod decode;
pub mod features;
pub mod hash;
pub mod lexicon;
mod model;
pub mod stem;
pub mod token;

pub use model::{Broken, Head, Model, Parts, Tagger, piece_end};

/// Labels of a token.
pub const LABELS: usize = 7;

/// Lanes of one row of weights; the last is empty, so that a row is eight bytes.
pub const LANES: usize = 8;

/// What a name is the name of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A person.
    Person,
    /// A place.
    Location,
    /// An organisation.
    Organization,
}

impl Kind {
    /// All kinds, in the order of their labels.
    pub const ALL: [Self; 3] = [Self::Person, Self::Location, Self::Organization];

    /// The label of its first token; the one after it is that of the others.
    pub fn begin(self) -> usize {
        match self {
            Self::Person => 1,
            Self::Location => 3,
            Self::Organization => 5,
        }
    }

    /// The kind of a label.
    pub fn of(label: usize) -> Option<Self> {
        match label {
            1 | 2 => Some(Self::Person),
            3 | 4 => Some(Self::Location),
            5 | 6 => Some(Self::Organization),
            _ => None,
        }
    }
}

/// A name in a text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Name {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// What it names.
    pub kind: Kind,
    /// How sure the model is, 0 to 1: the lowest of its tokens.
    pub sure: f32,
}

/// The language that a model is for: it tells how words are looked up and which tokens can be part of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    /// Vietnamese.
    Vi,
    /// Russian.
    Ru,
    /// Chinese: every character is a token.
    Zh,
    /// English, and whatever else is in Latin letters.
    En,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Vi, Self::Ru, Self::Zh, Self::En];

    /// The ISO 639-1 code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Vi => "vi",
            Self::Ru => "ru",
            Self::Zh => "zh",
            Self::En => "en",
        }
    }

    /// The language of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|l| l.code() == code)
    }
}
