//! What a file of clocks must be like.

use jiff::civil::Date;

use super::{Begin, Clock, ClockFile, Rule, Source, Unit};
use crate::{Country, PackError};

/// Longest term in each unit: what exceeds it is a slip of the pen, and counting stays bounded.
fn longest(unit: Unit) -> u32 {
    match unit {
        Unit::Minutes => 24 * 60,
        Unit::Hours => 24 * 366,
        Unit::Days => 3660,
        Unit::WorkingDays => 1000,
        Unit::Months => 1200,
        Unit::Years => 100,
        Unit::DayOfNextMonth => 28,
        Unit::AtOnce | Unit::Before | Unit::Date | Unit::Yearly => 0,
    }
}

/// Reads and checks the clocks of a pack.
pub(crate) fn parse(
    file: &str,
    text: &str,
    pack: &str,
    country: Country,
    window: (Date, Option<Date>),
) -> Result<Vec<Clock>, PackError> {
    let refuse = |reason: String| PackError::new(file, reason);
    let parsed: ClockFile = toml::from_str(text).map_err(|e| refuse(e.to_string().trim_end().replace('\n', " ")))?;
    let mut clocks: Vec<Clock> = Vec::with_capacity(parsed.clock.len());
    for rule in parsed.clock {
        if let Err(reason) = check(&rule) {
            return Err(refuse(format!("clock '{}': {reason}", rule.id)));
        }
        if clocks.iter().any(|c| c.rule.id == rule.id) {
            return Err(refuse(format!("clock '{}' stands twice", rule.id)));
        }
        // A rule with a last day of its own before the pack's first day is history that the pack keeps.
        let clock = Clock {
            from: rule.from.unwrap_or(window.0),
            to: rule.to.or(window.1),
            pack: pack.to_owned(),
            country,
            counting: parsed.counting.clone(),
            rule,
        };
        if clock.to.is_some_and(|to| to < clock.from) {
            return Err(refuse(format!("clock '{}': 'to' lies before 'from'", clock.id())));
        }
        clocks.push(clock);
    }
    Ok(clocks)
}

/// Reads `12-31`.
pub(crate) fn month_and_day(text: &str) -> Option<(i8, i8)> {
    let (month, day) = text.split_once('-')?;
    let (month, day) = (month.parse().ok()?, day.parse().ok()?);
    // A year without 29 February: a day that not every year has cannot be yearly.
    Date::new(2025, month, day).ok().map(|_| (month, day))
}

fn check(rule: &Rule) -> Result<(), String> {
    let slug = |s: &str| {
        !s.is_empty()
            && s.chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    };
    if !slug(&rule.id) || !slug(&rule.duty) {
        return Err("id and duty are small letters, digits and hyphens".to_owned());
    }
    if rule.starts.is_empty() {
        return Err("needs an event in 'starts'".to_owned());
    }
    if rule.cite.trim().is_empty() || rule.what.trim().is_empty() {
        return Err("needs 'what' and 'cite'".to_owned());
    }
    let unit = rule.unit;
    match rule.length {
        Some(n) if !unit.has_length() => return Err(format!("{n} {} has no meaning", unit.as_str())),
        None if unit.has_length() => return Err("needs 'length'".to_owned()),
        _ => {}
    }
    let extended = rule.extension.as_ref().map_or(0, |e| e.length.saturating_mul(e.times));
    let by_case = rule
        .case
        .iter()
        .map(|c| c.length.saturating_add(c.extension.unwrap_or(0)));
    let by_recipient = rule.recipient.iter().filter_map(|r| r.length);
    let lengths = rule.length.into_iter().chain(by_case).chain(by_recipient);
    for n in lengths {
        if n == 0 || n.saturating_add(extended) > longest(unit) {
            return Err(format!("a length of {n} {} is out of bounds", unit.as_str()));
        }
    }
    match (unit, rule.on.as_deref()) {
        (Unit::Date, Some(on)) if on.parse::<Date>().is_ok() => {}
        (Unit::Yearly, Some(on)) if month_and_day(on).is_some() => {}
        (Unit::Date | Unit::Yearly, _) => return Err("needs a day in 'on'".to_owned()),
        (_, Some(_)) => return Err("'on' is for date and yearly".to_owned()),
        (_, None) => {}
    }
    let plain = matches!(unit, Unit::Days | Unit::WorkingDays);
    match rule.begin {
        Some(Begin::Instant) if !unit.is_exact() => return Err("days do not begin at an instant".to_owned()),
        Some(Begin::SameDay | Begin::NextWorkingDay) if !plain => {
            return Err("this 'begin' is for days and working days".to_owned());
        }
        Some(Begin::NextDay) if unit.is_exact() => return Err("hours begin at the instant".to_owned()),
        _ => {}
    }
    let counted = plain || matches!(unit, Unit::Minutes | Unit::Hours | Unit::Months | Unit::Years);
    if !counted && (rule.extension.is_some() || !rule.pause.is_empty() || !rule.case.is_empty()) {
        return Err("only a counted term can be extended or paused or have cases".to_owned());
    }
    if rule.recipient.iter().any(|r| r.length.is_some()) && !counted {
        return Err("only a counted term can differ by recipient".to_owned());
    }
    if rule.extension.as_ref().is_some_and(|e| e.times == 0 || e.length == 0) {
        return Err("an extension of nothing".to_owned());
    }
    if rule.case.iter().any(|c| c.extension.is_some()) && rule.extension.is_none() {
        return Err("a case extends what cannot be extended".to_owned());
    }
    let mut names: Vec<_> = rule.case.iter().map(|c| &c.name).collect();
    names.sort();
    if names.windows(2).any(|w| matches!(w, [a, b] if a == b)) {
        return Err("a case stands twice".to_owned());
    }
    if rule.yields_to.is_some() && rule.source != Source::Body {
        return Err("only a rule of a body yields".to_owned());
    }
    Ok(())
}
