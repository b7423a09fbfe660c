//! The log of entries that are acknowledged but not yet in tiles under a checkpoint.
//!
//! One record for each batch, one write and one flush: what is acknowledged is on the disk. After a crash the last
//! record may be half there; it was never acknowledged, so it is cut off. A broken record with a whole one behind it
//! cannot come from a crash: that is damage, and nothing is cut.
//!
//! ```text
//! "TUTJWAL1"         8 bytes
//! u64                sequence of the first entry
//! u32                number of entries
//! u32                length of the payload
//! 32 bytes           SHA-256 of the three numbers and the payload
//! payload            the entries as in a bundle
//! ```

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::bundle::{self, Entries};
use crate::error::{Error, Fault};

/// Name of the log in the folder of the journal.
pub(crate) const NAME: &str = "pending.log";
const MAGIC: &[u8; 8] = b"TUTJWAL1";
/// The payload at which a batch is cut into several records, in bytes.
const MAX_PAYLOAD: usize = 8 << 20;
/// The longest log that is read: more than a writer lets it grow to.
pub(crate) const MAX_LOG: usize = 512 << 20;
/// Places that are looked at for a whole record behind a broken one.
const MAX_CANDIDATES: usize = 1000;

/// One batch.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Record<'a> {
    pub(crate) start: u64,
    pub(crate) count: u32,
    pub(crate) payload: &'a [u8],
}

impl<'a> Record<'a> {
    /// Reads the record at the beginning of these bytes; None unless it is whole and sound.
    fn read(bytes: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let rest = bytes.strip_prefix(MAGIC)?;
        let (start, rest) = rest.split_first_chunk()?;
        let (count, rest) = rest.split_first_chunk()?;
        let (length, rest) = rest.split_first_chunk()?;
        let (sum, rest) = rest.split_first_chunk::<32>()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        let (payload, rest) = rest.split_at_checked(length)?;
        let this = Self {
            start: u64::from_be_bytes(*start),
            count: u32::from_be_bytes(*count),
            payload,
        };
        (this.sum() == *sum && this.sound()).then_some((this, rest))
    }

    fn sum(&self) -> [u8; 32] {
        let mut hasher = Sha256::new();
        hasher.update(self.start.to_be_bytes());
        hasher.update(self.count.to_be_bytes());
        hasher.update((self.payload.len() as u32).to_be_bytes());
        hasher.update(self.payload);
        hasher.finalize().into()
    }

    /// Whether it holds the entries that it says.
    fn sound(&self) -> bool {
        let mut count = 0_u32;
        for entry in Entries::new(self.payload) {
            if entry.is_err() {
                return false;
            }
            count += 1;
        }
        count == self.count && self.start.checked_add(u64::from(count)).is_some()
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.extend(MAGIC);
        out.extend(self.start.to_be_bytes());
        out.extend(self.count.to_be_bytes());
        out.extend((self.payload.len() as u32).to_be_bytes());
        out.extend(self.sum());
        out.extend(self.payload);
    }

    pub(crate) fn entries(&self) -> impl Iterator<Item = &'a [u8]> {
        Entries::new(self.payload).filter_map(Result::ok)
    }
}

/// What a log holds.
#[derive(Debug)]
pub(crate) struct Content<'a> {
    /// The whole records, which follow one another without a gap.
    pub(crate) records: Vec<Record<'a>>,
    /// Bytes that they take.
    pub(crate) whole: usize,
    /// Whether what follows them can come from a crash; else it is damage.
    pub(crate) torn: bool,
}

/// Reads a log.
pub(crate) fn parse(log: &[u8]) -> Content<'_> {
    let (mut records, mut rest): (Vec<Record<'_>>, _) = (Vec::new(), log);
    while let Some((record, after)) = Record::read(rest) {
        let expected = records.last().map(|r| r.start + u64::from(r.count));
        if expected.is_some_and(|e| e != record.start) {
            break;
        }
        records.push(record);
        rest = after;
    }
    let torn = !rest
        .windows(MAGIC.len())
        .enumerate()
        .skip(usize::from(!rest.starts_with(MAGIC)))
        .filter(|(_, w)| w == MAGIC)
        .take(MAX_CANDIDATES)
        .any(|(at, _)| rest.get(at..).and_then(Record::read).is_some());
    Content {
        records,
        whole: log.len() - rest.len(),
        torn,
    }
}

/// The log, open for writing.
#[derive(Debug)]
pub(crate) struct Wal {
    file: File,
    path: String,
    length: u64,
    poisoned: bool,
}

impl Wal {
    /// Opens the log, makes it if it is not there, and reads it.
    pub(crate) fn open(path: &Path) -> Result<(Self, Vec<u8>), Error> {
        let shown = path.display().to_string();
        let open = || -> io::Result<(File, Vec<u8>)> {
            let mut file = OpenOptions::new()
                .read(true)
                .write(true)
                .create(true)
                .truncate(false)
                .open(path)?;
            let mut log = Vec::new();
            (&mut file).take(MAX_LOG as u64 + 1).read_to_end(&mut log)?;
            Ok((file, log))
        };
        let (file, log) = open().map_err(|e| Error::io(&shown, e))?;
        if log.len() > MAX_LOG {
            return Err(Error::damaged(&shown, Fault::Length));
        }
        Ok((
            Self {
                file,
                path: shown,
                length: log.len() as u64,
                poisoned: false,
            },
            log,
        ))
    }

    /// Bytes in the log.
    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    /// The file behind the log, for tests that put another in its place.
    #[cfg(test)]
    pub(crate) fn file_mut(&mut self) -> &mut File {
        &mut self.file
    }

    /// Cuts the log to this length, on the disk as well.
    pub(crate) fn cut(&mut self, length: u64) -> Result<(), Error> {
        self.file
            .set_len(length)
            .and_then(|()| self.file.sync_all())
            .map_err(|e| Error::io(&self.path, e))?;
        self.length = length;
        Ok(())
    }

    /// Writes a batch and waits until it is on the disk. After an error nothing of it is in the log.
    pub(crate) fn append(&mut self, start: u64, entries: &[Vec<u8>]) -> Result<(), Error> {
        if self.poisoned {
            return Err(Error::Poisoned);
        }
        let (mut out, mut payload, mut count, mut next) = (Vec::new(), Vec::new(), 0_u32, start);
        for (i, entry) in entries.iter().enumerate() {
            bundle::push(&mut payload, entry);
            count += 1;
            if payload.len() >= MAX_PAYLOAD || i + 1 == entries.len() {
                Record {
                    start: next,
                    count,
                    payload: &payload,
                }
                .write(&mut out);
                next += u64::from(count);
                (count, payload) = (0, Vec::new());
            }
        }
        let written = self
            .file
            .seek(SeekFrom::Start(self.length))
            .and_then(|_| self.file.write_all(&out));
        if let Err(e) = written {
            // What is half written must not lie in front of the next record.
            self.poisoned = self.file.set_len(self.length).is_err();
            return Err(Error::io(&self.path, e));
        }
        if let Err(e) = self.file.sync_data() {
            // After a failed flush nobody knows what is on the disk: only a new opening finds out.
            self.poisoned = true;
            return Err(Error::io(&self.path, e));
        }
        self.length += out.len() as u64;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes before the payload.
    const HEADER: usize = 56;

    fn log(batches: &[(u64, &[&str])]) -> (tempfile::TempDir, Vec<u8>) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(NAME);
        let (mut wal, _) = Wal::open(&path).unwrap();
        for (start, entries) in batches {
            let entries: Vec<_> = entries.iter().map(|e| e.as_bytes().to_vec()).collect();
            wal.append(*start, &entries).unwrap();
        }
        let bytes = std::fs::read(path).unwrap();
        assert_eq!(wal.length(), bytes.len() as u64);
        (dir, bytes)
    }

    #[test]
    fn a_cut_tail_is_torn_and_a_changed_middle_is_damage() {
        let (_dir, bytes) = log(&[(0, &["a", "bb"]), (2, &["c"]), (3, &["d"])]);
        let content = parse(&bytes);
        assert_eq!(
            content.records.iter().map(|r| (r.start, r.count)).collect::<Vec<_>>(),
            [(0, 2), (2, 1), (3, 1)]
        );
        assert!(content.torn && content.whole == bytes.len());
        let first = HEADER + 2 + 1 + 2 + 2;
        for end in 0..bytes.len() {
            let content = parse(&bytes[..end]);
            assert!(content.torn && content.whole <= end, "cut at {end}");
        }
        for i in 0..bytes.len() - HEADER - 3 {
            let mut bad = bytes.clone();
            bad[i] ^= 0x10;
            let content = parse(&bad);
            assert!(!content.torn, "byte {i}");
            assert_eq!(content.records.len(), usize::from(i >= first));
        }
        let mut last = bytes.clone();
        *last.last_mut().unwrap() ^= 1;
        let content = parse(&last);
        assert!(
            content.torn && content.records.len() == 2,
            "the last record may be half there"
        );
    }

    #[test]
    fn records_with_a_gap_between_them_are_damage() {
        let (_dir, bytes) = log(&[(0, &["a"]), (2, &["c"])]);
        let content = parse(&bytes);
        assert!(content.records.len() == 1 && !content.torn);
    }

    #[test]
    fn large_batches_are_several_records() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(NAME);
        let (mut wal, _) = Wal::open(&path).unwrap();
        let entries = vec![vec![5; 60_000]; 300];
        wal.append(7, &entries).unwrap();
        let bytes = std::fs::read(&path).unwrap();
        let content = parse(&bytes);
        assert!(content.records.len() > 1);
        assert_eq!(content.records.iter().map(|r| r.entries().count()).sum::<usize>(), 300);
        assert_eq!(content.records[0].start, 7);
        wal.cut(0).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().len(), 0);
    }
}
