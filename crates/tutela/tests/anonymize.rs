//! `tutela anonymize` as a user meets it: files, exit status, what is told.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

mod common;

use std::fs;

use common::{code, tutela};

const TABLE: &str = "name;born;ward;sex;illness\n\
    An;1987-03-21;00103;f;flu\nBình;1987-11-02;00107;f;asthma\nCúc;1984-05-30;00101;f;flu\n\
    Dũng;1962-01-09;00211;m;gout\nEm;1966-12-24;00219;m;flu\nGiang;1969-07-07;00214;m;asthma\n\
    Hà;2019-02-02;00900;f;measles\n";

#[test]
fn a_table_loses_its_names_and_hides_every_row_among_others() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
    fs::write(path("in.csv"), TABLE).unwrap();
    let (input, output) = (path("in.csv"), path("out.csv"));
    let args = [
        "anonymize",
        &input,
        "-o",
        &output,
        "--quasi",
        "born,ward,sex",
        "--sensitive",
        "illness",
    ];
    let more = ["--k", "3", "--distinct", "2", "--suppress", "15", "--format", "json"];
    let done = tutela(&[&args[..], &more[..]].concat(), b"");
    assert_eq!(code(&done), 0, "{}", String::from_utf8_lossy(&done.stderr));
    let told: serde_json::Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!((&told["released"], &told["suppressed"]), (&6.into(), &1.into()));
    assert_eq!(told["risk"]["smallest_class"], 3);
    assert_eq!(told["removed"], serde_json::json!(["name"]));
    let text = fs::read_to_string(&output).unwrap();
    assert_eq!(text.lines().next(), Some("born;ward;sex;illness"));
    assert_eq!(text.lines().count(), 7);
    for gone in ["An", "1987-03-21", "00103", "2019", "measles"] {
        assert!(!text.contains(gone), "{gone}");
    }
}

#[test]
fn what_cannot_be_done_is_one_clear_line_without_a_value() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
    fs::write(path("in.csv"), TABLE).unwrap();
    fs::write(path("h_ward.csv"), "00103;001;*\n").unwrap();
    let (input, output, folder) = (path("in.csv"), path("out.csv"), path(""));
    let base = ["anonymize", &input, "-o", &output];
    for (more, words) in [
        (&["--quasi", "born,ward", "--k", "50"][..], "--suppress"),
        (&["--quasi", "born,ward", "--hierarchies", &folder][..], "ward"),
        (&["--quasi", "age"][..], "age"),
        (&["--quasi", "born", "--distinct", "2"][..], "sensitive"),
        (&["--quasi", "born", "--keep", "born"][..], "born"),
    ] {
        let done = tutela(&[&base[..], more].concat(), b"");
        let told = String::from_utf8_lossy(&done.stderr).into_owned();
        assert_eq!(code(&done), 2, "{more:?}");
        assert!(told.contains(words) && told.trim().lines().count() == 1, "{told}");
        assert!(!told.contains("00107") && !told.contains("1987"), "{told}");
        assert!(!dir.path().join("out.csv").exists());
    }
}
