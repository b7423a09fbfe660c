use crate::Lang;

/// One cell of a table that lies inside [`Input::text`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// First byte of the cell's text.
    pub start: usize,
    /// One past its last byte.
    pub end: usize,
    /// Row, counted from 0.
    pub row: u32,
    /// Column, counted from 0.
    pub col: u32,
}

/// One piece of text and what is known about it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Input<'a> {
    /// The text. Offsets of findings are byte offsets into it.
    pub text: &'a str,
    /// Its language, where the caller knows it; else the engine looks.
    pub lang: Option<Lang>,
    /// The cells of the table that the text holds, in order of `start`; empty for running text.
    /// Column headers are found by the engine among the rows.
    pub cells: &'a [Cell],
    /// Names of the columns, where they stand outside the text (the column list of an SQL `INSERT`).
    pub columns: &'a [String],
    /// The caption that belongs to the whole text: the name of a form field, of a document property.
    pub caption: Option<&'a str>,
}

impl<'a> Input<'a> {
    /// Running text of unknown language.
    pub fn text(text: &'a str) -> Self {
        Self {
            text,
            ..Self::default()
        }
    }
}
