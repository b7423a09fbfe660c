//! Speed and accuracy of the engine on a corpus: a folder with `files/` and `truth.jsonl`.
//!
//! `cargo run --release -p tutela-detect --example corpus -- CORPUS [ROUNDS] [all]`
//!
//! Prints, on one thread, megabytes per second, then recall and precision per type and the first errors. Without `all` only identifiers are looked for.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a measuring program for developers"
)]

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;
use std::time::Instant;

use tutela_detect::{Engine, Entity, Group, Input, Options};

fn entity(kind: &str) -> Option<Entity> {
    Some(match kind {
        "EMAIL" => Entity::EmailAddress,
        "PHONE_VN" | "PHONE_RU" | "PHONE_CN" | "PHONE_US" => Entity::PhoneNumber,
        "CCCD" => Entity::VnCitizenId,
        "VN_MST" => Entity::VnTaxCode,
        "SNILS" => Entity::RuSnils,
        "INN" => Entity::RuInn,
        "PASSPORT_RU" => Entity::RuPassport,
        "CN_ID" => Entity::CnResidentId,
        "CARD" => Entity::CreditCard,
        "IBAN" => Entity::IbanCode,
        "IPV4" => Entity::IpAddress,
        "SSN" => Entity::UsSsn,
        "PERSON" => Entity::Person,
        _ => return None,
    })
}

/// Seconds of processor time of this thread (of the clock, where the system does not tell): other programs do not count.
fn seconds(began: Instant) -> f64 {
    fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|s| s.split(' ').next()?.parse::<f64>().ok())
        .map_or_else(|| began.elapsed().as_secs_f64(), |ns| ns / 1e9)
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let root = Path::new(&args[1]);
    let rounds: u32 = args.get(2).map_or(5, |r| r.parse().unwrap());
    let all = args.get(3).is_some_and(|a| a == "all");
    let only = if all {
        Vec::new()
    } else {
        Entity::ALL
            .iter()
            .copied()
            .filter(|e| e.group() == Group::Identifiers)
            .collect()
    };
    let began = Instant::now();
    let engine = Engine::new(Options { only, min_score: 0.5 });
    println!("built in {:.1} ms", began.elapsed().as_secs_f64() * 1e3);
    let mut files: Vec<(String, String)> = fs::read_dir(root.join("files"))
        .unwrap()
        .map(|e| e.unwrap().path())
        .map(|p| {
            (
                p.file_name().unwrap().to_string_lossy().into_owned(),
                fs::read_to_string(p).unwrap(),
            )
        })
        .collect();
    files.sort();
    let size: usize = files.iter().map(|f| f.1.len()).sum();
    let parts: Vec<&str> = files.iter().map(|f| f.1.as_str()).collect();
    let mut best = f64::MAX;
    let mut found = 0;
    for _ in 0..rounds {
        let before = seconds(began);
        found = parts.iter().map(|p| engine.find(&Input::text(p)).len()).sum();
        best = best.min(seconds(began) - before);
    }
    println!(
        "{:.1} MB, {found} findings, {:.0} MB per second of processor time",
        size as f64 / 1e6,
        size as f64 / best / 1e6
    );

    let mut truth: HashMap<String, Vec<(Entity, usize, usize)>> = HashMap::new();
    let mut decoys: HashMap<String, Vec<(String, usize, usize)>> = HashMap::new();
    for line in fs::read_to_string(root.join("truth.jsonl")).unwrap().lines() {
        let field = |name: &str| line.split_once(&format!("\"{name}\": ")).unwrap().1;
        let text = |name: &str| field(name).split('"').nth(1).unwrap().to_owned();
        let range = field("b").split(['[', ']']).nth(1).unwrap();
        let (start, end) = range.split_once(", ").unwrap();
        let (start, end) = (start.parse().unwrap(), end.parse().unwrap());
        match entity(&text("t")) {
            Some(e) if all || e != Entity::Person => truth.entry(text("f")).or_default().push((e, start, end)),
            _ => decoys.entry(text("f")).or_default().push((text("t"), start, end)),
        }
    }
    let mut rows: BTreeMap<Entity, [u32; 3]> = BTreeMap::new();
    let mut errors: BTreeMap<String, (u32, String)> = BTreeMap::new();
    for (name, text) in &files {
        let want = truth.get(name).cloned().unwrap_or_default();
        let got: Vec<_> = engine.find(&Input::text(text)).into_iter().map(|f| (f, ())).collect();
        let near = |s: usize, e: usize| {
            let mut a = s.saturating_sub(50);
            while !text.is_char_boundary(a) {
                a += 1;
            }
            let mut b = (e + 20).min(text.len());
            while !text.is_char_boundary(b) {
                b -= 1;
            }
            let cut = |from: usize, to: usize| text.get(from..to).unwrap();
            format!("{name}: {}[{}]{}", cut(a, s), cut(s, e), cut(e, b)).replace('\n', "⏎")
        };
        for &(e, s, end) in &want {
            if got.iter().any(|(f, ())| f.entity == e && f.start == s && f.end == end) {
                rows.entry(e).or_default()[0] += 1;
            } else {
                rows.entry(e).or_default()[1] += 1;
                let over: Vec<_> = got
                    .iter()
                    .filter(|(f, ())| f.start < end && s < f.end)
                    .map(|(f, ())| f.entity.as_str())
                    .collect();
                let row = errors.entry(format!("missed {e} (found {over:?})")).or_default();
                row.0 += 1;
                if row.0 <= std::env::var("SHOW").map_or(3, |n| n.parse().unwrap()) {
                    row.1 += &format!("\n      {}", near(s, end));
                }
            }
        }
        for (f, ()) in &got {
            let known = want
                .iter()
                .any(|&(e, s, end)| f.entity == e && f.start == s && f.end == end);
            // Only types that the corpus marks can be judged beyond identifiers.
            let judged = f.entity.group() == Group::Identifiers || f.entity == Entity::Person;
            if !known && judged {
                rows.entry(f.entity).or_default()[2] += 1;
                let list = decoys.get(name).map(Vec::as_slice).unwrap_or_default();
                let on = list
                    .iter()
                    .find(|d| d.1 < f.end && f.start < d.2)
                    .map_or("nothing", |d| d.0.as_str());
                let row = errors.entry(format!("false {} on {on}", f.entity)).or_default();
                row.0 += 1;
                if row.0 <= std::env::var("SHOW").map_or(3, |n| n.parse().unwrap()) {
                    row.1 += &format!("\n      {} {:?} {:.2}", near(f.start, f.end), f.why, f.score);
                }
            }
        }
    }
    let mut sum = [0; 3];
    for (e, r) in &rows {
        println!("{:20} right {:6} missed {:5} false {:5}", e.as_str(), r[0], r[1], r[2]);
        if *e != Entity::Person {
            for i in 0..3 {
                sum[i] += r[i];
            }
        }
    }
    let [right, missed, wrong] = sum.map(f64::from);
    println!(
        "identifiers: recall {:.4}, precision {:.4}",
        right / (right + missed),
        right / (right + wrong)
    );
    for (what, (n, examples)) in errors {
        println!("{n:5} {what}{examples}");
    }
}
