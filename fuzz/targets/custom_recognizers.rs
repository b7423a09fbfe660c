//! Files of recognisers in every form, and what they find in the file itself.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tutela_detect::{Input, Normalized};
use tutela_recognizers::{Form, read_file, read_json};

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let mut lists = |name: &str| {
        if name.len() % 2 == 0 { Ok("one\n# two\nБа 三".to_owned()) } else { Err("gone".to_owned()) }
    };
    let mut sets = Vec::new();
    for form in [Form::Yaml, Form::Toml] {
        match read_file(text, form, &mut lists) {
            Ok(set) => sets.push(set),
            Err(fault) => {
                let told = fault.to_string();
                assert!(!told.contains('\n') && told.len() < 2000, "not one line: {told}");
                // YAML ends a line at a carriage return, too.
                let lines = text.chars().filter(|c| matches!(c, '\n' | '\r')).count() + 2;
                assert!(fault.line <= lines, "line {} of {lines}", fault.line);
            }
        }
    }
    if let Ok(value) = serde_json::from_str(text) {
        sets.extend(read_json(&value));
    }
    let normal = Normalized::of(text);
    for set in &sets {
        let found = set.matches(&Input::text(&normal.text), &["word".to_owned()], 10_000);
        for m in found.unwrap_or_default() {
            assert!(m.start < m.end && normal.text.get(m.start..m.end).is_some(), "a match is no piece of the text");
            assert!((0.0..=1.0).contains(&m.score), "score {}", m.score);
            let (start, end) = (normal.start(m.start), normal.end(m.end));
            assert!(start <= end && text.get(start..end).is_some(), "no way back to the text as given");
        }
    }
});
