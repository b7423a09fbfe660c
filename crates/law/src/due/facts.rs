//! What happened: the input of a count.

use std::collections::BTreeMap;

use jiff::ZonedDateTime;
use jiff::civil::Time;
use jiff::tz::{Offset, TimeZone};

use crate::Country;
use crate::clock::Event;

/// What the count must know of a body.
#[derive(Debug, Clone)]
pub struct Body {
    /// Its time zone.
    pub zone: TimeZone,
    /// Its region, where regions have days off of their own.
    pub region: Option<String>,
    /// When it closes, for terms that end with the office.
    pub closes: Option<Time>,
}

impl Body {
    /// A body in this zone.
    pub fn new(zone: TimeZone) -> Self {
        Self {
            zone,
            region: None,
            closes: None,
        }
    }

    /// A body in the capital of a country. Russia has eleven zones: a body elsewhere names its own.
    pub fn in_capital(country: Country) -> Self {
        let hours = match country {
            Country::Vn => 7,
            Country::Ru => 3,
            Country::Cn => 8,
        };
        Self::new(TimeZone::fixed(Offset::constant(hours)))
    }
}

/// A time that does not count.
#[derive(Debug, Clone)]
pub struct Pause {
    /// Name of the rule that allows it.
    pub name: String,
    /// From when. By days: the day itself no longer counts.
    pub from: ZonedDateTime,
    /// Until when; none while it lasts. By days: the day itself counts again.
    pub until: Option<ZonedDateTime>,
}

/// An extension as it was given.
#[derive(Debug, Clone)]
pub struct Extended {
    /// By how much, in the unit of the clock.
    pub length: u32,
    /// When the other side was told.
    pub noticed: ZonedDateTime,
    /// Whether a reason was given.
    pub reason_given: bool,
}

/// What is known of a case: events with their corrections, pauses, extensions.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// Every time that was entered for an event, the one that holds last.
    events: BTreeMap<Event, Vec<ZonedDateTime>>,
    /// The case of the clock that applies, by its name.
    pub case: Option<String>,
    /// What did not count.
    pub pauses: Vec<Pause>,
    /// What was added.
    pub extensions: Vec<Extended>,
}

impl Facts {
    /// Nothing known but one event.
    pub fn of(event: Event, at: ZonedDateTime) -> Self {
        let mut facts = Self::default();
        facts.record(event, at);
        facts
    }

    /// Enters when an event happened. Another time for the same event is a correction; the earlier ones stay as history.
    pub fn record(&mut self, event: Event, at: ZonedDateTime) {
        self.events.entry(event).or_default().push(at);
    }

    /// When an event happened, as last corrected.
    pub fn at(&self, event: Event) -> Option<&ZonedDateTime> {
        self.events.get(&event).and_then(|all| all.last())
    }

    /// Every correction: the event, what was held before, what holds after it.
    pub fn corrections(&self) -> Vec<(Event, ZonedDateTime, ZonedDateTime)> {
        let mut out = Vec::new();
        for (event, all) in &self.events {
            for (before, after) in all.iter().zip(all.iter().skip(1)) {
                out.push((*event, before.clone(), after.clone()));
            }
        }
        out
    }
}

/// Pauses in the zone of the body, in order, those that touch joined, so that no time is left out twice.
pub(super) fn merged(pauses: &[Pause], body: &Body) -> Vec<(ZonedDateTime, Option<ZonedDateTime>)> {
    let here = |z: &ZonedDateTime| z.with_time_zone(body.zone.clone());
    let mut all: Vec<_> = pauses
        .iter()
        .map(|p| (here(&p.from), p.until.as_ref().map(here)))
        .collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    let mut out: Vec<(ZonedDateTime, Option<ZonedDateTime>)> = Vec::with_capacity(all.len());
    for (from, until) in all {
        match out.last_mut() {
            Some((_, None)) => {}
            Some((_, Some(last))) if from <= *last => match until {
                Some(until) if until <= *last => {}
                later => {
                    if let Some(joined) = out.last_mut() {
                        joined.1 = later;
                    }
                }
            },
            _ => out.push((from, until)),
        }
    }
    out
}
