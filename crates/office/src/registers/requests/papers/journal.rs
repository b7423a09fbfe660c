//! The journal of requests as a paper (R60, R62): numbered rows, each with its place in the tamper-evident journal.

use serde_json::Value;

use super::{applicant, choice, day, put};
use crate::kernel::field::Values;
use crate::papers::{PaperCase, Seen};

pub(super) fn values(case: &PaperCase<'_>, values: &mut Values) {
    let rows: Vec<Value> = case.seen.iter().map(|s| Value::Object(row(case, s))).collect();
    let first = case.seen.first().and_then(|s| day(case, s.text("received_at")));
    put(values, "started", first.unwrap_or_default());
    put(values, "ended", case.today().to_string());
    put(values, "entries", Value::Array(rows));
    let checkpoint = case.checkpoint;
    put(
        values,
        "checkpoint",
        format!("{} · {}", checkpoint.size, checkpoint.root),
    );
    for (form, detail) in [
        ("inventory_number", "requests_inventory_number"),
        ("file_index", "requests_file_index"),
    ] {
        put(values, form, case.body.detail(detail));
    }
}

fn row(case: &PaperCase<'_>, seen: &Seen) -> Values {
    let mut row = Values::new();
    put(&mut row, "number", seen.card.number.as_str());
    put(
        &mut row,
        "date",
        day(case, seen.text("received_at")).unwrap_or_default(),
    );
    put(&mut row, "channel", choice(case, seen.text("channel")));
    let mut who = applicant(seen.text("subject_name"), seen.text("authority_name")).to_owned();
    for part in ["representative_name", "representative_authority"] {
        if !seen.text(part).is_empty() {
            who = format!("{who}, {}", seen.text(part));
        }
    }
    put(&mut row, "applicant", who);
    put(&mut row, "kind", choice(case, seen.text("request_kind")));
    put(&mut row, "summary", seen.text("request_text"));
    let state = case.words.get(&format!("state-{}", seen.card.state));
    let decided = ["answered_at", "refused_at"]
        .iter()
        .find_map(|f| day(case, seen.text(f)));
    let mut answer = decided.map_or_else(|| state.clone(), |d| format!("{d}, {state}"));
    if !seen.text("refusal_norm").is_empty() {
        answer = format!("{answer}: {}", seen.text("refusal_norm"));
    }
    put(&mut row, "answer", answer);
    put(
        &mut row,
        "third_parties",
        day(case, seen.text("told_at")).unwrap_or_default(),
    );
    if let Some(mark) = seen.mark {
        put(&mut row, "proof", mark.to_string());
    }
    row
}
