//! Taking in a scan: its counts, the act on the store's card, and the gaps that the comparison opens and closes, in one
//! transaction.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::{Value, json};
use sqlx::{AnyConnection, AssertSqlSafe};
use tutela_law::{Class, Mark, Pack};

use super::compare::{Activity, End, Inventory, Key, Kind, Scan, Size, Standing, Step, Store};
use super::report::{Found, InCategory};
use crate::error::{Error, Refusal};
use crate::kernel::body::Body;
use crate::kernel::card::Card;
use crate::kernel::categories::can_be_found;
use crate::kernel::field::Values;
use crate::kernel::record::{Actor, CARD_COLUMNS, Recording, card_from_row, load_card};
use crate::kernel::rights::{Right, any_allows};
use crate::kernel::store::{int, text};
use crate::office::Office;

/// The part of the program that opens and closes gaps; it stands in the journal as the actor.
const PROGRAM: &str = "inventory";

/// What became of a scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The card of the store.
    pub store: String,
    /// The day under which it is kept.
    pub day: String,
    /// Gaps that it opened.
    pub opened: usize,
    /// Gaps that it closed.
    pub closed: usize,
    /// The place in the journal.
    pub seq: i64,
}

/// How many findings the law in force holds sensitive, and of how many it is not sure.
fn by_the_law(pack: Option<&Pack>, of: &InCategory) -> (u64, u64) {
    let (mut sensitive, mut unsure) = (0, 0);
    for (entity, number) in &of.types {
        let said = pack.map(|p| p.classify(entity.as_str()));
        match said {
            Some(said) if said.mark == Mark::Check => unsure += number,
            Some(said) if said.class == Class::Sensitive => sensitive += number,
            Some(_) => {}
            None => unsure += number,
        }
    }
    (sensitive, unsure)
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

impl Office {
    /// The store that a scan is for, by the identifier of its card or by its number.
    pub async fn store_named(&self, actor: &Actor, named: &str) -> Result<Card, Error> {
        let row = sqlx::query(AssertSqlSafe(format!(
            "SELECT {CARD_COLUMNS} FROM card c LEFT JOIN vault_record v ON v.card = c.id WHERE c.body = $1 \
             AND c.register = 'stores' AND (c.id = $2 OR c.number = $2)"
        )))
        .bind(&actor.body)
        .bind(named)
        .fetch_optional(self.db.read())
        .await?;
        match row {
            Some(row) => card_from_row(&row),
            None => Err(Refusal::new("refusal-no-card").field("store").into()),
        }
    }

    /// Takes in what a scan found in a store. A scan of the same day is replaced.
    pub async fn take_scan(&self, actor: &Actor, now: Timestamp, store: &str, found: &Found) -> Result<Taken, Error> {
        if !any_allows(&actor.roles, Right::KeepProcessing) {
            return Err(Refusal::new("refusal-right").into());
        }
        let tx = self.db.write().await?;
        let mut recording = Recording::begin(self, tx, actor, now).await?;
        let card = load_card(&mut recording.tx, &actor.body, store).await?;
        let card = card
            .filter(|c| c.register == "stores")
            .ok_or_else(|| Refusal::new("refusal-no-card").field("store"))?;
        if card.state != "store-live" {
            return Err(Refusal::new("refusal-store-not-live").field("store").into());
        }
        let body = Body::load(&mut recording.tx, &actor.body).await?;
        let body = body.ok_or_else(|| Refusal::new("refusal-no-page"))?;
        let today = now.to_zoned_datetime(body.zone.clone()).date();
        let pack = self.reckoner.law.pack(body.country, today);
        let day = today.to_string();
        write_counts(&mut recording.tx, (&actor.body, store, &day), now, pack, found).await?;
        let done = recording
            .by_program(("stores", "scan", Some(store)), of_card(&day, pack, found))
            .await?;
        let (opened, closed) = self.compare_in(&mut recording, &body, &day).await?;
        recording.tx.commit().await?;
        self.recorded(now, false).await;
        Ok(Taken {
            store: store.to_owned(),
            day,
            opened,
            closed,
            seq: done.seq,
        })
    }

    /// Holds the inventory against the approved list as it is now. Gives how many gaps were opened and closed.
    pub async fn compare(&self, actor: &Actor, now: Timestamp) -> Result<(usize, usize), Error> {
        if !any_allows(&actor.roles, Right::KeepProcessing) {
            return Err(Refusal::new("refusal-right").into());
        }
        let tx = self.db.write().await?;
        let mut recording = Recording::begin(self, tx, actor, now).await?;
        let body = Body::load(&mut recording.tx, &actor.body).await?;
        let body = body.ok_or_else(|| Refusal::new("refusal-no-page"))?;
        let day = now.to_zoned_datetime(body.zone.clone()).date().to_string();
        let changed = self.compare_in(&mut recording, &body, &day).await?;
        recording.tx.commit().await?;
        self.recorded(now, false).await;
        Ok(changed)
    }

    /// Holds the inventories of all bodies against their lists: orders change lists, days change the law.
    pub(crate) async fn compare_all(&self, now: Timestamp) -> Result<(), Error> {
        let mut connection = self.db.read().acquire().await?;
        let bodies = Body::all(&mut connection).await?;
        drop(connection);
        for body in bodies {
            // A locked vault has nothing to do with counts, but cards are changed with its key at hand only.
            if self.keys.of(&body.id).is_err() {
                continue;
            }
            let mut connection = self.db.read().acquire().await?;
            let steps = steps(&mut connection, &body.id).await?;
            drop(connection);
            // Most days nothing has changed, and nobody waits for a turn to write.
            if steps.is_empty() {
                continue;
            }
            let actor = Actor {
                account: PROGRAM.to_owned(),
                body: body.id.clone(),
                roles: Vec::new(),
            };
            let tx = self.db.write().await?;
            let mut recording = Recording::begin(self, tx, &actor, now).await?;
            let day = now.to_zoned_datetime(body.zone.clone()).date().to_string();
            self.compare_in(&mut recording, &body, &day).await?;
            recording.tx.commit().await?;
            self.recorded(now, false).await;
        }
        Ok(())
    }

    async fn compare_in(&self, recording: &mut Recording<'_>, body: &Body, day: &str) -> Result<(usize, usize), Error> {
        let steps = steps(&mut recording.tx, &body.id).await?;
        let (mut opened, mut closed) = (0, 0);
        for step in steps {
            match step {
                Step::Open(key, size) => {
                    opened += 1;
                    recording
                        .by_program(("gaps", "open", None), of_gap(Some(&key), size, day))
                        .await?;
                }
                Step::See(card, size) => {
                    recording
                        .by_program(("gaps", "see", Some(&card)), of_gap(None, size, day))
                        .await?;
                }
                Step::Settle(card, end) => {
                    closed += 1;
                    let end = match end {
                        End::Gone => "gap-gone",
                        End::Approved => "gap-approved",
                    };
                    let values = Values::from_iter([("gap_end".to_owned(), end.into())]);
                    recording.by_program(("gaps", "settle", Some(&card)), values).await?;
                }
            }
        }
        Ok((opened, closed))
    }
}

/// What a scan says of the store as a whole.
fn of_card(day: &str, pack: Option<&Pack>, found: &Found) -> Values {
    let sensitive = found.categories.values().any(|c| by_the_law(pack, c).0 > 0);
    let class = match found.categories.is_empty() {
        true => "class-none",
        false if sensitive => "class-sensitive",
        false => "class-basic",
    };
    let mut values = Values::new();
    let mut put = |name: &str, value: Value| values.insert(name.to_owned(), value);
    put("scanned_on", day.into());
    put("scan_files", signed(found.files).into());
    put("scan_findings", signed(found.findings).into());
    put("scan_not_read", signed(found.not_read()).into());
    put("scan_class", class.into());
    let categories: Vec<&str> = found.categories.keys().copied().collect();
    if !categories.is_empty() {
        put("found_categories", categories.into());
    }
    values
}

fn of_gap(key: Option<&Key>, size: Size, day: &str) -> Values {
    let mut values = Values::new();
    let mut put = |name: &str, value: Value| values.insert(name.to_owned(), value);
    if let Some(key) = key {
        put("gap_kind", key.kind.as_str().into());
        for (name, value) in [
            ("gap_store", &key.store),
            ("gap_activity", &key.activity),
            ("gap_category", &key.category),
        ] {
            if let Some(value) = value {
                put(name, value.as_str().into());
            }
        }
    }
    put("gap_count", signed(size.count).into());
    put("gap_sensitive", size.sensitive.into());
    put("gap_seen_on", day.into());
    values
}

async fn write_counts(
    tx: &mut AnyConnection,
    (body, store, day): (&str, &str, &str),
    now: Timestamp,
    pack: Option<&Pack>,
    found: &Found,
) -> Result<(), Error> {
    for table in ["scan_category", "scan"] {
        sqlx::query(AssertSqlSafe(format!(
            "DELETE FROM {table} WHERE store = $1 AND day = $2"
        )))
        .bind(store)
        .bind(day)
        .execute(&mut *tx)
        .await?;
    }
    let mut insert = sqlx::query(
        "INSERT INTO scan (body, store, day, taken_at, files, size, read_full, read_partial, read_none, unread, findings, \
         aside, subjects) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
    )
    .bind(body)
    .bind(store)
    .bind(day)
    .bind(now.as_microsecond());
    for number in [
        found.files,
        found.bytes,
        found.full,
        found.partial,
        found.none,
        found.unread,
        found.findings,
        found.aside,
        found.subjects,
    ] {
        insert = insert.bind(signed(number));
    }
    insert.execute(&mut *tx).await?;
    for (category, of) in &found.categories {
        let (sensitive, unsure) = by_the_law(pack, of);
        let types: Values = of
            .types
            .iter()
            .map(|(e, n)| (e.as_str().to_owned(), json!(n)))
            .collect();
        sqlx::query(
            "INSERT INTO scan_category (body, store, day, category, findings, files, sensitive, unsure, types) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(body)
        .bind(store)
        .bind(day)
        .bind(*category)
        .bind(signed(of.findings()))
        .bind(signed(of.files))
        .bind(signed(sensitive))
        .bind(signed(unsure))
        .bind(Value::Object(types).to_string())
        .execute(&mut *tx)
        .await?;
    }
    Ok(())
}

/// The cards of a register in some states, oldest first.
pub(super) async fn cards_in(
    connection: &mut AnyConnection,
    body: &str,
    register: &str,
    states: &[&str],
) -> Result<Vec<Card>, Error> {
    let places: Vec<_> = (3..states.len() + 3).map(|n| format!("${n}")).collect();
    let sql = format!(
        "SELECT {CARD_COLUMNS} FROM card c LEFT JOIN vault_record v ON v.card = c.id WHERE c.body = $1 \
         AND c.register = $2 AND c.state IN ({}) ORDER BY c.id",
        places.join(", ")
    );
    let mut query = sqlx::query(AssertSqlSafe(sql)).bind(body).bind(register);
    for state in states {
        query = query.bind(*state);
    }
    let rows = query.fetch_all(connection).await?;
    rows.iter().map(card_from_row).collect()
}

/// What the last scan found in every store: category and how much.
async fn found_in(
    connection: &mut AnyConnection,
    body: &str,
) -> Result<BTreeMap<String, BTreeMap<String, Size>>, Error> {
    let rows = sqlx::query(
        "SELECT c.store, c.category, c.findings, c.sensitive FROM (SELECT store, MAX(day) AS day FROM scan \
         WHERE body = $1 GROUP BY store) l JOIN scan_category c ON c.store = l.store AND c.day = l.day",
    )
    .bind(body)
    .fetch_all(connection)
    .await?;
    let mut found: BTreeMap<String, BTreeMap<String, Size>> = BTreeMap::new();
    for row in &rows {
        let size = Size {
            count: u64::try_from(int(row, "findings")?).unwrap_or_default(),
            sensitive: int(row, "sensitive")? > 0,
        };
        let of = found.entry(text(row, "store")?).or_default();
        of.insert(text(row, "category")?, size);
    }
    Ok(found)
}

fn number(card: &Card, field: &str) -> u64 {
    card.value(field).and_then(Value::as_u64).unwrap_or_default()
}

fn set_of(card: &Card, field: &str) -> BTreeSet<String> {
    card.cards(field).into_iter().map(str::to_owned).collect()
}

/// What is to be done in a body so that its gaps are those that there are.
async fn steps(connection: &mut AnyConnection, body: &str) -> Result<Vec<Step>, Error> {
    // What waits for its order beside an approved activity does not hold yet.
    let activities = cards_in(connection, body, "processing", &["approved", "changing"]).await?;
    let activities: Vec<Activity> = activities
        .iter()
        .map(|card| Activity {
            id: card.id.clone(),
            categories: set_of(card, "data_categories"),
            systems: card.text("systems").to_owned(),
        })
        .collect();
    let cards = cards_in(connection, body, "stores", &["store-live"]).await?;
    let mut found = found_in(connection, body).await?;
    let stores: Vec<Store> = cards
        .iter()
        .map(|card| Store {
            id: card.id.clone(),
            serves: set_of(card, "serves"),
            system: card.text("store_system").to_owned(),
            scan: (!card.text("scanned_on").is_empty()).then(|| Scan {
                not_read: number(card, "scan_not_read"),
                found: found.remove(&card.id).unwrap_or_default(),
            }),
        })
        .collect();
    let gaps = cards_in(connection, body, "gaps", &["gap-open", "gap-proposed", "gap-accepted"]).await?;
    let standing = gaps.iter().map(standing).collect::<Result<Vec<_>, _>>()?;
    Ok(Inventory::new(&activities, &stores, can_be_found).steps(&standing))
}

fn standing(card: &Card) -> Result<Standing, Error> {
    let damaged = || Error::Damaged {
        table: "card",
        id: card.id.clone(),
        what: "gap_kind",
    };
    let kind = Kind::from_word(card.text("gap_kind")).ok_or_else(damaged)?;
    let some = |field: &str| Some(card.text(field)).filter(|t| !t.is_empty()).map(str::to_owned);
    Ok(Standing {
        card: card.id.clone(),
        key: Key {
            kind,
            store: some("gap_store"),
            // An activity that a change was proposed for is no part of what differs.
            activity: some("gap_activity").filter(|_| kind == Kind::ApprovedNotFound),
            category: some("gap_category"),
        },
        size: Size {
            count: number(card, "gap_count"),
            sensitive: card.value("gap_sensitive") == Some(&Value::Bool(true)),
        },
    })
}
