//! The report upwards: how many answered in each unit, and nobody's name.

use jiff::Timestamp;
use serde_json::{Value, json};
use tutela_papers::Document;
use tutela_words::Locale;

use crate::error::Error;
use crate::kernel::card::Card;
use crate::kernel::field::Values;
use crate::kernel::people::Account;
use crate::office::Office;
use crate::papers::{Format, Wanted};
use crate::registers::sheet::put;

/// The columns of the form for the numbers of a unit, state by state. What was never answered stands with what is overdue.
const COLUMNS: [&str; 8] = [
    "waiting", "overdue", "overdue", "clean", "deleted", "done", "refused", "excused",
];

/// The report as a paper. Each row: a unit, how many were sent to it, its numbers by state.
pub(crate) async fn campaign_report<'a>(
    office: &Office,
    account: &Account,
    now: Timestamp,
    campaign: &Card,
    (locale, format): (Locale, Format),
    rows: impl Iterator<Item = (&'a str, i64, &'a [i64])>,
) -> Result<Document, Error> {
    let mut values = Values::new();
    for (name, field) in [
        ("campaign_title", "title"),
        ("from_date", "campaign_from"),
        ("until_date", "campaign_until"),
    ] {
        put(&mut values, name, campaign.text(field));
    }
    let kind = office
        .words(locale)
        .get(&format!("choice-{}", campaign.text("campaign_kind")));
    put(&mut values, "campaign_kind", &kind);
    let rows: Vec<Value> = rows
        .map(|(unit, all, numbers)| {
            let mut row = json!({ "name": unit, "all": all });
            for (column, number) in COLUMNS.iter().zip(numbers) {
                let before = row.get(*column).and_then(Value::as_i64).unwrap_or_default();
                row[*column] = (before + number).into();
            }
            row
        })
        .collect();
    values.insert("units".to_owned(), rows.into());
    let wanted = Wanted {
        card: &campaign.id,
        form: "campaign-report",
        locale,
        purpose: "",
        format,
    };
    office.counted_paper(account, now, &wanted, values).await
}
