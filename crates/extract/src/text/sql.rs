//! Dumps of databases: rows of `INSERT` and `COPY` as tables with the names of their columns; everything else as text.

mod scan;

use std::collections::BTreeMap;

use self::scan::{Head, Row, Value};
use super::builder::Builder;
use super::{PART, Piece, Shape, Used};
use crate::context::Ctx;
use crate::{CellMark, Mark, Step, Why};

/// Tables whose columns and rows are remembered.
const TABLES: usize = 20_000;

/// Tables whose list of columns may be broken before no more of them are looked at.
const BROKEN: u32 = 100;

/// What is being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// Statements, line by line.
    Lines,
    /// Rows of `VALUES`.
    Values,
    /// Lines of a `COPY` block.
    Copy,
}

/// What is known of a table.
#[derive(Default)]
struct Known {
    /// Columns by `CREATE TABLE`.
    columns: Vec<String>,
    row: u32,
}

pub(super) struct Sql {
    mode: Mode,
    /// Whether a backslash escapes in strings.
    backslash: Option<bool>,
    tables: BTreeMap<String, Known>,
    broken: u32,
    /// The table whose rows are being read.
    name: String,
    columns: Vec<String>,
    row: u32,
    out: Builder,
    cells: Vec<CellMark>,
    text: Builder,
    marks: Vec<Mark>,
    line: u64,
}

impl Default for Sql {
    fn default() -> Self {
        Self {
            mode: Mode::Lines,
            backslash: None,
            tables: BTreeMap::new(),
            broken: 0,
            name: String::new(),
            columns: Vec::new(),
            row: 0,
            out: Builder::default(),
            cells: Vec::new(),
            text: Builder::default(),
            marks: Vec::new(),
            line: 1,
        }
    }
}

impl Shape for Sql {
    fn by_lines(&self) -> bool {
        false
    }

    fn take(&mut self, piece: Piece<'_>, ctx: &mut Ctx<'_>) -> Result<Used, Why> {
        let bytes = piece.text.as_bytes();
        let backslash = *self.backslash.get_or_insert_with(|| scan::backslash(bytes));
        let (mut at, mut counted) = (0, 0);
        self.line = piece.line;
        while at < bytes.len() {
            let next = match self.mode {
                Mode::Lines => {
                    self.line += memchr::memchr_iter(b'\n', &bytes[counted..at]).count() as u64;
                    counted = at;
                    self.statement(&piece, at, ctx)
                }
                Mode::Values => self.values(&piece, at, backslash),
                Mode::Copy => self.copied(&piece, at),
            };
            let Some(next) = next else { break };
            at = next;
            if self.out.len() >= PART {
                self.give_rows(ctx);
                ctx.tick()?;
            }
            if self.text.len() >= PART {
                self.text.give_marked(&mut self.marks, ctx);
            }
        }
        Ok(piece.used(at))
    }

    fn finish(&mut self, ctx: &mut Ctx<'_>) -> Result<(), Why> {
        self.give_rows(ctx);
        self.text.give_marked(&mut self.marks, ctx);
        Ok(())
    }
}

impl Sql {
    fn give_rows(&mut self, ctx: &mut Ctx<'_>) {
        self.out.fresh_line();
        let steps = [Step::Table(self.name.clone())];
        self.out.give_table(&steps, &mut self.cells, &self.columns, ctx);
    }

    /// A statement begins, or a line of one goes on. Returns where to go on, nothing where more text is needed.
    fn statement(&mut self, piece: &Piece<'_>, at: usize, ctx: &mut Ctx<'_>) -> Option<usize> {
        let bytes = piece.text.as_bytes();
        match scan::head(&piece.text, at, self.broken < BROKEN) {
            Head::Cut if piece.may_wait() => return None,
            Head::Insert { name, columns, next } => {
                self.switch(name, columns, ctx);
                self.mode = Mode::Values;
                return Some(next);
            }
            Head::Copy { name, columns, next } => {
                self.switch(name, columns, ctx);
                self.mode = Mode::Copy;
                return Some(next);
            }
            Head::Create { name, columns } if self.tables.len() < TABLES || self.tables.contains_key(&name) => {
                self.tables.entry(name).or_default().columns = columns;
            }
            Head::Broken => self.broken += 1,
            _ => {}
        }
        let line_end = memchr::memchr(b'\n', &bytes[at..]).map(|i| at + i + 1);
        if line_end.is_none() && piece.may_wait() && bytes.len() - at < super::LONGEST / 8 {
            return None;
        }
        let line_end = line_end.unwrap_or(bytes.len());
        // Another statement may follow on the same line.
        let end = scan::next_statement(&bytes[at..line_end]).map_or(line_end, |i| at + i);
        self.marks.push(Mark {
            start: self.text.len(),
            steps: vec![Step::Line(self.line)],
        });
        self.text.same(piece, at, end);
        Some(end)
    }

    /// The rows that follow are those of this table.
    fn switch(&mut self, name: String, columns: Vec<String>, ctx: &mut Ctx<'_>) {
        let created = self.tables.get(&name).map(|k| &k.columns);
        let columns = match created {
            Some(created) if columns.is_empty() => created.clone(),
            // What the table says of a column may be more than its name.
            Some(created) => columns
                .into_iter()
                .map(|c| {
                    let told = created
                        .iter()
                        .find(|k| k.strip_prefix(&c).is_some_and(|r| r.starts_with(' ')));
                    told.cloned().unwrap_or(c)
                })
                .collect(),
            None => columns,
        };
        if name == self.name && columns == self.columns {
            return;
        }
        self.give_rows(ctx);
        if self.tables.len() < TABLES || self.tables.contains_key(&self.name) {
            let old = std::mem::replace(&mut self.name, name);
            if !old.is_empty() {
                self.tables.entry(old).or_default().row = self.row;
            }
        } else {
            self.name = name;
        }
        self.row = self.tables.get(&self.name).map_or(0, |k| k.row);
        self.columns = columns;
    }

    /// The next row of `VALUES`, or the end of the statement.
    fn values(&mut self, piece: &Piece<'_>, at: usize, backslash: bool) -> Option<usize> {
        let bytes = piece.text.as_bytes();
        let start = at
            + bytes[at..]
                .iter()
                .take_while(|b| b.is_ascii_whitespace() || **b == b',')
                .count();
        match bytes.get(start) {
            None => Some(start),
            Some(b'(') => match scan::row(bytes, start, backslash) {
                Row::Values(values, next) => {
                    self.row(piece, &values);
                    Some(next)
                }
                Row::Open if piece.may_wait() => None,
                Row::Open => {
                    // A string that is never closed: the line is text, and what follows is looked at anew.
                    self.mode = Mode::Lines;
                    Some(start)
                }
            },
            Some(b';') => {
                self.mode = Mode::Lines;
                Some(start + 1)
            }
            Some(_) => {
                self.mode = Mode::Lines;
                Some(start)
            }
        }
    }

    fn row(&mut self, piece: &Piece<'_>, values: &[Value]) {
        self.out.fresh_line();
        let mut any = false;
        for (col, value) in values.iter().enumerate() {
            let (from, to, quote) = (value.from, value.to, value.quote);
            if quote == 0 && piece.text.get(from..to).is_some_and(|v| v.eq_ignore_ascii_case("null")) {
                continue;
            }
            if any {
                self.out.put("\t");
            }
            any = true;
            let start = self.out.len();
            if quote == 0 {
                self.out.same(piece, from, to);
            } else {
                unescape(piece, from, to, quote, value.backslash, &mut self.out);
            }
            self.cell(start, col);
        }
        self.row = self.row.saturating_add(1);
    }

    fn cell(&mut self, start: usize, col: usize) {
        self.cells.push(CellMark {
            start,
            end: self.out.len(),
            row: self.row,
            col: u32::try_from(col).unwrap_or(u32::MAX),
            hidden: false,
        });
    }

    /// A line of a `COPY` block.
    fn copied(&mut self, piece: &Piece<'_>, at: usize) -> Option<usize> {
        let bytes = piece.text.as_bytes();
        let end = match memchr::memchr(b'\n', &bytes[at..]) {
            Some(i) => at + i,
            None if piece.may_wait() => return None,
            None => bytes.len(),
        };
        let next = (end + 1).min(bytes.len());
        let line = bytes[at..end].strip_suffix(b"\r").unwrap_or(&bytes[at..end]);
        if line == b"\\." {
            self.mode = Mode::Lines;
            return Some(next);
        }
        self.out.fresh_line();
        let (mut from, mut any) = (at, false);
        for (col, field) in line.split(|b| *b == b'\t').enumerate() {
            if field != b"\\N" {
                if any {
                    self.out.put("\t");
                }
                any = true;
                let start = self.out.len();
                unescape(piece, from, from + field.len(), 0, true, &mut self.out);
                self.cell(start, col);
            }
            from += field.len() + 1;
        }
        self.row = self.row.saturating_add(1);
        Some(next)
    }
}

/// Writes the content of a string.
fn unescape(piece: &Piece<'_>, from: usize, to: usize, quote: u8, backslash: bool, out: &mut Builder) {
    let bytes = piece.text.as_bytes();
    let (mut at, mut kept) = (from, from);
    while at < to {
        let b = bytes[at];
        let next = bytes.get(at + 1).filter(|_| at + 1 < to).copied();
        let (shown, used) = match (b, next) {
            (b'\n' | b'\r' | b'\t', _) => (" ", 1),
            (q, Some(n)) if q == quote && n == q => (if q == b'"' { "\"" } else { "'" }, 2),
            (b'\\', Some(b'n' | b'r' | b't' | b'0' | b'Z' | b'b')) if backslash => (" ", 2),
            (b'\\', Some(n)) if backslash && n.is_ascii_punctuation() => {
                // The character behind the backslash stands for itself.
                out.same(piece, kept, at);
                kept = at + 1;
                at += 2;
                continue;
            }
            _ => {
                at += 1;
                continue;
            }
        };
        out.same(piece, kept, at);
        out.unit(shown, piece, at);
        at += used;
        kept = at;
    }
    out.same(piece, kept, to);
}

#[cfg(test)]
mod tests;
