//! What holds for filings.

use jiff::Timestamp;
use serde_json::{Value, json};
use tutela_law::{Due, Event, Source, Step};

use crate::error::Refusal;
use crate::kernel::card::{Card, Personal};
use crate::kernel::field::Values;
use crate::kernel::register::{Case, Outcome};

/// Duties that a filing can answer.
const DUTIES: &[&str] = &[
    "breach-notice",
    "breach-result",
    "breach-subjects",
    "breach-finance",
    "breach-tell-controller",
    "incident-at-once",
    "incident-first",
    "incident-full",
    "incident-cii",
    "incident-central",
    "incident-other",
    "incident-summary",
    "tell-unlawful",
    "flaw-report",
    "dossier-impact",
    "dossier-transfer",
    "dossier-update",
    "dossier-update-urgent",
    "transfer-done-notice",
    "export-filing",
    "regulator-change",
    "officer-report",
    "officer-change",
    "system-report",
];
/// What the other side owes when something was filed: the duty filed, the duty of the answer.
const ANSWERS: &[(&str, &str)] = &[
    ("incident-first", "incident-identifier"),
    ("dossier-impact", "dossier-result"),
    ("dossier-transfer", "dossier-result"),
];
/// What is owed when something is given back: kind of filing, duty.
const COMPLETES: &[(&str, &str)] = &[
    ("breach-notice", "breach-complete"),
    ("breach-result", "breach-complete"),
    ("impact-dossier", "dossier-complete"),
    ("transfer-dossier", "dossier-complete"),
    ("dossier-update", "dossier-complete"),
];
/// Where the card that a filing is about holds the instant of an event.
const INSTANTS: &[(Event, &str)] = &[
    (Event::Occurred, "occurred_at"),
    (Event::Detected, "detected_at"),
    (Event::Resolved, "resolved_at"),
];
/// Fields of the card that it is about that are links and marks of the office, not content of what is sent.
const NO_CONTENT: &[&str] = &["filings", "takedowns", "report", "drill"];

/// Stands for a recipient that nobody has named yet.
const UNKNOWN: &str = "—";

fn no_card() -> Refusal {
    Refusal::new("refusal-no-page")
}

/// A word of the list of events as the law has it.
fn event(word: &str) -> Option<Event> {
    let word = word.strip_prefix("event-")?;
    Event::ALL.iter().copied().find(|e| e.as_str() == word)
}

/// The events that are given or held, with their instants.
fn events(read: impl Fn(&str) -> String) -> Vec<(Event, Timestamp)> {
    [
        ("filing_event", "filing_since"),
        ("filing_event_also", "filing_since_also"),
    ]
    .iter()
    .filter_map(|(name, at)| Some((event(&read(name))?, read(at).parse().ok()?)))
    .collect()
}

/// The duty of a rule of the law, among those that a filing can answer.
fn duty_of(case: &Case<'_>, rule: &str) -> Option<&'static str> {
    let clock = case.law.law.clocks(case.body.country).find(|c| c.id() == rule)?;
    DUTIES.iter().copied().find(|d| *d == clock.rule.duty)
}

/// The duty of the card's own rule.
fn own_duty(case: &Case<'_>) -> Option<&'static str> {
    duty_of(case, case.of_card("filing_rule"))
}

fn paired(pairs: &[(&str, &'static str)], key: &str) -> Option<&'static str> {
    pairs.iter().find(|(k, _)| *k == key).map(|(_, v)| *v)
}

pub(super) fn open(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let mut wrong = Vec::new();
    for field in ["filing_since", "filing_since_also"] {
        if case.instant(field).is_some_and(|t| t > case.now) {
            wrong.push(Refusal::new("refusal-future").field(field));
        }
    }
    let known = events(|name| case.text(name).to_owned());
    let rule = case.text("filing_rule");
    if !rule.is_empty() && known.is_empty() {
        wrong.push(Refusal::new("refusal-required").field("filing_since"));
    }
    if let Some(refusal) = Refusal::of(wrong) {
        return Err(refusal);
    }
    let outcome = Outcome::taking_input().state("filing-due");
    if rule.is_empty() {
        let regime = regime(case, known.first().map(|(_, at)| *at))?;
        return Ok(outcome.set("filing_regime", regime));
    }
    let duty = duty_of(case, rule).ok_or_else(|| Refusal::new("refusal-filing-rule").field("filing_rule"))?;
    let all = case.due(rule, &known).map_err(|e| {
        let refusal = Refusal::new("refusal-clock").arg("why", e.to_string());
        refusal.field("filing_since")
    })?;
    // The law in force on the day that counts has no such rule: neither the term nor its form is owed.
    let due = all.iter().find(|d| d.clock == rule);
    let due = due.ok_or_else(|| not_in_force(case, rule_pack(case, rule)))?;
    if !case.text("filing_regime").is_empty() && case.text("filing_regime") != due.pack {
        return Err(not_in_force(case, case.text("filing_regime")));
    }
    let to = due.recipients.iter().find(|r| r.name == case.text("filing_to"));
    let form = to.and_then(|r| r.form.clone()).or_else(|| due.form.clone());
    let mut outcome = outcome
        .set("filing_regime", due.pack.clone())
        .set("filing_norm", to.map_or_else(|| due.cite.clone(), |r| r.cite.clone()))
        .start_rule(duty, rule, &known);
    if let Some(form) = form {
        outcome = outcome.set("filing_form", form);
    }
    Ok(match started(case, due) {
        Some((event, why)) => outcome
            .set("filing_start", format!("event-{}", event.as_str()))
            .set("filing_start_why", why),
        None => outcome,
    })
}

/// From which event a term was counted, and why from that one: the law names it first, or what it names first is not known,
/// or the rule of the body chooses.
fn started(case: &Case<'_>, due: &Due) -> Option<(Event, &'static str)> {
    let event = due.steps.iter().find_map(|s| match s {
        Step::Started { event, .. } => Some(*event),
        _ => None,
    })?;
    let clock = case.law.law.clocks(case.body.country).find(|c| c.id() == due.clock)?;
    let why = if clock.rule.source == Source::Body {
        "start-by-own-rule"
    } else if clock.rule.starts.first().is_some_and(|s| s.event != event) {
        "start-other-unknown"
    } else {
        "start-by-law"
    };
    Some((event, why))
}

/// The pack of a rule.
fn rule_pack<'a>(case: &Case<'a>, rule: &str) -> &'a str {
    let mut clocks = case.law.law.clocks(case.body.country);
    clocks.find(|c| c.id() == rule).map_or("", |c| c.pack.as_str())
}

/// A regime that is given must hold on the day; the one that holds is taken when none is given.
fn regime(case: &Case<'_>, since: Option<Timestamp>) -> Result<String, Refusal> {
    let at = since.unwrap_or(case.now);
    let day = at.to_zoned_datetime(case.body.zone.clone()).date();
    let holds = case.law.law.pack(case.body.country, day);
    let given = case.text("filing_regime");
    match holds {
        Some(pack) if given.is_empty() || given == pack.id() => Ok(pack.id().to_owned()),
        Some(_) => Err(not_in_force(case, given)),
        None => Err(Refusal::new("refusal-regime").arg("regime", "—").field("filing_regime")),
    }
}

/// The refusal of a regime, by its own title with its days.
fn not_in_force(case: &Case<'_>, regime: &str) -> Refusal {
    let refusal = Refusal::new("refusal-regime").field("filing_regime");
    match case.law.law.by_id(regime) {
        Some(pack) => {
            let to = pack.to().map(|d| d.to_string()).unwrap_or_default();
            refusal
                .arg("regime", pack.title())
                .norm(format!("{} ({} – {to})", pack.title(), pack.from()))
        }
        None => refusal.arg("regime", regime),
    }
}

/// What a term rests on, as the norm of a refusal.
fn with_norm(case: &Case<'_>, refusal: Refusal) -> Refusal {
    match case.of_card("filing_norm") {
        "" => refusal,
        norm => refusal.norm(norm),
    }
}

/// Whether the filing is of a drill.
fn is_drill(case: &Case<'_>) -> bool {
    case.card.is_some_and(|c| c.value("drill") == Some(&Value::Bool(true)))
}

/// Instants that cannot be: in the future, or before another.
fn check_instant(case: &Case<'_>, field: &'static str, not_before: Option<Timestamp>) -> Result<Timestamp, Refusal> {
    let at = case.instant(field).unwrap_or(case.now);
    if at > case.now {
        return Err(Refusal::new("refusal-future").field(field));
    }
    if not_before.is_some_and(|earlier| at < earlier) {
        return Err(Refusal::new("refusal-filing-order").field(field));
    }
    Ok(at)
}

/// A hash is one of SHA-256 as programs write it, or it proves nothing.
fn check_hash(case: &Case<'_>) -> Result<(), Refusal> {
    let hash = case.text("filing_hash");
    let sound = hash.is_empty() || (hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit()));
    if sound {
        Ok(())
    } else {
        Err(Refusal::new("refusal-hash").field("filing_hash"))
    }
}

fn held_instant(case: &Case<'_>, field: &str) -> Option<Timestamp> {
    case.of_card(field).parse().ok()
}

/// The earliest instant from which the term counts.
fn began(case: &Case<'_>) -> Option<Timestamp> {
    let known = events(|name| case.of_card(name).to_owned());
    known.into_iter().map(|(_, at)| at).min()
}

/// The card that it is about.
fn about<'a>(case: &'a Case<'_>) -> Option<&'a Card> {
    case.held_cards("filing_about").first().copied()
}

/// What the card that it is about says at this moment.
fn content(case: &Case<'_>) -> Option<Values> {
    let card = about(case)?;
    let opened = match &card.personal {
        Personal::Open(values) => Some(values),
        _ => None,
    };
    let all = card.data.iter().chain(opened.into_iter().flatten());
    let own = all.filter(|(name, _)| !NO_CONTENT.contains(&name.as_str()) && !name.starts_with("filing"));
    Some(own.map(|(name, value)| (name.clone(), value.clone())).collect())
}

/// Lets the card that it is about answer, if its register knows how.
fn tell(case: &Case<'_>, outcome: Outcome, operation: &'static str) -> Outcome {
    let Some(card) = about(case) else { return outcome };
    let register = case.registers.iter().find(|r| r.name == card.register);
    let knows = register
        .and_then(|r| r.operation(operation))
        .is_some_and(|o| o.from.contains(&card.state.as_str()));
    if knows {
        outcome.then(&card.id, operation, Values::new())
    } else {
        outcome
    }
}

pub(super) fn readdress(case: &Case<'_>) -> Result<Outcome, Refusal> {
    if case.text("filing_to") == UNKNOWN {
        return Err(Refusal::new("refusal-no-recipient").field("filing_to"));
    }
    Ok(Outcome::taking_input())
}

pub(super) fn send(case: &Case<'_>) -> Result<Outcome, Refusal> {
    if is_drill(case) {
        return Err(with_norm(case, Refusal::new("refusal-drill-filed")));
    }
    if case.of_card("filing_to") == UNKNOWN {
        return Err(with_norm(case, Refusal::new("refusal-no-recipient")));
    }
    check_hash(case)?;
    let at = check_instant(case, "filing_sent_at", began(case))?;
    let mut outcome = Outcome::taking_input().set("filing_version", 1);
    if let Some(content) = content(case) {
        outcome = outcome.set("filing_content", Value::Object(content));
    }
    let mut state = "filing-sent";
    if let Some(duty) = own_duty(case) {
        if case.is_late(&[duty], at) {
            state = "filing-sent-late";
        }
        outcome = outcome.meet(duty, at, case.text("late_reason"));
        if let Some(answer) = paired(ANSWERS, duty) {
            outcome = outcome.start(answer, &[(Event::Filed, at)]);
        }
    }
    Ok(tell(case, outcome.state(state), "filing-sent"))
}

pub(super) fn receive(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let at = check_instant(case, "filing_received_at", held_instant(case, "filing_sent_at"))?;
    let mut outcome = Outcome::taking_input().state("filing-received");
    if let Some(answer) = own_duty(case).and_then(|d| paired(ANSWERS, d)) {
        outcome = outcome.meet(answer, at, "");
    }
    Ok(tell(case, outcome, "filing-received"))
}

pub(super) fn give_back(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let at = check_instant(case, "filing_returned_at", held_instant(case, "filing_sent_at"))?;
    let mut outcome = Outcome::taking_input().state("filing-returned");
    if let Some(answer) = own_duty(case).and_then(|d| paired(ANSWERS, d)) {
        outcome = outcome.meet(answer, at, "");
    }
    if let Some(duty) = paired(COMPLETES, case.of_card("filing_kind")) {
        outcome = outcome.start(duty, &[(Event::AuthorityAsked, at)]);
    }
    Ok(tell(case, outcome, "filing-returned"))
}

pub(super) fn supplement(case: &Case<'_>) -> Result<Outcome, Refusal> {
    check_hash(case)?;
    let earlier = held_instant(case, "filing_returned_at").max(held_instant(case, "filing_sent_at"));
    let at = check_instant(case, "filing_sent_at", earlier)?;
    let version = case
        .card
        .and_then(|c| c.value("filing_version"))
        .and_then(Value::as_i64)
        .unwrap_or(1);
    let mut outcome = Outcome::taking_input()
        .state("filing-supplemented")
        .set("filing_version", version + 1);
    if let Some(card) = case.card
        && let Some(content) = content(case)
    {
        // What is told as changed must have changed somewhere: a return may also ask for what the case does not hold.
        let before = card.value("filing_content").cloned();
        let same = before.as_ref().and_then(Value::as_object) == Some(&content);
        if same && card.state != "filing-returned" {
            return Err(Refusal::new("refusal-nothing-changed").field("filing_changes"));
        }
        outcome = outcome.set("filing_content", Value::Object(content));
        if let Some(before) = before {
            outcome = outcome.set("filing_content_before", before);
        }
    }
    if let Some(duty) = paired(COMPLETES, case.of_card("filing_kind")) {
        outcome = outcome.meet(duty, at, "");
    }
    Ok(tell(case, outcome, "filing-supplemented"))
}

pub(super) fn drop(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let outcome = Outcome::taking_input().state("filing-not-needed");
    let outcome = match own_duty(case) {
        Some(duty) => outcome.cancel(duty),
        None => outcome,
    };
    Ok(tell(case, outcome, "filing-dropped"))
}

pub(super) fn practise(case: &Case<'_>) -> Result<Outcome, Refusal> {
    if !is_drill(case) {
        return Err(with_norm(case, Refusal::new("refusal-no-drill")));
    }
    let at = check_instant(case, "filing_practised_at", began(case))?;
    let outcome = Outcome::taking_input().state("filing-practised");
    Ok(match own_duty(case) {
        // A drill explains nothing to an authority.
        Some(duty) => outcome.meet(duty, at, "drill"),
        None => outcome,
    })
}

pub(super) fn recount(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let (Some(card), Some(duty)) = (case.card, own_duty(case)) else {
        return Ok(Outcome::new());
    };
    let about = about(case).ok_or_else(no_card)?;
    let mut outcome = Outcome::new();
    for (name, at_field) in [
        ("filing_event", "filing_since"),
        ("filing_event_also", "filing_since_also"),
    ] {
        let Some(event) = event(card.text(name)) else { continue };
        let Some((_, held)) = INSTANTS.iter().find(|(e, _)| *e == event) else {
            continue;
        };
        let now: Option<Timestamp> = about.text(held).parse().ok();
        let before: Option<Timestamp> = card.text(at_field).parse().ok();
        if let Some(now) = now.filter(|now| Some(*now) != before) {
            outcome = outcome.also(duty, event, now).set(at_field, json!(now.to_string()));
        }
    }
    Ok(outcome)
}
