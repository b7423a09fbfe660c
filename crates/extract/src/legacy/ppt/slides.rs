//! The text of slides, notes, masters and comments.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::directory::Directory;
use super::{Record, record};
use crate::context::Ctx;
use crate::legacy::bytes::{u16_at, u32_at, utf16, utf16_until_zero};
use crate::legacy::codepage::Face;
use crate::{Part, Step, Why};

const DOCUMENT: u16 = 0x03e8;
const SLIDE: u16 = 0x03ee;
const NOTES: u16 = 0x03f0;
const MASTER: u16 = 0x03f8;
const LIST: u16 = 0x0ff0;
const PERSIST: u16 = 0x03f3;
const WIDE_TEXT: u16 = 0x0fa0;
const NARROW_TEXT: u16 = 0x0fa8;
const STRING: u16 = 0x0fba;
const FONT: u16 = 0x0fb7;
const SLIDE_FLAGS: u16 = 0x03f9;
const COMMENT: u16 = 0x2ee0;
const PICTURE_BULLET: u16 = 0x07f8;

/// What one walk over records found.
#[derive(Debug, Default)]
struct Found {
    texts: Vec<String>,
    /// Author and text.
    comments: Vec<(String, String)>,
    hidden: bool,
}

/// The texts of a slide in the list of slides, which the slide itself need not repeat.
#[derive(Debug, Default)]
struct Listed {
    object: u32,
    id: u32,
    texts: Vec<String>,
}

pub(super) fn read(stream: &[u8], directory: &Directory, ctx: &mut Ctx<'_>) -> Result<(), Why> {
    let at = |object: u32| directory.objects.get(&object).and_then(|&at| record(stream, at));
    let document = directory.document.and_then(at).filter(|d| d.kind == DOCUMENT);
    let Some(document) = document else {
        ctx.unread(&[], Why::Damaged("directory of objects".into()));
        let found = walk(stream, Face::Plain, ctx)?;
        return give(found, &[], ctx);
    };
    let face = faces(document.data, ctx)?;
    let mut lists: BTreeMap<u16, Vec<Listed>> = BTreeMap::new();
    let mut own = Found::default();
    let mut place = 0;
    while let Some(child) = record(document.data, place) {
        ctx.tick()?;
        place = child.end;
        match child.kind {
            LIST => {
                lists.insert(child.instance, list(child.data, face, ctx)?);
            }
            // Fonts, bullets and other furniture.
            0x03f2 | PICTURE_BULLET => {}
            _ => own.join(walk(child.data, face, ctx)?),
        }
    }
    let mut seen = BTreeSet::new();
    let notes = lists.remove(&2).unwrap_or_default();
    let mut notes_of: BTreeMap<u32, Vec<Found>> = BTreeMap::new();
    for listed in notes {
        seen.insert(listed.object);
        let Some(page) = at(listed.object).filter(|r| r.kind == NOTES) else {
            continue;
        };
        let mut found = Found {
            texts: listed.texts,
            ..Found::default()
        };
        found.join(walk(page.data, face, ctx)?);
        let slide = inside(page.data, 0x03f1)
            .and_then(|atom| u32_at(atom.data, 0))
            .unwrap_or(0);
        notes_of.entry(slide).or_default().push(found);
    }
    for (n, listed) in lists.remove(&0).unwrap_or_default().into_iter().enumerate() {
        seen.insert(listed.object);
        let number = u32::try_from(n + 1).unwrap_or(u32::MAX);
        let mut found = Found {
            texts: listed.texts,
            ..Found::default()
        };
        match at(listed.object).filter(|r| r.kind == SLIDE) {
            Some(slide) => found.join(walk(slide.data, face, ctx)?),
            None => ctx.unread(
                &[Step::Slide { number, hidden: false }],
                Why::Damaged("slide is not where it should be".into()),
            ),
        }
        let step = Step::Slide {
            number,
            hidden: found.hidden,
        };
        give(found, std::slice::from_ref(&step), ctx)?;
        for notes in notes_of.remove(&listed.id).unwrap_or_default() {
            give(notes, &[step.clone(), Step::Notes], ctx)?;
        }
    }
    for notes in notes_of.into_values().flatten() {
        give(notes, &[Step::Notes], ctx)?;
    }
    // Headers, footers, links and names of the whole presentation.
    give(own, &[], ctx)?;
    // Masters, and live slides that no list names.
    for (&object, &offset) in &directory.objects {
        ctx.tick()?;
        if seen.contains(&object) {
            continue;
        }
        if let Some(page) = record(stream, offset).filter(|r| matches!(r.kind, SLIDE | NOTES | MASTER)) {
            let found = walk(page.data, face, ctx)?;
            give(found, &[Step::Source], ctx)?;
        }
    }
    Ok(())
}

impl Found {
    fn join(&mut self, other: Self) {
        // The list of slides and the slide itself may hold the same text.
        let known: HashSet<String> = self.texts.iter().cloned().collect();
        self.texts
            .extend(other.texts.into_iter().filter(|t| !known.contains(t)));
        self.comments.extend(other.comments);
        self.hidden |= other.hidden;
    }
}

/// The slides of a list, each with its texts.
fn list(data: &[u8], face: Face, ctx: &Ctx<'_>) -> Result<Vec<Listed>, Why> {
    let mut slides: Vec<Listed> = Vec::new();
    let mut at = 0;
    while let Some(found) = record(data, at) {
        ctx.tick()?;
        at = found.end;
        if found.kind == PERSIST {
            slides.push(Listed {
                object: u32_at(found.data, 0).unwrap_or(0),
                id: u32_at(found.data, 12).unwrap_or(0),
                texts: Vec::new(),
            });
        } else if let (Some(text), Some(slide)) = (text(&found, face), slides.last_mut()) {
            slide.texts.push(text);
        }
    }
    Ok(slides)
}

/// The text of a record that is one.
fn text(found: &Record<'_>, face: Face) -> Option<String> {
    let text = match found.kind {
        WIDE_TEXT | STRING => utf16(found.data),
        NARROW_TEXT => found.data.iter().map(|&b| char::from(b)).collect(),
        _ => return None,
    };
    let text: String = text
        .trim_end_matches('\0')
        .chars()
        .map(|c| if matches!(c, '\r' | '\u{b}') { '\n' } else { c })
        .filter(|&c| c >= ' ' || matches!(c, '\n' | '\t'))
        .collect();
    // Names of styles and of nothing in particular.
    let furniture = text.trim().is_empty() || text.trim() == "*" || text.starts_with("___PPT");
    (!furniture).then(|| face.shown(&text).into_owned())
}

/// Every text in a tree of records; its depth is that of the file, so the stack is a list.
fn walk(data: &[u8], face: Face, ctx: &mut Ctx<'_>) -> Result<Found, Why> {
    let mut found = Found::default();
    let mut open: Vec<(&[u8], usize)> = vec![(data, 0)];
    while let Some((bytes, at)) = open.pop() {
        ctx.tick()?;
        let Some(next) = record(bytes, at) else { continue };
        open.push((bytes, next.end));
        if next.kind == COMMENT {
            found.comments.push(comment(next.data));
        }
        // What a slide does in the show; the third bit hides it.
        if next.kind == SLIDE_FLAGS {
            found.hidden |= u16_at(next.data, 10).is_some_and(|f| f & 4 != 0);
        }
        if next.container && next.kind != COMMENT {
            open.push((next.data, 0));
        } else if let Some(text) = text(&next, face) {
            ctx.spend(text.len() as u64)?;
            found.texts.push(text);
        }
    }
    Ok(found)
}

fn comment(data: &[u8]) -> (String, String) {
    let mut strings = ["", "", ""].map(str::to_owned);
    let mut at = 0;
    while let Some(next) = record(data, at) {
        at = next.end;
        if next.kind == STRING
            && let Some(slot) = strings.get_mut(usize::from(next.instance))
        {
            *slot = utf16(next.data);
        }
    }
    let [author, text, _] = strings;
    (author, text)
}

/// The first record of a kind among the children.
fn inside(data: &[u8], kind: u16) -> Option<Record<'_>> {
    let mut at = 0;
    while let Some(next) = record(data, at) {
        if next.kind == kind {
            return Some(next);
        }
        at = next.end;
    }
    None
}

/// Which letters the presentation shows: that of a Vietnamese font where all its fonts but the usual ones are such.
fn faces(document: &[u8], ctx: &Ctx<'_>) -> Result<Face, Why> {
    let mut faces = Vec::new();
    let mut open = vec![(document, 0)];
    while let Some((bytes, at)) = open.pop() {
        ctx.tick()?;
        let Some(next) = record(bytes, at) else { continue };
        open.push((bytes, next.end));
        if next.container {
            open.push((next.data, 0));
        } else if next.kind == FONT {
            faces.push(Face::of_font(&utf16_until_zero(
                next.data.get(..64).unwrap_or(next.data),
            )));
        }
    }
    // Runs of fonts are not followed; with one kind of font there is no doubt.
    let first = faces.first().copied().unwrap_or_default();
    Ok(if faces.iter().all(|f| *f == first) {
        first
    } else {
        Face::Plain
    })
}

fn give(found: Found, steps: &[Step], ctx: &mut Ctx<'_>) -> Result<(), Why> {
    let mut place = ctx.place().clone();
    place.steps.extend_from_slice(steps);
    let mut text = found.texts.join("\n");
    if !text.is_empty() {
        if let Some(letters) = crate::text::from_vietnamese(&text) {
            text = letters;
        }
        ctx.part(Part::whole(place.clone(), text));
    }
    for (author, text) in found.comments {
        ctx.tick()?;
        if !author.is_empty() {
            let mut part = Part::whole(place.with(Step::Property("commentAuthor".into())), author.clone());
            part.caption = Some("commentAuthor".into());
            ctx.part(part);
        }
        ctx.part(Part::whole(place.with(Step::Comment(author)), text));
    }
    Ok(())
}
