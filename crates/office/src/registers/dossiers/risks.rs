//! Risks of a dossier: what may happen, how likely and how severe before and after a measure, who takes it and by when.

use jiff::civil::Date;
use serde_json::{Value, json};

use super::rules::rows;
use crate::error::Refusal;
use crate::kernel::register::{Case, Outcome};

/// Most risks of one dossier.
pub(super) const MOST: i64 = 60;

fn number(row: &Value, name: &str) -> i64 {
    row.get(name).and_then(Value::as_i64).unwrap_or(0)
}

fn day(row: &Value, name: &str) -> Option<Date> {
    row.get(name).and_then(Value::as_str)?.parse().ok()
}

/// The risks with what follows from them: the highest before and after, and the next term of a measure that is not taken.
/// Terms up to `told` are told already.
fn kept(outcome: Outcome, risks: Vec<Value>, told: Option<Date>) -> Outcome {
    let highest = |likely: &str, severe: &str| risks.iter().map(|r| number(r, likely) * number(r, severe)).max();
    let open = risks.iter().filter(|r| day(r, "done_on").is_none());
    let open: Vec<Date> = open.filter_map(|r| day(r, "by")).collect();
    let mut outcome = outcome.set(
        "measures_late",
        told.is_some_and(|told| open.iter().any(|d| *d <= told)),
    );
    outcome = match open.into_iter().filter(|d| told.is_none_or(|told| *d > told)).min() {
        Some(next) => outcome.set("measure_due", next.to_string()),
        None => outcome.unset("measure_due"),
    };
    for (field, value) in [
        ("highest_before", highest("likelihood_before", "severity_before")),
        ("highest_after", highest("likelihood_after", "severity_after")),
    ] {
        outcome = match value.filter(|v| *v > 0) {
            Some(value) => outcome.set(field, value),
            None => outcome,
        };
    }
    outcome.set("risks", risks)
}

/// A risk is added, or the one with this number is described anew.
pub(super) fn put(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let given = |name: &str| case.input.get(name).and_then(Value::as_i64);
    let before = given("likelihood_before").unwrap_or(0) * given("severity_before").unwrap_or(0);
    let after = given("likelihood_after").unwrap_or(0) * given("severity_after").unwrap_or(0);
    if after > before {
        return Err(Refusal::new("refusal-risk-grows").field("likelihood_after"));
    }
    let mut risks = rows(case.card, "risks");
    let next = risks.iter().map(|r| number(r, "n")).max().unwrap_or(0) + 1;
    let n = given("risk_number").unwrap_or(next);
    if n > MOST {
        return Err(Refusal::new("refusal-too-many").field("risk_number"));
    }
    let row = json!({
        "n": n,
        "kind": case.text("risk_kind"),
        "what": case.text("risk_what"),
        "source": case.text("risk_source"),
        "likelihood_before": given("likelihood_before"),
        "severity_before": given("severity_before"),
        "measure": case.text("risk_measure"),
        "owner": case.text("risk_owner"),
        "by": case.text("measure_by"),
        "likelihood_after": given("likelihood_after"),
        "severity_after": given("severity_after"),
    });
    match (given("risk_number"), risks.iter_mut().find(|r| number(r, "n") == n)) {
        (_, Some(old)) => *old = row,
        (None, None) => risks.push(row),
        (Some(_), None) => return Err(Refusal::new("refusal-no-risk").field("risk_number")),
    }
    Ok(kept(Outcome::new(), risks, None))
}

pub(super) fn done(case: &Case<'_>) -> Result<Outcome, Refusal> {
    if case.date("measure_done_on").is_some_and(|d| d > case.today()) {
        return Err(Refusal::new("refusal-future").field("measure_done_on"));
    }
    let n = case.input.get("risk_number").and_then(Value::as_i64).unwrap_or(0);
    let mut risks = rows(case.card, "risks");
    let Some(Value::Object(row)) = risks.iter_mut().find(|r| number(r, "n") == n) else {
        return Err(Refusal::new("refusal-no-risk").field("risk_number"));
    };
    if row.contains_key("done_on") {
        return Err(Refusal::new("refusal-measure-done").field("risk_number"));
    }
    row.insert("done_on".to_owned(), case.text("measure_done_on").into());
    row.insert("result".to_owned(), case.text("measure_result").into());
    Ok(kept(Outcome::new(), risks, None))
}

/// The term of a measure is over and it is not taken: that is told, and the next term is watched.
pub(super) fn late(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let over = case
        .of_card("measure_due")
        .parse::<Date>()
        .is_ok_and(|last| last < case.today());
    if !over {
        return Err(Refusal::new("refusal-day-not-passed"));
    }
    let yesterday = case.today().yesterday().ok();
    Ok(kept(Outcome::new(), rows(case.card, "risks"), yesterday))
}

/// Risks out of a file come after those that are there. They were checked when the file was read.
pub(super) fn joined(case: &Case<'_>, outcome: Outcome, more: &[Value]) -> Result<Outcome, Refusal> {
    let mut risks = rows(case.card, "risks");
    // What came with an earlier file is replaced by what comes now.
    risks.retain(|r| r.get("from").and_then(Value::as_str) != Some("pia"));
    let mut n = risks.iter().map(|r| number(r, "n")).max().unwrap_or(0);
    for risk in more {
        let mut risk = risk.clone();
        n += 1;
        if let Some(row) = risk.as_object_mut() {
            row.insert("n".to_owned(), n.into());
        }
        risks.push(risk);
    }
    if n > MOST {
        return Err(Refusal::new("refusal-too-many"));
    }
    Ok(kept(outcome, risks, None))
}
