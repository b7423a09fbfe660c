//! Finds personal data in text: text in, findings with reasons out.
//!
//! The engine takes text and never opens files, never reads the clock, never fails and never blocks:
//! the same input gives the same output on every machine. It knows nothing of files or of the law.
//!
//! * [`Engine`] is built once (dictionaries, tables) and shared between threads.
//! * [`Input`] is one piece of text with what is known about it: language, cells, caption.
//! * [`Recognizer`] is the seat of recognisers from outside.
//! * [`Finding`] is a span of the text *as given* (byte offsets), with a type, a score and its reasons.

mod addresses;
mod block;
mod cards;
mod checks;
mod codes;
mod context;
mod custom;
mod dates;
mod engine;
mod entity;
mod finding;
mod geo;
mod header;
mod input;
mod labelled;
mod labels;
mod lang;
mod language;
mod model;
pub mod name;
mod names;
mod network;
mod normal;
mod numbers;
mod people;
mod phones;
mod plates;
mod resolve;
mod scene;
mod seat;
mod sensitive;
mod spans;
pub mod subjects;
mod trigger;
mod wallets;

pub use addresses::parts as address;
pub use custom::{Custom, NotDeclared, is_name};
pub use engine::{Engine, Options};
pub use entity::{Entity, Group};
pub use finding::{Finding, Reason};
pub use input::{Cell, Input};
pub use lang::Lang;
pub use normal::Normal as Normalized;
pub use seat::Recognizer;
pub use subjects::subjects;
