//! Cards: the current facts of one thing in a register.

use jiff::Timestamp;
use serde_json::Value;

use crate::kernel::field::Values;

/// One card.
#[derive(Debug, Clone)]
pub struct Card {
    /// Its identifier.
    pub id: String,
    /// The body that owns it.
    pub body: String,
    /// Its register.
    pub register: String,
    /// The number that people call it by, such as `2026-17`.
    pub number: String,
    /// Its state, a word of the register.
    pub state: String,
    /// Counts its changes, from 1.
    pub version: i64,
    /// Whether a mark forbids its use.
    pub blocked: bool,
    /// Fields that say nothing about a person.
    pub data: Values,
    /// What lies in the vault.
    pub personal: Personal,
    /// When it was made.
    pub created: Timestamp,
    /// When it was changed last.
    pub updated: Timestamp,
}

/// What is known of the personal fields of a card.
#[derive(Clone)]
pub enum Personal {
    /// It never had any.
    None,
    /// They lie in the vault, unopened.
    Closed,
    /// Opened for an act or for a stated purpose.
    Open(Values),
    /// Their key was destroyed.
    Destroyed(Timestamp),
}

impl std::fmt::Debug for Personal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::None => "None",
            Self::Closed => "Closed",
            Self::Open(_) => "Open(…)",
            Self::Destroyed(_) => "Destroyed",
        })
    }
}

/// The open field that marks a card as part of a drill: pages, lists and papers say so, and nothing of it leaves the house.
pub(crate) const DRILL: &str = "drill";

/// Whether a card is part of a drill.
pub fn is_drill(card: &Card) -> bool {
    card.data.get(DRILL).and_then(Value::as_bool) == Some(true)
}

impl Card {
    /// A value of a field, opened or open.
    pub fn value(&self, field: &str) -> Option<&Value> {
        let personal = match &self.personal {
            Personal::Open(values) => values.get(field),
            _ => None,
        };
        personal.or_else(|| self.data.get(field))
    }

    /// The text of a field; empty where there is none.
    pub fn text(&self, field: &str) -> &str {
        self.value(field).and_then(Value::as_str).unwrap_or("")
    }

    /// The cards that a field points to.
    pub fn cards(&self, field: &str) -> Vec<&str> {
        self.value(field).map(super::field::words_of).unwrap_or_default()
    }
}
