//! One member of an archive: held in memory when it is small, streamed when its reader needs no more than one pass.

use std::io::{Cursor, Read};

use crate::context::{Ctx, Source};
use crate::expand::FREE;
use crate::flow::{Flow, Guard};
use crate::{Kind, Step, Why, sniff};

/// What is held in memory before the type decides whether the rest is streamed, in bytes.
const HOLD: u64 = 8 << 20;

/// How the bytes of a member lie in its archive.
#[derive(Debug, Clone, Copy)]
pub(super) enum Stored {
    /// As they are: they count against no budget.
    Plain,
    /// Compressed into so many bytes.
    In(u64),
    /// Compressed together with other members.
    Solid,
}

/// Whether the reader of this kind takes its file once and in order.
fn streams(kind: Kind) -> bool {
    match kind {
        Kind::Mbox | Kind::Tar | Kind::Gzip | Kind::Bzip2 | Kind::Xz => true,
        Kind::Empty | Kind::Other | Kind::Unknown => false,
        _ => !kind.is_foreign(),
    }
}

/// Reads a member. What is wrong with it alone is told; an error means that the budget of the whole file is used up.
pub(super) fn read(
    step: &Step,
    name: &str,
    stored: Stored,
    stream: &mut dyn Read,
    ctx: &mut Ctx<'_>,
) -> Result<(), Why> {
    ctx.tick()?;
    let most = match stored {
        Stored::In(bytes) => bytes.saturating_mul(ctx.limits.max_ratio).max(FREE),
        Stored::Plain | Stored::Solid => u64::MAX,
    };
    let counts = !matches!(stored, Stored::Plain);
    let mut guard = Guard::new(stream, most, counts, ctx.budget());
    let mut bytes = Vec::new();
    fill(&mut guard, HOLD + 1, &mut bytes)?;
    let kind = sniff::kind(sniff::head(&bytes), &Source::Bytes(&bytes), name);
    let mut whole = true;
    if bytes.len() as u64 > HOLD {
        if streams(kind) {
            let len = bytes.len() as u64;
            let mut all = Cursor::new(bytes).chain(&mut guard);
            let flow = Flow::new(&mut all);
            ctx.child_as(step.clone(), kind, &Source::Flow(&flow, len));
            drop(all);
            return tell(step, &guard, ctx);
        }
        let room = ctx.limits.max_file.saturating_sub(bytes.len() as u64);
        fill(&mut guard, room + 1, &mut bytes)?;
        if bytes.len() as u64 > ctx.limits.max_file {
            ctx.unread(std::slice::from_ref(step), Why::TooLarge(ctx.limits.max_file));
            return Ok(());
        }
        whole = guard.failed().is_none();
    }
    // The beginning of a text or of a stream is worth reading; that of a document is damage told twice.
    if whole && guard.failed().is_none() || streams(kind) || kind == Kind::Eml {
        ctx.child(step.clone(), name, &bytes);
    }
    tell(step, &guard, ctx)
}

fn fill(guard: &mut Guard<'_>, most: u64, bytes: &mut Vec<u8>) -> Result<(), Why> {
    guard
        .take(most)
        .read_to_end(bytes)
        .map(|_| ())
        .map_err(|e| Why::from_io(&e))
}

fn tell(step: &Step, guard: &Guard<'_>, ctx: &mut Ctx<'_>) -> Result<(), Why> {
    let Some(why) = guard.failed() else { return Ok(()) };
    ctx.unread(std::slice::from_ref(step), why.clone());
    // The reader may go on with the next member while there is time and budget.
    ctx.tick()?;
    if ctx.left() == 0 { Err(Why::Expands) } else { Ok(()) }
}
