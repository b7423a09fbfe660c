//! How a delimited text is written.

/// Delimiter, quote and escapes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dialect {
    pub(super) delimiter: u8,
    pub(super) quote: u8,
    /// Whether a backslash takes the meaning from the character behind it.
    pub(super) backslash: bool,
}

/// Text that is looked at, in bytes.
const SAMPLE: usize = 64 << 10;
/// Rows that are looked at.
const ROWS: usize = 60;
/// Delimiters, the likelier first.
const DELIMITERS: [u8; 6] = *b",;\t|^\x1f";

/// Guesses the dialect from the beginning of the text. Returns it and where the rows begin.
pub(super) fn guess(text: &str) -> (Dialect, usize) {
    let bytes = text.as_bytes();
    let sample = bytes.get(..SAMPLE).unwrap_or(bytes);
    let quotes = |q: u8| {
        // Quotes that stand at the border of a cell.
        sample
            .windows(2)
            .filter(|w| w[1] == q && (DELIMITERS.contains(&w[0]) || w[0] == b'\n'))
            .count()
    };
    let quote = if quotes(b'\'') > 3 && quotes(b'"') == 0 {
        b'\''
    } else {
        b'"'
    };
    let count = |pair: [u8; 2]| sample.windows(2).filter(|w| **w == pair).count();
    let backslash = count([b'\\', quote]) > count([quote, quote]);
    // Excel writes the delimiter on a line of its own.
    let named = (bytes.len() >= 6 && bytes[..4].eq_ignore_ascii_case(b"sep=") && matches!(bytes[5], b'\r' | b'\n'))
        .then(|| bytes[4])
        .filter(u8::is_ascii);
    if let Some(delimiter) = named {
        let skip = memchr::memchr(b'\n', bytes).map_or(bytes.len(), |i| i + 1);
        let dialect = Dialect {
            delimiter,
            quote,
            backslash,
        };
        return (dialect, skip);
    }
    let mut best = (0, b',');
    for delimiter in DELIMITERS {
        let counts = counts(sample, delimiter, quote);
        let score = agreement(&counts);
        if score > best.0 {
            best = (score, delimiter);
        }
    }
    let dialect = Dialect {
        delimiter: best.1,
        quote,
        backslash,
    };
    (dialect, 0)
}

/// Delimiters outside quotes in each of the first rows.
fn counts(sample: &[u8], delimiter: u8, quote: u8) -> Vec<usize> {
    let (mut rows, mut n, mut inside, mut fresh) = (Vec::new(), 0, false, true);
    let (mut opened, mut any) = (0, false);
    let mut at = 0;
    while let Some(&b) = sample.get(at) {
        if b == quote && (fresh || inside) {
            if !inside {
                opened = at;
            }
            inside = !inside;
        } else if b == b'\n' && (!inside || at - opened > 4096) {
            inside = false;
            if any {
                rows.push(n);
            }
            (n, any) = (0, false);
            if rows.len() >= ROWS {
                return rows;
            }
        } else if b == delimiter && !inside {
            n += 1;
            any = true;
        } else {
            any |= !b.is_ascii_whitespace();
        }
        fresh = b == delimiter || b == b'\n' || (fresh && b == b' ');
        at += 1;
    }
    if any && rows.is_empty() {
        rows.push(n);
    }
    rows
}

/// How well rows agree on their number of cells: rows that have the commonest number, weighed by it.
fn agreement(counts: &[usize]) -> usize {
    let mut sorted: Vec<usize> = counts.iter().copied().filter(|n| *n > 0).collect();
    sorted.sort_unstable();
    sorted
        .chunk_by(|a, b| a == b)
        .map(|same| {
            let share = same.len() * 100 / counts.len().max(1);
            // A delimiter that every row has once says more than one that half of the rows have often.
            share * share * (10 + same.first().copied().unwrap_or(0).min(20))
        })
        .max()
        .unwrap_or(0)
}
