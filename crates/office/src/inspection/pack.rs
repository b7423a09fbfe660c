//! The archive of an inspection folder: written file after file, each hashed on its way. The same files in the same order give
//! the same bytes.

use std::fs::File;
use std::io::{Seek, Write};
use std::path::Path;

use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;

use crate::error::Error;

/// An archive in a file that has no name, so that nothing is left behind whatever happens.
pub(super) struct Pack {
    zip: zip::ZipWriter<File>,
    list: Vec<(String, [u8; 32])>,
    open: Option<(String, Sha256)>,
}

fn fault(error: std::io::Error) -> Error {
    Error::file(&std::env::temp_dir(), error)
}

impl Pack {
    pub(super) fn new() -> Result<Self, Error> {
        let file = tempfile::tempfile().map_err(fault)?;
        Ok(Self {
            zip: zip::ZipWriter::new(file),
            list: Vec::new(),
            open: None,
        })
    }

    /// Begins a file; what is written next goes into it.
    pub(super) fn begin(&mut self, name: &str) -> Result<(), Error> {
        self.end();
        // The instant of every file is the beginning of the format, so that none of them tells when it was written.
        let options = SimpleFileOptions::default().large_file(true);
        self.zip.start_file(name, options).map_err(|e| fault(e.into()))?;
        self.open = Some((name.to_owned(), Sha256::new()));
        Ok(())
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        if let Some((_, hasher)) = &mut self.open {
            hasher.update(bytes);
        }
        self.zip.write_all(bytes).map_err(fault)
    }

    fn end(&mut self) {
        if let Some((name, hasher)) = self.open.take() {
            self.list.push((name, hasher.finalize().into()));
        }
    }

    /// A whole file.
    pub(super) fn add(&mut self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        self.begin(name)?;
        self.write(bytes)
    }

    /// Everything in a folder of the disk, in the order of names.
    pub(super) fn add_folder(&mut self, folder: &Path, prefix: &str) -> Result<(), Error> {
        let fault = |e| Error::file(folder, e);
        let mut entries = std::fs::read_dir(folder)
            .map_err(fault)?
            .collect::<Result<Vec<_>, _>>()
            .map_err(fault)?;
        entries.sort_by_key(std::fs::DirEntry::file_name);
        for entry in entries {
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.file_type().map_err(fault)?.is_dir() {
                self.add_folder(&entry.path(), &format!("{name}/"))?;
            } else {
                // A bundle of the journal is a few megabytes at most.
                self.add(&name, &std::fs::read(entry.path()).map_err(fault)?)?;
            }
        }
        Ok(())
    }

    /// The list of everything so far, in the form that `sha256sum -c` reads, and how many files it names.
    pub(super) fn list(&mut self) -> (String, u64) {
        self.end();
        let lines = self.list.iter().map(|(name, hash)| {
            let hash: String = hash.iter().map(|b| format!("{b:02x}")).collect();
            format!("{hash}  {name}\n")
        });
        (lines.collect(), u64::try_from(self.list.len()).unwrap_or(u64::MAX))
    }

    pub(super) fn finish(self) -> Result<File, Error> {
        let mut file = self.zip.finish().map_err(|e| fault(e.into()))?;
        file.rewind().map_err(fault)?;
        Ok(file)
    }
}
