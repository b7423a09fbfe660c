//! Modern office files: Office Open XML and OpenDocument.
//!
//! Both are ZIP containers of XML parts. What the reader of a kind does not take is looked at afterwards, so that no
//! part that may hold text is passed over in silence; only parts that programs write about form are left out.

mod flow;
mod grid;
mod macros;
mod odf;
mod ooxml;
mod package;
mod props;
mod salvage;
mod sheet;
mod slides;
mod story;
#[cfg(test)]
mod tests;
mod xml;

use std::io::Read;

use crate::context::{Ctx, Source};
use crate::{Kind, Why};

pub(crate) fn read(kind: Kind, source: &Source<'_>, ctx: &mut Ctx<'_>) -> Result<(), Why> {
    // A document under a password is a compound file around the encrypted package.
    let mut head = [0; 8];
    let compound = source.open()?.read_exact(&mut head).is_ok() && head == *b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
    match kind {
        Kind::Docx | Kind::Xlsx | Kind::Pptx if compound => Err(Why::Encrypted),
        Kind::Docx | Kind::Xlsx | Kind::Pptx => ooxml::read(kind, source, ctx),
        Kind::Odt | Kind::Ods | Kind::Odp => odf::read(kind, source, ctx),
        // The old kinds are read elsewhere.
        _ => Err(Why::Unsupported(kind.as_str().to_owned())),
    }
}
