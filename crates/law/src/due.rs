//! When a duty falls due, and every step of the count.
//!
//! Nothing here reads a clock or a file: what happened, the body, the calendars and `now` enter as values.

mod count;
#[cfg(test)]
mod examples;
mod facts;
#[cfg(test)]
mod properties;
mod step;
#[cfg(test)]
mod tests;

use jiff::civil::Date;
use jiff::{SignedDuration, ZonedDateTime};
use serde::Serialize;
use thiserror::Error;

pub use facts::{Body, Extended, Facts, Pause};
pub use step::{Step, StepArg};

use crate::calendar::{Calendars, NoCalendar};
use crate::clock::{Bound, Case, Choose, Clock, Event, Unit};
use crate::{Country, Mark};
use count::{Count, End};

/// Why a term cannot be computed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DueError {
    /// A year has no calendar.
    #[error(transparent)]
    NoCalendar(#[from] NoCalendar),
    /// The event that starts the clock is not known.
    #[error("{clock}: needs the time of '{}'", event.as_str())]
    NoEvent {
        /// The clock.
        clock: String,
        /// The event.
        event: Event,
    },
    /// The rule does not decide on the day that counts.
    #[error("{clock} is not in force on {day}")]
    NotInForce {
        /// The clock.
        clock: String,
        /// The day.
        day: Date,
    },
    /// No clock has this name.
    #[error("no clock '{name}' of {}", country.code())]
    NoClock {
        /// The name asked for.
        name: String,
        /// The country.
        country: Country,
    },
    /// The clock has no such case.
    #[error("{clock} has no case '{case}'")]
    NoCase {
        /// The clock.
        clock: String,
        /// The case asked for.
        case: String,
    },
    /// The law knows no such pause.
    #[error("{clock} cannot be paused for '{name}'")]
    NoPause {
        /// The clock.
        clock: String,
        /// The pause asked for.
        name: String,
    },
    /// A pause that ends before it begins.
    #[error("{clock}: a pause ends before it begins")]
    PauseBackwards {
        /// The clock.
        clock: String,
    },
    /// An extension that the law does not give.
    #[error("{clock}: the extension is refused: {why}")]
    Extension {
        /// The clock.
        clock: String,
        /// Why.
        why: Refused,
    },
    /// The last day ends with the office, whose hours are not known.
    #[error("{clock} ends when the office closes: tell when that is")]
    NoClosingTime {
        /// The clock.
        clock: String,
    },
    /// A date beyond the calendar of the program.
    #[error("{clock}: the end lies beyond any calendar")]
    OutOfRange {
        /// The clock.
        clock: String,
    },
}

/// Why an extension is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Refused {
    /// The law gives none.
    #[error("the law gives none")]
    None,
    /// As often as the law allows already.
    #[error("at most {0} times")]
    Often(u32),
    /// Longer than the law allows, or nothing.
    #[error("between 1 and {0} each time")]
    Long(u32),
    /// Without the reason that the law asks for.
    #[error("a reason must be given")]
    Reason,
    /// After the term was over.
    #[error("notice came after the term was over")]
    Late,
}

/// What one recipient must have, and by when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RecipientDue {
    /// Who, in the language of the act.
    pub name: String,
    /// By when; none while the clock is paused.
    pub at: Option<ZonedDateTime>,
    /// On which form.
    pub form: Option<String>,
    /// Article.
    pub cite: String,
    /// How sure this is.
    pub mark: Mark,
}

/// When a duty falls due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Due {
    /// Name of the clock.
    pub clock: String,
    /// Its duty.
    pub duty: String,
    /// The pack that decides.
    pub pack: String,
    /// What the end means.
    pub bound: Bound,
    /// The unit of the term.
    pub unit: Unit,
    /// The end. A day that ends at 24:00 ends at 0:00 of the next. None while the clock is paused.
    pub at: Option<ZonedDateTime>,
    /// The last day, when the term runs by days.
    pub last_day: Option<Date>,
    /// The later end that holds if the rule on days off applies, where the law is open. Act by [`Due::at`].
    pub if_moved: Option<ZonedDateTime>,
    /// The clock of the law that ends earlier and goes before this rule of a body.
    pub overruled_by: Option<String>,
    /// How it was counted.
    pub steps: Vec<Step>,
    /// Who must have it by when.
    pub recipients: Vec<RecipientDue>,
    /// The official form.
    pub form: Option<String>,
    /// Whether lateness must be explained.
    pub late_needs_reason: bool,
    /// Whether parts may follow later.
    pub staged: bool,
    /// Articles.
    pub cite: String,
    /// How sure the whole is: as sure as its weakest part.
    pub mark: Mark,
}

/// Where a duty stands at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Time is left.
    Running(SignedDuration),
    /// Stopped; no end is known yet.
    Paused,
    /// Done in time.
    Met,
    /// Done late, by so much.
    MetLate(SignedDuration),
    /// Not done, and late by so much.
    Overdue(SignedDuration),
    /// A minimum that has not passed yet: so much is left.
    Waiting(SignedDuration),
    /// A minimum that has passed.
    Passed,
    /// A minimum that was not waited for.
    TooEarly(SignedDuration),
}

impl Due {
    /// Where the duty stands at `now`, given when it was done, if it was.
    pub fn standing(&self, now: &ZonedDateTime, done: Option<&ZonedDateTime>) -> Standing {
        let Some(at) = &self.at else {
            return if done.is_some() {
                Standing::Met
            } else {
                Standing::Paused
            };
        };
        match (self.bound, done) {
            (Bound::AtMost, Some(done)) if done <= at => Standing::Met,
            (Bound::AtMost, Some(done)) => Standing::MetLate(done.duration_since(at)),
            (Bound::AtMost, None) if now <= at => Standing::Running(at.duration_since(now)),
            (Bound::AtMost, None) => Standing::Overdue(now.duration_since(at)),
            (Bound::AtLeast, Some(done)) if done < at => Standing::TooEarly(at.duration_since(done)),
            (Bound::AtLeast, Some(_)) => Standing::Met,
            (Bound::AtLeast, None) if now < at => Standing::Waiting(at.duration_since(now)),
            (Bound::AtLeast, None) => Standing::Passed,
        }
    }
}

/// The start that counts: its event, its instant in the zone of the body, and how sure it is.
fn choose_start(clock: &Clock, facts: &Facts, body: &Body) -> Result<(Event, ZonedDateTime, Mark), DueError> {
    let rule = &clock.rule;
    let mut known = rule.starts.iter().filter_map(|s| {
        let at = facts.at(s.event)?.with_time_zone(body.zone.clone());
        Some((s.event, at, s.mark.unwrap_or(rule.mark)))
    });
    let start = match rule.choose {
        Choose::FirstKnown => known.next(),
        Choose::Earliest => known.min_by(|a, b| a.1.cmp(&b.1)),
        Choose::Latest => known.max_by(|a, b| a.1.cmp(&b.1)),
    };
    start.ok_or_else(|| DueError::NoEvent {
        clock: clock.id().to_owned(),
        event: rule.starts.first().map_or(Event::Received, |s| s.event),
    })
}

/// The day that decides whether the clock's rule is in force.
pub(crate) fn deciding_day(clock: &Clock, facts: &Facts, body: &Body) -> Result<Date, DueError> {
    let Some(event) = clock.rule.decided_by else {
        return choose_start(clock, facts, body).map(|(_, at, _)| at.date());
    };
    let at = facts.at(event).ok_or_else(|| DueError::NoEvent {
        clock: clock.id().to_owned(),
        event,
    })?;
    Ok(at.with_time_zone(body.zone.clone()).date())
}

fn find_case<'a>(clock: &'a Clock, facts: &Facts) -> Result<Option<&'a Case>, DueError> {
    let Some(name) = facts.case.as_deref() else {
        return Ok(None);
    };
    match clock.rule.case.iter().find(|c| c.name == name) {
        Some(case) => Ok(Some(case)),
        None => Err(DueError::NoCase {
            clock: clock.id().to_owned(),
            case: name.to_owned(),
        }),
    }
}

/// When the duty of a clock falls due.
pub fn due(clock: &Clock, facts: &Facts, body: &Body, calendars: &Calendars) -> Result<Due, DueError> {
    let rule = &clock.rule;
    let id = || clock.id().to_owned();
    let day = deciding_day(clock, facts, body)?;
    if !clock.holds_on(day) {
        return Err(DueError::NotInForce { clock: id(), day });
    }
    let (event, start, mut mark) = choose_start(clock, facts, body)?;
    mark = mark.max(rule.mark);
    let case = find_case(clock, facts)?;
    for pause in &facts.pauses {
        match rule.pause.iter().find(|p| p.name == pause.name) {
            Some(known) => mark = mark.max(known.mark),
            None => {
                return Err(DueError::NoPause {
                    clock: id(),
                    name: pause.name.clone(),
                });
            }
        }
        if pause.until.as_ref().is_some_and(|until| *until < pause.from) {
            return Err(DueError::PauseBackwards { clock: id() });
        }
    }

    let mut steps = Vec::new();
    for (event, from, to) in facts.corrections() {
        if clock.events().any(|e| e == event) {
            steps.push(Step::Corrected { event, from, to });
        }
    }
    steps.push(Step::Started {
        event,
        at: start.clone(),
    });
    for other in rule.starts.iter().filter(|s| s.event != event) {
        if let Some(at) = facts.at(other.event) {
            steps.push(Step::OtherStart {
                event: other.event,
                at: at.with_time_zone(body.zone.clone()),
            });
        }
    }
    if rule.decided_by.is_some_and(|e| e != event) {
        steps.push(Step::DecidedBy {
            event: rule.decided_by.unwrap_or(event),
            day,
            pack: clock.pack.clone(),
        });
    }
    let mut length = rule.length.unwrap_or(0);
    if let Some(case) = case {
        length = case.length;
        mark = mark.max(case.mark.unwrap_or(rule.mark));
        steps.push(Step::Case {
            name: case.name.clone(),
            length,
            unit: rule.unit,
        });
    }

    let counting = Count {
        clock,
        body,
        calendars,
        start: &start,
        pauses: facts::merged(&facts.pauses, body),
    };
    let extended = extend(&counting, facts, case, length)?;
    let total = length.saturating_add(extended);
    for e in &facts.extensions {
        steps.push(Step::Extended {
            length: e.length,
            unit: rule.unit,
            noticed: e.noticed.with_time_zone(body.zone.clone()),
        });
    }
    if let Some(m) = rule.extension.as_ref().and_then(|e| e.mark)
        && extended > 0
    {
        mark = mark.max(m);
    }
    let end = counting.run(total, &mut steps)?;
    mark = mark.max(end.mark);

    let mut recipients = Vec::with_capacity(rule.recipient.len());
    for r in &rule.recipient {
        let own = match r.length {
            Some(n) => counting.run(n.saturating_add(extended), &mut Vec::new())?,
            None => end.clone(),
        };
        recipients.push(RecipientDue {
            name: r.name.clone(),
            at: own.at,
            form: r.form.clone().or_else(|| rule.form.clone()),
            cite: r.cite.clone().unwrap_or_else(|| rule.cite.clone()),
            mark: own.mark.max(r.mark.unwrap_or(rule.mark)).max(mark),
        });
    }
    let End {
        at, last_day, if_moved, ..
    } = end;
    Ok(Due {
        clock: id(),
        duty: rule.duty.clone(),
        pack: clock.pack.clone(),
        bound: rule.bound,
        unit: rule.unit,
        at,
        last_day,
        if_moved,
        overruled_by: None,
        steps,
        recipients,
        form: rule.form.clone(),
        late_needs_reason: rule.late_needs_reason,
        staged: rule.staged,
        cite: case.and_then(|c| c.cite.clone()).unwrap_or_else(|| rule.cite.clone()),
        mark,
    })
}

/// By how much the term is longer, or why an extension is refused. Each is judged by the end that stood before it.
fn extend(counting: &Count<'_>, facts: &Facts, case: Option<&Case>, length: u32) -> Result<u32, DueError> {
    let clock = counting.clock;
    let refuse = |why| DueError::Extension {
        clock: clock.id().to_owned(),
        why,
    };
    let mut sum: u32 = 0;
    for (n, e) in (0u32..).zip(&facts.extensions) {
        let rule = clock.rule.extension.as_ref().ok_or_else(|| refuse(Refused::None))?;
        let longest = case.and_then(|c| c.extension).unwrap_or(rule.length);
        if n >= rule.times {
            return Err(refuse(Refused::Often(rule.times)));
        }
        if e.length == 0 || e.length > longest {
            return Err(refuse(Refused::Long(longest)));
        }
        if rule.reason && !e.reason_given {
            return Err(refuse(Refused::Reason));
        }
        let before = counting.run(length.saturating_add(sum), &mut Vec::new())?;
        if rule.notice && before.at.is_some_and(|at| e.noticed > at) {
            return Err(refuse(Refused::Late));
        }
        sum = sum.saturating_add(e.length);
    }
    Ok(sum)
}
