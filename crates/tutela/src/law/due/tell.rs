//! Due dates, steps and errors in the user's language.

use jiff::civil::{Date, Time};
use jiff::{SignedDuration, ZonedDateTime};
use tutela_law::{Bound, Clock, Due, DueError, Law, Mark, Refused, Source, Standing, Step, StepArg, Unit};
use tutela_words::{Arg, Words};

/// A term in words: `15 working days`.
pub(super) fn term(clock: &Clock, words: &Words) -> String {
    let minimum = if clock.rule.bound == Bound::AtLeast { "≥ " } else { "" };
    let told = match (clock.rule.unit, clock.rule.on.as_deref()) {
        (unit @ (Unit::Date | Unit::Yearly), Some(on)) => format!("{} ({on})", length(0, unit, words)),
        (unit, _) => length(clock.rule.length.unwrap_or(0), unit, words),
    };
    format!("{minimum}{told}")
}

fn length(n: u32, unit: Unit, words: &Words) -> String {
    let key = format!("term-{}", unit.as_str());
    words.with(&key, &[("n", Arg::Number(u64::from(n)))])
}

fn day(date: Date, words: &Words) -> String {
    date.strftime(&words.get("law-date")).to_string()
}

fn moment(at: &ZonedDateTime, words: &Words) -> String {
    clock_time(at.date(), &at.strftime("%H:%M").to_string(), words)
}

fn clock_time(date: Date, time: &str, words: &Words) -> String {
    let date = day(date, words);
    words.with("law-at", &[("x", Arg::Text(&date)), ("y", Arg::Text(time))])
}

/// An end: a day that ends at 24:00 is told as that day, not as the next.
fn end(at: &ZonedDateTime, by_day: bool, words: &Words) -> String {
    match at.date().yesterday() {
        Ok(day) if by_day && at.time() == Time::midnight() => clock_time(day, "24:00", words),
        _ => moment(at, words),
    }
}

/// What is open is said to be so.
fn open(mark: Mark, words: &Words) -> String {
    match mark {
        Mark::Check => format!(" [{}]", words.get("law-to-be-confirmed")),
        Mark::Sure | Mark::Likely => String::new(),
    }
}

/// The due date with everything that a clerk and an inspector want to know of it.
pub(super) fn paper(law: &Law, due: &Due, standing: Option<Standing>, words: &Words) -> String {
    let mut lines = vec![format!("{}  {}", due.clock, words.get(&format!("duty-{}", due.duty)))];
    let mut say = |label: &str, text: &str| lines.push(format!("  {}: {text}", words.get(label)));
    let label = match due.bound {
        Bound::AtMost => "law-due-by",
        Bound::AtLeast => "law-due-not-before",
    };
    let by_day = due.last_day.is_some();
    let when = match (&due.at, due.unit) {
        (None, _) => words.get("law-due-paused"),
        (Some(at), unit) => {
            let told = end(at, by_day, words);
            let told = match unit {
                Unit::AtOnce => words.with("law-due-at-once", &[("x", Arg::Text(&told))]),
                Unit::Before => words.with("law-due-before", &[("x", Arg::Text(&told))]),
                _ => told,
            };
            format!("{told} ({})", at.strftime("%:z"))
        }
    };
    say(label, &format!("{when}{}", open(due.mark, words)));
    if let Some(later) = &due.if_moved {
        let later = end(later, true, words);
        say("law-due-if-moved", &format!("{later}{}", open(Mark::Check, words)));
    }
    say("law-due-article", &format!("{} · {}", due.cite, due.pack));
    if let Some(form) = &due.form {
        say("law-due-form", form);
    }
    for r in &due.recipients {
        let at = r.at.as_ref().map(|at| format!(" – {}", end(at, by_day, words)));
        let text = format!("{}{}{}", r.name, at.unwrap_or_default(), open(r.mark, words));
        say("law-due-to", &text);
    }
    if let Some(standing) = standing {
        say("law-due-where", &stands(standing, words));
    }
    let mut notes = Vec::new();
    let clock = law
        .packs()
        .iter()
        .flat_map(|p| p.clocks())
        .find(|c| c.id() == due.clock);
    if clock.is_some_and(|c| c.rule.source == Source::Body) {
        notes.push(words.get("law-body-rule"));
    }
    if let Some(statute) = &due.overruled_by {
        notes.push(words.with("law-due-overruled", &[("x", Arg::Text(statute))]));
    }
    if due.late_needs_reason {
        notes.push(words.get("law-due-late"));
    }
    if due.staged {
        notes.push(words.get("law-due-staged"));
    }
    lines.extend(notes.into_iter().map(|n| format!("  {n}")));
    lines.push(format!("  {}:", words.get("law-due-steps")));
    lines.extend(due.steps.iter().map(|s| format!("    {}", step(s, words))));
    lines.join("\n") + "\n"
}

/// A step of the count in the user's language.
fn step(step: &Step, words: &Words) -> String {
    let values: Vec<(&str, Result<String, u64>)> = step
        .args()
        .into_iter()
        .map(|(name, arg)| {
            let value = match arg {
                StepArg::Text(text) => Ok(text),
                StepArg::Day(date) => Ok(day(date, words)),
                StepArg::At(at) => Ok(moment(&at, words)),
                StepArg::Key(key) => Ok(words.get(&key)),
                StepArg::Length(n, unit) => Ok(length(n, unit, words)),
                StepArg::Number(n) => Err(n),
            };
            (name, value)
        })
        .collect();
    let args: Vec<(&str, Arg<'_>)> = values
        .iter()
        .map(|(name, value)| match value {
            Ok(text) => (*name, Arg::Text(text)),
            Err(n) => (*name, Arg::Number(*n)),
        })
        .collect();
    words.with(step.key(), &args)
}

/// Where a duty stands, in words.
fn stands(standing: Standing, words: &Words) -> String {
    let (key, by) = match standing {
        Standing::Running(by) => ("standing-running", Some(by)),
        Standing::Paused => ("standing-paused", None),
        Standing::Met => ("standing-met", None),
        Standing::MetLate(by) => ("standing-met-late", Some(by)),
        Standing::Overdue(by) => ("standing-overdue", Some(by)),
        Standing::Waiting(by) => ("standing-waiting", Some(by)),
        Standing::Passed => ("standing-passed", None),
        Standing::TooEarly(by) => ("standing-too-early", Some(by)),
    };
    let by = by.map(|by| span(by, words)).unwrap_or_default();
    words.with(key, &[("x", Arg::Text(&by))])
}

/// A duration as a person says it: days from two days on, hours from two hours on.
fn span(by: SignedDuration, words: &Words) -> String {
    let hours = by.as_hours();
    let (n, unit) = match hours {
        48.. => (hours / 24, Unit::Days),
        2.. => (hours, Unit::Hours),
        _ => (by.as_mins(), Unit::Minutes),
    };
    length(u32::try_from(n).unwrap_or(0), unit, words)
}

/// Why a term cannot be computed, in words.
pub(super) fn error(error: &DueError, words: &Words) -> String {
    let with = |key: &str, x: &str, y: &str| words.with(key, &[("x", Arg::Text(x)), ("y", Arg::Text(y))]);
    match error {
        DueError::NoCalendar(missing) => {
            let (year, file) = (missing.year.to_string(), missing.file());
            let args = [
                ("x", Arg::Text(missing.country.code())),
                ("y", Arg::Text(&year)),
                ("file", Arg::Text(&file)),
            ];
            words.with("due-no-calendar", &args)
        }
        DueError::NoEvent { clock, event } => {
            let name = words.get(&format!("event-{}", event.as_str()));
            let args = [
                ("x", Arg::Text(clock)),
                ("y", Arg::Text(event.as_str())),
                ("event", Arg::Text(&name)),
            ];
            words.with("due-no-event", &args)
        }
        DueError::NotInForce { clock, day } => with("due-not-in-force", clock, &day.to_string()),
        DueError::NoClock { name, country } => with("due-no-clock", name, country.code()),
        DueError::NoCase { clock, case } => with("due-no-case", clock, case),
        DueError::NoPause { clock, name } => with("due-no-pause", clock, name),
        DueError::PauseBackwards { clock } => with("due-pause-backwards", clock, ""),
        DueError::Extension { clock, why } => {
            let (key, n) = match why {
                Refused::None => ("due-extension-none", 0),
                Refused::Often(n) => ("due-extension-often", *n),
                Refused::Long(n) => ("due-extension-long", *n),
                Refused::Reason => ("due-extension-reason", 0),
                Refused::Late => ("due-extension-late", 0),
            };
            let args = [("x", Arg::Text(clock)), ("n", Arg::Number(u64::from(n)))];
            words.with(key, &args)
        }
        DueError::NoClosingTime { clock } => with("due-no-closing-time", clock, ""),
        DueError::OutOfRange { clock } => with("due-out-of-range", clock, ""),
    }
}
