//! Recognisers of a user's own, as data: patterns, lists of words, context words, allow lists.
//!
//! The form is that of Presidio's files of recognisers, in YAML or TOML, with a few words more (`docs/analyzer.md`). Text in, a [`Set`] out;
//! whoever calls opens the files. Whatever a file holds, matching takes linear time: patterns have no back-references, and their sizes are bounded.
//!
//! A [`Set`] is used in two ways: seated in an engine ([`Set::seat`]), where its types get names of their own for the whole process, or asked alone
//! ([`Set::matches`]) for the recognisers that come with one request.

mod context;
mod edges;
mod fault;
mod lists;
mod node;
mod read;
mod rule;
mod seat;
mod set;

pub use fault::{Fault, Why};
pub use node::{Form, MAX_FILE};
pub use read::{Given, read_file, read_json};
pub use rule::{Pattern, Rule};
pub use seat::Seat;
pub use set::{Allow, By, Match, PassedOver, Set, TooMany};
