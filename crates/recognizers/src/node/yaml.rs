//! YAML by its events: no anchors, no tags, so that a small file stays small.

use saphyr_parser::{Event, Parser, ScalarStyle};

use super::{MAX_DEPTH, Node, Value};
use crate::{Fault, Why};

/// A list or map that is being filled.
enum Open {
    List(Vec<Node>),
    /// The pairs, and the word whose value is awaited.
    Map(Vec<(String, Node)>, Option<String>),
}

pub(super) fn parse(text: &str) -> Result<Node, Fault> {
    let mut open: Vec<(usize, Open)> = Vec::new();
    let mut whole = None;
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|e| Fault {
            line: e.marker().line(),
            why: Why::Syntax(e.info().to_owned()),
        })?;
        let line = span.start.line();
        let fault = |why| Fault { line, why };
        let node = match event {
            Event::Alias(_) => return Err(fault(Why::Alias)),
            Event::Scalar(.., Some(_)) | Event::SequenceStart(_, Some(_)) | Event::MappingStart(_, Some(_)) => {
                return Err(fault(Why::Alias));
            }
            Event::Scalar(text, style, ..) => Node {
                line,
                value: if style == ScalarStyle::Plain {
                    plain(&text)
                } else {
                    Value::Text(text.into_owned())
                },
            },
            Event::SequenceStart(..) | Event::MappingStart(..) => {
                if open.len() >= MAX_DEPTH {
                    return Err(fault(Why::TooDeep));
                }
                open.push((
                    line,
                    match event {
                        Event::SequenceStart(..) => Open::List(Vec::new()),
                        _ => Open::Map(Vec::new(), None),
                    },
                ));
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let Some((line, done)) = open.pop() else { continue };
                let value = match done {
                    Open::List(items) => Value::List(items),
                    Open::Map(pairs, _) => Value::Map(pairs),
                };
                Node { line, value }
            }
            Event::DocumentStart(_) if whole.is_some() => {
                return Err(fault(Why::Syntax("more than one document".to_owned())));
            }
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) | Event::DocumentEnd => {
                continue;
            }
        };
        match open.last_mut() {
            None => whole = Some(node),
            Some((_, Open::List(items))) => items.push(node),
            Some((_, Open::Map(pairs, word))) => match word.take() {
                Some(word) => pairs.push((word, node)),
                None => {
                    let Value::Text(text) = node.value else {
                        return Err(fault(Why::Syntax("a key that is not a word".to_owned())));
                    };
                    *word = Some(text);
                }
            },
        }
    }
    Ok(whole.unwrap_or(Node {
        line: 0,
        value: Value::Null,
    }))
}

/// A plain scalar by the core schema of YAML 1.2: `no` and `on` are words, not truth.
fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ => {
            let number = text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.'));
            match text.parse() {
                Ok(n) if number => Value::Number(n),
                _ => Value::Text(text.to_owned()),
            }
        }
    }
}
