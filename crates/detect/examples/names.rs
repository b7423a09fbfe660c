//! Precision and recall of names on annotated corpora: JSON lines with `text` and `spans` in code points.
//!
//! `cargo run --release -p tutela-detect --example names -- [-v TYPE] FILE…`
//!
//! A finding is right if it overlaps a span of its type; a span is found if a finding of its type overlaps it. `-v PERSON` prints the
//! errors of one type.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::string_slice,
    reason = "a measuring program for developers"
)]

use std::fs;
use std::time::Instant;

use tutela_detect::{Engine, Entity, Input, Lang, Options};

const TYPES: [(Entity, &str); 3] = [
    (Entity::Person, "PERSON"),
    (Entity::Location, "LOCATION"),
    (Entity::Organization, "ORG"),
];

/// A string value of a JSON line, unescaped.
fn string(line: &str, name: &str) -> Option<String> {
    let at = line.find(&format!("\"{name}\": \""))? + name.len() + 5;
    let mut out = String::new();
    let mut chars = line[at..].chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => return Some(out),
            '\\' => match chars.next()? {
                'n' => out.push('\n'),
                't' => out.push('\t'),
                'r' => out.push('\r'),
                'u' => {
                    let code: String = chars.by_ref().take(4).collect();
                    out.push(
                        u32::from_str_radix(&code, 16)
                            .ok()
                            .and_then(char::from_u32)
                            .unwrap_or('\u{FFFD}'),
                    );
                }
                c => out.push(c),
            },
            c => out.push(c),
        }
    }
    None
}

/// The spans of a line: start, end, label.
fn spans(line: &str) -> Vec<(usize, usize, String)> {
    let Some(at) = line.find("\"spans\": [") else {
        return Vec::new();
    };
    let list = &line[at + 10..];
    let list = &list[..list.find("], \"source\"").unwrap_or(list.len())];
    list.split('[')
        .filter_map(|s| {
            let mut parts = s.split(", ");
            let start = parts.next()?.parse().ok()?;
            let end = parts.next()?.parse().ok()?;
            Some((start, end, parts.next()?.trim_matches(['"', ']']).to_owned()))
        })
        .collect()
}

fn main() {
    let mut args = std::env::args().skip(1).peekable();
    let verbose = if args.peek().is_some_and(|a| a == "-v") {
        args.next();
        args.next()
    } else {
        None
    };
    let engine = Engine::new(Options {
        only: TYPES.map(|t| t.0).to_vec(),
        min_score: 0.5,
    });
    for path in args {
        let content = fs::read_to_string(&path).unwrap();
        let mut rows = [[0_u32; 4]; 3];
        let (mut bytes, mut time) = (0, 0.0);
        for line in content.lines() {
            let Some(text) = string(line, "text") else { continue };
            let lang = string(line, "lang").and_then(|l| Lang::from_code(&l));
            let want = spans(line);
            let began = Instant::now();
            let found = engine.find(&Input {
                lang,
                ..Input::text(&text)
            });
            time += began.elapsed().as_secs_f64();
            bytes += text.len();
            let starts: Vec<usize> = text.char_indices().map(|(i, _)| i).chain([text.len()]).collect();
            let at = |n: usize| starts[n.min(starts.len() - 1)];
            for (row, (entity, label)) in rows.iter_mut().zip(TYPES) {
                let gold: Vec<(usize, usize)> = want
                    .iter()
                    .filter(|s| s.2 == label || entity == Entity::Person && s.2 == "PROPN")
                    .map(|s| (at(s.0), at(s.1)))
                    .collect();
                let got: Vec<_> = found.iter().filter(|f| f.entity == entity).collect();
                let show = |what: &str, s: usize, e: usize, extra: String| {
                    if verbose.as_deref() == Some(label) {
                        let a = text[..s].char_indices().rev().nth(30).map_or(0, |x| x.0);
                        let b = text[e..].char_indices().nth(25).map_or(text.len(), |x| e + x.0);
                        println!("{what} {}[{}]{} {extra}", &text[a..s], &text[s..e], &text[e..b]);
                    }
                };
                for &(s, e) in &gold {
                    if got.iter().any(|f| f.start < e && s < f.end) {
                        row[0] += 1;
                    } else {
                        row[1] += 1;
                        show("MISSED", s, e, String::new());
                    }
                }
                for f in got {
                    if gold.iter().any(|&(s, e)| f.start < e && s < f.end) {
                        row[2] += 1;
                        show("RIGHT ", f.start, f.end, format!("{:.2} {:?}", f.score, f.why));
                    } else {
                        row[3] += 1;
                        show("FALSE ", f.start, f.end, format!("{:.2} {:?}", f.score, f.why));
                    }
                }
            }
        }
        println!("{path}  {:.1} MB/s", bytes as f64 / time / 1e6);
        for (row, (_, label)) in rows.iter().zip(TYPES) {
            let [hit, missed, right, wrong] = row.map(f64::from);
            let (p, r) = (right / (right + wrong).max(1.0), hit / (hit + missed).max(1.0));
            println!(
                "  {label:9} precision {p:.3} recall {r:.3} F1 {:.3}   ({} spans, {} false alarms)",
                2.0 * p * r / (p + r).max(1e-9),
                row[0] + row[1],
                row[3]
            );
        }
    }
}
