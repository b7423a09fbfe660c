//! `tutela mask` as a user meets it: folders, exit status, what is told.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

mod common;

use std::fs;

use common::{code, tutela};

#[test]
fn a_folder_is_copied_and_what_cannot_be_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
    fs::create_dir_all(path("in/sub")).unwrap();
    fs::write(path("in/a.txt"), "Гражданин Петров Пётр Ильич, тел. +7 912 345-67-89\n").unwrap();
    fs::write(
        path("in/sub/b.csv"),
        "Họ và tên;Điện thoại\nTrần Thị Bích;0912345678\nLê Văn Cường;0987654321\n",
    )
    .unwrap();
    fs::write(path("in/c.exe"), b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0").unwrap();
    let (from, to) = (path("in"), path("out"));
    let done = tutela(
        &["mask", &from, "-o", &to, "--audience", "press", "--format", "json"],
        b"",
    );
    assert_eq!(code(&done), 2, "{}", String::from_utf8_lossy(&done.stderr));
    let told: serde_json::Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!(
        (&told["total"]["copied"], &told["total"]["refused"]),
        (&2.into(), &1.into())
    );
    assert!(!told.to_string().contains("Пётр") && !told.to_string().contains("0912345678"));
    assert_eq!(
        fs::read_to_string(path("out/a.txt")).unwrap(),
        "Гражданин [ФИО_1], тел. [ТЕЛЕФОН_1]\n"
    );
    let table = fs::read_to_string(path("out/sub/b.csv")).unwrap();
    assert!(
        table.starts_with("Họ và tên;Điện thoại\n[NGƯỜI_2];[ĐIỆN_THOẠI_2]\n"),
        "{table}"
    );
    // Once more: nothing is overwritten unless that is asked for.
    let file = path("in/a.txt");
    assert_eq!(code(&tutela(&["mask", &file, "-o", &to], b"")), 2);
    assert_eq!(code(&tutela(&["mask", &file, "-o", &to, "--force"], b"")), 0);
}

#[test]
fn policies_and_keys_are_checked_before_anything_is_written() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
    let (file, to, key) = (path("a.txt"), path("out"), path("key"));
    fs::write(&file, "Гражданин Петров Пётр Ильич\n").unwrap();
    fs::write(&key, "too short").unwrap();
    fs::write(
        path("p.toml"),
        "name = 'x'\nsource = 'y'\n[audience.press]\nPERSN = 'mask'\n",
    )
    .unwrap();
    let policy = path("p.toml");
    for (more, words) in [
        (vec!["--policy", "no-such"], "ru-140-identifiers"),
        (vec!["--policy", "ru-140-identifiers"], "--key"),
        (vec!["--policy", "ru-140-identifiers", "--key", &key], "16"),
        (vec!["--policy", &policy], "PERSN"),
    ] {
        let done = tutela(&[&["mask", &file, "-o", &to][..], &more].concat(), b"");
        let told = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(code(&done) == 2 && told.contains(words), "{told}");
        assert!(!dir.path().join("out").exists());
    }
    fs::write(&key, "a secret that is long enough").unwrap();
    let done = tutela(
        &[
            "mask",
            &file,
            "-o",
            &to,
            "--policy",
            "ru-140-identifiers",
            "--key",
            &key,
        ],
        b"",
    );
    assert_eq!(code(&done), 0, "{}", String::from_utf8_lossy(&done.stderr));
    assert!(
        fs::read_to_string(path("out/a.txt"))
            .unwrap()
            .starts_with("Гражданин ID-")
    );
}
