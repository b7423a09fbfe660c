//! Running text on its way to the sink: paragraphs with marks, tables, tracked changes.
//!
//! The text of a story is what a person reads today. Deleted text comes in parts of its own, so that neither the old nor
//! the new reading is torn; the words before it go along as caption, because the label of a deleted number usually stands.

use super::grid::Grid;
use crate::context::Ctx;
use crate::{Grain, Mark, OffsetMap, Part, Step};

/// Bytes of text after which a story is cut at the end of a paragraph.
const PART: usize = 1 << 20;
/// How much of the paragraph before a deletion goes along as caption, in bytes.
const CAPTION: usize = 120;

/// How a stretch of text differs from plain text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Style {
    /// The author of an insertion.
    pub(super) inserted: Option<String>,
    /// The author of a deletion.
    pub(super) deleted: Option<String>,
    /// Whether the program hides it.
    pub(super) hidden: bool,
}

impl Style {
    fn steps(&self, paragraph: u32) -> Vec<Step> {
        let mut steps = vec![Step::Paragraph(paragraph)];
        if let Some(author) = &self.inserted {
            steps.push(Step::Inserted(author.clone()));
        }
        if self.hidden {
            steps.push(Step::HiddenText);
        }
        steps
    }

    fn is_plain(&self) -> bool {
        self.inserted.is_none() && !self.hidden
    }
}

/// Text with marks.
#[derive(Debug, Default)]
struct Block {
    text: String,
    marks: Vec<Mark>,
}

impl Block {
    fn append(&mut self, between: &str, other: Self) {
        if !self.text.is_empty() {
            self.text.push_str(between);
        }
        let base = self.text.len();
        self.text.push_str(&other.text);
        self.marks.extend(other.marks.into_iter().map(|m| Mark {
            start: m.start + base,
            ..m
        }));
    }

    fn is_hidden(&self) -> bool {
        self.marks.iter().any(|m| m.steps.contains(&Step::HiddenText))
    }
}

/// The paragraph being read.
#[derive(Debug, Default)]
struct Paragraph {
    text: String,
    styles: Vec<(usize, Style)>,
    deletions: Vec<Deletion>,
}

#[derive(Debug)]
struct Deletion {
    at: usize,
    author: String,
    text: String,
}

/// Deleted text that waits to be given.
#[derive(Debug)]
struct Deleted {
    author: String,
    block: Block,
    caption: Option<String>,
    last: u32,
}

#[derive(Debug, Default)]
struct Cell {
    block: Block,
    col: u32,
    hidden: bool,
}

#[derive(Debug, Default)]
struct Row {
    cells: Vec<Cell>,
    hidden: bool,
    number: u32,
    next_col: u32,
    in_cell: bool,
}

/// A table being read.
#[derive(Debug, Default)]
struct Table {
    rows: Vec<Row>,
    number: u32,
    next_row: u32,
    nested: bool,
}

/// One story: the body, a header, a note, a slide, a text box.
#[derive(Debug, Default)]
pub(super) struct Story {
    steps: Vec<Step>,
    block: Block,
    paragraph: Paragraph,
    paragraphs: u32,
    tables: Vec<Table>,
    tables_seen: u32,
    deleted: Vec<Deleted>,
    /// Lines that belong beside the text: targets of links, alternative texts, codes of fields.
    beside: Vec<(Vec<Step>, String)>,
    style: Style,
}

impl Story {
    /// A story at these steps below the place of the file.
    pub(super) fn new(steps: Vec<Step>) -> Self {
        Self {
            steps,
            ..Self::default()
        }
    }

    /// The steps of the story below the place of the file.
    pub(super) fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Replaces the last step of the story.
    pub(super) fn set_step(&mut self, step: Step) {
        self.steps.pop();
        self.steps.push(step);
    }

    /// The text of the paragraph, which is not put into the story.
    pub(super) fn take_text(&mut self) -> String {
        self.paragraph.styles.clear();
        std::mem::take(&mut self.paragraph.text)
    }

    /// The style of the text that follows.
    pub(super) fn style(&mut self) -> &mut Style {
        &mut self.style
    }

    /// Adds text to the paragraph.
    pub(super) fn push(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        let paragraph = &mut self.paragraph;
        if let Some(author) = &self.style.deleted {
            let at = paragraph.text.len();
            match paragraph.deletions.last_mut() {
                Some(last) if last.at == at && last.author == *author => last.text.push_str(text),
                _ => paragraph.deletions.push(Deletion {
                    at,
                    author: author.clone(),
                    text: text.to_owned(),
                }),
            }
            return;
        }
        let same = match paragraph.styles.last() {
            Some((_, style)) => *style == self.style,
            None => self.style.is_plain(),
        };
        if !same {
            paragraph.styles.push((paragraph.text.len(), self.style.clone()));
        }
        paragraph.text.push_str(text);
    }

    /// Length of the text of the paragraph so far.
    pub(super) fn at(&self) -> usize {
        self.paragraph.text.len()
    }

    /// The text of the paragraph from an offset on.
    pub(super) fn since(&self, at: usize) -> &str {
        self.paragraph.text.get(at..).unwrap_or(&self.paragraph.text)
    }

    /// Adds a line beside the text, at the present paragraph and these further steps.
    pub(super) fn aside(&mut self, more: &[Step], text: String) {
        let mut steps = vec![Step::Paragraph(self.paragraphs.saturating_add(1))];
        steps.extend_from_slice(more);
        if self.beside.last().is_none_or(|(_, last)| *last != text) {
            self.beside.push((steps, text));
        }
    }

    /// Ends the paragraph.
    pub(super) fn end_paragraph(&mut self, ctx: &mut Ctx<'_>) {
        self.paragraphs = self.paragraphs.saturating_add(1);
        let paragraph = std::mem::take(&mut self.paragraph);
        if !paragraph.deletions.is_empty() {
            self.keep_deletions(&paragraph);
        }
        let number = self.paragraphs;
        let target = match open_cell(&mut self.tables) {
            Some(cell) => &mut cell.block,
            None => &mut self.block,
        };
        if paragraph.text.is_empty() {
            // An empty paragraph parts what stands around it, once.
            if !target.text.is_empty() && !target.text.ends_with("\n\n") {
                target.text.push('\n');
            }
        } else {
            let mut marks = Vec::with_capacity(1 + paragraph.styles.len());
            if paragraph.styles.first().is_none_or(|(at, _)| *at > 0) {
                marks.push(Mark {
                    start: 0,
                    steps: vec![Step::Paragraph(number)],
                });
            }
            marks.extend(paragraph.styles.iter().map(|(start, style)| Mark {
                start: *start,
                steps: style.steps(number),
            }));
            target.append(
                "\n",
                Block {
                    text: paragraph.text,
                    marks,
                },
            );
        }
        if self.tables.is_empty() && self.block.text.len() >= PART {
            self.flush(ctx);
        }
    }

    /// Puts the deletions of a paragraph aside.
    fn keep_deletions(&mut self, paragraph: &Paragraph) {
        let number = self.paragraphs;
        let left = self.left_cell();
        for deletion in &paragraph.deletions {
            let (before, after) = paragraph
                .text
                .split_at_checked(deletion.at)
                .unwrap_or((&paragraph.text, ""));
            let inserted = |at: usize| {
                let i = paragraph.styles.partition_point(|(start, _)| *start <= at);
                i.checked_sub(1)
                    .and_then(|i| paragraph.styles.get(i))
                    .is_some_and(|(_, s)| s.inserted.is_some())
            };
            // A word of which only a part was deleted is told whole; what was written in its stead is not part of it.
            let head = match deletion.at.checked_sub(1) {
                Some(last) if !inserted(last) => before.trim_end_matches(|c: char| c.is_alphanumeric()).len(),
                _ => before.len(),
            };
            let tail = if inserted(deletion.at) {
                0
            } else {
                after.len() - after.trim_start_matches(|c: char| c.is_alphanumeric()).len()
            };
            let glue = |edge: Option<char>| edge.is_some_and(char::is_alphanumeric);
            let mut text = String::new();
            if glue(deletion.text.chars().next()) {
                text.push_str(before.get(head..).unwrap_or_default());
            }
            text.push_str(&deletion.text);
            if glue(deletion.text.chars().next_back()) {
                text.push_str(after.get(..tail).unwrap_or_default());
            }
            let caption = if before.trim().is_empty() {
                left.clone()
            } else {
                Some(tail_of(before, CAPTION).trim().to_owned())
            };
            let block = Block {
                text,
                marks: vec![Mark {
                    start: 0,
                    steps: vec![Step::Paragraph(number), Step::Deleted(deletion.author.clone())],
                }],
            };
            match self.deleted.last_mut() {
                // Whole paragraphs deleted one after another stay together.
                Some(last) if caption.is_none() && last.author == deletion.author && last.last + 1 >= number => {
                    last.block.append("\n", block);
                    last.last = number;
                }
                _ => self.deleted.push(Deleted {
                    author: deletion.author.clone(),
                    block,
                    caption,
                    last: number,
                }),
            }
        }
    }

    /// The text of the cell left of the one being read.
    fn left_cell(&self) -> Option<String> {
        let row = self.tables.last()?.rows.last()?;
        let left = row.cells.len().checked_sub(2)?;
        let text = row.cells.get(left)?.block.text.trim();
        (!text.is_empty() && text.len() <= CAPTION).then(|| text.to_owned())
    }

    /// A table begins.
    pub(super) fn open_table(&mut self, ctx: &mut Ctx<'_>) {
        if !self.paragraph.text.is_empty() {
            self.end_paragraph(ctx);
        }
        if let Some(outer) = self.tables.last_mut() {
            outer.nested = true;
        }
        self.tables_seen = self.tables_seen.saturating_add(1);
        self.tables.push(Table {
            number: self.tables_seen,
            ..Table::default()
        });
    }

    /// A row begins.
    pub(super) fn open_row(&mut self) {
        if let Some(table) = self.tables.last_mut() {
            let number = table.next_row;
            table.next_row = number.saturating_add(1);
            table.rows.push(Row {
                number,
                ..Row::default()
            });
        }
    }

    /// The row being read is hidden.
    pub(super) fn hide_row(&mut self) {
        if let Some(row) = self.tables.last_mut().and_then(|t| t.rows.last_mut()) {
            row.hidden = true;
        }
    }

    /// A cell begins.
    pub(super) fn open_cell(&mut self) {
        if let Some(row) = self.tables.last_mut().and_then(|t| t.rows.last_mut()) {
            row.cells.push(Cell {
                col: row.next_col,
                ..Cell::default()
            });
            row.next_col = row.next_col.saturating_add(1);
            row.in_cell = true;
        }
    }

    /// Leaves columns of the row free: cells that a wide one covers, rows that begin further right.
    pub(super) fn skip_columns(&mut self, count: u32) {
        if let Some(row) = self.tables.last_mut().and_then(|t| t.rows.last_mut()) {
            row.next_col = row.next_col.saturating_add(count.min(16_384));
        }
    }

    /// Leaves rows of the table free.
    pub(super) fn skip_rows(&mut self, count: u32) {
        if let Some(table) = self.tables.last_mut() {
            table.next_row = table.next_row.saturating_add(count);
        }
    }

    /// The cell ends.
    pub(super) fn close_cell(&mut self, ctx: &mut Ctx<'_>) {
        if !self.paragraph.text.is_empty() || !self.paragraph.deletions.is_empty() {
            self.end_paragraph(ctx);
        }
        if let Some(row) = self.tables.last_mut().and_then(|t| t.rows.last_mut()) {
            row.in_cell = false;
        }
    }

    /// The table ends.
    pub(super) fn close_table(&mut self, ctx: &mut Ctx<'_>) {
        let Some(table) = self.tables.pop() else { return };
        if table.is_data() && self.tables.is_empty() {
            self.flush(ctx);
            let mut steps = self.steps.clone();
            steps.push(Step::Table(table.number.to_string()));
            let mut grid = Grid::new(steps);
            for row in table.rows {
                for pair in row.cells.windows(2) {
                    if let [cell, next] = pair {
                        grid.widen(row.number, cell.col, next.col.saturating_sub(1));
                    }
                }
                for cell in row.cells {
                    let hidden = row.hidden || cell.hidden || cell.block.is_hidden();
                    grid.cell(row.number, cell.col, hidden, cell.block.text.trim_end(), ctx);
                }
            }
            grid.flush(ctx);
            return;
        }
        let block = table.flatten();
        if block.text.is_empty() {
            return;
        }
        let target = match open_cell(&mut self.tables) {
            Some(cell) => &mut cell.block,
            None => &mut self.block,
        };
        target.append("\n", block);
    }

    /// Gives what was collected so far.
    fn flush(&mut self, ctx: &mut Ctx<'_>) {
        let mut base = ctx.place().clone();
        base.steps.extend_from_slice(&self.steps);
        let mut give = |block: Block, caption: Option<String>| {
            if block.text.trim().is_empty() {
                return;
            }
            ctx.part(Part {
                place: base.clone(),
                text: block.text.into(),
                grain: Grain::Marks(block.marks),
                map: OffsetMap::None,
                columns: Vec::new(),
                caption,
            });
        };
        give(std::mem::take(&mut self.block), None);
        for deleted in self.deleted.drain(..) {
            give(deleted.block, deleted.caption);
        }
        let mut block = Block::default();
        for (steps, line) in self.beside.drain(..) {
            let mark = Mark { start: 0, steps };
            block.append(
                "\n",
                Block {
                    text: line,
                    marks: vec![mark],
                },
            );
        }
        give(block, None);
    }

    /// Ends the story, also one that broke off in the middle.
    pub(super) fn finish(&mut self, ctx: &mut Ctx<'_>) {
        if !self.paragraph.text.is_empty() || !self.paragraph.deletions.is_empty() {
            self.end_paragraph(ctx);
        }
        while !self.tables.is_empty() {
            self.close_table(ctx);
        }
        self.flush(ctx);
    }
}

/// The innermost cell that is open.
fn open_cell(tables: &mut [Table]) -> Option<&mut Cell> {
    let row = tables.last_mut()?.rows.last_mut()?;
    if row.in_cell { row.cells.last_mut() } else { None }
}

/// The last bytes of a text, cut at a character.
fn tail_of(text: &str, most: usize) -> &str {
    let mut from = text.len().saturating_sub(most);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    text.get(from..).unwrap_or_default()
}

impl Table {
    /// Whether this is a table of values under headers, not one that only arranges text on the page.
    fn is_data(&self) -> bool {
        if self.nested {
            return false;
        }
        let filled = |row: &Row| row.cells.iter().filter(|c| !c.block.text.trim().is_empty()).count();
        let width = self.rows.iter().map(filled).max().unwrap_or(0);
        let Some(head) = self.rows.iter().position(|r| filled(r) * 2 > width && filled(r) >= 2) else {
            return false;
        };
        let header = self.rows.get(head).is_some_and(|row| {
            row.cells.iter().all(|c| {
                let text = c.block.text.trim();
                text.len() <= 120 && text.lines().count() <= 3 && !text.bytes().any(|b| b.is_ascii_digit())
            })
        });
        let below = self.rows.iter().skip(head + 1).filter(|r| filled(r) >= 2).count();
        let long = self
            .rows
            .iter()
            .flat_map(|r| &r.cells)
            .filter(|c| c.block.text.len() > 2000)
            .count();
        header && head < 8 && below >= 1 && long == 0
    }

    /// The table as running text: a row a line, cells with one line beside each other.
    fn flatten(self) -> Block {
        let mut all = Block::default();
        for row in self.rows {
            let mut line = Block::default();
            let mut tall = false;
            for mut cell in row.cells {
                cell.block.text.truncate(cell.block.text.trim_end().len());
                if cell.block.text.is_empty() {
                    continue;
                }
                let now_tall = cell.block.text.contains('\n');
                line.append(if tall || now_tall { "\n" } else { "\t" }, cell.block);
                tall = now_tall;
            }
            if !line.text.is_empty() {
                all.append("\n", line);
            }
        }
        all
    }
}
