use tutela_law::Country;

use super::*;
use crate::kernel::rights::Role;
use crate::world::World;

const GPS: &[u8] = b"GPS 21.0285 105.8542 Ann Pike";

fn segment(marker: u8, data: &[u8]) -> Vec<u8> {
    let mut all = vec![0xff, marker];
    all.extend(u16::try_from(data.len() + 2).unwrap().to_be_bytes());
    all.extend_from_slice(data);
    all
}

/// What a camera writes: a picture that is to be turned, with a place in it.
fn exif(turn: u8) -> Vec<u8> {
    let mut data = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    data.extend([turn, 0, 0, 0, 0, 0, 0, 0]);
    data.extend_from_slice(GPS);
    segment(0xe1, &data)
}

const SCAN: &[u8] = b"\x01\x02\xff\x00\x03\xff\xd0\x04";

fn photo(turn: u8) -> Vec<u8> {
    let mut all = SOI.to_vec();
    all.extend(segment(0xe0, b"JFIF\0\x01\x02"));
    all.extend(exif(turn));
    all.extend(segment(
        0xe1,
        b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>Ann Pike</x:xmpmeta>",
    ));
    all.extend(segment(0xe2, b"ICC_PROFILE\0\x01\x01colours"));
    all.extend(segment(0xe2, b"MPF\0Ann Pike"));
    all.extend(segment(0xed, b"Photoshop 3.0\0Ann Pike"));
    all.extend(segment(COMMENT, b"Ann Pike"));
    all.extend(segment(0xdb, b"tables"));
    all.extend(segment(SOS, b"head"));
    all.extend_from_slice(SCAN);
    all.extend(segment(0xc4, b"more tables"));
    all.extend(segment(SOS, b"head"));
    all.extend_from_slice(SCAN);
    all.extend([0xff, EOI]);
    all.extend_from_slice(b"....ftypmp42 a film of Ann Pike");
    all
}

fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut all = u32::try_from(data.len()).unwrap().to_be_bytes().to_vec();
    all.extend_from_slice(kind);
    all.extend_from_slice(data);
    all.extend(b"crc!");
    all
}

fn screenshot() -> Vec<u8> {
    let mut all = b"\x89PNG\r\n\x1a\n".to_vec();
    all.extend(chunk(b"IHDR", b"size"));
    all.extend(chunk(b"tEXt", b"Author\0Ann Pike"));
    all.extend(chunk(b"eXIf", GPS));
    all.extend(chunk(b"gAMA", b"1234"));
    all.extend(chunk(b"tIME", b"1234567"));
    all.extend(chunk(b"IDAT", b"picture"));
    all.extend(chunk(b"IEND", b""));
    all.extend_from_slice(b"Ann Pike");
    all
}

fn riff(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut all = kind.to_vec();
    all.extend(u32::try_from(data.len()).unwrap().to_le_bytes());
    all.extend_from_slice(data);
    if data.len() % 2 == 1 {
        all.push(0);
    }
    all
}

fn web_picture() -> Vec<u8> {
    let mut chunks = riff(b"VP8X", &[0b0010_1100, 0, 0, 0, 1, 0, 0, 1, 0, 0]);
    chunks.extend(riff(b"ICCP", b"colours"));
    chunks.extend(riff(b"VP8 ", b"picture"));
    chunks.extend(riff(b"EXIF", GPS));
    chunks.extend(riff(b"XMP ", b"Ann Pike"));
    let mut all = b"RIFF".to_vec();
    all.extend(u32::try_from(chunks.len() + 4).unwrap().to_le_bytes());
    all.extend_from_slice(b"WEBP");
    all.extend(chunks);
    all
}

fn animation() -> Vec<u8> {
    let mut all = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff".to_vec();
    all.extend_from_slice(b"\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0");
    all.extend_from_slice(b"\x21\xfe\x08Ann Pike\0");
    all.extend_from_slice(b"\x21\xff\x0bXMP DataXMP\x08Ann Pike\0");
    all.extend_from_slice(b"\x21\xf9\x04\0\0\0\0\0");
    all.extend_from_slice(b"\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0\x3bAnn Pike");
    all
}

fn holds(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|w| w == what)
}

#[test]
fn nothing_of_who_took_it_is_left_and_the_picture_stays() {
    for (media, bytes, parts) in [
        (
            "image/jpeg",
            photo(6),
            [b"ICC_PROFILE".as_slice(), b"tables", SCAN, b"more tables"],
        ),
        (
            "image/png",
            screenshot(),
            [b"IHDR".as_slice(), b"gAMA", b"picture", b"IEND"],
        ),
        (
            "image/webp",
            web_picture(),
            [b"VP8X".as_slice(), b"colours", b"picture", b"WEBP"],
        ),
        (
            "image/gif",
            animation(),
            [
                b"GIF89a".as_slice(),
                b"NETSCAPE2.0",
                b"\x21\xf9\x04",
                b"\x02\x02\x44\x01\0\x3b",
            ],
        ),
    ] {
        let kept = stripped(media, bytes.clone()).unwrap();
        for gone in [b"Ann Pike".as_slice(), GPS] {
            assert!(holds(&bytes, b"Ann Pike") && !holds(&kept, gone), "{media}");
        }
        for part in parts {
            assert!(holds(&kept, part), "{media}");
        }
        // What has nothing beside it stays byte by byte.
        assert_eq!(stripped(media, kept.clone()).unwrap(), kept, "{media}");
    }
    assert_eq!(stripped("application/pdf", GPS.to_vec()).unwrap(), GPS);
}

#[test]
fn a_picture_is_still_turned_as_it_was() {
    let kept = stripped("image/jpeg", photo(6)).unwrap();
    let at = kept.windows(6).position(|w| w == b"Exif\0\0").unwrap();
    assert_eq!(orientation(&kept[at + 6..]), Some(6));
    // One that stands upright needs no word about it.
    assert!(!holds(&stripped("image/jpeg", photo(1)).unwrap(), b"Exif"));
    for turn in [0, 9, 255] {
        assert!(!holds(&stripped("image/jpeg", photo(turn)).unwrap(), b"Exif"), "{turn}");
    }
    let flags = stripped("image/webp", web_picture()).unwrap();
    assert_eq!(flags[20], 0b0010_0000, "the head announces nothing that is not there");
    assert_eq!(
        u32::from_le_bytes(*flags[4..].first_chunk().unwrap()) as usize + 8,
        flags.len()
    );
}

#[test]
fn bent_pictures_are_refused_or_read_and_nothing_panics() {
    for (media, bytes) in [
        ("image/jpeg", photo(6)),
        ("image/png", screenshot()),
        ("image/webp", web_picture()),
        ("image/gif", animation()),
    ] {
        for end in 0..bytes.len() {
            // Whatever was cut short is refused, or holds nothing more than before.
            if let Ok(kept) = stripped(media, bytes[..end].to_vec()) {
                assert!(!holds(&kept, b"Ann Pike"), "{media} {end}");
            }
        }
        for at in 0..bytes.len() {
            for bit in [1, 0x80, 0xff] {
                let mut bent = bytes.clone();
                bent[at] ^= bit;
                let _ = stripped(media, bent);
            }
        }
        assert!(stripped(media, Vec::new()).is_err());
    }
}

#[tokio::test]
async fn a_photo_that_comes_in_is_kept_without_what_the_camera_wrote() {
    let world = World::new(Country::Vn).await;
    let actor = world.actor(Role::Officer);
    let id = world
        .office
        .take_file(&actor, world.now, "a.jpg", photo(6))
        .await
        .unwrap();
    let files = world.office.waiting_files(&actor, &[&id]).await.unwrap();
    let kept = stripped("image/jpeg", photo(6)).unwrap();
    assert_eq!(files[0].size, i64::try_from(kept.len()).unwrap());
    let broken = world
        .office
        .take_file(&actor, world.now, "b.jpg", b"\xff\xd8\xff\xe1\xff".to_vec())
        .await;
    assert!(matches!(broken, Err(crate::error::Error::Refused(r)) if r.key == "refusal-file-picture"));
}
