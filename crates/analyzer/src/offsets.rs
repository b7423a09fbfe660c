//! Offsets of code points, which Presidio counts in, and bytes.

/// Where the code points of a text begin.
pub(crate) struct Points<'t> {
    text: &'t str,
    /// Byte offset of every code point; empty for a text of ASCII, where both are the same.
    starts: Vec<u32>,
    len: usize,
}

impl<'t> Points<'t> {
    pub(crate) fn of(text: &'t str) -> Self {
        let starts: Vec<u32> = if text.is_ascii() {
            Vec::new()
        } else {
            // A request is far shorter than 4 GB.
            text.char_indices()
                .map(|(at, _)| u32::try_from(at).unwrap_or(u32::MAX))
                .collect()
        };
        let len = if starts.is_empty() { text.len() } else { starts.len() };
        Self { text, starts, len }
    }

    /// Code points.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// The byte at which a code point begins; the end of the text for one beyond it.
    pub(crate) fn byte(&self, point: usize) -> usize {
        if self.starts.is_empty() {
            return point.min(self.text.len());
        }
        self.starts.get(point).map_or(self.text.len(), |b| *b as usize)
    }

    /// The text between two code points, empty if the second is not behind the first.
    pub(crate) fn slice(&self, start: usize, end: usize) -> &'t str {
        self.text.get(self.byte(start)..self.byte(end)).unwrap_or_default()
    }

    /// The code point that begins at a byte.
    pub(crate) fn point(&self, byte: usize) -> usize {
        if self.starts.is_empty() {
            return byte;
        }
        self.starts.partition_point(|b| (*b as usize) < byte)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways() {
        for text in ["", "abc", "Ngô 𠮷!", "\u{0}é"] {
            let points = Points::of(text);
            assert_eq!(points.len(), text.chars().count());
            for (n, (at, c)) in text.char_indices().enumerate() {
                assert_eq!((points.byte(n), points.point(at)), (at, n));
                assert_eq!(points.slice(n, n + 1), c.to_string());
            }
            assert_eq!(points.byte(99), text.len());
            assert_eq!(points.slice(2, 1), "");
        }
    }
}
