//! Events: what happened to cards, and what registers answer to it.

use jiff::Timestamp;
use serde_json::Value;
use sqlx::AnyConnection;

use super::{Actor, Recording};
use crate::error::Error;
use crate::kernel::card::Card;
use crate::kernel::field::Values;
use crate::kernel::journal::{self, Root};
use crate::kernel::register::{NOTHING_TO_DO, Past};
use crate::kernel::store::{int, text};

impl Recording<'_> {
    /// Lets registers answer what happened.
    pub(super) async fn react(&mut self, kind: &str, card: &Card, depth: usize) -> Result<(), Error> {
        let office = self.office;
        for register in office.registers() {
            for reaction in register.reacts.iter().filter(|r| r.to == kind) {
                let Some(values) = (reaction.values)(card) else {
                    continue;
                };
                let Some(operation) = register.operation(reaction.operation) else {
                    continue;
                };
                let cards: Vec<Option<String>> = if operation.creates() {
                    vec![None]
                } else {
                    let pointing = self.pointing_in(register, operation, &card.id).await?;
                    pointing.into_iter().map(Some).collect()
                };
                for id in cards {
                    let with = (id.as_deref(), None);
                    match Box::pin(self.act_all(register, operation, with, values.clone(), depth + 1)).await {
                        // The rule has seen what happened, and it does not concern the card.
                        Err(Error::Refused(refusal)) if refusal.key == NOTHING_TO_DO => {}
                        done => {
                            done?;
                        }
                    }
                }
            }
        }
        Ok(())
    }
}

/// What happened to a card, oldest first.
pub async fn history(connection: &mut AnyConnection, card: &str) -> Result<Vec<Past>, Error> {
    let rows = sqlx::query("SELECT kind, at, actor FROM event WHERE card = $1 ORDER BY seq")
        .bind(card)
        .fetch_all(connection)
        .await?;
    let mut history = Vec::with_capacity(rows.len());
    for row in &rows {
        history.push(Past {
            kind: text(row, "kind")?,
            at: Timestamp::from_microsecond(int(row, "at")?).map_err(|_| Error::Damaged {
                table: "event",
                id: card.to_owned(),
                what: "instant",
            })?,
            actor: text(row, "actor")?,
        });
    }
    Ok(history)
}

/// Writes an event with its entry in the journal.
#[expect(
    clippy::too_many_arguments,
    reason = "an event has that many sides, and they are named here only"
)]
pub(crate) async fn write_event(
    tx: &mut AnyConnection,
    seq: i64,
    body: &str,
    actor: &Actor,
    now: Timestamp,
    kind: &str,
    card: &str,
    open: &Values,
    salt: &Root,
    commitments: Vec<tutela_journal::Commitment>,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO event (seq, body, card, kind, actor, at, data, salt) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(seq)
    .bind(body)
    .bind(card)
    .bind(kind)
    .bind(&actor.account)
    .bind(now.as_microsecond())
    .bind(Value::Object(open.clone()).to_string())
    .bind(salt.bytes())
    .execute(&mut *tx)
    .await?;
    let act = journal::Act {
        at: now,
        actor: &actor.account,
        kind,
        object: card,
        commitments,
    };
    journal::append(tx, seq, act).await
}
