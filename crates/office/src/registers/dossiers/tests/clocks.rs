//! Worked examples of the terms of dossiers, on both sides of 1 January 2026.

use serde_json::json;
use tutela_law::Country;

use super::{PO, activity, answer, approved, dossier, filings, sent, world_of};
use crate::kernel::clock::State;
use crate::kernel::rights::Role;
use crate::world::World;

/// The running clocks of a card: rule and last day, where the body is.
async fn running(world: &World, id: &str) -> Vec<(String, String)> {
    let clocks = world.clocks_of(id).await;
    let running = clocks.iter().filter(|c| c.state == State::Running);
    running
        .map(|c| {
            let due = c.due(&world.office.reckoner, &world.body).unwrap();
            let day = due.last_day.or(due.at.map(|z| z.date()));
            (c.rule.clone(), day.map(|d| d.to_string()).unwrap_or_default())
        })
        .collect()
}

fn told(rule: &str, day: &str) -> Vec<(String, String)> {
    vec![(rule.to_owned(), day.to_owned())]
}

#[tokio::test]
async fn sixty_days_by_the_regime_of_the_start() {
    for (now, started, rule, last) in [
        // The 60th day is a Friday.
        ("2025-12-20T02:00:00Z", "2025-12-15", "vn-a-dossier", "2026-02-13"),
        // Started under the decree, entered under the law: the term is that of the start.
        ("2026-01-05T02:00:00Z", "2025-12-31", "vn-a-dossier", "2026-03-02"),
        ("2026-01-05T02:00:00Z", "2026-01-01", "vn-b-dossier", "2026-03-02"),
        ("2026-01-06T02:00:00Z", "2026-01-05", "vn-b-dossier", "2026-03-06"),
    ] {
        let mut world = world_of(Country::Vn, "hospital").await;
        world.now = now.parse().unwrap();
        activity(&world, &[("started_on", started)]).await;
        let id = dossier(&world, "dossier-impact").await;
        assert_eq!(running(&world, &id).await, told(rule, last), "{started}");
    }
}

#[tokio::test]
async fn a_transfer_counts_from_its_own_first_day() {
    for (now, first, rule, last) in [
        ("2025-12-20T02:00:00Z", "2025-12-15", "vn-a-transfer", "2026-02-13"),
        ("2026-01-06T02:00:00Z", "2026-01-05", "vn-b-transfer", "2026-03-06"),
    ] {
        let mut world = world_of(Country::Vn, "hospital").await;
        world.now = now.parse().unwrap();
        let more = [
            ("started_on", "2024-03-01"),
            ("abroad", "goes-abroad"),
            ("abroad_states", "Singapore"),
            ("abroad_from", first),
        ];
        activity(&world, &more).await;
        let id = dossier(&world, "dossier-transfer").await;
        assert_eq!(running(&world, &id).await, told(rule, last), "{first}");
    }
}

#[tokio::test]
async fn in_russia_the_notice_comes_before_the_transfer_and_the_regulator_has_ten_working_days() {
    let mut world = world_of(Country::Ru, "hospital").await;
    world.now = "2026-11-24T06:00:00Z".parse().unwrap();
    let more = [
        ("abroad", "goes-abroad"),
        ("abroad_states", "Казахстан"),
        ("abroad_from", "2026-12-15"),
    ];
    activity(&world, &more).await;
    let id = dossier(&world, "dossier-transfer").await;
    let clocks = running(&world, &id).await;
    assert_eq!(clocks, told("ru-transfer", "2026-12-15"));
    approved(&world, &id).await;
    world.act(PO, ("dossiers", "file", Some(&id)), &[]).await.unwrap();
    let to: Vec<_> = filings(&world, &id).await;
    assert_eq!(to.len(), 1);
    assert_eq!(
        (
            to[0].text("filing_to"),
            to[0].text("filing_regime"),
            to[0].text("filing_rule")
        ),
        ("Роскомнадзор", "ru", ""),
        "the start is still to come: the term stands on the dossier"
    );
    sent(&world, &id).await;
    // 24 November is the day of the event; ten working days after it end on 8 December.
    assert_eq!(running(&world, &id).await, told("ru-transfer-review", "2026-12-08"));
}

#[tokio::test]
async fn a_dossier_filed_under_the_decree_is_updated_under_the_law() {
    let mut world = world_of(Country::Vn, "hospital").await;
    world.now = "2025-12-01T02:00:00Z".parse().unwrap();
    let own = activity(&world, &[("started_on", "2025-11-20")]).await;
    let id = dossier(&world, "dossier-impact").await;
    approved(&world, &id).await;
    world.act(PO, ("dossiers", "file", Some(&id)), &[]).await.unwrap();
    sent(&world, &id).await;
    assert_eq!(world.card(&id).await.state, "dossier-filed");
    assert!(running(&world, &id).await.is_empty());

    // A change on the last day of the decree: at once.
    world.now = "2025-12-31T02:00:00Z".parse().unwrap();
    let event = [("body_events", "business-line"), ("changed_on", "2025-12-31")];
    world
        .act(PO, ("dossiers", "report-change", Some(&id)), &event)
        .await
        .unwrap();
    assert_eq!(world.card(&id).await.state, "dossier-to-update");
    assert_eq!(running(&world, &id).await, told("vn-a-dossier-update", "2025-12-31"));

    // Another dossier of the same day, changed a day later: within ten days, or with the half-year.
    let mut world = world_of(Country::Vn, "hospital").await;
    world.now = "2025-12-01T02:00:00Z".parse().unwrap();
    let second = activity(&world, &[("started_on", "2025-11-20")]).await;
    let id = dossier(&world, "dossier-impact").await;
    approved(&world, &id).await;
    world.act(PO, ("dossiers", "file", Some(&id)), &[]).await.unwrap();
    sent(&world, &id).await;
    world.now = "2026-01-05T02:00:00Z".parse().unwrap();
    let event = [("body_events", "business-line"), ("changed_on", "2026-01-02")];
    world
        .act(PO, ("dossiers", "report-change", Some(&id)), &event)
        .await
        .unwrap();
    assert_eq!(
        running(&world, &id).await,
        told("vn-b-dossier-update-urgent", "2026-01-12")
    );
    let event = [("body_events", "controller"), ("changed_on", "2026-01-05")];
    world
        .act(PO, ("dossiers", "report-change", Some(&id)), &event)
        .await
        .unwrap();
    let mut both = told("vn-b-dossier-update-urgent", "2026-01-12");
    both.extend(told("vn-b-dossier-update", "2026-06-01"));
    assert_eq!(running(&world, &id).await, both);
    assert!(own != second);
}

#[tokio::test]
async fn a_change_long_after_the_filing_falls_in_the_half_year_of_its_own() {
    let mut world = world_of(Country::Vn, "hospital").await;
    world.now = "2026-01-20T02:00:00Z".parse().unwrap();
    let own = activity(&world, &[("started_on", "2026-01-05")]).await;
    let id = dossier(&world, "dossier-impact").await;
    answer(&world, &id, &json!({ "state-agency": "no", "large-numbers": "no" })).await;
    approved(&world, &id).await;
    world.act(PO, ("dossiers", "file", Some(&id)), &[]).await.unwrap();
    sent(&world, &id).await;
    let order = [("order_number", "7"), ("order_date", "2026-01-20")];
    world
        .act(Role::Head, ("processing", "approve", Some(&own)), &order)
        .await
        .unwrap();

    // Nine months later the purpose changes, by an order.
    world.now = "2026-10-20T02:00:00Z".parse().unwrap();
    let change = [
        ("title", "Patient records"),
        ("purpose", "Treating patients, and research"),
        ("norm", "Article 1"),
        ("bases", "law-duty"),
        ("subject_categories", "patients"),
        ("data_categories", "identity"),
        ("data_categories", "health"),
        ("systems", "Ward system"),
        ("measures", "Access by role"),
        ("recipients", "Health insurance"),
        ("keep_from", "purpose-reached"),
        ("keep_length", "10"),
        ("keep_unit", "years"),
        ("started_on", "2026-01-05"),
    ];
    world
        .act(PO, ("processing", "change", Some(&own)), &change)
        .await
        .unwrap();
    assert_eq!(world.card(&id).await.state, "dossier-filed", "only proposed");
    let order = [("order_number", "9"), ("order_date", "2026-10-20")];
    world
        .act(Role::Head, ("processing", "approve", Some(&own)), &order)
        .await
        .unwrap();
    let card = world.card(&id).await;
    assert_eq!(card.state, "dossier-to-update");
    assert_eq!(card.cards("changed_since"), ["purpose"]);
    // The period that began on 20 July 2026 ends on 20 January 2027, for which there is no calendar yet: that is told.
    let clocks = world.clocks_of(&id).await;
    let update = clocks.iter().find(|c| c.duty == "dossier-update").unwrap();
    assert_eq!((update.rule.as_str(), update.due_at), ("vn-b-dossier-update", None));
    assert!(update.problem.as_deref().unwrap().contains("2027"));
}
