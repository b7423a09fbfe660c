//! QR codes.

use std::panic::{AssertUnwindSafe, catch_unwind};

use encoding_rs::GB18030;
use image::GrayImage;
use rqrr::PreparedImage;

use super::canvas;
use crate::Why;

/// Longest side in which codes are looked for.
const MAX_SIDE: u32 = 2400;
/// Codes of one picture.
const MAX_CODES: usize = 200;

/// The texts of the codes in the picture, each once.
pub(super) fn read(gray: &GrayImage) -> Result<Vec<String>, Why> {
    // The library works on foreign pixels; what it may not expect must not end the reading of the picture.
    catch_unwind(AssertUnwindSafe(|| find(gray))).map_err(|_| Why::ReaderFailed)
}

/// The corners of all codes in the picture, also of those that cannot be read: right and down.
pub(super) fn places(gray: &GrayImage) -> Result<Vec<[(f64, f64); 4]>, Why> {
    catch_unwind(AssertUnwindSafe(|| {
        let longest = gray.width().max(gray.height());
        let mut scales = vec![(f64::from(MAX_SIDE) / f64::from(longest)).min(1.0)];
        if longest <= MAX_SIDE / 2 {
            scales.push(if longest < 400 { 3.0 } else { 2.0 });
        }
        let mut all = Vec::new();
        for scale in scales {
            let view = canvas::scaled(gray, scale);
            for threshold in [None, Some(canvas::threshold(&view))] {
                let mut places = Vec::new();
                look(&view, threshold, &mut Vec::new(), &mut places);
                all.extend(places.into_iter().map(|p| p.map(|(x, y)| (x / scale, y / scale))));
            }
        }
        all
    }))
    .map_err(|_| Why::ReaderFailed)
}

fn find(gray: &GrayImage) -> Vec<String> {
    let longest = gray.width().max(gray.height());
    let fitting = (longest > MAX_SIDE).then(|| canvas::scaled(gray, f64::from(MAX_SIDE) / f64::from(longest)));
    let gray = fitting.as_ref().unwrap_or(gray);
    let longest = longest.min(MAX_SIDE);
    let mut codes = Vec::new();
    let mut grids = look(gray, None, &mut codes, &mut Vec::new());
    // A grid that was seen but not decoded, or a small picture: other views of it may do better.
    if codes.is_empty() {
        grids += look(gray, Some(canvas::threshold(gray)), &mut codes, &mut Vec::new());
    }
    if codes.is_empty() && longest <= MAX_SIDE / 2 && (grids > 0 || longest < 600) {
        let larger = canvas::scaled(gray, if longest < 400 { 3.0 } else { 2.0 });
        look(&larger, None, &mut codes, &mut Vec::new());
        if codes.is_empty() {
            look(&larger, Some(canvas::threshold(&larger)), &mut codes, &mut Vec::new());
        }
    }
    codes
}

/// Looks for codes, and for the places of their grids; says how many grids there were.
fn look(gray: &GrayImage, threshold: Option<u8>, codes: &mut Vec<String>, places: &mut Vec<[(f64, f64); 4]>) -> usize {
    let (width, height) = (gray.width() as usize, gray.height() as usize);
    let pixels = gray.as_raw();
    let at = |x: usize, y: usize| pixels.get(y * width + x).copied().unwrap_or(255);
    let mut prepared = match threshold {
        None => PreparedImage::prepare_from_greyscale(width, height, at),
        Some(level) => PreparedImage::prepare_from_bitmap(width, height, |x, y| at(x, y) <= level),
    };
    let grids = prepared.detect_grids();
    for grid in grids.iter().take(MAX_CODES) {
        places.push(grid.bounds.map(|p| (f64::from(p.x), f64::from(p.y))));
        let mut bytes = Vec::new();
        if grid.decode_to(&mut bytes).is_ok() {
            let text = decode(&bytes);
            if !text.trim().is_empty() && !codes.contains(&text) {
                codes.push(text);
            }
        }
    }
    grids.len()
}

/// The bytes of a code as text: UTF-8, else GB18030, else Latin-1.
fn decode(bytes: &[u8]) -> String {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
    if let Some(text) = GB18030.decode_without_bom_handling_and_without_replacement(bytes) {
        return text.into_owned();
    }
    bytes.iter().map(|&b| char::from(b)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_in_gb18030_is_told_from_utf8() {
        assert_eq!(decode("王晓明".as_bytes()), "王晓明");
        assert_eq!(decode(&GB18030.encode("姓名：王晓明").0), "姓名：王晓明");
        assert_eq!(decode(b"caf\xE9"), "café");
    }
}
