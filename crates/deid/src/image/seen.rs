//! What is to go from a picture: words that were decided upon, codes, faces.

use std::ops::Range;

use image::{GrayImage, imageops};
use tutela_detect::Entity;
use tutela_extract::image::Word;
use tutela_extract::{Limits, Why};

use super::faces;
use crate::copy::{Decide, Refused};
use crate::lines;

/// How much wider and higher than a word its area is, in parts of its height: letters have edges that recognition does not count.
const MARGIN: u32 = 5;

/// A rectangle of pixels: left, top, right and bottom, the last two just outside.
pub(crate) type Rectangle = [u32; 4];

/// A picture that was read and decided upon.
#[derive(Debug, Default, Clone)]
pub(crate) struct Seen {
    pub(crate) text: String,
    words: Vec<Word>,
    /// What is to be painted over.
    pub(crate) areas: Vec<Rectangle>,
    /// The values that go.
    pub(crate) values: Vec<(String, Entity)>,
    pub(crate) codes: u64,
    pub(crate) faces: u64,
    size: (u32, u32),
}

impl Seen {
    /// Reads a picture and decides about it.
    pub(crate) fn look(
        gray: &GrayImage,
        with_text: bool,
        decide: &mut dyn Decide,
        limits: &Limits,
    ) -> Result<Self, Refused> {
        let shown = tutela_extract::image::shown(gray, with_text, limits).map_err(|why| match why {
            Why::NeedsTool(tool) => Refused::NeedsTool(tool),
            why => Refused::Unread(why),
        })?;
        let mut seen = Self {
            text: shown.text,
            words: shown.words,
            size: gray.dimensions(),
            ..Self::default()
        };
        for corners in &shown.codes {
            seen.codes += 1;
            seen.areas.push(around(corners, gray.dimensions()));
        }
        for area in faces::find(gray)? {
            seen.faces += 1;
            seen.areas.push(area);
        }
        if !seen.text.trim().is_empty() {
            let mut ranges = Vec::new();
            for cut in lines::decided(decide, &seen.text)? {
                let value = seen.text.get(cut.range.clone()).unwrap_or_default();
                seen.values.push((value.to_owned(), cut.entity));
                ranges.push(cut.range);
            }
            seen.cut(&ranges);
        }
        Ok(seen)
    }

    /// Paints over the words of these stretches of the text.
    pub(crate) fn cut(&mut self, ranges: &[Range<usize>]) {
        for range in ranges {
            for word in &self.words {
                if word.range.start >= range.end || word.range.end <= range.start {
                    continue;
                }
                let [left, top, right, bottom] = word.place;
                let margin = (bottom.saturating_sub(top)) / MARGIN + 1;
                let area = [
                    left.saturating_sub(margin),
                    top.saturating_sub(margin),
                    (right + margin).min(self.size.0),
                    (bottom + margin).min(self.size.1),
                ];
                if !self.areas.contains(&area) {
                    self.areas.push(area);
                }
            }
        }
    }
}

/// The rectangle around a code, with the white edge that belongs to it.
fn around(corners: &[(f64, f64); 4], (width, height): (u32, u32)) -> Rectangle {
    let (mut left, mut top, mut right, mut bottom) =
        (f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY);
    for &(x, y) in corners {
        (left, top) = (left.min(x), top.min(y));
        (right, bottom) = (right.max(x), bottom.max(y));
    }
    let edge = 0.06 * (right - left).max(bottom - top);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "within the picture"
    )]
    let place = |n: f64, most: u32| n.clamp(0.0, f64::from(most)) as u32;
    [
        place((left - edge).floor(), width),
        place((top - edge).floor(), height),
        place((right + edge).ceil(), width),
        place((bottom + edge).ceil(), height),
    ]
}

/// How a picture is turned where it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Turn {
    flip: bool,
    /// Quarters, clockwise.
    quarters: u8,
}

impl Turn {
    /// The turn of a picture that is drawn under this map of the unit square to a page whose coordinates run right and down.
    pub(crate) fn of([a, b, c, d, ..]: [f64; 6]) -> Self {
        // The first line of a picture is the upper edge of the unit square, so the usual map turns the second axis over.
        let flip = a * d - b * c > 0.0;
        let quarters = if a.abs() >= b.abs() {
            if a >= 0.0 { 0 } else { 2 }
        } else if b > 0.0 {
            1
        } else {
            3
        };
        Self { flip, quarters }
    }

    /// The picture as it is shown.
    pub(crate) fn done(self, gray: GrayImage) -> GrayImage {
        let gray = if self.flip {
            imageops::flip_vertical(&gray)
        } else {
            gray
        };
        match self.quarters {
            1 => imageops::rotate90(&gray),
            2 => imageops::rotate180(&gray),
            3 => imageops::rotate270(&gray),
            _ => gray,
        }
    }

    /// A rectangle of the picture as it is shown, in the unit square of the picture as it is stored: left, bottom, right, top.
    pub(crate) fn back(self, [left, top, right, bottom]: Rectangle, (width, height): (u32, u32)) -> [f64; 4] {
        let (x0, y0, x1, y1) = (f64::from(left), f64::from(top), f64::from(right), f64::from(bottom));
        let (w, h) = (f64::from(width), f64::from(height));
        let [x0, y0, x1, y1] = match self.quarters {
            1 => [y0, h - x1, y1, h - x0],
            2 => [w - x1, h - y1, w - x0, h - y0],
            3 => [w - y1, x0, w - y0, x1],
            _ => [x0, y0, x1, y1],
        };
        let (y0, y1) = if self.flip { (h - y1, h - y0) } else { (y0, y1) };
        [x0 / w, 1.0 - y1 / h, x1 / w, 1.0 - y0 / h]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_found_again_however_the_picture_is_drawn() {
        let mut gray = GrayImage::from_pixel(20, 10, image::Luma([255]));
        gray.put_pixel(3, 7, image::Luma([0]));
        for matrix in [
            [1.0, 0.0, 0.0, -1.0, 0.0, 0.0],
            [1.0, 0.0, 0.0, 1.0, 0.0, 0.0],
            [0.0, 1.0, 1.0, 0.0, 0.0, 0.0],
            [0.0, -1.0, -1.0, 0.0, 0.0, 0.0],
            [-1.0, 0.0, 0.0, 1.0, 0.0, 0.0],
        ] {
            let turn = Turn::of(matrix);
            let shown = turn.done(gray.clone());
            let (x, y, _) = shown.enumerate_pixels().find(|(_, _, p)| p.0 == [0]).unwrap();
            let [left, bottom, right, top] = turn.back([x, y, x + 1, y + 1], (20, 10));
            let near = |a: f64, b: f64| (a - b).abs() < 1e-9;
            assert!(near(left, 0.15) && near(right, 0.2), "{matrix:?}");
            assert!(near(top, 0.3) && near(bottom, 0.2), "{matrix:?}");
        }
    }
}
