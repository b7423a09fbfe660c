//! Every clock of destruction and of keeping its proof, with the examples of the law files: what the duty is, from which event,
//! and on which day it ends. Before and after 1 January 2026 for Viet Nam.

use jiff::Timestamp;
use tutela_law::{Country, Event};

use crate::kernel::clock::{Reckoner, ask};
use crate::world::a_body;

/// A duty from an event: the clocks of the law, each with its rule and its last day or instant.
fn due(country: Country, duty: &str, event: Event, at: &str) -> Vec<(String, String)> {
    let reckoner = Reckoner::embedded();
    let body = a_body(country);
    let at: Timestamp = at.parse().unwrap();
    let all = ask(&reckoner, &body, duty, &[(event, at)]).unwrap();
    all.into_iter()
        .map(|d| {
            let end = match (d.last_day, d.at) {
                (Some(day), _) => day.to_string(),
                (None, Some(at)) => at.timestamp().to_string(),
                (None, None) => String::new(),
            };
            (d.clock, end)
        })
        .collect()
}

fn one(country: Country, duty: &str, event: Event, at: &str) -> (String, String) {
    let all = due(country, duty, event, at);
    assert_eq!(all.len(), 1, "{duty}: {all:?}");
    all.into_iter().next().unwrap()
}

fn is(found: &(String, String), clock: &str, end: &str) {
    assert_eq!((found.0.as_str(), found.1.as_str()), (clock, end));
}

#[test]
fn russia_destroys_in_thirty_days_ten_working_days_or_six_months() {
    let ru = Country::Ru;
    // 21(4): the purpose was reached on 24 November; thirty days from the next.
    is(
        &one(ru, "destroy-purpose", Event::PurposeReached, "2026-11-24T09:00:00Z"),
        "ru-purpose",
        "2026-12-24",
    );
    // 21(5): the same thirty days from a withdrawal.
    is(
        &one(ru, "request-withdraw", Event::Withdrawn, "2026-11-24T09:00:00Z"),
        "ru-withdraw",
        "2026-12-24",
    );
    // 21(3): three working days to stop, ten to destroy, from the finding on a Tuesday.
    is(
        &one(ru, "stop-unlawful", Event::Detected, "2026-11-24T09:00:00Z"),
        "ru-stop-unlawful",
        "2026-11-27",
    );
    is(
        &one(ru, "destroy-unlawful", Event::Detected, "2026-11-24T09:00:00Z"),
        "ru-destroy-unlawful",
        "2026-12-08",
    );
    // 20(3): seven working days from the proof that data are unlawful or needless.
    is(
        &one(ru, "request-erase", Event::ProofReceived, "2026-11-24T09:00:00Z"),
        "ru-erase",
        "2026-12-03",
    );
    // 21(6): six months at most where the term cannot be kept, from the same event.
    for (event, at) in [
        (Event::PurposeReached, "2026-11-24T09:00:00Z"),
        (Event::Withdrawn, "2026-11-24T09:00:00Z"),
        (Event::Detected, "2026-11-24T09:00:00Z"),
    ] {
        is(&one(ru, "destroy-later", event, at), "ru-destroy-later", "2027-05-24");
    }
}

#[test]
fn russia_keeps_the_act_for_three_years_while_the_order_is_in_force() {
    let keep = |at| due(Country::Ru, "keep-destruction", Event::Destroyed, at);
    let (rule, day) = keep("2026-11-24T09:00:00Z").into_iter().next().unwrap();
    assert_eq!((rule.as_str(), day.as_str()), ("ru-keep-destruction", "2029-11-24"));
    assert!(keep("2023-02-28T09:00:00Z").is_empty(), "before Order 179");
    assert!(keep("2029-03-02T09:00:00Z").is_empty(), "after it");
}

#[test]
fn viet_nam_erases_in_hours_before_2026_and_in_days_from_then_on() {
    let vn = Country::Vn;
    // D13 16.5: seventy-two hours from the request, days off included; the last Saturday of the regime.
    let (rule, end) = one(vn, "request-erase", Event::Received, "2025-12-27T02:00:00Z");
    assert!(rule.starts_with("vn-a"), "{rule}");
    assert!(end == "2025-12-30T02:00:00Z" || end == "2025-12-30", "{end}");
    // D356 5.4: twenty days from the next day on; 21 January is a Wednesday.
    is(
        &one(vn, "request-erase", Event::Received, "2026-01-01T02:00:00Z"),
        "vn-b-erase",
        "2026-01-21",
    );
    // The last instant of regime A and the first of regime B, where the body is.
    assert!(
        one(vn, "request-erase", Event::Received, "2025-12-31T16:59:59Z")
            .0
            .starts_with("vn-a")
    );
    assert_eq!(
        one(vn, "request-erase", Event::Received, "2025-12-31T17:00:00Z").0,
        "vn-b-erase"
    );
    // A withdrawal: fifteen days in regime B; regime A names no number.
    let withdrawn = due(vn, "request-withdraw", Event::Received, "2026-01-05T02:00:00Z");
    assert!(withdrawn.iter().any(|(_, day)| day == "2026-01-20"), "{withdrawn:?}");
    // Neither regime has a number for a purpose reached, for a later destruction or for keeping the record of it.
    for at in ["2025-06-02T02:00:00Z", "2026-06-02T02:00:00Z"] {
        for (duty, event) in [
            ("destroy-purpose", Event::PurposeReached),
            ("destroy-later", Event::PurposeReached),
            ("destroy-unlawful", Event::Detected),
            ("keep-destruction", Event::Destroyed),
        ] {
            assert!(due(vn, duty, event, at).is_empty(), "{duty}");
        }
    }
}

#[test]
fn china_destroys_at_once_when_an_emergency_ends() {
    let at = "2026-11-24T01:00:00Z";
    let (rule, _) = one(Country::Cn, "destroy-emergency", Event::Ended, at);
    assert_eq!(rule, "cn-emergency");
    assert!(due(Country::Cn, "destroy-emergency", Event::Ended, "2024-10-31T01:00:00Z").is_empty());
    assert!(due(Country::Cn, "destroy-purpose", Event::PurposeReached, at).is_empty());
    assert!(due(Country::Cn, "destroy-later", Event::PurposeReached, at).is_empty());
}
