//! De-identification. [`table`] makes tables anonymous: it finds, among all ways to make the values of a table coarser, the one
//! that loses least and still keeps every person among enough others.

pub mod table;
