//! Reads files and prints what the readers see, or with `--quiet` only how much and how fast; with `--rounds N` each file so many times.

#![allow(clippy::print_stdout, reason = "a tool for developers")]

use std::path::Path;
use std::time::Instant;

use tutela_extract::{Limits, Part, Reader, Sink, Unread};

struct Print {
    quiet: bool,
    parts: u64,
    bytes: u64,
    unread: u64,
}

impl Sink for Print {
    fn part(&mut self, part: Part<'_>) {
        self.parts += 1;
        self.bytes += part.text.len() as u64;
        if !self.quiet {
            println!(
                "== [{}] {:?} {:?}\n{}",
                part.place_at(0),
                part.caption,
                part.map,
                part.text
            );
        }
    }

    fn unread(&mut self, unread: Unread) {
        self.unread += 1;
        if !self.quiet || self.unread < 10 {
            println!("!! [{}] {}", unread.place, unread.why);
        }
    }
}

/// The most memory that was resident, as the system tells it; where it does not, nothing.
fn resident() -> Option<String> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|l| l.starts_with("VmHWM:"))?;
    Some(line.trim_start_matches("VmHWM:").trim().to_owned())
}

fn main() {
    let (mut quiet, mut rounds) = (false, 1);
    let mut arguments = std::env::args().skip(1);
    while let Some(path) = arguments.next() {
        if path == "--quiet" {
            quiet = true;
            continue;
        }
        if path == "--rounds" {
            rounds = arguments.next().and_then(|n| n.parse().ok()).unwrap_or(1);
            continue;
        }
        for _ in 0..rounds {
            let mut sink = Print {
                quiet,
                parts: 0,
                bytes: 0,
                unread: 0,
            };
            let began = Instant::now();
            let outcome = Reader::new(Limits::default()).read_path(Path::new(&path), &mut sink);
            let seconds = began.elapsed().as_secs_f64();
            println!(
                "-- {path}: {} {} {} bytes, {} parts, {} bytes of text, {} unread, {seconds:.3} s, {:.0} MB/s, {} resident",
                outcome.kind.as_str(),
                outcome.read.as_str(),
                outcome.bytes,
                sink.parts,
                sink.bytes,
                sink.unread,
                outcome.bytes as f64 / 1e6 / seconds,
                resident().unwrap_or_default()
            );
        }
    }
}
