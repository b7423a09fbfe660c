//! The storage terms of cards: what is over by rule goes into the month's destruction cases, every night, however many cards
//! there are. What was looked at is not looked at again, so a run costs what became due since the last one; a run that is
//! broken off is taken up where it was.

mod month;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::Value;
use sqlx::{AnyConnection, AssertSqlSafe, Row};

use super::{keep_until, last_event};
use crate::error::Error;
use crate::kernel::body::Body;
use crate::kernel::card::Card;
use crate::kernel::record::{CARD_COLUMNS, Command, Input, card_from_row, load_card};
use crate::kernel::retention;
use crate::kernel::store::{first_setting, setting, text};
use crate::office::Office;

pub(crate) use month::{MonthCase, MonthHold, MonthRule};

/// Cards that are looked at together.
const CHUNK: i64 = 500;
/// Cards of an older installation whose terms are entered in one transaction.
const FILLED: i64 = 2_000;
/// Records that one case, or one part of it, takes at a time.
const IN_A_CASE: usize = 200;
/// After every event.
const ALL: Date = Date::MAX;
/// Before every event.
const NONE: &str = "0000-00-00";

/// The storage rule of an activity on a day.
#[derive(Debug, Clone)]
pub(crate) struct Rule {
    pub(crate) activity: Card,
    /// Up to which day of the event the term is over.
    pub(crate) over: Option<Date>,
    /// Whether a hold stands on the whole activity.
    pub(crate) held: bool,
}

impl Rule {
    /// The last day on which a card is kept for this activity; none while that is not known.
    fn last_day(&self, body: &Body, made: Date) -> Option<Date> {
        if self.activity.state == "ended" {
            let ended = self.activity.text("ended_at").parse::<Timestamp>().ok();
            let kept = self.activity.text("kept_until").parse().ok();
            return kept.or(ended.map(|at| at.to_zoned_datetime(body.zone.clone()).date()));
        }
        let length = self.activity.data.get("keep_length").and_then(Value::as_i64)?;
        keep_until(made, length, self.activity.text("keep_unit"))
    }

    fn is_over(&self, made: Date) -> bool {
        self.over.is_some_and(|last| made <= last)
    }
}

/// Up to which day of the event the term of an activity is over: none is while it goes on and counts from its own end.
pub(crate) fn over_until(activity: &Card, today: Date) -> Option<Date> {
    if activity.state == "ended" {
        let kept: Option<Date> = activity.text("kept_until").parse().ok();
        return kept.is_none_or(|last| last < today).then_some(ALL);
    }
    if activity.state == "draft" || activity.text("keep_from") != "document-made" {
        return None;
    }
    let length = activity.data.get("keep_length").and_then(Value::as_i64)?;
    last_event(today, length, activity.text("keep_unit"))
}

/// A card whose row was found, by what is to be done with it.
#[derive(Debug, Default)]
struct Found {
    /// To be destroyed: the card, and the day on which its last term ended.
    over: Vec<(String, Date)>,
    /// Needed for something else, gone, or in a case: not looked at again for this activity.
    seen: Vec<String>,
}

impl Office {
    /// Puts every card of a body whose term is over by rule into a destruction case of the month, unless a hold stands on it.
    /// Gives how many were put. Meant to be called once a day or more often: what was done is not done again.
    pub async fn sweep(&self, body: &Body, now: Timestamp) -> Result<u64, Error> {
        self.fill_terms(body).await?;
        let today = now.to_zoned_datetime(body.zone.clone()).date();
        let rules = self.rules(body, today).await?;
        let mut put = 0;
        for rule in rules.values() {
            self.look_back(rule).await?;
            if rule.over.is_some() && !rule.held {
                put += self.sweep_activity(body, now, &rules, rule).await?;
            }
        }
        Ok(put)
    }

    /// Cards of an older installation have no rows yet: they are made once.
    async fn fill_terms(&self, body: &Body) -> Result<(), Error> {
        let name = format!("keep.filled/{}", body.id);
        let mut connection = self.db.read().acquire().await?;
        if setting(&mut connection, &name).await?.is_some() {
            return Ok(());
        }
        drop(connection);
        for retained in self.retained() {
            let mut after = String::new();
            loop {
                let mut tx = self.db.write().await?;
                // What was destroyed is kept for nothing.
                let sql = format!(
                    "SELECT {CARD_COLUMNS} FROM card c LEFT JOIN vault_record v ON v.card = c.id \
                     WHERE c.body = $1 AND c.register = $2 AND c.id > $3 AND v.destroyed_at IS NULL \
                     ORDER BY c.id LIMIT $4"
                );
                let rows = sqlx::query(AssertSqlSafe(sql))
                    .bind(&body.id)
                    .bind(retained.register)
                    .bind(&after)
                    .bind(FILLED)
                    .fetch_all(&mut *tx)
                    .await?;
                let cards = rows.iter().map(card_from_row).collect::<Result<Vec<_>, _>>()?;
                let Some(last) = cards.last() else { break };
                after.clone_from(&last.id);
                retention::keep_many(&mut tx, retained, body, &cards).await?;
                tx.commit().await?;
            }
        }
        let mut tx = self.db.write().await?;
        first_setting(&mut tx, &name, "1").await?;
        tx.commit().await?;
        Ok(())
    }

    /// The rules of all activities of a body on a day.
    pub(crate) async fn rules(&self, body: &Body, today: Date) -> Result<BTreeMap<String, Rule>, Error> {
        let mut connection = self.db.read().acquire().await?;
        let held = standing_holds(&mut connection, body, "hold_activities", None).await?;
        let sql = format!(
            "SELECT {CARD_COLUMNS} FROM card c LEFT JOIN vault_record v ON v.card = c.id \
             WHERE c.body = $1 AND c.register = 'processing' ORDER BY c.id"
        );
        let rows = sqlx::query(AssertSqlSafe(sql))
            .bind(&body.id)
            .fetch_all(&mut *connection)
            .await?;
        let mut rules = BTreeMap::new();
        for row in &rows {
            let activity = card_from_row(row)?;
            let rule = Rule {
                over: over_until(&activity, today),
                held: held.contains(&activity.id),
                activity,
            };
            rules.insert(rule.activity.id.clone(), rule);
        }
        Ok(rules)
    }

    /// Where a rule became longer since the last run, what lies behind its day is to be looked at again.
    async fn look_back(&self, rule: &Rule) -> Result<(), Error> {
        let id = &rule.activity.id;
        let day = rule.over.map_or_else(|| NONE.to_owned(), |d| d.to_string());
        let row = sqlx::query("SELECT day FROM keep_swept WHERE activity = $1")
            .bind(id)
            .fetch_optional(self.db.read())
            .await?;
        let before = row.as_ref().map(|r| text(r, "day")).transpose()?;
        if before.as_deref() == Some(&day) || (before.is_none() && rule.over.is_none()) {
            return Ok(());
        }
        let mut tx = self.db.write().await?;
        if before.is_some_and(|before| before > day) {
            sqlx::query("UPDATE card_keep SET seen = 0 WHERE activity = $1 AND made > $2 AND seen = 1")
                .bind(id)
                .bind(&day)
                .execute(&mut *tx)
                .await?;
        }
        sqlx::query(
            "INSERT INTO keep_swept (activity, body, day) VALUES ($1, $2, $3) \
             ON CONFLICT (activity) DO UPDATE SET day = excluded.day",
        )
        .bind(id)
        .bind(&rule.activity.body)
        .bind(&day)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }

    async fn sweep_activity(
        &self,
        body: &Body,
        now: Timestamp,
        rules: &BTreeMap<String, Rule>,
        rule: &Rule,
    ) -> Result<u64, Error> {
        let Some(last) = rule.over else { return Ok(0) };
        let mut put = 0;
        let mut waiting: Vec<(String, Date)> = Vec::new();
        let (mut made, mut card) = (String::new(), String::new());
        loop {
            let rows = sqlx::query(
                "SELECT card, made FROM card_keep WHERE activity = $1 AND seen = 0 AND made <= $2 \
                 AND made >= $3 AND (made > $3 OR card > $4) ORDER BY made, card LIMIT $5",
            )
            .bind(&rule.activity.id)
            .bind(last.to_string())
            .bind(&made)
            .bind(&card)
            .bind(CHUNK)
            .fetch_all(self.db.read())
            .await?;
            let Some(end) = rows.last() else { break };
            (made, card) = (text(end, "made")?, text(end, "card")?);
            let ids: Vec<String> = rows.iter().map(|r| text(r, "card")).collect::<Result<_, _>>()?;
            let found = self.judged(body, rules, &ids).await?;
            self.seen(Some(&rule.activity.id), &found.seen).await?;
            waiting.extend(found.over);
            while waiting.len() >= IN_A_CASE {
                let rest = waiting.split_off(IN_A_CASE);
                put += self.put(body, now, rule, std::mem::replace(&mut waiting, rest)).await?;
            }
        }
        if !waiting.is_empty() {
            put += self.put(body, now, rule, waiting).await?;
        }
        Ok(put)
    }

    /// Which of these cards are to be destroyed.
    async fn judged(&self, body: &Body, rules: &BTreeMap<String, Rule>, ids: &[String]) -> Result<Found, Error> {
        let mut connection = self.db.read().acquire().await?;
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let alive = asked(
            &mut connection,
            "SELECT card AS id FROM vault_record WHERE destroyed_at IS NULL AND card IN ({})",
            &ids,
        )
        .await?;
        let in_case = asked(
            &mut connection,
            "SELECT l.target AS id FROM card_link l JOIN card c ON c.id = l.source WHERE l.field = 'records' \
             AND (c.register = 'destructions' AND c.state IN ('due', 'held', 'prepared', 'approved', 'executing') \
             OR c.register = 'destruction-parts' AND c.state = 'part-waiting') AND l.target IN ({})",
            &ids,
        )
        .await?;
        let held = standing_holds(&mut connection, body, "hold_cards", Some(&ids)).await?;
        let lifted = lifted_holds(&mut connection, body, &ids).await?;
        let mut serves: BTreeMap<String, Vec<(String, Date)>> = BTreeMap::new();
        for some in ids.chunks(200) {
            let sql = format!(
                "SELECT card, activity, made FROM card_keep WHERE card IN ({})",
                places(some.len())
            );
            let mut query = sqlx::query(AssertSqlSafe(sql));
            for id in some {
                query = query.bind(*id);
            }
            for row in query.fetch_all(&mut *connection).await? {
                let card = text(&row, "card")?;
                let made = text(&row, "made")?.parse().map_err(|_| Error::Damaged {
                    table: "card_keep",
                    id: card.clone(),
                    what: "made",
                })?;
                serves.entry(card).or_default().push((text(&row, "activity")?, made));
            }
        }
        drop(connection);
        let mut found = Found::default();
        for id in ids {
            let mine = serves.get(id).map(Vec::as_slice).unwrap_or_default();
            let rule_of = |activity: &String| rules.get(activity);
            let needed = mine
                .iter()
                .any(|(activity, made)| !rule_of(activity).is_some_and(|r| r.is_over(*made)));
            if !alive.contains(id) || in_case.contains(id) || needed {
                found.seen.push(id.to_owned());
            } else if held.contains(id) || mine.iter().any(|(a, _)| rule_of(a).is_some_and(|r| r.held)) {
                // It stays to be looked at: the day after the hold has ended it is over.
            } else {
                let ends = mine
                    .iter()
                    .filter_map(|(activity, made)| rule_of(activity)?.last_day(body, *made));
                let last = ends.chain(lifted.get(id).copied()).max().unwrap_or(Date::MIN);
                found.over.push((id.to_owned(), last));
            }
        }
        Ok(found)
    }

    /// Cards are not looked at again, for an activity or at all.
    async fn seen(&self, activity: Option<&str>, ids: &[String]) -> Result<(), Error> {
        if ids.is_empty() {
            return Ok(());
        }
        let mut tx = self.db.write().await?;
        for some in ids.chunks(200) {
            let of = if activity.is_some() {
                format!(" AND activity = ${}", some.len() + 1)
            } else {
                String::new()
            };
            let sql = format!(
                "UPDATE card_keep SET seen = 1 WHERE card IN ({}){of}",
                places(some.len())
            );
            let mut query = sqlx::query(AssertSqlSafe(sql));
            for id in some {
                query = query.bind(id);
            }
            if let Some(activity) = activity {
                query = query.bind(activity);
            }
            query.execute(&mut *tx).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Puts cards into the month's case of an activity: into one that nobody has prepared yet, or into a new one.
    async fn put(&self, body: &Body, now: Timestamp, rule: &Rule, cards: Vec<(String, Date)>) -> Result<u64, Error> {
        let first = cards.iter().map(|(_, day)| *day).min().unwrap_or(Date::MIN);
        let since = body.zone.to_timestamp(first.at(0, 0, 0, 0)).unwrap_or(now).min(now);
        let today = now.to_zoned_datetime(body.zone.clone()).date();
        let month = format!("{:04}-{:02}", today.year(), today.month());
        let mut ids: Vec<String> = cards.into_iter().map(|(id, _)| id).collect();
        let mut put = 0;
        if let Some((case, room)) = self.room(body, &rule.activity.id, &month, since).await? {
            let rest = ids.split_off(room.min(ids.len()));
            let some = std::mem::replace(&mut ids, rest);
            put += self
                .give(body, now, ("take-in", Some(&case)), records(&some), some)
                .await?;
        }
        if ids.is_empty() {
            return Ok(put);
        }
        let mut input = records(&ids);
        input.insert("activities".to_owned(), vec![rule.activity.id.clone()]);
        input.insert("reason_since".to_owned(), vec![since.to_string()]);
        input.insert("expired_in".to_owned(), vec![month]);
        Ok(put + self.give(body, now, ("expired", None), input, ids).await?)
    }

    async fn give(
        &self,
        body: &Body,
        now: Timestamp,
        (operation, card): (&str, Option<&str>),
        input: Input,
        ids: Vec<String>,
    ) -> Result<u64, Error> {
        let command = Command {
            register: "destructions",
            operation,
            card,
            version: None,
            input,
        };
        match self.act_unattended(("daily", &body.id), now, command).await {
            Ok(_) => {
                self.seen(None, &ids).await?;
                Ok(u64::try_from(ids.len()).unwrap_or(u64::MAX))
            }
            // Somebody was faster, or a rule says no: they are looked at again in the next run.
            Err(Error::Refused(refusal)) => {
                tracing::info!("destructions.{operation}: {}", refusal.key);
                Ok(0)
            }
            Err(error) => Err(error),
        }
    }

    /// A case of the month for an activity that still takes records, and how many. What a case holds falls due with its first
    /// record, so only what is over no earlier goes into it.
    async fn room(
        &self,
        body: &Body,
        activity: &str,
        month: &str,
        since: Timestamp,
    ) -> Result<Option<(String, usize)>, Error> {
        let rows = sqlx::query(
            "SELECT c.id FROM card c JOIN card_link l ON l.source = c.id WHERE l.target = $1 AND l.field = 'activities' \
             AND c.body = $2 AND c.register = 'destructions' AND c.state = 'due' ORDER BY c.id DESC LIMIT 20",
        )
        .bind(activity)
        .bind(&body.id)
        .fetch_all(self.db.read())
        .await?;
        let mut connection = self.db.read().acquire().await?;
        for row in &rows {
            let id = text(row, "id")?;
            let Some(case) = load_card(&mut connection, &body.id, &id).await? else {
                continue;
            };
            let begun = case.text("reason_since").parse::<Timestamp>();
            if case.text("expired_in") == month && begun.is_ok_and(|b| b <= since) {
                // What does not fit into the case itself becomes a part of it.
                return Ok(Some((id, IN_A_CASE)));
            }
        }
        Ok(None)
    }
}

fn records(ids: &[String]) -> Input {
    Input::from([("records".to_owned(), ids.to_vec())])
}

fn places(number: usize) -> String {
    let named: Vec<_> = (1..=number).map(|n| format!("${n}")).collect();
    named.join(", ")
}

/// The identifiers that a query gives for these cards, whose places stand where it says `{}`.
async fn asked(connection: &mut AnyConnection, sql: &'static str, ids: &[&str]) -> Result<BTreeSet<String>, Error> {
    let mut found = BTreeSet::new();
    for some in ids.chunks(200) {
        let sql = sql.replace("{}", &places(some.len()));
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for id in some {
            query = query.bind(*id);
        }
        for row in query.fetch_all(&mut *connection).await? {
            found.insert(text(&row, "id")?);
        }
    }
    Ok(found)
}

/// On what holds of a body stand: of these cards, or of all.
async fn standing_holds(
    connection: &mut AnyConnection,
    body: &Body,
    field: &'static str,
    of: Option<&[&str]>,
) -> Result<BTreeSet<String>, Error> {
    if let Some(ids) = of {
        return asked(
            connection,
            "SELECT l.target AS id FROM card_link l JOIN card c ON c.id = l.source WHERE l.field = 'hold_cards' \
             AND c.register = 'holds' AND c.state = 'hold-standing' AND l.target IN ({})",
            ids,
        )
        .await;
    }
    let rows = sqlx::query(
        "SELECT l.target AS id FROM card c JOIN card_link l ON l.source = c.id WHERE c.body = $1 \
         AND c.register = 'holds' AND c.state = 'hold-standing' AND l.field = $2",
    )
    .bind(&body.id)
    .bind(field)
    .fetch_all(connection)
    .await?;
    rows.iter().map(|row| text(row, "id")).collect()
}

/// When the last hold of each card ended, where there was one.
async fn lifted_holds(
    connection: &mut AnyConnection,
    body: &Body,
    ids: &[&str],
) -> Result<BTreeMap<String, Date>, Error> {
    let mut all: BTreeMap<String, Date> = BTreeMap::new();
    for some in ids.chunks(200) {
        let sql = format!(
            "SELECT l.target AS id, c.data AS data FROM card_link l JOIN card c ON c.id = l.source \
             WHERE l.field = 'hold_cards' AND c.register = 'holds' AND c.state = 'hold-lifted' AND c.body = ${} \
             AND l.target IN ({})",
            some.len() + 1,
            places(some.len())
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for id in some {
            query = query.bind(*id);
        }
        for row in query.bind(&body.id).fetch_all(&mut *connection).await? {
            let id = text(&row, "id")?;
            let data: String = row.try_get("data")?;
            let data: Value = serde_json::from_str(&data).map_err(|_| Error::Damaged {
                table: "card",
                id: id.clone(),
                what: "data",
            })?;
            let ended = data.get("hold_ended_on").and_then(Value::as_str);
            if let Some(ended) = ended.and_then(|d| d.parse().ok()) {
                let day = all.entry(id).or_insert(ended);
                *day = (*day).max(ended);
            }
        }
    }
    Ok(all)
}
