//! Tables of delimited text.
//!
//! Separators and quotes are replaced in place, so that the text keeps the offsets of the file; only where a cell holds doubled
//! quotes or escapes is its text put together anew.

mod dialect;

use std::borrow::Cow;

use memchr::{memchr, memchr2, memchr3};

use self::dialect::Dialect;
use super::builder::Builder;
use super::{Piece, Shape, Used};
use crate::context::Ctx;
use crate::{CellMark, Grain, Part, Why};

/// Longest quoted cell, in bytes: a quote that is not closed within it is no quote.
const LONGEST_CELL: usize = 256 << 10;
/// Most quotes inside of a cell that are neither doubled nor its end.
const LOOSE_QUOTES: u32 = 64;
/// Rows among which the names of the columns are looked for.
const HEADER_ROWS: u32 = 8;
/// Most columns whose names are kept.
const MOST_COLUMNS: usize = 4096;

#[derive(Default)]
pub(super) struct Csv {
    dialect: Option<Dialect>,
    columns: Vec<String>,
    row: u32,
}

/// What was seen of the rows of a piece.
#[derive(Default)]
struct Rows {
    cells: Vec<CellMark>,
    /// Bytes that hold complete rows.
    taken: usize,
    /// Whether some cell holds doubled quotes or escapes.
    escaped: bool,
    /// The text with separators and quotes replaced.
    shown: Vec<u8>,
    /// Whether it differs from what was read.
    edited: bool,
}

enum Quoted {
    /// The closing quote.
    Closed { at: usize, escaped: bool, lines: bool },
    /// The end may come with more text.
    Waits,
    /// It is a character like any other.
    Literal,
}

impl Shape for Csv {
    fn take(&mut self, piece: Piece<'_>, ctx: &mut Ctx<'_>) -> Result<Used, Why> {
        let mut from = 0;
        let dialect = match self.dialect {
            Some(dialect) => dialect,
            None => {
                let (dialect, skip) = dialect::guess(&piece.text);
                from = skip;
                *self.dialect.insert(dialect)
            }
        };
        let first = self.row;
        let rows = self.rows(&piece, from, dialect);
        if rows.taken == 0 {
            self.row = first;
            return Ok(piece.used(0));
        }
        if first == 0 {
            self.columns = header(&piece.text, &rows.cells, dialect);
        }
        let used = piece.used(rows.taken);
        if rows.escaped {
            self.rebuilt(&piece, &rows.cells, dialect, ctx);
            return Ok(used);
        }
        let Rows {
            cells,
            taken,
            mut shown,
            edited,
            ..
        } = rows;
        let mut map = piece.map;
        map.truncate(taken);
        let text: Cow<'_, str> = if edited {
            shown.truncate(taken);
            // Only ASCII was replaced by ASCII, so it is UTF-8 still.
            match String::from_utf8(shown) {
                Ok(text) => Cow::Owned(text),
                Err(e) => Cow::Owned(String::from_utf8_lossy(e.as_bytes()).into_owned()),
            }
        } else {
            Cow::Borrowed(piece.text.get(..taken).unwrap_or_default())
        };
        ctx.part(Part {
            place: ctx.place().clone(),
            text,
            grain: Grain::Cells(cells),
            map,
            columns: self.columns.clone(),
            caption: None,
        });
        Ok(used)
    }
}

impl Csv {
    /// Finds the cells of the complete rows.
    fn rows(&mut self, piece: &Piece<'_>, from: usize, dialect: Dialect) -> Rows {
        let Dialect { delimiter, quote, .. } = dialect;
        let bytes = piece.text.as_bytes();
        let mut rows = Rows {
            shown: bytes.to_vec(),
            taken: from,
            cells: Vec::with_capacity(bytes.len() / 16),
            ..Rows::default()
        };
        let mut at = from;
        while at < bytes.len() {
            let before = rows.cells.len();
            let mut col = 0;
            loop {
                let start = at;
                let quoted = bytes[start..].iter().take_while(|b| **b == b' ').count() + start;
                let close = if bytes.get(quoted) == Some(&quote) {
                    close(bytes, quoted + 1, dialect, piece.may_wait())
                } else {
                    Quoted::Literal
                };
                let (mut cell, stop) = match close {
                    Quoted::Waits => {
                        rows.cells.truncate(before);
                        return rows;
                    }
                    Quoted::Closed {
                        at: end,
                        escaped,
                        lines,
                    } => {
                        rows.escaped |= escaped;
                        rows.edited = true;
                        rows.shown[quoted] = b' ';
                        rows.shown[end] = b' ';
                        if lines {
                            // A line feed or tab inside a cell would look like the end of the cell.
                            for b in &mut rows.shown[quoted..end] {
                                if matches!(*b, b'\n' | b'\r' | b'\t') {
                                    *b = b' ';
                                }
                            }
                        }
                        let stop = memchr2(delimiter, b'\n', &bytes[end..]).map_or(bytes.len(), |i| end + i);
                        (quoted + 1..end, stop)
                    }
                    Quoted::Literal => {
                        let stop = memchr2(delimiter, b'\n', &bytes[start..]).map_or(bytes.len(), |i| start + i);
                        if dialect.backslash && memchr(b'\\', &bytes[start..stop]).is_some() {
                            rows.escaped = true;
                        }
                        (start..stop, stop)
                    }
                };
                if bytes.get(stop) != Some(&delimiter) && cell.end == stop && cell.end > cell.start {
                    cell.end -= usize::from(bytes[cell.end - 1] == b'\r');
                }
                rows.cells.push(CellMark {
                    start: cell.start,
                    end: cell.end,
                    row: self.row,
                    col,
                    hidden: false,
                });
                at = (stop + 1).min(bytes.len());
                if bytes.get(stop) != Some(&delimiter) {
                    break;
                }
                if delimiter != b'\t' {
                    rows.shown[stop] = b'\t';
                    rows.edited = true;
                }
                col = col.saturating_add(1);
            }
            if rows.cells.len() == before + 1 && rows.cells.last().is_some_and(|c| c.start == c.end) {
                // An empty line.
                rows.cells.pop();
            }
            rows.taken = at;
            self.row = self.row.saturating_add(1);
        }
        rows
    }

    /// Gives rows some of whose cells hold escapes.
    fn rebuilt(&self, piece: &Piece<'_>, raw: &[CellMark], dialect: Dialect, ctx: &mut Ctx<'_>) {
        let mut out = Builder::default();
        let mut cells = Vec::with_capacity(raw.len());
        let mut last_row = None;
        for cell in raw {
            match last_row {
                Some(row) if row == cell.row => out.put("\t"),
                Some(_) => out.put("\n"),
                None => {}
            }
            last_row = Some(cell.row);
            let start = out.len();
            let quoted = cell.start > 0 && piece.text.as_bytes()[cell.start - 1] == dialect.quote;
            unescape(piece, cell.start, cell.end, quoted, dialect, &mut out);
            cells.push(CellMark {
                start,
                end: out.len(),
                ..*cell
            });
        }
        out.put("\n");
        out.give_table(&[], &mut cells, &self.columns, ctx);
    }
}

/// Looks for the quote that closes a cell.
fn close(bytes: &[u8], from: usize, dialect: Dialect, may_wait: bool) -> Quoted {
    let Dialect { delimiter, quote, .. } = dialect;
    let end = bytes.len().min(from + LONGEST_CELL);
    let (mut at, mut escaped, mut lines, mut loose) = (from, false, false, 0);
    while let Some(found) = memchr3(quote, b'\n', b'\\', &bytes[at..end]).map(|i| at + i) {
        let next = bytes.get(found + 1);
        if bytes[found] == b'\n' {
            lines = true;
            at = found + 1;
        } else if bytes[found] == b'\\' {
            let escapes = dialect.backslash && next.is_some();
            escaped |= escapes;
            at = (found + 1 + usize::from(escapes)).min(end);
        } else if next == Some(&quote) {
            escaped = true;
            at = (found + 2).min(end);
        } else {
            let blanks = bytes[found + 1..].iter().take_while(|b| **b == b' ').count();
            match bytes.get(found + 1 + blanks) {
                None if may_wait => return Quoted::Waits,
                Some(&b) if b != delimiter && b != b'\n' && b != b'\r' => {
                    let opens = bytes
                        .get(found.wrapping_sub(1))
                        .is_some_and(|&b| b == delimiter || b == b'\n');
                    loose += 1;
                    if lines && opens || loose > LOOSE_QUOTES {
                        // On a later line a cell begins with a quote: the one before was never closed.
                        return Quoted::Literal;
                    }
                    at = found + 1;
                }
                _ => {
                    let lines = lines || memchr(b'\t', &bytes[from..found]).is_some();
                    return Quoted::Closed {
                        at: found,
                        escaped,
                        lines,
                    };
                }
            }
        }
    }
    if may_wait && end < from + LONGEST_CELL {
        Quoted::Waits
    } else {
        Quoted::Literal
    }
}

/// Writes the text of a cell.
fn unescape(piece: &Piece<'_>, from: usize, to: usize, quoted: bool, dialect: Dialect, out: &mut Builder) {
    let bytes = piece.text.as_bytes();
    let (mut at, mut kept) = (from, from);
    while at < to {
        let next = bytes.get(at + 1).filter(|_| at + 1 < to).copied();
        let (shown, used) = match (bytes[at], next) {
            (b'\n' | b'\r' | b'\t', _) => (" ", 1),
            (q, Some(n)) if quoted && q == dialect.quote && n == q => (if q == b'"' { "\"" } else { "'" }, 2),
            (b'\\', Some(b'n' | b'r' | b't')) if dialect.backslash => (" ", 2),
            (b'\\', Some(b'"')) if dialect.backslash => ("\"", 2),
            (b'\\', Some(b'\\')) if dialect.backslash => ("\\", 2),
            (b'\\', Some(b'\'')) if dialect.backslash => ("'", 2),
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

/// The names of the columns: the first row that fills the table and holds nothing that looks like a value.
fn header(text: &str, cells: &[CellMark], dialect: Dialect) -> Vec<String> {
    let near = cells.iter().take_while(|c| c.row < HEADER_ROWS).count();
    let rows: Vec<&[CellMark]> = cells[..near].chunk_by(|a, b| a.row == b.row).collect();
    let shown = |c: &CellMark| {
        let raw = text.get(c.start..c.end).unwrap_or_default().trim();
        let quote = char::from(dialect.quote);
        raw.replace(&format!("{quote}{quote}"), &quote.to_string())
            .replace(['\n', '\r'], " ")
    };
    let width = rows.iter().map(|r| r.len()).max().unwrap_or(0);
    let is_header = |row: &[CellMark]| {
        let texts: Vec<String> = row.iter().map(shown).collect();
        let filled = texts.iter().filter(|t| !t.is_empty()).count();
        filled >= 1 && 2 * filled >= width && !texts.iter().any(|t| super::plain::looks_like_value(t))
    };
    let Some(at) = rows.iter().position(|r| is_header(r)) else {
        return Vec::new();
    };
    let mut names: Vec<String> = rows[at].iter().take(MOST_COLUMNS).map(shown).collect();
    // A head of two rows: the second fills what the first spans.
    if names.iter().any(String::is_empty)
        && let Some(second) = rows.get(at + 1).filter(|r| is_header(r))
    {
        for (i, cell) in second.iter().take(MOST_COLUMNS).enumerate() {
            let below = shown(cell);
            match names.get_mut(i) {
                Some(name) if name.is_empty() => *name = below,
                Some(name) if !below.is_empty() => {
                    name.push(' ');
                    name.push_str(&below);
                }
                Some(_) => {}
                None => names.push(below),
            }
        }
    }
    names
}

#[cfg(test)]
mod tests;
