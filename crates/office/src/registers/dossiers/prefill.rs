//! Answers that the office knows already: nobody types again what the card of the activity or the body says.

use std::sync::OnceLock;

use serde_json::{Value, json};
use tutela_law::dossier::{Dossier, Questions};
use tutela_words::{Locale, Words};

use crate::kernel::body::Body;
use crate::kernel::body::keep::details_on_forms;
use crate::kernel::card::Card;
use crate::kernel::field::{Values, words_of};
use crate::papers::term;

/// Where an answer comes from that the office gave.
pub(super) const FROM_CARD: &str = "card";

/// Texts in the language of the papers of a body. A rule reads no store, and these are part of the program.
pub(super) fn words(locale: Locale) -> &'static Words {
    static ALL: OnceLock<Vec<Words>> = OnceLock::new();
    let all = ALL.get_or_init(|| Locale::ALL.iter().map(|l| Words::new(*l)).collect());
    all.iter().find(|w| w.locale() == locale).unwrap_or(&all[0])
}

/// What an activity and its body say to a question.
fn known(source: &str, body: &Body, activity: &Card) -> String {
    let words = words(body.locale);
    let choices = |field: &str| {
        let texts: Vec<_> = activity
            .value(field)
            .map(words_of)
            .unwrap_or_default()
            .into_iter()
            .map(|w| words.get(&format!("choice-{w}")))
            .collect();
        texts.join(&words.get("list-separator"))
    };
    let joined = |all: Vec<String>| {
        let all: Vec<_> = all.into_iter().filter(|t| !t.trim().is_empty()).collect();
        all.join("\n")
    };
    match source {
        "body" => body.name.clone(),
        "body-contact" => {
            let said = details_on_forms(body);
            let text = |name: &str| said.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
            joined(["body_address", "body_ids", "body_contact"].map(text).to_vec())
        }
        "data" => choices("data_categories"),
        "subjects" => choices("subject_categories"),
        "bases" => {
            let norms = activity
                .value("basis_norms")
                .map(words_of)
                .unwrap_or_default()
                .join("; ");
            joined(vec![choices("bases"), norms, activity.text("norm").to_owned()])
        }
        "term" => term(words, activity).unwrap_or_default(),
        "started" => activity.text("started_on").to_owned(),
        "states" => activity.text("abroad_states").to_owned(),
        "abroad-from" => activity.text("abroad_from").to_owned(),
        "purpose" | "recipients" | "processors" | "systems" | "measures" => activity.text(source).to_owned(),
        _ => String::new(),
    }
}

/// Puts what is known beside what was answered: an answer by hand stays, one that came from the card follows the card.
pub(super) fn fill(answers: &mut Values, dossier: &Dossier, set: &str, body: &Body, activity: &Card) {
    let questions = Questions::embedded();
    for asked in dossier.asked() {
        let Some(source) = questions.question(&asked.id).and_then(|q| q.prefill.as_deref()) else {
            continue;
        };
        let by_hand = answers
            .get(&asked.id)
            .is_some_and(|a| a.get("by").and_then(Value::as_str) != Some(FROM_CARD));
        if by_hand {
            continue;
        }
        let text = known(source, body, activity);
        if text.trim().is_empty() {
            answers.remove(&asked.id);
        } else {
            answers.insert(asked.id.clone(), json!({ "text": text, "set": set, "by": FROM_CARD }));
        }
    }
}
