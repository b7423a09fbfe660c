//! The seat of recognisers from outside: patterns and dictionaries of a user, models loaded from a file.

use crate::{Entity, Finding, Input};

/// A recogniser beside those of the engine.
pub trait Recognizer: Send + Sync {
    /// The types that it can report.
    fn types(&self) -> Vec<Entity>;

    /// Adds findings in the text of `input`, which is normalised (see [`Normalized`](crate::Normalized)) and whose language is known; offsets are
    /// byte offsets into it. `found` holds what was found before, and a recogniser may take out what it knows better. What overlaps in the
    /// end is settled by the engine: the surer finding stays.
    ///
    /// It must not fail or block, and what it adds must lie on borders of characters; what does not is dropped.
    fn find(&self, input: &Input<'_>, found: &mut Vec<Finding>);
}
