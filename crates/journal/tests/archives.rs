//! A journal is checked and proven out of an archive as out of its folder.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::fs::{self, File};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use tutela_journal::{Entry, Error, Fault, Journal, PrivateKey, Reader, Report, Role, Trust, open, verify};

fn key() -> PrivateKey {
    PrivateKey::from_seed("example.org/journal", Role::Journal, &[1; 32]).unwrap()
}

fn journal(root: &Path) {
    let mut journal = Journal::create(root, key()).unwrap();
    let entry = |n: u64| Entry {
        at: n as i64,
        actor: "u:1".into(),
        kind: "act".into(),
        object: format!("card/{n}"),
        commitments: Vec::new(),
    };
    journal.append(&(0..700).map(entry).collect::<Vec<_>>()).unwrap();
    journal.publish().unwrap();
}

fn check(path: &Path) -> Result<Report, Error> {
    let trust = Trust {
        key: Some(key().public().clone()),
        ..Trust::default()
    };
    verify(open(path)?.as_ref(), &trust, 2, &|_| ())
}

/// A folder with a journal, and where archives of it go.
fn office() -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("journal");
    journal(&root);
    (dir, root)
}

fn pack(root: &Path, inside: &str, out: impl std::io::Write) {
    let mut tar = tar::Builder::new(out);
    tar.append_dir_all(inside, root).unwrap();
    tar.into_inner().unwrap().flush().unwrap();
}

#[test]
fn tar_and_gzip_are_read_as_the_folder_is() {
    let (dir, root) = office();
    // A name longer than a head can hold goes into an extended one.
    let long = format!("{}/журнал", "folder".repeat(30));
    for inside in ["", "evidence", &long] {
        let (plain, packed) = (dir.path().join("a.tar"), dir.path().join("b.anything"));
        pack(&root, inside, File::create(&plain).unwrap());
        pack(
            &root,
            inside,
            GzEncoder::new(File::create(&packed).unwrap(), Compression::fast()),
        );
        for path in [plain, packed] {
            let report = check(&path).unwrap();
            assert!(
                report.is_sound() && report.foreign.is_empty(),
                "{:?} {:?}",
                report.damages,
                report.foreign
            );
            assert_eq!(report.covered, (0, 700));
            let store = open(&path).unwrap();
            let proven = Reader::open(store.as_ref()).unwrap().prove(431).unwrap();
            assert_eq!(Entry::decode(&proven.entry).unwrap().1.object, "card/431");
        }
    }
}

#[test]
fn a_changed_byte_is_told_with_its_file_and_entry() {
    let (dir, root) = office();
    let path = dir.path().join("a.tar");
    pack(&root, "evidence", File::create(&path).unwrap());
    let bytes = fs::read(&path).unwrap();
    let at = bytes.windows(8).position(|w| w == b"card/300").unwrap();
    let mut file = File::options().write(true).open(&path).unwrap();
    file.seek(SeekFrom::Start(at as u64 + 7)).unwrap();
    file.write_all(b"1").unwrap();
    drop(file);
    let report = check(&path).unwrap();
    let damage = report.damages.first().unwrap();
    assert_eq!(
        (damage.file.as_str(), damage.entries),
        ("tile/entries/001", Some((300, 301)))
    );
}

#[test]
fn of_two_members_of_one_name_the_later_counts() {
    let (dir, root) = office();
    let path = dir.path().join("a.tar");
    let mut tar = tar::Builder::new(File::create(&path).unwrap());
    tar.append_dir_all("evidence", &root).unwrap();
    let mut head = tar::Header::new_gnu();
    head.set_size(6);
    head.set_mode(0o600);
    tar.append_data(&mut head, "evidence/tile/0/000", &b"broken"[..])
        .unwrap();
    tar.finish().unwrap();
    let report = check(&path).unwrap();
    assert_eq!(
        report.damages.first().map(|d| (d.file.as_str(), d.what)),
        Some(("tile/0/000", Fault::Length))
    );
}

#[test]
fn what_is_cut_off_broken_or_far_too_large_is_refused() {
    let (dir, root) = office();
    let path = dir.path().join("a.tar.gz");
    pack(
        &root,
        "",
        GzEncoder::new(File::create(&path).unwrap(), Compression::default()),
    );
    let bytes = fs::read(&path).unwrap();
    let refused = |bytes: &[u8]| {
        fs::write(&path, bytes).unwrap();
        check(&path).unwrap_err().to_string()
    };
    assert!(refused(&bytes[..bytes.len() / 2]).contains("cannot be read"));
    let mut plain = Vec::new();
    flate2::read::GzDecoder::new(&bytes[..])
        .read_to_end(&mut plain)
        .unwrap();
    assert!(refused(&plain[..plain.len() / 2 - 100]).contains("length"));
    let mut bad = plain.clone();
    // The second member's head: its name no longer fits its sum.
    let at = bad
        .windows(6)
        .rposition(|w| w == b"ustar ")
        .or_else(|| bad.windows(6).rposition(|w| w == b"ustar\0"))
        .unwrap();
    bad[at - 257] ^= 1;
    assert!(refused(&bad).contains("format"));
    // Zeros by the hundred megabytes out of a few kilobytes.
    let mut bomb = GzEncoder::new(Vec::new(), Compression::best());
    for _ in 0..100 {
        bomb.write_all(&vec![0; 1 << 20]).unwrap();
    }
    assert!(refused(&bomb.finish().unwrap()).contains("length"));
    for nothing in [&b""[..], b"not an archive", &[0; 2000]] {
        fs::write(&path, nothing).unwrap();
        assert!(matches!(check(&path), Err(Error::NoJournal { .. })));
    }
}
