//! Turns entries into tiles and a signed checkpoint. It knows nothing of where entries come from: the folder takes them
//! from its log, a database takes them from a table that is written in the transaction of the act itself.
//!
//! Who keeps entries in a table calls, with one writer at a time ([`Folder::lock`](crate::Folder::lock)):
//!
//! 1. [`Publisher::start`], once;
//! 2. [`Publisher::last`], once: the table must hold the same entry at the same place, else it was restored from an older
//!    backup, and [`Reader::entries`](crate::Reader::entries) gives back what it lost;
//! 3. [`Publisher::publish_from`] every second, with the entries of the table from [`Publisher::size`] on, in order.

use crate::bundle;
use crate::checkpoint::Checkpoint;
use crate::entry::peek;
use crate::error::{BadEntry, Error, Fault, KeyFault};
use crate::hash::Hash;
use crate::journal::{COSIGNED, KEY_FILE, WITNESS_FILE};
use crate::key::{PrivateKey, PublicKey};
use crate::note::{MAX_NOTE, Verdict};
use crate::store::{Store, Writable, read_tile};
use crate::tile::{Kind, Tile, WIDTH, right_edge};
use crate::tree::Edge;
use crate::wal;

/// Name of the checkpoint in a journal.
pub(crate) const CHECKPOINT: &str = "checkpoint";
/// Bytes of full tiles and bundles that are collected before they are written.
const FLUSH: usize = 32 << 20;

/// The growing end of a journal.
#[derive(Debug)]
pub struct Publisher {
    edge: Edge,
    /// The bundle that is not full yet.
    bundle: Vec<u8>,
    /// Full tiles and bundles that are not written yet.
    full: Vec<(String, Vec<u8>)>,
    full_bytes: usize,
    /// Places whose partial tiles are of no use once the next checkpoint is there.
    superseded: Vec<Tile>,
    published: Checkpoint,
}

/// Why entries of another store could not all be published.
#[derive(Debug, thiserror::Error)]
pub enum FeedError<E> {
    /// The other store failed. What it gave before is published.
    #[error("the store of entries failed")]
    Source(E),
    /// What it gave is not the entry of the next place, in its canonical form. What it gave before is published.
    #[error("at place {index}: {what}")]
    Entry {
        /// The place.
        index: u64,
        /// What is wrong.
        what: BadEntry,
    },
    /// Files could not be written. Nothing is lost; the next call tries again before it takes up more.
    #[error(transparent)]
    Journal(#[from] Error),
}

/// The checkpoint of a store as it is, unchecked.
pub(crate) fn read_checkpoint(store: &dyn Store) -> Result<Checkpoint, Error> {
    let bytes = store.read(CHECKPOINT, MAX_NOTE)?;
    let bytes = bytes.ok_or_else(|| Error::NoJournal { path: store.name() })?;
    Checkpoint::parse(&bytes).map_err(|what| Error::damaged(CHECKPOINT, what))
}

/// The right edge of the tree of this size, from the partial tiles.
pub(crate) fn read_edge(store: &dyn Store, size: u64) -> Result<Edge, Error> {
    let mut rows = Vec::new();
    for tile in right_edge(size) {
        let Kind::Level(level) = tile.kind else { continue };
        let hashes = Hash::list(&read_tile(store, tile)?).filter(|h| h.len() == usize::from(tile.width));
        rows.resize(usize::from(level), Vec::new());
        rows.push(hashes.ok_or_else(|| Error::damaged(&tile, Fault::Length))?);
    }
    Edge::from_rows(size, rows).ok_or_else(|| Error::damaged(CHECKPOINT, Fault::Beyond))
}

impl Publisher {
    /// Begins a journal without entries: writes its first checkpoint.
    pub fn create(store: &dyn Writable, key: &PrivateKey) -> Result<Self, Error> {
        let published = sign(0, Hash::of_nothing(), key)?;
        store.replace(CHECKPOINT, published.to_text().as_bytes())?;
        Ok(Self::at(published, Edge::default(), Vec::new()))
    }

    /// Takes up the journal of this key, or begins it where there is none.
    ///
    /// Nothing is begun where files of a journal lie without a checkpoint, or with the journal of another key.
    pub fn start(store: &dyn Writable, key: &PrivateKey) -> Result<Self, Error> {
        let public = key.public();
        if public.role() != crate::key::Role::Journal {
            return Err(Error::Key {
                path: public.name().to_owned(),
                what: KeyFault::Type,
            });
        }
        let own = format!("{}\n", public.to_text());
        let there = store.read(KEY_FILE, MAX_NOTE)?;
        if store.read(CHECKPOINT, MAX_NOTE)?.is_none() {
            nothing_left(store)?;
            store.replace(KEY_FILE, own.as_bytes())?;
            return Self::create(store, key);
        }
        match there {
            Some(there) if there != own.as_bytes() => {
                return Err(Error::Key {
                    path: KEY_FILE.to_owned(),
                    what: KeyFault::Other,
                });
            }
            Some(_) => (),
            None => store.replace(KEY_FILE, own.as_bytes())?,
        }
        let mut this = Self::open(store, public)?;
        this.finish_cosigning(store)?;
        Ok(this)
    }

    /// Publishes entries that another store keeps: those from [`size`](Self::size) on, in order, without a gap.
    ///
    /// Whenever the power goes, the old or the new checkpoint is there with all its tiles; after a start the same entries
    /// are simply given again. Entries may come in any number: they are written while they come.
    pub fn publish_from<E, B: AsRef<[u8]>>(
        &mut self,
        store: &dyn Writable,
        key: &PrivateKey,
        entries: impl IntoIterator<Item = Result<B, E>>,
    ) -> Result<&Checkpoint, FeedError<E>> {
        // What could not be written the last time comes first, so that it cannot pile up.
        self.publish(store, key)?;
        let mut fault = None;
        for entry in entries {
            let index = self.size();
            match entry.map(|e| self.push(e.as_ref())) {
                Ok(Ok(())) if self.is_heavy() => self.flush(store)?,
                Ok(Ok(())) => (),
                Ok(Err(what)) => fault = Some(FeedError::Entry { index, what }),
                Err(e) => fault = Some(FeedError::Source(e)),
            }
            if fault.is_some() {
                break;
            }
        }
        self.publish(store, key)?;
        fault.map_or(Ok(&self.published), Err)
    }

    /// The canonical bytes of the last entry under the checkpoint, None in a journal without entries.
    pub fn last(&self, store: &dyn Store) -> Result<Option<Vec<u8>>, Error> {
        let Some(index) = self.published.size.checked_sub(1) else {
            return Ok(None);
        };
        let reader = crate::reader::Reader::at(store, self.published.clone());
        reader.prove(index).map(|p| Some(p.entry))
    }

    /// Takes up a journal at its checkpoint, and checks that its right edge is sound.
    pub fn open(store: &dyn Store, key: &PublicKey) -> Result<Self, Error> {
        let published = read_checkpoint(store)?;
        published.check(key).map_err(|what| Error::damaged(CHECKPOINT, what))?;
        let edge = read_edge(store, published.size)?;
        if edge.root() != published.root {
            return Err(Error::damaged(CHECKPOINT, Fault::Root));
        }
        let mut bundle = Vec::new();
        if let Some(tile) = Tile::of_tree(Kind::Entries, published.size / WIDTH, published.size) {
            bundle = read_tile(store, tile)?;
            let (leaves, whole) = bundle::leaves(&bundle);
            if !whole || leaves != edge.row(0) {
                return Err(Error::damaged(&tile, Fault::Changed));
            }
        }
        Ok(Self::at(published, edge, bundle))
    }

    fn at(published: Checkpoint, edge: Edge, bundle: Vec<u8>) -> Self {
        Self {
            edge,
            bundle,
            full: Vec::new(),
            full_bytes: 0,
            superseded: Vec::new(),
            published,
        }
    }

    /// Entries, those that are not published yet included.
    pub fn size(&self) -> u64 {
        self.edge.size()
    }

    /// The last checkpoint.
    pub fn published(&self) -> &Checkpoint {
        &self.published
    }

    /// Takes up one entry, in its canonical bytes; they must be those of the next place.
    pub fn push(&mut self, entry: &[u8]) -> Result<(), BadEntry> {
        if peek(entry).is_none_or(|(sequence, _)| sequence != self.edge.size()) {
            return Err(BadEntry::Form);
        }
        bundle::push(&mut self.bundle, entry);
        for filled in self.edge.push(Hash::of_leaf(entry)) {
            let tile = Tile::level(filled.level, filled.index, 256);
            let bytes = filled.hashes.iter().flat_map(|h| h.0).collect();
            if filled.level == 0 {
                let entries = Tile::entries(filled.index, 256);
                let bundle = std::mem::take(&mut self.bundle);
                self.keep(entries, bundle);
            }
            self.keep(tile, bytes);
        }
        Ok(())
    }

    fn keep(&mut self, tile: Tile, bytes: Vec<u8>) {
        self.full_bytes += bytes.len();
        self.full.push((tile.to_string(), bytes));
        self.superseded.push(tile);
    }

    /// Whether so much is collected that it should be written before more is taken up.
    pub fn is_heavy(&self) -> bool {
        self.full_bytes > FLUSH
    }

    /// Writes the full tiles collected so far. They mean nothing until a checkpoint speaks of them.
    pub fn flush(&mut self, store: &dyn Writable) -> Result<(), Error> {
        if self.full.is_empty() {
            return Ok(());
        }
        store.write(&self.full)?;
        self.full.clear();
        self.full_bytes = 0;
        Ok(())
    }

    /// Writes what is not written yet and then, when all of it is on the disk, the checkpoint over it.
    pub fn publish(&mut self, store: &dyn Writable, key: &PrivateKey) -> Result<&Checkpoint, Error> {
        let size = self.edge.size();
        if size == self.published.size {
            return Ok(&self.published);
        }
        self.flush(store)?;
        let mut partial = Vec::new();
        for tile in right_edge(size) {
            if let Kind::Level(level) = tile.kind {
                partial.push((
                    tile.to_string(),
                    self.edge.row(level).iter().flat_map(|h| h.0).collect(),
                ));
            }
        }
        if let Some(tile) = Tile::of_tree(Kind::Entries, size / WIDTH, size) {
            partial.push((tile.to_string(), self.bundle.clone()));
        }
        store.write(&partial)?;
        let checkpoint = sign(size, self.edge.root(), key)?;
        store.replace(CHECKPOINT, checkpoint.to_text().as_bytes())?;
        self.published = checkpoint;
        while let Some(tile) = self.superseded.last() {
            store.remove_partial(*tile)?;
            self.superseded.pop();
        }
        Ok(&self.published)
    }

    /// Adds what a witness signed to the checkpoint, and keeps the cosigned checkpoint for good.
    pub fn add_cosignature(
        &mut self,
        store: &dyn Writable,
        cosigned: &Checkpoint,
        witness: &PublicKey,
    ) -> Result<(), Error> {
        let own = &self.published;
        let named = cosigned
            .note
            .signatures()
            .iter()
            .find(|l| l.id == witness.id() && l.name == witness.name());
        let (Some(line), Verdict::Good(Some(_))) = (named, cosigned.note.verdict(witness)) else {
            return Err(Error::damaged(CHECKPOINT, Fault::Signature));
        };
        if cosigned.note.text() != own.note.text() {
            return Err(Error::damaged(CHECKPOINT, Fault::Root));
        }
        let mut checkpoint = own.clone();
        checkpoint.note.add(line.clone());
        let known = store.read(WITNESS_FILE, MAX_NOTE)?.unwrap_or_default();
        let mut known = String::from_utf8(known).map_err(|_| Error::damaged(WITNESS_FILE, Fault::Format))?;
        let text = witness.to_text();
        if !known.lines().any(|l| l == text) {
            known.push_str(&format!("{text}\n"));
            store.replace(WITNESS_FILE, known.as_bytes())?;
        }
        let bytes = checkpoint.to_text();
        store.replace(&format!("{COSIGNED}{:020}", checkpoint.size), bytes.as_bytes())?;
        store.replace(CHECKPOINT, bytes.as_bytes())?;
        self.published = checkpoint;
        Ok(())
    }

    /// The cosigned copy is written first: when the power goes before the checkpoint follows, it follows now.
    pub(crate) fn finish_cosigning(&mut self, store: &dyn Writable) -> Result<(), Error> {
        let own = &self.published;
        let name = format!("{COSIGNED}{:020}", own.size);
        let Some(bytes) = store.read(&name, MAX_NOTE)? else {
            return Ok(());
        };
        let kept = Checkpoint::parse(&bytes).map_err(|what| Error::damaged(&name, what))?;
        if kept.note.text() != own.note.text() {
            return Err(Error::damaged(&name, Fault::Root));
        }
        if kept != *own {
            store.replace(CHECKPOINT, &bytes)?;
            self.published = kept;
        }
        Ok(())
    }
}

/// Tiles or a log without a checkpoint are what is left of a journal: nothing is begun on top of them.
fn nothing_left(store: &dyn Writable) -> Result<(), Error> {
    let walked = store.walk(&mut |name| {
        if name.starts_with("tile/") || name == wal::NAME {
            Err(Error::Missing {
                path: CHECKPOINT.to_owned(),
            })
        } else {
            Ok(())
        }
    });
    match walked {
        // There is not even a folder yet.
        Err(Error::Io { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

fn sign(size: u64, root: Hash, key: &PrivateKey) -> Result<Checkpoint, Error> {
    Checkpoint::signed(size, root, key).map_err(|what| Error::damaged(CHECKPOINT, what))
}

#[cfg(test)]
mod tests;
