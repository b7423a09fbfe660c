//! Records of a workbook stream, each with the pieces that continue it.

use crate::legacy::bytes::{slice, u16_at};

/// The record that continues the one before it.
const CONTINUE: u16 = 0x3c;

/// A record and its pieces.
#[derive(Debug, Clone)]
pub(super) struct Record<'a> {
    pub(super) kind: u16,
    /// The first piece.
    pub(super) data: &'a [u8],
    /// The pieces that continue it.
    pub(super) more: Vec<&'a [u8]>,
}

/// Walks over records.
#[derive(Debug, Clone)]
pub(super) struct Records<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Whether the last record reached beyond the end.
    pub(super) cut: bool,
}

impl<'a> Records<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            at: 0,
            cut: false,
        }
    }

    fn one(&mut self) -> Option<(u16, &'a [u8])> {
        let kind = u16_at(self.bytes, self.at)?;
        let len = usize::from(u16_at(self.bytes, self.at + 2)?);
        let Some(data) = slice(self.bytes, self.at + 4, len) else {
            self.cut = true;
            self.at = self.bytes.len();
            return None;
        };
        self.at += 4 + len;
        Some((kind, data))
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Record<'a>;

    fn next(&mut self) -> Option<Record<'a>> {
        let (kind, data) = self.one()?;
        let mut more = Vec::new();
        while u16_at(self.bytes, self.at) == Some(CONTINUE) {
            match self.one() {
                Some((_, piece)) => more.push(piece),
                None => break,
            }
        }
        Some(Record { kind, data, more })
    }
}
