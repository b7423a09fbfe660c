//! Lists of questions that an internal check asks at every workplace: data with norms by regime. A body may have lists of its
//! own in the same format.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{Mark, embedded};

/// Questions in one list at most.
pub const MOST_QUESTIONS: usize = 100;
/// Longest text of a list, in characters.
const LONGEST: usize = 2_000;
/// Longest name of a question, in bytes.
const LONGEST_ID: usize = 40;

/// A text in one or several languages, by code.
pub type Texts = BTreeMap<String, String>;

/// The text in a language; where there is none, in the first language that there is.
pub fn text_in<'a>(texts: &'a Texts, language: &str) -> &'a str {
    texts
        .get(language)
        .or_else(|| texts.values().next())
        .map_or("", String::as_str)
}

/// A list of questions in one version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuestionList {
    /// Its name.
    pub id: String,
    /// Its version: the same name and version are always the same text.
    pub version: String,
    /// What it is called.
    pub title: Texts,
    /// By which day of a year (`MM-DD`) the plan of the next year is approved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan_by: Option<String>,
    /// For how many years a protocol is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep_years: Option<i64>,
    /// The questions, in their order.
    #[serde(rename = "question")]
    pub questions: Vec<Question>,
}

/// One question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Its name within the list.
    pub id: String,
    /// The question.
    pub ask: Texts,
    /// How to find the answer.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub help: Texts,
    /// What is noted as evidence.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub evidence: Texts,
    /// The norm, where a list names one for every regime.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub norm: Option<String>,
    /// The norm by law pack.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub norms: BTreeMap<String, Norm>,
}

/// A norm that a question rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Norm {
    /// The article.
    pub cite: String,
    /// How sure this is.
    pub mark: Mark,
}

impl Question {
    /// The article under a law pack. What is open is not told as a norm.
    pub fn cite(&self, pack: &str) -> Option<&str> {
        let of_pack = self.norms.get(pack).filter(|n| n.mark != Mark::Check);
        of_pack.map(|n| n.cite.as_str()).or(self.norm.as_deref())
    }
}

/// Why a list is not taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BadList {
    /// It cannot be read.
    #[error("{0}")]
    Unreadable(String),
    /// It has no questions, or too many.
    #[error("a list has between 1 and {MOST_QUESTIONS} questions")]
    Number,
    /// A name is not made of small letters, digits and hyphens, or is too long.
    #[error("the name of question {0} is not made of a-z, 0-9 and hyphens")]
    Name(usize),
    /// Two questions have one name.
    #[error("question {0} has a name that another has")]
    Twice(usize),
    /// A question says nothing, or too much, or holds control characters.
    #[error("question {0} has no text, a text that is too long, or control characters")]
    Text(usize),
    /// Name, version, title or terms of the list itself are wrong.
    #[error("id, version, title, plan_by or keep_years of the list are missing or wrong")]
    Head,
}

impl QuestionList {
    /// Reads a list as a file has it.
    pub fn parse(text: &str) -> Result<Self, BadList> {
        let list: Self = toml::from_str(text).map_err(|e| BadList::Unreadable(e.message().to_owned()))?;
        list.check()?;
        Ok(list)
    }

    /// Whether a list is sound, wherever it comes from.
    pub fn check(&self) -> Result<(), BadList> {
        let is_text = |t: &str| {
            let length = t.chars().count();
            (1..=LONGEST).contains(&length) && !t.trim().is_empty() && !t.chars().any(|c| c.is_control() && c != '\n')
        };
        let all_texts = |t: &Texts| t.values().all(|t| is_text(t));
        let plan_by = self.plan_by.as_deref().is_none_or(is_day);
        let keep = self.keep_years.is_none_or(|y| (1..=100).contains(&y));
        let named = is_name(&self.id) && is_version(&self.version);
        if !named || self.title.is_empty() || !all_texts(&self.title) || !plan_by || !keep {
            return Err(BadList::Head);
        }
        if self.questions.is_empty() || self.questions.len() > MOST_QUESTIONS {
            return Err(BadList::Number);
        }
        let mut names = BTreeSet::new();
        for (n, question) in self.questions.iter().enumerate() {
            if !is_name(&question.id) {
                return Err(BadList::Name(n + 1));
            }
            if !names.insert(question.id.as_str()) {
                return Err(BadList::Twice(n + 1));
            }
            let norms = question.norm.iter().chain(question.norms.values().map(|n| &n.cite));
            let sound = !question.ask.is_empty()
                && all_texts(&question.ask)
                && all_texts(&question.help)
                && all_texts(&question.evidence)
                && norms.into_iter().all(|n| is_text(n));
            if !sound {
                return Err(BadList::Text(n + 1));
            }
        }
        Ok(())
    }

    /// The lists that come with the program, the newest version of each last.
    pub fn embedded() -> Vec<Self> {
        embedded::QUESTIONS
            .iter()
            .filter_map(|(_, text)| Self::parse(text).ok())
            .collect()
    }

    /// The question of this name.
    pub fn question(&self, id: &str) -> Option<&Question> {
        self.questions.iter().find(|q| q.id == id)
    }
}

/// Whether a text is made of small letters, digits and hyphens.
fn is_name(text: &str) -> bool {
    (1..=LONGEST_ID).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// Whether a text can stand for a version: 2026.1, 3-b.
fn is_version(text: &str) -> bool {
    (1..=LONGEST_ID).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'))
}

/// Whether a text is a day of any year: `12-31`.
fn is_day(text: &str) -> bool {
    format!("2027-{text}").parse::<jiff::civil::Date>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_that_come_with_the_program_are_sound_in_four_languages() {
        let packs = crate::Law::embedded();
        for (name, text) in embedded::QUESTIONS {
            let list = QuestionList::parse(text).unwrap_or_else(|e| panic!("{name}: {e}"));
            for question in &list.questions {
                for language in ["vi", "ru", "zh", "en"] {
                    for texts in [&question.ask, &question.help, &question.evidence] {
                        assert!(texts.contains_key(language), "{name}: {}: {language}", question.id);
                    }
                }
                for pack in question.norms.keys() {
                    assert!(packs.by_id(pack).is_some(), "{name}: {pack}");
                }
                assert_eq!(question.norms.len(), packs.packs().len(), "{name}: {}", question.id);
            }
        }
        let list = &QuestionList::embedded()[0];
        assert_eq!(list.questions.len(), 9);
        assert_eq!(list.questions[3].id, "deidentification");
        assert_eq!(
            list.questions[3].cite("vn-b"),
            None,
            "what is open is not told as a norm"
        );
        assert_eq!(list.question("passwords").unwrap().cite("cn"), Some("PIPL 51"));
    }

    #[test]
    fn a_list_that_is_not_sound_is_refused() {
        let list = |question: &str| format!("id = \"own\"\nversion = \"1\"\n[title]\nvi = \"Danh sách\"\n{question}");
        let good = "[[question]]\nid = \"a\"\nask = { vi = \"Có khóa cửa không?\" }\nnorm = \"Điều 3\"\n";
        let read = QuestionList::parse(&list(good)).unwrap();
        assert_eq!(text_in(&read.questions[0].ask, "ru"), "Có khóa cửa không?");
        assert_eq!(read.questions[0].cite("ru"), Some("Điều 3"));
        let bad = |text: &str| QuestionList::parse(text).unwrap_err();
        assert!(matches!(bad("question = 3"), BadList::Unreadable(_)));
        assert!(matches!(bad(&list("")), BadList::Unreadable(_)));
        let none = "id = \"own\"\nversion = \"1\"\ntitle = { vi = \"x\" }\nquestion = []";
        assert_eq!(bad(none), BadList::Number);
        assert_eq!(bad(&list(&good.repeat(2))), BadList::Twice(2));
        assert_eq!(
            bad(&list(&good.replace("id = \"a\"", "id = \"A b\""))),
            BadList::Name(1)
        );
        assert_eq!(bad(&list(&good.replace("Có khóa cửa không?", " "))), BadList::Text(1));
        assert_eq!(bad(&list(&good.replace("Điều 3", &"x".repeat(2001)))), BadList::Text(1));
        assert!(matches!(
            bad(&list(&good.replace("norm", "norn"))),
            BadList::Unreadable(_)
        ));
        assert_eq!(bad(&list(good).replace("\"own\"", "\"\"")), BadList::Head);
        let many: String = (0..=MOST_QUESTIONS)
            .map(|n| good.replace("\"a\"", &format!("\"q{n}\"")))
            .collect();
        assert_eq!(bad(&list(&many)), BadList::Number);
    }
}
