//! What holds for reports.

use serde_json::Value;

use crate::error::Refusal;
use crate::kernel::field::Values;
use crate::kernel::register::{Case, Opening, Outcome};

/// Longest conversation about a report, in characters: what is longer is a report of its own.
const MAX_SAID: usize = 60_000;

pub(super) fn report(case: &Case<'_>) -> Result<Outcome, Refusal> {
    if case.instant("occurred_at").is_some_and(|t| t > case.now) {
        return Err(Refusal::new("refusal-future").field("occurred_at"));
    }
    let outcome = Outcome::taking_input().state("reported");
    Ok(if case.flag("without_name") {
        outcome.unnamed()
    } else {
        outcome
    })
}

/// The report is true: the case of the violation is opened by the same act, with what the report said.
pub(super) fn confirm(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let Some(card) = case.card else {
        return Err(Refusal::new("refusal-no-page"));
    };
    let mut values: Values = case.input.clone();
    values.remove("report_finding");
    values.insert("violation_act".to_owned(), card.text("report_text").into());
    values.insert("reported_at".to_owned(), card.created.to_string().into());
    Ok(Outcome::new()
        .set("report_finding", case.text("report_finding"))
        .state("report-confirmed")
        .open(
            Opening::new("violations", "open", values)
                .points_in("report")
                .kept_in("violation"),
        ))
}

pub(super) fn reject(_: &Case<'_>) -> Result<Outcome, Refusal> {
    Ok(Outcome::taking_input().state("report-rejected"))
}

pub(super) fn answer(case: &Case<'_>) -> Result<Outcome, Refusal> {
    said(case, "report_answers", "report_answer")
}

/// Whoever reported without a name adds without one.
pub(super) fn add(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let outcome = said(case, "report_additions", "report_addition")?;
    let without = case.card.and_then(|c| c.value("without_name")) == Some(&Value::Bool(true));
    Ok(if without { outcome.unnamed() } else { outcome })
}

/// Appends to what one side has said, with the instant where the body is.
fn said(case: &Case<'_>, all: &'static str, new: &'static str) -> Result<Outcome, Refusal> {
    let here = case.now.to_zoned_datetime(case.body.zone.clone());
    let line = format!(
        "{} {:02}:{:02}\n{}",
        here.date(),
        here.hour(),
        here.minute(),
        case.text(new)
    );
    let before = case.of_card(all);
    let text = if before.is_empty() {
        line
    } else {
        format!("{before}\n\n{line}")
    };
    if text.chars().count() > MAX_SAID {
        return Err(Refusal::new("refusal-too-long")
            .arg("max", MAX_SAID.to_string())
            .field(new));
    }
    Ok(Outcome::new().set(all, text))
}
