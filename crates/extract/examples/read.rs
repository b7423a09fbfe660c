//! Reads files and prints what the readers see, or with `--quiet` only how much and how fast.

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

fn main() {
    let mut sink = Print {
        quiet: false,
        parts: 0,
        bytes: 0,
        unread: 0,
    };
    for path in std::env::args().skip(1) {
        if path == "--quiet" {
            sink.quiet = true;
            continue;
        }
        let began = Instant::now();
        let outcome = Reader::new(Limits::default()).read_path(Path::new(&path), &mut sink);
        let seconds = began.elapsed().as_secs_f64();
        println!(
            "-- {path}: {} {} {} bytes, {} parts, {} bytes of text, {} unread, {seconds:.2} s, {:.0} MB/s",
            outcome.kind.as_str(),
            outcome.read.as_str(),
            outcome.bytes,
            sink.parts,
            sink.bytes,
            sink.unread,
            outcome.bytes as f64 / 1e6 / seconds
        );
    }
}
