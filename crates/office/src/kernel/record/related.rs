//! What a rule may look at beside its own card.

use std::collections::BTreeSet;

use super::{CARD_COLUMNS, Changing, Recording, card_from_row, load_card};
use crate::error::{Error, Refusal};
use crate::kernel::card::Card;
use crate::kernel::field::{Kind, Values, words_of};
use crate::kernel::near;
use crate::kernel::register::{Operation, Register};
use crate::kernel::store::text;
use crate::kernel::vault;

/// How many other cards of the same person a rule looks at.
const MAX_RELATED: usize = 500;
/// How many of them are asked for: one more tells that there are more.
const MAX_FOUND: i64 = MAX_RELATED as i64 + 1;
/// Cards in work of another register that a rule looks over at most.
const MOST_IN_WORK: i64 = 5_000;

impl Recording<'_> {
    /// Cards that the act may look at: those that it points to, which must be there and in this body, and others of the same
    /// person with those that point to them. Also tells whether the person has more than are shown.
    pub(super) async fn related(
        &mut self,
        register: &Register,
        operation: &Operation,
        before: Option<&Changing>,
        values: &Values,
    ) -> Result<(Vec<Card>, bool), Error> {
        let mut related: Vec<Card> = Vec::new();
        let held = before.map(|c| &c.card.data).into_iter().flatten();
        for (name, value) in values.iter().chain(held) {
            let Some(field) = operation
                .fields
                .iter()
                .find(|f| f.name == name)
                .or_else(|| register.field(name))
            else {
                continue;
            };
            let (Kind::Card(target) | Kind::Cards(target)) = field.kind else {
                continue;
            };
            for id in words_of(value) {
                if related.iter().any(|c| c.id == id) {
                    continue;
                }
                let card = load_card(&mut self.tx, &self.body.id, id).await?;
                // An empty name of the register: a card of any.
                let card = card.filter(|c| target.is_empty() || c.register == target);
                let card = card.ok_or_else(|| Refusal::new("refusal-no-card").field(field.name))?;
                related.push(self.opened(card).await?.card);
            }
        }
        let own = before.map(|c| c.card.id.as_str());
        let pointed: Vec<String> = related.iter().map(|c| c.id.clone()).collect();
        let further = self.further(&related);
        let (near, many) = near::near(
            &mut self.tx,
            self.office.near(),
            &self.body.id,
            register.name,
            own,
            (&pointed, &further),
        )
        .await?;
        for card in near {
            if related.iter().all(|c| c.id != card.id) {
                related.push(self.opened(card).await?.card);
            }
        }
        for over in self.office.looks_over(register.name, operation.name) {
            for card in self.in_work(over).await? {
                if !related.iter().any(|c| c.id == card.id) {
                    related.push(card);
                }
            }
        }
        for field in operation.fields.iter().filter(|f| f.siblings) {
            for id in values.get(field.name).map(words_of).unwrap_or_default() {
                let own = before.map_or("", |c| c.card.id.as_str());
                for sibling in self.siblings(register, field.name, id).await? {
                    if sibling.id != own && !related.iter().any(|c| c.id == sibling.id) {
                        related.push(sibling);
                    }
                }
            }
        }
        if !operation.looks_at_person {
            return Ok((related, many));
        }
        let mut named = before.map(|c| c.content.now.clone()).unwrap_or_default();
        named.extend(values.clone());
        let own = before.map(|c| c.card.id.clone()).unwrap_or_default();
        let mut ids = Vec::new();
        for token in vault::identity_tokens(&self.key, register, &named) {
            ids.extend(self.cards_with(&token).await?);
        }
        let mut pointing = Vec::new();
        for id in &ids {
            pointing.extend(self.pointing_to(id).await?);
        }
        ids.extend(pointing);
        ids.retain(|id| *id != own);
        ids.sort_unstable_by(|a, b| b.cmp(a));
        ids.dedup();
        let cut = many || ids.len() > MAX_RELATED;
        ids.truncate(MAX_RELATED);
        for id in ids {
            if related.iter().any(|c| c.id == id) {
                continue;
            }
            if let Some(card) = load_card(&mut self.tx, &self.body.id, &id).await? {
                related.push(self.opened(card).await?.card);
            }
        }
        Ok((related, cut))
    }

    /// What cards point to, each once.
    fn further(&self, cards: &[Card]) -> Vec<String> {
        let mut all = BTreeSet::new();
        for card in cards {
            let Some(register) = self.office.register(&card.register) else {
                continue;
            };
            for (name, value) in &card.data {
                let kind = register.field(name).map(|f| f.kind);
                if matches!(kind, Some(Kind::Card(_) | Kind::Cards(_))) {
                    all.extend(words_of(value).into_iter().map(str::to_owned));
                }
            }
        }
        all.into_iter().collect()
    }

    /// The cards of a register on which work goes on, closed.
    async fn in_work(&mut self, register: &Register) -> Result<Vec<Card>, Error> {
        let open: Vec<_> = register.states.iter().filter(|s| !s.closed).collect();
        let places: Vec<_> = (4..open.len() + 4).map(|n| format!("${n}")).collect();
        let sql = format!(
            "SELECT {CARD_COLUMNS} FROM card c LEFT JOIN vault_record v ON v.card = c.id WHERE c.body = $1 \
             AND c.register = $2 AND c.state IN ({}) ORDER BY c.id LIMIT $3",
            places.join(", ")
        );
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(&self.body.id)
            .bind(register.name)
            .bind(MOST_IN_WORK + 1);
        for state in open {
            query = query.bind(state.name);
        }
        let rows = query.fetch_all(&mut *self.tx).await?;
        // A rule that saw some only would let pass what it must refuse.
        if i64::try_from(rows.len()).unwrap_or(i64::MAX) > MOST_IN_WORK {
            return Err(Refusal::new("refusal-too-many-cards")
                .arg("max", MOST_IN_WORK.to_string())
                .into());
        }
        rows.iter().map(card_from_row).collect()
    }

    pub(super) async fn cards_with(&mut self, token: &str) -> Result<Vec<String>, Error> {
        let rows =
            sqlx::query("SELECT card FROM blind_index WHERE body = $1 AND token = $2 ORDER BY card DESC LIMIT $3")
                .bind(&self.body.id)
                .bind(token)
                .bind(MAX_FOUND)
                .fetch_all(&mut *self.tx)
                .await?;
        rows.iter().map(|r| text(r, "card")).collect()
    }

    /// The cards of a register that point to a card in a field, newest first, closed.
    async fn siblings(&mut self, register: &Register, field: &str, id: &str) -> Result<Vec<Card>, Error> {
        let rows = sqlx::query(
            "SELECT l.source FROM card_link l JOIN card c ON c.id = l.source \
             WHERE l.target = $1 AND l.body = $2 AND l.field = $3 AND c.register = $4 ORDER BY l.source DESC LIMIT $5",
        )
        .bind(id)
        .bind(&self.body.id)
        .bind(field)
        .bind(register.name)
        .bind(MAX_FOUND)
        .fetch_all(&mut *self.tx)
        .await?;
        let mut cards = Vec::new();
        for row in &rows {
            cards.extend(load_card(&mut self.tx, &self.body.id, &text(row, "source")?).await?);
        }
        Ok(cards)
    }

    /// The cards that point to a card.
    pub(super) async fn pointing_to(&mut self, id: &str) -> Result<Vec<String>, Error> {
        let rows =
            sqlx::query("SELECT source FROM card_link WHERE target = $1 AND body = $2 ORDER BY source DESC LIMIT $3")
                .bind(id)
                .bind(&self.body.id)
                .bind(MAX_FOUND)
                .fetch_all(&mut *self.tx)
                .await?;
        rows.iter().map(|r| text(r, "source")).collect()
    }
}
