//! Input that means harm or is merely broken: each is told in a clear line and the rest is scanned.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

mod common;

use std::fs::{self, File};
use std::io::{Cursor, Write};
use std::path::Path;

use common::{code, scan_jsonl, tutela};
use serde_json::Value;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const SECRET: &str = "someone@example.org";

fn zipped(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// Why the file of this name was not read, in full or in part.
fn not_read(answers: &[Value], name: &str) -> Vec<String> {
    let total = &answers.last().unwrap()["total"];
    let of_it = |n: &&Value| n["path"].as_str().is_some_and(|p| p.ends_with(name));
    total["not_read"]
        .as_array()
        .unwrap()
        .iter()
        .filter(of_it)
        .map(|n| n["why"].as_str().unwrap().to_owned())
        .collect()
}

fn file<'a>(answers: &'a [Value], name: &str) -> &'a Value {
    let of_it = |a: &&Value| a["path"].as_str().is_some_and(|p| p.ends_with(name));
    answers
        .iter()
        .find(of_it)
        .unwrap_or_else(|| panic!("{name} is not reported"))
}

/// A good file beside the bad ones: the scan must reach it.
fn good(root: &Path) {
    fs::write(root.join("zz-good.txt"), format!("Email: {SECRET}\n")).unwrap();
}

#[test]
fn bombs_end_early_and_are_told() {
    let dir = tempfile::tempdir().unwrap();
    let zeros = vec![b'0'; 40 << 20];
    fs::write(dir.path().join("ratio.zip"), zipped(&[("a.txt", &zeros)])).unwrap();
    let mut nested = zipped(&[("a.txt", SECRET.as_bytes())]);
    for _ in 0..30 {
        nested = zipped(&[("inner.zip", &nested)]);
    }
    fs::write(dir.path().join("deep.zip"), nested).unwrap();
    good(dir.path());
    let (answers, output) = scan_jsonl(dir.path(), &[]);
    assert_eq!(code(&output), 2);
    assert!(
        not_read(&answers, "ratio.zip").iter().any(|w| w.contains("expands")),
        "{answers:?}"
    );
    assert!(
        not_read(&answers, "deep.zip").iter().any(|w| w.contains("deeper")),
        "{answers:?}"
    );
    assert_eq!(file(&answers, "zz-good.txt")["counts"]["EMAIL_ADDRESS"], 1);
}

#[test]
fn cut_and_garbled_files_never_count_as_clean() {
    let dir = tempfile::tempdir().unwrap();
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples");
    let mut kinds = Vec::new();
    for path in [
        "vi/cong-van.docx",
        "vi/danh-sach-tiep-xuc.xlsx",
        "ru/сотрудники.ods",
        "ru/заявление.doc",
        "vi/can-cuoc-mau.png",
    ] {
        let bytes = fs::read(samples.join(path)).unwrap();
        let name = path.rsplit('/').next().unwrap();
        fs::write(dir.path().join(format!("cut-{name}")), &bytes[..bytes.len() * 2 / 5]).unwrap();
        kinds.push(format!("cut-{name}"));
    }
    good(dir.path());
    let (answers, output) = scan_jsonl(dir.path(), &[]);
    assert_eq!(code(&output), 2);
    for name in kinds {
        assert!(!not_read(&answers, &name).is_empty(), "{name} passes for read");
        assert_ne!(file(&answers, &name)["read"], "full", "{name}");
    }
    assert_eq!(file(&answers, "zz-good.txt")["counts"]["EMAIL_ADDRESS"], 1);
}

#[cfg(unix)]
#[test]
fn paths_that_are_no_files_are_told() {
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;

    let dir = tempfile::tempdir().unwrap();
    let root = dir.path();
    fs::create_dir(root.join("folder")).unwrap();
    symlink("..", root.join("folder/up")).unwrap();
    symlink("b", root.join("a")).unwrap();
    symlink("a", root.join("b")).unwrap();
    symlink("/dev/zero", root.join("endless")).unwrap();
    let made = std::process::Command::new("mkfifo")
        .arg(root.join("pipe"))
        .status()
        .unwrap();
    assert!(made.success());
    let odd = std::ffi::OsStr::from_bytes(b"\xcf\xf0\xe8\xe2\xe5\xf2-odd.txt");
    fs::write(root.join(odd), format!("Email: {SECRET}\n")).unwrap();
    fs::write(root.join("zero.txt"), "").unwrap();
    File::create(root.join("sparse.txt"))
        .unwrap()
        .set_len(300 << 20)
        .unwrap();
    good(root);
    let (answers, output) = scan_jsonl(root, &[]);
    assert_eq!(code(&output), 2);
    for name in ["folder/up", "/a", "/b", "endless", "pipe", "sparse.txt"] {
        assert!(!not_read(&answers, name).is_empty(), "{name} is not told");
    }
    for name in ["-odd.txt", "zero.txt", "zz-good.txt"] {
        assert!(not_read(&answers, name).is_empty(), "{name}");
    }
    assert_eq!(file(&answers, "-odd.txt")["counts"]["EMAIL_ADDRESS"], 1);
}

#[test]
fn errors_hold_no_value() {
    let dir = tempfile::tempdir().unwrap();
    let mut broken = zipped(&[("word/document.xml", format!("<w:document><w:t>{SECRET}").as_bytes())]);
    broken.truncate(broken.len() - 10);
    fs::write(dir.path().join("broken.docx"), broken).unwrap();
    fs::write(dir.path().join("broken.json"), format!("{{\"mail\": \"{SECRET}\", ")).unwrap();
    for format in ["text", "html", "sarif", "jsonl"] {
        let output = tutela(
            &["scan", "--no-cache", "--format", format, dir.path().to_str().unwrap()],
            b"",
        );
        let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert!(!said.contains(SECRET), "{format}: {said}");
    }
}
