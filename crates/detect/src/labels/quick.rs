//! Quick looks that dismiss most places before a label is compared: bitmaps over last bytes, and the ends of words.

use wide::u8x16;

use super::{Spelling, TABLE, Topic};

/// The last two bytes of labels, in capitals and small letters: a quick look before the slow one.
pub(crate) struct Endings(Box<[u64; 1024]>);

impl Endings {
    /// Of the labels of some topics.
    pub(crate) fn of(wanted: impl Fn(Topic) -> bool) -> Self {
        let mut endings = Self(Box::new([0; 1024]));
        for (_, spelling) in TABLE.spellings.iter().filter(|(_, s)| wanted(s.label.topic)) {
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

/// The last three bytes of all labels, hashed; labels of two bytes by themselves.
pub(super) struct Tails {
    three: Box<[u64; 1024]>,
    two: Endings,
}

impl Tails {
    pub(super) fn new() -> Self {
        Self {
            three: Box::new([0; 1024]),
            two: Endings(Box::new([0; 1024])),
        }
    }

    fn hash(bytes: [u8; 3]) -> usize {
        let [a, b, c] = bytes.map(u32::from);
        ((a << 16 | b << 8 | c).wrapping_mul(0x9E37_79B1) >> 16) as usize
    }

    pub(super) fn add(&mut self, spelling: &Spelling) {
        let ascii = spelling.reversed.iter().all(|c| *c < 0x80);
        if spelling.reversed.len() < 3 && ascii {
            self.two.add(spelling);
            return;
        }
        for last in spelling.cases(0) {
            for middle in spelling.cases(1) {
                for first in spelling.cases(2) {
                    let text: String = [first, middle, last].into_iter().collect();
                    if let Some(&bytes) = text.as_bytes().last_chunk::<3>() {
                        let key = Self::hash(bytes);
                        self.three[key / 64] |= 1 << (key % 64);
                    }
                }
            }
        }
    }

    /// Whether a label may end here.
    #[inline]
    pub(super) fn may(&self, text: &[u8], end: usize) -> bool {
        match text.get(..end) {
            Some(&[.., a, b, c]) => {
                let key = Self::hash([a, b, c]);
                self.three[key / 64] >> (key % 64) & 1 == 1 || self.two.may(b, c)
            }
            Some(&[a, b]) => self.two.may(a, b),
            _ => false,
        }
    }
}

/// Bytes before a value that are looked at together.
pub(super) const WINDOW: usize = 64;

/// Ends of words, line breaks and ends of sentences among the bytes before a value; the highest bit is the byte directly before it.
#[inline]
pub(super) fn marks(window: &[u8; WINDOW], reach: usize) -> u64 {
    let (mut word, mut high, mut broad, mut stop, mut line, mut space) = (0_u64, 0_u64, 0_u64, 0_u64, 0_u64, 0_u64);
    let (mut upper, mut lower) = (0_u64, 0_u64);
    // Ends of words within reach lie in the last chunks only.
    let skip = (WINDOW - WINDOW.min(reach + 1)) / 16;
    for (i, chunk) in window.as_chunks::<16>().0.iter().enumerate().skip(skip) {
        let v = u8x16::new(*chunk);
        let within = |v: u8x16, first: u8, count: u8| {
            let moved = v - u8x16::splat(first);
            moved.simd_eq(moved.min(u8x16::splat(count - 1)))
        };
        let small = within(v | u8x16::splat(0x20), b'a', 26);
        let capital = within(v, b'A', 26);
        let eq = |b: u8| v.simd_eq(u8x16::splat(b));
        let put = |m: u8x16| u64::from(m.to_bitmask()) << (16 * i);
        word |= put(small);
        upper |= put(capital);
        lower |= put(small & !capital);
        high |= put(v);
        broad |= put(eq(0xC2) | within(v, 0xE2, 14));
        stop |= put(eq(b'.') | eq(b'!') | eq(b'?') | eq(b';'));
        line |= put(eq(b'\n'));
        space |= put(eq(b' '));
    }
    // Whether the byte after a byte ends a word: no letter of ASCII and no part of a letter of more bytes.
    let top = 1_u64 << 63;
    let next = (!word & !high | broad) >> 1 | top;
    let camel = lower & upper >> 1;
    (word | high) & next | camel | stop & space >> 1 | line
}
