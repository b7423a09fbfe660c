//! Copies of PDF files out of which what is to go cannot be recovered.
//!
//! The file is not changed but written anew, as one revision: pages with the content that a reader sees, and of everything else only
//! what an allow list names (`resources`, `document`). A page is read with the place of every letter; what is decided upon is cut
//! out of the instructions that show it, a box is drawn in its place, and pictures are painted over under it. What was cut in one
//! place is cut wherever it stands (`values`); a page that cannot be read as text is drawn, read as a picture and kept as one.
//!
//! Fields of forms and visible annotations become part of the page. After writing the copy is read again, and refused if a value is
//! still in it (`proof`).

mod book;
mod content;
mod document;
mod font;
mod guard;
mod label;
mod layers;
mod marks;
mod out;
mod over;
mod picture;
mod proof;
mod read;
mod resources;
mod scan;
mod values;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use hayro::hayro_syntax::object::Dict;
use hayro::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use tutela_extract::Limits;

use self::guard::Guard;
use self::layers::Layers;
use crate::copy::{Cleaned, Decide, Refused};

/// What is done with pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pictures {
    /// They are read by recognition, and what is found is painted over. Without the program for it a file with pictures is refused.
    #[default]
    Read,
    /// All pictures in which text may be are painted over whole.
    Cover,
}

/// Pages of a document.
const MAX_PAGES: usize = 200_000;

/// Writes a copy of a PDF without what is to go.
///
/// # Errors
///
/// If the file cannot be read in full, or if a value is found in the finished copy: there is no half-cleaned copy.
pub fn redact(bytes: &[u8], decide: &mut dyn Decide, limits: &Limits) -> Result<(Vec<u8>, Cleaned), Refused> {
    redact_with(bytes, decide, limits, Pictures::default())
}

/// The same, with a choice of what is done with pictures.
///
/// # Errors
///
/// As for [`redact`].
pub fn redact_with(
    bytes: &[u8],
    decide: &mut dyn Decide,
    limits: &Limits,
    pictures: Pictures,
) -> Result<(Vec<u8>, Cleaned), Refused> {
    if bytes.len() as u64 > limits.max_file {
        return Err(Refused::TooLarge(limits.max_file));
    }
    // Libraries that parse foreign bytes may panic on them; then there is no copy.
    catch_unwind(AssertUnwindSafe(|| guarded(bytes, decide, limits, pictures))).unwrap_or(Err(Refused::Failed))
}

fn guarded(
    bytes: &[u8],
    decide: &mut dyn Decide,
    limits: &Limits,
    pictures: Pictures,
) -> Result<(Vec<u8>, Cleaned), Refused> {
    guard::objects(bytes)?;
    let pdf = load(bytes)?;
    if pdf.pages().len() > MAX_PAGES {
        return Err(Refused::Limits);
    }
    let root = pdf
        .xref()
        .get::<Dict<'_>>(pdf.xref().root_id())
        .ok_or_else(|| Refused::Damaged("catalog".into()))?;
    let mut cleaned = Cleaned::default();
    document::count(&root, bytes, &mut cleaned);
    let guard = Guard::new(limits);
    guard::streams(&pdf, &guard)?;
    let mut reading = read::Reading::new(&pdf, guard, Layers::new(&root), limits.clone(), pictures);
    reading.read(decide)?;
    let outline = document::outline(&pdf, &root, decide, &mut reading.values)?;
    let (out, values, counted) = reading.write(&root, outline, decide)?;
    cleaned.merge(&counted);
    proof::check(&out, &values, limits)?;
    Ok((out, cleaned))
}

fn load(bytes: &[u8]) -> Result<Pdf, Refused> {
    Pdf::new(Arc::new(bytes.to_vec())).map_err(|error| match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected) => Refused::Encrypted,
        LoadPdfError::Decryption(_) => Refused::Encrypted,
        LoadPdfError::Invalid => Refused::Damaged("no pages".into()),
    })
}

#[cfg(test)]
mod tests;
