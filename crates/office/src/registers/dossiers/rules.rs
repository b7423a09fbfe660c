//! What holds for dossiers: opened when the law wants one, answered, seen by others, approved.

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Map, Value, json};
use tutela_law::dossier::{Dossier, Questions, Verdict};
use tutela_law::{Event, Pack};

use super::answers::{self, Sheet};
use super::facts::{self, Known};
use super::prefill;
use super::updates::covered;
use crate::error::Refusal;
use crate::kernel::card::Card;
use crate::kernel::clock::State;
use crate::kernel::field::Values;
use crate::kernel::register::{Case, NOTHING_TO_DO, Outcome};

/// Duties of dossiers in all packs: clocks are started by their name here, so that a name in a pack that nobody knows is
/// found by a test.
pub(super) const DUTIES: &[&str] = &[
    "dossier-impact",
    "dossier-transfer",
    "dossier-assessment",
    "dossier-update",
    "dossier-update-urgent",
    "dossier-complete",
    "dossier-result",
    "transfer-done-notice",
    "transfer-review",
    "export-filing",
    "keep-assessment",
    "regulator-change",
];

/// The duty of this name.
pub(super) fn duty(name: Option<&str>) -> Option<&'static str> {
    DUTIES.iter().copied().find(|d| Some(*d) == name)
}

/// The activity of the dossier.
pub(super) fn activity<'a>(case: &'a Case<'_>) -> Option<&'a Card> {
    let given = case.given_cards(super::ACTIVITY.name).first().copied();
    given.or_else(|| case.held_cards(super::ACTIVITY.name).first().copied())
}

/// The kind of the dossier.
pub(super) fn kind<'a>(case: &'a Case<'_>) -> &'a str {
    match case.text("dossier_kind") {
        "" => case.of_card("dossier_kind"),
        given => given,
    }
}

/// The law of this dossier on the day of the act, or why there is none.
pub(super) fn law<'a>(case: &'a Case<'_>) -> Result<(&'a Pack, &'a Dossier), Refusal> {
    facts::wanted(case.pack(), kind(case), case.today()).ok_or_else(|| {
        let refusal = Refusal::new("refusal-dossier-law").field("dossier_kind");
        match case.pack() {
            Some(pack) => refusal.norm(pack.title()),
            None => refusal,
        }
    })
}

/// The sheet of questions as it stands with these answers.
pub(super) fn sheet<'a>(case: &'a Case<'_>, answers: &'a Values) -> Result<Sheet<'a>, Refusal> {
    law(case)?;
    let about = (case.body, activity(case));
    Sheet::new(case.pack(), kind(case), case.today(), about, answers).ok_or_else(|| Refusal::new("refusal-dossier-law"))
}

/// The first instant of a day where the body is.
pub(super) fn begin(case: &Case<'_>, day: Date) -> Option<Timestamp> {
    Some(
        day.at(0, 0, 0, 0)
            .to_zoned_datetime(case.body.zone.clone())
            .ok()?
            .timestamp(),
    )
}

/// From when the term of a dossier counts: the start of processing, or of the transfer. Under the older Vietnamese regime a
/// transfer counts "from the start of processing": of that processing which the transfer is.
fn since(case: &Case<'_>, dossier: &Dossier, activity: &Card, answers: &Values) -> Vec<(Event, Timestamp)> {
    let at = |text: &str| text.parse::<Date>().ok().and_then(|day| begin(case, day));
    if let Some(question) = &dossier.counts_from {
        let at = at(answers::text(answers, question));
        return at.map(|at| vec![(Event::Approved, at)]).unwrap_or_default();
    }
    let started = at(activity.text("started_on"));
    let transferred = at(activity.text("abroad_from"));
    let at = if dossier.kind == "dossier-transfer" {
        transferred.or(started)
    } else {
        started
    };
    at.map(|at| vec![(Event::ProcessingStarted, at), (Event::TransferStarted, at)])
        .unwrap_or_default()
}

/// The duty runs while the law wants the dossier, or may want it: while a fact is unknown, the earlier end is the safe one.
/// It falls away with an exemption.
fn clock(case: &Case<'_>, outcome: Outcome, dossier: &Dossier, verdict: &Verdict, answers: &Values) -> Outcome {
    let (Some(duty), Some(activity)) = (duty(dossier.duty.as_deref()), activity(case)) else {
        return outcome;
    };
    let own = || case.clocks.iter().filter(|c| c.duty == duty);
    match verdict {
        Verdict::Exempt { .. } | Verdict::NotNeeded { .. } => outcome.cancel(duty),
        Verdict::Needed { .. } | Verdict::Unknown { .. } => {
            let events = since(case, dossier, activity, answers);
            if own().any(|c| matches!(c.state, State::Met | State::Late)) || events.is_empty() {
                return outcome;
            }
            if own().any(|c| c.state == State::Running) {
                // The day may have been corrected on the card of the activity.
                return events
                    .into_iter()
                    .fold(outcome, |o, (event, at)| o.also(duty, event, at));
            }
            outcome.start(duty, &events)
        }
    }
}

/// Takes answers into the card, with what follows from them: what the law says, what is missing, whether the duty runs.
pub(super) fn settle(case: &Case<'_>, outcome: Outcome, mut answers: Values) -> Result<Outcome, Refusal> {
    let (pack, dossier) = law(case)?;
    let set = dossier.set(pack.id());
    if let Some(activity) = activity(case) {
        prefill::fill(&mut answers, dossier, &set, case.body, activity);
    }
    let sheet = sheet(case, &answers)?;
    let verdict = sheet.known.verdict(dossier);
    let (done, all) = sheet.progress();
    let mut missing = sheet.facts_missing();
    missing.extend(sheet.missing());
    let outcome = facts::told(outcome, &verdict)
        .set("question_set", set.clone())
        .set("answered", format!("{done}/{all}"))
        .set("answers_missing", missing);
    let outcome = clock(case, outcome, dossier, &verdict, &answers);
    Ok(outcome.set("answers", Value::Object(answers)))
}

/// Whether processing goes on already, or its start is approved.
fn begun(case: &Case<'_>, activity: &Card) -> bool {
    let started = activity.text("started_on").parse::<Date>();
    activity.state != "draft" || started.is_ok_and(|day| day <= case.today())
}

pub(super) fn open(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let by_itself = case.flag(super::BY_ITSELF);
    // What comes by itself is simply not wanted; whoever asks for it is told why not.
    let refuse = |refusal: Refusal| {
        if by_itself {
            Refusal::new(NOTHING_TO_DO)
        } else {
            refusal
        }
    };
    let Some(activity) = activity(case) else {
        return Err(refuse(Refusal::new("refusal-no-card").field("activity")));
    };
    if activity.state == "ended" {
        return Err(refuse(Refusal::new("refusal-activity-ended").field("activity")));
    }
    let kind = kind(case);
    // Every activity has one dossier of a kind; it is updated, not made again.
    if case.related_in("dossiers").any(|d| d.text("dossier_kind") == kind) {
        return Err(refuse(Refusal::new("refusal-dossier-exists").field("dossier_kind")));
    }
    let (pack, dossier) = law(case).map_err(refuse)?;
    if by_itself {
        let nothing = Values::new();
        let known = Known {
            body: case.body,
            activity: Some(activity),
            answers: &nothing,
        };
        let wanted = match known.verdict(dossier) {
            Verdict::Needed { .. } => true,
            // A fact that the card of the activity states is asked there.
            Verdict::Unknown { facts } => !facts.iter().all(|f| asked_of_activity(f)),
            Verdict::Exempt { .. } | Verdict::NotNeeded { .. } => false,
        };
        if !wanted || !begun(case, activity) {
            return Err(Refusal::new(NOTHING_TO_DO));
        }
    }
    let outcome = Outcome::new()
        .state("draft")
        .set("activity", activity.id.clone())
        .set("dossier_kind", kind)
        .set("covered", covered(activity));
    let mut answers = Values::new();
    prefill::fill(&mut answers, dossier, &dossier.set(pack.id()), case.body, activity);
    settle(case, outcome, answers)
}

/// Whether a fact is stated on the card of the activity.
fn asked_of_activity(fact: &str) -> bool {
    let fact = Questions::embedded().fact(fact);
    fact.and_then(|f| f.known.as_deref()).is_some_and(|k| k != "body")
}

pub(super) fn answer(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let given = answers::given(case.input.get("answers"))?;
    take(case, Outcome::new(), &given, "hand")
}

/// Answers beside those that are there.
fn take(case: &Case<'_>, outcome: Outcome, given: &Map<String, Value>, by: &str) -> Result<Outcome, Refusal> {
    let (pack, dossier) = law(case)?;
    let mut answers = answers::held(case.card);
    answers::put(&mut answers, given, &dossier.set(pack.id()), by)?;
    settle(case, outcome, answers)
}

/// An assessment out of a file: its answers and risks come beside what is there, what has no place here is kept as it came.
pub(super) fn import(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let Some(given) = case.input.get("answers").and_then(Value::as_object) else {
        return Err(Refusal::new("refusal-pia-empty"));
    };
    let mut outcome = Outcome::new();
    if let Some(rest) = case.input.get("pia_rest") {
        outcome = outcome.set("pia_rest", rest.clone());
    }
    if let Some(risks) = case.input.get("risks").and_then(Value::as_array) {
        outcome = super::risks::joined(case, outcome, risks)?;
    }
    take(case, outcome, given, "pia")
}

/// What still stands in the way, by name, in the language of the body.
pub(super) fn incomplete(case: &Case<'_>, sheet: &Sheet<'_>) -> Vec<Refusal> {
    let questions = Questions::embedded();
    let language = case.body.locale.code();
    let separator = prefill::words(case.body.locale).get("list-separator");
    let mut all = Vec::new();
    let facts = sheet.facts_missing();
    if !facts.is_empty() {
        let texts = facts.iter().filter_map(|id| questions.fact(id)?.ask.get(language));
        let texts: Vec<_> = texts.map(String::as_str).collect();
        all.push(
            Refusal::new("refusal-dossier-facts")
                .arg("what", texts.join(&separator))
                .norm(sheet.dossier.cite.clone()),
        );
    }
    let missing = sheet.missing();
    if !missing.is_empty() {
        let texts = missing
            .iter()
            .filter_map(|id| questions.question(id)?.ask.get(language));
        let texts: Vec<_> = texts.map(String::as_str).collect();
        all.push(
            Refusal::new("refusal-dossier-answers")
                .arg("what", texts.join(&separator))
                .norm(sheet.dossier.cite.clone()),
        );
    }
    all
}

/// For opinions goes only what is complete under the law in force.
pub(super) fn submit(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let answers = answers::held(case.card);
    let sheet = sheet(case, &answers)?;
    if let Some(refusal) = Refusal::of(incomplete(case, &sheet)) {
        return Err(refusal);
    }
    settle(case, Outcome::new().state("dossier-opinions"), answers)
}

/// Rows that the card holds in its vault.
pub(super) fn rows(card: Option<&Card>, field: &str) -> Vec<Value> {
    let rows = card.and_then(|c| c.value(field)).and_then(Value::as_array);
    rows.cloned().unwrap_or_default()
}

pub(super) fn opinion(case: &Case<'_>) -> Result<Outcome, Refusal> {
    if case.date("opinion_on").is_some_and(|d| d > case.today()) {
        return Err(Refusal::new("refusal-future").field("opinion_on"));
    }
    let mut opinions = rows(case.card, "opinions");
    opinions.push(json!({
        "of": case.text("opinion_of"),
        "opinion": case.text("opinion"),
        "text": case.text("opinion_text"),
        "on": case.text("opinion_on"),
    }));
    Ok(Outcome::new().set("opinions", opinions))
}

/// The state in which a dossier is written again: before it was ever approved and sent, or as an update of what was.
pub(super) fn written_again(case: &Case<'_>) -> &'static str {
    let before = case.card.is_some_and(|c| !c.text("filed_at").is_empty());
    if before { "dossier-to-update" } else { "draft" }
}

pub(super) fn rework(case: &Case<'_>) -> Result<Outcome, Refusal> {
    Ok(Outcome::taking_input().state(written_again(case)).unset("opinions"))
}

/// The head approves what is complete, under the law in force, and seen by the officer.
pub(super) fn approve(case: &Case<'_>) -> Result<Outcome, Refusal> {
    if case.date("approved_on").is_some_and(|d| d > case.today()) {
        return Err(Refusal::new("refusal-future").field("approved_on"));
    }
    let answers = answers::held(case.card);
    let sheet = sheet(case, &answers)?;
    let mut stands = incomplete(case, &sheet);
    let by_officer = |row: &Value| row.get("of").and_then(Value::as_str) == Some("officer");
    if !rows(case.card, "opinions").iter().any(by_officer) {
        stands.push(Refusal::new("refusal-dossier-opinion").norm(sheet.dossier.cite.clone()));
    }
    if let Some(refusal) = Refusal::of(stands) {
        return Err(refusal);
    }
    let mut outcome = Outcome::taking_input().state("approved");
    if sheet.dossier.filed {
        return Ok(outcome);
    }
    outcome = outcome.unset("changed_since");
    if let Some(duty) = duty(sheet.dossier.duty.as_deref()) {
        outcome = outcome.meet(duty, case.now, case.text("late_reason"));
    }
    if let Some(keep) = duty(sheet.dossier.keep.as_deref()) {
        outcome = outcome.start(keep, &[(Event::Recorded, case.now)]);
    }
    Ok(outcome)
}

/// An exemption is put on record with its article; the duty falls away.
pub(super) fn exempt(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let answers = answers::held(case.card);
    let sheet = sheet(case, &answers)?;
    match sheet.known.verdict(sheet.dossier) {
        Verdict::Exempt { .. } | Verdict::NotNeeded { .. } => {
            settle(case, Outcome::new().state("dossier-exempt"), answers)
        }
        Verdict::Needed { cite, .. } => Err(Refusal::new("refusal-dossier-needed").norm(cite)),
        Verdict::Unknown { .. } => {
            Err(Refusal::of(incomplete(case, &sheet)).unwrap_or_else(|| Refusal::new("refusal-state")))
        }
    }
}
