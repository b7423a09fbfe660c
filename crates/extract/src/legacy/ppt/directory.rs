//! Where the live objects lie: a chain of edits, each with a directory of what it changed.

use std::collections::BTreeMap;

use super::record;
use crate::Why;
use crate::context::Ctx;
use crate::legacy::bytes::{size_at, u32_at};

/// Most edits that are followed back.
const EDITS: usize = 4096;
/// Most objects of one presentation.
const OBJECTS: usize = 1 << 20;

#[derive(Debug, Default)]
pub(super) struct Directory {
    /// Offset of each object by its number.
    pub(super) objects: BTreeMap<u32, usize>,
    /// The object that is the document.
    pub(super) document: Option<u32>,
    pub(super) encrypted: bool,
}

impl Directory {
    pub(super) fn read(stream: &[u8], edit: usize, ctx: &Ctx<'_>) -> Result<Self, Why> {
        let mut directory = Self::default();
        let mut next = edit;
        for _ in 0..EDITS {
            ctx.tick()?;
            let Some(edit) = record(stream, next).filter(|r| r.kind == 0x0ff5) else {
                break;
            };
            directory.document = directory.document.or(u32_at(edit.data, 16));
            directory.encrypted |= edit.data.len() >= 32;
            if let Some(table) = size_at(edit.data, 12).and_then(|at| record(stream, at)) {
                directory.take(table.data);
            }
            // The chain leads back, so it ends.
            match size_at(edit.data, 8) {
                Some(last) if last > 0 && last < next => next = last,
                _ => break,
            }
        }
        Ok(directory)
    }

    /// Newer edits come first, so what is known already stays.
    fn take(&mut self, table: &[u8]) {
        let mut at = 0;
        while let Some(head) = u32_at(table, at) {
            let (first, count) = (head & 0xf_ffff, head >> 20);
            at += 4;
            for i in 0..count {
                let Some(offset) = size_at(table, at) else { return };
                at += 4;
                if self.objects.len() < OBJECTS {
                    self.objects.entry(first + i).or_insert(offset);
                }
            }
        }
    }
}
