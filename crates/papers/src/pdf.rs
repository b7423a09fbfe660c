//! Papers as PDF/A-2b. The program that sets them (`pdf/paper.typ`) is fixed; a paper enters it as data, never as its source, so that no
//! value can be taken for markup.

use typst::diag::{FileError, FileResult};
use typst::foundations::{Array, Bytes, Datetime, Dict, Duration, IntoValue, Smart, Value as Data};
use typst::syntax::{FileId, Source};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use crate::document::{Align, Block, Document, Line, Meta, Span, Table};
use crate::error::Error;
use crate::fonts::{Fonts, HAN, SERIF, Set};
use crate::form::Numbering;

const PROGRAM: &str = include_str!("pdf/paper.typ");

/// The most cells and paragraphs of one PDF: 5,000 rows of a register of twelve columns, for which the typesetter takes 800 MB. Longer
/// ones are printed in parts.
const MAX_PIECES: usize = 62_000;

impl Document {
    /// The paper as PDF/A-2b with its fonts in it.
    pub fn to_pdf(&self, fonts: &Fonts, meta: &Meta) -> Result<Vec<u8>, Error> {
        if pieces(&self.blocks) > MAX_PIECES {
            return Err(Error::TooLarge("62,000 cells and paragraphs"));
        }
        let result = self.pages(fonts, meta).and_then(|pages| export(&pages, meta));
        // The typesetter remembers what it has set, to be faster the next time; here that would be personal data.
        typst::comemo::evict(0);
        result
    }

    fn pages(&self, fonts: &Fonts, meta: &Meta) -> Result<PagedDocument, Error> {
        let han = self.locale == tutela_words::Locale::Zh || any_char(&self.blocks, is_han);
        let fonts = fonts.set(han)?;
        let world = Desk {
            library: LazyHash::new(Library::builder().with_inputs(self.data(fonts, meta)).build()),
            fonts,
            program: Source::detached(PROGRAM),
        };
        typst::compile(&world).output.map_err(|e| refuse(&e))
    }

    /// Where the texts end at the right, in points.
    #[cfg(test)]
    pub(crate) fn right_edges(&self, fonts: &Fonts) -> Result<Vec<f64>, Error> {
        fn collect(frame: &typst::layout::Frame, left: f64, out: &mut Vec<f64>) {
            for (at, item) in frame.items() {
                match item {
                    typst::layout::FrameItem::Group(group) => collect(&group.frame, left + at.x.to_pt(), out),
                    typst::layout::FrameItem::Text(text) => out.push(left + at.x.to_pt() + text.width().to_pt()),
                    _ => {}
                }
            }
        }
        let meta = Meta {
            author: String::new(),
            created: jiff::civil::date(2026, 11, 24).at(0, 0, 0, 0),
        };
        let mut out = Vec::new();
        for page in self.pages(fonts, &meta)?.pages() {
            collect(&page.frame, 0.0, &mut out);
        }
        Ok(out)
    }

    /// The text of every page as it is set.
    #[cfg(test)]
    pub(crate) fn page_texts(&self, fonts: &Fonts) -> Result<Vec<String>, Error> {
        fn collect(frame: &typst::layout::Frame, out: &mut String) {
            for (_, item) in frame.items() {
                match item {
                    typst::layout::FrameItem::Group(group) => collect(&group.frame, out),
                    typst::layout::FrameItem::Text(text) => out.push_str(&text.text),
                    _ => {}
                }
            }
        }
        let meta = Meta {
            author: String::new(),
            created: jiff::civil::date(2026, 11, 24).at(0, 0, 0, 0),
        };
        let pages = self.pages(fonts, &meta)?;
        let texts = pages.pages().iter().map(|page| {
            let mut text = String::new();
            collect(&page.frame, &mut text);
            text
        });
        Ok(texts.collect())
    }

    fn data(&self, fonts: &Set, meta: &Meta) -> Dict {
        let author = drawable(&crate::value::clean(&meta.author), fonts);
        let at = meta.created;
        let date: Array = [i64::from(at.year()), i64::from(at.month()), i64::from(at.day())]
            .into_iter()
            .map(IntoValue::into_value)
            .collect();
        dict([
            ("title", text(&self.title)),
            ("author", text(&author)),
            ("date", date.into_value()),
            ("lang", text(self.locale.code())),
            ("country", text(self.country.code())),
            ("landscape", self.landscape.into_value()),
            ("every", (self.numbering == Numbering::Every).into_value()),
            ("mark", text(&drawable(&self.sheet_mark, fonts))),
            ("serif", text(SERIF)),
            (
                "han",
                text(if fonts.fonts.iter().any(|f| f.info().family == HAN) {
                    HAN
                } else {
                    ""
                }),
            ),
            ("blocks", blocks(&self.blocks, fonts)),
        ])
    }
}

/// The message of the typesetter about the fixed program, without its trace.
fn refuse(errors: &[typst::diag::SourceDiagnostic]) -> Error {
    Error::Typesetting(errors.first().map(|e| e.message.to_string()).unwrap_or_default())
}

fn export(pages: &PagedDocument, meta: &Meta) -> Result<Vec<u8>, Error> {
    let at = meta.created;
    let [month, day, hour, minute, second] =
        [at.month(), at.day(), at.hour(), at.minute(), at.second()].map(i8::unsigned_abs);
    let created = Datetime::from_ymd_hms(i32::from(at.year()), month, day, hour, minute, second);
    let options = PdfOptions {
        ident: Smart::Auto,
        creator: Smart::Custom(Some("Tutela".to_owned())),
        timestamp: created.map(Timestamp::new_utc),
        standards: PdfStandards::new(&[PdfStandard::A_2b]).map_err(|e| Error::Typesetting(e.message().to_string()))?,
        ..PdfOptions::default()
    };
    typst_pdf::pdf(pages, &options).map_err(|e| refuse(&e))
}

/// What the typesetter may see: the fixed program and the fonts. There are no files and there is no clock.
struct Desk<'a> {
    library: LazyHash<Library>,
    fonts: &'a Set,
    program: Source,
}

impl World for Desk<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.fonts.book
    }

    fn main(&self) -> FileId {
        self.program.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.program.id() {
            Ok(self.program.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn file(&self, _: FileId) -> FileResult<Bytes> {
        Err(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe4f}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}')
}

/// Characters that no font can draw are written by their numbers: visible, and nothing is lost. A paper for keeping may hold no empty
/// glyphs.
fn drawable(text: &str, fonts: &Set) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        // Boxes are drawn by the program itself.
        if matches!(c, '\u{a0}' | '\u{200b}' | '☐' | '☒') || fonts.draws(c) {
            out.push(c);
        } else {
            out.push_str(&format!("[U+{:04X}]", u32::from(c)));
        }
    }
    out
}

fn dict<const N: usize>(entries: [(&str, Data); N]) -> Dict {
    entries.into_iter().map(|(key, value)| (key.into(), value)).collect()
}

fn text(text: &str) -> Data {
    Data::Str(text.into())
}

fn list(items: impl Iterator<Item = Data>) -> Data {
    Data::Array(items.collect())
}

fn line(spans: &[Span], fonts: &Set) -> Data {
    line_of(spans, fonts, LONG_IN_TEXT)
}

fn line_of(spans: &[Span], fonts: &Set, longest: usize) -> Data {
    list(spans.iter().map(|span| {
        let entry = match span {
            Span::Text { text: t, bold, italic } => dict([
                ("k", text("text")),
                ("t", text(&divided(&drawable(t, fonts), longest))),
                ("b", bold.into_value()),
                ("i", italic.into_value()),
            ]),
            Span::Break => dict([("k", text("break"))]),
            Span::Missing(words) => dict([("k", text("missing")), ("t", text(&drawable(words, fonts)))]),
            Span::Blank(width) => dict([("k", text("blank")), ("w", i64::from(*width).into_value())]),
        };
        Data::Dict(entry)
    }))
}

fn blocks(blocks_: &[Block], fonts: &Set) -> Data {
    let mut out = Array::new();
    let mut aside = Array::new();
    for block in blocks_ {
        if let Block::Aside(text) = block {
            aside.push(line(text, fonts));
            continue;
        }
        flush_aside(&mut aside, &mut out);
        out.push(Data::Dict(self::block(block, fonts)));
    }
    flush_aside(&mut aside, &mut out);
    Data::Array(out)
}

fn flush_aside(aside: &mut Array, out: &mut Array) {
    if !aside.is_empty() {
        let lines = Data::Array(std::mem::take(aside));
        out.push(Data::Dict(dict([("k", text("aside")), ("lines", lines)])));
    }
}

fn block(block: &Block, fonts: &Set) -> Dict {
    match block {
        Block::Heading { level, text: t } => dict([
            ("k", text("heading")),
            ("level", i64::from(*level).into_value()),
            ("t", line(t, fonts)),
        ]),
        Block::Para { align, text: t } => {
            let align = match align {
                Align::Body => "body",
                Align::Left => "left",
                Align::Centre => "centre",
                Align::Right => "right",
            };
            dict([("k", text("para")), ("align", text(align)), ("t", line(t, fonts))])
        }
        // Grouped by the caller.
        Block::Aside(t) => dict([("k", text("aside")), ("lines", list(std::iter::once(line(t, fonts))))]),
        Block::Item { marker, level, text: t } => dict([
            ("k", text("item")),
            ("marker", text(marker)),
            ("level", i64::from(*level).into_value()),
            ("t", line(t, fonts)),
        ]),
        Block::Check { on, text: t } => dict([("k", text("check")), ("on", on.into_value()), ("t", line(t, fonts))]),
        Block::Note(t) => dict([("k", text("note")), ("t", line(t, fonts))]),
        Block::Rule => dict([("k", text("rule"))]),
        Block::Gap => dict([("k", text("gap"))]),
        Block::PageBreak => dict([("k", text("page"))]),
        Block::Sign { post, name, caption } => dict([
            ("k", text("sign")),
            ("post", line(post, fonts)),
            ("name", line(name, fonts)),
            ("caption", text(caption)),
        ]),
        Block::Table(t) => table(t, fonts),
        Block::Columns(left, right) => dict([
            ("k", text("columns")),
            ("left", blocks(left, fonts)),
            ("right", blocks(right, fonts)),
        ]),
    }
}

fn table(table: &Table, fonts: &Set) -> Dict {
    // Columns without lines are few and wide.
    let longest = if table.plain { LONG_IN_TEXT } else { LONG_IN_CELL };
    let cell = |cell: &Line| line_of(cell, fonts, longest);
    let rows = |rows: &[Vec<Line>]| list(rows.iter().map(|row| list(row.iter().map(cell))));
    dict([
        ("k", text("table")),
        ("widths", list(table.widths.iter().map(|w| i64::from(*w).into_value()))),
        ("plain", table.plain.into_value()),
        ("head", rows(&table.head)),
        ("rows", rows(&table.rows)),
    ])
}

/// The longest run without a space that a column of a table, and a line of the text, must hold; in characters.
const LONG_IN_CELL: usize = 24;
const LONG_IN_TEXT: usize = 48;

/// A text in which long hashes, addresses and signatures may go on in the next line.
fn divided(text: &str, longest: usize) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_inclusive(' ') {
        let long = word.chars().count() > longest && !word.chars().any(is_han);
        for (at, c) in word.chars().enumerate() {
            if long && at > 0 && at % 8 == 0 {
                out.push('\u{200b}');
            }
            out.push(c);
        }
    }
    out
}

fn pieces(blocks: &[Block]) -> usize {
    let count = |block: &Block| match block {
        Block::Table(table) => (table.head.len() + table.rows.len()) * table.widths.len(),
        Block::Columns(left, right) => pieces(left) + pieces(right),
        _ => 1,
    };
    blocks.iter().map(count).sum()
}

/// Whether some text of the paper has such a character.
fn any_char(blocks: &[Block], is: fn(char) -> bool) -> bool {
    let line = |spans: &Line| {
        spans.iter().any(|span| match span {
            Span::Text { text, .. } | Span::Missing(text) => text.chars().any(is),
            Span::Break | Span::Blank(_) => false,
        })
    };
    blocks.iter().any(|block| match block {
        Block::Heading { text, .. }
        | Block::Para { text, .. }
        | Block::Item { text, .. }
        | Block::Check { text, .. } => line(text),
        Block::Aside(text) | Block::Note(text) => line(text),
        Block::Sign { post, name, caption } => line(post) || line(name) || caption.chars().any(is),
        Block::Table(table) => table.head.iter().chain(&table.rows).flatten().any(line),
        Block::Columns(left, right) => any_char(left, is) || any_char(right, is),
        Block::Rule | Block::Gap | Block::PageBreak => false,
    })
}
