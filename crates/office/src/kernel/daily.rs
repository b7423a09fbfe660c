//! Days in cards that the office watches: the end of a consent, of a training, of a permit. When the day has passed, an
//! operation of the register is done without a person, by its own rule.

use jiff::Timestamp;
use jiff::civil::Date;
use sqlx::AssertSqlSafe;

use crate::error::{Error, Refusal};
use crate::kernel::body::Body;
use crate::kernel::card::Card;
use crate::kernel::record::{Actor, CARD_COLUMNS, card_from_row};
use crate::kernel::register::Register;
use crate::kernel::rights::{Right, any_allows};
use crate::kernel::store::text;
use crate::office::Office;

/// How often the days are looked at: a day begins at another hour in every zone.
const EVERY: std::time::Duration = std::time::Duration::from_secs(3600);
/// Cards that are read at once.
const BATCH: i64 = 500;
/// Cards that are changed in one transaction.
const TOGETHER: usize = 100;
/// Days ahead that are shown at most.
const MOST: i64 = 200;

/// A day that is watched.
#[derive(Debug, Clone, Copy)]
pub struct Day {
    /// The register.
    pub register: &'static str,
    /// The field that holds the last day.
    pub field: &'static str,
    /// What is done on the day after, with cards in its states.
    pub operation: &'static str,
}

/// A day that comes, or has passed and waits.
#[derive(Debug)]
pub struct DayAhead {
    /// The card, closed.
    pub card: Card,
    /// The field that names the day.
    pub field: &'static str,
    /// The day.
    pub day: Date,
}

impl Office {
    /// Does everything that falls due because a day has passed, in every body whose vault is open. Meant to be called once a
    /// day or more often: what was done is not done again. Gives how many cards changed.
    pub async fn expire(&self, now: Timestamp) -> Result<u64, Error> {
        let mut connection = self.db.read().acquire().await?;
        let bodies = Body::all(&mut connection).await?;
        drop(connection);
        let mut changed = 0;
        for body in bodies {
            if self.keys.of(&body.id).is_err() {
                continue;
            }
            self.watch_anew(&body).await?;
            let today = now.to_zoned_datetime(body.zone.clone()).date();
            for day in self.days() {
                changed += self.expire_day(&body, today, now, day).await?;
            }
            changed += self.sweep(&body, now).await?;
        }
        Ok(changed)
    }

    /// Looks for days that have passed every hour, and does what acts left in between, until the program ends.
    pub async fn expire_for_ever(&self, mut failed: impl FnMut(&Error)) {
        loop {
            let now = crate::office::now();
            if let Err(error) = self.expire(now).await {
                failed(&error);
            }
            // An order or a new day changes what the stores are held against.
            if let Err(error) = self.compare_all(now).await {
                failed(&error);
            }
            self.work_for(EVERY, &mut failed).await;
        }
    }

    async fn expire_day(&self, body: &Body, today: Date, now: Timestamp, day: &Day) -> Result<u64, Error> {
        let (register, operation) = self.find_operation(day.register, day.operation)?;
        let mut changed = 0;
        let mut after = String::new();
        loop {
            let places: Vec<_> = (0..operation.from.len()).map(|n| format!("${}", n + 7)).collect();
            let sql = format!(
                "SELECT d.card FROM card_day d JOIN card c ON c.id = d.card WHERE d.body = $1 AND d.register = $2 \
                 AND d.field = $3 AND d.watched = 1 AND d.day < $4 AND d.card > $5 AND c.state IN ({}) ORDER BY d.card LIMIT $6",
                places.join(", ")
            );
            let mut query = sqlx::query(AssertSqlSafe(sql))
                .bind(&body.id)
                .bind(day.register)
                .bind(day.field)
                .bind(today.to_string())
                .bind(&after)
                .bind(BATCH);
            for state in operation.from {
                query = query.bind(*state);
            }
            let rows = query.fetch_all(self.db.read()).await?;
            let Some(last) = rows.last() else { break };
            after = text(last, "card")?;
            let cards = rows
                .iter()
                .map(|row| text(row, "card"))
                .collect::<Result<Vec<_>, _>>()?;
            // Others wait while a transaction writes, so each holds some only.
            for some in cards.chunks(TOGETHER) {
                changed += self.act_by_day(&body.id, now, (register, operation), some).await?;
            }
        }
        Ok(changed)
    }

    /// Days that come until a day, or have passed and wait, soonest first: of cards on which work goes on, in registers that
    /// the actor may see.
    pub async fn days_ahead(&self, actor: &Actor, until: Date) -> Result<Vec<DayAhead>, Error> {
        if !any_allows(&actor.roles, Right::SeeDuties) {
            return Err(Refusal::new("refusal-right").into());
        }
        let mut all = Vec::new();
        for day in self.days() {
            let (register, _) = self.find_operation(day.register, day.operation)?;
            if !any_allows(&actor.roles, register.see) {
                continue;
            }
            let states = self.waiting_states(day)?;
            all.extend(self.ahead(actor, until, day, register, &states).await?);
        }
        all.sort_by(|a, b| (a.day, &a.card.id).cmp(&(b.day, &b.card.id)));
        all.truncate(usize::try_from(MOST).unwrap_or(usize::MAX));
        Ok(all)
    }

    async fn ahead(
        &self,
        actor: &Actor,
        until: Date,
        day: &'static Day,
        register: &Register,
        states: &[&'static str],
    ) -> Result<Vec<DayAhead>, Error> {
        let places: Vec<_> = (0..states.len()).map(|n| format!("${}", n + 6)).collect();
        let sql = format!(
            "SELECT {CARD_COLUMNS}, d.day FROM card_day d JOIN card c ON c.id = d.card \
             LEFT JOIN vault_record v ON v.card = c.id WHERE d.body = $1 AND d.register = $2 AND d.field = $3 \
             AND d.watched = 1 AND d.day <= $4 AND c.state IN ({}) ORDER BY d.day, d.card LIMIT $5",
            places.join(", ")
        );
        let mut query = sqlx::query(AssertSqlSafe(sql))
            .bind(&actor.body)
            .bind(register.name)
            .bind(day.field)
            .bind(until.to_string())
            .bind(MOST);
        for state in states {
            query = query.bind(*state);
        }
        let rows = query.fetch_all(self.db.read()).await?;
        rows.iter()
            .map(|row| {
                let card = card_from_row(row)?;
                let date = text(row, "day")?.parse().map_err(|_| Error::Damaged {
                    table: "card_day",
                    id: card.id.clone(),
                    what: "day",
                })?;
                Ok(DayAhead {
                    card,
                    field: day.field,
                    day: date,
                })
            })
            .collect()
    }
}
