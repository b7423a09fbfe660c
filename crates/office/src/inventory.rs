//! The inventory (R16–R18): what scans found in the stores of a body, held against the list that was approved.
//!
//! `report` reads what `tutela scan --format jsonl` wrote and keeps counts only; `compare` is pure and says what differs;
//! `take` writes both with the acts of the registers of stores and gaps; `overview` reads it all for pages. No value and no
//! name of a file is ever kept: those stay in the report, with whoever scanned.

mod compare;
mod overview;
mod report;
mod stream;
mod take;
#[cfg(test)]
pub(crate) mod tests;

pub use overview::{Cell, InStore, Overview};
pub use report::{Found, InCategory, MAX_REPORT, read};
pub(crate) use stream::Incoming;
pub use take::Taken;
