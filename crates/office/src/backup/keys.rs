//! The keys of records in a backup: slots of one size in the order of the cards, so that one is found and emptied in place.

use std::fs::{File, OpenOptions};
use std::io::{BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::error::Error;

/// The size of a slot and of the head.
const SLOT: usize = 256;
const ID: usize = 64;
const KEY: usize = 92;
const TITLE: &str = "tutela backup keys 1\n";

/// The keys of one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Keys {
    pub(super) card: String,
    /// None: they were removed when the record was destroyed.
    pub(super) keys: Option<[Option<Vec<u8>>; 2]>,
}

fn damaged(path: &Path, what: &'static str) -> Error {
    Error::Damaged {
        table: "backup",
        id: path.display().to_string(),
        what,
    }
}

/// Writes slots.
pub(super) struct Writer {
    path: PathBuf,
    out: BufWriter<File>,
    last: String,
    count: u64,
}

impl Writer {
    pub(super) fn create(path: &Path, id: &str) -> Result<Self, Error> {
        let fault = |e| Error::file(path, e);
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(0o600);
        }
        let mut out = BufWriter::new(options.open(path).map_err(fault)?);
        let mut head = format!("{TITLE}{id}\n").into_bytes();
        head.resize(SLOT, 0);
        out.write_all(&head).map_err(fault)?;
        Ok(Self {
            path: path.to_owned(),
            out,
            last: String::new(),
            count: 0,
        })
    }

    /// The next record; cards come in the order of their bytes.
    pub(super) fn push(&mut self, card: &str, keys: [Option<&[u8]>; 2]) -> Result<(), Error> {
        if card.len() > ID || card <= self.last.as_str() {
            return Err(damaged(&self.path, "the order of cards"));
        }
        let mut slot = Vec::with_capacity(SLOT);
        slot.extend_from_slice(card.as_bytes());
        slot.resize(ID, 0);
        slot.push(1);
        for key in keys {
            let key = key.unwrap_or_default();
            let length = u8::try_from(key.len()).ok().filter(|&l| usize::from(l) <= KEY);
            slot.push(length.ok_or_else(|| damaged(&self.path, "the length of a key"))?);
            slot.extend_from_slice(key);
            slot.resize(slot.len() + KEY - key.len(), 0);
        }
        slot.resize(SLOT, 0);
        self.out.write_all(&slot).map_err(|e| Error::file(&self.path, e))?;
        card.clone_into(&mut self.last);
        self.count += 1;
        Ok(())
    }

    /// Waits until all of them are on the disk. Gives how many.
    pub(super) fn finish(self) -> Result<u64, Error> {
        let fault = |e| Error::file(&self.path, e);
        let file = self.out.into_inner().map_err(|e| fault(e.into_error()))?;
        file.sync_all().map_err(fault)?;
        Ok(self.count)
    }
}

/// Reads slots one after another.
pub(super) struct Reader {
    path: PathBuf,
    input: BufReader<File>,
}

impl Reader {
    /// Opens the keys of the backup with this identifier.
    pub(super) fn open(path: &Path, id: &str) -> Result<Self, Error> {
        let file = File::open(path).map_err(|e| Error::file(path, e))?;
        let mut input = BufReader::new(file);
        let mut head = [0; SLOT];
        input.read_exact(&mut head).map_err(|_| damaged(path, "its head"))?;
        let expected = format!("{TITLE}{id}\n");
        if !head.starts_with(expected.as_bytes()) {
            return Err(damaged(path, "its head: it belongs to another backup"));
        }
        Ok(Self {
            path: path.to_owned(),
            input,
        })
    }

    /// The next record.
    pub(super) fn next(&mut self) -> Result<Keys, Error> {
        let mut slot = [0; SLOT];
        self.input
            .read_exact(&mut slot)
            .map_err(|_| damaged(&self.path, "its length"))?;
        parse(&slot).ok_or_else(|| damaged(&self.path, "a slot"))
    }
}

fn card_of(slot: &[u8]) -> Option<&str> {
    let id = slot.get(..ID)?;
    let end = id.iter().position(|&b| b == 0).unwrap_or(ID);
    std::str::from_utf8(id.get(..end)?).ok().filter(|c| !c.is_empty())
}

fn parse(slot: &[u8; SLOT]) -> Option<Keys> {
    let card = card_of(slot)?.to_owned();
    let mut rest = slot.get(ID..)?;
    let mut take = |n: usize| {
        let (taken, left) = rest.split_at_checked(n)?;
        rest = left;
        Some(taken)
    };
    if take(1)? == [0] {
        return Some(Keys { card, keys: None });
    }
    let mut key = || {
        let length = usize::from(*take(1)?.first()?);
        let key = take(KEY)?.get(..length)?;
        Some((length > 0).then(|| key.to_vec()))
    };
    let keys = [key()?, key()?];
    Some(Keys { card, keys: Some(keys) })
}

/// Empties the slots of these cards: the bytes of their keys are written over in place and flushed. What a medium keeps of
/// bytes written over is not in the hands of a program; the list of destroyed records holds even so.
pub(super) fn erase(path: &Path, cards: &[String]) -> Result<usize, Error> {
    let fault = |e| Error::file(path, e);
    let mut file = OpenOptions::new().read(true).write(true).open(path).map_err(fault)?;
    let length = file.metadata().map_err(fault)?.len();
    let size = u64::try_from(SLOT).unwrap_or_default();
    let mut erased = 0;
    for card in cards {
        let (mut low, mut high) = (1, length / size);
        while low < high {
            let middle = low + (high - low) / 2;
            let mut slot = [0; SLOT];
            file.seek(SeekFrom::Start(middle * size)).map_err(fault)?;
            file.read_exact(&mut slot).map_err(fault)?;
            let found = card_of(&slot).ok_or_else(|| damaged(path, "a slot"))?;
            match found.cmp(card.as_str()) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => {
                    file.seek(SeekFrom::Start(middle * size + u64::try_from(ID).unwrap_or_default()))
                        .map_err(fault)?;
                    file.write_all(&[0; SLOT - ID]).map_err(fault)?;
                    erased += 1;
                    break;
                }
            }
        }
    }
    if erased > 0 {
        file.sync_all().map_err(fault)?;
    }
    Ok(erased)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_and_removed_in_place() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.keys");
        let mut writer = Writer::create(&path, "one").unwrap();
        for n in 0..100_u8 {
            writer
                .push(
                    &format!("card-{n:03}"),
                    [Some(&[n; 81]), (n % 2 == 0).then_some(&[n; 81][..])],
                )
                .unwrap();
        }
        assert!(writer.push("card-003", [None, None]).is_err(), "out of order");
        assert_eq!(writer.finish().unwrap(), 100);
        let gone = ["card-000", "card-099", "card-042", "card-999"].map(str::to_owned);
        assert_eq!(erase(&path, &gone).unwrap(), 3);
        let bytes = std::fs::read(&path).unwrap();
        assert!(
            !bytes.windows(81).any(|w| w == [42; 81]),
            "the bytes are gone from the file"
        );
        let mut reader = Reader::open(&path, "one").unwrap();
        for n in 0..100_u8 {
            let keys = reader.next().unwrap();
            assert_eq!(keys.card, format!("card-{n:03}"));
            match n {
                0 | 42 | 99 => assert_eq!(keys.keys, None),
                _ => assert_eq!(keys.keys.unwrap()[0], Some(vec![n; 81])),
            }
        }
        assert!(reader.next().is_err());
        assert!(Reader::open(&path, "two").is_err(), "the keys of another backup");
    }
}
