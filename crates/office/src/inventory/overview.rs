//! The inventory as pages show it: every store with what its last scan found, and what of it is approved or a gap.

use std::collections::BTreeMap;

use sqlx::AnyConnection;

use super::take::cards_in;
use crate::error::{Error, Refusal};
use crate::kernel::card::Card;
use crate::kernel::categories::CATEGORIES;
use crate::kernel::record::Actor;
use crate::kernel::rights::{Right, any_allows};
use crate::kernel::store::{int, text};
use crate::office::Office;

/// Days of a store that are shown at most.
const DAYS: i64 = 12;

/// The stores of a body with what lies in them.
#[derive(Debug)]
pub struct Overview {
    /// Every store that is in use or planned.
    pub stores: Vec<InStore>,
    /// Categories that are found anywhere, in the order of the list.
    pub categories: Vec<&'static str>,
    /// Gaps on which work goes on.
    pub gaps: Vec<Card>,
}

/// A store.
#[derive(Debug)]
pub struct InStore {
    /// Its card, closed.
    pub card: Card,
    /// The day of the last scan.
    pub day: Option<String>,
    /// Files that it saw.
    pub files: i64,
    /// What of them was not read.
    pub not_read: i64,
    /// Files read in part, and not at all.
    pub unread_files: (i64, i64),
    /// Estimate of the persons.
    pub subjects: i64,
    /// What was found, by category.
    pub cells: BTreeMap<String, Cell>,
}

/// What was found of one category in a store.
#[derive(Debug, Clone)]
pub struct Cell {
    /// Findings.
    pub findings: i64,
    /// Files that hold them.
    pub files: i64,
    /// Those that the law in force holds sensitive.
    pub sensitive: i64,
    /// Those of which the class is still to be confirmed.
    pub unsure: i64,
    /// The types, with their numbers.
    pub types: Vec<(String, u64)>,
    /// Whether an approved activity that the store serves has the category.
    pub approved: bool,
    /// The gap that is open for it.
    pub gap: Option<String>,
}

impl Office {
    /// The inventory of the actor's body.
    pub async fn inventory(&self, actor: &Actor) -> Result<Overview, Error> {
        if !any_allows(&actor.roles, Right::SeeRegisters) {
            return Err(Refusal::new("refusal-right").into());
        }
        let mut connection = self.db.read().acquire().await?;
        let cards = cards_in(&mut connection, &actor.body, "stores", &["store-live", "store-planned"]).await?;
        let gaps = ["gap-open", "gap-proposed", "gap-accepted"];
        let gaps = cards_in(&mut connection, &actor.body, "gaps", &gaps).await?;
        // A body without stores has nothing that could lie anywhere.
        if cards.is_empty() {
            return Ok(Overview {
                stores: Vec::new(),
                categories: Vec::new(),
                gaps,
            });
        }
        let activities = cards_in(&mut connection, &actor.body, "processing", &["approved", "changing"]).await?;
        let mut found = cells(&mut connection, &actor.body).await?;
        let mut scans = scans(&mut connection, &actor.body).await?;
        drop(connection);
        let mut stores = Vec::with_capacity(cards.len());
        for card in cards {
            let mut cells = found.remove(&card.id).unwrap_or_default();
            let served = card.cards("serves");
            for (category, cell) in &mut cells {
                let mut own = activities.iter().filter(|a| served.contains(&a.id.as_str()));
                cell.approved = own.any(|a| a.cards("data_categories").contains(&category.as_str()));
                let gap = gaps.iter().find(|g| {
                    g.text("gap_kind") == "found-not-approved"
                        && g.text("gap_store") == card.id
                        && g.text("gap_category") == category
                });
                cell.gap = gap.map(|g| g.id.clone());
            }
            let last = scans.remove(&card.id);
            let last = last.as_ref();
            stores.push(InStore {
                day: last.map(|s| s.day.clone()),
                files: last.map_or(0, |s| s.files),
                not_read: last.map_or(0, |s| s.unread.max(s.partial + s.none)),
                unread_files: last.map_or((0, 0), |s| (s.partial, s.none)),
                subjects: last.map_or(0, |s| s.subjects),
                cells,
                card,
            });
        }
        let categories = CATEGORIES.iter().copied();
        let categories = categories.filter(|c| stores.iter().any(|s| s.cells.contains_key(*c)));
        Ok(Overview {
            categories: categories.collect(),
            stores,
            gaps,
        })
    }
}

impl Office {
    /// Findings of the last scans of a store by day, newest first.
    pub async fn scan_days(&self, actor: &Actor, store: &str) -> Result<Vec<(String, i64)>, Error> {
        let rows =
            sqlx::query("SELECT day, findings FROM scan WHERE body = $1 AND store = $2 ORDER BY day DESC LIMIT $3")
                .bind(&actor.body)
                .bind(store)
                .bind(DAYS)
                .fetch_all(self.db.read())
                .await?;
        rows.iter()
            .map(|r| Ok((text(r, "day")?, int(r, "findings")?)))
            .collect()
    }
}

/// One scan of a store.
struct OfDay {
    day: String,
    files: i64,
    partial: i64,
    none: i64,
    unread: i64,
    subjects: i64,
}

/// The last scan of every store of a body.
async fn scans(connection: &mut AnyConnection, body: &str) -> Result<BTreeMap<String, OfDay>, Error> {
    let rows = sqlx::query(
        "SELECT s.store, s.day, s.files, s.read_partial, s.read_none, s.unread, s.subjects FROM (SELECT store, MAX(day) AS day \
         FROM scan WHERE body = $1 GROUP BY store) l JOIN scan s ON s.store = l.store AND s.day = l.day",
    )
    .bind(body)
    .fetch_all(connection)
    .await?;
    let mut scans = BTreeMap::new();
    for row in &rows {
        let of = OfDay {
            day: text(row, "day")?,
            files: int(row, "files")?,
            partial: int(row, "read_partial")?,
            none: int(row, "read_none")?,
            unread: int(row, "unread")?,
            subjects: int(row, "subjects")?,
        };
        scans.insert(text(row, "store")?, of);
    }
    Ok(scans)
}

/// What the last scan of every store found, by category.
async fn cells(connection: &mut AnyConnection, body: &str) -> Result<BTreeMap<String, BTreeMap<String, Cell>>, Error> {
    let rows = sqlx::query(
        "SELECT c.store, c.category, c.findings, c.files, c.sensitive, c.unsure, c.types FROM (SELECT store, MAX(day) AS day \
         FROM scan WHERE body = $1 GROUP BY store) l JOIN scan_category c ON c.store = l.store AND c.day = l.day",
    )
    .bind(body)
    .fetch_all(connection)
    .await?;
    let mut found: BTreeMap<String, BTreeMap<String, Cell>> = BTreeMap::new();
    for row in &rows {
        let store = text(row, "store")?;
        let types: BTreeMap<String, u64> = serde_json::from_str(&text(row, "types")?).map_err(|_| Error::Damaged {
            table: "scan_category",
            id: store.clone(),
            what: "types",
        })?;
        let mut types: Vec<_> = types.into_iter().collect();
        types.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let cell = Cell {
            findings: int(row, "findings")?,
            files: int(row, "files")?,
            sensitive: int(row, "sensitive")?,
            unsure: int(row, "unsure")?,
            types,
            approved: false,
            gap: None,
        };
        found.entry(store).or_default().insert(text(row, "category")?, cell);
    }
    Ok(found)
}
