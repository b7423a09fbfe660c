//! What holds for the answers at a workplace.

use std::collections::BTreeMap;

use serde_json::Value;
use tutela_law::QuestionList;

use crate::error::Refusal;
use crate::kernel::card::Card;
use crate::kernel::field::Values;
use crate::kernel::register::{Case, Outcome};
use crate::registers::questions_of_check;

/// Longest remark, in characters.
const LONGEST: usize = 1_000;

/// What was answered to one question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    /// `yes`, `no` or `na`.
    pub(crate) word: &'static str,
    /// What was seen; empty where nothing was noted.
    pub(crate) remark: String,
}

/// Answers by the name of the question.
pub(crate) type Answers = BTreeMap<String, Answer>;

/// Reads answers, one a line: `passwords: no - the screen does not lock`. An error tells the line.
pub(crate) fn parse(text: &str) -> Result<Answers, Refusal> {
    let mut answers = Answers::new();
    for (n, line) in text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
        let wrong = || {
            Refusal::new("refusal-answer-line")
                .field("place_answers")
                .arg("n", (n + 1).to_string())
        };
        let (id, rest) = line.split_once([':', '：']).ok_or_else(wrong)?;
        let rest = rest.trim();
        let (word, remark) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        let word = ["yes", "no", "na"]
            .into_iter()
            .find(|w| w.eq_ignore_ascii_case(word))
            .ok_or_else(wrong)?;
        let remark = remark.trim().trim_start_matches(['-', '–', '—']).trim();
        if remark.chars().count() > LONGEST {
            return Err(Refusal::new("refusal-too-long")
                .field("place_answers")
                .arg("max", LONGEST.to_string()));
        }
        let answer = Answer {
            word,
            remark: remark.to_owned(),
        };
        if answers.insert(id.trim().to_owned(), answer).is_some() {
            return Err(wrong());
        }
    }
    Ok(answers)
}

/// Writes answers as they are read, in the order of the list.
pub(crate) fn write(list: &QuestionList, answers: &Answers) -> String {
    let mut out = String::new();
    for question in &list.questions {
        let Some(answer) = answers.get(&question.id) else {
            continue;
        };
        out.push_str(&question.id);
        out.push_str(": ");
        out.push_str(answer.word);
        if !answer.remark.is_empty() {
            out.push_str(" - ");
            // A remark of several lines is one line here.
            out.push_str(&answer.remark.split_whitespace().collect::<Vec<_>>().join(" "));
        }
        out.push('\n');
    }
    out
}

/// Every question of the list is answered, and nothing else; what is wrong is described.
fn checked(case: &Case<'_>, check: &Card) -> Result<Outcome, Refusal> {
    if !matches!(check.state.as_str(), "check-in-work" | "check-returned") {
        return Err(Refusal::new("refusal-check-not-open"));
    }
    let list = questions_of_check(check, case.related).ok_or_else(|| Refusal::new("refusal-no-questions"))?;
    let answers = parse(case.text("place_answers"))?;
    let mut wrong = Vec::new();
    let mut open = Values::new();
    let mut violations = 0;
    for (n, question) in list.questions.iter().enumerate() {
        let told = |key| Refusal::new(key).field("place_answers").arg("n", (n + 1).to_string());
        match answers.get(&question.id) {
            None => wrong.push(told("refusal-no-answer")),
            Some(answer) => {
                if answer.word == "no" {
                    violations += 1;
                    if answer.remark.is_empty() {
                        wrong.push(told("refusal-no-remark"));
                    }
                }
                open.insert(question.id.clone(), answer.word.into());
            }
        }
    }
    if answers.keys().any(|id| list.question(id).is_none()) {
        wrong.push(Refusal::new("refusal-other-question").field("place_answers"));
    }
    if let Some(refusal) = Refusal::of(wrong) {
        return Err(refusal);
    }
    let revision = case.text("client_rev");
    if revision.len() > 40 || !revision.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-') {
        return Err(Refusal::new("refusal-choice").field("client_rev"));
    }
    Ok(Outcome::new()
        .set("place_answers", write(&list, &answers))
        .set("_answers", open)
        .set("violations", violations)
        .set("_client_rev", revision))
}

pub(super) fn fill(case: &Case<'_>) -> Result<Outcome, Refusal> {
    if !case.flag("by_check") {
        return Err(Refusal::new("refusal-through-check").field("check"));
    }
    let check = case.given_cards("check").into_iter().next();
    let check = check.ok_or_else(|| Refusal::new("refusal-no-card").field("check"))?;
    let mut outcome = checked(case, check)?;
    if !check.text("question_list").is_empty() {
        outcome = outcome.set("question_list", check.text("question_list"));
    }
    Ok(outcome
        .state("place-filled")
        .set("check", check.id.as_str())
        .set("place_name", case.text("place_name"))
        .set("_client_id", case.text("client_id")))
}

fn of_check<'a>(case: &'a Case<'_>) -> Result<&'a Card, Refusal> {
    let check = case.held_cards("check").into_iter().next();
    check.ok_or_else(|| Refusal::new("refusal-no-card"))
}

pub(super) fn refill(case: &Case<'_>) -> Result<Outcome, Refusal> {
    checked(case, of_check(case)?)
}

pub(super) fn picture(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let check = of_check(case)?;
    if !matches!(check.state.as_str(), "check-in-work" | "check-returned") {
        return Err(Refusal::new("refusal-check-not-open"));
    }
    let facts = |values: Option<&Value>| values.and_then(Value::as_array).cloned().unwrap_or_default();
    let hash = |file: &Value| file.get("sha256").and_then(Value::as_str).map(str::to_owned);
    let held: Vec<_> = facts(case.card.and_then(|c| c.data.get("place_pictures")))
        .iter()
        .filter_map(hash)
        .collect();
    for file in facts(case.input.get("place_pictures")) {
        let is_picture = file
            .get("type")
            .and_then(Value::as_str)
            .is_some_and(|t| t.starts_with("image/"));
        if !is_picture {
            return Err(Refusal::new("refusal-no-picture").field("place_pictures"));
        }
        // A phone that did not hear the answer sends a picture again.
        if hash(&file).is_some_and(|h| held.contains(&h)) {
            return Err(Refusal::new("refusal-picture-known").field("place_pictures"));
        }
    }
    Ok(Outcome::taking_input())
}

pub(super) fn withdraw(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let check = of_check(case)?;
    if !matches!(check.state.as_str(), "check-in-work" | "check-returned") {
        return Err(Refusal::new("refusal-check-not-open"));
    }
    // Its name is free again; the identifier that a phone gave it is not, so that nothing comes back from there.
    let mut names = check
        .data
        .get("_place_names")
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    names.insert(case.of_card("_client_id").to_owned(), "".into());
    let mut set = Values::new();
    set.insert("_place_names".to_owned(), names.into());
    Ok(Outcome::taking_input()
        .state("place-withdrawn")
        .follow(&check.id, None, set))
}
