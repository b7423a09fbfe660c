//! What an act does beside its own card: operations and clocks of others, cards that it collects, days that are watched.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;
use sqlx::{AssertSqlSafe, Executor};

use super::{Done, Recording, load_card};
use crate::error::{Error, Refusal};
use crate::kernel::card::Card;
use crate::kernel::clock;
use crate::kernel::field::{Kind, Values};
use crate::kernel::journal;
use crate::kernel::record::Actor;
use crate::kernel::register::{ClockAct, Gather, Opening, Operation, Register, Then};
use crate::kernel::rights::any_allows;
use crate::kernel::store::{int, text};
use crate::kernel::watch;
use crate::office::Office;

/// Who did what nobody is to know the doer of.
pub(super) const UNNAMED: &str = "unnamed";
/// Cards that one card gathers at most.
const GATHERED: usize = 200;
/// Cards of a kind that one act makes at most to gather: it is one transaction, and everybody waits for it. What is left of
/// millions, the daily run takes up.
const AT_ONCE: usize = 20;

impl Office {
    /// Does an operation with each of these cards because a day has passed, in one transaction: no person does it, the rule of
    /// the operation is asked all the same, and a refusal spoils only its own card. Gives how many cards changed.
    pub(crate) async fn act_by_day(
        &self,
        body: &str,
        now: Timestamp,
        (register, operation): (&'static Register, &'static Operation),
        cards: &[String],
    ) -> Result<u64, Error> {
        let actor = Actor {
            account: "daily".to_owned(),
            body: body.to_owned(),
            roles: Vec::new(),
        };
        let tx = self.db.write().await?;
        let mut recording = Recording::begin(self, tx, &actor, now).await?;
        let mut changed = 0;
        for card in cards {
            recording.tx.execute("SAVEPOINT one_act").await?;
            let destroyed = recording.destroyed;
            let done = recording
                .act_all(register, operation, (Some(card), None), Values::new(), 0)
                .await;
            match done {
                Ok(_) => changed += 1,
                // A rule that still says no, or a mark on the card: the day stays watched, the others go on.
                Err(Error::Refused(refusal)) => {
                    tracing::info!("{} {card}: {}", register.name, refusal.key);
                    recording.tx.execute("ROLLBACK TO SAVEPOINT one_act").await?;
                    recording.destroyed = destroyed;
                }
                Err(error) => return Err(error),
            }
            recording.tx.execute("RELEASE SAVEPOINT one_act").await?;
        }
        let destroyed = recording.destroyed;
        recording.tx.commit().await?;
        self.recorded(now, destroyed).await;
        Ok(changed)
    }
}

impl Office {
    /// Does an operation with values that a part of the program has read out of a file and checked itself, instead of fields
    /// of a form.
    pub(crate) async fn act_with(
        &self,
        actor: &Actor,
        now: Timestamp,
        (register, operation): (&str, &str),
        (card, version): (Option<&str>, Option<i64>),
        values: Values,
    ) -> Result<Done, Error> {
        let (register, operation) = self.find_operation(register, operation)?;
        if !any_allows(&actor.roles, operation.right) {
            return Err(Refusal::new("refusal-right").into());
        }
        let tx = self.db.write().await?;
        let mut recording = Recording::begin(self, tx, actor, now).await?;
        let done = recording
            .act_all(register, operation, (card, version), values, 0)
            .await?;
        let destroyed = recording.destroyed;
        recording.tx.commit().await?;
        self.recorded(now, destroyed).await;
        Ok(done)
    }
}

impl Recording<'_> {
    /// Does an operation that the program does by itself, within the transaction. Its rule is asked like any other.
    pub(crate) async fn by_program(
        &mut self,
        (register, operation, card): (&str, &str, Option<&str>),
        values: Values,
    ) -> Result<Done, Error> {
        let (register, operation) = self.office.find_operation(register, operation)?;
        self.act_all(register, operation, (card, None), values, 0).await
    }

    /// The cards of a register that point to a card and with which an operation may be done.
    pub(super) async fn pointing_in(
        &mut self,
        register: &Register,
        operation: &Operation,
        id: &str,
    ) -> Result<Vec<String>, Error> {
        let rows = sqlx::query(
            "SELECT DISTINCT c.id, c.state, c.blocked FROM card_link l JOIN card c ON c.id = l.source \
             WHERE l.target = $1 AND l.body = $2 AND c.register = $3 ORDER BY c.id",
        )
        .bind(id)
        .bind(&self.body.id)
        .bind(register.name)
        .fetch_all(&mut *self.tx)
        .await?;
        let mut found = Vec::new();
        for row in &rows {
            let open = int(row, "blocked")? == 0 || operation.despite_block;
            if open && operation.from.contains(&text(row, "state")?.as_str()) {
                found.push(text(row, "id")?);
            }
        }
        Ok(found)
    }

    /// An act, and as many of its kind as it takes until nothing is left to gather.
    pub(super) async fn act_all(
        &mut self,
        register: &'static Register,
        operation: &'static Operation,
        (card, version): (Option<&str>, Option<i64>),
        values: Values,
        depth: usize,
    ) -> Result<Done, Error> {
        self.more = false;
        let first = self
            .act(register, operation, card, version, values.clone(), depth)
            .await?;
        let mut done = 1;
        while operation.creates() && std::mem::take(&mut self.more) && done < AT_ONCE {
            self.act(register, operation, None, None, values.clone(), depth).await?;
            done += 1;
        }
        Ok(first)
    }

    /// The cards that an act collects, of the body only, and whether there are more. Those that another open card of the register has collected already
    /// are left out, so that each act finds the next ones.
    pub(super) async fn gathered(
        &mut self,
        register: &Register,
        gather: &Gather,
    ) -> Result<(Vec<String>, bool), Error> {
        let target = load_card(&mut self.tx, &self.body.id, &gather.target).await?;
        let target = target.ok_or_else(|| Refusal::new("refusal-no-card"))?;
        let of_target = self
            .office
            .register(&target.register)
            .map(closed_states)
            .unwrap_or_default();
        let mut of_own = closed_states(register);
        // Parts of such a card hold what it does not hold itself, in the field of the same name.
        let parts: Vec<&Register> = (self.office.registers().iter().copied())
            .filter(|r| r.name != register.name && r.fields.iter().any(|f| f.name == gather.into))
            .collect();
        of_own.extend(parts.iter().flat_map(|r| closed_states(r)));
        let places = |from: usize, number: usize| {
            // A word that no state has keeps the list from being empty.
            let named = (from..from + number).map(|n| format!("${n}"));
            std::iter::once("''".to_owned())
                .chain(named)
                .collect::<Vec<_>>()
                .join(", ")
        };
        let sql = format!(
            "SELECT l.source FROM card_link l JOIN vault_record v ON v.card = l.source \
             WHERE l.body = $1 AND l.target = $2 AND l.field = $3 AND v.destroyed_at IS NULL \
             AND NOT EXISTS (SELECT 1 FROM card_link o JOIN card t ON t.id = o.target WHERE o.source = l.source \
             AND o.field = l.field AND o.target <> l.target AND t.state NOT IN ({})) \
             AND NOT EXISTS (SELECT 1 FROM card_link d JOIN card c ON c.id = d.source WHERE d.target = l.source \
             AND d.field = $4 AND c.register IN ($5, {}) AND c.state NOT IN ({})) ORDER BY l.source LIMIT {}",
            places(6, of_target.len()),
            places(6 + of_target.len() + of_own.len(), parts.len()),
            places(6 + of_target.len(), of_own.len()),
            GATHERED + 1
        );
        let mut query = sqlx::query(AssertSqlSafe(sql))
            .bind(&self.body.id)
            .bind(&gather.target)
            .bind(gather.field)
            .bind(gather.into)
            .bind(register.name);
        for word in of_target.into_iter().chain(of_own).chain(parts.iter().map(|r| r.name)) {
            query = query.bind(word);
        }
        let rows = query.fetch_all(&mut *self.tx).await?;
        let found = rows
            .iter()
            .take(GATHERED)
            .map(|r| text(r, "source"))
            .collect::<Result<_, _>>()?;
        Ok((found, rows.len() > GATHERED))
    }

    /// Does an operation of another card's own register with it.
    pub(super) async fn then(&mut self, next: Then, depth: usize) -> Result<(), Error> {
        let card = load_card(&mut self.tx, &self.body.id, &next.card).await?;
        let card = card.ok_or_else(|| Refusal::new("refusal-no-card"))?;
        let register = self
            .office
            .register(&card.register)
            .ok_or_else(|| Refusal::new("refusal-no-card"))?;
        let of_card = |refusal: Refusal| {
            Refusal::new("refusal-of-card")
                .arg("number", &card.number)
                .and([refusal])
        };
        let Some(operation) = register.operation(next.operation) else {
            return Err(of_card(Refusal::new("refusal-not-approvable")).into());
        };
        let done = Box::pin(self.act(register, operation, Some(&card.id), None, next.values, depth + 1)).await;
        match done {
            Err(Error::Refused(refusal)) => Err(of_card(refusal).into()),
            other => other.map(|_| ()),
        }
    }

    /// Makes the cards of other registers that an act makes, and gives the card as it is then: with links to those that it
    /// keeps.
    pub(super) async fn open_cards(
        &mut self,
        card: Card,
        register: &Register,
        because: &str,
        openings: Vec<Opening>,
        depth: usize,
    ) -> Result<Card, Error> {
        let mut kept: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
        for opening in openings {
            let (target, operation) = self.office.find_operation(opening.register, opening.operation)?;
            let mut values = opening.values;
            if let Some(name) = opening.points {
                let several = operation
                    .fields
                    .iter()
                    .any(|f| f.name == name && matches!(f.kind, Kind::Cards(_)));
                values.insert(name.to_owned(), links(several, vec![card.id.clone()]));
            }
            let done = Box::pin(self.act_all(target, operation, (None, None), values, depth + 1)).await?;
            if let Some(name) = opening.kept {
                kept.entry(name).or_default().push(done.card);
            }
        }
        if kept.is_empty() {
            return Ok(card);
        }
        let (changing, _) = self.other(&card.id).await?;
        let mut set = Values::new();
        for (name, new) in kept {
            let several = register.field(name).is_some_and(|f| matches!(f.kind, Kind::Cards(_)));
            let mut all: Vec<String> = Vec::new();
            if several {
                all.extend(changing.card.cards(name).into_iter().map(str::to_owned));
            }
            all.extend(new);
            set.insert(name.to_owned(), links(several, all));
        }
        let seq = journal::next(&mut self.tx).await?;
        let kind = format!("card.follow/{because}");
        self.change(register, changing, seq, &kind, &set, &[], None).await
    }

    /// Does to a clock of another card what an act does to it.
    pub(super) async fn clock_of_other(&mut self, id: &str, act: ClockAct) -> Result<(), Error> {
        let card = load_card(&mut self.tx, &self.body.id, id).await?;
        let card = card.ok_or_else(|| Refusal::new("refusal-no-card"))?;
        let owner = (card.id.as_str(), card.register.as_str());
        clock::apply(&mut self.tx, &self.office.reckoner, &self.body, owner, &[act]).await
    }

    /// Keeps the days of a card that the office watches.
    pub(super) async fn days(&mut self, card: &Card) -> Result<(), Error> {
        for day in self.office.days().iter().filter(|d| d.register == card.register) {
            let waits = self.office.waiting_states(day)?.contains(&card.state.as_str());
            watch::keep(&mut self.tx, card, day.field, waits).await?;
        }
        Ok(())
    }
}

/// Cards as a field that points to one or to several holds them.
fn links(several: bool, mut ids: Vec<String>) -> Value {
    if several {
        return ids.into();
    }
    ids.pop().map_or(Value::Null, Value::from)
}

/// The states of a register in which work on a card is over.
fn closed_states(register: &Register) -> Vec<&'static str> {
    register.states.iter().filter(|s| s.closed).map(|s| s.name).collect()
}
