//! Records of JSON as the rows of a table.

use super::super::Piece;
use super::super::builder::Builder;
use super::Json;
use super::strings::string_text;
use crate::context::Ctx;
use crate::{CellMark, Step};

/// Most columns of a table; members beyond are given as lines.
const COLUMNS: usize = 512;

/// Records on the way to a part.
#[derive(Default)]
pub(super) struct Table {
    pub(super) out: Builder,
    pub(super) cells: Vec<CellMark>,
    pub(super) columns: Vec<String>,
    pub(super) steps: Vec<Step>,
    pub(super) row: u32,
    /// The column where the last value stood.
    pub(super) last: usize,
}

impl Json {
    /// A new table begins; the one before is given.
    pub(super) fn begin_table(&mut self, ctx: &mut Ctx<'_>) {
        let before = std::mem::take(&mut self.table);
        let Table {
            mut out,
            mut cells,
            columns,
            steps,
            ..
        } = before;
        out.fresh_line();
        out.give_table(&steps, &mut cells, &columns, ctx);
        if self.lines {
            self.table.steps.push(Step::Line(self.line));
        }
        if !self.path.is_empty() {
            self.table.steps.push(Step::Key(self.path.clone()));
        }
    }

    /// The number of the column with this name.
    pub(super) fn column(&mut self, key: &str) -> Option<usize> {
        let table = &mut self.table;
        let guess = table.last.wrapping_add(1);
        if table.columns.get(guess).is_some_and(|c| c == key) {
            return Some(guess);
        }
        let found = table.columns.iter().position(|c| c == key);
        if found.is_none() && table.columns.len() < COLUMNS {
            table.columns.push(key.to_owned());
            return Some(table.columns.len() - 1);
        }
        found
    }

    /// A value of a row.
    pub(super) fn cell(&mut self, col: usize, piece: &Piece<'_>, from: usize, to: usize, string: bool) {
        let table = &mut self.table;
        if table.last != usize::MAX {
            table.out.put("\t");
        }
        table.last = col;
        let start = table.out.len();
        string_text(piece, from, to, string, " ", &mut table.out);
        table.cells.push(CellMark {
            start,
            end: table.out.len(),
            row: table.row,
            col: u32::try_from(col).unwrap_or(u32::MAX),
            hidden: false,
        });
    }
}
