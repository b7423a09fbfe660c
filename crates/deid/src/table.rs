//! Tables that are anonymous by a measure.
//!
//! A *quasi-identifier* is a column by which somebody who knows a person could find the row. Each has a *hierarchy*: what every
//! value becomes at each level of coarseness. A *transformation* takes one level for every quasi-identifier; rows that then
//! stand in a class that does not meet the *models* are suppressed as a whole. [`optimum`] looks among all transformations (the
//! *lattice*) for the one with the least loss.
//!
//! ```
//! use tutela_deid::table::{Cells, Goal, Hierarchy, Measure, Model, optimum};
//!
//! let age = Hierarchy::new(vec![
//!     vec!["31".into(), "30-39".into(), "*".into()],
//!     vec!["34".into(), "30-39".into(), "*".into()],
//!     vec!["47".into(), "40-49".into(), "*".into()],
//!     vec!["45".into(), "40-49".into(), "*".into()],
//! ])?;
//! let mut cells = Cells::new(vec![("age".into(), age)], Vec::new());
//! for row in ["31", "34", "47", "45"] {
//!     cells.push(&[row.as_bytes()], &[])?;
//! }
//! let goal = Goal { models: vec![Model::KAnonymity(2)], measure: Measure::Loss, suppress: 0.0 };
//! let best = optimum(&cells, &goal)?.expect("a way");
//! assert_eq!(best.levels, [1]);
//! # Ok::<(), tutela_deid::table::Error>(())
//! ```

mod cells;
pub mod file;
mod group;
mod hierarchy;
mod made;
mod measure;
mod model;
mod release;
mod search;

pub use cells::Cells;
pub use hierarchy::Hierarchy;
pub use made::Kind;
pub use measure::Measure;
pub use model::{Model, Sensitive};
pub use release::{Release, Risk};
pub use search::{Goal, Optimum, optimum};

/// Why a table is not worked on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A hierarchy that is none.
    #[error("the hierarchy, line {line}: {what}")]
    Hierarchy {
        /// Which line, from 1.
        line: usize,
        /// What is wrong.
        what: &'static str,
    },
    /// A value that the hierarchy of its column does not know. The value itself may be personal and is not told.
    #[error("row {row}, column {column}: the value is not in the hierarchy of the column")]
    Unknown {
        /// Which row of data, from 1.
        row: u64,
        /// Which column.
        column: String,
    },
    /// A row with more or fewer cells than it must have.
    #[error("row {row} has another number of cells than the table has columns")]
    Width {
        /// Which row of data, from 1.
        row: u64,
    },
    /// A measure or model that cannot be asked for.
    #[error("{0}")]
    Goal(&'static str),
    /// More ways than can be looked through one by one.
    #[error(
        "there are {0} ways to make this table coarser, more than can be searched to the end: leave columns out or give them fewer levels"
    )]
    Lattice(u128),
}

impl Error {
    pub(crate) const NO_ROWS: Self = Self::Goal("the table has no rows");
}
