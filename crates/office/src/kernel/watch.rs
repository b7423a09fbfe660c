//! Days in cards that the office watches, as rows beside the cards: which days wait for something, and how many cards have
//! which day, so that neither a run nor a page walks the cards.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde_json::Value;
use sqlx::{AnyConnection, AssertSqlSafe, Row};

use crate::error::Error;
use crate::kernel::body::Body;
use crate::kernel::card::Card;
use crate::kernel::daily::Day;
use crate::kernel::store::{int, keep_setting, setting, tally, text};
use crate::office::Office;
use crate::registers::OVERDUE;

/// Cards that are looked at in one transaction.
const TOGETHER: i64 = 5_000;

/// The name of the count of cards that wait for a day.
fn counter(register: &str, field: &str, day: &str) -> String {
    format!("day/{register}/{field}/{day}")
}

/// Keeps the day of a card. `waits` says whether the card is in a state in which its day counts.
pub(crate) async fn keep(tx: &mut AnyConnection, card: &Card, field: &str, waits: bool) -> Result<(), Error> {
    let day = card.data.get(field).and_then(Value::as_str).unwrap_or("");
    let row = sqlx::query("SELECT day, watched FROM card_day WHERE card = $1 AND field = $2")
        .bind(&card.id)
        .bind(field)
        .fetch_optional(&mut *tx)
        .await?;
    let before = row.map(|r| Ok::<_, Error>((text(&r, "day")?, int(&r, "watched")? == 1)));
    let before = before.transpose()?;
    match &before {
        Some((was, watched)) if was == day && *watched == waits => return Ok(()),
        None if day.is_empty() => return Ok(()),
        _ => {}
    }
    if let Some((was, true)) = &before {
        tally(tx, &card.body, &counter(&card.register, field, was), -1).await?;
    }
    if day.is_empty() {
        sqlx::query("DELETE FROM card_day WHERE card = $1 AND field = $2")
            .bind(&card.id)
            .bind(field)
            .execute(tx)
            .await?;
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO card_day (body, card, register, field, day, watched) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (card, field) DO UPDATE SET day = $5, watched = $6",
    )
    .bind(&card.body)
    .bind(&card.id)
    .bind(&card.register)
    .bind(field)
    .bind(day)
    .bind(i64::from(waits))
    .execute(&mut *tx)
    .await?;
    if waits {
        tally(tx, &card.body, &counter(&card.register, field, day), 1).await?;
    }
    Ok(())
}

/// How many cards of a body wait for days in `first..=last`.
pub(crate) async fn count(
    connection: &mut AnyConnection,
    body: &str,
    day: &Day,
    first: Date,
    last: Date,
) -> Result<u64, Error> {
    let row = sqlx::query(
        "SELECT CAST(COALESCE(SUM(value), 0) AS BIGINT) AS n FROM counter WHERE body = $1 AND name >= $2 AND name <= $3",
    )
    .bind(body)
    .bind(counter(day.register, day.field, &first.to_string()))
    .bind(counter(day.register, day.field, &last.to_string()))
    .fetch_one(connection)
    .await?;
    Ok(u64::try_from(int(&row, "n")?).unwrap_or_default())
}

impl Office {
    /// The states in which a card waits for its day: those from which something is done when it has passed, and those in which
    /// it then waits for a person.
    pub(crate) fn waiting_states(&self, day: &Day) -> Result<Vec<&'static str>, Error> {
        let (_, operation) = self.find_operation(day.register, day.operation)?;
        let overdue = OVERDUE.iter().filter(|(r, _)| *r == day.register);
        Ok(operation
            .from
            .iter()
            .copied()
            .chain(overdue.map(|(_, state)| *state))
            .collect())
    }

    /// Looks once at all days of a body after the program began to watch other states: which of them wait, and how many there
    /// are of each. It may be broken off and is then begun anew for that day.
    pub(crate) async fn watch_anew(&self, body: &Body) -> Result<(), Error> {
        for day in self.days() {
            let waiting = self.waiting_states(day)?;
            let name = format!("watched/{}/{}/{}", body.id, day.register, day.field);
            let states = waiting.join(" ");
            let mut connection = self.db.read().acquire().await?;
            if setting(&mut connection, &name).await?.as_deref() == Some(&states) {
                continue;
            }
            drop(connection);
            self.mark_days(body, day, &waiting).await?;
            // The counts and the note that they are right are one transaction: acts keep them from then on.
            let mut tx = self.db.write().await?;
            sqlx::query("DELETE FROM counter WHERE body = $1 AND name >= $2 AND name < $3")
                .bind(&body.id)
                .bind(counter(day.register, day.field, "0"))
                .bind(counter(day.register, day.field, ":"))
                .execute(&mut *tx)
                .await?;
            let rows = sqlx::query(
                "SELECT day, COUNT(*) AS n FROM card_day WHERE body = $1 AND register = $2 AND field = $3 \
                 AND watched = 1 GROUP BY day",
            )
            .bind(&body.id)
            .bind(day.register)
            .bind(day.field)
            .fetch_all(&mut *tx)
            .await?;
            for row in &rows {
                let name = counter(day.register, day.field, &text(row, "day")?);
                tally(&mut tx, &body.id, &name, int(row, "n")?).await?;
            }
            keep_setting(&mut tx, &name, &states).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// Marks which cards with a day wait for it, some at a time.
    async fn mark_days(&self, body: &Body, day: &Day, waiting: &[&'static str]) -> Result<(), Error> {
        let mut after = String::new();
        loop {
            let mut tx = self.db.write().await?;
            let rows = sqlx::query(
                "SELECT d.card, d.watched, c.state FROM card c JOIN card_day d ON d.card = c.id AND d.field = $3 \
                 WHERE c.body = $1 AND c.register = $2 AND c.id > $4 ORDER BY c.id LIMIT $5",
            )
            .bind(&body.id)
            .bind(day.register)
            .bind(day.field)
            .bind(&after)
            .bind(TOGETHER)
            .fetch_all(&mut *tx)
            .await?;
            let Some(last) = rows.last() else { return Ok(()) };
            after = text(last, "card")?;
            let mut wrong: BTreeMap<bool, Vec<String>> = BTreeMap::new();
            for row in &rows {
                let state: &str = row.try_get("state")?;
                let waits = waiting.contains(&state);
                if waits != (int(row, "watched")? == 1) {
                    wrong.entry(waits).or_default().push(text(row, "card")?);
                }
            }
            for (waits, cards) in &wrong {
                for some in cards.chunks(200) {
                    let places: Vec<_> = (3..some.len() + 3).map(|n| format!("${n}")).collect();
                    let sql = format!(
                        "UPDATE card_day SET watched = $1 WHERE field = $2 AND card IN ({})",
                        places.join(", ")
                    );
                    let mut query = sqlx::query(AssertSqlSafe(sql)).bind(i64::from(*waits)).bind(day.field);
                    for card in some {
                        query = query.bind(card);
                    }
                    query.execute(&mut *tx).await?;
                }
            }
            tx.commit().await?;
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use tutela_law::Country;

    use super::*;
    use crate::kernel::rights::Role;
    use crate::world::World;

    const FIRST: Date = date(2027, 1, 1);
    const LAST: Date = date(2027, 12, 31);

    async fn waiting(world: &World) -> u64 {
        let day = world.office.days().iter().find(|d| d.field == "expires_on").unwrap();
        let mut connection = world.office.db.read().acquire().await.unwrap();
        count(&mut connection, &world.body.id, day, FIRST, LAST).await.unwrap()
    }

    async fn watched(world: &World) -> i64 {
        let row = sqlx::query("SELECT CAST(COALESCE(SUM(watched), 0) AS BIGINT) AS n FROM card_day");
        int(&row.fetch_one(world.office.db.read()).await.unwrap(), "n").unwrap()
    }

    async fn until(world: &World, number: u32, day: &str) -> String {
        let activity = world.activity(&["consent"]).await;
        let document = format!("0791{number:08}");
        let given = [
            ("subject_name", "Trần Thử"),
            ("subject_document", document.as_str()),
            ("processing", activity.as_str()),
            ("given_on", "2026-03-02"),
            ("expires_on", day),
            ("way", "paper"),
        ];
        world
            .act(Role::Officer, ("consents", "register", None), &given)
            .await
            .unwrap()
            .card
    }

    #[tokio::test]
    async fn a_card_waits_for_its_day_only_while_something_is_to_be_done() {
        let world = World::new(Country::Vn).await;
        let card = until(&world, 1, "2027-01-01").await;
        until(&world, 2, "2027-12-31").await;
        until(&world, 3, "2028-01-01").await;
        assert_eq!(waiting(&world).await, 2);
        let given = [("withdrawn_at", "2026-11-24T01:00:00Z")];
        world
            .act(Role::Officer, ("consents", "withdraw", Some(&card)), &given)
            .await
            .unwrap();
        assert_eq!((waiting(&world).await, watched(&world).await), (1, 2));
    }

    #[tokio::test]
    async fn days_of_an_older_installation_are_looked_at_once() {
        let world = World::new(Country::Vn).await;
        let card = until(&world, 1, "2027-01-01").await;
        until(&world, 2, "2027-12-31").await;
        let given = [("withdrawn_at", "2026-11-24T01:00:00Z")];
        world
            .act(Role::Officer, ("consents", "withdraw", Some(&card)), &given)
            .await
            .unwrap();
        let mut tx = world.office.db.write().await.unwrap();
        for sql in [
            "UPDATE card_day SET watched = 1",
            "DELETE FROM counter WHERE name LIKE 'day/%'",
        ] {
            sqlx::query(sql).execute(&mut *tx).await.unwrap();
        }
        tx.commit().await.unwrap();
        assert_eq!((waiting(&world).await, watched(&world).await), (0, 2));
        world.office.watch_anew(&world.body).await.unwrap();
        assert_eq!((waiting(&world).await, watched(&world).await), (1, 1));
        // Not again: what acts count from now on is not counted anew.
        let mut tx = world.office.db.write().await.unwrap();
        sqlx::query("UPDATE card_day SET watched = 1")
            .execute(&mut *tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        world.office.watch_anew(&world.body).await.unwrap();
        assert_eq!((waiting(&world).await, watched(&world).await), (1, 2));
    }
}
