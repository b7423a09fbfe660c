//! PowerPoint 97–2003 ([MS-PPT]): a tree of records.
//!
//! Saves are appended, so the live records are those that the last directory of objects names: [`directory`] finds them, [`slides`]
//! reads the text of each. Where the directory breaks, every text in the stream is read, old states included.

mod directory;
mod slides;

use std::path::Path;

use self::directory::Directory;
use super::bytes::{size_at, slice, u16_at};
use super::compound::Compound;
use super::{objects, pictures, properties};
use crate::context::{Ctx, Source};
use crate::{Step, Why};

/// A record: its kind, its instance and what it holds.
#[derive(Debug, Clone, Copy)]
struct Record<'a> {
    kind: u16,
    instance: u16,
    data: &'a [u8],
    /// One past its last byte, from the beginning of what was walked.
    end: usize,
    /// Whether it holds records.
    container: bool,
}

/// The record at an offset; one that reaches beyond the end is cut there.
fn record(bytes: &[u8], at: usize) -> Option<Record<'_>> {
    let head = u16_at(bytes, at)?;
    let kind = u16_at(bytes, at + 2)?;
    let len = size_at(bytes, at + 4)?;
    let from = at.checked_add(8)?;
    let data = slice(bytes, from, len).or_else(|| bytes.get(from..))?;
    Some(Record {
        kind,
        instance: head >> 4,
        data,
        end: from + data.len(),
        container: head & 15 == 15,
    })
}

pub(super) fn read(source: &Source<'_>, ctx: &mut Ctx<'_>) -> Result<(), Why> {
    let mut file = Compound::open(source, ctx)?;
    if let Err(why) = properties::read(&mut file, ctx) {
        ctx.unread(&[], why);
    }
    if file.has("/EncryptedSummary") {
        return Err(Why::Encrypted);
    }
    let user = file.stream("/Current User", ctx)?.unwrap_or_default();
    // The token of an encrypted presentation.
    if super::bytes::u32_at(&user, 12) == Some(0xf3d1_c4df) {
        return Err(Why::Encrypted);
    }
    let document = file
        .stream("/PowerPoint Document", ctx)?
        .ok_or_else(|| Why::Damaged("no text stream".into()))?;
    let edit = size_at(&user, 16).unwrap_or(usize::MAX);
    let directory = Directory::read(&document, edit, ctx)?;
    if directory.encrypted {
        return Err(Why::Encrypted);
    }
    slides::read(&document, &directory, ctx)?;
    if let Some(pictures) = file.stream("/Pictures", ctx)? {
        pictures::read(&pictures, &mut 0, ctx)?;
    }
    embedded(&document, &directory, ctx)?;
    for entry in file.entries(Path::new("/"), ctx)? {
        if entry.storage
            && entry.name.starts_with("MBD")
            && let Err(why) = objects::storage(&mut file, &entry.path, &entry.name, ctx)
        {
            ctx.unread(&[Step::Attachment(entry.name)], why);
        }
    }
    Ok(())
}

/// Objects of other programs stand in records of their own, mostly compressed.
fn embedded(document: &[u8], directory: &Directory, ctx: &mut Ctx<'_>) -> Result<(), Why> {
    let mut number = 0;
    for &at in directory.objects.values() {
        ctx.tick()?;
        let Some(found) = record(document, at).filter(|r| r.kind == 0x1011) else {
            continue;
        };
        number += 1;
        let name = format!("object {number}");
        let step = Step::Attachment(name);
        let data = if found.instance == 1 {
            let packed = found.data.get(4..).unwrap_or_default();
            let mut stream = flate2::read::ZlibDecoder::new(packed);
            match crate::expand::read_all(&mut stream, packed.len() as u64, ctx) {
                Ok(data) => data,
                Err(why) => {
                    ctx.unread(&[step], why);
                    continue;
                }
            }
        } else {
            found.data.to_vec()
        };
        ctx.child(step, "", &data);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
