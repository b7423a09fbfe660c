//! The plan of checks of a year.

use serde_json::json;

use super::rules::rows;
use crate::kernel::field::Values;
use crate::papers::PaperCase;

/// The values of a paper.
pub(super) fn values(sheet: &PaperCase<'_>, paper: &str) -> Values {
    if paper != "check-plan" {
        return Values::new();
    }
    let card = sheet.card;
    let mut values = Values::new();
    PaperCase::take(
        &mut values,
        card,
        &[
            ("approved_on", "approval_date"),
            ("organiser_name", "responsible_name"),
            ("organiser_post", "responsible_title"),
            ("security_signer_name", "security_name"),
            ("security_signer_post", "security_title"),
        ],
    );
    if let Some(year) = card.data.get("plan_year") {
        values.insert("plan_year".to_owned(), year.to_string().into());
    }
    let rows = rows(card.text("plan_rows")).unwrap_or_default();
    let rows: Vec<_> = rows
        .iter()
        .map(|r| json!({ "month": format!("{:02}", r.month), "unit": r.unit, "subject": r.subject, "who": r.who }))
        .collect();
    values.insert("plan_checks".to_owned(), rows.into());
    values
}
