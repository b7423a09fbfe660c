use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::{OffsetMap, Place, Step, Unread};

/// A finer place that begins at an offset of a part's text and holds until the next mark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// First byte of the text that stands there.
    pub start: usize,
    /// The steps below the part's place.
    pub steps: Vec<Step>,
}

/// One cell of a table inside a part's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellMark {
    /// First byte of the cell's text.
    pub start: usize,
    /// One past its last byte.
    pub end: usize,
    /// Row, counted from 0.
    pub row: u32,
    /// Column, counted from 0.
    pub col: u32,
    /// Whether the row or the column is hidden.
    pub hidden: bool,
}

/// How places inside a part are told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Grain {
    /// The part is one place.
    Whole,
    /// By lines: the part's first line has this number (counted from 1); the rest is counted when needed.
    Lines {
        /// Number of the first line.
        first: u64,
    },
    /// By marks, in order of `start`.
    Marks(Vec<Mark>),
    /// A table, cells in order of `start`, separated by tab and line feed in the text.
    Cells(Vec<CellMark>),
}

/// A piece of text, in reading order, with its place.
///
/// Text that belongs together (a page, a sheet, a chapter of paragraphs) comes in one part, so that
/// names and numbers that cross runs and lines stay whole and labels stay near their values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Part<'a> {
    /// Where it stands.
    pub place: Place,
    /// The text.
    pub text: Cow<'a, str>,
    /// How places inside it are told.
    pub grain: Grain,
    /// From offsets of the text to byte offsets of the file, where they exist.
    pub map: OffsetMap,
    /// Names of the columns, where they stand outside the text.
    pub columns: Vec<String>,
    /// The caption of the whole part: name of a form field, of a property, of a mail header.
    pub caption: Option<String>,
}

impl<'a> Part<'a> {
    /// A part that is one place.
    pub fn whole(place: Place, text: impl Into<Cow<'a, str>>) -> Self {
        Self {
            place,
            text: text.into(),
            grain: Grain::Whole,
            map: OffsetMap::None,
            columns: Vec::new(),
            caption: None,
        }
    }

    /// The same part with its text of its own, to be handed to another thread.
    pub fn into_owned(self) -> Part<'static> {
        Part {
            place: self.place,
            text: Cow::Owned(self.text.into_owned()),
            grain: self.grain,
            map: self.map,
            columns: self.columns,
            caption: self.caption,
        }
    }

    /// The finest known place of the byte at `offset` of the text.
    pub fn place_at(&self, offset: usize) -> Place {
        match &self.grain {
            Grain::Whole => self.place.clone(),
            Grain::Lines { first } => {
                let end = offset.min(self.text.len());
                let lines = self.text.as_bytes().get(..end).unwrap_or_default();
                self.place
                    .with(Step::Line(first + lines.iter().filter(|&&b| b == b'\n').count() as u64))
            }
            Grain::Marks(marks) => {
                let after = marks.partition_point(|m| m.start <= offset);
                let mut place = self.place.clone();
                if let Some(mark) = after.checked_sub(1).and_then(|i| marks.get(i)) {
                    place.steps.extend_from_slice(&mark.steps);
                }
                place
            }
            Grain::Cells(cells) => {
                let after = cells.partition_point(|c| c.start <= offset);
                match after.checked_sub(1).and_then(|i| cells.get(i)) {
                    Some(c) => self.place.with(Step::Cell {
                        row: c.row,
                        col: c.col,
                        hidden: c.hidden,
                    }),
                    None => self.place.clone(),
                }
            }
        }
    }
}

/// Takes what a reader sees, as it sees it.
pub trait Sink {
    /// A piece of text.
    fn part(&mut self, part: Part<'_>);
    /// Something that could not be read.
    fn unread(&mut self, unread: Unread);
}
