//! Mailboxes: messages one after another, each behind a line that begins with `From `.
//!
//! The file is read once, in blocks, and no more than one message is held.

use std::io::Read;

use memchr::memmem;

use crate::context::{Ctx, Source};
use crate::{Kind, Step, Why};

/// Bytes read at a time.
const BLOCK: usize = 1 << 20;
/// Longest message that is read, in bytes: one that is longer is told.
const LONGEST: usize = 128 << 20;

pub(super) fn read(source: &Source<'_>, ctx: &mut Ctx<'_>) -> Result<(), Why> {
    let mut input = source.open()?;
    let mut buffer: Vec<u8> = Vec::with_capacity(2 * BLOCK);
    // Where the present message begins in the buffer, and where the buffer begins in the file.
    let (mut start, mut base) = (0_usize, 0_u64);
    // From where a separator has not been looked for.
    let mut seen = 0_usize;
    let mut state = State {
        number: 0,
        too_long: false,
    };
    let finder = memmem::Finder::new(b"\nFrom ");
    loop {
        ctx.tick()?;
        let before = buffer.len();
        input
            .by_ref()
            .take(BLOCK as u64)
            .read_to_end(&mut buffer)
            .map_err(|e| Why::from_io(&e))?;
        let end = buffer.len() == before;
        let mut waits = false;
        while let Some(at) = buffer
            .get(seen..)
            .and_then(|rest| finder.find(rest))
            .map(|i| i + seen + 1)
        {
            match separates(&buffer[at..], end) {
                Some(true) => {
                    state.message(&buffer[start..at], base + start as u64, ctx)?;
                    start = at;
                    seen = at;
                }
                Some(false) => seen = at,
                // The line that decides is not here yet.
                None => {
                    seen = at - 1;
                    waits = true;
                    break;
                }
            }
        }
        if end {
            return state.message(&buffer[start..], base + start as u64, ctx);
        }
        // A separator may lie across the border of two blocks.
        if !waits {
            seen = seen.max(buffer.len().saturating_sub(6));
        }
        if buffer.len() - start > LONGEST {
            // What is held is thrown away; the message is told once its end is found.
            state.too_long = true;
            start = seen;
        }
        if start > 0 {
            buffer.drain(..start);
            base += start as u64;
            seen -= start;
            start = 0;
        }
    }
}

struct State {
    /// Messages so far.
    number: u64,
    /// Whether a part of the present message has been thrown away.
    too_long: bool,
}

impl State {
    fn message(&mut self, bytes: &[u8], at: u64, ctx: &mut Ctx<'_>) -> Result<(), Why> {
        if bytes.trim_ascii().is_empty() && !self.too_long {
            return Ok(());
        }
        self.number += 1;
        if self.number > ctx.limits.max_entries {
            return Err(Why::TooMany(ctx.limits.max_entries));
        }
        ctx.tick()?;
        let step = Step::Message(self.number);
        if std::mem::take(&mut self.too_long) {
            ctx.unread(&[step], Why::TooLarge(LONGEST as u64));
            return Ok(());
        }
        match unquoted(bytes) {
            Some(bytes) => ctx.child_at(step, Kind::Eml, &Source::Bytes(&bytes), None),
            None => ctx.child_at(step, Kind::Eml, &Source::Bytes(bytes), Some(at)),
        }
        Ok(())
    }
}

/// Whether a line that begins with `From ` begins a message; nothing if too few bytes are known. Many programs do not quote such lines in the
/// text of a message, so the line must hold a time and a header field or a blank line must follow.
fn separates(bytes: &[u8], end: bool) -> Option<bool> {
    let known = bytes.get(..2048).unwrap_or(bytes);
    let Some(line_end) = memchr::memchr(b'\n', known) else {
        return if end || known.len() == 2048 { Some(false) } else { None };
    };
    let line = &known[..line_end];
    let time = line
        .windows(5)
        .any(|w| w[2] == b':' && [0, 1, 3, 4].iter().all(|&i| w[i].is_ascii_digit()));
    if !time {
        return Some(false);
    }
    let rest = &known[line_end + 1..];
    let Some(next_end) = memchr::memchr(b'\n', rest) else {
        return if end || known.len() == 2048 { Some(true) } else { None };
    };
    let next = rest[..next_end].trim_ascii_end();
    let colon = memchr::memchr(b':', next);
    let field = colon.is_some_and(|c| c > 0 && next[..c].iter().all(u8::is_ascii_graphic));
    Some(field || next.is_empty() || next.starts_with(b">From "))
}

/// Takes one `>` from lines that begin with `>From `; nothing where there are none.
fn unquoted(bytes: &[u8]) -> Option<Vec<u8>> {
    let quoted = |line: &[u8]| {
        let marks = line.iter().take_while(|&&b| b == b'>').count();
        marks > 0 && line[marks..].starts_with(b"From ")
    };
    let finder = memmem::Finder::new(b">From ");
    finder.find(bytes)?;
    let (mut out, mut changed) = (Vec::with_capacity(bytes.len()), false);
    for line in bytes.split_inclusive(|&b| b == b'\n') {
        if quoted(line) {
            changed = true;
            out.extend_from_slice(&line[1..]);
        } else {
            out.extend_from_slice(line);
        }
    }
    changed.then_some(out)
}
