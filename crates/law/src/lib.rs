//! Law packs: what the law calls a type of personal data, by regime and date.

use serde::{Deserialize, Serialize};

/// The class of a type of personal data under a law pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// Ordinary personal data.
    Basic,
    /// Sensitive or special personal data.
    Sensitive,
}

impl Class {
    /// The word in outputs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Basic => "basic",
            Self::Sensitive => "sensitive",
        }
    }
}
