//! The permit.

use crate::kernel::field::Values;
use crate::papers::PaperCase;
use crate::registers::sheet::put;

/// The values of a paper.
pub(super) fn values(sheet: &PaperCase<'_>, paper: &str) -> Values {
    if paper != "permit" {
        return Values::new();
    }
    let card = sheet.card;
    let mut values = Values::new();
    put(&mut values, "doc_number", &card.number);
    put(&mut values, "permit_kind", &sheet.joined(card, "permit_kind"));
    PaperCase::take(
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
    values
}
