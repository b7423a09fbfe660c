//! Text of all kinds: encodings, tables, trees, markup.
//!
//! Text streams: it is read, decoded and given in parts of about [`PART`] bytes that end at a line break, so that a file of any size takes
//! little memory. A line longer than [`LONGEST`] is cut at a blank or, failing that, at a character; the next part repeats nothing.

mod encoding;
mod escapes;
mod guess;
mod legacy;

use std::borrow::Cow;
use std::io::Read;

use self::encoding::Encoding;
pub(crate) use self::guess::guess;
use crate::context::{Ctx, Source};
use crate::{Grain, Kind, OffsetMap, Part, Run, Why};

/// Bytes of one part.
const PART: usize = 1 << 20;
/// Longest line that is kept whole, in bytes.
const LONGEST: usize = 4 << 20;

pub(crate) fn read(kind: Kind, source: &Source<'_>, ctx: &mut Ctx<'_>) -> Result<(), Why> {
    let mut stream = source.open()?;
    let mut buffer: Vec<u8> = Vec::with_capacity(PART + (64 << 10));
    let mut state = State {
        kind,
        encoding: None,
        line: 1,
        offset: 0,
        zeros: 0,
    };
    loop {
        let before = buffer.len();
        let room = (PART.max(before + PART / 2)) - before;
        let got = stream
            .by_ref()
            .take(room as u64)
            .read_to_end(&mut buffer)
            .map_err(|e| Why::from_io(&e))?;
        let end = got == 0;
        let mut rest = buffer.as_slice();
        if end {
            if !rest.is_empty() {
                state.piece(rest, ctx)?;
            }
            return state.finish(ctx);
        }
        let encoding = *state.encoding.get_or_insert_with(|| encoding::detect(&buffer));
        if let Some(cut) = cut(rest, encoding) {
            state.piece(&rest[..cut], ctx)?;
            rest = &rest[cut..];
        }
        let keep = rest.len();
        let from = buffer.len() - keep;
        buffer.copy_within(from.., 0);
        buffer.truncate(keep);
    }
}

/// Where to end a part: after the last line break; for an endless line at a blank or a character.
fn cut(bytes: &[u8], encoding: Encoding) -> Option<usize> {
    let wide = encoding.is_wide();
    let at = if wide {
        bytes
            .chunks_exact(2)
            .rposition(|p| encoding.is_break(p))
            .map(|i| 2 * i + 2)
    } else {
        memchr::memrchr(b'\n', bytes).map(|i| i + 1)
    };
    if at.is_some() || bytes.len() < LONGEST {
        return at;
    }
    if wide {
        return Some(bytes.len() / 2 * 2 - 2);
    }
    let tail = bytes.len() - 64 * 1024;
    let blank = bytes[tail..]
        .iter()
        .rposition(|b| matches!(b, b' ' | b'\t' | b',' | b';'))
        .map(|i| tail + i + 1);
    // Not inside a character: a byte below 0x80, or in UTF-8 one that does not continue.
    blank
        .or_else(|| {
            (tail..bytes.len())
                .rev()
                .find(|&i| bytes[i] < 0x80 || (encoding == Encoding::Utf8 && bytes[i] >= 0xC0))
        })
        .or(Some(bytes.len()))
}

struct State {
    kind: Kind,
    encoding: Option<Encoding>,
    /// Number of the next line.
    line: u64,
    /// Offset of the next byte.
    offset: u64,
    /// Zero bytes that were skipped.
    zeros: u64,
}

impl State {
    fn piece(&mut self, bytes: &[u8], ctx: &mut Ctx<'_>) -> Result<(), Why> {
        let encoding = *self.encoding.get_or_insert_with(|| encoding::detect(bytes));
        let first = self.offset == 0;
        let base = self.offset;
        self.offset += bytes.len() as u64;
        // A stretch of zeros is a hole in a sparse file or the end of a log that was cut off; it holds no text.
        if !encoding.is_wide() && bytes.first() == Some(&0) && bytes.iter().all(|&b| b == 0) {
            self.zeros += bytes.len() as u64;
            return Ok(());
        }
        let skip = if first { encoding.mark(bytes) } else { 0 };
        let body = &bytes[skip..];
        let base = base + skip as u64;
        let (text, map): (Cow<'_, str>, OffsetMap) = match encoding.decode(body) {
            encoding::Decoded::Same(text) => (Cow::Borrowed(text), OffsetMap::Same(base)),
            encoding::Decoded::Mapped(text, runs) => (Cow::Owned(text), shift(runs, base)),
        };
        let lines = memchr::memchr_iter(b'\n', text.as_bytes()).count() as u64;
        let (text, map) = escapes::decode(self.kind, text, map);
        let place = ctx.place().clone();
        ctx.part(Part {
            place,
            text,
            grain: Grain::Lines { first: self.line },
            map,
            columns: Vec::new(),
            caption: None,
        });
        self.line += lines;
        Ok(())
    }

    fn finish(&self, ctx: &mut Ctx<'_>) -> Result<(), Why> {
        if self.zeros > 0 && self.zeros == self.offset {
            return Err(Why::Damaged("only zero bytes".into()));
        }
        let _ = ctx;
        Ok(())
    }
}

/// Offsets within a piece to offsets within the file.
fn shift(mut runs: Vec<Run>, base: u64) -> OffsetMap {
    for run in &mut runs {
        run.file += base;
    }
    OffsetMap::Runs(runs)
}
