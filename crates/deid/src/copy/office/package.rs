//! Containers: members in, members out.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};

use tutela_extract::Limits;
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::super::Refused;

/// What one member may expand to whatever its ratio, in bytes.
const FREE: u64 = 10 << 20;

/// A container that is read.
pub(in super::super) struct Zipped<'b> {
    archive: ZipArchive<Cursor<&'b [u8]>>,
    /// Members by their names in small letters: names in packages do not differ by case alone.
    index: BTreeMap<String, usize>,
    names: Vec<String>,
    left: u64,
    ratio: u64,
}

impl<'b> Zipped<'b> {
    pub(in super::super) fn open(bytes: &'b [u8], limits: &Limits, left: u64) -> Result<Self, Refused> {
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|e| refused(&e))?;
        if archive.len() as u64 > limits.max_entries {
            return Err(Refused::Limits);
        }
        let mut names = Vec::with_capacity(archive.len());
        let mut index = BTreeMap::new();
        for i in 0..archive.len() {
            let name = match archive.name_for_index(i) {
                Some(Ok(name)) => name.into_owned(),
                _ => return Err(Refused::Damaged("name of a member".into())),
            };
            // Two members of one name: programs would show one, we might clean the other.
            if index.insert(name.to_lowercase(), i).is_some() {
                return Err(Refused::Damaged("two members of one name".into()));
            }
            names.push(name);
        }
        Ok(Self {
            archive,
            index,
            names,
            left,
            ratio: limits.max_ratio,
        })
    }

    pub(in super::super) fn names(&self) -> &[String] {
        &self.names
    }

    /// Bytes that members may still expand to.
    pub(in super::super) fn left(&self) -> u64 {
        self.left
    }

    /// What an inner file used is used.
    pub(in super::super) fn set_left(&mut self, left: u64) {
        self.left = left;
    }

    pub(in super::super) fn has(&self, name: &str) -> bool {
        self.index.contains_key(&name.to_lowercase())
    }

    /// A member by its name, expanded.
    pub(in super::super) fn get(&mut self, name: &str) -> Result<Option<Vec<u8>>, Refused> {
        match self.index.get(&name.to_lowercase()) {
            Some(&i) => self.number(i).map(Some),
            None => Ok(None),
        }
    }

    /// A member by its place in the list.
    pub(in super::super) fn number(&mut self, i: usize) -> Result<Vec<u8>, Refused> {
        let member = self.archive.by_index(i).map_err(|e| refused(&e))?;
        let most = member
            .compressed_size()
            .saturating_mul(self.ratio)
            .max(FREE)
            .min(self.left);
        let mut bytes = Vec::new();
        member
            .take(most + 1)
            .read_to_end(&mut bytes)
            .map_err(|_| Refused::Damaged("compressed data".into()))?;
        if bytes.len() as u64 > most {
            return Err(Refused::Limits);
        }
        self.left -= bytes.len() as u64;
        Ok(bytes)
    }
}

fn refused(error: &ZipError) -> Refused {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) | ZipError::InvalidPassword => Refused::Encrypted,
        _ => Refused::Damaged("list of members".into()),
    }
}

/// A container that is written: no times, no comments, no extra fields.
pub(in super::super) struct Writer {
    zip: ZipWriter<Cursor<Vec<u8>>>,
}

impl Writer {
    pub(in super::super) fn new() -> Self {
        Self {
            zip: ZipWriter::new(Cursor::new(Vec::new())),
        }
    }

    pub(in super::super) fn add(&mut self, name: &str, bytes: &[u8]) -> Result<(), Refused> {
        self.write(
            name,
            bytes,
            SimpleFileOptions::default()
                .compression_method(CompressionMethod::Deflated)
                .compression_level(Some(4)),
        )
    }

    /// A member that is not compressed.
    pub(in super::super) fn store(&mut self, name: &str, bytes: &[u8]) -> Result<(), Refused> {
        self.write(
            name,
            bytes,
            SimpleFileOptions::default().compression_method(CompressionMethod::Stored),
        )
    }

    fn write(&mut self, name: &str, bytes: &[u8], options: SimpleFileOptions) -> Result<(), Refused> {
        self.zip.start_file(name, options).map_err(|_| Refused::Failed)?;
        self.zip.write_all(bytes).map_err(|e| Refused::from_io(&e))
    }

    pub(in super::super) fn end(self) -> Result<Vec<u8>, Refused> {
        Ok(self.zip.finish().map_err(|_| Refused::Failed)?.into_inner())
    }
}
