//! The monthly list: what is over by rule and what will be, the holds that stand, the cases of the month.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use sqlx::{AssertSqlSafe, Row};

use super::{over_until, places};
use crate::error::{Error, Refusal};
use crate::kernel::body::Body;
use crate::kernel::card::Card;
use crate::kernel::record::{Actor, CARD_COLUMNS, card_from_row};
use crate::kernel::rights::{Right, any_allows};
use crate::kernel::store::{int, text};
use crate::office::Office;

/// Cases and holds that are shown at most.
const MOST: i64 = 300;
/// Cards of an activity that are counted at most.
const COUNTED: i64 = 100_000;

/// The list of a month.
#[derive(Debug)]
pub(crate) struct Month {
    /// Activities with cards whose term is over and that no case has taken, or will be over in the month.
    pub(crate) rules: Vec<MonthRule>,
    /// Holds that stand.
    pub(crate) holds: Vec<MonthHold>,
    /// Cases that are open, and those that were opened in the month.
    pub(crate) cases: Vec<MonthCase>,
}

/// An activity in the list.
#[derive(Debug)]
pub(crate) struct MonthRule {
    pub(crate) activity: Card,
    /// Whether a hold stands on all of it.
    pub(crate) held: bool,
    /// Cards whose term is over and that no case has taken: a hold stands on them, or the next run takes them.
    pub(crate) over: i64,
    /// Cards whose term will be over before the month is.
    pub(crate) ahead: i64,
}

/// A hold in the list.
#[derive(Debug)]
pub(crate) struct MonthHold {
    pub(crate) card: Card,
    /// The account that placed it.
    pub(crate) by: String,
}

/// A case in the list.
#[derive(Debug)]
pub(crate) struct MonthCase {
    pub(crate) card: Card,
    /// When the first of its duties falls due.
    pub(crate) due: Option<Timestamp>,
}

impl Office {
    /// The list of a month, for whoever may see registers. The month is named by its first day.
    pub(crate) async fn month(&self, actor: &Actor, body: &Body, today: Date, first: Date) -> Result<Month, Error> {
        if !any_allows(&actor.roles, Right::SeeRegisters) {
            return Err(Refusal::new("refusal-right").into());
        }
        let mut rules = Vec::new();
        // What is over on the day after the month was over in it.
        let end = first
            .last_of_month()
            .tomorrow()
            .map_err(|_| Refusal::new("refusal-date"))?;
        for rule in self.rules(body, today).await?.into_values() {
            let ahead = over_until(&rule.activity, end.max(today));
            let over = match rule.over {
                Some(last) => self.counted(&rule.activity.id, None, last).await?,
                None => 0,
            };
            let ahead = match ahead {
                Some(last) if Some(last) > rule.over => self.counted(&rule.activity.id, rule.over, last).await?,
                _ => 0,
            };
            if over > 0 || ahead > 0 {
                rules.push(MonthRule {
                    activity: rule.activity,
                    held: rule.held,
                    over,
                    ahead,
                });
            }
        }
        Ok(Month {
            rules,
            holds: self.month_holds(body).await?,
            cases: self.month_cases(body, first).await?,
        })
    }

    /// How many cards of an activity were not looked at, with events after a day and up to another.
    async fn counted(&self, activity: &str, after: Option<Date>, last: Date) -> Result<i64, Error> {
        let row = sqlx::query(AssertSqlSafe(format!(
            "SELECT COUNT(*) AS n FROM (SELECT card FROM card_keep WHERE activity = $1 AND seen = 0 AND made > $2 \
             AND made <= $3 LIMIT {COUNTED}) AS few"
        )))
        .bind(activity)
        .bind(after.map(|d| d.to_string()).unwrap_or_default())
        .bind(last.to_string())
        .fetch_one(self.db.read())
        .await?;
        int(&row, "n")
    }

    async fn month_holds(&self, body: &Body) -> Result<Vec<MonthHold>, Error> {
        let rows = sqlx::query(AssertSqlSafe(format!(
            "SELECT {CARD_COLUMNS} FROM card c LEFT JOIN vault_record v ON v.card = c.id WHERE c.body = $1 \
             AND c.register = 'holds' AND c.state = 'hold-standing' ORDER BY c.id DESC LIMIT {MOST}"
        )))
        .bind(&body.id)
        .fetch_all(self.db.read())
        .await?;
        let cards: Vec<Card> = rows.iter().map(card_from_row).collect::<Result<_, _>>()?;
        let mut by = BTreeMap::new();
        for some in cards.chunks(200) {
            let sql = format!(
                "SELECT card, actor FROM event WHERE kind = 'holds.place' AND card IN ({})",
                places(some.len())
            );
            let mut query = sqlx::query(AssertSqlSafe(sql));
            for card in some {
                query = query.bind(&card.id);
            }
            for row in query.fetch_all(self.db.read()).await? {
                by.insert(text(&row, "card")?, text(&row, "actor")?);
            }
        }
        Ok(cards
            .into_iter()
            .map(|card| MonthHold {
                by: by.remove(&card.id).unwrap_or_default(),
                card,
            })
            .collect())
    }

    async fn month_cases(&self, body: &Body, first: Date) -> Result<Vec<MonthCase>, Error> {
        let select = format!(
            "SELECT {CARD_COLUMNS} FROM card c LEFT JOIN vault_record v ON v.card = c.id WHERE c.body = $1 \
             AND c.register = 'destructions'"
        );
        let open = format!(
            "{select} AND c.state IN ('due', 'held', 'prepared', 'approved', 'executing', 'executed', \
             'certified') \
             ORDER BY c.id DESC LIMIT {MOST}"
        );
        let newest = format!("{select} ORDER BY c.id DESC LIMIT {MOST}");
        let month = |card: &Card| {
            card.created
                .to_zoned_datetime(body.zone.clone())
                .date()
                .first_of_month()
        };
        let mut cards: BTreeMap<String, Card> = BTreeMap::new();
        for (sql, all) in [(open, true), (newest, false)] {
            let rows = sqlx::query(AssertSqlSafe(sql))
                .bind(&body.id)
                .fetch_all(self.db.read())
                .await?;
            for row in &rows {
                let card = card_from_row(row)?;
                if all || month(&card) == first {
                    cards.insert(card.id.clone(), card);
                }
            }
        }
        let mut due = BTreeMap::new();
        let ids: Vec<&String> = cards.keys().collect();
        for some in ids.chunks(200) {
            let sql = format!(
                "SELECT card, MIN(due_at) AS due FROM clock WHERE state = 'running' AND duty IN ('destroy-purpose', \
                 'destroy-unlawful', 'destroy-emergency', 'destroy-later') AND card IN ({}) GROUP BY card",
                places(some.len())
            );
            let mut query = sqlx::query(AssertSqlSafe(sql));
            for id in some {
                query = query.bind(*id);
            }
            for row in query.fetch_all(self.db.read()).await? {
                let at: Option<i64> = row.try_get("due")?;
                if let Some(at) = at.and_then(|at| Timestamp::from_microsecond(at).ok()) {
                    due.insert(text(&row, "card")?, at);
                }
            }
        }
        let mut all: Vec<MonthCase> = cards
            .into_values()
            .map(|card| MonthCase {
                due: due.remove(&card.id),
                card,
            })
            .collect();
        // Soonest first; what has no term last.
        all.sort_by_key(|c| (c.due.is_none(), c.due, std::cmp::Reverse(c.card.id.clone())));
        Ok(all)
    }
}
