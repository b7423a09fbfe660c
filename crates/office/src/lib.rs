//! The office of Tutela: registers, pages, interface, clocks, papers, on one database and one journal.
//!
//! `kernel` is what every register stands on, `registers` are data and pure rules, `web` shows them.

pub mod backup;
pub mod config;
pub mod demo;
mod error;
#[cfg(test)]
mod faults;
pub mod export;
mod ical;
pub mod import;
pub mod kernel;
pub mod office;
pub mod papers;
mod registers;
pub mod reminders;
mod show;
pub mod setup;
pub mod web;
#[cfg(test)]
mod world;

pub use error::{Error, Refusal};
pub use office::Office;
pub use registers::{ConsentCheck, ConsentCount};
