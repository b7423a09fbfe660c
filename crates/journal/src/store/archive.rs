//! A journal in an archive, as somebody takes it home: ZIP, TAR, or TAR under gzip.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use zip::ZipArchive;

use super::tar::{self, Tar};
use super::{Store, digest_of};
use crate::error::{Error, Fault};

/// The file that every journal has, by which the folder of the journal inside the archive is found.
const MARK: &str = crate::publish::CHECKPOINT;

/// The folder of the journal in an archive with these names: that of the shallowest checkpoint, since kept ones lie deeper.
pub(super) fn inside<'a>(names: impl Iterator<Item = &'a str>, mark: &str) -> Option<String> {
    names
        .filter_map(|n| n.strip_suffix(mark).filter(|t| t.is_empty() || t.ends_with('/')))
        .min_by_key(|t| t.len())
        .map(str::to_owned)
}

/// The members in this folder, by their names inside it.
pub(super) fn strip<T>(members: BTreeMap<String, T>, top: &str) -> BTreeMap<String, T> {
    let inside = |(name, place): (String, T)| Some((name.strip_prefix(top)?.to_owned(), place));
    members.into_iter().filter_map(inside).collect()
}

/// An archive with a journal in it, at its top or in one folder.
pub struct Archive(Kind);

enum Kind {
    Zip(Zip),
    Tar(Tar),
}

impl std::fmt::Debug for Archive {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Archive").field(&self.name()).finish()
    }
}

impl Archive {
    /// Opens an archive. Its kind is told by its first bytes.
    ///
    /// What lies under gzip is taken out into a temporary file, bounded by a multiple of the length of the archive.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let name = path.display().to_string();
        let file = File::open(path).map_err(|e| Error::io(&name, e))?;
        Self::from_file(file, &name)
    }

    /// Opens an archive in a file that is open already; `name` is what messages call it.
    pub fn from_file(file: File, name: &str) -> Result<Self, Error> {
        Self::marked(file, name, MARK)
    }

    /// Opens an archive of whatever has a file of this name at its top or in one folder.
    pub(crate) fn marked(mut file: File, name: &str, mark: &str) -> Result<Self, Error> {
        let name = name.to_owned();
        let mut head = Vec::new();
        let mut look = |file: &mut File| {
            head.clear();
            let read = file.take(512).read_to_end(&mut head).and_then(|_| file.rewind());
            read.map(|()| (tar::is_gzip(&head), tar::is_tar(&head)))
                .map_err(|e| Error::io(&name, e))
        };
        let (gzip, mut is_tar) = look(&mut file)?;
        if gzip {
            file = tar::inflate(file, &name)?;
            is_tar = look(&mut file)?.1;
            if !is_tar {
                return Err(Error::NoJournal { path: name });
            }
        }
        Ok(Self(if is_tar {
            Kind::Tar(Tar::open(file, name, mark)?)
        } else {
            Kind::Zip(Zip::open(file, name, mark)?)
        }))
    }

    fn store(&self) -> &dyn Store {
        match &self.0 {
            Kind::Zip(zip) => zip,
            Kind::Tar(tar) => tar,
        }
    }
}

impl Store for Archive {
    fn name(&self) -> String {
        self.store().name()
    }

    fn read(&self, path: &str, max: usize) -> Result<Option<Vec<u8>>, Error> {
        self.store().read(path, max)
    }

    fn digest(&self, path: &str) -> Result<Option<[u8; 32]>, Error> {
        self.store().digest(path)
    }

    fn walk(&self, visit: &mut dyn FnMut(&str) -> Result<(), Error>) -> Result<(), Error> {
        self.store().walk(visit)
    }
}

/// A ZIP archive.
struct Zip {
    name: String,
    /// Numbers of the members by their names inside the journal.
    members: BTreeMap<String, usize>,
    zip: Mutex<ZipArchive<BufReader<File>>>,
}

impl Zip {
    fn open(file: File, name: String, mark: &str) -> Result<Self, Error> {
        let zip = ZipArchive::new(BufReader::new(file)).map_err(|_| Error::NoJournal { path: name.clone() })?;
        let names: Result<Vec<_>, _> = zip.file_names().map(|n| n.map(|n| n.into_owned())).collect();
        let names = names.map_err(|_| Error::damaged(&name, Fault::Format))?;
        let top =
            inside(names.iter().map(String::as_str), mark).ok_or_else(|| Error::NoJournal { path: name.clone() })?;
        let place = |name: String| Some((zip.index_for_name(&name)?, name)).map(|(i, n)| (n, i));
        let members = names
            .into_iter()
            .filter(|n| !n.ends_with('/'))
            .filter_map(place)
            .collect();
        Ok(Self {
            name,
            members: strip(members, &top),
            zip: Mutex::new(zip),
        })
    }
}

impl Store for Zip {
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

    fn digest(&self, path: &str) -> Result<Option<[u8; 32]>, Error> {
        let Some(&index) = self.members.get(path) else {
            return Ok(None);
        };
        let mut zip = self.zip.lock().unwrap_or_else(PoisonError::into_inner);
        let mut member = zip
            .by_index(index)
            .map_err(|_| Error::damaged(path, Fault::Unreadable))?;
        digest_of(path, &mut member).map(Some)
    }

    fn walk(&self, visit: &mut dyn FnMut(&str) -> Result<(), Error>) -> Result<(), Error> {
        self.members.keys().try_for_each(|name| visit(name))
    }
}
