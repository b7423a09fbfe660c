//! What holds for orders.

use serde_json::json;

use crate::error::Refusal;
use crate::kernel::card::Card;
use crate::kernel::field::Values;
use crate::kernel::register::{Case, Opening, Outcome};

/// Which registers an order of a kind approves cards of. None: it approves no cards.
fn approvable(kind: &str) -> &'static [&'static str] {
    match kind {
        "admission-list" => &["posts", "staff"],
        "processing-list" => &["processing"],
        "room-list" => &["rooms"],
        "destruction-order" => &["destructions"],
        "deidentification-order" => &["deidentifications"],
        _ => &[],
    }
}

pub(super) fn draft(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let kind = case.text("order_kind");
    let mut missing = Vec::new();
    if kind == "appointment" {
        // An appointment is a person in a post for a period, not a name in a field.
        for field in ["office", "appointee_name", "appointee_post", "office_from"] {
            if case.text(field).is_empty() {
                missing.push(Refusal::new("refusal-appointment").field(field));
            }
        }
        if let (Some(from), Some(to)) = (case.date("office_from"), case.date("office_to"))
            && to <= from
        {
            missing.push(Refusal::new("refusal-before-start").field("office_to"));
        }
    }
    let approved = case.given_cards("approves");
    let registers = approvable(kind);
    if approved.iter().any(|c| !registers.contains(&c.register.as_str())) {
        missing.push(Refusal::new("refusal-order-kind").field("approves"));
    }
    if matches!(kind, "admission-list" | "processing-list" | "destruction-order") && approved.is_empty() {
        missing.push(Refusal::new("refusal-order-empty").field("approves"));
    }
    let own = case.card.map(|c| c.id.as_str());
    for old in case.given_cards("replaces") {
        if old.state != "in-force" || Some(old.id.as_str()) == own {
            missing.push(Refusal::new("refusal-not-in-force").field("replaces"));
        }
    }
    if let Some(refusal) = Refusal::of(missing) {
        return Err(refusal);
    }
    Ok(super::super::proposal::change(case, super::FIELDS, false, "draft").state("draft"))
}

pub(super) fn sign(case: &Case<'_>) -> Result<Outcome, Refusal> {
    if case.date("order_date").is_some_and(|d| d > case.today()) {
        return Err(Refusal::new("refusal-future").field("order_date"));
    }
    Ok(Outcome::taking_input().state("signed"))
}

pub(super) fn enter(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let Some(card) = case.card else {
        return Err(Refusal::new("refusal-no-page"));
    };
    let from = case.date("in_force_from");
    let dated = card.text("order_date").parse().ok();
    if from < dated {
        return Err(Refusal::new("refusal-before-order").field("in_force_from"));
    }
    if from > Some(case.today()) {
        return Err(Refusal::new("refusal-future").field("in_force_from"));
    }
    let mut row = Values::new();
    row.insert("order_number".to_owned(), card.text("order_number").into());
    row.insert("order_date".to_owned(), card.text("order_date").into());
    let mut outcome = Outcome::taking_input().state("in-force");
    for id in card.cards("approves") {
        outcome = outcome.then(id, "approve", row.clone());
    }
    for old in case.held_cards("replaces") {
        if old.state != "in-force" {
            return Err(Refusal::new("refusal-not-in-force").arg("number", &old.number));
        }
        let mut set = Values::new();
        set.insert("replaced_by".to_owned(), json!(card.id));
        outcome = outcome.follow(&old.id, Some("replaced"), set);
    }
    Ok(designated(case, card, outcome))
}

/// Who is designated for data protection is reported to whom the law in force names, one filing each (R4).
fn designated(case: &Case<'_>, card: &Card, mut outcome: Outcome) -> Outcome {
    let named =
        card.text("order_kind") == "appointment" && matches!(card.text("office"), "organisation" | "protection-unit");
    let report = case.pack().and_then(tutela_law::Pack::designation);
    let Some(report) = report.filter(|_| named) else {
        return outcome;
    };
    for to in &report.recipient {
        let mut values = Values::new();
        values.insert("filing_kind".to_owned(), "designation-letter".into());
        values.insert("filing_to".to_owned(), to.name.clone().into());
        if let Some(through) = &to.through {
            values.insert("filing_through".to_owned(), through.clone().into());
        }
        outcome = outcome.open(Opening::new("filings", "open", values).points_in("filing_about"));
    }
    outcome
}

pub(super) fn cancel(_: &Case<'_>) -> Result<Outcome, Refusal> {
    Ok(Outcome::taking_input().state("cancelled"))
}

pub(super) fn expire(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let over = case
        .of_card("office_to")
        .parse()
        .is_ok_and(|last: jiff::civil::Date| last < case.today());
    if !over {
        return Err(Refusal::new("refusal-day-not-passed"));
    }
    Ok(Outcome::new().state("expired"))
}
