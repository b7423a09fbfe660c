//! Checks bundles of entries and the tiles of hashes of leaves beside them.

use std::sync::PoisonError;

use super::{Found, fault_of};
use crate::bundle::{self, Entries};
use crate::entry::peek;
use crate::error::{Error, Fault};
use crate::hash::Hash;
use crate::store::{Store, read_tile};
use crate::tile::{Kind, Tile, WIDTH};

/// Checks full bundles, beginning with this one; the tree above expects these hashes for them.
pub(super) fn check(store: &dyn Store, size: u64, first: u64, expected: &[Option<Hash>], found: &Found) {
    let mut clock = Clock::default();
    for (index, expected) in (first..).zip(expected) {
        let (Some(entries), Some(hashes)) = (
            Tile::of_tree(Kind::Entries, index, size),
            Tile::of_tree(Kind::Level(0), index, size),
        ) else {
            continue;
        };
        let tile = read_tile(store, hashes).and_then(|b| sound_tile(hashes, &b));
        if let Err(error) = &tile {
            found.add(&hashes, Some(hashes.span()), fault_of(error));
        }
        let tile = tile.ok();
        let bundle = match read_tile(store, entries) {
            Ok(bundle) => bundle,
            Err(error) => {
                found.add(&entries, Some(entries.span()), fault_of(&error));
                let root = tile.as_deref().and_then(Hash::of_perfect);
                if root.is_some() && expected.is_some() && root != *expected {
                    found.add(&hashes, Some(hashes.span()), Fault::Changed);
                }
                continue;
            }
        };
        let (leaves, whole) = bundle::leaves(&bundle);
        let complete = whole && leaves.len() as u64 == WIDTH;
        let from_entries = if complete { Hash::of_perfect(&leaves) } else { None };
        let same = tile.as_ref().is_some_and(|t| *t == leaves);
        let from_tile = if same {
            from_entries
        } else {
            tile.as_deref().and_then(Hash::of_perfect)
        };
        let fits = |root: Option<Hash>| root.is_some() && (expected.is_none() || root == *expected);
        if same && fits(from_entries) {
            clock.bundle(entries, &bundle, found);
            continue;
        }
        match (fits(from_entries), fits(from_tile)) {
            (true, false) => {
                if let Some(tile) = &tile {
                    differences(&hashes, hashes, tile, &leaves, Fault::Changed, found);
                }
                clock.bundle(entries, &bundle, found);
            }
            (false, true) | (true, true) => {
                blame_bundle(entries, complete, tile.as_deref().unwrap_or(&[]), &leaves, found)
            }
            (false, false) if same => found.add(&entries, Some(entries.span()), Fault::Rewritten),
            (false, false) => {
                if tile.is_some() {
                    found.add(&hashes, Some(hashes.span()), Fault::Changed);
                }
                blame_bundle(entries, complete, tile.as_deref().unwrap_or(&[]), &leaves, found);
            }
        }
    }
    if let Some(range) = clock.range {
        found
            .clock
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(first, (range.0, range.1, clock.backwards));
    }
}

/// Checks the last bundle, which is not full, against the hashes of its leaves as the root fixes them.
pub(super) fn check_last(store: &dyn Store, size: u64, row: &[Option<Hash>], found: &Found) {
    let Some(entries) = Tile::of_tree(Kind::Entries, size / WIDTH, size) else {
        return;
    };
    let bundle = match read_tile(store, entries) {
        Ok(bundle) => bundle,
        Err(error) => return found.add(&entries, Some(entries.span()), fault_of(&error)),
    };
    let (leaves, whole) = bundle::leaves(&bundle);
    let complete = whole && leaves.len() == usize::from(entries.width);
    // What the root does not fix, because the tile is damaged, is taken as the entries have it.
    let known = row.iter().zip(leaves.iter().map(Some).chain(std::iter::repeat(None)));
    let expected: Vec<_> = known
        .map(|(fixed, leaf)| fixed.or(leaf.copied()).unwrap_or_else(Hash::of_nothing))
        .collect();
    if complete && expected == leaves {
        let mut clock = Clock::default();
        clock.bundle(entries, &bundle, found);
        if let Some(range) = clock.range {
            let mut all = found.clock.lock().unwrap_or_else(PoisonError::into_inner);
            all.insert(entries.index, (range.0, range.1, clock.backwards));
        }
    } else {
        blame_bundle(entries, complete, &expected, &leaves, found);
    }
}

fn sound_tile(tile: Tile, bytes: &[u8]) -> Result<Vec<Hash>, Error> {
    let hashes = Hash::list(bytes).filter(|h| h.len() == usize::from(tile.width));
    hashes.ok_or_else(|| Error::damaged(&tile, Fault::Length))
}

/// The bundle is wrong: names the entries that do not fit, or all from the first that cannot be read.
fn blame_bundle(entries: Tile, complete: bool, right: &[Hash], leaves: &[Hash], found: &Found) {
    if complete {
        differences(&entries, entries, right, leaves, Fault::Changed, found);
    } else {
        let same = right.iter().zip(leaves).take_while(|(a, b)| a == b).count() as u64;
        let (start, end) = entries.span();
        let first = (start + same).min(end.saturating_sub(1));
        found.add(&entries, Some((first, end)), Fault::Format);
    }
}

/// Adds a damage for every stretch of places in which two lists differ.
pub(super) fn differences(
    file: &(impl ToString + ?Sized),
    place: Tile,
    a: &[Hash],
    b: &[Hash],
    what: Fault,
    found: &Found,
) {
    let file = file.to_string();
    let (start, end) = place.span();
    let each = (end - start) / u64::from(place.width).max(1);
    let differs = |i: usize| a.get(i) != b.get(i);
    let width = usize::from(place.width);
    let mut i = 0;
    while i < width {
        let from = i;
        while i < width && differs(i) {
            i += 1;
        }
        if i > from {
            let entries = (start + from as u64 * each, start + i as u64 * each);
            found.add(&file, Some(entries), what);
        }
        i += 1;
    }
}

/// Looks at entries that are known to be the ones that were appended: their form, their numbers and their instants.
#[derive(Default)]
struct Clock {
    range: Option<(i64, i64)>,
    backwards: u64,
}

impl Clock {
    fn bundle(&mut self, tile: Tile, bundle: &[u8], found: &Found) {
        let (start, end) = tile.span();
        for (index, entry) in (start..end).zip(Entries::new(bundle).filter_map(Result::ok)) {
            match peek(entry) {
                Some((sequence, at)) if sequence == index => {
                    let (first, last) = self.range.unwrap_or((at, at));
                    self.backwards += u64::from(at < last);
                    self.range = Some((first, at));
                }
                _ => found.add(&tile, Some((index, index + 1)), Fault::Entry),
            }
        }
    }
}
