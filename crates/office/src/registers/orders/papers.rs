//! Papers of orders.

use serde_json::{Value, json};

use crate::kernel::field::Values;
use crate::papers::PaperCase;
use crate::registers::sheet::put;

/// The values of a paper.
pub(super) fn values(sheet: &PaperCase<'_>, paper: &str) -> Values {
    let mut values = Values::new();
    PaperCase::take(
        &mut values,
        sheet.card,
        &[
            ("order_number", "doc_number"),
            ("order_date", "doc_date"),
            ("order_subject", "basis"),
            ("signatory_post", "head_title"),
            ("signatory_name", "head_name"),
        ],
    );
    if let Some(old) = sheet.cards(sheet.card, "replaces").first() {
        let of = [old.text("order_number"), old.text("order_date")].join(" · ");
        put(&mut values, "replaces", &of);
    }
    match paper {
        "order-appointment" => appointment(sheet, &mut values),
        "order-admission" => {
            values.insert("posts".to_owned(), admitted(sheet).into());
        }
        "order-processing-list" => {
            let activities = sheet.cards(sheet.card, "approves");
            let rows = activities.iter().map(|a| crate::registers::sheet_row(sheet, a));
            values.insert("rows".to_owned(), rows.collect());
        }
        "designation-letter" => {
            PaperCase::take(
                &mut values,
                sheet.card,
                &[
                    ("order_number", "order_number"),
                    ("order_date", "order_date"),
                    ("appointee_name", "responsible_name"),
                    ("appointee_post", "responsible_title"),
                ],
            );
        }
        _ => {}
    }
    values
}

fn appointment(sheet: &PaperCase<'_>, values: &mut Values) {
    let (name, title) = match sheet.card.text("office") {
        "security" => ("security_name", "security_title"),
        "protection-unit" => ("unit_name", "unit_title"),
        _ => ("responsible_name", "responsible_title"),
    };
    let fields = [
        ("appointee_name", name),
        ("appointee_post", title),
        ("office_from", "from_date"),
        ("office_to", "to_date"),
    ];
    PaperCase::take(values, sheet.card, &fields);
}

/// Posts of the list, each with the persons in it.
fn admitted(sheet: &PaperCase<'_>) -> Vec<Value> {
    let approved = sheet.cards(sheet.card, "approves");
    let mut rows = Vec::new();
    let named: Vec<_> = approved.iter().filter(|c| c.register == "staff").collect();
    for person in &named {
        for post in sheet.cards(person, "post") {
            rows.push(row(
                sheet,
                post,
                person.text("employee_name"),
                person.text("admitted_on"),
            ));
        }
    }
    for post in approved.iter().filter(|c| c.register == "posts") {
        if !named.iter().any(|p| p.text("post") == post.id) {
            rows.push(row(sheet, post, "", ""));
        }
    }
    rows
}

fn row(sheet: &PaperCase<'_>, post: &crate::kernel::card::Card, name: &str, from: &str) -> Value {
    let data: Vec<String> = sheet
        .cards(post, "allowed_processing")
        .iter()
        .map(|a| a.text("title").to_owned())
        .collect();
    let mut row = Values::new();
    put(&mut row, "post", post.text("title"));
    put(&mut row, "name", name);
    put(&mut row, "data", &sheet.join(&data));
    put(&mut row, "rooms", post.text("allowed_rooms"));
    put(&mut row, "from", from);
    json!(row)
}
