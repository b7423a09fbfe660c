//! Assessments as the PIA software of the French authority CNIL keeps them: read and written, so that they can be exchanged.
//!
//! A file is foreign: its size, its depth and what it may hold are bounded, and a text in it is only text. What has no place
//! in a dossier is told by name and kept as it came; it goes out again with the next export. What the format has no place
//! for stands under the key `tutela`, so that a dossier comes back as it went.

mod html;

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use tutela_law::dossier::Questions;

use super::answers::{self, MAX_ANSWER};
use super::risks::MOST;
use crate::error::Refusal;
use crate::kernel::card::Card;
use crate::kernel::field::Values;

/// Largest file that is read, in bytes.
pub(crate) const MAX_PIA: usize = 1 << 20;
/// Most answers in a file.
const MAX_ROWS: usize = 2_000;
/// Most names of what was kept aside that are told.
const MAX_TOLD: usize = 100;
/// What this program adds to a file.
const OWN: &str = "tutela";

/// The three risks of the method, by the tens of their questions.
const RISKS: &[(u64, &str)] = &[(32, "risk-access"), (33, "risk-change"), (34, "risk-loss")];
/// Questions of a risk by their last digit, with the part of a risk that they fill.
const LISTS: &[(u64, &str)] = &[(1, "what"), (2, "threats"), (3, "source"), (4, "measure")];
const GAUGES: &[(u64, &str, &str)] = &[
    (5, "severity_before", "severity_text"),
    (6, "likelihood_before", "likelihood_text"),
];
/// Parts of a risk that are text, and that are numbers from 1 to 4.
const TEXTS: &[&str] = &[
    "what",
    "threats",
    "source",
    "measure",
    "owner",
    "severity_text",
    "likelihood_text",
    "result",
];
const SCORES: &[&str] = &[
    "likelihood_before",
    "severity_before",
    "likelihood_after",
    "severity_after",
];
const DAYS: &[&str] = &["by", "done_on"];

/// An assessment that was read.
#[derive(Debug)]
pub(crate) struct Pia {
    /// Values for the operation that takes it in.
    pub(crate) values: Values,
    /// Names of what was kept aside.
    pub(crate) aside: Vec<String>,
}

fn text<'a>(row: &'a Value, name: &str) -> &'a str {
    row.get(name).and_then(Value::as_str).unwrap_or("")
}

/// A name out of a foreign file as it may be shown: only what names of fields are made of.
fn name(raw: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    if raw.len() <= 40 && !raw.is_empty() && raw.chars().all(plain) {
        raw.to_owned()
    } else {
        "?".to_owned()
    }
}

/// Reads a file.
pub(crate) fn read(bytes: &[u8]) -> Result<Pia, Refusal> {
    let refuse = |key| Refusal::new(key).field("file");
    if bytes.len() > MAX_PIA {
        return Err(refuse("refusal-pia-size").arg("max", (MAX_PIA >> 10).to_string()));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    // The reader goes 128 levels deep at most.
    let file: Value = serde_json::from_slice(bytes).map_err(|_| refuse("refusal-pia-format"))?;
    let Value::Object(mut file) = file else {
        return Err(refuse("refusal-pia-format"));
    };
    let Some(Value::Array(rows)) = file.remove("answers") else {
        return Err(refuse("refusal-pia-format"));
    };
    if rows.len() > MAX_ROWS {
        return Err(refuse("refusal-pia-format"));
    }
    let mut taken = Taken::default();
    for row in rows {
        taken.row(row);
    }
    taken.measures(&file);
    if let Some(Value::Object(own)) = file.remove(OWN) {
        taken.own(own)?;
    }
    for (key, value) in &file {
        let empty = value.as_array().is_some_and(Vec::is_empty) || value.as_object().is_some_and(Map::is_empty);
        if !empty {
            taken.aside.insert(name(key));
        }
    }
    if !taken.rest.is_empty() {
        file.insert("answers".to_owned(), taken.rest.into());
    }
    if taken.answers.is_empty() && taken.risks.is_empty() {
        return Err(refuse("refusal-pia-empty"));
    }
    let mut values = Values::new();
    values.insert("answers".to_owned(), Value::Object(taken.answers));
    values.insert("risks".to_owned(), taken.risks.into());
    values.insert("pia_rest".to_owned(), Value::Object(file));
    Ok(Pia {
        values,
        aside: taken.aside.into_iter().take(MAX_TOLD).collect(),
    })
}

/// What was taken out of a file so far.
#[derive(Default)]
struct Taken {
    answers: Map<String, Value>,
    risks: Vec<Value>,
    rest: Vec<Value>,
    aside: BTreeSet<String>,
}

impl Taken {
    /// One answer of the file.
    fn row(&mut self, row: Value) {
        let reference = row.get("reference_to").and_then(Value::as_u64).unwrap_or(0);
        let took = match row.get("data") {
            Some(data) => self.answer(reference, data) || self.risk(reference, data),
            None => false,
        };
        if !took {
            self.aside.insert(format!("answers.{reference}"));
            self.rest.push(row);
        }
    }

    fn answer(&mut self, reference: u64, data: &Value) -> bool {
        let question = Questions::embedded().question.iter();
        let question = question
            .filter(|q| q.cnil.is_some())
            .find(|q| q.cnil.map(u64::from) == Some(reference));
        let Some(question) = question else { return false };
        let said = said(data);
        // Too long for an answer, or said twice: it stays aside, whole.
        if said.chars().count() > MAX_ANSWER || self.answers.contains_key(&question.id) {
            return false;
        }
        if !said.is_empty() {
            self.answers.insert(question.id.clone(), said.into());
        }
        true
    }

    fn risk(&mut self, reference: u64, data: &Value) -> bool {
        let Some((_, kind)) = RISKS.iter().find(|(tens, _)| *tens == reference / 10) else {
            return false;
        };
        let list = LISTS.iter().find(|(digit, _)| *digit == reference % 10);
        let gauge = GAUGES.iter().find(|(digit, _, _)| *digit == reference % 10);
        let said = said(data);
        if (list.is_none() && gauge.is_none()) || said.chars().count() > MAX_ANSWER {
            return false;
        }
        let at = match self.risks.iter().position(|r| text(r, "kind") == *kind) {
            Some(at) => at,
            None => {
                self.risks.push(json!({ "kind": kind, "from": "pia" }));
                self.risks.len() - 1
            }
        };
        let Some(Value::Object(risk)) = self.risks.get_mut(at) else {
            return false;
        };
        if let Some((_, part)) = list {
            risk.insert((*part).to_owned(), said.into());
        } else if let Some((_, part, why)) = gauge {
            let score = data
                .get("gauge")
                .and_then(Value::as_i64)
                .filter(|g| (1..=4).contains(g));
            if let Some(score) = score {
                risk.insert((*part).to_owned(), score.into());
            }
            if !said.is_empty() {
                risk.insert((*why).to_owned(), said.into());
            }
        }
        true
    }

    /// The measures of the file as the answer on measures; they also stay as they came.
    fn measures(&mut self, file: &Map<String, Value>) {
        let said = measures(file);
        if !said.is_empty() && said.chars().count() <= MAX_ANSWER {
            self.answers.insert("measures".to_owned(), said.into());
        }
    }

    /// What this program wrote itself, checked like everything that comes from outside. It goes before what the format says
    /// of the same.
    fn own(&mut self, mut own: Map<String, Value>) -> Result<(), Refusal> {
        let refuse = || Refusal::new("refusal-pia-format").field("file");
        if let Some(Value::Object(answers)) = own.remove("answers") {
            for (id, value) in answers {
                let said = value.as_str().ok_or_else(refuse)?;
                // A question that a later law asks, and this program does not know.
                if answers::check(&id, said).is_err() {
                    self.aside.insert(format!("{OWN}.{}", name(&id)));
                    continue;
                }
                self.answers.insert(id, said.into());
            }
        }
        if let Some(Value::Array(risks)) = own.remove("risks") {
            if i64::try_from(risks.len()).is_ok_and(|n| n > MOST) {
                return Err(refuse());
            }
            self.risks = risks
                .iter()
                .map(|r| checked(r).ok_or_else(refuse))
                .collect::<Result<_, _>>()?;
        }
        Ok(())
    }
}

/// A risk as this program wrote it; none if it is not one.
fn checked(row: &Value) -> Option<Value> {
    let row = row.as_object()?;
    let mut made = Map::new();
    let kind = row.get("kind")?.as_str().filter(|k| super::RISKS.contains(k))?;
    made.insert("kind".to_owned(), kind.into());
    made.insert("from".to_owned(), "pia".into());
    for part in TEXTS {
        if let Some(value) = row.get(*part) {
            let said = value.as_str().filter(|s| s.chars().count() <= MAX_ANSWER)?;
            let sound = |c: char| !c.is_control() || matches!(c, '\n' | '\t');
            made.insert(
                (*part).to_owned(),
                said.chars().filter(|c| sound(*c)).collect::<String>().into(),
            );
        }
    }
    for part in SCORES {
        if let Some(value) = row.get(*part).filter(|v| !v.is_null()) {
            made.insert(
                (*part).to_owned(),
                value.as_i64().filter(|s| (1..=4).contains(s))?.into(),
            );
        }
    }
    for part in DAYS {
        if let Some(value) = row.get(*part).filter(|v| v.as_str() != Some("")) {
            let day: jiff::civil::Date = value.as_str()?.parse().ok()?;
            made.insert((*part).to_owned(), day.to_string().into());
        }
    }
    Some(Value::Object(made))
}

/// What an answer of the file says: its text, or the lines of its list.
fn said(data: &Value) -> String {
    let own = html::plain(text(data, "text"));
    if !own.is_empty() {
        return own;
    }
    let list = data.get("list").and_then(Value::as_array);
    let lines: Vec<String> = list
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(|line| html::plain(line).replace('\n', " "))
        .filter(|line| !line.is_empty())
        .collect();
    lines.join("\n")
}

fn measures(file: &Map<String, Value>) -> String {
    let all = file.get("measures").and_then(Value::as_array);
    let lines: Vec<String> = all
        .into_iter()
        .flatten()
        .take(MAX_ROWS)
        .map(|m| {
            let parts = [html::plain(text(m, "title")), html::plain(text(m, "content"))];
            let parts: Vec<_> = parts.into_iter().filter(|p| !p.is_empty()).collect();
            parts.join(": ")
        })
        .filter(|line| !line.is_empty())
        .collect();
    lines.join("\n")
}

/// Writes a dossier, opened: what came with an earlier file first, what the dossier says over it.
pub(crate) fn write(card: &Card, title: &str) -> Value {
    let mut file = card
        .value("pia_rest")
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    let answers = answers::held(Some(card));
    let risks = card
        .value("risks")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    let at = card.updated.to_string();

    let mut rows: Vec<Value> = match file.remove("answers") {
        Some(Value::Array(rows)) => rows,
        _ => Vec::new(),
    };
    let mut own = Map::new();
    for id in answers.keys() {
        let said = answers::text(&answers, id);
        match Questions::embedded().question(id).and_then(|q| q.cnil) {
            Some(reference) => rows.push(answer(reference.into(), &html::marked(said), None, &[], &at)),
            None => {
                own.insert(id.clone(), said.into());
            }
        }
    }
    for (tens, kind) in RISKS {
        let of_kind: Vec<&Value> = risks.iter().filter(|r| text(r, "kind") == *kind).collect();
        if of_kind.is_empty() {
            continue;
        }
        for (digit, part) in LISTS {
            let lines: Vec<String> = of_kind
                .iter()
                .flat_map(|r| text(r, part).lines())
                .map(html::marked)
                .collect();
            rows.push(answer(tens * 10 + digit, "", None, &lines, &at));
        }
        for (digit, part, why) in GAUGES {
            // Of several risks of a kind the highest counts.
            let highest = of_kind
                .iter()
                .filter_map(|r| r.get(*part).and_then(Value::as_i64))
                .max();
            let whys: Vec<&str> = of_kind.iter().map(|r| text(r, why)).filter(|w| !w.is_empty()).collect();
            rows.push(answer(
                tens * 10 + digit,
                &html::marked(&whys.join("\n")),
                highest,
                &[],
                &at,
            ));
        }
    }
    rows.sort_by_key(|r| r.get("reference_to").and_then(Value::as_u64));
    for (n, row) in rows.iter_mut().enumerate() {
        row["id"] = (n + 1).into();
        row["pia_id"] = 1.into();
    }
    let held = measures(&file);
    let said = answers::text(&answers, "measures");
    if !said.is_empty() && said != held {
        let measure = json!({ "id": 1, "pia_id": 1, "title": html::marked(said), "content": "", "placeholder": "" });
        file.insert("measures".to_owned(), json!([measure]));
    }
    let pia = file.entry("pia").or_insert_with(|| json!({}));
    if let Value::Object(pia) = pia {
        pia.insert("id".to_owned(), 1.into());
        pia.insert("name".to_owned(), title.into());
        pia.insert("updated_at".to_owned(), at.into());
        for (key, default) in [("created_at", json!(card.created.to_string())), ("status", json!(0))] {
            pia.entry(key).or_insert(default);
        }
        for key in ["author_name", "evaluator_name", "validator_name"] {
            pia.entry(key).or_insert_with(|| "".into());
        }
    }
    file.insert("answers".to_owned(), rows.into());
    for key in ["measures", "evaluations", "comments"] {
        file.entry(key).or_insert_with(|| json!([]));
    }
    let risks: Vec<Value> = risks
        .into_iter()
        .map(|mut r| {
            if let Some(row) = r.as_object_mut() {
                row.remove("n");
                row.remove("from");
            }
            r
        })
        .collect();
    file.insert(
        OWN.to_owned(),
        json!({ "kind": card.text("dossier_kind"), "set": card.text("question_set"), "answers": own, "risks": risks }),
    );
    Value::Object(file)
}

fn answer(reference: u64, text: &str, gauge: Option<i64>, list: &[String], at: &str) -> Value {
    json!({
        "pia_id": 1,
        "reference_to": reference,
        "data": { "text": text, "gauge": gauge, "list": list },
        "created_at": at,
        "id": 0,
    })
}
