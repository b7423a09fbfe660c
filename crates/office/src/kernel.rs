//! The kernel: what every register stands on. A register says what it holds and by which rules; the kernel keeps it.

pub mod batch;
pub mod body;
pub mod card;
pub mod categories;
pub mod clock;
pub(crate) mod code;
pub mod daily;
pub mod destroyed;
pub mod duties;
pub mod evidence;
pub mod field;
pub mod find;
pub mod hold;
pub mod journal;
pub mod lease;
pub mod ledger;
pub mod near;
pub mod open;
pub mod people;
pub(crate) mod public;
pub mod record;
pub mod register;
pub mod retention;
pub mod rights;
pub mod seen;
pub mod store;
pub mod token;
pub mod unlock;
pub mod vault;
pub(crate) mod watch;

/// A new identifier: a UUID of version 7, so that identifiers stand in the order in which they were made.
pub fn new_id() -> String {
    uuid::Uuid::now_v7().to_string()
}
