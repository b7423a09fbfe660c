//! Counting: from a start and a length to an end.
//!
//! Hours are hours that pass, so a change of the clocks neither adds nor takes one. Days are days of the body's zone.

use jiff::civil::Date;
use jiff::{SignedDuration, Span, ZonedDateTime};

use super::{Body, DueError, Step};
use crate::Mark;
use crate::calendar::{Calendars, DayKind};
use crate::clock::check::month_and_day;
use crate::clock::{Begin, Clock, DayEnds, Ends, Unit};

/// Longest way over days off that is walked to the next working day.
const LONGEST_REST: usize = 60;

/// What is needed to count.
pub(super) struct Count<'a> {
    pub(super) clock: &'a Clock,
    pub(super) body: &'a Body,
    pub(super) calendars: &'a Calendars,
    /// The start in the zone of the body.
    pub(super) start: &'a ZonedDateTime,
    /// What does not count: in order, not overlapping, in the zone of the body.
    pub(super) pauses: Vec<(ZonedDateTime, Option<ZonedDateTime>)>,
}

/// The end of a term.
#[derive(Debug, Clone)]
pub(super) struct End {
    /// The instant; none while paused.
    pub(super) at: Option<ZonedDateTime>,
    pub(super) last_day: Option<Date>,
    pub(super) if_moved: Option<ZonedDateTime>,
    /// How sure the count is.
    pub(super) mark: Mark,
}

impl End {
    fn paused(mark: Mark) -> Self {
        Self {
            at: None,
            last_day: None,
            if_moved: None,
            mark,
        }
    }
}

impl Count<'_> {
    /// Counts a term of this length.
    pub(super) fn run(&self, length: u32, steps: &mut Vec<Step>) -> Result<End, DueError> {
        let unit = self.clock.rule.unit;
        match unit {
            Unit::AtOnce | Unit::Before => self.at_instant(self.start.clone(), steps),
            Unit::Minutes => self.exact(length, SignedDuration::from_mins(i64::from(length)), steps),
            Unit::Hours => self.exact(length, SignedDuration::from_hours(i64::from(length)), steps),
            Unit::Days => self.days(length, steps),
            Unit::WorkingDays => self.working_days(length, steps),
            Unit::Months => self.to_same_day(Span::new().try_months(length), steps),
            Unit::Years => self.to_same_day(Span::new().try_years(length), steps),
            Unit::Date | Unit::Yearly | Unit::DayOfNextMonth => {
                let day = self.named_day(length)?;
                steps.push(Step::Named { day });
                self.end_on(day, self.clock.rule.mark, steps)
            }
        }
    }

    fn out_of_range(&self) -> DueError {
        DueError::OutOfRange {
            clock: self.clock.id().to_owned(),
        }
    }

    fn tomorrow(&self, day: Date) -> Result<Date, DueError> {
        day.tomorrow().map_err(|_| self.out_of_range())
    }

    fn kind(&self, day: Date) -> Result<DayKind<'_>, DueError> {
        Ok(self
            .calendars
            .day(self.clock.country, self.body.region.as_deref(), day)?)
    }

    fn at_instant(&self, at: ZonedDateTime, steps: &mut Vec<Step>) -> Result<End, DueError> {
        steps.push(Step::Ends { at: at.clone() });
        Ok(End {
            at: Some(at),
            last_day: None,
            if_moved: None,
            mark: self.clock.rule.mark,
        })
    }

    fn exact(&self, length: u32, by: SignedDuration, steps: &mut Vec<Step>) -> Result<End, DueError> {
        let add = |z: &ZonedDateTime, by: SignedDuration| z.checked_add(by).map_err(|_| self.out_of_range());
        let mut at = add(self.start, by)?;
        steps.push(Step::Added {
            length,
            unit: self.clock.rule.unit,
        });
        for (from, until) in &self.pauses {
            if *from >= at || until.as_ref().is_some_and(|u| u <= self.start) {
                continue;
            }
            steps.push(Step::Paused {
                from: from.clone(),
                until: until.clone(),
            });
            let Some(until) = until else {
                return Ok(End::paused(self.clock.rule.mark));
            };
            at = add(&at, until.duration_since(from.max(self.start)))?;
        }
        self.at_instant(at, steps)
    }

    /// The first day that can count.
    fn first_day(&self) -> Result<Date, DueError> {
        let day = self.start.date();
        match self.clock.begin() {
            Begin::SameDay => Ok(day),
            Begin::Instant | Begin::NextDay => self.tomorrow(day),
            Begin::NextWorkingDay => self.working_from(self.tomorrow(day)?),
        }
    }

    /// The first working day from this day on.
    fn working_from(&self, mut day: Date) -> Result<Date, DueError> {
        for _ in 0..LONGEST_REST {
            if self.kind(day)?.is_working() {
                return Ok(day);
            }
            day = self.tomorrow(day)?;
        }
        Err(self.out_of_range())
    }

    /// The pause that a day lies in. The day on which it begins does not count, the day on which it ends does.
    fn pause_on(&self, day: Date) -> Option<&(ZonedDateTime, Option<ZonedDateTime>)> {
        self.pauses
            .iter()
            .find(|(from, until)| from.date() <= day && until.as_ref().is_none_or(|u| day < u.date()))
    }

    fn days(&self, length: u32, steps: &mut Vec<Step>) -> Result<End, DueError> {
        let mut day = self.first_day()?;
        let (mut from, mut first) = (day, 1);
        let mut n: u32 = 0;
        let tell = |steps: &mut Vec<Step>, from, first: u32, n: u32, to: Option<Date>| {
            if let Some(to) = to
                && n >= first
            {
                let last = n;
                steps.push(Step::Days { from, to, first, last });
            }
        };
        loop {
            if let Some((begun, until)) = self.pause_on(day) {
                tell(steps, from, first, n, day.yesterday().ok());
                steps.push(Step::Paused {
                    from: begun.clone(),
                    until: until.clone(),
                });
                let Some(until) = until else {
                    return Ok(End::paused(self.clock.rule.mark));
                };
                day = until.date();
                (from, first) = (day, n.saturating_add(1));
                continue;
            }
            n = n.saturating_add(1);
            if n >= length {
                break;
            }
            day = self.tomorrow(day)?;
        }
        tell(steps, from, first, n, Some(day));
        self.end_on(day, self.counted_mark(), steps)
    }

    /// How sure it is that days are counted so.
    fn counted_mark(&self) -> Mark {
        self.clock.rule.mark.max(self.clock.counting.mark)
    }

    fn working_days(&self, length: u32, steps: &mut Vec<Step>) -> Result<End, DueError> {
        let mut day = self.first_day()?;
        let mut mark = self.counted_mark();
        let mut n: u32 = 0;
        loop {
            if let Some((begun, until)) = self.pause_on(day) {
                steps.push(Step::Paused {
                    from: begun.clone(),
                    until: until.clone(),
                });
                let Some(until) = until else {
                    return Ok(End::paused(mark));
                };
                day = until.date();
                continue;
            }
            match self.kind(day)? {
                DayKind::Weekend => rest(steps, day),
                DayKind::Holiday(note) => {
                    mark = mark.max(note.mark);
                    steps.push(Step::Holiday {
                        day,
                        note: note.clone(),
                    });
                }
                kind => {
                    n = n.saturating_add(1);
                    match kind {
                        DayKind::MadeUp(note) => {
                            mark = mark.max(note.mark);
                            steps.push(Step::MadeUp {
                                day,
                                n: Some(n),
                                note: note.clone(),
                            });
                        }
                        DayKind::Doubtful(note) => {
                            mark = Mark::Check;
                            steps.push(Step::Day { day, n });
                            steps.push(Step::Doubtful {
                                day,
                                note: note.clone(),
                            });
                        }
                        _ => steps.push(Step::Day { day, n }),
                    }
                    if n >= length {
                        break;
                    }
                }
            }
            day = self.tomorrow(day)?;
        }
        self.finish(day, None, mark, steps)
    }

    /// Months and years: to the same day, or the last of a shorter month; paused days are added.
    fn to_same_day(&self, span: Result<Span, jiff::Error>, steps: &mut Vec<Step>) -> Result<End, DueError> {
        let start = self.start.date();
        let mut day = span
            .and_then(|s| start.checked_add(s))
            .map_err(|_| self.out_of_range())?;
        for (from, until) in &self.pauses {
            if from.date() > day || until.as_ref().is_some_and(|u| u.date() <= start) {
                continue;
            }
            steps.push(Step::Paused {
                from: from.clone(),
                until: until.clone(),
            });
            let Some(until) = until else {
                return Ok(End::paused(self.counted_mark()));
            };
            let lost = until.date().duration_since(from.date().max(self.tomorrow(start)?));
            day = day
                .checked_add(lost.max(SignedDuration::ZERO))
                .map_err(|_| self.out_of_range())?;
        }
        steps.push(Step::Named { day });
        self.end_on(day, self.counted_mark(), steps)
    }

    fn named_day(&self, length: u32) -> Result<Date, DueError> {
        let on = self.clock.rule.on.as_deref().unwrap_or_default();
        let start = self.start.date();
        let day = match self.clock.rule.unit {
            Unit::Date => on.parse().ok(),
            Unit::Yearly => month_and_day(on).and_then(|(month, day)| {
                let this = Date::new(start.year(), month, day).ok()?;
                if this >= start {
                    return Some(this);
                }
                Date::new(start.year().checked_add(1)?, month, day).ok()
            }),
            _ => start
                .first_of_month()
                .checked_add(Span::new().months(1))
                .ok()
                .and_then(|next| Date::new(next.year(), next.month(), i8::try_from(length).ok()?).ok()),
        };
        day.ok_or_else(|| self.out_of_range())
    }

    /// Ends on a day, or on the next working day when the law says so.
    fn end_on(&self, day: Date, mark: Mark, steps: &mut Vec<Step>) -> Result<End, DueError> {
        let rule = self.clock.ends();
        if rule == Ends::Stays {
            return self.finish(day, None, mark, steps);
        }
        let moved = match self.moved(day, steps) {
            Err(DueError::NoCalendar(missing)) if rule == Ends::Open => {
                // The end itself does not hang on the calendar; only what is told beside it does.
                steps.push(Step::NoCalendar { file: missing.file() });
                return self.finish(day, None, mark, steps);
            }
            other => other?,
        };
        let mark = mark.max(moved.1);
        if moved.0 == day {
            return self.finish(day, None, mark, steps);
        }
        let (from, to) = (day, moved.0);
        if rule == Ends::Open {
            steps.push(Step::MoveOpen { from, to });
            return self.finish(day, Some(to), mark, steps);
        }
        steps.push(Step::Moved { from, to });
        let rule_mark = self.clock.counting.ends_mark.unwrap_or(self.clock.counting.mark);
        self.finish(to, None, mark.max(rule_mark), steps)
    }

    /// The next working day from a last day on, and how sure that is.
    fn moved(&self, last: Date, steps: &mut Vec<Step>) -> Result<(Date, Mark), DueError> {
        let mut mark = Mark::Sure;
        let to = self.working_from(last)?;
        for day in last.series(Span::new().days(1)).take_while(|d| *d <= to) {
            match self.kind(day)? {
                DayKind::Weekend => steps.push(Step::OffAtEnd { day, note: None }),
                DayKind::Holiday(note) => {
                    mark = mark.max(note.mark);
                    steps.push(Step::OffAtEnd {
                        day,
                        note: Some(note.clone()),
                    });
                }
                DayKind::MadeUp(note) => {
                    mark = mark.max(note.mark);
                    steps.push(Step::MadeUp {
                        day,
                        n: None,
                        note: note.clone(),
                    });
                }
                DayKind::Doubtful(note) => {
                    mark = Mark::Check;
                    steps.push(Step::Doubtful {
                        day,
                        note: note.clone(),
                    });
                }
                DayKind::Working => {}
            }
        }
        Ok((to, mark))
    }

    fn end_of(&self, day: Date) -> Result<ZonedDateTime, DueError> {
        let zone = self.body.zone.clone();
        let at = match self.clock.day_ends() {
            DayEnds::Midnight => self.tomorrow(day)?.to_zoned_datetime(zone),
            DayEnds::CloseOfBusiness => {
                let closes = self.body.closes.ok_or_else(|| DueError::NoClosingTime {
                    clock: self.clock.id().to_owned(),
                })?;
                day.to_datetime(closes).to_zoned_datetime(zone)
            }
        };
        at.map_err(|_| self.out_of_range())
    }

    fn finish(&self, day: Date, if_moved: Option<Date>, mark: Mark, steps: &mut Vec<Step>) -> Result<End, DueError> {
        let at = self.end_of(day)?;
        let if_moved = if_moved.map(|d| self.end_of(d)).transpose()?;
        steps.push(Step::EndsWithDay {
            day,
            closes: match self.clock.day_ends() {
                DayEnds::Midnight => None,
                DayEnds::CloseOfBusiness => self.body.closes,
            },
        });
        Ok(End {
            at: Some(at),
            last_day: Some(day),
            if_moved,
            mark,
        })
    }
}

/// Enters a day of weekly rest, joined to the one before it.
fn rest(steps: &mut Vec<Step>, day: Date) {
    if let Some(Step::Weekend { to, .. }) = steps.last_mut()
        && to.tomorrow().is_ok_and(|next| next == day)
    {
        *to = day;
        return;
    }
    steps.push(Step::Weekend { from: day, to: day });
}
