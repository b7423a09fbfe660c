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
    world
        .act(Role::SecurityOfficer, ("destructions", "execute", Some(&case)), &[])
        .await
        .unwrap();
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
