//! Formatting that changes what a text says or who sees it: hidden, changed, fonts that are encodings, ends of rows.

use super::fib::{Fib, Table};
use super::strings;
use crate::Why;
use crate::context::Ctx;
use crate::legacy::bytes::{size_at, slice, u16_at, u32_at, utf16_until_zero};
use crate::legacy::codepage::Face;

/// Size of a page of formatting.
const PAGE: usize = 512;
/// Most styles that stand one on another.
const DEEPEST: usize = 16;

/// What the formatting of characters says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Characters {
    pub(super) hidden: Option<bool>,
    /// Deleted by tracked change, and by whom.
    pub(super) deleted: bool,
    pub(super) inserted: bool,
    deleter: Option<u16>,
    inserter: Option<u16>,
    font: Option<u16>,
    style: Option<u16>,
}

/// A stretch of bytes with the same formatting.
#[derive(Debug, Clone, Copy)]
struct Stretch<T> {
    from: usize,
    to: usize,
    what: T,
}

/// What the formatting of a paragraph says.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Paragraph {
    style: u16,
    /// Its mark ends a row of a table.
    pub(super) ends_row: bool,
}

/// All formatting that matters.
#[derive(Debug, Default)]
pub(super) struct Formatting {
    characters: Vec<Stretch<Characters>>,
    paragraphs: Vec<Stretch<Paragraph>>,
    fonts: Vec<Face>,
    styles: Vec<Option<u16>>,
    default_font: Option<u16>,
    pub(super) revisers: Vec<String>,
}

impl Formatting {
    pub(super) fn read(fib: &Fib, word: &[u8], table: &[u8], ctx: &Ctx<'_>) -> Result<Self, Why> {
        let mut formatting = Self {
            fonts: fonts(fib.table(table, Table::Fonts)),
            revisers: strings::table(fib.table(table, Table::Revisers)),
            ..Self::default()
        };
        formatting.read_styles(fib.table(table, Table::Styles));
        for page in pages(fib.table(table, Table::CharacterPages), word) {
            ctx.tick()?;
            formatting.read_characters(page);
        }
        for page in pages(fib.table(table, Table::ParagraphPages), word) {
            ctx.tick()?;
            formatting.read_paragraphs(page);
        }
        formatting.characters.sort_by_key(|s| s.from);
        formatting.paragraphs.sort_by_key(|s| s.from);
        Ok(formatting)
    }

    /// Formatting of the character at this byte, and the byte up to which it holds.
    pub(super) fn characters(&self, at: usize) -> (Characters, usize) {
        find(&self.characters, at)
    }

    /// Formatting of the paragraph at this byte, and the byte up to which it holds.
    pub(super) fn paragraph(&self, at: usize) -> (Paragraph, usize) {
        find(&self.paragraphs, at)
    }

    /// Which letters show, by the character's own font, its style, the paragraph's style, the document.
    pub(super) fn face(&self, characters: Characters, paragraph: Paragraph) -> Face {
        let style = |n: u16| self.styles.get(usize::from(n)).copied().flatten();
        let font = characters
            .font
            .or_else(|| characters.style.and_then(style))
            .or_else(|| style(paragraph.style))
            .or(self.default_font);
        font.and_then(|n| self.fonts.get(usize::from(n)))
            .copied()
            .unwrap_or_default()
    }

    /// The name of who deleted or inserted.
    pub(super) fn reviser(&self, characters: Characters) -> String {
        let number = if characters.deleted {
            characters.deleter.or(characters.inserter)
        } else {
            characters.inserter
        };
        number
            .and_then(|n| self.revisers.get(usize::from(n)))
            .filter(|who| *who != "Unknown")
            .cloned()
            .unwrap_or_default()
    }

    fn read_characters(&mut self, page: &[u8]) {
        for (i, from, to) in stretches(page) {
            let count = usize::from(page.last().copied().unwrap_or(0));
            let place = page.get(4 * (count + 1) + i).map_or(0, |&b| 2 * usize::from(b));
            let mut what = Characters::default();
            if place > 0
                && let Some(&len) = page.get(place)
                && let Some(list) = slice(page, place + 1, usize::from(len))
            {
                what.apply(list);
            }
            if what != Characters::default() {
                self.characters.push(Stretch { from, to, what });
            }
        }
    }

    fn read_paragraphs(&mut self, page: &[u8]) {
        for (i, from, to) in stretches(page) {
            let count = usize::from(page.last().copied().unwrap_or(0));
            let place = page.get(4 * (count + 1) + 13 * i).map_or(0, |&b| 2 * usize::from(b));
            let mut what = Paragraph::default();
            if place > 0 {
                // A length in words that counts itself, or a zero and the length of what follows.
                let body = match page.get(place) {
                    Some(0) => page
                        .get(place + 1)
                        .and_then(|&n| slice(page, place + 2, 2 * usize::from(n))),
                    Some(&n) => slice(page, place + 1, 2 * usize::from(n) - 1),
                    None => None,
                };
                if let Some(body) = body {
                    what.style = u16_at(body, 0).unwrap_or(0);
                    for (code, value) in Sprms::new(body.get(2..).unwrap_or_default()) {
                        if code == 0x2417 {
                            what.ends_row = value.first() == Some(&1);
                        }
                    }
                }
            }
            self.paragraphs.push(Stretch { from, to, what });
        }
    }

    /// Fonts of the styles, each from the style it stands on where it names none.
    fn read_styles(&mut self, sheet: &[u8]) {
        let Some(head) = u16_at(sheet, 0).map(usize::from) else {
            return;
        };
        let count = u16_at(sheet, 2).unwrap_or(0);
        let base = usize::from(u16_at(sheet, 4).unwrap_or(0));
        self.default_font = u16_at(sheet, 2 + 12).filter(|_| head >= 14);
        let mut own: Vec<(Option<u16>, u16)> = Vec::new();
        let mut at = 2 + head;
        for _ in 0..count {
            let Some(len) = u16_at(sheet, at).map(usize::from) else {
                break;
            };
            let style = slice(sheet, at + 2, len).unwrap_or_default();
            own.push(style_font(style, base).unwrap_or((None, 0xfff)));
            at += 2 + len.next_multiple_of(2);
        }
        self.styles = own
            .iter()
            .map(|&(mut font, mut parent)| {
                for _ in 0..DEEPEST {
                    if font.is_some() {
                        break;
                    }
                    match own.get(usize::from(parent)) {
                        Some(&(f, p)) => (font, parent) = (f, p),
                        None => break,
                    }
                }
                font
            })
            .collect();
    }
}

/// The font that a style names, and the style it stands on.
fn style_font(style: &[u8], base: usize) -> Option<(Option<u16>, u16)> {
    let kind = u16_at(style, 2)?;
    let parent = kind >> 4;
    let name = usize::from(u16_at(style, base)?);
    let mut at = base + 2 + 2 * name + 2;
    let mut font = None;
    // A paragraph style has formatting of paragraphs before that of characters.
    for i in 0..2 {
        let Some(len) = u16_at(style, at).map(usize::from) else {
            break;
        };
        let list = slice(style, at + 2, len).unwrap_or_default();
        if i == 1 || kind & 15 == 2 {
            let mut what = Characters::default();
            what.apply(list);
            font = what.font;
            break;
        }
        at += 2 + len.next_multiple_of(2);
    }
    Some((font, parent))
}

fn find<T: Copy + Default>(stretches: &[Stretch<T>], at: usize) -> (T, usize) {
    let after = stretches.partition_point(|s| s.from <= at);
    let next = stretches.get(after).map_or(usize::MAX, |s| s.from);
    match after.checked_sub(1).and_then(|i| stretches.get(i)) {
        Some(s) if at < s.to => (s.what, s.to.min(next)),
        _ => (T::default(), next),
    }
}

/// The pages that a table of pages names.
fn pages<'w>(table: &[u8], word: &'w [u8]) -> Vec<&'w [u8]> {
    let count = table.len().saturating_sub(4) / 8;
    let mut numbers: Vec<usize> = (0..count)
        .map_while(|i| u32_at(table, 4 * (count + 1) + 4 * i))
        .map(|n| (n & 0x3f_ffff) as usize)
        .collect();
    // A page named twice says nothing new.
    numbers.sort_unstable();
    numbers.dedup();
    numbers.iter().filter_map(|n| slice(word, n * PAGE, PAGE)).collect()
}

/// Number and bytes of the stretches of a page.
fn stretches(page: &[u8]) -> Vec<(usize, usize, usize)> {
    let count = usize::from(page.last().copied().unwrap_or(0));
    (0..count)
        .map_while(|i| Some((i, size_at(page, 4 * i)?, size_at(page, 4 * i + 4)?)))
        .filter(|(_, from, to)| from < to)
        .collect()
}

fn fonts(table: &[u8]) -> Vec<Face> {
    let mut faces = Vec::new();
    let mut at = 4;
    for _ in 0..u16_at(table, 0).unwrap_or(0) {
        let Some(&len) = table.get(at) else { break };
        let record = slice(table, at + 1, usize::from(len)).unwrap_or_default();
        faces.push(Face::of_font(&utf16_until_zero(record.get(39..).unwrap_or_default())));
        at += 1 + usize::from(len);
    }
    faces
}

impl Characters {
    /// Takes over what a list of changes says.
    pub(super) fn apply(&mut self, list: &[u8]) {
        for (code, value) in Sprms::new(list) {
            let on = value.first().is_some_and(|v| v & 1 == 1);
            match code {
                0x0800 => self.deleted = on,
                0x0801 => self.inserted = on,
                0x083c => self.hidden = Some(on),
                0x4804 => self.inserter = u16_at(value, 0),
                0x4863 => self.deleter = u16_at(value, 0),
                // The font of Latin letters, then that of all other letters, which those of old encodings are for Word.
                0x4a4f if self.font.is_none() => self.font = u16_at(value, 0),
                0x4a51 => self.font = u16_at(value, 0),
                0x4a30 => self.style = u16_at(value, 0),
                _ => {}
            }
        }
    }
}

/// Walks a list of changes.
struct Sprms<'a> {
    rest: &'a [u8],
}

impl<'a> Sprms<'a> {
    fn new(rest: &'a [u8]) -> Self {
        Self { rest }
    }
}

impl<'a> Iterator for Sprms<'a> {
    type Item = (u16, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let code = u16_at(self.rest, 0)?;
        let (skip, len) = match code >> 13 {
            0 | 1 => (2, 1),
            2 | 4 | 5 => (2, 2),
            3 => (2, 4),
            7 => (2, 3),
            // Tables tell their length in two bytes, one too much.
            _ if code == 0xd608 => (4, usize::from(u16_at(self.rest, 2)?).checked_sub(1)?),
            _ => (3, usize::from(*self.rest.get(2)?)),
        };
        let value = slice(self.rest, skip, len)?;
        self.rest = self.rest.get(skip + len..)?;
        Some((code, value))
    }
}
