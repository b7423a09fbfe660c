//! A small tree with lines, the same for YAML, TOML and JSON.

mod toml;
mod yaml;

use crate::{Fault, Why};

/// Longest file, in bytes.
pub const MAX_FILE: u64 = 8 << 20;

/// Deepest nesting; a file of recognisers needs six levels.
const MAX_DEPTH: usize = 16;

/// The forms that files of recognisers come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// YAML 1.2.
    Yaml,
    /// TOML.
    Toml,
}

impl Form {
    /// The form that the ending of a file's name tells; YAML, of which JSON is a part, for any other.
    pub fn of_ending(ending: &str) -> Self {
        if ending.eq_ignore_ascii_case("toml") {
            Self::Toml
        } else {
            Self::Yaml
        }
    }
}

/// A value and the line where it begins.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    pub(crate) line: usize,
    pub(crate) value: Value,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    List(Vec<Node>),
    /// Words, their lines, their values.
    Map(Vec<(String, Node)>),
}

impl Node {
    pub(crate) fn fault(&self, why: Why) -> Fault {
        Fault { line: self.line, why }
    }
}

/// Reads a file.
pub(crate) fn parse(text: &str, form: Form) -> Result<Node, Fault> {
    if text.len() as u64 > MAX_FILE {
        let why = Why::TooLong(MAX_FILE >> 20);
        return Err(Fault { line: 0, why });
    }
    // A mark of the order of bytes is no part of the text.
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    match form {
        Form::Yaml => yaml::parse(text),
        Form::Toml => toml::parse(text),
    }
}

/// A value that came as JSON; it has no lines.
pub(crate) fn from_json(value: &serde_json::Value, depth: usize) -> Result<Node, Fault> {
    use serde_json::Value as J;
    if depth > MAX_DEPTH {
        return Err(Fault {
            line: 0,
            why: Why::TooDeep,
        });
    }
    let value = match value {
        J::Null => Value::Null,
        J::Bool(b) => Value::Bool(*b),
        J::Number(n) => Value::Number(n.as_f64().unwrap_or(f64::NAN)),
        J::String(s) => Value::Text(s.clone()),
        J::Array(items) => Value::List(
            items
                .iter()
                .map(|i| from_json(i, depth + 1))
                .collect::<Result<_, _>>()?,
        ),
        J::Object(map) => {
            let pair = |(k, v): (&String, _)| Ok((k.clone(), from_json(v, depth + 1)?));
            Value::Map(map.iter().map(pair).collect::<Result<_, Fault>>()?)
        }
    };
    Ok(Node { line: 0, value })
}
