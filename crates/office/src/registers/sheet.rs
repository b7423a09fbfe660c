//! What a paper is filled from: the body, a card and the cards around it, in the language of the body. The values have the
//! names of the fields of the forms; what is not known is left out, and the form shows the gap.

use serde_json::{Map, Value, json};
use tutela_words::Words;

use crate::error::{Error, Refusal};
use crate::kernel::body::Body;
use crate::kernel::card::{Card, Personal};
use crate::kernel::field::{Kind, words_of};
use crate::kernel::record::{Actor, load_card};
use crate::office::Office;

/// What a paper is filled from.
#[derive(Debug)]
pub struct Sheet<'a> {
    /// The body.
    pub body: &'a Body,
    /// The card, opened.
    pub card: &'a Card,
    /// The cards that it points to, opened, and those that they point to, closed.
    pub related: &'a [Card],
    /// The texts of the paper's language.
    pub words: &'a Words,
}

impl Office {
    /// The values of a paper that an operation of the card's register names. The card and those it points to are opened for
    /// the purpose, and every look is recorded.
    pub async fn paper_values(
        &self,
        actor: &Actor,
        now: jiff::Timestamp,
        (id, paper): (&str, &str),
        purpose: &str,
    ) -> Result<Map<String, Value>, Error> {
        let no_page = || Refusal::new("refusal-no-page");
        let body = self.body(&actor.body).await?.ok_or_else(no_page)?;
        let card = self.open_card(actor, now, id, purpose).await?;
        let register = self.register(&card.register).ok_or_else(no_page)?;
        if !register.operations.iter().any(|o| o.papers.contains(&paper)) {
            return Err(no_page().into());
        }
        let mut related = Vec::new();
        for near in self.pointed_to(&card).await? {
            let near = match near.personal {
                Personal::Closed => self.open_card(actor, now, &near.id, purpose).await?,
                _ => near,
            };
            for far in self.pointed_to(&near).await? {
                if far.id != card.id && !related.iter().any(|r: &Card| r.id == far.id) {
                    related.push(far);
                }
            }
            related.retain(|r| r.id != near.id);
            related.push(near);
        }
        let sheet = Sheet {
            body: &body,
            card: &card,
            related: &related,
            words: self.words(body.locale),
        };
        super::paper_values(&card.register, paper, &sheet).ok_or_else(|| no_page().into())
    }

    /// The cards that a card points to, closed.
    async fn pointed_to(&self, card: &Card) -> Result<Vec<Card>, Error> {
        let Some(register) = self.register(&card.register) else {
            return Ok(Vec::new());
        };
        let mut connection = self.db.read().acquire().await?;
        let mut all: Vec<Card> = Vec::new();
        for (name, value) in &card.data {
            if !register
                .field(name)
                .is_some_and(|f| matches!(f.kind, Kind::Card(_) | Kind::Cards(_)))
            {
                continue;
            }
            for id in words_of(value) {
                if all.iter().any(|c| c.id == id) {
                    continue;
                }
                all.extend(load_card(&mut connection, &card.body, id).await?);
            }
        }
        Ok(all)
    }
}

impl Sheet<'_> {
    /// A new paper with what every paper has: the body and its head.
    pub(super) fn begin(&self) -> Map<String, Value> {
        let mut values = Map::new();
        values.insert("body_name".to_owned(), json!(self.body.name));
        let details = [
            ("body_address", "address"),
            ("body_ids", "registration"),
            ("place", "place"),
            ("head_title", "head_title"),
            ("head_name", "head"),
        ];
        for (name, detail) in details {
            put(&mut values, name, self.body.detail(detail));
        }
        values
    }

    /// Takes fields of a card over under the names of the form.
    pub(super) fn take(&self, values: &mut Map<String, Value>, card: &Card, fields: &[(&str, &str)]) {
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

    /// The storage term of an activity in words.
    pub(super) fn term(&self, activity: &Card) -> String {
        let Some(length) = activity.data.get("keep_length").and_then(Value::as_i64) else {
            return String::new();
        };
        let from = self.joined(activity, "keep_from");
        if length == 0 {
            return from;
        }
        format!("{from}: {length} {}", self.joined(activity, "keep_unit"))
    }
}

/// Puts a text in, if there is one.
pub(super) fn put(values: &mut Map<String, Value>, name: &str, text: &str) {
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
