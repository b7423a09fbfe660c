//! The engine by rules written for the test.

use jiff::civil::{DateTime, date, time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, ZonedDateTime};

use super::*;
use crate::{Calendar, Extended, Pack, Pause};

/// Clocks of an invented country's pack; the country's code is Russia's, the calendar is the test's.
fn clocks(text: &str) -> Vec<Clock> {
    let counting = "[counting]\nends = \"moves\"\nday_ends = \"midnight\"\ncite = \"code 1\"\nmark = \"likely\"\n";
    let parsed = crate::clock::check::parse(
        "x/clocks.toml",
        &format!("{counting}{text}"),
        "x",
        Country::Ru,
        (date(2020, 1, 1), None),
    );
    parsed.unwrap_or_else(|e| panic!("{e}"))
}

fn clock(text: &str) -> Clock {
    let head = "[[clock]]\nid = \"c\"\nduty = \"d\"\nwhat = \"w\"\ncite = \"art. 1\"\nmark = \"sure\"\n";
    let starts = if text.contains("starts") {
        ""
    } else {
        "starts = [{ event = \"received\" }]\n"
    };
    clocks(&format!("{head}{starts}{text}")).remove(0)
}

/// 2026 and 2027 with one holiday on Wednesday 7 January 2026, made up on Saturday 10 January, and a doubtful one on 14 January.
fn calendars() -> Calendars {
    let mut all = Calendars::default();
    let head = |year| {
        format!(
            "country = \"ru\"\nyear = {year}\nweekend = [\"saturday\", \"sunday\"]\n[[act]]\ntitle = \"a\"\nmark = \"sure\"\n"
        )
    };
    let days = "[[off]]\nfrom = \"2026-01-07\"\nname = \"feast\"\ncite = \"act 2\"\nmark = \"sure\"\n\
                [[work]]\nday = \"2026-01-10\"\nname = \"for the feast\"\ncite = \"act 2\"\nmark = \"sure\"\n\
                [[off]]\nfrom = \"2026-01-14\"\nname = \"maybe\"\ncite = \"?\"\nmark = \"check\"\n";
    all.add(Calendar::parse("2026", &(head(2026) + days)).unwrap());
    all.add(Calendar::parse("2027", &head(2027)).unwrap());
    all
}

fn body() -> Body {
    Body::in_capital(Country::Ru)
}

fn at(text: &str) -> ZonedDateTime {
    at_in(text, body().zone)
}

fn at_in(text: &str, zone: TimeZone) -> ZonedDateTime {
    let civil: DateTime = text.parse().unwrap();
    civil.to_zoned_datetime(zone).unwrap()
}

fn received(text: &str) -> Facts {
    Facts::of(Event::Received, at(text))
}

fn run(clock: &Clock, facts: &Facts) -> Due {
    due(clock, facts, &body(), &calendars()).unwrap_or_else(|e| panic!("{e}"))
}

fn error(clock: &Clock, facts: &Facts) -> DueError {
    due(clock, facts, &body(), &calendars()).unwrap_err()
}

fn civil(due: &Due) -> String {
    due.at
        .as_ref()
        .map_or("paused".to_owned(), |z| z.datetime().to_string())
}

fn keys(due: &Due) -> Vec<&'static str> {
    due.steps.iter().map(Step::key).collect()
}

#[test]
fn working_days_skip_rest_and_count_what_is_made_up() {
    let c = clock("length = 5\nunit = \"working-days\"\n");
    // 6 Jan is 1, 7 is off, 8 and 9 are 2 and 3, Saturday 10 is worked and 4, Monday 12 is 5.
    let d = run(&c, &received("2026-01-05T09:00"));
    assert_eq!(
        (civil(&d).as_str(), d.last_day),
        ("2026-01-13T00:00:00", Some(date(2026, 1, 12)))
    );
    assert_eq!(
        keys(&d),
        [
            "step-started",
            "step-day",
            "step-holiday",
            "step-day",
            "step-day",
            "step-made-up",
            "step-weekend-day",
            "step-day",
            "step-ends-midnight"
        ]
    );
    assert_eq!(d.mark, Mark::Likely, "as sure as the rule of counting");
}

#[test]
fn calendar_days_end_on_a_working_day_where_the_law_moves_them() {
    let c = |ends: &str| clock(&format!("length = 12\nunit = \"days\"\nends = \"{ends}\"\n"));
    // 12 days from 5 Jan end on Saturday the 17th.
    let facts = received("2026-01-05T09:00");
    assert_eq!(run(&c("moves"), &facts).last_day, Some(date(2026, 1, 19)));
    assert_eq!(run(&c("stays"), &facts).last_day, Some(date(2026, 1, 17)));
    let open = run(&c("open"), &facts);
    assert_eq!(
        (open.last_day, open.if_moved.clone()),
        (Some(date(2026, 1, 17)), Some(at("2026-01-20T00:00")))
    );
    assert!(keys(&open).contains(&"step-move-open"));
}

#[test]
fn a_doubtful_day_off_never_lengthens_a_term() {
    let d = run(&clock("length = 9\nunit = \"days\"\n"), &received("2026-01-05T09:00"));
    assert_eq!((d.last_day, d.mark), (Some(date(2026, 1, 14)), Mark::Check));
    assert!(keys(&d).contains(&"step-doubtful"));
    let d = run(
        &clock("length = 7\nunit = \"working-days\"\n"),
        &received("2026-01-05T09:00"),
    );
    assert_eq!((d.last_day, d.mark), (Some(date(2026, 1, 14)), Mark::Check));
}

#[test]
fn hours_pass_over_a_change_of_the_clocks() {
    // Summer time ends on Sunday 25 October 2026 in this zone.
    let zone = TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap();
    let c = clock("length = 72\nunit = \"hours\"\n");
    let start = at_in("2026-10-23T10:00", zone.clone());
    let d = due(
        &c,
        &Facts::of(Event::Received, start.clone()),
        &Body::new(zone.clone()),
        &calendars(),
    )
    .unwrap();
    let end = d.at.unwrap();
    assert_eq!(end.duration_since(&start), SignedDuration::from_hours(72));
    assert_eq!(end.datetime().to_string(), "2026-10-26T09:00:00");
    // A day of this zone ends at its own midnight, whatever its length.
    let c = clock("length = 2\nunit = \"days\"\nends = \"stays\"\n");
    let d = due(&c, &Facts::of(Event::Received, start), &Body::new(zone), &calendars()).unwrap();
    assert_eq!(civil(&d), "2026-10-26T00:00:00");
}

#[test]
fn the_day_of_the_event_is_the_body_s_day() {
    let c = clock("length = 1\nunit = \"days\"\nends = \"stays\"\n");
    let utc = Facts::of(Event::Received, at_in("2026-01-05T22:30", TimeZone::UTC));
    assert_eq!(
        run(&c, &utc).last_day,
        Some(date(2026, 1, 7)),
        "half past one on the 6th in the zone of the body"
    );
}

#[test]
fn where_counting_begins() {
    let c = |begin: &str| {
        clock(&format!(
            "length = 2\nunit = \"days\"\nends = \"stays\"\nbegin = \"{begin}\"\n"
        ))
    };
    let friday = received("2026-01-16T09:00");
    assert_eq!(run(&c("same-day"), &friday).last_day, Some(date(2026, 1, 17)));
    assert_eq!(run(&c("next-day"), &friday).last_day, Some(date(2026, 1, 18)));
    assert_eq!(run(&c("next-working-day"), &friday).last_day, Some(date(2026, 1, 20)));
}

#[test]
fn months_end_on_the_same_day_or_the_last_of_a_short_month() {
    let c = |n: u32, unit: &str| clock(&format!("length = {n}\nunit = \"{unit}\"\nends = \"stays\"\n"));
    let from = received("2026-08-31T09:00");
    assert_eq!(run(&c(6, "months"), &from).last_day, Some(date(2027, 2, 28)));
    assert_eq!(run(&c(75, "years"), &from).last_day, Some(date(2101, 8, 31)));
}

#[test]
fn named_days() {
    let text = "length = 15\nunit = \"day-of-next-month\"\nends = \"stays\"\n";
    assert_eq!(
        run(&clock(text), &received("2026-12-31T09:00")).last_day,
        Some(date(2027, 1, 15))
    );
    let c = clock("unit = \"yearly\"\non = \"12-19\"\n");
    assert_eq!(
        run(&c, &received("2026-12-19T09:00")).last_day,
        Some(date(2026, 12, 19))
    );
    assert_eq!(
        run(&c, &received("2026-12-20T09:00")).last_day,
        Some(date(2027, 12, 19))
    );
    let c = clock("unit = \"date\"\non = \"2026-12-31\"\n");
    assert_eq!(
        run(&c, &received("2026-02-01T09:00")).last_day,
        Some(date(2026, 12, 31))
    );
    let c = clock("unit = \"at-once\"\n");
    assert_eq!(civil(&run(&c, &received("2026-02-01T09:00"))), "2026-02-01T09:00:00");
}

#[test]
fn two_possible_starts() {
    let c = |choose: &str| {
        clock(&format!(
            "starts = [{{ event = \"occurred\" }}, {{ event = \"detected\", mark = \"check\" }}]\nchoose = \"{choose}\"\nlength = 72\nunit = \"hours\"\n"
        ))
    };
    let mut facts = Facts::of(Event::Detected, at("2026-02-04T08:00"));
    let d = run(&c("first-known"), &facts);
    assert_eq!((civil(&d).as_str(), d.mark), ("2026-02-07T08:00:00", Mark::Check));
    facts.record(Event::Occurred, at("2026-02-02T10:00"));
    let d = run(&c("first-known"), &facts);
    assert_eq!((civil(&d).as_str(), d.mark), ("2026-02-05T10:00:00", Mark::Sure));
    assert!(keys(&d).contains(&"step-other-start"));
    assert_eq!(civil(&run(&c("earliest"), &facts)), "2026-02-05T10:00:00");
    assert_eq!(civil(&run(&c("latest"), &facts)), "2026-02-07T08:00:00");
    assert!(matches!(
        error(&c("latest"), &received("2026-02-02T10:00")),
        DueError::NoEvent {
            event: Event::Occurred,
            ..
        }
    ));
}

#[test]
fn a_corrected_event_counts_anew_and_the_count_says_so() {
    let c = clock("length = 24\nunit = \"hours\"\n");
    let mut facts = received("2026-02-02T10:00");
    facts.record(Event::Received, at("2026-02-01T10:00"));
    let d = run(&c, &facts);
    assert_eq!(civil(&d), "2026-02-02T10:00:00");
    assert_eq!(keys(&d).first(), Some(&"step-corrected"));
}

const EXTENDABLE: &str = "length = 10\nunit = \"working-days\"\n\
    [clock.extension]\nlength = 5\ntimes = 1\nreason = true\nnotice = true\n";

#[test]
fn an_extension_is_judged_by_the_law() {
    let c = clock(EXTENDABLE);
    let with = |given: &[(u32, &str, bool)]| {
        let mut facts = received("2026-02-02T09:00");
        for (length, noticed, reason_given) in given {
            facts.extensions.push(Extended {
                length: *length,
                noticed: at(noticed),
                reason_given: *reason_given,
            });
        }
        facts
    };
    assert_eq!(run(&c, &with(&[])).last_day, Some(date(2026, 2, 16)));
    let d = run(&c, &with(&[(5, "2026-02-16T23:00", true)]));
    assert_eq!(d.last_day, Some(date(2026, 2, 23)));
    assert!(keys(&d).contains(&"step-extended"));
    let refused = |given: &[(u32, &str, bool)]| match error(&c, &with(given)) {
        DueError::Extension { why, .. } => why,
        other => panic!("{other}"),
    };
    assert_eq!(refused(&[(5, "2026-02-17T00:01", true)]), Refused::Late);
    assert_eq!(refused(&[(5, "2026-02-10T00:01", false)]), Refused::Reason);
    assert_eq!(refused(&[(6, "2026-02-10T00:01", true)]), Refused::Long(5));
    assert_eq!(refused(&[(0, "2026-02-10T00:01", true)]), Refused::Long(5));
    let twice = [(1, "2026-02-10T00:01", true), (1, "2026-02-11T00:01", true)];
    assert_eq!(refused(&twice), Refused::Often(1));
    let plain = clock("length = 10\nunit = \"working-days\"\n");
    assert!(matches!(
        error(&plain, &with(&[(1, "2026-02-10T00:01", true)])),
        DueError::Extension { why: Refused::None, .. }
    ));
}

const PAUSABLE: &str =
    "[[clock.pause]]\nname = \"opinion\"\nwhen = \"others are asked\"\ncite = \"art. 2\"\nmark = \"sure\"\n";

fn paused(from: &str, until: Option<&str>) -> Pause {
    Pause {
        name: "opinion".to_owned(),
        from: at(from),
        until: until.map(at),
    }
}

#[test]
fn a_pause_leaves_its_days_out() {
    for (unit, plain, with) in [
        ("days", date(2026, 2, 12), date(2026, 2, 15)),
        ("working-days", date(2026, 2, 16), date(2026, 2, 19)),
    ] {
        let c = clock(&format!("length = 10\nunit = \"{unit}\"\nends = \"stays\"\n{PAUSABLE}"));
        let mut facts = received("2026-02-02T09:00");
        assert_eq!(run(&c, &facts).last_day, Some(plain));
        facts.pauses.push(paused("2026-02-03T15:00", Some("2026-02-06T09:00")));
        assert_eq!(run(&c, &facts).last_day, Some(with), "{unit}");
        // The same days told twice are left out once.
        facts.pauses.push(paused("2026-02-04T15:00", Some("2026-02-05T09:00")));
        assert_eq!(run(&c, &facts).last_day, Some(with), "{unit}");
        facts.pauses = vec![paused("2026-02-03T15:00", None)];
        let d = run(&c, &facts);
        assert_eq!(
            (d.at.clone(), d.standing(&at("2026-03-01T09:00"), None)),
            (None, Standing::Paused)
        );
        // A pause after the end changes nothing.
        facts.pauses = vec![paused("2026-05-03T15:00", None)];
        assert_eq!(run(&c, &facts).last_day, Some(plain));
    }
    let c = clock(&format!("length = 6\nunit = \"months\"\nends = \"stays\"\n{PAUSABLE}"));
    let mut facts = received("2026-02-02T09:00");
    facts.pauses.push(paused("2026-02-03T15:00", Some("2026-02-06T09:00")));
    assert_eq!(run(&c, &facts).last_day, Some(date(2026, 8, 5)));
}

#[test]
fn hours_pause_to_the_minute() {
    let c = clock(&format!("length = 72\nunit = \"hours\"\n{PAUSABLE}"));
    let mut facts = received("2026-02-02T09:00");
    facts.pauses.push(paused("2026-02-02T08:00", Some("2026-02-02T10:30")));
    assert_eq!(civil(&run(&c, &facts)), "2026-02-05T10:30:00");
}

#[test]
fn a_pause_that_the_law_does_not_know_is_refused() {
    let c = clock(&format!("length = 10\nunit = \"days\"\n{PAUSABLE}"));
    let mut facts = received("2026-02-02T09:00");
    facts.pauses.push(paused("2026-02-06T09:00", Some("2026-02-03T09:00")));
    assert!(matches!(error(&c, &facts), DueError::PauseBackwards { .. }));
    let c = clock("length = 10\nunit = \"days\"\n");
    assert!(matches!(error(&c, &facts), DueError::NoPause { .. }));
}

#[test]
fn cases_and_recipients_have_lengths_of_their_own() {
    let c = clock(
        "length = 15\nunit = \"days\"\nends = \"stays\"\nform = \"form 1\"\n\
         [[clock.case]]\nname = \"third-party\"\nwhen = \"others must act\"\nlength = 20\n\
         [[clock.recipient]]\nname = \"authority\"\n\
         [[clock.recipient]]\nname = \"province\"\nlength = 30\nform = \"form 2\"\nmark = \"check\"\n",
    );
    let mut facts = received("2026-02-02T09:00");
    let d = run(&c, &facts);
    let told: Vec<_> = d
        .recipients
        .iter()
        .map(|r| (r.name.as_str(), r.at.clone().unwrap().date(), r.form.as_deref(), r.mark))
        .collect();
    assert_eq!(
        told,
        [
            ("authority", date(2026, 2, 18), Some("form 1"), Mark::Likely),
            ("province", date(2026, 3, 5), Some("form 2"), Mark::Check)
        ]
    );
    facts.case = Some("third-party".to_owned());
    assert_eq!(run(&c, &facts).last_day, Some(date(2026, 2, 22)));
    facts.case = Some("other".to_owned());
    assert!(matches!(error(&c, &facts), DueError::NoCase { .. }));
}

#[test]
fn a_day_may_end_when_the_office_closes() {
    let c = clock("length = 1\nunit = \"working-days\"\nday_ends = \"close-of-business\"\n");
    assert!(matches!(
        error(&c, &received("2026-02-02T09:00")),
        DueError::NoClosingTime { .. }
    ));
    let mut body = body();
    body.closes = Some(time(17, 30, 0, 0));
    let d = due(&c, &received("2026-02-02T09:00"), &body, &calendars()).unwrap();
    assert_eq!(civil(&d), "2026-02-03T17:30:00");
}

#[test]
fn lateness() {
    let d = run(&clock("length = 24\nunit = \"hours\"\n"), &received("2026-02-02T09:00"));
    let hours = SignedDuration::from_hours;
    let now = at("2026-02-03T10:00");
    assert_eq!(d.standing(&at("2026-02-03T08:00"), None), Standing::Running(hours(1)));
    assert_eq!(d.standing(&now, None), Standing::Overdue(hours(1)));
    assert_eq!(d.standing(&now, Some(&at("2026-02-03T09:00"))), Standing::Met);
    assert_eq!(
        d.standing(&now, Some(&at("2026-02-03T09:30"))),
        Standing::MetLate(SignedDuration::from_mins(30))
    );
    let keep = run(
        &clock("length = 1\nunit = \"days\"\nbound = \"at-least\"\n"),
        &received("2026-02-02T09:00"),
    );
    assert_eq!(keep.standing(&now, None), Standing::Waiting(hours(14)));
    assert_eq!(keep.standing(&now, Some(&now)), Standing::TooEarly(hours(14)));
    assert_eq!(keep.standing(&at("2026-02-04T00:00"), None), Standing::Passed);
}

#[test]
fn a_minimum_never_moves_and_needs_no_calendar() {
    let d = run(
        &clock("length = 75\nunit = \"years\"\nbound = \"at-least\"\n"),
        &received("2026-02-02T09:00"),
    );
    assert_eq!(d.last_day, Some(date(2101, 2, 2)));
}

#[test]
fn a_missing_year_is_an_error_and_never_a_guess() {
    let facts = received("2027-12-30T09:00");
    for text in ["length = 5\nunit = \"working-days\"\n", "length = 5\nunit = \"days\"\n"] {
        assert_eq!(
            error(&clock(text), &facts).to_string(),
            "no calendar of ru for 2028: add law/calendars/ru/2028.toml"
        );
    }
    // Where the end itself does not hang on the calendar, it stands, and the count says what is missing.
    let d = run(&clock("length = 5\nunit = \"days\"\nends = \"open\"\n"), &facts);
    assert_eq!((d.last_day, d.if_moved.clone()), (Some(date(2028, 1, 4)), None));
    assert!(keys(&d).contains(&"step-no-calendar"));
}

#[test]
fn what_lies_beyond_the_calendar_is_an_error() {
    let far = received("9999-12-01T09:00");
    for text in [
        "length = 60\nunit = \"days\"\nends = \"stays\"\n",
        "length = 8000\nunit = \"hours\"\n",
        "length = 2\nunit = \"months\"\nends = \"stays\"\n",
    ] {
        assert!(
            matches!(error(&clock(text), &far), DueError::OutOfRange { .. }),
            "{text}"
        );
    }
}

#[test]
fn a_rule_decides_only_in_its_days() {
    let c = clock("to = \"2026-02-01\"\nlength = 5\nunit = \"days\"\n");
    assert!(matches!(
        error(&c, &received("2026-02-02T00:00")),
        DueError::NotInForce { .. }
    ));
    assert_eq!(run(&c, &received("2026-02-01T23:59")).last_day, Some(date(2026, 2, 6)));
}

#[test]
fn a_broken_clock_is_refused_with_file_clock_and_reason() {
    let good = "[[clock]]\nid = \"c\"\nduty = \"d\"\nwhat = \"w\"\ncite = \"a\"\nmark = \"sure\"\nstarts = [{ event = \"received\" }]\nlength = 10\nunit = \"days\"\n";
    let counting = "[counting]\nends = \"moves\"\nday_ends = \"midnight\"\ncite = \"code 1\"\nmark = \"likely\"\n";
    let parse = |text: &str| {
        let window = (date(2020, 1, 1), None);
        crate::clock::check::parse("x.toml", text, "x", Country::Ru, window)
    };
    assert!(parse(&format!("{counting}{good}")).is_ok());
    for (from, to, word) in [
        ("length = 10", "", "length"),
        ("length = 10", "length = 0", "out of bounds"),
        ("length = 10", "length = 4000000000", "out of bounds"),
        ("unit = \"days\"", "unit = \"fortnights\"", "fortnights"),
        ("unit = \"days\"", "unit = \"at-once\"", "no meaning"),
        (
            "length = 10\nunit = \"days\"",
            "unit = \"yearly\"\non = \"02-29\"",
            "'on'",
        ),
        ("unit = \"days\"", "unit = \"days\"\nbegin = \"instant\"", "instant"),
        ("unit = \"days\"", "unit = \"hours\"\nbegin = \"next-day\"", "instant"),
        ("unit = \"days\"", "unit = \"days\"\nodd = 1", "odd"),
        ("unit = \"days\"", "unit = \"days\"\nyields_to = \"z\"", "yields"),
        ("unit = \"days\"", "unit = \"days\"\nto = \"2019-01-01\"", "before"),
        ("\"received\"", "\"somewhen\"", "somewhen"),
        ("[{ event = \"received\" }]", "[]", "starts"),
        ("id = \"c\"", "id = \"C C\"", "hyphens"),
    ] {
        let text = good.replacen(from, to, 1);
        assert_ne!(text, good);
        let error = parse(&format!("{counting}{text}")).unwrap_err().to_string();
        assert!(error.starts_with("x.toml") && error.contains(word), "{error}");
    }
    assert!(
        parse(&format!("{counting}{good}{good}"))
            .unwrap_err()
            .to_string()
            .contains("twice")
    );
}

#[test]
fn packs_and_their_clocks_name_what_exists() {
    let law = crate::Law::embedded();
    let all: Vec<&Clock> = law.packs().iter().flat_map(Pack::clocks).collect();
    for c in &all {
        assert_eq!(all.iter().filter(|o| o.id() == c.id()).count(), 1, "{}", c.id());
        if let Some(to) = &c.rule.yields_to {
            let target = all
                .iter()
                .find(|o| o.id() == to)
                .unwrap_or_else(|| panic!("{}: {to}", c.id()));
            assert_eq!(target.rule.source, crate::Source::Law);
        }
    }
}
