//! `POST /anonymize` and `POST /deanonymize`.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::json::{get, object, shown};
use crate::offsets::Points;
use crate::operators::Config;
use crate::spans::{Span, settle};
use crate::{Limits, Refusal};

/// Bytes of an answer for each byte that a request may have: a long new value for many results must not fill the memory.
const MAX_GROWTH: usize = 4;

#[derive(Serialize)]
struct Answer {
    text: String,
    items: Vec<Item>,
}

#[derive(Serialize)]
struct Item {
    start: usize,
    end: usize,
    entity_type: String,
    text: String,
    operator: String,
    score: Value,
}

/// Answers a request to anonymise.
pub fn anonymize_bytes(body: &[u8], limits: &Limits) -> Result<Vec<u8>, Refusal> {
    let request = object(body)?;
    if request.is_empty() {
        return Err(Refusal::request("Invalid request json"));
    }
    let mut operators = configs(&request, "anonymizers")?;
    if operators.values().any(|c| c.name == "custom") {
        return Err(Refusal::request("Custom type anonymizer is not supported"));
    }
    operators.entry("DEFAULT".to_owned()).or_insert_with(Config::replace);
    let results = match get(&request, "analyzer_results") {
        Some(Value::Array(items)) => items,
        Some(_) => return Err(Refusal::parameter("Invalid input, analyzer results must be a list")),
        None => {
            return Err(Refusal::parameter(
                "Invalid input, request must contain analyzer results",
            ));
        }
    };
    let spans = results
        .iter()
        .map(|r| Span::read(r, true))
        .collect::<Result<Vec<_>, _>>()?;
    let text = text(&request)?;
    let points = Points::of(text);
    operate(&points, text, settle(spans, &points), &operators, false, limits)
}

/// Answers a request to undo it.
pub fn deanonymize_bytes(body: &[u8], limits: &Limits) -> Result<Vec<u8>, Refusal> {
    let request = object(body)?;
    if request.is_empty() {
        return Err(Refusal::request("Invalid request json"));
    }
    let spans = match get(&request, "anonymizer_results") {
        Some(Value::Array(items)) => items
            .iter()
            .map(|r| Span::read(r, false))
            .collect::<Result<Vec<_>, _>>()?,
        Some(_) => return Err(Refusal::parameter("Invalid input, anonymizer results must be a list")),
        None => Vec::new(),
    };
    let operators = configs(&request, "deanonymizers")?;
    let text = text(&request)?;
    operate(&Points::of(text), text, spans, &operators, true, limits)
}

fn text(request: &Map<String, Value>) -> Result<&str, Refusal> {
    match request.get("text") {
        None => Ok(""),
        Some(Value::String(text)) => Ok(text),
        Some(_) => Err(Refusal::parameter("Invalid input, text must be a string")),
    }
}

fn configs(request: &Map<String, Value>, name: &str) -> Result<HashMap<String, Config>, Refusal> {
    match get(request, name) {
        None => Ok(HashMap::new()),
        Some(Value::Object(map)) => map.iter().map(|(k, v)| Ok((k.clone(), Config::read(v)?))).collect(),
        Some(_) => Err(Refusal::parameter(format!("Invalid input, {name} must be an object"))),
    }
}

/// Does the operation of each span, from the end of the text to its beginning. Where spans overlap, the part that a later one has taken is left
/// to it, as Presidio leaves it.
fn operate(
    points: &Points<'_>,
    text: &str,
    mut spans: Vec<Span>,
    operators: &HashMap<String, Config>,
    undo: bool,
    limits: &Limits,
) -> Result<Vec<u8>, Refusal> {
    spans.sort_by(|a, b| {
        let ends = if undo {
            std::cmp::Ordering::Equal
        } else {
            b.end.cmp(&a.end)
        };
        b.start.cmp(&a.start).then(ends)
    });
    let mut ready = HashMap::new();
    // Pieces of the new text, the last first, and the code points in them.
    let mut pieces: Vec<String> = Vec::with_capacity(spans.len() * 2 + 1);
    let (mut behind, mut bytes) = (0, text.len());
    let mut last = points.len();
    let mut items = Vec::with_capacity(spans.len());
    for span in spans {
        if span.start > points.len() || span.end > points.len() {
            return Err(Refusal::parameter(format!(
                "Invalid analyzer result, start: {} and end: {}, while text length is only {}.",
                span.start,
                span.end,
                points.len()
            )));
        }
        let config = operators.get(&span.entity).or_else(|| operators.get("DEFAULT"));
        let config = config
            .ok_or_else(|| Refusal::parameter(format!("Invalid input, no operator for {}", shown(&span.entity))))?;
        let operator = match ready.entry(span.entity.clone()) {
            std::collections::hash_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::hash_map::Entry::Vacant(free) => free.insert(config.operator(undo)?),
        };
        let changed = operator.operate(points.slice(span.start, span.end), &span.entity)?;
        bytes = bytes.saturating_add(2 * changed.len());
        if bytes > limits.body.saturating_mul(MAX_GROWTH) {
            return Err(Refusal::parameter("Invalid input, the new text would be too long"));
        }
        let kept = points.slice(span.end.min(last), last);
        behind += last - span.end.min(last) + changed.chars().count();
        last = span.start;
        pieces.push(kept.to_owned());
        pieces.push(changed.clone());
        items.push((behind, span, changed, config.name.clone()));
    }
    pieces.push(points.slice(0, last).to_owned());
    let total = last + behind;
    let answer = Answer {
        text: pieces.iter().rev().map(String::as_str).collect(),
        items: items
            .into_iter()
            .map(|(from_end, span, text, operator)| {
                let start = total - from_end;
                Item {
                    start,
                    end: start + text.chars().count(),
                    entity_type: span.entity,
                    text,
                    operator,
                    score: span.score,
                }
            })
            .collect(),
    };
    serde_json::to_vec(&answer).map_err(|_| Refusal::failed())
}
