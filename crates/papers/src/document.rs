use tutela_words::Locale;

use crate::form::Numbering;

/// A paper that is ready to be shown, printed or written: the form with its values.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    pub(crate) title: String,
    pub(crate) locale: Locale,
    pub(crate) country: tutela_law::Country,
    pub(crate) landscape: bool,
    pub(crate) numbering: Numbering,
    /// What stands at the foot of every sheet beside its number.
    pub(crate) sheet_mark: String,
    pub(crate) blocks: Vec<Block>,
    pub(crate) missing: Vec<String>,
}

impl Document {
    /// The title of the paper.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Its language.
    pub fn locale(&self) -> Locale {
        self.locale
    }

    /// Names of the fields that the form needs and that were not supplied, each once, in the order of the paper. Fields of rows are
    /// named `list.field`.
    pub fn missing(&self) -> &[String] {
        &self.missing
    }
}

/// What a file says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meta {
    /// Who made it: the body, never a person's name without need.
    pub author: String,
    /// When it was made, in the time of the office.
    pub created: jiff::civil::DateTime,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Block {
    Heading {
        level: u8,
        text: Line,
    },
    Para {
        align: Align,
        text: Line,
    },
    /// A paragraph of the block at the right that names the addressee or the approval.
    Aside(Line),
    /// A numbered clause or an item of a list.
    Item {
        marker: String,
        level: u8,
        text: Line,
    },
    Check {
        on: bool,
        text: Line,
    },
    Note(Line),
    Rule,
    Gap,
    PageBreak,
    Sign {
        post: Line,
        name: Line,
        caption: String,
    },
    Table(Table),
    Columns(Vec<Self>, Vec<Self>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Align {
    Body,
    /// Without the indent of the first line.
    Left,
    Centre,
    Right,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Table {
    /// Relative widths; their number is the number of columns.
    pub(crate) widths: Vec<u16>,
    pub(crate) head: Vec<Vec<Line>>,
    pub(crate) rows: Vec<Vec<Line>>,
    /// Without lines: labels and values.
    pub(crate) plain: bool,
}

/// A line of text in pieces of one look.
pub(crate) type Line = Vec<Span>;

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Span {
    Text {
        text: String,
        bold: bool,
        italic: bool,
    },
    Break,
    /// A place that must still be supplied, with the words that say so.
    Missing(String),
    /// A place to be filled in by hand; width in characters.
    Blank(u16),
}

impl Span {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text {
            text: text.into(),
            bold: false,
            italic: false,
        }
    }
}
