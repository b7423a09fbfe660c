//! `tutela detect`: the engine alone.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::Path;

use anyhow::{Context, Result};
use clap::ArgMatches;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tutela_detect::{Engine, Finding, Input, Lang};
use tutela_words::{Arg, Words};

use super::recognizers::Loaded;
use super::{engine, threads};
use crate::law::Classes;
use crate::{Done, cli};

/// Text taken up at a time, in bytes: enough for all threads, little enough to answer while more comes.
const BATCH: usize = 4 << 20;

pub(crate) fn run(matches: &ArgMatches, words: &Words) -> Result<Done> {
    let own = Loaded::read(matches, words)?;
    if let Some(&address) = matches.get_one("listen") {
        return super::listen::run(address, &own, matches, words);
    }
    let jsonl = matches.get_flag("jsonl");
    let job = Job {
        engine: engine(matches, words, &own)?,
        classes: Classes::new(matches, words)?,
        offsets: match matches.get_one::<String>("offsets").map(String::as_str) {
            Some("bytes") => Offsets::Bytes,
            Some("utf16") => Offsets::Utf16,
            _ => Offsets::Chars,
        },
        jsonl,
        json_out: jsonl || matches.get_one::<String>("format").is_some_and(|f| f == "jsonl"),
        threads: threads(matches),
    };
    let mut out = BufWriter::new(io::stdout().lock());
    let mut done = Done::Well;
    let paths = cli::paths(matches);
    if paths.is_empty() {
        done = job.stream(&mut io::stdin().lock(), &mut out, words)?;
    }
    for path in paths {
        let one = if path == Path::new("-") {
            job.stream(&mut io::stdin().lock(), &mut out, words)?
        } else {
            let shown = tutela_scan::shown(&path);
            let file = File::open(&path).with_context(|| words.with("cli-cannot-open", &[("x", Arg::Text(&shown))]))?;
            job.stream(&mut BufReader::with_capacity(1 << 20, file), &mut out, words)?
        };
        if one != Done::Well {
            done = one;
        }
    }
    out.flush()?;
    Ok(done)
}

#[derive(Clone, Copy)]
enum Offsets {
    Chars,
    Bytes,
    Utf16,
}

impl Offsets {
    /// Length of a stretch of text in this unit.
    fn len(self, text: &str) -> usize {
        match self {
            Self::Bytes => text.len(),
            // Counted without decoding: every code point has one byte that does not continue another.
            Self::Chars => text.bytes().filter(|&b| b & 0xC0 != 0x80).count(),
            Self::Utf16 => text
                .bytes()
                .map(|b| usize::from(b & 0xC0 != 0x80) + usize::from(b >= 0xF0))
                .sum(),
        }
    }
}

struct Job {
    engine: Engine,
    classes: Classes,
    offsets: Offsets,
    jsonl: bool,
    json_out: bool,
    threads: usize,
}

#[derive(Deserialize)]
struct Record<'a> {
    #[serde(default)]
    id: Value,
    #[serde(borrow)]
    text: std::borrow::Cow<'a, str>,
    #[serde(default)]
    lang: Option<String>,
}

#[derive(Serialize)]
struct Answer<'a> {
    id: &'a Value,
    lang: &'a str,
    findings: Vec<Found<'a>>,
}

#[derive(Serialize)]
struct Found<'a> {
    #[serde(rename = "type")]
    entity: &'a str,
    start: usize,
    end: usize,
    score: f64,
    class: &'a str,
    validated: bool,
    why: Vec<String>,
}

impl Job {
    /// Answers everything that comes from `input`, in its order.
    fn stream(&self, input: &mut dyn BufRead, out: &mut dyn Write, words: &Words) -> Result<Done> {
        if !self.jsonl {
            return self.whole(input, out, words);
        }
        let mut done = Done::Well;
        loop {
            let mut lines: Vec<Vec<u8>> = Vec::new();
            let mut size = 0;
            while size < BATCH {
                let mut line = Vec::new();
                if input.read_until(b'\n', &mut line)? == 0 {
                    break;
                }
                size += line.len();
                if !line.trim_ascii().is_empty() {
                    lines.push(line);
                }
            }
            if lines.is_empty() {
                return Ok(done);
            }
            for (answers, broken) in self.batch(&lines, size) {
                out.write_all(&answers)?;
                if broken {
                    done = Done::Partly;
                }
            }
        }
    }

    /// Answers for lines, spread over the threads, in order.
    fn batch(&self, lines: &[Vec<u8>], size: usize) -> Vec<(Vec<u8>, bool)> {
        let share = (size / self.threads).max(64 * 1024);
        let mut pieces = Vec::new();
        let (mut from, mut weight) = (0, 0);
        for (i, line) in lines.iter().enumerate() {
            weight += line.len();
            if weight >= share || i + 1 == lines.len() {
                pieces.extend(lines.get(from..=i));
                (from, weight) = (i + 1, 0);
            }
        }
        let answer = |piece: &[Vec<u8>]| {
            let (mut out, mut broken) = (Vec::new(), false);
            for line in piece {
                broken |= !self.line(line, &mut out);
            }
            (out, broken)
        };
        if let [piece] = pieces.as_slice() {
            return vec![answer(piece)];
        }
        std::thread::scope(|scope| {
            let running: Vec<_> = pieces.iter().map(|piece| scope.spawn(|| answer(piece))).collect();
            running
                .into_iter()
                .map(|thread| {
                    thread
                        .join()
                        .unwrap_or_else(|_| (b"{\"id\":null,\"error\":\"internal error\"}\n".to_vec(), true))
                })
                .collect()
        })
    }

    /// Answers one line; whether it was sound.
    fn line(&self, line: &[u8], out: &mut Vec<u8>) -> bool {
        let (id, error) = match serde_json::from_slice::<Record<'_>>(line) {
            Ok(record) => {
                let lang = record.lang.as_deref().and_then(Lang::from_code);
                self.answer(&record.id, &record.text, lang, out);
                return true;
            }
            Err(e) => {
                // The message of the parser names what is wrong, and can quote a value: only its kind and place are told.
                let id = serde_json::from_slice::<Value>(line)
                    .ok()
                    .and_then(|v| v.get("id").cloned());
                let error = match e.classify() {
                    serde_json::error::Category::Data => "not a record: \"text\" must be a string".to_owned(),
                    _ => format!("not JSON at column {}", e.column()),
                };
                (id.unwrap_or(Value::Null), error)
            }
        };
        write_json(&serde_json::json!({"id": id, "error": error}), out);
        false
    }

    fn answer(&self, id: &Value, text: &str, lang: Option<Lang>, out: &mut Vec<u8>) {
        let findings = self.engine.find(&Input {
            text,
            lang,
            ..Input::default()
        });
        let lang = lang.unwrap_or_else(|| self.engine.language(text));
        let (mut at, mut passed) = (0, 0);
        let mut found = Vec::with_capacity(findings.len());
        for Finding {
            entity,
            start,
            end,
            score,
            validated,
            why,
        } in &findings
        {
            passed += self.offsets.len(text.get(at..*start).unwrap_or_default());
            let length = self.offsets.len(text.get(*start..*end).unwrap_or_default());
            at = *end;
            found.push(Found {
                entity: entity.as_str(),
                start: passed,
                end: passed + length,
                score: (f64::from(*score) * 100.0).round() / 100.0,
                class: self.classes.of(*entity, lang).1.as_str(),
                validated: *validated,
                why: why.iter().map(ToString::to_string).collect(),
            });
            passed += length;
        }
        write_json(
            &Answer {
                id,
                lang: lang.code(),
                findings: found,
            },
            out,
        );
    }

    /// Plain text: the whole input is one text.
    fn whole(&self, input: &mut dyn BufRead, out: &mut dyn Write, words: &Words) -> Result<Done> {
        let mut bytes = Vec::new();
        input.read_to_end(&mut bytes)?;
        let text = String::from_utf8_lossy(&bytes);
        if self.json_out {
            let mut line = Vec::new();
            self.answer(&Value::Null, &text, None, &mut line);
            out.write_all(&line)?;
            return Ok(Done::Well);
        }
        let lang = self.engine.language(&text);
        let (mut line, mut at) = (1, 0);
        for finding in self.engine.find(&Input::text(&text)) {
            let before = text.get(at..finding.start).unwrap_or_default();
            line += before.bytes().filter(|&b| b == b'\n').count();
            at = finding.start;
            let value = text.get(finding.start..finding.end).unwrap_or_default();
            let (_, class) = self.classes.of(finding.entity, lang);
            let why: Vec<_> = finding.why.iter().map(ToString::to_string).collect();
            writeln!(
                out,
                "{}\t{}\t{}\t{:.2}\t{}\t{}",
                words.with("cli-line", &[("n", Arg::Number(line as u64))]),
                finding.entity,
                class.as_str(),
                finding.score,
                tutela_deid::operator::masked(finding.entity, value),
                why.join(", ")
            )?;
        }
        Ok(Done::Well)
    }
}

/// Appends a value as one line. Writing to memory does not fail.
fn write_json(value: &impl Serialize, out: &mut Vec<u8>) {
    if serde_json::to_writer(&mut *out, value).is_ok() {
        out.push(b'\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_count_in_the_unit_asked_for() {
        let text = "Ng\u{f4} 𠮷a";
        assert_eq!(Offsets::Bytes.len(text), 10);
        assert_eq!(Offsets::Chars.len(text), 6);
        assert_eq!(Offsets::Utf16.len(text), 7);
    }
}
