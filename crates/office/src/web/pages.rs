//! The pages behind the sign-in.

pub(crate) mod accounts;
pub(crate) mod answers;
pub(crate) mod ask;
pub(crate) mod bodies;
pub(crate) mod calendar;
pub(crate) mod campaign;
pub(crate) mod card;
pub(crate) mod check;
pub(crate) mod compliance;
pub(crate) mod exchange;
pub(crate) mod factor;
pub(crate) mod form;
pub(crate) mod journal;
pub(crate) mod list;
pub(crate) mod message;
pub(crate) mod own;
pub(crate) mod paper;
pub(crate) mod plain;
pub(crate) mod search;
pub(crate) mod setup;
pub(crate) mod today;
pub(crate) mod tokens;
pub(crate) mod year;
