//! Classes: rows whose quasi-identifiers are the same under a transformation.

use foldhash::fast::RandomState;
use hashbrown::HashTable;
use std::hash::BuildHasher;

use super::Cells;

/// Tables of so many places are counted in an array instead of a hash table.
const DENSE: u64 = 1 << 22;
/// No class yet.
const NONE: u32 = u32::MAX;

/// The classes under a transformation.
#[derive(Debug, Clone, Default)]
pub(super) struct Classes {
    /// One combination of each class.
    pub(super) of: Vec<u32>,
    /// How many rows each class has.
    pub(super) size: Vec<u32>,
    /// For each sensitive column, which values each class has.
    pub(super) values: Vec<Values>,
}

/// Which values classes have, class after class.
#[derive(Debug, Clone, Default)]
pub(super) struct Values {
    start: Vec<u32>,
    code: Vec<u32>,
    count: Vec<u32>,
}

impl Values {
    /// The values of a class with how often each stands in it.
    pub(super) fn of(&self, class: usize) -> (&[u32], &[u32]) {
        let range = self.start[class] as usize..self.start[class + 1] as usize;
        (&self.code[range.clone()], &self.count[range])
    }
}

/// Room that is used again for every transformation.
#[derive(Debug, Default)]
pub(super) struct Room {
    keys: Vec<u64>,
    class: Vec<u32>,
    dense: Vec<u32>,
    hasher: RandomState,
    order: Vec<u32>,
    sum: Vec<u32>,
    touched: Vec<u32>,
}

impl Room {
    /// Into which class each of the last classes went.
    pub(super) fn into_classes(self) -> Vec<u32> {
        self.class
    }
}

impl Classes {
    /// Every distinct combination as its own class.
    pub(super) fn finest(cells: &Cells) -> Self {
        let tuples = u32::try_from(cells.distinct()).unwrap_or(u32::MAX);
        let values = cells.sensitive.iter().map(|column| {
            let mut pairs: Vec<_> = column
                .pairs
                .iter()
                .map(|((tuple, code), n)| (*tuple, *code, *n))
                .collect();
            pairs.sort_unstable();
            let mut values = Values::default();
            let mut at = 0;
            for tuple in 0..tuples {
                values.start.push(u32::try_from(at).unwrap_or(u32::MAX));
                while let Some((_, code, count)) = pairs.get(at).filter(|(t, ..)| *t == tuple) {
                    values.code.push(*code);
                    values.count.push(*count);
                    at += 1;
                }
            }
            values.start.push(u32::try_from(at).unwrap_or(u32::MAX));
            values
        });
        Self {
            of: (0..tuples).collect(),
            size: cells.counts.clone(),
            values: values.collect(),
        }
    }

    /// The classes under a transformation that is at least as coarse as the one of these classes.
    pub(super) fn coarser(&self, cells: &Cells, levels: &[u8], room: &mut Room) -> Self {
        let mut places: u64 = 1;
        let mut fits = true;
        room.keys.clear();
        room.keys.resize(self.of.len(), 0);
        for (column, level) in levels.iter().enumerate() {
            let level = cells.hierarchies[column].level(usize::from(*level));
            let domain = level.texts.len() as u64;
            if domain < 2 {
                continue;
            }
            let codes = &cells.codes[column];
            match places.checked_mul(domain) {
                Some(more) => {
                    for (key, tuple) in room.keys.iter_mut().zip(&self.of) {
                        *key += u64::from(level.of[codes[*tuple as usize] as usize]) * places;
                    }
                    places = more;
                }
                None => {
                    fits = false;
                    break;
                }
            }
        }
        if !fits {
            // Too many places for a number: the key is a hash, and combinations are compared.
            return self.compared(cells, levels, room);
        }
        let mut classes = Self::default();
        room.class.clear();
        if places <= DENSE.min(4 * self.of.len() as u64 + 1024) {
            let places = usize::try_from(places).unwrap_or_default();
            room.dense.clear();
            room.dense.resize(places, NONE);
            for (at, key) in room.keys.iter().enumerate() {
                let place = &mut room.dense[usize::try_from(*key).unwrap_or_default()];
                if *place == NONE {
                    *place = classes.begin(self.of[at]);
                }
                classes.size[*place as usize] += self.size[at];
                room.class.push(*place);
            }
        } else {
            let mut table: HashTable<(u64, u32)> = HashTable::with_capacity(self.of.len() / 2);
            for (at, key) in room.keys.iter().enumerate() {
                let hash = room.hasher.hash_one(key);
                let rehash = |(key, _): &(u64, u32)| room.hasher.hash_one(key);
                let class = match table.entry(hash, |(k, _)| k == key, rehash) {
                    hashbrown::hash_table::Entry::Occupied(known) => known.get().1,
                    hashbrown::hash_table::Entry::Vacant(place) => {
                        let class = classes.begin(self.of[at]);
                        place.insert((*key, class));
                        class
                    }
                };
                classes.size[class as usize] += self.size[at];
                room.class.push(class);
            }
        }
        classes.values = self.merged(cells, classes.of.len(), room);
        classes
    }

    fn begin(&mut self, tuple: u32) -> u32 {
        let class = u32::try_from(self.of.len()).unwrap_or(NONE);
        self.of.push(tuple);
        self.size.push(0);
        class
    }

    fn compared(&self, cells: &Cells, levels: &[u8], room: &mut Room) -> Self {
        let code = |column: usize, tuple: u32| {
            let level = cells.hierarchies[column].level(usize::from(levels[column]));
            level.of[cells.codes[column][tuple as usize] as usize]
        };
        let columns = levels.len();
        let hash = |tuple: u32| {
            let mut hash = 0_u64;
            for column in 0..columns {
                hash = room.hasher.hash_one((hash, code(column, tuple)));
            }
            hash
        };
        let mut classes = Self::default();
        let mut class_of = Vec::with_capacity(self.of.len());
        let mut table: HashTable<(u32, u32)> = HashTable::new();
        for (at, tuple) in self.of.iter().enumerate() {
            let same = |(other, _): &(u32, u32)| (0..columns).all(|c| code(c, *other) == code(c, *tuple));
            let class = match table.entry(hash(*tuple), same, |(other, _)| hash(*other)) {
                hashbrown::hash_table::Entry::Occupied(known) => known.get().1,
                hashbrown::hash_table::Entry::Vacant(place) => {
                    let class = classes.begin(*tuple);
                    place.insert((*tuple, class));
                    class
                }
            };
            classes.size[class as usize] += self.size[at];
            class_of.push(class);
        }
        room.class = class_of;
        classes.values = self.merged(cells, classes.of.len(), room);
        classes
    }

    /// The values of the new classes: `room.class` says into which each of these went.
    fn merged(&self, cells: &Cells, classes: usize, room: &mut Room) -> Vec<Values> {
        if self.values.is_empty() {
            return Vec::new();
        }
        // The old classes in the order of the new ones they went into.
        let mut begin = vec![0_u32; classes + 1];
        for class in &room.class {
            begin[*class as usize + 1] += 1;
        }
        for at in 0..classes {
            begin[at + 1] += begin[at];
        }
        let mut next = begin.clone();
        room.order.clear();
        room.order.resize(room.class.len(), 0);
        for (old, class) in room.class.iter().enumerate() {
            let place = &mut next[*class as usize];
            room.order[*place as usize] = u32::try_from(old).unwrap_or(NONE);
            *place += 1;
        }
        let columns = self.values.iter().zip(&cells.sensitive);
        columns
            .map(|(old, column)| {
                room.sum.clear();
                room.sum.resize(column.counts.len(), 0);
                let mut values = Values::default();
                for class in 0..classes {
                    values.start.push(u32::try_from(values.code.len()).unwrap_or(u32::MAX));
                    for old_class in &room.order[begin[class] as usize..begin[class + 1] as usize] {
                        let (codes, counts) = old.of(*old_class as usize);
                        for (code, count) in codes.iter().zip(counts) {
                            let sum = &mut room.sum[*code as usize];
                            if *sum == 0 {
                                room.touched.push(*code);
                            }
                            *sum += count;
                        }
                    }
                    for code in room.touched.drain(..) {
                        values.code.push(code);
                        values.count.push(std::mem::take(&mut room.sum[code as usize]));
                    }
                }
                values.start.push(u32::try_from(values.code.len()).unwrap_or(u32::MAX));
                values
            })
            .collect()
    }
}
