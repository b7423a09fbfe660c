//! The demo of the office shows scans of `samples/` that were made before, since the office reads no files. They are what
//! the scanner finds today.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tutela_detect::{Engine, Options as Find};
use tutela_extract::Reader;
use tutela_law::{Class, Country};
use tutela_scan::report::{self, Format, Style};
use tutela_scan::{About, Options, Scanner};
use tutela_words::{Locale, Words};

/// What the office keeps of a line.
const KEPT: [&str; 5] = ["bytes", "read", "counts", "subjects", "kind"];

/// The lines of a report by the name of the file, as far as the office keeps them; the totals under an empty name.
fn lines(text: &str) -> BTreeMap<String, Value> {
    let lines = text.lines().map(|line| {
        let line: Value = serde_json::from_str(line).unwrap();
        if let Some(total) = line.get("total") {
            let mut total = total.clone();
            let not_read = total["not_read"].as_array().unwrap().len();
            for gone in ["seconds", "cached", "classes"] {
                total.as_object_mut().unwrap().remove(gone);
            }
            total["not_read"] = not_read.into();
            return (String::new(), total);
        }
        let name = Path::new(line["path"].as_str().unwrap()).file_name().unwrap();
        let kept = KEPT.iter().map(|k| ((*k).to_owned(), line[*k].clone())).collect();
        (name.to_string_lossy().into_owned(), Value::Object(kept))
    });
    lines.collect()
}

fn scanned(folder: &Path) -> String {
    // What is in pictures depends on whether Tesseract is there.
    let files = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
    let mut paths: Vec<PathBuf> = files.filter(|p| p.extension().is_none_or(|e| e != "png")).collect();
    paths.sort();
    let (reader, engine) = (Reader::default(), Engine::new(Find::default()));
    let scanner = Scanner {
        reader: &reader,
        engine: &engine,
        class_of: &|_, _| (Country::Vn, Class::Basic),
        cache: None,
        options: Options {
            threads: 1,
            reveal: false,
            max_hits: 100_000,
        },
    };
    let words = Words::new(Locale::En);
    let style = Style {
        colour: false,
        verbose: false,
        width: 100,
    };
    let mut report = report::new(Format::Jsonl, &words, style);
    let mut out = Vec::new();
    let totals = scanner.scan(&paths, &|_| {}, |file| {
        report.file(&mut out, file).unwrap();
        true
    });
    let about = About {
        paths: Vec::new(),
        pack: String::new(),
        on: String::new(),
        norms: BTreeMap::new(),
        at: String::new(),
        version: String::new(),
    };
    report.end(&mut out, &about, &totals).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn the_scans_of_the_demo_are_true() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for name in ["vi", "ru", "zh", "en", "broken"] {
        let demo = root.join(format!("crates/office/demo/scan.{name}.jsonl"));
        let told = std::fs::read_to_string(demo).unwrap();
        assert!(!told.contains("\"value\""), "{name}: a value stands in the report");
        assert_eq!(
            lines(&scanned(&root.join("samples").join(name))),
            lines(&told),
            "{name}"
        );
    }
}
