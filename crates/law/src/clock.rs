//! Clocks: the terms that the law sets, as rules that can be counted.

pub(crate) mod check;
mod event;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use event::Event;

use crate::{Country, Mark};

/// What a length is counted in, or how else the end is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// Minutes that pass, day and night.
    Minutes,
    /// Hours that pass, day and night, days off included.
    Hours,
    /// Calendar days.
    Days,
    /// Working days of the country's calendar.
    WorkingDays,
    /// Months: to the same day of the month, or its last day.
    Months,
    /// Years: to the same day of the year.
    Years,
    /// Without delay: the law names no number. The end is the start.
    AtOnce,
    /// Before the event: the event itself is the end.
    Before,
    /// One day named by the act.
    Date,
    /// A day of every year named by the act.
    Yearly,
    /// A day of the month after the event's month.
    DayOfNextMonth,
}

impl Unit {
    /// The word in files and outputs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Minutes => "minutes",
            Self::Hours => "hours",
            Self::Days => "days",
            Self::WorkingDays => "working-days",
            Self::Months => "months",
            Self::Years => "years",
            Self::AtOnce => "at-once",
            Self::Before => "before",
            Self::Date => "date",
            Self::Yearly => "yearly",
            Self::DayOfNextMonth => "day-of-next-month",
        }
    }

    /// Whether it runs by the instant, not by the day.
    pub fn is_exact(self) -> bool {
        matches!(self, Self::Minutes | Self::Hours | Self::AtOnce | Self::Before)
    }

    /// Whether it has a length.
    pub fn has_length(self) -> bool {
        !matches!(self, Self::AtOnce | Self::Before | Self::Date | Self::Yearly)
    }
}

/// Where counting begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Begin {
    /// At the instant of the event.
    Instant,
    /// The day of the event is the first day.
    SameDay,
    /// The day after the event is the first day.
    NextDay,
    /// The first working day after the event is the first day.
    NextWorkingDay,
}

/// What happens when a term in days, months or years ends on a day off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ends {
    /// The end stays.
    Stays,
    /// It moves to the next working day.
    Moves,
    /// The law does not say: the end stays, and the later day is told beside it as open.
    Open,
}

/// When the last day is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DayEnds {
    /// At 24:00.
    #[default]
    Midnight,
    /// When the office closes.
    CloseOfBusiness,
}

/// What the end means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bound {
    /// Not later than the end.
    #[default]
    AtMost,
    /// Not earlier than the end: what must be kept, or may not be asked again, until then.
    AtLeast,
}

/// Who set the rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// The law.
    #[default]
    Law,
    /// An act of a body; it binds beside the law and never lengthens its terms.
    Body,
}

/// Which of several possible starts counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Choose {
    /// The first in the order of the list that is known.
    #[default]
    FirstKnown,
    /// The earliest that is known.
    Earliest,
    /// The latest that is known.
    Latest,
}

/// An event that may start a clock.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Start {
    /// The event.
    pub event: Event,
    /// How sure it is that this event counts; as sure as the clock when absent.
    pub mark: Option<Mark>,
}

/// Another length under a condition.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// Name within the clock.
    pub name: String,
    /// When it applies.
    pub when: String,
    /// Its length, in the unit of the clock.
    pub length: u32,
    /// Its own extension, when that differs.
    pub extension: Option<u32>,
    /// Article, when another.
    pub cite: Option<String>,
    /// How sure this is.
    pub mark: Option<Mark>,
}

/// How a term may be made longer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extension {
    /// By how much at most, in the unit of the clock, each time.
    pub length: u32,
    /// How often.
    pub times: u32,
    /// Whether a reason must be given.
    pub reason: bool,
    /// Whether the other side must be told, before the term is over.
    pub notice: bool,
    /// Article, when another.
    pub cite: Option<String>,
    /// How sure this is.
    pub mark: Option<Mark>,
}

/// Time that does not count.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PauseRule {
    /// Name within the clock.
    pub name: String,
    /// While what lasts.
    pub when: String,
    /// Article.
    pub cite: String,
    /// How sure this is.
    pub mark: Mark,
}

/// Who must be told or sent something.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipient {
    /// Who, in the language of the act.
    pub name: String,
    /// On which form, when another than the clock's.
    pub form: Option<String>,
    /// Its own length, in the unit of the clock.
    pub length: Option<u32>,
    /// Article, when another.
    pub cite: Option<String>,
    /// How sure this is.
    pub mark: Option<Mark>,
}

/// One `[[clock]]` of a pack, as the file has it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Name within all packs.
    pub id: String,
    /// What is to be done: one name for all regimes and countries, with a text in every language.
    pub duty: String,
    /// What is to be done, for the reader of the file.
    pub what: String,
    /// Who set it.
    #[serde(default)]
    pub source: Source,
    /// For a rule of a body: the clock of the law that goes before it.
    pub yields_to: Option<String>,
    /// First day on which it decides; the pack's when absent.
    pub from: Option<Date>,
    /// Last day on which it decides; the pack's when absent.
    pub to: Option<Date>,
    /// The events that may start it, in order.
    pub starts: Vec<Start>,
    /// Which of them counts.
    #[serde(default)]
    pub choose: Choose,
    /// The event whose day decides which rule is in force; the start when absent.
    pub decided_by: Option<Event>,
    /// Where counting begins; at the instant for exact units and on the next day for others when absent.
    pub begin: Option<Begin>,
    /// What the end means.
    #[serde(default)]
    pub bound: Bound,
    /// How long.
    pub length: Option<u32>,
    /// In what.
    pub unit: Unit,
    /// The day, for `date` (2026-12-31) and `yearly` (12-31).
    pub on: Option<String>,
    /// What happens at a day off; the pack's rule when absent.
    pub ends: Option<Ends>,
    /// When the last day is over; the pack's rule when absent.
    pub day_ends: Option<DayEnds>,
    /// Other lengths.
    #[serde(default)]
    pub case: Vec<Case>,
    /// How it may be made longer.
    pub extension: Option<Extension>,
    /// What does not count.
    #[serde(default)]
    pub pause: Vec<PauseRule>,
    /// Who must be told.
    #[serde(default)]
    pub recipient: Vec<Recipient>,
    /// The official form.
    pub form: Option<String>,
    /// Whose duty it is, when not the body's own.
    pub actor: Option<String>,
    /// When the duty exists.
    pub condition: Option<String>,
    /// Whether lateness must be explained.
    #[serde(default)]
    pub late_needs_reason: bool,
    /// Whether parts may follow later.
    #[serde(default)]
    pub staged: bool,
    /// Articles.
    pub cite: String,
    /// How sure this is.
    pub mark: Mark,
}

/// How a country counts terms, unless a clock says otherwise.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counting {
    /// What happens at a day off.
    pub ends: Ends,
    /// When the last day is over.
    pub day_ends: DayEnds,
    /// Articles.
    pub cite: String,
    /// How sure it is that days are counted so.
    pub mark: Mark,
    /// How sure the rule on days off is, when less than the rest.
    pub ends_mark: Option<Mark>,
}

/// The file of a pack's clocks.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClockFile {
    pub(crate) counting: Counting,
    #[serde(default)]
    pub(crate) clock: Vec<Rule>,
}

/// A clock: a rule with the pack that states it.
#[derive(Debug, Clone)]
pub struct Clock {
    /// The rule.
    pub rule: Rule,
    /// Name of the pack.
    pub pack: String,
    /// Its country.
    pub country: Country,
    /// First day on which it decides.
    pub from: Date,
    /// Last day on which it decides; none while it is in force.
    pub to: Option<Date>,
    /// How the country counts.
    pub counting: Counting,
}

impl Clock {
    /// Name within all packs.
    pub fn id(&self) -> &str {
        &self.rule.id
    }

    /// Whether it decides on this day.
    pub fn holds_on(&self, day: Date) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }

    /// Where counting begins.
    pub fn begin(&self) -> Begin {
        self.rule.begin.unwrap_or(if self.rule.unit.is_exact() {
            Begin::Instant
        } else {
            Begin::NextDay
        })
    }

    /// What happens at a day off. A minimum never moves, and neither does a day that the act itself names.
    pub fn ends(&self) -> Ends {
        let fixed = matches!(self.rule.unit, Unit::Date | Unit::Yearly);
        let default = if fixed || self.rule.bound == Bound::AtLeast {
            Ends::Stays
        } else {
            self.counting.ends
        };
        self.rule.ends.unwrap_or(default)
    }

    /// When the last day is over.
    pub fn day_ends(&self) -> DayEnds {
        self.rule.day_ends.unwrap_or(self.counting.day_ends)
    }

    /// The events that it may ask for: its starts, then the one that decides.
    pub fn events(&self) -> impl Iterator<Item = Event> {
        self.rule.starts.iter().map(|s| s.event).chain(self.rule.decided_by)
    }

    /// The length in a few words: `15 days`, `at-once`, `12-19 yearly`.
    pub fn term(&self) -> String {
        let unit = self.rule.unit.as_str();
        match (self.rule.length, &self.rule.on) {
            (Some(n), _) => format!("{n} {unit}"),
            (None, Some(on)) => format!("{on} {unit}"),
            (None, None) => unit.to_owned(),
        }
    }
}
