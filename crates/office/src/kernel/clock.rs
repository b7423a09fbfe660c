//! Clocks of cards: what happened is kept, when it falls due is computed.
//!
//! The due instant in the table is only an index over what the law computes from the facts. `reckoned_by` names the state of
//! the law that computed it; when the law packs or calendars change, every running clock is computed again.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};
use tutela_law::{Calendars, Due, DueError, Event, Extended, Facts, Law, Pause, Refused, Source, Standing};

use crate::error::{Error, Refusal};
use crate::kernel::body::Body;
use crate::kernel::register::ClockAct;
use crate::kernel::store::{int, text};

/// The law that decides, and its state.
#[derive(Debug)]
pub struct Reckoner {
    /// Law packs.
    pub law: Law,
    /// Working days.
    pub calendars: Calendars,
    /// Changes with every change of the packs or calendars.
    pub fingerprint: String,
}

impl Reckoner {
    /// By the packs and calendars that come with the program.
    pub fn embedded() -> Self {
        Self {
            law: Law::embedded(),
            calendars: Calendars::embedded(),
            fingerprint: tutela_law::fingerprint(),
        }
    }
}

/// A clock as it is kept.
#[derive(Debug, Clone)]
pub struct Clock {
    /// Its identifier.
    pub id: String,
    /// The card it belongs to.
    pub card: String,
    /// The register of the card.
    pub register: String,
    /// The duty.
    pub duty: String,
    /// The rule of the law that counts.
    pub rule: String,
    /// What happened.
    pub facts: Kept,
    /// Where it stands.
    pub state: State,
    /// The end, as computed; none while it is paused or cannot be computed.
    pub due_at: Option<Timestamp>,
    /// Why it cannot be computed: a year without a calendar.
    pub problem: Option<String>,
    /// When it was done.
    pub done_at: Option<Timestamp>,
}

/// Where a clock stands, as kept; whether it is late is told by the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It counts.
    Running,
    /// Done in time.
    Met,
    /// Done late, with a reason.
    Late,
    /// It fell away.
    Cancelled,
}

impl State {
    /// The word in the store and in texts.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Met => "met",
            Self::Late => "late",
            Self::Cancelled => "cancelled",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        [Self::Running, Self::Met, Self::Late, Self::Cancelled]
            .into_iter()
            .find(|s| s.as_str() == word)
    }
}

/// Facts in the form in which they are kept.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Kept {
    /// Events with every instant that was entered, the one that holds last.
    pub events: Vec<(Event, Timestamp)>,
    /// The case of the rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<String>,
    /// Pauses: rule, from, until.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pauses: Vec<(String, Timestamp, Option<Timestamp>)>,
    /// Extensions: length, notice, whether with a reason.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extensions: Vec<(u32, Timestamp, bool)>,
}

impl Kept {
    /// The facts as the law counts with them.
    pub fn facts(&self, zone: &TimeZone) -> Facts {
        let here = |t: &Timestamp| t.to_zoned_datetime(zone.clone());
        let mut facts = Facts::default();
        for (event, at) in &self.events {
            facts.record(*event, here(at));
        }
        facts.case.clone_from(&self.case);
        let pauses = self.pauses.iter().map(|(name, from, until)| Pause {
            name: name.clone(),
            from: here(from),
            until: until.as_ref().map(here),
        });
        facts.pauses = pauses.collect();
        let extensions = self.extensions.iter().map(|(length, at, reason)| Extended {
            length: *length,
            noticed: here(at),
            reason_given: *reason,
        });
        facts.extensions = extensions.collect();
        facts
    }
}

impl Clock {
    pub(crate) fn from_row(row: &AnyRow) -> Result<Self, Error> {
        let id = text(row, "id")?;
        let damaged = |what| Error::Damaged {
            table: "clock",
            id: id.clone(),
            what,
        };
        let instant = |column: &str| -> Result<Option<Timestamp>, Error> {
            let micros: Option<i64> = row.try_get(column)?;
            micros
                .map(|m| Timestamp::from_microsecond(m).map_err(|_| damaged("instant")))
                .transpose()
        };
        Ok(Self {
            card: text(row, "card")?,
            register: text(row, "register")?,
            duty: text(row, "duty")?,
            rule: text(row, "rule")?,
            facts: serde_json::from_str(&text(row, "facts")?).map_err(|_| damaged("facts"))?,
            state: State::from_word(&text(row, "state")?).ok_or_else(|| damaged("state"))?,
            due_at: instant("due_at")?,
            problem: row.try_get("problem")?,
            done_at: instant("done_at")?,
            id,
        })
    }

    /// What the law says of it, with every step of the count.
    pub fn due(&self, reckoner: &Reckoner, body: &Body) -> Result<Due, DueError> {
        let facts = self.facts.facts(&body.zone);
        let all = reckoner
            .law
            .due(body.country, &self.rule, &facts, &body.for_law(), &reckoner.calendars)?;
        all.into_iter()
            .find(|d| d.clock == self.rule)
            .ok_or_else(|| DueError::NoClock {
                name: self.rule.clone(),
                country: body.country,
            })
    }

    /// The clocks of a card, oldest first.
    pub async fn of_card(connection: &mut AnyConnection, card: &str) -> Result<Vec<Self>, Error> {
        let rows = sqlx::query("SELECT * FROM clock WHERE card = $1 ORDER BY id")
            .bind(card)
            .fetch_all(connection)
            .await?;
        rows.iter().map(Self::from_row).collect()
    }

    /// The running clocks of a body that fall due before an instant, and those that cannot be computed; soonest first.
    pub async fn running(
        connection: &mut AnyConnection,
        body: &str,
        before: Timestamp,
        limit: i64,
    ) -> Result<Vec<Self>, Error> {
        let rows = sqlx::query(
            "SELECT * FROM clock WHERE body = $1 AND state = 'running' AND due_at < $2 ORDER BY due_at, id LIMIT $3",
        )
        .bind(body)
        .bind(before.as_microsecond())
        .bind(limit)
        .fetch_all(&mut *connection)
        .await?;
        rows.iter().map(Self::from_row).collect()
    }

    /// The running clocks of a body without an end: paused, or not computable.
    pub async fn without_end(connection: &mut AnyConnection, body: &str, limit: i64) -> Result<Vec<Self>, Error> {
        let rows = sqlx::query(
            "SELECT * FROM clock WHERE body = $1 AND state = 'running' AND due_at IS NULL ORDER BY id LIMIT $2",
        )
        .bind(body)
        .bind(limit)
        .fetch_all(connection)
        .await?;
        rows.iter().map(Self::from_row).collect()
    }

    async fn insert(&self, connection: &mut AnyConnection, body: &str, reckoned_by: &str) -> Result<(), Error> {
        sqlx::query(
            "INSERT INTO clock (id, body, card, register, duty, rule, facts, state, due_at, reckoned_by, problem, \
             done_at, late_reason) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, NULL, 0)",
        )
        .bind(&self.id)
        .bind(body)
        .bind(&self.card)
        .bind(&self.register)
        .bind(&self.duty)
        .bind(&self.rule)
        .bind(facts_text(&self.facts))
        .bind(self.state.as_str())
        .bind(self.due_at.map(Timestamp::as_microsecond))
        .bind(reckoned_by)
        .bind(self.problem.as_deref())
        .execute(connection)
        .await?;
        Ok(())
    }

    async fn update(&self, connection: &mut AnyConnection, reckoned_by: &str, late_reason: bool) -> Result<(), Error> {
        sqlx::query(
            "UPDATE clock SET facts = $2, state = $3, due_at = $4, reckoned_by = $5, problem = $6, done_at = $7, \
             late_reason = $8 WHERE id = $1",
        )
        .bind(&self.id)
        .bind(facts_text(&self.facts))
        .bind(self.state.as_str())
        .bind(self.due_at.map(Timestamp::as_microsecond))
        .bind(reckoned_by)
        .bind(self.problem.as_deref())
        .bind(self.done_at.map(Timestamp::as_microsecond))
        .bind(i64::from(late_reason))
        .execute(connection)
        .await?;
        Ok(())
    }

    /// Computes the end again from the facts. A year without a calendar is kept as a problem that the user sees; what the
    /// law refuses is an error.
    fn reckon(&mut self, reckoner: &Reckoner, body: &Body) -> Result<(), DueError> {
        match self.due(reckoner, body) {
            Ok(due) => {
                self.due_at = due.at.map(|z| z.timestamp());
                self.problem = None;
                Ok(())
            }
            Err(error @ DueError::NoCalendar(_)) => {
                self.due_at = None;
                self.problem = Some(error.to_string());
                Ok(())
            }
            Err(error) => Err(error),
        }
    }
}

/// Facts always have a form in JSON.
fn facts_text(facts: &Kept) -> String {
    serde_json::to_string(facts).unwrap_or_default()
}

/// What the law refuses, as a refusal that the user reads.
fn refused(error: &DueError) -> Refusal {
    let DueError::Extension { why, .. } = error else {
        return Refusal::new("refusal-clock").arg("why", error.to_string());
    };
    match why {
        Refused::None => Refusal::new("refusal-extension-none"),
        Refused::Often(times) => Refusal::new("refusal-extension-often").arg("times", times.to_string()),
        Refused::Long(most) => Refusal::new("refusal-extension-long").arg("most", most.to_string()),
        Refused::Reason => Refusal::new("refusal-extension-reason"),
        Refused::Late => Refusal::new("refusal-extension-late"),
    }
}

/// What the law says of a duty if nothing but these events happened. The law of a country, or of a day, may have no such
/// duty: then nothing is due.
pub(crate) fn ask(
    reckoner: &Reckoner,
    body: &Body,
    duty: &str,
    events: &[(Event, Timestamp)],
) -> Result<Vec<Due>, DueError> {
    let kept = Kept {
        events: events.to_vec(),
        ..Kept::default()
    };
    let facts = kept.facts(&body.zone);
    match reckoner
        .law
        .due(body.country, duty, &facts, &body.for_law(), &reckoner.calendars)
    {
        Err(DueError::NoClock { .. } | DueError::NotInForce { .. }) => Ok(Vec::new()),
        other => other,
    }
}

/// A clock that an event starts.
struct Born {
    rule: String,
    due_at: Option<Timestamp>,
    problem: Option<String>,
}

/// The clocks that an event starts: one for each rule of the law in force on the day that the rule says counts, or the one
/// rule that is named, which may be the body's own.
fn born(
    reckoner: &Reckoner,
    body: &Body,
    (duty, rule): (&str, Option<&str>),
    facts: &Kept,
) -> Result<Vec<Born>, DueError> {
    let counted = facts.facts(&body.zone);
    let name = rule.unwrap_or(duty);
    let is_wanted = |id: &str| rule.is_none_or(|rule| rule == id);
    match reckoner
        .law
        .due(body.country, name, &counted, &body.for_law(), &reckoner.calendars)
    {
        Ok(all) => Ok(all
            .into_iter()
            .filter(|d| is_wanted(&d.clock))
            .map(|d| Born {
                rule: d.clock,
                due_at: d.at.map(|z| z.timestamp()),
                problem: None,
            })
            .collect()),
        Err(error @ DueError::NoCalendar(_)) => {
            // Which rules count is known even so: the year is missing, not the law.
            let rules = reckoner.law.clocks(body.country);
            let day = facts
                .events
                .first()
                .map(|(_, at)| at.to_zoned_datetime(body.zone.clone()).date());
            Ok(rules
                .filter(|c| match rule {
                    Some(rule) => c.id() == rule,
                    None => c.rule.duty == duty && c.rule.source == Source::Law,
                })
                .filter(|c| day.is_some_and(|d| c.holds_on(d)))
                .map(|c| Born {
                    rule: c.id().to_owned(),
                    due_at: None,
                    problem: Some(error.to_string()),
                })
                .collect())
        }
        // The law of this country, or of that day, has no such term.
        Err(DueError::NoClock { .. } | DueError::NotInForce { .. }) => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

/// Does to the clocks of a card what an act does to them.
pub(crate) async fn apply(
    connection: &mut AnyConnection,
    reckoner: &Reckoner,
    body: &Body,
    (card, register): (&str, &str),
    acts: &[ClockAct],
) -> Result<(), Error> {
    for act in acts {
        if let ClockAct::Start {
            duty,
            events,
            case,
            rule: named,
        } = act
        {
            let facts = Kept {
                events: events.clone(),
                case: case.clone(),
                ..Kept::default()
            };
            for Born { rule, due_at, problem } in
                born(reckoner, body, (duty, named.as_deref()), &facts).map_err(|e| refused(&e))?
            {
                let clock = Clock {
                    id: super::new_id(),
                    card: card.to_owned(),
                    register: register.to_owned(),
                    duty: (*duty).to_owned(),
                    rule,
                    facts: facts.clone(),
                    state: State::Running,
                    due_at,
                    problem,
                    done_at: None,
                };
                clock.insert(connection, &body.id, &reckoner.fingerprint).await?;
            }
            continue;
        }
        for mut clock in Clock::of_card(connection, card).await? {
            if clock.state == State::Running && clock.duty == act.duty() {
                let reason = change(&mut clock, act, reckoner, body)?;
                clock.update(connection, &reckoner.fingerprint, reason).await?;
            }
        }
    }
    Ok(())
}

impl ClockAct {
    fn duty(&self) -> &'static str {
        match self {
            Self::Start { duty, .. }
            | Self::Also { duty, .. }
            | Self::Meet { duty, .. }
            | Self::Cancel { duty }
            | Self::Pause { duty, .. }
            | Self::Resume { duty, .. }
            | Self::Extend { duty, .. } => duty,
        }
    }
}

/// Changes a running clock; tells whether a reason for lateness was given.
fn change(clock: &mut Clock, act: &ClockAct, reckoner: &Reckoner, body: &Body) -> Result<bool, Error> {
    match act {
        ClockAct::Start { .. } => {}
        ClockAct::Also { event, at, .. } => clock.facts.events.push((*event, *at)),
        ClockAct::Cancel { .. } => clock.state = State::Cancelled,
        ClockAct::Pause { name, at, .. } => clock.facts.pauses.push((name.clone(), *at, None)),
        ClockAct::Resume { at, .. } => {
            if let Some(pause) = clock.facts.pauses.last_mut() {
                pause.2.get_or_insert(*at);
            }
        }
        ClockAct::Extend { length, at, reason, .. } => clock.facts.extensions.push((*length, *at, *reason)),
        ClockAct::Meet { at, reason, .. } => {
            clock.done_at = Some(*at);
            clock.state = State::Met;
            if let Ok(due) = clock.due(reckoner, body) {
                let done = at.to_zoned_datetime(body.zone.clone());
                if let Standing::MetLate(_) = due.standing(&done, Some(&done)) {
                    if due.late_needs_reason && !reason {
                        return Err(Refusal::new("refusal-late").norm(due.cite).field("late_reason").into());
                    }
                    clock.state = State::Late;
                }
            }
            return Ok(*reason);
        }
    }
    if clock.state == State::Running {
        clock.reckon(reckoner, body).map_err(|e| refused(&e))?;
    }
    Ok(false)
}

/// Computes every running clock again that another state of the law computed. Gives how many.
pub async fn refresh(connection: &mut AnyConnection, reckoner: &Reckoner) -> Result<u64, Error> {
    let mut changed = 0;
    for body in Body::all(connection).await? {
        loop {
            let rows = sqlx::query(
                "SELECT * FROM clock WHERE body = $1 AND state = 'running' AND reckoned_by <> $2 ORDER BY id LIMIT 1000",
            )
            .bind(&body.id)
            .bind(&reckoner.fingerprint)
            .fetch_all(&mut *connection)
            .await?;
            if rows.is_empty() {
                break;
            }
            for row in &rows {
                let mut clock = Clock::from_row(row)?;
                let late_reason = int(row, "late_reason")? != 0;
                if let Err(error) = clock.reckon(reckoner, &body) {
                    clock.problem = Some(error.to_string());
                }
                clock.update(connection, &reckoner.fingerprint, late_reason).await?;
                changed += 1;
            }
        }
    }
    Ok(changed)
}
