//! One sheet: cells, notes, text boxes, links, headers.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::globals::Globals;
use super::grid::Grid;
use super::records::{Record, Records};
use super::strings::Pieces;
use crate::context::Ctx;
use crate::legacy::bytes::{f64_at, size_at, slice, u16_at, u32_at, utf16_until_zero};
use crate::legacy::codepage;
use crate::{Part, Step, Why};

/// Most columns of a sheet.
const COLUMNS: u32 = 256;
/// Most bytes of all cells of a sheet.
const LARGEST: usize = 512 << 20;

/// A note of a cell.
struct Note {
    row: u32,
    col: u32,
    object: u16,
    author: String,
    /// The text itself, in the files of Excel 5 and 95.
    text: String,
}

struct Reader<'g> {
    globals: &'g Globals,
    grid: Grid,
    notes: Vec<Note>,
    /// Texts by the object that they stand in.
    texts: Vec<(u16, String)>,
    object: u16,
    links: Vec<(u32, u32, String)>,
    edges: Vec<(Step, String)>,
    /// The cell whose formula gives the text that follows.
    formula: Option<(u32, u32, u16)>,
    missing: bool,
}

pub(super) fn read(mut records: Records<'_>, globals: &Globals, step: Step, ctx: &mut Ctx<'_>) -> Result<(), Why> {
    let place = ctx.place().with(step.clone());
    let mut reader = Reader {
        globals,
        grid: Grid::default(),
        notes: Vec::new(),
        texts: Vec::new(),
        object: 0,
        links: Vec::new(),
        edges: Vec::new(),
        formula: None,
        missing: false,
    };
    let mut result = Ok(());
    let mut depth = 0_u32;
    let mut ended = false;
    for record in records.by_ref() {
        result = ctx.tick();
        if result.is_err() {
            break;
        }
        // A chart inside a sheet is a stream inside its stream.
        match record.kind {
            0x809 | 0x409 | 0x209 => depth += 1,
            0x0a => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    ended = true;
                    break;
                }
            }
            _ => {
                result = reader.take(&record, ctx);
                if result.is_err() {
                    break;
                }
            }
        }
    }
    let mut problem = None;
    if result.is_ok() && !ended {
        problem = Some("sheet is cut off");
    } else if reader.missing {
        problem = Some("cells without their strings");
    }
    reader.give(&place, ctx);
    if let Some(what) = problem {
        ctx.unread(&[step], Why::Damaged(what.into()));
    }
    result
}

impl Reader<'_> {
    fn take(&mut self, record: &Record<'_>, ctx: &mut Ctx<'_>) -> Result<(), Why> {
        let data = record.data;
        let cell = || {
            let col = u32::from(u16_at(data, 2)?);
            (col < COLUMNS).then_some((u32::from(u16_at(data, 0)?), col, u16_at(data, 4)?))
        };
        match record.kind {
            0xfd => {
                if let (Some((row, col, style)), Some(index)) = (cell(), size_at(data, 6)) {
                    match self.globals.strings.get(index) {
                        Some(text) => {
                            ctx.spend(text.len() as u64)?;
                            self.text(row, col, style, text);
                        }
                        None => self.missing = true,
                    }
                }
            }
            0x204 | 0xd6 => {
                if let (Some((row, col, style)), Some(text)) = (cell(), self.globals.long(data, 6)) {
                    self.text(row, col, style, &text);
                }
            }
            0x203 => {
                if let (Some((row, col, style)), Some(value)) = (cell(), f64_at(data, 6)) {
                    self.grid.set(row, col, self.globals.show(value, style));
                }
            }
            0x27e => {
                if let (Some((row, col, style)), Some(value)) = (cell(), u32_at(data, 6)) {
                    self.grid.set(row, col, self.globals.show(compact(value), style));
                }
            }
            0xbd => {
                let Some((row, first, _)) = cell() else { return Ok(()) };
                for (i, entry) in data.get(4..).unwrap_or_default().chunks_exact(6).enumerate() {
                    if let (Some(style), Some(value)) = (u16_at(entry, 0), u32_at(entry, 2)) {
                        let col = first + u32::try_from(i).unwrap_or(COLUMNS);
                        self.grid.set(row, col, self.globals.show(compact(value), style));
                    }
                }
            }
            0x06 | 0x206 | 0x406 => self.formula(data, cell()),
            0x207 => {
                let mut pieces = Pieces::new(record);
                let text = if self.globals.older {
                    self.globals.long(data, 0)
                } else {
                    pieces.string()
                };
                if let (Some((row, col, style)), Some(text)) = (self.formula.take(), text) {
                    self.text(row, col, style, &text);
                }
            }
            0x205 => {
                if let (Some((row, col, _)), Some(value), Some(0)) = (cell(), data.get(6), data.get(7)) {
                    self.grid
                        .set(row, col, if *value == 0 { "FALSE" } else { "TRUE" }.to_owned());
                }
            }
            0x208 => {
                if let (Some(row), Some(flags)) = (u16_at(data, 0), u16_at(data, 12))
                    && flags & 0x20 != 0
                {
                    self.grid.hidden_rows.push(u32::from(row));
                }
            }
            0x7d => {
                if let (Some(first), Some(last), Some(flags)) = (u16_at(data, 0), u16_at(data, 2), u16_at(data, 8))
                    && flags & 1 != 0
                {
                    self.grid.hide_columns(first, last);
                }
            }
            0x14 | 0x15 => {
                let text = if self.globals.older {
                    self.globals.short(data, 0)
                } else {
                    self.globals.long(data, 0)
                };
                let step = if record.kind == 0x14 {
                    Step::Header
                } else {
                    Step::Footer
                };
                self.edges.push((step, page_text(&text.unwrap_or_default())));
            }
            // The first part of an object is its number.
            0x5d if u16_at(data, 0) == Some(0x15) => self.object = u16_at(data, 6).unwrap_or(0),
            0x1b6 => self.box_text(record),
            // Titles and names of series in a chart.
            0x100d => self.texts.extend(self.globals.short(data, 2).map(|text| (0, text))),
            0x1c => self.note(data),
            0x1b8 => self.link(data),
            _ => {}
        }
        // Strings are shared, so that a small file may ask for a very large sheet.
        if self.grid.size > LARGEST {
            return Err(Why::Expands);
        }
        Ok(())
    }

    fn text(&mut self, row: u32, col: u32, style: u16, text: &str) {
        let shown = self.globals.face(style).shown(text);
        // A cell is one line in its part, so that rows stay rows.
        self.grid.set(row, col, shown.replace(['\n', '\r', '\t'], " "));
    }

    fn formula(&mut self, data: &[u8], cell: Option<(u32, u32, u16)>) {
        let Some((row, col, style)) = cell else { return };
        self.formula = None;
        // A result that is no number has ones in its last two bytes.
        if u16_at(data, 12) == Some(0xffff) {
            match data.get(6) {
                Some(0) => self.formula = Some((row, col, style)),
                Some(1) => {
                    let value = if data.get(8) == Some(&0) { "FALSE" } else { "TRUE" };
                    self.grid.set(row, col, value.to_owned());
                }
                _ => {}
            }
        } else if let Some(value) = f64_at(data, 6) {
            self.grid.set(row, col, self.globals.show(value, style));
        }
    }

    /// The text of a box stands in the first piece that continues its record.
    fn box_text(&mut self, record: &Record<'_>) {
        let len = usize::from(u16_at(record.data, 10).unwrap_or(0));
        let Some((first, rest)) = record.more.split_first() else {
            return;
        };
        let wide = first.first().is_some_and(|f| f & 1 != 0);
        let joined = Record {
            kind: record.kind,
            data: first.get(1..).unwrap_or_default(),
            more: rest.to_vec(),
        };
        let text = Pieces::new(&joined).characters(len, wide);
        self.texts.push((self.object, text));
    }

    fn note(&mut self, data: &[u8]) {
        let (Some(row), Some(col)) = (u16_at(data, 0), u16_at(data, 2)) else {
            return;
        };
        let mut note = Note {
            row: u32::from(row),
            col: u32::from(col),
            object: 0,
            author: String::new(),
            text: String::new(),
        };
        if self.globals.older {
            let bytes = data.get(6..).unwrap_or_default();
            note.text = self.globals.decode(bytes);
            // A long note goes on in notes of no cell.
            if row == 0xffff {
                if let Some(last) = self.notes.last_mut() {
                    last.text.push_str(&note.text);
                }
                return;
            }
        } else {
            note.object = u16_at(data, 6).unwrap_or(0);
            note.author = self.globals.long(data, 8).unwrap_or_default();
        }
        self.notes.push(note);
    }

    /// Where a link leads: an address, a file, a place in this file.
    fn link(&mut self, data: &[u8]) {
        let (Some(row), Some(col)) = (u16_at(data, 0), u16_at(data, 4)) else {
            return;
        };
        if let Some(target) = link_target(data.get(8 + 16..).unwrap_or_default()) {
            self.links.push((u32::from(row), u32::from(col), target));
        }
    }

    fn give(self, place: &crate::Place, ctx: &mut Ctx<'_>) {
        self.grid.give(place, ctx);
        let at = |row: u32, col: u32| {
            place.with(Step::Cell {
                row,
                col,
                hidden: false,
            })
        };
        let mut texts: HashMap<u16, Vec<String>> = HashMap::new();
        let mut boxes = Vec::new();
        let noted: HashSet<u16> = self.notes.iter().map(|n| n.object).filter(|&n| n != 0).collect();
        for (object, text) in self.texts {
            if noted.contains(&object) {
                texts.entry(object).or_default().push(text);
            } else {
                boxes.push(text);
            }
        }
        let mut authors = BTreeSet::new();
        for note in self.notes {
            let text = texts.remove(&note.object).map_or(note.text, |t| t.join("\n"));
            ctx.part(Part::whole(
                at(note.row, note.col).with(Step::Comment(note.author.clone())),
                text,
            ));
            if !note.author.is_empty() {
                authors.insert(note.author);
            }
        }
        for author in authors {
            let mut part = Part::whole(place.with(Step::Property("commentAuthor".into())), author);
            part.caption = Some("commentAuthor".into());
            ctx.part(part);
        }
        for text in boxes {
            ctx.part(Part::whole(place.with(Step::TextBox), text));
        }
        for (row, col, target) in self.links {
            ctx.part(Part::whole(at(row, col), target));
        }
        for (step, text) in self.edges {
            ctx.part(Part::whole(place.with(step), text));
        }
    }
}

/// A number in four bytes: whole, or the upper half of a fraction; either may be a hundred times too large.
fn compact(value: u32) -> f64 {
    let number = if value & 2 != 0 {
        f64::from((value as i32) >> 2)
    } else {
        f64::from_bits(u64::from(value & 0xffff_fffc) << 32)
    };
    if value & 1 != 0 { number / 100.0 } else { number }
}

/// The words of a header or footer, without its codes.
fn page_text(code: &str) -> String {
    let mut text = String::new();
    let mut chars = code.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '&' {
            text.push(c);
            continue;
        }
        match chars.next() {
            Some('&') => text.push('&'),
            // The name of a font stands in quotes.
            Some('"') => {
                let _ = chars.by_ref().find(|&c| c == '"');
            }
            Some('L' | 'C' | 'R') => text.push('\n'),
            Some(c) if c.is_ascii_digit() => while chars.next_if(char::is_ascii_digit).is_some() {},
            _ => {}
        }
    }
    text.trim().to_owned()
}

/// The description and the target of a link object.
fn link_target(data: &[u8]) -> Option<String> {
    const ADDRESS: [u8; 4] = [0xe0, 0xc9, 0xea, 0x79];
    const FILE: [u8; 4] = [0x03, 0x03, 0, 0];
    let flags = u32_at(data, 4)?;
    let mut at = 8;
    let mut found = Vec::new();
    let string = |at: &mut usize| -> Option<String> {
        let len = size_at(data, *at)?.checked_mul(2)?;
        let text = utf16_until_zero(slice(data, *at + 4, len)?);
        *at += 4 + len;
        Some(text)
    };
    if flags & 0x10 != 0 {
        string(&mut at)?;
    }
    if flags & 0x80 != 0 {
        string(&mut at)?;
    }
    if flags & 1 != 0 {
        if flags & 0x100 != 0 {
            found.push(string(&mut at)?);
        } else {
            let class = slice(data, at, 4)?;
            if class == ADDRESS {
                let len = size_at(data, at + 16)?;
                found.push(utf16_until_zero(slice(data, at + 20, len)?));
            } else if class == FILE {
                let len = size_at(data, at + 18)?;
                let path = slice(data, at + 22, len)?;
                let path = super::super::bytes::until_zero(path);
                found.push(codepage::decode(path, codepage::WESTERN).into_owned());
            }
        }
    }
    found.retain(|t| !t.trim().is_empty());
    (!found.is_empty()).then(|| found.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compact_numbers_and_page_codes() {
        assert!((compact((5 << 2) | 2) - 5.0).abs() < f64::EPSILON);
        assert!((compact((12_345 << 2) | 3) - 123.45).abs() < 1e-9);
        assert!((compact((1.5_f64.to_bits() >> 32) as u32) - 1.5).abs() < f64::EPSILON);
        assert_eq!(
            page_text("&L&\"Arial,Bold\"&12Lớp 4A && 4B&RTrang &P"),
            "Lớp 4A & 4B\nTrang"
        );
    }

    #[test]
    fn links_tell_their_targets() {
        let mut data = vec![2, 0, 0, 0, 3, 0, 0, 0, 0xe0, 0xc9, 0xea, 0x79];
        data.extend([0; 12]);
        let url = crate::legacy::testing::wide("mailto:mau@example.vn\0");
        data.extend((url.len() as u32).to_le_bytes());
        data.extend(url);
        assert_eq!(link_target(&data).as_deref(), Some("mailto:mau@example.vn"));
        for cut in 0..data.len() {
            link_target(&data[..cut]);
        }
    }
}
