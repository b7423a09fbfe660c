//! A journal in a ZIP archive, as somebody takes it home.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use zip::ZipArchive;

use super::Store;
use crate::error::{Error, Fault};

/// The file that every journal has, by which the folder of the journal inside the archive is found.
const MARK: &str = "checkpoint";

/// A ZIP archive with a journal in it, at its top or in one folder.
pub struct Archive {
    name: String,
    /// Numbers of the members by their names inside the journal.
    members: BTreeMap<String, usize>,
    zip: Mutex<ZipArchive<BufReader<File>>>,
}

impl std::fmt::Debug for Archive {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Archive")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl Archive {
    /// Opens an archive.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let name = path.display().to_string();
        let file = File::open(path).map_err(|e| Error::io(&name, e))?;
        let zip = ZipArchive::new(BufReader::new(file)).map_err(|_| Error::NoJournal { path: name.clone() })?;
        let names: Result<Vec<_>, _> = zip.file_names().map(|n| n.map(|n| n.into_owned())).collect();
        let names = names.map_err(|_| Error::damaged(&name, Fault::Format))?;
        // The shallowest checkpoint is that of the journal; kept ones lie deeper.
        let top = names
            .iter()
            .filter_map(|n| n.strip_suffix(MARK).filter(|t| t.is_empty() || t.ends_with('/')))
            .min_by_key(|t| t.len())
            .ok_or_else(|| Error::NoJournal { path: name.clone() })?
            .to_owned();
        let mut members = BTreeMap::new();
        for name in &names {
            if let (Some(inside), Some(index)) = (name.strip_prefix(&top), zip.index_for_name(name))
                && !name.ends_with('/')
            {
                members.insert(inside.to_owned(), index);
            }
        }
        Ok(Self {
            name,
            members,
            zip: Mutex::new(zip),
        })
    }
}

impl Store for Archive {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn read(&self, path: &str, max: usize) -> Result<Option<Vec<u8>>, Error> {
        let Some(&index) = self.members.get(path) else {
            return Ok(None);
        };
        let mut zip = self.zip.lock().unwrap_or_else(PoisonError::into_inner);
        let member = zip
            .by_index(index)
            .map_err(|_| Error::damaged(path, Fault::Unreadable))?;
        let mut bytes = Vec::new();
        let read = member.take(max as u64 + 1).read_to_end(&mut bytes);
        read.map_err(|_| Error::damaged(path, Fault::Unreadable))?;
        if bytes.len() > max {
            Err(Error::damaged(path, Fault::Length))
        } else {
            Ok(Some(bytes))
        }
    }

    fn walk(&self, visit: &mut dyn FnMut(&str) -> Result<(), Error>) -> Result<(), Error> {
        self.members.keys().try_for_each(|name| visit(name))
    }
}
