//! What a form shows of other cards: everything that was found about one person, or a register as a whole.
//!
//! Each of these cards is opened for the purpose and recorded, like every other look.

use jiff::Timestamp;
use serde_json::Value;
use sqlx::Row;

use crate::error::{Error, Refusal};
use crate::kernel::card::Card;
use crate::kernel::field::Values;
use crate::kernel::record::{Actor, CARD_COLUMNS, card_from_row, load_card};
use crate::kernel::seen::{Subject, seen_by};
use crate::office::Office;

/// Forms for one person that show what is held: the field of the card that points to it. Other people are masked in it.
const FOR_PERSON: &[(&str, &str)] = &[("request-answer", "found")];
/// Forms that show a register: everything of the year of the card.
const WHOLE: &[&str] = &["requests-journal"];
/// Most cards that one paper shows.
const MOST: i64 = 2_000;

/// Another card as a form shows it.
pub struct Seen {
    /// The card, its personal fields closed.
    pub card: Card,
    /// What may be shown of it.
    pub values: Values,
    /// The place in the journal of what made it.
    pub mark: Option<i64>,
}

impl std::fmt::Debug for Seen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Seen")
            .field("card", &self.card.id)
            .finish_non_exhaustive()
    }
}

impl Office {
    /// The other cards that a form shows.
    pub(super) async fn seen_by_form(
        &self,
        actor: &Actor,
        now: Timestamp,
        (form, purpose): (&str, &str),
        card: &Card,
    ) -> Result<Vec<Seen>, Error> {
        if let Some((_, field)) = FOR_PERSON.iter().find(|(name, _)| *name == form) {
            return self.seen_by_person(actor, now, purpose, card, field).await;
        }
        if WHOLE.contains(&form) {
            return self.seen_whole(actor, now, purpose, card).await;
        }
        Ok(Vec::new())
    }

    async fn seen_by_person(
        &self,
        actor: &Actor,
        now: Timestamp,
        purpose: &str,
        card: &Card,
        field: &str,
    ) -> Result<Vec<Seen>, Error> {
        let subject = Subject::new(card.text("subject_name"), &[card.text("subject_document")]);
        let mut all = Vec::new();
        for id in card.cards(field) {
            let closed = self.closed(actor, id).await?;
            let Some(register) = closed.as_ref().and_then(|c| self.register(&c.register)) else {
                continue;
            };
            let opened = self.open_card(actor, now, id, purpose).await?;
            all.push(Seen {
                values: seen_by(register, &opened, &subject, self.engine()),
                mark: self.mark(id).await?,
                card: closed.unwrap_or(opened),
            });
        }
        Ok(all)
    }

    /// The cards of the card's register and year, oldest first, with their personal fields.
    async fn seen_whole(&self, actor: &Actor, now: Timestamp, purpose: &str, card: &Card) -> Result<Vec<Seen>, Error> {
        let year = card.number.split('-').next().unwrap_or_default();
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT {CARD_COLUMNS} FROM card c LEFT JOIN vault_record v ON v.card = c.id \
             WHERE c.body = $1 AND c.register = $2 AND c.number LIKE $3 ORDER BY c.id LIMIT $4"
        )))
        .bind(&actor.body)
        .bind(&card.register)
        .bind(format!("{year}-%"))
        .bind(MOST + 1)
        .fetch_all(self.db.read())
        .await?;
        // A paper that shows less than all would not say so on its sheets.
        if i64::try_from(rows.len()).unwrap_or(i64::MAX) > MOST {
            return Err(Refusal::new("refusal-paper-long").arg("max", MOST.to_string()).into());
        }
        let mut all = Vec::new();
        for row in &rows {
            let closed = card_from_row(row)?;
            let opened = self.open_card(actor, now, &closed.id, purpose).await?;
            let mut values = opened.data.clone();
            if let crate::kernel::card::Personal::Open(personal) = &opened.personal {
                values.extend(personal.clone());
            }
            all.push(Seen {
                values,
                mark: self.mark(&closed.id).await?,
                card: closed,
            });
        }
        Ok(all)
    }

    async fn closed(&self, actor: &Actor, id: &str) -> Result<Option<Card>, Error> {
        let mut connection = self.db.read().acquire().await?;
        load_card(&mut connection, &actor.body, id).await
    }

    async fn mark(&self, id: &str) -> Result<Option<i64>, Error> {
        let row = sqlx::query("SELECT seq FROM event WHERE card = $1 ORDER BY seq LIMIT 1")
            .bind(id)
            .fetch_optional(self.db.read())
            .await?;
        row.map(|r| r.try_get("seq")).transpose().map_err(Error::from)
    }
}

impl Seen {
    /// The text of a value; empty where there is none.
    pub fn text(&self, field: &str) -> &str {
        self.values.get(field).and_then(Value::as_str).unwrap_or("")
    }
}
