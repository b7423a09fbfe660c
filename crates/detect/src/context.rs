//! What stands around a candidate, and what it does to the score.

use std::borrow::Cow;
use std::cell;

use memchr::{memchr, memchr_iter, memrchr};

use crate::labels::{self, Label, Topic};
use crate::{Cell, Lang, Reason};

/// A text under examination.
pub(crate) struct Context<'a> {
    pub(crate) text: &'a str,
    pub(crate) bytes: &'a [u8],
    pub(crate) cells: &'a [Cell],
    /// Label of every column, where one is known.
    pub(crate) columns: Vec<Option<Label>>,
    pub(crate) caption: Option<Label>,
    pub(crate) vietnamese: bool,
    pub(crate) russian: bool,
    pub(crate) chinese: bool,
    /// The last answer of [`Context::label`]: many recognisers ask for the same place.
    memo: cell::Cell<(usize, Option<(Label, bool)>)>,
    /// The last header row that was looked for: column, delimiters in the line, line, answer.
    header: cell::Cell<(usize, usize, usize, Option<Label>)>,
}

/// How far back a header row is looked for in running text, in bytes.
const HEADER_BACK: usize = 4096;

impl<'a> Context<'a> {
    pub(crate) fn new(
        text: &'a str,
        lang: Lang,
        cells: &'a [Cell],
        columns: &'a [String],
        caption: Option<&str>,
    ) -> Self {
        let mut own: Vec<Option<Label>> = columns.iter().map(|c| labels::of_header(c)).collect();
        if own.is_empty() {
            // The first rows of a table: the first one with a label names its columns.
            for cell in cells.iter().take_while(|c| c.row < cells[0].row + 8) {
                let col = cell.col as usize;
                if col >= own.len() && col < 4096 {
                    own.resize(col + 1, None);
                }
                if let Some(slot @ None) = own.get_mut(col) {
                    let header = text.get(cell.start..cell.end).unwrap_or_default();
                    *slot = if header.bytes().any(|b| b.is_ascii_digit()) {
                        None
                    } else {
                        labels::of_header(header)
                    };
                }
            }
        }
        Self {
            text,
            bytes: text.as_bytes(),
            cells,
            columns: own,
            caption: caption.and_then(labels::of_header),
            vietnamese: lang == Lang::Vi,
            russian: lang == Lang::Ru,
            chinese: lang == Lang::Zh,
            memo: cell::Cell::new((usize::MAX, None)),
            header: cell::Cell::new((usize::MAX, 0, 0, None)),
        }
    }

    /// The character before a byte offset.
    pub(crate) fn char_before(&self, at: usize) -> Option<char> {
        self.text.get(..at)?.chars().next_back()
    }

    /// Whether a Cyrillic letter ends directly before the offset.
    pub(crate) fn cyrillic_before(&self, at: usize) -> bool {
        at >= 2 && matches!(self.bytes[at - 2], 0xD0 | 0xD1) && self.bytes[at - 1] >= 0x80
    }

    /// The label that holds for a value at this offset: the nearest word before it, else its column, else the caption.
    fn label(&self, start: usize) -> Option<(Label, bool)> {
        let (at, known) = self.memo.get();
        if at == start {
            return known;
        }
        let label = self.look_up(start);
        self.memo.set((start, label));
        label
    }

    fn look_up(&self, start: usize) -> Option<(Label, bool)> {
        let near = labels::before(self.text, start);
        if let Some(label) = near {
            return Some((label, false));
        }
        if !self.cells.is_empty() {
            let i = self.cells.partition_point(|c| c.start <= start).checked_sub(1)?;
            let label = self.columns.get(self.cells.get(i)?.col as usize).copied().flatten();
            return label.or(self.caption).map(|l| (l, true));
        }
        self.caption.or_else(|| self.header_above(start)).map(|l| (l, true))
    }

    /// The header over a value in delimited text without cells.
    fn header_above(&self, start: usize) -> Option<Label> {
        let text = self.bytes;
        let line = memrchr(b'\n', text.get(..start)?).map_or(0, |i| i + 1);
        let end = memchr(b'\n', text.get(start..)?).map_or(text.len(), |i| start + i);
        let (own, whole) = (text.get(line..start)?, text.get(line..end)?);
        if own.len() > HEADER_BACK || whole.len() > 4 * HEADER_BACK {
            return None;
        }
        let count = |s: &[u8], d: u8| memchr_iter(d, s).count();
        let delimiter = [b';', b'\t', b'|', b','].into_iter().find(|&d| count(whole, d) >= 2)?;
        let (column, width) = (count(own, delimiter), count(whole, delimiter));
        let (last_column, last_width, last_line, known) = self.header.get();
        let label = if (last_column, last_width) == (column, width) && line.wrapping_sub(last_line) < HEADER_BACK / 4 {
            known
        } else {
            self.find_header(line, delimiter, column, width)
        };
        self.header.set((column, width, line, label));
        label
    }

    fn find_header(&self, line: usize, delimiter: u8, column: usize, width: usize) -> Option<Label> {
        let mut from = line.saturating_sub(HEADER_BACK);
        while !self.text.is_char_boundary(from) {
            from += 1;
        }
        for above in self.text.get(from..line)?.lines().rev() {
            if memchr_iter(delimiter, above.as_bytes()).count() != width {
                return None;
            }
            let header = above.split(char::from(delimiter)).nth(column)?.trim_matches(['"', ' ']);
            if header.len() <= 60
                && !header.bytes().any(|b| b.is_ascii_digit())
                && let Some(label) = labels::of_header(header)
            {
                return Some(label);
            }
        }
        None
    }

    /// Whether the label that holds here is of one of these topics.
    pub(crate) fn is(&self, start: usize, topics: &[Topic]) -> bool {
        self.label(start).is_some_and(|(l, _)| topics.contains(&l.topic))
    }

    /// The score of a candidate after its surroundings, and the reason that they give.
    pub(crate) fn weigh(&self, start: usize, end: usize, base: f32, topics: &[Topic], why: &mut Vec<Reason>) -> f32 {
        let _ = end;
        match self.label(start) {
            Some((label, column)) if topics.contains(&label.topic) => {
                let word = Cow::Borrowed(label.word);
                why.push(if column {
                    Reason::Column(word)
                } else {
                    Reason::Label(word)
                });
                (base + 0.3).min(0.99)
            }
            Some((label, _)) if label.topic == Topic::Other => {
                why.push(Reason::Against(Cow::Borrowed(label.word)));
                (base - 0.45).max(0.05)
            }
            // A label of another kind of number speaks against this one, but less.
            Some((label, column)) if !column && conflicts(label.topic, topics) => {
                why.push(Reason::Against(Cow::Borrowed(label.word)));
                base - 0.1
            }
            _ => base,
        }
    }
}

/// Whether a label of this topic makes a candidate of other topics less likely.
fn conflicts(topic: Topic, topics: &[Topic]) -> bool {
    !matches!(topic, Topic::Email | Topic::Username | Topic::BirthDate | Topic::Ip) && !topics.contains(&topic)
}
