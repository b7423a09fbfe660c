//! Changes after a dossier was written: of the activity, which are watched, and of the body, which are reported. What makes an
//! update due, and by when, says the law pack.

use std::fmt::Write;

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use tutela_law::Event;

use super::answers;
use super::rules::{self, activity, begin, duty, law, settle, written_again};
use crate::error::Refusal;
use crate::kernel::card::Card;
use crate::kernel::clock::State;
use crate::kernel::field::words_of;
use crate::kernel::register::{Case, NOTHING_TO_DO, Outcome};

/// Fields of an activity that a dossier speaks of.
const WATCHED: &[&str] = &[
    "title",
    "purpose",
    "bases",
    "subject_categories",
    "data_categories",
    "recipients",
    "processors",
    "systems",
    "measures",
    "keep_from",
    "keep_length",
    "keep_unit",
    "started_on",
    "abroad",
    "abroad_states",
    "abroad_from",
];
/// How many periods a dossier is followed at most: half a century of half-years.
const MOST_PERIODS: usize = 100;

/// What a dossier covers of its activity: a digest of every field, enough to see that one has changed.
pub(super) fn covered(activity: &Card) -> Value {
    let digests = WATCHED.iter().filter_map(|name| {
        let value = activity.data.get(*name)?;
        let hash = Sha256::digest(value.to_string().as_bytes());
        let mut short = String::new();
        for byte in hash.iter().take(8) {
            // Writing to a string does not fail.
            let _ = write!(short, "{byte:02x}");
        }
        Some(((*name).to_owned(), Value::String(short)))
    });
    Value::Object(digests.collect())
}

/// The fields of the activity that have changed since.
fn changed(card: &Card, now: &Value) -> Vec<String> {
    let empty = Map::new();
    let before = card.data.get("covered").and_then(Value::as_object).unwrap_or(&empty);
    let now = now.as_object().unwrap_or(&empty);
    let differs = |name: &&&str| before.get(**name) != now.get(**name);
    WATCHED.iter().filter(differs).map(|n| (*n).to_owned()).collect()
}

/// The beginning of the period in which a change falls: the last filing, moved on by whole periods of the law, since an
/// update is due once a period and a change after it belongs to the next.
fn period(case: &Case<'_>, duty: &str, filed: Timestamp, changed: Timestamp) -> Timestamp {
    let mut begin = filed;
    for _ in 0..MOST_PERIODS {
        let due = case.due(duty, &[(Event::Filed, begin), (Event::Changed, changed)]);
        // A law that counts from the change alone has no periods.
        let end = due.ok().and_then(|all| all.into_iter().find_map(|d| d.at));
        match end.map(|z| z.timestamp()) {
            Some(end) if end <= changed && end > begin => begin = end,
            _ => break,
        }
    }
    begin
}

/// Starts the duties that changes bring, for a dossier that was filed.
fn due(case: &Case<'_>, mut outcome: Outcome, words: &[String], at: Timestamp) -> Result<(Outcome, bool), Refusal> {
    let (_, dossier) = law(case)?;
    let filed: Option<Timestamp> = case.of_card("filed_at").parse().ok();
    let mut concerned = false;
    for change in &dossier.change {
        if !change.of.iter().any(|of| words.contains(of)) {
            continue;
        }
        concerned = true;
        let Some(duty) = duty(change.duty.as_deref()) else {
            continue;
        };
        let running = case.clocks.iter().any(|c| c.duty == duty && c.state == State::Running);
        if running || filed.is_none() {
            continue;
        }
        let mut events = vec![(Event::Changed, at)];
        if let Some(filed) = filed {
            events.push((Event::Filed, period(case, duty, filed, at)));
        }
        outcome = outcome.start(duty, &events);
    }
    Ok((outcome, concerned))
}

/// What has changed since the dossier was approved or filed, old and new.
fn since(case: &Case<'_>, words: &[String]) -> Vec<String> {
    let held = case.card.and_then(|c| c.value("changed_since")).map(words_of);
    let mut all: Vec<String> = held.unwrap_or_default().into_iter().map(str::to_owned).collect();
    for word in words {
        if !all.contains(word) {
            all.push(word.clone());
        }
    }
    all
}

/// What a change does to a dossier in its state.
fn follow(case: &Case<'_>, words: &[String], at: Timestamp, outcome: Outcome) -> Result<Outcome, Refusal> {
    let state = case.card.map_or("", |c| c.state.as_str());
    let (_, dossier) = law(case)?;
    let outcome = match state {
        // Nobody relies on it yet; what others have seen is written again.
        "dossier-opinions" => outcome.state(written_again(case)).unset("opinions"),
        "approved" if dossier.filed => outcome.state(written_again(case)).unset("opinions"),
        "draft" => outcome,
        "dossier-to-update" => {
            let (outcome, _) = due(case, outcome, words, at)?;
            outcome.set("changed_since", since(case, words))
        }
        _ => {
            let (outcome, concerned) = due(case, outcome, words, at)?;
            if !concerned {
                return Ok(outcome);
            }
            let outcome = outcome.set("changed_since", since(case, words));
            // What is on its way, or came back, first takes its way to the end.
            if matches!(state, "dossier-sending" | "dossier-returned") {
                outcome
            } else {
                outcome.state("dossier-to-update").unset("opinions")
            }
        }
    };
    Ok(outcome)
}

pub(super) fn activity_changed(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let nothing = || Refusal::new(NOTHING_TO_DO);
    let (Some(card), Some(activity)) = (case.card, activity(case)) else {
        return Err(nothing());
    };
    let now = covered(activity);
    let words = changed(card, &now);
    // The law of the day may have no such dossier any more: it stays as it is.
    if words.is_empty() || law(case).is_err() {
        return Err(nothing());
    }
    let outcome = Outcome::new().set("covered", now);
    if card.state == "dossier-exempt" {
        let answers = answers::held(case.card);
        let sheet = rules::sheet(case, &answers)?;
        let again = matches!(
            sheet.known.verdict(sheet.dossier),
            tutela_law::dossier::Verdict::Needed { .. } | tutela_law::dossier::Verdict::Unknown { .. }
        );
        let outcome = if again { outcome.state("draft") } else { outcome };
        return settle(case, outcome, answers);
    }
    let outcome = follow(case, &words, case.now, outcome)?;
    settle(case, outcome, answers::held(case.card))
}

/// A change of the body itself.
pub(super) fn report(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let Some(day) = case.date("changed_on").filter(|d| *d <= case.today()) else {
        return Err(Refusal::new("refusal-future").field("changed_on"));
    };
    let at = begin(case, day).unwrap_or(case.now);
    let given = case.input.get("body_events").map(words_of).unwrap_or_default();
    let words: Vec<String> = given.into_iter().map(str::to_owned).collect();
    follow(
        case,
        &words,
        at,
        Outcome::taking_input().set("changed_since", json!(since(case, &words))),
    )
}

/// The activity is over. A duty that was missed does not fall away with it.
pub(super) fn activity_ended(case: &Case<'_>) -> Result<Outcome, Refusal> {
    if case.is_late(rules::DUTIES, case.now) {
        return Err(Refusal::new(NOTHING_TO_DO));
    }
    let open = case.clocks.iter().filter(|c| c.state == State::Running);
    let own = open
        .filter_map(|c| duty(Some(&c.duty)))
        .filter(|d| *d != "keep-assessment");
    Ok(own.fold(Outcome::new().state("dossier-ended"), Outcome::cancel))
}
