//! Reads a published journal: entries and proofs. Every proof is checked before it is given.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::bundle::Entries;
use crate::checkpoint::Checkpoint;
use crate::error::{Error, Fault};
use crate::hash::Hash;
use crate::publish::{CHECKPOINT, read_checkpoint};
use crate::store::{Store, read_tile};
use crate::tile::{HEIGHT, Kind, Tile, WIDTH};
use crate::tree::{Hashes, consistency_proof, consistent, inclusion_proof, range_root, root_from_inclusion};

/// Tiles that are kept in memory between proofs: 8 kB each.
const KEPT_TILES: usize = 256;

/// A journal as it is published, at one checkpoint.
pub struct Reader<'a> {
    store: &'a dyn Store,
    checkpoint: Checkpoint,
    tiles: Mutex<HashMap<Tile, Vec<Hash>>>,
}

impl std::fmt::Debug for Reader<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader")
            .field("checkpoint", &self.checkpoint)
            .finish_non_exhaustive()
    }
}

/// An entry with the proof that the checkpoint covers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proven {
    /// Its place.
    pub index: u64,
    /// Its canonical bytes.
    pub entry: Vec<u8>,
    /// The siblings from the leaf up.
    pub proof: Vec<Hash>,
}

impl<'a> Reader<'a> {
    /// Reads the journal of this store at its checkpoint. Signatures are the caller's to check.
    pub fn open(store: &'a dyn Store) -> Result<Self, Error> {
        Ok(Self::at(store, read_checkpoint(store)?))
    }

    /// Reads the journal of this store at a checkpoint that the caller has.
    pub fn at(store: &'a dyn Store, checkpoint: Checkpoint) -> Self {
        Self {
            store,
            checkpoint,
            tiles: Mutex::default(),
        }
    }

    /// The checkpoint.
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The canonical bytes of one entry, not proven.
    fn entry(&self, index: u64) -> Result<Vec<u8>, Error> {
        let tile = Tile::of_tree(Kind::Entries, index / WIDTH, self.checkpoint.size);
        let tile = tile.ok_or(Error::NoSuchEntry {
            index,
            size: self.checkpoint.size,
        })?;
        let bundle = read_tile(self.store, tile)?;
        let place = usize::try_from(index % WIDTH).unwrap_or(0);
        match Entries::new(&bundle).nth(place) {
            Some(Ok(entry)) => Ok(entry.to_vec()),
            _ => Err(Error::damaged(&tile, Fault::Format)),
        }
    }

    /// One entry with its proof.
    pub fn prove(&self, index: u64) -> Result<Proven, Error> {
        let size = self.checkpoint.size;
        if index >= size {
            return Err(Error::NoSuchEntry { index, size });
        }
        let entry = self.entry(index)?;
        let proof = inclusion_proof(self, index, size)?;
        if root_from_inclusion(Hash::of_leaf(&entry), index, size, &proof) != Some(self.checkpoint.root) {
            return Err(Error::damaged(&Tile::entries(index / WIDTH, 256), Fault::Changed));
        }
        Ok(Proven { index, entry, proof })
    }

    /// The entries from this place on, each proven: what another store of them that was restored from an older state lacks.
    pub fn entries(&self, from: u64) -> impl Iterator<Item = Result<Proven, Error>> {
        (from..self.checkpoint.size).map(|index| self.prove(index))
    }

    /// The proof that an older checkpoint of the journal is the beginning of this one.
    pub fn prove_since(&self, old: &Checkpoint) -> Result<Vec<Hash>, Error> {
        let own = &self.checkpoint;
        if old.origin != own.origin {
            return Err(Error::damaged(CHECKPOINT, Fault::Origin));
        }
        if old.size > own.size {
            return Err(Error::damaged(CHECKPOINT, Fault::Beyond));
        }
        let proof = consistency_proof(self, old.size, own.size)?;
        if !consistent(old.size, old.root, own.size, own.root, &proof) {
            return Err(Error::damaged(CHECKPOINT, Fault::Root));
        }
        Ok(proof)
    }

    /// The root that the tree had when it was of this size.
    pub fn root_at(&self, size: u64) -> Result<Hash, Error> {
        if size > self.checkpoint.size {
            return Err(Error::NoSuchEntry {
                index: size,
                size: self.checkpoint.size,
            });
        }
        range_root(self, 0, size)
    }
}

impl Hashes for Reader<'_> {
    fn subtree(&self, height: u32, index: u64) -> Result<Hash, Error> {
        let (level, inside) = (height / HEIGHT, height % HEIGHT);
        let first = index << inside;
        let (place, from) = (first / WIDTH, usize::try_from(first % WIDTH).unwrap_or(0));
        let none = Error::NoSuchEntry {
            index: first,
            size: self.checkpoint.size,
        };
        let kind = Kind::Level(u8::try_from(level).unwrap_or(u8::MAX));
        let Some(tile) = Tile::of_tree(kind, place, self.checkpoint.size) else {
            return Err(none);
        };
        let mut tiles = self.tiles.lock().unwrap_or_else(PoisonError::into_inner);
        if !tiles.contains_key(&tile) {
            let hashes = Hash::list(&read_tile(self.store, tile)?).filter(|h| h.len() == usize::from(tile.width));
            let hashes = hashes.ok_or_else(|| Error::damaged(&tile, Fault::Length))?;
            if tiles.len() >= KEPT_TILES {
                tiles.clear();
            }
            tiles.insert(tile, hashes);
        }
        let hashes = tiles.get(&tile).and_then(|t| t.get(from..from + (1 << inside)));
        hashes.and_then(Hash::of_perfect).ok_or(none)
    }
}
