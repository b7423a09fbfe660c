//! EXIF: who took a picture, with what, where; and the small picture that may show more than the large one.

use std::io::Cursor;

use exif::{Exif, Field, In, Rational, Tag, Value};

use super::{canvas, see, text_chunks};
use crate::context::Ctx;
use crate::{Kind, Part, Place, Step, Why};

/// Fields that hold text which people write or that tells who they are, with the name that a person knows them by.
const FIELDS: [(Tag, &str); 16] = [
    (Tag::ImageDescription, "Description"),
    (Tag::Artist, "Artist"),
    (Tag::Copyright, "Copyright"),
    (Tag::UserComment, "Comment"),
    (Tag::CameraOwnerName, "Owner"),
    (Tag::BodySerialNumber, "Camera serial number"),
    (Tag::LensSerialNumber, "Lens serial number"),
    (Tag::ImageUniqueID, "Image ID"),
    (Tag::GPSAreaInformation, "Area"),
    (Tag::DateTimeOriginal, "Taken"),
    // Fields that Windows writes, as UTF-16.
    (Tag(exif::Context::Tiff, 0x9C9B), "Title"),
    (Tag(exif::Context::Tiff, 0x9C9C), "Comment"),
    (Tag(exif::Context::Tiff, 0x9C9D), "Author"),
    (Tag(exif::Context::Tiff, 0x9C9E), "Keywords"),
    (Tag(exif::Context::Tiff, 0x9C9F), "Subject"),
    (Tag(exif::Context::Tiff, 0x010D), "Document name"),
];

/// Reads all metadata of a picture.
pub(super) fn read(kind: Kind, bytes: &[u8], steps: &[Step], ctx: &mut Ctx<'_>) {
    text_chunks::read(kind, bytes, steps, ctx);
    if kind == Kind::Bmp {
        return;
    }
    let mut reader = exif::Reader::new();
    reader.continue_on_error(true);
    let read = reader
        .read_from_container(&mut Cursor::new(bytes))
        .or_else(|e| e.distill_partial_result(|_| {}));
    match read {
        Ok(exif) => give(&exif, steps, ctx),
        // Most pictures have none.
        Err(exif::Error::NotFound(_)) => {}
        // A picture that is broken altogether is told when it is decoded.
        Err(_) => {
            let mut steps = steps.to_vec();
            steps.push(Step::Exif("EXIF".into()));
            ctx.unread(&steps, Why::Damaged("metadata of the picture".into()));
        }
    }
}

fn give(exif: &Exif, steps: &[Step], ctx: &mut Ctx<'_>) {
    if let Some((latitude, longitude)) = position(exif) {
        give_text("GPS", format!("GPS {latitude:.6}, {longitude:.6}"), steps, ctx);
    }
    for (tag, name) in FIELDS {
        for field in exif.fields().filter(|f| f.tag == tag && f.ifd_num == In::PRIMARY) {
            let text = text(field, exif);
            if !text.trim().is_empty() {
                give_text(name, text.trim().to_owned(), steps, ctx);
            }
        }
    }
    thumbnail(exif, steps, ctx);
}

pub(super) fn give_text(name: &str, text: String, steps: &[Step], ctx: &mut Ctx<'_>) {
    let mut place: Place = ctx.place().clone();
    place.steps.extend_from_slice(steps);
    place.steps.push(Step::Exif(name.to_owned()));
    let mut part = Part::whole(place, text);
    part.caption = Some(name.to_owned());
    ctx.part(part);
}

/// The position in decimal degrees.
fn position(exif: &Exif) -> Option<(f64, f64)> {
    let axis = |value: Tag, reference: Tag, negative: u8, most: f64| {
        let Value::Rational(parts) = &exif.get_field(value, In::PRIMARY)?.value else {
            return None;
        };
        let degrees: f64 = parts
            .iter()
            .zip([1.0, 60.0, 3600.0])
            .map(|(part, unit): (&Rational, f64)| if part.denom == 0 { 0.0 } else { part.to_f64() / unit })
            .sum();
        let is_negative = matches!(
            &exif.get_field(reference, In::PRIMARY).map(|f| &f.value),
            Some(Value::Ascii(letters)) if letters.iter().flatten().next().is_some_and(|b| b.eq_ignore_ascii_case(&negative))
        );
        let degrees = if is_negative { -degrees } else { degrees };
        (degrees.is_finite() && degrees.abs() <= most).then_some(degrees)
    };
    let latitude = axis(Tag::GPSLatitude, Tag::GPSLatitudeRef, b'S', 90.0)?;
    let longitude = axis(Tag::GPSLongitude, Tag::GPSLongitudeRef, b'W', 180.0)?;
    // Cameras without a position write zeros.
    (latitude != 0.0 || longitude != 0.0).then_some((latitude, longitude))
}

fn text(field: &Field, exif: &Exif) -> String {
    match &field.value {
        Value::Ascii(lines) => lines
            .iter()
            .map(|l| String::from_utf8_lossy(l))
            .collect::<Vec<_>>()
            .join("\n")
            .replace('\0', ""),
        // A field of bytes of Windows is UTF-16.
        Value::Byte(bytes) => utf16(bytes, true),
        Value::Undefined(bytes, _) => {
            if let Some(rest) = bytes.strip_prefix(b"UNICODE\0") {
                utf16(rest, exif.little_endian())
            } else {
                let rest = bytes
                    .strip_prefix(b"ASCII\0\0\0")
                    .or_else(|| bytes.strip_prefix(&[0; 8]))
                    .unwrap_or(bytes);
                String::from_utf8_lossy(rest).replace('\0', "")
            }
        }
        _ => field.display_value().to_string(),
    }
}

fn utf16(bytes: &[u8], little: bool) -> String {
    let units = bytes.as_chunks::<2>().0.iter().map(|&pair| {
        if little {
            u16::from_le_bytes(pair)
        } else {
            u16::from_be_bytes(pair)
        }
    });
    char::decode_utf16(units)
        .map(|c| c.unwrap_or('\u{FFFD}'))
        .filter(|&c| c != '\0')
        .collect()
}

/// The small picture inside the metadata: programs that crop or blacken the large one often leave it as it was.
fn thumbnail(exif: &Exif, steps: &[Step], ctx: &mut Ctx<'_>) {
    let number = |tag| {
        exif.get_field(tag, In::THUMBNAIL)
            .and_then(|f| f.value.get_uint(0))
            .and_then(|n| usize::try_from(n).ok())
    };
    let range = number(Tag::JPEGInterchangeFormat)
        .zip(number(Tag::JPEGInterchangeFormatLength))
        .and_then(|(from, len)| Some(from..from.checked_add(len)?));
    if let Some(bytes) = range.and_then(|range| exif.buf().get(range))
        && bytes.starts_with(&[0xFF, 0xD8])
    {
        let mut steps = steps.to_vec();
        steps.push(Step::Exif("Thumbnail".into()));
        match canvas::decode(Kind::Jpeg, bytes, ctx) {
            // Letters cannot be made out in the usual 160 pixels.
            Ok(small) => {
                let with_text = small.gray.width().max(small.gray.height()) >= 300;
                see(&small.gray, &steps, with_text, ctx);
            }
            Err(why) => ctx.unread(&steps, why),
        }
    }
}
