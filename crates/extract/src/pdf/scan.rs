//! Pages that are pictures, and pictures on pages: their pixels go to the readers of pictures.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use hayro::hayro_interpret::font::GlyphRun;
use hayro::hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageData, ImageDrawProps, InterpreterCache,
    InterpreterSettings, SoftMask, interpret_page,
};
use hayro::hayro_syntax::object::{Dict, Name, ObjectIdentifier, Stream};
use hayro::hayro_syntax::page::Page;
use hayro::kurbo::{Affine, BezPath, Rect};
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings};
use image::{GrayImage, imageops};

use super::content::Content;
use super::layout;
use crate::context::Ctx;
use crate::image::{is_even, read_metadata, see};
use crate::{Kind, Limits, Step, Why};

/// Dots per inch at which a page is drawn to be read.
const DPI: f64 = 300.0;
/// Longest side of a drawn page, in pixels.
const MAX_SIDE: f64 = 5000.0;
/// Pixels of one picture on a page.
const MAX_PIXELS: u64 = 200_000_000;
/// Letters below which a page with pictures counts as a picture.
const FEW: usize = 20;

/// Glyphs of unknown meaning that a page may have: bullets and signs.
pub(super) const FEW_UNKNOWN: usize = 3;

/// What is to be done with a page once its text is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Plan {
    /// Its text is all.
    Nothing,
    /// It is a picture, or its characters are unknown.
    WholePage,
    /// It has pictures; whether text is looked for in them.
    Pictures { with_text: bool },
}

/// What the content of a page calls for.
pub(super) fn plan(page: &Page<'_>, content: &Content) -> Plan {
    let unknown = layout::unknown(&content.glyphs);
    let known = || layout::known(&content.glyphs);
    // A picture of shapes that some other font lends would be read as something that nobody wrote; it is told instead.
    let drawable = unknown.saturating_sub(content.lost);
    if drawable > FEW_UNKNOWN && drawable * 10 > known() {
        return Plan::WholePage;
    }
    let (width, height) = page.render_dimensions();
    let area = f64::from(width) * f64::from(height);
    let pictures: f64 = content.drawn.iter().map(|d| d.area.min(area)).sum();
    if (pictures > 0.04 * area || content.paths > 1000) && known() < FEW {
        return Plan::WholePage;
    }
    let worth = content
        .drawn
        .iter()
        .any(|d| d.width.min(d.height) >= 16 && d.width.max(d.height) >= 40);
    if worth {
        // A scan under a layer of invisible text has been read by someone else's OCR.
        let layered = content.invisible * 2 > content.glyphs.len() && known() > 100;
        Plan::Pictures { with_text: !layered }
    } else {
        Plan::Nothing
    }
}

/// Reads a page as a picture. One picture that fills the page is read itself, so that what is drawn over it does not hide it.
pub(super) fn whole_page<'a>(
    page: &'a Page<'a>,
    content: &Content,
    number: u32,
    seen: &mut HashSet<ObjectIdentifier>,
    ctx: &mut Ctx<'_>,
) {
    let (width, height) = page.render_dimensions();
    let area = f64::from(width) * f64::from(height);
    if let [one] = content.drawn.as_slice()
        && one.area > 0.6 * area
        && content.glyphs.is_empty()
    {
        pictures(page, number, true, seen, ctx);
        return;
    }
    let steps = [Step::Page(number)];
    let scale = (DPI / 72.0).min(MAX_SIDE / f64::from(width.max(height).max(1.0)));
    let side = |points: f32| f64::from(points) * scale;
    if side(width) < 16.0 || side(height) < 16.0 {
        return;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded above")]
    let bytes = (side(width) * side(height) * 4.0) as u64;
    if let Err(why) = ctx.spend(bytes) {
        ctx.unread(&steps, why);
        return;
    }
    #[expect(clippy::cast_possible_truncation, reason = "a small factor")]
    let scale = scale as f32;
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
    let pixels: Vec<u8> = drawn.data().iter().map(|p| luma([p.r, p.g, p.b])).collect();
    let read = GrayImage::from_raw(width, height, pixels).is_some_and(|gray| see(&gray, &steps, true, ctx));
    let (known, unknown) = (layout::known(&content.glyphs), layout::unknown(&content.glyphs));
    if !read && unknown * 10 > known && unknown > FEW_UNKNOWN {
        ctx.unread(&steps, Why::Damaged("fonts without characters".into()));
    }
}

fn luma([r, g, b]: [u8; 3]) -> u8 {
    let sum = u32::from(r) * 299 + u32::from(g) * 587 + u32::from(b) * 114;
    #[expect(clippy::cast_possible_truncation, reason = "a mean of bytes")]
    let mean = (sum / 1000) as u8;
    mean
}

/// Reads the pictures of a page, each once in a document.
pub(super) fn pictures<'a>(
    page: &'a Page<'a>,
    number: u32,
    with_text: bool,
    seen: &mut HashSet<ObjectIdentifier>,
    ctx: &mut Ctx<'_>,
) {
    let cache = InterpreterCache::new();
    let [a, b, c, d, e, f] = page.initial_transform(true).as_coeffs();
    let everywhere = Rect::new(-1e6, -1e6, 1e6, 1e6);
    let mut context = Context::new(
        Affine::new([a, b, c, d, e, f]),
        everywhere,
        &cache,
        page.xref(),
        InterpreterSettings::default(),
    );
    let mut collector = Collector {
        page: number,
        number: 0,
        with_text,
        seen,
        ctx,
    };
    interpret_page(page, &mut context, &mut collector);
}

/// Takes the pictures out of everything that a page draws.
struct Collector<'c, 's> {
    page: u32,
    number: u32,
    with_text: bool,
    seen: &'c mut HashSet<ObjectIdentifier>,
    ctx: &'c mut Ctx<'s>,
}

impl Collector<'_, '_> {
    fn take(&mut self, image: &Image<'_, '_>, transform: Affine) {
        self.number += 1;
        let (width, height) = (image.width(), image.height());
        if width.min(height) < 16 || width.max(height) < 40 {
            return;
        }
        let stream = match image {
            Image::Raster(raster) => raster.stream(),
            Image::Stencil(stencil) => stencil.stream(),
        };
        let id = stream.obj_id();
        // A picture inside the content has no number of its own.
        if id.obj_number != 0 && !self.seen.insert(id) {
            return;
        }
        let steps = [Step::Page(self.page), Step::Image(self.number)];
        let pixels = u64::from(width) * u64::from(height);
        if pixels > MAX_PIXELS {
            self.ctx.unread(&steps, Why::TooLarge(MAX_PIXELS));
            return;
        }
        if let Err(why) = self.ctx.spend(pixels * 3) {
            self.ctx.unread(&steps, why);
            return;
        }
        if is_jpeg(stream) {
            read_metadata(Kind::Jpeg, &stream.raw_data(), &steps, self.ctx);
        }
        match gray_of(image) {
            Some(gray) => {
                see(&upright(gray, transform), &steps, self.with_text, self.ctx);
            }
            None => self.ctx.unread(&steps, Why::Damaged("picture".into())),
        }
    }
}

/// The pixels of a picture in grey.
fn gray_of(image: &Image<'_, '_>) -> Option<GrayImage> {
    let mut gray = None;
    match image {
        Image::Raster(raster) => raster.with_rgba(
            |data, alpha| {
                gray = match data {
                    ImageData::Luma(data) => GrayImage::from_raw(data.width, data.height, data.data),
                    ImageData::Rgb(data) => {
                        let pixels = data.data.as_chunks::<3>().0.iter().map(|&p| luma(p)).collect();
                        GrayImage::from_raw(data.width, data.height, pixels)
                    }
                };
                // One colour that only its mask gives a form: then the mask is what is seen.
                if let (Some(plain), Some(alpha)) = (&gray, alpha)
                    && is_even(plain)
                {
                    let pixels = alpha.data.iter().map(|v| 255 - v).collect();
                    gray = GrayImage::from_raw(alpha.width, alpha.height, pixels).or(gray.take());
                }
            },
            None,
        ),
        // A stencil says where paint goes: ink where it is full.
        Image::Stencil(stencil) => stencil.with_stencil(
            |data, _| {
                let pixels = data.data.iter().map(|v| 255 - v).collect();
                gray = GrayImage::from_raw(data.width, data.height, pixels);
            },
            None,
        ),
    }
    gray
}

/// Gives the pictures that a page draws in grey, as they are stored.
pub(super) fn grays<'a>(page: &'a Page<'a>, limits: &Limits, each: &mut dyn FnMut(u32, GrayImage)) {
    let cache = InterpreterCache::new();
    let [a, b, c, d, e, f] = page.initial_transform(true).as_coeffs();
    let mut context = Context::new(
        Affine::new([a, b, c, d, e, f]),
        Rect::new(-1e6, -1e6, 1e6, 1e6),
        &cache,
        page.xref(),
        InterpreterSettings::default(),
    );
    let mut collector = Grays {
        seen: HashSet::new(),
        left: limits.max_expanded,
        each,
    };
    // What a library cannot draw must not end the work on the page; what was not given is not read.
    let drawn = catch_unwind(AssertUnwindSafe(|| {
        interpret_page(page, &mut context, &mut collector);
    }));
    drop(drawn);
}

struct Grays<'e> {
    seen: HashSet<ObjectIdentifier>,
    left: u64,
    each: &'e mut dyn FnMut(u32, GrayImage),
}

impl<'a> Device<'a> for Grays<'_> {
    fn draw_image(&mut self, image: Image<'a, '_>, _: ImageDrawProps<'a>) {
        let id = match &image {
            Image::Raster(raster) => raster.stream().obj_id(),
            Image::Stencil(stencil) => stencil.stream().obj_id(),
        };
        let pixels = u64::from(image.width()) * u64::from(image.height());
        if id.obj_number == 0 || pixels > MAX_PIXELS || pixels * 3 > self.left || !self.seen.insert(id) {
            return;
        }
        self.left -= pixels * 3;
        if let Some(gray) = gray_of(&image) {
            (self.each)(id.obj_number, gray);
        }
    }

    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn draw_glyph_run(&mut self, _: &GlyphRun<'_, 'a>, _: DrawProps<'a>, _: &DrawMode) {}
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}

fn is_jpeg(stream: &Stream<'_>) -> bool {
    let dict: &Dict<'_> = stream.dict();
    dict.get::<Name<'_>>("Filter")
        .is_some_and(|n| n.as_ref() == b"DCTDecode")
}

/// The picture as the page shows it, turned by quarters and mirrored.
fn upright(gray: GrayImage, transform: Affine) -> GrayImage {
    let [a, b, c, d, ..] = transform.as_coeffs();
    let gray = if a * d - b * c < 0.0 {
        imageops::flip_vertical(&gray)
    } else {
        gray
    };
    if a.abs() >= b.abs() {
        if a >= 0.0 { gray } else { imageops::rotate180(&gray) }
    } else if b > 0.0 {
        imageops::rotate90(&gray)
    } else {
        imageops::rotate270(&gray)
    }
}

impl<'a> Device<'a> for Collector<'_, '_> {
    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        self.take(&image, props.transform);
    }

    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn draw_glyph_run(&mut self, _: &GlyphRun<'_, 'a>, _: DrawProps<'a>, _: &DrawMode) {}
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}
