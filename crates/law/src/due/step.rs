//! The steps of a count, as data; texts in four languages stand elsewhere under [`Step::key`].

use jiff::ZonedDateTime;
use jiff::civil::{Date, Time};
use serde::Serialize;

use crate::calendar::Note;
use crate::clock::{Event, Unit};

/// One step of a count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub enum Step {
    /// The time of an event was corrected.
    Corrected {
        /// The event.
        event: Event,
        /// What was held before.
        from: ZonedDateTime,
        /// What holds.
        to: ZonedDateTime,
    },
    /// The event that starts the clock.
    Started {
        /// The event.
        event: Event,
        /// When.
        at: ZonedDateTime,
    },
    /// Another possible start, which does not count.
    OtherStart {
        /// The event.
        event: Event,
        /// When.
        at: ZonedDateTime,
    },
    /// The event whose day decides which pack is in force.
    DecidedBy {
        /// The event.
        event: Event,
        /// Its day.
        day: Date,
        /// The pack.
        pack: String,
    },
    /// A case with a length of its own applies.
    Case {
        /// Its name within the clock.
        name: String,
        /// Its length.
        length: u32,
        /// In what.
        unit: Unit,
    },
    /// The term was made longer.
    Extended {
        /// By how much.
        length: u32,
        /// In what.
        unit: Unit,
        /// When the other side was told.
        noticed: ZonedDateTime,
    },
    /// Hours or minutes were added.
    Added {
        /// How many.
        length: u32,
        /// Of what.
        unit: Unit,
    },
    /// Calendar days that count, from one to another, the first of them with its number.
    Days {
        /// First day.
        from: Date,
        /// Last day.
        to: Date,
        /// Number of the first.
        first: u32,
        /// Number of the last.
        last: u32,
    },
    /// A working day that counts, with its number.
    Day {
        /// The day.
        day: Date,
        /// Its number.
        n: u32,
    },
    /// A day of the weekend that counts because it is worked in exchange for another.
    MadeUp {
        /// The day.
        day: Date,
        /// Its number; none where it only keeps an end from moving.
        n: Option<u32>,
        /// Why.
        note: Note,
    },
    /// A day that perhaps is off, and counts all the same.
    Doubtful {
        /// The day.
        day: Date,
        /// Why.
        note: Note,
    },
    /// Days of weekly rest that do not count.
    Weekend {
        /// First day.
        from: Date,
        /// Last day.
        to: Date,
    },
    /// A holiday that does not count.
    Holiday {
        /// The day.
        day: Date,
        /// Which.
        note: Note,
    },
    /// A day off at the end of a term.
    OffAtEnd {
        /// The day.
        day: Date,
        /// The holiday; none where it is the weekly rest.
        note: Option<Note>,
    },
    /// Time that does not count.
    Paused {
        /// From when.
        from: ZonedDateTime,
        /// Until when; none while it lasts.
        until: Option<ZonedDateTime>,
    },
    /// The day of the month, or the day that the act names.
    Named {
        /// The day.
        day: Date,
    },
    /// The last day is a day off, so the end moved.
    Moved {
        /// From this day.
        from: Date,
        /// To this one.
        to: Date,
    },
    /// The last day is a day off; whether the end moves is open.
    MoveOpen {
        /// From this day.
        from: Date,
        /// To this one, perhaps.
        to: Date,
    },
    /// The calendar that would tell whether the last day is a day off is missing.
    NoCalendar {
        /// Where it belongs.
        file: String,
    },
    /// The term ends with this day.
    EndsWithDay {
        /// The day.
        day: Date,
        /// When the office closes, if the term ends then and not at 24:00.
        closes: Option<Time>,
    },
    /// The end by the instant.
    Ends {
        /// When.
        at: ZonedDateTime,
    },
}

/// What a text about a step needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepArg {
    /// Text as it is.
    Text(String),
    /// A day.
    Day(Date),
    /// An instant.
    At(ZonedDateTime),
    /// A number, which also chooses the plural form.
    Number(u64),
    /// A length with its unit.
    Length(u32, Unit),
    /// The key of another text.
    Key(String),
}

impl Step {
    /// The key of the text about this step.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Corrected { .. } => "step-corrected",
            Self::Started { .. } => "step-started",
            Self::OtherStart { .. } => "step-other-start",
            Self::DecidedBy { .. } => "step-decided-by",
            Self::Case { .. } => "step-case",
            Self::Extended { .. } => "step-extended",
            Self::Added { .. } => "step-added",
            Self::Days { first, last, .. } if first == last => "step-day",
            Self::Days { .. } => "step-days",
            Self::Day { .. } => "step-day",
            Self::MadeUp { n: Some(_), .. } => "step-made-up",
            Self::MadeUp { n: None, .. } => "step-made-up-end",
            Self::Doubtful { .. } => "step-doubtful",
            Self::Weekend { from, to } if from == to => "step-weekend-day",
            Self::Weekend { .. } => "step-weekend",
            Self::Holiday { .. } => "step-holiday",
            Self::OffAtEnd { note: None, .. } => "step-off-weekend",
            Self::OffAtEnd { note: Some(_), .. } => "step-off-holiday",
            Self::Paused { until: Some(_), .. } => "step-paused",
            Self::Paused { until: None, .. } => "step-paused-open",
            Self::Named { .. } => "step-named",
            Self::Moved { .. } => "step-moved",
            Self::MoveOpen { .. } => "step-move-open",
            Self::NoCalendar { .. } => "step-no-calendar",
            Self::EndsWithDay { closes: None, .. } => "step-ends-midnight",
            Self::EndsWithDay { closes: Some(_), .. } => "step-ends-closing",
            Self::Ends { .. } => "step-ends",
        }
    }

    /// What the text needs, by name.
    pub fn args(&self) -> Vec<(&'static str, StepArg)> {
        use StepArg::{At, Day, Key, Length, Number, Text};
        let event = |e: Event| ("event", Key(format!("event-{}", e.as_str())));
        let number = |n: u32| ("n", Number(u64::from(n)));
        let long = |n: u32, u: Unit| ("length", Length(n, u));
        let note = |n: &Note| [("name", Text(n.name.clone())), ("cite", Text(n.cite.clone()))];
        match self {
            Self::Corrected { event: e, from, to } => {
                vec![event(*e), ("x", At(from.clone())), ("y", At(to.clone()))]
            }
            Self::Started { event: e, at } | Self::OtherStart { event: e, at } => {
                vec![event(*e), ("x", At(at.clone()))]
            }
            Self::DecidedBy { event: e, day, pack } => {
                vec![event(*e), ("x", Day(*day)), ("pack", Text(pack.clone()))]
            }
            Self::Case { name, length, unit } => vec![("name", Key(format!("case-{name}"))), long(*length, *unit)],
            Self::Extended { length, unit, noticed } => vec![long(*length, *unit), ("x", At(noticed.clone()))],
            Self::Added { length, unit } => vec![long(*length, *unit)],
            Self::Days { from, to, first, last } => vec![
                ("x", Day(*from)),
                ("y", Day(*to)),
                number(*first),
                ("last", Number(u64::from(*last))),
            ],
            Self::Day { day, n } => vec![("x", Day(*day)), number(*n)],
            Self::MadeUp { day, n, note: why } => {
                let mut args = vec![("x", Day(*day))];
                args.extend(n.map(number));
                args.extend(note(why));
                args
            }
            Self::Doubtful { day, note: why } | Self::Holiday { day, note: why } => {
                let mut args = vec![("x", Day(*day))];
                args.extend(note(why));
                args
            }
            Self::OffAtEnd { day, note: why } => {
                let mut args = vec![("x", Day(*day))];
                args.extend(why.iter().flat_map(note));
                args
            }
            Self::Weekend { from, to } | Self::Moved { from, to } | Self::MoveOpen { from, to } => {
                vec![("x", Day(*from)), ("y", Day(*to))]
            }
            Self::Paused { from, until } => {
                let mut args = vec![("x", At(from.clone()))];
                args.extend(until.clone().map(|u| ("y", At(u))));
                args
            }
            Self::Named { day } => vec![("x", Day(*day))],
            Self::NoCalendar { file } => vec![("x", Text(file.clone()))],
            Self::EndsWithDay { day, closes } => {
                let mut args = vec![("x", Day(*day))];
                args.extend(closes.map(|t| ("y", Text(t.strftime("%H:%M").to_string()))));
                args
            }
            Self::Ends { at } => vec![("x", At(at.clone()))],
        }
    }
}
