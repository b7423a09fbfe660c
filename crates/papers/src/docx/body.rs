//! The text: `word/document.xml`.

use std::fmt::Write;

use tutela_law::Country;
use tutela_words::Locale;

use super::parts;
use crate::document::{Align, Block, Document, Span, Table};
use crate::html::escape;

pub(super) fn document(document: &Document) -> String {
    let mut out = String::with_capacity(16_384);
    let _ = write!(
        out,
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<w:document {}><w:body>",
        parts::NAMESPACES
    );
    let mut writer = Writer {
        document,
        out,
        width: parts::text_width(document),
        size: None,
    };
    writer.blocks(&document.blocks);
    let mut out = writer.out;
    out.push_str(&parts::section(document));
    out.push_str("</w:body></w:document>");
    out
}

struct Writer<'a> {
    document: &'a Document,
    out: String,
    /// Of the text, or of the cell that is being written.
    width: u32,
    /// Size of letters in half points, where it is not that of the text.
    size: Option<u16>,
}

impl Writer<'_> {
    fn blocks(&mut self, blocks: &[Block]) {
        let mut after_table = false;
        for block in blocks {
            let table = matches!(block, Block::Table(_) | Block::Columns(..) | Block::Sign { .. });
            if table && after_table {
                // Two tables without a paragraph between them would become one.
                self.paragraph("<w:spacing w:after=\"0\"/>", &[]);
            }
            after_table = table;
            self.block(block);
        }
        if after_table {
            // A cell and a text must end with a paragraph.
            self.paragraph("<w:spacing w:after=\"0\"/>", &[]);
        }
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Heading { level, text } => {
                self.paragraph(&format!("<w:pStyle w:val=\"Heading{level}\"/>"), text);
            }
            Block::Para { align, text } => {
                let first = if self.document.locale == Locale::Zh {
                    "<w:ind w:firstLine=\"480\" w:firstLineChars=\"200\"/>"
                } else {
                    "<w:ind w:firstLine=\"624\"/>"
                };
                let properties = match align {
                    Align::Body => format!("{first}<w:jc w:val=\"both\"/>"),
                    Align::Left => String::new(),
                    Align::Centre => "<w:jc w:val=\"center\"/>".to_owned(),
                    Align::Right => "<w:jc w:val=\"right\"/>".to_owned(),
                };
                self.paragraph(&properties, text);
            }
            Block::Aside(text) => {
                let left = self.width * 48 / 100;
                self.paragraph(&format!("<w:spacing w:after=\"40\"/><w:ind w:left=\"{left}\"/>"), text);
            }
            Block::Item { marker, level, text } => {
                let left = if *level == 1 { 567 } else { 851 };
                let properties = format!(
                    "<w:tabs><w:tab w:val=\"left\" w:pos=\"{left}\"/></w:tabs><w:ind w:left=\"{left}\" w:hanging=\"454\"/><w:jc w:val=\"both\"/>"
                );
                self.marked(&properties, marker, "", text);
            }
            Block::Check { on, text } => {
                let fonts = "<w:rFonts w:ascii=\"MS Gothic\" w:hAnsi=\"MS Gothic\" w:eastAsia=\"MS Gothic\"/>";
                let properties =
                    "<w:tabs><w:tab w:val=\"left\" w:pos=\"567\"/></w:tabs><w:ind w:left=\"567\" w:hanging=\"454\"/>";
                self.marked(properties, if *on { "☒" } else { "☐" }, fonts, text);
            }
            Block::Note(text) => self.paragraph("<w:pStyle w:val=\"Note\"/>", text),
            Block::Rule => self.paragraph(
                "<w:pBdr><w:bottom w:val=\"single\" w:sz=\"4\" w:space=\"1\" w:color=\"auto\"/></w:pBdr>",
                &[],
            ),
            Block::Gap => self.paragraph("", &[]),
            Block::PageBreak => self.out.push_str("<w:p><w:r><w:br w:type=\"page\"/></w:r></w:p>"),
            Block::Sign { post, name, caption } => self.sign(post, name, caption),
            Block::Table(table) => self.table(table),
            Block::Columns(left, right) => {
                let half = self.width * 2 / 5;
                // The motto of Viet Nam stands on one line.
                self.size = (self.document.country == Country::Vn).then_some(23);
                self.open_table(&[half, self.width - half], false);
                self.out.push_str("<w:tr>");
                self.cell_of_blocks(half, left);
                self.cell_of_blocks(self.width - half, right);
                self.out.push_str("</w:tr></w:tbl>");
                self.size = None;
            }
        }
    }

    fn paragraph(&mut self, properties: &str, text: &[Span]) {
        self.out.push_str("<w:p>");
        if !properties.is_empty() {
            let _ = write!(self.out, "<w:pPr>{properties}</w:pPr>");
        }
        self.spans(text, false);
        self.out.push_str("</w:p>");
    }

    fn marked(&mut self, properties: &str, marker: &str, run: &str, text: &[Span]) {
        let _ = write!(
            self.out,
            "<w:p><w:pPr>{properties}</w:pPr><w:r><w:rPr>{run}</w:rPr><w:t>{marker}</w:t></w:r><w:r><w:tab/></w:r>"
        );
        self.spans(text, false);
        self.out.push_str("</w:p>");
    }

    fn spans(&mut self, spans: &[Span], strong: bool) {
        for span in spans {
            match span {
                Span::Text { text, bold, italic } => {
                    let b = if *bold || strong { "<w:b/>" } else { "" };
                    let i = if *italic { "<w:i/>" } else { "" };
                    self.run(&format!("{b}{i}"), "", text);
                }
                Span::Break => self.out.push_str("<w:r><w:br/></w:r>"),
                Span::Missing(words) => {
                    let words = format!("\u{a0}\u{a0}{words}\u{a0}\u{a0}");
                    self.run("<w:color w:val=\"8A3B00\"/>", "<w:u w:val=\"single\"/>", &words);
                }
                Span::Blank(width) => self.run("", "", &"_".repeat(usize::from((*width).min(70)))),
            }
        }
    }

    /// A run of text; the schema wants the size between the properties before and after it.
    fn run(&mut self, before: &str, after: &str, text: &str) {
        let size = self.size.map(|s| format!("<w:sz w:val=\"{s}\"/>")).unwrap_or_default();
        self.out.push_str("<w:r>");
        if !(before.is_empty() && size.is_empty() && after.is_empty()) {
            let _ = write!(self.out, "<w:rPr>{before}{size}{after}</w:rPr>");
        }
        let _ = write!(self.out, "<w:t xml:space=\"preserve\">{}</w:t></w:r>", escape(text));
    }

    fn open_table(&mut self, widths: &[u32], lines: bool) {
        let total: u32 = widths.iter().sum();
        let side = |name: &str| {
            let value = if lines { "single" } else { "nil" };
            format!("<w:{name} w:val=\"{value}\" w:sz=\"4\" w:space=\"0\" w:color=\"auto\"/>")
        };
        let borders: String = ["top", "left", "bottom", "right", "insideH", "insideV"]
            .map(side)
            .concat();
        let _ = write!(
            self.out,
            "<w:tbl><w:tblPr><w:tblW w:w=\"{total}\" w:type=\"dxa\"/><w:tblBorders>{borders}</w:tblBorders><w:tblLayout w:type=\"fixed\"/></w:tblPr><w:tblGrid>"
        );
        for width in widths {
            let _ = write!(self.out, "<w:gridCol w:w=\"{width}\"/>");
        }
        self.out.push_str("</w:tblGrid>");
    }

    fn cell_of_blocks(&mut self, width: u32, blocks: &[Block]) {
        let _ = write!(
            self.out,
            "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/></w:tcPr>"
        );
        let outer = std::mem::replace(&mut self.width, width);
        if blocks.is_empty() {
            self.paragraph("", &[]);
        }
        self.blocks(blocks);
        self.width = outer;
        self.out.push_str("</w:tc>");
    }

    fn cell(&mut self, width: u32, properties: &str, text: &[Span], strong: bool, borders: &str) {
        let _ = write!(
            self.out,
            "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/>{borders}</w:tcPr><w:p><w:pPr>{properties}</w:pPr>"
        );
        self.spans(text, strong);
        self.out.push_str("</w:p></w:tc>");
    }

    fn table(&mut self, table: &Table) {
        let all: u32 = table.widths.iter().map(|w| u32::from(*w)).sum();
        let widths: Vec<u32> = table
            .widths
            .iter()
            .map(|w| u32::from(*w) * self.width / all.max(1))
            .collect();
        self.size = match widths.len() {
            _ if table.plain => None,
            11.. => Some(15),
            7..=10 => Some(18),
            _ => Some(21),
        };
        self.open_table(&widths, !table.plain);
        let head = table.head.iter().map(|row| (row, true));
        for (row, head) in head.chain(table.rows.iter().map(|row| (row, false))) {
            self.out.push_str("<w:tr><w:trPr><w:cantSplit/>");
            if row.iter().any(|cell| is_room(cell)) {
                self.out.push_str("<w:trHeight w:val=\"520\" w:hRule=\"atLeast\"/>");
            }
            if head {
                self.out.push_str("<w:tblHeader/>");
            }
            self.out.push_str("</w:trPr>");
            for (cell, width) in row.iter().zip(&widths) {
                let text = if is_room(cell) { &[] } else { cell.as_slice() };
                self.cell(*width, "<w:spacing w:after=\"20\"/>", text, head, "");
            }
            self.out.push_str("</w:tr>");
        }
        if table.head.is_empty() && table.rows.is_empty() {
            self.out.push_str("<w:tr>");
            for width in &widths {
                self.cell(*width, "", &[], false, "");
            }
            self.out.push_str("</w:tr>");
        }
        self.out.push_str("</w:tbl>");
        self.size = None;
    }

    fn sign(&mut self, post: &[Span], name: &[Span], caption: &str) {
        let caption = [Span::Text {
            text: caption.to_owned(),
            bold: false,
            italic: self.document.country == Country::Vn,
        }];
        if self.document.country == Country::Vn {
            let left = self.width * 45 / 100;
            let right = self.width - left;
            self.open_table(&[left, right], false);
            self.out.push_str("<w:tr><w:trPr><w:cantSplit/></w:trPr>");
            self.cell(left, "", &[], false, "");
            let _ = write!(
                self.out,
                "<w:tc><w:tcPr><w:tcW w:w=\"{right}\" w:type=\"dxa\"/></w:tcPr>"
            );
            let centre = "<w:jc w:val=\"center\"/>";
            for (text, strong, space) in [(post, true, 0), (caption.as_slice(), false, 1100), (name, true, 0)] {
                let _ = write!(self.out, "<w:p><w:pPr><w:spacing w:after=\"{space}\"/>{centre}</w:pPr>");
                self.spans(text, strong);
                self.out.push_str("</w:p>");
            }
            self.out.push_str("</w:tc></w:tr></w:tbl>");
            return;
        }
        let widths = [self.width * 46 / 100, self.width * 24 / 100, self.width * 30 / 100];
        let [first, second, third] = widths;
        self.open_table(&widths, false);
        let line = "<w:tcBorders><w:bottom w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"auto\"/></w:tcBorders>";
        let low = "<w:vAlign w:val=\"bottom\"/>";
        self.out
            .push_str("<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val=\"620\" w:hRule=\"atLeast\"/></w:trPr>");
        self.cell(first, "<w:spacing w:after=\"0\"/>", post, false, low);
        self.cell(
            second,
            "<w:spacing w:after=\"0\"/>",
            &[],
            false,
            &format!("{line}{low}"),
        );
        self.cell(third, "<w:spacing w:after=\"0\"/>", name, false, low);
        self.out.push_str("</w:tr><w:tr>");
        self.cell(first, "", &[], false, "");
        self.cell(
            second,
            "<w:pStyle w:val=\"Note\"/><w:jc w:val=\"center\"/>",
            &caption,
            false,
            "",
        );
        self.cell(third, "", &[], false, "");
        self.out.push_str("</w:tr></w:tbl>");
    }
}

/// A cell that is only a gap is room for a signature.
fn is_room(cell: &[Span]) -> bool {
    matches!(cell, [Span::Blank(_)])
}
