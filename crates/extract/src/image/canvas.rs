//! Pixels: decoding under limits, and the few operations on them that reading needs.

use std::io::Cursor;

use image::imageops::{self, FilterType};
use image::{DynamicImage, GrayImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits};

use super::MAX_PIXELS;
use crate::context::Ctx;
use crate::{Kind, Why};

/// A picture as grey pixels, upright, with the texts that its container carries.
pub(super) struct Decoded {
    pub(super) gray: GrayImage,
    pub(super) xmp: Vec<String>,
}

/// Decodes a picture.
pub(super) fn decode(kind: Kind, bytes: &[u8], ctx: &mut Ctx<'_>) -> Result<Decoded, Why> {
    let format = match kind {
        Kind::Png => ImageFormat::Png,
        Kind::Jpeg => ImageFormat::Jpeg,
        Kind::Tiff => ImageFormat::Tiff,
        Kind::Webp => ImageFormat::WebP,
        Kind::Bmp => ImageFormat::Bmp,
        _ => return Err(Why::Unsupported(kind.as_str().to_owned())),
    };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(ctx.limits.max_memory / 2);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|e| refused(&e))?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(Why::TooLarge(MAX_PIXELS));
    }
    ctx.spend(decoder.total_bytes())?;
    let orientation = decoder.orientation().ok();
    let xmp = decoder.xmp_metadata().ok().flatten();
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|e| refused(&e))?;
    if let Some(orientation) = orientation {
        picture.apply_orientation(orientation);
    }
    Ok(Decoded {
        gray: gray(&picture),
        xmp: xmp
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            .into_iter()
            .collect(),
    })
}

fn refused(error: &ImageError) -> Why {
    match error {
        ImageError::Limits(_) => Why::TooLarge(MAX_PIXELS),
        ImageError::Unsupported(_) => Why::Unsupported("this kind of picture".into()),
        ImageError::IoError(e) if e.kind() != std::io::ErrorKind::UnexpectedEof => Why::from_io(e),
        _ => Why::Damaged("picture".into()),
    }
}

/// Grey pixels; what shines through is white paper.
fn gray(picture: &DynamicImage) -> GrayImage {
    if !picture.color().has_alpha() {
        return picture.to_luma8();
    }
    let with_alpha = picture.to_luma_alpha8();
    GrayImage::from_fn(with_alpha.width(), with_alpha.height(), |x, y| {
        let [luma, alpha] = with_alpha.get_pixel(x, y).0;
        let (luma, alpha) = (u32::from(luma), u32::from(alpha));
        #[expect(clippy::cast_possible_truncation, reason = "a mean of two bytes")]
        let mixed = ((luma * alpha + 255 * (255 - alpha)) / 255) as u8;
        image::Luma([mixed])
    })
}

/// Whether the picture has so little contrast that nothing can be written on it.
pub(crate) fn is_even(gray: &GrayImage) -> bool {
    let (mut low, mut high) = (u8::MAX, 0);
    for &v in gray.as_raw() {
        low = low.min(v);
        high = high.max(v);
    }
    high.saturating_sub(low) < 24
}

/// The picture, scaled by a factor.
pub(super) fn scaled(gray: &GrayImage, factor: f64) -> GrayImage {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "sizes of pictures times small factors"
    )]
    let side = |n: u32| ((f64::from(n) * factor).round() as u32).max(1);
    imageops::resize(gray, side(gray.width()), side(gray.height()), FilterType::Triangle)
}

/// Turned clockwise by a multiple of 90 degrees.
pub(super) fn turned(gray: &GrayImage, degrees: u32) -> GrayImage {
    match degrees % 360 {
        90 => imageops::rotate90(gray),
        180 => imageops::rotate180(gray),
        270 => imageops::rotate270(gray),
        _ => gray.clone(),
    }
}

/// The level between dark and light that parts the pixels best (Otsu's method).
pub(super) fn threshold(gray: &GrayImage) -> u8 {
    let mut histogram = [0_u64; 256];
    for &v in gray.as_raw() {
        histogram[usize::from(v)] += 1;
    }
    let total: u64 = histogram.iter().sum();
    let sum: f64 = (0_u32..).zip(&histogram).map(|(v, &n)| f64::from(v) * n as f64).sum();
    let (mut dark, mut dark_sum, mut best, mut level) = (0_u64, 0.0, -1.0, 128);
    for (v, &n) in (0_u8..=255).zip(&histogram) {
        dark += n;
        dark_sum += f64::from(v) * n as f64;
        let light = total - dark;
        if dark == 0 || light == 0 {
            continue;
        }
        let apart = dark_sum / dark as f64 - (sum - dark_sum) / light as f64;
        let spread = dark as f64 * light as f64 * apart * apart;
        if spread > best {
            best = spread;
            level = v;
        }
    }
    level
}
