//! Recognisers of a user's own, figures of accuracy and the interface of Presidio, through the built program.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

mod common;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};

use common::{code, lines, tutela};
use serde_json::{Value, json};

const OWN: &str = "recognizers:
- name: badges
  supported_entity: MINISTRY_BADGE
  class: sensitive
  patterns: [{name: badge, regex: '(?<!\\w)MB-\\d{5}(?!\\d)', score: 0.6}]
- CreditCardRecognizer
- name: projects
  supported_entity: PROJECT_NAME
  deny_list_file: projects.txt
allow_list: [free@example.org]
";

/// A folder with a file of recognisers, a list and a text.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("own.yaml", OWN);
    write("projects.txt", "# secret\nHải Âu\n");
    write(
        "text.txt",
        "thẻ MB-12345, dự án HẢI ÂU, free@example.org, du@example.org\n",
    );
    folder
}

fn path(folder: &Path, name: &str) -> String {
    folder.join(name).to_str().unwrap().to_owned()
}

#[test]
fn types_of_ones_own_are_found_classed_and_reported() {
    let folder = folder();
    let own = path(folder.path(), "own.yaml");
    let text = std::fs::read(folder.path().join("text.txt")).unwrap();
    let output = tutela(
        &["detect", "--lang", "en", "--recognizers", &own, "--format", "jsonl"],
        &text,
    );
    assert_eq!(code(&output), 0);
    let found: Vec<_> = lines(&output)[0]["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| {
            (
                f["type"].as_str().unwrap().to_owned(),
                f["class"].as_str().unwrap().to_owned(),
            )
        })
        .collect();
    let wanted = [
        ("MINISTRY_BADGE", "sensitive"),
        ("PROJECT_NAME", "basic"),
        ("EMAIL_ADDRESS", "basic"),
    ];
    assert_eq!(found, wanted.map(|(t, c)| (t.to_owned(), c.to_owned())));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(
        told.contains("CreditCardRecognizer") && told.lines().count() == 1,
        "{told}"
    );

    let text = path(folder.path(), "text.txt");
    let scan = |more: &[&str]| {
        let mut args = vec!["scan", "--lang", "en", "--format", "jsonl", &text];
        args.extend(more);
        tutela(&args, b"")
    };
    // Twice, so that the second comes from the cache; and without, where the cache must not answer with what they found.
    for round in 0..2 {
        let output = scan(&["--recognizers", &own]);
        let all = lines(&output);
        assert_eq!(
            all[0]["counts"],
            json!({"MINISTRY_BADGE": 1, "PROJECT_NAME": 1, "EMAIL_ADDRESS": 1}),
            "{}",
            all[0]
        );
        assert_eq!(all[0]["class"], "sensitive");
        assert_eq!(all[0]["findings"][0]["masked"], "***", "a sensitive type has no shape");
        assert_eq!(all[1]["total"]["cached"], round);
    }
    let without = &lines(&scan(&[]))[0]["counts"];
    assert_eq!(without["EMAIL_ADDRESS"], 2, "{without}");
    assert!(
        without.get("MINISTRY_BADGE").or(without.get("PROJECT_NAME")).is_none(),
        "{without}"
    );
    let list = folder.path().join("projects.txt");
    std::fs::write(list, "nothing\n").unwrap();
    assert_eq!(
        lines(&scan(&["--recognizers", &own]))[0]["counts"].get("PROJECT_NAME"),
        None,
        "a list shapes the result"
    );
    let only = scan(&["--recognizers", &own, "--only", "ministry_badge"]);
    assert_eq!(lines(&only)[0]["counts"], json!({"MINISTRY_BADGE": 1}));
    let sarif = tutela(&["scan", "--format", "sarif", "--recognizers", &own, &text], b"");
    let sarif: Value = serde_json::from_slice(&sarif.stdout).unwrap();
    let run = &sarif["runs"][0];
    for result in run["results"].as_array().unwrap() {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(run["tool"]["driver"]["rules"][index]["id"], result["ruleId"]);
    }
}

#[test]
fn a_wrong_file_is_refused_with_one_line() {
    let folder = folder();
    let wrong = path(folder.path(), "wrong.yaml");
    std::fs::write(
        &wrong,
        "recognizers:\n- name: n\n  supported_entity: X\n  patterns: [{name: a, regex: 'a(?=b)c', score: 1}]\n",
    )
    .unwrap();
    for lang in ["vi", "ru", "zh", "en"] {
        let output = tutela(&["detect", "--lang", lang, "--recognizers", &wrong], b"text");
        let told = String::from_utf8(output.stderr.clone()).unwrap();
        assert_eq!(code(&output), 2);
        assert!(told.contains("wrong.yaml:4: ") && told.lines().count() == 1, "{told}");
        assert!(!told.contains("recognizer-"), "{told}");
    }
    let gone = tutela(
        &["scan", "--recognizers", &path(folder.path(), "gone.yaml"), &wrong],
        b"",
    );
    assert_eq!(code(&gone), 2);
}

#[test]
fn a_corpus_is_measured() {
    let folder = folder();
    let corpus = path(folder.path(), "corpus.jsonl");
    let text = [
        json!({"id": "1", "lang": "vi", "text": "Thư: du@example.org, MB-12345", "spans": [[5, 19, "EMAIL"], [21, 29, "MINISTRY_BADGE"]]}).to_string(),
        json!({"id": "2", "lang": "vi", "text": "Thư: bo@example.org", "spans": [[5, 7, "NOVEL"]]}).to_string(),
        "broken".to_owned(),
        json!({"id": "3", "lang": "ru", "text": "Секретарь", "spans": [[0, 9, "PERSON"]]}).to_string(),
    ];
    std::fs::write(&corpus, text.join("\n")).unwrap();
    let own = path(folder.path(), "own.yaml");
    let output = tutela(
        &[
            "eval",
            "--lang",
            "en",
            "--recognizers",
            &own,
            "--format",
            "json",
            "--worst",
            "5",
            &corpus,
        ],
        b"",
    );
    assert_eq!(code(&output), 2, "a line was broken");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let row = |lang: &str, label: &str| {
        let rows = report["rows"].as_array().unwrap();
        rows.iter()
            .find(|r| r["lang"] == lang && r["label"] == label)
            .unwrap_or_else(|| panic!("{report}"))
            .clone()
    };
    assert_eq!(row("vi", "MINISTRY_BADGE")["strict"]["f1"], 1.0);
    let mail = row("vi", "EMAIL");
    assert_eq!(
        (&mail["strict"]["precision"], &mail["strict"]["recall"]),
        (&json!(0.5), &json!(1.0))
    );
    assert_eq!(row("ru", "PERSON")["overlap"]["recall"], 0.0);
    assert_eq!(
        (&report["unknown_labels"], &report["broken_lines"]),
        (&json!({"NOVEL": 1}), &json!(1))
    );
    assert_eq!(report["labels"]["EMAIL"], json!(["EMAIL_ADDRESS"]));
    let shown = String::from_utf8(output.stdout.clone()).unwrap();
    assert!(!shown.contains("bo@example") && !shown.contains("Секретарь"), "{shown}");
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("corpus.jsonl:3: "), "{told}");

    let again = tutela(
        &[
            "eval",
            "--lang",
            "en",
            "--recognizers",
            &own,
            "--worst",
            "5",
            "--reveal",
            &corpus,
        ],
        b"",
    );
    let text = String::from_utf8(again.stdout).unwrap();
    assert!(
        text.contains("bo@example.org") && text.contains("NOVEL 1") && text.contains("EMAIL_ADDRESS"),
        "{text}"
    );
    let labels = path(folder.path(), "labels.txt");
    std::fs::write(&labels, "NOVEL = EMAIL_ADDRESS\n").unwrap();
    let mapped = tutela(&["eval", "--format", "csv", "--labels", &labels, &corpus], b"");
    let csv = String::from_utf8(mapped.stdout).unwrap();
    assert!(
        csv.contains("vi,NOVEL,strict,1,0,1,0,") && csv.contains("vi,NOVEL,overlap,1,1,1,1,1.0000"),
        "{csv}"
    );
    std::fs::write(&labels, "NOVEL = WHAT\n").unwrap();
    let refused = tutela(&["eval", "--lang", "en", "--labels", &labels, &corpus], b"");
    assert!(
        String::from_utf8(refused.stderr)
            .unwrap()
            .contains("labels.txt:1: \"WHAT\" is not a type")
    );
}

#[test]
fn the_interface_listens_and_is_not_open_to_others_by_chance() {
    let refused = tutela(&["detect", "--lang", "en", "--listen", "0.0.0.0:0"], b"");
    assert_eq!(code(&refused), 2);
    assert!(String::from_utf8(refused.stderr).unwrap().contains("--tokens"));
    let mut server = Command::new(env!("CARGO_BIN_EXE_tutela"))
        .args(["detect", "--lang", "en", "--listen", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(server.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let address: String = line
        .split("http://")
        .nth(1)
        .unwrap()
        .chars()
        .take_while(|c| c.is_ascii_digit() || ".:".contains(*c))
        .collect();
    let body = r#"{"text": "mail du@example.org", "language": "en"}"#;
    let mut stream = TcpStream::connect(address).unwrap();
    let head = format!(
        "POST /analyze HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    server.kill().unwrap();
    server.wait().unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 200") && answer.contains("EMAIL_ADDRESS"),
        "{answer}"
    );
}
