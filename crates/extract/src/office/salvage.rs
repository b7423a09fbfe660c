//! Members of a ZIP container whose list at the end is lost: a download that broke off, a disk that was full.
//!
//! Every member has a header of its own before its bytes; they are found by its signature.

use std::io::Read;

use flate2::read::DeflateDecoder;

use crate::Why;
use crate::context::Ctx;
use crate::expand::read_into;

/// A member that was found.
pub(super) struct Member {
    pub(super) name: String,
    deflated: bool,
    /// Its bytes in the file; to the end of the file where their number stands behind them.
    start: usize,
    end: usize,
}

fn number(bytes: &[u8], at: usize, width: usize) -> Option<usize> {
    let field = bytes.get(at..at + width)?;
    Some(field.iter().rev().fold(0, |n, b| n << 8 | usize::from(*b)))
}

/// The member whose header begins at an offset.
fn member(bytes: &[u8], at: usize) -> Option<Member> {
    let flags = number(bytes, at + 6, 2)?;
    let method = number(bytes, at + 8, 2)?;
    let size = number(bytes, at + 18, 4)?;
    let name_len = number(bytes, at + 26, 2)?;
    let extra = number(bytes, at + 28, 2)?;
    let name = bytes.get(at + 30..at + 30 + name_len)?;
    let start = at + 30 + name_len + extra;
    let behind = flags & 8 != 0 || size == 0xFFFF_FFFF;
    // Encrypted members, and stored ones of unknown length, cannot be told from what follows.
    if flags & 1 != 0 || !(method == 8 || method == 0 && !behind) || start > bytes.len() {
        return None;
    }
    let end = if behind {
        bytes.len()
    } else {
        (start + size).min(bytes.len())
    };
    Some(Member {
        name: String::from_utf8_lossy(name).into_owned(),
        deflated: method == 8,
        start,
        end,
    })
}

/// All members that can be found.
pub(super) fn find(bytes: &[u8], ctx: &Ctx<'_>) -> Result<Vec<Member>, Why> {
    let mut members = Vec::new();
    let mut from = 0;
    for at in memchr::memmem::find_iter(bytes, b"PK\x03\x04") {
        ctx.tick()?;
        // Signatures inside the bytes of a member belong to a file inside it.
        if at < from {
            continue;
        }
        if let Some(found) = member(bytes, at) {
            if found.end < bytes.len() {
                from = found.end;
            }
            members.push(found);
        }
        if members.len() as u64 > ctx.limits.max_entries {
            return Err(Why::TooMany(ctx.limits.max_entries));
        }
    }
    Ok(members)
}

impl Member {
    /// Its bytes, expanded, as far as they can be read, and why not further.
    pub(super) fn read(&self, bytes: &[u8], ctx: &mut Ctx<'_>) -> (Vec<u8>, Result<(), Why>) {
        let mut out = Vec::new();
        let stored = bytes.get(self.start..self.end).unwrap_or_default();
        let mut plain = stored;
        let mut expanded = DeflateDecoder::new(stored);
        let stream: &mut dyn Read = if self.deflated { &mut expanded } else { &mut plain };
        let result = read_into(&mut out, stream, stored.len() as u64, ctx);
        (out, result)
    }
}
