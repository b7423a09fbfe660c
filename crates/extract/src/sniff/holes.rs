//! Holes in texts: room that was laid out and never written.

/// The least number of zero bytes that is a hole in a text: room that was never written, and no text.
pub(crate) const HOLE: usize = 512;

/// How many zero bytes the bytes begin with, by blocks as long as there are many.
pub(crate) fn zeros(bytes: &[u8]) -> usize {
    let blocks = bytes
        .chunks_exact(4096)
        .take_while(|block| block.iter().fold(0, |all, b| all | b) == 0)
        .count();
    let rest = bytes.get(blocks * 4096..).unwrap_or_default();
    blocks * 4096 + rest.iter().take_while(|b| **b == 0).count()
}

/// The first hole: where it begins and how long it is.
pub(crate) fn hole(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut at = 0;
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr::memchr(0, rest)) {
        let start = at + found;
        let len = zeros(bytes.get(start..).unwrap_or_default());
        if len >= HOLE {
            return Some((start, len));
        }
        at = start + len;
    }
    None
}

/// The bytes without holes and without zeros at their ends, where a hole may have been cut.
pub(super) fn without_holes(bytes: &[u8]) -> Vec<u8> {
    let mut solid = Vec::with_capacity(bytes.len());
    let mut rest = bytes.get(zeros(bytes)..).unwrap_or_default();
    while let Some((start, len)) = hole(rest) {
        solid.extend_from_slice(rest.get(..start).unwrap_or_default());
        rest = rest.get(start + len..).unwrap_or_default();
    }
    let end = rest.iter().rposition(|b| *b != 0).map_or(0, |i| i + 1);
    solid.extend_from_slice(rest.get(..end).unwrap_or_default());
    solid
}
