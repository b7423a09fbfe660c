//! What the tests of the shapes share: reads bytes and keeps the parts.

use crate::testing::Kept;
use crate::{Grain, OffsetMap, Part};

pub(super) fn read(name: &str, bytes: impl AsRef<[u8]>) -> Vec<Part<'static>> {
    let kept = Kept::of(name, bytes.as_ref());
    assert!(kept.unread.is_empty(), "{:?}", kept.unread);
    for part in &kept.parts {
        sound(part, bytes.as_ref());
    }
    kept.parts
}

/// Runs rise, marks and cells lie inside the text at characters, and what is told to be the same is so.
fn sound(part: &Part<'_>, file: &[u8]) {
    let text = &part.text;
    if let OffsetMap::Runs(runs) = &part.map {
        for (i, run) in runs.iter().enumerate() {
            let end = runs.get(i + 1).map_or(text.len(), |r| r.text);
            assert!(run.text < end || end == text.len(), "runs rise: {run:?} {end}");
            assert!(text.is_char_boundary(run.text), "{run:?}");
        }
    }
    // Separators stand in no file; what is a word has to.
    for (i, _) in text.char_indices().filter(|(_, c)| c.is_alphanumeric()) {
        let Some(at) = part.map.to_file(i) else { continue };
        let at = usize::try_from(at).unwrap();
        assert!(at < file.len(), "offset {at} is outside of the file");
    }
    match &part.grain {
        Grain::Cells(cells) => {
            let mut last = 0;
            for cell in cells {
                assert!(cell.start >= last && cell.end >= cell.start, "{cell:?}");
                assert!(text.get(cell.start..cell.end).is_some(), "{cell:?}");
                last = cell.end;
            }
        }
        Grain::Marks(marks) => {
            assert!(marks.windows(2).all(|w| w[0].start <= w[1].start));
            assert!(marks.iter().all(|m| text.is_char_boundary(m.start)));
        }
        _ => {}
    }
}

/// The cells as `row,col=text`.
pub(super) fn cells(part: &Part<'_>) -> Vec<String> {
    let Grain::Cells(cells) = &part.grain else {
        panic!("no table: {:?}", part.grain)
    };
    cells
        .iter()
        .map(|c| format!("{},{}={}", c.row, c.col, part.text.get(c.start..c.end).unwrap()))
        .collect()
}

/// The place told for the first occurrence of a word.
pub(super) fn place_of(parts: &[Part<'_>], word: &str) -> String {
    for part in parts {
        if let Some(at) = part.text.find(word) {
            return part.place_at(at).to_string();
        }
    }
    panic!("'{word}' is in no part: {parts:?}")
}

/// The bytes of the file to which the first occurrence of a word leads.
pub(super) fn bytes_of<'f>(parts: &[Part<'_>], word: &str, file: &'f [u8], len: usize) -> &'f [u8] {
    for part in parts {
        if let Some(at) = part.text.find(word) {
            let from = usize::try_from(part.map.to_file(at).unwrap()).unwrap();
            return &file[from..from + len];
        }
    }
    panic!("'{word}' is in no part: {parts:?}")
}

/// All text of the parts.
pub(super) fn text(parts: &[Part<'_>]) -> String {
    parts.iter().map(|p| p.text.as_ref()).collect()
}
