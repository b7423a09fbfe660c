//! Answers of a dossier: read, put beside those that are there, and counted. An answer keeps under which set of questions it
//! was given; when the law has another set, it stays, is shown, and is asked anew.

use jiff::civil::Date;
use serde_json::{Map, Value, json};
use tutela_law::Pack;
use tutela_law::dossier::{Answer, Asked, Dossier, Questions};

use super::facts::{Known, wanted};
use crate::error::Refusal;
use crate::kernel::body::Body;
use crate::kernel::card::{Card, Personal};
use crate::kernel::field::Values;

/// Longest answer, in characters.
pub(super) const MAX_ANSWER: usize = 8_000;
/// Most answers that are given at once.
const MAX_ANSWERS: usize = 200;

/// The answers of a card that is opened for the act; none when there are none or the vault is closed.
pub(super) fn held(card: Option<&Card>) -> Values {
    let value = card.and_then(|c| match &c.personal {
        Personal::Open(values) => values.get("answers"),
        _ => None,
    });
    value.and_then(Value::as_object).cloned().unwrap_or_default()
}

/// The text of an answer; empty where there is none.
pub(super) fn text<'a>(answers: &'a Values, id: &str) -> &'a str {
    let answer = answers.get(id).and_then(|a| a.get("text"));
    answer.and_then(Value::as_str).unwrap_or("")
}

/// Under which set an answer was given.
fn set_of<'a>(answers: &'a Values, id: &str) -> &'a str {
    let set = answers.get(id).and_then(|a| a.get("set"));
    set.and_then(Value::as_str).unwrap_or("")
}

/// What was given, as `question: text`: an object in JSON, or the same as a text.
pub(super) fn given(value: Option<&Value>) -> Result<Map<String, Value>, Refusal> {
    let refuse = || Refusal::new("refusal-answers").field("answers");
    let read = match value {
        Some(Value::Object(all)) => all.clone(),
        Some(Value::String(text)) => serde_json::from_str(text).map_err(|_| refuse())?,
        _ => return Err(refuse()),
    };
    if read.is_empty() || read.len() > MAX_ANSWERS || read.values().any(|v| !v.is_string()) {
        return Err(refuse());
    }
    Ok(read)
}

/// Checks one answer against its question. An empty one takes the answer away.
pub(super) fn check(id: &str, text: &str) -> Result<(), Refusal> {
    let about = |key| Refusal::new(key).field(format!("answers.{id}"));
    if text.chars().count() > MAX_ANSWER {
        return Err(about("refusal-too-long").arg("max", MAX_ANSWER.to_string()));
    }
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Err(about("refusal-control"));
    }
    let questions = Questions::embedded();
    if questions.fact(id).is_some() {
        return if matches!(text, "" | "yes" | "no") {
            Ok(())
        } else {
            Err(about("refusal-choice"))
        };
    }
    let Some(question) = questions.question(id) else {
        // What is asked is data, and its name may be anything: it is not repeated.
        return Err(Refusal::new("refusal-question").field("answers"));
    };
    if text.trim().is_empty() {
        return Ok(());
    }
    let chosen = |option: &tutela_law::dossier::Texts| option.get("id").is_some_and(|o| o == text);
    match question.kind {
        Answer::Line | Answer::Text => Ok(()),
        Answer::Date if text.parse::<Date>().is_ok_and(|d| (1900..=2200).contains(&d.year())) => Ok(()),
        Answer::Date => Err(about("refusal-date")),
        Answer::Number if text.parse::<u64>().is_ok() => Ok(()),
        Answer::Number => Err(about("refusal-number")),
        Answer::Choice if question.option.iter().any(chosen) => Ok(()),
        Answer::Choice => Err(about("refusal-choice")),
    }
}

/// Puts answers beside those that are there, all under one set of questions.
pub(super) fn put(answers: &mut Values, given: &Map<String, Value>, set: &str, by: &str) -> Result<(), Refusal> {
    let mut wrong = Vec::new();
    for (id, value) in given {
        let text = value.as_str().unwrap_or("").replace("\r\n", "\n");
        if let Err(refusal) = check(id, &text) {
            wrong.push(refusal);
            continue;
        }
        let held = answers.get(id);
        if text.trim().is_empty() {
            answers.remove(id);
        } else {
            // An answer that came from the card and is only confirmed goes on following the card.
            let same = held.filter(|h| h.get("text").and_then(Value::as_str) == Some(text.trim()));
            let by = same.and_then(|h| h.get("by")).and_then(Value::as_str).unwrap_or(by);
            answers.insert(id.clone(), json!({ "text": text.trim(), "set": set, "by": by }));
        }
    }
    match Refusal::of(wrong) {
        Some(refusal) => Err(refusal),
        None => Ok(()),
    }
}

/// A question with where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answered {
    /// It has an answer under the law in force.
    Yes,
    /// It has an answer that was given under an older set of questions, and is asked anew.
    Older,
    /// It has none.
    No,
    /// The facts say that it is not asked.
    NotAsked,
}

/// The questions that the law in force asks of a dossier, with what was answered.
pub(crate) struct Sheet<'a> {
    /// The law.
    pub(crate) pack: &'a Pack,
    /// The dossier.
    pub(crate) dossier: &'a Dossier,
    /// The name of the set of questions.
    pub(crate) set: String,
    /// What is known.
    pub(crate) known: Known<'a>,
}

/// One question of a sheet.
pub(crate) struct Asking<'a> {
    pub(crate) asked: &'a Asked,
    pub(crate) answered: Answered,
}

impl<'a> Sheet<'a> {
    /// The sheet of a kind of dossier under the law in force on a day; none where that law knows no such dossier.
    pub(crate) fn new(
        pack: Option<&'a Pack>,
        kind: &str,
        on: Date,
        (body, activity): (&'a Body, Option<&'a Card>),
        answers: &'a Values,
    ) -> Option<Self> {
        let (pack, dossier) = wanted(pack, kind, on)?;
        Some(Self {
            pack,
            dossier,
            set: dossier.set(pack.id()),
            known: Known {
                body,
                activity,
                answers,
            },
        })
    }

    /// Where a question stands.
    pub(crate) fn stands(&self, asked: &Asked) -> Answered {
        if asked
            .only_if
            .as_ref()
            .is_some_and(|f| self.known.holds(f) == Some(false))
        {
            return Answered::NotAsked;
        }
        let answers = self.known.answers;
        if text(answers, &asked.id).is_empty() {
            Answered::No
        } else if set_of(answers, &asked.id) == self.set {
            Answered::Yes
        } else {
            Answered::Older
        }
    }

    /// All questions that are asked.
    pub(crate) fn asking(&self) -> impl Iterator<Item = Asking<'_>> {
        self.dossier
            .asked()
            .map(|asked| Asking {
                answered: self.stands(asked),
                asked,
            })
            .filter(|a| a.answered != Answered::NotAsked)
    }

    /// Facts that decide and that nobody has stated.
    pub(crate) fn facts_missing(&self) -> Vec<String> {
        let mut missing = match self.known.verdict(self.dossier) {
            tutela_law::dossier::Verdict::Unknown { facts } => facts,
            _ => Vec::new(),
        };
        for fact in self.dossier.asked().filter_map(|a| a.only_if.as_ref()) {
            if self.known.holds(fact).is_none() && !missing.contains(fact) {
                missing.push(fact.clone());
            }
        }
        missing
    }

    /// What must still be answered before it can be sent for opinions.
    pub(crate) fn missing(&self) -> Vec<String> {
        let open = |a: &Asking<'_>| match a.answered {
            Answered::No => !a.asked.optional,
            Answered::Older => true,
            Answered::Yes | Answered::NotAsked => false,
        };
        self.asking().filter(open).map(|a| a.asked.id.clone()).collect()
    }

    /// How many of the questions that must be answered are.
    pub(crate) fn progress(&self) -> (usize, usize) {
        let must: Vec<_> = self.asking().filter(|a| !a.asked.optional).collect();
        let done = must.iter().filter(|a| a.answered == Answered::Yes).count();
        (done, must.len())
    }
}
