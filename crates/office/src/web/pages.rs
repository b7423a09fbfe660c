//! The pages behind the sign-in.

pub(crate) mod ask;
pub(crate) mod card;
pub(crate) mod check;
pub(crate) mod form;
pub(crate) mod list;
pub(crate) mod message;
pub(crate) mod paper;
pub(crate) mod search;
pub(crate) mod today;
