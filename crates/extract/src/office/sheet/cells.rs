//! The cells of one sheet, and what stands in the sheet beside them.

use super::super::grid::Grid;
use super::super::package::{Rels, give_lines, link};
use super::super::xml::{Item, Tag, Xml};
use super::{Book, strings};
use crate::context::Ctx;
use crate::{Step, Why};

/// Row and column, counted from 0, of a reference such as `B7` or `$B$7:C9`.
pub(super) fn cell_of(reference: &str) -> Option<(u32, u32)> {
    let (mut row, mut col) = (0_u32, 0_u32);
    for b in reference.bytes() {
        match b {
            b'A'..=b'Z' | b'a'..=b'z' if row == 0 => {
                col = col
                    .checked_mul(26)?
                    .checked_add(u32::from(b.to_ascii_uppercase() - b'A') + 1)?;
            }
            b'0'..=b'9' if col > 0 => row = row.checked_mul(10)?.checked_add(u32::from(b - b'0'))?,
            b'$' => {}
            _ => break,
        }
    }
    Some((row.checked_sub(1)?, col.checked_sub(1)?))
}

/// The texts in quotes of a formula, one after another.
pub(in crate::office) fn literals(formula: &str) -> Option<String> {
    let mut found = String::new();
    let mut rest = formula;
    while let Some((_, inside)) = rest.split_once('"') {
        let mut text = String::new();
        let mut tail = inside;
        loop {
            let Some((piece, after)) = tail.split_once('"') else {
                text.push_str(tail);
                tail = "";
                break;
            };
            text.push_str(piece);
            tail = after;
            // Two quotes stand for one.
            match after.strip_prefix('"') {
                Some(more) => {
                    text.push('"');
                    tail = more;
                }
                None => break,
            }
        }
        if text.chars().filter(|c| c.is_alphanumeric()).count() >= 2 {
            if !found.is_empty() {
                found.push_str("; ");
            }
            found.push_str(&text);
        }
        rest = tail;
    }
    (!found.is_empty()).then_some(found)
}

/// The cell being read.
#[derive(Default)]
struct Cell {
    row: u32,
    col: u32,
    style: usize,
    kind: Kind,
    value: String,
    inline: String,
    formula: String,
}

#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Kind {
    #[default]
    Number,
    Shared,
    Text,
    Bool,
}

/// Where the text goes that comes next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Into {
    Nothing,
    Value,
    Inline,
    Formula,
}

struct Sheet<'b> {
    step: Step,
    book: &'b mut Book,
    grid: Grid,
    formulas: Grid,
    /// Columns that are hidden: first and last.
    hidden: Vec<(u32, u32)>,
    row: u32,
    row_hidden: bool,
    cell: Cell,
    shown: String,
    beside: Vec<(Vec<Step>, String)>,
}

/// Reads one sheet.
pub(super) fn read(text: &str, step: &Step, rels: &Rels, book: &mut Book, ctx: &mut Ctx<'_>) -> Result<(), Why> {
    let mut sheet = Sheet {
        step: step.clone(),
        book,
        grid: Grid::new(vec![step.clone()]),
        formulas: Grid::new(vec![step.clone(), Step::Source]),
        hidden: Vec::new(),
        row: 0,
        row_hidden: false,
        cell: Cell::default(),
        shown: String::new(),
        beside: Vec::new(),
    };
    sheet.find_wide(text);
    let result = sheet.walk(&mut Xml::new(text), rels, ctx);
    // What was read before a break stays.
    sheet.grid.flush(ctx);
    sheet.formulas.flush(ctx);
    if !sheet.beside.is_empty() {
        give_lines(&[sheet.step], sheet.beside, ctx);
    }
    result
}

impl Sheet<'_> {
    fn walk(&mut self, xml: &mut Xml<'_>, rels: &Rels, ctx: &mut Ctx<'_>) -> Result<(), Why> {
        let mut into = Into::Nothing;
        let mut reading = false;
        while let Some(item) = xml.next(ctx)? {
            match item {
                Item::Open(tag) => match tag.name() {
                    "c" => self.open_cell(&tag),
                    "v" => into = Into::Value,
                    "f" => into = Into::Formula,
                    "t" if !reading => into = Into::Inline,
                    "rPh" => reading = true,
                    "row" => {
                        if let Some(row) = tag.number("r").and_then(|r| r.checked_sub(1)) {
                            self.row = row;
                        }
                        self.cell.col = u32::MAX;
                        self.row_hidden = tag.switch("hidden", false);
                    }
                    "col" if tag.switch("hidden", false) => {
                        let min = tag.number("min").unwrap_or(1).saturating_sub(1);
                        let max = tag.number("max").unwrap_or(1).saturating_sub(1);
                        self.hidden.push((min, max));
                    }
                    _ => self.open_other(&tag, rels, xml, ctx)?,
                },
                Item::Close(tag) => match tag.name() {
                    "c" => self.close_cell(ctx),
                    "v" | "f" | "t" => into = Into::Nothing,
                    "rPh" => reading = false,
                    "row" => self.row = self.row.saturating_add(1),
                    _ => {}
                },
                Item::Text(piece) => match into {
                    Into::Nothing => {}
                    Into::Value => self.cell.value.push_str(&piece),
                    Into::Inline => self.cell.inline.push_str(&piece),
                    Into::Formula => self.cell.formula.push_str(&piece),
                },
            }
        }
        Ok(())
    }

    /// Merged cells are listed behind all cells; those over several columns are wanted before.
    fn find_wide(&mut self, text: &str) {
        let Some(at) = memchr::memmem::rfind(text.as_bytes(), b"mergeCells") else {
            return;
        };
        // Only those in the first rows of a table can be headers.
        let first = memchr::memmem::find(text.as_bytes(), b"mergeCells").unwrap_or(at);
        let list = text.get(first..at).unwrap_or_default();
        for reference in list.split("ref=\"").skip(1).take(10_000) {
            let range = reference.split('"').next().unwrap_or_default();
            if let Some((from, to)) = range.split_once(':')
                && let (Some((row, first)), Some((_, last))) = (cell_of(from), cell_of(to))
            {
                self.grid.widen(row, first, last);
            }
        }
    }

    fn open_cell(&mut self, tag: &Tag<'_>) {
        let cell = &mut self.cell;
        cell.row = self.row;
        cell.col = cell.col.wrapping_add(1);
        cell.style = 0;
        cell.kind = Kind::Number;
        for text in [&mut cell.value, &mut cell.inline, &mut cell.formula] {
            text.clear();
        }
        for (key, value) in tag.attrs() {
            match key {
                "r" => {
                    if let Some((row, col)) = cell_of(&value) {
                        (cell.row, cell.col) = (row, col);
                        self.row = row;
                    }
                }
                "s" => cell.style = value.parse().unwrap_or(0),
                "t" => {
                    cell.kind = match &*value {
                        "s" => Kind::Shared,
                        "b" => Kind::Bool,
                        "n" => Kind::Number,
                        _ => Kind::Text,
                    }
                }
                _ => {}
            }
        }
    }

    fn close_cell(&mut self, ctx: &mut Ctx<'_>) {
        let cell = &self.cell;
        let raw = cell.value.trim();
        self.shown.clear();
        match cell.kind {
            _ if raw.is_empty() => {
                if cell.kind != Kind::Number {
                    self.shown.push_str(&cell.value);
                }
            }
            Kind::Shared => {
                if let Some(text) = raw.parse().ok().and_then(|n| self.book.strings.take(n)) {
                    self.shown.push_str(text);
                }
            }
            Kind::Number => {
                let from_1904 = self.book.from_1904;
                self.book.formats.show(raw, cell.style, from_1904, &mut self.shown);
            }
            Kind::Bool => self.shown.push_str(if raw == "0" { "FALSE" } else { "TRUE" }),
            Kind::Text => self.shown.push_str(&strings::unescape(&cell.value)),
        }
        if !cell.inline.is_empty() {
            self.shown.push_str(&strings::unescape(&cell.inline));
        }
        let (row, col) = (cell.row, cell.col);
        let hidden = self.row_hidden || self.hidden.iter().any(|(a, b)| (*a..=*b).contains(&col));
        self.grid.cell(row, col, hidden, &self.shown, ctx);
        if cell.formula.contains('"')
            && let Some(text) = literals(&cell.formula)
            && !self.shown.contains(&text)
        {
            self.formulas.cell(row, col, hidden, &text, ctx);
        }
    }

    fn line(&mut self, reference: &str, more: Option<Step>, text: &str) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        let mut steps = Vec::new();
        steps.extend(cell_of(reference).map(|(row, col)| Step::Cell {
            row,
            col,
            hidden: false,
        }));
        steps.extend(more);
        self.beside.push((steps, text.to_owned()));
    }

    /// What stands beside the cells: links, lists to choose from, headers, filters, scenarios.
    fn open_other(&mut self, tag: &Tag<'_>, rels: &Rels, xml: &mut Xml<'_>, ctx: &mut Ctx<'_>) -> Result<(), Why> {
        match tag.name() {
            "hyperlink" => {
                let reference = tag.text("ref");
                let id = tag.prefixed("id").unwrap_or_default();
                let target = rels.get(&id).filter(|r| r.external).map(|r| link(&r.target));
                // The cell usually shows the target itself.
                let display = tag.text("display");
                if let Some(target) = target {
                    if !self.grid.shows(&target) {
                        self.line(&reference, None, &target);
                    }
                    if !target.contains(&display) && !self.grid.shows(&display) {
                        self.line(&reference, None, &display);
                    }
                }
                self.line(&reference, None, &tag.text("tooltip"));
            }
            "dataValidation" => {
                let reference = tag.text("sqref");
                for key in ["promptTitle", "prompt", "errorTitle", "error"] {
                    self.line(&reference, None, &tag.text(key));
                }
            }
            "formula1" | "formula2" | "formula" => {
                let text = xml.text(ctx)?;
                if let Some(text) = literals(&text) {
                    self.line("", None, &text);
                }
            }
            "oddHeader" | "evenHeader" | "firstHeader" => {
                let text = xml.text(ctx)?;
                self.line("", Some(Step::Header), &page_text(&text));
            }
            "oddFooter" | "evenFooter" | "firstFooter" => {
                let text = xml.text(ctx)?;
                self.line("", Some(Step::Footer), &page_text(&text));
            }
            // A filter keeps the values it was set to, also those that are gone from the cells.
            "filter" | "customFilter" => {
                let text = tag.text("val");
                if !self.grid.shows(&text) {
                    self.line("", None, &text);
                }
            }
            "scenario" => {
                for key in ["name", "user", "comment"] {
                    self.line("", None, &tag.text(key));
                }
            }
            "inputCells" => self.line(&tag.text("r"), None, &tag.text("val")),
            "protectedRange" => self.line(&tag.text("sqref"), None, &tag.text("name")),
            _ => {}
        }
        Ok(())
    }
}

/// The text of a page header without its codes: sections, fonts, sizes, fields.
fn page_text(code: &str) -> String {
    let mut out = String::new();
    let mut chars = code.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '&' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('&') => out.push('&'),
            Some('L' | 'C' | 'R') if !out.is_empty() => out.push('\n'),
            Some('"') => while chars.next().is_some_and(|c| c != '"') {},
            Some('K') => {
                for _ in 0..6 {
                    chars.next();
                }
            }
            Some(c) if c.is_ascii_digit() => while chars.next_if(char::is_ascii_digit).is_some() {},
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_literals_and_page_headers_are_read() {
        assert_eq!(cell_of("B7"), Some((6, 1)));
        assert_eq!(cell_of("$AA$10:C12"), Some((9, 26)));
        assert_eq!(cell_of("7"), None);
        assert_eq!(cell_of("ZZZZZZZZZZZZ99999999999"), None);
        assert_eq!(
            literals("IF(A1=\"Nguyễn \"\"Bi\"\" An\",\"x\",\"Lê Bình\")").as_deref(),
            Some("Nguyễn \"Bi\" An; Lê Bình")
        );
        assert_eq!(literals("SUM(A1:A9)"), None);
        assert_eq!(
            page_text("&L&\"Arial,Bold\"&12Lập bởi: Lê An&RTrang &P"),
            "Lập bởi: Lê An\nTrang "
        );
    }
}
