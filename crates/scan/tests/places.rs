//! What names of parts give away is hidden in every format of a report, and shown where the values are.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

use std::fs;
use std::path::PathBuf;

use tutela_detect::{Engine, Options as Find};
use tutela_extract::{Part, Reader, Sink, Unread};
use tutela_law::{Class, Country};
use tutela_scan::report::{self, Format, Style};
use tutela_scan::{About, Options, Scanner};
use tutela_words::{Locale, Words};

/// Keys that name a person, a column that holds an address of mail in its name, an attachment with a number, one that cannot be read.
const FILES: [(&str, &str); 4] = [
    (
        "a.json",
        r#"{"people": {"Nguyễn Văn Khoa": {"phone": "+84 912 345 678", "note": "việc"}}, "n": 1}"#,
    ),
    (
        "b.csv",
        "id,anna.smirnova@example.org,note\n1,+84 912 345 678,x\n2,+84 912 345 679,y\n",
    ),
    (
        "c.eml",
        "From: office@example.org\r\nTo: desk@example.org\r\nSubject: x\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=q\r\n\r\n--q\r\nContent-Type: text/plain\r\n\r\nhello\r\n\
         --q\r\nContent-Type: text/csv; name=\"CCCD_049187012345.csv\"\r\n\
         Content-Disposition: attachment; filename=\"CCCD_049187012345.csv\"\r\n\r\nphone\r\n+84 912 345 678\r\n\
         --q\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=\"Smirnova Anna Petrovna.pdf\"\r\n\r\n\
         %PDF-1.7 broken\r\n--q--\r\n",
    ),
    (
        "d.txt",
        "Báo cáo.\nAnh Trần Văn Nam sinh năm 1980. Hiện anh đang điều trị ung thư gan.\n",
    ),
];

const GIVEN_AWAY: [&str; 5] = ["Văn Nam", "Khoa", "smirnova@", "049187012345", "Petrovna"];

#[derive(Default)]
struct Texts(String);

impl Sink for Texts {
    fn part(&mut self, part: Part<'_>) {
        self.0.push_str(&part.text);
        self.0.push('\n');
    }

    fn unread(&mut self, unread: Unread) {
        panic!("{unread:?}");
    }
}

/// The report of the files in this format, as text.
fn reported(format: Format, reveal: bool) -> String {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in FILES {
        fs::write(folder.path().join(name), content).unwrap();
    }
    let (reader, engine) = (Reader::default(), Engine::new(Find::default()));
    let scanner = Scanner {
        reader: &reader,
        engine: &engine,
        class_of: &|_, _| (Country::Vn, Class::Basic),
        cache: None,
        options: Options {
            threads: 1,
            reveal,
            max_hits: 1000,
        },
    };
    let words = Words::new(Locale::En);
    let style = Style {
        colour: false,
        verbose: true,
        width: 100,
    };
    let mut report = report::new(format, &words, style);
    let mut out = Vec::new();
    let paths: Vec<PathBuf> = vec![folder.path().to_owned()];
    let totals = scanner.scan(&paths, &|_| {}, |file| {
        report.file(&mut out, file).unwrap();
        true
    });
    let about = About {
        paths: vec!["store".into()],
        pack: "vn".into(),
        on: "2026-01-01".into(),
        norms: Default::default(),
        at: "2026-01-01T00:00:00+07:00".into(),
        version: "0".into(),
    };
    report.end(&mut out, &about, &totals).unwrap();
    if format == Format::Xlsx {
        let mut texts = Texts::default();
        Reader::default().read_bytes("report.xlsx", &out, &mut texts);
        return texts.0;
    }
    String::from_utf8(out).unwrap()
}

#[test]
fn no_format_gives_names_in_places_away() {
    for format in [
        Format::Text,
        Format::Json,
        Format::Jsonl,
        Format::Csv,
        Format::Xlsx,
        Format::Html,
        Format::Sarif,
    ] {
        let text = reported(format, false);
        for name in GIVEN_AWAY {
            assert!(!text.contains(name), "{format:?} gives {name} away:\n{text}");
        }
        for shape in ["N***** V** K***", "CCCD_************.csv"] {
            assert!(text.contains(shape), "{format:?} lacks {shape}:\n{text}");
        }
        assert!(text.contains("c.eml"), "{format:?} lost the file");
    }
}

#[test]
fn sensitive_findings_say_whose_they_are_without_the_name() {
    for format in [Format::Text, Format::Jsonl, Format::Csv] {
        let text = reported(format, false);
        let offset = FILES[3].1.find("Trần").unwrap();
        let tie = format!("PERSON T*** V** N** @ {offset}");
        assert!(text.contains(&tie), "{format:?} lacks {tie}:\n{text}");
    }
}

#[test]
fn whoever_asked_to_see_values_sees_names() {
    for format in [Format::Text, Format::Jsonl] {
        let text = reported(format, true);
        assert!(
            text.contains("Nguyễn Văn Khoa") && text.contains("049187012345"),
            "{text}"
        );
    }
}

#[test]
fn sarif_names_its_rules_and_places() {
    let document: serde_json::Value = serde_json::from_str(&reported(Format::Sarif, false)).unwrap();
    let run = &document["runs"][0];
    let results = run["results"].as_array().unwrap();
    assert!(results.len() >= 5, "{document}");
    for result in results {
        let rule = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(run["tool"]["driver"]["rules"][rule]["id"], result["ruleId"]);
        let location = &result["locations"][0];
        assert!(
            location["physicalLocation"]["artifactLocation"]["uri"]
                .as_str()
                .unwrap()
                .starts_with("file:///")
        );
        assert!(
            !location["logicalLocations"][0]["fullyQualifiedName"]
                .as_str()
                .unwrap()
                .is_empty()
        );
    }
    assert_eq!(run["invocations"][0]["executionSuccessful"], false);
}
