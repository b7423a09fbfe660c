//! Which of the results of an analysis are acted on, as Presidio resolves them.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::Refusal;
use crate::json::{get, is_empty, wrong_kind};
use crate::offsets::Points;

/// A result of an analysis, or of an anonymisation that is to be undone. Offsets are code points.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Span {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) entity: String,
    /// As it came, for the answer.
    pub(crate) score: Value,
}

impl Span {
    /// Reads a result; `scored` ones must have a score.
    pub(crate) fn read(value: &Value, scored: bool) -> Result<Self, Refusal> {
        let Value::Object(map) = value else {
            return Err(Refusal::parameter("Invalid input, a result must be an object"));
        };
        let start = offset(map, "start")?;
        let end = offset(map, "end")?;
        let entity = match map.get("entity_type").filter(|v| !is_empty(v)) {
            Some(Value::String(s)) => s.clone(),
            Some(other) => return Err(wrong_kind("entity_type", "string", other)),
            None => return Err(Refusal::parameter("Invalid input, result must contain entity_type")),
        };
        if start > end {
            return Err(Refusal::parameter(format!(
                "Invalid input, start index '{start}' must be smaller than end index '{end}'"
            )));
        }
        let score = match get(map, "score") {
            Some(score @ Value::Number(_)) => score.clone(),
            Some(other) => return Err(wrong_kind("score", "", other)),
            None if scored => return Err(Refusal::parameter("Invalid input, analyzer result must contain score")),
            None => Value::Null,
        };
        Ok(Self {
            start,
            end,
            entity,
            score,
        })
    }

    fn sure(&self) -> f64 {
        self.score.as_f64().unwrap_or(0.0)
    }
}

fn offset(map: &Map<String, Value>, name: &str) -> Result<usize, Refusal> {
    let value =
        get(map, name).ok_or_else(|| Refusal::parameter(format!("Invalid input, result must contain {name}")))?;
    match value {
        Value::Number(n) if n.as_i64().is_some_and(|n| n < 0) => Err(Refusal::parameter(
            "Invalid input, result start and end must be positive",
        )),
        // What is beyond all texts is told as such later.
        Value::Number(n) if n.is_u64() => Ok(n.as_u64().and_then(|n| usize::try_from(n).ok()).unwrap_or(usize::MAX)),
        other => Err(wrong_kind(name, "number", other)),
    }
}

/// Merges results of one type that overlap, drops those that lie in another, and merges neighbours of one type with nothing but spaces between.
/// Linear but for sorting.
pub(crate) fn settle(mut spans: Vec<Span>, points: &Points<'_>) -> Vec<Span> {
    spans.sort_by_key(|s| (s.start, s.end));
    let spans = without_contained(merged(spans));
    let mut kept: Vec<Span> = Vec::with_capacity(spans.len());
    for mut span in spans {
        if let Some(last) = kept.last()
            && last.entity == span.entity
            && only_spaces(points.slice(last.end, span.start))
        {
            span.start = last.start;
            kept.pop();
        }
        kept.push(span);
    }
    kept
}

/// What Python's `^( )+$` takes: a last line break counts as the end.
fn only_spaces(between: &str) -> bool {
    let between = between.strip_suffix('\n').unwrap_or(between);
    !between.is_empty() && between.bytes().all(|b| b == b' ')
}

/// Results of one type that overlap become one, at the place of the last of them and with the highest score. They come sorted.
fn merged(spans: Vec<Span>) -> Vec<Span> {
    let mut open: HashMap<String, (usize, Span)> = HashMap::new();
    let mut kept = Vec::with_capacity(spans.len());
    for (place, span) in spans.into_iter().enumerate() {
        match open.get_mut(&span.entity) {
            Some((at, current)) if current.end.min(span.end) > span.start => {
                current.end = current.end.max(span.end);
                if span.sure() > current.sure() {
                    current.score = span.score;
                }
                *at = place;
            }
            Some(current) => kept.push(std::mem::replace(current, (place, span))),
            None => {
                open.insert(span.entity.clone(), (place, span));
            }
        }
    }
    kept.extend(open.into_values());
    kept.sort_by_key(|(place, _)| *place);
    kept.into_iter().map(|(_, span)| span).collect()
}

/// Results that lie in another are dropped; of results with the same borders the surest stays, the last of equals.
fn without_contained(spans: Vec<Span>) -> Vec<Span> {
    let mut order: Vec<usize> = (0..spans.len()).collect();
    let key = |i: &usize| spans.get(*i).map_or((0, 0), |s| (s.start, usize::MAX - s.end));
    order.sort_by_key(key);
    let mut keep = vec![false; spans.len()];
    let mut furthest: Option<usize> = None;
    let mut rest = order.as_slice();
    while let Some(first) = rest.first() {
        let same = rest.iter().take_while(|i| key(i) == key(first)).count();
        let (group, behind) = rest.split_at(same);
        let end = spans.get(*first).map_or(0, |s| s.end);
        if furthest.is_none_or(|f| f < end) {
            let sure = |i: &usize| spans.get(*i).map_or(0.0, Span::sure);
            let best = group
                .iter()
                .copied()
                .max_by(|a, b| sure(a).total_cmp(&sure(b)).then(a.cmp(b)));
            if let Some(slot) = best.and_then(|b| keep.get_mut(b)) {
                *slot = true;
            }
            furthest = Some(end);
        }
        rest = behind;
    }
    let mut keep = keep.into_iter();
    spans.into_iter().filter(|_| keep.next().unwrap_or(false)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(entity: &str, start: usize, end: usize, score: f64) -> Span {
        Span {
            start,
            end,
            entity: entity.to_owned(),
            score: score.into(),
        }
    }

    fn settled(text: &str, spans: &[Span]) -> Vec<(usize, usize, String)> {
        let kept = settle(spans.to_vec(), &Points::of(text));
        kept.into_iter().map(|s| (s.start, s.end, s.entity)).collect()
    }

    #[test]
    fn results_are_settled_as_presidio_settles_them() {
        let text = "Ivan  Petrov, 12345 Oslo";
        let of = |list: &[(usize, usize, &str)]| -> Vec<_> {
            list.iter().map(|(s, e, t)| (*s, *e, (*t).to_owned())).collect()
        };
        // Neighbours of one type, over spaces.
        assert_eq!(
            settled(text, &[span("P", 6, 12, 0.8), span("P", 0, 4, 0.9)]),
            of(&[(0, 12, "P")])
        );
        // Overlaps of one type; of two types both stay.
        assert_eq!(
            settled(
                text,
                &[span("P", 0, 8, 0.8), span("P", 6, 12, 0.9), span("Q", 10, 14, 1.0)]
            ),
            of(&[(0, 12, "P"), (10, 14, "Q")])
        );
        // Inside another, and the same borders.
        assert_eq!(
            settled(
                text,
                &[
                    span("P", 0, 12, 0.2),
                    span("Q", 6, 12, 1.0),
                    span("A", 14, 19, 0.5),
                    span("B", 14, 19, 0.6),
                    span("C", 14, 19, 0.6)
                ]
            ),
            of(&[(0, 12, "P"), (14, 19, "C")])
        );
        // Those that touch are not one without a space.
        assert_eq!(
            settled(text, &[span("P", 0, 2, 0.8), span("P", 2, 4, 0.8)]),
            of(&[(0, 2, "P"), (2, 4, "P")])
        );
        // An empty one does not keep its neighbours apart.
        assert_eq!(
            settled(text, &[span("P", 3, 3, 0.1), span("P", 0, 4, 0.8)]),
            of(&[(0, 4, "P")])
        );
    }

    #[test]
    fn many_results_take_no_square_of_time() {
        let spans: Vec<_> = (0..200_000).map(|i| span("P", i, i + 10, 0.5)).collect();
        assert_eq!(settled("", &spans).len(), 1);
        let spans: Vec<_> = (0..200_000)
            .map(|i| span(&format!("T{}", i % 7), i, 400_000 - i, 0.5))
            .collect();
        assert_eq!(settled("", &spans).len(), 1);
    }
}
