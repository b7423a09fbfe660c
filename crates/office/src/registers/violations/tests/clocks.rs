//! Worked examples of every term of the law on violations, on both sides of the days on which the law changed.

use tutela_law::Country;

use super::{PO, asked, due, ends, filings, pairs, violation};
use crate::world::World;

async fn world(country: Country, now: &str) -> World {
    let mut world = World::new(country).await;
    world.now = now.parse().unwrap();
    world
}

#[tokio::test]
async fn vietnam_b_counts_from_the_finding() {
    let world = world(Country::Vn, "2026-11-24T02:00:00Z").await;
    let occurred = [("occurred_at", "2026-11-20T18:00")];
    let case = violation(&world, "2026-11-23T09:15", &occurred).await;
    assert_eq!(
        ends(&world, &case).await,
        pairs(&[("vn-b-breach", "2026-11-26T09:15:00")])
    );
    let filing = &filings(&world, &case).await[0];
    assert_eq!(
        ["filing_regime", "filing_form", "filing_start", "filing_start_why"].map(|f| filing.text(f)),
        [
            "vn-b",
            "Mẫu số 08 (NĐ 356/2025/NĐ-CP)",
            "event-detected",
            "start-by-law"
        ]
    );
    // A second recipient through the police of the province (R86), by the same term.
    let case = violation(&world, "2026-11-23T09:15", &[("violation_marks", "mark-province")]).await;
    let all = due(&world, &case).await;
    let to: Vec<_> = all.keys().map(|(rule, to)| (rule.as_str(), to.as_str())).collect();
    assert_eq!(to, [("vn-b-breach", "Cơ quan chuy"), ("vn-b-breach", "Ủy ban nhân ")]);
}

#[tokio::test]
async fn vietnam_b_tells_nobody_where_no_harm_is_to_be_feared() {
    let world = world(Country::Vn, "2026-11-24T02:00:00Z").await;
    let unlikely = [("may_harm", "harm-unlikely")];
    let open = ("violations", "open", None);
    let given = asked("2026-11-23T09:15", &unlikely);
    assert_eq!(world.refused(PO, open, &given).await, ["refusal-harm-reason"]);
    let why = [unlikely[0], ("harm_reason", "The file was encrypted")];
    let case = violation(&world, "2026-11-23T09:15", &why).await;
    assert!(filings(&world, &case).await.is_empty());
    // What is not known yet runs as if it were so.
    let case = violation(&world, "2026-11-23T09:15", &[("may_harm", "harm-unknown")]).await;
    assert_eq!(filings(&world, &case).await.len(), 1);
    // When it turns out that harm is possible, the duty begins, from the finding.
    let case = violation(&world, "2026-11-23T09:15", &why).await;
    let learned = [("may_harm", "harm-likely")];
    world
        .act(PO, ("violations", "describe", Some(&case)), &learned)
        .await
        .unwrap();
    assert_eq!(
        ends(&world, &case).await,
        pairs(&[("vn-b-breach", "2026-11-26T09:15:00")])
    );
}

#[tokio::test]
async fn vietnam_a_counts_from_the_violation_itself() {
    let world = world(Country::Vn, "2025-12-22T08:00:00Z").await;
    let occurred = [("occurred_at", "2025-12-20T10:00")];
    let case = violation(&world, "2025-12-22T14:00", &occurred).await;
    assert_eq!(
        ends(&world, &case).await,
        pairs(&[("vn-a-breach", "2025-12-23T10:00:00")])
    );
    let filing = &filings(&world, &case).await[0];
    assert_eq!(
        ["filing_regime", "filing_form", "filing_start", "filing_start_why"].map(|f| filing.text(f)),
        ["vn-a", "Mẫu số 03 (NĐ 13/2023/NĐ-CP)", "event-occurred", "start-by-law"]
    );
    // No harm need be feared there: every violation is told.
    let harmless = [
        ("may_harm", "harm-unlikely"),
        ("harm_reason", "One name"),
        ("violation_kind", "viol-purpose"),
    ];
    assert_eq!(
        ends(&world, &violation(&world, "2025-12-22T14:00", &harmless).await)
            .await
            .len(),
        1
    );
    // It is not known when it happened: the finding counts, and the card says why.
    let case = violation(&world, "2025-12-22T14:00", &[]).await;
    assert_eq!(
        ends(&world, &case).await,
        pairs(&[("vn-a-breach", "2025-12-25T14:00:00")])
    );
    let filing = &filings(&world, &case).await[0];
    assert_eq!(
        ["filing_start", "filing_start_why"].map(|f| filing.text(f)),
        ["event-detected", "start-other-unknown"]
    );
    // The dispatch of the province: the copy goes by its own rule.
    let both = [occurred[0], ("violation_marks", "mark-province")];
    let case = violation(&world, "2025-12-22T14:00", &both).await;
    let all = due(&world, &case).await;
    assert_eq!(
        all.iter()
            .map(|((r, _), at)| (r.as_str(), at.as_str()))
            .collect::<Vec<_>>(),
        [
            ("vn-a-breach", "2025-12-23T10:00:00"),
            ("vn-a-province-breach", "2025-12-23T10:00:00")
        ]
    );
    // A third party tells nobody before 2026.
    let third = [("our_role", "role-third")];
    assert!(
        filings(&world, &violation(&world, "2025-12-22T14:00", &third).await)
            .await
            .is_empty()
    );
}

#[tokio::test]
async fn vietnam_changes_its_law_at_the_turn_of_the_year() {
    let world = world(Country::Vn, "2026-01-05T02:00:00Z").await;
    let at = |occurred| [("occurred_at", occurred)];
    // It happened under A and was found under B: both hold.
    let case = violation(&world, "2026-01-01T08:00", &at("2025-12-31T20:00")).await;
    assert_eq!(
        ends(&world, &case).await,
        pairs(&[
            ("vn-a-breach", "2026-01-03T20:00:00"),
            ("vn-b-breach", "2026-01-04T08:00:00")
        ])
    );
    // Both in the old year, to the last minute; both in the new, from its first.
    let case = violation(&world, "2025-12-31T23:59", &at("2025-12-31T23:00")).await;
    assert_eq!(
        ends(&world, &case).await,
        pairs(&[("vn-a-breach", "2026-01-03T23:00:00")])
    );
    let case = violation(&world, "2026-01-01T00:00", &at("2026-01-01T00:00")).await;
    assert_eq!(
        ends(&world, &case).await,
        pairs(&[("vn-b-breach", "2026-01-04T00:00:00")])
    );
}

#[tokio::test]
async fn vietnam_has_further_duties_by_what_is_concerned() {
    let world = world(Country::Vn, "2026-11-24T02:00:00Z").await;
    let located = [("violation_marks", "mark-location")];
    let case = violation(&world, "2026-11-23T09:15", &located).await;
    assert_eq!(
        ends(&world, &case).await,
        pairs(&[
            ("vn-b-breach", "2026-11-26T09:15:00"),
            ("vn-b-breach-location-biometric", "2026-11-26T09:15:00")
        ])
    );
    let finance = [
        ("violation_marks", "mark-finance"),
        ("violation_marks", "mark-sensitive"),
    ];
    let case = violation(&world, "2026-11-23T09:15", &finance).await;
    let all = ends(&world, &case).await;
    assert_eq!(
        all.iter().filter(|(r, _)| r == "vn-b-breach-finance").count(),
        2,
        "authority and subjects"
    );
    let kinds: Vec<_> = filings(&world, &case)
        .await
        .iter()
        .map(|f| f.text("filing_kind").to_owned())
        .collect();
    assert_eq!(kinds, ["breach-notice", "breach-notice", "subjects-notice"]);
    let cyber = [("violation_marks", "mark-cyber"), ("violation_marks", "mark-serious")];
    let case = violation(&world, "2026-11-23T09:15", &cyber).await;
    assert_eq!(
        ends(&world, &case).await,
        pairs(&[
            ("vn-331-incident-at-once", "2026-11-23T09:15:00"),
            ("vn-331-incident-first", "2026-11-24T09:15:00"),
            ("vn-331-incident-full", "2026-11-26T09:15:00"),
            ("vn-b-breach", "2026-11-26T09:15:00"),
        ])
    );
    // Before 19 August 2026 there was no such report.
    let case = violation(&world, "2026-08-18T23:59", &cyber).await;
    assert_eq!(
        ends(&world, &case).await,
        pairs(&[("vn-b-breach", "2026-08-21T23:59:00")])
    );
    // Whoever processes for another tells that one, at once, and nobody else.
    let open = ("violations", "open", None);
    let processor = [("our_role", "role-processor")];
    let given = asked("2026-11-23T09:15", &processor);
    assert_eq!(world.refused(PO, open, &given).await, ["refusal-controller"]);
    let named = [processor[0], ("controller_name", "Bệnh viện Thử")];
    let case = violation(&world, "2026-11-23T09:15", &named).await;
    assert_eq!(
        ends(&world, &case).await,
        pairs(&[("vn-b-breach-processor", "2026-11-23T09:15:00")])
    );
    assert_eq!(filings(&world, &case).await[0].text("filing_to"), "Bệnh viện Thử");
}

#[tokio::test]
async fn russia_wants_a_notice_in_24_hours_and_the_result_in_72() {
    let world = world(Country::Ru, "2026-11-24T08:00:00Z").await;
    // Over a weekend: hours pass on days off too.
    let case = violation(&world, "2026-11-20T17:40", &[]).await;
    assert_eq!(
        ends(&world, &case).await,
        pairs(&[
            ("ru-breach", "2026-11-21T17:40:00"),
            ("ru-breach-result", "2026-11-23T17:40:00")
        ])
    );
    let cyber = [("violation_marks", "mark-cyber")];
    let case = violation(&world, "2026-11-20T17:40", &cyber).await;
    assert_eq!(
        ends(&world, &case).await,
        pairs(&[
            ("ru-breach", "2026-11-21T17:40:00"),
            ("ru-breach-result", "2026-11-23T17:40:00"),
            ("ru-incident", "2026-11-21T17:40:00"),
            ("ru-incident-full", "2026-11-23T17:40:00"),
        ])
    );
    let own = [cyber[0], ("violation_marks", "mark-own-channel")];
    let case = violation(&world, "2026-11-20T17:40", &own).await;
    assert!(
        ends(&world, &case)
            .await
            .iter()
            .all(|(rule, _)| rule != "ru-incident-full")
    );
    // The centre answers with its identifier, which is watched.
    let incident = filings(&world, &case).await;
    let incident = incident
        .iter()
        .find(|f| f.text("filing_rule") == "ru-incident")
        .unwrap();
    let sent = [
        ("filing_sent_at", "2026-11-21T10:00"),
        ("filing_way", "way-own-channel"),
    ];
    world
        .act(PO, ("filings", "send", Some(&incident.id)), &sent)
        .await
        .unwrap();
    let clocks = world.clocks_of(&incident.id).await;
    assert_eq!(clocks[1].duty, "incident-identifier");
    assert_eq!(clocks[1].due_at, Some("2026-11-22T07:00:00Z".parse().unwrap()));
    // What is no transfer of data to others is told to nobody at first; that it was removed is told.
    let case = violation(&world, "2026-11-20T17:40", &[("violation_kind", "viol-purpose")]).await;
    assert!(filings(&world, &case).await.is_empty());
    let put_right = [("resolved_at", "2026-11-24T10:30"), ("violation_remedy", "Удалено")];
    world
        .act(PO, ("violations", "resolve", Some(&case)), &put_right)
        .await
        .unwrap();
    assert_eq!(
        ends(&world, &case).await,
        pairs(&[
            ("ru-tell-unlawful", "2026-11-24T10:30:00"),
            ("ru-tell-unlawful", "2026-11-24T10:30:00")
        ])
    );
}

#[tokio::test]
async fn china_counts_by_grade_and_by_who_reports() {
    let world = world(Country::Cn, "2026-11-24T08:00:00Z").await;
    let found = "2026-11-24T09:20";
    let case = violation(&world, found, &[]).await;
    assert_eq!(
        ends(&world, &case).await,
        pairs(&[
            ("cn-incident", "2026-11-24T09:20:00"),
            ("cn-incident", "2026-11-24T09:20:00")
        ])
    );
    let kinds: Vec<_> = filings(&world, &case)
        .await
        .iter()
        .map(|f| f.text("filing_kind").to_owned())
        .collect();
    assert_eq!(kinds, ["breach-notice", "subjects-notice"]);
    // A million persons make the grade, whatever was chosen.
    let open = ("violations", "open", None);
    for (number, grade, refused) in [
        ("999999", "grade-general", false),
        ("1000000", "grade-general", true),
        ("1000000", "grade-larger", false),
        ("10000000", "grade-larger", true),
        ("100000000", "grade-major", true),
        ("100000000", "grade-extra", false),
    ] {
        let given = asked(found, &[("subjects_number", number), ("incident_grade", grade)]);
        let done = world.act(PO, open, &given).await;
        assert_eq!(done.is_err(), refused, "{number} {grade}");
    }
    let larger = ("incident_grade", "grade-larger");
    for (marks, rule, end) in [
        (None, "cn-incident-other", "2026-11-24T13:20:00"),
        (Some("mark-central"), "cn-incident-central", "2026-11-24T11:20:00"),
        (Some("mark-cii"), "cn-incident-cii", "2026-11-24T10:20:00"),
    ] {
        let mut given = vec![larger];
        given.extend(marks.map(|m| ("violation_marks", m)));
        let case = violation(&world, found, &given).await;
        let all = ends(&world, &case).await;
        let own: Vec<_> = all.iter().filter(|(r, _)| r != "cn-incident").collect();
        assert!(
            !own.is_empty() && own.iter().all(|(r, at)| (r.as_str(), at.as_str()) == (rule, end)),
            "{own:?}"
        );
    }
    // The summary goes by the same channel, 30 days after handling ended.
    let case = violation(&world, found, &[larger]).await;
    let put_right = [("resolved_at", "2026-11-24T15:00"), ("violation_remedy", "已处置")];
    world
        .act(PO, ("violations", "resolve", Some(&case)), &put_right)
        .await
        .unwrap();
    let all = due(&world, &case).await;
    let summary: Vec<_> = all.iter().filter(|((r, _), _)| r == "cn-incident-summary").collect();
    assert_eq!(summary.len(), 1);
    assert_eq!(
        (summary[0].0.1.as_str(), summary[0].1.as_str()),
        ("属地省级网信部门", "2026-12-25T00:00:00")
    );
    // Before November 2025 there were no grades to report.
    let case = violation(&world, "2025-10-31T09:20", &[larger]).await;
    assert!(ends(&world, &case).await.iter().all(|(rule, _)| rule == "cn-incident"));
}
