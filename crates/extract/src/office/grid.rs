//! Tables on their way to the sink: cells with their true rows and columns, large tables cut by rows.

use crate::context::Ctx;
use crate::{CellMark, Grain, OffsetMap, Part, Step};

/// Bytes of text after which a table is cut at the end of a row.
const PART: usize = 1 << 20;
/// How many rows of letters may stand over the values.
const HEAD: usize = 8;
/// Longest text of a header cell, in bytes.
const HEADER: usize = 200;
/// Widest cell over several columns that names them; a wider one is a title.
const SPAN: u32 = 8;
/// Cells over several columns that are kept.
const WIDE: usize = 1024;
/// Bytes that may be searched for texts that the cells already show.
const SEARCH: usize = 2 << 30;
/// Bytes of the name of a column that lies under several headers.
const NAME: usize = 120;

/// Collects the cells of one table and gives them in parts.
pub(super) struct Grid {
    steps: Vec<Step>,
    text: String,
    cells: Vec<CellMark>,
    /// Names of the columns, where they stand outside the cells.
    columns: Vec<String>,
    /// The first rows, as far as they can be headers.
    head: Vec<(u32, Vec<(u32, String)>)>,
    /// Cells over several columns: row, first and last column.
    wide: Vec<(u32, u32, u32)>,
    /// Whether a wide cell names columns that have no header of their own.
    spread: bool,
    /// Whether a part was given already.
    cut: bool,
    searched: usize,
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
            wide: Vec::new(),
            spread: false,
            cut: false,
            searched: 0,
        }
    }

    /// The same table, whose columns have names outside the cells.
    pub(super) fn with_columns(steps: Vec<Step>, columns: Vec<String>) -> Self {
        Self {
            columns,
            ..Self::new(steps)
        }
    }

    /// Tells, before the cell comes, that it covers these columns.
    pub(super) fn widen(&mut self, row: u32, first: u32, last: u32) {
        if first < last && last - first < SPAN && self.wide.len() < WIDE {
            self.wide.push((row, first, last));
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
        if text.len() > HEADER || text.bytes().any(|b| b.is_ascii_digit()) {
            return;
        }
        let wide = self.wide.iter().find(|(r, first, _)| (*r, *first) == (row, col));
        let last = wide.map_or(col, |(_, _, last)| *last);
        self.spread |= last > col;
        if let Some((_, cells)) = self.head.last_mut() {
            cells.extend((col..=last).map(|col| (col, text.to_owned())));
        }
    }

    /// The names of the columns for parts that do not hold them: what stands over a column in the first row with several
    /// texts, and below it where wide cells show that the header has two rows; what they leave open, later rows fill.
    fn headers(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        let rows = self.head.iter().map(|(_, cells)| cells);
        for (i, row) in rows.skip_while(|cells| cells.len() < 2).enumerate() {
            let joins = i == 1 && self.spread;
            for (col, text) in row {
                let col = *col as usize;
                // Columns beyond this are no table that a person reads.
                if col >= 16_384 {
                    continue;
                }
                if col >= names.len() {
                    names.resize(col + 1, String::new());
                }
                let Some(name) = names.get_mut(col) else { continue };
                if name.is_empty() {
                    name.push_str(text);
                } else if joins && name.len() + text.len() < NAME {
                    name.push(' ');
                    name.push_str(text);
                }
            }
        }
        names
    }

    /// Whether a text stands in what was not given yet; no, once looking took too long, as twice is better than never.
    pub(super) fn shows(&mut self, text: &str) -> bool {
        self.searched = self.searched.saturating_add(self.text.len());
        if self.searched > SEARCH {
            return false;
        }
        memchr::memmem::find(self.text.as_bytes(), text.as_bytes()).is_some()
    }

    /// Gives what was collected so far.
    pub(super) fn flush(&mut self, ctx: &mut Ctx<'_>) {
        if self.text.is_empty() {
            return;
        }
        if (self.cut || self.spread) && self.columns.is_empty() {
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
