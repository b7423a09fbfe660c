//! Lines of `POST /analyze/stream`.

use serde_json::{Value, json};

use crate::analyze::Ask;
use crate::json::{get, object};
use crate::{Refusal, Service};

/// Longest `id` that is given back, in bytes.
const MAX_ID: usize = 1024;

/// Answers one line: the request of `/analyze` with an `id`. `lang` is the language where it names none.
pub fn stream_line(line: &[u8], lang: Option<&str>, service: &Service, out: &mut Vec<u8>) {
    let mut id = Value::Null;
    let done = object(line).and_then(|request| {
        match get(&request, "id") {
            Some(Value::String(s)) if s.len() <= MAX_ID => id = Value::String(s.clone()),
            Some(n @ (Value::Number(_) | Value::Bool(_))) => id = n.clone(),
            Some(_) => return Err(Refusal::request("id must be a short string or a number")),
            None => {}
        }
        let Some(Value::String(text)) = get(&request, "text") else {
            return Err(Refusal::request("text must be a string"));
        };
        let found = Ask::read(&request, service, lang)?.analyze(text, service)?;
        serde_json::to_value(found).map_err(|_| Refusal::failed())
    });
    match done {
        Ok(results) => {
            out.extend(json!({"id": id, "results": results}).to_string().into_bytes());
            out.push(b'\n');
        }
        Err(refusal) => out.extend(told(&id, &refusal)),
    }
}

/// The answer to a line that is refused.
pub(crate) fn told(id: &Value, refusal: &Refusal) -> Vec<u8> {
    let mut line = json!({"id": id, "error": refusal.message}).to_string().into_bytes();
    line.push(b'\n');
    line
}
