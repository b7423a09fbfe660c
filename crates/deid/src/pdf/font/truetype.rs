//! TrueType programs without the shapes that are no more shown.
//!
//! A shape that goes is taken out, not overwritten: its length would tell the letter. Tables that only name things are left out.

use std::collections::{BTreeMap, BTreeSet};

use super::Glyphs;

/// Shapes inside shapes.
const MAX_PARTS: usize = 64;
/// Tables that programs of embedded fonts need.
const TABLES: [&[u8; 4]; 14] = [
    b"cvt ", b"fpgm", b"glyf", b"head", b"hhea", b"hmtx", b"loca", b"maxp", b"prep", b"vhea", b"vmtx", b"cmap",
    b"OS/2", b"gasp",
];

/// The program without the glyphs that are not shown; nothing if it cannot be read.
pub(super) fn without(data: &[u8], glyphs: &Glyphs) -> Option<Vec<u8>> {
    let tables = tables(data)?;
    let get = |tag: &[u8; 4]| tables.get(tag).copied();
    let count = usize::from(u16_at(get(b"maxp")?, 4)?);
    let is_long = u16_at(get(b"head")?, 50)? != 0;
    let (glyf, loca) = (get(b"glyf")?, get(b"loca")?);
    let place = |gid: usize| -> Option<usize> {
        if is_long {
            u32_at(loca, gid * 4).map(|n| n as usize)
        } else {
            u16_at(loca, gid * 2).map(|n| usize::from(n) * 2)
        }
    };
    let shape = |gid: usize| -> &[u8] {
        let range = place(gid).zip(place(gid + 1));
        range.and_then(|(from, to)| glyf.get(from..to)).unwrap_or_default()
    };
    let mut kept: BTreeSet<u32> = match glyphs {
        Glyphs::All => return None,
        Glyphs::Gids(gids) | Glyphs::Cids(gids) => gids.clone(),
        Glyphs::OfCodes(codes, characters) => of_codes(get(b"cmap"), codes, characters),
    };
    kept.insert(0);
    let mut open: Vec<(u32, usize)> = kept.iter().map(|&gid| (gid, 0)).collect();
    while let Some((gid, depth)) = open.pop() {
        for part in parts(shape(gid as usize)) {
            if kept.insert(part) && depth < MAX_PARTS {
                open.push((part, depth + 1));
            }
        }
    }
    let mut new_glyf = Vec::new();
    let mut new_loca = Vec::new();
    for gid in 0..count {
        new_loca.extend_from_slice(&u32::try_from(new_glyf.len()).ok()?.to_be_bytes());
        if kept.contains(&u32::try_from(gid).ok()?) {
            new_glyf.extend_from_slice(shape(gid));
            while !new_glyf.len().is_multiple_of(4) {
                new_glyf.push(0);
            }
        }
    }
    new_loca.extend_from_slice(&u32::try_from(new_glyf.len()).ok()?.to_be_bytes());
    let mut head = get(b"head")?.to_vec();
    head.get_mut(50..52)?.copy_from_slice(&[0, 1]);
    let mut out: BTreeMap<[u8; 4], Vec<u8>> = BTreeMap::new();
    for tag in TABLES {
        let Some(table) = get(tag) else { continue };
        let table = match tag {
            b"glyf" => new_glyf.clone(),
            b"loca" => new_loca.clone(),
            b"head" => head.clone(),
            b"hmtx" => metrics(table, get(b"hhea"), &kept),
            b"vmtx" => metrics(table, get(b"vhea"), &kept),
            b"maxp" | b"cvt " | b"fpgm" | b"prep" | b"hhea" | b"vhea" | b"gasp" | b"OS/2" => table.to_vec(),
            // Programs by number need no table of characters.
            b"cmap" if matches!(glyphs, Glyphs::OfCodes(..)) => table.to_vec(),
            _ => continue,
        };
        out.insert(*tag, table);
    }
    Some(font(&out))
}

/// Rewrites the CFF program inside an OpenType font; the rest of the font is left out, for the program needs nothing of it.
pub(super) fn cff_inside(data: &[u8], rewrite: impl Fn(&[u8]) -> Option<Vec<u8>>) -> Option<Vec<u8>> {
    let tables = tables(data)?;
    let cff = rewrite(tables.get(b"CFF ")?)?;
    let mut out: BTreeMap<[u8; 4], Vec<u8>> = BTreeMap::new();
    for tag in [b"cmap", b"head", b"hhea", b"hmtx", b"maxp", b"OS/2"] {
        if let Some(table) = tables.get(tag) {
            out.insert(*tag, table.to_vec());
        }
    }
    out.insert(*b"CFF ", cff);
    let mut font = font(&out);
    font.get_mut(..4)?.copy_from_slice(b"OTTO");
    Some(font)
}

fn u16_at(data: &[u8], at: usize) -> Option<u16> {
    let bytes = data.get(at..)?.first_chunk::<2>()?;
    Some(u16::from_be_bytes(*bytes))
}

fn u32_at(data: &[u8], at: usize) -> Option<u32> {
    let bytes = data.get(at..)?.first_chunk::<4>()?;
    Some(u32::from_be_bytes(*bytes))
}

fn tables(data: &[u8]) -> Option<BTreeMap<[u8; 4], &[u8]>> {
    let count = usize::from(u16_at(data, 4)?).min(128);
    let mut out = BTreeMap::new();
    for number in 0..count {
        let entry = data.get(12 + number * 16..)?;
        let tag = *entry.first_chunk::<4>()?;
        let (from, len) = (u32_at(entry, 8)? as usize, u32_at(entry, 12)? as usize);
        let to = from.saturating_add(len).min(data.len());
        if let Some(table) = data.get(from..to) {
            out.insert(tag, table);
        }
    }
    Some(out)
}

/// The glyphs that a shape is made of.
fn parts(shape: &[u8]) -> Vec<u32> {
    let mut out = Vec::new();
    // A negative number of outlines says that the shape is made of others.
    if u16_at(shape, 0).is_none_or(|n| n < 0x8000) {
        return out;
    }
    let mut at = 10;
    while out.len() < MAX_PARTS {
        let (Some(flags), Some(gid)) = (u16_at(shape, at), u16_at(shape, at + 2)) else {
            break;
        };
        out.push(u32::from(gid));
        at += 4 + if flags & 1 != 0 { 4 } else { 2 };
        at += match flags & 0b1100_1000 {
            f if f & 0x08 != 0 => 2,
            f if f & 0x40 != 0 => 4,
            f if f & 0x80 != 0 => 8,
            _ => 0,
        };
        if flags & 0x20 == 0 {
            break;
        }
    }
    out
}

/// Widths of glyphs, those that went as nothing.
fn metrics(table: &[u8], header: Option<&[u8]>, kept: &BTreeSet<u32>) -> Vec<u8> {
    let mut out = table.to_vec();
    let long = header.and_then(|h| u16_at(h, 34)).map_or(0, usize::from);
    // The last long width is that of all glyphs after it.
    for gid in 0..long.saturating_sub(1) {
        if u32::try_from(gid).is_ok_and(|gid| !kept.contains(&gid))
            && let Some(entry) = out.get_mut(gid * 4..gid * 4 + 4)
        {
            entry.fill(0);
        }
    }
    let bearings = out.get_mut(long * 4..).unwrap_or_default();
    for (at, entry) in bearings.chunks_exact_mut(2).enumerate() {
        if u32::try_from(long + at).is_ok_and(|gid| !kept.contains(&gid)) {
            entry.fill(0);
        }
    }
    out
}

/// The glyphs that codes of a simple font may mean, by every table that programs ask.
fn of_codes(cmap: Option<&[u8]>, codes: &BTreeSet<u32>, characters: &BTreeSet<u32>) -> BTreeSet<u32> {
    let mut out = BTreeSet::new();
    let Some(cmap) = cmap else {
        // Without a table codes are numbers of glyphs.
        return codes.clone();
    };
    let count = u16_at(cmap, 2).map_or(0, usize::from).min(32);
    for number in 0..count {
        let Some(at) = u32_at(cmap, 4 + number * 8 + 4) else {
            continue;
        };
        let Some(table) = cmap.get(at as usize..) else { continue };
        let high = [0, 0xF000, 0xF100, 0xF200];
        for &code in codes {
            out.extend(high.iter().filter_map(|high| look_up(table, high + code)));
        }
        out.extend(characters.iter().filter_map(|&c| look_up(table, c)));
    }
    out
}

/// The glyph of a code in one table of characters.
fn look_up(table: &[u8], code: u32) -> Option<u32> {
    match u16_at(table, 0)? {
        0 => table
            .get(6 + code as usize)
            .filter(|_| code < 256)
            .map(|&gid| u32::from(gid)),
        4 => {
            let code = u16::try_from(code).ok()?;
            let segments = usize::from(u16_at(table, 6)?) / 2;
            for segment in 0..segments {
                let end = u16_at(table, 14 + segment * 2)?;
                if end < code {
                    continue;
                }
                let start = u16_at(table, 16 + segments * 2 + segment * 2)?;
                if start > code {
                    return None;
                }
                let delta = u16_at(table, 16 + segments * 4 + segment * 2)?;
                let at = 16 + segments * 6 + segment * 2;
                let offset = usize::from(u16_at(table, at)?);
                if offset == 0 {
                    return Some(u32::from(code.wrapping_add(delta)));
                }
                let gid = u16_at(table, at + offset + usize::from(code - start) * 2)?;
                return (gid != 0).then(|| u32::from(gid.wrapping_add(delta)));
            }
            None
        }
        6 => {
            let first = u32::from(u16_at(table, 6)?);
            let count = u32::from(u16_at(table, 8)?);
            let at = code.checked_sub(first).filter(|&at| at < count)?;
            u16_at(table, 10 + at as usize * 2).map(u32::from)
        }
        12 => {
            let groups = (u32_at(table, 12)? as usize).min(100_000);
            for group in 0..groups {
                let at = 16 + group * 12;
                let (from, to) = (u32_at(table, at)?, u32_at(table, at + 4)?);
                if (from..=to).contains(&code) {
                    return u32_at(table, at + 8)?.checked_add(code - from);
                }
            }
            None
        }
        _ => None,
    }
}

/// A font of these tables.
fn font(tables: &BTreeMap<[u8; 4], Vec<u8>>) -> Vec<u8> {
    let count = u16::try_from(tables.len()).unwrap_or(0);
    let log = count.checked_ilog2().unwrap_or(0);
    let range = 16_u16 << log;
    let mut out = vec![0, 1, 0, 0];
    for n in [
        count,
        range,
        u16::try_from(log).unwrap_or(0),
        (count * 16).saturating_sub(range),
    ] {
        out.extend_from_slice(&n.to_be_bytes());
    }
    let mut at = 12 + 16 * tables.len();
    for (tag, table) in tables {
        out.extend_from_slice(tag);
        for n in [
            sum(table),
            u32::try_from(at).unwrap_or(0),
            u32::try_from(table.len()).unwrap_or(0),
        ] {
            out.extend_from_slice(&n.to_be_bytes());
        }
        at += table.len().next_multiple_of(4);
    }
    for table in tables.values() {
        out.extend_from_slice(table);
        out.resize(out.len().next_multiple_of(4), 0);
    }
    out
}

fn sum(table: &[u8]) -> u32 {
    table.chunks(4).fold(0, |sum, chunk| {
        let mut word = [0; 4];
        for (to, from) in word.iter_mut().zip(chunk) {
            *to = *from;
        }
        u32::wrapping_add(sum, u32::from_be_bytes(word))
    })
}
