//! XML: text and attributes with the path of their elements; workbooks of XML Spreadsheet 2003 as tables.
//!
//! An element that holds text stands on a line of its own as `name: text`; elements inside of text belong to its sentence.
//! Entities that a document declares are not expanded; the declarations are given as source.

use super::flow::{Blanks, Flow, write};
use super::markup::{self, Attribute, Token};
use super::table::Table;
use super::{PART, Piece, Shape, Used, data_uri};
use crate::context::Ctx;
use crate::{Step, Why};

/// Levels of nesting whose names are kept; deeper text is given all the same.
const DEPTH: usize = 256;
/// Longest path that is told, in bytes.
const LONGEST_PATH: usize = 512;
/// Different names among the children of one element that are counted.
const COUNTED: usize = 64;

/// Elements that stand inside a sentence even where they begin it.
const INLINE: &[&str] = &[
    "a", "b", "bold", "code", "em", "emphasis", "font", "i", "italic", "span", "strong", "sub", "sup", "u",
];
/// Elements whose name says nothing about their text.
const BARE: &[&str] = &[
    "cell",
    "data",
    "div",
    "item",
    "li",
    "line",
    "p",
    "para",
    "paragraph",
    "section",
    "t",
    "td",
    "text",
    "tspan",
    "v",
    "value",
];

/// An element that is open.
#[derive(Default)]
struct Frame {
    name: String,
    /// Length of the path without it.
    before: usize,
    /// Whether it is part of a sentence outside of it.
    inline: bool,
    /// Whether text has come that belongs to it.
    has_text: bool,
    /// How many children of each name have come.
    children: Vec<(String, u32)>,
}

#[derive(Default)]
pub(super) struct Xml {
    flow: Flow,
    stack: Vec<Frame>,
    deeper: usize,
    path: String,
    table: Option<Table>,
    sheet: String,
}

impl Shape for Xml {
    fn by_lines(&self) -> bool {
        false
    }

    fn take(&mut self, piece: Piece<'_>, ctx: &mut Ctx<'_>) -> Result<Used, Why> {
        self.flow.piece(&piece);
        let text = piece.text.as_ref();
        let mut at = 0;
        while at < text.len() {
            at = match markup::token(text, at, piece.may_wait()) {
                Token::Waits => break,
                Token::Text(end) => {
                    self.text(&piece, at, end, true);
                    end
                }
                Token::Data { from, to, next } => {
                    self.text(&piece, from, to, false);
                    next
                }
                Token::Comment { from, to, next } => {
                    self.source(&piece, from, to);
                    next
                }
                Token::Other { next } => {
                    if text.get(at..next).is_some_and(|d| d.contains("<!ENTITY")) {
                        self.source(&piece, at, next);
                    }
                    next
                }
                Token::Open {
                    name,
                    inner,
                    next,
                    closed,
                } => {
                    self.open(&piece, at + 1, name, inner, ctx);
                    if closed {
                        let element = text.get(at + 1..name).unwrap_or_default();
                        self.close(element, ctx);
                    }
                    next
                }
                Token::Close { name, next } => {
                    self.close(text.get(at + 2..name).unwrap_or_default(), ctx);
                    next
                }
            };
            if let Some(table) = &mut self.table
                && table.is_full()
            {
                table.give(ctx);
                ctx.tick()?;
            }
            if self.flow.is_fresh() && self.flow.out.len() >= PART || self.flow.out.len() >= 2 * PART {
                self.flow.flush(PART, ctx);
                ctx.tick()?;
            }
        }
        Ok(piece.used(at))
    }

    fn finish(&mut self, ctx: &mut Ctx<'_>) -> Result<(), Why> {
        self.end_table(ctx);
        self.flow.flush(0, ctx);
        Ok(())
    }
}

/// The name without its namespace.
fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

impl Xml {
    fn steps(&self) -> Vec<Step> {
        if self.path.is_empty() {
            Vec::new()
        } else {
            vec![Step::Key(self.path.clone())]
        }
    }

    fn open(&mut self, piece: &Piece<'_>, from: usize, name_end: usize, inner: usize, ctx: &mut Ctx<'_>) {
        let name = piece.text.get(from..name_end).unwrap_or_default();
        if self.stack.len() >= DEPTH {
            self.deeper += 1;
            self.flow.block();
            return;
        }
        let list = markup::attributes(&piece.text, name_end, inner);
        if self.sheet_element(piece, local(name), &list, ctx) {
            self.flow.block();
        }
        let in_cell = self.table.as_mut().is_some_and(|t| t.cell().is_some());
        let mut inline = in_cell || self.stack.last().is_some_and(|f| f.has_text);
        if !inline && INLINE.contains(&local(name)) && !self.stack.is_empty() {
            self.begin_text();
            inline = true;
        }
        if !inline {
            self.flow.block();
        }
        let before = self.path.len();
        let mut nth = 1;
        if let Some(parent) = self.stack.last_mut() {
            if let Some((_, n)) = parent.children.iter_mut().find(|c| c.0 == name) {
                *n = n.saturating_add(1);
                nth = *n;
            } else if parent.children.len() < COUNTED {
                parent.children.push((name.to_owned(), 1));
            }
        }
        if self.path.len() < LONGEST_PATH {
            if !self.path.is_empty() {
                self.path.push('.');
            }
            self.path.extend(name.chars().take(LONGEST_PATH));
            if nth > 1 {
                self.path.push_str(&format!("[{nth}]"));
            }
        }
        self.stack.push(Frame {
            name: name.to_owned(),
            before,
            inline,
            ..Frame::default()
        });
        self.attributes(piece, (from, name_end), &list, ctx);
    }

    fn attributes(&mut self, piece: &Piece<'_>, name: (usize, usize), list: &[Attribute], ctx: &mut Ctx<'_>) {
        let element = piece.text.get(name.0..name.1).unwrap_or_default();
        let local_from = name.1 - local(element).len();
        for attribute in list {
            let key = attribute.name_in(&piece.text);
            let value = attribute.value_in(&piece.text);
            if value.trim().is_empty() || key.starts_with("xmlns") || self.table.is_some() && is_form(key) {
                continue;
            }
            let step = Step::Key(format!("{}@{key}", self.path));
            if value.starts_with("data:") && data_uri::picture(value, step.clone(), ctx) {
                continue;
            }
            let out = self.flow.beside(vec![step]);
            out.same(piece, local_from, name.1);
            out.put(" ");
            out.same(piece, attribute.name.0, attribute.name.1);
            out.put(": ");
            write(out, piece, attribute.value.0, attribute.value.1, Blanks::One);
        }
    }

    /// The text of the innermost element begins: its name is the label.
    fn begin_text(&mut self) {
        let steps = self.steps();
        let Some(frame) = self.stack.last_mut().filter(|f| !f.has_text) else {
            self.flow.mark(|| steps);
            return;
        };
        frame.has_text = true;
        if frame.inline {
            return;
        }
        self.flow.block();
        self.flow.mark(|| steps);
        let name = local(&frame.name);
        if !BARE.contains(&name.to_ascii_lowercase().as_str()) && !INLINE.contains(&name) {
            self.flow.out.put(name);
            self.flow.out.put(": ");
        }
    }

    /// Text, with entities or as it stands.
    fn text(&mut self, piece: &Piece<'_>, from: usize, to: usize, entities: bool) {
        let raw = piece.text.get(from..to).unwrap_or_default();
        if let Some(out) = self.table.as_mut().and_then(Table::cell) {
            if !raw.trim().is_empty() {
                write(out, piece, from, to, Blanks::One);
            }
            return;
        }
        let begun = self.stack.last().is_some_and(|f| f.has_text || f.inline);
        let (mut start, mut end) = (from, to);
        if !begun {
            if raw.trim().is_empty() {
                return;
            }
            start += raw.len() - raw.trim_start().len();
        }
        let closes = piece.text.as_bytes().get(to..).is_some_and(|b| b.starts_with(b"</"));
        if closes && self.stack.last().is_some_and(|f| !f.inline) {
            end = start.max(from + raw.trim_end().len());
        }
        self.begin_text();
        if !entities {
            self.flow.out.same(piece, start, end);
            return;
        }
        // Lines that are indented were broken by a program.
        let indented = raw.contains("\n  ") || raw.contains("\n\t");
        let blanks = if indented { Blanks::One } else { Blanks::Keep };
        write(&mut self.flow.out, piece, start, end, blanks);
    }

    fn close(&mut self, name: &str, ctx: &mut Ctx<'_>) {
        if self.deeper > 0 {
            self.deeper -= 1;
            self.flow.block();
            return;
        }
        // An end that fits no open element is passed over; one that fits an outer one ends those within.
        let Some(depth) = self.stack.iter().rposition(|f| f.name == name) else {
            if let Some(frame) = self.stack.last_mut() {
                frame.has_text = false;
            }
            self.flow.block();
            return;
        };
        while self.stack.len() > depth {
            let Some(frame) = self.stack.pop() else { break };
            self.path.truncate(frame.before);
            if !frame.inline {
                self.flow.block();
            }
            let element = match local(&frame.name) {
                "Table" => "table",
                "Row" => "tr",
                "Cell" => "td",
                _ => continue,
            };
            if self.table.as_mut().is_some_and(|t| t.close(element)) {
                self.end_table(ctx);
            }
        }
    }

    fn source(&mut self, piece: &Piece<'_>, from: usize, to: usize) {
        if piece.text.get(from..to).is_some_and(|t| !t.trim().is_empty()) {
            let mut steps = self.steps();
            steps.push(Step::Source);
            self.flow.beside(steps).same(piece, from, to);
        }
    }

    /// Sheets, rows and cells of XML Spreadsheet 2003. Whether it was one of them.
    fn sheet_element(&mut self, piece: &Piece<'_>, name: &str, list: &[Attribute], ctx: &mut Ctx<'_>) -> bool {
        let get = |wanted: &str| {
            list.iter()
                .find(|a| local(a.name_in(&piece.text)) == wanted)
                .map(|a| a.value_in(&piece.text))
        };
        let number = |wanted: &str| get(wanted).and_then(|v| v.parse::<u32>().ok());
        match name {
            "Worksheet" => {
                self.sheet = get("Name").map(super::flow::decoded).unwrap_or_default();
                false
            }
            "Table" if self.stack.last().is_some_and(|f| local(&f.name) == "Worksheet") => {
                self.end_table(ctx);
                self.flow.flush(0, ctx);
                let sheet = Step::Sheet {
                    name: self.sheet.clone(),
                    hidden: false,
                };
                self.table = Some(Table::new(vec![sheet]));
                true
            }
            "Row" | "Cell" => {
                let Some(table) = &mut self.table else { return false };
                let index = number("Index").and_then(|n| n.checked_sub(1));
                if name == "Row" {
                    table.skip_to(index, None);
                    return table.open("tr", 1, 1);
                }
                table.skip_to(None, index);
                let across = number("MergeAcross").unwrap_or(0).saturating_add(1);
                table.open("td", across, number("MergeDown").unwrap_or(0).saturating_add(1))
            }
            _ => false,
        }
    }

    fn end_table(&mut self, ctx: &mut Ctx<'_>) {
        if let Some(mut table) = self.table.take() {
            table.give(ctx);
            self.flow.block();
        }
    }
}

/// Attributes of cells that say how they look or what type they are.
fn is_form(key: &str) -> bool {
    matches!(
        local(key),
        "Type"
            | "StyleID"
            | "Index"
            | "MergeAcross"
            | "MergeDown"
            | "Height"
            | "Width"
            | "AutoFitHeight"
            | "AutoFitWidth"
            | "Span"
    )
}

#[cfg(test)]
mod tests;
