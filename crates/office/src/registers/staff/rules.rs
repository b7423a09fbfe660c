//! What holds for admission and leaving.

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::Value;
use tutela_law::{Bound, Country, Event, Mark};

use crate::error::Refusal;
use crate::kernel::card::Card;
use crate::kernel::field::words_of;
use crate::kernel::register::{Case, Outcome};
use crate::registers::keep::kept_until;

/// A condition of admission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Condition {
    Listed,
    Ordered,
    Obligation,
    Acquainted,
    Trained,
}

impl Condition {
    /// What is told when it is missing.
    fn refusal(self) -> &'static str {
        match self {
            Self::Listed => "refusal-post-not-listed",
            Self::Ordered => "refusal-no-order",
            Self::Obligation => "refusal-no-obligation",
            Self::Acquainted => "refusal-not-acquainted",
            Self::Trained => "refusal-not-trained",
        }
    }

    /// The norm that asks for it, where the law of the country has one that is read with certainty. Elsewhere the body's own
    /// rules ask for it.
    fn norm(self, country: Country) -> Option<&'static str> {
        match (country, self) {
            (Country::Ru, Self::Listed | Self::Ordered | Self::Obligation) => Some("ПП РФ № 211, 1(б)"),
            (Country::Ru, Self::Acquainted) => Some("152-ФЗ 18.1(1); ПП РФ № 211, 1(е)"),
            (Country::Ru, Self::Trained) => Some("ПП РФ № 211, 1(е)"),
            (Country::Cn, Self::Listed | Self::Ordered | Self::Trained) => Some("PIPL 51"),
            (Country::Cn, Self::Obligation | Self::Acquainted) | (Country::Vn, _) => None,
        }
    }
}

/// Everything that stands between a person and the data, told at once.
fn missing(case: &Case<'_>, card: &Card, on: Date) -> Vec<Refusal> {
    let day = |field: &str| card.text(field).parse::<Date>().ok();
    let held = |field: &str| day(field).is_some_and(|d| d <= on);
    let post = case.held_cards("post");
    let conditions = [
        (
            Condition::Listed,
            post.iter()
                .any(|p| matches!(p.state.as_str(), "post-listed" | "changing")),
        ),
        (Condition::Ordered, held("order_date")),
        (Condition::Obligation, held("obligation_signed_on")),
        (Condition::Acquainted, held("acquainted_on")),
        (
            Condition::Trained,
            held("trained_on") && day("training_until").is_none_or(|d| d >= on),
        ),
    ];
    let missing = conditions.iter().filter(|(_, met)| !met);
    missing
        .map(|(condition, _)| {
            let refusal = Refusal::new(condition.refusal());
            match condition.norm(case.body.country) {
                Some(norm) => refusal.norm(norm),
                None => refusal,
            }
        })
        .collect()
}

fn card<'a>(case: &'a Case<'_>) -> Result<&'a Card, Refusal> {
    case.card.ok_or_else(|| Refusal::new("refusal-no-page"))
}

/// A day of something done lies in the past.
fn past(case: &Case<'_>, field: &'static str) -> Result<(), Refusal> {
    if case.date(field).is_some_and(|d| d > case.today()) {
        return Err(Refusal::new("refusal-future").field(field));
    }
    Ok(())
}

fn open_post(case: &Case<'_>) -> Result<(), Refusal> {
    if case.given_cards("post").into_iter().any(|p| case.is_closed(p)) {
        return Err(Refusal::new("refusal-post-off").field("post"));
    }
    Ok(())
}

pub(super) fn propose(case: &Case<'_>) -> Result<Outcome, Refusal> {
    open_post(case)?;
    Ok(Outcome::taking_input().state("candidate"))
}

pub(super) fn sign(case: &Case<'_>) -> Result<Outcome, Refusal> {
    past(case, "obligation_signed_on")?;
    Ok(Outcome::taking_input())
}

pub(super) fn acquaint(case: &Case<'_>) -> Result<Outcome, Refusal> {
    past(case, "acquainted_on")?;
    let line = [
        case.text("acquainted_on"),
        case.text("acquainted_with"),
        case.text("acquainted_version"),
    ]
    .join(" · ");
    let mut all: Vec<Value> = card(case)?
        .data
        .get("acquaintances")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    if !all.iter().any(|l| l.as_str() == Some(&line)) {
        all.push(line.into());
    }
    Ok(Outcome::taking_input().set("acquaintances", all))
}

pub(super) fn train(case: &Case<'_>) -> Result<Outcome, Refusal> {
    past(case, "trained_on")?;
    let until = case.date("training_until");
    if until.is_some() && until <= case.date("trained_on") {
        return Err(Refusal::new("refusal-before-start").field("training_until"));
    }
    let outcome = Outcome::taking_input();
    Ok(if until.is_none() {
        outcome.unset("training_until")
    } else {
        outcome
    })
}

pub(super) fn approve(case: &Case<'_>) -> Result<Outcome, Refusal> {
    past(case, "order_date")?;
    Ok(Outcome::taking_input())
}

pub(super) fn admit(case: &Case<'_>) -> Result<Outcome, Refusal> {
    past(case, "admitted_on")?;
    let on = case.date("admitted_on").unwrap_or(case.today());
    match Refusal::of(missing(case, card(case)?, on)) {
        Some(refusal) => Err(refusal),
        None => Ok(Outcome::taking_input().state("admitted")),
    }
}

pub(super) fn suspend(_: &Case<'_>) -> Result<Outcome, Refusal> {
    Ok(Outcome::taking_input().state("suspended"))
}

pub(super) fn resume(case: &Case<'_>) -> Result<Outcome, Refusal> {
    match Refusal::of(missing(case, card(case)?, case.today())) {
        Some(refusal) => Err(refusal),
        None => Ok(Outcome::new()
            .state("admitted")
            .unset("suspended_because")
            .unset("suspended_note")),
    }
}

/// Another post is another admission: the order that named the person for the old one does not name them for the new one.
/// What was signed and learnt stays.
pub(super) fn change_post(case: &Case<'_>) -> Result<Outcome, Refusal> {
    open_post(case)?;
    if card(case)?.text("post") == case.text("post") {
        return Err(Refusal::new("refusal-same-post").field("post"));
    }
    Ok(Outcome::taking_input()
        .state("candidate")
        .unset("order_number")
        .unset("order_date")
        .unset("admitted_on")
        .unset("suspended_because")
        .unset("suspended_note"))
}

pub(super) fn leave(_: &Case<'_>) -> Result<Outcome, Refusal> {
    Ok(Outcome::taking_input().state("leaving"))
}

/// What is ticked stays ticked: an item is done once.
pub(super) fn check_off(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let mut outcome = Outcome::new();
    let mut new = 0;
    for field in super::CHECKS {
        if case.flag(field) && !checked(card(case)?, field) {
            outcome = outcome.set(field, true);
            new += 1;
        }
    }
    if new == 0 {
        return Err(Refusal::new("refusal-nothing-ticked"));
    }
    Ok(outcome)
}

fn checked(card: &Card, field: &str) -> bool {
    card.data.get(field).and_then(Value::as_bool) == Some(true)
}

pub(super) fn close(case: &Case<'_>) -> Result<Outcome, Refusal> {
    past(case, "left_on")?;
    let card = card(case)?;
    let mut open: Vec<Refusal> = super::CHECKS
        .iter()
        .filter(|field| !checked(card, field))
        .map(|field| Refusal::new(not_checked(field)))
        .collect();
    let permits = card.data.get("open_permits").map(words_of).unwrap_or_default().len();
    if permits > 0 {
        open.push(Refusal::new("refusal-permits-open").arg("n", permits.to_string()));
    }
    match Refusal::of(open) {
        Some(refusal) => Err(refusal),
        None => Ok(kept(case, case.date("left_on"))?
            .state("left")
            .start("keep-personnel", &leaving(case, case.date("left_on")))),
    }
}

/// The file of whoever left before gets its storage rule, or another one.
pub(super) fn keep_for(case: &Case<'_>) -> Result<Outcome, Refusal> {
    kept(case, case.of_card("left_on").parse().ok())
}

/// What the terms of the law for personnel files count from.
fn leaving(case: &Case<'_>, left: Option<Date>) -> Vec<(Event, Timestamp)> {
    let at = left.and_then(|d| d.at(0, 0, 0, 0).to_zoned_datetime(case.body.zone.clone()).ok());
    let at = at.map_or(case.now, |d| d.timestamp());
    vec![(Event::Recorded, at), (Event::Ended, at)]
}

/// A personnel file is kept by the rule of an activity, and no shorter than the pack in force says for such files. Where the
/// pack says nothing, or nothing that was confirmed, the rule of the activity alone counts.
fn kept(case: &Case<'_>, left: Option<Date>) -> Result<Outcome, Refusal> {
    let Some(left) = left else {
        return Ok(Outcome::taking_input());
    };
    let least = case
        .due("keep-personnel", &leaving(case, Some(left)))
        .unwrap_or_default();
    let least = least
        .into_iter()
        .filter(|d| d.bound == Bound::AtLeast && d.mark != Mark::Check)
        .filter_map(|d| Some((d.last_day?, d.cite)))
        .max();
    for activity in case.given_cards("processing") {
        let until = kept_until(activity, left);
        if let (Some(until), Some((least, cite))) = (until, &least)
            && until < *least
        {
            return Err(Refusal::new("refusal-kept-shorter")
                .arg("day", least.to_string())
                .norm(cite)
                .field("processing"));
        }
    }
    Ok(Outcome::taking_input())
}

fn not_checked(field: &str) -> &'static str {
    match field {
        "media_back" => "refusal-media-out",
        "papers_back" => "refusal-papers-out",
        "accounts_closed" => "refusal-accounts-open",
        "chats_left" => "refusal-chats-open",
        _ => "refusal-not-reminded",
    }
}

pub(super) fn training_over(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let over = case
        .of_card("training_until")
        .parse()
        .is_ok_and(|last: Date| last < case.today());
    if !over {
        return Err(Refusal::new("refusal-day-not-passed"));
    }
    Ok(Outcome::new()
        .state("suspended")
        .set("suspended_because", "training-over"))
}
