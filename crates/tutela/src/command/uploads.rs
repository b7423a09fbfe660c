//! Looks for personal data in files that are uploaded into the office.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;
use std::time::Duration;

use tutela_detect::{Cell, Engine, Input, Options};
use tutela_extract::{Grain, Limits, Part, ReadState, Reader, Sink, Unread};
use tutela_office::kernel::evidence::{Read, Scan, Scanner};

/// How long one upload is looked at: somebody waits for the answer of the form.
const TIME: Duration = Duration::from_secs(20);
/// Bytes of text that are looked at; the rest is told as not read.
const MAX_TEXT: usize = 16 << 20;

/// Reads uploads as `tutela scan` reads files, within narrower bounds.
pub(super) struct Uploads {
    reader: Reader,
    /// Built when the first file comes: its dictionaries take memory.
    engine: OnceLock<Engine>,
}

impl std::fmt::Debug for Uploads {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Uploads")
    }
}

impl Uploads {
    /// A scanner whose parsers of foreign formats run in processes of their own.
    pub(super) fn new() -> Self {
        let limits = limits();
        Self {
            reader: super::scan::reader(&limits),
            engine: OnceLock::new(),
        }
    }
}

fn limits() -> Limits {
    Limits {
        max_file: 64 << 20,
        max_expanded: 256 << 20,
        max_entries: 5_000,
        max_depth: 4,
        max_time: TIME,
        max_memory: 1 << 30,
        ..Limits::default()
    }
}

impl Scanner for Uploads {
    fn scan(&self, media: &str, content: &[u8]) -> Scan {
        let mut found = Found {
            engine: self.engine.get_or_init(|| Engine::new(Options::default())),
            classes: BTreeMap::new(),
            text: 0,
            whole: true,
        };
        let outcome = self.reader.read_bytes(name_for(media), content, &mut found);
        let read = match (outcome.read, found.whole) {
            (ReadState::None, _) => Read::Not,
            (ReadState::Full, true) => Read::Whole,
            (ReadState::Full, false) | (ReadState::Partial, _) => Read::Partly,
        };
        Scan {
            read,
            classes: found.classes,
        }
    }
}

/// A name that tells the reader what the office has found out already. The true one may say who somebody is.
fn name_for(media: &str) -> &'static str {
    match media {
        "message/rfc822" => "upload.eml",
        "text/plain" => "upload.txt",
        "application/xml" => "upload.xml",
        _ => "upload",
    }
}

/// What is found while a file is read.
struct Found<'a> {
    engine: &'a Engine,
    classes: BTreeMap<String, u64>,
    text: usize,
    whole: bool,
}

impl Sink for Found<'_> {
    fn part(&mut self, part: Part<'_>) {
        self.text = self.text.saturating_add(part.text.len());
        if self.text > MAX_TEXT {
            self.whole = false;
            return;
        }
        let cells: Vec<Cell> = match &part.grain {
            Grain::Cells(cells) => cells
                .iter()
                .map(|c| Cell {
                    start: c.start,
                    end: c.end,
                    row: c.row,
                    col: c.col,
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
        let engine = self.engine;
        // The engine does not fail; should it do so all the same, the part is told as not read.
        let Ok(findings) = catch_unwind(AssertUnwindSafe(|| engine.find(&input))) else {
            self.whole = false;
            return;
        };
        for finding in findings {
            let class = finding.entity.as_str().to_lowercase().replace('_', "-");
            *self.classes.entry(class).or_default() += 1;
        }
    }

    fn unread(&mut self, _: Unread) {
        self.whole = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn here() -> Uploads {
        Uploads {
            reader: Reader::new(limits()),
            engine: OnceLock::new(),
        }
    }

    #[test]
    fn classes_are_counted_and_no_value_is_kept() {
        let letter = "Контактное лицо: Иванов Сергей Петрович, тел. +7 912 345-67-89, ivanov@example.org";
        let scan = here().scan("text/plain", letter.as_bytes());
        assert_eq!(scan.read, Read::Whole);
        assert_eq!(scan.classes.get("email-address"), Some(&1), "{:?}", scan.classes);
        assert!(scan.classes.keys().all(|c| !c.contains("ivanov")));
    }

    #[test]
    fn what_cannot_be_read_is_not_clean() {
        let scan = here().scan("application/pdf", b"%PDF-1.7 and nothing behind it");
        assert_ne!(scan.read, Read::Whole);
        let long = "слово ".repeat(3 << 20);
        assert_ne!(here().scan("text/plain", long.as_bytes()).read, Read::Whole);
    }
}
