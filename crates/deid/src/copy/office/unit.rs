//! A reading unit that is put together out of the texts of a part, with the way back to them.

use std::borrow::Cow;
use std::ops::Range;

use tutela_detect::{Cell, Input};

use super::super::edits::Edits;
use super::super::{Cut, Decide};
use super::xml;

/// Bytes of text after which a unit ends at the next paragraph.
pub(super) const LONG: usize = 1 << 20;

/// One text of the part inside of the unit.
#[derive(Debug)]
struct Slot {
    /// Where it begins in the unit.
    start: usize,
    /// Its length in the unit.
    len: usize,
    /// Where it stands in the part.
    raw: Range<usize>,
}

/// A reading unit.
#[derive(Debug, Default)]
pub(super) struct Unit {
    pub(super) text: String,
    pub(super) cells: Vec<Cell>,
    slots: Vec<Slot>,
}

impl Unit {
    /// A text of the part.
    pub(super) fn push(&mut self, part: &str, raw: Range<usize>) {
        let shown = xml::decoded(part.get(raw.clone()).unwrap_or_default());
        if !shown.is_empty() {
            self.slots.push(Slot {
                start: self.text.len(),
                len: shown.len(),
                raw,
            });
            self.text.push_str(&shown);
        }
    }

    /// What stands between texts: a tab, a line break.
    pub(super) fn between(&mut self, sign: char) {
        self.text.push(sign);
    }

    /// A paragraph ends.
    pub(super) fn line(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }

    /// Has the unit decided, notes the changes, and begins the next one.
    pub(super) fn decide(&mut self, part: &str, decide: &mut dyn Decide, edits: &mut Edits) {
        if !self.slots.is_empty() {
            let input = Input {
                text: &self.text,
                lang: None,
                cells: &self.cells,
                columns: &[],
                caption: None,
            };
            for cut in decide.cuts(&input) {
                self.cut(part, &cut, edits);
            }
        }
        self.text.clear();
        self.slots.clear();
        self.cells.clear();
    }

    /// The changes of one cut: what stands instead comes into its first text, from the others the piece goes.
    fn cut(&self, part: &str, cut: &Cut, edits: &mut Edits) {
        let first = self.slots.partition_point(|s| s.start + s.len <= cut.range.start);
        let mut with = Some(&cut.with);
        for slot in self.slots.iter().skip(first) {
            if slot.start >= cut.range.end {
                break;
            }
            let start = cut.range.start.max(slot.start) - slot.start;
            let end = (cut.range.end - slot.start).min(slot.len);
            let raw = part.get(slot.raw.clone()).unwrap_or_default();
            let place = back(raw, start..end);
            let shown = with.take().map(|w| xml::escaped(w)).unwrap_or_default();
            edits.replace(slot.raw.start + place.start..slot.raw.start + place.end, shown);
        }
    }
}

/// From a range of the decoded text to the range of the raw text; an entity is cut as a whole.
fn back(raw: &str, range: Range<usize>) -> Range<usize> {
    if !raw.contains('&') {
        return range;
    }
    let (mut at, mut out) = (0, raw.len()..raw.len());
    let mut begun = false;
    for (place, shown) in xml::units(raw) {
        let end = at + shown.len();
        let same = matches!(shown, Cow::Borrowed(_));
        if !begun && range.start < end {
            out.start = if same {
                place.start + (range.start - at)
            } else {
                place.start
            };
            begun = true;
        }
        if begun && range.end <= end {
            out.end = if same {
                place.start + (range.end - at)
            } else {
                place.end
            };
            break;
        }
        at = end;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_lead_back_over_entities() {
        let raw = "a&amp;b&#1048;c";
        for (range, part) in [
            (0..1, "a"),
            (1..2, "&amp;"),
            (2..5, "b&#1048;"),
            (3..6, "&#1048;c"),
            (5..6, "c"),
            (0..6, raw),
        ] {
            assert_eq!(raw.get(back(raw, range.clone())), Some(part), "{range:?}");
        }
    }
}
