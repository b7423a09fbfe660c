//! Walks stores, runs extract → detect → law on every file, and tells the result.

mod model;
pub mod report;

pub use model::{About, FileReport, Hit, NotRead, Totals};
