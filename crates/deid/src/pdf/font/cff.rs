//! CFF programs without the shapes that are no more shown.

use std::collections::BTreeSet;
use std::ops::Range;

use super::Glyphs;

/// An instruction that ends a shape.
const END: u8 = 14;

/// The program without the glyphs that are not shown; nothing if it cannot be read, or if its glyphs are known by name only.
///
/// A shape that goes is written over with the end of a shape: the places of the others do not change.
pub(super) fn without(data: &[u8], glyphs: &Glyphs) -> Option<Vec<u8>> {
    let wanted = match glyphs {
        Glyphs::Cids(wanted) | Glyphs::Gids(wanted) => wanted,
        Glyphs::All | Glyphs::OfCodes(..) => return None,
    };
    let header = usize::from(*data.get(2)?);
    let (names, _) = index(data, header)?;
    let (tops, top) = index(data, names)?;
    let _ = tops;
    let top = dict(data.get(top.first()?.clone())?);
    let shapes = top.iter().find(|(op, _)| *op == 17)?.1.first().copied()?;
    let is_cid = top.iter().any(|(op, _)| *op == 0x0C1E);
    let (_, shapes) = index(data, usize::try_from(shapes).ok()?)?;
    // By number of character, where the program has such; else by place.
    let characters: Vec<u32> = if is_cid {
        let at = top
            .iter()
            .find(|(op, _)| *op == 15)
            .and_then(|(_, v)| v.first().copied());
        charset(data, usize::try_from(at.unwrap_or(0)).ok()?, shapes.len())?
    } else {
        (0..u32::try_from(shapes.len()).ok()?).collect()
    };
    let kept: BTreeSet<u32> = wanted.clone();
    let mut out = data.to_vec();
    for (range, character) in shapes.into_iter().zip(characters).skip(1) {
        if !kept.contains(&character)
            && let Some(shape) = out.get_mut(range)
        {
            shape.fill(END);
        }
    }
    Some(out)
}

/// The places of the entries of a list, and where it ends.
fn index(data: &[u8], at: usize) -> Option<(usize, Vec<Range<usize>>)> {
    let count = usize::from(u16::from_be_bytes(*data.get(at..)?.first_chunk::<2>()?));
    if count == 0 {
        return Some((at + 2, Vec::new()));
    }
    let size = usize::from(*data.get(at + 2)?);
    if !(1..=4).contains(&size) {
        return None;
    }
    let offset = |number: usize| -> Option<usize> {
        let bytes = data.get(at + 3 + number * size..)?.get(..size)?;
        Some(bytes.iter().fold(0_usize, |n, &b| n << 8 | usize::from(b)))
    };
    let base = at + 3 + (count + 1) * size - 1;
    let mut out = Vec::with_capacity(count);
    let mut from = base.checked_add(offset(0)?)?;
    for number in 1..=count {
        let to = base.checked_add(offset(number)?)?;
        if to < from || to > data.len() {
            return None;
        }
        out.push(from..to);
        from = to;
    }
    Some((from, out))
}

/// The entries of a dictionary: operator (two bytes as one number) and numbers before it.
fn dict(data: &[u8]) -> Vec<(u16, Vec<i64>)> {
    let mut out = Vec::new();
    let mut operands = Vec::new();
    let mut at = 0;
    let byte = |at: usize| data.get(at).copied().map(i64::from);
    while let Some(first) = byte(at) {
        at += 1;
        match first {
            12 => {
                let second = u16::try_from(byte(at).unwrap_or(0)).unwrap_or(0);
                at += 1;
                out.push((0x0C00 | second, std::mem::take(&mut operands)));
            }
            0..=21 => out.push((u16::try_from(first).unwrap_or(0), std::mem::take(&mut operands))),
            28 => {
                let number = data.get(at..).and_then(<[u8]>::first_chunk::<2>);
                operands.push(number.map_or(0, |b| i64::from(i16::from_be_bytes(*b))));
                at += 2;
            }
            29 => {
                let number = data.get(at..).and_then(<[u8]>::first_chunk::<4>);
                operands.push(number.map_or(0, |b| i64::from(i32::from_be_bytes(*b))));
                at += 4;
            }
            30 => {
                // A real number: of no use here, and it ends with a half byte of ones.
                while let Some(pair) = byte(at) {
                    at += 1;
                    if pair & 15 == 15 || pair >> 4 == 15 {
                        break;
                    }
                }
                operands.push(0);
            }
            32..=246 => operands.push(first - 139),
            247..=250 => {
                operands.push((first - 247) * 256 + byte(at).unwrap_or(0) + 108);
                at += 1;
            }
            251..=254 => {
                operands.push(-(first - 251) * 256 - byte(at).unwrap_or(0) - 108);
                at += 1;
            }
            _ => {}
        }
    }
    out
}

/// The numbers of the characters of the shapes.
fn charset(data: &[u8], at: usize, count: usize) -> Option<Vec<u32>> {
    let mut out = vec![0_u32];
    let short =
        |at: usize| -> Option<u32> { Some(u32::from(u16::from_be_bytes(*data.get(at..)?.first_chunk::<2>()?))) };
    let format = *data.get(at)?;
    let mut at = at + 1;
    while out.len() < count {
        let first = short(at)?;
        at += 2;
        let more = match format {
            0 => 0,
            1 => {
                at += 1;
                u32::from(*data.get(at - 1)?)
            }
            2 => {
                at += 2;
                short(at - 2)?
            }
            _ => return None,
        };
        let left = count - out.len();
        out.extend((first..=first.checked_add(more)?).take(left));
    }
    Some(out)
}
