//! Archives and compressed streams: ZIP, TAR, gzip, bzip2, XZ, 7-Zip.
//!
//! Every member is read as a file of its own ([`member`]); what cannot be read is told at the member, and the rest of the archive is
//! still read. Names of members are text too ([`names`]): people name files after people. Names are only names: nothing is ever
//! written to disk, so a path that climbs out of the archive leads nowhere.

mod member;
mod names;
mod packed;
mod seven;
mod tar;
#[cfg(test)]
pub(crate) mod tests;
mod zip;

use crate::context::{Ctx, Source};
use crate::{Kind, Why};

pub(crate) fn read(kind: Kind, source: &Source<'_>, ctx: &mut Ctx<'_>) -> Result<(), Why> {
    match kind {
        Kind::Zip => zip::read(source, ctx),
        Kind::Tar => tar::read(source, ctx),
        Kind::SevenZip => seven::read(source, ctx),
        Kind::Gzip | Kind::Bzip2 | Kind::Xz => packed::read(kind, source, ctx),
        _ => Err(Why::Unsupported(kind.as_str().to_owned())),
    }
}
