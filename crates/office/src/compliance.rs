//! Compliance at a glance: what the body itself answers for, line by line, with the norm of the pack in force and what the
//! registers prove. Everything is counted where it is kept as a count; nobody's data are opened.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use sqlx::Row;
use tutela_words::Locale;

use crate::error::{Error, Refusal};
use crate::kernel::body::Body;
use crate::kernel::card::DRILL;
use crate::kernel::field::words_of;
use crate::kernel::record::{Actor, tally_name};
use crate::kernel::rights::{Right, any_allows};
use crate::kernel::store::{int, text};
use crate::office::Office;

const TEXT: &str = include_str!("../../../law/compliance.toml");
/// Cards of a register that are looked into at most, newest first: conditions are on registers of acts, which are small.
const LOOKED_INTO: i64 = 500;

/// The file of lines.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    line: Vec<Line>,
}

/// A line: what is demanded, by which norm, and what proves it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Line {
    /// The key of the requirement.
    pub(crate) key: String,
    /// The part that it belongs to.
    pub(crate) group: String,
    vi: String,
    ru: String,
    zh: String,
    en: String,
    #[serde(default)]
    needs: Vec<Need>,
    #[serde(default)]
    optional: bool,
    #[serde(default)]
    built_in: bool,
    #[serde(default)]
    open: Vec<String>,
    #[serde(default)]
    late: Vec<String>,
    #[serde(default)]
    late_where: Vec<Need>,
    #[serde(default)]
    duties: Vec<String>,
    /// The page where it is done.
    #[serde(default, rename = "do")]
    pub(crate) page: String,
    norms: BTreeMap<String, Norm>,
}

/// Cards that must be there, or that are late.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Need {
    register: String,
    #[serde(default)]
    states: Vec<String>,
    field: Option<String>,
    #[serde(default)]
    values: Vec<String>,
}

/// A norm under a pack.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Norm {
    /// The article.
    pub(crate) cite: String,
    /// How sure it is.
    pub(crate) mark: Mark,
}

/// How sure a norm is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Mark {
    /// Read in the instrument.
    Sure,
    /// By good secondary sources.
    Likely,
    /// Open: never shown as official.
    Check,
}

/// How a line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Standing {
    /// Something is late.
    Late,
    /// What must be there is not.
    Missing,
    /// It is there.
    InPlace,
    /// There was no occasion, or the law in force has no such line.
    NotApplicable,
    /// The program keeps no facts of it: the body must look elsewhere.
    NotKept,
}

impl Standing {
    /// All of them, in the order in which they call for attention.
    pub(crate) const ALL: [Self; 5] = [
        Self::Late,
        Self::Missing,
        Self::InPlace,
        Self::NotApplicable,
        Self::NotKept,
    ];

    /// The word in texts and interfaces: `compliance-<word>`.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Late => "late",
            Self::Missing => "missing",
            Self::InPlace => "in-place",
            Self::NotApplicable => "not-applicable",
            Self::NotKept => "not-kept",
        }
    }
}

/// A line as it stands in a body.
#[derive(Debug)]
pub(crate) struct Standings {
    /// The line.
    pub(crate) line: &'static Line,
    /// Its norm under the pack in force.
    pub(crate) norm: Option<&'static Norm>,
    /// How it stands.
    pub(crate) standing: Standing,
    /// How many cards prove it.
    pub(crate) have: i64,
    /// How many wait.
    pub(crate) open: i64,
    /// How many are late.
    pub(crate) late: i64,
    /// Whether the program itself does it.
    pub(crate) built_in: bool,
}

static LINES: LazyLock<Vec<Line>> = LazyLock::new(|| {
    // The file is part of the program; a test reads it.
    toml::from_str::<File>(TEXT).map(|f| f.line).unwrap_or_default()
});

impl Line {
    /// What is demanded, in words.
    pub(crate) fn text(&self, locale: Locale) -> &str {
        match locale {
            Locale::Vi => &self.vi,
            Locale::Ru => &self.ru,
            Locale::Zh => &self.zh,
            Locale::En => &self.en,
        }
    }
}

/// What a body has, as counts.
struct Facts {
    tallies: BTreeMap<String, i64>,
    late_duties: BTreeMap<String, i64>,
}

impl Office {
    /// Every line as it stands now in the body of whoever asks.
    pub(crate) async fn compliance(
        &self,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<(Body, Option<String>, Vec<Standings>), Error> {
        if !any_allows(&actor.roles, Right::SeeRegisters) {
            return Err(Refusal::new("refusal-right").into());
        }
        let body = self.body(&actor.body).await?;
        let body = body.ok_or_else(|| Refusal::new("refusal-no-page"))?;
        let day = now.to_zoned_datetime(body.zone.clone()).date();
        let pack = self.reckoner.law.pack(body.country, day).map(|p| p.id().to_owned());
        let facts = self.facts(&body.id, now).await?;
        let mut rows = Vec::with_capacity(LINES.len());
        for line in LINES.iter() {
            let norm = pack.as_ref().and_then(|p| line.norms.get(p));
            rows.push(self.row(&body.id, line, norm, &facts).await?);
        }
        Ok((body, pack, rows))
    }

    async fn facts(&self, body: &str, now: Timestamp) -> Result<Facts, Error> {
        let mut names = Vec::new();
        for register in self.registers() {
            names.extend(register.states.iter().map(|s| tally_name(register.name, s.name)));
        }
        let mut tallies = BTreeMap::new();
        // Asked for by name: a body has a counter for every year and import too.
        for some in names.chunks(200) {
            let places: Vec<_> = (2..some.len() + 2).map(|n| format!("${n}")).collect();
            let sql = format!(
                "SELECT name, value FROM counter WHERE body = $1 AND name IN ({})",
                places.join(", ")
            );
            let mut query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(body);
            for name in some {
                query = query.bind(name);
            }
            for row in query.fetch_all(self.db.read()).await? {
                tallies.insert(text(&row, "name")?, int(&row, "value")?);
            }
        }
        let rows = sqlx::query(
            "SELECT k.duty, COUNT(*) AS n FROM clock k JOIN card c ON c.id = k.card WHERE k.body = $1 \
             AND k.state = 'running' AND k.due_at < $2 AND c.data NOT LIKE '%\"drill\":true%' GROUP BY k.duty",
        )
        .bind(body)
        .bind(now.as_microsecond())
        .fetch_all(self.db.read())
        .await?;
        let mut late_duties = BTreeMap::new();
        for row in &rows {
            late_duties.insert(text(row, "duty")?, int(row, "n")?);
        }
        Ok(Facts { tallies, late_duties })
    }

    async fn row(
        &self,
        body: &str,
        line: &'static Line,
        norm: Option<&'static Norm>,
        facts: &Facts,
    ) -> Result<Standings, Error> {
        let mut row = Standings {
            line,
            norm,
            standing: Standing::NotApplicable,
            have: 0,
            open: 0,
            late: 0,
            built_in: line.built_in,
        };
        if norm.is_none() {
            return Ok(row);
        }
        if line.built_in {
            row.standing = Standing::InPlace;
            return Ok(row);
        }
        let kept = line.needs.iter().all(|n| self.register(&n.register).is_some());
        if line.needs.is_empty() || !kept {
            row.standing = Standing::NotKept;
            return Ok(row);
        }
        let mut missing = false;
        for need in &line.needs {
            let have = self.count(body, need, facts).await?;
            missing |= have == 0;
            row.have += have;
        }
        let stand = |names: &[String]| -> i64 {
            let value = |name: &String| facts.tallies.get(&format!("cards/{name}")).copied().unwrap_or_default();
            names.iter().map(value).sum()
        };
        row.open = stand(&line.open);
        row.late = stand(&line.late);
        for need in &line.late_where {
            row.late += self.count(body, need, facts).await?;
        }
        for duty in &line.duties {
            row.late += facts.late_duties.get(duty).copied().unwrap_or_default();
        }
        row.standing = if row.late > 0 {
            Standing::Late
        } else if !missing {
            Standing::InPlace
        } else if line.optional && row.open == 0 {
            Standing::NotApplicable
        } else {
            Standing::Missing
        };
        Ok(row)
    }

    /// How many cards there are of what is needed.
    async fn count(&self, body: &str, need: &Need, facts: &Facts) -> Result<i64, Error> {
        let Some(register) = self.register(&need.register) else {
            return Ok(0);
        };
        let states: Vec<&str> = if need.states.is_empty() {
            register.states.iter().map(|s| s.name).collect()
        } else {
            need.states.iter().map(String::as_str).collect()
        };
        let Some(field) = &need.field else {
            let tally = |state: &&str| {
                facts
                    .tallies
                    .get(&tally_name(register.name, state))
                    .copied()
                    .unwrap_or_default()
            };
            return Ok(states.iter().map(tally).sum());
        };
        let places: Vec<_> = (4..states.len() + 4).map(|n| format!("${n}")).collect();
        let sql = format!(
            "SELECT data FROM card WHERE body = $1 AND register = $2 AND state IN ({}) ORDER BY id DESC LIMIT $3",
            places.join(", ")
        );
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(body)
            .bind(register.name)
            .bind(LOOKED_INTO);
        for state in states {
            query = query.bind(state);
        }
        let mut number = 0;
        for row in query.fetch_all(self.db.read()).await? {
            let data: String = row.try_get("data")?;
            let data: Value = serde_json::from_str(&data).unwrap_or_default();
            if data.get(DRILL) == Some(&Value::Bool(true)) {
                continue;
            }
            let words = data.get(field).map(words_of).unwrap_or_default();
            number += i64::from(words.iter().any(|w| need.values.iter().any(|v| v == w)));
        }
        Ok(number)
    }

    /// The roll-up for the body above (R6, R7): counts, dates and a checkpoint of the journal, and no personal data.
    pub(crate) async fn roll_up(&self, actor: &Actor, now: Timestamp) -> Result<Value, Error> {
        let (body, pack, rows) = self.compliance(actor, now).await?;
        let lines: Vec<Value> = rows
            .iter()
            .map(|row| {
                json!({
                    "key": row.line.key,
                    "standing": row.standing.as_str(),
                    "have": row.have,
                    "open": row.open,
                    "late": row.late,
                    "norm": row.norm.filter(|n| n.mark != Mark::Check).map(|n| &n.cite),
                })
            })
            .collect();
        let summary: serde_json::Map<String, Value> = Standing::ALL
            .into_iter()
            .map(|s| {
                (
                    s.as_str().to_owned(),
                    rows.iter().filter(|r| r.standing == s).count().into(),
                )
            })
            .collect();
        let checkpoint = self.published.checkpoint();
        let root: String = checkpoint.root.0.iter().map(|b| format!("{b:02x}")).collect();
        Ok(json!({
            "body": body.name,
            "country": body.country.code(),
            "pack": pack,
            "at": now.to_string(),
            "checkpoint": { "origin": checkpoint.origin, "size": checkpoint.size, "root": root },
            "summary": summary,
            "lines": lines,
        }))
    }
}
