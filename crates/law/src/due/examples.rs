//! Worked examples, counted by hand from the law and from the gazetted calendars.

use jiff::ZonedDateTime;
use jiff::civil::{Date, DateTime, date};

use super::*;
use crate::{Extended, Law, Pause};

fn at(country: Country, text: &str) -> ZonedDateTime {
    let civil: DateTime = text.parse().unwrap();
    civil.to_zoned_datetime(Body::in_capital(country).zone).unwrap()
}

fn all(country: Country, name: &str, facts: &Facts) -> Result<Vec<Due>, DueError> {
    Law::embedded().due(country, name, facts, &Body::in_capital(country), &Calendars::embedded())
}

fn one(country: Country, name: &str, event: Event, from: &str) -> Due {
    let mut found = all(country, name, &Facts::of(event, at(country, from))).unwrap_or_else(|e| panic!("{name}: {e}"));
    assert_eq!(found.len(), 1, "{name}");
    found.remove(0)
}

/// Name of the clock and last day.
fn by_day(country: Country, name: &str, event: Event, from: &str) -> (String, Date) {
    let due = one(country, name, event, from);
    (due.clock, due.last_day.unwrap())
}

/// Name of the clock and instant.
fn by_hour(country: Country, name: &str, event: Event, from: &str) -> (String, String) {
    let due = one(country, name, event, from);
    (due.clock, due.at.unwrap().strftime("%Y-%m-%dT%H:%M").to_string())
}

fn days(clock: &str, y: i16, m: i8, d: i8) -> (String, Date) {
    (clock.to_owned(), date(y, m, d))
}

fn hours(clock: &str, at: &str) -> (String, String) {
    (clock.to_owned(), at.to_owned())
}

const VN: Country = Country::Vn;
const RU: Country = Country::Ru;
const CN: Country = Country::Cn;

#[test]
fn viet_nam_requests_on_both_sides_of_the_new_law() {
    let ask = |name: &str, from: &str| by_hour(VN, name, Event::Received, from);
    assert_eq!(
        ask("request-provide", "2025-12-31T16:00"),
        hours("vn-a-provide", "2026-01-03T16:00")
    );
    assert_eq!(
        ask("request-erase", "2025-12-31T23:59"),
        hours("vn-a-erase", "2026-01-03T23:59")
    );
    // From the first day of the new law: 10 days to 11 January, a Sunday, so Monday the 12th.
    let ask = |name: &str, from: &str| by_day(VN, name, Event::Received, from);
    assert_eq!(
        ask("request-provide", "2026-01-01T00:00"),
        days("vn-b-provide", 2026, 1, 12)
    );
    assert_eq!(
        ask("request-erase", "2026-01-05T09:00"),
        days("vn-b-erase", 2026, 1, 26)
    );
    assert_eq!(
        ask("request-withdraw", "2026-01-05T09:00"),
        days("vn-b-withdraw", 2026, 1, 20)
    );
    // 20 days from 26 January end on Sunday 15 February; the week of Tết is off, so Monday the 23rd.
    assert_eq!(
        ask("request-erase", "2026-01-26T09:00"),
        days("vn-b-erase", 2026, 2, 23)
    );
}

#[test]
fn viet_nam_first_reply_in_working_days() {
    let reply = |from: &str| by_day(VN, "request-reply", Event::Received, from).1;
    assert_eq!(reply("2026-01-05T09:00"), date(2026, 1, 7));
    // Saturday 10 January is worked for Friday the 2nd.
    assert_eq!(reply("2026-01-09T09:00"), date(2026, 1, 12));
    assert_eq!(reply("2026-02-13T09:00"), date(2026, 2, 24), "over Tết");
    assert_eq!(
        reply("2026-04-24T09:00"),
        date(2026, 4, 29),
        "over the day moved from Hùng Kings' day"
    );
    let before = all(
        VN,
        "request-reply",
        &Facts::of(Event::Received, at(VN, "2025-12-31T09:00")),
    );
    assert!(
        matches!(before, Err(DueError::NotInForce { .. })),
        "the old decree knows no first reply"
    );
}

#[test]
fn viet_nam_longer_when_others_act_and_once_more_with_a_reason() {
    let mut facts = Facts::of(Event::Received, at(VN, "2026-03-02T09:00"));
    let day = |facts: &Facts| all(VN, "vn-b-erase", facts).unwrap()[0].last_day;
    assert_eq!(day(&facts), Some(date(2026, 3, 23)), "20 days end on Sunday the 22nd");
    facts.case = Some("third-party".to_owned());
    assert_eq!(day(&facts), Some(date(2026, 4, 1)));
    facts.extensions.push(Extended {
        length: 20,
        noticed: at(VN, "2026-03-30T10:00"),
        reason_given: true,
    });
    assert_eq!(day(&facts), Some(date(2026, 4, 21)));
    facts.extensions.push(facts.extensions[0].clone());
    assert!(matches!(
        all(VN, "vn-b-erase", &facts),
        Err(DueError::Extension {
            why: Refused::Often(1),
            ..
        })
    ));
}

#[test]
fn viet_nam_breach_counts_from_occurrence_then_from_detection() {
    let mut facts = Facts::of(Event::Occurred, at(VN, "2025-12-19T10:00"));
    facts.record(Event::Detected, at(VN, "2025-12-20T08:00"));
    let old = all(VN, "breach-notice", &facts).unwrap();
    assert_eq!((old.len(), old[0].clock.as_str()), (1, "vn-a-breach"));
    assert_eq!(old[0].at, Some(at(VN, "2025-12-22T10:00")));
    assert!(old[0].late_needs_reason && old[0].staged);
    assert_eq!(old[0].form.as_deref(), Some("Mẫu số 03 (NĐ 13/2023/NĐ-CP)"));

    let mut facts = Facts::of(Event::Occurred, at(VN, "2026-02-10T10:00"));
    facts.record(Event::Detected, at(VN, "2026-02-13T16:00"));
    let new = all(VN, "breach-notice", &facts).unwrap();
    assert_eq!((new.len(), new[0].clock.as_str()), (1, "vn-b-breach"));
    assert_eq!(
        new[0].at,
        Some(at(VN, "2026-02-16T16:00")),
        "72 hours do not stop for Tết"
    );
    assert_eq!(new[0].form.as_deref(), Some("Mẫu số 08 (NĐ 356/2025/NĐ-CP)"));
}

#[test]
fn viet_nam_breach_across_the_new_year_falls_under_both() {
    let mut facts = Facts::of(Event::Occurred, at(VN, "2025-12-30T10:00"));
    facts.record(Event::Detected, at(VN, "2026-01-02T08:00"));
    let both = all(VN, "breach-notice", &facts).unwrap();
    let told: Vec<_> = both.iter().map(|d| (d.clock.as_str(), d.at.clone().unwrap())).collect();
    assert_eq!(
        told,
        [
            ("vn-a-breach", at(VN, "2026-01-02T10:00")),
            ("vn-b-breach", at(VN, "2026-01-05T08:00"))
        ]
    );
}

#[test]
fn viet_nam_a_province_s_dispatch_takes_the_earlier_start_and_two_addressees() {
    let mut facts = Facts::of(Event::Detected, at(VN, "2024-05-06T08:00"));
    facts.record(Event::Occurred, at(VN, "2024-05-05T08:00"));
    let found = all(VN, "vn-a-province-breach", &facts).unwrap();
    assert_eq!(found[0].at, Some(at(VN, "2024-05-08T08:00")));
    assert_eq!(found[0].recipients.len(), 2);
    assert_eq!(found[1].clock, "vn-a-breach");
}

#[test]
fn viet_nam_dossiers() {
    let a = |from: &str| by_day(VN, "dossier-impact", Event::ProcessingStarted, from);
    // The regime of the start counts, whenever the term ends.
    assert_eq!(a("2025-12-15T08:00"), days("vn-a-dossier", 2026, 2, 13));
    assert_eq!(a("2026-01-05T08:00"), days("vn-b-dossier", 2026, 3, 6));
    assert_eq!(
        by_day(VN, "dossier-transfer", Event::TransferStarted, "2026-01-05T08:00"),
        days("vn-b-transfer", 2026, 3, 6)
    );
    assert_eq!(
        by_day(VN, "dossier-complete", Event::AuthorityAsked, "2025-10-01T08:00"),
        days("vn-a-transfer-complete", 2025, 10, 13)
    );
    assert_eq!(
        by_day(VN, "dossier-complete", Event::AuthorityAsked, "2026-06-01T08:00"),
        days("vn-b-dossier-complete", 2026, 7, 1)
    );
    // The day of the change decides: a dossier filed under the decree is updated as the law wants from 2026 on.
    let update = |filed: &str, changed: &str| {
        let mut facts = Facts::of(Event::Filed, at(VN, filed));
        facts.record(Event::Changed, at(VN, changed));
        let found = all(VN, "dossier-update", &facts).unwrap();
        assert_eq!(found.len(), 1);
        let last = found[0].last_day.or(found[0].at.as_ref().map(|z| z.date()));
        (found[0].clock.clone(), last.map(|d| d.to_string()))
    };
    let told = |clock: &str, day: &str| (clock.to_owned(), Some(day.to_owned()));
    assert_eq!(
        update("2026-02-27T08:00", "2026-03-02T08:00"),
        told("vn-b-dossier-update", "2026-08-27")
    );
    assert_eq!(
        update("2025-10-01T08:00", "2025-12-31T08:00"),
        told("vn-a-dossier-update", "2025-12-31")
    );
    assert_eq!(
        update("2025-10-01T08:00", "2026-01-02T08:00"),
        told("vn-b-dossier-update", "2026-04-01")
    );
    assert_eq!(
        by_day(VN, "dossier-update-urgent", Event::Changed, "2026-06-01T08:00"),
        days("vn-b-dossier-update-urgent", 2026, 6, 11)
    );
    let next_year = all(
        VN,
        "dossier-impact",
        &Facts::of(Event::ProcessingStarted, at(VN, "2026-11-24T08:00")),
    );
    assert_eq!(
        next_year.unwrap_err().to_string(),
        "no calendar of vn for 2027: add law/calendars/vn/2027.toml"
    );
}

#[test]
fn viet_nam_systems() {
    assert_eq!(
        by_hour(VN, "incident-first", Event::Detected, "2026-08-21T17:00"),
        hours("vn-331-incident-first", "2026-08-22T17:00")
    );
    assert_eq!(
        by_day(VN, "system-report", Event::LastDone, "2026-11-24T08:00"),
        days("vn-331-report", 2026, 12, 24)
    );
    assert_eq!(
        by_day(VN, "system-level-appraisal", Event::Filed, "2025-03-03T08:00"),
        days("vn-85-appraisal-3", 2025, 3, 18)
    );
    // 15 working days over Saturday 22 August, worked, and 31 August to 2 September, off.
    assert_eq!(
        by_day(VN, "system-level-appraisal", Event::Filed, "2026-08-19T08:00"),
        days("vn-331-appraisal-3", 2026, 9, 11)
    );
    // A doubtful holiday never lengthens a term, and the day is told as open.
    let due = one(VN, "request-reply", Event::Received, "2026-11-23T08:00");
    assert_eq!((due.last_day, due.mark), (Some(date(2026, 11, 25)), Mark::Check));
}

#[test]
fn russia_requests_before_and_after_the_reform() {
    let ask = |from: &str| by_day(RU, "request-provide", Event::Received, from);
    assert_eq!(ask("2022-08-31T10:00"), days("ru-access-2006", 2022, 9, 30));
    assert_eq!(ask("2022-09-01T10:00"), days("ru-access", 2022, 9, 15));
    assert_eq!(ask("2026-04-20T10:00"), days("ru-access", 2026, 5, 5));
    // 30 December is the first day; 31 December to 11 January are off.
    assert_eq!(ask("2025-12-29T10:00"), days("ru-access", 2026, 1, 22));
    let mut facts = Facts::of(Event::Received, at(RU, "2025-12-29T10:00"));
    facts.extensions.push(Extended {
        length: 5,
        noticed: at(RU, "2026-01-21T10:00"),
        reason_given: true,
    });
    assert_eq!(
        all(RU, "ru-access", &facts).unwrap()[0].last_day,
        Some(date(2026, 1, 29))
    );
}

#[test]
fn russia_seven_days_over_a_worked_saturday() {
    // 30 and 31 October, Saturday 1 November, then 5, 6, 7 and 10 November.
    assert_eq!(
        by_day(RU, "request-rectify", Event::ProofReceived, "2025-10-29T10:00"),
        days("ru-rectify", 2025, 11, 10)
    );
    assert_eq!(
        by_day(RU, "stop-unlawful", Event::Detected, "2026-05-08T10:00"),
        days("ru-stop-unlawful", 2026, 5, 14)
    );
    assert_eq!(
        by_day(RU, "destroy-unlawful", Event::Detected, "2026-06-01T10:00"),
        days("ru-destroy-unlawful", 2026, 6, 16)
    );
}

#[test]
fn russia_breach_in_24_and_72_hours_over_a_holiday() {
    assert_eq!(
        by_hour(RU, "breach-notice", Event::Detected, "2026-05-08T17:00"),
        hours("ru-breach", "2026-05-09T17:00")
    );
    assert_eq!(
        by_hour(RU, "breach-result", Event::Detected, "2026-05-08T17:00"),
        hours("ru-breach-result", "2026-05-11T17:00")
    );
}

#[test]
fn russia_calendar_days_tell_both_ends() {
    let due = one(RU, "regulator-change", Event::Changed, "2026-01-20T10:00");
    assert_eq!(
        (due.last_day, due.if_moved),
        (Some(date(2026, 2, 15)), Some(at(RU, "2026-02-17T00:00")))
    );
    let due = one(RU, "request-withdraw", Event::Withdrawn, "2026-04-10T10:00");
    assert_eq!(
        (due.last_day, due.if_moved),
        (Some(date(2026, 5, 10)), Some(at(RU, "2026-05-13T00:00")))
    );
    let due = one(RU, "request-withdraw", Event::Withdrawn, "2026-12-05T10:00");
    assert_eq!((due.last_day, due.if_moved.clone()), (Some(date(2027, 1, 4)), None));
    assert!(
        due.steps
            .iter()
            .any(|s| matches!(s, Step::NoCalendar { file } if file == "law/calendars/ru/2027.toml"))
    );
}

#[test]
fn russia_minimum_terms() {
    let repeat = one(RU, "request-repeat", Event::FirstRequest, "2026-03-01T10:00");
    assert_eq!(
        (repeat.bound, repeat.at),
        (Bound::AtLeast, Some(at(RU, "2026-04-01T00:00")))
    );
    assert_eq!(
        by_day(RU, "keep-personnel", Event::Recorded, "2002-12-31T10:00"),
        days("ru-keep-personnel-75", 2077, 12, 31)
    );
    assert_eq!(
        by_day(RU, "keep-personnel", Event::Recorded, "2003-01-01T10:00"),
        days("ru-keep-personnel-50", 2053, 1, 1)
    );
}

#[test]
fn russia_the_law_goes_before_the_rules_of_the_body() {
    let facts = Facts::of(Event::Received, at(RU, "2026-04-20T10:00"));
    let found = all(RU, "ru-body-access", &facts).unwrap();
    assert_eq!(found[0].last_day, Some(date(2026, 5, 20)));
    assert_eq!(found[0].overruled_by.as_deref(), Some("ru-access"));
    assert_eq!(found[1].last_day, Some(date(2026, 5, 5)));
    let facts = Facts::of(Event::ProofReceived, at(RU, "2026-04-20T10:00"));
    let found = all(RU, "ru-body-rectify", &facts).unwrap();
    assert_eq!(
        (found[0].at.clone(), found[0].overruled_by.as_deref()),
        (found[1].at.clone(), None)
    );
}

#[test]
fn china_incidents_by_grade_and_operator() {
    for (duty, clock, end) in [
        ("incident-cii", "cn-incident-cii", "2026-10-02T00:30"),
        ("incident-central", "cn-incident-central", "2026-10-02T01:30"),
        ("incident-other", "cn-incident-other", "2026-10-02T03:30"),
    ] {
        assert_eq!(
            by_hour(CN, duty, Event::Detected, "2026-10-01T23:30"),
            hours(clock, end)
        );
    }
    assert_eq!(
        by_hour(CN, "incident-cii-up", Event::Received, "2026-10-01T23:45"),
        hours("cn-incident-cii-up", "2026-10-02T00:15")
    );
    let before = all(
        CN,
        "incident-other",
        &Facts::of(Event::Detected, at(CN, "2025-10-31T12:00")),
    );
    assert!(matches!(before, Err(DueError::NotInForce { .. })));
}

/// The measures themselves named the last day for those who were above the threshold on the first day: 30 working days later.
#[test]
fn china_thirty_working_days_end_where_the_announcements_say() {
    assert_eq!(
        by_day(CN, "officer-report", Event::ThresholdReached, "2025-07-18T09:00").1,
        date(2025, 8, 29)
    );
    assert_eq!(
        by_day(CN, "officer-stock", Event::Received, "2025-07-18T09:00").1,
        date(2025, 8, 29)
    );
    assert_eq!(
        by_day(CN, "face-filing", Event::ThresholdReached, "2025-06-01T09:00").1,
        date(2025, 7, 14)
    );
    assert_eq!(
        by_day(CN, "face-stock", Event::Received, "2025-06-01T09:00").1,
        date(2025, 7, 14)
    );
}

#[test]
fn china_disclosure_pauses_while_others_are_asked() {
    let mut facts = Facts::of(Event::Received, at(CN, "2026-09-14T09:00"));
    let day = |facts: &Facts| all(CN, "cn-disclosure", facts).unwrap()[0].last_day;
    assert_eq!(day(&facts), Some(date(2026, 10, 16)));
    // 21 to 24 September, four working days, do not count.
    facts.pauses.push(Pause {
        name: "third-party-opinion".to_owned(),
        from: at(CN, "2026-09-21T09:00"),
        until: Some(at(CN, "2026-09-25T09:00")),
    });
    assert_eq!(day(&facts), Some(date(2026, 10, 22)));
}

#[test]
fn china_calendar_days_move_from_a_holiday() {
    // 30 days from 2 September end on Friday 2 October, a holiday until the 7th.
    assert_eq!(
        by_day(CN, "incident-summary", Event::Resolved, "2026-09-02T09:00"),
        days("cn-incident-summary", 2026, 10, 8)
    );
    assert_eq!(
        by_day(CN, "keep-assessment", Event::Recorded, "2026-02-28T09:00"),
        days("cn-keep-assessment", 2029, 2, 28)
    );
}
