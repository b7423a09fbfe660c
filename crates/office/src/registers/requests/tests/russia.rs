//! Journeys 6, 7 and 8 under 152-ФЗ.

use super::*;

/// Journey 6: what do you hold about me?
#[tokio::test]
async fn asked_searched_answered_handed_over() {
    let world = World::new(Country::Ru).await;
    let activity = world.activity(&["consent"]).await;
    let consent = world.held(&activity).await;
    let disclosure = world.disclosed(&consent).await;
    // Somebody else with a document that ends alike.
    let other = [
        ("subject_name", "Крылова Нина Павловна"),
        ("subject_document", "9999 667788"),
        ("processing", activity.as_str()),
        ("given_on", "2026-03-02"),
        ("way", "paper"),
    ];
    world
        .act(OFFICER, ("consents", "register", None), &other)
        .await
        .unwrap();

    let id = world.receive(&whole("provide", "2026-11-20T10:00")).await;
    // Friday the 20th: ten working days, 152-ФЗ 20(1).
    assert_eq!(world.running(&id).await, due(&[("request-provide", "2026-12-04")]));
    let receipt = world.html(&id, "request-receipt", Locale::Ru).await;
    assert!(receipt.contains("04.12.2026"), "{receipt}");

    world
        .on(&id, "search", &[("searched_elsewhere", "Архив: ничего")])
        .await;
    let card = world.card(&id).await;
    assert_eq!(card.cards("found"), [consent.as_str()]);
    assert_eq!(card.cards("told_of"), [disclosure.as_str()]);

    let html = world.html(&id, "request-answer", Locale::Ru).await;
    for part in [
        "45 12 667788",
        "Районный архив (04.05.2026",
        "Answering letters",
        "согласие (Article 1)",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
    // Nothing of the representative, whose consent card it is too, and nothing of the namesake.
    for other in ["Гусев", "Олег", "доверенность", "9999"] {
        assert!(!html.contains(other), "{other}");
    }
    // Every card that the answer shows was looked at for the request, and that is recorded.
    let mut connection = world.office.db.read().acquire().await.unwrap();
    let looks = history(&mut connection, &consent).await.unwrap();
    assert_eq!(looks.iter().filter(|p| p.kind == "vault.open").count(), 1);
    drop(connection);

    world
        .on(&id, "answer", &[("answered_at", "2026-11-23T17:00"), ("in_full", "1")])
        .await;
    assert_eq!(world.standing(&id, "request-provide").await, State::Met);
    assert_eq!(world.not_on(&id, "close", &[]).await, ["refusal-hand-over-first"]);
    let unsigned = [("handed_at", "2026-11-23T18:00"), ("handed_way", "counter")];
    assert_eq!(world.not_on(&id, "hand-over", &unsigned).await, ["refusal-signature"]);
    let mut signed = unsigned.to_vec();
    signed.push(("handed_against", "Крылова"));
    world.on(&id, "hand-over", &signed).await;
    world.on(&id, "close", &[]).await;
    let journal = world.html(&id, "requests-journal", Locale::Ru).await;
    assert!(
        journal.contains("2026-1") && journal.contains("Крылова Нина Павловна"),
        "{journal}"
    );
}

/// More time is given once, by five working days, with notice and reason.
#[tokio::test]
async fn more_time_as_the_law_allows() {
    let world = World::new(Country::Ru).await;
    let id = world.receive(&whole("provide", "2026-11-20T10:00")).await;
    let mut more = vec![
        ("extension_days", "6"),
        ("extension_reason", "Архив в ремонте"),
        ("extension_noticed_at", "2026-11-23T10:00"),
    ];
    assert_eq!(world.not_on(&id, "extend", &more).await, ["refusal-extension-long"]);
    more[0].1 = "5";
    world.on(&id, "extend", &more).await;
    assert_eq!(world.running(&id).await, due(&[("request-provide", "2026-12-11")]));
    assert_eq!(world.not_on(&id, "extend", &more).await, ["refusal-extension-often"]);
    let notice = world.html(&id, "extension-notice", Locale::Ru).await;
    for part in ["«04» декабря 2026", "«11» декабря 2026", "Архив в ремонте"] {
        assert!(notice.contains(part), "{part}: {notice}");
    }
}

#[tokio::test]
async fn late_needs_its_reason() {
    let mut world = World::new(Country::Ru).await;
    let id = world.receive(&whole("provide", "2026-11-20T10:00")).await;
    world.now = "2026-12-08T06:00:00Z".parse().unwrap();
    world.on(&id, "search", &[]).await;
    let late = [("answered_at", "2026-12-05T00:00")];
    // The term ends with the 4th at 24:00; that instant is in time, the next minute is not.
    let after = [("answered_at", "2026-12-05T00:01")];
    assert_eq!(world.not_on(&id, "answer", &after).await, ["refusal-late"]);
    world.on(&id, "answer", &late).await;
    assert_eq!(world.standing(&id, "request-provide").await, State::Met);

    let id = world.receive(&whole("provide", "2026-11-20T10:00")).await;
    world.on(&id, "search", &[]).await;
    world
        .on(
            &id,
            "answer",
            &[("answered_at", "2026-12-05T00:01"), ("late_reason", "Болезнь")],
        )
        .await;
    assert_eq!(world.standing(&id, "request-provide").await, State::Late);
}

/// Journey 7: correction with evidence, a block, the change, everybody told.
#[tokio::test]
async fn proved_blocked_rectified_told() {
    let world = World::new(Country::Ru).await;
    let activity = world.activity(&["law-duty"]).await;
    let consent = world.held(&activity).await;
    let disclosure = world.disclosed(&consent).await;
    let id = world.receive(&whole("rectify", "2026-11-16T10:00")).await;
    // Without evidence the measure has no term; the answer has, and the block is due at once.
    let running = world.running(&id).await;
    let duties: Vec<_> = running.iter().map(|(d, _)| d.as_str()).collect();
    assert_eq!(duties, ["block", "request-refuse"]);
    world
        .on(
            &id,
            "prove",
            &[("proof", "Свидетельство о браке"), ("proof_at", "2026-11-17T10:00")],
        )
        .await;
    let running = world.running(&id).await;
    // Tuesday the 17th: seven working days, 152-ФЗ 20(3).
    assert!(
        running.contains(&("request-rectify".to_owned(), "2026-11-26".to_owned())),
        "{running:?}"
    );
    assert!(!running.iter().any(|(d, _)| d == "request-refuse"));

    assert_eq!(
        world.not_on(&id, "block", &[("blocked_at", "2026-11-17T11:00")]).await,
        ["refusal-search-first"]
    );
    world.on(&id, "search", &[]).await;
    world.on(&id, "block", &[("blocked_at", "2026-11-17T11:00")]).await;
    assert!(world.card(&consent).await.blocked);
    // The block is obeyed: neither a look for the work nor a disclosure.
    let looked = world
        .office
        .open_card(&world.actor(OFFICER), world.now, &consent, &activity)
        .await;
    assert!(looked.is_err());
    let given = [
        ("recipient_name", "Редакция"),
        ("disclosed_at", "2026-11-18T10:00"),
        ("disclosure_basis", "consent"),
        ("norm", "Статья 5"),
        ("disclosure_way", "letter"),
        ("data_categories", "identity"),
        ("about_cards", consent.as_str()),
    ];
    assert_eq!(
        world.refused(DPO, ("disclosures", "record", None), &given).await,
        ["refusal-blocked"]
    );

    let answered = [("answered_at", "2026-11-23T10:00"), ("in_full", "1")];
    assert_eq!(world.not_on(&id, "answer", &answered).await, ["refusal-measure-first"]);
    let rectified = [
        ("rectified_at", "2026-11-20T12:00"),
        ("rectified_where", "Кадровая система"),
    ];
    assert_eq!(
        world.not_on(&id, "rectify", &rectified).await,
        ["refusal-confirm-first"]
    );
    let confirmed = [
        ("confirmed_at", "2026-11-18T10:00"),
        ("rectify_what", "Фамилия: Крылова, была Рогова"),
    ];
    world.on(&id, "confirm-inaccurate", &confirmed).await;
    let running = world.running(&id).await;
    assert!(
        running.contains(&("rectify-confirmed".to_owned(), "2026-11-27".to_owned())),
        "{running:?}"
    );
    world.on(&id, "rectify", &rectified).await;
    assert!(!world.card(&consent).await.blocked);
    assert!(world.running(&id).await.is_empty());

    let told = [("told_at", "2026-11-23T09:00")];
    assert_eq!(world.not_on(&id, "tell", &told).await, ["refusal-recipients"]);
    let told = [
        ("told_at", "2026-11-23T09:00"),
        ("told_recipients", disclosure.as_str()),
    ];
    world.on(&id, "tell", &told).await;
    assert!(!world.card(&disclosure).await.text("told_at").is_empty());
    let notice = world.html(&id, "rectification-notice", Locale::Ru).await;
    assert!(
        notice.contains("была Рогова") && notice.contains("Районный архив"),
        "{notice}"
    );
    world.on(&id, "answer", &answered).await;
    world
        .on(
            &id,
            "hand-over",
            &[("handed_at", "2026-11-23T12:00"), ("handed_way", "letter")],
        )
        .await;
    world.on(&id, "close", &[]).await;
}

/// Journey 7: data held unlawfully are destroyed, which is proved by the vault and not by a word.
#[tokio::test]
async fn unlawful_data_are_stopped_and_destroyed() {
    let world = World::new(Country::Ru).await;
    let activity = world.activity(&["consent"]).await;
    let consent = world.held(&activity).await;
    let mut given = whole("erase", "2026-11-16T10:00");
    given.push(("proof", "Согласия не было"));
    let id = world.receive(&given).await;
    world.on(&id, "search", &[]).await;
    // Three working days from Tuesday the 17th ended on Friday: stopping now is late.
    let late = [("detected_at", "2026-11-17T10:00")];
    assert_eq!(world.not_on(&id, "find-unlawful", &late).await, ["refusal-late"]);
    world
        .on(&id, "find-unlawful", &[("detected_at", "2026-11-19T10:00")])
        .await;
    assert!(world.card(&consent).await.blocked);
    assert_eq!(world.standing(&id, "stop-unlawful").await, State::Met);
    let running = world.running(&id).await;
    // Ten working days from Thursday the 19th, 152-ФЗ 21(3); seven from the evidence, 20(3).
    assert!(
        running.contains(&("destroy-unlawful".to_owned(), "2026-12-03".to_owned())),
        "{running:?}"
    );
    assert!(
        running.contains(&("request-erase".to_owned(), "2026-11-25".to_owned())),
        "{running:?}"
    );
    let done = [("destroyed_at", "2026-11-24T05:00")];
    assert_eq!(
        world.not_on(&id, "confirm-destroyed", &done).await,
        ["refusal-destroy-first"]
    );
    world
        .on(&id, "destroy", &[("destroy_started_at", "2026-11-18T10:00")])
        .await;
    assert_eq!(
        world.not_on(&id, "confirm-destroyed", &done).await,
        ["refusal-not-destroyed"]
    );

    let register = world.office.register("destructions").unwrap();
    let cases = world
        .office
        .page(&world.actor(DPO), register, None, None)
        .await
        .unwrap();
    let case = &cases.cards[0].card;
    assert_eq!((cases.cards.len(), case.text("destruction_reason")), (1, "unlawful"));
    assert_eq!(case.cards("records"), [consent.as_str()]);
    world.destroy(&case.id).await;
    assert!(matches!(world.card(&consent).await.personal, Personal::Destroyed(_)));

    world.on(&id, "confirm-destroyed", &done).await;
    let running: Vec<_> = world.running(&id).await.into_iter().map(|(d, _)| d).collect();
    assert_eq!(running, ["tell-unlawful"]);
    world
        .on(&id, "answer", &[("answered_at", "2026-11-24T05:00"), ("in_full", "1")])
        .await;
    world
        .on(
            &id,
            "hand-over",
            &[("handed_at", "2026-11-24T05:00"), ("handed_way", "letter")],
        )
        .await;
    assert_eq!(world.not_on(&id, "close", &[]).await, ["refusal-tell-first"]);
    world.on(&id, "tell", &[("told_at", "2026-11-24T05:00")]).await;
    world.on(&id, "close", &[]).await;
    assert!(world.running(&id).await.is_empty());
}

/// A first request of the 1st of October that was answered.
async fn first(world: &World, in_full: bool) -> String {
    let id = world.receive(&whole("provide", "2026-10-01T10:00")).await;
    world.on(&id, "search", &[]).await;
    let mut answer = vec![("answered_at", "2026-10-05T10:00")];
    if in_full {
        answer.push(("in_full", "1"));
    }
    world.on(&id, "answer", &answer).await;
    id
}

fn repeat_refusal() -> Vec<(&'static str, &'static str)> {
    vec![
        ("refused_at", "2026-11-24T05:00"),
        ("refusal_ground", "ru-repeat"),
        ("refusal_motive", "Ответ дан 05.10.2026"),
        ("late_reason", "проверка"),
    ]
}

/// Journey 8: too early, on the exact days. Thirty days after the 1st of October end with the 31st.
#[tokio::test]
async fn a_repetition_is_refused_to_the_day() {
    for (received, keys) in [
        ("2026-10-31T23:59", &[][..]),
        ("2026-11-01T00:00", &["refusal-repeat-not-early"]),
        ("2026-11-01T00:01", &["refusal-repeat-not-early"]),
    ] {
        let world = World::new(Country::Ru).await;
        let earlier = first(&world, true).await;
        let mut given = whole("view", received);
        given.push(("repeat_reason", "Хочу ещё раз"));
        let id = world.receive(&given).await;
        let card = world.card(&id).await;
        assert_eq!(card.text("previous"), earlier);
        let from: Timestamp = card.text("repeat_from").parse().unwrap();
        assert_eq!(from, "2026-10-31T21:00:00Z".parse().unwrap());
        if keys.is_empty() {
            world.on(&id, "refuse", &repeat_refusal()).await;
            let card = world.card(&id).await;
            assert_eq!(
                (card.state.as_str(), card.text("refusal_norm")),
                ("refused", "152-ФЗ 14(4)-14(6)")
            );
            let html = world.html(&id, "request-refusal", Locale::Ru).await;
            assert!(
                html.contains("152-ФЗ 14(4)-14(6)") && html.contains("Ответ дан"),
                "{html}"
            );
        } else {
            assert_eq!(world.not_on(&id, "refuse", &repeat_refusal()).await, keys, "{received}");
        }
    }
}

#[tokio::test]
async fn a_repetition_after_an_incomplete_answer_is_answered() {
    let world = World::new(Country::Ru).await;
    first(&world, false).await;
    let id = world.receive(&whole("provide", "2026-10-10T10:00")).await;
    assert_eq!(
        world.not_on(&id, "refuse", &repeat_refusal()).await,
        ["refusal-repeat-incomplete"]
    );
}

#[tokio::test]
async fn a_first_request_is_no_repetition_and_an_open_one_is_answered() {
    let world = World::new(Country::Ru).await;
    let id = world.receive(&whole("provide", "2026-10-01T10:00")).await;
    assert_eq!(
        world.not_on(&id, "refuse", &repeat_refusal()).await,
        ["refusal-repeat-none"]
    );
    let again = world.receive(&whole("provide", "2026-10-02T10:00")).await;
    assert_eq!(
        world.not_on(&again, "refuse", &repeat_refusal()).await,
        ["refusal-repeat-open"]
    );
    // Another person's request is no earlier one of this person.
    let mut other = without(&whole("provide", "2026-10-03T10:00"), &["subject_document"]);
    other.push(("subject_document", "4513 000001"));
    let other = world.receive(&other).await;
    assert!(world.card(&other).await.text("previous").is_empty());
}

#[tokio::test]
async fn a_refusal_rests_on_a_norm_of_the_law_in_force() {
    let world = World::new(Country::Ru).await;
    let id = world.receive(&whole("provide", "2026-11-20T10:00")).await;
    let refuse = |ground: &'static str| {
        vec![
            ("refused_at", "2026-11-23T10:00"),
            ("refusal_ground", ground),
            ("refusal_motive", "Мотив"),
        ]
    };
    for ground in ["vn-b-harm", "cn-secrecy", "ru-not-proved"] {
        assert_eq!(
            world.not_on(&id, "refuse", &refuse(ground)).await,
            ["refusal-ground"],
            "{ground}"
        );
    }
    assert_eq!(
        world.not_on(&id, "refuse", &refuse("ru-other-law")).await,
        ["refusal-norm"]
    );
    let mut other = refuse("ru-other-law");
    other.push(("refusal_other_norm", "5485-1, статья 21"));
    world.on(&id, "refuse", &other).await;
    assert_eq!(world.card(&id).await.text("refusal_norm"), "5485-1, статья 21");
    assert_eq!(world.standing(&id, "request-provide").await, State::Met);
}

/// Where nothing is held, or only what proves earlier requests, the person is told so and the request can be closed.
#[tokio::test]
async fn nothing_held_is_an_answer() {
    let world = World::new(Country::Ru).await;
    world.receive(&whole("provide", "2026-11-19T10:00")).await;
    for kind in ["restrict", "erase", "rectify"] {
        let mut given = whole(kind, "2026-11-20T10:00");
        given.push(("proof", "Справка"));
        let id = world.receive(&given).await;
        world.on(&id, "search", &[]).await;
        assert!(!world.card(&id).await.cards("found").is_empty());
        world
            .on(&id, "answer", &[("answered_at", "2026-11-24T05:00"), ("in_full", "1")])
            .await;
        assert!(world.running(&id).await.is_empty(), "{kind}");
        let handed = [("handed_at", "2026-11-24T05:00"), ("handed_way", "letter")];
        world.on(&id, "hand-over", &handed).await;
        world.on(&id, "close", &[]).await;
    }
}
