//! De-identification. [`table`] makes tables anonymous: it finds, among all ways to make the values of a table coarser, the one
//! that loses least and still keeps every person among enough others. [`copy`] writes copies of files out of which what is to go
//! cannot be recovered: a [`policy`] says which [`operator`] is applied to which type of data for which audience.

pub mod copy;
pub mod image;
mod lines;
pub mod operator;
pub mod pdf;
pub mod policy;
pub mod table;
