//! Papers of processing activities.

use serde_json::{Value, json};

use crate::kernel::card::Card;
use crate::kernel::field::Values;
use crate::kernel::field::words_of;
use crate::papers::{PaperCase, term};
use crate::registers::sheet::put;

/// The values of a paper.
pub(super) fn values(sheet: &PaperCase<'_>, paper: &str) -> Values {
    if paper != "order-processing-list" {
        return Values::new();
    }
    let mut values = Values::new();
    PaperCase::take(
        &mut values,
        sheet.card,
        &[("order_number", "doc_number"), ("order_date", "doc_date")],
    );
    values.insert("rows".to_owned(), vec![row(sheet, sheet.card)].into());
    values
}

/// A row of the list of personal data (R12).
pub(in crate::registers) fn row(sheet: &PaperCase<'_>, activity: &Card) -> Value {
    let mut row = Values::new();
    put(&mut row, "purpose", activity.text("purpose"));
    put(&mut row, "subjects", &sheet.joined(activity, "subject_categories"));
    put(&mut row, "data", &sheet.joined(activity, "data_categories"));
    let mut basis = sheet.choices(activity, "bases");
    let norms = activity.value("basis_norms").map(words_of).unwrap_or_default();
    basis.extend(norms.into_iter().map(str::to_owned));
    basis.push(activity.text("norm").to_owned());
    put(&mut row, "basis", &sheet.join(&basis));
    put(&mut row, "systems", activity.text("systems"));
    put(&mut row, "term", &term(sheet.words, activity).unwrap_or_default());
    json!(row)
}
