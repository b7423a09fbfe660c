//! What holds for destruction, from its reason to its approval.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::Value;
use tutela_law::Event;

use super::{carriers, finish, holds, places};
use crate::error::Refusal;
use crate::kernel::card::{Card, Personal};
use crate::kernel::field::Values;
use crate::kernel::register::{Case, ClockAct, Opening, Outcome};

/// Records that one case takes at most.
pub(super) const MOST_RECORDS: usize = 200;
/// What was done on time when the data are destroyed.
const DUTIES: &[&str] = &[
    "destroy-purpose",
    "destroy-unlawful",
    "destroy-emergency",
    "destroy-later",
];
/// Reasons whose cases block their records themselves; where a person withdrew or asked, the consent or the request does.
const BLOCKING: &[&str] = &["purpose-reached", "term-over", "emergency-over", "unlawful"];

pub(super) fn open(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let nothing = |field: &str| case.input.get(field).is_none();
    if nothing("records") && nothing("activities") && nothing("outside_set") {
        return Err(Refusal::new("refusal-nothing-to-destroy"));
    }
    opened(case, Outcome::taking_input())
}

pub(super) fn close_purpose(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let activities = case.given_cards("activities");
    let [activity] = activities.as_slice() else {
        return Err(Refusal::new("refusal-one-activity").field("activities"));
    };
    if !case.is_closed(activity) {
        return Err(Refusal::new("refusal-activity-open").field("activities"));
    }
    let outcome = Outcome::taking_input().gather("records", "processing", &activity.id);
    opened(case, outcome)
}

pub(super) fn open_about(case: &Case<'_>) -> Result<Outcome, Refusal> {
    opened(case, Outcome::taking_input())
}

/// A case begins, with the terms that the law gives for its reason, the block mark on its records and a line for every place.
fn opened(case: &Case<'_>, outcome: Outcome) -> Result<Outcome, Refusal> {
    let since = case.instant("reason_since").unwrap_or(case.now);
    if since > case.now {
        return Err(Refusal::new("refusal-future").field("reason_since"));
    }
    let word = case.text("destruction_reason");
    let mut outcome = begun(case, places::found(case, outcome.state("due")), word, since);
    if BLOCKING.contains(&word) {
        for record in case.given_cards("records").iter().filter(|r| !r.blocked) {
            outcome = outcome.block(&record.id, true);
        }
    }
    Ok(outcome)
}

/// Until the storage term is over, its purpose is not reached: to keep is a purpose of its own.
fn kept(since: Timestamp, kept: Option<Date>, case: &Case<'_>) -> Timestamp {
    let kept = kept.and_then(|day| case.body.zone.to_timestamp(day.at(0, 0, 0, 0)).ok());
    kept.map_or(since, |kept| kept.max(since))
}

/// When the purpose of what a case holds was reached.
pub(super) fn reached(case: &Case<'_>) -> Timestamp {
    kept(since(case), case.of_card("kept_until").parse().ok(), case)
}

/// Since when the reason of a case holds.
fn since(case: &Case<'_>) -> Timestamp {
    let opened = case.card.map_or(case.now, |c| c.created);
    case.of_card("reason_since").parse().unwrap_or(opened)
}

fn begun(case: &Case<'_>, outcome: Outcome, word: &str, since: Timestamp) -> Outcome {
    let reached = kept(since, case.date("kept_until"), case);
    match word {
        "purpose-reached" | "term-over" => outcome.start("destroy-purpose", &[(Event::PurposeReached, reached)]),
        // A request that led to it counts its own terms.
        "unlawful" if !case.flag("by_request") => outcome.start("destroy-unlawful", &[(Event::Detected, since)]),
        "emergency-over" => outcome
            .start("destroy-emergency", &[(Event::Ended, since)])
            .start("destroy-purpose", &[(Event::PurposeReached, reached)]),
        _ => outcome,
    }
}

/// Records whose storage term is over by rule, as the daily run found them.
pub(super) fn expired(case: &Case<'_>) -> Result<Outcome, Refusal> {
    not_in_another(case)?;
    let since = case.instant("reason_since").unwrap_or(case.now);
    if since > case.now {
        return Err(Refusal::new("refusal-future").field("reason_since"));
    }
    let month = format!("{}-01", case.text("expired_in"));
    if !case.text("expired_in").is_empty() && month.parse::<Date>().is_err() {
        return Err(Refusal::new("refusal-date").field("expired_in"));
    }
    if case.given_cards("records").is_empty() {
        return Err(Refusal::new("refusal-nothing-to-destroy"));
    }
    let outcome = places::found(case, Outcome::taking_input().state("due")).set("destruction_reason", "term-over");
    Ok(blocked(case, begun(case, outcome, "term-over", since)))
}

/// More records of the same month for a case that nobody has prepared yet.
pub(super) fn take_in(case: &Case<'_>) -> Result<Outcome, Refusal> {
    not_in_another(case)?;
    let Some(card) = case.card else {
        return Err(Refusal::new("refusal-no-page"));
    };
    let mut all = card.cards("records");
    all.extend(case.given_cards("records").iter().map(|c| c.id.as_str()));
    all.sort_unstable();
    all.dedup();
    let before = card.data.get("records_all").and_then(Value::as_i64);
    let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    if all.len() <= MOST_RECORDS {
        let outcome = Outcome::new().set("records_all", number(all.len()));
        let all: Vec<Value> = all.into_iter().map(Value::from).collect();
        return Ok(blocked(case, outcome.set("records", all)));
    }
    // One decision for all of them: what the case itself does not take is a part of it.
    let given: Vec<Value> = case
        .given_cards("records")
        .iter()
        .map(|c| c.id.as_str().into())
        .collect();
    let before = before.unwrap_or_else(|| number(card.cards("records").len()));
    let parts = card.data.get("parts_all").and_then(Value::as_i64).unwrap_or(0);
    let outcome = Outcome::new()
        .set("records_all", before.saturating_add(number(given.len())))
        .set("parts_all", parts.saturating_add(1));
    let mut values = Values::new();
    values.insert("records".to_owned(), given.into());
    let part = Opening::new("destruction-parts", "take", values).points_in("part_case");
    Ok(outcome.open(part))
}

pub(super) fn blocked(case: &Case<'_>, mut outcome: Outcome) -> Outcome {
    for record in case.given_cards("records").iter().filter(|r| !r.blocked) {
        outcome = outcome.block(&record.id, true);
    }
    outcome
}

/// One record is destroyed by one case, or by one part of one.
pub(super) fn not_in_another(case: &Case<'_>) -> Result<(), Refusal> {
    let own = case.card.map(|c| c.id.as_str()).unwrap_or_default();
    let given = case.given_cards("records");
    let others = case
        .related_in("destructions")
        .chain(case.related_in("destruction-parts"))
        .filter(|d| d.id != own && !case.is_closed(d));
    for other in others {
        let theirs = other.cards("records");
        if given.iter().any(|r| theirs.contains(&r.id.as_str())) {
            return Err(Refusal::new("refusal-in-case").arg("number", &other.number));
        }
    }
    Ok(())
}

/// Where the data cannot be destroyed in the term, they are blocked, and the law gives a longer one (152-ФЗ 21(6)).
pub(super) fn postpone(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let running = |duty: &str| {
        case.clocks
            .iter()
            .any(|c| c.duty == duty && c.state == crate::kernel::clock::State::Running)
    };
    if running("destroy-later") {
        return Err(Refusal::new("refusal-done-already"));
    }
    let event = match case.of_card("destruction_reason") {
        "withdrawal" | "request" => (Event::Withdrawn, since(case)),
        "unlawful" => (Event::Detected, since(case)),
        _ => (Event::PurposeReached, reached(case)),
    };
    let due = case.due("destroy-later", &[event]).unwrap_or_default();
    let Some(first) = due.first() else {
        return Err(Refusal::new("refusal-no-postponing"));
    };
    if first.at.as_ref().is_some_and(|at| at.timestamp() < case.now) {
        return Err(Refusal::new("refusal-postponed-over").norm(first.cite.as_str()));
    }
    let mut outcome = Outcome::taking_input()
        .set("postponed_on", case.today().to_string())
        .start("destroy-later", &[event]);
    // A term that is over already stays late.
    for duty in ["destroy-purpose", "destroy-unlawful"] {
        if !case.is_late(&[duty], case.now) {
            outcome = outcome.cancel(duty);
        }
    }
    let withdrawn = case.due("request-withdraw", &[event]).unwrap_or_default();
    let late = withdrawn
        .iter()
        .any(|d| d.at.as_ref().is_some_and(|at| at.timestamp() < case.now));
    for field in ["records", "records_about"] {
        for record in case.held_cards(field) {
            if field == "records" && !record.blocked {
                outcome = outcome.block(&record.id, true);
            }
            if event.0 == Event::Withdrawn && !late && record.register == "consents" {
                let cancel = ClockAct::Cancel {
                    duty: "request-withdraw",
                };
                outcome.clocks_of_others.push((record.id.clone(), cancel));
            }
        }
    }
    Ok(outcome)
}

pub(super) fn spare(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let Some(card) = case.card else {
        return Err(Refusal::new("refusal-no-page"));
    };
    let spared = case
        .input
        .get("spared")
        .map(crate::kernel::field::words_of)
        .unwrap_or_default();
    let held = card.cards("records");
    if spared.iter().any(|id| !held.contains(id)) {
        return Err(Refusal::new("refusal-not-in-case").field("spared"));
    }
    let left: Vec<Value> = held
        .iter()
        .filter(|id| !spared.contains(id))
        .map(|id| Value::from(*id))
        .collect();
    let mut all: Vec<Value> = card.cards("spared").into_iter().map(Value::from).collect();
    all.extend(spared.iter().map(|id| Value::from(*id)));
    let outcome = Outcome::taking_input().set("records", left).set("spared", all);
    Ok(given_back(card, outcome, &spared))
}

pub(super) fn prepare(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let mut wrong = Vec::new();
    let members = carriers::names(case.text("commission"));
    let least = carriers::least_members(case.body.country);
    let different: BTreeSet<&String> = members.iter().collect();
    if different.len() < least {
        let refusal = Refusal::new("refusal-commission-small").field("commission");
        wrong.push(refusal.arg("n", least.to_string()));
    }
    let holder = carriers::names(case.text("data_holder"));
    if holder.iter().any(|h| members.contains(h)) {
        wrong.push(Refusal::new("refusal-holder").field("data_holder"));
    }
    let mut outcome = Outcome::new()
        .state("prepared")
        .set("commission", case.text("commission"));
    if holder.is_empty() {
        outcome = outcome.unset("data_holder");
    } else {
        outcome = outcome.set("data_holder", case.text("data_holder"));
    }
    match places::planned(case, outcome) {
        Ok(outcome) if wrong.is_empty() => Ok(outcome),
        Ok(_) => Err(Refusal::of(wrong).unwrap_or_else(|| Refusal::new("refusal-choice"))),
        Err(refusal) => {
            wrong.extend(refusal.each().into_iter().map(|r| Refusal {
                and: Vec::new(),
                ..r.clone()
            }));
            Err(Refusal::of(wrong).unwrap_or(refusal))
        }
    }
}

pub(super) fn approve(case: &Case<'_>) -> Result<Outcome, Refusal> {
    match case.card.map(|c| c.state.as_str()) {
        Some("held") => return Err(holds::held(case)),
        Some("due") => return Err(Refusal::new("refusal-not-prepared")),
        Some("approved") => return Err(Refusal::new("refusal-approved-already")),
        _ => {}
    }
    if case.date("order_date").is_some_and(|d| d > case.today()) {
        return Err(Refusal::new("refusal-future").field("order_date"));
    }
    let mut wrong = holds::standing(case);
    wrong.extend(finish::without_method(case));
    match Refusal::of(wrong) {
        Some(refusal) => Err(refusal),
        None => Ok(Outcome::taking_input()
            .state("approved")
            .set("approved_account", case.actor)),
    }
}

/// A destruction that is over everywhere.
pub(super) struct Over<'a> {
    card: &'a Card,
    at: Timestamp,
    late: &'a str,
}

impl<'a> Over<'a> {
    pub(super) fn of(card: &'a Card, at: Timestamp, late: &'a str) -> Self {
        Self { card, at, late }
    }
}

/// What follows when the last place is done: the duties of the case and of its records are met, and the person is to be told.
pub(super) fn when_over(mut outcome: Outcome, over: &Over<'_>, own: bool) -> Outcome {
    let card = over.card;
    let reason = !over.late.trim().is_empty();
    let mut acts: Vec<ClockAct> = DUTIES
        .iter()
        .map(|duty| ClockAct::Meet {
            duty,
            at: over.at,
            reason,
        })
        .collect();
    if card.text("destruction_reason") == "unlawful" && !card.data.contains_key("by_request") {
        acts.push(ClockAct::Start {
            duty: "tell-unlawful",
            events: vec![(Event::Resolved, over.at)],
            case: None,
            rule: None,
        });
    }
    acts.push(ClockAct::Start {
        duty: "keep-destruction",
        events: vec![(Event::Destroyed, over.at)],
        case: None,
        rule: None,
    });
    for act in acts {
        if own {
            outcome.clocks.push(act);
        } else {
            outcome.clocks_of_others.push((card.id.clone(), act));
        }
    }
    for field in ["records", "records_about"] {
        for id in card.cards(field) {
            outcome = outcome.meet_of(id, "request-withdraw", over.at, over.late);
        }
    }
    outcome
}

pub(super) fn drop_case(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let Some(card) = case.card else {
        return Err(Refusal::new("refusal-no-page"));
    };
    // What was destroyed needs its act: such a case is carried out to its end.
    if card.data.contains_key("records_destroyed") {
        return Err(Refusal::new("refusal-destroyed-in-part"));
    }
    let mut outcome = Outcome::taking_input().state("dropped");
    for duty in DUTIES {
        outcome = outcome.cancel(duty);
    }
    if has_parts(card) {
        outcome = outcome.each(super::parts::GIVE_BACK);
    }
    Ok(given_back(card, outcome, &card.cards("records")))
}

/// Whether a case has more records than it holds itself.
pub(super) fn has_parts(card: &Card) -> bool {
    card.data.get("parts_all").and_then(Value::as_i64).unwrap_or(0) > 0
}

/// Records that a case gives up: the mark that it set goes, and their term is looked at again.
pub(super) fn given_back(of: &Card, mut outcome: Outcome, records: &[&str]) -> Outcome {
    let word = of.text("destruction_reason");
    let by_request = of.data.contains_key("by_request");
    for id in records {
        outcome = outcome.look_again(id);
        if BLOCKING.contains(&word) && !by_request {
            outcome = outcome.block(id, false);
        }
    }
    outcome
}

fn reason(word: &str) -> Values {
    let mut values = Values::new();
    values.insert("destruction_reason".to_owned(), word.into());
    values
}

/// Takes fields of the event's card over.
fn with(mut values: Values, card: &Card, fields: &[(&str, &str)]) -> Values {
    for (theirs, own) in fields {
        if let Some(value) = card.data.get(*theirs) {
            values.insert((*own).to_owned(), value.clone());
        }
    }
    values
}

pub(super) fn of_withdrawn(consent: &Card) -> Option<Values> {
    consent.data.get("destroy")?;
    let mut values = reason("withdrawal");
    values.insert("records".to_owned(), vec![consent.id.clone()].into());
    let fields = [
        ("processing", "activities"),
        ("withdrawn_at", "reason_since"),
        ("kept_until", "kept_until"),
    ];
    Some(with(values, consent, &fields))
}

/// A person asked for the destruction, or a request brought to light that the data are held unlawfully.
pub(super) fn of_requested(request: &Card) -> Option<Values> {
    let unlawful = request.data.contains_key("unlawful");
    let mut values = reason(if unlawful { "unlawful" } else { "request" });
    values.insert("records".to_owned(), request.data.get("destroy_cards")?.clone());
    values.insert("by_request".to_owned(), true.into());
    Some(values)
}

pub(super) fn of_part(consent: &Card) -> Option<Values> {
    consent.data.get("destroy_part")?;
    let mut values = reason("withdrawal");
    values.insert("records_about".to_owned(), vec![consent.id.clone()].into());
    let fields = [
        ("destroy_part", "activities"),
        ("withdrawn_at", "reason_since"),
        ("kept_until", "kept_until"),
    ];
    Some(with(values, consent, &fields))
}

pub(super) fn of_expired(consent: &Card) -> Option<Values> {
    consent.data.get("destroy")?;
    let mut values = reason("term-over");
    values.insert("records".to_owned(), vec![consent.id.clone()].into());
    Some(with(values, consent, &[("processing", "activities")]))
}

/// An act that was kept for its term holds names of a commission that nobody needs any more.
pub(super) fn of_act(act: &Card) -> Option<Values> {
    let has = !matches!(act.personal, Personal::None | Personal::Destroyed(_));
    let mut values = reason("term-over");
    values.insert("records".to_owned(), vec![act.id.clone()].into());
    Some(with(values, act, &[("act_kept_until", "kept_until")])).filter(|_| has)
}

pub(super) fn of_ended(activity: &Card) -> Option<Values> {
    let emergency = activity.data.get("emergency").and_then(Value::as_bool) == Some(true);
    let mut values = reason(if emergency { "emergency-over" } else { "purpose-reached" });
    values.insert("activities".to_owned(), vec![activity.id.clone()].into());
    Some(with(
        values,
        activity,
        &[("ended_at", "reason_since"), ("kept_until", "kept_until")],
    ))
}
