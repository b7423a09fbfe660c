//! Checks a whole journal offline: every byte of entries, tiles and checkpoints, and tells where damage is.
//!
//! The signed checkpoint fixes the root, the root fixes the tiles at the right edge, and every hash in a tile fixes a
//! tile below it, down to the entries. So each file is judged by what is above it, and where a file does not fit, what
//! lies below it tells whether the file itself or the file above is wrong. Nothing is kept in memory but one tile for
//! each level and the units that the workers have in hand.

mod bundles;
mod outer;
mod upper;

pub(crate) use outer::RANGE;

use std::collections::BTreeMap;
use std::sync::mpsc::sync_channel;
use std::sync::{Mutex, PoisonError};

use crate::checkpoint::Checkpoint;
use crate::error::{Error, Fault};
use crate::hash::Hash;
use crate::inspection::Sealed;
use crate::key::PublicKey;
use crate::stamp::{Certificate, Stamp};
use crate::store::Store;
use crate::tile::{Tile, WIDTH};

/// Damages that are listed; further ones are counted.
pub(crate) const MAX_LISTED: usize = 10_000;
/// Bundles in one unit of work.
const UNIT: u64 = 16;

/// What to check a journal against.
#[derive(Debug, Clone, Default)]
pub struct Trust {
    /// The key of the journal. Without it the key that lies in the journal is taken.
    pub key: Option<PublicKey>,
    /// Keys of witnesses whose signatures must be on the checkpoint.
    pub witnesses: Vec<PublicKey>,
    /// An older checkpoint of the journal, which must be its beginning.
    pub since: Option<Checkpoint>,
    /// Certificates of authorities: every time stamp must lead to one of them. Without any that is not checked.
    pub authorities: Vec<Certificate>,
}

/// Something in the journal that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Damage {
    /// The file.
    pub file: String,
    /// The entries concerned, first and one past the last.
    pub entries: Option<(u64, u64)>,
    /// What is wrong.
    pub what: Fault,
}

/// A time stamp of a checkpoint, found to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamped {
    /// The file.
    pub file: String,
    /// Entries that existed at that time.
    pub size: u64,
    /// What it says.
    pub stamp: Stamp,
}

/// What a check found.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// The checkpoint, if it could be read.
    pub checkpoint: Option<Checkpoint>,
    /// The key that the checkpoint was checked with.
    pub key: Option<PublicKey>,
    /// Whether that key came from outside the journal.
    pub trusted: bool,
    /// Entries that are here and were checked, first and one past the last: all of them but in an exported part.
    pub covered: (u64, u64),
    /// Witnesses that signed the checkpoint, with the second in which they did.
    pub witnesses: Vec<(PublicKey, u64)>,
    /// Signatures on the checkpoint by keys that are not known, by name.
    pub unknown: Vec<String>,
    /// Time stamps that hold, by size.
    pub stamps: Vec<Stamped>,
    /// Size of the older checkpoint that was found to be the beginning of this journal.
    pub since: Option<u64>,
    /// Entries on the disk that no checkpoint covers yet.
    pub pending: u64,
    /// Entries whose instant is before that of the entry before them: the clock was set back.
    pub backwards: u64,
    /// Files that are no part of the journal.
    pub foreign: Vec<String>,
    /// The inspection folder around the journal, if there is one.
    pub folder: Option<Sealed>,
    /// What is wrong, by file. Empty for a sound journal.
    pub damages: Vec<Damage>,
    /// Damages that are not listed because there are too many.
    pub more: u64,
}

impl Report {
    /// Whether everything is as it should be.
    pub fn is_sound(&self) -> bool {
        self.damages.is_empty() && self.more == 0
    }
}

/// Damages as workers find them.
#[derive(Default)]
struct Found {
    listed: Mutex<(Vec<Damage>, u64)>,
    /// Instants of the first and last entry of every unit, and entries that go back in time inside it.
    clock: Mutex<BTreeMap<u64, (i64, i64, u64)>>,
}

impl Found {
    /// Lists what is not looked at any more, whatever was listed before.
    fn stop(&self, first: Tile, entries: (u64, u64)) {
        let damage = Damage {
            file: first.to_string(),
            entries: Some(entries),
            what: Fault::Unchecked,
        };
        self.listed
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .0
            .push(damage);
    }

    fn add(&self, file: &(impl ToString + ?Sized), entries: Option<(u64, u64)>, what: Fault) {
        let mut listed = self.listed.lock().unwrap_or_else(PoisonError::into_inner);
        if listed.0.len() < MAX_LISTED {
            listed.0.push(Damage {
                file: file.to_string(),
                entries,
                what,
            });
        } else {
            listed.1 += 1;
        }
    }

    /// How many damages are listed.
    fn count(&self) -> usize {
        self.listed.lock().unwrap_or_else(PoisonError::into_inner).0.len()
    }
}

/// What an error of reading means for the file.
pub(crate) fn fault_of(error: &Error) -> Fault {
    match error {
        Error::Missing { .. } => Fault::Missing,
        Error::Damaged { what, .. } => *what,
        _ => Fault::Unreadable,
    }
}

/// Checks a journal on this many threads. `progress` hears how many entries are done.
///
/// An error means that the store itself could not be read; whatever is wrong inside it is in the report.
pub fn verify(
    store: &dyn Store,
    trust: &Trust,
    threads: usize,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Report, Error> {
    let mut report = Report::default();
    let found = Found::default();
    if let Some(checkpoint) = outer::checkpoint(store, trust, &found, &mut report)? {
        let (from, to) = outer::range(store, checkpoint.size, &found);
        report.covered = (from, to);
        tree(store, &checkpoint, (from, to), threads, &found, progress);
        report.backwards = backwards(&found);
        outer::stamps(store, &checkpoint, trust, &found, &mut report)?;
        outer::since(store, &checkpoint, trust, &found, &mut report);
        outer::files(store, &checkpoint, (from, to), &found, &mut report)?;
        report.checkpoint = Some(checkpoint);
    }
    let (mut damages, more) = found.listed.into_inner().unwrap_or_else(PoisonError::into_inner);
    damages.sort();
    damages.dedup();
    (report.damages, report.more) = (damages, more);
    Ok(report)
}

/// Checks entries and tiles.
fn tree(
    store: &dyn Store,
    checkpoint: &Checkpoint,
    covered: (u64, u64),
    threads: usize,
    found: &Found,
    progress: &(dyn Fn(u64) + Sync),
) {
    let size = checkpoint.size;
    let mut upper = upper::Upper::new(store, checkpoint, found);
    let full = size / WIDTH;
    let first = covered.0 / WIDTH;
    let last = covered.1.div_ceil(WIDTH).min(full);
    let (send, receive) = sync_channel::<(u64, Vec<Option<Hash>>)>(threads * 4);
    let receive = Mutex::new(receive);
    std::thread::scope(|scope| {
        for _ in 0..threads.max(1) {
            scope.spawn(|| {
                loop {
                    let unit = receive.lock().unwrap_or_else(PoisonError::into_inner).recv();
                    let Ok((first, expected)) = unit else { return };
                    bundles::check(store, size, first, &expected, found);
                    progress(expected.len() as u64 * WIDTH);
                }
            });
        }
        let mut at = first;
        while at < last {
            if found.count() >= MAX_LISTED {
                // A forged checkpoint can speak of more entries than anybody could look at.
                found.stop(Tile::entries(at, 256), (at * WIDTH, size));
                break;
            }
            let end = (at + UNIT).min(last);
            let expected = (at..end).map(|index| upper.expected(0, index)).collect();
            if send.send((at, expected)).is_err() {
                break;
            }
            at = end;
        }
        drop(send);
    });
    if covered.1 > full * WIDTH {
        bundles::check_last(store, size, upper.row(0), found);
        progress(size % WIDTH);
    }
    if !upper.rooted() && found.count() == 0 {
        // Entries and tiles agree with each other, so it is the checkpoint that speaks of other entries.
        found.add(crate::publish::CHECKPOINT, Some((0, size)), Fault::Root);
    }
}

/// Entries that go back in time, the seams between units included.
fn backwards(found: &Found) -> u64 {
    let clock = found.clock.lock().unwrap_or_else(PoisonError::into_inner);
    let (mut count, mut before) = (0, i64::MIN);
    for (first, last, inside) in clock.values() {
        count += inside + u64::from(*first < before);
        before = *last;
    }
    count
}

#[cfg(test)]
mod tests;
