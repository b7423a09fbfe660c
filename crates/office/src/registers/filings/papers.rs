//! Papers of filings: the form of the regime that the filing is under, filled from the case that it is about. What the case
//! does not know yet is left out, and the form says that it is to be supplied.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::kernel::card::Card;
use crate::kernel::field::{Kind, Values};
use crate::papers::PaperCase;
use crate::registers::sheet::put;
use crate::show;

/// Texts of the case under the names of the forms.
const TEXTS: &[(&str, &str)] = &[
    ("violation_act", "breach_act"),
    ("violation_place", "breach_place"),
    ("violation_parties", "breach_parties"),
    ("violation_systems", "breach_systems"),
    ("violation_causes", "breach_causes"),
    ("violation_effects", "breach_effects"),
    ("violation_measures", "breach_measures"),
    ("violation_guidance", "breach_guidance"),
    ("violation_persons", "breach_persons"),
    ("violation_remedy", "breach_remedy"),
    ("violation_lessons", "breach_lessons"),
    ("inquiry_act", "inquiry_act"),
];

/// The values of a paper.
pub(super) fn values(sheet: &PaperCase<'_>, _: &str) -> Values {
    let mut values = Values::new();
    let card = sheet.card;
    PaperCase::take(
        &mut values,
        card,
        &[
            ("filing_to", "recipient_name"),
            ("filing_address", "recipient_address"),
            ("filing_through", "recipient_through"),
            ("filing_form", "form_name"),
            ("late_reason", "late_reason"),
            ("filing_number", "doc_number"),
        ],
    );
    // Who it is for is not known: the form shows the gap.
    if card.text("filing_to") == "—" {
        values.remove("recipient_name");
    }
    values.insert(
        "drill".to_owned(),
        json!(card.data.get("drill") == Some(&Value::Bool(true))),
    );
    supplement(sheet, &mut values);
    if let Some(case) = sheet.cards(card, "filing_about").first() {
        of_case(sheet, case, &mut values);
        first_notice(sheet, case, &mut values);
    }
    values
}

/// What a violation says, under the names of the forms.
fn of_case(sheet: &PaperCase<'_>, case: &Card, values: &mut Values) {
    for (own, name) in TEXTS {
        put(values, name, case.text(own));
    }
    put(values, "breach_number", &case.number);
    put(values, "breach_kind", &sheet.joined(case, "violation_kind"));
    put(values, "breach_time", &time(sheet, case));
    put(values, "breach_found", &instant(sheet, case, "detected_at"));
    put(values, "breach_resolved", &instant(sheet, case, "resolved_at"));
    put(values, "breach_subjects", &sheet.joined(case, "subject_categories"));
    put(values, "breach_marks", &sheet.joined(case, "violation_marks"));
    put(values, "breach_grade", &sheet.joined(case, "incident_grade"));
    put(values, "harm_level", &sheet.joined(case, "harm_level"));
    put(values, "data_categories", &sheet.joined(case, "data_categories"));
    for (field, name) in [
        ("subjects_number", "subjects_number"),
        ("records_number", "records_number"),
    ] {
        if let Some(number) = case.data.get(field).and_then(Value::as_i64) {
            put(values, name, &number.to_string());
        }
    }
}

fn instant(sheet: &PaperCase<'_>, case: &Card, field: &str) -> String {
    let at: Option<Timestamp> = case.text(field).parse().ok();
    at.map(|at| show::instant(sheet.words.locale(), at, &sheet.body.zone))
        .unwrap_or_default()
}

/// When it happened: an instant, from one to another, or nothing while it is not known.
fn time(sheet: &PaperCase<'_>, case: &Card) -> String {
    let from = instant(sheet, case, "occurred_at");
    let until = instant(sheet, case, "occurred_until");
    if until.is_empty() {
        from
    } else {
        format!("{from} – {until}")
    }
}

/// Which parts differ from what was sent before, by the names of the fields, and what the sender says of it.
fn supplement(sheet: &PaperCase<'_>, values: &mut Values) {
    let card = sheet.card;
    let version = card.data.get("filing_version").and_then(Value::as_i64).unwrap_or(1);
    values.insert("is_supplement".to_owned(), json!(version > 1));
    if version < 2 {
        return;
    }
    put(values, "supplement_number", &(version - 1).to_string());
    put(values, "supplement_changes", card.text("filing_changes"));
    let content = |name: &str| card.value(name).and_then(Value::as_object);
    let (Some(before), Some(now)) = (content("filing_content_before"), content("filing_content")) else {
        return;
    };
    let about = sheet.cards(card, "filing_about").first().map(|c| c.register.clone());
    let register = sheet.registers.iter().find(|r| Some(r.name) == about.as_deref());
    let changed = now
        .iter()
        .filter(|(name, value)| before.get(*name) != Some(value))
        .map(|(name, _)| name)
        .chain(before.keys().filter(|name| !now.contains_key(*name)));
    let labels: Vec<String> = changed
        .filter(|name| {
            // Links between cards are the office's own.
            let field = register.and_then(|r| r.field(name));
            field.is_none_or(|f| !matches!(f.kind, Kind::Card(_) | Kind::Cards(_)))
        })
        .map(|name| sheet.words.get(&format!("field-{name}")))
        .collect();
    put(values, "supplement_parts", &sheet.join(&labels));
}

/// The number that the recipient gave to the first notice of the same case.
fn first_notice(sheet: &PaperCase<'_>, case: &Card, values: &mut Values) {
    let to = sheet.card.text("filing_to");
    let first = sheet
        .cards(case, "filings")
        .into_iter()
        .find(|f| f.text("filing_kind") == "breach-notice" && f.text("filing_to") == to && f.id != sheet.card.id);
    if let Some(first) = first {
        put(values, "first_number", first.text("filing_received_number"));
        put(values, "first_sent", &instant(sheet, first, "filing_sent_at"));
    }
}
