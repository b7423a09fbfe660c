//! What stands before the sheets: strings, formats, fonts, names of sheets and of cells.

use std::collections::BTreeMap;

use super::format::Format;
use super::records::{Record, Records};
use super::strings;
use crate::Why;
use crate::context::Ctx;
use crate::legacy::bytes::{size_at, slice, u16_at, u32_at};
use crate::legacy::codepage::{self, Face};

/// A sheet in the list of sheets.
pub(super) struct Sheet {
    pub(super) at: usize,
    pub(super) name: String,
    /// Hidden by a person or by a program.
    pub(super) hidden: bool,
}

#[derive(Default)]
pub(super) struct Globals {
    /// Text is in the code page, not in Unicode: Excel 5 and 95.
    pub(super) older: bool,
    pub(super) page: u32,
    pub(super) sheets: Vec<Sheet>,
    pub(super) strings: Vec<String>,
    /// Names of cells that stand for a text.
    pub(super) names: Vec<(String, String)>,
    /// Pictures of all sheets.
    pub(super) drawings: Vec<u8>,
    /// Days are counted from 1904.
    pub(super) later: bool,
    formats: BTreeMap<u16, Format>,
    /// Font and format of each style of cells.
    styles: Vec<(u16, u16)>,
    fonts: Vec<Face>,
}

impl Globals {
    pub(super) fn read(bytes: &[u8], ctx: &mut Ctx<'_>) -> Result<Self, Why> {
        let mut globals = Self {
            page: codepage::WESTERN,
            ..Self::default()
        };
        let mut records = Records::new(bytes);
        let first = records
            .next()
            .ok_or_else(|| Why::Damaged("head of the workbook".into()))?;
        if first.kind & 0xff != 9 {
            return Err(Why::Damaged("head of the workbook".into()));
        }
        match u16_at(first.data, 0) {
            Some(0x600) => {}
            Some(0x500) => globals.older = true,
            _ => return Err(Why::Unsupported("Excel 2–4 workbook".into())),
        }
        for record in records.by_ref() {
            ctx.tick()?;
            match record.kind {
                // A password; the rest is noise.
                0x2f => return Err(Why::Encrypted),
                0x0a => break,
                _ => globals.take(&record, ctx)?,
            }
        }
        if records.cut {
            ctx.unread(&[], Why::Damaged("workbook is cut off".into()));
        }
        Ok(globals)
    }

    fn take(&mut self, record: &Record<'_>, ctx: &mut Ctx<'_>) -> Result<(), Why> {
        let data = record.data;
        match record.kind {
            0x42 => self.page = u16_at(data, 0).map_or(codepage::WESTERN, u32::from),
            0x22 => self.later = u16_at(data, 0) == Some(1),
            0x85 => {
                if let (Some(at), Some(state)) = (size_at(data, 0), data.get(4))
                    && let Some(name) = self.short(data, 6)
                {
                    let hidden = state & 3 != 0;
                    self.sheets.push(Sheet { at, name, hidden });
                }
            }
            0xfc => {
                ctx.spend(record.more.iter().map(|p| p.len() as u64).sum())?;
                self.strings = strings::shared(record);
                if (self.strings.len() as u64) < u64::from(u32_at(data, 4).unwrap_or(0)) {
                    ctx.unread(&[], Why::Damaged("table of strings".into()));
                }
            }
            0x41e => {
                let code = if self.older {
                    self.short(data, 2)
                } else {
                    strings::long(data, 2)
                };
                if let (Some(number), Some(code)) = (u16_at(data, 0), code) {
                    self.formats.insert(number, Format::parse(&code));
                }
            }
            0xe0 => {
                let (font, format) = (u16_at(data, 0).unwrap_or(0), u16_at(data, 2).unwrap_or(0));
                self.styles.push((font, format));
            }
            0x31 => {
                let name = self.short(data, 14).unwrap_or_default();
                self.fonts.push(Face::of_font(&name));
            }
            0x18 => self.name(data),
            0xeb => {
                self.drawings.extend_from_slice(data);
                for piece in &record.more {
                    self.drawings.extend_from_slice(piece);
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// A name that stands for a text constant.
    fn name(&mut self, data: &[u8]) {
        let (Some(&len), Some(formula_len)) = (data.get(3), u16_at(data, 4)) else {
            return;
        };
        let built_in = u16_at(data, 0).unwrap_or(0) & 0x20 != 0;
        let name = if self.older {
            slice(data, 14, usize::from(len)).map(|b| (self.decode(b), 14 + usize::from(len)))
        } else {
            strings::with_flags(data, 14, usize::from(len))
        };
        let Some((name, at)) = name.filter(|_| !built_in) else {
            return;
        };
        let formula = data.get(at..).unwrap_or_default();
        let formula = formula.get(..usize::from(formula_len)).unwrap_or(formula);
        // A formula that is one text.
        if formula.first() == Some(&0x17)
            && let Some(text) = self.short(formula, 1)
        {
            self.names.push((name, text));
        }
    }

    /// A string with its length in one byte before it.
    pub(super) fn short(&self, data: &[u8], at: usize) -> Option<String> {
        if self.older {
            slice(data, at + 1, usize::from(*data.get(at)?)).map(|b| self.decode(b))
        } else {
            strings::short(data, at)
        }
    }

    /// A string with its length in two bytes before it.
    pub(super) fn long(&self, data: &[u8], at: usize) -> Option<String> {
        if self.older {
            slice(data, at + 2, usize::from(u16_at(data, at)?)).map(|b| self.decode(b))
        } else {
            strings::long(data, at)
        }
    }

    pub(super) fn decode(&self, bytes: &[u8]) -> String {
        codepage::decode(bytes, self.page).into_owned()
    }

    /// A number in the style of its cell.
    pub(super) fn show(&self, value: f64, style: u16) -> String {
        let number = self.styles.get(usize::from(style)).map_or(0, |s| s.1);
        match self.formats.get(&number) {
            Some(format) => format.show(value, self.later),
            None => Format::built_in(number).show(value, self.later),
        }
    }

    /// Which letters the font of a cell shows.
    pub(super) fn face(&self, style: u16) -> Face {
        let font = self.styles.get(usize::from(style)).map_or(0, |s| s.0);
        // No font has the number four.
        let index = if font > 4 { font - 1 } else { font };
        self.fonts.get(usize::from(index)).copied().unwrap_or_default()
    }
}
