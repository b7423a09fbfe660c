//! SARIF 2.1.0 (OASIS), for tools that collect results of checks.

use std::io::{self, Write};

use serde_json::{Map, Value, json};
use tutela_detect::{Custom, Entity};
use tutela_extract::{Place, Step};
use tutela_law::Class;
use tutela_words::Words;

use super::{Report, entity_name, reasons, two};
use crate::{About, FileReport, Hit, Totals};

pub(super) struct Sarif<'a> {
    words: &'a Words,
    begun: bool,
    /// Whether a result was written, so that the next needs a comma.
    any: bool,
}

/// A path as a relative or `file` URI: everything but unreserved characters and slashes is escaped (RFC 3986).
fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len() + 8);
    if path.starts_with('/') {
        out.push_str("file://");
    }
    for b in path.bytes() {
        if b.is_ascii_alphanumeric() || matches!(b, b'/' | b'.' | b'-' | b'_' | b'~') {
            out.push(char::from(b));
        } else {
            out.push_str(&format!("%{b:02X}"));
        }
    }
    out
}

/// A place in a file; the file itself has no name inside it.
fn location(physical: Value, place: &Place) -> Value {
    let mut location = Map::new();
    location.insert("physicalLocation".into(), physical);
    if !place.steps.is_empty() {
        let logical = json!([{"fullyQualifiedName": place.to_string()}]);
        location.insert("logicalLocations".into(), logical);
    }
    location.into()
}

impl<'a> Sarif<'a> {
    pub(super) fn new(words: &'a Words) -> Self {
        Self {
            words,
            begun: false,
            any: false,
        }
    }

    fn rules(&self) -> Vec<Value> {
        let rule = |e: &Entity| json!({"id": e.as_str(), "name": e.as_str(), "shortDescription": {"text": entity_name(self.words, *e)}});
        let own = Custom::all().into_iter().map(Entity::Custom);
        Entity::ALL.iter().copied().chain(own).map(|e| rule(&e)).collect()
    }

    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if self.begun {
            return Ok(());
        }
        self.begun = true;
        let driver = json!({"name": "Tutela", "version": env!("CARGO_PKG_VERSION"), "rules": self.rules()});
        out.write_all(b"{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\",\"runs\":[{\"tool\":{\"driver\":")?;
        serde_json::to_writer(&mut *out, &driver)?;
        out.write_all(b"},\"columnKind\":\"unicodeCodePoints\",\"results\":[")
    }

    fn result(&self, path: &str, hit: &Hit) -> Value {
        let level = match hit.class {
            Class::Sensitive => "error",
            Class::Basic if hit.score >= 0.7 => "warning",
            Class::Basic => "note",
        };
        let mut physical = json!({"artifactLocation": {"uri": uri(path)}});
        let line = hit
            .place
            .steps
            .last()
            .and_then(|s| if let Step::Line(n) = s { Some(*n) } else { None });
        if let (Some(line), 1) = (line, hit.place.steps.len()) {
            physical["region"] = json!({"startLine": line});
        }
        let message = format!(
            "{}: {} ({})",
            entity_name(self.words, hit.entity),
            hit.masked,
            reasons(self.words, &hit.why)
        );
        json!({
            "ruleId": hit.entity.as_str(),
            "ruleIndex": rule_index(hit.entity),
            "level": level,
            "message": {"text": message},
            "locations": [location(physical, &hit.place)],
            "properties": {"score": two(hit.score), "class": hit.class.as_str()},
        })
    }
}

/// The place of a type among the rules: those of the engine, then those of a user's own.
fn rule_index(entity: Entity) -> usize {
    let own = match entity {
        Entity::Custom(own) => Custom::all().iter().position(|c| *c == own).unwrap_or(0),
        _ => 0,
    };
    entity.index() + own
}

impl Report for Sarif<'_> {
    fn file(&mut self, out: &mut dyn Write, file: FileReport) -> io::Result<()> {
        self.begin(out)?;
        for hit in &file.hits {
            if self.any {
                out.write_all(b",")?;
            }
            self.any = true;
            serde_json::to_writer(&mut *out, &self.result(&file.path, hit))?;
        }
        Ok(())
    }

    fn end(&mut self, out: &mut dyn Write, _: &About, totals: &Totals) -> io::Result<()> {
        self.begin(out)?;
        let notification = |n: &crate::NotRead| {
            json!({
                "level": "error",
                "message": {"text": format!("not read: {}", n.unread.why)},
                "locations": [location(json!({"artifactLocation": {"uri": uri(&n.path)}}), &n.unread.place)],
            })
        };
        let invocation = json!({
            "executionSuccessful": totals.not_read.is_empty(),
            "toolExecutionNotifications": totals.not_read.iter().map(notification).collect::<Vec<_>>(),
        });
        write!(out, "],\"invocations\":[{invocation}]}}]}}")?;
        out.write_all(b"\n")
    }
}
