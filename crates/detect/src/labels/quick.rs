//! Quick looks that dismiss most places before a label is compared: bitmaps over last bytes, and the ends of words.

use fearless_simd::prelude::*;
use fearless_simd::{Level, Simd, dispatch};

use crate::block::{BLOCK, Block};

use super::fold::han;
use super::{Spelling, TABLE, Topic};

/// The last two bytes of labels, in capitals and small letters: a quick look before the slow one.
pub(crate) struct Endings(Box<[u64; 1024]>);

impl Endings {
    /// Of the labels of some topics.
    pub(crate) fn of(wanted: impl Fn(Topic) -> bool) -> Self {
        let mut endings = Self(Box::new([0; 1024]));
        for spelling in TABLE.spellings.iter().filter(|s| wanted(s.label.topic)) {
            endings.add(spelling);
        }
        endings
    }

    /// Adds all cases that the last two characters can have.
    pub(super) fn add(&mut self, spelling: &Spelling) {
        for last in spelling.cases(0) {
            for before in spelling.cases(1) {
                let text: String = [before, last].into_iter().collect();
                if let Some(&[a, b]) = text.as_bytes().last_chunk::<2>() {
                    let key = usize::from(u16::from_be_bytes([a, b]));
                    self.0[key / 64] |= 1 << (key % 64);
                }
            }
        }
    }

    /// Whether a label may end with these bytes.
    #[inline]
    pub(crate) fn may(&self, a: u8, b: u8) -> bool {
        let key = usize::from(u16::from_be_bytes([a, b]));
        self.0[key / 64] >> (key % 64) & 1 == 1
    }
}

/// The last four bytes of labels, hashed; shorter labels by themselves.
pub(crate) struct Tails {
    four: Box<[u64; 1024]>,
    three: Box<[u64; 1024]>,
    two: Endings,
}

/// Capitals and small letters have one hash, so that the bitmaps stay thinly filled.
fn hash(bytes: u32) -> (usize, u32) {
    let key = (bytes | 0x2020_2020).wrapping_mul(0x9E37_79B1) >> 16;
    ((key / 64) as usize, key % 64)
}

impl Tails {
    pub(super) fn new() -> Self {
        Self {
            four: Box::new([0; 1024]),
            three: Box::new([0; 1024]),
            two: Endings(Box::new([0; 1024])),
        }
    }

    /// Of the labels of some topics.
    pub(crate) fn of(wanted: impl Fn(Topic) -> bool) -> Self {
        let mut tails = Self::new();
        for spelling in TABLE.spellings.iter().filter(|s| wanted(s.label.topic)) {
            tails.add(spelling);
        }
        tails
    }

    pub(super) fn add(&mut self, spelling: &Spelling) {
        let ascii = spelling.reversed.iter().all(|c| *c < 0x80);
        let length = spelling.reversed.len();
        if ascii && length < 3 {
            self.two.add(spelling);
            return;
        }
        // Where spaces may be left out or doubled, only the last three bytes are sure.
        let last = spelling.reversed.get(..length.min(4)).unwrap_or_default();
        let spaced = last.contains(&u32::from(' ')) || last.first().is_some_and(|&c| han(c));
        // All cases that the last characters can have, as far as they reach four bytes.
        let mut endings = vec![String::new()];
        for at in 0..length.min(if spaced { 3 } else { 4 }) {
            endings = endings
                .iter()
                .flat_map(|e| {
                    spelling.cases(at).map(move |c| {
                        let mut longer = String::with_capacity(8);
                        if e.len() < 4 {
                            longer.push(c);
                        }
                        longer.push_str(e);
                        longer
                    })
                })
                .collect();
            endings.dedup();
        }
        for ending in endings {
            if let Some(&four) = ending.as_bytes().last_chunk::<4>().filter(|_| !spaced) {
                let (word, bit) = hash(u32::from_be_bytes(four));
                self.four[word] |= 1 << bit;
            } else if let Some(&[a, b, c]) = ending.as_bytes().last_chunk::<3>() {
                let (word, bit) = hash(u32::from_be_bytes([0, a, b, c]));
                self.three[word] |= 1 << bit;
            }
        }
    }

    /// Whether a label may end here.
    #[inline]
    pub(crate) fn may(&self, text: &[u8], end: usize) -> bool {
        let Some(&four) = text.get(..end).and_then(<[u8]>::last_chunk::<4>) else {
            return self.may_at_beginning(text, end);
        };
        let bytes = u32::from_be_bytes(four);
        let ((word, bit), (short, place)) = (hash(bytes), hash(bytes & 0xFF_FFFF));
        self.four[word] >> bit & 1 == 1 || self.three[short] >> place & 1 == 1 || self.two.may(four[2], four[3])
    }

    #[cold]
    fn may_at_beginning(&self, text: &[u8], end: usize) -> bool {
        match text.get(..end) {
            Some(&[a, b, c]) => {
                let (word, bit) = hash(u32::from_be_bytes([0, a, b, c]));
                self.three[word] >> bit & 1 == 1 || self.two.may(b, c)
            }
            Some(&[a, b]) => self.two.may(a, b),
            _ => false,
        }
    }
}

/// Bytes before a value that are looked at together.
pub(super) const WINDOW: usize = BLOCK;

/// Ends of words, line breaks and ends of sentences among the bytes before a value; the highest bit is the byte directly before it.
pub(super) fn marks(window: &[u8; WINDOW]) -> u64 {
    dispatch!(Level::new(), simd => marks_of(Block::new(simd, window)))
}

#[inline(always)]
fn marks_of<S: Simd>(v: Block<S>) -> u64 {
    let capital = v.within(b'A', b'Z');
    let letter = v.small().within(b'a', b'z').to_bitmask();
    let upper = capital.to_bitmask();
    let lower = letter & !upper;
    let high = v.from(0x80).to_bitmask();
    let broad = (v.eq(0xC2) | v.within(0xE2, 0xEF)).to_bitmask();
    let stop = (v.eq(b'.') | v.eq(b'!') | v.either(b'?', b';')).to_bitmask();
    let line = v.eq(b'\n').to_bitmask();
    let space = v.eq(b' ').to_bitmask();
    // Whether the byte after a byte ends a word: no letter of ASCII and no part of a letter of more bytes.
    let top = 1_u64 << 63;
    let next = (!letter & !high | broad) >> 1 | top;
    let camel = lower & upper >> 1;
    (letter | high) & next | camel | stop & space >> 1 | line
}
