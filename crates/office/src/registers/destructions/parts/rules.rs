//! What holds for a part of a destruction case.

use serde_json::Value;

use super::super::{finish, holds, rules};
use crate::error::Refusal;
use crate::kernel::card::{Card, Personal};
use crate::kernel::field::words_of;
use crate::kernel::register::{Case, NOTHING_TO_DO, Outcome};

/// The case of the part.
fn case_of<'a>(case: &'a Case<'_>) -> Result<&'a Card, Refusal> {
    let given = case.given_cards("part_case");
    let held = case.held_cards("part_case");
    let found = given.into_iter().chain(held).next();
    found.ok_or_else(|| Refusal::new("refusal-no-card").field("part_case"))
}

/// More records of the same month for a case that nobody has prepared yet.
pub(super) fn take(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let of = case_of(case)?;
    if of.state != "due" {
        return Err(Refusal::new("refusal-case-approved").arg("number", &of.number));
    }
    let records = case.given_cards("records");
    if records.len() > rules::MOST_RECORDS {
        return Err(Refusal::new("refusal-too-many").field("records"));
    }
    rules::not_in_another(case)?;
    Ok(rules::blocked(case, Outcome::taking_input().state("part-waiting")))
}

pub(super) fn spare(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let of = case_of(case)?;
    let Some(card) = case.card else {
        return Err(Refusal::new("refusal-no-page"));
    };
    let spared = case.input.get("spared").map(words_of).unwrap_or_default();
    let (mut left, mut all) = (Vec::new(), card.cards("spared"));
    for id in card.cards("records") {
        if spared.contains(&id) {
            all.push(id);
        } else {
            left.push(Value::from(id));
        }
    }
    if all.len() != card.cards("spared").len() + spared.len() {
        return Err(Refusal::new("refusal-not-in-case").field("spared"));
    }
    let all: Vec<Value> = all.into_iter().map(Value::from).collect();
    let outcome = Outcome::taking_input().set("records", left).set("spared", all);
    Ok(rules::given_back(of, outcome, &spared))
}

/// The records go, but for those that something keeps: they are given back, and become due again when it has ended.
pub(super) fn destroy(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let of = case_of(case)?;
    if of.state != "executing" {
        // Held, or done with: whoever carries the case out begins anew.
        return Err(Refusal::new(NOTHING_TO_DO));
    }
    if case.cut {
        return Err(Refusal::new("refusal-part-crowded"));
    }
    let whole = of.cards("activities");
    if let Some(hold) = holds::on(case, &whole).first() {
        let refusal = Refusal::new("refusal-record-held").arg("number", &hold.number);
        return Err(refusal.norm(hold.text("hold_norm")));
    }
    let (mut gone, mut left) = (Vec::new(), Vec::new());
    let mut number = 0_i64;
    for record in case.held_cards("records") {
        let mut own = vec![record.id.as_str()];
        own.extend(record.cards("processing"));
        if finish::in_work(case, record) || !holds::on(case, &own).is_empty() || holds::asked_about(case, &own) {
            left.push(record.id.as_str());
            continue;
        }
        if !matches!(record.personal, Personal::Destroyed(_)) {
            number += 1;
        }
        gone.push(record.id.as_str());
    }
    let outside = i64::try_from(left.len()).unwrap_or(i64::MAX);
    let ids: Vec<Value> = left.iter().map(|id| Value::from(*id)).collect();
    let mut outcome = Outcome::new()
        .state("part-done")
        .set("part_destroyed", number)
        .set("part_left_number", outside)
        .set("part_left", ids);
    for id in gone {
        outcome = outcome.destroy(id);
    }
    Ok(rules::given_back(of, outcome, &left))
}

/// The case was dropped.
pub(super) fn give_back(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let of = case_of(case)?;
    if of.state != "dropped" {
        return Err(Refusal::new(NOTHING_TO_DO));
    }
    let records = case.card.map(|c| c.cards("records")).unwrap_or_default();
    Ok(rules::given_back(of, Outcome::new().state("part-given-back"), &records))
}
