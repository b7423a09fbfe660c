//! Faces in pictures, found by a cascade of small networks whose numbers lie in `data/faces`.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;

use image::{GrayImage, imageops};
use rustface::{FaceInfo, ImageData, Model, read_model};

use super::seen::Rectangle;
use crate::copy::Refused;

/// What the networks learned. It is part of the program; its licence lies beside it.
static LEARNED: &[u8] = include_bytes!("../../data/faces/seeta_fd_frontal_v1.0.bin");
/// Longest side in which faces are looked for.
const MAX_SIDE: u32 = 900;
/// Width of the smallest face, in pixels of what is looked at.
const MIN_FACE: u32 = 28;
/// How sure the networks must be. Below it the grain of a scan is taken for faces.
const SURE: f64 = 4.0;

fn model() -> Option<&'static Model> {
    static MODEL: OnceLock<Option<Model>> = OnceLock::new();
    MODEL.get_or_init(|| read_model(LEARNED).ok()).as_ref()
}

/// The areas of all faces, with the head and shoulders that a photograph on a document shows.
pub(super) fn find(gray: &GrayImage) -> Result<Vec<Rectangle>, Refused> {
    let (width, height) = gray.dimensions();
    if width.min(height) < MIN_FACE {
        return Ok(Vec::new());
    }
    let model = model().ok_or(Refused::Failed)?;
    let scale = (f64::from(MAX_SIDE) / f64::from(width.max(height))).min(1.0);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "no larger than the picture"
    )]
    let side = |n: u32| ((f64::from(n) * scale).round() as u32).max(1);
    let view = imageops::resize(gray, side(width), side(height), imageops::FilterType::Triangle);
    if view.width().min(view.height()) < MIN_FACE {
        return Ok(Vec::new());
    }
    let faces = catch_unwind(AssertUnwindSafe(|| {
        let mut detector = rustface::create_detector_with_model(model.clone());
        detector.set_min_face_size(MIN_FACE);
        detector.set_score_thresh(SURE);
        detector.set_pyramid_scale_factor(0.8);
        detector.set_slide_window_step(4, 4);
        detector.detect(&ImageData::new(view.as_raw(), view.width(), view.height()))
    }))
    .map_err(|_| Refused::Failed)?;
    Ok(faces.iter().map(|face| around(face, scale, (width, height))).collect())
}

/// The area of a face in the picture as it was given.
fn around(face: &FaceInfo, scale: f64, (width, height): (u32, u32)) -> Rectangle {
    let place = face.bbox();
    let (x, y) = (f64::from(place.x()), f64::from(place.y()));
    let (w, h) = (f64::from(place.width()), f64::from(place.height()));
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "within the picture"
    )]
    let within = |n: f64, most: u32| (n / scale).clamp(0.0, f64::from(most)) as u32;
    [
        within(x - 0.45 * w, width),
        within(y - 0.6 * h, height),
        within(x + 1.45 * w, width),
        within(y + 1.8 * h, height),
    ]
}
