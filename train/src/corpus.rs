//! Texts with the names in them, read from JSON lines.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tutela_tagger::Kind;
use unicode_normalization::UnicodeNormalization;

/// What a span of text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Label {
    /// A name of this kind.
    Of(Kind),
    /// A name of a place or organisation; which is not known.
    Thing,
    /// A name of an unknown kind.
    Any,
}

/// One text; offsets are bytes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Doc {
    pub(crate) text: String,
    pub(crate) spans: Vec<(usize, usize, Label)>,
    /// Only persons are marked in full: what lies outside the spans may be a name of another kind.
    pub(crate) partial: bool,
}

/// The documents of a file; nothing if there is none.
pub(crate) fn read(path: &Path) -> Vec<Doc> {
    let Ok(content) = fs::read_to_string(path) else {
        return Vec::new();
    };
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let partial = name.contains("propn");
    content
        .lines()
        .filter_map(|line| {
            let row: Value = serde_json::from_str(line).ok()?;
            let mut doc = doc(&row)?;
            doc.partial |= partial;
            Some(doc)
        })
        .collect()
}

fn label(name: &str) -> Option<Label> {
    Some(match name {
        "PERSON" => Label::Of(Kind::Person),
        "LOCATION" => Label::Of(Kind::Location),
        "ORG" => Label::Of(Kind::Organization),
        "NAME" => Label::Thing,
        "PROPN" => Label::Any,
        _ => return None,
    })
}

fn doc(row: &Value) -> Option<Doc> {
    let text: Vec<char> = row.get("text")?.as_str()?.chars().collect();
    let mut spans: Vec<(usize, usize, Label)> = row
        .get("spans")?
        .as_array()?
        .iter()
        .filter_map(|s| {
            let at = |i: usize| s.get(i)?.as_u64().map(|n| n as usize);
            Some((at(0)?, at(1)?, label(s.get(2)?.as_str()?)?))
        })
        .filter(|s| s.0 < s.1 && s.1 <= text.len())
        .collect();
    // Of names inside each other the longest counts.
    spans.sort_by_key(|s| (s.0, std::cmp::Reverse(s.1)));
    let mut end = 0;
    spans.retain(|s| {
        let free = s.0 >= end;
        if free {
            end = s.1;
        }
        free
    });
    // The text is normalised piece by piece, so that the borders of spans stay where they are.
    let mut doc = Doc {
        partial: row.get("outside").is_some(),
        ..Doc::default()
    };
    let mut at = 0;
    for (start, end, label) in spans {
        doc.text.extend(text[at..start].iter().copied().nfc());
        let from = doc.text.len();
        doc.text.extend(text[start..end].iter().copied().nfc());
        doc.spans.push((from, doc.text.len(), label));
        at = end;
    }
    doc.text.extend(text[at..].iter().copied().nfc());
    Some(doc)
}
