//! A journal in a TAR archive, plain or under gzip: the members are found in one pass and read where they lie.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::sync::{Mutex, PoisonError};

use flate2::bufread::MultiGzDecoder;

use super::archive::{inside, strip};
use super::{Store, digest_of};
use crate::error::{Error, Fault};

const BLOCK: usize = 512;
/// The longest name of a member, in bytes.
const MAX_NAME: u64 = 64 << 10;
/// The most members: a journal of half a billion entries.
const MAX_MEMBERS: usize = 4 << 20;
/// The most bytes that all names take together.
const MAX_NAMES: usize = 512 << 20;
/// What every archive under gzip may become, and how many times its own length on top. A journal is mostly hashes, which
/// do not shrink.
const MAX_EXPANDED: u64 = 64 << 20;
const MAX_RATIO: u64 = 50;

/// A TAR archive with a journal in it, at its top or in one folder.
pub(super) struct Tar {
    name: String,
    /// Places and lengths of the members by their names inside the journal.
    members: BTreeMap<String, (u64, u64)>,
    file: Mutex<File>,
}

/// Whether a file that begins so is compressed with gzip.
pub(super) fn is_gzip(head: &[u8]) -> bool {
    head.starts_with(&[0x1f, 0x8b, 8])
}

/// Whether these bytes are the head of a member.
pub(super) fn is_tar(head: &[u8]) -> bool {
    head.first_chunk::<BLOCK>().is_some_and(|b| Head::read(b).is_some())
}

/// Takes the compression off into a file without a name, which is gone when the program ends.
pub(super) fn inflate(file: File, name: &str) -> Result<File, Error> {
    let fault = |e| Error::io(name, e);
    let limit = file.metadata().map_err(fault)?.len().saturating_mul(MAX_RATIO) + MAX_EXPANDED;
    let mut out = tempfile::tempfile().map_err(fault)?;
    let mut from = MultiGzDecoder::new(BufReader::with_capacity(1 << 16, file)).take(limit + 1);
    let mut buffer = vec![0; 1 << 16];
    let mut length = 0;
    loop {
        // Broken compression is damage of the archive; a disk that is full is not.
        let n = from
            .read(&mut buffer)
            .map_err(|_| Error::damaged(name, Fault::Unreadable))?;
        let Some(piece) = buffer.get(..n).filter(|p| !p.is_empty()) else {
            break;
        };
        length += n as u64;
        if length > limit {
            return Err(Error::damaged(name, Fault::Length));
        }
        out.write_all(piece).map_err(fault)?;
    }
    out.rewind().map_err(fault)?;
    Ok(out)
}

impl Tar {
    /// Finds the members of an archive.
    pub(super) fn open(file: File, name: String, mark: &str) -> Result<Self, Error> {
        let length = file.metadata().map_err(|e| Error::io(&name, e))?.len();
        let mut members = BTreeMap::new();
        Index {
            from: BufReader::with_capacity(1 << 16, &file),
            at: 0,
            length,
            archive: &name,
            names: 0,
        }
        .run(&mut members)?;
        let top =
            inside(members.keys().map(String::as_str), mark).ok_or_else(|| Error::NoJournal { path: name.clone() })?;
        let members = strip(members, &top);
        Ok(Self {
            name,
            members,
            file: Mutex::new(file),
        })
    }
}

impl Store for Tar {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn read(&self, path: &str, max: usize) -> Result<Option<Vec<u8>>, Error> {
        let Some(&(start, length)) = self.members.get(path) else {
            return Ok(None);
        };
        if length > max as u64 {
            return Err(Error::damaged(path, Fault::Length));
        }
        let mut bytes = Vec::new();
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let read = file
            .seek(SeekFrom::Start(start))
            .and_then(|_| (&mut *file).take(length).read_to_end(&mut bytes));
        read.map_err(|e| Error::io(path, e))?;
        if bytes.len() as u64 == length {
            Ok(Some(bytes))
        } else {
            Err(Error::damaged(path, Fault::Length))
        }
    }

    fn digest(&self, path: &str) -> Result<Option<[u8; 32]>, Error> {
        let Some(&(start, length)) = self.members.get(path) else {
            return Ok(None);
        };
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(start)).map_err(|e| Error::io(path, e))?;
        digest_of(path, &mut (&mut *file).take(length)).map(Some)
    }

    fn walk(&self, visit: &mut dyn FnMut(&str) -> Result<(), Error>) -> Result<(), Error> {
        self.members.keys().try_for_each(|name| visit(name))
    }
}

/// The head of a member.
#[derive(Debug, PartialEq, Eq)]
struct Head {
    name: Vec<u8>,
    size: u64,
    kind: u8,
}

impl Head {
    /// Reads a head; None where its sum does not fit.
    fn read(block: &[u8; BLOCK]) -> Option<Self> {
        let field = |from: usize, length: usize| block.get(from..from + length).unwrap_or_default();
        let sum: u64 = block
            .iter()
            .enumerate()
            .map(|(i, b)| u64::from(if (148..156).contains(&i) { b' ' } else { *b }))
            .sum();
        if number(field(148, 8)) != Some(sum) {
            return None;
        }
        let text = |bytes: &[u8]| bytes.iter().copied().take_while(|b| *b != 0).collect::<Vec<_>>();
        let mut name = text(field(0, 100));
        let prefix = text(field(345, 155));
        if field(257, 6) == b"ustar\0" && !prefix.is_empty() {
            name = [&prefix[..], b"/", &name].concat();
        }
        Some(Self {
            name,
            size: number(field(124, 12))?,
            kind: block.get(156).copied().unwrap_or(0),
        })
    }
}

/// A number in octal digits, or in binary where the first bit says so.
fn number(field: &[u8]) -> Option<u64> {
    match field.split_first() {
        Some((0x80, rest)) => rest
            .iter()
            .try_fold(0_u64, |n, &b| n.checked_mul(256)?.checked_add(u64::from(b))),
        Some((0x81.., _)) | None => None,
        _ => {
            let text = std::str::from_utf8(field).ok()?;
            let digits = text.trim_matches(|c| c == ' ' || c == '\0');
            if digits.is_empty() {
                return Some(0);
            }
            let sound = digits.bytes().all(|b| (b'0'..=b'7').contains(&b));
            u64::from_str_radix(digits, 8).ok().filter(|_| sound)
        }
    }
}

/// The pass over an archive.
struct Index<'a> {
    from: BufReader<&'a File>,
    at: u64,
    length: u64,
    archive: &'a str,
    names: usize,
}

impl Index<'_> {
    fn damaged(&self, what: Fault) -> Error {
        Error::damaged(self.archive, what)
    }

    fn run(&mut self, members: &mut BTreeMap<String, (u64, u64)>) -> Result<(), Error> {
        // What an extended head says of the member that follows it.
        let (mut long_name, mut long_size) = (None, None);
        while let Some(block) = self.block()? {
            if block == [0; BLOCK] {
                return Ok(());
            }
            let head = Head::read(&block).ok_or_else(|| self.damaged(Fault::Format))?;
            match head.kind {
                b'L' => {
                    let mut name = self.content(head.size)?;
                    name.truncate(name.iter().take_while(|b| **b != 0).count());
                    long_name = Some(name);
                    continue;
                }
                b'x' => {
                    let records = self.content(head.size)?;
                    for (key, value) in Records(&records) {
                        match key {
                            b"path" => long_name = Some(value.to_vec()),
                            b"size" => long_size = std::str::from_utf8(value).ok().and_then(|v| v.parse().ok()),
                            _ => (),
                        }
                    }
                    continue;
                }
                // What holds for all members says nothing of names or lengths; long targets of links lead nowhere here.
                b'g' | b'K' => {
                    self.skip(head.size)?;
                    continue;
                }
                _ => (),
            }
            let name = long_name.take().unwrap_or(head.name);
            let size = long_size.take().unwrap_or(head.size);
            let is_file = matches!(head.kind, b'0' | b'7' | 0) && name.last() != Some(&b'/');
            if is_file {
                let name = String::from_utf8_lossy(&name);
                let name = name.strip_prefix("./").unwrap_or(&name).to_owned();
                self.names += name.len();
                if members.len() >= MAX_MEMBERS || self.names > MAX_NAMES {
                    return Err(self.damaged(Fault::Length));
                }
                // Of two members of one name the later is what an unpacked archive shows.
                members.insert(name, (self.at, size));
            }
            // Only files, and what nobody knows, have content behind their heads.
            if !matches!(head.kind, b'1'..=b'6') {
                self.skip(size)?;
            }
        }
        Ok(())
    }

    /// The next block; None at the end of the file.
    fn block(&mut self) -> Result<Option<[u8; BLOCK]>, Error> {
        if self.at >= self.length {
            return Ok(None);
        }
        let mut block = [0; BLOCK];
        match self.from.read_exact(&mut block) {
            Ok(()) => {
                self.at += BLOCK as u64;
                Ok(Some(block))
            }
            Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => Err(self.damaged(Fault::Length)),
            Err(e) => Err(Error::io(self.archive, e)),
        }
    }

    /// The content of a head that extends another, with the padding behind it.
    fn content(&mut self, size: u64) -> Result<Vec<u8>, Error> {
        if size > MAX_NAME {
            return Err(self.damaged(Fault::Length));
        }
        let mut bytes = Vec::new();
        let mut left = size;
        while left > 0 {
            let block = self.block()?.ok_or_else(|| self.damaged(Fault::Length))?;
            let n = left.min(BLOCK as u64);
            bytes.extend(block.iter().take(usize::try_from(n).unwrap_or(BLOCK)));
            left -= n;
        }
        Ok(bytes)
    }

    /// Goes past content and its padding. An archive that was cut off inside it is damaged.
    fn skip(&mut self, size: u64) -> Result<(), Error> {
        let padded = size.checked_next_multiple_of(BLOCK as u64);
        let end = padded
            .and_then(|p| self.at.checked_add(p))
            .filter(|e| *e <= self.length);
        let end = end.ok_or_else(|| self.damaged(Fault::Length))?;
        let by = i64::try_from(end - self.at).map_err(|_| self.damaged(Fault::Length))?;
        self.from.seek_relative(by).map_err(|e| Error::io(self.archive, e))?;
        self.at = end;
        Ok(())
    }
}

/// The records of an extended head: `length key=value`, each with a line break. What is broken ends them.
struct Records<'a>(&'a [u8]);

impl<'a> Iterator for Records<'a> {
    type Item = (&'a [u8], &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let digits = self.0.iter().take_while(|b| b.is_ascii_digit()).count();
        let length: usize = std::str::from_utf8(self.0.get(..digits)?).ok()?.parse().ok()?;
        let record = self.0.get(digits..length)?.strip_prefix(b" ")?.strip_suffix(b"\n")?;
        self.0 = self.0.get(length..)?;
        let equals = record.iter().position(|b| *b == b'=')?;
        Some((record.get(..equals)?, record.get(equals + 1..)?))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_in_octal_and_in_binary() {
        assert_eq!(number(b"0000017\0"), Some(15));
        assert_eq!(number(b" 17 \0\0\0\0"), Some(15));
        assert_eq!(number(&[0; 12]), Some(0));
        assert_eq!(number(&[0x80, 0, 0, 1, 0]), Some(256));
        assert_eq!(number(&[0xff; 12]), None);
        assert_eq!(number(b"00000018"), None);
        assert_eq!(number(b"-0000017"), None);
        assert_eq!(number(&[0x80, 1, 0, 0, 0, 0, 0, 0, 0, 0]), None);
    }

    #[test]
    fn records_end_where_they_are_broken() {
        let read = |bytes| {
            Records(bytes)
                .map(|(k, v)| (k.to_vec(), v.to_vec()))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            read(b"11 path=ab\n12 size=100\n"),
            [(b"path".to_vec(), b"ab".to_vec()), (b"size".to_vec(), b"100".to_vec())]
        );
        assert_eq!(read(b"11 path=ab\n0 x=1\n").len(), 1);
        assert!(read(b"99 path=ab\n").is_empty() && read(b"path=ab").is_empty());
    }

    proptest! {
        #[test]
        fn whatever_it_holds_an_archive_ends(bytes in prop::collection::vec(any::<u8>(), 0..2000), head in any::<bool>()) {
            let mut bytes = bytes;
            if head && bytes.len() >= BLOCK {
                bytes[148..156].fill(b' ');
                let sum: u64 = bytes[..BLOCK].iter().map(|b| u64::from(*b)).sum();
                bytes[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
            }
            let mut file = tempfile::tempfile().unwrap();
            file.write_all(&bytes).unwrap();
            file.rewind().unwrap();
            let opened = Tar::open(file, "archive".into(), crate::publish::CHECKPOINT);
            prop_assert!(opened.is_err(), "nothing here is called a checkpoint");
        }
    }
}
