//! Standard input as a file: readers of office formats want to seek.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempPath;

/// The path that stands for standard input.
const DASH: &str = "-";

/// Paths of a command in which `-` is replaced by a file that holds standard input. The file can be read by its owner
/// only and is removed when this is dropped.
pub(crate) struct Spooled {
    pub(crate) paths: Vec<PathBuf>,
    held: Option<(TempPath, String)>,
}

impl Spooled {
    /// Reads standard input to its end if it is asked for.
    pub(crate) fn new(mut paths: Vec<PathBuf>) -> io::Result<Self> {
        if !paths.iter().any(|p| p == Path::new(DASH)) {
            return Ok(Self { paths, held: None });
        }
        let mut file = tempfile::Builder::new().prefix("tutela-").tempfile()?;
        io::copy(&mut io::stdin().lock(), file.as_file_mut() as &mut File)?;
        let path = file.into_temp_path();
        for p in paths.iter_mut().filter(|p| **p == Path::new(DASH)) {
            *p = path.to_path_buf();
        }
        let shown = tutela_scan::shown(&path);
        Ok(Self {
            paths,
            held: Some((path, shown)),
        })
    }

    /// The name to show for a path that was scanned.
    pub(crate) fn name(&self, path: String) -> String {
        match &self.held {
            Some((_, held)) if *held == path => DASH.to_owned(),
            _ => path,
        }
    }
}
