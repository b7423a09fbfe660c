//! PDF: pages, forms, annotations, metadata, attachments, scans.
//!
//! Two passes: first everything that the file holds as text, so that a slow scan does not keep it back; then pictures and pages that
//! are pictures, which are handed to the readers of [`crate::image`].

mod content;
mod font;
mod layout;
mod matrix;
mod strings;

use std::sync::Arc;

use hayro::hayro_syntax::page::Page;
use hayro::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};

use self::content::{Content, Interpreter};
use self::font::Fonts;
use self::matrix::Matrix;
use crate::context::{Ctx, Source};
use crate::{Grain, OffsetMap, Part, Place, Step, Why};

pub(crate) fn read(source: &Source<'_>, ctx: &mut Ctx<'_>) -> Result<(), Why> {
    let bytes = Arc::new(source.bytes(ctx.limits)?.into_owned());
    let pdf = load(bytes)?;
    let mut fonts = Fonts::new();
    for (number, page) in pages(&pdf) {
        ctx.tick()?;
        let mut content = Content::default();
        read_content(page, &mut fonts, &mut content, ctx);
        give_text(&[Step::Page(number)], layout::text(&content.glyphs), ctx);
    }
    Ok(())
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

/// Reads what a page shows, as far as it can be read; problems are told.
fn read_content<'a>(page: &'a Page<'a>, fonts: &mut Fonts<'a>, content: &mut Content, ctx: &mut Ctx<'_>) {
    let base = Matrix(page.initial_transform(true).as_coeffs());
    let mut interpreter = Interpreter::new(fonts, base);
    if let Some(data) = page.page_stream() {
        let _ = interpreter.run(data, page.resources(), ctx);
    }
    *content = interpreter.content;
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
