//! Cards as they lie in the store: their row, read and closed.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use crate::error::Error;
use crate::kernel::card::{Card, is_drill};
use crate::kernel::store::{int, text};
use crate::kernel::vault;

/// A card out of its row, its personal fields closed.
pub(crate) fn card_from_row(row: &AnyRow) -> Result<Card, Error> {
    let id = text(row, "id")?;
    let damaged = |what| Error::Damaged {
        table: "card",
        id: id.clone(),
        what,
    };
    let instant = |column: &str| Timestamp::from_microsecond(int(row, column)?).map_err(|_| damaged("instant"));
    let destroyed: Option<i64> = row.try_get("destroyed_at")?;
    let destroyed = destroyed
        .map(Timestamp::from_microsecond)
        .transpose()
        .map_err(|_| damaged("instant"))?;
    Ok(Card {
        body: text(row, "body")?,
        register: text(row, "register")?,
        number: text(row, "number")?,
        state: text(row, "state")?,
        version: int(row, "version")?,
        blocked: int(row, "blocked")? != 0,
        data: serde_json::from_str(&text(row, "data")?).map_err(|_| damaged("data"))?,
        personal: vault::closed(int(row, "has_record")? != 0, destroyed),
        created: instant("created_at")?,
        updated: instant("updated_at")?,
        id,
    })
}

/// The columns that [`card_from_row`] reads.
pub(crate) const CARD_COLUMNS: &str = "c.id, c.body, c.register, c.number, c.state, c.version, c.blocked, c.data, c.created_at, \
     c.updated_at, v.destroyed_at, CASE WHEN v.card IS NULL THEN 0 ELSE 1 END AS has_record";

/// A card of a body, closed.
pub async fn load_card(connection: &mut AnyConnection, body: &str, id: &str) -> Result<Option<Card>, Error> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT {CARD_COLUMNS} FROM card c LEFT JOIN vault_record v ON v.card = c.id WHERE c.id = $1 AND c.body = $2"
    )))
    .bind(id)
    .bind(body)
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(card_from_row).transpose()
}

/// Identifiers that are asked for at a time.
const MANY: usize = 200;

/// Cards of a body by their identifiers, closed; those that are not there are left out.
pub async fn load_cards(
    connection: &mut AnyConnection,
    body: &str,
    ids: &[&str],
) -> Result<BTreeMap<String, Card>, Error> {
    let ids: Vec<&str> = ids.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
    let mut cards = BTreeMap::new();
    for some in ids.chunks(MANY) {
        let places: Vec<_> = (1..=some.len()).map(|n| format!("${n}")).collect();
        // The body is looked at below: named here too, SQLite would walk all cards of the body instead.
        let sql = format!(
            "SELECT {CARD_COLUMNS} FROM card c LEFT JOIN vault_record v ON v.card = c.id WHERE c.id IN ({})",
            places.join(", ")
        );
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for id in some {
            query = query.bind(*id);
        }
        for row in query.fetch_all(&mut *connection).await? {
            let card = card_from_row(&row)?;
            if card.body == body {
                cards.insert(card.id.clone(), card);
            }
        }
    }
    Ok(cards)
}

/// The name of the tally of cards of a register in a state. Those of drills are counted apart.
pub(crate) fn tally_name(register: &str, state: &str) -> String {
    format!("cards/{register}/{state}")
}

/// The name of the tally of cards of drills.
pub(crate) fn drill_tally_name(register: &str, state: &str) -> String {
    format!("drills/{register}/{state}")
}

/// The name of the tally in which a card is counted.
pub(crate) fn tally_of(card: &Card) -> String {
    if is_drill(card) {
        drill_tally_name(&card.register, &card.state)
    } else {
        tally_name(&card.register, &card.state)
    }
}
