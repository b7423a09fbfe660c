//! `tutela doctor`: checks the installation, or with `--workstation` this machine.

mod workstation;

use std::io::{self, Write};
use std::process::{Command, Stdio};

use anyhow::Result;
use clap::ArgMatches;
use tutela_detect::{Engine, Entity, Input, Options};
use tutela_extract::{Limits, Part, ReadState, Sink, Unread};
use tutela_law::{Country, Law};
use tutela_words::{Arg, Words};

use super::scan::{cache_folder, reader};
use crate::Done;
use crate::law::today;

/// Languages of text recognition, as Tesseract names them, and as Debian names their packages.
const OCR_LANGUAGES: [(&str, &str); 4] = [("vie", "vie"), ("rus", "rus"), ("chi_sim", "chi-sim"), ("eng", "eng")];

struct Check {
    what: String,
    /// What to do where it failed.
    fix: Option<String>,
}

pub(crate) fn run(matches: &ArgMatches, words: &Words) -> Result<Done> {
    let json = matches.get_one::<String>("format").is_some_and(|f| f == "json");
    if matches.get_flag("workstation") {
        return workstation::run(matches.get_flag("with-name"), json, words);
    }
    let mut checks = Vec::new();
    let mut check = |what: String, good: bool, fix: String| {
        checks.push(Check {
            what,
            fix: (!good).then_some(fix),
        })
    };

    let engine = Engine::new(Options::default());
    let sample = "Email: nobody@example.org";
    let found = engine
        .find(&Input::text(sample))
        .iter()
        .any(|f| f.entity == Entity::EmailAddress);
    check(words.get("doctor-engine"), found, words.get("doctor-engine-fix"));

    let law = Law::embedded();
    for country in [Country::Vn, Country::Ru, Country::Cn] {
        let pack = law.pack(country, today());
        let name = pack.map_or(country.code(), |p| p.id());
        let (code, day) = (country.code(), today().to_string());
        let fix = words.with("cli-no-law", &[("x", Arg::Text(code)), ("y", Arg::Text(&day))]);
        check(format!("{}: {name}", words.get("doctor-law")), pack.is_some(), fix);
    }

    let mut sink = Nothing;
    let outcome = reader(&Limits::default()).read_bytes("check.rtf", br"{\rtf1 ok}", &mut sink);
    check(
        words.get("doctor-isolation"),
        outcome.read == ReadState::Full,
        words.get("doctor-isolation-fix"),
    );

    let installed = ocr_languages();
    check(
        words.get("doctor-ocr"),
        installed.is_some(),
        words.get("doctor-ocr-fix"),
    );
    for (language, package) in OCR_LANGUAGES {
        let known = installed.as_ref().is_some_and(|l| l.iter().any(|l| l == language));
        let what = words.with("doctor-ocr-language", &[("x", Arg::Text(language))]);
        check(
            what,
            known,
            words.with("doctor-ocr-language-fix", &[("x", Arg::Text(package))]),
        );
    }

    let folder = cache_folder();
    let shown = folder.as_ref().map(|f| tutela_scan::shown(f)).unwrap_or_default();
    let writable = folder.is_some_and(|f| tutela_scan::Cache::open(&f, "").is_ok());
    check(
        words.with("doctor-cache", &[("x", Arg::Text(&shown))]),
        writable,
        words.get("doctor-cache-fix"),
    );

    let mut out = io::stdout().lock();
    let well = checks.iter().all(|c| c.fix.is_none());
    if json {
        let all: Vec<_> = checks
            .iter()
            .map(|c| serde_json::json!({ "check": c.what, "good": c.fix.is_none(), "do": c.fix }))
            .collect();
        writeln!(out, "{}", serde_json::json!({ "checks": all }))?;
        return Ok(if well { Done::Well } else { Done::Partly });
    }
    writeln!(out, "{}", words.get("doctor-title"))?;
    for check in &checks {
        match &check.fix {
            None => writeln!(out, "  [{}] {}", words.get("doctor-ok"), check.what)?,
            Some(fix) => writeln!(out, "  [{}] {}\n      {fix}", words.get("doctor-missing"), check.what)?,
        }
    }
    Ok(if well { Done::Well } else { Done::Partly })
}

/// The languages that Tesseract has, where it is installed.
fn ocr_languages() -> Option<Vec<String>> {
    let output = Command::new("tesseract")
        .arg("--list-langs")
        .stdin(Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    Some(text.lines().map(|l| l.trim().to_owned()).collect())
}

struct Nothing;

impl Sink for Nothing {
    fn part(&mut self, _: Part<'_>) {}
    fn unread(&mut self, _: Unread) {}
}
