//! The shared scanner: one pass over the bytes that finds runs of digits and joins those that one number could consist of.
//!
//! Bytes are classified 64 at a time into bit masks; the rest of the work happens per run of digits, and recognisers
//! see only clusters that hold enough digits. Nothing here knows what a number means.

use fearless_simd::{Level, dispatch};

use crate::block::{BLOCK, Blocks};

mod masks;

use masks::{Classes, Places, STRETCH, Starts, sparse};

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
        skip: (0, 0),
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
    /// Where the part of the last time stamp that is passed over begins and ends: it may reach into the next stretch.
    skip: (usize, usize),
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
        starts.strike(at, self.skip.0.max(at), self.skip.1);
        let years = starts.years;
        for place in sparse(&years) {
            let start = at + place;
            let digits = classes.digits[place / BLOCK + 1] >> (place % BLOCK)
                | classes.digits[place / BLOCK + 2] << (BLOCK - 1 - place % BLOCK) << 1;
            if start < self.skip.1 || digits & TIME_STAMP.1 != TIME_STAMP.0 {
                continue;
            }
            if let Some((from, end)) = time_stamp(self.text, start) {
                starts.strike(at, from, end);
                self.skip = (from, end);
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
        // On both sides of the borders of blocks and of stretches.
        for lead in (0..70).chain(STRETCH * BLOCK / 2 - 40..STRETCH * BLOCK / 2 + 40) {
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
        for lead in (0..130).chain(STRETCH * BLOCK - 70..STRETCH * BLOCK + 70) {
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

    #[test]
    fn glued_runs_come_once_and_in_order() {
        #[derive(Default)]
        struct Glued(Vec<(usize, usize)>);
        impl Seen for Glued {
            fn short(&mut self, _: Run) {}
            fn glued(&mut self, run: Run) {
                self.0.push((run.start, run.end));
            }
            fn cluster(&mut self, _: &[Run]) {}
            fn sign(&mut self, _: usize) {}
            fn rare(&mut self, _: usize) {}
        }
        for lead in 0..STRETCH * BLOCK + 70 {
            // A letter before, behind, of another alphabet, behind a long run; a character of Han is no letter of a token.
            let text = format!("{} A12 3b4 ж5 123456789Ю 7岁", "-".repeat(lead));
            let mut seen = Glued::default();
            scan(text.as_bytes(), &mut seen);
            let at = lead + 1;
            let want = [(1, 3), (4, 5), (6, 7), (10, 11), (12, 21)].map(|(a, b)| (at + a, at + b));
            assert_eq!(seen.0, want, "{lead}");
        }
    }
}
