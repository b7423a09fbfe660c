//! Pictures: what their metadata says, QR codes, machine-readable zones, and text seen by OCR.

mod canvas;
mod metadata;
mod mrz;
mod ocr;
mod qr;
mod text_chunks;
mod tiff_pages;
pub(crate) mod xmp;

use std::io::Cursor;

use image::GrayImage;

use self::canvas::Decoded;
pub(crate) use self::canvas::is_even;
pub use self::ocr::Word;
use crate::context::{Ctx, Source};
use crate::{Grain, Kind, Limits, OffsetMap, Part, Place, Sink, Step, Unread, Why, sniff};

/// What a picture says, for whoever has to write it anew without some of it.
#[derive(Debug, Default, Clone)]
pub struct Shown {
    /// Its text, by lines.
    pub text: String,
    /// The words of the text.
    pub words: Vec<Word>,
    /// Corners of codes, also of those that cannot be read.
    pub codes: Vec<[(f64, f64); 4]>,
}

/// Whether a picture may hold text or codes: icons, rules, bullets and even surfaces do not.
pub fn may_say(gray: &GrayImage) -> bool {
    let (width, height) = gray.dimensions();
    width.min(height) >= 16 && width.max(height) >= 40 && !is_even(gray)
}

/// Finds the codes of a picture and, if `with_text`, its words with their places.
///
/// # Errors
///
/// If the program that reads text from pictures is missing or fails.
pub fn shown(gray: &GrayImage, with_text: bool, limits: &Limits) -> Result<Shown, Why> {
    if !may_say(gray) {
        return Ok(Shown::default());
    }
    let mut nobody = Nobody;
    let ctx = Ctx::new(limits, &mut nobody);
    let codes = qr::places(gray)?;
    let (text, words) = if with_text {
        ocr::words(gray, &ctx)?
    } else {
        Default::default()
    };
    Ok(Shown { text, words, codes })
}

/// Takes nothing: what a picture says is returned, not given.
struct Nobody;

impl Sink for Nobody {
    fn part(&mut self, _: Part<'_>) {}
    fn unread(&mut self, _: Unread) {}
}

/// Pixels of one picture. The largest cameras and the scan of an A0 sheet stay below.
const MAX_PIXELS: u64 = 200_000_000;

pub(crate) fn read(kind: Kind, source: &Source<'_>, ctx: &mut Ctx<'_>) -> Result<(), Why> {
    let bytes = source.bytes(ctx.limits)?;
    // Metadata can be read from a picture that cannot be drawn, so it comes first.
    read_metadata(kind, &bytes, &[], ctx);
    if kind == Kind::Tiff {
        return tiff_pages::read(&bytes, ctx);
    }
    let decoded = canvas::decode(kind, &bytes, ctx)?;
    give_decoded(&decoded, &[], ctx);
    Ok(())
}

/// Pixels of the longer side up to which a page shown whole is too small to be read.
const SMALL: u32 = 400;

/// Whether a picture is too small to show a page that can be read.
pub(crate) fn is_small(bytes: &[u8]) -> bool {
    image::ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .is_ok_and(|reader| {
            reader
                .into_dimensions()
                .is_ok_and(|(width, height)| width.max(height) < SMALL)
        })
}

/// Reads what a picture says beside its text: its metadata and codes.
pub(crate) fn read_without_text(bytes: &[u8], steps: &[Step], ctx: &mut Ctx<'_>) {
    let kind = sniff::kind(sniff::head(bytes), &Source::Bytes(bytes), "");
    read_metadata(kind, bytes, steps, ctx);
    match canvas::decode(kind, bytes, ctx) {
        Ok(decoded) => {
            for text in &decoded.xmp {
                xmp::give(text, steps, ctx);
            }
            see(&decoded.gray, steps, false, ctx);
        }
        Err(why) => ctx.unread(steps, why),
    }
}

/// Reads the texts that a picture file carries beside its pixels.
pub(crate) fn read_metadata(kind: Kind, bytes: &[u8], steps: &[Step], ctx: &mut Ctx<'_>) {
    metadata::read(kind, bytes, steps, ctx);
}

/// Reads what a decoded picture shows.
fn give_decoded(decoded: &Decoded, steps: &[Step], ctx: &mut Ctx<'_>) {
    for text in &decoded.xmp {
        xmp::give(text, steps, ctx);
    }
    see(&decoded.gray, steps, true, ctx);
}

/// Reads the pixels of a picture: its codes and, if `with_text`, its text. Problems are told at `steps`. Says whether text was
/// read, or told why not.
pub(crate) fn see(gray: &GrayImage, steps: &[Step], with_text: bool, ctx: &mut Ctx<'_>) -> bool {
    let (width, height) = gray.dimensions();
    // Icons, rules and bullets hold neither text nor codes, nor does an even surface.
    if width.min(height) < 16 || width.max(height) < 40 || is_even(gray) {
        return false;
    }
    match qr::read(gray) {
        Ok(codes) => {
            for code in codes {
                give(steps, Step::QrCode, code, ctx);
            }
        }
        Err(why) => told(steps, Step::QrCode, why, ctx),
    }
    if !with_text {
        return false;
    }
    match ocr::read(gray, ctx) {
        Ok(text) => {
            for zone in mrz::find(&text) {
                give(steps, Step::Mrz, zone, ctx);
            }
            let any = !text.is_empty();
            give(steps, Step::Ocr, text, ctx);
            any
        }
        Err(why) => {
            told(steps, Step::Ocr, why, ctx);
            true
        }
    }
}

fn told(steps: &[Step], last: Step, why: Why, ctx: &mut Ctx<'_>) {
    let mut steps = steps.to_vec();
    steps.push(last);
    ctx.unread(&steps, why);
}

fn give(steps: &[Step], last: Step, text: String, ctx: &mut Ctx<'_>) {
    let mut place: Place = ctx.place().clone();
    place.steps.extend_from_slice(steps);
    let grain = if last == Step::Ocr {
        Grain::Lines { first: 1 }
    } else {
        Grain::Whole
    };
    place.steps.push(last);
    ctx.part(Part {
        place,
        text: text.into(),
        grain,
        map: OffsetMap::None,
        columns: Vec::new(),
        caption: None,
    });
}

#[cfg(test)]
mod tests;
