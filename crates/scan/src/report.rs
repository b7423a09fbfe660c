//! Tells the result of a scan: one file per format.

use std::io::{self, Write};

use crate::{About, FileReport, Totals};

/// Takes reports as files finish, and the totals at the end.
pub trait Report {
    /// One file is done.
    fn file(&mut self, out: &mut dyn Write, file: FileReport) -> io::Result<()>;
    /// All files are done.
    fn end(&mut self, out: &mut dyn Write, about: &About, totals: &Totals) -> io::Result<()>;
}
