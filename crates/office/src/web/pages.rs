//! The pages behind the sign-in.

pub(crate) mod accounts;
pub(crate) mod ask;
pub(crate) mod bodies;
pub(crate) mod calendar;
pub(crate) mod card;
pub(crate) mod check;
pub(crate) mod exchange;
pub(crate) mod factor;
pub(crate) mod form;
pub(crate) mod inspection;
pub(crate) mod journal;
pub(crate) mod list;
pub(crate) mod message;
pub(crate) mod own;
pub(crate) mod paper;
pub(crate) mod plain;
pub(crate) mod report;
pub(crate) mod search;
pub(crate) mod setup;
pub(crate) mod today;
pub(crate) mod tokens;
