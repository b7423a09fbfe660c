//! Journeys 6, 7 and 8 under Decree 13 and under Law 91 with Decree 356.

use super::*;

#[tokio::test]
async fn the_law_of_the_day_decides() {
    let world = World::new(Country::Vn).await;
    // Until the end of 2025: 72 hours from the moment, on days off too.
    let id = world.receive(&whole("provide", "2025-12-30T10:00")).await;
    assert_eq!(
        world.running(&id).await,
        due(&[("request-provide", "2026-01-02T10:00")])
    );
    // From 2026: a reply in two working days, the data in ten days. Friday the 20th.
    let id = world.receive(&whole("provide", "2026-11-20T10:00")).await;
    let expected = due(&[("request-provide", "2026-11-30"), ("request-reply", "2026-11-24")]);
    assert_eq!(world.running(&id).await, expected);
    let id = world.receive(&whole("erase", "2026-11-20T10:00")).await;
    let expected = due(&[("request-erase", "2026-12-10"), ("request-reply", "2026-11-24")]);
    assert_eq!(world.running(&id).await, expected);
    let mut third = whole("withdraw", "2026-11-20T10:00");
    third.push(("third_party", "1"));
    let id = world.receive(&third).await;
    let expected = due(&[("request-reply", "2026-11-24"), ("request-withdraw", "2026-12-10")]);
    assert_eq!(world.running(&id).await, expected);
    // Protective measures are a right of the new law only.
    let early = whole("protect", "2025-12-30T10:00");
    assert_eq!(
        world.refused(OFFICER, ("requests", "receive", None), &early).await,
        ["refusal-kind-unknown"]
    );
    world.receive(&whole("protect", "2026-11-20T10:00")).await;
}

#[tokio::test]
async fn the_term_of_the_measure_waits_for_due_form() {
    let world = World::new(Country::Vn).await;
    let given = without(&whole("provide", "2026-11-18T10:00"), &["signed"]);
    let id = world.receive(&given).await;
    assert_eq!(world.card(&id).await.cards("missing"), ["missing-signature"]);
    assert_eq!(world.running(&id).await, due(&[("request-reply", "2026-11-20")]));
    world
        .on(&id, "ask-missing", &[("noticed_at", "2026-11-19T10:00")])
        .await;
    assert!(world.running(&id).await.is_empty());
    world
        .on(
            &id,
            "complete",
            &[("completed_at", "2026-11-20T10:00"), ("signed", "1")],
        )
        .await;
    assert_eq!(world.running(&id).await, due(&[("request-provide", "2026-11-30")]));
}

/// Journey 6.
#[tokio::test]
async fn asked_searched_answered() {
    let world = World::new(Country::Vn).await;
    let activity = world.activity(&["public-task"]).await;
    let consent = world.held(&activity).await;
    let id = world.receive(&whole("provide", "2026-11-20T10:00")).await;
    world
        .on(&id, "acknowledge", &[("acknowledged_at", "2026-11-23T10:00")])
        .await;
    assert_eq!(world.standing(&id, "request-reply").await, State::Met);
    world.on(&id, "search", &[]).await;
    assert_eq!(world.card(&id).await.cards("found"), [consent.as_str()]);
    let html = world.html(&id, "request-answer", Locale::Vi).await;
    assert!(
        html.contains("Крылова Нина Павловна") && !html.contains("Гусев"),
        "{html}"
    );
    let more = [
        ("extension_days", "11"),
        ("extension_reason", "Hồ sơ lớn"),
        ("extension_noticed_at", "2026-11-23T10:00"),
    ];
    assert_eq!(world.not_on(&id, "extend", &more).await, ["refusal-extension-long"]);
    let mut ten = more;
    ten[0].1 = "10";
    world.on(&id, "extend", &ten).await;
    assert_eq!(world.running(&id).await, due(&[("request-provide", "2026-12-10")]));
    world
        .on(&id, "answer", &[("answered_at", "2026-11-24T08:00"), ("in_full", "1")])
        .await;
    assert_eq!(world.standing(&id, "request-provide").await, State::Met);
}

/// Journey 7.
#[tokio::test]
async fn restricted_and_destroyed() {
    let world = World::new(Country::Vn).await;
    let activity = world.activity(&["consent"]).await;
    let consent = world.held(&activity).await;
    let id = world.receive(&whole("restrict", "2026-11-20T10:00")).await;
    world.on(&id, "search", &[]).await;
    let answered = [("answered_at", "2026-11-24T08:00")];
    assert_eq!(world.not_on(&id, "answer", &answered).await, ["refusal-measure-first"]);
    world.on(&id, "block", &[("blocked_at", "2026-11-23T10:00")]).await;
    world.on(&id, "answer", &answered).await;
    world
        .on(
            &id,
            "hand-over",
            &[("handed_at", "2026-11-24T08:30"), ("handed_way", "letter")],
        )
        .await;
    world.on(&id, "close", &[]).await;
    // A restriction outlives the request.
    assert!(world.card(&consent).await.blocked);

    let id = world.receive(&whole("erase", "2026-11-20T11:00")).await;
    world.on(&id, "search", &[]).await;
    world
        .on(&id, "destroy", &[("destroy_started_at", "2026-11-23T10:00")])
        .await;
    let again = [("destroy_started_at", "2026-11-23T10:00")];
    assert_eq!(world.not_on(&id, "destroy", &again).await, ["refusal-done-already"]);
    let register = world.office.register("destructions").unwrap();
    let cases = world
        .office
        .page(&world.actor(DPO), register, None, None)
        .await
        .unwrap();
    assert_eq!(cases.cards[0].card.text("destruction_reason"), "request");
    let case = cases.cards[0].card.id.clone();
    world.destroy(&case).await;
    world
        .on(&id, "confirm-destroyed", &[("destroyed_at", "2026-11-24T09:00")])
        .await;
    assert_eq!(world.standing(&id, "request-erase").await, State::Met);
}

/// Journey 8. The law has no rule on repetition: it is never a ground here.
#[tokio::test]
async fn refused_with_the_norm_of_the_day() {
    let world = World::new(Country::Vn).await;
    world.receive(&whole("erase", "2026-11-19T10:00")).await;
    let id = world.receive(&whole("erase", "2026-11-20T10:00")).await;
    let refuse = |ground: &'static str, at: &'static str| {
        vec![
            ("refused_at", at),
            ("refusal_ground", ground),
            ("refusal_motive", "Lý do"),
        ]
    };
    for ground in ["ru-repeat", "vn-a-erase", "vn-b-harm"] {
        let refused = world.not_on(&id, "refuse", &refuse(ground, "2026-11-23T10:00")).await;
        assert_eq!(refused, ["refusal-ground"], "{ground}");
    }
    world.on(&id, "refuse", &refuse("vn-b-erase", "2026-11-23T10:00")).await;
    assert_eq!(world.card(&id).await.text("refusal_norm"), "L91 14.2");
    assert!(world.running(&id).await.is_empty());
    let html = world.html(&id, "request-refusal", Locale::Vi).await;
    assert!(html.contains("L91 14.2"), "{html}");
}
