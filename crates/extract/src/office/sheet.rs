//! Workbooks of Office Open XML.

mod cells;
mod format;
mod pivot;
mod strings;

use std::collections::BTreeMap;

pub(super) use self::cells::literals;

use self::format::Formats;
use self::strings::Strings;
use super::ooxml::Doc;
use super::package::{give, give_lines, settle};
use super::xml::{self, Item, Xml};
use crate::context::Ctx;
use crate::{Step, Why};

/// What the sheets of a workbook share.
#[derive(Default)]
pub(super) struct Book {
    strings: Strings,
    formats: Formats,
    /// Whether days are counted from 1904.
    from_1904: bool,
}

/// A sheet as the workbook lists it.
struct Listed {
    name: String,
    hidden: bool,
    id: String,
}

impl Doc<'_> {
    /// A workbook: strings and formats first, then the sheets in their order, then what programs keep beside them.
    pub(super) fn workbook(&mut self, main: &str, ctx: &mut Ctx<'_>) -> Result<(), Why> {
        if main.to_lowercase().ends_with(".bin") {
            return Err(Why::Unsupported("binary workbook (XLSB)".into()));
        }
        let rels = self.package.rels(main, ctx)?;
        let mut book = Book::default();
        let mut listed = Vec::new();
        if let Some(bytes) = self.package.bytes(main, ctx)? {
            let result = read_book(&xml::decode(&bytes), &mut book, &mut listed, ctx);
            settle(result, main, ctx)?;
        }
        for part in rels.of("styles") {
            if let Some(bytes) = self.package.bytes(part, ctx)? {
                let result = book.formats.read(&xml::decode(&bytes), ctx);
                settle(result, part, ctx)?;
            }
        }
        let mut strings_part = String::new();
        for part in rels.of("sharedStrings") {
            if let Some(bytes) = self.package.bytes(part, ctx)? {
                part.clone_into(&mut strings_part);
                let result = book.strings.read(&xml::decode(&bytes), ctx);
                settle(result, part, ctx)?;
            }
        }
        for part in rels.of("person") {
            if let Some(bytes) = self.package.bytes(part, ctx)? {
                let result = self.persons(&xml::decode(&bytes), part, ctx);
                settle(result, part, ctx)?;
            }
        }
        for sheet in listed {
            let Some(rel) = rels.get(&sheet.id).filter(|r| !r.external) else {
                continue;
            };
            let step = Step::Sheet {
                name: sheet.name,
                hidden: sheet.hidden,
            };
            if self.package.has(&rel.target) {
                self.sheet(&rel.target, &step, &mut book, ctx)?;
            } else {
                ctx.unread(&[step], Why::Damaged("the sheet is missing".into()));
            }
        }
        // Sheets that the workbook does not list any more.
        let orphans: Vec<String> = self.package.rest().into_iter().map(|(_, name)| name).collect();
        for part in orphans {
            if part.to_lowercase().contains("worksheets/sheet") && !part.ends_with(".rels") {
                let step = Step::Sheet {
                    name: part.clone(),
                    hidden: true,
                };
                self.sheet(&part, &step, &mut book, ctx)?;
            }
        }
        for part in rels.of("pivotCacheDefinition") {
            self.pivot(part, ctx)?;
        }
        for part in rels.of("externalLink") {
            if let Some(bytes) = self.package.bytes(part, ctx)? {
                let result = pivot::external_link(&xml::decode(&bytes), part, ctx);
                settle(result, part, ctx)?;
            }
        }
        // Strings that no cell shows stay in the file when cells are deleted.
        book.strings.left(&strings_part, ctx);
        Ok(())
    }

    /// One sheet and what hangs on it.
    fn sheet(&mut self, part: &str, step: &Step, book: &mut Book, ctx: &mut Ctx<'_>) -> Result<(), Why> {
        let rels = self.package.rels(part, ctx)?;
        let Some(bytes) = self.package.bytes(part, ctx)? else {
            return Ok(());
        };
        let result = cells::read(&xml::decode(&bytes), step, &rels, book, ctx);
        drop(bytes);
        settle(result, part, ctx)?;
        let threaded: Vec<&str> = rels.of("threadedComment").collect();
        for part in rels.of("comments").chain(threaded.iter().copied()) {
            if let Some(bytes) = self.package.bytes(part, ctx)? {
                let result = self.comments(&xml::decode(&bytes), step, !threaded.is_empty(), ctx);
                settle(result, part, ctx)?;
            }
        }
        for part in rels.of("drawing").chain(rels.of("vmlDrawing")) {
            self.flow(part, vec![step.clone(), Step::TextBox], false, ctx)?;
        }
        Ok(())
    }

    /// The people behind threaded comments.
    fn persons(&mut self, text: &str, part: &str, ctx: &mut Ctx<'_>) -> Result<(), Why> {
        let mut xml = Xml::new(text);
        let mut ids = Vec::new();
        while let Some(item) = xml.next(ctx)? {
            if let Item::Open(tag) = item
                && tag.name() == "person"
            {
                let name = tag.text("displayName");
                self.seen.author(&name);
                let user = tag.text("userId");
                if user != name {
                    ids.push((Vec::new(), user));
                }
                self.seen.author_ids.insert(tag.text("id"), name);
            }
        }
        if ids.iter().any(|(_, id)| !id.is_empty()) {
            give_lines(&[Step::Member(part.to_owned())], ids, ctx);
        }
        Ok(())
    }

    /// Comments of a sheet, old notes and threaded ones. A note that only mirrors a thread is passed over.
    fn comments(&mut self, text: &str, sheet: &Step, threads: bool, ctx: &mut Ctx<'_>) -> Result<(), Why> {
        let mut xml = Xml::new(text);
        let mut authors: Vec<String> = Vec::new();
        let (mut author, mut cell, mut comment, mut mirror) = (String::new(), None, String::new(), false);
        let mut in_text = 0_u32;
        while let Some(item) = xml.next(ctx)? {
            match item {
                Item::Open(tag) => match tag.name() {
                    "author" => {
                        let name = xml.text(ctx)?;
                        if !name.starts_with("tc={") {
                            self.seen.author(&name);
                        }
                        authors.push(name);
                    }
                    "comment" | "threadedComment" => {
                        cell = cells::cell_of(&tag.attr("ref").unwrap_or_default());
                        author = match tag.attr("personId") {
                            Some(id) => self.seen.author_ids.get(id.as_ref()).cloned().unwrap_or_default(),
                            // Some programs write a blank where nobody is named.
                            None => {
                                let number = tag.number("authorId").unwrap_or(u32::MAX) as usize;
                                authors.get(number).map_or("", |a| a.trim()).to_owned()
                            }
                        };
                        mirror = threads && author.starts_with("tc={");
                        comment.clear();
                    }
                    "t" | "text" => in_text += 1,
                    _ => {}
                },
                Item::Close(tag) => match tag.name() {
                    "comment" | "threadedComment" => {
                        let mut steps = vec![sheet.clone()];
                        steps.extend(cell.map(|(row, col)| Step::Cell {
                            row,
                            col,
                            hidden: false,
                        }));
                        steps.push(Step::Comment(author.clone()));
                        if !mirror {
                            give(&steps, &comment, None, ctx);
                        }
                    }
                    "t" | "text" => in_text = in_text.saturating_sub(1),
                    _ => {}
                },
                Item::Text(piece) if in_text > 0 => comment.push_str(&piece),
                Item::Text(_) => {}
            }
        }
        Ok(())
    }

    /// A pivot cache: it keeps a copy of all source data, also after the source is gone.
    fn pivot(&mut self, part: &str, ctx: &mut Ctx<'_>) -> Result<(), Why> {
        let rels = self.package.rels(part, ctx)?;
        let mut cache = pivot::Cache::default();
        if let Some(bytes) = self.package.bytes(part, ctx)? {
            let result = cache.definition(&xml::decode(&bytes), ctx);
            settle(result, part, ctx)?;
        }
        for records in rels.of("pivotCacheRecords") {
            if let Some(bytes) = self.package.bytes(records, ctx)? {
                let result = cache.records(&xml::decode(&bytes), records, ctx);
                settle(result, records, ctx)?;
            }
        }
        cache.left(part, ctx);
        Ok(())
    }
}

/// The list of sheets and the names that the workbook defines.
fn read_book(text: &str, book: &mut Book, listed: &mut Vec<Listed>, ctx: &mut Ctx<'_>) -> Result<(), Why> {
    let mut xml = Xml::new(text);
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    let result = loop {
        let tag = match xml.next(ctx) {
            Ok(Some(Item::Open(tag))) => tag,
            Ok(Some(_)) => continue,
            Ok(None) => break Ok(()),
            Err(why) => break Err(why),
        };
        match tag.name() {
            "workbookPr" => book.from_1904 = tag.switch("date1904", false),
            "sheet" => listed.push(Listed {
                name: tag.text("name"),
                hidden: tag.attr("state").is_some_and(|s| s != "visible"),
                id: tag.prefixed("id").unwrap_or_default().into_owned(),
            }),
            "definedName" => {
                let name = tag.text("name");
                let comment = tag.text("comment");
                match xml.text(ctx) {
                    Ok(value) => {
                        // A range of cells is no text of anybody; a constant is.
                        let mut value = literals(&value).unwrap_or_default();
                        value.push_str(&comment);
                        if !name.starts_with("_xlnm.") {
                            names.insert(name, value);
                        }
                    }
                    Err(why) => break Err(why),
                }
            }
            // Who shared or locked the workbook, and where it lay.
            "fileSharing" => {
                let user = tag.text("userName");
                give(
                    &[Step::Property("userName".into())],
                    &user,
                    Some("userName".into()),
                    ctx,
                );
            }
            "absPath" => give(&[Step::Property("absPath".into())], &tag.text("url"), None, ctx),
            _ => {}
        }
    };
    for (name, value) in names {
        let caption = (!value.is_empty()).then(|| name.clone());
        let text = if value.is_empty() { &name } else { &value };
        give(&[Step::Property(name.clone())], text, caption, ctx);
    }
    result
}
