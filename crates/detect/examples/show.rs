//! What the engine finds in text files, to look for false alarms by eye.
//!
//! `cargo run --release -p tutela-detect --example show -- FILE…`
//!
//! Prints one finding a line with its surroundings, then how many there are of every type.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a program for developers")]

use std::collections::BTreeMap;
use std::fs;

use tutela_detect::{Engine, Entity, Group, Input, Options};

fn main() {
    let only = Entity::ALL.iter().copied();
    let engine = Engine::new(Options {
        only: only.filter(|e| e.group() == Group::Identifiers).collect(),
        min_score: 0.5,
    });
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for name in std::env::args().skip(1) {
        let text = String::from_utf8_lossy(&fs::read(&name).unwrap()).into_owned();
        for f in engine.find(&Input::text(&text)) {
            *counts.entry(f.entity.as_str()).or_default() += 1;
            let before: Vec<char> = text.get(..f.start).unwrap().chars().rev().take(40).collect();
            let before: String = before.into_iter().rev().collect();
            let after: String = text.get(f.end..).unwrap().chars().take(20).collect();
            let value = text.get(f.start..f.end).unwrap();
            let why: Vec<_> = f.why.iter().map(ToString::to_string).collect();
            let line = format!("{} {:.2} {before}[{value}]{after} {why:?}", f.entity, f.score);
            println!("{}", line.replace('\n', "⏎"));
        }
    }
    for (entity, n) in counts {
        println!("{n:6} {entity}");
    }
}
