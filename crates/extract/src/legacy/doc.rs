//! Word 97–2003 ([MS-DOC]), and the plain text of Word 6 and 95.
//!
//! The text of all stories (main text, notes, headers, comments, text boxes) lies in one row of characters that a table of
//! pieces maps to bytes; formatting hangs on the bytes. [`fib`] finds the tables, [`formatting`] tells what is hidden, changed, or
//! set in an old Vietnamese font, [`story`] turns characters into text.

mod fib;
mod formatting;
mod older;
mod pieces;
mod story;
mod strings;

use std::path::Path;

use self::fib::{Fib, Table};
use self::formatting::Formatting;
use self::pieces::Pieces;
use super::bytes::{size_at, u16_at};
use super::compound::Compound;
use super::flow::Flow;
use super::{objects, pictures, properties};
use crate::context::{Ctx, Source};
use crate::{Step, Why};

/// What the stories are read from.
struct Document {
    fib: Fib,
    /// The stream with the text.
    word: Vec<u8>,
    /// The stream with the tables.
    table: Vec<u8>,
    pieces: Pieces,
    formatting: Formatting,
}

pub(super) fn read(source: &Source<'_>, ctx: &mut Ctx<'_>) -> Result<(), Why> {
    let mut file = Compound::open(source, ctx)?;
    if let Err(why) = properties::read(&mut file, ctx) {
        ctx.unread(&[], why);
    }
    let word = file
        .stream("/WordDocument", ctx)?
        .ok_or_else(|| Why::Damaged("no text stream".into()))?;
    let fib = Fib::read(&word)?;
    if fib.encrypted {
        return Err(Why::Encrypted);
    }
    let mut number = 0;
    if fib.older {
        older::read(&word, &fib, ctx)?;
    } else {
        let table = file
            .stream(fib.table_stream(), ctx)?
            .ok_or_else(|| Why::Damaged("no table stream".into()))?;
        let pieces = Pieces::read(fib.table(&table, Table::Clx), &word)?;
        let formatting = Formatting::read(&fib, &word, &table, ctx)?;
        let document = Document {
            fib,
            word,
            table,
            pieces,
            formatting,
        };
        document.stories(ctx)?;
        pictures::read(&document.word, &mut number, ctx)?;
    }
    if let Some(data) = file.stream("/Data", ctx)? {
        pictures::read(&data, &mut number, ctx)?;
    }
    embedded(&mut file, ctx)
}

/// Objects of other programs.
fn embedded(file: &mut Compound<'_>, ctx: &mut Ctx<'_>) -> Result<(), Why> {
    for entry in file.entries(Path::new("/ObjectPool"), ctx)? {
        ctx.tick()?;
        if entry.storage
            && let Err(why) = objects::storage(file, &entry.path, &entry.name, ctx)
        {
            ctx.unread(&[Step::Attachment(entry.name)], why);
        }
    }
    if file.has_storage("/Macros") {
        ctx.unread(&[Step::Source], Why::Unsupported("macros".into()));
    }
    Ok(())
}

impl Document {
    /// All stories, the main text first. One that breaks is told, the others are still read.
    fn stories(&self, ctx: &mut Ctx<'_>) -> Result<(), Why> {
        let lengths = &self.fib.stories;
        let mut at = 0_u32;
        let mut ranges = Vec::new();
        for &len in lengths {
            let end = at.saturating_add(len);
            ranges.push((at, end));
            at = end;
        }
        let [main, footnotes, headers, _, comments, endnotes, boxes, header_boxes] = ranges[..] else {
            return Err(Why::Damaged("lengths of the text".into()));
        };
        if main.1 > self.pieces.end() {
            ctx.unread(&[], Why::Damaged("text is cut off".into()));
        }
        self.flow(main, Vec::new(), true, ctx)?;
        self.flow(footnotes, vec![Step::Footnote], false, ctx)?;
        self.flow(endnotes, vec![Step::Endnote], false, ctx)?;
        self.headers(headers, ctx)?;
        self.comments(comments, ctx)?;
        self.flow(boxes, vec![Step::TextBox], false, ctx)?;
        self.flow(header_boxes, vec![Step::TextBox], false, ctx)
    }

    fn flow(&self, range: (u32, u32), steps: Vec<Step>, numbered: bool, ctx: &mut Ctx<'_>) -> Result<(), Why> {
        if range.0 >= range.1 {
            return Ok(());
        }
        let mut flow = Flow::new(steps, numbered);
        self.story(range, &mut flow, ctx)?;
        flow.give(ctx);
        Ok(())
    }

    /// Headers and footers: six separators of notes, then six stories a section, even, odd and first pages.
    fn headers(&self, range: (u32, u32), ctx: &mut Ctx<'_>) -> Result<(), Why> {
        let cuts = self.cuts(Table::Headers, 0, range);
        if cuts.is_empty() {
            return self.flow(range, vec![Step::Header], false, ctx);
        }
        for (i, &cut) in cuts.iter().enumerate() {
            let step = match i.checked_sub(6).map(|i| i % 6) {
                None => Step::Footnote,
                Some(0 | 1 | 4) => Step::Header,
                Some(_) => Step::Footer,
            };
            self.flow(cut, vec![step], false, ctx)?;
        }
        Ok(())
    }

    fn comments(&self, range: (u32, u32), ctx: &mut Ctx<'_>) -> Result<(), Why> {
        let cuts = self.cuts(Table::CommentTexts, 0, range);
        if cuts.is_empty() {
            return self.flow(range, vec![Step::Comment(String::new())], false, ctx);
        }
        let authors = strings::counted(self.fib.table(&self.table, Table::CommentAuthors));
        let marks = self.fib.table(&self.table, Table::Comments);
        // A position more than records of thirty bytes.
        let count = marks.len().saturating_sub(4) / 34;
        for (i, &cut) in cuts.iter().enumerate() {
            let record = marks.get(4 * (count + 1) + 30 * i..).unwrap_or_default();
            let author = u16_at(record, 20).and_then(|n| authors.get(usize::from(n)));
            let initials = || strings::one(record);
            let who = author.cloned().unwrap_or_else(initials);
            self.flow(cut, vec![Step::Comment(who)], false, ctx)?;
        }
        for author in authors {
            properties::give("commentAuthor", &author, ctx);
        }
        Ok(())
    }

    /// The ranges between the positions of a table, for records of this size; nothing where the table makes no sense.
    fn cuts(&self, table: Table, record: usize, range: (u32, u32)) -> Vec<(u32, u32)> {
        let bytes = self.fib.table(&self.table, table);
        let count = bytes.len().saturating_sub(4) / (4 + record);
        let positions: Vec<u32> = (0..=count)
            .map_while(|i| size_at(bytes, 4 * i).and_then(|p| u32::try_from(p).ok()))
            .map(|p| range.0.saturating_add(p).min(range.1))
            .collect();
        if positions.windows(2).any(|p| p[0] > p[1]) {
            return Vec::new();
        }
        positions
            .windows(2)
            .map(|p| (p[0], p[1]))
            .filter(|p| p.0 <= p.1)
            .collect()
    }
}

#[cfg(test)]
mod tests;
