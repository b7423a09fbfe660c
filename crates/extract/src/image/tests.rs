use std::io::Cursor;

use exif::experimental::Writer;
use exif::{Field, In, Rational, Tag, Value};
use image::{DynamicImage, GrayImage, ImageFormat, Luma, imageops};

use crate::testing::Kept;
use crate::{Limits, Part, Step, Why};

/// The texts of the codes that were read.
fn codes(seen: &Kept) -> Vec<&str> {
    let is_code = |p: &&Part<'_>| p.place.steps.last() == Some(&Step::QrCode);
    seen.parts.iter().filter(is_code).map(|p| &*p.text).collect()
}

/// Asserts that nothing was left unread but text, where the program for it is missing.
fn needs_at_most_the_tool(seen: &Kept) {
    let other = seen.unread.iter().find(|u| !matches!(u.why, Why::NeedsTool(_)));
    assert_eq!(other, None);
}

fn read(bytes: &[u8]) -> Kept {
    Kept::of("a", bytes)
}

fn encoded(picture: &GrayImage, format: ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    DynamicImage::from(picture.clone()).write_to(&mut out, format).unwrap();
    out.into_inner()
}

fn white(width: u32, height: u32) -> GrayImage {
    GrayImage::from_pixel(width, height, Luma([255]))
}

fn card() -> GrayImage {
    image::load_from_memory(include_bytes!("../../tests/data/card-qr.png"))
        .unwrap()
        .to_luma8()
}

const CARD: &str =
    "049187012345|201234567|Nguyễn Thị Minh Khai|12031987|Nữ|25 Trần Hưng Đạo, Hải Châu, Đà Nẵng|01072021";

/// A JPEG with these segments after its head.
fn jpeg(segments: &[(u8, Vec<u8>)]) -> Vec<u8> {
    let plain = encoded(&white(64, 64), ImageFormat::Jpeg);
    let mut out = plain[..2].to_vec();
    for (marker, data) in segments {
        out.extend_from_slice(&[0xFF, *marker]);
        out.extend_from_slice(&u16::try_from(data.len() + 2).unwrap().to_be_bytes());
        out.extend_from_slice(data);
    }
    out.extend_from_slice(&plain[2..]);
    out
}

#[test]
fn the_position_and_the_people_behind_a_photo_are_told() {
    let degrees = |d: u32, m: u32, s: u32| {
        let part = |num, denom| Rational { num, denom };
        Value::Rational(vec![part(d, 1), part(m, 1), part(s, 100)])
    };
    let letter = |l: &str| Value::Ascii(vec![l.as_bytes().to_vec()]);
    let field = |tag, value| Field {
        tag,
        ifd_num: In::PRIMARY,
        value,
    };
    let fields = [
        field(Tag::GPSLatitudeRef, letter("S")),
        field(Tag::GPSLatitude, degrees(16, 3, 3600)),
        field(Tag::GPSLongitudeRef, letter("E")),
        field(Tag::GPSLongitude, degrees(108, 13, 1234)),
        field(Tag::Artist, Value::Ascii(vec!["Trần Văn Bình".as_bytes().to_vec()])),
        field(Tag::BodySerialNumber, letter("SN123456")),
        field(Tag::UserComment, Value::Undefined(b"UNICODE\0\x1e\xa5\0n".to_vec(), 0)),
    ];
    let mut writer = Writer::new();
    for field in &fields {
        writer.push_field(field);
    }
    let mut tiff = Cursor::new(Vec::new());
    writer.write(&mut tiff, false).unwrap();
    let segment = [b"Exif\0\0".as_slice(), tiff.get_ref()].concat();
    let seen = read(&jpeg(&[(0xE1, segment)]));
    assert_eq!(seen.texts_at("metadata 'GPS'"), ["GPS -16.060000, 108.220094"]);
    assert_eq!(seen.texts_at("metadata 'Artist'"), ["Trần Văn Bình"]);
    assert_eq!(seen.texts_at("metadata 'Camera serial number'"), ["SN123456"]);
    assert_eq!(seen.texts_at("metadata 'Comment'"), ["ấn"]);
    assert!(seen.unread.is_empty(), "{:?}", seen.unread);
}

#[test]
fn comments_and_press_records_of_a_jpeg_are_read() {
    let mut press = b"Photoshop 3.0\x008BIM\x04\x04\0\0".to_vec();
    let records = [b"\x1c\x02\x50\0\x04Olga".as_slice(), b"\x1c\x02\x78\0\x05Crowd"].concat();
    press.extend_from_slice(&u32::try_from(records.len()).unwrap().to_be_bytes());
    press.extend_from_slice(&records);
    let xmp = "http://ns.adobe.com/xap/1.0/\0<x><rdf:Description photoshop:Credit=\"Ivan\"/></x>";
    let segments = [
        (0xFE, "Ảnh của Lan".as_bytes().to_vec()),
        (0xED, press),
        (0xE1, xmp.as_bytes().to_vec()),
    ];
    let seen = read(&jpeg(&segments));
    assert_eq!(seen.texts_at("metadata 'Comment'"), ["Ảnh của Lan"]);
    assert_eq!(seen.texts_at("metadata 'Author'"), ["Olga"]);
    assert_eq!(seen.texts_at("metadata 'Caption'"), ["Crowd"]);
    assert_eq!(seen.texts_at("property 'Credit'"), ["Ivan"]);
}

#[test]
fn text_chunks_of_a_png_are_read() {
    let plain = encoded(&white(64, 64), ImageFormat::Png);
    // After the signature and the head, which is 25 bytes long.
    let mut png = plain[..33].to_vec();
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut packed, "Thân gửi Hoa".as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    let chunks: [(&[u8; 4], Vec<u8>); 3] = [
        (b"tEXt", b"Author\0Ren\xE9e".to_vec()),
        (b"iTXt", [b"Comment\0\x01\0vi\0Note\0".as_slice(), &packed].concat()),
        (b"zTXt", b"Broken\0\0not compressed".to_vec()),
    ];
    for (kind, data) in &chunks {
        png.extend_from_slice(&u32::try_from(data.len()).unwrap().to_be_bytes());
        png.extend_from_slice(*kind);
        png.extend_from_slice(data);
        let mut sum = flate2::Crc::new();
        sum.update(*kind);
        sum.update(data);
        png.extend_from_slice(&sum.sum().to_be_bytes());
    }
    png.extend_from_slice(&plain[33..]);
    let seen = read(&png);
    assert_eq!(seen.texts_at("metadata 'Author'"), ["Renée"]);
    assert_eq!(seen.texts_at("metadata 'Note'"), ["Thân gửi Hoa"]);
    assert_eq!(seen.unread.len(), 1);
    assert_eq!(seen.unread[0].place.to_string(), "metadata 'Broken'");
}

#[test]
fn codes_are_read_turned_and_several_at_a_time() {
    let card = card();
    let mut picture = white(900, 500);
    imageops::overlay(&mut picture, &card, 20, 20);
    imageops::overlay(&mut picture, &imageops::rotate90(&card), 480, 60);
    let seen = read(&encoded(&picture, ImageFormat::Bmp));
    // The same text is told once.
    assert_eq!(codes(&seen), [CARD]);
    needs_at_most_the_tool(&seen);
}

/// A TIFF with two pages of grey pixels, one strip each.
fn two_pages(pages: [&GrayImage; 2]) -> Vec<u8> {
    let mut out = b"II*\0\0\0\0\0".to_vec();
    let mut link = 4;
    for page in pages {
        let pixels = u32::try_from(out.len()).unwrap();
        out.extend_from_slice(page.as_raw());
        out.resize(out.len().next_multiple_of(2), 0);
        let here = u32::try_from(out.len()).unwrap();
        out[link..link + 4].copy_from_slice(&here.to_le_bytes());
        let len = u32::try_from(page.as_raw().len()).unwrap();
        let entries = [
            (256, page.width()),
            (257, page.height()),
            (258, 8),
            (259, 1),
            (262, 1),
            (273, pixels),
            (277, 1),
            (278, page.height()),
            (279, len),
        ];
        out.extend_from_slice(&u16::try_from(entries.len()).unwrap().to_le_bytes());
        for (tag, value) in entries {
            out.extend_from_slice(&u16::to_le_bytes(tag));
            out.extend_from_slice(&[4, 0, 1, 0, 0, 0]);
            out.extend_from_slice(&u32::to_le_bytes(value));
        }
        link = out.len();
        out.extend_from_slice(&[0; 4]);
    }
    out
}

#[test]
fn every_page_of_a_tiff_is_read() {
    let card = card();
    let seen = read(&two_pages([&white(64, 64), &card]));
    assert_eq!(seen.texts_at("page 2, QR code"), [CARD]);
    needs_at_most_the_tool(&seen);
}

#[test]
fn a_list_of_pages_that_bites_its_tail_ends() {
    let mut file = two_pages([&white(64, 64), &white(64, 64)]);
    let first = file[4..8].to_vec();
    let end = file.len() - 4;
    file[end..].copy_from_slice(&first);
    let seen = read(&file);
    assert!(seen.unread.is_empty(), "{:?}", seen.unread);
}

#[test]
fn text_in_a_picture_is_read_or_the_missing_program_is_told() {
    let seen = read(include_bytes!("../../tests/data/line-vi.png"));
    let text = seen.texts_at("OCR").concat();
    let needs = seen.unread.iter().any(|u| matches!(u.why, Why::NeedsTool(_)));
    assert!(
        needs || text.contains("049187012345"),
        "{:?} {:?}",
        seen.parts,
        seen.unread
    );
    needs_at_most_the_tool(&seen);
}

#[test]
fn small_and_even_pictures_need_no_program() {
    for picture in [white(500, 500), imageops::thumbnail(&card(), 30, 30)] {
        let seen = read(&encoded(&picture, ImageFormat::Png));
        assert!(seen.unread.is_empty() && seen.parts.is_empty());
    }
}

#[test]
fn broken_and_giant_pictures_are_told() {
    let whole = encoded(&card(), ImageFormat::Png);
    let seen = read(&whole[..whole.len() / 2]);
    assert!(matches!(seen.unread[0].why, Why::Damaged(_)), "{:?}", seen.unread);
    // The head alone tells of 2,000 megapixels.
    let mut giant = encoded(&white(64, 64), ImageFormat::Bmp);
    giant[18..22].copy_from_slice(&50_000_u32.to_le_bytes());
    giant[22..26].copy_from_slice(&40_000_u32.to_le_bytes());
    assert_eq!(read(&giant).unread[0].why, Why::TooLarge(super::MAX_PIXELS));
}

#[test]
fn pixels_count_against_the_budget() {
    let limits = Limits {
        max_expanded: 1000,
        ..Limits::default()
    };
    let seen = Kept::within("a.png", &encoded(&card(), ImageFormat::Png), limits);
    assert_eq!(seen.unread[0].why, Why::Expands);
}
