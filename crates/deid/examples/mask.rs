//! Masks files and tells how fast: `cargo run --release -p tutela-deid --example mask -- OUT FILE…`. Beside it stands the time that reading
//! and finding alone take.
#![expect(clippy::print_stdout, reason = "an example that prints")]

use std::path::Path;
use std::time::Instant;

use tutela_deid::copy::{Masker, Options, mask};
use tutela_deid::operator::{Key, Operators};
use tutela_deid::policy::{Audience, Policy};
use tutela_detect::{Cell, Engine, Input, Options as EngineOptions};
use tutela_extract::{Grain, Part, Reader, Sink, Unread};

struct Find<'e>(&'e Engine, usize);

impl Sink for Find<'_> {
    fn part(&mut self, part: Part<'_>) {
        let cells: Vec<Cell> = match &part.grain {
            Grain::Cells(marks) => marks
                .iter()
                .map(|m| Cell {
                    start: m.start,
                    end: m.end,
                    row: m.row,
                    col: m.col,
                })
                .collect(),
            _ => Vec::new(),
        };
        let input = Input {
            text: &part.text,
            lang: None,
            cells: &cells,
            columns: &part.columns,
            caption: part.caption.as_deref(),
        };
        self.1 += self.0.find(&input).len();
    }

    fn unread(&mut self, _: Unread) {}
}

fn main() {
    let mut args = std::env::args().skip(1);
    let out = args.next().unwrap_or_else(|| "masked".to_owned());
    let engine = Engine::new(EngineOptions::default());
    let Some(policy) = Policy::presets().into_iter().next() else {
        return;
    };
    let mut operators = Operators::new(Key::from_file(&[1; 32]), "");
    let reader = Reader::default();
    let options = Options {
        force: true,
        ..Options::default()
    };
    for file in args {
        let path = Path::new(&file);
        let began = Instant::now();
        let mut find = Find(&engine, 0);
        reader.read_path(path, &mut find);
        let scan = began.elapsed().as_secs_f64();
        let began = Instant::now();
        let mut masker = Masker::new(&engine, &policy, Audience::Public, &mut operators);
        let report = mask(path, Path::new(&out), &mut masker, &reader, &options);
        let seconds = began.elapsed().as_secs_f64();
        match report {
            Ok(report) => println!(
                "{file}: {seconds:.3} s (reading and finding alone {scan:.3} s, {} found): {:?} {:?}",
                find.1, report.replaced, report.cleaned
            ),
            Err(why) => println!("{file}: {seconds:.3} s: refused: {why}"),
        }
    }
}
