//! Compressed bytes out of containers, under the limits of the whole file.

use std::borrow::Cow;
use std::io::Read;

use zip::ZipArchive;
use zip::result::ZipError;

use crate::Why;
use crate::context::{Ctx, ReadSeek, Source};

/// What one member may expand to whatever its ratio, in bytes.
pub(crate) const FREE: u64 = 10 << 20;

/// Reads everything from `stream`, which is stored in `stored` bytes: fails when it expands beyond [`crate::Limits`].
pub(crate) fn read_all(stream: &mut dyn Read, stored: u64, ctx: &mut Ctx<'_>) -> Result<Vec<u8>, Why> {
    let mut bytes = Vec::new();
    read_into(&mut bytes, stream, stored, ctx)?;
    Ok(bytes)
}

/// The same, into `bytes`, where what came before a failure stays.
pub(crate) fn read_into(bytes: &mut Vec<u8>, stream: &mut dyn Read, stored: u64, ctx: &mut Ctx<'_>) -> Result<(), Why> {
    let most = stored
        .saturating_mul(ctx.limits.max_ratio)
        .max(FREE)
        .min(ctx.left())
        .min(ctx.limits.max_file);
    loop {
        // In steps, so that time is looked at and a bomb is seen before memory is spent.
        let got = stream.take(1 << 20).read_to_end(bytes).map_err(|e| broken(&e))?;
        if got == 0 {
            return Ok(());
        }
        if bytes.len() as u64 > most {
            return Err(Why::Expands);
        }
        ctx.spend(got as u64)?;
    }
}

/// Why a compressed stream could not be read on.
pub(crate) fn broken(error: &std::io::Error) -> Why {
    match error.kind() {
        std::io::ErrorKind::InvalidData
        | std::io::ErrorKind::InvalidInput
        | std::io::ErrorKind::UnexpectedEof
        | std::io::ErrorKind::Other => Why::Damaged("compressed data".into()),
        _ => Why::from_io(error),
    }
}

/// A ZIP container whose members are read under the limits.
pub(crate) struct Zipped<'a> {
    archive: ZipArchive<Box<dyn ReadSeek + 'a>>,
}

impl<'a> Zipped<'a> {
    /// Opens the list of members.
    pub(crate) fn open(source: &Source<'a>, ctx: &Ctx<'_>) -> Result<Self, Why> {
        let archive = ZipArchive::new(source.open()?).map_err(|e| refused(&e))?;
        if archive.len() as u64 > ctx.limits.max_entries {
            return Err(Why::TooMany(ctx.limits.max_entries));
        }
        Ok(Self { archive })
    }

    /// Number of members.
    pub(crate) fn len(&self) -> usize {
        self.archive.len()
    }

    /// The name of a member, as the archive tells it.
    pub(crate) fn name(&self, index: usize) -> Option<Cow<'_, str>> {
        self.archive.name_for_index(index)?.ok()
    }

    /// The bytes of a member, expanded, as far as they can be read, and why not further.
    pub(crate) fn read_partly(&mut self, index: usize, ctx: &mut Ctx<'_>) -> (Vec<u8>, Result<(), Why>) {
        let mut bytes = Vec::new();
        let result = match self.archive.by_index(index) {
            Ok(mut member) => {
                let stored = member.compressed_size();
                read_into(&mut bytes, &mut member, stored, ctx)
            }
            Err(e) => Err(refused(&e)),
        };
        (bytes, result)
    }
}

/// Why the library refuses an archive or a member.
pub(crate) fn refused(error: &ZipError) -> Why {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) | ZipError::InvalidPassword => Why::Encrypted,
        ZipError::UnsupportedArchive(what) => Why::Unsupported((*what).to_owned()),
        ZipError::Io(e) => broken(e),
        _ => Why::Damaged("list of members".into()),
    }
}
