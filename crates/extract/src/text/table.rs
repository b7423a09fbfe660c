//! A table of data in markup.

use super::PART;
use super::builder::Builder;
use super::plain::looks_like_value;
use crate::context::Ctx;
use crate::{CellMark, Step};

/// How far is looked ahead to tell a table of data from one that lays out a page, in bytes.
const AHEAD: usize = 64 << 10;
/// Most columns.
const COLUMNS: usize = 4096;

/// Whether the table whose inside begins at `from` holds data: rows of several cells and no table inside a table. Nothing
/// where more text is needed to tell.
pub(super) fn is_data(text: &str, from: usize, may_wait: bool) -> Option<bool> {
    let bytes = text.as_bytes();
    let rest = bytes.get(from..).unwrap_or_default();
    let seen = rest.get(..AHEAD).unwrap_or(rest);
    let (mut rows, mut cells, mut full, mut ended) = (0, 0, 0, false);
    for at in memchr::memchr_iter(b'<', seen) {
        let tag = &seen[at + 1..];
        let is = |name: &[u8]| {
            tag.get(..name.len()).is_some_and(|t| t.eq_ignore_ascii_case(name))
                && !tag.get(name.len()).is_some_and(u8::is_ascii_alphanumeric)
        };
        if is(b"tr") {
            full += usize::from(cells >= 2);
            rows += 1;
            cells = 0;
        } else if is(b"td") || is(b"th") {
            cells += 1;
        } else if is(b"/table") {
            ended = true;
            break;
        } else if is(b"table") {
            return Some(false);
        }
    }
    full += usize::from(cells >= 2);
    if !ended && may_wait && seen.len() < AHEAD {
        return None;
    }
    Some(rows >= 2 && full >= 2 && 2 * full >= rows)
}

pub(super) struct Table {
    steps: Vec<Step>,
    out: Builder,
    cells: Vec<CellMark>,
    columns: Vec<String>,
    row: Option<u32>,
    col: usize,
    /// Where the open cell begins.
    start: Option<usize>,
    /// Whether every cell of the row so far is a header.
    heads: bool,
    /// Rows for which a cell above still covers each column.
    covered: Vec<u32>,
    /// Tables inside this one.
    nested: u32,
    /// First cell of the present row.
    first: usize,
}

impl Table {
    pub(super) fn new(steps: Vec<Step>) -> Self {
        Self {
            steps,
            out: Builder::default(),
            cells: Vec::new(),
            columns: Vec::new(),
            row: None,
            col: 0,
            start: None,
            heads: true,
            covered: Vec::new(),
            nested: 0,
            first: 0,
        }
    }

    /// Where text goes while a cell is open.
    pub(super) fn cell(&mut self) -> Option<&mut Builder> {
        self.start.is_some().then_some(&mut self.out)
    }

    /// An element begins. Whether it is one of the table.
    pub(super) fn open(&mut self, element: &str, colspan: u32, rowspan: u32) -> bool {
        if self.nested > 0 || (element == "table" && self.row.is_some()) {
            self.nested += u32::from(element == "table");
            return false;
        }
        match element {
            "tr" => self.begin_row(),
            "td" | "th" => {
                if self.row.is_none() {
                    self.begin_row();
                }
                self.end_cell();
                while self.covered.get(self.col).is_some_and(|n| *n > 0) {
                    self.col += 1;
                }
                if self.cells.len() > self.first {
                    self.out.put("\t");
                }
                self.heads &= element == "th";
                self.start = Some(self.out.len());
                let span = (colspan.clamp(1, 1000) as usize)
                    .min(COLUMNS.saturating_sub(self.col))
                    .max(1);
                self.cells.push(CellMark {
                    start: self.out.len(),
                    end: self.out.len(),
                    row: self.row.unwrap_or(0),
                    col: u32::try_from(self.col).unwrap_or(u32::MAX),
                    hidden: false,
                });
                if rowspan > 1 && self.col + span <= COLUMNS {
                    if self.covered.len() < self.col + span {
                        self.covered.resize(self.col + span, 0);
                    }
                    for n in &mut self.covered[self.col..self.col + span] {
                        *n = rowspan.min(65_534);
                    }
                }
                self.col += span;
            }
            "thead" | "tbody" | "tfoot" | "table" | "colgroup" => self.end_cell(),
            "caption" => {
                self.end_cell();
                return false;
            }
            _ => return false,
        }
        true
    }

    /// The next row, or the next cell of the row, has this number, counted from 0.
    pub(super) fn skip_to(&mut self, row: Option<u32>, col: Option<u32>) {
        if let Some(row) = row.filter(|r| self.row.is_none_or(|own| own < *r)) {
            self.end_cell();
            self.end_row();
            self.row = row.checked_sub(1);
        }
        if let Some(col) = col.map(|c| c as usize).filter(|c| self.col < *c && *c < COLUMNS) {
            self.col = col;
        }
    }

    /// An element ends. Whether the table does.
    pub(super) fn close(&mut self, element: &str) -> bool {
        match element {
            "table" if self.nested > 0 => {
                self.nested -= 1;
                false
            }
            "table" => true,
            "td" | "th" | "tr" if self.nested == 0 => {
                self.end_cell();
                false
            }
            _ => false,
        }
    }

    fn end_cell(&mut self) {
        if let Some(start) = self.start.take()
            && let Some(cell) = self.cells.last_mut()
        {
            let text = self.out.text.get(start..).unwrap_or_default();
            cell.end = start + text.trim_end().len();
        }
    }

    fn begin_row(&mut self) {
        self.end_cell();
        self.end_row();
        self.row = Some(self.row.map_or(0, |r| r.saturating_add(1)));
        self.col = 0;
        self.heads = true;
        for n in &mut self.covered {
            *n = n.saturating_sub(1);
        }
    }

    fn end_row(&mut self) {
        if self.cells.len() == self.first {
            return;
        }
        self.out.fresh_line();
        let row = &self.cells[self.first..];
        if self.columns.is_empty() && row.len() > 1 && (self.heads || row[0].row == 0) {
            let mut names = vec![String::new(); row.last().map_or(0, |c| c.col as usize + 1)];
            for cell in row {
                if let Some(name) = names.get_mut(cell.col as usize) {
                    *name = self.out.text.get(cell.start..cell.end).unwrap_or_default().to_owned();
                }
            }
            if self.heads || !names.iter().any(|n| looks_like_value(n)) {
                self.columns = names;
            }
        }
        self.first = self.cells.len();
    }

    /// Whether the rows fill a part and the last one is complete.
    pub(super) fn is_full(&self) -> bool {
        self.out.len() >= PART && self.start.is_none()
    }

    /// Gives the rows so far.
    pub(super) fn give(&mut self, ctx: &mut Ctx<'_>) {
        self.end_cell();
        self.end_row();
        self.out.give_table(&self.steps, &mut self.cells, &self.columns, ctx);
        self.first = 0;
    }
}
