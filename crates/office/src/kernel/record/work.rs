//! What acts left to be done with many cards: the program does it piece by piece, each in a transaction of its own that also keeps
//! how far it has come. So nobody waits long for a turn to write, and what was broken off goes on where it was, with nothing done
//! twice.

mod list;

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Executor};

use super::{Actor, Recording, load_card};
use crate::error::{Error, Refusal};
use crate::kernel::card::Card;
use crate::kernel::field::Values;
use crate::kernel::new_id;
use crate::kernel::register::{Each, Finish, NOTHING_TO_DO, Over};
use crate::kernel::rights::any_allows;
use crate::kernel::store::{Tx, int, text};
use crate::office::{Office, now};

/// Who does what nobody in particular does.
const PROGRAM: &str = "daily";
/// When that is tried again which a rule refused, such as a destruction under a hold.
const AGAIN: SignedDuration = SignedDuration::from_hours(1);
/// When a body is looked at again whose vault is locked.
const LOCKED: SignedDuration = SignedDuration::from_secs(60);
/// When that is tried again which failed.
const FAILED: SignedDuration = SignedDuration::from_mins(5);
/// How often it is looked whether another server left something.
const LOOK: Duration = Duration::from_secs(20);
/// The least pause after a piece: whoever waits for a turn to write gets it.
const PAUSE: Duration = Duration::from_millis(10);

/// How far work for a card has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// The register and operation of what is done, such as `statements.send`.
    pub kind: String,
    /// Cards that were worked on.
    pub done: i64,
    /// All cards.
    pub total: i64,
    /// Cards that a rule refused and that are tried again.
    pub refused: i64,
}

/// A row of work.
struct Left {
    id: String,
    body: String,
    owner: String,
    kind: String,
    account: String,
    after: String,
    done: i64,
    refused: i64,
}

impl Left {
    fn from_row(row: &AnyRow) -> Result<Self, Error> {
        Ok(Self {
            id: text(row, "id")?,
            body: text(row, "body")?,
            owner: text(row, "owner")?,
            kind: text(row, "kind")?,
            account: text(row, "account")?,
            after: text(row, "after")?,
            done: int(row, "done")?,
            refused: int(row, "refused")?,
        })
    }
}

/// What becomes of a row after a piece.
enum Then {
    /// It goes on after a card.
    On { after: String, done: i64, refused: i64 },
    /// It begins again later.
    Later { done: i64 },
    /// All was done; the own card is finished.
    Finish(Finish),
    /// It is over.
    Over,
}

impl Recording<'_> {
    /// Leaves the cards after one to the program.
    pub(super) async fn leave(&mut self, own: &Card, each: &Each, after: &str, looked: usize) -> Result<(), Error> {
        let done = i64::try_from(looked).unwrap_or(i64::MAX);
        let rest = self.rest(own, each, after).await?;
        let kind = kind(each);
        if matches!(each.over, Over::Apart { .. }) {
            // Begun again, it begins once.
            sqlx::query("DELETE FROM work WHERE owner = $1 AND kind = $2")
                .bind(&own.id)
                .bind(&kind)
                .execute(&mut *self.tx)
                .await?;
        } else if rest == 0 {
            return Ok(());
        }
        sqlx::query(
            "INSERT INTO work (id, body, owner, kind, account, after, done, total, refused, next_at, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, $9)",
        )
        .bind(new_id())
        .bind(&self.body.id)
        .bind(&own.id)
        .bind(kind)
        .bind(&self.actor.account)
        .bind(after)
        .bind(done)
        .bind(done.saturating_add(rest))
        .bind(self.now.as_microsecond())
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    /// How many cards come after one.
    async fn rest(&mut self, own: &Card, each: &Each, after: &str) -> Result<i64, Error> {
        let (register, operation) = self.office.find_operation(each.register, each.operation)?;
        let (sql, of, states) = match each.over {
            Over::For {
                register: of, states, ..
            } => (
                "SELECT COUNT(*) AS n FROM card c WHERE c.body = $1 AND c.register = $2 AND c.id > $3",
                (of, None),
                states,
            ),
            Over::Pointing { field } | Over::Apart { field, .. } => (
                "SELECT COUNT(*) AS n FROM card_link l JOIN card c ON c.id = l.source WHERE l.body = $1 \
                 AND c.register = $2 AND l.source > $3 AND l.target = $4 AND l.field = $5",
                (register.name, Some(field)),
                operation.from,
            ),
        };
        let first = if of.1.is_some() { 6 } else { 4 };
        let places: Vec<_> = (first..first + states.len()).map(|n| format!("${n}")).collect();
        let sql = format!("{sql} AND c.state IN ({})", places.join(", "));
        let mut query = sqlx::query(AssertSqlSafe(sql))
            .bind(&self.body.id)
            .bind(of.0)
            .bind(after);
        if let Some(field) = of.1 {
            query = query.bind(&own.id).bind(field);
        }
        for state in states {
            query = query.bind(*state);
        }
        int(&query.fetch_one(&mut *self.tx).await?, "n")
    }

    /// Does the next piece of what was left.
    async fn piece(&mut self, left: &Left, each: &Each) -> Result<Then, Error> {
        let Some(own) = load_card(&mut self.tx, &self.body.id, &left.owner).await? else {
            return Ok(Then::Over);
        };
        let Over::Apart { field, finish } = each.over else {
            return self.some(&own, left, each).await;
        };
        let Some(next) = self.apart(&own, each, field, &left.after).await? else {
            if left.refused > 0 {
                let done = left.done.saturating_sub(left.refused);
                return Ok(Then::Later { done });
            }
            return Ok(finish.map_or(Then::Over, Then::Finish));
        };
        let (register, operation) = self.office.find_operation(each.register, each.operation)?;
        self.tx.execute("SAVEPOINT one_act").await?;
        let destroyed = self.destroyed;
        let done = self
            .act_all(register, operation, (Some(&next), None), Values::new(), 0)
            .await;
        let refused = match done {
            Ok(_) => left.refused,
            Err(Error::Refused(refusal)) => {
                self.tx.execute("ROLLBACK TO SAVEPOINT one_act").await?;
                self.destroyed = destroyed;
                if refusal.key == NOTHING_TO_DO {
                    self.tx.execute("RELEASE SAVEPOINT one_act").await?;
                    return Ok(Then::Over);
                }
                tracing::info!("{} {next}: {}", register.name, refusal.key);
                left.refused.saturating_add(1)
            }
            Err(error) => return Err(error),
        };
        self.tx.execute("RELEASE SAVEPOINT one_act").await?;
        Ok(Then::On {
            after: next,
            done: left.done.saturating_add(1),
            refused,
        })
    }

    async fn some(&mut self, own: &Card, left: &Left, each: &Each) -> Result<Then, Error> {
        self.tx.execute("SAVEPOINT one_act").await?;
        let then = match self.page_of(own, *each, &left.after).await {
            Ok(page) => match page.next {
                Some(after) => Then::On {
                    after,
                    done: left.done.saturating_add(i64::try_from(page.looked).unwrap_or(i64::MAX)),
                    refused: 0,
                },
                None => Then::Over,
            },
            // What the card has become since does not want it any more.
            Err(Error::Refused(refusal)) => {
                tracing::info!("{} for {}: {}", left.kind, left.owner, refusal.key);
                self.tx.execute("ROLLBACK TO SAVEPOINT one_act").await?;
                Then::Over
            }
            Err(error) => return Err(error),
        };
        self.tx.execute("RELEASE SAVEPOINT one_act").await?;
        Ok(then)
    }

    /// The next card that points to the own one and with which the operation may be done.
    async fn apart(&mut self, own: &Card, each: &Each, field: &str, after: &str) -> Result<Option<String>, Error> {
        let (register, operation) = self.office.find_operation(each.register, each.operation)?;
        let places: Vec<_> = (0..operation.from.len()).map(|n| format!("${}", n + 6)).collect();
        let sql = format!(
            "SELECT l.source FROM card_link l JOIN card c ON c.id = l.source WHERE l.target = $1 AND l.source > $2 \
             AND l.field = $3 AND l.body = $4 AND c.register = $5 AND c.state IN ({}) ORDER BY l.source LIMIT 1",
            places.join(", ")
        );
        let mut query = sqlx::query(AssertSqlSafe(sql))
            .bind(&own.id)
            .bind(after)
            .bind(field)
            .bind(&self.body.id)
            .bind(register.name);
        for state in operation.from {
            query = query.bind(*state);
        }
        let row = query.fetch_optional(&mut *self.tx).await?;
        row.as_ref().map(|r| text(r, "source")).transpose()
    }

    /// Finishes the own card with the sums of the many, and the lists that were taken in.
    async fn finish(&mut self, left: &Left, each: &Each, finish: Finish, files: Vec<String>) -> Result<Then, Error> {
        let Over::Apart { field, .. } = each.over else {
            return Ok(Then::Over);
        };
        let Some(own) = load_card(&mut self.tx, &self.body.id, &left.owner).await? else {
            return Ok(Then::Over);
        };
        if self.apart(&own, each, field, "").await?.is_some() {
            return Ok(Then::Later { done: 0 });
        }
        let mut values = Values::new();
        for (of_many, of_own) in finish.sums {
            let mut sum = 0_i64;
            let mut after = String::new();
            loop {
                let some = list::pointing(&mut self.tx, &self.body.id, (&own.id, field), each.register, &after).await?;
                let Some(last) = some.last() else { break };
                after.clone_from(&last.id);
                for one in &some {
                    let number = one.data.get(*of_many).and_then(Value::as_i64);
                    sum = sum.saturating_add(number.unwrap_or(0));
                }
            }
            values.insert((*of_own).to_owned(), sum.into());
        }
        if let Some((_, into)) = finish.list.filter(|_| !files.is_empty()) {
            values.insert(into.to_owned(), files.into());
        }
        let (register, operation) = self.office.find_operation(&own.register, finish.operation)?;
        self.tx.execute("SAVEPOINT one_act").await?;
        let done = self
            .act_all(register, operation, (Some(&own.id), None), values, 0)
            .await;
        let then = match done {
            Ok(_) => Then::Over,
            Err(Error::Refused(refusal)) => {
                tracing::info!("{}.{}: {}", register.name, operation.name, refusal.key);
                self.tx.execute("ROLLBACK TO SAVEPOINT one_act").await?;
                // The card is elsewhere by now: whoever brings it back leaves the work anew.
                if refusal.key == "refusal-state" {
                    Then::Over
                } else {
                    Then::Later { done: left.done }
                }
            }
            Err(error) => return Err(error),
        };
        self.tx.execute("RELEASE SAVEPOINT one_act").await?;
        Ok(then)
    }
}

impl Office {
    /// Does everything that acts left, as far as it can be done now. Gives how many pieces that were.
    pub async fn work(&self, now: Timestamp) -> Result<u64, Error> {
        let mut pieces = 0;
        while self.work_piece(now).await? {
            pieces += 1;
        }
        Ok(pieces)
    }

    /// Does what acts left, for so long.
    pub(crate) async fn work_for(&self, how_long: Duration, failed: &mut impl FnMut(&Error)) {
        let end = Instant::now() + how_long;
        loop {
            let began = Instant::now();
            if began >= end {
                return;
            }
            match self.work_piece(now()).await {
                // As long a pause as the piece took, so that pages that write are not held up.
                Ok(true) => tokio::time::sleep(began.elapsed().max(PAUSE)).await,
                Ok(false) => {
                    let left = end.saturating_duration_since(Instant::now()).min(LOOK);
                    let _ = tokio::time::timeout(left, self.work.notified()).await;
                }
                Err(error) => {
                    failed(&error);
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }

    /// Does one piece of what acts left; false where nothing can be done now.
    pub(crate) async fn work_piece(&self, now: Timestamp) -> Result<bool, Error> {
        // Asked without a turn to write: there is nothing nearly always.
        let any = sqlx::query("SELECT id FROM work WHERE next_at <= $1 LIMIT 1")
            .bind(now.as_microsecond())
            .fetch_optional(self.db.read())
            .await?;
        if any.is_none() {
            return Ok(false);
        }
        let mut tx = self.db.write().await?;
        // What was left for one card is done in the order of the acts; cards take turns.
        let row = sqlx::query(
            "SELECT * FROM work w WHERE w.next_at <= $1 AND NOT EXISTS (SELECT 1 FROM work e WHERE e.owner = w.owner \
             AND e.id < w.id) ORDER BY w.next_at, w.id LIMIT 1",
        )
        .bind(now.as_microsecond())
        .fetch_optional(&mut *tx)
        .await?;
        let Some(row) = row else { return Ok(false) };
        let left = Left::from_row(&row)?;
        let each = self.works().iter().find(|w| kind(w) == left.kind);
        let Some(each) = each else {
            put_off(&mut tx, &left.id, now + AGAIN).await?;
            tx.commit().await?;
            return Err(Error::Installation(format!("{}: nobody knows this work", left.kind)));
        };
        if self.keys.of(&left.body).is_err() {
            put_off(&mut tx, &left.id, now + LOCKED).await?;
            tx.commit().await?;
            return Ok(true);
        }
        let done = self.do_piece(tx, now, &left, each).await;
        if done.is_err() {
            let mut tx = self.db.write().await?;
            put_off(&mut tx, &left.id, now + FAILED).await?;
            tx.commit().await?;
        }
        done.map(|()| true)
    }

    async fn do_piece(&self, tx: Tx, now: Timestamp, left: &Left, each: &Each) -> Result<(), Error> {
        let actor = Actor {
            account: left.account.clone(),
            body: left.body.clone(),
            roles: Vec::new(),
        };
        let mut recording = Recording::begin(self, tx, &actor, now).await?;
        let mut then = recording.piece(left, each).await?;
        if let Then::Finish(finish) = then {
            // Files come in by a transaction of their own and wait; if it ends here, they are forgotten and made again.
            drop(recording);
            let program = Actor {
                account: PROGRAM.to_owned(),
                ..actor
            };
            let files = match finish.list {
                Some((records, _)) => {
                    self.list_of_destroyed(&program, now, &left.owner, each, records)
                        .await?
                }
                None => Vec::new(),
            };
            let tx = self.db.write().await?;
            let mut recording = Recording::begin(self, tx, &program, now).await?;
            // Another server may have been faster.
            let there = sqlx::query("SELECT id FROM work WHERE id = $1")
                .bind(&left.id)
                .fetch_optional(&mut *recording.tx)
                .await?;
            if there.is_none() {
                return Ok(());
            }
            then = recording.finish(left, each, finish, files).await?;
            return self.moved(recording, now, left, then).await;
        }
        self.moved(recording, now, left, then).await
    }

    async fn moved(&self, mut recording: Recording<'_>, now: Timestamp, left: &Left, then: Then) -> Result<(), Error> {
        let row = match then {
            Then::On { after, done, refused } => Some((after, done, refused, now)),
            Then::Later { done } => Some((String::new(), done, 0, now + AGAIN)),
            Then::Finish(_) | Then::Over => None,
        };
        if let Some((after, done, refused, next)) = row {
            sqlx::query("UPDATE work SET after = $2, done = $3, refused = $4, next_at = $5 WHERE id = $1")
                .bind(&left.id)
                .bind(after)
                .bind(done)
                .bind(refused)
                .bind(next.as_microsecond())
                .execute(&mut *recording.tx)
                .await?;
        } else {
            sqlx::query("DELETE FROM work WHERE id = $1")
                .bind(&left.id)
                .execute(&mut *recording.tx)
                .await?;
        }
        let destroyed = recording.destroyed;
        recording.tx.commit().await?;
        self.recorded(now, destroyed).await;
        Ok(())
    }

    /// What goes on with a card of the actor's body, for whoever may see its register.
    pub async fn progress(&self, actor: &Actor, card: &Card) -> Result<Vec<Progress>, Error> {
        let sees = self
            .register(&card.register)
            .is_some_and(|r| any_allows(&actor.roles, r.see));
        if !sees {
            return Err(Refusal::new("refusal-right").into());
        }
        let rows = sqlx::query(
            "SELECT kind, done, total, refused, created_at FROM work WHERE owner = $1 AND body = $2 ORDER BY id",
        )
        .bind(&card.id)
        .bind(&actor.body)
        .fetch_all(self.db.read())
        .await?;
        rows.iter()
            .map(|row| {
                Ok(Progress {
                    kind: text(row, "kind")?,
                    done: int(row, "done")?,
                    total: int(row, "total")?,
                    refused: int(row, "refused")?,
                })
            })
            .collect()
    }
}

fn kind(each: &Each) -> String {
    format!("{}.{}", each.register, each.operation)
}

async fn put_off(tx: &mut Tx, id: &str, until: Timestamp) -> Result<(), Error> {
    sqlx::query("UPDATE work SET next_at = $2 WHERE id = $1")
        .bind(id)
        .bind(until.as_microsecond())
        .execute(&mut **tx)
        .await?;
    Ok(())
}
