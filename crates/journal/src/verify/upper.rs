//! The hashes that the checkpoint fixes, level by level from the root down.

use super::bundles::differences;
use super::{Found, fault_of};
use crate::bundle;
use crate::checkpoint::Checkpoint;
use crate::error::{Error, Fault};
use crate::hash::Hash;
use crate::store::{Store, read_tile};
use crate::tile::{Kind, LEVELS, Tile, WIDTH, hashes_at};
use crate::tree::Edge;

type Row = Vec<Option<Hash>>;

/// Walks down from the root. Of every level only the tile looked at last is kept.
pub(super) struct Upper<'a> {
    store: &'a dyn Store,
    size: u64,
    found: &'a Found,
    /// What the root fixes of the partial tiles at the right edge.
    edge: Vec<Row>,
    rooted: bool,
    /// For every level the full tile looked at last and what is known of its hashes.
    kept: Vec<Option<(u64, Row)>>,
}

impl<'a> Upper<'a> {
    pub(super) fn new(store: &'a dyn Store, checkpoint: &Checkpoint, found: &'a Found) -> Self {
        let mut this = Self {
            store,
            size: checkpoint.size,
            found,
            edge: vec![Row::new(); usize::from(LEVELS)],
            rooted: false,
            kept: vec![None; usize::from(LEVELS)],
        };
        this.find_edge(checkpoint.root);
        this
    }

    /// Whether the tiles at the right edge have, or lead to, the root of the checkpoint.
    pub(super) fn rooted(&self) -> bool {
        self.rooted
    }

    /// What is known of the partial tile of this level.
    pub(super) fn row(&self, level: u8) -> &[Option<Hash>] {
        self.edge.get(usize::from(level)).map_or(&[], Vec::as_slice)
    }

    /// The hash that the tree has for this full tile.
    pub(super) fn expected(&mut self, level: u8, index: u64) -> Option<Hash> {
        let above = level + 1;
        let (tile, place) = (index / WIDTH, usize::try_from(index % WIDTH).unwrap_or(0));
        if tile == hashes_at(Kind::Level(above), self.size) / WIDTH {
            return self.row(above).get(place).copied().flatten();
        }
        let known = |k: &Option<(u64, Row)>| {
            k.as_ref()
                .filter(|(i, _)| *i == tile)
                .map(|(_, row)| row.get(place).copied().flatten())
        };
        if let Some(hash) = self.kept.get(usize::from(above)).and_then(known) {
            return hash;
        }
        let expected = self.expected(above, tile);
        let row = self.full_tile(above, tile, expected);
        let hash = row.get(place).copied().flatten();
        if let Some(slot) = self.kept.get_mut(usize::from(above)) {
            *slot = Some((tile, row));
        }
        hash
    }

    fn read(&self, tile: Tile) -> Result<Vec<Hash>, Error> {
        let hashes = Hash::list(&read_tile(self.store, tile)?).filter(|h| h.len() == usize::from(tile.width));
        hashes.ok_or_else(|| Error::damaged(&tile, Fault::Length))
    }

    /// The hashes of a tile as the files below it have them, where these can be read.
    fn below(&self, tile: Tile) -> Row {
        let Kind::Level(level) = tile.kind else {
            return Row::new();
        };
        let Some(below) = level.checked_sub(1) else {
            let entries = Tile {
                kind: Kind::Entries,
                ..tile
            };
            let leaves = read_tile(self.store, entries)
                .map(|b| bundle::leaves(&b).0)
                .unwrap_or_default();
            return (0..usize::from(tile.width)).map(|i| leaves.get(i).copied()).collect();
        };
        let first = tile.index * WIDTH;
        let children = first..first + u64::from(tile.width);
        children
            .map(|i| {
                self.read(Tile::level(below, i, 256))
                    .ok()
                    .and_then(|h| Hash::of_perfect(&h))
            })
            .collect()
    }

    /// What is known of the hashes of a full tile, above level 0, for which the tree has this hash.
    fn full_tile(&self, level: u8, index: u64, expected: Option<Hash>) -> Row {
        let tile = Tile::level(level, index, 256);
        let stored = self.read(tile);
        if let Ok(stored) = &stored
            && expected.is_some()
            && Hash::of_perfect(stored) == expected
        {
            return stored.iter().copied().map(Some).collect();
        }
        let below = self.below(tile);
        let whole: Option<Vec<Hash>> = below.iter().copied().collect();
        let stored = match stored {
            Ok(stored) => stored,
            Err(error) => {
                self.found.add(&tile, Some(tile.span()), fault_of(&error));
                let right = whole.filter(|w| expected.is_none() || Hash::of_perfect(w) == expected);
                return right.map_or(below, |w| w.into_iter().map(Some).collect());
            }
        };
        let right =
            expected.and_then(|expected| repair(&stored, &below, |row| Hash::of_perfect(row) == Some(expected)));
        if let Some(right) = right {
            differences(&tile, tile, &stored, &right, Fault::Changed, self.found);
            return right.into_iter().map(Some).collect();
        }
        self.disagree(tile, &stored, &below, expected.is_some())
    }

    /// Neither the tile nor what is below it fits: keeps what both agree on, and tells the rest.
    fn disagree(&self, tile: Tile, stored: &[Hash], below: &[Option<Hash>], fixed: bool) -> Row {
        let merged: Vec<_> = stored.iter().zip(below).map(|(s, b)| b.unwrap_or(*s)).collect();
        differences(&tile, tile, stored, &merged, Fault::Changed, self.found);
        if fixed && merged == stored {
            self.found.add(&tile, Some(tile.span()), Fault::Rewritten);
        }
        stored
            .iter()
            .zip(below)
            .map(|(s, b)| b.is_none_or(|b| b == *s).then_some(*s))
            .collect()
    }

    /// Finds out what the partial tiles at the right edge must be, so that they have the root.
    fn find_edge(&mut self, root: Hash) {
        let tiles: Vec<_> = crate::tile::right_edge(self.size);
        let mut stored: Vec<(Tile, Vec<Hash>)> = Vec::new();
        for tile in tiles {
            let hashes = self.read(tile).unwrap_or_else(|error| {
                self.found.add(&tile, Some(tile.span()), fault_of(&error));
                // A place that cannot be known until what is below has been looked at.
                vec![Hash::of_nothing(); usize::from(tile.width)]
            });
            stored.push((tile, hashes));
        }
        let mut right: Vec<_> = stored.iter().map(|(_, h)| h.clone()).collect();
        self.rooted = self.root_of(&stored, &right) == Some(root);
        let mut below = Vec::new();
        if !self.rooted {
            below = stored.iter().map(|(tile, _)| self.below(*tile)).collect();
            // One level at a time, then several together: damage in one file is the rule.
            for mask in masks(stored.len()) {
                let candidate: Vec<_> = stored
                    .iter()
                    .zip(&below)
                    .enumerate()
                    .map(|(i, ((_, s), b))| if mask >> i & 1 == 1 { merge(s, b) } else { s.clone() })
                    .collect();
                if self.root_of(&stored, &candidate) == Some(root) {
                    (self.rooted, right) = (true, candidate);
                    break;
                }
            }
        }
        let mut rows = Vec::new();
        for (i, ((tile, stored), right)) in stored.iter().zip(&right).enumerate() {
            let row = match below.get(i) {
                Some(below) if !self.rooted => self.disagree(*tile, stored, below, false),
                _ => {
                    differences(&tile, *tile, stored, right, Fault::Changed, self.found);
                    right.iter().copied().map(Some).collect()
                }
            };
            rows.push((tile.kind, row));
        }
        for (kind, row) in rows {
            if let Kind::Level(level) = kind
                && let Some(slot) = self.edge.get_mut(usize::from(level))
            {
                *slot = row;
            }
        }
    }

    fn root_of(&self, tiles: &[(Tile, Vec<Hash>)], rows: &[Vec<Hash>]) -> Option<Hash> {
        let mut levels = vec![Vec::new(); usize::from(LEVELS)];
        for ((tile, _), row) in tiles.iter().zip(rows) {
            if let Kind::Level(level) = tile.kind
                && let Some(slot) = levels.get_mut(usize::from(level))
            {
                slot.clone_from(row);
            }
        }
        Edge::from_rows(self.size, levels).map(|e| e.root())
    }
}

/// Subsets of this many levels, the small ones first.
fn masks(levels: usize) -> Vec<u32> {
    let mut masks: Vec<u32> = (1..1_u32 << levels.min(usize::from(LEVELS))).collect();
    masks.sort_by_key(|m| (m.count_ones(), *m));
    masks
}

fn merge(stored: &[Hash], below: &[Option<Hash>]) -> Vec<Hash> {
    stored.iter().zip(below).map(|(s, b)| b.unwrap_or(*s)).collect()
}

/// The row that fits: all places from below, or a single one, where the files below are damaged as well.
fn repair(stored: &[Hash], below: &[Option<Hash>], fits: impl Fn(&[Hash]) -> bool) -> Option<Vec<Hash>> {
    let all = merge(stored, below);
    if fits(&all) {
        return Some(all);
    }
    for (i, (s, b)) in stored.iter().zip(below).enumerate() {
        if let Some(b) = b
            && b != s
        {
            let mut one = stored.to_vec();
            if let Some(place) = one.get_mut(i) {
                *place = *b;
            }
            if fits(&one) {
                return Some(one);
            }
        }
    }
    None
}
