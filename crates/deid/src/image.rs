//! Copies of pictures without what is to go: words that were decided upon, codes and faces are painted over, and of the file only its
//! pixels are kept.
//!
//! Pixels are decoded and encoded again in the same format, upright. Metadata, small pictures, profiles and bytes behind the end are
//! never read into the copy, so there is nothing to take out. Of several frames the first is kept; a TIFF keeps all its pages.

mod faces;
pub(crate) mod jpeg;
pub(crate) mod seen;
mod tiff;

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::codecs::jpeg::JpegEncoder;
use image::codecs::webp::WebPEncoder;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader};
use tutela_extract::{Kind, Limits};

use self::seen::{Rectangle, Seen};
use crate::copy::{Cleaned, Decide, Refused, What};

/// Pixels of one picture.
const MAX_PIXELS: u64 = 200_000_000;
/// Quality of pictures that were JPEG.
const QUALITY: u8 = 90;

/// Writes a copy of a picture without what is to go.
///
/// # Errors
///
/// If the picture cannot be decoded, or if the program that reads text from pictures is missing.
pub fn redact(
    kind: Kind,
    bytes: &[u8],
    decide: &mut dyn Decide,
    limits: &Limits,
) -> Result<(Vec<u8>, Cleaned), Refused> {
    if bytes.len() as u64 > limits.max_file {
        return Err(Refused::TooLarge(limits.max_file));
    }
    // Libraries that parse foreign bytes may panic on them; then there is no copy.
    catch_unwind(AssertUnwindSafe(|| guarded(kind, bytes, decide, limits))).unwrap_or(Err(Refused::Failed))
}

fn guarded(kind: Kind, bytes: &[u8], decide: &mut dyn Decide, limits: &Limits) -> Result<(Vec<u8>, Cleaned), Refused> {
    let mut cleaned = Cleaned::default();
    // What a picture file says beside its pixels is its properties, whatever it is.
    cleaned.add(What::Properties, 1);
    if kind == Kind::Tiff {
        let mut pages = Vec::new();
        for page in tiff::pages(bytes)? {
            let mut picture = decoded(ImageFormat::Tiff, &page, limits)?;
            cover(&mut picture, decide, limits, &mut cleaned)?;
            pages.push(picture);
        }
        return Ok((tiff::written(&pages)?, cleaned));
    }
    let format = match kind {
        Kind::Png => ImageFormat::Png,
        Kind::Jpeg => ImageFormat::Jpeg,
        Kind::Webp => ImageFormat::WebP,
        Kind::Bmp => ImageFormat::Bmp,
        other => return Err(Refused::Format(other)),
    };
    let mut picture = decoded(format, bytes, limits)?;
    cover(&mut picture, decide, limits, &mut cleaned)?;
    Ok((encoded(format, &picture)?, cleaned))
}

fn decoded(format: ImageFormat, bytes: &[u8], limits: &Limits) -> Result<DynamicImage, Refused> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut bounds = image::Limits::default();
    bounds.max_alloc = Some(limits.max_memory / 2);
    reader.limits(bounds);
    let mut decoder = reader.into_decoder().map_err(|e| refused(&e))?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_PIXELS || decoder.total_bytes() > limits.max_expanded {
        return Err(Refused::Limits);
    }
    let orientation = decoder.orientation().ok();
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|e| refused(&e))?;
    if let Some(orientation) = orientation {
        picture.apply_orientation(orientation);
    }
    Ok(picture)
}

fn refused(error: &ImageError) -> Refused {
    match error {
        ImageError::Limits(_) => Refused::Limits,
        _ => Refused::Damaged("picture".into()),
    }
}

/// Paints over what is to go.
fn cover(
    picture: &mut DynamicImage,
    decide: &mut dyn Decide,
    limits: &Limits,
    cleaned: &mut Cleaned,
) -> Result<(), Refused> {
    let seen = Seen::look(&gray(picture), true, decide, limits)?;
    cleaned.add(What::Codes, seen.codes);
    cleaned.add(What::Faces, seen.faces);
    for &area in &seen.areas {
        paint(picture, area);
    }
    Ok(())
}

/// Grey pixels; what shines through is white paper.
fn gray(picture: &DynamicImage) -> image::GrayImage {
    if !picture.color().has_alpha() {
        return picture.to_luma8();
    }
    let with_alpha = picture.to_luma_alpha8();
    image::GrayImage::from_fn(with_alpha.width(), with_alpha.height(), |x, y| {
        let [luma, alpha] = with_alpha.get_pixel(x, y).0;
        let (luma, alpha) = (u32::from(luma), u32::from(alpha));
        #[expect(clippy::cast_possible_truncation, reason = "a mean of two bytes")]
        let mixed = ((luma * alpha + 255 * (255 - alpha)) / 255) as u8;
        image::Luma([mixed])
    })
}

/// Sets all samples in an area to nothing, and the area to opaque, so that nothing is left in any channel.
fn paint(picture: &mut DynamicImage, [left, top, right, bottom]: Rectangle) {
    fn fill<P: image::Pixel>(buffer: &mut image::ImageBuffer<P, Vec<P::Subpixel>>, area: Rectangle, black: P) {
        let [left, top, right, bottom] = area;
        for y in top..bottom.min(buffer.height()) {
            for x in left..right.min(buffer.width()) {
                buffer.put_pixel(x, y, black);
            }
        }
    }
    let area = [left, top, right, bottom];
    match picture {
        DynamicImage::ImageLuma8(b) => fill(b, area, image::Luma([0])),
        DynamicImage::ImageLumaA8(b) => fill(b, area, image::LumaA([0, u8::MAX])),
        DynamicImage::ImageRgb8(b) => fill(b, area, image::Rgb([0; 3])),
        DynamicImage::ImageRgba8(b) => fill(b, area, image::Rgba([0, 0, 0, u8::MAX])),
        DynamicImage::ImageLuma16(b) => fill(b, area, image::Luma([0])),
        DynamicImage::ImageLumaA16(b) => fill(b, area, image::LumaA([0, u16::MAX])),
        DynamicImage::ImageRgb16(b) => fill(b, area, image::Rgb([0; 3])),
        DynamicImage::ImageRgba16(b) => fill(b, area, image::Rgba([0, 0, 0, u16::MAX])),
        other => {
            // Numbers with a point have no place in a scan; eight bits are enough to show what is left.
            let mut plain = other.to_rgb8();
            fill(&mut plain, area, image::Rgb([0; 3]));
            *other = DynamicImage::ImageRgb8(plain);
        }
    }
}

fn encoded(format: ImageFormat, picture: &DynamicImage) -> Result<Vec<u8>, Refused> {
    let mut out = Vec::new();
    let result = match format {
        ImageFormat::Jpeg => {
            let plain = if picture.color().has_color() {
                DynamicImage::ImageRgb8(picture.to_rgb8())
            } else {
                DynamicImage::ImageLuma8(picture.to_luma8())
            };
            plain.write_with_encoder(JpegEncoder::new_with_quality(&mut out, QUALITY))
        }
        ImageFormat::WebP => {
            let plain = if picture.color().has_alpha() {
                DynamicImage::ImageRgba8(picture.to_rgba8())
            } else {
                DynamicImage::ImageRgb8(picture.to_rgb8())
            };
            plain.write_with_encoder(WebPEncoder::new_lossless(&mut out))
        }
        format => picture.write_to(&mut Cursor::new(&mut out), format),
    };
    result.map_err(|_| Refused::Failed)?;
    Ok(out)
}

#[cfg(test)]
mod tests;
