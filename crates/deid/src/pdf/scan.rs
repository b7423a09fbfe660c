//! Pages that cannot be read as text: drawn, read as pictures, and kept as pictures.

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::page::Page;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings};
use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, ImageEncoder, RgbImage};
use tutela_extract::Limits;

use crate::copy::{Decide, Refused};
use crate::image::seen::Seen;

/// Dots per inch at which a page is drawn to be read and kept.
const DPI: f64 = 200.0;
/// Longest side of a drawn page, in pixels.
const MAX_SIDE: f64 = 4000.0;
/// Quality of the picture of a page.
const QUALITY: u8 = 82;

/// A page as a picture.
pub(super) struct Drawn {
    pixels: RgbImage,
    pub(super) seen: Seen,
    /// The size of the page in points.
    pub(super) size: (f32, f32),
}

/// Draws a page and reads it.
pub(super) fn draw<'a>(
    page: &'a Page<'a>,
    number: u32,
    decide: &mut dyn Decide,
    limits: &Limits,
) -> Result<Drawn, Refused> {
    let size = page.render_dimensions();
    let longest = f64::from(size.0.max(size.1).max(1.0));
    #[expect(clippy::cast_possible_truncation, reason = "a small factor")]
    let scale = (DPI / 72.0).min(MAX_SIDE / longest) as f32;
    let drawn = hayro::render(
        page,
        &RenderCache::new(),
        &InterpreterSettings::default(),
        &RenderSettings::default(),
        &PixmapSettings {
            x_scale: scale,
            y_scale: scale,
            bg_color: WHITE,
        },
    );
    let (width, height) = (u32::from(drawn.width()), u32::from(drawn.height()));
    let pixels: Vec<u8> = drawn.data().iter().flat_map(|p| [p.r, p.g, p.b]).collect();
    let pixels = RgbImage::from_raw(width, height, pixels).ok_or(Refused::Unreadable(number))?;
    let gray = image::DynamicImage::ImageRgb8(pixels.clone()).to_luma8();
    let seen = Seen::look(&gray, true, decide, limits)?;
    Ok(Drawn { pixels, seen, size })
}

impl Drawn {
    /// The picture without what goes, as a JPEG file, and its size in pixels.
    pub(super) fn finished(mut self) -> Result<(Vec<u8>, u32, u32), Refused> {
        for &[left, top, right, bottom] in &self.seen.areas {
            for y in top..bottom.min(self.pixels.height()) {
                for x in left..right.min(self.pixels.width()) {
                    self.pixels.put_pixel(x, y, image::Rgb([0, 0, 0]));
                }
            }
        }
        let (width, height) = self.pixels.dimensions();
        let mut packed = Vec::new();
        JpegEncoder::new_with_quality(&mut packed, QUALITY)
            .write_image(&self.pixels, width, height, ExtendedColorType::Rgb8)
            .map_err(|_| Refused::Failed)?;
        Ok((packed, width, height))
    }
}
