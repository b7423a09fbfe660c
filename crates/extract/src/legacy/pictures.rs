//! Pictures of office drawings ([MS-ODRAW]): the records that hold a bitmap, wherever they lie in a stream.

use super::bytes::{size_at, slice, u16_at, u32_at};
use crate::context::Ctx;
use crate::{Step, Why};

/// What a record holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Blip {
    /// A file that the readers of pictures know.
    Bitmap,
    /// A bitmap without the head that makes it a file.
    Dib,
    /// A drawing of lines and text.
    Drawing(&'static str),
}

/// Kind and length of the head before the data, by the first four bytes of a record.
fn blip(instance: u16, kind: u16) -> Option<(Blip, usize)> {
    // The lowest bit of most instances says that a second identifier of 16 bytes stands in the head.
    let (what, one, base) = match (kind, instance) {
        (0xf01a, 0x3d4 | 0x3d5) => (Blip::Drawing("EMF picture"), 50, 0x3d4),
        (0xf01b, 0x216 | 0x217) => (Blip::Drawing("WMF picture"), 50, 0x216),
        (0xf01c, 0x542 | 0x543) => (Blip::Drawing("PICT picture"), 50, 0x542),
        (0xf01d | 0xf02a, 0x46a | 0x46b) => (Blip::Bitmap, 17, 0x46a),
        (0xf01d | 0xf02a, 0x6e2 | 0x6e3) => (Blip::Bitmap, 17, 0x6e2),
        (0xf01e, 0x6e0 | 0x6e1) => (Blip::Bitmap, 17, 0x6e0),
        (0xf01f, 0x7a8 | 0x7a9) => (Blip::Dib, 17, 0x7a8),
        (0xf029, 0x6e4 | 0x6e5) => (Blip::Bitmap, 17, 0x6e4),
        _ => return None,
    };
    Some((what, one + if instance == base { 0 } else { 16 }))
}

/// Hands every picture of a stream to the readers of pictures, numbered on from `number`.
pub(super) fn read(stream: &[u8], number: &mut u32, ctx: &mut Ctx<'_>) -> Result<(), Why> {
    let mut at = 0;
    // The high byte of every record's type is F0; its low byte and the instance before it leave no doubt.
    while let Some(found) = memchr::memchr(0xf0, stream.get(at..).unwrap_or_default()) {
        let high = at + found;
        at = high + 1;
        let Some(head) = high.checked_sub(3) else { continue };
        let (Some(first), Some(kind), Some(len)) = (
            u16_at(stream, head),
            u16_at(stream, head + 2),
            size_at(stream, head + 4),
        ) else {
            break;
        };
        let Some((what, skip)) = blip(first >> 4, kind).filter(|_| first & 15 == 0) else {
            continue;
        };
        ctx.tick()?;
        *number = number.saturating_add(1);
        if u64::from(*number) > ctx.limits.max_entries {
            return Err(Why::TooMany(ctx.limits.max_entries));
        }
        let step = Step::Image(*number);
        let Some(record) = slice(stream, head + 8, len) else {
            ctx.unread(&[step], Why::Damaged("picture is cut off".into()));
            continue;
        };
        let data = record.get(skip..).unwrap_or_default();
        match what {
            Blip::Bitmap => ctx.child(step, "", data),
            Blip::Dib => match bitmap_file(data) {
                Some(file) => ctx.child(step, "", &file),
                None => ctx.unread(&[step], Why::Damaged("bitmap".into())),
            },
            Blip::Drawing(name) => ctx.unread(&[step], Why::Unsupported(name.into())),
        }
        at = head + 8 + len;
    }
    Ok(())
}

/// A bitmap of a drawing or the clipboard with the head of a file before it.
pub(super) fn bitmap_file(dib: &[u8]) -> Option<Vec<u8>> {
    let head = u32_at(dib, 0)?;
    let (bits, colours, masks) = if head == 12 {
        (u16_at(dib, 10)?, 0, 0)
    } else {
        // Three masks follow the head of the oldest of these forms when the pixels are fields of bits.
        let masks = if head == 40 && u32_at(dib, 16)? == 3 { 12 } else { 0 };
        (u16_at(dib, 14)?, u32_at(dib, 32)?, masks)
    };
    let colours = match (colours, bits) {
        (0, 1..=8) => 1 << bits,
        (n, _) => n.min(1 << 16),
    };
    let palette = colours * if head == 12 { 3 } else { 4 };
    let pixels = 14_u32.checked_add(head)?.checked_add(masks)?.checked_add(palette)?;
    let mut file = Vec::with_capacity(dib.len() + 14);
    file.extend_from_slice(b"BM");
    file.extend_from_slice(&u32::try_from(dib.len() + 14).ok()?.to_le_bytes());
    file.extend_from_slice(&[0; 4]);
    file.extend_from_slice(&pixels.to_le_bytes());
    file.extend_from_slice(dib);
    Some(file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limits;
    use crate::testing::Kept;

    fn record(first: u16, kind: u16, head: usize, data: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        bytes.extend(first.to_le_bytes());
        bytes.extend(kind.to_le_bytes());
        bytes.extend(((head + data.len()) as u32).to_le_bytes());
        bytes.extend(vec![7; head]);
        bytes.extend(data);
        bytes
    }

    #[test]
    fn pictures_are_found_amid_other_bytes() {
        let limits = Limits::default();
        let mut sink = Kept::default();
        let mut ctx = Ctx::new(&limits, &mut sink);
        let mut stream = vec![0xf0, 0xf0, 1, 2];
        // What stands inside tells that the data reach the readers: they know text.
        stream.extend(record(0x6e00, 0xf01e, 17, b"words in the first"));
        stream.extend([0xf0; 9]);
        stream.extend(record(0x46b0, 0xf01d, 33, b"words in the second"));
        stream.extend(record(0x3d40, 0xf01a, 50, b"lines"));
        stream.extend(record(0x6e00, 0xf01e, 17, b"cut")[..12].to_vec());
        let mut number = 0;
        read(&stream, &mut number, &mut ctx).unwrap();
        assert_eq!(number, 4);
        assert_eq!(sink.text_at("image 1"), "words in the first");
        assert_eq!(sink.text_at("image 2"), "words in the second");
        assert_eq!(
            sink.problems(),
            [
                "image 3: no reader for EMF picture",
                "image 4: damaged: picture is cut off"
            ]
        );
    }

    #[test]
    fn a_bitmap_gets_the_head_of_a_file() {
        let mut dib = vec![0; 60];
        dib[0] = 40;
        dib[14] = 1;
        let file = bitmap_file(&dib).unwrap();
        assert_eq!(&file[..2], b"BM");
        assert_eq!(u32_at(&file, 10), Some(14 + 40 + 8));
        assert_eq!(bitmap_file(&[1, 2]), None);
    }
}
