//! Cells in their order, given as parts of rows.

use std::collections::{BTreeMap, BTreeSet};

use crate::context::Ctx;
use crate::{CellMark, Grain, OffsetMap, Part, Place};

/// Bytes after which a part ends at the next row.
const PART: usize = 1 << 20;

/// The cells of a sheet.
#[derive(Default)]
pub(super) struct Grid {
    cells: BTreeMap<(u32, u32), String>,
    pub(super) hidden_rows: Vec<u32>,
    hidden_cols: BTreeSet<u32>,
    /// Bytes of all cells.
    pub(super) size: usize,
}

impl Grid {
    pub(super) fn set(&mut self, row: u32, col: u32, text: String) {
        if !text.is_empty() {
            self.size += text.len();
            self.cells.insert((row, col), text);
        }
    }

    /// These columns are hidden; a sheet of this age has 256.
    pub(super) fn hide_columns(&mut self, first: u16, last: u16) {
        self.hidden_cols.extend(u32::from(first)..=u32::from(last.min(255)));
    }

    /// Gives all cells; the texts of the first row go along with the parts after the first.
    pub(super) fn give(mut self, place: &Place, ctx: &mut Ctx<'_>) {
        self.hidden_rows.sort_unstable();
        let mut text = String::new();
        let mut marks: Vec<CellMark> = Vec::new();
        let mut columns = Vec::new();
        let mut header: Option<(u32, Vec<String>)> = None;
        let mut last = None;
        let mut give = |text: &mut String, marks: &mut Vec<CellMark>, columns: &[String]| {
            if marks.is_empty() {
                return;
            }
            ctx.part(Part {
                place: place.clone(),
                text: std::mem::take(text).into(),
                grain: Grain::Cells(std::mem::take(marks)),
                map: OffsetMap::None,
                columns: columns.to_vec(),
                caption: None,
            });
        };
        for ((row, col), value) in self.cells {
            match last {
                Some((r, _)) if r != row => {
                    text.push('\n');
                    if text.len() >= PART {
                        give(&mut text, &mut marks, &columns);
                        if let Some((_, names)) = &header {
                            columns.clone_from(names);
                        }
                    }
                }
                Some(_) => text.push('\t'),
                None => {}
            }
            let start = text.len();
            text.push_str(&value);
            let hidden = self.hidden_rows.binary_search(&row).is_ok() || self.hidden_cols.contains(&col);
            marks.push(CellMark {
                start,
                end: text.len(),
                row,
                col,
                hidden,
            });
            last = Some((row, col));
            let (first, names) = header.get_or_insert_with(|| (row, Vec::new()));
            if *first == row {
                // Columns count from the first of the sheet, whether it has a header or not.
                names.resize(col as usize, String::new());
                names.push(value);
            }
        }
        give(&mut text, &mut marks, &columns);
    }
}
