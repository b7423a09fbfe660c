//! What belongs to one: the cards of whoever acts, and words that one card has alone.

use super::{Recording, load_card, load_cards};
use crate::error::{Error, Refusal};
use crate::kernel::card::Card;
use crate::kernel::field::{Kind, Values, words_of};
use crate::kernel::register::{Claim, Register};
use crate::kernel::store::text;

/// The field by which a card says whose it is.
const ACCOUNT: &str = "account";
/// Cards of one account that a rule is shown.
const MOST: i64 = 20;

impl Recording<'_> {
    /// The cards that name whoever acts as theirs, and what they point to, closed.
    pub(super) async fn mine(&mut self) -> Result<Vec<Card>, Error> {
        let rows =
            sqlx::query("SELECT card FROM card_account WHERE account = $1 AND field = $2 ORDER BY card DESC LIMIT $3")
                .bind(&self.actor.account)
                .bind(ACCOUNT)
                .bind(MOST)
                .fetch_all(&mut *self.tx)
                .await?;
        let mut mine = Vec::new();
        for row in &rows {
            let card = load_card(&mut self.tx, &self.body.id, &text(row, "card")?).await?;
            mine.extend(card);
        }
        let mut pointed: Vec<&str> = Vec::new();
        for card in &mine {
            let Some(register) = self.office.register(&card.register) else {
                continue;
            };
            for (name, value) in &card.data {
                let field = register.field(name);
                if field.is_some_and(|f| matches!(f.kind, Kind::Card(_) | Kind::Cards(_))) {
                    pointed.extend(words_of(value));
                }
            }
        }
        let pointed = load_cards(&mut self.tx, &self.body.id, &pointed).await?;
        mine.extend(pointed.into_values());
        Ok(mine)
    }

    /// Every account that was given is one of the body.
    pub(super) async fn known_accounts(&mut self, register: &Register, values: &Values) -> Result<(), Error> {
        for (name, value) in values {
            if !register.field(name).is_some_and(|f| f.kind == Kind::Account) {
                continue;
            }
            for id in words_of(value) {
                let row = sqlx::query("SELECT id FROM account WHERE id = $1 AND body = $2")
                    .bind(id)
                    .bind(&self.body.id)
                    .fetch_optional(&mut *self.tx)
                    .await?;
                if row.is_none() {
                    return Err(Refusal::new("refusal-no-account").field(name.as_str()).into());
                }
            }
        }
        Ok(())
    }

    /// Keeps which accounts a card names.
    pub(super) async fn accounts(&mut self, card: &Card, register: &Register) -> Result<(), Error> {
        for (name, value) in &card.data {
            if !register.field(name).is_some_and(|f| f.kind == Kind::Account) {
                continue;
            }
            for account in words_of(value) {
                sqlx::query(
                    "INSERT INTO card_account (body, card, field, account) VALUES ($1, $2, $3, $4) \
                     ON CONFLICT (card, field) DO UPDATE SET account = $4",
                )
                .bind(&card.body)
                .bind(&card.id)
                .bind(name)
                .bind(account)
                .execute(&mut *self.tx)
                .await?;
            }
        }
        Ok(())
    }

    /// A card takes a word that no other card of the body has in this scope.
    pub(super) async fn claim(&mut self, card: &Card, claim: Claim) -> Result<(), Error> {
        sqlx::query("DELETE FROM claimed WHERE body = $1 AND scope = $2 AND card = $3")
            .bind(&self.body.id)
            .bind(&claim.scope)
            .bind(&card.id)
            .execute(&mut *self.tx)
            .await?;
        let done = sqlx::query(
            "INSERT INTO claimed (body, scope, word, card) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (body, scope, word) DO NOTHING",
        )
        .bind(&self.body.id)
        .bind(&claim.scope)
        .bind(&claim.word)
        .bind(&card.id)
        .execute(&mut *self.tx)
        .await?;
        if done.rows_affected() != 1 {
            return Err(self.used(&claim).await?.into());
        }
        Ok(())
    }
}
