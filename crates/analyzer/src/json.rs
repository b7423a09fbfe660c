//! Requests as JSON, read with Presidio's notions of what is missing and what is wrong.

use serde_json::{Map, Value};

use crate::Refusal;

/// Reads a request. The message of the parser is not passed on: it can quote a value.
pub(crate) fn object(body: &[u8]) -> Result<Map<String, Value>, Refusal> {
    match serde_json::from_slice(body) {
        Ok(Value::Object(map)) => Ok(map),
        Ok(_) => Err(Refusal::request("Invalid request json")),
        Err(e) => Err(Refusal::request(format!(
            "Invalid request json: line {}, column {}",
            e.line(),
            e.column()
        ))),
    }
}

/// A value that is not there, or is `null`, which is the same to Presidio.
pub(crate) fn get<'v>(map: &'v Map<String, Value>, name: &str) -> Option<&'v Value> {
    map.get(name).filter(|v| !v.is_null())
}

/// Whether Python takes a value for false.
pub(crate) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Bool(true) => false,
        Value::Number(n) => n.as_f64() == Some(0.0),
        Value::String(s) => s.is_empty(),
        Value::Array(a) => a.is_empty(),
        Value::Object(o) => o.is_empty(),
    }
}

/// The message of Presidio for a parameter of a wrong kind.
pub(crate) fn wrong_kind(name: &str, expected: &str, value: &Value) -> Refusal {
    let actual = match value {
        Value::Bool(_) => Some("boolean"),
        Value::Number(n) if n.is_i64() || n.is_u64() => Some("number"),
        Value::String(_) => Some("string"),
        Value::Array(_) => Some("array"),
        Value::Number(_) | Value::Object(_) | Value::Null => None,
    };
    Refusal::parameter(match actual {
        Some(actual) if !expected.is_empty() => {
            format!("Invalid parameter value for {name}. Expecting '{expected}', but got '{actual}'.")
        }
        _ => format!("Invalid parameter value for '{name}'."),
    })
}

/// A name from a request as an error may hold it.
pub(crate) fn shown(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(64).collect()
}
