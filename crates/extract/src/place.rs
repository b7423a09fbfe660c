use std::fmt;

use serde::{Deserialize, Serialize};

/// One step on the way from the file to a piece of its text. `Display` is the English of the machine
/// formats; the translation files have a message for each (`place-…`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Step {
    /// Member of an archive, by its path.
    Member(String),
    /// Attachment or embedded object, by its name.
    Attachment(String),
    /// Message of a mailbox, counted from 1.
    Message(u64),
    /// Header field of a message.
    MailHeader(String),
    /// Page, counted from 1.
    Page(u32),
    /// Sheet of a workbook.
    Sheet {
        /// Its name.
        name: String,
        /// Whether the program hides it.
        hidden: bool,
    },
    /// Cell of a sheet or table, both counted from 0.
    Cell {
        /// Row.
        row: u32,
        /// Column.
        col: u32,
        /// Whether the row or column is hidden.
        hidden: bool,
    },
    /// Slide, counted from 1.
    Slide {
        /// Number.
        number: u32,
        /// Whether it is hidden in the show.
        hidden: bool,
    },
    /// Speaker's notes of a slide.
    Notes,
    /// Paragraph, counted from 1.
    Paragraph(u32),
    /// Line, counted from 1.
    Line(u64),
    /// Page header.
    Header,
    /// Page footer.
    Footer,
    /// Footnote.
    Footnote,
    /// Endnote.
    Endnote,
    /// Comment, with its author where known.
    Comment(String),
    /// Inserted by tracked change, with its author where known.
    Inserted(String),
    /// Deleted by tracked change, still in the file.
    Deleted(String),
    /// Text that the program hides.
    HiddenText,
    /// Text box or drawing.
    TextBox,
    /// Document property, by its name.
    Property(String),
    /// Annotation of a PDF.
    Annotation,
    /// Form field, by its name.
    FormField(String),
    /// Bookmark or outline entry.
    Outline,
    /// Picture inside the file, counted from 1.
    Image(u32),
    /// EXIF or other metadata of a picture, by its tag.
    Exif(String),
    /// Text of a QR code or bar code.
    QrCode,
    /// Machine-readable zone.
    Mrz,
    /// Text seen by OCR.
    Ocr,
    /// Statement or table of a database dump.
    Table(String),
    /// Value in a tree of keys (JSON, XML, YAML), by its path.
    Key(String),
    /// A macro, script or comment in the source of the file.
    Source,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let author = |f: &mut fmt::Formatter<'_>, what: &str, who: &str| {
            if who.is_empty() {
                f.write_str(what)
            } else {
                write!(f, "{what} by '{who}'")
            }
        };
        match self {
            Self::Member(p) => write!(f, "member '{p}'"),
            Self::Attachment(p) => write!(f, "attachment '{p}'"),
            Self::Message(n) => write!(f, "message {n}"),
            Self::MailHeader(n) => write!(f, "header {n}"),
            Self::Page(n) => write!(f, "page {n}"),
            Self::Sheet { name, hidden } => write!(f, "{}sheet '{name}'", if *hidden { "hidden " } else { "" }),
            Self::Cell { row, col, hidden } => {
                let row = u64::from(*row) + 1;
                write!(
                    f,
                    "{}{row}{}",
                    column_name(*col),
                    if *hidden { " (hidden)" } else { "" }
                )
            }
            Self::Slide { number, hidden } => write!(f, "{}slide {number}", if *hidden { "hidden " } else { "" }),
            Self::Notes => f.write_str("notes"),
            Self::Paragraph(n) => write!(f, "paragraph {n}"),
            Self::Line(n) => write!(f, "line {n}"),
            Self::Header => f.write_str("page header"),
            Self::Footer => f.write_str("page footer"),
            Self::Footnote => f.write_str("footnote"),
            Self::Endnote => f.write_str("endnote"),
            Self::Comment(who) => author(f, "comment", who),
            Self::Inserted(who) => author(f, "insertion", who),
            Self::Deleted(who) => author(f, "deletion", who),
            Self::HiddenText => f.write_str("hidden text"),
            Self::TextBox => f.write_str("text box"),
            Self::Property(n) => write!(f, "property '{n}'"),
            Self::Annotation => f.write_str("annotation"),
            Self::FormField(n) => write!(f, "form field '{n}'"),
            Self::Outline => f.write_str("outline"),
            Self::Image(n) => write!(f, "image {n}"),
            Self::Exif(n) => write!(f, "metadata '{n}'"),
            Self::QrCode => f.write_str("QR code"),
            Self::Mrz => f.write_str("machine-readable zone"),
            Self::Ocr => f.write_str("OCR"),
            Self::Table(n) => write!(f, "table '{n}'"),
            Self::Key(n) => write!(f, "key '{n}'"),
            Self::Source => f.write_str("source"),
        }
    }
}

/// Name of a spreadsheet column: 0 is `A`, 26 is `AA`.
pub(crate) fn column_name(col: u32) -> String {
    let mut n = u64::from(col) + 1;
    let mut name = Vec::new();
    while n > 0 {
        n -= 1;
        name.push(b'A' + (n % 26) as u8);
        n /= 26;
    }
    name.iter().rev().map(|&b| char::from(b)).collect()
}

/// Where a piece of text stands in a file: the steps from outside to inside.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Place {
    /// Steps, outermost first.
    pub steps: Vec<Step>,
}

impl Place {
    /// The file itself.
    pub fn root() -> Self {
        Self::default()
    }

    /// This place and one step further in.
    #[must_use]
    pub fn with(&self, step: Step) -> Self {
        let mut steps = Vec::with_capacity(self.steps.len() + 1);
        steps.extend_from_slice(&self.steps);
        steps.push(step);
        Self { steps }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, step) in self.steps.iter().enumerate() {
            if i > 0 {
                f.write_str(", ")?;
            }
            step.fmt(f)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_their_spreadsheet_names() {
        let names: Vec<_> = [0, 1, 25, 26, 701, 702].map(column_name).into();
        assert_eq!(names, ["A", "B", "Z", "AA", "ZZ", "AAA"]);
    }

    #[test]
    fn a_place_reads_from_outside_to_inside() {
        let place = Place::root()
            .with(Step::Sheet {
                name: "Danh sách".into(),
                hidden: false,
            })
            .with(Step::Cell {
                row: 6,
                col: 1,
                hidden: false,
            });
        assert_eq!(place.to_string(), "sheet 'Danh sách', B7");
    }
}
