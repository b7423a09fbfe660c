//! The office of Tutela: registers, pages, interface, clocks, papers, on one database and one journal.
//!
//! `kernel` is what every register stands on, `registers` are data and pure rules, `web` shows them.

pub mod backup;
mod compliance;
pub mod config;
pub mod demo;
pub mod edge;
mod error;
pub mod export;
#[cfg(test)]
mod faults;
mod ical;
pub mod import;
pub mod inspection;
pub mod inventory;
pub mod kernel;
pub mod office;
pub mod papers;
mod registers;
pub mod reminders;
pub mod setup;
mod show;
pub mod templates;
pub mod web;
#[cfg(test)]
mod world;
mod year;

pub use error::{Error, Refusal};
pub use office::Office;
pub use registers::{ConsentCheck, ConsentCount, ListCheck, PeopleCheck};
