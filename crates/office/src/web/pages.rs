//! The pages behind the sign-in.

pub(crate) mod calendar;
pub(crate) mod card;
pub(crate) mod exchange;
pub(crate) mod form;
pub(crate) mod journal;
pub(crate) mod list;
pub(crate) mod message;
pub(crate) mod paper;
pub(crate) mod search;
pub(crate) mod today;
pub(crate) mod tokens;
