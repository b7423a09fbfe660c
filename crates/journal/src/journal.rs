//! A journal in a folder: append, publish, open again after whatever happened.

use std::fs;
use std::io;
use std::ops::Range;
use std::path::Path;

use crate::checkpoint::Checkpoint;
use crate::entry::Entry;
use crate::error::{Error, Fault, KeyFault};
use crate::key::{PrivateKey, PublicKey, Role};
use crate::publish::{CHECKPOINT, Publisher};
use crate::store::{Folder, Store as _, Writable as _, WriteLock};
use crate::wal::{self, Wal};

/// The public key of a journal, beside its checkpoint.
pub const KEY_FILE: &str = "journal.vkey";
/// The public keys of its witnesses, one a line.
pub const WITNESS_FILE: &str = "witness.vkeys";
/// Checkpoints that were cosigned, by their size.
pub(crate) const COSIGNED: &str = "cosigned/";
/// What was cut off the log at an opening, kept for whoever wants to look.
pub(crate) const CUT: &str = "cut/";

/// When the log is turned into tiles by itself.
const PUBLISH_AT: u64 = 64 << 20;
/// The largest batch, in bytes: together with the backlog below what is read back at an opening.
const MAX_BATCH: u64 = 128 << 20;
/// What the log may grow to while checkpoints cannot be written.
const MAX_BACKLOG: u64 = 256 << 20;

/// A journal, open for writing. Nobody else writes to it meanwhile.
#[derive(Debug)]
pub struct Journal {
    folder: Folder,
    key: PrivateKey,
    publisher: Publisher,
    wal: Wal,
    /// Why the last checkpoint that was due could not be written.
    overdue: Option<Error>,
    _lock: WriteLock,
}

/// What was found when a journal was opened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recovery {
    /// Entries that were acknowledged but not yet under a checkpoint; they are under one now.
    pub entries: u64,
    /// Bytes of a half-written batch, which was never acknowledged, cut off the log.
    pub cut: u64,
    /// Where these bytes were put aside.
    pub kept: Option<String>,
}

impl Journal {
    /// Makes a new journal. The name of the key is its origin.
    pub fn create(root: &Path, key: PrivateKey) -> Result<Self, Error> {
        check_role(&key)?;
        let folder = Folder::new(root);
        fs::create_dir_all(root).map_err(|e| Error::io(&root.display(), e))?;
        let lock = folder.lock()?;
        if folder.read(CHECKPOINT, crate::note::MAX_NOTE)?.is_some() {
            return Err(Error::Exists { path: folder.name() });
        }
        // Tiles or a log without a checkpoint are what is left of a journal: nothing is begun on top of them.
        if fs::symlink_metadata(folder.path("tile")).is_ok()
            || folder.read(wal::NAME, wal::MAX_LOG)?.is_some_and(|log| !log.is_empty())
        {
            return Err(Error::Missing {
                path: folder.path(CHECKPOINT).display().to_string(),
            });
        }
        // The checkpoint comes last: a folder without one holds no journal yet.
        folder.replace(KEY_FILE, format!("{}\n", key.public().to_text()).as_bytes())?;
        let (mut wal, _) = Wal::open(&folder.path(wal::NAME))?;
        wal.cut(0)?;
        let publisher = Publisher::create(&folder, &key)?;
        Ok(Self {
            folder,
            key,
            publisher,
            wal,
            overdue: None,
            _lock: lock,
        })
    }

    /// Opens a journal: what was acknowledged and not yet under a checkpoint comes under one.
    pub fn open(root: &Path, key: PrivateKey) -> Result<(Self, Recovery), Error> {
        check_role(&key)?;
        let folder = Folder::new(root);
        if folder.read(CHECKPOINT, crate::note::MAX_NOTE)?.is_none() {
            return Err(Error::NoJournal { path: folder.name() });
        }
        let lock = folder.lock()?;
        let own = PublicKey::read(&folder.path(KEY_FILE))?;
        if own != *key.public() {
            return Err(Error::Key {
                path: folder.path(KEY_FILE).display().to_string(),
                what: KeyFault::Other,
            });
        }
        let mut publisher = Publisher::open(&folder, key.public())?;
        publisher.finish_cosigning(&folder)?;
        let (mut wal, log) = Wal::open(&folder.path(wal::NAME))?;
        let mut recovery = Recovery::default();
        let content = wal::parse(&log);
        if !content.torn {
            return Err(Error::damaged(wal::NAME, Fault::Record));
        }
        let published = publisher.size();
        for record in &content.records {
            if record.start > publisher.size() {
                return Err(Error::damaged(wal::NAME, Fault::Beyond));
            }
            // What a checkpoint covers already is skipped: the power went between the checkpoint and the cut.
            let known = usize::try_from(publisher.size() - record.start).unwrap_or(usize::MAX);
            for entry in record.entries().skip(known) {
                publisher
                    .push(entry)
                    .map_err(|_| Error::damaged(wal::NAME, Fault::Entry))?;
                if publisher.is_heavy() {
                    publisher.flush(&folder)?;
                }
            }
        }
        recovery.entries = publisher.size() - published;
        recovery.cut = (log.len() - content.whole) as u64;
        if let Some(rest) = log.get(content.whole..).filter(|r| !r.is_empty()) {
            let name = free_name(&folder, publisher.size())?;
            folder.write(&[(name.clone(), rest.to_vec())])?;
            recovery.kept = Some(name);
            wal.cut(content.whole as u64)?;
        }
        let mut this = Self {
            folder,
            key,
            publisher,
            wal,
            overdue: None,
            _lock: lock,
        };
        this.publish()?;
        Ok((this, recovery))
    }

    /// Appends entries, all or none; gives their places. When this comes back they are on the disk.
    pub fn append(&mut self, entries: &[Entry]) -> Result<Range<u64>, Error> {
        let start = self.publisher.size();
        let bytes: Result<Vec<_>, _> = entries.iter().zip(start..).map(|(entry, n)| entry.encode(n)).collect();
        let bytes = bytes.map_err(Error::BadEntry)?;
        if bytes.is_empty() {
            return Ok(start..start);
        }
        let total = bytes.iter().map(|b| b.len() as u64 + 2).sum();
        if total > MAX_BATCH {
            return Err(Error::TooMuch(total));
        }
        self.make_room()?;
        self.wal.append(start, &bytes)?;
        for entry in &bytes {
            self.publisher.push(entry).map_err(Error::BadEntry)?;
        }
        Ok(start..self.publisher.size())
    }

    /// Publishes when the log is long. While that fails entries are still taken, up to a bound.
    fn make_room(&mut self) -> Result<(), Error> {
        if self.wal.length() < PUBLISH_AT {
            return Ok(());
        }
        self.overdue = self.publish().err();
        if self.wal.length() > MAX_BACKLOG {
            Err(self.overdue.take().unwrap_or(Error::Backlog(self.wal.length())))
        } else {
            Ok(())
        }
    }

    /// Why the last checkpoint that was due could not be written, if so.
    pub fn overdue(&self) -> Option<&Error> {
        self.overdue.as_ref()
    }

    /// Writes tiles and a signed checkpoint over every entry.
    pub fn publish(&mut self) -> Result<&Checkpoint, Error> {
        self.publisher.publish(&self.folder, &self.key)?;
        if self.wal.length() > 0 {
            self.wal.cut(0)?;
        }
        Ok(self.publisher.published())
    }

    /// Entries, those that are not under a checkpoint yet included.
    pub fn size(&self) -> u64 {
        self.publisher.size()
    }

    /// The last checkpoint.
    pub fn checkpoint(&self) -> &Checkpoint {
        self.publisher.published()
    }

    /// Adds what a witness signed to the checkpoint, and keeps the cosigned checkpoint for good.
    pub fn add_cosignature(&mut self, cosigned: &Checkpoint, witness: &PublicKey) -> Result<(), Error> {
        self.publisher.add_cosignature(&self.folder, cosigned, witness)
    }
}

fn check_role(key: &PrivateKey) -> Result<(), Error> {
    match key.public().role() {
        Role::Journal => Ok(()),
        Role::Witness => Err(Error::Key {
            path: key.public().name().to_owned(),
            what: KeyFault::Type,
        }),
    }
}

/// A name under which nothing was put aside yet.
fn free_name(folder: &Folder, size: u64) -> Result<String, Error> {
    for n in 0..1000 {
        let name = format!("{CUT}{size:020}-{n}");
        match fs::symlink_metadata(folder.path(&name)) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(name),
            Err(e) => return Err(Error::io(&name, e)),
            Ok(_) => (),
        }
    }
    Err(Error::Exists {
        path: format!("{CUT}{size:020}-999"),
    })
}

#[cfg(test)]
mod tests;
