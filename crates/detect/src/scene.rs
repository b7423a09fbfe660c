use std::collections::HashMap;

use crate::{Cell, Finding, Lang};

/// What the recognisers of names, addresses and sensitive kinds get to see: the normalised text
/// (NFC, half-width, no invisible marks, simplified Han characters) and what is already known of it.
/// Offsets are byte offsets into the normalised text; the engine maps them back.
#[derive(Debug, Clone, Copy)]
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
}

impl<'a> Scene<'a> {
    /// The cell that holds the byte at this offset.
    pub(crate) fn cell(&self, at: usize) -> Option<&'a Cell> {
        let i = self.cells.partition_point(|c| c.start <= at).checked_sub(1)?;
        self.cells.get(i).filter(|c| at <= c.end)
    }

    /// The text of a cell.
    pub(crate) fn text_of(&self, cell: &Cell) -> &'a str {
        self.text.get(cell.start..cell.end).unwrap_or_default()
    }

    /// The words over a column, a candidate for its header: from outside the text, else its first cells that hold letters.
    pub(crate) fn headers(&self, col: u32) -> impl Iterator<Item = &'a str> {
        let first = self.cells.first().map_or(0, |c| c.row);
        let outside = self.columns.get(col as usize).map(String::as_str);
        let inside = self
            .cells
            .iter()
            .take_while(move |c| c.row < first + 8)
            .filter(move |c| outside.is_none() && c.col == col)
            .map(|c| self.text_of(c))
            .filter(|t| !t.is_empty() && !t.bytes().any(|b| b.is_ascii_digit()));
        outside.into_iter().chain(inside)
    }
}

/// What the headers of a table's columns announce, by a reader of headers: from outside the text, else from the first rows. One pass over
/// the cells, however many columns there are.
pub(crate) fn labels_of_columns<T>(scene: &Scene<'_>, read: impl Fn(&str) -> Option<T>) -> HashMap<u32, T> {
    let mut known = HashMap::new();
    for col in (0..).take(scene.columns.len()) {
        if let Some(label) = scene.headers(col).next().and_then(&read) {
            known.insert(col, label);
        }
    }
    let first = scene.cells.first().map_or(0, |c| c.row);
    for cell in scene.cells.iter().take_while(|c| c.row < first.saturating_add(8)) {
        let header = scene.text_of(cell);
        let outside = scene.columns.get(cell.col as usize).is_some();
        if !outside
            && !header.is_empty()
            && !header.bytes().any(|b| b.is_ascii_digit())
            && !known.contains_key(&cell.col)
            && let Some(label) = read(header)
        {
            known.insert(cell.col, label);
        }
    }
    known
}
