//! Addresses and sensitive kinds in texts, one line a finding, and the speed of their finders.
//!
//! `cargo run --release -p tutela-detect --example sense -- FILE...` prints file, record, start, end (bytes), type, score, text and reasons; records
//! of a file are parted by the character U+001E. `… -- --speed FILE...` prints megabytes per second of processor time with and without these finders.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a measuring program for developers"
)]

use std::fs;

use tutela_detect::{Engine, Entity, Group, Input, Options};

/// Seconds of processor time that this thread has had: other programs on the machine do not count (Linux).
fn processor() -> f64 {
    let line = fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    line.split(' ').next().unwrap().parse::<f64>().unwrap() / 1e9
}

fn main() {
    let mut files: Vec<String> = std::env::args().skip(1).collect();
    let wanted = |e: &Entity| e.group() == Group::Sensitive || *e == Entity::Address;
    let only: Vec<_> = Entity::ALL.iter().copied().filter(wanted).collect();
    let began = processor();
    let engine = Engine::new(Options { only, min_score: 0.5 });
    engine.find(&Input::text("Địa chỉ: ngõ 5, г. Москва, 北京市1号, chẩn đoán"));
    let built = processor() - began;
    if files.first().is_some_and(|f| f == "--speed") {
        files.remove(0);
        println!("built and warmed up in {:.1} ms", built * 1e3);
        let identifiers = Engine::new(Options {
            only: vec![Entity::PhoneNumber],
            min_score: 0.5,
        });
        for file in files {
            let text = fs::read_to_string(&file).unwrap().repeat(3);
            let time = |engine: &Engine| {
                (0..5)
                    .map(|_| {
                        let began = processor();
                        std::hint::black_box(engine.find(&Input::text(&text)));
                        processor() - began
                    })
                    .fold(f64::MAX, f64::min)
            };
            let (all, base) = (time(&engine), time(&identifiers));
            let mb = text.len() as f64 / 1e6;
            println!(
                "{file}: {mb:.2} MB, all {:.0} MB/s, identifiers alone {:.0} MB/s, these finders {:.0} MB/s",
                mb / all,
                mb / base,
                mb / (all - base)
            );
        }
        return;
    }
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        for (n, record) in text.split('\u{1e}').enumerate() {
            for f in engine.find(&Input::text(record)) {
                let piece = record.get(f.start..f.end).unwrap().replace(['\n', '\t'], "⏎");
                let why: Vec<_> = f.why.iter().map(ToString::to_string).collect();
                println!(
                    "{file}\t{n}\t{}\t{}\t{}\t{:.2}\t{piece}\t{}",
                    f.start,
                    f.end,
                    f.entity,
                    f.score,
                    why.join("; ")
                );
            }
        }
    }
}
