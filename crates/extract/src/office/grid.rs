//! Tables on their way to the sink: cells with their true rows and columns, large tables cut by rows.

use crate::context::Ctx;
use crate::{CellMark, Grain, OffsetMap, Part, Step};

/// Bytes of text after which a table is cut at the end of a row.
const PART: usize = 1 << 20;
/// How many rows of letters may stand over the values.
const HEAD: usize = 8;
/// Longest text of a header cell, in bytes.
const HEADER: usize = 200;

/// Collects the cells of one table and gives them in parts.
pub(super) struct Grid {
    steps: Vec<Step>,
    text: String,
    cells: Vec<CellMark>,
    /// Names of the columns, where they stand outside the cells.
    columns: Vec<String>,
    /// The first rows, as far as they can be headers.
    head: Vec<(u32, Vec<(u32, String)>)>,
    /// Whether a part was given already.
    cut: bool,
}

impl Grid {
    /// A table at these steps below the place of the file.
    pub(super) fn new(steps: Vec<Step>) -> Self {
        Self {
            steps,
            text: String::new(),
            cells: Vec::new(),
            columns: Vec::new(),
            head: Vec::new(),
            cut: false,
        }
    }

    /// The same table, whose columns have names outside the cells.
    pub(super) fn with_columns(steps: Vec<Step>, columns: Vec<String>) -> Self {
        Self {
            columns,
            ..Self::new(steps)
        }
    }

    /// Adds a cell. Cells come row by row; an empty one leaves no trace.
    pub(super) fn cell(&mut self, row: u32, col: u32, hidden: bool, text: &str, ctx: &mut Ctx<'_>) {
        if text.is_empty() {
            return;
        }
        let new_row = self.cells.last().is_none_or(|last| last.row != row);
        if new_row && self.text.len() >= PART {
            self.flush(ctx);
        }
        if !self.text.is_empty() {
            self.text.push(if new_row { '\n' } else { '\t' });
        }
        let start = self.text.len();
        self.text.push_str(text);
        self.cells.push(CellMark {
            start,
            end: self.text.len(),
            row,
            col,
            hidden,
        });
        if !self.cut && self.columns.is_empty() {
            self.remember(row, col, text);
        }
    }

    /// Keeps the cells of the first rows that may be headers.
    fn remember(&mut self, row: u32, col: u32, text: &str) {
        if self.head.last().is_none_or(|(r, _)| *r != row) {
            if self.head.len() >= HEAD {
                return;
            }
            self.head.push((row, Vec::new()));
        }
        if text.len() <= HEADER
            && !text.bytes().any(|b| b.is_ascii_digit())
            && let Some((_, cells)) = self.head.last_mut()
        {
            cells.push((col, text.to_owned()));
        }
    }

    /// The names of the columns for the parts after the first: the fullest of the first rows; what it leaves open,
    /// the other rows fill.
    fn headers(&self) -> Vec<String> {
        let mut rows: Vec<_> = self.head.iter().map(|(_, cells)| cells).collect();
        rows.sort_by_key(|cells| std::cmp::Reverse(cells.len()));
        let mut names: Vec<String> = Vec::new();
        for (col, text) in rows.into_iter().flatten() {
            let col = *col as usize;
            // Columns beyond this are no table that a person reads.
            if col >= 16_384 {
                continue;
            }
            if col >= names.len() {
                names.resize(col + 1, String::new());
            }
            if let Some(name) = names.get_mut(col).filter(|n| n.is_empty()) {
                name.push_str(text);
            }
        }
        names
    }

    /// Whether a text stands in what was not given yet.
    pub(super) fn shows(&self, text: &str) -> bool {
        memchr::memmem::find(self.text.as_bytes(), text.as_bytes()).is_some()
    }

    /// Gives what was collected so far.
    pub(super) fn flush(&mut self, ctx: &mut Ctx<'_>) {
        if self.text.is_empty() {
            return;
        }
        if self.cut && self.columns.is_empty() {
            self.columns = self.headers();
        }
        self.cut = true;
        let mut place = ctx.place().clone();
        place.steps.extend_from_slice(&self.steps);
        ctx.part(Part {
            place,
            text: std::mem::take(&mut self.text).into(),
            grain: Grain::Cells(std::mem::take(&mut self.cells)),
            map: OffsetMap::None,
            columns: self.columns.clone(),
            caption: None,
        });
    }
}
