//! Old office files and Outlook messages: DOC, XLS, PPT, RTF, MSG.
//!
//! All but RTF are compound files: a small file system whose streams are read by [`compound`] under the limits. What the formats
//! share stands beside them: bytes, code pages, property sets, pictures, embedded objects, and [`flow`], which gathers running text
//! into parts with marks.

mod bytes;
mod calendar;
mod codepage;
mod compound;
mod doc;
mod fields;
mod flow;
mod msg;
mod objects;
mod pictures;
mod ppt;
mod properties;
mod rtf;
mod xls;

use crate::context::{Ctx, Source};
use crate::{Kind, Why};

/// Reads a file of one of these kinds.
pub(crate) fn read(kind: Kind, source: &Source<'_>, ctx: &mut Ctx<'_>) -> Result<(), Why> {
    match kind {
        Kind::Rtf => rtf::read(source, ctx),
        Kind::Doc => doc::read(source, ctx),
        Kind::Xls => xls::read(source, ctx),
        Kind::Ppt => ppt::read(source, ctx),
        Kind::Msg => msg::read(source, ctx),
        _ => Err(Why::Unsupported(kind.as_str().to_owned())),
    }
}

#[cfg(test)]
mod testing;
