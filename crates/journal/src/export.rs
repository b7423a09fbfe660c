//! Copies a journal, or a stretch of its entries with all that proves them, into a folder of its own.

use crate::error::Error;
use crate::journal::{COSIGNED, KEY_FILE, WITNESS_FILE};
use crate::note::MAX_NOTE;
use crate::publish::{CHECKPOINT, read_checkpoint};
use crate::stamp;
use crate::store::{Store, Writable, read_tile};
use crate::tile::{HEIGHT, Kind, LEVELS, Tile, WIDTH, right_edge};
use crate::verify::RANGE;

/// Bytes that are held before they are written.
const FLUSH: usize = 16 << 20;

/// What was copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exported {
    /// The entries, first and one past the last: whole bundles.
    pub entries: (u64, u64),
    /// Entries of the journal.
    pub size: u64,
    /// Files.
    pub files: u64,
}

/// Copies the entries `from..to`, widened to whole bundles, and every hash on their way to the checkpoint.
pub fn export(store: &dyn Store, out: &dyn Writable, from: u64, to: u64) -> Result<Exported, Error> {
    let checkpoint = read_checkpoint(store)?;
    let size = checkpoint.size;
    let to = to.min(size);
    if from > to || (from == to && size > 0) {
        return Err(Error::NoSuchEntry { index: from, size });
    }
    let entries = (from / WIDTH * WIDTH, to.div_ceil(WIDTH).saturating_mul(WIDTH).min(size));
    if out.read(CHECKPOINT, MAX_NOTE)?.is_some() {
        return Err(Error::Exists { path: out.name() });
    }
    let mut copy = Copy {
        out,
        held: Vec::new(),
        bytes: 0,
        files: 0,
    };
    if entries.1 > entries.0 {
        for index in entries.0 / WIDTH..entries.1.div_ceil(WIDTH) {
            copy.tile(store, Kind::Entries, index, size)?;
        }
        for level in 0..LEVELS {
            let shift = HEIGHT * (u32::from(level) + 1);
            let place = |entry: u64| entry.checked_shr(shift).unwrap_or(0);
            for index in place(entries.0)..=place(entries.1 - 1) {
                copy.tile(store, Kind::Level(level), index, size)?;
            }
        }
        for tile in right_edge(size) {
            copy.tile(store, tile.kind, tile.index, size)?;
        }
    }
    let whole = entries == (0, size);
    if !whole {
        copy.add(
            RANGE.to_owned(),
            format!("entries {} {}\n", entries.0, entries.1).into_bytes(),
        )?;
    }
    let own = format!("{COSIGNED}{size:020}");
    let mut kept = vec![KEY_FILE.to_owned(), WITNESS_FILE.to_owned()];
    store.walk(&mut |name| {
        let stamped = stamp::Name::parse(name).map(|n| n.size);
        if name == own || stamped == Some(size) || (whole && (name.starts_with(COSIGNED) || stamped.is_some())) {
            kept.push(name.to_owned());
        }
        Ok(())
    })?;
    for name in kept {
        if let Some(bytes) = store.read(&name, MAX_NOTE)? {
            copy.add(name, bytes)?;
        }
    }
    copy.flush()?;
    // The checkpoint comes last, so that a copy that was broken off is no journal.
    out.replace(CHECKPOINT, checkpoint.to_text().as_bytes())?;
    Ok(Exported {
        entries,
        size,
        files: copy.files + 1,
    })
}

struct Copy<'a> {
    out: &'a dyn Writable,
    held: Vec<(String, Vec<u8>)>,
    bytes: usize,
    files: u64,
}

impl Copy<'_> {
    fn tile(&mut self, store: &dyn Store, kind: Kind, index: u64, size: u64) -> Result<(), Error> {
        match Tile::of_tree(kind, index, size) {
            Some(tile) => self.add(tile.to_string(), read_tile(store, tile)?),
            None => Ok(()),
        }
    }

    fn add(&mut self, name: String, bytes: Vec<u8>) -> Result<(), Error> {
        if self.held.iter().any(|(n, _)| *n == name) {
            return Ok(());
        }
        self.bytes += bytes.len();
        self.held.push((name, bytes));
        self.files += 1;
        // Names are compared within what is held; a tile at the right edge that comes twice is written twice, the same.
        if self.bytes > FLUSH || self.held.len() > 512 {
            self.flush()
        } else {
            Ok(())
        }
    }

    fn flush(&mut self) -> Result<(), Error> {
        self.out.write(&self.held)?;
        self.held.clear();
        self.bytes = 0;
        Ok(())
    }
}
