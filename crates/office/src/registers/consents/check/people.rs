//! Consents person by person (R30): which records of an activity that rests on consent belong to a person who gave none, and
//! which rows of a list. Persons are matched by the blind index; what was opened for it is shown to nobody, and every check is
//! recorded as a look.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use sqlx::{AnyConnection, AssertSqlSafe};
use tutela_vault::index::Kind;

use crate::error::{Error, Refusal};
use crate::kernel::body::Body;
use crate::kernel::card::Card;
use crate::kernel::field::Values;
use crate::kernel::find::Listed;
use crate::kernel::journal::{self, Root};
use crate::kernel::open::is_hidden;
use crate::kernel::record::{Actor, CARD_COLUMNS, load_card, write_event};
use crate::kernel::rights::{Right, any_allows};
use crate::kernel::store::{Tx, text};
use crate::kernel::vault;
use crate::office::Office;

/// Records that are checked at once.
pub(crate) const MOST: usize = 5_000;
/// Tokens that are asked for at a time.
const MANY: usize = 200;

/// The records of an activity, held against the consents to it.
#[derive(Debug)]
pub struct PeopleCheck {
    /// The activity.
    pub activity: Card,
    /// How many records were checked.
    pub all: usize,
    /// Those whose person has no consent in force.
    pub without: Vec<Listed>,
    /// Those that have no number by which their person could be known, or whose person nobody may know.
    pub unknown: Vec<Listed>,
    /// Whether there are more than were checked.
    pub cut: bool,
}

/// A list, held against the consents to an activity. Rows are counted from 1, with the row of the heads.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListCheck {
    /// How many rows were checked.
    pub all: usize,
    /// Those without a consent in force.
    pub without: Vec<usize>,
    /// Those where a consent bears the name, and no number says whether it is the same person.
    pub named: Vec<usize>,
    /// Those with neither number nor name.
    pub unknown: Vec<usize>,
}

impl Office {
    /// The most records that one check looks at.
    pub fn most_people() -> usize {
        MOST
    }

    /// Which records of an activity belong to a person without a consent in force.
    pub async fn consent_people(&self, actor: &Actor, now: Timestamp, activity: &str) -> Result<PeopleCheck, Error> {
        let (mut tx, activity, today) = self.begin_check(actor, now, activity).await?;
        let sql = format!(
            "SELECT {CARD_COLUMNS}, v.label_key, v.label FROM card_link l JOIN card c ON c.id = l.source \
             JOIN vault_record v ON v.card = c.id WHERE l.body = $1 AND l.target = $2 AND l.field = 'processing' \
             AND c.register <> 'consents' AND v.destroyed_at IS NULL ORDER BY c.id DESC LIMIT {}",
            MOST + 1
        );
        let rows = sqlx::query(AssertSqlSafe(sql))
            .bind(&actor.body)
            .bind(&activity.id)
            .fetch_all(&mut *tx)
            .await?;
        let mut listed = self.listed(actor, &rows)?;
        let cut = listed.len() > MOST;
        listed.truncate(MOST);
        let all = listed.len();
        let key = self.keys.of(&actor.body)?;
        let mut check = PeopleCheck {
            activity,
            all,
            without: Vec::new(),
            unknown: Vec::new(),
            cut,
        };
        let mut known = Vec::new();
        for record in listed {
            let tokens = match self.register(&record.card.register) {
                // Who may not be known alone is not matched either.
                Some(register) if !is_hidden(&record.card) => match vault::load(&mut tx, &record.card.id).await?.0 {
                    Some(stored) => {
                        let content = vault::open(&key, &actor.body, &record.card.id, &stored)?;
                        vault::identity_tokens(&key, register, &content.now)
                    }
                    None => BTreeSet::new(),
                },
                _ => BTreeSet::new(),
            };
            if tokens.is_empty() {
                check.unknown.push(record);
            } else {
                known.push((record, tokens));
            }
        }
        let asked: BTreeSet<&str> = known.iter().flat_map(|(_, t)| t).map(String::as_str).collect();
        let valid = consents_with(&mut tx, (&actor.body, &check.activity.id, &today), &asked).await?;
        for (record, tokens) in known {
            if !tokens.iter().any(|t| valid.contains_key(t)) {
                check.without.push(record);
            }
        }
        let activity = check.activity.id.clone();
        self.end_check(tx, actor, now, &activity, ("records", all)).await?;
        Ok(check)
    }

    /// Which rows of a list name a person without a consent in force to an activity. Columns are counted from 0. Nothing of
    /// the list is kept.
    pub async fn consent_list(
        &self,
        actor: &Actor,
        now: Timestamp,
        activity: &str,
        rows: &[Vec<String>],
        (document, name): (Option<usize>, Option<usize>),
    ) -> Result<(Card, ListCheck), Error> {
        let (mut tx, activity, today) = self.begin_check(actor, now, activity).await?;
        if document.is_none() && name.is_none() {
            return Err(Refusal::new("refusal-check-column").field("document").into());
        }
        let key = self.keys.of(&actor.body)?;
        let mut check = ListCheck::default();
        let mut known = Vec::new();
        for (at, row) in rows.iter().enumerate().skip(1) {
            let cell = |column: Option<usize>| column.and_then(|c| row.get(c)).map_or("", |c| c.trim());
            // A row that holds nothing at all stands for nobody.
            if row.iter().all(|c| c.trim().is_empty()) {
                continue;
            }
            check.all += 1;
            let number = vault::document_tokens(&key, cell(document));
            let words = vault::query_tokens(&key, Kind::Name, cell(name));
            if number.is_empty() && words.is_empty() {
                check.unknown.push(at + 1);
            } else {
                known.push((at + 1, number, words));
            }
        }
        let asked = known.iter().flat_map(|(_, number, words)| number.iter().chain(words));
        let asked: BTreeSet<&str> = asked.map(String::as_str).collect();
        let valid = consents_with(&mut tx, (&actor.body, &activity.id, &today), &asked).await?;
        for (row, number, words) in known {
            if number.is_empty() {
                // Every word of the name must stand on one consent.
                let mut cards = words.iter().map(|w| valid.get(w).cloned().unwrap_or_default());
                let first = cards.next().unwrap_or_default();
                let both = cards.fold(first, |all, of| all.intersection(&of).cloned().collect());
                let rows = if both.is_empty() {
                    &mut check.without
                } else {
                    &mut check.named
                };
                rows.push(row);
            } else if !number.iter().any(|t| valid.contains_key(t)) {
                check.without.push(row);
            }
        }
        self.end_check(tx, actor, now, &activity.id, ("rows", check.all))
            .await?;
        Ok((activity, check))
    }

    /// The activity that is checked, if it rests on consent alone, and the day where the body is.
    async fn begin_check(&self, actor: &Actor, now: Timestamp, activity: &str) -> Result<(Tx, Card, String), Error> {
        if !any_allows(&actor.roles, Right::OpenPersonal) {
            return Err(Refusal::new("refusal-right").into());
        }
        let mut tx = self.db.snapshot().await?;
        let card = load_card(&mut tx, &actor.body, activity).await?;
        let card = card.ok_or_else(|| Refusal::new("refusal-no-page"))?;
        if card.register != "processing" || card.cards("bases") != ["consent"] {
            return Err(Refusal::new("refusal-check-activity").into());
        }
        let body = Body::load(&mut tx, &actor.body).await?;
        let body = body.ok_or_else(|| Refusal::new("refusal-no-page"))?;
        let today = now.to_zoned_datetime(body.zone).date().to_string();
        Ok((tx, card, today))
    }

    /// Records that it was looked, before anything is shown.
    async fn end_check(
        &self,
        read: Tx,
        actor: &Actor,
        now: Timestamp,
        activity: &str,
        (what, number): (&str, usize),
    ) -> Result<(), Error> {
        // Nobody waits to write while thousands of records are read.
        read.rollback().await?;
        let mut tx = self.db.write().await?;
        let mut open = Values::new();
        open.insert(what.to_owned(), number.into());
        let seq = journal::next(&mut tx).await?;
        let salt = Root::random()?;
        let commitments = journal::commitments(&salt, &open)?;
        write_event(
            &mut tx,
            seq,
            &actor.body,
            actor,
            now,
            "consents.check",
            activity,
            &open,
            &salt,
            commitments,
        )
        .await?;
        tx.commit().await?;
        self.recorded(now, false).await;
        Ok(())
    }
}

/// The consents in force to an activity that have one of these tokens: token, cards.
async fn consents_with(
    connection: &mut AnyConnection,
    (body, activity, today): (&str, &str, &str),
    tokens: &BTreeSet<&str>,
) -> Result<BTreeMap<String, BTreeSet<String>>, Error> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let tokens: Vec<&str> = tokens.iter().copied().collect();
    for some in tokens.chunks(MANY) {
        let places: Vec<_> = (4..some.len() + 4).map(|n| format!("${n}")).collect();
        // A consent whose last day has passed is out of date, whether or not the office has closed it already.
        let sql = format!(
            "SELECT b.token, b.card FROM blind_index b JOIN card c ON c.id = b.card \
             JOIN card_link l ON l.source = c.id AND l.field = 'processing' AND l.target = $2 \
             WHERE b.body = $1 AND c.register = 'consents' AND c.state IN ('given', 'partly-withdrawn') \
             AND NOT EXISTS (SELECT 1 FROM card_day d WHERE d.card = c.id AND d.field = 'expires_on' AND d.day < $3) \
             AND b.token IN ({})",
            places.join(", ")
        );
        let mut query = sqlx::query(AssertSqlSafe(sql)).bind(body).bind(activity).bind(today);
        for token in some {
            query = query.bind(*token);
        }
        for row in &query.fetch_all(&mut *connection).await? {
            found.entry(text(row, "token")?).or_default().insert(text(row, "card")?);
        }
    }
    Ok(found)
}
