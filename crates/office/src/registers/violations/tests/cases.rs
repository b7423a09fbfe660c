//! The life of a case: opened from a report, corrected, filed, put right, closed; and what is refused on the way.

use tutela_law::Country;

use super::{PO, asked, ends, filings, pairs, violation};
use crate::error::Error;
use crate::kernel::clock::State;
use crate::kernel::record::{Command, Input, history};
use crate::kernel::rights::Role;
use crate::world::World;

/// Values of fields.
type Given = &'static [(&'static str, &'static str)];

#[tokio::test]
async fn a_confirmed_report_opens_a_violation_by_the_same_act() {
    let world = World::new(Country::Vn).await;
    let said = [
        ("report_kind", "leak-seen"),
        ("report_text", "The list of a clinic stands in a group"),
        ("without_name", "1"),
    ];
    let report = world
        .act(Role::PressOfficer, ("reports", "report", None), &said)
        .await
        .unwrap()
        .card;
    let mut given = asked("2026-11-24T08:10", &[("occurred_at", "2026-11-24T08:11")]);
    given.retain(|(name, _)| *name != "violation_act");
    given.push(("report_finding", "Seen and kept"));
    let confirm = ("reports", "confirm", Some(report.as_str()));
    match world.act(Role::SecurityOfficer, confirm, &given).await {
        Err(Error::Refused(refusal)) => {
            assert_eq!(
                (refusal.key, refusal.norm.as_deref()),
                ("refusal-found-before", Some("L91 23.1; D356 28"))
            );
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(world.card(&report).await.state, "reported", "nothing half done");
    for (name, value) in &mut given {
        if *name == "occurred_at" {
            *value = "2026-11-23T20:00";
        }
    }
    world.act(Role::SecurityOfficer, confirm, &given).await.unwrap();
    let report = world.card(&report).await;
    assert_eq!(report.state, "report-confirmed");
    let case = world.card(report.cards("violation")[0]).await;
    assert_eq!(
        (case.state.as_str(), case.cards("report")),
        ("violation-open", vec![report.id.as_str()])
    );
    assert_eq!(case.text("reported_at"), report.created.to_string());
    assert_eq!(
        ends(&world, &case.id).await,
        pairs(&[("vn-b-breach", "2026-11-27T08:10:00")])
    );
    let filing = &filings(&world, &case.id).await[0];
    assert_eq!(filing.cards("filing_about"), [case.id.as_str()]);
    // The words of the report are the first words of the case, in the vault.
    assert!(!case.data.contains_key("violation_act"));
    let mut connection = world.office.db.read().acquire().await.unwrap();
    let past = history(&mut connection, &case.id).await.unwrap();
    let kinds: Vec<_> = past.iter().map(|p| p.kind.as_str()).collect();
    assert_eq!(kinds, ["violations.open", "card.follow/violations.open"]);
    drop(connection);
    // It can be confirmed once.
    assert_eq!(world.refused(Role::Head, confirm, &given).await, ["refusal-state"]);
    world.office.published.publish(world.office.db.read()).await.unwrap();
}

#[tokio::test]
async fn instants_that_cannot_be_are_refused() {
    let world = World::new(Country::Ru).await;
    let open = ("violations", "open", None);
    let cases: [(&str, Given, &str); 6] = [
        ("2026-11-24T05:01", &[], "refusal-future"),
        (
            "2026-11-24T04:00",
            &[("occurred_at", "2026-11-24T04:01")],
            "refusal-found-before",
        ),
        ("2026-11-24T04:00", &[("occurred_unknown", "")], "refusal-occurrence"),
        (
            "2026-11-24T04:00",
            &[("occurred_at", "2026-11-24T03:00"), ("occurred_unknown", "1")],
            "refusal-occurrence",
        ),
        (
            "2026-11-24T04:00",
            &[
                ("occurred_at", "2026-11-24T03:00"),
                ("occurred_until", "2026-11-24T02:00"),
            ],
            "refusal-occurrence-range",
        ),
        (
            "2026-11-24T04:00",
            &[("occurred_until", "2026-11-24T02:00")],
            "refusal-occurrence-range",
        ),
    ];
    for (detected, given, key) in cases {
        assert_eq!(
            world.refused(PO, open, &asked(detected, given)).await,
            [key],
            "{given:?}"
        );
    }
    assert_eq!(
        world
            .refused(Role::Officer, open, &asked("2026-11-24T04:00", &[]))
            .await,
        ["refusal-right"]
    );
}

#[tokio::test]
async fn a_correction_keeps_what_stood_first_and_counts_again() {
    let world = World::new(Country::Ru).await;
    let case = violation(&world, "2026-11-23T12:00", &[("occurred_at", "2026-11-22T12:00")]).await;
    let all = filings(&world, &case).await;
    let (first, result) = (&all[0].id, &all[1].id);
    let sent = [("filing_sent_at", "2026-11-24T04:00"), ("filing_way", "way-portal")];
    world.act(PO, ("filings", "send", Some(first)), &sent).await.unwrap();
    // No other act changes the instants.
    let described = [
        ("detected_at", "2026-11-24T01:00"),
        ("may_harm", "harm-likely"),
        ("violation_causes", "x"),
    ];
    world
        .act(PO, ("violations", "describe", Some(&case)), &described)
        .await
        .unwrap();
    assert_eq!(world.card(&case).await.text("detected_at"), "2026-11-23T09:00:00Z");

    let correct = ("violations", "correct", Some(case.as_str()));
    let mut given = vec![("detected_at", "2026-11-23T10:30"), ("occurred_at", "2026-11-22T12:00")];
    assert_eq!(world.refused(PO, correct, &given).await, ["refusal-required"]);
    given.push(("correction_reason", "The mail was read at half past ten"));
    world.act(PO, correct, &given).await.unwrap();
    let card = world.card(&case).await;
    assert_eq!(
        ["detected_at", "first_detected_at"].map(|f| card.text(f)),
        ["2026-11-23T07:30:00Z", "2026-11-23T09:00:00Z"]
    );
    let due = world.clocks_of(result).await[0].due_at;
    assert_eq!(due, Some("2026-11-26T07:30:00Z".parse().unwrap()));
    assert_eq!(
        world.clocks_of(first).await[0].state,
        State::Met,
        "what was sent stays as it was"
    );
    // Once more: the first value stays the first.
    given[0] = ("detected_at", "2026-11-23T11:00");
    world.act(PO, correct, &given).await.unwrap();
    assert_eq!(
        world.card(&case).await.text("first_detected_at"),
        "2026-11-23T09:00:00Z"
    );
    let past = world.clocks_of(result).await[0].facts.events.len();
    assert_eq!(past, 4, "both instants, and two corrections of one");
}

#[tokio::test]
async fn a_correction_over_the_turn_of_the_year_changes_the_regime() {
    let mut world = World::new(Country::Vn).await;
    world.now = "2026-01-03T02:00:00Z".parse().unwrap();
    let case = violation(&world, "2026-01-02T08:00", &[("occurred_at", "2026-01-01T09:00")]).await;
    assert_eq!(
        ends(&world, &case).await,
        pairs(&[("vn-b-breach", "2026-01-05T08:00:00")])
    );
    let earlier = [
        ("detected_at", "2026-01-02T08:00"),
        ("occurred_at", "2025-12-31T22:00"),
        ("correction_reason", "The log shows the evening before"),
    ];
    world
        .act(PO, ("violations", "correct", Some(&case)), &earlier)
        .await
        .unwrap();
    assert_eq!(
        ends(&world, &case).await,
        pairs(&[
            ("vn-a-breach", "2026-01-03T22:00:00"),
            ("vn-b-breach", "2026-01-05T08:00:00")
        ])
    );
    // It is not known after all: what counted from it begins anew, and the later law holds alone.
    let unknown = [
        ("detected_at", "2026-01-02T08:00"),
        ("occurred_unknown", "1"),
        ("correction_reason", "The log was of another machine"),
    ];
    world
        .act(PO, ("violations", "correct", Some(&case)), &unknown)
        .await
        .unwrap();
    let open: Vec<_> = filings(&world, &case)
        .await
        .into_iter()
        .filter(|f| f.state == "filing-due")
        .map(|f| f.text("filing_rule").to_owned())
        .collect();
    assert_eq!(open, ["vn-b-breach"]);
    let card = world.card(&case).await;
    assert!(!card.data.contains_key("occurred_at") && card.text("first_occurred_at") == "2026-01-01T02:00:00Z");
}

#[tokio::test]
async fn a_case_is_closed_when_everything_was_done() {
    let mut world = World::new(Country::Vn).await;
    let case = violation(&world, "2026-11-23T09:00", &[]).await;
    let put_right = [
        ("resolved_at", "2026-11-24T08:00"),
        ("violation_remedy", "The group was closed"),
    ];
    world
        .act(PO, ("violations", "resolve", Some(&case)), &put_right)
        .await
        .unwrap();
    let close = ("violations", "close", Some(case.as_str()));
    let lessons = [("violation_lessons", "Lists are sent by the protected mail")];
    assert_eq!(world.refused(PO, close, &lessons).await, ["refusal-right"]);
    match world.act(Role::Head, close, &lessons).await {
        Err(Error::Refused(refusal)) => {
            assert_eq!(
                (refusal.key, refusal.norm.as_deref()),
                ("refusal-filings-open", Some("L91 23.1; D356 28"))
            );
            assert_eq!(refusal.and[0].key, "refusal-not-described");
        }
        other => panic!("{other:?}"),
    }
    let known = [
        ("may_harm", "harm-likely"),
        ("violation_causes", "A wrong group was chosen"),
        ("violation_effects", "Twelve persons saw it"),
        ("violation_measures", "Group closed; Đỗ Thử; 2026-11-24"),
        ("measures_until", "2026-11-25"),
    ];
    world
        .act(PO, ("violations", "describe", Some(&case)), &known)
        .await
        .unwrap();
    let filing = filings(&world, &case).await[0].id.clone();
    let sent = [("filing_sent_at", "2026-11-24T08:30"), ("filing_way", "way-portal")];
    world.act(PO, ("filings", "send", Some(&filing)), &sent).await.unwrap();
    assert_eq!(
        world
            .refused(PO, ("violations", "annul", Some(&case)), &[("annul_reason", "x")])
            .await,
        ["refusal-told-already"]
    );
    // The day of the measures passes: the case says so.
    world.now = "2026-11-26T02:00:00Z".parse().unwrap();
    assert_eq!(world.office.expire(world.now).await.unwrap(), 1);
    assert_eq!(world.card(&case).await.data["measures_late"], true);
    world.act(Role::Head, close, &lessons).await.unwrap();
    assert_eq!(world.card(&case).await.state, "violation-closed");
}

#[tokio::test]
async fn two_who_approve_at_once_approve_once() {
    let world = World::new(Country::Vn).await;
    let said = [("report_kind", "leak-seen"), ("report_text", "Seen")];
    let report = world
        .act(Role::Officer, ("reports", "report", None), &said)
        .await
        .unwrap()
        .card;
    let version = world.card(&report).await.version;
    let mut input = Input::new();
    for (name, value) in asked("2026-11-24T08:10", &[]) {
        input.insert(name.to_owned(), vec![value.to_owned()]);
    }
    input.insert("report_finding".to_owned(), vec!["Seen".to_owned()]);
    let command = Command {
        register: "reports",
        operation: "confirm",
        card: Some(&report),
        version: Some(version),
        input,
    };
    let (head, officer) = (world.actor(Role::Head), world.actor(PO));
    let (one, two) = tokio::join!(
        world.office.act(&head, world.now, command.clone()),
        world.office.act(&officer, world.now, command.clone())
    );
    assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
    let refused = one.err().or(two.err());
    assert!(matches!(refused, Some(Error::Refused(r)) if r.key == "refusal-changed"));
    let register = world.office.register("violations").unwrap();
    let page = world.office.page(&head, register, None, None).await.unwrap();
    assert_eq!(page.cards.len(), 1, "one case, not two");
}

#[tokio::test]
async fn a_drill_does_everything_but_leave_the_house() {
    let world = World::new(Country::Ru).await;
    let case = violation(&world, "2026-11-24T04:00", &[("drill", "1")]).await;
    let all = filings(&world, &case).await;
    assert_eq!(all.len(), 2);
    // Counted apart: no count of violations or filings holds a drill.
    for (name, drills) in [("violations", 1), ("filings", 2)] {
        let register = world.office.register(name).unwrap();
        let page = world.office.page(&world.actor(PO), register, None, None).await.unwrap();
        assert_eq!(page.tallies.iter().map(|t| t.1).sum::<i64>(), 0, "{name}");
        assert_eq!(page.drills, drills, "{name}");
    }
    for filing in &all {
        assert_eq!(filing.data["drill"], true);
        let sent = [("filing_sent_at", "2026-11-24T04:30"), ("filing_way", "way-portal")];
        let send = ("filings", "send", Some(filing.id.as_str()));
        assert_eq!(world.refused(PO, send, &sent).await, ["refusal-drill-filed"]);
        let done = [("filing_practised_at", "2026-11-24T04:30")];
        world
            .act(PO, ("filings", "practise", Some(&filing.id)), &done)
            .await
            .unwrap();
    }
    let known = [
        ("may_harm", "harm-likely"),
        ("violation_causes", "Fictional"),
        ("violation_effects", "None"),
        ("violation_measures", "Practised"),
    ];
    world
        .act(PO, ("violations", "describe", Some(&case)), &known)
        .await
        .unwrap();
    let put_right = [("resolved_at", "2026-11-24T04:40"), ("violation_remedy", "Fictional")];
    world
        .act(PO, ("violations", "resolve", Some(&case)), &put_right)
        .await
        .unwrap();
    for filing in filings(&world, &case).await.iter().filter(|f| f.state == "filing-due") {
        let done = [("filing_practised_at", "2026-11-24T04:45")];
        world
            .act(PO, ("filings", "practise", Some(&filing.id)), &done)
            .await
            .unwrap();
    }
    let close = ("violations", "close", Some(case.as_str()));
    world
        .act(Role::Head, close, &[("violation_lessons", "Forty minutes")])
        .await
        .unwrap();
}

#[tokio::test]
async fn a_case_that_was_none_takes_its_filings_back() {
    let world = World::new(Country::Vn).await;
    let case = violation(&world, "2026-11-24T08:00", &[]).await;
    let more = [("filing_kind", "other-filing"), ("filing_to", "Trung tâm Thử")];
    let address = ("violations", "address", Some(case.as_str()));
    world.act(PO, address, &more).await.unwrap();
    assert_eq!(world.refused(PO, address, &more).await, ["refusal-filing-twice"]);
    assert_eq!(filings(&world, &case).await.len(), 2);
    let why = [("annul_reason", "An exercise of the vendor")];
    world.act(PO, ("violations", "annul", Some(&case)), &why).await.unwrap();
    let all = filings(&world, &case).await;
    assert!(all.iter().all(|f| f.state == "filing-not-needed"));
    assert_eq!(world.clocks_of(&all[0].id).await[0].state, State::Cancelled);
}
