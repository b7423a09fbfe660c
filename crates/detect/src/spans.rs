//! Spans of a text, asked again and again whether something overlaps one of them.

/// Spans in order, each with how far it and those before it reach.
#[derive(Debug)]
pub(crate) struct Spans {
    sorted: Vec<(usize, usize)>,
}

impl Spans {
    /// Of spans in any order, which may overlap.
    pub(crate) fn new(spans: impl Iterator<Item = (usize, usize)>) -> Self {
        let mut sorted: Vec<(usize, usize)> = spans.collect();
        sorted.sort_unstable();
        let mut reach = 0;
        for span in &mut sorted {
            reach = reach.max(span.1);
            span.1 = reach;
        }
        Self { sorted }
    }

    /// Whether one of them has a byte of `start..end`.
    pub(crate) fn overlap(&self, start: usize, end: usize) -> bool {
        let i = self.sorted.partition_point(|span| span.0 < end);
        i.checked_sub(1)
            .and_then(|i| self.sorted.get(i))
            .is_some_and(|span| span.1 > start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_span_before_others_is_not_forgotten() {
        let spans = Spans::new([(10, 12), (0, 30), (14, 16), (40, 41)].into_iter());
        assert!(spans.overlap(20, 21));
        assert!(spans.overlap(29, 40));
        assert!(!spans.overlap(30, 40));
        assert!(!spans.overlap(41, 50));
        assert!(!Spans::new(std::iter::empty()).overlap(0, 9));
    }
}
