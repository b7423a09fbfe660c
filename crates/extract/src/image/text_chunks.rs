//! Texts that picture files carry beside their pixels: text chunks of PNG, comments and IPTC records of JPEG.

use std::io::Read;

use encoding_rs::GB18030;
use flate2::read::ZlibDecoder;

use super::{metadata, xmp};
use crate::context::Ctx;
use crate::{Kind, Step, Why};

/// Longest text of a chunk once expanded.
const MAX_TEXT: u64 = 16 << 20;
const PNG_HEAD: usize = 8;

pub(super) fn read(kind: Kind, bytes: &[u8], steps: &[Step], ctx: &mut Ctx<'_>) {
    match kind {
        Kind::Png => png(bytes, steps, ctx),
        Kind::Jpeg => jpeg(bytes, steps, ctx),
        _ => {}
    }
}

fn png(bytes: &[u8], steps: &[Step], ctx: &mut Ctx<'_>) {
    let mut rest = bytes.get(PNG_HEAD..).unwrap_or_default();
    // Length, type, data, checksum.
    while let Some((head, after)) = rest.split_first_chunk::<8>() {
        let [a, b, c, d, kind @ ..] = head;
        let len = u32::from_be_bytes([*a, *b, *c, *d]) as usize;
        let Some(data) = after.get(..len) else { return };
        if let b"tEXt" | b"zTXt" | b"iTXt" = kind
            && let Some((keyword, text)) = png_text(kind, data, ctx)
        {
            // XMP comes with the pixels, for all formats alike.
            if keyword != "XML:com.adobe.xmp" && !text.trim().is_empty() {
                metadata::give_text(&keyword, text, steps, ctx);
            }
        }
        rest = after.get(len.saturating_add(4)..).unwrap_or_default();
    }
}

/// Keyword and text of a chunk; what cannot be expanded is told.
fn png_text(kind: &[u8; 4], data: &[u8], ctx: &mut Ctx<'_>) -> Option<(String, String)> {
    let (keyword, rest) = split(data)?;
    let name = latin1(keyword);
    match kind {
        b"tEXt" => Some((name, guess(rest))),
        b"zTXt" => {
            let text = expand(rest.get(1..)?, &name, ctx)?;
            Some((name, guess(&text)))
        }
        _ => {
            let (&[compressed, _method], rest) = rest.split_first_chunk::<2>()?;
            let (_language, rest) = split(rest)?;
            let (translated, rest) = split(rest)?;
            let text = if compressed == 1 {
                expand(rest, &name, ctx)?
            } else {
                rest.to_vec()
            };
            let name = if translated.is_empty() {
                name
            } else {
                String::from_utf8_lossy(translated).into_owned()
            };
            Some((name, String::from_utf8_lossy(&text).into_owned()))
        }
    }
}

fn split(data: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = memchr::memchr(0, data)?;
    Some((data.get(..at)?, data.get(at + 1..)?))
}

fn expand(data: &[u8], name: &str, ctx: &mut Ctx<'_>) -> Option<Vec<u8>> {
    let mut text = Vec::new();
    let result = ZlibDecoder::new(data).take(MAX_TEXT).read_to_end(&mut text);
    let problem = match result {
        Err(_) => Some(Why::Damaged("compressed data".into())),
        Ok(n) if n as u64 == MAX_TEXT => Some(Why::Expands),
        Ok(n) => ctx.spend(n as u64).err(),
    };
    match problem {
        Some(why) => {
            ctx.unread(&[Step::Exif(name.to_owned())], why);
            None
        }
        None => Some(text),
    }
}

fn latin1(bytes: &[u8]) -> String {
    bytes.iter().map(|&b| char::from(b)).collect()
}

/// Text whose encoding nobody told: UTF-8, else Chinese where all characters are of the basic set, else Latin-1.
fn guess(bytes: &[u8]) -> String {
    let bytes = bytes.strip_suffix(b"\0").unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
    // Letters with accents stand between plain ones; the bytes of ideographs come in pairs.
    let pairs = bytes.split(u8::is_ascii).all(|run| run.len() % 2 == 0);
    pairs
        .then(|| GB18030.decode_without_bom_handling_and_without_replacement(bytes))
        .flatten()
        .map_or_else(|| latin1(bytes), std::borrow::Cow::into_owned)
}

fn jpeg(bytes: &[u8], steps: &[Step], ctx: &mut Ctx<'_>) {
    let mut rest = bytes.get(2..).unwrap_or_default();
    while let [0xFF, marker, after @ ..] = rest {
        match marker {
            // A marker may be filled up with more of its first byte.
            0xFF => rest = rest.get(1..).unwrap_or_default(),
            // The picture itself begins: no more texts before its end.
            0xDA | 0xD9 => return,
            0x01 | 0xD0..=0xD8 => rest = after,
            _ => {
                let [high, low, ..] = *after else { return };
                let len = usize::from(u16::from_be_bytes([high, low]));
                let Some(data) = after.get(2..len.max(2)) else { return };
                match marker {
                    0xFE => {
                        let text = guess(data);
                        if !text.trim().is_empty() {
                            metadata::give_text("Comment", text, steps, ctx);
                        }
                    }
                    0xED => iptc(data, steps, ctx),
                    0xE1 => {
                        if let Some(packet) = data.strip_prefix(b"http://ns.adobe.com/xmp/extension/\0") {
                            // What does not fit the first packet follows in pieces with a head of their own.
                            let piece = String::from_utf8_lossy(packet.get(40..).unwrap_or_default());
                            xmp::give(&piece, steps, ctx);
                        }
                    }
                    _ => {}
                }
                rest = after.get(len.max(2)..).unwrap_or_default();
            }
        }
    }
}

/// Records of the press (IPTC-IIM) that name people and places.
fn iptc(data: &[u8], steps: &[Step], ctx: &mut Ctx<'_>) {
    let mut rest = data;
    while let Some(at) = memchr::memmem::find(rest, b"8BIM\x04\x04") {
        rest = rest.get(at + 6..).unwrap_or_default();
        // A name of even length in all, then the length of the records.
        let name = usize::from(rest.first().copied().unwrap_or(0)) + 1;
        let Some((len, records)) = rest.get(name + name % 2..).and_then(|r| r.split_first_chunk::<4>()) else {
            return;
        };
        let len = u32::from_be_bytes(*len) as usize;
        let mut records = records.get(..len.min(records.len())).unwrap_or_default();
        while let [0x1C, record, dataset, high, low, after @ ..] = records {
            let len = usize::from(u16::from_be_bytes([*high, *low]));
            let Some(value) = after.get(..len) else { break };
            if *record == 2
                && let Some(name) = iptc_name(*dataset)
            {
                let text = guess(value);
                if !text.trim().is_empty() {
                    metadata::give_text(name, text, steps, ctx);
                }
            }
            records = after.get(len..).unwrap_or_default();
        }
    }
}

fn iptc_name(dataset: u8) -> Option<&'static str> {
    Some(match dataset {
        5 => "Title",
        25 => "Keywords",
        40 => "Instructions",
        80 => "Author",
        85 => "Author's position",
        90 => "City",
        92 => "Location",
        95 => "Province",
        101 => "Country",
        105 => "Headline",
        110 => "Credit",
        115 => "Source",
        116 => "Copyright",
        118 => "Contact",
        120 => "Caption",
        122 => "Writer",
        _ => return None,
    })
}
