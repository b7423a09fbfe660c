use tutela_law::Country;

use crate::error::Error;
use crate::kernel::card::Personal;
use crate::kernel::clock::{Clock, State};
use crate::kernel::rights::Role;
use crate::world::World;

async fn consent(world: &World, activity: &str) -> String {
    let given = [
        ("subject_name", "Nguyễn Thị Hoa"),
        ("subject_document", "079183000123"),
        ("processing", activity),
        ("given_on", "2026-03-02"),
        ("way", "paper"),
    ];
    world
        .act(Role::Officer, ("consents", "register", None), &given)
        .await
        .unwrap()
        .card
}

#[tokio::test]
async fn a_withdrawal_stops_and_leads_to_destruction() {
    let world = World::new(Country::Ru).await;
    let activity = world.activity(&["consent"]).await;
    let id = consent(&world, &activity).await;
    assert!(matches!(world.card(&id).await.personal, Personal::Closed));
    assert_eq!(
        world
            .office
            .search(&world.actor(Role::Officer), "hoa nguyen")
            .await
            .unwrap()
            .len(),
        1
    );

    let withdrawn = [("withdrawn_at", "2026-11-24T04:00")];
    world
        .act(Role::Officer, ("consents", "withdraw", Some(&id)), &withdrawn)
        .await
        .unwrap();
    assert!(world.card(&id).await.blocked);
    let mut connection = world.office.db.read().acquire().await.unwrap();
    let clocks = Clock::of_card(&mut connection, &id).await.unwrap();
    drop(connection);
    let clock = clocks.iter().find(|c| c.duty == "request-withdraw").unwrap();
    assert_eq!(clock.state, State::Running);
    // 152-ФЗ 21(5): thirty days from the withdrawal.
    let day = clock
        .due(&world.office.reckoner, &world.body)
        .unwrap()
        .last_day
        .unwrap();
    assert_eq!(day.to_string(), "2026-12-24");

    let head = world.actor(Role::Head);
    let cases = world
        .office
        .page(&head, world.office.register("destructions").unwrap(), None, None)
        .await
        .unwrap();
    let case = cases.cards[0].card.id.clone();
    world.destroy(&case).await;
    assert!(matches!(world.card(&id).await.personal, Personal::Destroyed(_)));
    assert!(
        world
            .office
            .search(&world.actor(Role::Officer), "hoa nguyen")
            .await
            .unwrap()
            .is_empty()
    );

    // The journal still verifies, and knows nothing of the person.
    world.office.publish(world.now).await.unwrap();
    assert!(world.office.published.checkpoint().size > 5);
}

#[tokio::test]
async fn another_basis_keeps_the_data() {
    let world = World::new(Country::Vn).await;
    let activity = world.activity(&["consent", "law-duty"]).await;
    let id = consent(&world, &activity).await;
    let withdrawn = [("withdrawn_at", "2026-11-24T08:00")];
    world
        .act(Role::Officer, ("consents", "withdraw", Some(&id)), &withdrawn)
        .await
        .unwrap();
    let card = world.card(&id).await;
    assert_eq!(card.cards("remaining"), [activity.as_str()]);
    let head = world.actor(Role::Head);
    let cases = world
        .office
        .page(&head, world.office.register("destructions").unwrap(), None, None)
        .await
        .unwrap();
    assert!(cases.cards.is_empty());
}

#[tokio::test]
async fn nonsense_and_the_wrong_person_are_refused() {
    let world = World::new(Country::Vn).await;
    let what = ("consents", "register", None);
    assert_eq!(world.refused(Role::Inspector, what, &[]).await, ["refusal-right"]);
    let all = world.refused(Role::Officer, what, &[("given_on", "2026-13-01")]).await;
    assert_eq!(all.iter().filter(|k| **k == "refusal-required").count(), 4);
    assert!(all.contains(&"refusal-date"));
    let activity = world.activity(&["consent"]).await;
    let tomorrow = [
        ("subject_name", "A"),
        ("subject_document", "1"),
        ("processing", activity.as_str()),
        ("given_on", "2026-11-25"),
        ("way", "paper"),
    ];
    assert_eq!(world.refused(Role::Officer, what, &tomorrow).await, ["refusal-future"]);
}

#[tokio::test]
async fn a_look_needs_a_purpose_that_the_card_has() {
    let world = World::new(Country::Vn).await;
    let activity = world.activity(&["consent"]).await;
    let other = world.activity(&["contract"]).await;
    let id = consent(&world, &activity).await;
    let officer = world.actor(Role::Officer);
    let open = |purpose: String| {
        world
            .office
            .open_card(&officer, world.now, &id, Box::leak(purpose.into_boxed_str()))
    };
    assert!(matches!(open("curiosity".to_owned()).await, Err(Error::Refused(r)) if r.key == "refusal-purpose-unknown"));
    assert!(matches!(open(other).await, Err(Error::Refused(r)) if r.key == "refusal-purpose"));
    let card = open(activity).await.unwrap();
    assert_eq!(card.text("subject_name"), "Nguyễn Thị Hoa");
}

#[tokio::test]
async fn destruction_meets_the_term_of_the_withdrawal() {
    let world = World::new(Country::Ru).await;
    let activity = world.activity(&["consent"]).await;
    let id = consent(&world, &activity).await;
    let withdrawn = [("withdrawn_at", "2026-11-24T04:00")];
    world
        .act(Role::Officer, ("consents", "withdraw", Some(&id)), &withdrawn)
        .await
        .unwrap();
    let told = [("withdrawal_confirmed_at", "2026-11-24T05:00")];
    let confirm = ("consents", "confirm", Some(id.as_str()));
    assert_eq!(
        world.refused(Role::Officer, confirm, &told).await,
        ["refusal-destroy-before"]
    );
    let case = world.newest("destructions").await;
    world.destroy(&case).await;
    let clocks = world.clocks_of(&id).await;
    assert_eq!(clocks.len(), 1);
    assert_eq!(clocks[0].state, State::Met);
    // Order 179, item 8: the act is kept three years from the destruction.
    let kept = world.clocks_of(&case).await;
    let day = kept[0]
        .due(&world.office.reckoner, &world.body)
        .unwrap()
        .last_day
        .unwrap();
    assert_eq!(
        (kept[0].duty.as_str(), day.to_string().as_str()),
        ("keep-destruction", "2029-11-24")
    );
    world.act(Role::Officer, confirm, &told).await.unwrap();
}

#[tokio::test]
async fn a_part_is_withdrawn_and_the_rest_goes_on() {
    let world = World::new(Country::Vn).await;
    let (kept, stopped) = (world.activity(&["consent"]).await, world.activity(&["consent"]).await);
    let given = [
        ("subject_name", "Lê Văn Thử"),
        ("subject_document", "079183000321"),
        ("processing", kept.as_str()),
        ("processing", stopped.as_str()),
        ("given_on", "2026-03-02"),
        ("way", "paper"),
    ];
    let id = world
        .act(Role::Officer, ("consents", "register", None), &given)
        .await
        .unwrap()
        .card;
    let part = ("consents", "withdraw-part", Some(id.as_str()));
    let at = ("withdrawn_at", "2026-11-24T08:00");
    let before = [("withdrawn_at", "2026-03-01T08:00"), ("withdrawn_processing", &stopped)];
    assert_eq!(
        world.refused(Role::Officer, part, &before).await,
        ["refusal-before-given"]
    );
    let all = [at, ("withdrawn_processing", &kept), ("withdrawn_processing", &stopped)];
    assert_eq!(world.refused(Role::Officer, part, &all).await, ["refusal-whole"]);
    let other = world.activity(&["consent"]).await;
    assert_eq!(
        world
            .refused(Role::Officer, part, &[at, ("withdrawn_processing", &other)])
            .await,
        ["refusal-not-consented"]
    );
    world
        .act(Role::Officer, part, &[at, ("withdrawn_processing", &stopped)])
        .await
        .unwrap();

    let card = world.card(&id).await;
    assert_eq!((card.state.as_str(), card.blocked), ("partly-withdrawn", false));
    assert_eq!(card.cards("processing"), [kept.as_str()]);
    // What was withdrawn is no purpose of looking any more; what was not, still is.
    let officer = world.actor(Role::Officer);
    let look = world.office.open_card(&officer, world.now, &id, &stopped).await;
    assert!(matches!(look, Err(Error::Refused(r)) if r.key == "refusal-purpose"));
    assert!(world.office.open_card(&officer, world.now, &id, &kept).await.is_ok());
    // D356 5.2: fifteen days from the receipt.
    let clock = &world.clocks_of(&id).await[0];
    let day = clock
        .due(&world.office.reckoner, &world.body)
        .unwrap()
        .last_day
        .unwrap();
    assert_eq!(
        (clock.duty.as_str(), day.to_string().as_str()),
        ("request-withdraw", "2026-12-09")
    );
    // The case concerns the card and does not destroy it.
    let case = world.newest("destructions").await;
    assert_eq!(world.card(&case).await.cards("records_about"), [id.as_str()]);
    world.destroy(&case).await;
    assert!(matches!(world.card(&id).await.personal, Personal::Closed));
    assert_eq!(world.clocks_of(&id).await[0].state, State::Met);
}

#[tokio::test]
async fn a_consent_expires_on_the_day_after_its_last() {
    let mut world = World::new(Country::Cn).await;
    let activity = world.activity(&["consent"]).await;
    let given = [
        ("subject_name", "王试"),
        ("subject_document", "110101199003070000"),
        ("processing", activity.as_str()),
        ("given_on", "2026-03-02"),
        ("expires_on", "2026-11-30"),
        ("way", "paper"),
    ];
    let id = world
        .act(Role::Officer, ("consents", "register", None), &given)
        .await
        .unwrap()
        .card;
    let expire = ("consents", "expire", Some(id.as_str()));
    assert_eq!(
        world.refused(Role::Officer, expire, &[]).await,
        ["refusal-day-not-passed"]
    );
    // 23:30 of the last day in Beijing.
    world.now = "2026-11-30T15:30:00Z".parse().unwrap();
    assert_eq!(world.office.expire(world.now).await.unwrap(), 0);
    let ahead = world
        .office
        .days_ahead(&world.actor(Role::Officer), "2026-12-30".parse().unwrap())
        .await
        .unwrap();
    assert_eq!(
        (ahead[0].card.id.as_str(), ahead[0].day.to_string().as_str()),
        (id.as_str(), "2026-11-30")
    );
    // Half past midnight.
    world.now = "2026-11-30T16:30:00Z".parse().unwrap();
    assert_eq!(world.office.expire(world.now).await.unwrap(), 1);
    assert_eq!(
        world.office.expire(world.now).await.unwrap(),
        0,
        "what was done is not done again"
    );
    let card = world.card(&id).await;
    assert_eq!((card.state.as_str(), card.blocked), ("expired", true));
    let case = world.card(&world.newest("destructions").await).await;
    assert_eq!(
        (case.text("destruction_reason"), case.cards("records")),
        ("term-over", vec![id.as_str()])
    );
}

#[tokio::test]
async fn a_representative_is_named_with_authority() {
    let world = World::new(Country::Ru).await;
    let activity = world.activity(&["consent"]).await;
    let mut given = vec![
        ("subject_name", "Иванов Пётр Тестович"),
        ("subject_document", "2004 000000"),
        ("processing", activity.as_str()),
        ("given_on", "2026-03-02"),
        ("way", "paper"),
        ("represented_because", "incapacitated"),
    ];
    let what = ("consents", "register", None);
    assert_eq!(
        world.refused(Role::Officer, what, &given).await,
        ["refusal-no-representative"]
    );
    given.push(("representative_name", "Иванова Анна Тестовна"));
    assert_eq!(world.refused(Role::Officer, what, &given).await, ["refusal-authority"]);
    given.push(("representative_authority", "Акт опеки № 7 от 01.02.2024"));
    let id = world.act(Role::Officer, what, &given).await.unwrap().card;
    let found = world
        .office
        .search(&world.actor(Role::Officer), "иванова анна")
        .await
        .unwrap();
    assert_eq!(found[0].card.id, id, "found by the representative too");
    let purpose = activity.as_str();
    let html = world.paper(Role::Officer, (&id, "consent"), purpose).await;
    assert!(html.contains("Иванова Анна Тестовна"), "{html}");
    assert!(html.contains("Акт опеки № 7 от 01.02.2024"), "{html}");
    assert!(html.contains("Answering letters"), "{html}");
}

#[tokio::test]
async fn consents_are_counted_for_what_rests_on_them_alone() {
    let world = World::new(Country::Vn).await;
    let alone = world.activity(&["consent"]).await;
    world.activity(&["consent", "law-duty"]).await;
    let none = world.activity(&["consent"]).await;
    consent(&world, &alone).await;
    let second = consent(&world, &alone).await;
    let at = [("withdrawn_at", "2026-11-24T08:00")];
    world
        .act(Role::Officer, ("consents", "withdraw", Some(&second)), &at)
        .await
        .unwrap();
    let checks = world.office.consent_check(&world.actor(Role::Inspector)).await.unwrap();
    let of = |id: &str| checks.iter().find(|c| c.activity.id == id).map(|c| c.count);
    assert_eq!(checks.len(), 2);
    let count = super::ConsentCount {
        given: 1,
        withdrawn: 1,
        expired: 0,
        others: 0,
    };
    assert_eq!(of(&alone), Some(count));
    assert_eq!(of(&none), Some(super::ConsentCount::default()));
    let refused = world.office.consent_check(&world.actor(Role::PressOfficer)).await;
    assert!(matches!(refused, Err(Error::Refused(r)) if r.key == "refusal-right"));
}

/// Somebody of whom data were taken in for an activity, with or without a consent.
async fn disclosed(world: &World, activity: &str, name: &str, (field, value): (&'static str, &str)) -> String {
    let given = [
        ("recipient_name", "Archive"),
        ("disclosed_at", "2026-05-04T10:00"),
        ("disclosure_basis", "consent"),
        ("norm", "Article 5"),
        ("disclosure_way", "letter"),
        ("data_categories", "identity"),
        ("subject_name", name),
        ("processing", activity),
        (field, value),
    ];
    let what = ("disclosures", "record", None);
    world.act(Role::ProtectionOfficer, what, &given).await.unwrap().card
}

#[tokio::test]
async fn consents_are_checked_person_by_person() {
    let world = World::new(Country::Vn).await;
    let activity = world.activity(&["consent"]).await;
    let other = world.activity(&["consent"]).await;
    let office = &world.office;
    let officer = world.actor(Role::Officer);
    // The same person, whose number was written with spaces; a namesake; a person who agreed to something else only.
    let consent = world.consent(&activity).await;
    let same = disclosed(
        &world,
        &activity,
        "Nguyễn Thị Thử",
        ("subject_document", "079183 000123"),
    )
    .await;
    let namesake = disclosed(
        &world,
        &activity,
        "Nguyễn Thị Thử",
        ("subject_document", "079183000999"),
    )
    .await;
    let given = [
        ("subject_name", "Lê Khác"),
        ("subject_document", "001099000001"),
        ("processing", other.as_str()),
        ("given_on", "2026-03-02"),
        ("expires_on", "2026-12-31"),
        ("way", "paper"),
    ];
    world
        .act(Role::Officer, ("consents", "register", None), &given)
        .await
        .unwrap();
    let elsewhere = disclosed(&world, &activity, "Lê Khác", ("subject_document", "001099000001")).await;
    let nameless = disclosed(&world, &activity, "Ai Đó", ("about_cards", &consent)).await;

    let check = office.consent_people(&officer, world.now, &activity).await.unwrap();
    let ids = |all: &[crate::kernel::find::Listed]| {
        let mut ids: Vec<_> = all.iter().map(|l| l.card.id.clone()).collect();
        ids.sort();
        ids
    };
    let mut missing = vec![namesake, elsewhere.clone()];
    missing.sort();
    assert_eq!(ids(&check.without), missing);
    assert_eq!(ids(&check.unknown), [nameless]);
    assert_eq!((check.all, check.cut), (4, false));
    assert!(!ids(&check.without).contains(&same));
    let shown = check
        .without
        .iter()
        .all(|l| l.label.as_deref().is_some_and(|l| l.len() < 12));
    assert!(shown, "initials only");
    // The look is recorded, with how many and of nobody by name.
    let mut connection = office.db.read().acquire().await.unwrap();
    let past = crate::kernel::record::history(&mut connection, &activity)
        .await
        .unwrap();
    drop(connection);
    assert_eq!(past.iter().filter(|p| p.kind == "consents.check").count(), 1);

    // Consent to the other activity is in force there, until its last day has passed.
    disclosed(&world, &other, "Lê Khác", ("subject_document", "001099000001")).await;
    let check = office.consent_people(&officer, world.now, &other).await.unwrap();
    assert_eq!(check.without.len(), 0);
    let later: jiff::Timestamp = "2027-01-02T02:00:00Z".parse().unwrap();
    let check = office.consent_people(&officer, later, &other).await.unwrap();
    assert_eq!(check.without.len(), 1);
    // A withdrawal ends it at once.
    let consent = world.newest("consents").await;
    let at = [("withdrawn_at", "2026-11-24T08:00")];
    world
        .act(Role::Officer, ("consents", "withdraw", Some(&consent)), &at)
        .await
        .unwrap();
    let check = office.consent_people(&officer, world.now, &other).await.unwrap();
    assert_eq!(check.without.len(), 1);

    for (role, id, key) in [
        (Role::SecurityOfficer, activity.clone(), "refusal-right"),
        (
            Role::Officer,
            world.activity(&["consent", "law-duty"]).await,
            "refusal-check-activity",
        ),
        (Role::Officer, elsewhere, "refusal-check-activity"),
        (Role::Officer, crate::kernel::new_id(), "refusal-no-page"),
    ] {
        match office.consent_people(&world.actor(role), world.now, &id).await {
            Err(Error::Refused(refusal)) => assert_eq!(refusal.key, key),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_list_is_checked_by_its_rows_and_forgotten() {
    let world = World::new(Country::Vn).await;
    let activity = world.activity(&["consent"]).await;
    world.consent(&activity).await;
    let rows = |all: &[[&str; 2]]| -> Vec<Vec<String>> {
        all.iter()
            .map(|r| r.iter().map(|c| (*c).to_owned()).collect())
            .collect()
    };
    let list = rows(&[
        ["Số", "Họ tên"],
        ["079 183 000 123", "Tên Khác"],
        ["079183000124", "Nguyễn Thị Thử"],
        ["", "nguyen thi thu"],
        ["", ""],
        ["", "Nguyễn Thử Lạ"],
        [" ", "—"],
    ]);
    let officer = world.actor(Role::Officer);
    let columns = (Some(0), Some(1));
    let (_, check) = world
        .office
        .consent_list(&officer, world.now, &activity, &list, columns)
        .await
        .unwrap();
    let expected = super::ListCheck {
        all: 5,
        // A number decides, whatever name stands beside it.
        without: vec![3, 6],
        named: vec![4],
        unknown: vec![7],
    };
    assert_eq!(check, expected);
    let (_, check) = world
        .office
        .consent_list(&officer, world.now, &activity, &list, (Some(9), None))
        .await
        .unwrap();
    assert_eq!((check.all, check.unknown.len()), (5, 5));
    let none = world
        .office
        .consent_list(&officer, world.now, &activity, &list, (None, None))
        .await;
    assert!(matches!(none, Err(Error::Refused(r)) if r.key == "refusal-check-column"));
    // Nothing of the list is anywhere.
    let mut connection = world.office.db.read().acquire().await.unwrap();
    let rows = sqlx::query("SELECT data FROM event")
        .fetch_all(&mut *connection)
        .await
        .unwrap();
    for row in rows {
        let data: String = sqlx::Row::get(&row, "data");
        assert!(!data.contains("000124") && !data.contains("Lạ"), "{data}");
    }
}
