//! The command line as a user meets it: the built program, real files, exit status.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

mod common;

use std::fs;

use common::{code, lines, scan_jsonl, tutela};

#[test]
fn detect_answers_records_in_order_with_offsets_in_code_points() {
    let input = "{\"id\": 1, \"text\": \"Số CCCD: 049187012345\", \"lang\": \"vi\"}\n\
                 not json\n\
                 {\"id\": \"three\", \"txt\": \"x\"}\n\
                 {\"id\": \"4\", \"text\": \"写信给 lihua.88@example.cn 吧\"}\n";
    let output = tutela(&["detect", "--jsonl"], input.as_bytes());
    let answers = lines(&output);
    assert_eq!(code(&output), 2, "a broken line is told by the status");
    assert_eq!(answers.len(), 4);
    let first = &answers[0]["findings"][0];
    assert_eq!(
        (first["type"].as_str(), first["start"].as_u64(), first["end"].as_u64()),
        (Some("VN_CITIZEN_ID"), Some(9), Some(21))
    );
    assert!(
        first["class"].is_string()
            && first["score"].as_f64().unwrap() > 0.5
            && !first["why"].as_array().unwrap().is_empty()
    );
    assert!(answers[1]["error"].is_string() && answers[1]["id"].is_null());
    assert!(answers[2]["error"].is_string() && answers[2]["id"] == "three");
    let mail = &answers[3]["findings"][0];
    assert_eq!(
        (mail["type"].as_str(), mail["start"].as_u64(), mail["end"].as_u64()),
        (Some("EMAIL_ADDRESS"), Some(4), Some(23))
    );
}

#[test]
fn a_scan_never_shows_a_value_unless_asked_to() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(
        dir.path().join("letter.txt"),
        "Liên hệ: nobody.here@example.org, CCCD: 049187012345\n",
    )
    .unwrap();
    for format in ["text", "json", "jsonl", "csv", "html", "sarif"] {
        let output = tutela(&["scan", "--format", format, dir.path().to_str().unwrap()], b"");
        assert_eq!(code(&output), 0, "{format}");
        let shown = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert!(
            !shown.contains("nobody.here") && !shown.contains("049187012345"),
            "{format} shows a value:\n{shown}"
        );
    }
    let refused = tutela(&["scan", "--reveal", dir.path().to_str().unwrap()], b"");
    assert_eq!(code(&refused), 2, "--reveal into a pipe is refused");
    let file = dir.path().join("out.jsonl");
    let output = tutela(
        &[
            "scan",
            "--reveal",
            "--format",
            "jsonl",
            "-o",
            file.to_str().unwrap(),
            dir.path().join("letter.txt").to_str().unwrap(),
        ],
        b"",
    );
    assert_eq!(code(&output), 0);
    assert!(fs::read_to_string(&file).unwrap().contains("nobody.here@example.org"));
}

#[test]
fn fail_on_tells_scripts_what_was_found() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.txt");
    fs::write(&path, "Email: someone@example.org\n").unwrap();
    assert_eq!(code(&scan_jsonl(&path, &["--fail-on", "basic"]).1), 1);
    assert_eq!(code(&scan_jsonl(&path, &["--fail-on", "sensitive"]).1), 0);
    fs::write(&path, "Nothing to see here.\n").unwrap();
    assert_eq!(code(&scan_jsonl(&path, &["--fail-on", "basic"]).1), 0);
}

#[test]
fn what_cannot_be_read_is_named_and_the_rest_is_scanned() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path();
    fs::write(root.join("good.txt"), "Email: someone@example.org\n").unwrap();
    fs::write(root.join("empty.txt"), "").unwrap();
    fs::write(
        root.join("noise.bin"),
        [0x00, 0x9f, 0x92, 0x96, 0x01, 0x02, 0xff, 0x00].repeat(200),
    )
    .unwrap();
    fs::write(root.join("cut.docx"), b"PK\x03\x04\x14\x00\x00\x00\x08\x00").unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("nowhere", root.join("dangling")).unwrap();
    let (answers, output) = scan_jsonl(root, &[]);
    assert_eq!(code(&output), 2);
    let total = &answers.last().unwrap()["total"];
    let not_read: Vec<_> = total["not_read"]
        .as_array()
        .unwrap()
        .iter()
        .map(|n| n["path"].as_str().unwrap().to_owned())
        .collect();
    for name in ["noise.bin", "cut.docx", "dangling"] {
        assert!(
            not_read.iter().any(|p| p.ends_with(name)),
            "{name} is not named in {not_read:?}"
        );
    }
    assert!(
        !not_read
            .iter()
            .any(|p| p.ends_with("good.txt") || p.ends_with("empty.txt")),
        "{not_read:?}"
    );
    let good = answers
        .iter()
        .find(|a| a["path"].as_str().is_some_and(|p| p.ends_with("good.txt")))
        .unwrap();
    assert_eq!(good["counts"]["EMAIL_ADDRESS"], 1);
    assert_eq!(good["findings"][0]["place"], "line 1");
}

#[test]
fn a_missing_path_is_one_clear_line() {
    let output = tutela(&["scan", "--format", "text", "no/such/place"], b"");
    assert_eq!(code(&output), 2);
    assert!(String::from_utf8_lossy(&output.stdout).contains("no/such/place"));
}

#[test]
fn unchanged_files_come_from_the_cache_and_changed_ones_do_not() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.txt");
    let run = || {
        let output = tutela(&["scan", "--format", "jsonl", path.to_str().unwrap()], b"");
        lines(&output)
    };
    // The content is this test's own, so that no other test has put it into the cache.
    fs::write(&path, format!("Email: cache@example.org {}\n", std::process::id())).unwrap();
    let first = run();
    let second = run();
    assert_eq!(first[0]["findings"], second[0]["findings"]);
    assert_eq!(
        (
            first[1]["total"]["cached"].as_u64(),
            second[1]["total"]["cached"].as_u64()
        ),
        (Some(0), Some(1))
    );
    fs::write(&path, format!("Nothing {}\n", std::process::id())).unwrap();
    let third = run();
    assert_eq!(
        (
            third[1]["total"]["cached"].as_u64(),
            third[1]["total"]["findings"].as_u64()
        ),
        (Some(0), Some(0))
    );
}

#[test]
fn a_large_file_is_shared_between_threads_and_keeps_its_lines() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("large.log");
    let filler = "a line without anything of interest in it, as most lines are\n".repeat(4000);
    let mut text = String::new();
    let mut expected = Vec::new();
    while text.len() < 24 << 20 {
        text.push_str(&filler);
        expected.push(format!("line {}", text.bytes().filter(|&b| b == b'\n').count() + 1));
        text.push_str("write to someone@example.org\n");
    }
    fs::write(&path, &text).unwrap();
    for threads in ["1", "3"] {
        let (answers, output) = scan_jsonl(&path, &["--threads", threads, "--only", "EMAIL_ADDRESS"]);
        assert_eq!(code(&output), 0);
        let places: Vec<_> = answers[0]["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|f| f["place"].as_str().unwrap())
            .collect();
        assert_eq!(places, expected, "{threads} threads");
    }
}

#[test]
fn a_dash_is_standard_input() {
    let scanned = tutela(
        &["scan", "--format", "jsonl", "--no-cache", "-"],
        b"write to someone@example.org\n",
    );
    let answers = lines(&scanned);
    assert_eq!(code(&scanned), 0);
    assert_eq!(
        (
            answers[0]["path"].as_str(),
            answers[0]["counts"]["EMAIL_ADDRESS"].as_u64()
        ),
        (Some("-"), Some(1))
    );
    let text = tutela(&["text", "--format", "text", "-"], "Xin chào\n".as_bytes());
    assert_eq!((code(&text), text.stdout.as_slice()), (0, "Xin chào\n".as_bytes()));
}

#[test]
fn messages_come_in_the_language_asked_for() {
    for (lang, word) in [
        ("vi", "dữ liệu cá nhân"),
        ("ru", "персональные данные"),
        ("zh", "个人信息"),
        ("en", "personal data"),
    ] {
        let output = tutela(&["--help", "--lang", lang], b"");
        assert!(String::from_utf8_lossy(&output.stdout).contains(word), "{lang}");
    }
}

#[test]
fn what_the_program_starts_itself_with_is_offered_to_nobody() {
    for args in [&[][..], &["-q"], &["--help"], &["__rea"], &["scna"]] {
        let output = tutela(args, b"");
        let told = [output.stdout, output.stderr].concat();
        let told = String::from_utf8_lossy(&told);
        assert!(!told.contains("__read"), "{args:?}: {told}");
        assert!(told.contains("tutela"), "{args:?}: {told}");
    }
}
