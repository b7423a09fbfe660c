//! A destruction is carried out, certified, its act approved, kept and itself over.

use jiff::Timestamp;
use jiff::civil::Date;

use super::rules::{self, Over, when_over};
use super::{carriers, holds, parts};
use crate::error::Refusal;
use crate::kernel::card::Card;
use crate::kernel::clock::State;
use crate::kernel::register::{Case, Outcome};

/// Registers whose cards are facts about a person, not cases that are worked on: their data may be destroyed while the card
/// itself is open. A card of any other register must be closed first (R64).
const FACTS: &[&str] = &["consents", "refusal-explanations", "disclosures", "source-notices"];

/// The lines of the case.
fn lines<'a>(case: &'a Case<'_>) -> impl Iterator<Item = &'a Card> {
    let own = case.card.map(|c| c.id.as_str()).unwrap_or_default();
    case.related_in("destruction-lines")
        .filter(move |l| l.cards("line_case").contains(&own))
}

fn open_lines(case: &Case<'_>) -> usize {
    lines(case).filter(|l| !case.is_closed(l)).count()
}

/// Every place has its way of destruction before the head approves.
pub(super) fn without_method(case: &Case<'_>) -> Option<Refusal> {
    let line = lines(case).find(|l| !case.is_closed(l) && l.text("line_method").is_empty())?;
    Some(
        Refusal::new("refusal-line-no-method")
            .arg("number", &line.number)
            .arg("name", line.text("line_name")),
    )
}

/// What stands in the way of carrying a case out.
fn in_the_way(case: &Case<'_>, card: &Card) -> Vec<Refusal> {
    let mut all = Vec::new();
    match card.state.as_str() {
        "held" => all.push(holds::held(case)),
        "approved" => {}
        _ => all.push(Refusal::new("refusal-not-approved")),
    }
    all.extend(holds::standing(case));
    if let Some(day) = card
        .text("kept_until")
        .parse::<Date>()
        .ok()
        .filter(|d| *d >= case.today())
    {
        all.push(Refusal::new("refusal-kept-until").arg("day", day.to_string()));
    }
    // Who approved does not carry out: two persons stand behind every act.
    let approved = case.history.iter().rfind(|p| p.kind == "destructions.approve");
    if approved.is_some_and(|p| p.actor == case.actor) {
        all.push(Refusal::new("refusal-same-person"));
    }
    for record in case.held_cards("records") {
        if in_work(case, record) {
            all.push(Refusal::new("refusal-open-case").arg("number", &record.number));
        }
    }
    all
}

/// Whether work on a record goes on that needs its data.
pub(super) fn in_work(case: &Case<'_>, record: &Card) -> bool {
    !FACTS.contains(&record.register.as_str()) && !case.is_closed(record)
}

pub(super) fn execute(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let Some(card) = case.card else {
        return Err(Refusal::new("refusal-no-page"));
    };
    if let Some(refusal) = Refusal::of(in_the_way(case, card)) {
        return Err(refusal);
    }
    let at = case.instant("executed_at").unwrap_or(case.now);
    if at > case.now {
        return Err(Refusal::new("refusal-future").field("executed_at"));
    }
    let ordered = card.text("order_date").parse::<Date>().ok();
    if ordered.is_some_and(|d| at.to_zoned_datetime(case.body.zone.clone()).date() < d) {
        return Err(Refusal::new("refusal-before-order").field("executed_at"));
    }
    let members = carriers::names(card.text("commission"));
    let executors = carriers::names(case.text("executors"));
    if executors.iter().any(|e| !members.contains(e)) {
        return Err(Refusal::new("refusal-not-commission").field("executors"));
    }
    let mut outcome = Outcome::taking_input().set("records_destroyed", own_records(card));
    for id in card.cards("records") {
        outcome = outcome.destroy(id);
    }
    if rules::has_parts(card) {
        // The rest follows part by part; the case is carried out with the last one.
        return Ok(outcome.state("executing").each(parts::DESTROY));
    }
    outcome = outcome.state("executed");
    if open_lines(case) > 0 {
        // Destroyed here, not yet everywhere: the duty runs on until the last place.
        return Ok(outcome);
    }
    let last = last_done(case, card).map_or(at, |done| done.max(at));
    Ok(when_over(
        outcome,
        &Over::of(card, last, case.text("late_reason")),
        true,
    ))
}

fn own_records(card: &Card) -> i64 {
    i64::try_from(card.cards("records").len()).unwrap_or(i64::MAX)
}

/// The last part was carried out.
pub(super) fn parts_over(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let Some(card) = case.card else {
        return Err(Refusal::new("refusal-no-page"));
    };
    let of_parts = case.input.get("records_destroyed").and_then(serde_json::Value::as_i64);
    let all = own_records(card).saturating_add(of_parts.unwrap_or(0));
    let outcome = Outcome::taking_input()
        .state("executed")
        .set("records_destroyed", all)
        .set("executed_to", case.now.to_string());
    if open_lines(case) > 0 {
        return Ok(outcome);
    }
    let last = last_done(case, card).map_or(case.now, |done| done.max(case.now));
    Ok(when_over(
        outcome,
        &Over::of(card, last, card.text("late_reason")),
        true,
    ))
}

/// When the last of what was destroyed was destroyed.
fn last_done(case: &Case<'_>, card: &Card) -> Option<Timestamp> {
    let done = lines(case)
        .filter(|l| l.state == "line-done")
        .map(|l| l.text("line_done_at"));
    done.chain([card.text("executed_at"), card.text("executed_to")])
        .filter_map(|at| at.parse().ok())
        .max()
}

pub(super) fn certify(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let Some(card) = case.card else {
        return Err(Refusal::new("refusal-no-page"));
    };
    let open = open_lines(case);
    if open > 0 {
        return Err(Refusal::new("refusal-lines-open").arg("n", open.to_string()));
    }
    let last = last_done(case, card);
    let executed = last.map(|t| t.to_zoned_datetime(case.body.zone.clone()).date());
    let dated = case.date("certificate_date");
    if dated > Some(case.today()) {
        return Err(Refusal::new("refusal-future").field("certificate_date"));
    }
    if dated < executed {
        return Err(Refusal::new("refusal-before-execution").field("certificate_date"));
    }
    Ok(Outcome::taking_input().state("certified"))
}

/// The head approves the act. Who destroyed or certified does not approve his own.
pub(super) fn approve_act(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let own = |p: &&crate::kernel::register::Past| {
        let done = ["destructions.execute", "destructions.certify"].contains(&p.kind.as_str());
        done && p.actor == case.actor
    };
    let lined = lines(case).any(|l| l.text("done_account") == case.actor);
    if lined || case.history.iter().any(|p| own(&p)) {
        return Err(Refusal::new("refusal-own-act"));
    }
    let on = case.date("act_approved_on");
    if on > Some(case.today()) {
        return Err(Refusal::new("refusal-future").field("act_approved_on"));
    }
    if on < case.of_card("certificate_date").parse().ok() {
        return Err(Refusal::new("refusal-before-certificate").field("act_approved_on"));
    }
    let outcome = Outcome::taking_input().state("act-approved");
    let kept = case
        .clocks
        .iter()
        .filter(|c| c.duty == "keep-destruction" && c.state == State::Running)
        .filter_map(|c| c.due(case.law, case.body).ok())
        .filter_map(|d| d.last_day)
        .max();
    Ok(match kept {
        Some(day) => outcome.set("act_kept_until", day.to_string()),
        None => outcome,
    })
}

/// The act was kept as long as the law asks: what it says of persons is now due for destruction itself.
pub(super) fn act_over(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let over = case
        .of_card("act_kept_until")
        .parse()
        .is_ok_and(|last: Date| last < case.today());
    if !over {
        return Err(Refusal::new("refusal-day-not-passed"));
    }
    Ok(Outcome::new().state("act-over").meet("keep-destruction", case.now, ""))
}

pub(super) fn told(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let at = case.instant("told_on").unwrap_or(case.now);
    if at > case.now {
        return Err(Refusal::new("refusal-future").field("told_on"));
    }
    Ok(Outcome::taking_input().meet("tell-unlawful", at, case.text("late_reason")))
}
