//! Where a dossier goes: one filing for each recipient, and what the filings tell back.

use jiff::Timestamp;
use serde_json::Value;
use tutela_law::dossier::{Addressee, Origin, Verdict};
use tutela_law::{Event, Source};

use super::answers::{self, Sheet};
use super::rules::{begin, duty, incomplete, sheet};
use crate::error::Refusal;
use crate::kernel::card::Card;
use crate::kernel::clock::{Clock, State};
use crate::kernel::field::Values;
use crate::kernel::register::{Case, Opening, Outcome};

/// Duties of an update.
const UPDATES: &[&str] = &["dossier-update", "dossier-update-urgent", "regulator-change"];

/// The clock that a filing counts by: of the update that is due, or of the dossier itself.
fn clock<'a>(case: &Case<'a>, own: Option<&str>, update: bool) -> Option<&'a Clock> {
    let running = || case.clocks.iter().filter(|c| c.state == State::Running);
    if update {
        // The nearer of two ends counts for what is sent at once for both.
        return running()
            .filter(|c| UPDATES.contains(&c.duty.as_str()))
            .min_by_key(|c| c.due_at.unwrap_or(Timestamp::MAX));
    }
    running().find(|c| Some(c.duty.as_str()) == own)
}

/// The rule of the body that stands beside a rule of the law and names a recipient.
fn own_rule<'a>(case: &Case<'a>, rule: &str, recipient: &str) -> Option<&'a str> {
    let mut clocks = case.law.law.clocks(case.body.country);
    let found = clocks.find(|c| {
        c.rule.source == Source::Body
            && c.rule.yields_to.as_deref() == Some(rule)
            && c.rule.recipient.iter().any(|r| r.name.starts_with(recipient))
    });
    found.map(|c| c.id())
}

/// A filing to one recipient.
fn opening(case: &Case<'_>, sheet: &Sheet<'_>, to: &Addressee, counts: Option<&Clock>, update: bool) -> Opening {
    let mut values = Values::new();
    let mut put = |name: &str, value: &str| values.insert(name.to_owned(), value.into());
    let kind = match (update, sheet.dossier.kind.as_str()) {
        (true, _) => "dossier-update",
        (false, "dossier-transfer") => "transfer-dossier",
        (false, _) => "impact-dossier",
    };
    put("filing_kind", kind);
    put("filing_to", &to.name);
    if let Some(through) = &to.through {
        put("filing_through", through);
    }
    // A term that counts from a day still to come is watched here alone; a filing counts from what has happened.
    if let Some(clock) = counts {
        let own = to.source == Origin::Body;
        let rule = if own {
            own_rule(case, &clock.rule, &to.name)
        } else {
            Some(clock.rule.as_str())
        };
        let starts = case.law.law.clocks(case.body.country).find(|c| Some(c.id()) == rule);
        let known: Vec<(Event, Timestamp)> = starts.map_or_else(Vec::new, |c| {
            let named = c.rule.starts.iter().map(|s| s.event).chain(c.rule.decided_by);
            let mut known: Vec<(Event, Timestamp)> = Vec::new();
            for event in named {
                let at = clock.facts.events.iter().rev().find(|(e, _)| *e == event);
                if let Some((event, at)) = at
                    && !known.iter().any(|(e, _)| e == event)
                {
                    known.push((*event, *at));
                }
            }
            known
        });
        if let (Some(rule), false) = (rule, known.is_empty() || known.iter().any(|(_, at)| *at > case.now)) {
            put("filing_rule", rule);
            let fields = [
                ("filing_event", "filing_since"),
                ("filing_event_also", "filing_since_also"),
            ];
            for ((event, at), (name, since)) in known.iter().zip(fields) {
                put(name, &format!("event-{}", event.as_str()));
                put(since, &at.to_string());
            }
        }
    }
    Opening::new("filings", "open", values)
        .points_in("filing_about")
        .kept_in("filings")
}

/// Opens the filings of a dossier that is approved, complete and wanted by the law in force.
pub(super) fn file(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let answers = answers::held(case.card);
    let sheet = sheet(case, &answers)?;
    let norm = sheet.dossier.cite.clone();
    if !sheet.dossier.filed {
        return Err(Refusal::new("refusal-dossier-not-filed").norm(norm));
    }
    match sheet.known.verdict(sheet.dossier) {
        Verdict::Exempt { cite, .. } | Verdict::NotNeeded { cite, .. } => {
            return Err(Refusal::new("refusal-dossier-exempt").norm(cite));
        }
        Verdict::Needed { .. } | Verdict::Unknown { .. } => {}
    }
    if case.card.is_some_and(|c| c.state != "approved") {
        return Err(Refusal::new("refusal-dossier-not-approved").norm(norm));
    }
    // Approved under another law: its form is not in force any more, and its questions are asked anew.
    if case.of_card("question_set") != sheet.set {
        return Err(Refusal::new("refusal-dossier-regime").norm(sheet.pack.title()));
    }
    if let Some(refusal) = Refusal::of(incomplete(case, &sheet)) {
        return Err(refusal);
    }
    let update = !case.of_card("filed_at").is_empty();
    let counts = clock(case, sheet.dossier.duty.as_deref(), update);
    let mut outcome = Outcome::new().state("dossier-sending");
    for to in &sheet.dossier.recipient {
        outcome = outcome.open(opening(case, &sheet, to, counts, update));
    }
    Ok(outcome)
}

/// The notice that a transfer was made.
pub(super) fn transferred(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let answers = answers::held(case.card);
    let sheet = sheet(case, &answers)?;
    let Some(duty) = duty(sheet.dossier.done_notice.as_deref()) else {
        return Err(Refusal::new("refusal-dossier-no-notice").norm(sheet.dossier.cite.clone()));
    };
    let day = case.date("transferred_on").filter(|d| *d <= case.today());
    let at = day.and_then(|d| begin(case, d));
    let at = at.ok_or_else(|| Refusal::new("refusal-future").field("transferred_on"))?;
    let due = case.due(duty, &[(Event::TransferStarted, at)]).unwrap_or_default();
    let mut outcome = Outcome::taking_input();
    for rule in due {
        let to = sheet.dossier.recipient.iter().find(|r| r.source == Origin::Law);
        let mut values = Values::new();
        let mut put = |name: &str, value: &str| values.insert(name.to_owned(), value.into());
        put("filing_kind", "other-filing");
        put("filing_to", to.map_or("", |r| &r.name));
        put("filing_rule", &rule.clock);
        put("filing_event", "event-transfer-started");
        put("filing_since", &at.to_string());
        let opening = Opening::new("filings", "open", values);
        outcome = outcome.open(opening.points_in("filing_about").kept_in("filings"));
    }
    Ok(outcome)
}

/// The filings of the dossier itself or of its update, newest round.
fn round<'a>(case: &'a Case<'_>) -> Vec<&'a Card> {
    let own = |c: &&Card| {
        matches!(
            c.text("filing_kind"),
            "impact-dossier" | "transfer-dossier" | "dossier-update"
        )
    };
    let all: Vec<&Card> = case.held_cards("filings").into_iter().filter(own).collect();
    let newest = all.iter().map(|c| c.created).max();
    all.into_iter().filter(|c| Some(c.created) == newest).collect()
}

/// When what was sent last went out.
fn sent_at(filings: &[&Card]) -> Option<Timestamp> {
    filings
        .iter()
        .filter_map(|c| c.text("filing_sent_at").parse().ok())
        .max()
}

/// The state after the way of a filing is over: what has changed meanwhile is updated.
fn after(case: &Case<'_>, state: &'static str) -> &'static str {
    let changed = case
        .card
        .and_then(|c| c.value("changed_since"))
        .and_then(Value::as_array);
    if changed.is_some_and(|c| !c.is_empty()) {
        "dossier-to-update"
    } else {
        state
    }
}

/// One of its filings went out. When all did, the dossier is filed: as late as the last of them.
pub(super) fn sent(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let filings = round(case);
    let waits = filings.iter().any(|c| c.state == "filing-due");
    let Some(at) = sent_at(&filings).filter(|_| !waits) else {
        return Ok(Outcome::new());
    };
    let answers = answers::held(case.card);
    let sheet = sheet(case, &answers)?;
    let update = filings.iter().any(|c| c.text("filing_kind") == "dossier-update");
    let mut outcome = Outcome::new().set("filed_at", at.to_string());
    // The reason for lateness stands on the filing, where the law asks for one.
    let duties = UPDATES.iter().copied().filter(|_| update);
    for duty in duties.chain(duty(sheet.dossier.duty.as_deref())) {
        outcome = outcome.meet(duty, at, "filing");
    }
    if let Some(result) = duty(sheet.dossier.result.as_deref()).filter(|r| *r != "dossier-result") {
        outcome = outcome.start(result, &[(Event::Filed, at)]);
    }
    if update {
        return Ok(outcome.unset("changed_since").state("dossier-filed"));
    }
    Ok(outcome.state(after(case, "dossier-filed")))
}

pub(super) fn returned(_: &Case<'_>) -> Result<Outcome, Refusal> {
    Ok(Outcome::new().state("dossier-returned"))
}

/// Only what is complete is sent again.
pub(super) fn supplemented(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let answers = answers::held(case.card);
    let sheet = sheet(case, &answers)?;
    if let Some(refusal) = Refusal::of(incomplete(case, &sheet)) {
        return Err(refusal);
    }
    let mut outcome = Outcome::new().state(after(case, "dossier-supplemented"));
    if let Some(at) = sent_at(&round(case)) {
        outcome = outcome.set("filed_at", at.to_string());
    }
    Ok(outcome)
}

/// A recipient has taken it. When all have, it is accepted.
pub(super) fn received(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let filings = round(case);
    let all = filings.iter().all(|c| c.state == "filing-received");
    if !all {
        return Ok(Outcome::new());
    }
    // Where the authority may restrict a transfer within a term, that is over with its acceptance.
    let outcome = Outcome::new()
        .set("accepted_at", case.now.to_string())
        .meet("transfer-review", case.now, "received");
    Ok(outcome.state(after(case, "dossier-accepted")))
}
