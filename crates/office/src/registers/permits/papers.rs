//! The permit.

use serde_json::{Map, Value};

use crate::registers::sheet::{Sheet, put};

/// The values of a paper.
pub(in crate::registers) fn values(paper: &str, sheet: &Sheet<'_>) -> Option<Map<String, Value>> {
    if paper != "permit" {
        return None;
    }
    let card = sheet.card;
    let mut values = sheet.begin();
    put(&mut values, "doc_number", &card.number);
    put(&mut values, "permit_kind", &sheet.joined(card, "permit_kind"));
    sheet.take(
        &mut values,
        card,
        &[
            ("permit_for", "object"),
            ("permit_place", "conditions"),
            ("permit_until", "until_date"),
            ("returned_on", "returned_date"),
        ],
    );
    let day = card.created.to_zoned_datetime(sheet.body.zone.clone()).date();
    put(&mut values, "from_date", &day.to_string());
    for employee in sheet.cards(card, "employee") {
        put(&mut values, "employee_name", employee.text("employee_name"));
        for post in sheet.cards(employee, "post") {
            put(&mut values, "employee_post", post.text("title"));
        }
    }
    Some(values)
}
