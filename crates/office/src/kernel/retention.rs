//! From which day the storage term of a card counts: an index over cards, so that what is over is found without walking all of
//! them. The rules themselves are data of the activities.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use sqlx::{AnyConnection, AssertSqlSafe};

use crate::error::Error;
use crate::kernel::body::Body;
use crate::kernel::card::Card;
use crate::kernel::store::text;

/// Rows in one statement.
const ROWS: usize = 250;

/// A register whose cards are kept by the storage rules of the activities that they serve.
#[derive(Debug, Clone, Copy)]
pub struct Retained {
    /// The register.
    pub register: &'static str,
    /// The field that names the activities.
    pub activities: &'static str,
    /// The field with the day or instant at which the card was made, as the rules call it.
    pub made: &'static str,
}

/// The day of the event of a card where the body is; the day on which it was entered, if the card does not say.
fn made(body: &Body, card: &Card, field: &str) -> Date {
    let given = card.text(field);
    let day = given.parse::<Date>().ok();
    let instant = given.parse::<Timestamp>().ok().unwrap_or(card.created);
    day.unwrap_or_else(|| instant.to_zoned_datetime(body.zone.clone()).date())
}

/// Keeps what a card serves and from which day on, if it belongs to a register that is kept by rules.
pub(crate) async fn keep(
    connection: &mut AnyConnection,
    all: &[Retained],
    body: &Body,
    card: &Card,
) -> Result<(), Error> {
    let Some(retained) = all.iter().find(|r| r.register == card.register) else {
        return Ok(());
    };
    if matches!(card.personal, crate::kernel::card::Personal::Destroyed(_)) {
        return Ok(());
    }
    let day = made(body, card, retained.made).to_string();
    let mut wanted = card.cards(retained.activities);
    wanted.sort_unstable();
    wanted.dedup();
    let rows = sqlx::query("SELECT activity, made FROM card_keep WHERE card = $1 ORDER BY activity")
        .bind(&card.id)
        .fetch_all(&mut *connection)
        .await?;
    let mut same = rows.len() == wanted.len();
    for (row, activity) in rows.iter().zip(&wanted) {
        same &= text(row, "activity")? == **activity && text(row, "made")? == day;
    }
    if same {
        return Ok(());
    }
    forget(connection, &card.id).await?;
    for activity in wanted {
        sqlx::query("INSERT INTO card_keep (body, card, activity, made, seen) VALUES ($1, $2, $3, $4, 0)")
            .bind(&card.body)
            .bind(&card.id)
            .bind(activity)
            .bind(&day)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// Keeps what many cards serve that have no rows yet, in few statements.
pub(crate) async fn keep_many(
    connection: &mut AnyConnection,
    retained: &Retained,
    body: &Body,
    cards: &[Card],
) -> Result<(), Error> {
    let mut wanted = BTreeSet::new();
    for card in cards {
        let day = made(body, card, retained.made).to_string();
        for activity in card.cards(retained.activities) {
            wanted.insert((card.id.as_str(), activity, day.clone()));
        }
    }
    let wanted: Vec<_> = wanted.into_iter().collect();
    for some in wanted.chunks(ROWS) {
        let rows: Vec<_> = (0..some.len())
            .map(|n| format!("($1, ${}, ${}, ${}, 0)", 3 * n + 2, 3 * n + 3, 3 * n + 4))
            .collect();
        let sql = format!(
            "INSERT INTO card_keep (body, card, activity, made, seen) VALUES {} ON CONFLICT DO NOTHING",
            rows.join(", ")
        );
        let mut query = sqlx::query(AssertSqlSafe(sql)).bind(&body.id);
        for (card, activity, day) in some {
            query = query.bind(*card).bind(*activity).bind(day);
        }
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

/// Nothing of a card is kept any more.
pub(crate) async fn forget(connection: &mut AnyConnection, card: &str) -> Result<(), Error> {
    sqlx::query("DELETE FROM card_keep WHERE card = $1")
        .bind(card)
        .execute(connection)
        .await?;
    Ok(())
}

/// The term of a card is looked at by the next daily run, although it was looked at before.
pub(crate) async fn look_again(connection: &mut AnyConnection, body: &str, card: &str) -> Result<(), Error> {
    sqlx::query("UPDATE card_keep SET seen = 0 WHERE card = $1 AND body = $2")
        .bind(card)
        .bind(body)
        .execute(connection)
        .await?;
    Ok(())
}
