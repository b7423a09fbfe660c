//! Streams of one compressed file: gzip, bzip2, XZ.

use std::io::{BufRead, BufReader, Read};

use bzip2::read::MultiBzDecoder;
use flate2::bufread::GzDecoder;
use lzma_rust2::XzReader;

use super::member::{self, Stored};
use super::names::{Charset, Names};
use crate::context::{Ctx, Source};
use crate::{Kind, Part, Step, Why};

/// Memory that a decoder of LZMA may ask for, in KiB: its largest preset needs 65 MB.
pub(super) const LZMA_MEMORY: u32 = 256 << 10;

pub(super) fn read(kind: Kind, source: &Source<'_>, ctx: &mut Ctx<'_>) -> Result<(), Why> {
    // The length of a flow is not known, and its outer stream is under the same limits.
    let stored = match source {
        Source::Flow(..) => Stored::Solid,
        _ => Stored::In(source.len()),
    };
    let input = BufReader::with_capacity(64 << 10, source.open()?);
    match kind {
        Kind::Gzip => gzip(input, stored, source, ctx),
        Kind::Bzip2 => {
            let name = own_name(source, ctx, &[".bz2", ".tbz2", ".tbz"]);
            give(&name, stored, &mut MultiBzDecoder::new(input), ctx)
        }
        _ => {
            let name = own_name(source, ctx, &[".xz", ".txz"]);
            give(
                &name,
                stored,
                &mut XzReader::new_mem_limit(input, true, LZMA_MEMORY),
                ctx,
            )
        }
    }
}

fn give(name: &str, stored: Stored, stream: &mut dyn Read, ctx: &mut Ctx<'_>) -> Result<(), Why> {
    member::read(&Step::Member(name.to_owned()), name, stored, stream, ctx)
}

/// The name of the file inside: that of the outer file without the ending of its compression.
fn own_name(source: &Source<'_>, ctx: &Ctx<'_>, endings: &[&str]) -> String {
    let outer = match (source, ctx.place().steps.last()) {
        (Source::File(path, _), _) => path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        (_, Some(Step::Member(name) | Step::Attachment(name))) => {
            name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned()
        }
        // Nothing tells a name: a stream inside a stream, or bytes that were handed in.
        _ => return "content".into(),
    };
    for ending in endings {
        let cut = outer.len().saturating_sub(ending.len());
        if let (Some(stem), Some(tail)) = (outer.get(..cut), outer.get(cut..))
            && tail.eq_ignore_ascii_case(ending)
        {
            return if ending.starts_with(".t") {
                format!("{stem}.tar")
            } else {
                stem.to_owned()
            };
        }
    }
    outer
}

/// Gzip: streams may follow one another and are one file; each may carry a name and a comment.
fn gzip(input: impl BufRead, stored: Stored, source: &Source<'_>, ctx: &mut Ctx<'_>) -> Result<(), Why> {
    let first = GzDecoder::new(input);
    let header = first.header().cloned();
    let told = header.as_ref().and_then(|h| h.filename()).unwrap_or_default();
    let name = if told.is_empty() {
        own_name(source, ctx, &[".gz", ".tgz"])
    } else {
        let name = Charset::guess(std::iter::once(told)).decode(told);
        let mut names = Names::new();
        names.add(&name, ctx);
        names.give(ctx);
        name
    };
    if let Some(comment) = header.as_ref().and_then(|h| h.comment()).filter(|c| !c.is_empty()) {
        let text = Charset::guess(std::iter::once(comment)).decode(comment);
        let place = ctx.place().with(Step::Comment(String::new()));
        ctx.part(Part::whole(place, text));
    }
    let mut stream = Streams {
        now: Some(first),
        odd_tail: false,
    };
    give(&name, stored, &mut stream, ctx)?;
    if stream.odd_tail {
        ctx.unread(&[], Why::Damaged("data after the end of the stream".into()));
    }
    Ok(())
}

/// Gzip streams one after another, with the padding and the rubbish that tapes and tools leave behind.
struct Streams<R: BufRead> {
    now: Option<GzDecoder<R>>,
    odd_tail: bool,
}

impl<R: BufRead> Read for Streams<R> {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        loop {
            let Some(decoder) = self.now.as_mut() else { return Ok(0) };
            let got = decoder.read(buf)?;
            if got > 0 || buf.is_empty() {
                return Ok(got);
            }
            let Some(decoder) = self.now.take() else { return Ok(0) };
            let mut rest = decoder.into_inner();
            if !self.next(&mut rest)? {
                return Ok(0);
            }
            self.now = Some(GzDecoder::new(rest));
        }
    }
}

impl<R: BufRead> Streams<R> {
    /// Whether another stream follows.
    fn next(&mut self, rest: &mut R) -> std::io::Result<bool> {
        loop {
            let ahead = rest.fill_buf()?;
            let Some(&byte) = ahead.first() else { return Ok(false) };
            if byte == 0 {
                let zeros = ahead.iter().take_while(|&&b| b == 0).count();
                rest.consume(zeros);
                continue;
            }
            self.odd_tail = byte != 0x1f;
            return Ok(!self.odd_tail);
        }
    }
}
