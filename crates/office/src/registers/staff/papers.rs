//! Papers of employees.

use serde_json::{Value, json};

use crate::kernel::field::Values;
use crate::papers::PaperCase;
use crate::registers::sheet::put;

/// The values of a paper.
pub(super) fn values(sheet: &PaperCase<'_>, paper: &str) -> Values {
    let card = sheet.card;
    let mut values = Values::new();
    let post = sheet
        .cards(card, "post")
        .first()
        .map(|p| p.text("title").to_owned())
        .unwrap_or_default();
    PaperCase::take(
        &mut values,
        card,
        &[("employee_name", "employee_name"), ("unit", "employee_unit")],
    );
    put(&mut values, "employee_post", &post);
    match paper {
        "obligation" => PaperCase::take(&mut values, card, &[("obligation_signed_on", "sign_date")]),
        "acquaintance-sheet" => {
            let fields = [
                ("acquainted_with", "document_title"),
                ("acquainted_version", "document_number"),
            ];
            PaperCase::take(&mut values, card, &fields);
            let mut person = Values::new();
            put(&mut person, "name", card.text("employee_name"));
            put(&mut person, "post", &[post.as_str(), card.text("unit")].join(", "));
            put(&mut person, "date", card.text("acquainted_on"));
            values.insert("people".to_owned(), json!([person]));
        }
        "leaver-checklist" => {
            PaperCase::take(&mut values, card, &[("leaving_on", "leave_date")]);
            let items = super::CHECKS.iter().map(|check| {
                let done = card.data.get(*check).and_then(Value::as_bool) == Some(true);
                json!({ "what": sheet.words.get(&format!("field-{check}")), "done": done })
            });
            values.insert("items".to_owned(), items.collect());
        }
        _ => {}
    }
    values
}
