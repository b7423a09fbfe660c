//! What the bytes of a stretch of text are and where runs of digits begin in it, one bit a byte.

use fearless_simd::prelude::*;
use fearless_simd::{Level, Simd, dispatch, u64x8};

use crate::block::{BLOCK, Block, Blocks};

/// Blocks that are classified together: their masks and what comes of them stay in the nearest cache.
pub(super) const STRETCH: usize = 32;

/// Blocks whose masks are worked on at once.
const ROW: usize = 8;

/// The masks of a stretch of blocks, with those of the block before it and of the one after it.
pub(super) type Masks = [u64; STRETCH + 2];

/// What the bytes of a stretch are, one bit a byte.
pub(super) struct Classes {
    pub(super) digits: Masks,
    /// Latin letters, and all bytes of other scripts.
    pub(super) letters: Masks,
    /// Latin letters, and first bytes of Cyrillic ones.
    pub(super) alphabets: Masks,
    /// First bytes of Cyrillic letters.
    pub(super) cyrillic: Masks,
    /// Signs of one byte that may join two runs.
    pub(super) joins: Masks,
    /// First bytes of the longer ones (no-break space, №, dashes).
    pub(super) wide: Masks,
    /// Signs behind which a run of up to three digits is a part of something: a time, a version, an amount, a code.
    pub(super) parts: Masks,
    /// Colons and equals signs.
    pub(super) signs: Masks,
    /// What `Seen::rare` is told of.
    pub(super) rare: Masks,
}

impl Classes {
    pub(super) fn new() -> Self {
        let none = [0; STRETCH + 2];
        Self {
            digits: none,
            letters: none,
            alphabets: none,
            cyrillic: none,
            joins: none,
            wide: none,
            parts: none,
            signs: none,
            rare: none,
        }
    }

    /// Goes on to the stretch that begins with block `from`: what is known of its first block and the one before is kept.
    #[inline(always)]
    pub(super) fn read<S: Simd>(&mut self, simd: S, blocks: &Blocks<'_>, from: usize) {
        let known = if from == 0 { 1 } else { 2 };
        if from > 0 {
            for masks in [
                &mut self.digits,
                &mut self.letters,
                &mut self.alphabets,
                &mut self.cyrillic,
                &mut self.joins,
                &mut self.wide,
                &mut self.parts,
                &mut self.signs,
                &mut self.rare,
            ] {
                masks.copy_within(STRETCH.., 0);
            }
        }
        for i in known..STRETCH + 2 {
            let v = Block::new(simd, blocks.get(from + i - 1));
            let dots = v.within(b'-', b'/');
            self.digits[i] = v.within(b'0', b'9').to_bitmask();
            let (latin, cyrillic) = (v.small().within(b'a', b'z'), v.either(0xD0, 0xD1));
            self.letters[i] = (latin | v.from(0x80)).to_bitmask();
            self.alphabets[i] = (latin | cyrillic).to_bitmask();
            self.cyrillic[i] = cyrillic.to_bitmask();
            self.joins[i] = (dots | v.eq(b' ') | v.either(b'(', b')')).to_bitmask();
            self.wide[i] = v.either(0xC2, 0xE2).to_bitmask();
            self.parts[i] = (dots | v.either(b',', b'$') | v.either(b'[', b'_')).to_bitmask();
            self.signs[i] = (v.eq(b':') | v.eq(b'=')).to_bitmask();
            let degrees = v.eq(0xB0).to_bitmask() & later(self.wide[i - 1], self.wide[i], 1);
            let rare = v.either(b'@', b'B') | v.either(b'<', b'|') | v.eq(b'\t');
            self.rare[i] = rare.to_bitmask() | degrees;
        }
    }
}

/// The bits `n` places further on, those of the block before moved in.
#[inline(always)]
fn later(before: u64, here: u64, n: u32) -> u64 {
    here << n | before >> (64 - n)
}

/// Runs of digits that begin in the blocks of a stretch. Those that mean nothing are left out.
pub(super) struct Starts {
    /// Runs of up to five digits that nothing joins to another run.
    pub(super) alone: [u64; STRETCH],
    /// All others.
    pub(super) joined: [u64; STRETCH],
    /// Runs with a Latin or Cyrillic letter directly before or after them; those behind more than five digits are found later.
    pub(super) glued: [u64; STRETCH],
    /// Of these, those of four digits with a sign behind them: perhaps the year of a time stamp.
    pub(super) years: [u64; STRETCH],
    /// Signs that a run before them may be joined over, and those that a run behind them may be.
    open: Masks,
    close: Masks,
}

impl Starts {
    pub(super) fn new() -> Self {
        Self {
            alone: [0; STRETCH],
            joined: [0; STRETCH],
            glued: [0; STRETCH],
            years: [0; STRETCH],
            open: [0; STRETCH + 2],
            close: [0; STRETCH + 2],
        }
    }

    #[inline(always)]
    pub(super) fn read<S: Simd>(&mut self, simd: S, classes: &Classes) {
        let Classes {
            digits,
            letters,
            alphabets,
            cyrillic,
            joins,
            wide,
            parts,
            ..
        } = classes;
        let row = |masks: &Masks, i: usize| u64x8::from_slice(simd, &masks[i..i + ROW]);
        let before = |masks: &Masks, i: usize, n: u32| row(masks, i) << n | row(masks, i - 1) >> (64 - n);
        let behind = |masks: &Masks, i: usize, n: u32| row(masks, i) >> n | row(masks, i + 1) << (64 - n);

        // Whether a sign that may join stands behind a run, and another one or a digit behind that; the same before it.
        let (open, close) = (&mut self.open, &mut self.close);
        close[0] = close[STRETCH];
        for i in (1..=STRETCH).step_by(ROW) {
            let right = |i: usize| row(digits, i) | row(joins, i) | row(wide, i);
            let next = right(i) >> 1 | right(i + 1) << 63;
            (row(joins, i) & next | row(wide, i)).store_slice(&mut open[i..i + ROW]);
            let last = row(wide, i - 1);
            let inside = before(wide, i, 1) | before(wide, i, 2);
            let left = row(digits, i) | row(joins, i) | inside;
            let left_before = row(digits, i - 1) | row(joins, i - 1) | last << 1 | last << 2;
            (row(joins, i) & (left << 1 | left_before >> 63) | inside).store_slice(&mut close[i..i + ROW]);
        }
        let last = STRETCH + 1;
        open[last] = joins[last] & (digits[last] | joins[last] | wide[last]) >> 1 | wide[last];

        for i in (1..=STRETCH).step_by(ROW) {
            let starts = row(digits, i) & !before(digits, i, 1);
            let mut joined = before(close, i, 1);
            let mut lettered = before(letters, i, 1);
            let mut glued = before(alphabets, i, 1) | before(cyrillic, i, 2);
            let (mut longer, mut four, mut five, mut year) = (starts, starts, starts, starts);
            for n in 1..=5 {
                // Runs of exactly `n` digits.
                let digit = behind(digits, i, n);
                let exact = longer & !digit;
                longer &= digit;
                joined |= exact & behind(open, i, n);
                lettered |= exact & behind(letters, i, n);
                glued |= exact & behind(alphabets, i, n);
                match n {
                    3 => four = longer,
                    4 => year = exact & behind(joins, i, n),
                    5 => five = exact,
                    _ => {}
                }
            }
            let alone = starts & !longer & !joined;
            let part = before(parts, i, 1) & !four;
            let meant = alone & (lettered | !(part | five));
            let slots = i - 1..i - 1 + ROW;
            meant.store_slice(&mut self.alone[slots.clone()]);
            (starts & glued & (meant | !alone)).store_slice(&mut self.glued[slots.clone()]);
            (starts & !alone).store_slice(&mut self.joined[slots.clone()]);
            (starts & !alone & year).store_slice(&mut self.years[slots]);
        }
    }

    /// Leaves out the runs that begin in this range of the text; `at` is where the stretch begins.
    pub(super) fn strike(&mut self, at: usize, from: usize, to: usize) {
        let (from, to) = (from - at, to.saturating_sub(at).min(STRETCH * BLOCK));
        for i in from / BLOCK..to.div_ceil(BLOCK) {
            let first = from.saturating_sub(i * BLOCK);
            let past = (to - i * BLOCK).min(BLOCK);
            let keep = !(u64::MAX << first) | u64::MAX.checked_shl(past as u32).unwrap_or(0);
            for masks in [&mut self.alone, &mut self.joined, &mut self.glued] {
                masks[i] &= keep;
            }
        }
    }
}

/// Places of bits of a stretch, where there are few.
pub(super) fn sparse(masks: &[u64]) -> impl Iterator<Item = usize> {
    masks
        .iter()
        .enumerate()
        .filter(|(_, mask)| **mask != 0)
        .flat_map(|(i, &mask)| {
            let mut bits = mask;
            std::iter::from_fn(move || {
                let place = (bits != 0).then(|| i * BLOCK + bits.trailing_zeros() as usize);
                bits &= bits.wrapping_sub(1);
                place
            })
        })
}

/// Places of bits of a stretch, in order.
pub(super) struct Places {
    at: [u16; STRETCH * BLOCK + AHEAD],
    len: usize,
}

/// Places that are written at once, whether there are so many or not: a step without a branch.
const AHEAD: usize = 4;

impl Places {
    pub(super) fn new() -> Self {
        Self {
            at: [0; STRETCH * BLOCK + AHEAD],
            len: 0,
        }
    }

    /// The places of these bits.
    pub(super) fn of<'p>(&'p mut self, masks: &[u64]) -> impl Iterator<Item = usize> + use<'p> {
        dispatch!(Level::new(), _ => self.read(masks));
        self.at.iter().take(self.len).map(|&place| usize::from(place))
    }

    #[inline(always)]
    fn read(&mut self, masks: &[u64]) {
        let mut len = 0;
        for (i, &mask) in masks.iter().enumerate() {
            let mut bits = mask;
            let mut at = len;
            while let Some(slots) = self.at.get_mut(at..at + AHEAD) {
                for slot in slots {
                    *slot = (i * BLOCK) as u16 + bits.trailing_zeros() as u16;
                    bits &= bits.wrapping_sub(1);
                }
                if bits == 0 {
                    break;
                }
                at += AHEAD;
            }
            len += mask.count_ones() as usize;
        }
        self.len = len;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the masks of a text say, on processors with registers of this width.
    fn masks(level: Level, text: &[u8]) -> Vec<[u64; 4]> {
        let blocks = Blocks::of(text);
        let (mut classes, mut starts) = (Classes::new(), Starts::new());
        let mut all = Vec::new();
        for from in (0..blocks.count()).step_by(STRETCH) {
            dispatch!(level, simd => {
                classes.read(simd, &blocks, from);
                starts.read(simd, &classes);
            });
            for i in 0..STRETCH {
                all.push([
                    starts.alone[i],
                    starts.joined[i],
                    starts.glued[i],
                    classes.signs[i + 1] | classes.rare[i + 1],
                ]);
            }
        }
        all
    }

    #[test]
    fn every_processor_sees_the_same() {
        let line = "Số 45 08 № 123456, тел. +7 (912) 345-67-89; 12°30' a@b.vn 岁数：18岁 x7 3,5 [64] 2025-01-31T12:30:45 <<B|\t";
        let text: String = (0..60)
            .map(|i| format!("{}{}", "z".repeat(i % 67), line.repeat(1 + i % 2)))
            .collect();
        assert_eq!(
            masks(Level::baseline(), text.as_bytes()),
            masks(Level::new(), text.as_bytes())
        );
    }
}
