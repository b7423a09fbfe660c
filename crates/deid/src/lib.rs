//! De-identification. [`table`] makes tables anonymous: it finds, among all ways to make the values of a table coarser, the one
//! that loses least and still keeps every person among enough others. [`copy`] writes copies of files out of which what is to go
//! cannot be recovered.

pub mod copy;
pub mod image;
mod lines;
pub mod pdf;
pub mod table;
