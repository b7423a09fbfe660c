//! TIFF files with several pages: read page by page, written with the pixels alone.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use image::DynamicImage;

use crate::copy::Refused;

/// Pages of one file.
const MAX_PAGES: usize = 2000;

/// The file once for each page, with its head pointing to that page, for the decoder shows the first one.
pub(super) fn pages(bytes: &[u8]) -> Result<Vec<Vec<u8>>, Refused> {
    let damaged = || Refused::Damaged("list of pages".into());
    let (directories, is_wide) = directories(bytes).ok_or_else(damaged)?;
    if directories.len() >= MAX_PAGES || directories.len() as u64 * bytes.len() as u64 > 4 << 30 {
        return Err(Refused::Limits);
    }
    let is_little = bytes.starts_with(b"II");
    let mut out = Vec::new();
    for directory in directories {
        let mut file = bytes.to_vec();
        let place = if is_wide { 8..16 } else { 4..8 };
        let field = file.get_mut(place).ok_or_else(damaged)?;
        let value = directory.to_le_bytes();
        let len = field.len();
        field.copy_from_slice(value.get(..len).unwrap_or_default());
        if !is_little {
            field.reverse();
        }
        out.push(file);
    }
    Ok(out)
}

/// Where the directories of the pages stand, and whether places are written in eight bytes.
fn directories(bytes: &[u8]) -> Option<(Vec<u64>, bool)> {
    let is_little = match bytes.get(..2)? {
        b"II" => true,
        b"MM" => false,
        _ => return None,
    };
    let number = |at: u64, len: usize| -> Option<u64> {
        let at = usize::try_from(at).ok()?;
        let field = bytes.get(at..at.checked_add(len)?)?;
        let shift = |n: u64, b: &u8| n << 8 | u64::from(*b);
        Some(if is_little {
            field.iter().rev().fold(0, shift)
        } else {
            field.iter().fold(0, shift)
        })
    };
    let is_wide = number(2, 2)? == 43;
    let (count_len, entry_len, place_len) = if is_wide { (8, 20, 8) } else { (2, 12, 4) };
    let mut at = number(if is_wide { 8 } else { 4 }, place_len)?;
    let mut out = Vec::new();
    while at != 0 && out.len() < MAX_PAGES && !out.contains(&at) {
        let entries = number(at, count_len)?;
        let next = at
            .checked_add(count_len as u64)?
            .checked_add(entries.checked_mul(entry_len)?)?;
        out.push(at);
        at = number(next, place_len)?;
    }
    (!out.is_empty()).then_some((out, is_wide))
}

/// A file of these pages, in grey or colour with eight bits.
pub(super) fn written(pages: &[DynamicImage]) -> Result<Vec<u8>, Refused> {
    let mut out = b"II\x2A\x00\0\0\0\0".to_vec();
    // Where the place of the next directory is to be written.
    let mut link = 4;
    for page in pages {
        let (samples, data) = if page.color().has_color() {
            (3_u32, page.to_rgb8().into_raw())
        } else {
            (1, page.to_luma8().into_raw())
        };
        let mut packer = ZlibEncoder::new(Vec::new(), Compression::new(6));
        let packed = packer
            .write_all(&data)
            .and_then(|()| packer.finish())
            .map_err(|_| Refused::Failed)?;
        let place = |out: &Vec<u8>| u32::try_from(out.len()).map_err(|_| Refused::Limits);
        let strip = place(&out)?;
        out.extend_from_slice(&packed);
        if !out.len().is_multiple_of(2) {
            out.push(0);
        }
        let depths = place(&out)?;
        for _ in 0..samples {
            out.extend_from_slice(&8_u16.to_le_bytes());
        }
        if !out.len().is_multiple_of(2) {
            out.push(0);
        }
        let directory = place(&out)?;
        out.get_mut(link..link + 4)
            .ok_or(Refused::Failed)?
            .copy_from_slice(&directory.to_le_bytes());
        let len = u32::try_from(packed.len()).map_err(|_| Refused::Limits)?;
        // Tag, type (3: short, 4: long), count, value.
        let entries: [(u16, u16, u32, u32); 10] = [
            (256, 4, 1, page.width()),
            (257, 4, 1, page.height()),
            (258, 3, samples, if samples == 1 { 8 } else { depths }),
            (259, 3, 1, 8),
            (262, 3, 1, if samples == 1 { 1 } else { 2 }),
            (273, 4, 1, strip),
            (277, 3, 1, samples),
            (278, 4, 1, page.height()),
            (279, 4, 1, len),
            (284, 3, 1, 1),
        ];
        out.extend_from_slice(&10_u16.to_le_bytes());
        for (tag, kind, count, value) in entries {
            out.extend_from_slice(&tag.to_le_bytes());
            out.extend_from_slice(&kind.to_le_bytes());
            out.extend_from_slice(&count.to_le_bytes());
            out.extend_from_slice(&value.to_le_bytes());
        }
        link = out.len();
        out.extend_from_slice(&[0; 4]);
    }
    Ok(out)
}
