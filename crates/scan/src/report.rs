//! Tells the result of a scan: one file per format.

mod csv;
mod html;
mod json;
mod sarif;
mod text;
mod xlsx;

use std::io::{self, Write};

use tutela_detect::{Entity, Reason};
use tutela_extract::{Place, Step, Unread};
use tutela_law::Class;
use tutela_words::{Arg, Words};

use crate::{About, FileReport, Totals};

/// The formats of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For a terminal.
    Text,
    /// One JSON document.
    Json,
    /// One JSON object a file, then the totals.
    Jsonl,
    /// One row a finding.
    Csv,
    /// A workbook.
    Xlsx,
    /// A page.
    Html,
    /// SARIF 2.1.0, for tools that collect results.
    Sarif,
}

impl Format {
    /// Reads the word of the command line.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "text" => Self::Text,
            "json" => Self::Json,
            "jsonl" => Self::Jsonl,
            "csv" => Self::Csv,
            "xlsx" => Self::Xlsx,
            "html" => Self::Html,
            "sarif" => Self::Sarif,
            _ => return None,
        })
    }
}

/// How a report for a terminal looks.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// Whether colour may be used.
    pub colour: bool,
    /// Whether to list more files and findings.
    pub verbose: bool,
    /// Columns of the terminal.
    pub width: usize,
}

/// Takes reports as files finish, and the totals at the end.
pub trait Report {
    /// One file is done.
    fn file(&mut self, out: &mut dyn Write, file: FileReport) -> io::Result<()>;
    /// All files are done.
    fn end(&mut self, out: &mut dyn Write, about: &About, totals: &Totals) -> io::Result<()>;
}

/// A writer of reports in this format.
pub fn new(format: Format, words: &Words, style: Style) -> Box<dyn Report + '_> {
    match format {
        Format::Text => Box::new(text::Text::new(words, style)),
        Format::Json => Box::new(json::Json::new()),
        Format::Jsonl => Box::new(json::Jsonl),
        Format::Csv => Box::new(csv::Csv::default()),
        Format::Xlsx => Box::new(xlsx::Xlsx::new(words)),
        Format::Html => Box::new(html::Html::new(words)),
        Format::Sarif => Box::new(sarif::Sarif::new(words)),
    }
}

/// The name of a type in the user's language.
pub fn entity_name(words: &Words, entity: Entity) -> String {
    let key = format!("entity-{}", entity.as_str().to_ascii_lowercase().replace('_', "-"));
    if words.has(&key) {
        words.get(&key)
    } else {
        entity.as_str().to_owned()
    }
}

/// The word for a class in the user's language.
fn class_name(words: &Words, class: Option<Class>) -> String {
    class.map_or_else(
        || words.get("class-none"),
        |c| words.get(&format!("class-{}", c.as_str())),
    )
}

/// A reason in the user's language.
fn reason(words: &Words, reason: &Reason) -> String {
    let argument = reason.argument();
    let argument = match reason {
        // A label is shown as it stands in the file.
        Reason::Label(_) | Reason::Column(_) | Reason::Against(_) => argument,
        _ => argument
            .split(", ")
            .map(|x| term(words, x))
            .collect::<Vec<_>>()
            .join(", "),
    };
    words.with(reason.key(), &[("x", Arg::Text(&argument))])
}

/// A word of the engine in the user's language, where there is one for it; a name of a standard or a word from the text stays.
fn term(words: &Words, word: &str) -> String {
    let mut key = String::from("word");
    for part in word
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|p| !p.is_empty())
    {
        key.push('-');
        key.push_str(&part.to_ascii_lowercase());
    }
    if word.is_ascii() && words.has(&key) {
        words.get(&key)
    } else {
        word.to_owned()
    }
}

/// Two decimals: more would pretend to a precision that a score does not have.
fn two(x: f32) -> f64 {
    (f64::from(x) * 100.0).round() / 100.0
}

/// All reasons of a finding.
fn reasons(words: &Words, why: &[Reason]) -> String {
    why.iter().map(|r| reason(words, r)).collect::<Vec<_>>().join(", ")
}

/// Why something was not read, in the user's language.
fn why_unread(words: &Words, unread: &Unread) -> String {
    words.with(unread.why.key(), &[("x", Arg::Text(&unread.why.argument()))])
}

/// A place in the user's language.
fn place(words: &Words, place: &Place) -> String {
    let mut text = String::new();
    for step in &place.steps {
        if !text.is_empty() {
            text.push_str(", ");
        }
        text.push_str(&place_step(words, step));
    }
    text
}

fn place_step(words: &Words, step: &Step) -> String {
    let text = |key: &str, x: &str| words.with(key, &[("x", Arg::Text(x))]);
    let number = |key: &str, n: u64| words.with(key, &[("n", Arg::Number(n))]);
    let hidden = |hidden: bool, shown: String| if hidden { text("place-hidden", &shown) } else { shown };
    match step {
        Step::Member(x) => text("place-member", x),
        Step::Attachment(x) => text("place-attachment", x),
        Step::Message(n) => number("place-message", *n),
        Step::MailHeader(x) => text("place-mail-header", x),
        Step::Page(n) => number("place-page", u64::from(*n)),
        Step::Sheet { name, hidden: h } => hidden(*h, text("place-sheet", name)),
        Step::Slide { number: n, hidden: h } => hidden(*h, number("place-slide", u64::from(*n))),
        Step::Notes => words.get("place-notes"),
        Step::Paragraph(n) => number("place-paragraph", u64::from(*n)),
        Step::Line(n) => number("place-line", *n),
        Step::Header => words.get("place-header"),
        Step::Footer => words.get("place-footer"),
        Step::Footnote => words.get("place-footnote"),
        Step::Endnote => words.get("place-endnote"),
        Step::Comment(x) => text("place-comment", x),
        Step::Inserted(x) => text("place-inserted", x),
        Step::Deleted(x) => text("place-deleted", x),
        Step::HiddenText => words.get("place-hidden-text"),
        Step::TextBox => words.get("place-text-box"),
        Step::Property(x) => text("place-property", x),
        Step::Annotation => words.get("place-annotation"),
        Step::FormField(x) => text("place-form-field", x),
        Step::Outline => words.get("place-outline"),
        Step::Image(n) => number("place-image", u64::from(*n)),
        Step::Exif(x) => text("place-exif", x),
        Step::QrCode => words.get("place-qr-code"),
        Step::Mrz => words.get("place-mrz"),
        Step::Ocr => words.get("place-ocr"),
        Step::Table(x) => text("place-table", x),
        Step::Key(x) => text("place-key", x),
        Step::Source => words.get("place-source"),
        // Cells read the same everywhere; a step that is new here falls back to English.
        other => other.to_string(),
    }
}

/// Text from files and file names, made safe to show: control characters and marks that turn the reading direction are made visible.
fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{0}'..='\u{1f}'
            | '\u{7f}'..='\u{9f}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}' => {
                out.push_str(&format!("\\u{{{:x}}}", u32::from(c)));
            }
            _ => out.push(c),
        }
    }
    out
}

/// Files by risk, worst first, at most `most` of them kept.
#[derive(Debug)]
struct Worst {
    files: Vec<FileReport>,
    most: usize,
}

impl Worst {
    fn new(most: usize) -> Self {
        Self {
            files: Vec::new(),
            most,
        }
    }

    fn add(&mut self, file: FileReport) {
        if file.counts.is_empty() {
            return;
        }
        self.files.push(file);
        if self.files.len() >= 2 * self.most {
            self.trim();
        }
    }

    fn trim(&mut self) {
        self.files.sort_by(|a, b| {
            b.risk
                .total_cmp(&a.risk)
                .then(b.subjects.cmp(&a.subjects))
                .then(a.path.cmp(&b.path))
        });
        self.files.truncate(self.most);
    }
}

#[cfg(test)]
mod tests {
    use tutela_words::Locale;

    use super::*;

    #[test]
    fn words_inside_reasons_are_translated_and_labels_are_not() {
        let words = Words::new(Locale::Ru);
        let pattern = Reason::Pattern("settlement, street, house".into());
        assert!(reason(&words, &pattern).contains("населённый пункт, улица, дом"));
        assert!(reason(&words, &Reason::Label("place".into())).contains("place"));
        assert!(reason(&words, &Reason::Checksum("Luhn".into())).contains("Luhn"));
    }
}
