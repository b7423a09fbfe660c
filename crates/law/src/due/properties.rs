//! What holds for every count, checked on the calendars that come with the program against a counter that walks day by day.

use std::sync::LazyLock;

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, ZonedDateTime};
use proptest::prelude::*;

use super::*;
use crate::{Calendar, Extended, Pause};

static CALENDARS: LazyLock<Calendars> = LazyLock::new(Calendars::embedded);

fn clock(unit: &str, length: u32, ends: &str) -> Clock {
    let text = format!(
        "[counting]\nends = \"{ends}\"\nday_ends = \"midnight\"\ncite = \"c\"\nmark = \"sure\"\n\
         [[clock]]\nid = \"c\"\nduty = \"d\"\nwhat = \"w\"\ncite = \"a\"\nmark = \"sure\"\n\
         starts = [{{ event = \"received\" }}]\nlength = {length}\nunit = \"{unit}\"\n\
         [clock.extension]\nlength = 20\ntimes = 3\nreason = false\nnotice = false\n\
         [[clock.pause]]\nname = \"p\"\nwhen = \"w\"\ncite = \"a\"\nmark = \"sure\"\n"
    );
    crate::clock::check::parse("p.toml", &text, "p", Country::Ru, (date(2000, 1, 1), None))
        .unwrap_or_else(|e| panic!("{e}"))
        .remove(0)
}

/// A zone with changes of the clocks, so that days of 23 and 25 hours are among those counted.
fn zone() -> TimeZone {
    TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap()
}

fn run(clock: &Clock, start: &ZonedDateTime, pauses: &[(ZonedDateTime, ZonedDateTime)], extended: &[u32]) -> Due {
    let mut facts = Facts::of(Event::Received, start.clone());
    for (from, until) in pauses {
        facts.pauses.push(Pause {
            name: "p".to_owned(),
            from: from.clone(),
            until: Some(until.clone()),
        });
    }
    for length in extended {
        facts.extensions.push(Extended {
            length: *length,
            noticed: start.clone(),
            reason_given: false,
        });
    }
    due(clock, &facts, &Body::new(zone()), &CALENDARS).unwrap_or_else(|e| panic!("{e}"))
}

fn works(day: Date) -> bool {
    CALENDARS.day(Country::Ru, None, day).unwrap().is_working()
}

/// The naive counter: one day after another, nothing else.
fn walk(start: Date, length: u32, working: bool, paused: impl Fn(Date) -> bool) -> Date {
    let mut day = start;
    let mut left = length;
    while left > 0 {
        day = day.tomorrow().unwrap();
        if !paused(day) && (!working || works(day)) {
            left -= 1;
        }
    }
    day
}

/// Starts from 2022 to the middle of 2026: what follows stays within the calendars.
fn starts() -> impl Strategy<Value = ZonedDateTime> {
    (0i64..1600, 0i64..24 * 60).prop_map(|(day, minute)| {
        let day = date(2022, 1, 1).checked_add(Span::new().days(day)).unwrap();
        let civil = day
            .at(0, 0, 0, 0)
            .checked_add(SignedDuration::from_mins(minute))
            .unwrap();
        civil.to_zoned_datetime(zone()).unwrap()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_later_start_never_ends_earlier(
        a in starts(), b in starts(),
        unit in prop::sample::select(vec!["hours", "days", "working-days", "months"]),
        length in 1u32..4,
        ends in prop::sample::select(vec!["stays", "moves", "open"]),
    ) {
        let (first, second) = if a <= b { (a, b) } else { (b, a) };
        let c = clock(unit, length, ends);
        prop_assert!(run(&c, &first, &[], &[]).at <= run(&c, &second, &[], &[]).at);
    }

    #[test]
    fn no_end_on_a_day_off_where_the_law_forbids_it(start in starts(), length in 1u32..40) {
        for unit in ["days", "working-days"] {
            let d = run(&clock(unit, length, "moves"), &start, &[], &[]);
            prop_assert!(works(d.last_day.unwrap()), "{unit} {length} from {start} ends on {:?}", d.last_day);
        }
    }

    #[test]
    fn the_count_is_the_naive_count(start in starts(), length in 1u32..60, from in 0i64..50, long in 0i64..20) {
        let begun = start.checked_add(Span::new().days(from)).unwrap();
        let resumed = begun.checked_add(Span::new().days(long)).unwrap();
        let pause = [(begun.clone(), resumed.clone())];
        let paused = |d: Date| begun.date() <= d && d < resumed.date();
        for (unit, working) in [("days", false), ("working-days", true)] {
            let d = run(&clock(unit, length, "stays"), &start, &pause, &[]);
            prop_assert_eq!(d.last_day, Some(walk(start.date(), length, working, paused)));
            prop_assert_eq!(d.at.unwrap().date(), d.last_day.unwrap().tomorrow().unwrap());
        }
    }

    #[test]
    fn a_pause_of_n_adds_n(start in starts(), length in 2u32..40, n in 0i64..30) {
        let begun = start.checked_add(Span::new().days(1)).unwrap();
        let resumed = begun.checked_add(Span::new().days(n)).unwrap();
        let pause = [(begun.clone(), resumed.clone())];
        let days = clock("days", length, "stays");
        let plain = run(&days, &start, &[], &[]).last_day.unwrap();
        prop_assert_eq!(run(&days, &start, &pause, &[]).last_day, Some(plain.checked_add(Span::new().days(n)).unwrap()));
        let hours = clock("hours", length * 24, "stays");
        let plain = run(&hours, &start, &[], &[]).at.unwrap();
        let passed = resumed.duration_since(&begun);
        prop_assert_eq!(run(&hours, &start, &pause, &[]).at, Some(plain.checked_add(passed).unwrap()));
    }

    #[test]
    fn an_extension_counts_as_a_longer_term(start in starts(), length in 1u32..20, more in prop::collection::vec(1u32..20, 0..3)) {
        for unit in ["days", "working-days", "hours"] {
            let together = run(&clock(unit, length + more.iter().sum::<u32>(), "moves"), &start, &[], &[]);
            let apart = run(&clock(unit, length, "moves"), &start, &[], &more);
            prop_assert_eq!(together.at, apart.at);
        }
    }

    #[test]
    fn hours_are_hours_that_pass(start in starts(), length in 1u32..2000) {
        let d = run(&clock("hours", length, "moves"), &start, &[], &[]);
        prop_assert_eq!(d.at.unwrap().duration_since(&start), SignedDuration::from_hours(i64::from(length)));
    }

    #[test]
    fn every_day_of_a_count_is_told_once(start in starts(), length in 1u32..40) {
        let d = run(&clock("working-days", length, "moves"), &start, &[], &[]);
        let mut told = Vec::new();
        for step in &d.steps {
            match step {
                Step::Day { day, .. } | Step::MadeUp { day, .. } | Step::Holiday { day, .. } => told.push(*day),
                Step::Weekend { from, to } => {
                    told.extend(from.series(Span::new().days(1)).take_while(|d| d <= to));
                }
                _ => {}
            }
        }
        let all: Vec<_> = start.date().tomorrow().unwrap().series(Span::new().days(1)).take(told.len()).collect();
        prop_assert_eq!(told.last().copied(), d.last_day);
        prop_assert_eq!(told, all);
    }

    #[test]
    fn files_from_strangers_are_refused_and_never_panic(cut in 0usize..2000, put in ".{0,12}") {
        for (name, text) in [crate::embedded::CALENDARS[0], crate::embedded::PACKS[2].clocks[0]] {
            let at = text.char_indices().map(|(i, _)| i).nth(cut).unwrap_or(0);
            let (head, tail) = text.split_at(at);
            let broken = format!("{head}{put}{}", tail.get(3..).unwrap_or_default());
            let _ = Calendar::parse(name, &broken);
            let _ = crate::clock::check::parse(name, &broken, "p", Country::Ru, (date(2000, 1, 1), None));
        }
    }
}
