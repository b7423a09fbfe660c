//! Where the files of a journal lie: a folder, an archive of one, or whatever else can hand out bytes by name.

mod archive;
mod folder;
mod tar;

pub use archive::Archive;
pub(crate) use folder::LOCK;
pub use folder::{Folder, WriteLock};

use std::io::Read;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::error::{Error, Fault};
use crate::tile::{Kind, Tile};

/// Reads the files of a journal by their names, which use `/` whatever the system does.
pub trait Store: Sync {
    /// What to call the store in a message.
    fn name(&self) -> String;
    /// The content of a file, None where there is none. A file longer than `max` is damaged.
    fn read(&self, path: &str, max: usize) -> Result<Option<Vec<u8>>, Error>;
    /// The SHA-256 of a file of any length, read piece by piece; None where there is none.
    fn digest(&self, path: &str) -> Result<Option<[u8; 32]>, Error> {
        let bytes = self.read(path, MAX_DIGESTED)?;
        Ok(bytes.map(|b| Sha256::digest(&b).into()))
    }
    /// Visits the name of every file.
    fn walk(&self, visit: &mut dyn FnMut(&str) -> Result<(), Error>) -> Result<(), Error>;
}

/// Keeps the files of a journal. What is written is on the disk when the call comes back.
pub trait Writable: Store {
    /// Writes files, in any order.
    fn write(&self, files: &[(String, Vec<u8>)]) -> Result<(), Error>;
    /// Replaces one file as a whole: whenever the power goes, the old or the new content is there.
    fn replace(&self, path: &str, bytes: &[u8]) -> Result<(), Error>;
    /// Removes the partial tiles of this place, if there are any.
    fn remove_partial(&self, tile: Tile) -> Result<(), Error>;
}

/// The longest file that a store without a better way reads for its hash.
const MAX_DIGESTED: usize = 64 << 20;
/// The longest file that is hashed piece by piece: what a few bytes of an archive expand to is not read for ever.
const MAX_HASHED: u64 = 64 << 30;

/// Hashes what a reader gives.
fn digest_of(path: &str, from: &mut dyn Read) -> Result<[u8; 32], Error> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    let mut length = 0;
    loop {
        let n = from
            .read(&mut buffer)
            .map_err(|_| Error::damaged(path, Fault::Unreadable))?;
        let Some(piece) = buffer.get(..n).filter(|p| !p.is_empty()) else {
            return Ok(hasher.finalize().into());
        };
        length += n as u64;
        if length > MAX_HASHED {
            return Err(Error::damaged(path, Fault::Length));
        }
        hasher.update(piece);
    }
}

/// Opens a folder or an archive for reading.
pub fn open(path: &Path) -> Result<Box<dyn Store>, Error> {
    if path.is_dir() {
        Ok(Box::new(Folder::new(path)))
    } else {
        Ok(Box::new(Archive::open(path)?))
    }
}

/// The longest file that a tile of this kind can be.
pub(crate) fn longest(kind: Kind) -> usize {
    match kind {
        Kind::Entries => crate::bundle::MAX_BUNDLE,
        Kind::Level(_) => 8192,
    }
}

/// The content of a tile or bundle: of the partial one that is asked for, else the beginning of the full one.
pub(crate) fn read_tile(store: &dyn Store, tile: Tile) -> Result<Vec<u8>, Error> {
    let max = longest(tile.kind);
    if let Some(bytes) = store.read(&tile.to_string(), max)? {
        return Ok(bytes);
    }
    if !tile.is_full()
        && let Some(bytes) = store.read(&tile.full().to_string(), max)?
    {
        return beginning(tile, bytes).ok_or_else(|| Error::damaged(&tile.full(), Fault::Length));
    }
    Err(Error::Missing { path: tile.to_string() })
}

/// As much of a fuller tile as belongs to this one.
fn beginning(tile: Tile, mut bytes: Vec<u8>) -> Option<Vec<u8>> {
    let width = usize::from(tile.width);
    let end = match tile.kind {
        Kind::Level(_) => width * 32,
        Kind::Entries => {
            let mut end = 0;
            for entry in crate::bundle::Entries::new(&bytes).take(width) {
                end += 2 + entry.ok()?.len();
            }
            end
        }
    };
    (end <= bytes.len()).then(|| {
        bytes.truncate(end);
        bytes
    })
}
