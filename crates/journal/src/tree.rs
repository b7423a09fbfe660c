//! The Merkle tree of RFC 6962 and its proofs, over hashes that somebody else keeps.

use crate::error::Error;
use crate::hash::Hash;
use crate::tile::{HEIGHT, LEVELS, WIDTH};

/// The largest tree: far above any journal, and far enough below the range of the numbers that no sum overflows.
pub const MAX_SIZE: u64 = 1 << 62;

/// Gives the hashes of perfect subtrees.
pub trait Hashes {
    /// The root of the perfect subtree over the entries `index·2ʰ .. (index+1)·2ʰ`.
    fn subtree(&self, height: u32, index: u64) -> Result<Hash, Error>;
}

/// The perfect subtrees that the entries `from..to` fall into, left to right, as (height, index). `from` must be a
/// multiple of the largest power of two that is not above the length, as in every subtree of RFC 6962.
fn perfect_parts(from: u64, to: u64) -> Vec<(u32, u64)> {
    let mut parts = Vec::new();
    let (mut at, mut left) = (from, to.saturating_sub(from));
    while left > 0 {
        let height = left.ilog2();
        parts.push((height, at >> height));
        at += 1 << height;
        left -= 1 << height;
    }
    parts
}

/// Folds the roots of perfect subtrees, left to right, into the root above them.
fn fold(parts: &[Hash]) -> Option<Hash> {
    let (last, rest) = parts.split_last()?;
    Some(rest.iter().rev().fold(*last, |right, left| Hash::of_node(left, &right)))
}

/// The root over the entries `from..to`.
pub fn range_root(hashes: &dyn Hashes, from: u64, to: u64) -> Result<Hash, Error> {
    let mut parts = Vec::new();
    for (height, index) in perfect_parts(from, to) {
        parts.push(hashes.subtree(height, index)?);
    }
    Ok(fold(&parts).unwrap_or_else(Hash::of_nothing))
}

/// The largest power of two below `n`; `n` is at least 2.
fn split(n: u64) -> u64 {
    1 << (n - 1).ilog2()
}

/// The proof that entry `index` is in the tree of `size` entries, from the sibling of the leaf up.
pub fn inclusion_proof(hashes: &dyn Hashes, index: u64, size: u64) -> Result<Vec<Hash>, Error> {
    if index >= size || size > MAX_SIZE {
        return Err(Error::NoSuchEntry { index, size });
    }
    let (mut from, mut to) = (0, size);
    let mut siblings = Vec::new();
    while to - from > 1 {
        let middle = from + split(to - from);
        if index < middle {
            siblings.push((middle, to));
            to = middle;
        } else {
            siblings.push((from, middle));
            from = middle;
        }
    }
    siblings.iter().rev().map(|&(a, b)| range_root(hashes, a, b)).collect()
}

/// The root that an inclusion proof leads to; None where the proof has the wrong length for this tree.
pub fn root_from_inclusion(leaf: Hash, index: u64, size: u64, proof: &[Hash]) -> Option<Hash> {
    if index >= size {
        return None;
    }
    let (mut node, mut last, mut root) = (index, size - 1, leaf);
    for sibling in proof {
        if last == 0 {
            return None;
        }
        if node & 1 == 1 || node == last {
            root = Hash::of_node(sibling, &root);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            root = Hash::of_node(&root, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    (last == 0).then_some(root)
}

/// The proof that the tree of `old` entries is the beginning of the tree of `size` entries.
pub fn consistency_proof(hashes: &dyn Hashes, old: u64, size: u64) -> Result<Vec<Hash>, Error> {
    if old > size || size > MAX_SIZE {
        return Err(Error::NoSuchEntry { index: old, size });
    }
    if old == 0 || old == size {
        return Ok(Vec::new());
    }
    let (mut from, mut to) = (0, size);
    let mut parts = Vec::new();
    // Whether the old tree, cut to the part looked at, still begins at the first entry: its root is then known already.
    let mut whole = true;
    while old != to {
        let middle = from + split(to - from);
        if old <= middle {
            parts.push((middle, to));
            to = middle;
        } else {
            parts.push((from, middle));
            from = middle;
            whole = false;
        }
    }
    if !whole {
        parts.push((from, to));
    }
    parts.iter().rev().map(|&(a, b)| range_root(hashes, a, b)).collect()
}

/// Whether a consistency proof joins these two roots.
pub fn consistent(old: u64, old_root: Hash, size: u64, root: Hash, proof: &[Hash]) -> bool {
    if old > size {
        return false;
    }
    if old == size {
        return proof.is_empty() && old_root == root;
    }
    if old == 0 {
        return proof.is_empty() && old_root == Hash::of_nothing();
    }
    let (mut node, mut last) = (old - 1, size - 1);
    while node & 1 == 1 {
        node >>= 1;
        last >>= 1;
    }
    let mut steps = proof.iter();
    let first = if old.is_power_of_two() {
        old_root
    } else {
        match steps.next() {
            Some(hash) => *hash,
            None => return false,
        }
    };
    let (mut left, mut right) = (first, first);
    for step in steps {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            left = Hash::of_node(step, &left);
            right = Hash::of_node(step, &right);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            right = Hash::of_node(&right, step);
        }
        node >>= 1;
        last >>= 1;
    }
    last == 0 && left == old_root && right == root
}

/// The right edge of a growing tree: the hashes of the tiles that are not full yet, one row for each level of tiles.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Edge {
    size: u64,
    rows: Vec<Vec<Hash>>,
}

/// A tile of hashes that became full.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled {
    /// Its level.
    pub level: u8,
    /// Its place in the level.
    pub index: u64,
    /// Its 256 hashes.
    pub hashes: Vec<Hash>,
}

impl Edge {
    /// An edge from the partial tiles of a tree; None when they are not those of a tree of this size.
    pub fn from_rows(size: u64, mut rows: Vec<Vec<Hash>>) -> Option<Self> {
        while rows.last().is_some_and(Vec::is_empty) {
            rows.pop();
        }
        let fits = (0..u32::from(LEVELS)).all(|level| {
            let width = (size >> (HEIGHT * level)) % WIDTH;
            rows.get(level as usize).map_or(0, Vec::len) as u64 == width
        });
        (size <= MAX_SIZE && fits).then_some(Self { size, rows })
    }

    /// Entries in the tree.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The hashes of the partial tile of this level.
    pub fn row(&self, level: u8) -> &[Hash] {
        self.rows.get(usize::from(level)).map_or(&[], Vec::as_slice)
    }

    /// Adds a leaf; gives the tiles that it fills, from level 0 up.
    pub fn push(&mut self, leaf: Hash) -> Vec<Filled> {
        let mut filled = Vec::new();
        let (mut carry, mut level) = (leaf, 0_u8);
        self.size += 1;
        loop {
            let at = usize::from(level);
            if self.rows.len() <= at {
                self.rows.push(Vec::with_capacity(256));
            }
            let Some(row) = self.rows.get_mut(at) else {
                return filled;
            };
            row.push(carry);
            if (row.len() as u64) < WIDTH {
                return filled;
            }
            let hashes = std::mem::replace(row, Vec::with_capacity(256));
            carry = Hash::of_perfect(&hashes).unwrap_or(carry);
            let index = (self.size >> (HEIGHT * (u32::from(level) + 1))) - 1;
            filled.push(Filled { level, index, hashes });
            level += 1;
        }
    }

    /// The root of the tree.
    pub fn root(&self) -> Hash {
        let mut parts = Vec::new();
        for row in self.rows.iter().rev() {
            let mut rest = row.as_slice();
            while !rest.is_empty() {
                let (part, after) = rest.split_at(1 << rest.len().ilog2());
                parts.extend(Hash::of_perfect(part));
                rest = after;
            }
        }
        fold(&parts).unwrap_or_else(Hash::of_nothing)
    }
}

#[cfg(test)]
mod tests;
