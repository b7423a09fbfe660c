//! The act on destruction, with what the order of the regulator asks of it: who, what, in which system or on which media, how,
//! why and when.

use serde_json::{Value, json};

use crate::kernel::field::Values;
use crate::papers::PaperCase;
use crate::registers::sheet::{lines, put};

/// The values of a paper.
pub(super) fn values(sheet: &PaperCase<'_>, paper: &str) -> Values {
    if paper != "destruction-act" {
        return Values::new();
    }
    let card = sheet.card;
    let mut values = Values::new();
    put(&mut values, "doc_number", &card.number);
    put(&mut values, "reason", &sheet.joined(card, "destruction_reason"));
    PaperCase::take(
        &mut values,
        card,
        &[
            ("order_date", "approval_date"),
            ("system_name", "systems"),
            ("certificate_number", "certificate"),
        ],
    );
    let order = [card.text("order_number"), card.text("order_date")].join(" · ");
    if !card.text("order_number").is_empty() {
        put(&mut values, "basis", &order);
    }
    put(&mut values, "destroyed_date", &sheet.day(card, "executed_at"));
    // A record is named by its number: the act is kept for years after the person is no longer known here.
    let mut subjects: Vec<String> = Vec::new();
    for field in ["records", "records_about"] {
        for record in sheet.cards(card, field) {
            let register = sheet.words.get(&format!("register-{}-one", record.register));
            subjects.push(format!("{register} {}", record.number));
        }
    }
    subjects.extend(card.text("outside_set").lines().map(str::to_owned));
    put(&mut values, "subjects", &sheet.join(&subjects));
    let mut activities = sheet.cards(card, "activities");
    for record in sheet.cards(card, "records") {
        activities.extend(sheet.cards(record, "processing"));
    }
    let mut categories: Vec<String> = Vec::new();
    for category in activities.iter().flat_map(|a| sheet.choices(a, "data_categories")) {
        if !categories.contains(&category) {
            categories.push(category);
        }
    }
    put(&mut values, "data_categories", &sheet.join(&categories));
    let mut methods: Vec<String> = Vec::new();
    for method in ["method_paper", "method_disk", "method_database", "method_backup"] {
        let said = sheet.choices(card, method);
        methods.extend(
            said.into_iter()
                .map(|m| format!("{}: {m}", sheet.words.get(&format!("field-{method}")))),
        );
    }
    put(&mut values, "method", &methods.join("\n"));
    let mut media: Vec<Value> = Vec::new();
    if let Some(sheets) = card.data.get("sheets").and_then(Value::as_i64) {
        media.push(json!({ "name": sheet.words.get("choice-carrier-paper"), "sheets": sheets.to_string() }));
    }
    for number in card
        .text("media_numbers")
        .lines()
        .map(str::trim)
        .filter(|l| !l.is_empty())
    {
        media.push(json!({ "name": sheet.words.get("choice-carrier-disk"), "number": number }));
    }
    if !media.is_empty() {
        values.insert("media".to_owned(), media.into());
    }
    let who = if card.text("executors").is_empty() {
        "commission"
    } else {
        "executors"
    };
    values.insert("commission".to_owned(), lines(card.text(who), "name").into());
    values
}
