//! Papers of consents.

use serde_json::json;

use crate::kernel::card::Card;
use crate::kernel::field::Values;
use crate::papers::{PaperCase, term};
use crate::registers::sheet::put;

/// The values of a paper.
pub(super) fn values(sheet: &PaperCase<'_>, paper: &str) -> Values {
    let card = sheet.card;
    let mut values = Values::new();
    match paper {
        "consent" => {
            PaperCase::take(
                &mut values,
                card,
                &[
                    ("subject_name", "subject_name"),
                    ("subject_document", "subject_document"),
                    ("subject_document_issued", "subject_document_issuer"),
                    ("subject_address", "subject_address"),
                    ("representative_name", "rep_name"),
                    ("representative_authority", "rep_authority"),
                    ("representative_address", "rep_address"),
                    ("representative_document", "rep_document"),
                    ("given_on", "sign_date"),
                    ("given_on", "received_date"),
                    ("expires_on", "term"),
                ],
            );
            let activities = sheet.cards(card, "processing");
            put(
                &mut values,
                "purpose",
                &each(&activities, |a| a.text("purpose").to_owned()),
            );
            let mut kinds: Vec<String> = Vec::new();
            for kind in activities.iter().flat_map(|a| sheet.choices(a, "data_categories")) {
                if !kinds.contains(&kind) {
                    kinds.push(kind);
                }
            }
            values.insert("data".to_owned(), kinds.iter().map(|k| json!({ "text": k })).collect());
            let sensitive = activities.iter().any(|a| !a.cards("sensitive_categories").is_empty());
            values.insert("sensitive".to_owned(), sensitive.into());
            put(
                &mut values,
                "processor",
                &each(&activities, |a| a.text("processors").to_owned()),
            );
            put(
                &mut values,
                "recipients",
                &each(&activities, |a| a.text("recipients").to_owned()),
            );
            if card.text("expires_on").is_empty() {
                put(
                    &mut values,
                    "term",
                    &each(&activities, |a| term(sheet.words, a).unwrap_or_default()),
                );
            }
        }
        "withdrawal-confirmation" => {
            PaperCase::take(
                &mut values,
                card,
                &[
                    ("subject_name", "applicant_name"),
                    ("subject_address", "applicant_address"),
                    ("given_on", "consent_date"),
                ],
            );
            put(&mut values, "withdrawal_date", &sheet.day(card, "withdrawn_at"));
            put(&mut values, "stopped_date", &sheet.day(card, "withdrawn_at"));
            let part = sheet.cards(card, "withdrawn_processing");
            let stopped = if part.is_empty() {
                sheet.cards(card, "processing")
            } else {
                part
            };
            put(
                &mut values,
                "purpose",
                &each(&stopped, |a| a.text("purpose").to_owned()),
            );
            let remaining = sheet.cards(card, "remaining");
            let bases = each(&remaining, |a| {
                format!("{} ({})", a.text("title"), sheet.joined(a, "bases"))
            });
            put(&mut values, "other_bases", &bases);
        }
        _ => {}
    }
    values
}

/// What activities say, each thing once, one in a line.
fn each(activities: &[&Card], of: impl Fn(&Card) -> String) -> String {
    let mut all: Vec<String> = Vec::new();
    for activity in activities {
        let text = of(activity);
        if !text.trim().is_empty() && !all.contains(&text) {
            all.push(text);
        }
    }
    all.join("\n")
}
