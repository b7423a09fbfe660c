//! Types of personal data that a user's own recognisers declare.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use crate::Entity;

/// Types that one process may declare. Their names live as long as the process, so that a finding can be copied without a thought.
const MAX_TYPES: usize = 1024;

/// Longest name, in bytes.
const MAX_NAME: usize = 64;

static DECLARED: Mutex<Vec<&'static Kind>> = Mutex::new(Vec::new());

#[derive(Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Kind {
    name: String,
    sensitive: bool,
}

/// A declared type: its name, and whether its values are of a sensitive kind.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Custom(&'static Kind);

impl fmt::Debug for Custom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Why a type was not declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotDeclared {
    /// The name is not a letter and up to 63 letters, digits, `_`, `-`, `.` of ASCII.
    Name,
    /// The engine knows this type by itself.
    Known,
    /// The type was declared before, and otherwise: with another class, or with other letters in capitals.
    Otherwise,
    /// There are too many types.
    TooMany,
}

impl Custom {
    /// Declares a type, or finds it declared in the same way. Names are for files that somebody trusts: they are kept until the process ends.
    pub fn declare(name: &str, sensitive: bool) -> Result<Self, NotDeclared> {
        if !is_name(name) {
            return Err(NotDeclared::Name);
        }
        if Entity::ALL.iter().any(|e| e.as_str().eq_ignore_ascii_case(name)) {
            return Err(NotDeclared::Known);
        }
        let mut declared = DECLARED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kind) = declared.iter().find(|k| k.name.eq_ignore_ascii_case(name)) {
            let same = kind.name == name && kind.sensitive == sensitive;
            return if same {
                Ok(Self(kind))
            } else {
                Err(NotDeclared::Otherwise)
            };
        }
        if declared.len() >= MAX_TYPES {
            return Err(NotDeclared::TooMany);
        }
        let kind: &'static Kind = Box::leak(Box::new(Kind {
            name: name.to_owned(),
            sensitive,
        }));
        declared.push(kind);
        Ok(Self(kind))
    }

    /// The declared type of this name, in capitals or not.
    pub fn declared(name: &str) -> Option<Self> {
        let declared = DECLARED.lock().unwrap_or_else(PoisonError::into_inner);
        declared
            .iter()
            .find(|k| k.name.eq_ignore_ascii_case(name))
            .map(|kind| Self(kind))
    }

    /// All declared types, in the order in which they were declared.
    pub fn all() -> Vec<Self> {
        let declared = DECLARED.lock().unwrap_or_else(PoisonError::into_inner);
        declared.iter().map(|kind| Self(kind)).collect()
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        &self.0.name
    }

    /// Whether its values are of a sensitive kind.
    pub fn is_sensitive(self) -> bool {
        self.0.sensitive
    }
}

/// Whether this can be the name of a type.
pub fn is_name(name: &str) -> bool {
    name.len() <= MAX_NAME
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_declared_once_and_in_one_way() {
        let first = Custom::declare("DOOR_CODE", false).unwrap();
        assert_eq!(Custom::declare("DOOR_CODE", false), Ok(first));
        assert_eq!(Custom::declare("DOOR_CODE", true), Err(NotDeclared::Otherwise));
        assert_eq!(Custom::declare("Door_Code", false), Err(NotDeclared::Otherwise));
        assert_eq!(Custom::declare("person", false), Err(NotDeclared::Known));
        for name in ["", "1X", "A B", "Ё", "A\n", &"A".repeat(65)] {
            assert_eq!(Custom::declare(name, false), Err(NotDeclared::Name), "{name:?}");
        }
        assert_eq!(Custom::declared("door_code"), Some(first));
    }
}
