//! `tutela eval`: how well the engine finds, on annotated texts.

mod report;

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use clap::{ArgMatches, Command, value_parser};
use flate2::read::MultiGzDecoder;
use tutela_accuracy::{Document, Labels, Scorer};
use tutela_detect::{Engine, Input, Lang};
use tutela_words::{Arg, Words};

use super::engine;
use super::recognizers::Loaded;
use crate::cli::{self, finder_args, flag, format_arg, path_arg, value};
use crate::{Done, complain};

/// Longest line of a corpus, in bytes.
const MAX_LINE: u64 = 64 << 20;

/// Longest table of labels, in bytes.
const MAX_TABLE: u64 = 1 << 20;

/// Lines that are named; more are counted.
const MAX_NAMED: usize = 100;

pub(crate) fn args(command: Command, words: &Words) -> Command {
    command
        .arg(
            path_arg("paths", "CORPUS", words)
                .num_args(1..)
                .required(true)
                .help(words.get("cli-arg-corpora")),
        )
        .args(finder_args(words))
        .arg(format_arg(&["text", "json", "csv"], words))
        .arg(value("labels", "FILE", words).value_parser(value_parser!(PathBuf)))
        .arg(
            value("worst", "N", words)
                .value_parser(value_parser!(u32).range(0..=10_000))
                .default_value("0"),
        )
        .arg(flag("reveal", words))
}

/// A line of a corpus that was not used.
struct Skipped {
    path: String,
    line: u64,
    why: String,
}

pub(crate) fn run(matches: &ArgMatches, words: &Words) -> Result<Done> {
    let own = Loaded::read(matches, words)?;
    let engine = engine(matches, words, &own)?;
    let mut labels = Labels::common();
    if let Some(path) = matches.get_one::<PathBuf>("labels") {
        extend(&mut labels, path, words)?;
    }
    let mut scorer = Scorer::new(labels.clone());
    let mut skipped = Vec::new();
    let mut broken = 0_u64;
    for path in cli::paths(matches) {
        let shown = tutela_scan::shown(&path);
        scorer.begin(&shown);
        let mut input = open(&path).with_context(|| words.with("cli-cannot-open", &[("x", Arg::Text(&shown))]))?;
        corpus(&mut input, &engine, &mut scorer, &mut |line, why| {
            broken += 1;
            if skipped.len() < MAX_NAMED {
                let path = shown.clone();
                skipped.push(Skipped { path, line, why });
            }
        })
        .with_context(|| shown.clone())?;
    }
    let worst = matches.get_one::<u32>("worst").copied().unwrap_or(0);
    let report = scorer.report(usize::try_from(worst).unwrap_or(usize::MAX));
    let mut out = io::BufWriter::new(io::stdout().lock());
    let telling = report::Telling {
        report: &report,
        labels: &labels,
        skipped: &skipped,
        broken,
        reveal: matches.get_flag("reveal"),
        words,
    };
    match matches.get_one::<String>("format").map(String::as_str) {
        Some("json") => telling.json(&mut out)?,
        Some("csv") => telling.csv(&mut out)?,
        _ => telling.text(&mut out)?,
    }
    out.flush()?;
    for Skipped { path, line, why } in &skipped {
        complain(&format!("tutela: {path}:{line}: {why}"));
    }
    Ok(if broken == 0 { Done::Well } else { Done::Partly })
}

fn extend(labels: &mut Labels, path: &Path, words: &Words) -> Result<()> {
    let shown = tutela_scan::shown(path);
    let mut table = String::new();
    let read = File::open(path).and_then(|f| f.take(MAX_TABLE).read_to_string(&mut table));
    read.with_context(|| words.with("cli-cannot-open", &[("x", Arg::Text(&shown))]))?;
    labels.extend(&table).map_err(|wrong| {
        let at = format!("{shown}:{}", wrong.line);
        let key = if wrong.unknown.is_empty() {
            "cli-eval-table"
        } else {
            "cli-eval-unknown-type"
        };
        anyhow!(words.with(key, &[("x", Arg::Text(&at)), ("y", Arg::Text(&wrong.unknown))]))
    })
}

/// A corpus, unpacked where it is packed by gzip; `-` is standard input.
fn open(path: &Path) -> io::Result<Box<dyn BufRead>> {
    if path == Path::new("-") {
        return Ok(Box::new(BufReader::new(io::stdin())));
    }
    let mut file = BufReader::with_capacity(1 << 20, File::open(path)?);
    let packed = file.fill_buf()?.starts_with(&[0x1F, 0x8B]);
    Ok(if packed {
        Box::new(BufReader::with_capacity(1 << 20, MultiGzDecoder::new(file)))
    } else {
        Box::new(file)
    })
}

/// Finds in every text of a corpus. `broken` is told the lines that cannot be used.
fn corpus(
    input: &mut dyn BufRead,
    engine: &Engine,
    scorer: &mut Scorer,
    broken: &mut dyn FnMut(u64, String),
) -> io::Result<()> {
    let mut line = Vec::new();
    for n in 1.. {
        line.clear();
        if (&mut *input).take(MAX_LINE).read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        if line.len() as u64 == MAX_LINE && line.last() != Some(&b'\n') {
            broken(n, format!("> {} MB", MAX_LINE >> 20));
            skip_line(input)?;
            continue;
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        match Document::parse(&line) {
            Ok(document) => {
                let known = document.lang.as_deref().and_then(Lang::from_code);
                let found = engine.find(&Input {
                    lang: known,
                    ..Input::text(&document.text)
                });
                let lang: &str = match (known, &document.lang) {
                    (Some(lang), _) => lang.code(),
                    (None, Some(code)) => code,
                    (None, None) => engine.language(&document.text).code(),
                };
                scorer.add(&document, lang, &found);
            }
            Err(why) => broken(n, why.to_string()),
        }
    }
    Ok(())
}

/// Reads to the end of a line without keeping it.
fn skip_line(input: &mut dyn BufRead) -> io::Result<()> {
    loop {
        let buffer = input.fill_buf()?;
        let (used, done) = match buffer.iter().position(|b| *b == b'\n') {
            Some(at) => (at + 1, true),
            None => (buffer.len(), buffer.is_empty()),
        };
        input.consume(used);
        if done {
            return Ok(());
        }
    }
}
