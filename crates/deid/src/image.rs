//! Copies of pictures without what is to go: words that were decided upon and codes are painted over, and of the file only its pixels
//! are kept.

pub(crate) mod jpeg;
pub(crate) mod seen;
