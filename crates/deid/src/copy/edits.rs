//! A list of changes to bytes: ranges that go, and what stands there instead.

use std::ops::Range;

/// Changes to one stretch of bytes, in any order; of changes that overlap, the one that begins first and is longest holds.
#[derive(Debug, Default)]
pub(super) struct Edits {
    list: Vec<(Range<usize>, Vec<u8>)>,
}

impl Edits {
    pub(super) fn replace(&mut self, range: Range<usize>, with: impl Into<Vec<u8>>) {
        self.list.push((range, with.into()));
    }

    pub(super) fn drop(&mut self, range: Range<usize>) {
        self.list.push((range, Vec::new()));
    }

    /// Whether there is nothing to change.
    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The bytes with the changes made.
    pub(super) fn apply(mut self, bytes: &[u8]) -> Vec<u8> {
        self.list
            .sort_by(|(a, _), (b, _)| a.start.cmp(&b.start).then(b.end.cmp(&a.end)));
        let mut out = Vec::with_capacity(bytes.len());
        let mut at = 0;
        for (range, with) in &self.list {
            // Inside of what went already; what reaches further goes too.
            if range.start < at {
                at = range.end.max(at);
                continue;
            }
            out.extend_from_slice(bytes.get(at..range.start).unwrap_or_default());
            out.extend_from_slice(with);
            at = range.end.max(at);
        }
        out.extend_from_slice(bytes.get(at..).unwrap_or_default());
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_made_in_order_and_the_outer_one_holds() {
        let mut edits = Edits::default();
        edits.replace(6..7, *b"X");
        edits.drop(2..5);
        edits.replace(3..4, *b"never");
        edits.replace(0..0, *b">");
        edits.replace(4..6, *b"never");
        assert_eq!(edits.apply(b"0123456789"), b">01X789");
    }
}
