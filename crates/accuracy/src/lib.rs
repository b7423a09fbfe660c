//! How well the engine finds: precision, recall and F1 on annotated texts, by type and language.
//!
//! * [`Document`] is one annotated text, a line of a corpus.
//! * [`Labels`] says which types of the engine are right for which label of a corpus.
//! * [`Scorer`] takes documents with what was found in them; [`Scorer::report`] gives the figures and the errors.
//!
//! Two ways of counting: **strict**, where a finding must have the borders and a right type; **overlap**, where a finding is right if it overlaps
//! a span of a right type, and a span is found if a right finding overlaps it. A finding of a type that a corpus does not annotate at all
//! cannot be judged; it is counted aside. The same corpora give the same report, in whatever order they come.

mod document;
mod errors;
mod labels;
mod score;

pub use document::{Broken, Document, Span};
pub use errors::{Kind, Mistake};
pub use labels::{Labels, Meaning, WrongTable};
pub use score::{Count, Figures, Report, Row, Scorer};
