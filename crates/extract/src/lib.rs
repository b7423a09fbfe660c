//! Turns the bytes of any office file into text with places, under limits.
//!
//! [`Reader::read_path`] and [`Reader::read_bytes`] tell the type by content, hand every part of the
//! text to a [`Sink`] with the [`Place`] where it stands, and report everything that could not be read as
//! [`Unread`]: a file is never silently clean. What personal data is, this crate does not know.

mod archive;
mod calendar;
mod context;
mod dispatch;
mod encoded;
mod expand;
mod flow;
pub mod image;
mod isolate;
mod kind;
mod legacy;
mod limits;
mod mail;
mod map;
mod office;
mod part;
pub mod pdf;
mod place;
mod reader;
mod sniff;
pub mod sparse;
#[cfg(test)]
mod testing;
mod text;
mod unread;

pub use isolate::serve_isolated;
pub use kind::Kind;
pub use limits::Limits;
pub use map::{OffsetMap, Run};
pub use part::{CellMark, Grain, Mark, Part, Sink};
pub use place::{Place, Step};
pub use reader::{Outcome, ReadState, Reader};
pub use text::Charset;
pub use unread::{Unread, Why};
