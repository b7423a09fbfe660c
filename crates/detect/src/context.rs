//! What stands around a candidate, and what it does to the score.

use std::borrow::Cow;
use std::cell::{self, OnceCell, RefCell};

use crate::block;
use crate::header::{self, Lines};
use crate::labels::{self, Label, Placed, Tails, Topic};
use crate::{Cell, Lang, Reason};

/// A text under examination.
pub(crate) struct Context<'a> {
    pub(crate) text: &'a str,
    pub(crate) bytes: &'a [u8],
    pub(crate) cells: &'a [Cell],
    /// Labels of the columns, where they stand outside the text.
    columns: Vec<Option<Label>>,
    /// Header rows inside the text.
    rows: header::Rows,
    pub(crate) caption: Option<Label>,
    /// Whether a column or the caption holds ages.
    pub(crate) ages: bool,
    pub(crate) vietnamese: bool,
    pub(crate) russian: bool,
    pub(crate) chinese: bool,
    /// The last answer of [`Context::label`]: many recognisers ask for the same place.
    memo: cell::Cell<(usize, Option<(Label, bool)>)>,
    /// Whether the text holds a Cyrillic letter, a letter of Vietnamese: looked for when first asked.
    scripts: OnceCell<(bool, bool)>,
    han: OnceCell<bool>,
    /// Delimited lines around the last value that had no label of its own.
    lines: RefCell<Lines>,
}

impl<'a> Context<'a> {
    pub(crate) fn new(
        text: &'a str,
        lang: Lang,
        cells: &'a [Cell],
        columns: &'a [String],
        caption: Option<&str>,
    ) -> Self {
        let columns: Vec<Option<Label>> = columns.iter().map(|c| labels::of_header(c)).collect();
        let rows = if columns.is_empty() && !cells.is_empty() {
            header::rows(text, cells)
        } else {
            Vec::new()
        };
        let caption = caption.and_then(labels::of_header);
        let mut all = columns.iter().chain(rows.iter().flat_map(|(_, l)| l.iter())).flatten();
        let ages = all.any(|l| l.topic == Topic::Age) || caption.is_some_and(|l| l.topic == Topic::Age);
        Self {
            text,
            bytes: text.as_bytes(),
            cells,
            columns,
            rows,
            caption,
            ages,
            vietnamese: lang == Lang::Vi,
            russian: lang == Lang::Ru,
            chinese: lang == Lang::Zh,
            memo: cell::Cell::new((usize::MAX, None)),
            scripts: OnceCell::new(),
            han: OnceCell::new(),
            lines: RefCell::default(),
        }
    }

    /// The byte before an offset, a space at the beginning of the text.
    #[inline]
    pub(crate) fn byte_before(&self, at: usize) -> u8 {
        at.checked_sub(1)
            .and_then(|i| self.bytes.get(i))
            .copied()
            .unwrap_or(b' ')
    }

    /// The byte at an offset, a space at the end of the text.
    #[inline]
    pub(crate) fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(b' ')
    }

    /// The character before a byte offset.
    pub(crate) fn char_before(&self, at: usize) -> Option<char> {
        self.text.get(..at)?.chars().next_back()
    }

    /// Whether a Cyrillic letter ends directly before the offset.
    pub(crate) fn cyrillic_before(&self, at: usize) -> bool {
        at >= 2 && matches!(self.bytes[at - 2], 0xD0 | 0xD1) && self.bytes[at - 1] >= 0x80
    }

    fn scripts(&self) -> (bool, bool) {
        *self.scripts.get_or_init(|| {
            let vietnamese = memchr::memchr_iter(0xE1, self.bytes).any(|i| matches!(self.byte(i + 1), 0xBA | 0xBB));
            (block::any_within(self.bytes, 0xD0, 0xD1), vietnamese)
        })
    }

    /// Whether there is any Cyrillic in the text: a log of a Russian system is mostly English.
    pub(crate) fn cyrillic(&self) -> bool {
        self.scripts().0
    }

    /// Whether there is any Han character in the text.
    pub(crate) fn han(&self) -> bool {
        *self.han.get_or_init(|| block::any_within(self.bytes, 0xE4, 0xE9))
    }

    /// Whether there is any letter with Vietnamese marks in the text.
    pub(crate) fn marked(&self) -> bool {
        self.scripts().1
    }

    /// The cell that holds the byte at this offset.
    fn cell(&self, at: usize) -> Option<&'a Cell> {
        let i = self.cells.partition_point(|c| c.start <= at).checked_sub(1)?;
        self.cells.get(i).filter(|c| at <= c.end)
    }

    /// The label of the column that a cell stands in.
    pub(crate) fn column(&self, cell: &Cell) -> Option<Label> {
        let labels = if self.rows.is_empty() {
            &self.columns
        } else {
            let above = self.rows.partition_point(|(row, _)| *row < cell.row).checked_sub(1)?;
            &self.rows.get(above)?.1
        };
        labels.get(cell.col as usize).copied().flatten()
    }

    /// The labels of all columns.
    pub(crate) fn columns(&self) -> impl Iterator<Item = Label> {
        let inside = self.rows.iter().flat_map(|(_, labels)| labels.iter());
        self.columns.iter().chain(inside).copied().flatten()
    }

    /// The label that holds for a value at this offset: the nearest word before it, its column, the caption.
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
        let near = labels::within(self.text, start, labels::REACH);
        if self.cells.is_empty() {
            // A word in the field before belongs to that field, if the value has a header.
            let own = near.filter(|p| {
                let mut between = self.bytes.get(p.end..start).unwrap_or_default().iter();
                !between.any(|b| matches!(b, b';' | b',' | b'\t' | b'|'))
            });
            if let Some(p) = own {
                return Some((p.label, false));
            }
            let header = self.caption.or_else(|| {
                self.begins_field(start)
                    .then(|| self.lines.borrow_mut().header(self.text, start))
                    .flatten()
            });
            return header.map(|l| (l, true)).or(near.map(|p| (p.label, false)));
        }
        let cell = self.cell(start);
        let own = |p: &Placed| cell.is_none_or(|c| p.start >= c.start || self.names(p, c));
        match (near, cell.and_then(|c| self.column(c))) {
            (Some(p), _) if own(&p) => Some((p.label, false)),
            (_, Some(column)) => Some((column, true)),
            (Some(p), None) => Some((p.label, false)),
            (None, None) => self.caption.map(|l| (l, true)),
        }
    }

    /// Whether the cell directly left of this one is a label as a form has it: few words, no digits, and this label at the end.
    fn names(&self, placed: &Placed, cell: &Cell) -> bool {
        let before = self.cells.partition_point(|c| c.start < cell.start).checked_sub(1);
        let Some(left) = before.and_then(|i| self.cells.get(i)) else {
            return false;
        };
        let behind = self.bytes.get(placed.end..left.end).unwrap_or_default();
        let whole = self.bytes.get(left.start..left.end).unwrap_or_default();
        left.row == cell.row
            && left.col + 1 == cell.col
            && placed.start >= left.start
            && whole.len() <= labels::REACH
            && !whole.iter().any(u8::is_ascii_digit)
            && !behind.iter().any(|b| b.is_ascii_alphanumeric() || *b >= 0x80)
    }

    /// Whether a field of a delimited line begins here: the line itself, a delimiter or a quote stands before it.
    fn begins_field(&self, start: usize) -> bool {
        let mut at = start;
        while start - at < 3 && matches!(self.byte_before(at), b' ' | b'"' | b'+' | b'(') && at > 0 {
            at -= 1;
        }
        at == 0 || matches!(self.byte_before(at), b';' | b'\t' | b'|' | b',' | b'\n')
    }

    /// Whether the label that holds here is of one of these topics.
    pub(crate) fn is(&self, start: usize, topics: &[Topic]) -> bool {
        self.topic(start).is_some_and(|t| topics.contains(&t))
    }

    /// The same for numbers of which there are many: `tails` are the ends of the labels of these topics. Where no such end stands near and no
    /// header can hold, no label is looked up.
    pub(crate) fn is_one_of(&self, start: usize, topics: &[Topic], tails: &Tails) -> bool {
        let bare = self.cells.is_empty() && self.caption.is_none();
        if bare
            && self.memo.get().0 != start
            && !labels::may_stand(self.bytes, start, tails)
            && !self.begins_field(start)
        {
            return false;
        }
        self.is(start, topics)
    }

    /// The same for tokens of which there are many, in running text: only a label at most so many bytes before it counts.
    pub(crate) fn is_near(&self, start: usize, reach: usize, topics: &[Topic]) -> bool {
        self.close(start, reach).is_some_and(|t| topics.contains(&t))
    }

    /// The topic of the label that holds here.
    pub(crate) fn topic(&self, start: usize) -> Option<Topic> {
        self.label(start).map(|(l, _)| l.topic)
    }

    /// Whether the label that holds here is that of a column or a caption.
    pub(crate) fn by_column(&self, start: usize) -> bool {
        self.label(start).is_some_and(|(_, column)| column)
    }

    /// The topic of a label that ends at most so many bytes before the offset, or of the column or caption.
    pub(crate) fn close(&self, start: usize, reach: usize) -> Option<Topic> {
        if let Some(placed) = labels::within(self.text, start, reach) {
            return Some(placed.label.topic);
        }
        if self.cells.is_empty() && self.caption.is_none() {
            return None;
        }
        self.label(start).filter(|(_, column)| *column).map(|(l, _)| l.topic)
    }

    /// The score of a candidate after its surroundings, and the reason that they give.
    pub(crate) fn weigh(&self, start: usize, base: f32, topics: &[Topic], why: &mut Vec<Reason>) -> f32 {
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
