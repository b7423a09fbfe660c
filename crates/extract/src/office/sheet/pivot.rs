//! Copies of data that a workbook keeps: pivot caches and the cells of other workbooks it links to.

use super::super::grid::Grid;
use super::super::xml::{Item, Tag, Xml};
use super::cells::cell_of;
use crate::context::Ctx;
use crate::{Step, Why};

/// One field of a pivot cache.
#[derive(Default)]
struct Field {
    name: String,
    items: Vec<String>,
    used: Vec<bool>,
}

/// A pivot cache.
#[derive(Default)]
pub(super) struct Cache {
    fields: Vec<Field>,
}

/// The value of an item or record; none for elements that hold no value.
fn value(tag: &Tag<'_>) -> Option<String> {
    match tag.name() {
        "s" | "n" | "b" | "e" => Some(tag.text("v")),
        // A date without time of the day is told as a date.
        "d" => Some(tag.text("v").trim_end_matches("T00:00:00").to_owned()),
        "m" => Some(String::new()),
        _ => None,
    }
}

impl Cache {
    /// Reads the fields and the values they share.
    pub(super) fn definition(&mut self, text: &str, ctx: &Ctx<'_>) -> Result<(), Why> {
        let mut xml = Xml::new(text);
        let mut inside = false;
        while let Some(item) = xml.next(ctx)? {
            match item {
                Item::Open(tag) => match tag.name() {
                    "cacheField" => self.fields.push(Field {
                        name: tag.text("name"),
                        ..Field::default()
                    }),
                    "sharedItems" => inside = true,
                    _ if inside => {
                        if let Some(value) = value(&tag)
                            && let Some(field) = self.fields.last_mut()
                        {
                            field.items.push(value);
                            field.used.push(false);
                        }
                    }
                    _ => {}
                },
                Item::Close(tag) if tag.name() == "sharedItems" => inside = false,
                _ => {}
            }
        }
        Ok(())
    }

    fn names(&self) -> Vec<String> {
        self.fields.iter().map(|f| f.name.clone()).collect()
    }

    /// Reads the records and gives them as a table.
    pub(super) fn records(&mut self, text: &str, part: &str, ctx: &mut Ctx<'_>) -> Result<(), Why> {
        let mut xml = Xml::new(text);
        let mut grid = Grid::with_columns(vec![Step::Member(part.to_owned())], self.names());
        let (mut row, mut col) = (0_u32, 0_usize);
        let result = loop {
            let item = match xml.next(ctx) {
                Ok(Some(item)) => item,
                Ok(None) => break Ok(()),
                Err(why) => break Err(why),
            };
            match item {
                Item::Open(tag) if tag.name() == "r" => col = 0,
                Item::Open(tag) if tag.name() == "x" => {
                    let number = tag.number("v").unwrap_or(u32::MAX) as usize;
                    if let Some(field) = self.fields.get_mut(col) {
                        if let Some(used) = field.used.get_mut(number) {
                            *used = true;
                        }
                        if let Some(text) = field.items.get(number) {
                            grid.cell(row, col as u32, false, text, ctx);
                        }
                    }
                    col += 1;
                }
                Item::Open(tag) => {
                    if let Some(value) = value(&tag) {
                        grid.cell(row, col as u32, false, &value, ctx);
                        col += 1;
                    }
                }
                Item::Close(tag) if tag.name() == "r" => row = row.saturating_add(1),
                _ => {}
            }
        };
        grid.flush(ctx);
        result
    }

    /// Gives the values that no record uses: they stay in the cache after their rows were deleted.
    pub(super) fn left(&self, part: &str, ctx: &mut Ctx<'_>) {
        let mut grid = Grid::with_columns(vec![Step::Member(part.to_owned())], self.names());
        let longest = self.fields.iter().map(|f| f.items.len()).max().unwrap_or(0);
        for row in 0..longest {
            for (col, field) in self.fields.iter().enumerate() {
                if field.used.get(row) == Some(&false)
                    && let Some(text) = field.items.get(row)
                {
                    grid.cell(row as u32, col as u32, false, text, ctx);
                }
            }
        }
        grid.flush(ctx);
    }
}

/// Reads the cells of another workbook that this one keeps.
pub(super) fn external_link(text: &str, part: &str, ctx: &mut Ctx<'_>) -> Result<(), Why> {
    let mut xml = Xml::new(text);
    let mut sheets: Vec<String> = Vec::new();
    let member = Step::Member(part.to_owned());
    let mut grid = Grid::new(vec![member.clone()]);
    let mut cell = None;
    let result = loop {
        let item = match xml.next(ctx) {
            Ok(Some(item)) => item,
            Ok(None) => break Ok(()),
            Err(why) => break Err(why),
        };
        let Item::Open(tag) = item else { continue };
        match tag.name() {
            "sheetName" => sheets.push(tag.text("val")),
            "sheetData" => {
                grid.flush(ctx);
                let number = tag.number("sheetId").unwrap_or(u32::MAX) as usize;
                let name = sheets.get(number).cloned().unwrap_or_default();
                grid = Grid::new(vec![member.clone(), Step::Sheet { name, hidden: true }]);
            }
            "cell" => cell = cell_of(&tag.attr("r").unwrap_or_default()),
            "v" | "val" => match xml.text(ctx) {
                Ok(text) => {
                    let (row, col) = cell.unwrap_or_default();
                    grid.cell(row, col, true, &text, ctx);
                }
                Err(why) => break Err(why),
            },
            _ => {}
        }
    };
    grid.flush(ctx);
    result
}
