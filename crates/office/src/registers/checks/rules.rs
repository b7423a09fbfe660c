//! What holds for checks.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tutela_law::Event;

use crate::error::Refusal;
use crate::kernel::card::Card;
use crate::kernel::field::Values;
use crate::kernel::register::{Case, Opening, Outcome};
use crate::registers::{check_list_of_program, keep, questions_of_check, signing};

/// Workplaces and measures of one check at most.
const MOST: usize = 180;
/// For how many years a protocol is kept where no list says so.
const KEEP_YEARS: i64 = 5;

fn own<'a>(case: &Case<'a>) -> Result<&'a Card, Refusal> {
    case.card.ok_or_else(|| Refusal::new("refusal-no-page"))
}

pub(super) fn plan(case: &Case<'_>) -> Result<Outcome, Refusal> {
    // A plan makes checks of months that have passed already when it is approved late; a person does not.
    if !case.flag("by_plan") {
        if case.text("check_basis").is_empty() {
            return Err(Refusal::new("refusal-check-basis").field("check_basis"));
        }
        if case.date("planned_until").is_some_and(|d| d < case.today()) {
            return Err(Refusal::new("refusal-past").field("planned_until"));
        }
    }
    laid(case)?;
    Ok(Outcome::taking_input().state("check-planned"))
}

/// A list that is named is one that holds.
fn laid(case: &Case<'_>) -> Result<(), Refusal> {
    if case.given_cards("question_list").iter().any(|l| l.state != "list-laid") {
        return Err(Refusal::new("refusal-list-not-laid").field("question_list"));
    }
    Ok(())
}

pub(super) fn begin(case: &Case<'_>) -> Result<Outcome, Refusal> {
    if case.date("checked_on").is_some_and(|d| d > case.today()) {
        return Err(Refusal::new("refusal-future").field("checked_on"));
    }
    laid(case)?;
    let outcome = Outcome::taking_input().state("check-in-work");
    if case.input.contains_key("question_list") || !case.of_card("question_list").is_empty() {
        return Ok(outcome);
    }
    // The check keeps the version that it began with, whatever comes after.
    let list = check_list_of_program().ok_or_else(|| Refusal::new("refusal-no-questions"))?;
    Ok(outcome
        .set("list_id", list.id.as_str())
        .set("list_version", list.version.as_str()))
}

/// The name of a place however it was typed.
fn plain(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

pub(super) fn fill(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let check = own(case)?;
    let name = plain(case.text("place_name"));
    let empty = Values::new();
    let known = check
        .data
        .get("_place_names")
        .and_then(Value::as_object)
        .unwrap_or(&empty);
    let client = match case.text("client_id") {
        "" => crate::kernel::new_id(),
        given => {
            let sound = given.len() <= 40 && given.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
            if !sound {
                return Err(Refusal::new("refusal-choice").field("client_id"));
            }
            given.to_ascii_lowercase()
        }
    };
    if known.contains_key(&client) {
        return Err(Refusal::new("refusal-place-known").field("place_name"));
    }
    // Two persons at one workplace: neither writes over the other unseen.
    if known.values().any(|v| v.as_str() == Some(name.as_str())) {
        return Err(Refusal::new("refusal-place-conflict").field("place_name"));
    }
    if known.len() >= MOST {
        return Err(Refusal::new("refusal-too-many").field("place_name"));
    }
    let mut names = known.clone();
    names.insert(client.clone(), name.into());
    let mut values = case.input.clone();
    values.insert("client_id".to_owned(), client.into());
    values.insert("by_check".to_owned(), true.into());
    if !check.text("question_list").is_empty() {
        values.insert("question_list".to_owned(), check.text("question_list").into());
    }
    let opening = Opening::new("check-places", "fill", values);
    Ok(Outcome::new()
        .set("_place_names", names)
        .open(opening.points_in("check").kept_in("check_places")))
}

pub(super) fn add_measure(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let check = own(case)?;
    let list = questions_of_check(check, case.related).ok_or_else(|| Refusal::new("refusal-no-questions"))?;
    let number = number(case.input);
    if number.is_none_or(|n| n > list.questions.len()) {
        return Err(Refusal::new("refusal-no-question").field("measure_question"));
    }
    if case.date("measure_until").is_some_and(|d| d < case.today()) {
        return Err(Refusal::new("refusal-past").field("measure_until"));
    }
    if check.cards("check_measures").len() >= MOST {
        return Err(Refusal::new("refusal-too-many").field("measure_text"));
    }
    let mut values = case.input.clone();
    values.insert("by_check".to_owned(), true.into());
    let opening = Opening::new("measures", "propose", values);
    Ok(Outcome::new().open(opening.points_in("check").kept_in("check_measures")))
}

/// The number of the question that a measure answers.
fn number(values: &Values) -> Option<usize> {
    let number = values.get("measure_question").and_then(Value::as_u64)?;
    usize::try_from(number).ok()
}

pub(super) fn draw(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let check = own(case)?;
    let list = questions_of_check(check, case.related).ok_or_else(|| Refusal::new("refusal-no-questions"))?;
    let places: Vec<_> = case
        .held_cards("check_places")
        .into_iter()
        .filter(|p| !case.is_closed(p))
        .collect();
    let mut wrong = Vec::new();
    if places.is_empty() {
        wrong.push(Refusal::new("refusal-no-places"));
    }
    let date = case.date("protocol_date");
    if date.is_some_and(|d| d > case.today()) {
        wrong.push(Refusal::new("refusal-future").field("protocol_date"));
    }
    if date < case.of_card("checked_on").parse().ok() {
        wrong.push(Refusal::new("refusal-before-check").field("protocol_date"));
    }
    let planned: Option<jiff::civil::Date> = check.text("planned_until").parse().ok();
    if planned < date && case.text("late_reason").is_empty() {
        wrong.push(Refusal::new("refusal-check-late").field("late_reason"));
    }
    let answered: BTreeSet<usize> = case
        .held_cards("check_measures")
        .into_iter()
        .filter(|m| !case.is_closed(m))
        .filter_map(|m| number(&m.data))
        .collect();
    let mut violations = 0;
    for (n, question) in list.questions.iter().enumerate() {
        let found = places.iter().filter(|p| said(p, &question.id) == Some("no")).count();
        violations += found;
        // A protocol names measures and terms for everything that is wrong.
        if found > 0 && !answered.contains(&(n + 1)) {
            wrong.push(Refusal::new("refusal-no-measure").arg("n", (n + 1).to_string()));
        }
    }
    if let Some(refusal) = Refusal::of(wrong) {
        return Err(refusal);
    }
    Ok(Outcome::taking_input()
        .state("check-drawn")
        .set("places_checked", places.len())
        .set("violations", violations))
}

/// What was answered to a question at a workplace.
pub(super) fn said<'a>(place: &'a Card, question: &str) -> Option<&'a str> {
    place.data.get("_answers")?.get(question)?.as_str()
}

pub(super) fn sign(case: &Case<'_>) -> Result<Outcome, Refusal> {
    signing::not_about_oneself(case)?;
    signing::sign(case, "check-signed-one", "check-signed")
}

pub(super) fn give_back(_: &Case<'_>) -> Result<Outcome, Refusal> {
    Ok(signing::unsigned(Outcome::taking_input()).state("check-returned"))
}

pub(super) fn approve(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let check = own(case)?;
    signing::not_about_oneself(case)?;
    // Whoever signed as one of the two does not approve the own work.
    if [check.text("signed_organiser"), check.text("signed_security")].contains(&case.actor) {
        return Err(Refusal::new("refusal-signed-already"));
    }
    let years = questions_of_check(check, case.related)
        .and_then(|l| l.keep_years)
        .unwrap_or(KEEP_YEARS);
    let kept = keep::keep_until(case.today(), years, "years");
    let mut outcome = Outcome::new()
        .state("check-approved")
        .set("approved_on", case.today().to_string())
        .set("kept_until", json!(kept.map(|d| d.to_string())))
        .start("keep-protocols", &[(Event::Recorded, case.now)]);
    for measure in case.held_cards("check_measures") {
        if measure.state == "measure-proposed" {
            outcome = outcome.then(&measure.id, "enter", Values::new());
        }
    }
    Ok(outcome)
}
