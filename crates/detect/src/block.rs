//! Sixty-four bytes of text at once: which of them are what, one bit a byte.
//!
//! The code is compiled for several generations of vector registers; `dispatch!` picks the widest that the processor has. What it calls must be
//! inlined into it, down to the single operations, for it is the caller that the wide instructions are allowed in.

use fearless_simd::prelude::*;
use fearless_simd::{Level, Simd, dispatch, mask8x64, u8x64};

/// Bytes in a block.
pub(crate) const BLOCK: usize = 64;

/// Blocks of a text; what is missing in the last one is filled with zeros.
pub(crate) struct Blocks<'t> {
    whole: &'t [[u8; BLOCK]],
    last: [u8; BLOCK],
}

impl<'t> Blocks<'t> {
    pub(crate) fn of(text: &'t [u8]) -> Self {
        let (whole, tail) = text.as_chunks();
        let mut last = [0; BLOCK];
        if let Some(dst) = last.get_mut(..tail.len()) {
            dst.copy_from_slice(tail);
        }
        Self { whole, last }
    }

    /// How many there are, the filled one included.
    pub(crate) fn count(&self) -> usize {
        self.whole.len() + 1
    }

    /// One of them; nothing but zeros behind the text.
    #[inline(always)]
    pub(crate) fn get(&self, n: usize) -> &[u8; BLOCK] {
        match self.whole.get(n) {
            Some(block) => block,
            None if n == self.whole.len() => &self.last,
            None => &[0; BLOCK],
        }
    }
}

/// One block in vector registers.
#[derive(Clone, Copy)]
pub(crate) struct Block<S: Simd> {
    simd: S,
    bytes: u8x64<S>,
}

impl<S: Simd> Block<S> {
    #[inline(always)]
    pub(crate) fn new(simd: S, block: &[u8; BLOCK]) -> Self {
        let bytes = u8x64::from_slice(simd, block);
        Self { simd, bytes }
    }

    /// Bytes that are this one.
    #[inline(always)]
    pub(crate) fn eq(self, b: u8) -> mask8x64<S> {
        self.bytes.simd_eq(u8x64::splat(self.simd, b))
    }

    /// Bytes that are one of two that differ in a single bit.
    #[inline(always)]
    pub(crate) fn either(self, a: u8, b: u8) -> mask8x64<S> {
        debug_assert!((a ^ b).is_power_of_two(), "one comparison tells only one bit apart");
        (self.bytes & u8x64::splat(self.simd, !(a ^ b))).simd_eq(u8x64::splat(self.simd, a & b))
    }

    /// Bytes from the first of these to the last.
    #[inline(always)]
    pub(crate) fn within(self, first: u8, last: u8) -> mask8x64<S> {
        // What lies in the range becomes 0…count, everything else wraps to more.
        let moved = self.bytes - u8x64::splat(self.simd, first);
        moved.simd_le(u8x64::splat(self.simd, last - first))
    }

    /// Bytes from this one on.
    #[inline(always)]
    pub(crate) fn from(self, first: u8) -> mask8x64<S> {
        self.bytes.simd_ge(u8x64::splat(self.simd, first))
    }

    /// The block with capitals as small letters (other bytes change, too).
    #[inline(always)]
    pub(crate) fn small(self) -> Self {
        let bytes = self.bytes | u8x64::splat(self.simd, 0x20);
        Self { bytes, ..self }
    }
}

/// Whether any byte of a text lies between these two.
pub(crate) fn any_within(text: &[u8], first: u8, last: u8) -> bool {
    #[inline(always)]
    fn look<S: Simd>(simd: S, blocks: &Blocks<'_>, first: u8, last: u8) -> bool {
        (0..blocks.count()).any(|n| Block::new(simd, blocks.get(n)).within(first, last).to_bitmask() != 0)
    }
    dispatch!(Level::new(), simd => look(simd, &Blocks::of(text), first, last))
}

/// Where these three bytes stand in a text, one behind the other.
pub(crate) fn triples(text: &[u8], [a, b, c]: [u8; 3]) -> Vec<usize> {
    #[inline(always)]
    fn look<S: Simd>(simd: S, blocks: &Blocks<'_>, a: u8, b: u8, c: u8, found: &mut Vec<usize>) {
        let (mut before_a, mut before_b) = (0_u64, 0_u64);
        for n in 0..blocks.count() {
            let v = Block::new(simd, blocks.get(n));
            let (here_a, here_b) = (v.eq(a).to_bitmask(), v.eq(b).to_bitmask());
            let mut ends = v.eq(c).to_bitmask() & (here_b << 1 | before_b >> 63) & (here_a << 2 | before_a >> 62);
            while ends != 0 {
                found.push(n * BLOCK + ends.trailing_zeros() as usize - 2);
                ends &= ends - 1;
            }
            (before_a, before_b) = (here_a, here_b);
        }
    }
    let mut found = Vec::new();
    dispatch!(Level::new(), simd => look(simd, &Blocks::of(text), a, b, c, &mut found));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_is_found_wherever_it_stands() {
        for lead in 0..200 {
            let text = format!("{}：x：", "a".repeat(lead));
            assert_eq!(triples(text.as_bytes(), [0xEF, 0xBC, 0x9A]), [lead, lead + 4]);
            assert!(any_within(text.as_bytes(), 0xBC, 0xBC), "{lead}");
            assert!(!any_within(text.as_bytes(), 0x01, b'`'), "{lead}");
        }
    }
}
