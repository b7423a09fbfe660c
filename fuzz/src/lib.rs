//! What the fuzz targets share. libFuzzer ends the process at the first panic, also at one that the readers would catch.

use std::time::Duration;

use tutela_extract::{Grain, Kind, Limits, Part, ReadState, Reader, Sink, Unread};

/// Checks what a reader says of the places in its text.
#[derive(Default)]
struct Checking {
    unread: usize,
}

impl Sink for Checking {
    fn part(&mut self, part: Part<'_>) {
        let len = part.text.len();
        match &part.grain {
            Grain::Whole | Grain::Lines { .. } => {}
            Grain::Marks(marks) => {
                assert!(marks.windows(2).all(|m| m[0].start <= m[1].start), "marks out of order");
                assert!(marks.iter().all(|m| m.start <= len), "a mark beyond the text");
            }
            Grain::Cells(cells) => {
                assert!(cells.windows(2).all(|c| c[0].end <= c[1].start), "cells out of order");
                for c in cells {
                    assert!(part.text.get(c.start..c.end).is_some(), "a cell beyond the text or inside a character");
                }
            }
        }
        for at in [0, len / 2, len] {
            let _ = part.place_at(at).to_string();
            let _ = part.map.to_file(at);
        }
    }

    fn unread(&mut self, unread: Unread) {
        self.unread += 1;
        let _ = (unread.place.to_string(), unread.why.to_string());
    }
}

/// Reads the bytes with the reader of their kind, if it is one of the family, else with one of the family that their length chooses.
pub fn read(family: &[Kind], data: &[u8]) {
    let limits = Limits {
        max_file: 4 << 20,
        max_expanded: 16 << 20,
        max_depth: 4,
        max_entries: 2000,
        max_time: Duration::from_secs(10),
        ..Limits::default()
    };
    let told = Reader::kind_of("", data);
    let kind = if family.contains(&told) {
        told
    } else {
        family[data.len() % family.len()]
    };
    let mut sink = Checking::default();
    let outcome = Reader::new(limits).read_as(kind, data, &mut sink);
    assert_eq!(outcome.read == ReadState::Full, sink.unread == 0, "{kind:?}: not read and not told");
}
