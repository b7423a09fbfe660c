//! PDF: pages, forms, annotations, metadata, attachments, scans.
//!
//! Two passes: first everything that the file holds as text, so that a slow scan does not keep it back; then pictures and pages that
//! are pictures, which are handed to the readers of [`crate::image`].

mod content;
mod document;
mod font;
mod form;
mod layout;
mod marks;
mod matrix;
mod revisions;
mod scan;
pub mod strings;
pub mod tokens;
pub mod trace;

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use hayro::hayro_syntax::object::Object;
use hayro::hayro_syntax::page::Page;
use hayro::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};

use self::content::{Content, Interpreter};
use self::font::Fonts;
pub use self::matrix::Matrix;
use self::scan::Plan;
use crate::context::{Ctx, Source};
use crate::{Grain, OffsetMap, Part, Place, Step, Why};

/// Replacement texts of one page that are compared with its text.
const MAX_REPLACEMENTS: usize = 2000;

/// Bytes that compressed content takes when it is empty, with its checksum, at most.
const EMPTY: usize = 20;

pub(crate) fn read(source: &Source<'_>, ctx: &mut Ctx<'_>) -> Result<(), Why> {
    let bytes = Arc::new(source.bytes(ctx.limits)?.into_owned());
    let pdf = load(bytes.clone())?;
    let mut texts = revisions::Texts::default();
    let mut plans = Vec::new();
    {
        let mut fonts = Fonts::new();
        let mut fields = form::Fields::default();
        form::read(&pdf, &mut fields, ctx);
        for (number, page) in pages(&pdf) {
            if let Err(why) = ctx.tick() {
                // Each page that the time did not suffice for is told.
                ctx.unread(&[Step::Page(number)], why);
                continue;
            }
            let content = read_page(page, number, &mut fonts, &mut texts, ctx);
            let plan = scan::plan(page, &content);
            if plan != Plan::Nothing {
                plans.push((number, page, plan, content));
            }
            guarded(number, ctx, |ctx| {
                marks::read(page, number, &mut fonts, &mut fields, ctx)
            });
        }
        document::read(&pdf, &bytes, ctx);
    }
    revisions::read(&bytes, &mut texts, ctx);
    let mut seen = HashSet::new();
    for (number, page, plan, content) in plans {
        if let Err(why) = ctx.tick() {
            ctx.unread(&[Step::Page(number), Step::Ocr], why);
            continue;
        }
        guarded(number, ctx, |ctx| match plan {
            Plan::WholePage => scan::whole_page(page, &content, number, &mut seen, ctx),
            Plan::Pictures { with_text } => scan::pictures(page, number, with_text, &mut seen, ctx),
            Plan::Nothing => {}
        });
    }
    Ok(())
}

/// Does one piece of work on a page. A panic of a library on foreign bytes costs this piece, not the pages after it.
fn guarded(number: u32, ctx: &mut Ctx<'_>, work: impl FnOnce(&mut Ctx<'_>)) {
    if catch_unwind(AssertUnwindSafe(|| work(ctx))).is_err() {
        ctx.unread(&[Step::Page(number)], Why::ReaderFailed);
    }
}

fn load(bytes: Arc<Vec<u8>>) -> Result<Pdf, Why> {
    Pdf::new(bytes).map_err(|e| match e {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected) => Why::Encrypted,
        LoadPdfError::Decryption(DecryptionError::UnsupportedAlgorithm) => Why::Unsupported("this encryption".into()),
        LoadPdfError::Decryption(_) => Why::Damaged("encryption".into()),
        LoadPdfError::Invalid => Why::Damaged("no pages".into()),
    })
}

/// Pages with their numbers, from 1.
fn pages<'p>(pdf: &'p Pdf) -> impl Iterator<Item = (u32, &'p Page<'p>)> {
    (1_u32..).zip(pdf.pages().iter())
}

/// Reads and gives the text of a page. What the page draws is returned without its text.
fn read_page<'a>(
    page: &'a Page<'a>,
    number: u32,
    fonts: &mut Fonts<'a>,
    texts: &mut revisions::Texts,
    ctx: &mut Ctx<'_>,
) -> Content {
    let steps = [Step::Page(number)];
    let mut read = None;
    guarded(number, ctx, |ctx| read = Some(content_of(page, fonts, ctx)));
    let (content, problem) = read.unwrap_or_default();
    if let Some(why) = problem {
        ctx.unread(&steps, why);
    }
    let text = layout::text(&content.glyphs);
    let mut hidden = String::new();
    for replacement in content.replacements.iter().take(MAX_REPLACEMENTS) {
        if !contains(&text, replacement) {
            hidden.push_str(replacement.trim());
            hidden.push('\n');
        }
    }
    texts.is_new(&text);
    give_text(&steps, text, ctx);
    if !hidden.is_empty() {
        give_text(&[Step::Page(number), Step::HiddenText], hidden, ctx);
    }
    content
}

/// What a page shows, and why not all of it could be read.
fn content_of<'a>(page: &'a Page<'a>, fonts: &mut Fonts<'a>, ctx: &mut Ctx<'_>) -> (Content, Option<Why>) {
    let mut problem = None;
    let mut interpreter = Interpreter::new(fonts, Matrix(page.initial_transform(true).as_coeffs()));
    match page.page_stream() {
        Some(data) => {
            problem = ctx
                .spend(data.len() as u64)
                .and_then(|()| interpreter.run(data, page.resources(), ctx))
                .err();
            if data.trim_ascii().is_empty() && stored(page) > EMPTY {
                problem = Some(Why::Damaged("content of the page".into()));
            }
        }
        // A page may be empty; one whose content cannot be decoded is not.
        None if page.raw().contains_key("Contents") => problem = Some(Why::Damaged("content of the page".into())),
        None => {}
    }
    let content = interpreter.content;
    if content.broken > 0 && problem.is_none() {
        problem = Some(Why::Damaged("content of the page".into()));
    }
    if content.lost > scan::FEW_UNKNOWN && problem.is_none() {
        problem = Some(Why::Damaged("fonts without characters".into()));
    }
    (content, problem)
}

/// Bytes in which the content of a page is stored.
fn stored(page: &Page<'_>) -> usize {
    match page.raw().get::<Object<'_>>("Contents") {
        Some(Object::Stream(stream)) => stream.raw_data().len(),
        Some(Object::Array(list)) => list
            .iter::<Object<'_>>()
            .filter_map(Object::into_stream)
            .map(|s| s.raw_data().len())
            .sum(),
        _ => 0,
    }
}

/// Whether a text holds another, blanks and line breaks aside.
fn contains(text: &str, part: &str) -> bool {
    let plain = |s: &str| s.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    plain(text).contains(&plain(part))
}

fn give_text(steps: &[Step], text: String, ctx: &mut Ctx<'_>) {
    let mut place: Place = ctx.place().clone();
    place.steps.extend_from_slice(steps);
    ctx.part(Part {
        place,
        text: text.into(),
        grain: Grain::Lines { first: 1 },
        map: OffsetMap::None,
        columns: Vec::new(),
        caption: None,
    });
}

/// Gives a short text under the name that a person knows it by.
fn give_named(steps: &[Step], name: &str, text: String, ctx: &mut Ctx<'_>) {
    let mut place: Place = ctx.place().clone();
    place.steps.extend_from_slice(steps);
    let mut part = Part::whole(place, text);
    part.caption = Some(name.to_owned());
    ctx.part(part);
}

#[cfg(test)]
mod tests;
