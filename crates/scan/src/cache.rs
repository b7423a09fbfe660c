//! Results of earlier scans, by content: an unchanged file is not read again.
//!
//! The key is the BLAKE3 hash of the file's bytes, its name's ending and everything that shapes the result
//! (version, law pack, options). Entries hold masked values only. A result that another machine state could
//! change (a missing program, a time-out, an error of the system) is not kept.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tutela_extract::Why;

use crate::FileReport;

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
        let mut buffer = vec![0; 256 * 1024];
        loop {
            let n = file.read(&mut buffer)?;
            if n == 0 {
                return Ok(Key(hasher.finalize()));
            }
            hasher.update(buffer.get(..n).unwrap_or_default());
        }
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

/// Whether the result depends on the content alone.
fn lasting(report: &FileReport) -> bool {
    report.unread.iter().all(|u| {
        matches!(
            u.why,
            Why::Encrypted | Why::Damaged(_) | Why::TooDeep(_) | Why::Expands | Why::Unsupported(_) | Why::Unknown
        )
    })
}
