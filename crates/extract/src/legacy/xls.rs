//! Excel 5–2003 ([MS-XLS]): the records of the workbook stream.
//!
//! [`globals`] is what stands before the sheets (strings, fonts, formats, names); [`sheet`] is one sheet; [`mod@format`] shows a number as the
//! sheet does, so that digits with leading zeros and dates read as people see them.

mod format;
mod globals;
mod grid;
mod records;
mod sheet;
mod strings;

use std::path::Path;

use self::globals::Globals;
use self::records::Records;
use super::compound::Compound;
use super::{objects, pictures, properties};
use crate::context::{Ctx, Source};
use crate::{Part, Step, Why};

pub(super) fn read(source: &Source<'_>, ctx: &mut Ctx<'_>) -> Result<(), Why> {
    let mut file = Compound::open(source, ctx)?;
    if let Err(why) = properties::read(&mut file, ctx) {
        ctx.unread(&[], why);
    }
    let mut found = false;
    // A file may hold the workbook in the form of 95 and in that of 97; the newer one says all.
    for stream in ["/Workbook", "/Book"] {
        if let Some(bytes) = file.stream(stream, ctx)? {
            workbook(&bytes, ctx)?;
            found = true;
            break;
        }
    }
    if !found {
        return Err(Why::Damaged("no workbook stream".into()));
    }
    for entry in file.entries(Path::new("/"), ctx)? {
        ctx.tick()?;
        let embedded = entry.storage && (entry.name.starts_with("MBD") || entry.name.starts_with("LNK"));
        if embedded && let Err(why) = objects::storage(&mut file, &entry.path, &entry.name, ctx) {
            ctx.unread(&[Step::Attachment(entry.name.clone())], why);
        }
        if entry.storage && entry.name.starts_with("_VBA_PROJECT_CUR") {
            ctx.unread(&[Step::Source], Why::Unsupported("macros".into()));
        }
    }
    Ok(())
}

fn workbook(bytes: &[u8], ctx: &mut Ctx<'_>) -> Result<(), Why> {
    let globals = Globals::read(bytes, ctx)?;
    for (name, value) in &globals.names {
        let mut part = Part::whole(ctx.place().with(Step::Key(name.clone())), value.as_str());
        part.caption = Some(name.clone());
        ctx.part(part);
    }
    for sheet in &globals.sheets {
        let step = Step::Sheet {
            name: sheet.name.clone(),
            hidden: sheet.hidden,
        };
        let Some(body) = bytes.get(sheet.at..).filter(|b| !b.is_empty()) else {
            ctx.unread(&[step], Why::Damaged("sheet is cut off".into()));
            continue;
        };
        if let Err(why) = sheet::read(Records::new(body), &globals, step.clone(), ctx) {
            if matches!(why, Why::TooSlow(_) | Why::Expands) {
                return Err(why);
            }
            ctx.unread(&[step], why);
        }
    }
    let mut number = 0;
    pictures::read(&globals.drawings, &mut number, ctx)
}

#[cfg(test)]
mod tests;
