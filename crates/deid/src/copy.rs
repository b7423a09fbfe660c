//! Copies of files without what is to go.
//!
//! A module per family of formats reads a file as its own structure, hands every *reading unit* (a page, a sheet, a chapter of
//! paragraphs) to a [`Decide`], and writes the file anew without what it is told to cut and without everything that a reader does not
//! see. What a module does not know, it leaves out or refuses: there is an allow list of what goes into a copy, not a list of what is
//! taken out.
//!
//! Modules of formats that are rewritten in memory have one shape:
//! `pub(crate) fn redact(bytes: &[u8], decide: &mut dyn Decide, limits: &Limits) -> Result<(Vec<u8>, Cleaned), Refused>`.

mod cleaned;
mod refused;

use std::ops::Range;

use tutela_detect::{Entity, Input};

pub use self::cleaned::{Cleaned, What};
pub use self::refused::Refused;

/// What is to go from one reading unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut {
    /// Bytes of the text that was given.
    pub range: Range<usize>,
    /// What they are.
    pub entity: Entity,
    /// What stands there instead; may be empty.
    pub with: String,
}

/// Decides about one reading unit.
pub trait Decide {
    /// What is to go from this text: sorted by place, not overlapping, on character boundaries.
    fn cuts(&mut self, input: &Input<'_>) -> Vec<Cut>;
}
