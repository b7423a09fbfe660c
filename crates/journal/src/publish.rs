//! Turns entries into tiles and a signed checkpoint. It knows nothing of where entries come from: the folder takes them
//! from its log, a database takes them from a table that is written in the transaction of the act itself.

use crate::bundle;
use crate::checkpoint::Checkpoint;
use crate::entry::peek;
use crate::error::{BadEntry, Error, Fault};
use crate::hash::Hash;
use crate::key::{PrivateKey, PublicKey};
use crate::store::{Store, Writable, read_tile};
use crate::tile::{Kind, Tile, WIDTH, right_edge};
use crate::tree::Edge;

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

/// The checkpoint of a store as it is, unchecked.
pub(crate) fn read_checkpoint(store: &dyn Store) -> Result<Checkpoint, Error> {
    let bytes = store.read(CHECKPOINT, crate::note::MAX_NOTE)?;
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
        for tile in std::mem::take(&mut self.superseded) {
            store.remove_partial(tile)?;
        }
        Ok(&self.published)
    }

    /// Puts a checkpoint with more signatures in the place of the published one.
    pub(crate) fn set_published(&mut self, checkpoint: Checkpoint) {
        self.published = checkpoint;
    }
}

fn sign(size: u64, root: Hash, key: &PrivateKey) -> Result<Checkpoint, Error> {
    Checkpoint::signed(size, root, key).map_err(|what| Error::damaged(CHECKPOINT, what))
}
