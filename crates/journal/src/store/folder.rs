//! A journal in a folder, laid out as C2SP tlog-tiles names its resources, so that a web server can serve it as it is.

use std::collections::BTreeSet;
use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use super::{Store, Writable, digest_of};
use crate::error::{Error, Fault};
use crate::tile::Tile;

/// The suffix of a file that is being written and not yet in place.
pub(crate) const HALF_WRITTEN: &str = ".new";
/// Folders inside one another that are followed: names of tiles need nine.
const MAX_DEPTH: usize = 16;
/// Files that are open at once while they are written.
const AT_ONCE: usize = 256;
/// Threads that wait for the disk at once.
const FLUSHERS: usize = 16;

/// The file that a writer holds locked.
pub(crate) const LOCK: &str = "lock";

/// The right to write to a journal in a folder, given up when this is dropped.
#[derive(Debug)]
pub struct WriteLock(File);

impl Drop for WriteLock {
    fn drop(&mut self) {
        // Closing the file is not enough: a child process that is just being started may hold it open a moment longer.
        // When even this fails the lock goes with the last holder.
        let _ = self.0.unlock();
    }
}

/// A folder.
#[derive(Debug, Clone)]
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// The journal in this folder, which need not exist yet.
    pub fn new(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    /// Takes the right to write to the journal in this folder, which is made if it is not there. One program at a time has it.
    pub fn lock(&self) -> Result<WriteLock, Error> {
        fs::create_dir_all(&self.root).map_err(|e| Error::io(&self.root.display(), e))?;
        let path = self.path(LOCK);
        let shown = path.display().to_string();
        let open = File::options().create(true).truncate(false).write(true).open(&path);
        let file = open.map_err(|e| Error::io(&shown, e))?;
        match file.try_lock() {
            Ok(()) => Ok(WriteLock(file)),
            Err(TryLockError::WouldBlock) => Err(Error::InUse { path: shown }),
            Err(TryLockError::Error(e)) => Err(Error::io(&shown, e)),
        }
    }

    /// The path of a file.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// Makes the names in these folders durable, and those of the folders above them down from the journal's own.
    fn sync_folders(&self, names: &BTreeSet<PathBuf>) -> Result<(), Error> {
        for folder in names.iter().rev() {
            sync_folder(folder)?;
        }
        sync_folder(&self.root)
    }

    /// Writes one file and gives it to be flushed. A file that is there and right is left alone: a checkpoint may rest
    /// on it, so it must not be half written for a moment. A file that is there and wrong was left by a publication that
    /// did not come to its end.
    fn put(&self, name: &str, path: &Path, bytes: &[u8]) -> Result<File, Error> {
        let there = match File::open(path) {
            Ok(file) => file,
            Err(e) if e.kind() == io::ErrorKind::NotFound => {
                let write = || -> io::Result<File> {
                    let mut file = File::create_new(path)?;
                    file.write_all(bytes)?;
                    Ok(file)
                };
                return write().map_err(|e| Error::io(name, e));
            }
            Err(e) => return Err(Error::io(name, e)),
        };
        let mut content = Vec::new();
        let same = (&there).take(bytes.len() as u64 + 1).read_to_end(&mut content).is_ok() && content == bytes;
        if same {
            return Ok(there);
        }
        let new = self.path(&format!("{name}{HALF_WRITTEN}"));
        let file = write_through(&new, bytes)?;
        fs::rename(&new, path).map_err(|e| Error::io(name, e))?;
        Ok(file)
    }

    fn walk_in(
        &self,
        folder: &Path,
        prefix: &str,
        depth: usize,
        visit: &mut dyn FnMut(&str) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let fault = |e| Error::io(&folder.display(), e);
        let mut children = Vec::new();
        for child in fs::read_dir(folder).map_err(fault)? {
            let child = child.map_err(fault)?;
            let kind = child.file_type().map_err(fault)?;
            children.push((
                child.file_name().to_string_lossy().into_owned(),
                kind.is_dir(),
                child.path(),
            ));
        }
        children.sort();
        for (name, is_folder, path) in children {
            let name = format!("{prefix}{name}");
            if is_folder && depth < MAX_DEPTH {
                self.walk_in(&path, &format!("{name}/"), depth + 1, visit)?;
            } else {
                visit(&name)?;
            }
        }
        Ok(())
    }
}

#[cfg(unix)]
pub(crate) fn sync_folder(folder: &Path) -> Result<(), Error> {
    File::open(folder)
        .and_then(|f| f.sync_all())
        .map_err(|e| Error::io(&folder.display(), e))
}

/// Elsewhere the system writes the names of files with the files.
#[cfg(not(unix))]
pub(crate) fn sync_folder(_: &Path) -> Result<(), Error> {
    Ok(())
}

/// Writes a file and waits until it is on the disk.
fn write_through(path: &Path, bytes: &[u8]) -> Result<File, Error> {
    let write = || -> io::Result<File> {
        let mut file = File::create(path)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        Ok(file)
    };
    write().map_err(|e| Error::io(&path.display(), e))
}

/// Waits until all of these files are on the disk. A disk that is asked for many at once does them together.
fn flush(files: &[(&str, File)]) -> Result<(), Error> {
    let sync = |part: &[(&str, File)]| {
        part.iter()
            .try_for_each(|(name, file)| file.sync_all().map_err(|e| Error::io(*name, e)))
    };
    let share = files.len().div_ceil(FLUSHERS);
    if share <= 1 {
        return sync(files);
    }
    std::thread::scope(|scope| {
        let running: Vec<_> = files
            .chunks(share)
            .map(|part| scope.spawn(move || sync(part)))
            .collect();
        running
            .into_iter()
            .try_for_each(|thread| thread.join().unwrap_or(Err(Error::Poisoned)))
    })
}

impl Store for Folder {
    fn name(&self) -> String {
        self.root.display().to_string()
    }

    fn read(&self, path: &str, max: usize) -> Result<Option<Vec<u8>>, Error> {
        let full = self.path(path);
        let length = match fs::metadata(&full) {
            // A pipe in the place of a file would hold up whoever opens it.
            Ok(meta) if !meta.is_file() => return Err(Error::damaged(path, Fault::Format)),
            Ok(meta) => meta.len(),
            // A name that leads through a file is not there either.
            Err(e) if matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => return Ok(None),
            Err(e) => return Err(Error::io(path, e)),
        };
        if length > max as u64 {
            return Err(Error::damaged(path, Fault::Length));
        }
        let file = File::open(&full).map_err(|e| Error::io(path, e))?;
        let mut bytes = Vec::new();
        bytes.reserve_exact(usize::try_from(length).unwrap_or(0) + 1);
        file.take((max as u64).saturating_add(1))
            .read_to_end(&mut bytes)
            .map_err(|e| Error::io(path, e))?;
        if bytes.len() > max {
            return Err(Error::damaged(path, Fault::Length));
        }
        Ok(Some(bytes))
    }

    fn digest(&self, path: &str) -> Result<Option<[u8; 32]>, Error> {
        let full = self.path(path);
        match fs::metadata(&full) {
            Ok(meta) if !meta.is_file() => return Err(Error::damaged(path, Fault::Format)),
            Ok(_) => {}
            Err(e) if matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => return Ok(None),
            Err(e) => return Err(Error::io(path, e)),
        }
        let mut file = File::open(&full).map_err(|e| Error::io(path, e))?;
        digest_of(path, &mut file).map(Some)
    }

    fn walk(&self, visit: &mut dyn FnMut(&str) -> Result<(), Error>) -> Result<(), Error> {
        self.walk_in(&self.root, "", 0, visit)
    }
}

impl Writable for Folder {
    fn write(&self, files: &[(String, Vec<u8>)]) -> Result<(), Error> {
        let mut folders = BTreeSet::new();
        let mut written = Vec::new();
        for (name, bytes) in files {
            let path = self.path(name);
            for folder in path.ancestors().skip(1).take_while(|f| f.starts_with(&self.root)) {
                if !folders.insert(folder.to_owned()) {
                    break;
                }
            }
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder).map_err(|e| Error::io(&folder.display(), e))?;
            }
            written.push((name.as_str(), self.put(name, &path, bytes)?));
            if written.len() == AT_ONCE {
                flush(&std::mem::take(&mut written))?;
            }
        }
        flush(&written)?;
        self.sync_folders(&folders)
    }

    fn replace(&self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        let path = self.path(name);
        let new = self.path(&format!("{name}{HALF_WRITTEN}"));
        let folder = path.parent().unwrap_or(&self.root);
        fs::create_dir_all(folder).map_err(|e| Error::io(&folder.display(), e))?;
        drop(write_through(&new, bytes)?);
        fs::rename(&new, &path).map_err(|e| Error::io(&path.display(), e))?;
        sync_folder(folder)?;
        sync_folder(&self.root)
    }

    fn remove_partial(&self, tile: Tile) -> Result<(), Error> {
        let folder = self.path(&format!("{}.p", tile.full()));
        match fs::remove_dir_all(&folder) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(Error::io(&folder.display(), e)),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_right_is_not_touched_and_one_that_is_wrong_is_replaced_as_a_whole() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::new(dir.path());
        let write = |bytes: &[u8]| folder.write(&[("tile/0/000.p/1".to_owned(), bytes.to_vec())]).unwrap();
        write(b"right");
        let mut reader = File::open(folder.path("tile/0/000.p/1")).unwrap();
        let written = reader.metadata().unwrap().modified().unwrap();
        write(b"right");
        assert_eq!(
            fs::metadata(folder.path("tile/0/000.p/1")).unwrap().modified().unwrap(),
            written
        );
        write(b"other");
        let mut content = String::new();
        reader.read_to_string(&mut content).unwrap();
        assert_eq!(content, "right", "who has the old file open still reads it whole");
        assert_eq!(folder.read("tile/0/000.p/1", 9).unwrap().unwrap(), b"other");
    }

    #[test]
    fn files_above_the_limit_and_names_that_lead_nowhere() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::new(dir.path());
        folder.replace("a", b"12345").unwrap();
        assert!(matches!(
            folder.read("a", 4),
            Err(Error::Damaged {
                what: Fault::Length,
                ..
            })
        ));
        assert!(folder.read("a", 5).unwrap().is_some());
        fs::create_dir(dir.path().join("c")).unwrap();
        assert!(matches!(
            folder.read("c", 5),
            Err(Error::Damaged {
                what: Fault::Format,
                ..
            })
        ));
        assert!(folder.read("b", 5).unwrap().is_none() && folder.read("a/b", 5).unwrap().is_none());
    }
}
