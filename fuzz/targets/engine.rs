//! The engine: any text, as running text and as cells.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use tutela_detect::{Cell, Engine, Input, Options};

static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    Engine::new(Options {
        only: Vec::new(),
        min_score: 0.0,
    })
});

fn check(input: &Input<'_>) {
    let found = ENGINE.find(input);
    assert!(found.windows(2).all(|f| f[0].end <= f[1].start), "findings overlap or are out of order");
    for f in &found {
        assert!(f.start < f.end && input.text.get(f.start..f.end).is_some(), "a finding is no piece of the text");
        assert!((0.0..=1.0).contains(&f.score), "score {}", f.score);
        let _: Vec<_> = f.why.iter().map(ToString::to_string).collect();
    }
}

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    check(&Input::text(&text));
    let mut cells = Vec::new();
    let (mut start, mut row) = (0, 0);
    for line in text.split('\n') {
        let mut at = start;
        for (col, cell) in (0..).zip(line.split('\t')) {
            cells.push(Cell { start: at, end: at + cell.len(), row, col });
            at += cell.len() + 1;
        }
        start += line.len() + 1;
        row += 1;
    }
    check(&Input { cells: &cells, ..Input::text(&text) });
});
