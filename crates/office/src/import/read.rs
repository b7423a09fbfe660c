//! Reading a table that somebody uploaded: CSV or XLSX. What is read is bounded before it is kept, and nothing is computed: a
//! formula is a text, or the value that was saved with it.

use std::io::{Cursor, Read};

use calamine::{DataRef, Reader, Xlsx};

use crate::error::Refusal;

/// Longest file that is taken, in bytes.
pub const MAX_FILE: usize = 8 << 20;
/// Most rows.
pub const MAX_ROWS: usize = 50_000;
/// Most columns.
pub const MAX_COLUMNS: usize = 200;
/// Most cells, the empty ones between others included.
const MAX_CELLS: usize = 2_000_000;
/// Most bytes of a workbook when it is unpacked, and of the texts of a table.
const MAX_UNPACKED: u64 = 64 << 20;
/// Most files in a workbook.
const MAX_PARTS: usize = 1_000;

fn bad_format() -> Refusal {
    Refusal::new("refusal-import-format")
}

fn too_large() -> Refusal {
    Refusal::new("refusal-import-size").arg("max", (MAX_FILE >> 20).to_string())
}

fn too_many() -> Refusal {
    Refusal::new("refusal-import-rows")
        .arg("rows", MAX_ROWS.to_string())
        .arg("columns", MAX_COLUMNS.to_string())
}

/// The rows of an uploaded table, without empty rows at its end. It takes its time: call it where it may block.
pub fn read_table(bytes: &[u8]) -> Result<Vec<Vec<String>>, Refusal> {
    if bytes.len() > MAX_FILE {
        return Err(too_large());
    }
    let mut rows = if bytes.starts_with(b"PK\x03\x04") {
        weigh(bytes)?;
        workbook(bytes)?
    } else {
        text(bytes)?
    };
    let last = rows.iter().rposition(|r| r.iter().any(|c| !c.trim().is_empty()));
    rows.truncate(last.map_or(0, |l| l + 1));
    if rows.is_empty() {
        return Err(Refusal::new("refusal-import-empty"));
    }
    Ok(rows)
}

fn text(bytes: &[u8]) -> Result<Vec<Vec<String>>, Refusal> {
    let text = std::str::from_utf8(bytes).map_err(|_| bad_format())?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.contains('\0') {
        return Err(bad_format());
    }
    let head = text.lines().next().unwrap_or_default();
    let count = |c: char| head.chars().filter(|h| *h == c).count();
    let delimiter = [(b',', ','), (b';', ';'), (b'\t', '\t')]
        .into_iter()
        .max_by_key(|(_, c)| (count(*c), *c == ','))
        .map_or(b',', |(b, _)| b);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|_| bad_format())?;
        if rows.len() == MAX_ROWS + 2 || record.len() > MAX_COLUMNS {
            return Err(too_many());
        }
        rows.push(record.iter().map(str::to_owned).collect());
    }
    Ok(rows)
}

/// Refuses a workbook that is much larger than its file. Its own word for the sizes is not trusted: everything is unpacked
/// and counted, in little memory.
fn weigh(bytes: &[u8]) -> Result<(), Refusal> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| bad_format())?;
    if archive.len() > MAX_PARTS {
        return Err(too_large());
    }
    let mut left = MAX_UNPACKED;
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(|_| bad_format())?;
        let size = std::io::copy(&mut part.take(left + 1), &mut std::io::sink()).map_err(|_| bad_format())?;
        left = left.checked_sub(size).ok_or_else(too_large)?;
    }
    Ok(())
}

/// The first sheet of a workbook, cell by cell: a cell far away does not make room for all between.
fn workbook(bytes: &[u8]) -> Result<Vec<Vec<String>>, Refusal> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| bad_format())?;
    let name = book.sheet_names().first().cloned().ok_or_else(bad_format)?;
    let mut cells = book.worksheet_cells_reader(&name).map_err(|_| bad_format())?;
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut count = 0;
    let mut weight = 0_u64;
    while let Some(cell) = cells.next_cell().map_err(|_| bad_format())? {
        let text = cell_text(cell.get_value());
        if text.is_empty() {
            continue;
        }
        let (row, column) = cell.get_position();
        let (row, column) = (row as usize, column as usize);
        if row >= MAX_ROWS + 2 || column >= MAX_COLUMNS {
            return Err(too_many());
        }
        weight += text.len() as u64;
        if weight > MAX_UNPACKED {
            return Err(too_large());
        }
        if rows.len() <= row {
            rows.resize(row + 1, Vec::new());
        }
        let Some(line) = rows.get_mut(row) else { continue };
        if line.len() <= column {
            count += column + 1 - line.len();
            if count > MAX_CELLS {
                return Err(too_many());
            }
            line.resize(column + 1, String::new());
        }
        if let Some(place) = line.get_mut(column) {
            *place = text;
        }
    }
    Ok(rows)
}

fn cell_text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::String(s) => s.clone(),
        DataRef::SharedString(s) => (*s).to_owned(),
        DataRef::DateTimeIso(s) | DataRef::DurationIso(s) => s.clone(),
        DataRef::Int(n) => n.to_string(),
        // A whole number, however the sheet shows it; a number of a document must not end in `.0`.
        DataRef::Float(f) => f.to_string(),
        DataRef::Bool(on) => if *on { "1" } else { "0" }.to_owned(),
        DataRef::DateTime(at) => {
            let (year, month, day, hour, minute, ..) = at.to_ymd_hms_milli();
            if hour == 0 && minute == 0 {
                format!("{year:04}-{month:02}-{day:02}")
            } else {
                format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}")
            }
        }
        DataRef::Error(_) | DataRef::Empty => String::new(),
    }
}
