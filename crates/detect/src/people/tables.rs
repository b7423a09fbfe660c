//! Names in tables: cells under a header that announces names, tables written with delimiters inside a text.

use super::dict;
use super::fields::{LONGEST, Like, kinds_of, like, value};
use crate::scene::{self, Scene};
use crate::{Cell, Finding};

/// Cells of a column that are looked at to see whether it holds names.
const SAMPLE: usize = 200;

/// Columns of a table that are looked at.
const MOST_COLUMNS: usize = 4096;

/// Cells under headers that announce names, and the whole text under a caption.
pub(super) fn columns(scene: &Scene<'_>, out: &mut Vec<Finding>) {
    if let Some(caption) = scene.caption {
        let kinds = kinds_of(caption);
        if kinds != 0 && scene.cells.is_empty() {
            value(scene.text, 0, scene.text.len(), kinds, true, caption, out);
        }
    }
    if !scene.cells.is_empty() {
        table(scene, scene.cells, out);
        return;
    }
    delimited(scene.text, |cells| table(scene, cells, out));
}

fn table(scene: &Scene<'_>, cells: &[Cell], out: &mut Vec<Finding>) {
    let read = |header: &str| {
        let kinds = kinds_of(header);
        (kinds != 0).then(|| (kinds, header.trim().to_lowercase()))
    };
    let by_column = scene::labels(scene, cells, read);
    let Some(last) = by_column.keys().copied().filter(|c| (*c as usize) < MOST_COLUMNS).max() else {
        return;
    };
    // Columns of names of anything are columns of persons only if what they hold reads like persons.
    let mut tally = vec![(0_usize, 0_usize); last as usize + 1];
    for cell in cells {
        let i = cell.col as usize;
        if let (Some(label), Some(t)) = (by_column.get(&cell.col), tally.get_mut(i))
            && label.row.is_none_or(|row| cell.row > row)
            && t.1 < SAMPLE
        {
            let text = scene.text_of(cell).trim();
            if !text.is_empty() {
                t.1 += 1;
                t.0 += usize::from(like(text) == Like::Known);
            }
        }
    }
    for cell in cells {
        let i = cell.col as usize;
        let Some(label) = by_column.get(&cell.col) else {
            continue;
        };
        if i >= tally.len() || label.row.is_some_and(|row| cell.row <= row) {
            continue;
        }
        let (kinds, word) = &label.what;
        // A header that comes again, or one of a second table, is no value.
        if kinds_of(scene.text_of(cell)) != 0 {
            continue;
        }
        let (known, seen) = tally.get(i).copied().unwrap_or_default();
        let sure = kinds & dict::LABEL != 0;
        if !sure && (known * 2 < seen || known == 0) || sure && seen >= 5 && known * 8 < seen {
            continue;
        }
        value(scene.text, cell.start, cell.end, *kinds | dict::LABEL, true, word, out);
    }
}

/// Tables written with delimiters inside a text: a line of headers, one of them a label of names, and the lines like it below.
fn delimited(text: &str, mut each: impl FnMut(&[Cell])) {
    let bytes = text.as_bytes();
    let mut cells = Vec::new();
    // Of the table that is being read: the delimiter and its number of columns.
    let mut open: Option<(u8, usize)> = None;
    let mut at = 0;
    while at < bytes.len() {
        let end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |i| at + i);
        let line = &bytes[at..end];
        if let Some((delimiter, width)) = open {
            let before = cells.len();
            split(
                line,
                at,
                delimiter,
                cells.last().map_or(0, |c: &Cell| c.row + 1),
                &mut cells,
            );
            if cells.len() - before != width {
                cells.truncate(before);
                each(&cells);
                open = None;
            }
        }
        if open.is_none()
            && line.len() <= 4 * LONGEST * 4
            && let Some(delimiter) = [b'\t', b';', b'|', b',']
                .into_iter()
                .find(|d| memchr::memchr(*d, line).is_some())
            && !line.iter().any(u8::is_ascii_digit)
        {
            cells.clear();
            split(line, at, delimiter, 0, &mut cells);
            let names = |c: &Cell| {
                text.get(c.start..c.end)
                    .is_some_and(|t| kinds_of(t) & (dict::LABEL | dict::GENERIC_LABEL) != 0)
            };
            if cells.len() >= 2 && cells.iter().any(names) && cells.iter().all(|c| c.end - c.start <= LONGEST) {
                open = Some((delimiter, cells.len()));
            }
        }
        at = end + 1;
    }
    if open.is_some() {
        each(&cells);
    }
}

/// The fields of a line; delimiters inside quotes are text.
fn split(line: &[u8], at: usize, delimiter: u8, row: u32, cells: &mut Vec<Cell>) {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let (mut col, mut start, mut quoted) = (0, 0, false);
    for i in 0..=line.len() {
        let byte = line.get(i).copied();
        if byte == Some(b'"') {
            quoted = !quoted;
        } else if byte.is_none() || byte == Some(delimiter) && !quoted {
            cells.push(Cell {
                start: at + start,
                end: at + i,
                row,
                col,
            });
            col += 1;
            start = i + 1;
        }
    }
}
