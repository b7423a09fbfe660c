//! What holds for a line of a destruction case.

use jiff::Timestamp;
use jiff::civil::Date;

use super::super::carriers::{self, Proof};
use super::super::certificate;
use super::super::rules::{Over, when_over};
use crate::error::Refusal;
use crate::kernel::card::Card;
use crate::kernel::field::Values;
use crate::kernel::register::{Case, Outcome};

/// States of a case in which its lines may still be planned.
const PLANNED: &[&str] = &["due", "held", "prepared"];
/// States in which what was planned may be carried out.
const APPROVED: &[&str] = &["approved", "executing", "executed"];

/// The case of the line.
fn case_of<'a>(case: &'a Case<'_>) -> Result<&'a Card, Refusal> {
    let given = case.given_cards("line_case");
    let held = case.held_cards("line_case");
    let found = given.into_iter().chain(held).next();
    found.ok_or_else(|| Refusal::new("refusal-no-card").field("line_case"))
}

/// The lines of the same case that are not over, without this one.
fn others_open<'a>(case: &'a Case<'_>, of: &'a Card) -> impl Iterator<Item = &'a Card> {
    let own = case.card.map(|c| c.id.as_str()).unwrap_or_default();
    case.related_in("destruction-lines")
        .filter(move |c| c.cards("line_case").contains(&of.id.as_str()) && c.id != own && !case.is_closed(c))
}

/// What a line is must fit its carrier.
fn fits(carrier: &str, method: &str, number: &str, sheets: bool) -> Result<(), Refusal> {
    let Some(kind) = carriers::find(carrier) else {
        return Err(Refusal::new("refusal-choice").field("carrier"));
    };
    if method.is_empty() {
        return Ok(());
    }
    if kind.proof(method).is_none() {
        return Err(Refusal::new("refusal-method-carrier").field("line_method"));
    }
    if kind.numbered && number.is_empty() {
        return Err(Refusal::new("refusal-no-media").field("medium_number"));
    }
    if kind.sheets && !sheets {
        return Err(Refusal::new("refusal-no-sheets").field("sheets"));
    }
    Ok(())
}

/// How many lines a case has, open and all, for its card.
fn counted(of: &Card, all: i64, open: i64) -> Values {
    let number = |name: &str| of.data.get(name).and_then(serde_json::Value::as_i64).unwrap_or(0);
    let mut set = Values::new();
    set.insert("lines_all".to_owned(), (number("lines_all") + all).max(0).into());
    set.insert("lines_open".to_owned(), (number("lines_open") + open).max(0).into());
    set
}

pub(super) fn add(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let of = case_of(case)?;
    if !PLANNED.contains(&of.state.as_str()) {
        return Err(Refusal::new("refusal-case-approved").arg("number", &of.number));
    }
    fits(
        case.text("carrier"),
        case.text("line_method"),
        case.text("medium_number"),
        case.input.get("sheets").is_some(),
    )?;
    Ok(Outcome::taking_input()
        .state("line-planned")
        .follow(&of.id, None, counted(of, 1, 1)))
}

/// A line that its case found: where the data of the activity are by what the office knows. The case counts it by itself.
pub(super) fn find(case: &Case<'_>) -> Result<Outcome, Refusal> {
    case_of(case)?;
    Ok(Outcome::taking_input().state("line-planned"))
}

pub(super) fn plan(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let of = case_of(case)?;
    if !PLANNED.contains(&of.state.as_str()) {
        return Err(Refusal::new("refusal-case-approved").arg("number", &of.number));
    }
    let given = |field: &'static str| {
        if case.text(field).is_empty() {
            case.of_card(field)
        } else {
            case.text(field)
        }
    };
    let sheets = case.input.get("sheets").is_some() || case.card.is_some_and(|c| c.data.contains_key("sheets"));
    fits(
        case.of_card("carrier"),
        case.text("line_method"),
        given("medium_number"),
        sheets,
    )?;
    Ok(Outcome::taking_input())
}

/// Nothing is done before the head approved it, nor while a hold stands.
fn approved<'a>(case: &'a Case<'_>, at: Timestamp, field: &str) -> Result<&'a Card, Refusal> {
    let of = case_of(case)?;
    if of.state == "held" {
        return Err(Refusal::new("refusal-held").arg("number", &of.number));
    }
    if !APPROVED.contains(&of.state.as_str()) {
        return Err(Refusal::new("refusal-not-approved"));
    }
    if at > case.now {
        return Err(Refusal::new("refusal-future").field(field));
    }
    let ordered: Option<Date> = of.text("order_date").parse().ok();
    if ordered.is_some_and(|d| at.to_zoned_datetime(case.body.zone.clone()).date() < d) {
        return Err(Refusal::new("refusal-before-order").field(field));
    }
    Ok(of)
}

/// Whoever was given the data is asked to destroy them.
pub(super) fn ask(case: &Case<'_>) -> Result<Outcome, Refusal> {
    if case.of_card("carrier") != "carrier-recipient" && case.of_card("line_method") != "provider-erase" {
        return Err(Refusal::new("refusal-not-asked"));
    }
    let at = case.instant("line_asked_at").unwrap_or(case.now);
    approved(case, at, "line_asked_at")?;
    Ok(Outcome::taking_input().state("line-asked"))
}

pub(super) fn carry_out(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let at = case.instant("line_done_at").unwrap_or(case.now);
    let of = approved(case, at, "line_done_at")?;
    let Some(line) = case.card else {
        return Err(Refusal::new("refusal-no-page"));
    };
    let approver = of.text("approved_account");
    if !approver.is_empty() && approver == case.actor {
        return Err(Refusal::new("refusal-same-person"));
    }
    let proof = carriers::find(line.text("carrier")).and_then(|c| c.proof(line.text("line_method")));
    let Some(proof) = proof else {
        return Err(Refusal::new("refusal-line-no-method").arg("number", &line.number));
    };
    proven(case, line, proof, at)?;
    let open = others_open(case, of).count();
    let mut outcome = Outcome::taking_input()
        .state("line-done")
        .set("done_account", case.actor)
        .follow(&of.id, None, counted(of, 0, -1));
    if open == 0 && of.state == "executed" {
        // The last place: the duty is done now, not when the first was.
        outcome = when_over(outcome, &Over::of(of, at, case.text("late_reason")), false);
    }
    Ok(outcome)
}

/// What stands in an attached certificate or confirmation is given beside it, and must fit the line.
fn attached(case: &Case<'_>, line: &Card, proof: Proof) -> Result<(), Refusal> {
    let needed: &[&str] = match proof {
        _ if !case.input.contains_key("proof_files") => &[],
        Proof::Certificate => &["proof_number", "proof_date", "proof_by", "proof_medium", "proof_method"],
        Proof::Confirmation => &["proof_number", "proof_date", "proof_by"],
        Proof::Seen | Proof::Log => &[],
    };
    let missing = needed.iter().filter(|f| case.text(f).trim().is_empty());
    let mut wrong: Vec<Refusal> = missing
        .map(|f| Refusal::new("refusal-required").field((*f).to_owned()))
        .collect();
    let medium = certificate::plain(case.text("proof_medium"));
    if !medium.is_empty() && medium != certificate::plain(line.text("medium_number")) {
        wrong.push(Refusal::new("refusal-other-medium").field("proof_medium"));
    }
    let method = case.text("proof_method");
    if !method.is_empty() && method != line.text("line_method") {
        wrong.push(Refusal::new("refusal-other-method").field("proof_method"));
    }
    Refusal::of(wrong).map_or(Ok(()), Err)
}

fn proven(case: &Case<'_>, line: &Card, proof: Proof, at: Timestamp) -> Result<(), Refusal> {
    let number = case.text("proof_number");
    let text = case.text("proof_text");
    let file = case.input.contains_key("proof_files");
    match proof {
        Proof::Seen => {}
        Proof::Certificate if number.is_empty() && text.is_empty() && !file => {
            return Err(Refusal::new("refusal-proof-certificate").field("proof_number"));
        }
        Proof::Log if text.is_empty() && !file => return Err(Refusal::new("refusal-proof-log").field("proof_text")),
        Proof::Confirmation if number.is_empty() && text.is_empty() && !file => {
            return Err(Refusal::new("refusal-proof-confirmation").field("proof_number"));
        }
        Proof::Confirmation if line.state != "line-asked" => return Err(Refusal::new("refusal-ask-first")),
        _ => {}
    }
    attached(case, line, proof)?;
    let day = at.to_zoned_datetime(case.body.zone.clone()).date();
    if case.date("proof_date").is_some_and(|d| d > case.today()) {
        return Err(Refusal::new("refusal-future").field("proof_date"));
    }
    if case.date("proof_date").is_some_and(|d| d < day) {
        return Err(Refusal::new("refusal-before-execution").field("proof_date"));
    }
    if proof != Proof::Certificate {
        return Ok(());
    }
    let read = certificate::read(text, &case.body.zone);
    let own = certificate::plain(line.text("medium_number"));
    if !read.numbers.is_empty() && !read.numbers.contains(&own) {
        return Err(Refusal::new("refusal-other-medium").field("proof_text"));
    }
    if !read.methods.is_empty() && !read.methods.contains(&line.text("line_method")) {
        return Err(Refusal::new("refusal-other-method").field("proof_text"));
    }
    if read.failed {
        return Err(Refusal::new("refusal-certificate-failed").field("proof_text"));
    }
    if let Some(over) = read.at {
        let said = over.to_zoned_datetime(case.body.zone.clone()).date();
        if said > case.today() {
            return Err(Refusal::new("refusal-future").field("proof_text"));
        }
        let of = case_of(case)?;
        let ordered: Option<Date> = of.text("order_date").parse().ok();
        if ordered.is_some_and(|d| said < d) {
            return Err(Refusal::new("refusal-before-order").field("proof_text"));
        }
    }
    Ok(())
}

pub(super) fn fail(case: &Case<'_>) -> Result<Outcome, Refusal> {
    approved(case, case.now, "line_reason")?;
    Ok(Outcome::taking_input().state("line-failed"))
}

/// There is nothing there to be destroyed after all.
pub(super) fn strike(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let of = case_of(case)?;
    let outcome = Outcome::taking_input()
        .state("line-struck")
        .follow(&of.id, None, counted(of, 0, -1));
    if others_open(case, of).count() == 0 && of.state == "executed" {
        let last = last_done(case, of).unwrap_or(case.now);
        return Ok(when_over(outcome, &Over::of(of, last, case.text("line_reason")), false));
    }
    Ok(outcome)
}

/// When the last of what was destroyed was destroyed.
fn last_done(case: &Case<'_>, of: &Card) -> Option<Timestamp> {
    let lines = case
        .related_in("destruction-lines")
        .filter(|c| c.cards("line_case").contains(&of.id.as_str()) && c.state == "line-done")
        .map(|c| c.text("line_done_at"));
    lines
        .chain([of.text("executed_at"), of.text("executed_to")])
        .filter_map(|at| at.parse().ok())
        .max()
}
