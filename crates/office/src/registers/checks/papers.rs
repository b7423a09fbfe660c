//! The protocol of a check: who checked what on which ground, every question with what was found, what is wrong, and the
//! measures with their terms.

use serde_json::{Value, json};
use tutela_law::{QuestionList, text_in};

use super::rules::said;
use crate::kernel::card::Card;
use crate::kernel::field::Values;
use crate::papers::PaperCase;
use crate::registers::sheet::put;
use crate::registers::{questions_of_check, read_answers};

/// The values of a paper.
pub(super) fn values(sheet: &PaperCase<'_>, paper: &str) -> Values {
    if paper != "check-protocol" {
        return Values::new();
    }
    let card = sheet.card;
    let mut values = Values::new();
    // A protocol has the number that the head's registry gave it, or none yet.
    values.insert("doc_number".to_owned(), card.text("protocol_number").into());
    PaperCase::take(
        &mut values,
        card,
        &[
            ("protocol_date", "doc_date"),
            ("unit", "checked_unit"),
            ("check_subject", "check_subject"),
            ("checkers", "checkers"),
            ("checked_on", "checked_on"),
            ("approved_on", "approval_date"),
            ("conclusion", "conclusion"),
            ("organiser_name", "responsible_name"),
            ("organiser_post", "responsible_title"),
            ("security_signer_name", "security_name"),
            ("security_signer_post", "security_title"),
            ("kept_until", "kept_until"),
        ],
    );
    for plan in sheet.cards(card, "check_plan") {
        let basis = format!("{} {}", sheet.words.get("register-check-plans-one"), plan.number);
        put(&mut values, "basis", &basis);
    }
    if card.text("check_plan").is_empty() {
        put(&mut values, "basis", card.text("check_basis"));
    }
    let kind = if card.text("check_plan").is_empty() {
        "check-unplanned"
    } else {
        "check-by-plan"
    };
    put(&mut values, "check_kind", &sheet.words.get(kind));
    let Some(list) = questions_of_check(card, sheet.related) else {
        return values;
    };
    let places: Vec<&Card> = sheet
        .cards(card, "check_places")
        .into_iter()
        .filter(|p| p.state != "place-withdrawn")
        .collect();
    let names: Vec<String> = places.iter().map(|p| p.text("place_name").to_owned()).collect();
    put(&mut values, "checked_places", &sheet.join(&names));
    values.insert("questions".to_owned(), questions(sheet, &list, &places).into());
    values.insert("findings".to_owned(), findings(&list, &places).into());
    values.insert("remedies".to_owned(), remedies(sheet, card).into());
    values
}

/// Every question, with what was answered at how many places.
fn questions(sheet: &PaperCase<'_>, list: &QuestionList, places: &[&Card]) -> Vec<Value> {
    let pack = sheet.law.law.pack(sheet.body.country, sheet.today());
    let language = sheet.words.locale().code();
    let row = |question: &tutela_law::Question| {
        let told: Vec<String> = ["yes", "no", "na"]
            .iter()
            .filter_map(|word| {
                let number = places.iter().filter(|p| said(p, &question.id) == Some(*word)).count();
                (number > 0).then(|| format!("{}: {number}", sheet.words.get(&format!("answer-{word}"))))
            })
            .collect();
        let mut ask = text_in(&question.ask, language).to_owned();
        if let Some(cite) = pack.and_then(|p| question.cite(p.id())) {
            ask = format!("{ask} ({cite})");
        }
        json!({ "question": ask, "result": sheet.join(&told) })
    };
    list.questions.iter().map(row).collect()
}

/// Everything that is wrong: where, by which question, and what was seen.
fn findings(list: &QuestionList, places: &[&Card]) -> Vec<Value> {
    let mut rows = Vec::new();
    for (n, question) in list.questions.iter().enumerate() {
        for place in places.iter().filter(|p| said(p, &question.id) == Some("no")) {
            let remark = read_answers(place.text("place_answers"))
                .ok()
                .and_then(|a| a.get(&question.id).map(|a| a.remark.clone()))
                .unwrap_or_default();
            rows.push(json!({ "question": (n + 1).to_string(), "place": place.text("place_name"), "text": remark }));
        }
    }
    rows
}

/// Measures, with terms, who answers for them and how far they are.
fn remedies(sheet: &PaperCase<'_>, card: &Card) -> Vec<Value> {
    let row = |measure: &&Card| {
        let who: Vec<String> = sheet
            .cards(measure, "responsible")
            .into_iter()
            .map(|e| e.text("employee_name").to_owned())
            .filter(|n| !n.is_empty())
            .collect();
        json!({
            "question": measure.data.get("measure_question").map(ToString::to_string).unwrap_or_default(),
            "text": measure.text("measure_text"),
            "until": measure.text("measure_until"),
            "who": sheet.join(&who),
            "state": sheet.words.get(&format!("state-{}", measure.state)),
        })
    };
    let measures = sheet.cards(card, "check_measures");
    measures
        .iter()
        .filter(|m| m.state != "measure-dropped")
        .map(row)
        .collect()
}
