//! Walks stores, runs extract → detect → law on every file, and tells the result.

mod assess;
mod cache;
mod model;
mod places;
pub mod report;
mod run;
mod walk;

pub use cache::Cache;
pub use model::{About, FileReport, Hit, NotRead, Totals};
pub use run::{Options, Scanner};
pub use walk::shown;
