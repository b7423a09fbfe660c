use std::process::{Command, Stdio};

use image::{GrayImage, Luma, RgbImage};
use tutela_detect::{Entity, Input};

use super::*;
use crate::copy::Cut;

/// Cuts a word wherever it is shown it.
struct Word(&'static str);

impl Decide for Word {
    fn cuts(&mut self, input: &Input<'_>) -> Vec<Cut> {
        let found = input.text.match_indices(self.0);
        found
            .map(|(at, word)| Cut {
                range: at..at + word.len(),
                entity: Entity::Person,
                with: String::new(),
            })
            .collect()
    }
}

fn has_recognition() -> bool {
    let found = Command::new("tesseract")
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok();
    if !found {
        eprintln!("SKIPPED: tesseract is not installed");
    }
    found
}

/// An even picture: nothing can be read on it, so no program is needed for it.
fn even() -> DynamicImage {
    DynamicImage::ImageRgb8(RgbImage::from_pixel(64, 48, image::Rgb([200, 180, 160])))
}

#[test]
fn only_pixels_are_kept_in_every_format() {
    for (kind, format) in [
        (Kind::Png, ImageFormat::Png),
        (Kind::Jpeg, ImageFormat::Jpeg),
        (Kind::Webp, ImageFormat::WebP),
        (Kind::Bmp, ImageFormat::Bmp),
    ] {
        let mut file = Vec::new();
        even().write_to(&mut Cursor::new(&mut file), format).unwrap();
        if kind == Kind::Png {
            // A text chunk behind the head of the file.
            let text = b"tEXtAuthor\0Secretov";
            let mut chunk = u32::try_from(text.len() - 4).unwrap().to_be_bytes().to_vec();
            chunk.extend_from_slice(text);
            chunk.extend_from_slice(&crc(text).to_be_bytes());
            file.splice(33..33, chunk);
        }
        file.extend_from_slice(b"behind the end: Secretov");
        let (copy, cleaned) = redact(kind, &file, &mut Word("x"), &Limits::default()).unwrap();
        assert!(memchr::memmem::find(&copy, b"Secretov").is_none(), "{format:?}");
        assert_eq!(image::guess_format(&copy).unwrap(), format);
        let back = image::load_from_memory(&copy).unwrap();
        assert_eq!((back.width(), back.height()), (64, 48));
        assert!(cleaned.count(What::Properties) > 0);
    }
}

fn crc(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}

#[test]
fn a_picture_that_the_camera_held_sideways_is_turned_and_says_no_more() {
    let mut file = Vec::new();
    even().write_to(&mut Cursor::new(&mut file), ImageFormat::Jpeg).unwrap();
    // Metadata with the orientation 6: to be turned by a quarter.
    let mut exif = b"Exif\0\0MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0".to_vec();
    exif.extend_from_slice(b"Secretov");
    let mut segment = vec![0xFF, 0xE1];
    segment.extend_from_slice(&u16::try_from(exif.len() + 2).unwrap().to_be_bytes());
    segment.extend_from_slice(&exif);
    file.splice(2..2, segment);
    let (copy, _) = redact(Kind::Jpeg, &file, &mut Word("x"), &Limits::default()).unwrap();
    let back = image::load_from_memory(&copy).unwrap();
    assert_eq!((back.width(), back.height()), (48, 64));
    assert!(memchr::memmem::find(&copy, b"Exif").is_none() && memchr::memmem::find(&copy, b"Secretov").is_none());
}

#[test]
fn all_pages_of_a_scan_are_kept() {
    let pages = [
        even(),
        DynamicImage::ImageLuma8(GrayImage::from_pixel(40, 30, Luma([90]))),
    ];
    let file = tiff::written(&pages).unwrap();
    let (copy, _) = redact(Kind::Tiff, &file, &mut Word("x"), &Limits::default()).unwrap();
    let parts = tiff::pages(&copy).unwrap();
    assert_eq!(parts.len(), 2);
    let second = decoded(ImageFormat::Tiff, &parts[1], &Limits::default()).unwrap();
    assert_eq!((second.width(), second.height()), (40, 30));
    assert_eq!(second.to_luma8().get_pixel(5, 5).0, [90]);
}

#[test]
fn damaged_pictures_are_refused() {
    let mut file = Vec::new();
    even().write_to(&mut Cursor::new(&mut file), ImageFormat::Png).unwrap();
    file.truncate(60);
    let refused = redact(Kind::Png, &file, &mut Word("x"), &Limits::default()).unwrap_err();
    assert_eq!(refused, Refused::Damaged("picture".into()));
    assert!(redact(Kind::Tiff, b"II*\0\xFF\xFF\xFF\xFF", &mut Word("x"), &Limits::default()).is_err());
}

#[test]
fn every_kind_of_pixel_is_painted_black_and_opaque() {
    let kinds = [
        DynamicImage::new_luma8(8, 8),
        DynamicImage::new_luma_a8(8, 8),
        DynamicImage::new_rgba8(8, 8),
        DynamicImage::new_rgb16(8, 8),
        DynamicImage::new_rgba16(8, 8),
        DynamicImage::new_rgb32f(8, 8),
    ];
    for mut picture in kinds {
        picture.invert();
        paint(&mut picture, [2, 2, 6, 600]);
        let plain = picture.to_rgba8();
        assert_eq!(plain.get_pixel(3, 7).0, [0, 0, 0, 255], "{:?}", picture.color());
        assert_eq!(plain.get_pixel(1, 7).0[..3], [255; 3], "{:?}", picture.color());
    }
}

/// A page with two words in a font of five by seven squares.
fn written_page() -> GrayImage {
    let letters: [(&str, [u8; 7]); 2] = [
        ("H", [0b10001, 0b10001, 0b10001, 0b11111, 0b10001, 0b10001, 0b10001]),
        ("E", [0b11111, 0b10000, 0b10000, 0b11110, 0b10000, 0b10000, 0b11111]),
    ];
    let mut page = GrayImage::from_pixel(900, 300, Luma([255]));
    let mut x = 60;
    for c in "HEHE EHEH".chars() {
        if let Some((_, rows)) = letters.iter().find(|(l, _)| l.starts_with(c)) {
            for (row, bits) in (0_u32..).zip(rows) {
                for column in (0..5_u32).filter(|column| bits & (0b10000 >> column) != 0) {
                    for (dx, dy) in (0..12).flat_map(|dx| (0..12).map(move |dy| (dx, dy))) {
                        page.put_pixel(x + column * 12 + dx, 100 + row * 12 + dy, Luma([0]));
                    }
                }
            }
        }
        x += 84;
    }
    page
}

#[test]
fn words_that_go_are_painted_over_and_others_stay() {
    if !has_recognition() {
        return;
    }
    let page = written_page();
    let mut file = Vec::new();
    DynamicImage::ImageLuma8(page.clone())
        .write_to(&mut Cursor::new(&mut file), ImageFormat::Png)
        .unwrap();
    let (copy, _) = redact(Kind::Png, &file, &mut Word("EHEH"), &Limits::default()).unwrap();
    let back = image::load_from_memory(&copy).unwrap().to_luma8();
    // The white inside the letters of the second word is black now, that of the first is as it was.
    assert_eq!(back.get_pixel(60 + 5 * 84 + 30, 130).0, [0]);
    assert_eq!(back.get_pixel(90, 110).0, page.get_pixel(90, 110).0);
}
