use std::cell::OnceCell;
use std::collections::HashMap;

use crate::addresses::lower::Lower;
use crate::{Cell, Finding, Lang};

/// What the recognisers of names, addresses and sensitive kinds get to see: the normalised text
/// (NFC, half-width, no invisible marks, simplified Han characters) and what is already known of it.
/// Offsets are byte offsets into the normalised text; the engine maps them back.
#[derive(Debug)]
pub(crate) struct Scene<'a> {
    pub(crate) text: &'a str,
    /// The main language of the text.
    pub(crate) lang: Lang,
    /// Cells of the table that the text holds, in order of `start`; empty for running text.
    pub(crate) cells: &'a [Cell],
    /// Names of the columns, where they stand outside the text.
    pub(crate) columns: &'a [String],
    /// The caption of the whole text: the name of a form field, a key, a document property.
    pub(crate) caption: Option<&'a str>,
    /// The identifiers found in it, sorted by `start`.
    pub(crate) identifiers: &'a [Finding],
    /// The text in lower case, made when the first finder asks and shared by all.
    pub(crate) lower: OnceCell<Lower>,
}

impl<'a> Scene<'a> {
    /// The text in lower case, with the same offsets.
    pub(crate) fn lower(&self) -> &Lower {
        self.lower.get_or_init(|| Lower::of(self.text))
    }

    /// The cell that holds the byte at this offset.
    pub(crate) fn cell(&self, at: usize) -> Option<&'a Cell> {
        let i = self.cells.partition_point(|c| c.start <= at).checked_sub(1)?;
        self.cells.get(i).filter(|c| at <= c.end)
    }

    /// The text of a cell.
    pub(crate) fn text_of(&self, cell: &Cell) -> &'a str {
        self.text.get(cell.start..cell.end).unwrap_or_default()
    }
}

/// What the header of a column announces.
#[derive(Debug)]
pub(crate) struct ColumnLabel<T> {
    pub(crate) what: T,
    /// The row of the header; nothing where it stands outside the text.
    pub(crate) row: Option<u32>,
}

/// Rows at the top of a table in which a header may stand.
const HEADER_ROWS: u32 = 8;

/// What the headers of the columns announce, by a reader of headers: from outside the text, else from the first rows of these cells. The
/// first header of a column counts. One pass over the cells, however many columns there are.
pub(crate) fn labels<T>(
    scene: &Scene<'_>,
    cells: &[Cell],
    read: impl Fn(&str) -> Option<T>,
) -> HashMap<u32, ColumnLabel<T>> {
    let mut known = HashMap::new();
    for (col, header) in (0..).zip(scene.columns) {
        if let Some(what) = read(header) {
            known.insert(col, ColumnLabel { what, row: None });
        }
    }
    let first = cells.first().map_or(0, |c| c.row);
    for cell in cells.iter().take_while(|c| c.row < first.saturating_add(HEADER_ROWS)) {
        let header = scene.text_of(cell);
        let outside = scene.columns.get(cell.col as usize).is_some();
        if !outside
            && !header.is_empty()
            && !header.bytes().any(|b| b.is_ascii_digit())
            && !known.contains_key(&cell.col)
            && let Some(what) = read(header)
        {
            let row = Some(cell.row);
            known.insert(cell.col, ColumnLabel { what, row });
        }
    }
    known
}

/// The same for the table that the whole text is.
pub(crate) fn labels_of_columns<T>(
    scene: &Scene<'_>,
    read: impl Fn(&str) -> Option<T>,
) -> HashMap<u32, ColumnLabel<T>> {
    labels(scene, scene.cells, read)
}
