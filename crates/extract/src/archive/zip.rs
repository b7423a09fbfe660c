//! ZIP archives: every entry of the list at the end is read, whatever the names say.
//!
//! Our own reader of the list, since an archive that hides a second member behind the same name, lets members overlap, or has lost its
//! end must still be told in full. Documents in ZIP are read by [`crate::expand`], where the format fixes what is inside.

mod list;
#[cfg(test)]
pub(crate) mod tests;

use std::io::{BufReader, Read, SeekFrom};

use bzip2::bufread::BzDecoder;
use deflate64::Deflate64Decoder;
use flate2::Crc;
use flate2::bufread::DeflateDecoder;
use lzma_rust2::{LzmaReader, XzReader, lzma_get_memory_usage_by_props};

use self::list::{Entry, List};
use super::member::{self, Stored};
use super::names::{Charset, Names};
use super::packed::LZMA_MEMORY;
use crate::context::{Ctx, ReadSeek, Source};
use crate::expand::broken;
use crate::{Part, Step, Why};

pub(super) fn read(source: &Source<'_>, ctx: &mut Ctx<'_>) -> Result<(), Why> {
    let mut file = source.open()?;
    let list = List::read(&mut *file, source.len(), ctx)?;
    let charset = Charset::guess(
        list.entries
            .iter()
            .flat_map(|e| [e.name.as_slice(), e.comment.as_slice()]),
    );
    let names: Vec<String> = list
        .entries
        .iter()
        .map(|e| e.told_name.clone().unwrap_or_else(|| charset.decode(&e.name)))
        .collect();
    let mut told = Names::new();
    for name in &names {
        told.add(name, ctx);
    }
    told.give(ctx);
    comment(&list.comment, &[], charset, ctx);
    let overlapping = list.overlapping();
    for (index, (entry, name)) in list.entries.iter().zip(&names).enumerate() {
        let step = Step::Member(name.clone());
        comment(&entry.comment, std::slice::from_ref(&step), charset, ctx);
        if entry.packed == 0 && (name.ends_with(['/', '\\']) || entry.size == 0) {
            continue;
        }
        if overlapping.contains(&index) {
            ctx.unread(&[step], Why::Expands);
            continue;
        }
        match open(&mut *file, entry) {
            Ok(stream) => one(entry, &step, name, stream, ctx)?,
            Err(why) => ctx.unread(&[step], why),
        }
    }
    if let Some(why) = list.damage {
        ctx.unread(&[], why);
    }
    Ok(())
}

fn comment(bytes: &[u8], steps: &[Step], charset: Charset, ctx: &mut Ctx<'_>) {
    if bytes.is_empty() {
        return;
    }
    let mut place = ctx.place().clone();
    place.steps.extend_from_slice(steps);
    place.steps.push(Step::Comment(String::new()));
    ctx.part(Part::whole(place, charset.decode(bytes)));
}

/// Reads one member and checks that it is what the list says.
fn one(entry: &Entry, step: &Step, name: &str, stream: Box<dyn Read + '_>, ctx: &mut Ctx<'_>) -> Result<(), Why> {
    let mut checked = Checked {
        inner: stream,
        crc: Crc::new(),
        bytes: 0,
        ended: false,
    };
    let stored = if entry.method == 0 {
        Stored::Plain
    } else {
        Stored::In(entry.packed)
    };
    let (_, before) = ctx.tally();
    member::read(step, name, stored, &mut checked, ctx)?;
    let told = ctx.tally().1 > before;
    // A member whose end was reached is checked; where something is told already, one reason is enough.
    if checked.ended && !told && entry.crc.is_some_and(|crc| crc != checked.crc.sum()) {
        ctx.unread(std::slice::from_ref(step), Why::Damaged("checksum of a member".into()));
    }
    Ok(())
}

/// A stream that keeps the checksum of what came out of it.
struct Checked<'r> {
    inner: Box<dyn Read + 'r>,
    crc: Crc,
    bytes: u64,
    ended: bool,
}

impl Read for Checked<'_> {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        let got = self.inner.read(buf)?;
        self.ended |= got == 0 && !buf.is_empty();
        self.bytes += got as u64;
        self.crc.update(&buf[..got]);
        Ok(got)
    }
}

/// The bytes of a member out of its compression.
fn open<'f>(file: &'f mut (dyn ReadSeek + 'f), entry: &Entry) -> Result<Box<dyn Read + 'f>, Why> {
    const ENCRYPTED: u16 = 1;
    if entry.flags & ENCRYPTED != 0 || entry.method == 99 {
        return Err(Why::Encrypted);
    }
    let start = entry.data(file)?;
    file.seek(SeekFrom::Start(start)).map_err(|e| Why::from_io(&e))?;
    let mut packed = BufReader::with_capacity(32 << 10, file.take(entry.packed));
    Ok(match entry.method {
        0 => Box::new(packed),
        8 => Box::new(DeflateDecoder::new(packed)),
        9 => Box::new(Deflate64Decoder::with_buffer(packed)),
        12 => Box::new(BzDecoder::new(packed)),
        14 => {
            // Version of the program (2), length of the properties (2), the properties: a byte and the size of the dictionary.
            let mut head = [0; 9];
            packed.read_exact(&mut head).map_err(|e| broken(&e))?;
            let dictionary = u32::from_le_bytes([head[5], head[6], head[7], head[8]]);
            let needed = lzma_get_memory_usage_by_props(dictionary, head[4]).map_err(|e| broken(&e))?;
            if needed > LZMA_MEMORY {
                return Err(Why::TooLarge(u64::from(LZMA_MEMORY) << 10));
            }
            let marked = entry.flags & 2 != 0;
            let size = if marked { u64::MAX } else { entry.size };
            Box::new(LzmaReader::new_with_props(packed, size, head[4], dictionary, None).map_err(|e| broken(&e))?)
        }
        95 => Box::new(XzReader::new_mem_limit(packed, true, LZMA_MEMORY)),
        method => return Err(Why::Unsupported(method_name(method))),
    })
}

fn method_name(method: u16) -> String {
    match method {
        1 => "ZIP method Shrink".into(),
        2..=5 => "ZIP method Reduce".into(),
        6 => "ZIP method Implode".into(),
        20 | 93 => "ZIP method Zstandard".into(),
        94 => "ZIP method MP3".into(),
        96 => "ZIP method JPEG".into(),
        97 => "ZIP method WavPack".into(),
        98 => "ZIP method PPMd".into(),
        n => format!("ZIP method {n}"),
    }
}
