//! `POST /analyze`.

use std::sync::Arc;

use serde::Serialize;
use serde_json::{Map, Value};
use tutela_detect::{Engine, Entity, Finding, Input, Lang, Normalized, Options, Recognizer};
use tutela_recognizers::{Allow, By, Seat, Set, read_json};

use crate::json::{get, is_empty, object};
use crate::lists::{NOTHING, entities, language, recognizer};
use crate::offsets::Points;
use crate::{Refusal, Service};

/// Words in an allow list, types, context words of a request.
const MAX_WORDS: usize = 10_000;

/// Patterns of an allow list.
const MAX_ALLOW_PATTERNS: usize = 100;

/// One finding. The words stand in the order that Presidio sorts them in.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Found {
    analysis_explanation: Option<Explanation>,
    end: usize,
    entity_type: String,
    score: f64,
    start: usize,
}

/// Why, on request.
#[derive(Debug, Clone, Serialize)]
struct Explanation {
    original_score: f64,
    pattern: Option<String>,
    pattern_name: Option<String>,
    recognizer: String,
    regex_flags: Option<u32>,
    score: f64,
    score_context_improvement: f64,
    supportive_context_word: String,
    textual_explanation: Option<String>,
    validation_result: Option<bool>,
}

/// Everything that a request asks for besides its texts.
pub(crate) struct Ask {
    lang: Lang,
    /// Types by name; empty: all.
    only: Vec<String>,
    least: f32,
    explain: bool,
    own: Option<Set>,
    context: Vec<String>,
    allow: Allow,
    /// The engine for these types; none, where it knows none of them.
    engine: Option<Engine>,
}

/// Recognisers of a file, with the context words of a request.
struct Asked {
    seat: Arc<Seat>,
    context: Vec<String>,
}

impl Recognizer for Asked {
    fn types(&self) -> Vec<Entity> {
        self.seat.types()
    }

    fn find(&self, input: &Input<'_>, found: &mut Vec<Finding>) {
        self.seat.find_with(input, &self.context, found);
    }
}

/// Answers a request: one text, or a list of texts.
pub fn analyze_bytes(body: &[u8], service: &Service) -> Result<Vec<u8>, Refusal> {
    analyze_while(body, service, &|| true)
}

/// The same as long as somebody waits for it; it is asked before each text.
pub(crate) fn analyze_while(body: &[u8], service: &Service, waits: &dyn Fn() -> bool) -> Result<Vec<u8>, Refusal> {
    let request = object(body)?;
    let text = get(&request, "text").filter(|t| !is_empty(t));
    let text = text.ok_or_else(|| Refusal::as_theirs("No text provided"))?;
    let ask = Ask::read(&request, service, None)?;
    let answer = match text {
        Value::String(text) => serde_json::to_vec(&ask.analyze(text, service)?),
        Value::Array(texts) => {
            let each = texts.iter().map(|text| match text {
                _ if !waits() => Err(Refusal::failed()),
                Value::String(text) => ask.analyze(text, service),
                // Presidio turns these into texts.
                Value::Number(_) | Value::Bool(_) => ask.analyze(&text.to_string(), service),
                _ => Err(unreadable("text must be a string or a list of strings")),
            });
            let mut left = service.limits.findings;
            let mut all = Vec::with_capacity(texts.len());
            for found in each {
                let found = found?;
                left = left.checked_sub(found.len()).ok_or_else(too_many)?;
                all.push(found);
            }
            serde_json::to_vec(&all)
        }
        _ => return Err(unreadable("text must be a string or a list of strings")),
    };
    answer.map_err(|_| Refusal::failed())
}

fn unreadable(what: &str) -> Refusal {
    Refusal::request(format!(
        "Failed to parse /analyze request for AnalyzerEngine.analyze(). {what}"
    ))
}

fn too_many() -> Refusal {
    Refusal::parameter("Invalid input, there are too many findings: send less text, or a narrower pattern")
}

impl Ask {
    /// Reads what is asked for. `lang` is the language where the request names none.
    pub(crate) fn read(request: &Map<String, Value>, service: &Service, lang: Option<&str>) -> Result<Self, Refusal> {
        let lang = match get(request, "language").filter(|l| !is_empty(l)) {
            Some(Value::String(code)) => code,
            Some(_) => return Err(unreadable("language must be a string")),
            None => lang.ok_or_else(|| Refusal::as_theirs("No language provided"))?,
        };
        let lang = language(lang)?;
        let own = match get(request, "ad_hoc_recognizers").filter(|r| !is_empty(r)) {
            Some(list) => Some(read_json(list).map_err(|fault| unreadable(&format!("ad_hoc_recognizers: {fault}")))?),
            None => None,
        };
        let only = words(request, "entities")?;
        let known = entities(service, Some(lang));
        let of_own = |name: &str| {
            own.as_ref()
                .is_some_and(|s| s.rules().iter().any(|r| r.entity == name && r.speaks(Some(lang))))
        };
        let served = |name: &String| known.contains(name.as_str()) || of_own(name);
        if !only.is_empty() && !only.iter().any(served) {
            return Err(Refusal::as_theirs(NOTHING));
        }
        let least = match get(request, "score_threshold") {
            Some(Value::Number(n)) => n.as_f64().map_or(service.min_score, |n| n.clamp(0.0, 2.0) as f32),
            Some(_) => return Err(unreadable("score_threshold must be a number")),
            None => service.min_score,
        };
        let explain = match get(request, "return_decision_process") {
            Some(Value::Bool(b)) => *b,
            Some(_) => return Err(unreadable("return_decision_process must be a boolean")),
            None => false,
        };
        let context = words(request, "context")?;
        Ok(Self {
            lang,
            engine: engine(&only, least, &context, service),
            only,
            least,
            explain,
            own,
            context,
            allow: allow(request)?,
        })
    }

    /// What is found in a text, the surest first.
    pub(crate) fn analyze(&self, text: &str, service: &Service) -> Result<Vec<Found>, Refusal> {
        let points = Points::of(text);
        let mut found = self.by_engine(text, &points, service);
        if let Some(own) = &self.own {
            self.by_own(own, text, &points, service, &mut found)?;
        }
        if found.len() > service.limits.findings {
            return Err(too_many());
        }
        found.retain(|f| f.score >= f64::from(self.least));
        if !self.allow.is_empty() {
            found.retain(|f| !self.allow.allows(points.slice(f.start, f.end)));
        }
        Ok(without_repeats(found))
    }

    fn by_engine(&self, text: &str, points: &Points<'_>, service: &Service) -> Vec<Found> {
        let Some(engine) = &self.engine else {
            return Vec::new();
        };
        let input = Input {
            lang: Some(self.lang),
            ..Input::text(text)
        };
        let findings = engine.find(&input);
        findings
            .into_iter()
            .map(|f| {
                let score = two(f.score);
                Found {
                    analysis_explanation: self.explain.then(|| Explanation {
                        original_score: score,
                        pattern: None,
                        pattern_name: None,
                        recognizer: recognizer(service, &f).to_owned(),
                        regex_flags: None,
                        score,
                        score_context_improvement: 0.0,
                        supportive_context_word: String::new(),
                        textual_explanation: Some(f.why.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")),
                        validation_result: f.validated.then_some(true),
                    }),
                    start: points.point(f.start),
                    end: points.point(f.end),
                    entity_type: f.entity.as_str().to_owned(),
                    score,
                }
            })
            .collect()
    }

    fn by_own(
        &self,
        own: &Set,
        text: &str,
        points: &Points<'_>,
        service: &Service,
        found: &mut Vec<Found>,
    ) -> Result<(), Refusal> {
        let normal = Normalized::of(text);
        let input = Input {
            lang: Some(self.lang),
            ..Input::text(&normal.text)
        };
        let matches = own.matches(&input, &self.context, service.limits.findings);
        for m in matches.map_err(|_| too_many())? {
            let Some(rule) = own.rules().get(m.rule) else { continue };
            if !self.only.is_empty() && !self.only.contains(&rule.entity) {
                continue;
            }
            let (score, base) = match m.by {
                By::Pattern(pattern) => (m.score, pattern.score),
                By::List => (m.score, rule.list_score),
            };
            let pattern = match m.by {
                By::Pattern(pattern) => Some(pattern),
                By::List => None,
            };
            let explain = || Explanation {
                original_score: two(base),
                pattern: pattern.map(|p| p.source.clone()),
                pattern_name: Some(pattern.map_or("deny_list", |p| p.name.as_str()).to_owned()),
                recognizer: rule.name.clone(),
                regex_flags: None,
                score: two(score),
                score_context_improvement: two(score - base),
                supportive_context_word: m.context.unwrap_or_default().to_owned(),
                textual_explanation: Some(format!(
                    "Detected by `{}` using pattern `{}`",
                    rule.name,
                    pattern.map_or("deny_list", |p| p.name.as_str())
                )),
                validation_result: None,
            };
            found.push(Found {
                analysis_explanation: self.explain.then(explain),
                start: points.point(normal.start(m.start)),
                end: points.point(normal.end(m.end)),
                entity_type: rule.entity.clone(),
                score: two(score),
            });
        }
        Ok(())
    }
}

/// The engine for these types, with the recognisers of files. It costs nothing to build: what is large is shared by all.
fn engine(only: &[String], least: f32, context: &[String], service: &Service) -> Option<Engine> {
    let known: Vec<Entity> = only.iter().filter_map(|name| name.parse().ok()).collect();
    if known.is_empty() && !only.is_empty() {
        return None;
    }
    let seats = service.seats.iter().map(|seat| {
        Arc::new(Asked {
            seat: Arc::clone(seat),
            context: context.to_vec(),
        }) as Arc<dyn Recognizer>
    });
    let options = Options {
        only: known,
        min_score: least,
    };
    Some(Engine::new(options).with(seats))
}

/// The surest first; what lies in a finding of the same type that is at least as sure is dropped.
fn without_repeats(mut found: Vec<Found>) -> Vec<Found> {
    // In the order of places, one sweep for each type sees all that can hold another.
    found.sort_by(|a, b| {
        (&a.entity_type, a.start, b.end)
            .cmp(&(&b.entity_type, b.start, a.end))
            .then(b.score.total_cmp(&a.score))
    });
    let mut kept: Vec<Found> = Vec::with_capacity(found.len());
    // Those of the type at hand that reach furthest, with falling scores; a few at most, as a surer one that reaches further drives them out.
    let mut open: Vec<(usize, f64)> = Vec::new();
    for one in found {
        if kept.last().is_none_or(|k| k.entity_type != one.entity_type) {
            open.clear();
        }
        open.retain(|(end, _)| *end > one.start);
        if open.iter().any(|(end, score)| *end >= one.end && *score >= one.score) {
            continue;
        }
        open.retain(|(end, score)| *end > one.end || *score > one.score);
        open.push((one.end, one.score));
        kept.push(one);
    }
    kept.sort_by(|a, b| {
        b.score
            .total_cmp(&a.score)
            .then(a.start.cmp(&b.start))
            .then(b.end.cmp(&a.end))
            .then_with(|| a.entity_type.cmp(&b.entity_type))
    });
    kept
}

/// Two decimals: more would pretend to a precision that a score does not have.
fn two(score: f32) -> f64 {
    (f64::from(score) * 100.0).round() / 100.0
}

fn words(request: &Map<String, Value>, name: &str) -> Result<Vec<String>, Refusal> {
    let Some(list) = get(request, name) else {
        return Ok(Vec::new());
    };
    let Value::Array(items) = list else {
        return Err(unreadable(&format!("{name} must be a list of strings")));
    };
    if items.len() > MAX_WORDS {
        return Err(unreadable(&format!("{name} has more than {MAX_WORDS} entries")));
    }
    let one = |item: &Value| item.as_str().map(str::to_owned);
    let words: Option<Vec<_>> = items.iter().map(one).collect();
    words.ok_or_else(|| unreadable(&format!("{name} must be a list of strings")))
}

fn allow(request: &Map<String, Value>) -> Result<Allow, Refusal> {
    let list: Vec<_> = words(request, "allow_list")?
        .into_iter()
        .filter(|w| !w.is_empty())
        .collect();
    let how = match get(request, "allow_list_match") {
        Some(Value::String(how)) => how.as_str(),
        Some(_) => "",
        None => "exact",
    };
    match how {
        _ if list.is_empty() => Ok(Allow::default()),
        "exact" => Ok(Allow::exact(list)),
        "regex" => {
            if list.len() > MAX_ALLOW_PATTERNS {
                return Err(unreadable(&format!(
                    "allow_list has more than {MAX_ALLOW_PATTERNS} patterns"
                )));
            }
            let flags =
                get(request, "regex_flags").map(|f| f.as_u64().and_then(|n| u32::try_from(n).ok()).unwrap_or(u32::MAX));
            let patterns = Allow::patterns(list.iter().map(String::as_str), flags);
            patterns.map_err(|fault| unreadable(&format!("allow_list: {fault}")))
        }
        _ => Err(Refusal::as_theirs(
            "allow_list_match must either be set to 'exact' or 'regex'.",
        )),
    }
}
