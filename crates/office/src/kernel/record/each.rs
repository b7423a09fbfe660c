//! One act with many cards: each is created or changed by its own rule and with an event and an entry in the journal of its own.
//! Rows are written many at a time. The act does the first cards; the rest it leaves to the program (`kernel::work`), since
//! everybody waits while somebody writes.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use sqlx::any::AnyArguments;
use sqlx::query::Query;
use sqlx::{Any, AssertSqlSafe};

use super::{CARD_COLUMNS, Recording, card_from_row, tally_name};
use crate::error::{Error, Refusal};
use crate::kernel::card::{Card, Personal};
use crate::kernel::field::{Kind, Values, words_of};
use crate::kernel::journal::{self, Root};
use crate::kernel::new_id;
use crate::kernel::register::{Case, Each, Operation, Outcome, Over, Register};
use crate::kernel::store::{count_many, tally, text};

/// Cards that are worked on at a time, in one transaction.
const BATCH: usize = 200;
/// Rows that one statement writes.
const ROWS: usize = 100;

/// A card as one of many acts leaves it.
struct Made {
    card: Card,
    before: Option<String>,
    open: Values,
}

/// What came of the cards that were looked at together.
pub(in crate::kernel) struct Page {
    /// Cards that were looked at.
    pub(in crate::kernel) looked: usize,
    /// Cards that were made or changed.
    pub(in crate::kernel) made: usize,
    /// After which card it goes on; none at the end.
    pub(in crate::kernel) next: Option<String>,
}

impl Recording<'_> {
    /// Does an operation with the first of many cards because of an act with one, and leaves the rest to the program.
    pub(super) async fn each(&mut self, own: &Card, each: Each) -> Result<(), Error> {
        let kind = format!("{}.{}", each.register, each.operation);
        if self.office.works().iter().all(|w| !same(w, &each)) {
            return Err(wrong(&kind, "the program does not know it as work"));
        }
        if matches!(each.over, Over::Apart { .. }) {
            return self.leave(own, &each, "", 0).await;
        }
        let mut after = String::new();
        let (mut looked, mut made) = (0, 0);
        loop {
            let page = self.page_of(own, each, &after).await?;
            looked += page.looked;
            made += page.made;
            let Some(next) = page.next else { break };
            after = next;
            // Where nobody was reached yet, it must be seen whether there is anybody at all.
            if made > 0 || matches!(each.over, Over::Pointing { .. }) {
                return self.leave(own, &each, &after, looked).await;
            }
        }
        if made == 0 && matches!(each.over, Over::For { .. }) {
            return Err(Refusal::new("refusal-nobody").into());
        }
        Ok(())
    }

    /// Does an operation with the next of many cards.
    pub(in crate::kernel) async fn page_of(&mut self, own: &Card, each: Each, after: &str) -> Result<Page, Error> {
        let (register, operation) = self.office.find_operation(each.register, each.operation)?;
        let kind = format!("{}.{}", register.name, operation.name);
        let mut all = self.office.registers().iter().flat_map(|r| r.reacts);
        if all.any(|r| r.to == kind) {
            return Err(wrong(&kind, "a register answers it"));
        }
        match each.over {
            Over::For { .. } => self.each_new(own, (register, operation, &kind), each.over, after).await,
            Over::Pointing { field } => self.each_held(own, (register, operation, &kind), field, after).await,
            Over::Apart { .. } => Err(wrong(&kind, "each has a transaction of its own")),
        }
    }

    async fn each_new(
        &mut self,
        own: &Card,
        (register, operation, kind): (&'static Register, &'static Operation, &str),
        over: Over,
        after: &str,
    ) -> Result<Page, Error> {
        let Over::For {
            register: of,
            states,
            fields: (to_own, to_other),
            values,
        } = over
        else {
            return Err(wrong(kind, "it makes no cards"));
        };
        let places: Vec<_> = (0..states.len()).map(|n| format!("${}", n + 5)).collect();
        let sql = format!(
            "SELECT {CARD_COLUMNS} FROM card c LEFT JOIN vault_record v ON v.card = c.id WHERE c.body = $1 \
             AND c.register = $2 AND c.id > $3 AND c.state IN ({}) ORDER BY c.id LIMIT $4",
            places.join(", ")
        );
        let mut query = sqlx::query(AssertSqlSafe(sql.as_str()))
            .bind(&self.body.id)
            .bind(of)
            .bind(after)
            .bind(i64::try_from(BATCH).unwrap_or(i64::MAX));
        for state in states {
            query = query.bind(*state);
        }
        let rows = query.fetch_all(&mut *self.tx).await?;
        let found = rows.iter().map(card_from_row).collect::<Result<Vec<_>, _>>()?;
        let held = self.reached(register, own, (to_own, to_other), &found).await?;
        let mut made = Vec::new();
        for other in found.iter().filter(|o| !held.contains(&o.id)) {
            let Some(mut given) = values(own, other) else { continue };
            given.insert(to_own.to_owned(), own.id.as_str().into());
            given.insert(to_other.to_owned(), other.id.as_str().into());
            let related = [own.clone(), other.clone()];
            let outcome = (operation.decide)(&self.case_of_many(None, &given, &related))?;
            made.push(self.made(register, kind, None, given, outcome)?);
        }
        self.number(register, &mut made).await?;
        self.put_many(register, kind, &made).await?;
        Ok(page(&found, made.len()))
    }

    /// Which of these cards a card of the register that points to the own card points to already.
    async fn reached(
        &mut self,
        register: &Register,
        own: &Card,
        (to_own, to_other): (&str, &str),
        others: &[Card],
    ) -> Result<BTreeSet<String>, Error> {
        if others.is_empty() {
            return Ok(BTreeSet::new());
        }
        let places: Vec<_> = (0..others.len()).map(|n| format!("${}", n + 6)).collect();
        let sql = format!(
            "SELECT o.target FROM card_link o JOIN card c ON c.id = o.source JOIN card_link l ON l.source = o.source \
             WHERE l.target = $1 AND l.field = $2 AND o.field = $3 AND c.register = $4 AND l.body = $5 AND o.target IN ({})",
            places.join(", ")
        );
        let mut query = sqlx::query(AssertSqlSafe(sql))
            .bind(&own.id)
            .bind(to_own)
            .bind(to_other)
            .bind(register.name)
            .bind(&self.body.id);
        for other in others {
            query = query.bind(&other.id);
        }
        let rows = query.fetch_all(&mut *self.tx).await?;
        rows.iter().map(|r| text(r, "target")).collect()
    }

    async fn each_held(
        &mut self,
        own: &Card,
        (register, operation, kind): (&'static Register, &'static Operation, &str),
        field: &str,
        after: &str,
    ) -> Result<Page, Error> {
        let places: Vec<_> = (0..operation.from.len()).map(|n| format!("${}", n + 7)).collect();
        let sql = format!(
            "SELECT {CARD_COLUMNS} FROM card_link l JOIN card c ON c.id = l.source LEFT JOIN vault_record v ON v.card = c.id \
             WHERE l.target = $1 AND l.source > $2 AND l.field = $3 AND l.body = $4 AND c.register = $5 AND c.state IN ({}) \
             ORDER BY l.source LIMIT $6",
            places.join(", ")
        );
        let mut query = sqlx::query(AssertSqlSafe(sql.as_str()))
            .bind(&own.id)
            .bind(after)
            .bind(field)
            .bind(&self.body.id)
            .bind(register.name)
            .bind(i64::try_from(BATCH).unwrap_or(i64::MAX));
        for state in operation.from {
            query = query.bind(*state);
        }
        let rows = query.fetch_all(&mut *self.tx).await?;
        let found = rows.iter().map(card_from_row).collect::<Result<Vec<_>, _>>()?;
        let mut made = Vec::new();
        let given = Values::new();
        let related = [own.clone()];
        for held in &found {
            if held.blocked && !operation.despite_block {
                continue;
            }
            let Ok(outcome) = (operation.decide)(&self.case_of_many(Some(held), &given, &related)) else {
                continue;
            };
            made.push(self.made(register, kind, Some(held.clone()), Values::new(), outcome)?);
        }
        self.put_many(register, kind, &made).await?;
        Ok(page(&found, made.len()))
    }

    fn case_of_many<'a>(&'a self, card: Option<&'a Card>, input: &'a Values, related: &'a [Card]) -> Case<'a> {
        Case {
            now: self.now,
            body: &self.body,
            actor: &self.actor.account,
            roles: &self.actor.roles,
            card,
            input,
            related,
            history: &[],
            clocks: &[],
            mine: &[],
            law: &self.office.reckoner,
            cut: false,
            registers: self.office.registers(),
        }
    }

    /// The card as a rule leaves it. What cannot be done for many at once is a fault of the program, told before anything is
    /// written.
    fn made(
        &self,
        register: &Register,
        kind: &str,
        held: Option<Card>,
        given: Values,
        outcome: Outcome,
    ) -> Result<Made, Error> {
        let mut open = if outcome.take_input { given } else { Values::new() };
        open.extend(outcome.set);
        let more = !(outcome.unset.is_empty()
            && outcome.clocks.is_empty()
            && outcome.block.is_empty()
            && outcome.destroy.is_empty()
            && outcome.follow.is_empty()
            && outcome.then.is_empty()
            && outcome.clocks_of_others.is_empty()
            && outcome.each.is_empty()
            && outcome.gather.is_none()
            && !outcome.unnamed);
        let personal = open.keys().any(|n| register.field(n).is_some_and(|f| f.personal));
        if more || personal {
            return Err(wrong(kind, "its rule does more than can be done for many at once"));
        }
        let state = outcome.state.map(str::to_owned);
        let (mut card, before) = match held {
            Some(card) => {
                let before = card.state.clone();
                (card, Some(before))
            }
            None => (self.blank(register), None),
        };
        if let Some(state) = state {
            card.state = state;
        }
        card.version += 1;
        card.updated = self.now;
        card.data.extend(open.clone());
        Ok(Made { card, before, open })
    }

    fn blank(&self, register: &Register) -> Card {
        Card {
            id: new_id(),
            body: self.body.id.clone(),
            register: register.name.to_owned(),
            number: String::new(),
            state: register.states.first().map(|s| s.name).unwrap_or_default().to_owned(),
            version: 0,
            blocked: false,
            data: Values::new(),
            personal: Personal::None,
            created: self.now,
            updated: self.now,
        }
    }

    /// Numbers for new cards, in their order.
    async fn number(&mut self, register: &Register, made: &mut [Made]) -> Result<(), Error> {
        let many = i64::try_from(made.len()).unwrap_or(i64::MAX);
        if many == 0 {
            return Ok(());
        }
        let year = self.now.to_zoned_datetime(self.body.zone.clone()).year();
        let name = format!("number/{}/{year}", register.name);
        let last = count_many(&mut self.tx, &self.body.id, &name, many).await?;
        for (number, made) in (last - many + 1..).zip(made.iter_mut()) {
            made.card.number = format!("{year}-{number}");
        }
        Ok(())
    }

    async fn put_many(&mut self, register: &Register, kind: &str, made: &[Made]) -> Result<(), Error> {
        if made.is_empty() {
            return Ok(());
        }
        self.cards_of_many(made).await?;
        self.links_of_many(register, made).await?;
        for one in made {
            // Only what an act sets can move a watched day, and only another state can end the watch.
            let moved = one.before.as_ref().is_some_and(|before| *before != one.card.state);
            let mut days = self.office.days().iter().filter(|d| d.register == register.name);
            if days.any(|d| moved || one.open.contains_key(d.field)) {
                self.days(&one.card).await?;
            }
        }
        self.events_of_many(kind, made).await?;
        self.tallies_of_many(register, made).await
    }

    async fn cards_of_many(&mut self, made: &[Made]) -> Result<(), Error> {
        for some in made.chunks(ROWS) {
            // A card that somebody changed meanwhile is not written, and then nothing is.
            let sql = format!(
                "INSERT INTO card (id, body, register, number, state, version, blocked, data, created_at, updated_at) \
                 VALUES {} ON CONFLICT (id) DO UPDATE SET state = excluded.state, version = excluded.version, \
                 data = excluded.data, updated_at = excluded.updated_at WHERE card.version = excluded.version - 1",
                places(some.len(), 10)
            );
            let mut query = sqlx::query(AssertSqlSafe(sql));
            for one in some {
                let card = &one.card;
                query = query
                    .bind(&card.id)
                    .bind(&card.body)
                    .bind(&card.register)
                    .bind(&card.number)
                    .bind(&card.state)
                    .bind(card.version)
                    .bind(i64::from(card.blocked))
                    .bind(Value::Object(card.data.clone()).to_string())
                    .bind(card.created.as_microsecond())
                    .bind(card.updated.as_microsecond());
            }
            let done = query.execute(&mut *self.tx).await?;
            if usize::try_from(done.rows_affected()).ok() != Some(some.len()) {
                return Err(Refusal::new("refusal-changed").into());
            }
        }
        Ok(())
    }

    async fn links_of_many(&mut self, register: &Register, made: &[Made]) -> Result<(), Error> {
        let mut links: Vec<(&str, &str, &str)> = Vec::new();
        for one in made {
            for (name, value) in &one.open {
                let field = register.field(name);
                if !field.is_some_and(|f| matches!(f.kind, Kind::Card(_) | Kind::Cards(_))) {
                    continue;
                }
                if one.before.is_some() {
                    sqlx::query("DELETE FROM card_link WHERE source = $1 AND field = $2")
                        .bind(&one.card.id)
                        .bind(name)
                        .execute(&mut *self.tx)
                        .await?;
                }
                links.extend(
                    words_of(value)
                        .into_iter()
                        .map(|t| (one.card.id.as_str(), name.as_str(), t)),
                );
            }
        }
        for some in links.chunks(ROWS) {
            let sql = format!(
                "INSERT INTO card_link (body, source, field, target) VALUES {}",
                places(some.len(), 4)
            );
            let mut query = sqlx::query(AssertSqlSafe(sql));
            for (source, field, target) in some {
                query = query.bind(&self.body.id).bind(*source).bind(*field).bind(*target);
            }
            query.execute(&mut *self.tx).await?;
        }
        Ok(())
    }

    async fn events_of_many(&mut self, kind: &str, made: &[Made]) -> Result<(), Error> {
        let many = i64::try_from(made.len()).unwrap_or(i64::MAX);
        let mut seq = journal::next_many(&mut self.tx, many).await?;
        for some in made.chunks(ROWS) {
            let events = format!(
                "INSERT INTO event (seq, body, card, kind, actor, at, data, salt) VALUES {}",
                places(some.len(), 8)
            );
            let entries = format!(
                "INSERT INTO journal_entry (seq, entry) VALUES {}",
                places(some.len(), 2)
            );
            let mut events: Query<'_, Any, AnyArguments> = sqlx::query(AssertSqlSafe(events));
            let mut entries: Query<'_, Any, AnyArguments> = sqlx::query(AssertSqlSafe(entries));
            for one in some {
                let salt = Root::random()?;
                let act = journal::Act {
                    at: self.now,
                    actor: &self.actor.account,
                    kind,
                    object: &one.card.id,
                    commitments: journal::commitments(&salt, &one.open)?,
                };
                entries = entries.bind(seq).bind(journal::encoded(seq, act)?);
                events = events
                    .bind(seq)
                    .bind(&self.body.id)
                    .bind(&one.card.id)
                    .bind(kind)
                    .bind(&self.actor.account)
                    .bind(self.now.as_microsecond())
                    .bind(Value::Object(one.open.clone()).to_string())
                    .bind(salt.bytes());
                seq += 1;
            }
            events.execute(&mut *self.tx).await?;
            entries.execute(&mut *self.tx).await?;
        }
        Ok(())
    }

    async fn tallies_of_many(&mut self, register: &Register, made: &[Made]) -> Result<(), Error> {
        let mut sums: BTreeMap<&str, i64> = BTreeMap::new();
        let mut groups = Vec::new();
        for one in made {
            *sums.entry(&one.card.state).or_default() += 1;
            if let Some(before) = &one.before {
                *sums.entry(before).or_default() -= 1;
                // What a card is counted by beside its state does not change by such an act.
                let then = Card {
                    state: before.clone(),
                    ..one.card.clone()
                };
                groups.extend(self.group_of(&then).map(|g| (g, -1)));
            }
            groups.extend(self.group_of(&one.card).map(|g| (g, 1)));
        }
        for (state, by) in sums.into_iter().filter(|(_, by)| *by != 0) {
            tally(&mut self.tx, &self.body.id, &tally_name(register.name, state), by).await?;
        }
        self.regroup(groups).await
    }
}

/// `($1, $2), ($3, $4)`: places for rows of so many columns.
fn places(rows: usize, columns: usize) -> String {
    let row = |r: usize| {
        let places: Vec<_> = (1..=columns).map(|c| format!("${}", r * columns + c)).collect();
        format!("({})", places.join(", "))
    };
    (0..rows).map(row).collect::<Vec<_>>().join(", ")
}

fn page(found: &[Card], made: usize) -> Page {
    let full = found.len() >= BATCH;
    Page {
        looked: found.len(),
        made,
        next: found.last().filter(|_| full).map(|c| c.id.clone()),
    }
}

/// Whether two mean the same work.
pub(in crate::kernel) fn same(one: &Each, other: &Each) -> bool {
    (one.register, one.operation) == (other.register, other.operation)
}

fn wrong(kind: &str, what: &str) -> Error {
    Error::Installation(format!("{kind}: {what}"))
}
