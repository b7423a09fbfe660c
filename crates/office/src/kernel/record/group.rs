//! Cards counted by a card that they point to, by part and by state: written with the cards, read without them.

use std::collections::BTreeMap;

use sqlx::AnyConnection;

use super::Recording;
use crate::error::Error;
use crate::kernel::card::Card;
use crate::kernel::store::{int, text};

/// By what the cards of a register are counted beside their states.
#[derive(Debug, Clone, Copy)]
pub struct Group {
    /// The register.
    pub register: &'static str,
    /// The field that points to the card that they are counted for.
    pub owner: &'static str,
    /// The open field that they are told apart by; empty where a card has none.
    pub part: &'static str,
}

/// One number of a card: how many cards of a part stand in a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grouped {
    /// The part.
    pub part: String,
    /// The state.
    pub state: String,
    /// How many.
    pub value: i64,
}

/// Where a card is counted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Counted {
    register: String,
    owner: String,
    part: String,
    state: String,
}

impl Recording<'_> {
    /// Where a card is counted; none while it points to nothing.
    pub(super) fn group_of(&self, card: &Card) -> Option<Counted> {
        let group = self.office.groups().iter().find(|g| g.register == card.register)?;
        let owner = card.data.get(group.owner)?.as_str()?;
        let part = card.data.get(group.part).and_then(serde_json::Value::as_str);
        Some(Counted {
            register: card.register.clone(),
            owner: owner.to_owned(),
            part: part.unwrap_or_default().to_owned(),
            state: card.state.clone(),
        })
    }

    /// Adds to what is counted.
    pub(super) async fn regroup(&mut self, moved: impl IntoIterator<Item = (Counted, i64)>) -> Result<(), Error> {
        let mut sums: BTreeMap<Counted, i64> = BTreeMap::new();
        for (counted, by) in moved {
            *sums.entry(counted).or_default() += by;
        }
        for (counted, by) in sums.into_iter().filter(|(_, by)| *by != 0) {
            sqlx::query(
                "INSERT INTO card_group (body, register, owner, part, state, value) VALUES ($1, $2, $3, $4, $5, $6) \
                 ON CONFLICT (owner, register, part, state) DO UPDATE SET value = card_group.value + $6",
            )
            .bind(&self.body.id)
            .bind(counted.register)
            .bind(counted.owner)
            .bind(counted.part)
            .bind(counted.state)
            .bind(by)
            .execute(&mut *self.tx)
            .await?;
        }
        Ok(())
    }
}

/// How many cards of a register point to a card, by part and state.
pub async fn grouped(
    connection: &mut AnyConnection,
    body: &str,
    register: &str,
    owner: &str,
) -> Result<Vec<Grouped>, Error> {
    let rows = sqlx::query(
        "SELECT part, state, value FROM card_group WHERE owner = $1 AND register = $2 AND body = $3 AND value <> 0 \
         ORDER BY part, state",
    )
    .bind(owner)
    .bind(register)
    .bind(body)
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Grouped {
                part: text(row, "part")?,
                state: text(row, "state")?,
                value: int(row, "value")?,
            })
        })
        .collect()
}
