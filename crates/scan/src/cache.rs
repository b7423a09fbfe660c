//! Results of earlier scans, by content: an unchanged file is not read again.
//!
//! The key is the BLAKE3 hash of the file's bytes, its name's ending and everything that shapes the result
//! (version, law pack, options). Entries hold masked values only. A result that another machine state could
//! change (a missing program, a time-out, an error of the system) is not kept.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tutela_extract::{Why, sparse};

use crate::FileReport;

/// Stretches between the holes of one file.
const MAX_STRETCHES: usize = 4096;

/// A folder of results.
#[derive(Debug, Clone)]
pub struct Cache {
    folder: PathBuf,
    salt: blake3::Hash,
}

/// Key of one file's content under one way of scanning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Key(blake3::Hash);

#[derive(Serialize, Deserialize)]
struct Entry {
    report: FileReport,
}

impl Cache {
    /// Opens the cache in `folder`, which is made if needed, readable for its owner only. `shaped_by` names everything besides the
    /// content that shapes a result.
    pub fn open(folder: &Path, shaped_by: &str) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
        }
        Ok(Self {
            folder: folder.to_owned(),
            salt: blake3::hash(shaped_by.as_bytes()),
        })
    }

    /// The key of the file at `path`.
    pub(crate) fn key(&self, path: &Path) -> io::Result<Key> {
        let mut hasher = blake3::Hasher::new_keyed(self.salt.as_bytes());
        let name = path.extension().unwrap_or_default().as_encoded_bytes();
        hasher.update(&(name.len() as u64).to_le_bytes());
        hasher.update(name);
        let mut file = File::open(path)?;
        let len = file.metadata()?.len();
        let mut buffer = vec![0; 256 * 1024];
        // What was written and where: to read 10 GB of holes takes half a minute.
        for stretch in stretches(&file, len) {
            hasher.update(&stretch.start.to_le_bytes());
            hasher.update(&stretch.end.to_le_bytes());
            file.seek(SeekFrom::Start(stretch.start))?;
            let mut rest = (&mut file).take(stretch.end - stretch.start);
            loop {
                let n = rest.read(&mut buffer)?;
                if n == 0 {
                    break;
                }
                hasher.update(buffer.get(..n).unwrap_or_default());
            }
        }
        hasher.update(&len.to_le_bytes());
        Ok(Key(hasher.finalize()))
    }

    fn path(&self, key: Key) -> PathBuf {
        let hex = key.0.to_hex();
        let (fan, _) = hex.split_at(2);
        self.folder.join(fan).join(hex.as_str()).with_extension("json")
    }

    /// The result kept for this content, with the present path put in.
    pub(crate) fn get(&self, key: Key, path: &str) -> Option<FileReport> {
        let bytes = fs::read(self.path(key)).ok()?;
        // An entry of another shape, or half written before a crash, is as good as none.
        let mut entry: Entry = serde_json::from_slice(&bytes).ok()?;
        path.clone_into(&mut entry.report.path);
        Some(entry.report)
    }

    /// Keeps a result. Failure to do so costs time on the next run, nothing else, and is returned for the log.
    pub(crate) fn put(&self, key: Key, report: &FileReport) -> io::Result<()> {
        if !lasting(report) {
            return Ok(());
        }
        let path = self.path(key);
        let folder = path.parent().unwrap_or(&self.folder);
        fs::create_dir_all(folder)?;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        let mut kept = report.clone();
        kept.path.clear();
        serde_json::to_writer(io::BufWriter::new(&mut file), &Entry { report: kept })?;
        file.persist(path).map(drop).map_err(|e| e.error)
    }
}

/// The stretches of a file that were written; all of it where there are so many that reading is as quick.
fn stretches(file: &File, len: u64) -> Vec<Range<u64>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(stretch) = sparse::written(file, at, len) {
        at = stretch.end;
        found.push(stretch);
        if found.len() > MAX_STRETCHES {
            return Vec::from([Range { start: 0, end: len }]);
        }
    }
    found
}

/// Whether the result depends on the content alone.
fn lasting(report: &FileReport) -> bool {
    report.unread.iter().all(|u| {
        matches!(
            u.why,
            Why::Encrypted | Why::Damaged(_) | Why::TooDeep(_) | Why::Expands | Why::Unsupported(_) | Why::Unknown
        )
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn keys_tell_contents_and_places_of_holes_apart() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::open(folder.path(), "test").unwrap();
        let key = |len: u64, texts: &[(u64, &str)]| {
            let mut file = tempfile::NamedTempFile::with_suffix(".txt").unwrap();
            for (at, text) in texts {
                file.seek(SeekFrom::Start(*at)).unwrap();
                file.write_all(text.as_bytes()).unwrap();
            }
            file.as_file().set_len(len).unwrap();
            cache.key(file.path()).unwrap().0
        };
        let far = 64 << 20;
        let first = key(far, &[(0, "a"), (32 << 20, "b")]);
        assert_eq!(first, key(far, &[(0, "a"), (32 << 20, "b")]));
        let others = [
            key(far, &[(0, "a"), (32 << 20, "c")]),
            key(far, &[(0, "a"), (48 << 20, "b")]),
            key(far + 1, &[(0, "a"), (32 << 20, "b")]),
            key(far, &[(0, "a")]),
            key(far, &[]),
            key(1, &[(0, "a")]),
            key(0, &[]),
        ];
        for (i, other) in others.iter().enumerate() {
            assert_ne!(first, *other, "{i}");
            assert!(!others[..i].contains(other), "{i}");
        }
    }
}
