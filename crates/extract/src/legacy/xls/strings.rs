//! Strings of records: narrow or wide, with formatting behind, cut anywhere by pieces that continue.

use super::records::Record;
use crate::legacy::bytes::{slice, u16_at, u32_at, utf16};

/// Reads across the pieces of a record.
pub(super) struct Pieces<'a> {
    pieces: Vec<&'a [u8]>,
    piece: usize,
    at: usize,
}

impl<'a> Pieces<'a> {
    pub(super) fn new(record: &Record<'a>) -> Self {
        let mut pieces = vec![record.data];
        pieces.extend(record.more.iter().copied());
        Self {
            pieces,
            piece: 0,
            at: 0,
        }
    }

    fn rest(&self) -> &'a [u8] {
        self.pieces
            .get(self.piece)
            .and_then(|p| p.get(self.at..))
            .unwrap_or_default()
    }

    /// Goes to the next piece where this one is used up; `false` at the end of all.
    fn refill(&mut self) -> bool {
        while self.rest().is_empty() {
            if self.piece + 1 >= self.pieces.len() {
                return false;
            }
            self.piece += 1;
            self.at = 0;
        }
        true
    }

    fn byte(&mut self) -> Option<u8> {
        self.refill();
        let byte = *self.rest().first()?;
        self.at += 1;
        Some(byte)
    }

    pub(super) fn u16(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes([self.byte()?, self.byte()?]))
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        Some(u32::from(self.u16()?) | u32::from(self.u16()?) << 16)
    }

    pub(super) fn skip(&mut self, mut bytes: usize) -> Option<()> {
        while bytes > 0 {
            if !self.refill() {
                return None;
            }
            let step = bytes.min(self.rest().len());
            self.at += step;
            bytes -= step;
        }
        Some(())
    }

    /// A string with its flags and whatever formatting follows it.
    pub(super) fn string(&mut self) -> Option<String> {
        let len = usize::from(self.u16()?);
        let flags = self.byte()?;
        let runs = if flags & 8 != 0 { usize::from(self.u16()?) } else { 0 };
        let extra = if flags & 4 != 0 { self.u32()? as usize } else { 0 };
        let text = self.characters(len, flags & 1 != 0);
        self.skip(4 * runs)?;
        self.skip(extra)?;
        Some(text)
    }

    /// Characters; a piece that continues them says anew whether they are wide.
    pub(super) fn characters(&mut self, mut len: usize, mut wide: bool) -> String {
        let mut units: Vec<u16> = Vec::new();
        while len > 0 {
            if self.rest().is_empty() {
                if !self.refill() {
                    break;
                }
                wide = self.byte().is_some_and(|f| f & 1 != 0);
            }
            let rest = self.rest();
            let size = if wide { 2 } else { 1 };
            let count = len.min(rest.len() / size);
            if count == 0 {
                // Half a character at the end of a piece belongs to nothing.
                self.at += rest.len();
                continue;
            }
            let bytes = rest.get(..count * size).unwrap_or_default();
            if wide {
                units.extend(bytes.chunks_exact(2).map(|p| u16::from_le_bytes([p[0], p[1]])));
            } else {
                units.extend(bytes.iter().map(|&b| u16::from(b)));
            }
            self.at += count * size;
            len -= count;
        }
        String::from_utf16_lossy(&units)
    }
}

/// A string with its length in two bytes before it.
pub(super) fn long(data: &[u8], at: usize) -> Option<String> {
    with_flags(data, at + 2, usize::from(u16_at(data, at)?)).map(|s| s.0)
}

/// A string with its length in one byte before it.
pub(super) fn short(data: &[u8], at: usize) -> Option<String> {
    with_flags(data, at + 1, usize::from(*data.get(at)?)).map(|s| s.0)
}

/// Flags and characters at a place; where they end.
pub(super) fn with_flags(data: &[u8], at: usize, len: usize) -> Option<(String, usize)> {
    let flags = *data.get(at)?;
    let mut from = at + 1;
    if flags & 8 != 0 {
        from += 2;
    }
    if flags & 4 != 0 {
        from += 4;
    }
    if flags & 1 != 0 {
        Some((utf16(slice(data, from, 2 * len)?), from + 2 * len))
    } else {
        let bytes = slice(data, from, len)?;
        Some((bytes.iter().map(|&b| char::from(b)).collect(), from + len))
    }
}

/// The strings of the table that all sheets share.
pub(super) fn shared(record: &Record<'_>) -> Vec<String> {
    let mut pieces = Pieces::new(record);
    let count = u32_at(record.data, 4).unwrap_or(0);
    if pieces.skip(8).is_none() {
        return Vec::new();
    }
    // A string that breaks ends the table: where the next begins is not known any more.
    (0..count).map_while(|_| pieces.string()).collect()
}
