//! The table of pieces: from positions of characters to bytes.

use crate::Why;
use crate::legacy::bytes::{size_at, slice, u16_at, u32_at};

/// A stretch of characters that lie one after the other in the stream.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    /// First character.
    pub(super) from: u32,
    /// One past the last.
    pub(super) to: u32,
    /// First byte.
    pub(super) at: usize,
    /// One byte a character, of the Western code page.
    pub(super) narrow: bool,
    /// Formatting of the whole piece, by its place among [`Pieces::changes`].
    pub(super) change: Option<usize>,
}

/// All pieces, in order.
#[derive(Debug, Clone, Default)]
pub(super) struct Pieces {
    pub(super) list: Vec<Piece>,
    /// Formatting that fast saves left at whole pieces.
    pub(super) changes: Vec<Vec<u8>>,
}

impl Pieces {
    /// Reads the table; pieces that lie outside the stream are cut.
    pub(super) fn read(clx: &[u8], word: &[u8]) -> Result<Self, Why> {
        Self::parse(clx, word, false)
    }

    /// The same for files whose text is of one byte a character throughout.
    pub(super) fn read_narrow(clx: &[u8], word: &[u8]) -> Result<Self, Why> {
        Self::parse(clx, word, true)
    }

    fn parse(clx: &[u8], word: &[u8], all_narrow: bool) -> Result<Self, Why> {
        let broken = || Why::Damaged("table of pieces".into());
        let mut pieces = Self::default();
        let mut at = 0;
        // Formatting first, then the table itself.
        while clx.get(at) == Some(&1) {
            let len = usize::from(u16_at(clx, at + 1).ok_or_else(broken)?);
            pieces
                .changes
                .push(slice(clx, at + 3, len).ok_or_else(broken)?.to_vec());
            at += 3 + len;
        }
        if clx.get(at) != Some(&2) {
            return Err(broken());
        }
        let len = size_at(clx, at + 1).ok_or_else(broken)?;
        let table = clx.get(at + 5..).ok_or_else(broken)?;
        let table = table.get(..len).unwrap_or(table);
        let count = table.len().saturating_sub(4) / 12;
        for i in 0..count {
            let (Some(from), Some(to)) = (u32_at(table, 4 * i), u32_at(table, 4 * i + 4)) else {
                break;
            };
            let record = 4 * (count + 1) + 8 * i;
            let (Some(place), Some(change)) = (u32_at(table, record + 2), u16_at(table, record + 6)) else {
                break;
            };
            let narrow = all_narrow || place & 0x4000_0000 != 0;
            let place = (place & 0x3fff_ffff) as usize;
            let at = if narrow && !all_narrow { place / 2 } else { place };
            let room = word.len().saturating_sub(at) / if narrow { 1 } else { 2 };
            let to = to.min(from.saturating_add(u32::try_from(room).unwrap_or(u32::MAX)));
            // Positions rise; a table that goes back would show the same text again and again.
            if from >= to || pieces.list.last().is_some_and(|p| p.to > from) {
                continue;
            }
            pieces.list.push(Piece {
                from,
                to,
                at,
                narrow,
                change: (change & 1 == 1).then_some(usize::from(change >> 1)),
            });
        }
        if pieces.list.is_empty() && count > 0 {
            return Err(broken());
        }
        Ok(pieces)
    }

    /// One past the last character.
    pub(super) fn end(&self) -> u32 {
        self.list.last().map_or(0, |p| p.to)
    }
}
