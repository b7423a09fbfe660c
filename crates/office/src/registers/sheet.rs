//! What papers are filled from beside what the office says of every card: fields of other cards under the names of the
//! forms. What is not known is left out, and the form shows the gap.

use serde_json::{Value, json};

use crate::kernel::card::Card;
use crate::kernel::field::{Values, words_of};
use crate::papers::PaperCase;

impl PaperCase<'_> {
    /// Takes fields of a card over under the names of the form.
    pub(super) fn take(values: &mut Values, card: &Card, fields: &[(&str, &str)]) {
        for (own, name) in fields {
            put(values, name, card.text(own));
        }
    }

    /// The day of an instant of the card, where the body is.
    pub(super) fn day(&self, card: &Card, field: &str) -> String {
        let at: Option<jiff::Timestamp> = card.text(field).parse().ok();
        at.map(|t| t.to_zoned_datetime(self.body.zone.clone()).date().to_string())
            .unwrap_or_default()
    }

    /// The related cards that a field of a card points to.
    pub(super) fn cards(&self, card: &Card, field: &str) -> Vec<&Card> {
        let ids = card.cards(field);
        self.related.iter().filter(|c| ids.contains(&c.id.as_str())).collect()
    }

    /// Words of a choice as a user reads them.
    pub(super) fn choices(&self, card: &Card, field: &str) -> Vec<String> {
        let words = card.value(field).map(words_of).unwrap_or_default();
        words
            .into_iter()
            .map(|w| self.words.get(&format!("choice-{w}")))
            .collect()
    }

    /// The same, joined.
    pub(super) fn joined(&self, card: &Card, field: &str) -> String {
        self.join(&self.choices(card, field))
    }

    /// Texts joined as the language does.
    pub(super) fn join(&self, texts: &[String]) -> String {
        texts.join(&self.words.get("list-separator"))
    }
}

/// Puts a text in, if there is one.
pub(super) fn put(values: &mut Values, name: &str, text: &str) {
    if !text.trim().is_empty() {
        values.insert(name.to_owned(), json!(text));
    }
}

/// Lines of a text as rows with one field each.
pub(super) fn lines(text: &str, field: &str) -> Vec<Value> {
    text.lines()
        .map(str::trim)
        .filter(|l| !l.is_empty())
        .map(|line| {
            // A name and a post on one line, as offices write them.
            match line.split_once([',', '，', ';']) {
                Some((name, post)) => json!({ field: name.trim(), "post": post.trim() }),
                None => json!({ field: line }),
            }
        })
        .collect()
}
