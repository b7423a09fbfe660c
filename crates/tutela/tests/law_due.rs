//! `tutela law due` as a user meets it.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

mod common;

use std::fs;
use std::process::Output;

use common::{code, tutela};
use serde_json::Value;

fn due(args: &[&str]) -> Output {
    tutela(&[&["law", "due"], args].concat(), b"")
}

fn shown(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn the_end_the_article_and_every_day_counted() {
    let output = due(&["--country", "vn", "--clock", "vn-b-reply", "--from", "2026-01-09T09:00"]);
    let text = shown(&output);
    assert_eq!(code(&output), 0, "{text}");
    for part in [
        "12 January 2026, 24:00 (+07:00)",
        "D356 5.2-5.5",
        "counted from: received, 9 January 2026, 09:00",
        "10 January 2026: day 1, worked instead of another",
        "11 January 2026: weekly rest, not counted",
        "12 January 2026: day 2",
    ] {
        assert!(text.contains(part), "{part} is missing in:\n{text}");
    }
}

#[test]
fn what_is_open_is_said_to_be_so_in_every_language() {
    for (lang, word) in [
        ("en", "[to be confirmed]"),
        ("vi", "[cần xác nhận]"),
        ("ru", "[требует подтверждения]"),
        ("zh", "[待确认]"),
    ] {
        let args = [
            "--lang",
            lang,
            "--country",
            "ru",
            "--clock",
            "ru-automated",
            "--from",
            "2026-02-02T09:00",
        ];
        let text = shown(&due(&args));
        assert!(text.contains(word), "{lang}:\n{text}");
        assert!(
            !text.contains("step-") && !text.contains("duty-") && !text.contains("law-due"),
            "{lang}:\n{text}"
        );
    }
}

#[test]
fn a_duty_finds_the_regimes_that_hold_on_the_day() {
    let args = ["--country", "vn", "--clock", "breach-notice", "--format", "json"];
    let clocks = |more: &[&str]| -> Vec<String> {
        let output = due(&[&args, more].concat());
        let all: Value = serde_json::from_slice(&output.stdout).unwrap();
        let named = all
            .as_array()
            .unwrap()
            .iter()
            .map(|d| d["due"]["clock"].as_str().unwrap().to_owned());
        named.collect()
    };
    assert_eq!(clocks(&["--from", "2025-12-31T09:00"]), ["vn-a-breach"]);
    assert_eq!(clocks(&["--from", "2026-01-01T00:00"]), ["vn-b-breach"]);
    let across = [
        "--event",
        "occurred=2025-12-31T09:00",
        "--event",
        "detected=2026-01-02T09:00",
    ];
    assert_eq!(clocks(&across), ["vn-a-breach", "vn-b-breach"]);
}

#[test]
fn extension_case_zone_and_standing() {
    let args = [
        "--country",
        "ru",
        "--clock",
        "ru-access",
        "--from",
        "2025-12-29T10:00",
        "--extend",
        "5@2026-01-21T10:00",
        "--zone",
        "+05:00",
        "--done",
        "2026-01-30T01:00",
    ];
    let text = shown(&due(&args));
    assert!(
        text.contains("29 January 2026, 24:00 (+05:00)") && text.contains("extended by 5 working days"),
        "{text}"
    );
    assert!(text.contains("late by 60 minutes"), "{text}");
    let args = [
        "--country",
        "vn",
        "--clock",
        "vn-b-erase",
        "--from",
        "2026-03-02",
        "--case",
        "third-party",
    ];
    assert!(shown(&due(&args)).contains("1 April 2026, 24:00"));
    let refused = due(&[
        "--country",
        "ru",
        "--clock",
        "ru-erase",
        "--from",
        "2026-03-02",
        "--extend",
        "5@2026-03-03T10:00",
    ]);
    assert_eq!(code(&refused), 2);
    assert!(shown(&refused).contains("the law gives no extension"));
}

#[test]
fn a_missing_year_says_what_to_add_and_a_folder_of_one_s_own_adds_it() {
    let args = ["--country", "vn", "--clock", "vn-b-reply", "--from", "2031-03-03T09:00"];
    let output = due(&args);
    assert_eq!(code(&output), 2);
    assert!(
        shown(&output).contains("law/calendars/vn/2031.toml"),
        "{}",
        shown(&output)
    );
    let dir = tempfile::tempdir().unwrap();
    let with = |text: &str| {
        fs::create_dir_all(dir.path().join("vn")).unwrap();
        fs::write(dir.path().join("vn/2031.toml"), text).unwrap();
        due(&[&args[..], &["--calendars", dir.path().to_str().unwrap()]].concat())
    };
    let calendar = "country = \"vn\"\nyear = 2031\nweekend = [\"saturday\", \"sunday\"]\n\
                    [[act]]\ntitle = \"a\"\nmark = \"sure\"\n\
                    [[off]]\nfrom = \"2031-03-04\"\nname = \"feast\"\ncite = \"act\"\nmark = \"sure\"\n";
    let output = with(calendar);
    assert!(shown(&output).contains("6 March 2031, 24:00"), "{}", shown(&output));
    let broken = with("country = \"vn\"\nyear = 2030\n");
    assert_eq!(code(&broken), 2, "a broken calendar is told, not passed over");
    assert!(shown(&broken).contains("2031.toml"));
}

#[test]
fn what_cannot_be_understood_is_refused() {
    let good = ["--country", "vn", "--clock", "vn-b-erase", "--from", "2026-03-02T09:00"];
    for (bad, word) in [
        (vec!["--event", "somewhen=2026-03-02"], "somewhen"),
        (vec!["--event", "received=tomorrow"], "tomorrow"),
        (vec!["--extend", "five"], "five"),
        (vec!["--pause", "x"], "x"),
        (vec!["--pause", "x=2026-03-03"], "knows no pause"),
        (vec!["--zone", "Nowhere/City"], "Nowhere"),
        (vec!["--closes", "25:00"], "25:00"),
        (vec!["--case", "other"], "other"),
        (vec!["--calendars", "/nowhere"], "/nowhere"),
    ] {
        let output = due(&[&good[..], &bad].concat());
        assert_eq!(code(&output), 2, "{bad:?}: {}", shown(&output));
        assert!(shown(&output).contains(word), "{bad:?}: {}", shown(&output));
    }
    let unknown = due(&["--country", "cn", "--clock", "vn-b-erase", "--from", "2026-03-02"]);
    assert!(code(&unknown) == 2 && shown(&unknown).contains("--list"));
    assert_eq!(code(&due(&["--country", "cn"])), 2, "a clock must be named");
}

#[test]
fn the_list_names_every_clock_with_its_term_and_article() {
    let text = shown(&due(&["--list", "--country", "ru"]));
    let line = text.lines().find(|l| l.contains("ru-breach ")).unwrap();
    assert!(
        line.contains("24 hours") && line.contains("152-ФЗ 21(3.1)(1)"),
        "{line}"
    );
    assert!(!text.contains("vn-"));
    let all: Value = serde_json::from_slice(&due(&["--list", "--format", "json"]).stdout).unwrap();
    let rows = all.as_array().unwrap();
    assert!(rows.len() > 100 && rows.iter().all(|r| !r["cite"].as_str().unwrap().is_empty()));
}
