//! Journeys 6, 7 and 8 under the Personal Information Protection Law.

use super::*;

/// Journey 6. One term for every kind of request: thirty days by the national standard.
#[tokio::test]
async fn asked_searched_answered() {
    let world = World::new(Country::Cn).await;
    let activity = world.activity(&["law-duty"]).await;
    let consent = world.held(&activity).await;
    for kind in [
        "provide", "view", "rectify", "erase", "restrict", "withdraw", "transfer", "explain",
    ] {
        let id = world.receive(&whole(kind, "2026-11-20T10:00")).await;
        assert_eq!(
            world.running(&id).await,
            due(&[("request-provide", "2026-12-21")]),
            "{kind}"
        );
    }
    let id = world.receive(&whole("provide", "2026-11-20T11:00")).await;
    world.on(&id, "search", &[]).await;
    assert!(world.card(&id).await.cards("found").contains(&consent.as_str()));
    let html = world.html(&id, "request-answer", Locale::Zh).await;
    assert!(
        html.contains("Крылова Нина Павловна") && !html.contains("Гусев"),
        "{html}"
    );
    let more = [
        ("extension_days", "5"),
        ("extension_reason", "资料较多"),
        ("extension_noticed_at", "2026-11-23T10:00"),
    ];
    assert_eq!(world.not_on(&id, "extend", &more).await, ["refusal-extension-none"]);
    world
        .on(&id, "answer", &[("answered_at", "2026-11-24T09:00"), ("in_full", "1")])
        .await;
    assert_eq!(world.standing(&id, "request-provide").await, State::Met);
}

/// Journey 7.
#[tokio::test]
async fn rectified_and_told() {
    let world = World::new(Country::Cn).await;
    let activity = world.activity(&["law-duty"]).await;
    let consent = world.held(&activity).await;
    let id = world.receive(&whole("rectify", "2026-11-20T10:00")).await;
    world.on(&id, "search", &[]).await;
    world.on(&id, "block", &[("blocked_at", "2026-11-20T11:00")]).await;
    assert!(world.card(&consent).await.blocked);
    let confirmed = [("confirmed_at", "2026-11-20T12:00"), ("rectify_what", "地址")];
    world.on(&id, "confirm-inaccurate", &confirmed).await;
    world
        .on(
            &id,
            "rectify",
            &[("rectified_at", "2026-11-23T10:00"), ("rectified_where", "业务系统")],
        )
        .await;
    assert!(!world.card(&consent).await.blocked);
    world.on(&id, "tell", &[("told_at", "2026-11-23T11:00")]).await;
    world
        .on(&id, "answer", &[("answered_at", "2026-11-24T09:00"), ("in_full", "1")])
        .await;
    assert!(world.running(&id).await.is_empty());
}

/// Journey 8. A refusal to a minor is told in writing at once.
#[tokio::test]
async fn refused_to_a_minor() {
    let world = World::new(Country::Cn).await;
    let mut given = whole("erase", "2026-11-20T10:00");
    given.push(("minor", "1"));
    let id = world.receive(&given).await;
    let refuse = [
        ("refused_at", "2026-11-23T10:00"),
        ("refusal_ground", "cn-erase-term"),
        ("refusal_motive", "保存期限未届满"),
    ];
    world.on(&id, "refuse", &refuse).await;
    let running: Vec<_> = world.running(&id).await.into_iter().map(|(d, _)| d).collect();
    assert_eq!(running, ["minor-refusal"]);
    let html = world.html(&id, "request-refusal", Locale::Zh).await;
    assert!(html.contains("PIPL 47"), "{html}");
    world
        .on(
            &id,
            "hand-over",
            &[("handed_at", "2026-11-23T11:00"), ("handed_way", "letter")],
        )
        .await;
    assert!(world.running(&id).await.is_empty());
    world.on(&id, "close", &[]).await;
}
