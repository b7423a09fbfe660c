//! Many values in one pass over bytes.
//!
//! A table of bits says whether the last bytes of some value may end at a place; hardly any place passes. That keeps to the speed of memory
//! with hundreds of thousands of values, where an automaton of them all would be too large for the caches.

use std::collections::HashMap;

/// Bytes at the end of a value that are looked at first; no value that is looked for is shorter.
const TAIL: usize = 6;
/// Bits of the table, as a power of two: it stays in the cache of one core.
const BITS: u32 = 21;

/// Values to be found.
pub(super) struct Finder {
    bits: Vec<u64>,
    /// For the last bytes of values, the lengths that values with this end have.
    lengths: HashMap<u64, Vec<usize>>,
    values: HashMap<Box<[u8]>, usize>,
}

impl Finder {
    pub(super) fn new(values: &[String]) -> Self {
        let mut finder = Self {
            bits: vec![0; 1 << (BITS - 6)],
            lengths: HashMap::new(),
            values: HashMap::new(),
        };
        for (i, value) in values.iter().enumerate() {
            let bytes = value.as_bytes();
            let Some(tail) = bytes.len().checked_sub(TAIL).and_then(|at| bytes.get(at..)) else {
                continue;
            };
            let key = key(tail);
            let (word, bit) = place(key);
            if let Some(word) = finder.bits.get_mut(word) {
                *word |= 1 << bit;
            }
            let lengths = finder.lengths.entry(key).or_default();
            if !lengths.contains(&bytes.len()) {
                lengths.push(bytes.len());
            }
            finder.values.insert(bytes.into(), i);
        }
        finder
    }

    /// Calls `found` with the number of every value that stands in the bytes.
    pub(super) fn each(&self, bytes: &[u8], mut found: impl FnMut(usize)) {
        for (at, window) in bytes.windows(TAIL).enumerate() {
            let key = key(window);
            let (word, bit) = place(key);
            if self.bits.get(word).is_none_or(|w| w >> bit & 1 == 0) {
                continue;
            }
            let end = at + TAIL;
            for length in self.lengths.get(&key).into_iter().flatten() {
                let value = end.checked_sub(*length).and_then(|start| bytes.get(start..end));
                if let Some(i) = value.and_then(|v| self.values.get(v)) {
                    found(*i);
                }
            }
        }
    }
}

#[inline]
fn key(tail: &[u8]) -> u64 {
    match *tail {
        [a, b, c, d, e, f] => u64::from_le_bytes([a, b, c, d, e, f, 0, 0]),
        _ => 0,
    }
}

#[inline]
fn place(key: u64) -> (usize, u32) {
    let hash = key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - BITS);
    ((hash >> 6) as usize, (hash & 63) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_is_found_wherever_it_stands() {
        let values: Vec<String> = ["Nguyễn Văn An", "Văn An", "0912345678", "345678", "欧阳小明"]
            .map(String::from)
            .into();
        let finder = Finder::new(&values);
        let seen = |text: &str| {
            let mut all = Vec::new();
            finder.each(text.as_bytes(), |i| all.push(i));
            all.sort_unstable();
            all.dedup();
            all
        };
        assert_eq!(seen("xNguyễn Văn An, 0912345678"), [0, 1, 2, 3]);
        assert_eq!(seen("欧阳小明"), [4]);
        assert_eq!(seen("Văn Ân 34567 欧阳小"), Vec::<usize>::new());
        assert_eq!(seen(""), Vec::<usize>::new());
    }
}
