//! What the papers of a request say: receipt, what is missing, answer, refusal, more time, changes made, the journal.

mod answer;
mod journal;

use jiff::Timestamp;
use serde_json::Value;

use crate::kernel::clock::{Clock, State};
use crate::kernel::field::{Values, words_of};
use crate::papers::PaperCase;
use crate::show;

use super::duties::ENDED_BY_DECISION;

/// The values of a form.
pub(super) fn values(case: &PaperCase<'_>, form: &str) -> Values {
    let mut values = common(case);
    match form {
        "request-receipt" => receipt(case, &mut values),
        "request-not-complete" => not_complete(case, &mut values),
        "request-answer" => answer::values(case, &mut values),
        "request-refusal" => refusal(case, &mut values),
        "extension-notice" => extension(case, &mut values),
        "rectification-notice" => changes(case, &mut values),
        "requests-journal" => journal::values(case, &mut values),
        _ => {}
    }
    values
}

pub(super) fn put(values: &mut Values, name: &str, value: impl Into<Value>) {
    let value = value.into();
    // What is empty stays away, so that the paper shows a gap instead of nothing.
    if value.as_str() != Some("") {
        values.insert(name.to_owned(), value);
    }
}

/// A day of the card, where the body is.
pub(super) fn day(case: &PaperCase<'_>, text: &str) -> Option<String> {
    let at: Timestamp = text.parse().ok()?;
    Some(at.to_zoned_datetime(case.body.zone.clone()).date().to_string())
}

fn choice(case: &PaperCase<'_>, word: &str) -> String {
    if word.is_empty() {
        String::new()
    } else {
        case.words.get(&format!("choice-{word}"))
    }
}

fn common(case: &PaperCase<'_>) -> Values {
    let card = case.card;
    let mut values = Values::new();
    put(&mut values, "request_number", card.number.as_str());
    put(
        &mut values,
        "request_date",
        day(case, card.text("received_at")).unwrap_or_default(),
    );
    put(&mut values, "request_kind", choice(case, card.text("request_kind")));
    put(&mut values, "channel", choice(case, card.text("channel")));
    put(
        &mut values,
        "applicant_name",
        applicant(card.text("subject_name"), card.text("authority_name")),
    );
    put(&mut values, "applicant_address", card.text("subject_contact"));
    for (form, field) in [
        ("rep_name", "representative_name"),
        ("rep_document", "representative_document"),
        ("rep_authority", "representative_authority"),
    ] {
        put(&mut values, form, card.text(field));
    }
    values
}

fn applicant<'a>(subject: &'a str, authority: &'a str) -> &'a str {
    if subject.is_empty() { authority } else { subject }
}

/// The clock that tells when the request must be answered at the latest.
pub(super) fn term<'a>(case: &'a PaperCase<'_>) -> Option<&'a Clock> {
    let of_request = |c: &&Clock| c.duty != "request-reply" && ENDED_BY_DECISION.contains(&c.duty.as_str());
    let clocks = case
        .clocks
        .iter()
        .filter(of_request)
        .filter(|c| c.state != State::Cancelled);
    clocks.filter(|c| c.due_at.is_some()).min_by_key(|c| c.due_at)
}

/// The last day of a clock. A day that ends at midnight ends at 0:00 of the next: the paper names the day itself.
pub(super) fn last_day(case: &PaperCase<'_>, due: Timestamp) -> String {
    let before = Timestamp::from_microsecond(due.as_microsecond() - 1).unwrap_or(due);
    before.to_zoned_datetime(case.body.zone.clone()).date().to_string()
}

fn receipt(case: &PaperCase<'_>, values: &mut Values) {
    if let Some(due) = term(case).and_then(|c| c.due_at) {
        put(values, "due_date", last_day(case, due));
    }
    let reply = case.clocks.iter().find(|c| c.duty == "request-reply");
    if let Some(due) = reply.and_then(|c| c.due_at) {
        put(values, "reply_due", last_day(case, due));
    }
    put(values, "enclosures", case.card.text("proof"));
}

fn not_complete(case: &PaperCase<'_>, values: &mut Values) {
    let missing = case.card.cards("missing");
    for (word, form) in [
        ("missing-document", "lacks_document"),
        ("missing-issue", "lacks_issue"),
        ("missing-relation", "lacks_relation"),
        ("missing-signature", "lacks_signature"),
        ("missing-authority", "lacks_authority"),
    ] {
        put(values, form, missing.contains(&word));
    }
    if let Some(due) = term(case).and_then(|c| c.due_at) {
        put(values, "supply_by", last_day(case, due));
    }
}

fn refusal(case: &PaperCase<'_>, values: &mut Values) {
    let card = case.card;
    let mut norm = card.text("refusal_norm").to_owned();
    if card.value("refusal_norm_open").is_some() {
        norm = format!("{norm} ({})", case.words.get("law-to-be-confirmed"));
    }
    put(values, "norm", norm);
    put(values, "reasons", reasons(case));
    put(values, "partial", card.text("granted_part"));
}

/// The reasons of a refusal: the ground in words, and what whoever decided wrote.
fn reasons(case: &PaperCase<'_>) -> String {
    let ground = choice(case, case.card.text("refusal_ground"));
    let motive = case.card.text("refusal_motive");
    if ground.is_empty() {
        motive.to_owned()
    } else {
        format!("{ground}. {motive}")
    }
}

fn extension(case: &PaperCase<'_>, values: &mut Values) {
    let former = case.card.text("extended_from").parse::<Timestamp>();
    if let Ok(due) = former {
        put(values, "old_due", last_day(case, due));
    }
    let extended = case.clocks.iter().rfind(|c| !c.facts.extensions.is_empty());
    if let Some(due) = extended.and_then(|c| c.due_at) {
        put(values, "new_due", last_day(case, due));
    }
    put(values, "reasons", case.card.text("extension_reason"));
    if let Some(clock) = extended {
        put(values, "norm", case.cite(clock));
    }
}

fn changes(case: &PaperCase<'_>, values: &mut Values) {
    let card = case.card;
    let mut rows = Vec::new();
    let mut row = |what: &str, measure: String, place: String| {
        let mut row = Values::new();
        put(&mut row, "n", (rows.len() + 1).to_string());
        put(&mut row, "what", what);
        put(&mut row, "measure", measure);
        put(&mut row, "where", place);
        rows.push(Value::Object(row));
    };
    let when = |field: &str| {
        let at: Option<Timestamp> = card.text(field).parse().ok();
        at.map(|at| show::instant(case.words.locale(), at, &case.body.zone))
    };
    if let Some(at) = when("rectified_at") {
        let place = format!("{at}. {}", card.text("rectified_where"));
        row(card.text("rectify_what"), case.words.get("measure-rectified"), place);
    }
    if let Some(at) = when("blocked_at") {
        row("", case.words.get("measure-blocked"), at);
    }
    if let Some(at) = when("destroyed_at") {
        row("", case.words.get("measure-destroyed"), at);
    }
    put(values, "changes", Value::Array(rows));
    put(values, "to_recipient", false);
    let told = card.value("told_recipients").map(words_of).unwrap_or_default();
    let names: Vec<&str> = case
        .related_in("disclosures")
        .filter(|d| told.contains(&d.id.as_str()))
        .map(|d| d.text("recipient_name"))
        .collect();
    put(values, "recipients_told", names.join("; "));
}
