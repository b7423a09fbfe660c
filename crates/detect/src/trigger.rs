//! The shared scanner: one pass over the bytes that finds runs of digits and joins those that one number could consist of.
//!
//! Bytes are classified 64 at a time into bit masks; the rest of the work happens per run of digits, and recognisers
//! see only clusters that hold enough digits. Nothing here knows what a number means.

use fearless_simd::prelude::*;
use fearless_simd::{Level, Simd, dispatch, u64x8};

use crate::block::{BLOCK, Block, Blocks};

/// A run of ASCII digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Run {
    /// First byte.
    pub(crate) start: usize,
    /// One past the last byte.
    pub(crate) end: usize,
}

impl Run {
    /// Digits in the run.
    pub(crate) fn len(self) -> usize {
        self.end - self.start
    }
}

/// Runs of one cluster that are kept; a longer chain (a table of figures) is cut here.
pub(crate) const MAX_RUNS: usize = 64;

/// Longest gap inside a number, in bytes: ` № `.
const MAX_GAP: usize = 5;

/// What the scanner tells.
pub(crate) trait Seen {
    /// A short run of digits (up to three) and what follows it may mean something by its neighbours (an age, a plate).
    fn short(&mut self, run: Run);
    /// A run with a Latin or Cyrillic letter directly before or after it.
    fn glued(&mut self, run: Run);
    /// A cluster of runs with enough digits for a number.
    fn cluster(&mut self, runs: &[Run]);
    /// A colon or an equals sign.
    fn sign(&mut self, at: usize);
    /// A byte that something rare hangs on: `@`, `<`, `|`, a tab, `B`, the last of a degree sign.
    fn rare(&mut self, at: usize);
}

/// Blocks that are classified together: their masks and what comes of them stay in the nearest cache.
const STRETCH: usize = 32;

/// Blocks whose masks are worked on at once.
const ROW: usize = 8;

/// The masks of a stretch of blocks, with those of the block before it and of the one after it.
type Masks = [u64; STRETCH + 2];

/// What the bytes of a stretch are, one bit a byte.
struct Classes {
    digits: Masks,
    /// Latin letters, and all bytes of other scripts.
    letters: Masks,
    /// Latin letters, and first bytes of Cyrillic ones.
    alphabets: Masks,
    /// First bytes of Cyrillic letters.
    cyrillic: Masks,
    /// Signs of one byte that may join two runs.
    joins: Masks,
    /// First bytes of the longer ones (no-break space, №, dashes).
    wide: Masks,
    /// Signs behind which a run of up to three digits is a part of something: a time, a version, an amount, a code.
    parts: Masks,
    /// Colons and equals signs.
    signs: Masks,
    /// What [`Seen::rare`] is told of.
    rare: Masks,
}

impl Classes {
    fn new() -> Self {
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
    fn read<S: Simd>(&mut self, simd: S, blocks: &Blocks<'_>, from: usize) {
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
struct Starts {
    /// Runs of up to five digits that nothing joins to another run.
    alone: [u64; STRETCH],
    /// All others.
    joined: [u64; STRETCH],
    /// Runs with a Latin or Cyrillic letter directly before or after them; those behind more than five digits are found later.
    glued: [u64; STRETCH],
    /// Of these, those of four digits with a sign behind them: perhaps the year of a time stamp.
    years: [u64; STRETCH],
    /// Signs that a run before them may be joined over, and those that a run behind them may be.
    open: Masks,
    close: Masks,
}

impl Starts {
    fn new() -> Self {
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
    fn read<S: Simd>(&mut self, simd: S, classes: &Classes) {
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
    fn strike(&mut self, at: usize, from: usize, to: usize) {
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
fn sparse(masks: &[u64]) -> impl Iterator<Item = usize> {
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
struct Places {
    at: [u16; STRETCH * BLOCK + AHEAD],
    len: usize,
}

/// Places that are written at once, whether there are so many or not: a step without a branch.
const AHEAD: usize = 4;

impl Places {
    fn new() -> Self {
        Self {
            at: [0; STRETCH * BLOCK + AHEAD],
            len: 0,
        }
    }

    /// The places of these bits.
    fn of<'p>(&'p mut self, masks: &[u64]) -> impl Iterator<Item = usize> + use<'p> {
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

/// Whether the bytes between two runs can stand inside one number.
fn joins(gap: &[u8]) -> bool {
    match gap {
        [b' ' | b'-' | b'.' | b'/' | b'(' | b')'] => true,
        [] => false,
        _ => {
            let mut rest = gap;
            while let Some((&b, tail)) = rest.split_first() {
                rest = match b {
                    b' ' | b'-' | b'.' | b'(' | b')' => tail,
                    // No-break space; № and the dashes and spaces of U+2000–U+202F.
                    0xC2 if tail.first() == Some(&0xA0) => tail.get(1..).unwrap_or_default(),
                    0xE2 if matches!(tail, [0x84, 0x96, ..] | [0x80, 0x80..=0xAF, ..]) => {
                        tail.get(2..).unwrap_or_default()
                    }
                    _ => return false,
                };
            }
            true
        }
    }
}

/// Digits of `2025-01-31T12:30:45` and its like, and the place behind them, which is none.
const TIME_STAMP: (u64, u64) = (0b0110_1101_1011_0110_1111, 0b1111_1111_1111_1111_1111);

/// The stretch of a time stamp that is passed over, if a year that begins here is that of one; of a date with a time behind a space
/// the date stays.
fn time_stamp(text: &[u8], start: usize) -> Option<(usize, usize)> {
    let stamp = text.get(start..start + 19)?;
    let &[.., a, _, _, b, _, _, t, _, _, c, _, _, d, _, _] = stamp else {
        return None;
    };
    if [a, b, c, d] != *b"--::" || !matches!(t, b'T' | b' ') {
        return None;
    }
    let end = start + 19;
    let fraction = match text.get(end..).unwrap_or_default() {
        [b'.' | b',', digits @ ..] => digits.iter().take(9).take_while(|b| b.is_ascii_digit()).count(),
        _ => 0,
    };
    let from = if t == b' ' { start + 10 } else { start };
    Some((from, end + if fraction > 0 { fraction + 1 } else { 0 }))
}

/// Scans the text once.
pub(crate) fn scan(text: &[u8], seen: &mut impl Seen) {
    let mut joiner = Joiner {
        text,
        runs: [Run { start: 0, end: 0 }; MAX_RUNS],
        len: 0,
        digits: 0,
        skip: 0,
        seen,
    };
    let blocks = Blocks::of(text);
    let (mut classes, mut starts, mut places) = (Classes::new(), Starts::new(), Places::new());
    for from in (0..blocks.count()).step_by(STRETCH) {
        dispatch!(Level::new(), simd => {
            classes.read(simd, &blocks, from);
            starts.read(simd, &classes);
        });
        joiner.stretch(from * BLOCK, &classes, &mut starts, &mut places);
    }
    joiner.flush();
}

struct Joiner<'a, S> {
    text: &'a [u8],
    runs: [Run; MAX_RUNS],
    len: usize,
    digits: usize,
    /// Where the last time stamp ends.
    skip: usize,
    seen: &'a mut S,
}

impl<S: Seen> Joiner<'_, S> {
    /// Tells what stands in a stretch. What is of one kind comes one behind the other, so that the processor can guess its way.
    fn stretch(&mut self, at: usize, classes: &Classes, starts: &mut Starts, places: &mut Places) {
        self.time_stamps(at, classes, starts);
        for place in places.of(classes.signs.get(1..=STRETCH).unwrap_or_default()) {
            self.seen.sign(at + place);
        }
        for place in sparse(classes.rare.get(1..=STRETCH).unwrap_or_default()) {
            self.seen.rare(at + place);
        }
        for place in places.of(&starts.joined) {
            let run = self.run_at(at, place, classes);
            // The others with a letter beside them are known from the masks.
            let end = run.end;
            let lettered = matches!(self.text.get(end), Some(b) if b.is_ascii_alphabetic() || matches!(b, 0xD0 | 0xD1));
            starts.glued[place / BLOCK] |= u64::from(lettered) << (place % BLOCK);
            self.run(run);
        }
        for place in places.of(&starts.glued) {
            self.seen.glued(self.run_at(at, place, classes));
        }
        for place in places.of(&starts.alone) {
            self.seen.short(self.run_at(at, place, classes));
        }
    }

    /// The run of digits that begins at a place of a stretch.
    #[inline]
    fn run_at(&self, at: usize, place: usize, classes: &Classes) -> Run {
        let (i, first) = (place / BLOCK, place % BLOCK);
        let digits = classes.digits[i + 1] >> first | classes.digits[i + 2] << (BLOCK - 1 - first) << 1;
        let (start, ones) = (at + place, digits.trailing_ones() as usize);
        let end = if ones < BLOCK {
            start + ones
        } else {
            self.long(start + ones)
        };
        Run { start, end }
    }

    /// Strikes out the runs of time stamps; a date with a time behind a space stays a date.
    fn time_stamps(&mut self, at: usize, classes: &Classes, starts: &mut Starts) {
        starts.strike(at, at, self.skip);
        let years = starts.years;
        for place in sparse(&years) {
            let start = at + place;
            let digits = classes.digits[place / BLOCK + 1] >> (place % BLOCK)
                | classes.digits[place / BLOCK + 2] << (BLOCK - 1 - place % BLOCK) << 1;
            if start < self.skip || digits & TIME_STAMP.1 != TIME_STAMP.0 {
                continue;
            }
            if let Some((from, end)) = time_stamp(self.text, start) {
                starts.strike(at, from, end);
                self.skip = end;
            }
        }
    }

    /// The end of a run that is longer than a block.
    #[cold]
    fn long(&self, from: usize) -> usize {
        let rest = self.text.get(from..).unwrap_or_default();
        from + rest.iter().take_while(|b| b.is_ascii_digit()).count()
    }

    /// Whether two runs may belong to one number.
    fn near(&self, before: usize, run: Run) -> bool {
        if run.start - before > MAX_GAP {
            return false;
        }
        let gap = self.text.get(before..run.start).unwrap_or_default();
        // A time of the day behind a number or a date is no part of it.
        let time = || run.len() <= 2 && matches!(self.text.get(run.end..), Some([b':', b, ..]) if b.is_ascii_digit());
        joins(gap) && !(gap == b" " && time())
    }

    #[inline]
    fn run(&mut self, run: Run) {
        if self.len > 0 {
            let near = self.near(self.runs[self.len - 1].end, run);
            if !near || self.len == MAX_RUNS {
                self.flush();
            }
        }
        self.runs[self.len] = run;
        self.len += 1;
        self.digits += run.len();
    }

    #[inline]
    fn flush(&mut self) {
        let runs = &self.runs[..self.len];
        if self.digits >= 6 || (self.len >= 4 && self.digits >= 4) {
            self.seen.cluster(runs);
        } else {
            for &run in runs {
                self.seen.short(run);
            }
        }
        self.len = 0;
        self.digits = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Log(Vec<Vec<(usize, usize)>>);

    impl Seen for Log {
        fn short(&mut self, _: Run) {}
        fn glued(&mut self, _: Run) {}
        fn sign(&mut self, _: usize) {}
        fn rare(&mut self, _: usize) {}
        fn cluster(&mut self, runs: &[Run]) {
            self.0.push(runs.iter().map(|r| (r.start, r.end)).collect());
        }
    }

    fn clusters(text: &str) -> Vec<Vec<String>> {
        let mut log = Log::default();
        scan(text.as_bytes(), &mut log);
        log.0
            .iter()
            .map(|c| {
                c.iter()
                    .map(|&(a, b)| text.get(a..b).unwrap_or_default().to_owned())
                    .collect()
            })
            .collect()
    }

    #[test]
    fn runs_join_over_separators_of_numbers() {
        assert_eq!(
            clusters("tel +7 (912) 345-67-89, 1999"),
            [["7", "912", "345", "67", "89"]]
        );
        assert_eq!(clusters("паспорт 45 08 № 123456"), [["45", "08", "123456"]]);
        assert_eq!(clusters("a 12:30:45 b 123 c 12,34"), Vec::<Vec<String>>::new());
        assert_eq!(clusters("1.2.3.4"), [["1", "2", "3", "4"]]);
    }

    #[test]
    fn time_stamps_are_passed_over_and_dates_kept() {
        for lead in 0..70 {
            let lead = "x ".repeat(lead);
            let log = format!("{lead}2025-01-31T12:30:45.123456Z 0905407123");
            assert_eq!(clusters(&log), [["0905407123"]], "{log}");
            let row = format!("{lead}1985-01-31 12:30:45 0905407123");
            let want = [vec!["1985", "01", "31"], vec!["0905407123"]];
            assert_eq!(clusters(&row), want, "{row}");
        }
        assert_eq!(clusters("0905 407 123 12:30"), [["0905", "407", "123"]]);
        assert_eq!(clusters("2025-01-31T12:30"), [["2025", "01", "31"]]);
    }

    #[test]
    fn a_run_may_cross_any_number_of_blocks() {
        for lead in 0..130 {
            for digits in [6, 63, 64, 65, 200] {
                let number = "7".repeat(digits);
                let text = format!("{}{number}x", "a".repeat(lead));
                assert_eq!(clusters(&text), [[number.clone()]], "{lead} {digits}");
                assert_eq!(
                    clusters(text.trim_end_matches('x')),
                    [[number]],
                    "{lead} {digits} at the end"
                );
            }
        }
    }
}
