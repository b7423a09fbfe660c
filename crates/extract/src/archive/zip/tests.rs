use std::io::{Cursor, Write};

use ::zip::unstable::write::FileOptionsExt as _;
use ::zip::write::SimpleFileOptions;
use ::zip::{CompressionMethod, ZipWriter};

use crate::archive::tests::read;
use crate::testing::Kept;
use crate::{Kind, Limits, Why};

pub(crate) fn zipped(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        zip.start_file(*name, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.set_comment("packed by Trần Thị Bình").unwrap();
    zip.finish().unwrap().into_inner()
}

/// A stored member with everything under our hand: raw name, flags, offset of another member.
fn raw(members: &[(&[u8], &[u8], u16, u16)]) -> Vec<u8> {
    let (mut file, mut list) = (Vec::new(), Vec::new());
    for (name, data, flags, method) in members {
        let offset = file.len() as u32;
        let mut crc = flate2::Crc::new();
        crc.update(data);
        let mut common = Vec::new();
        for n in [20_u16, *flags, *method, 0, 0] {
            common.extend_from_slice(&n.to_le_bytes());
        }
        for n in [crc.sum(), data.len() as u32, data.len() as u32] {
            common.extend_from_slice(&n.to_le_bytes());
        }
        common.extend_from_slice(&(name.len() as u16).to_le_bytes());
        common.extend_from_slice(&[0, 0]);
        file.extend_from_slice(b"PK\x03\x04");
        file.extend_from_slice(&common);
        file.extend_from_slice(name);
        file.extend_from_slice(data);
        list.extend_from_slice(b"PK\x01\x02\x14\x00");
        list.extend_from_slice(&common);
        list.extend_from_slice(&[0; 10]);
        list.extend_from_slice(&offset.to_le_bytes());
        list.extend_from_slice(name);
    }
    let (start, count) = (file.len() as u32, members.len() as u16);
    let size = list.len() as u32;
    file.extend_from_slice(&list);
    file.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    file.extend_from_slice(&count.to_le_bytes());
    file.extend_from_slice(&count.to_le_bytes());
    file.extend_from_slice(&size.to_le_bytes());
    file.extend_from_slice(&start.to_le_bytes());
    file.extend_from_slice(&[0, 0]);
    file
}

#[test]
fn members_names_and_comments_are_read() {
    let inner = zipped(&[("deep.txt", b"inner text")]);
    let bytes = zipped(&[("../Hồ sơ Nguyễn Văn A.txt", b"some text"), ("in.zip", &inner)]);
    let seen = read(&bytes, "a.zip");
    assert_eq!(seen.kind(), Some(Kind::Zip));
    assert_eq!(seen.unread, []);
    seen.has("member '../Hồ sơ Nguyễn Văn A.txt', line 1", "some text");
    seen.has("member '../Hồ sơ Nguyễn Văn A.txt'", "Hồ sơ Nguyễn Văn A.txt");
    seen.has("member 'in.zip', member 'deep.txt', line 1", "inner text");
    seen.has("comment", "packed by Trần Thị Bình");
}

#[test]
fn an_encrypted_member_does_not_hide_the_others() {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default();
    zip.start_file("open.txt", options).unwrap();
    zip.write_all(b"open text").unwrap();
    zip.start_file("aes.txt", options.with_aes_encryption(::zip::AesMode::Aes256, "secret"))
        .unwrap();
    zip.write_all(b"hidden").unwrap();
    zip.start_file("old.txt", options.with_deprecated_encryption(b"secret").unwrap())
        .unwrap();
    zip.write_all(b"hidden").unwrap();
    let seen = read(&zip.finish().unwrap().into_inner(), "a.zip");
    seen.has("member 'open.txt', line 1", "open text");
    seen.told("member 'aes.txt'", &Why::Encrypted);
    seen.told("member 'old.txt'", &Why::Encrypted);
}

#[test]
fn names_of_russian_windows_and_duplicates() {
    let name = encoding_rs::IBM866.encode("Анкета Петрова.txt").0.into_owned();
    let bytes = raw(&[(&name, b"one one", 0, 0), (&name, b"two two", 0, 0)]);
    let seen = read(&bytes, "a.zip");
    assert_eq!(seen.unread, []);
    seen.has("member 'Анкета Петрова.txt', line 1", "one one");
    seen.has("member 'Анкета Петрова.txt', line 1", "two two");
}

#[test]
fn damage_costs_only_what_is_damaged() {
    let good = raw(&[(b"a.txt", b"first text", 0, 0), (b"b.txt", b"second text", 0, 0)]);
    // A byte of the first member is wrong.
    let mut wrong = good.clone();
    wrong[36] ^= 1;
    let seen = read(&wrong, "a.zip");
    seen.told("member 'a.txt'", &Why::Damaged("checksum of a member".into()));
    seen.has("member 'b.txt', line 1", "second text");
    // The list at the end is lost.
    let cut = good.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
    let seen = read(&good[..cut], "a.zip");
    seen.told("", &Why::Damaged("list of members".into()));
    seen.has("member 'a.txt', line 1", "first text");
    seen.has("member 'b.txt', line 1", "second text");
    // The last piece of an archive in several files.
    let mut last = good[40..].to_vec();
    let end = last.len() - 22;
    last[end + 4] = 2;
    let seen = read(&last, "a.zip");
    seen.told("", &Why::Unsupported("split archive".into()));
    // A program that unpacks the archive stands before it.
    let with_program = [&b"MZ\x90\0\x03\0\0\0\x04"[..], &[7; 600], &good].concat();
    let seen = read(&with_program, "setup.exe");
    assert_eq!(seen.kind(), Some(Kind::Zip));
    assert_eq!(seen.unread, []);
    seen.has("member 'b.txt', line 1", "second text");
    let seen = read(
        &raw(&[(b"a.txt", b"xxxx", 0, 93), (b"b.txt", b"second text", 0, 0)]),
        "a.zip",
    );
    seen.told("member 'a.txt'", &Why::Unsupported("ZIP method Zstandard".into()));
    seen.has("member 'b.txt', line 1", "second text");
}

#[test]
fn bombs_are_told_and_the_rest_is_read() {
    let zeros = vec![b'0'; 40 << 20];
    let bytes = zipped(&[("bomb.txt", &zeros), ("after.txt", b"text after")]);
    let seen = read(&bytes, "a.zip");
    seen.told("member 'bomb.txt'", &Why::Expands);
    seen.has("member 'after.txt', line 1", "text after");
    // The list names the same bytes twice.
    let mut twice = raw(&[(b"a.txt", b"first text", 0, 0), (b"b.txt", b"second text", 0, 0)]);
    let second = twice.windows(5).rposition(|w| w == b"b.txt").unwrap();
    twice[second - 4..second].copy_from_slice(&[0; 4]);
    let seen = read(&twice, "a.zip");
    seen.told("member 'b.txt'", &Why::Expands);
    // An archive in an archive in an archive …
    let mut nested = zipped(&[("x.txt", b"deep text")]);
    for _ in 0..10 {
        nested = zipped(&[("in.zip", &nested)]);
    }
    let seen = Kept::of("a.zip", &nested);
    assert!(seen.unread.iter().any(|u| matches!(u.why, Why::TooDeep(8))));
    let many = zipped(&[("1", b"a"), ("2", b"b"), ("3", b"c")]);
    let limits = Limits {
        max_entries: 2,
        ..Limits::default()
    };
    let seen = Kept::within("a.zip", &many, limits);
    seen.told("", &Why::TooMany(2));
    seen.has("member '2', line 1", "b");
}
