use std::io::{Cursor, Write};

use crate::testing::Kept;
use crate::{Kind, Limits, Place, Why};

pub(crate) fn read(bytes: &[u8], name: &str) -> Kept {
    Kept::of(name, bytes)
}

fn tarred(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut tar = ::tar::Builder::new(Vec::new());
    for (name, bytes) in members {
        let mut header = ::tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        tar.append_data(&mut header, name, *bytes).unwrap();
    }
    tar.into_inner().unwrap()
}

fn gzipped(bytes: &[u8], name: &str) -> Vec<u8> {
    let mut gz = flate2::GzBuilder::new()
        .filename(name)
        .comment("made by an engineer")
        .write(Vec::new(), flate2::Compression::fast());
    gz.write_all(bytes).unwrap();
    gz.finish().unwrap()
}

#[test]
fn tar_with_long_names_in_gzip() {
    let long = format!("{}/Danh sách Lê Văn Cường.txt", "thư mục/".repeat(30));
    let tar = tarred(&[("a.txt", b"first text"), (&long, b"second text")]);
    let seen = read(&tar, "x");
    assert_eq!((seen.kind(), seen.unread.as_slice()), (Some(Kind::Tar), [].as_slice()));
    seen.has("member 'a.txt', line 1", "first text");
    seen.has(&format!("member '{long}', line 1"), "second text");
    seen.has(&format!("member '{long}'"), "Lê Văn Cường");
    let seen = read(&gzipped(&tar, "data.tar"), "x.tgz");
    assert_eq!(seen.unread, []);
    seen.has("member 'data.tar', member 'a.txt', line 1", "first text");
    seen.has("comment", "made by an engineer");
}

#[test]
fn tar_that_is_cut_or_damaged() {
    let tar = tarred(&[("a.txt", b"first text"), ("b.txt", &b"second text ".repeat(100))]);
    let seen = read(&tar[..2000], "x");
    seen.has("member 'a.txt', line 1", "first text");
    seen.has("member 'b.txt', line 1", "second text");
    seen.told("member 'b.txt'", &Why::Damaged("cut short".into()));
    // The first header is broken behind the point where the type is told by the second.
    let mut broken = tarred(&[("0.txt", b"zero text"), ("a.txt", b"first text"), ("b.txt", b"second")]);
    broken[1024 + 3] ^= 1;
    let seen = read(&broken, "x");
    seen.has("member '0.txt', line 1", "zero text");
    seen.told("", &Why::Damaged("header of a member".into()));
    seen.has("member 'b.txt', line 1", "second");
    // No magic at all: the form before POSIX.
    let mut old = tarred(&[("a.txt", b"first text")]);
    old[257..265].fill(0);
    let sum: u32 = (0..512)
        .map(|i| if (148..156).contains(&i) { 32 } else { u32::from(old[i]) })
        .sum();
    old[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    assert_eq!(read(&old, "x").kind(), Some(Kind::Tar));
    // A long name that claims to be without end.
    let mut header = ::tar::Header::new_gnu();
    header.set_entry_type(::tar::EntryType::GNULongName);
    header.set_path("././@LongLink").unwrap();
    header.set_size(7 << 30);
    header.set_cksum();
    let seen = read(&[header.as_bytes().as_slice(), &tar].concat(), "x");
    seen.told("", &Why::Damaged("name of a member".into()));
}

#[test]
fn tar_members_without_content() {
    let mut tar = ::tar::Builder::new(Vec::new());
    let mut link = ::tar::Header::new_gnu();
    link.set_entry_type(::tar::EntryType::Symlink);
    link.set_size(0);
    tar.append_link(&mut link, "link.txt", "/etc/hostname").unwrap();
    let mut sparse = ::tar::Header::new_gnu();
    sparse.set_entry_type(::tar::EntryType::GNUSparse);
    sparse.set_size(512);
    tar.append_data(&mut sparse, "sparse.img", [1_u8; 512].as_slice())
        .unwrap();
    let mut last = ::tar::Header::new_ustar();
    last.set_size(4);
    tar.append_data(&mut last, "last.txt", b"last".as_slice()).unwrap();
    let seen = read(&tar.into_inner().unwrap(), "x");
    seen.told("member 'sparse.img'", &Why::Unsupported("sparse member".into()));
    seen.has("member 'last.txt', line 1", "last");
    assert_eq!(seen.unread.len(), 1);
}

#[test]
fn gzip_streams_follow_one_another() {
    let two = [gzipped(b"first line\n", "a.txt"), gzipped(b"second line\n", "")].concat();
    let seen = read(&[two.as_slice(), &[0; 100]].concat(), "x.gz");
    assert_eq!(seen.unread, []);
    seen.has("member 'a.txt', line 2", "second line");
    let seen = read(&[two.as_slice(), b"rubbish"].concat(), "x.gz");
    seen.told("", &Why::Damaged("data after the end of the stream".into()));
    let text: Vec<u8> = (0..5000)
        .flat_map(|n| format!("line {}\n", n * 7919 % 10007).into_bytes())
        .collect();
    let whole = gzipped(&text, "a.txt");
    let seen = read(&whole[..whole.len() / 2], "x.gz");
    seen.has("member 'a.txt', line 1", "line 0");
    seen.told("member 'a.txt'", &Why::Damaged("compressed data".into()));
}

#[test]
fn a_long_text_streams_out_of_gzip() {
    // Longer than what is held, so that lines and offsets show that it came in one stream.
    let line = "Ngô Thị Dung, an invented person, in a line of some length that never ends the same: ";
    let text: String = (0..150_000).map(|n| format!("{line}{n}\n")).collect();
    assert!(text.len() > 12 << 20);
    let seen = read(&gzipped(text.as_bytes(), "long.txt"), "x.gz");
    assert_eq!(seen.unread, []);
    assert_eq!(
        seen.parts
            .iter()
            .filter(|p| p.place != Place::root())
            .map(|p| p.text.len())
            .sum::<usize>(),
        text.len() + "made by an engineer".len()
    );
    seen.has("member 'long.txt', line 150000", ": 149999\n");
    // The same under a small budget: what fits is read, the rest is told.
    let limits = Limits {
        max_expanded: 10 << 20,
        ..Limits::default()
    };
    let seen = Kept::within("x.gz", &gzipped(text.as_bytes(), "long.txt"), limits);
    seen.told("member 'long.txt'", &Why::Expands);
    seen.has("member 'long.txt', line 1", "Ngô Thị Dung");
}

#[test]
fn bzip2_and_xz() {
    let mut bz = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    bz.write_all(b"text in bzip2").unwrap();
    let bytes = bz.finish().unwrap();
    let seen = read(&[bytes.clone(), bytes].concat(), "a.txt.bz2");
    assert_eq!(
        (seen.kind(), seen.unread.as_slice()),
        (Some(Kind::Bzip2), [].as_slice())
    );
    seen.has("member 'content', line 1", "text in bzip2text in bzip2");
    let seen = read(include_bytes!("../../tests/data/text.xz"), "a.txt.xz");
    assert_eq!((seen.kind(), seen.unread.as_slice()), (Some(Kind::Xz), [].as_slice()));
    assert!(seen.parts.iter().any(|p| p.text == "text in XZ\n"));
}

#[test]
fn seven_zip_solid_and_encrypted() {
    use sevenz_rust2::{ArchiveEntry, ArchiveWriter, EncoderMethod};
    for method in [EncoderMethod::LZMA2, EncoderMethod::PPMD, EncoderMethod::BZIP2] {
        let mut writer = ArchiveWriter::new(Cursor::new(Vec::new())).unwrap();
        writer.set_content_methods(vec![method.into()]);
        for (name, text) in [("a.txt", "first text"), ("Phạm Văn Đức.txt", "second text")] {
            writer
                .push_archive_entry(ArchiveEntry::new_file(name), Some(text.as_bytes()))
                .unwrap();
        }
        let bytes = writer.finish().unwrap().into_inner();
        let seen = read(&bytes, "x");
        assert_eq!(
            (seen.kind(), seen.unread.as_slice()),
            (Some(Kind::SevenZip), [].as_slice())
        );
        seen.has("member 'a.txt', line 1", "first text");
        seen.has("member 'Phạm Văn Đức.txt', line 1", "second text");
        seen.has("member 'Phạm Văn Đức.txt'", "Phạm Văn Đức");
        // No damage makes it panic, and none is silent about everything.
        for at in (6..bytes.len()).step_by(3) {
            let mut broken = bytes.clone();
            broken[at] ^= 0x55;
            let seen = read(&broken, "x");
            assert!(!seen.parts.is_empty() || !seen.unread.is_empty());
        }
    }
}

#[test]
fn damage_anywhere_never_panics() {
    let zip = super::zip::tests::zipped(&[("a.txt", b"first text"), ("b.txt", &b"second ".repeat(50))]);
    let tar = tarred(&[("a.txt", b"first text"), ("b.txt", b"second text")]);
    let gz = gzipped(&tar, "x.tar");
    for bytes in [zip, tar[..2560].to_vec(), gz] {
        for at in 0..bytes.len() {
            for bit in [0x01, 0x80, 0xFF] {
                let mut broken = bytes.clone();
                broken[at] ^= bit;
                let seen = read(&broken, "x");
                assert!(!seen.unread.iter().any(|u| u.why == Why::ReaderFailed), "byte {at}");
            }
        }
        for len in (0..bytes.len()).step_by(7) {
            let seen = read(&bytes[..len], "x");
            assert!(!seen.unread.iter().any(|u| u.why == Why::ReaderFailed), "length {len}");
        }
    }
}
