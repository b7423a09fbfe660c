//! Copies of PDF: whatever comes in, what goes out is a file without the value that was cut.
#![no_main]

use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use tutela_deid::copy::{Cut, Decide};
use tutela_deid::pdf;
use tutela_detect::{Entity, Input};
use tutela_extract::Limits;

/// Cuts every run of letters that begins with one of the first letters of the alphabet.
struct Early;

impl Decide for Early {
    fn cuts(&mut self, input: &Input<'_>) -> Vec<Cut> {
        let mut cuts = Vec::new();
        let mut at = 0;
        for word in input.text.split_inclusive(char::is_whitespace) {
            let len = word.trim_end().len();
            if len > 0 && word.starts_with(|c: char| c.to_ascii_lowercase() < 'i') {
                cuts.push(Cut {
                    range: at..at + len,
                    entity: Entity::Person,
                    with: "[X]".to_owned(),
                });
            }
            at += word.len();
        }
        cuts
    }
}

fuzz_target!(|data: &[u8]| {
    let limits = Limits {
        max_file: 4 << 20,
        max_expanded: 64 << 20,
        max_time: Duration::from_secs(10),
        ..Limits::default()
    };
    // A refusal is an answer; a value left in the copy would be refused, too, so it is looked at here that a copy opens.
    if let Ok((copy, _)) = pdf::redact(data, &mut Early, &limits) {
        assert!(copy.starts_with(b"%PDF-") && copy.ends_with(b"%%EOF\n"));
    }
});
