//! What is told of a dossier: on its page and in its papers, from the questions of the law that it was answered under.

use serde_json::{Value, json};
use tutela_law::dossier::{Answer, Questions, Texts};
use tutela_words::{Locale, Words};

use super::answers::{self, Sheet};
use crate::kernel::card::Card;
use crate::kernel::field::{Values, words_of};
use crate::papers::PaperCase;
use crate::registers::sheet::put;

/// A text in a language; empty where it has none.
pub(super) fn of(texts: &Texts, locale: Locale) -> &str {
    texts.get(locale.code()).map_or("", String::as_str)
}

/// A question or fact as a user reads it.
pub(super) fn question(id: &str, locale: Locale) -> String {
    let questions = Questions::embedded();
    let ask = questions
        .question(id)
        .map(|q| &q.ask)
        .or_else(|| questions.fact(id).map(|f| &f.ask));
    ask.map_or_else(|| id.to_owned(), |texts| of(texts, locale).to_owned())
}

/// An answer as a user reads it: a choice in words, a date as the language writes it.
pub(super) fn answer(words: &Words, id: &str, text: &str) -> String {
    let questions = Questions::embedded();
    let locale = words.locale();
    if questions.fact(id).is_some() {
        return match text {
            "yes" => words.get("word-yes"),
            "no" => words.get("word-no"),
            other => other.to_owned(),
        };
    }
    match questions.question(id) {
        Some(q) if q.kind == Answer::Choice => {
            let option = q.option.iter().find(|o| o.get("id").is_some_and(|o| o == text));
            option.map_or_else(|| text.to_owned(), |o| of(o, locale).to_owned())
        }
        Some(q) if q.kind == Answer::Date => text
            .parse()
            .map_or_else(|_| text.to_owned(), |d| crate::show::date(locale, d)),
        _ => text.to_owned(),
    }
}

fn text<'a>(row: &'a Value, name: &str) -> &'a str {
    row.get(name).and_then(Value::as_str).unwrap_or("")
}

fn product(row: &Value, likely: &str, severe: &str) -> String {
    let number = |name: &str| row.get(name).and_then(Value::as_i64).unwrap_or(0);
    let (likely, severe) = (number(likely), number(severe));
    format!("{likely} × {severe} = {}", likely * severe)
}

/// How a value is shown on the card where the general way would show bare names of questions or rows. Empty: not at all.
pub(crate) fn told(words: &Words, register: &str, field: &str, value: &Value) -> Option<String> {
    if register != "dossiers" {
        return None;
    }
    let locale = words.locale();
    let rows = || value.as_array().map(Vec::as_slice).unwrap_or_default();
    let lines = match field {
        "covered" | "pia_rest" => Vec::new(),
        "facts_missing" | "answers_missing" => words_of(value).into_iter().map(|id| question(id, locale)).collect(),
        "changed_since" => words_of(value).into_iter().map(|word| changed(words, word)).collect(),
        "answers" => {
            let all = value.as_object()?;
            all.iter()
                .map(|(id, a)| format!("{}: {}", question(id, locale), answer(words, id, text(a, "text"))))
                .collect()
        }
        "risks" => rows().iter().map(|r| risk(words, r)).collect(),
        "opinions" => rows()
            .iter()
            .map(|o| {
                let choice = |name: &str| words.get(&format!("choice-{}", text(o, name)));
                format!("{}: {} · {}", choice("of"), choice("opinion"), text(o, "text"))
            })
            .collect(),
        _ => return None,
    };
    Some(lines.join("\n"))
}

/// What has changed: a field of the activity, or something about the body.
fn changed(words: &Words, word: &str) -> String {
    let field = format!("field-{word}");
    if words.has(&field) {
        words.get(&field)
    } else {
        words.get(&format!("choice-{word}"))
    }
}

fn risk(words: &Words, row: &Value) -> String {
    let n = row.get("n").and_then(Value::as_i64).unwrap_or(0);
    let mut parts = vec![
        format!(
            "{n}. {}: {}",
            words.get(&format!("choice-{}", text(row, "kind"))),
            text(row, "what")
        ),
        format!(
            "{} → {}",
            product(row, "likelihood_before", "severity_before"),
            product(row, "likelihood_after", "severity_after")
        ),
        text(row, "measure").to_owned(),
        text(row, "owner").to_owned(),
        text(row, "by").to_owned(),
    ];
    if !text(row, "done_on").is_empty() {
        parts.push(format!(
            "{}: {}",
            words.get("field-measure_done_on"),
            text(row, "done_on")
        ));
    }
    parts.retain(|p| !p.trim().is_empty());
    parts.join(" · ")
}

/// A measure with who takes it and by when.
fn measure_of(row: &Value) -> String {
    let mut parts = vec![text(row, "measure"), text(row, "owner"), text(row, "by")];
    parts.retain(|p| !p.is_empty());
    parts.join("; ")
}

/// The activity of the dossier on a paper.
fn activity<'a>(sheet: &PaperCase<'a>) -> Option<&'a Card> {
    let id = sheet.card.text(super::ACTIVITY.name);
    sheet.related.iter().find(|c| c.id == id)
}

/// The values of a paper.
pub(super) fn values(paper: &PaperCase<'_>, form: &str) -> Values {
    let mut values = Values::new();
    let answers = answers::held(Some(paper.card));
    let locale = paper.words.locale();
    let on = paper.today();
    let pack = paper.law.law.pack(paper.body.country, on);
    let kind = paper.card.text("dossier_kind");
    let Some(sheet) = Sheet::new(pack, kind, on, (paper.body, activity(paper)), &answers) else {
        return values;
    };
    let official = match form {
        "dossier-change" => sheet.dossier.change_form.as_deref(),
        _ => sheet.dossier.form.as_deref(),
    };
    put(&mut values, "official_form", official.unwrap_or(""));
    put(
        &mut values,
        "dossier_title",
        &paper.words.get(&format!("choice-{kind}")),
    );
    put(&mut values, "dossier_norm", &sheet.dossier.cite);
    // A statement to be confirmed is told as one.
    let open = sheet.dossier.mark == tutela_law::Mark::Check;
    values.insert("to_be_confirmed".to_owned(), open.into());
    values.insert("of_transfer".to_owned(), (kind == "dossier-transfer").into());
    values.insert(
        "sensitive".to_owned(),
        (sheet.known.holds("sensitive") == Some(true)).into(),
    );
    let to = sheet.dossier.recipient.first();
    put(&mut values, "recipient_name", to.map_or("", |r| &r.name));
    let copies: Vec<Value> = sheet
        .dossier
        .recipient
        .iter()
        .map(|r| {
            let through = r.through.as_ref().map(|t| format!(" ({t})")).unwrap_or_default();
            json!({ "text": format!("{}{through}", r.name) })
        })
        .collect();
    values.insert("copies_to".to_owned(), copies.into());

    let of = |id: &str| answer(paper.words, id, answers::text(&answers, id));
    for (id, field) in [
        ("controller", "body_name"),
        ("controller-contact", "body_address"),
        ("unit", "unit_name"),
        ("officer", "responsible_name"),
        ("purpose", "purpose"),
        ("measures", "measures"),
        ("harm-level", "harm_level"),
        ("harm-reason", "reason"),
        ("assessors", "assessors"),
        ("annexes", "annexes"),
    ] {
        put(&mut values, field, &of(id));
    }
    put(&mut values, "assessed_date", answers::text(&answers, "assessed-on"));
    if let Some(changes) = paper.card.value("changed_since") {
        let rows = words_of(changes)
            .into_iter()
            .map(|w| json!({ "what": changed(paper.words, w) }));
        values.insert("changes".to_owned(), rows.collect());
    }
    values.insert("report".to_owned(), report(paper, &sheet, &answers, locale).into());
    let rows = paper
        .card
        .value("risks")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    let rows: Vec<Value> = rows
        .iter()
        .map(|r| {
            json!({
                "kind": paper.words.get(&format!("choice-{}", text(r, "kind"))),
                "what": text(r, "what"),
                "source": text(r, "source"),
                "before": product(r, "likelihood_before", "severity_before"),
                "measure": measure_of(r),
                "after": product(r, "likelihood_after", "severity_after"),
            })
        })
        .collect();
    if !rows.is_empty() {
        values.insert("risk_rows".to_owned(), rows.into());
    }
    let rows = paper
        .card
        .value("opinions")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    let rows: Vec<Value> = rows
        .iter()
        .map(|o| {
            let choice = |name: &str| paper.words.get(&format!("choice-{}", text(o, name)));
            json!({ "who": choice("of"), "is": choice("opinion"), "content": text(o, "text"), "date": text(o, "on") })
        })
        .collect();
    if !rows.is_empty() {
        values.insert("opinion_rows".to_owned(), rows.into());
    }
    PaperCase::take(
        &mut values,
        paper.card,
        &[("approved_on", "approval_date"), ("decision_number", "order_number")],
    );
    values
}

/// Sections and questions as rows: what is not answered stands as a gap.
fn report(paper: &PaperCase<'_>, sheet: &Sheet<'_>, answers: &Values, locale: Locale) -> Vec<Value> {
    let questions = Questions::embedded();
    let mut rows = Vec::new();
    for section in &sheet.dossier.section {
        let title = questions.section.get(&section.name).map_or("", |t| of(t, locale));
        let mut own = Vec::new();
        for asked in &section.ask {
            if sheet.stands(asked) == answers::Answered::NotAsked {
                continue;
            }
            let text = answers::text(answers, &asked.id);
            if text.is_empty() && asked.optional {
                continue;
            }
            let mut row = Values::new();
            put(&mut row, "question", &question(&asked.id, locale));
            put(
                &mut row,
                "article",
                asked.cite.as_deref().unwrap_or(&sheet.dossier.cite),
            );
            put(&mut row, "answer", &answer(paper.words, &asked.id, text));
            own.push(json!(row));
        }
        if !own.is_empty() {
            rows.push(json!({ "section": title }));
            rows.extend(own);
        }
    }
    rows
}
