//! The shared scanner: one pass over the bytes that finds runs of digits and joins those that one number could consist of.
//!
//! Bytes are classified 64 at a time into bit masks; the rest of the work happens per run of digits, and recognisers
//! see only clusters that hold enough digits. Nothing here knows what a number means.

use wide::u8x16;

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
}

fn digit_mask(block: &[u8; 64]) -> u64 {
    let mut mask = 0;
    for (i, chunk) in block.chunks_exact(16).enumerate() {
        let mut lanes = [0; 16];
        lanes.copy_from_slice(chunk);
        // Digits become 0…9, everything else wraps to more.
        let shifted = u8x16::new(lanes) - u8x16::splat(b'0');
        let digits = shifted.simd_eq(shifted.min(u8x16::splat(9)));
        mask |= u64::from(digits.to_bitmask()) << (16 * i);
    }
    mask
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

/// Scans the text once.
pub(crate) fn scan(text: &[u8], seen: &mut impl Seen) {
    let mut joiner = Joiner {
        text,
        runs: [Run { start: 0, end: 0 }; MAX_RUNS],
        len: 0,
        digits: 0,
        seen,
    };
    // Start of the run that reaches the end of the last block.
    let mut open: Option<usize> = None;
    let mut at = 0;
    let (blocks, tail) = text.as_chunks::<64>();
    let mut last = [0; 64];
    if let Some(dst) = last.get_mut(..tail.len()) {
        dst.copy_from_slice(tail);
    }
    for block in blocks.iter().chain(std::iter::once(&last)) {
        let mut mask = digit_mask(block);
        if let Some(start) = open {
            let ones = mask.trailing_ones();
            if ones == 64 {
                at += 64;
                continue;
            }
            joiner.run(Run {
                start,
                end: at + ones as usize,
            });
            open = None;
            mask &= u64::MAX.checked_shl(ones).unwrap_or(0);
        }
        while mask != 0 {
            let first = mask.trailing_zeros();
            let ones = (mask >> first).trailing_ones();
            let start = at + first as usize;
            if first + ones == 64 {
                open = Some(start);
                break;
            }
            joiner.run(Run {
                start,
                end: start + ones as usize,
            });
            mask &= u64::MAX << (first + ones);
        }
        at += 64;
    }
    if let Some(start) = open {
        joiner.run(Run { start, end: text.len() });
    }
    joiner.flush();
}

struct Joiner<'a, S> {
    text: &'a [u8],
    runs: [Run; MAX_RUNS],
    len: usize,
    digits: usize,
    seen: &'a mut S,
}

impl<S: Seen> Joiner<'_, S> {
    #[inline]
    fn run(&mut self, run: Run) {
        if self.len > 0 {
            let before = self.runs[self.len - 1].end;
            let near = run.start - before <= MAX_GAP && joins(self.text.get(before..run.start).unwrap_or_default());
            if !near || self.len == MAX_RUNS {
                self.flush();
            }
        }
        if self.glued(run) {
            self.seen.glued(run);
        }
        self.runs[self.len] = run;
        self.len += 1;
        self.digits += run.len();
    }

    #[inline]
    fn glued(&self, run: Run) -> bool {
        let text = self.text;
        let before = run
            .start
            .checked_sub(1)
            .and_then(|i| text.get(i))
            .copied()
            .unwrap_or(b' ');
        let after = text.get(run.end).copied().unwrap_or(b' ');
        before.is_ascii_alphabetic()
            || after.is_ascii_alphabetic()
            || matches!(after, 0xD0 | 0xD1)
            || before >= 0x80 && run.start >= 2 && matches!(text[run.start - 2], 0xD0 | 0xD1)
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
