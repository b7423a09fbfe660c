//! Pictures without what a camera writes beside them: place, time, device, name of the owner, small copies of what was cut away.
//! An office keeps what is seen, and no more of whoever took it. Nothing is drawn anew: the parts that say something else than
//! the picture are left out, so no picture gets worse. How a picture is to be turned stays.
//!
//! JPEG, PNG, WebP and GIF are known; whatever cannot be walked to its end in these is refused, since nobody could tell what is
//! left in it. Other kinds stay as they came: whoever needs a picture with everything the camera wrote sends it in an archive.

#[cfg(test)]
mod tests;

use crate::error::Refusal;

/// The picture without what is no part of it. Other kinds of file stay as they are.
pub(super) fn stripped(media: &str, content: Vec<u8>) -> Result<Vec<u8>, Refusal> {
    let done = match media {
        "image/jpeg" => jpeg(&content),
        "image/png" => png(&content),
        "image/webp" => webp(&content),
        "image/gif" => gif(&content),
        _ => return Ok(content),
    };
    done.ok_or_else(|| Refusal::new("refusal-file-picture"))
}

fn be16(bytes: &[u8], at: usize) -> Option<usize> {
    let two = bytes.get(at..at.checked_add(2)?)?.first_chunk()?;
    Some(usize::from(u16::from_be_bytes(*two)))
}

const SOI: &[u8] = b"\xff\xd8";
const EOI: u8 = 0xd9;
const SOS: u8 = 0xda;
const COMMENT: u8 = 0xfe;

/// Walks the segments of a JPEG. Those of applications go, but for what says how colours are meant.
fn jpeg(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(bytes.len());
    out.extend_from_slice(bytes.get(..2).filter(|b| *b == SOI)?);
    let mut at = 2;
    let mut seen = false;
    loop {
        if *bytes.get(at)? != 0xff {
            return None;
        }
        // A marker may be filled up with any number of these.
        let fill = bytes.get(at..)?.iter().take_while(|b| **b == 0xff).count();
        at += fill;
        let marker = *bytes.get(at)?;
        at += 1;
        match marker {
            // What lies behind the end is no part of the picture: films and second pictures of telephones lie there.
            EOI => {
                out.extend_from_slice(&[0xff, EOI]);
                return seen.then_some(out);
            }
            0x01 | 0xd0..=0xd7 => {
                out.extend_from_slice(&[0xff, marker]);
                continue;
            }
            0x00 | 0xd8 => return None,
            _ => {}
        }
        let length = be16(bytes, at).filter(|l| *l >= 2)?;
        let segment = bytes.get(at..at.checked_add(length)?)?;
        let data = segment.get(2..)?;
        at += length;
        match marker {
            0xe0 => keep(&mut out, marker, segment, data.starts_with(b"JFIF\0")),
            0xe1 => {
                if let Some(turn) = data.strip_prefix(b"Exif\0\0").and_then(orientation).filter(|t| *t != 1) {
                    out.extend_from_slice(&turned(turn));
                }
            }
            0xe2 => keep(&mut out, marker, segment, data.starts_with(b"ICC_PROFILE\0")),
            0xee => keep(&mut out, marker, segment, data.starts_with(b"Adobe")),
            0xe3..=0xef | COMMENT => {}
            _ => keep(&mut out, marker, segment, true),
        }
        if marker == SOS {
            seen = true;
            let picture = bytes.get(at..)?;
            let Some(end) = end_of_scan(picture) else {
                // Cut short, as pictures from a broken line are: all that is left is the picture.
                out.extend_from_slice(picture);
                return Some(out);
            };
            out.extend_from_slice(picture.get(..end)?);
            at += end;
        }
    }
}

fn keep(out: &mut Vec<u8>, marker: u8, segment: &[u8], whether: bool) {
    if whether {
        out.extend_from_slice(&[0xff, marker]);
        out.extend_from_slice(segment);
    }
}

/// Where the next marker stands that is none within a scan.
fn end_of_scan(bytes: &[u8]) -> Option<usize> {
    bytes
        .windows(2)
        .position(|w| matches!(w, [0xff, next] if !matches!(next, 0x00 | 0xd0..=0xd7 | 0xff)))
}

/// How a picture is to be turned, 1 to 8, as its camera wrote it.
fn orientation(tiff: &[u8]) -> Option<u8> {
    let little = match tiff.get(..4)? {
        b"II*\0" => true,
        b"MM\0*" => false,
        _ => return None,
    };
    let number = |at: usize, length: usize| -> Option<usize> {
        let bytes = tiff.get(at..at.checked_add(length)?)?;
        let fold = |n: usize, b: &u8| n << 8 | usize::from(*b);
        Some(if little {
            bytes.iter().rev().fold(0, fold)
        } else {
            bytes.iter().fold(0, fold)
        })
    };
    let first = number(4, 4)?;
    let entries = number(first, 2)?;
    for n in 0..entries {
        let entry = first.checked_add(2)?.checked_add(n * 12)?;
        if (number(entry, 2)?, number(entry.checked_add(2)?, 2)?) == (0x0112, 3) {
            let turn = number(entry.checked_add(8)?, 2)?;
            return u8::try_from(turn).ok().filter(|t| (1..=8).contains(t));
        }
    }
    None
}

/// A segment that says how the picture is to be turned, and nothing else.
fn turned(turn: u8) -> [u8; 36] {
    let mut segment = *b"\xff\xe1\x00\x22Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0";
    if let Some(place) = segment.get_mut(29) {
        *place = turn;
    }
    segment
}

/// Chunks of a PNG that shape what is seen, beside those that every reader must know.
const PNG_KEPT: &[&[u8; 4]] = &[
    b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"bKGD", b"pHYs", b"cICP", b"mDCV", b"cLLI", b"acTL",
    b"fcTL", b"fdAT",
];

fn png(bytes: &[u8]) -> Option<Vec<u8>> {
    const HEAD: usize = 8;
    let mut out = Vec::with_capacity(bytes.len());
    out.extend_from_slice(bytes.get(..HEAD)?);
    let mut at = HEAD;
    loop {
        let length = u32::from_be_bytes(*bytes.get(at..)?.first_chunk()?);
        let end = at.checked_add(12)?.checked_add(usize::try_from(length).ok()?)?;
        let chunk = bytes.get(at..end)?;
        let kind: &[u8; 4] = chunk.get(4..)?.first_chunk()?;
        // The fifth bit of the first letter says that a reader may pass it over.
        let critical = kind.first()?.is_ascii_uppercase();
        if critical || PNG_KEPT.contains(&kind) {
            out.extend_from_slice(chunk);
        }
        at = end;
        if kind == b"IEND" {
            return Some(out);
        }
    }
}

/// Chunks of a WebP that are the picture.
const WEBP_KEPT: &[&[u8; 4]] = &[b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"];
/// The flags of its head that announce what is left out: Exif and XMP.
const WEBP_BESIDE: u8 = 0b0000_1100;

fn webp(bytes: &[u8]) -> Option<Vec<u8>> {
    const HEAD: usize = 12;
    let size = u32::from_le_bytes(*bytes.get(4..)?.first_chunk()?);
    let whole = usize::try_from(size).ok()?.checked_add(8)?;
    let bytes = bytes.get(..whole)?;
    let mut out = Vec::with_capacity(bytes.len());
    out.extend_from_slice(bytes.get(..HEAD)?);
    let mut at = HEAD;
    while at < bytes.len() {
        let kind: &[u8; 4] = bytes.get(at..)?.first_chunk()?;
        let length = u32::from_le_bytes(*bytes.get(at.checked_add(4)?..)?.first_chunk()?);
        let length = usize::try_from(length).ok()?;
        // Chunks begin at even places.
        let end = at.checked_add(8)?.checked_add(length)?.checked_add(length % 2)?;
        let chunk = bytes.get(at..end)?;
        at = end;
        if !WEBP_KEPT.contains(&kind) {
            continue;
        }
        let begin = out.len();
        out.extend_from_slice(chunk);
        if kind == b"VP8X" {
            *out.get_mut(begin.checked_add(8)?)? &= !WEBP_BESIDE;
        }
    }
    let size = u32::try_from(out.len().checked_sub(8)?).ok()?;
    out.get_mut(4..8)?.copy_from_slice(&size.to_le_bytes());
    Some(out)
}

fn gif(bytes: &[u8]) -> Option<Vec<u8>> {
    /// The bytes of a table of colours that flags announce.
    fn table(flags: u8) -> usize {
        if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
    }
    /// The length of a row of blocks, with the empty one that ends it.
    fn blocks(bytes: &[u8]) -> Option<usize> {
        let mut at = 0_usize;
        loop {
            let length = usize::from(*bytes.get(at)?);
            at = at.checked_add(1)?.checked_add(length)?;
            if length == 0 {
                return Some(at);
            }
        }
    }
    let head = 13_usize.checked_add(table(*bytes.get(10)?))?;
    let mut out = Vec::with_capacity(bytes.len());
    out.extend_from_slice(bytes.get(..head)?);
    let mut at = head;
    loop {
        let begin = at;
        let kept = match *bytes.get(at)? {
            0x3b => {
                out.push(0x3b);
                return Some(out);
            }
            0x2c => {
                at = at
                    .checked_add(10)?
                    .checked_add(table(*bytes.get(at.checked_add(9)?)?))?
                    .checked_add(1)?;
                true
            }
            0x21 => {
                let label = *bytes.get(at.checked_add(1)?)?;
                at = at.checked_add(2)?;
                let name = bytes.get(at.checked_add(1)?..).unwrap_or_default();
                // How long each picture stands, and how often they are shown.
                label == 0xf9
                    || (label == 0xff && (name.starts_with(b"NETSCAPE2.0") || name.starts_with(b"ANIMEXTS1.0")))
            }
            _ => return None,
        };
        at = at.checked_add(blocks(bytes.get(at..)?)?)?;
        if kept {
            out.extend_from_slice(bytes.get(begin..at)?);
        }
    }
}
