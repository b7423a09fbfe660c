//! Papers of the case itself: the record that a violation happened, and the closing report.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::kernel::card::Card;
use crate::kernel::field::Values;
use crate::papers::PaperCase;
use crate::registers::sheet::put;
use crate::show;

/// The values of a paper.
pub(super) fn values(sheet: &PaperCase<'_>, _: &str) -> Values {
    let card = sheet.card;
    let mut values = Values::new();
    PaperCase::take(
        &mut values,
        card,
        &[
            ("violation_act", "breach_act"),
            ("violation_place", "breach_place"),
            ("violation_parties", "breach_parties"),
            ("violation_systems", "breach_systems"),
            ("violation_causes", "breach_causes"),
            ("violation_effects", "breach_effects"),
            ("violation_measures", "breach_measures"),
            ("violation_persons", "breach_persons"),
            ("violation_remedy", "breach_remedy"),
            ("violation_lessons", "breach_lessons"),
            ("inquiry_act", "inquiry_act"),
            ("correction_reason", "correction_reason"),
        ],
    );
    values.insert(
        "drill".to_owned(),
        json!(card.data.get("drill") == Some(&Value::Bool(true))),
    );
    put(&mut values, "breach_number", &card.number);
    put(&mut values, "breach_kind", &sheet.joined(card, "violation_kind"));
    let from = instant(sheet, card, "occurred_at");
    let until = instant(sheet, card, "occurred_until");
    let time = if until.is_empty() {
        from
    } else {
        format!("{from} – {until}")
    };
    put(&mut values, "breach_time", &time);
    for (field, name) in [
        ("detected_at", "breach_found"),
        ("reported_at", "breach_reported"),
        ("resolved_at", "breach_resolved"),
        ("first_detected_at", "first_found"),
        ("first_occurred_at", "first_time"),
    ] {
        put(&mut values, name, &instant(sheet, card, field));
    }
    put(
        &mut values,
        "breach_subjects",
        &sheet.joined(card, "subject_categories"),
    );
    put(&mut values, "harm_level", &sheet.joined(card, "harm_level"));
    put(&mut values, "data_categories", &sheet.joined(card, "data_categories"));
    for name in ["subjects_number", "records_number"] {
        if let Some(number) = card.data.get(name).and_then(Value::as_i64) {
            put(&mut values, name, &number.to_string());
        }
    }
    let filed: Vec<Value> = sheet
        .cards(card, "filings")
        .into_iter()
        .map(|f| filing(sheet, f))
        .collect();
    values.insert("filed".to_owned(), filed.into());
    let spread: Vec<Value> = sheet
        .cards(card, "takedowns")
        .into_iter()
        .map(|t| place(sheet, t))
        .collect();
    values.insert("spread".to_owned(), spread.into());
    values
}

fn instant(sheet: &PaperCase<'_>, card: &Card, field: &str) -> String {
    let at: Option<Timestamp> = card.text(field).parse().ok();
    at.map(|at| show::instant(sheet.words.locale(), at, &sheet.body.zone))
        .unwrap_or_default()
}

/// A filing as a row: what, to whom, when, under which number, and where it stands.
fn filing(sheet: &PaperCase<'_>, filing: &Card) -> Value {
    let mut row = Values::new();
    put(&mut row, "what", &sheet.joined(filing, "filing_kind"));
    put(&mut row, "to", filing.text("filing_to"));
    put(&mut row, "sent", &instant(sheet, filing, "filing_sent_at"));
    put(&mut row, "number", filing.text("filing_received_number"));
    put(&mut row, "state", &sheet.words.get(&format!("state-{}", filing.state)));
    json!(row)
}

/// A place of spread as a row; its address may name a person and stays where it is.
fn place(sheet: &PaperCase<'_>, place: &Card) -> Value {
    let mut row = Values::new();
    put(&mut row, "platform", place.text("spread_platform"));
    put(&mut row, "seen", &instant(sheet, place, "spread_seen_at"));
    put(&mut row, "asked", &instant(sheet, place, "spread_asked_at"));
    put(&mut row, "gone", &instant(sheet, place, "spread_gone_at"));
    json!(row)
}
