use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde_json::Value;

/// One annotated text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document<'a> {
    /// Its name in the corpus, where it has one.
    pub id: String,
    /// Its language, as the corpus has it.
    pub lang: Option<String>,
    /// The text.
    pub text: Cow<'a, str>,
    /// What is annotated, by byte offsets, sorted by `start`.
    pub spans: Vec<Span>,
}

/// One annotation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// The label.
    pub label: String,
}

/// Why a line of a corpus cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Broken {
    /// It is not JSON, or lacks `text` or `spans`; the column.
    Line(usize),
    /// A span is not `[start, end, label, …]`.
    Span,
    /// A span lies outside the text.
    Outside,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(column) => write!(f, "no record with \"text\" and \"spans\" (column {column})"),
            Self::Span => f.write_str("a span is not [start, end, label]"),
            Self::Outside => f.write_str("a span lies outside its text"),
        }
    }
}

#[derive(Deserialize)]
struct Line<'a> {
    #[serde(default)]
    id: Value,
    #[serde(default)]
    lang: Option<String>,
    #[serde(borrow)]
    text: Cow<'a, str>,
    spans: Vec<Vec<Value>>,
}

impl<'a> Document<'a> {
    /// Reads one line: `{"id": …, "lang": "vi", "text": "…", "spans": [[start, end, "LABEL"], …]}`, offsets in code points.
    pub fn parse(line: &'a [u8]) -> Result<Self, Broken> {
        let line: Line<'a> = serde_json::from_slice(line).map_err(|e| Broken::Line(e.column()))?;
        let mut wanted = Vec::with_capacity(line.spans.len());
        for span in &line.spans {
            let number = |i: usize| span.get(i)?.as_u64().and_then(|n| usize::try_from(n).ok());
            let (Some(start), Some(end), Some(label)) = (number(0), number(1), span.get(2).and_then(Value::as_str))
            else {
                return Err(Broken::Span);
            };
            if start >= end {
                return Err(Broken::Span);
            }
            wanted.push((start, end, label));
        }
        // One pass over the text turns all offsets into bytes.
        let mut points: Vec<usize> = wanted.iter().flat_map(|(s, e, _)| [*s, *e]).collect();
        points.sort_unstable();
        points.dedup();
        let mut bytes = Vec::with_capacity(points.len());
        let mut next = points.iter().peekable();
        for (n, at) in line
            .text
            .char_indices()
            .map(|(at, _)| at)
            .chain([line.text.len()])
            .enumerate()
        {
            if next.next_if_eq(&&n).is_some() {
                bytes.push(at);
            }
        }
        if next.next().is_some() {
            return Err(Broken::Outside);
        }
        let byte = |point: usize| points.binary_search(&point).ok().and_then(|i| bytes.get(i).copied());
        let mut spans = Vec::with_capacity(wanted.len());
        for (start, end, label) in wanted {
            spans.push(Span {
                start: byte(start).ok_or(Broken::Outside)?,
                end: byte(end).ok_or(Broken::Outside)?,
                label: label.to_owned(),
            });
        }
        spans.sort_by(|a, b| (a.start, a.end, &a.label).cmp(&(b.start, b.end, &b.label)));
        Ok(Self {
            id: match line.id {
                Value::String(id) => id,
                Value::Null => String::new(),
                other => other.to_string(),
            },
            lang: line.lang,
            text: line.text,
            spans,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_of_code_points_become_bytes() {
        let line = r#"{"id": 7, "lang": "vi", "text": "Bà 𠮷 Ví", "spans": [[5, 7, "PERSON", "PER"], [0, 2, "TITLE"]], "source": "x"}"#;
        let doc = Document::parse(line.as_bytes()).unwrap();
        let values: Vec<_> = doc
            .spans
            .iter()
            .map(|s| (doc.text.get(s.start..s.end).unwrap(), s.label.as_str()))
            .collect();
        assert_eq!(values, [("Bà", "TITLE"), ("Ví", "PERSON")]);
        assert_eq!((doc.id.as_str(), doc.lang.as_deref()), ("7", Some("vi")));
    }

    #[test]
    fn a_broken_line_is_told() {
        for (line, broken) in [
            (r#"{"text": "a", "spans": [[0, 2, "X"]]}"#, Broken::Outside),
            (r#"{"text": "a", "spans": [[0, 1]]}"#, Broken::Span),
            (r#"{"text": "a", "spans": [[1, 1, "X"]]}"#, Broken::Span),
            (r#"{"text": "a", "spans": [[-1, 1, "X"]]}"#, Broken::Span),
            (
                r#"{"text": "a", "spans": [[0, 99999999999999999999, "X"]]}"#,
                Broken::Span,
            ),
        ] {
            assert_eq!(Document::parse(line.as_bytes()), Err(broken), "{line}");
        }
        assert!(matches!(Document::parse(b"{\"text\": \"a\"}"), Err(Broken::Line(_))));
        assert!(matches!(
            Document::parse("[".repeat(10_000).as_bytes()),
            Err(Broken::Line(_))
        ));
    }
}
