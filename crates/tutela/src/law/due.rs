//! `tutela law due`: when a duty falls due, by which article, and how it was counted.

mod tell;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use clap::{ArgAction, ArgMatches, Command};
use jiff::ZonedDateTime;
use jiff::civil::{DateTime, Time};
use jiff::tz::TimeZone;
use tutela_law::{Body, Calendar, Calendars, Clock, Country, Due, Event, Extended, Facts, Law, Mark, Pause, Source};
use tutela_words::{Arg, Words};

use super::today;
use crate::Done;
use crate::cli::{flag, format_arg, path_arg, value};

/// Largest file of a calendar: a year has 366 days.
const CALENDAR_BYTES: u64 = 1 << 20;

/// The arguments of the command.
pub(crate) fn arguments(command: Command, words: &Words) -> Command {
    let unless_list = |name, of| value(name, of, words).required_unless_present("list");
    command
        .arg(unless_list("country", "vn|ru|cn").value_parser(["vn", "ru", "cn"]))
        .arg(unless_list("clock", "ID"))
        .arg(value("from", "TIME", words).required_unless_present_any(["list", "event"]))
        .arg(value("event", "NAME=TIME", words).action(ArgAction::Append))
        .arg(value("case", "NAME", words))
        .arg(value("extend", "N@TIME", words).action(ArgAction::Append))
        .arg(value("pause", "NAME=FROM/UNTIL", words).action(ArgAction::Append))
        .arg(value("zone", "ZONE", words).allow_hyphen_values(true))
        .arg(value("region", "CODE", words))
        .arg(value("closes", "HH:MM", words))
        .arg(path_arg("calendars", "DIR", words).long("calendars"))
        .arg(value("now", "TIME", words))
        .arg(value("done", "TIME", words))
        .arg(flag("list", words))
        .arg(format_arg(&["text", "json"], words))
}

/// Runs the command.
pub(crate) fn run(matches: &ArgMatches, words: &Words) -> Result<Done> {
    let law = Law::embedded();
    let text = |name: &str| matches.get_one::<String>(name).map(String::as_str);
    let country = text("country").and_then(Country::from_code);
    let json = text("format") == Some("json");
    let mut out = std::io::stdout().lock();
    if matches.get_flag("list") {
        list(&law, country, json, words, &mut out)?;
        return Ok(Done::Well);
    }
    let (Some(country), Some(name)) = (country, text("clock")) else {
        return Err(anyhow!(words.get("cli-no-command")));
    };
    let body = body(matches, country, words)?;
    let calendars = calendars(matches, country, words)?;
    let facts = facts(matches, &law, country, name, &body, words)?;
    let found = law
        .due(country, name, &facts, &body, &calendars)
        .map_err(|e| anyhow!(tell::error(&e, words)))?;
    let instant = |name: &str| text(name).map(|t| time(t, &body.zone, words)).transpose();
    let (now, done) = (instant("now")?, instant("done")?);
    let standing = |due: &Due| {
        let at = now.as_ref().or(done.as_ref())?;
        Some(due.standing(at, done.as_ref()))
    };
    if json {
        let all: Vec<_> = found
            .iter()
            .map(|due| serde_json::json!({ "due": due, "standing": standing(due) }))
            .collect();
        serde_json::to_writer_pretty(&mut out, &all)?;
        writeln!(out)?;
        return Ok(Done::Well);
    }
    for (n, due) in found.iter().enumerate() {
        if n > 0 {
            writeln!(out)?;
        }
        out.write_all(tell::paper(&law, due, standing(due), words).as_bytes())?;
    }
    Ok(Done::Well)
}

/// A civil time in the zone of the body: `2026-01-05T09:00`, or a day alone.
fn time(text: &str, zone: &TimeZone, words: &Words) -> Result<ZonedDateTime> {
    let bad = || anyhow!(words.with("law-bad-time", &[("x", Arg::Text(text))]));
    let civil: DateTime = text.parse().map_err(|_| bad())?;
    civil.to_zoned_datetime(zone.clone()).map_err(|_| bad())
}

fn body(matches: &ArgMatches, country: Country, words: &Words) -> Result<Body> {
    let text = |name: &str| matches.get_one::<String>(name).map(String::as_str);
    let mut body = Body::in_capital(country);
    if let Some(zone) = text("zone") {
        body.zone = read_zone(zone).ok_or_else(|| anyhow!(words.with("law-bad-zone", &[("x", Arg::Text(zone))])))?;
    }
    if let Some(closes) = text("closes") {
        let time: Result<Time, _> = closes.parse();
        body.closes = Some(time.map_err(|_| anyhow!(words.with("law-bad-time", &[("x", Arg::Text(closes))])))?);
    }
    body.region = text("region").map(str::to_owned);
    Ok(body)
}

/// `+05:00`, or a name of the system's database of time zones.
fn read_zone(text: &str) -> Option<TimeZone> {
    if let Some(rest) = text.strip_prefix(['+', '-']) {
        let (hours, minutes) = rest.split_once(':').unwrap_or((rest, "0"));
        let (hours, minutes): (u8, u8) = (hours.parse().ok()?, minutes.parse().ok()?);
        if hours > 14 || minutes >= 60 {
            return None;
        }
        let seconds = i32::from(hours) * 3600 + i32::from(minutes) * 60;
        let signed = if text.starts_with('-') { -seconds } else { seconds };
        return jiff::tz::Offset::from_seconds(signed).ok().map(TimeZone::fixed);
    }
    TimeZone::get(text).ok()
}

/// The calendars that come with the program, and those of the folder that the user names.
fn calendars(matches: &ArgMatches, country: Country, words: &Words) -> Result<Calendars> {
    let mut all = Calendars::embedded();
    let Some(dir) = matches.get_one::<PathBuf>("calendars") else {
        return Ok(all);
    };
    let cannot = |path: &Path| {
        let path = path.display().to_string();
        words.with("law-cannot-read", &[("x", Arg::Text(&path))])
    };
    let own = dir.join(country.code());
    let mut found = false;
    for entry in fs::read_dir(&own).with_context(|| cannot(&own))? {
        let path = entry.with_context(|| cannot(&own))?.path();
        if path.extension().is_none_or(|e| e != "toml") {
            continue;
        }
        let size = fs::metadata(&path).with_context(|| cannot(&path))?.len();
        if size > CALENDAR_BYTES {
            return Err(anyhow!(cannot(&path)));
        }
        let text = fs::read_to_string(&path).with_context(|| cannot(&path))?;
        all.add(Calendar::parse(&path.display().to_string(), &text)?);
        found = true;
    }
    if found {
        return Ok(all);
    }
    let shown = dir.display().to_string();
    let args = [("x", Arg::Text(&shown)), ("y", Arg::Text(country.code()))];
    Err(anyhow!(words.with("law-no-calendars", &args)))
}

/// What happened, as the arguments say. `--from` stands for every event that the clocks in question may ask for.
fn facts(matches: &ArgMatches, law: &Law, country: Country, name: &str, body: &Body, words: &Words) -> Result<Facts> {
    let mut facts = Facts::default();
    let many = |name: &str| matches.get_many::<String>(name).into_iter().flatten();
    for text in many("event") {
        let (word, at) = text.split_once('=').unwrap_or((text, ""));
        let event = Event::from_word(word).ok_or_else(|| {
            let known = Event::ALL.iter().map(|e| e.as_str()).collect::<Vec<_>>().join(", ");
            anyhow!(words.with("law-bad-event", &[("x", Arg::Text(word)), ("y", Arg::Text(&known))]))
        })?;
        facts.record(event, time(at, &body.zone, words)?);
    }
    if let Some(from) = matches.get_one::<String>("from") {
        let at = time(from, &body.zone, words)?;
        for event in asked_for(law, country, name) {
            if facts.at(event).is_none() {
                facts.record(event, at.clone());
            }
        }
    }
    facts.case = matches.get_one::<String>("case").cloned();
    for text in many("extend") {
        let bad = || anyhow!(words.with("law-bad-extension", &[("x", Arg::Text(text))]));
        let (length, at) = text.split_once('@').ok_or_else(bad)?;
        facts.extensions.push(Extended {
            length: length.parse().map_err(|_| bad())?,
            noticed: time(at, &body.zone, words)?,
            reason_given: true,
        });
    }
    for text in many("pause") {
        let bad = || anyhow!(words.with("law-bad-pause", &[("x", Arg::Text(text))]));
        let (name, span) = text.split_once('=').ok_or_else(bad)?;
        let (from, until) = span.split_once('/').unwrap_or((span, ""));
        facts.pauses.push(Pause {
            name: name.to_owned(),
            from: time(from, &body.zone, words)?,
            until: match until {
                "" => None,
                until => Some(time(until, &body.zone, words)?),
            },
        });
    }
    Ok(facts)
}

/// The events that the clocks of this name may ask for, and those of the law's clock that goes before.
fn asked_for(law: &Law, country: Country, name: &str) -> Vec<Event> {
    let named: Vec<&Clock> = law
        .clocks(country)
        .filter(|c| c.id() == name || c.rule.duty == name)
        .collect();
    let before: Vec<&Clock> = law
        .clocks(country)
        .filter(|c| named.iter().any(|n| n.rule.yields_to.as_deref() == Some(c.id())))
        .collect();
    let mut events: Vec<Event> = named.into_iter().chain(before).flat_map(Clock::events).collect();
    events.sort_unstable();
    events.dedup();
    events
}

fn list(law: &Law, country: Option<Country>, json: bool, words: &Words, out: &mut impl Write) -> Result<()> {
    let today = today();
    let countries = [Country::Vn, Country::Ru, Country::Cn];
    let all = countries
        .into_iter()
        .filter(|c| country.is_none_or(|asked| asked == *c))
        .flat_map(|c| law.clocks(c));
    if json {
        let rows: Vec<_> = all.map(row).collect();
        serde_json::to_writer_pretty(&mut *out, &rows)?;
        writeln!(out)?;
        return Ok(());
    }
    for clock in all {
        let now = if clock.holds_on(today) { "*" } else { " " };
        let mut notes = vec![clock.rule.cite.clone()];
        if clock.rule.source == Source::Body {
            notes.push(words.get("law-body-rule"));
        }
        if clock.rule.mark == Mark::Check {
            notes.push(format!("[{}]", words.get("law-to-be-confirmed")));
        }
        let until = clock.to.map_or_else(|| "…".to_owned(), |d| d.to_string());
        writeln!(
            out,
            "{now} {:30} {} – {until:10}  {}: {} ({})",
            clock.id(),
            clock.from,
            words.get(&format!("duty-{}", clock.rule.duty)),
            tell::term(clock, words),
            notes.join("; ")
        )?;
    }
    Ok(())
}

/// A clock as an object.
fn row(clock: &Clock) -> serde_json::Value {
    let r = &clock.rule;
    serde_json::json!({
        "clock": r.id, "duty": r.duty, "pack": clock.pack, "country": clock.country, "source": r.source,
        "from": clock.from.to_string(), "to": clock.to.map(|d| d.to_string()), "what": r.what, "term": clock.term(),
        "starts": r.starts.iter().map(|s| s.event).collect::<Vec<_>>(), "bound": r.bound,
        "cases": r.case.iter().map(|c| c.name.as_str()).collect::<Vec<_>>(),
        "pauses": r.pause.iter().map(|p| p.name.as_str()).collect::<Vec<_>>(),
        "extension": r.extension.as_ref().map(|e| e.length),
        "form": r.form, "actor": r.actor, "condition": r.condition, "cite": r.cite, "mark": r.mark,
    })
}

#[cfg(test)]
mod tests {
    use tutela_words::Locale;

    use super::*;

    #[test]
    fn every_duty_event_unit_and_case_has_a_text_in_every_language() {
        let law = Law::embedded();
        for locale in Locale::ALL {
            let words = Words::new(locale);
            let mut keys: Vec<String> = Event::ALL.iter().map(|e| format!("event-{}", e.as_str())).collect();
            for clock in law.packs().iter().flat_map(|p| p.clocks()) {
                keys.push(format!("duty-{}", clock.rule.duty));
                keys.push(format!("term-{}", clock.rule.unit.as_str()));
                keys.extend(clock.rule.case.iter().map(|c| format!("case-{}", c.name)));
            }
            for key in keys {
                assert!(words.has(&key), "{}: {key}", locale.code());
            }
        }
    }

    #[test]
    fn zones() {
        let offset = |text: &str| read_zone(text)?.to_fixed_offset().ok().map(|o| o.seconds());
        assert_eq!(offset("+05:00"), Some(18000));
        assert_eq!(offset("-03:30"), Some(-12600));
        for bad in ["+99:00", "+05:99", "+x", "+", "+-1", "Nowhere/City", ""] {
            assert!(read_zone(bad).is_none(), "{bad}");
        }
    }
}
