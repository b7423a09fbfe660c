//! What holds for measures.

use jiff::civil::Date;
use serde_json::Value;

use crate::error::Refusal;
use crate::kernel::register::{Case, Outcome};

/// The check of a measure is still being written.
fn writing(case: &Case<'_>) -> Result<(), Refusal> {
    let open = |state: &str| matches!(state, "check-in-work" | "check-returned");
    if case.related_in("checks").all(|c| open(&c.state)) {
        return Ok(());
    }
    Err(Refusal::new("refusal-check-not-open"))
}

fn coming(case: &Case<'_>) -> Result<(), Refusal> {
    if case.date("measure_until").is_some_and(|d| d < case.today()) {
        return Err(Refusal::new("refusal-past").field("measure_until"));
    }
    Ok(())
}

pub(super) fn propose(case: &Case<'_>) -> Result<Outcome, Refusal> {
    if !case.flag("by_check") {
        return Err(Refusal::new("refusal-through-check").field("check"));
    }
    writing(case)?;
    coming(case)?;
    let mut outcome = Outcome::new().state("measure-proposed");
    for field in super::FIELDS {
        if let Some(value) = case.input.get(field.name) {
            outcome = outcome.set(field.name, value.clone());
        }
    }
    Ok(outcome)
}

pub(super) fn change(case: &Case<'_>) -> Result<Outcome, Refusal> {
    writing(case)?;
    coming(case)?;
    Ok(Outcome::taking_input())
}

pub(super) fn withdraw(case: &Case<'_>) -> Result<Outcome, Refusal> {
    writing(case)?;
    Ok(Outcome::new().state("measure-dropped"))
}

pub(super) fn done(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let done = case.date("done_on");
    if done.is_some_and(|d| d > case.today()) {
        return Err(Refusal::new("refusal-future").field("done_on"));
    }
    let until: Option<Date> = case.of_card("measure_until").parse().ok();
    if until < done && case.text("late_reason").is_empty() {
        return Err(Refusal::new("refusal-measure-late").field("late_reason"));
    }
    Ok(Outcome::taking_input().state("measure-done"))
}

pub(super) fn verify(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let verified = case.date("verified_on");
    if verified.is_some_and(|d| d > case.today()) {
        return Err(Refusal::new("refusal-future").field("verified_on"));
    }
    if verified < case.of_card("done_on").parse().ok() {
        return Err(Refusal::new("refusal-before-done").field("verified_on"));
    }
    // Who says that it was done does not verify it.
    let who = case.history.iter().rev().find(|p| p.kind == "measures.done");
    if who.is_some_and(|p| p.actor == case.actor) {
        return Err(Refusal::new("refusal-own-measure"));
    }
    Ok(Outcome::taking_input().state("measure-verified"))
}

pub(super) fn extend(case: &Case<'_>) -> Result<Outcome, Refusal> {
    coming(case)?;
    let until: Option<Date> = case.of_card("measure_until").parse().ok();
    if case.date("measure_until") <= until {
        return Err(Refusal::new("refusal-not-longer").field("measure_until"));
    }
    Ok(Outcome::taking_input().set("overdue", Value::Bool(false)))
}
