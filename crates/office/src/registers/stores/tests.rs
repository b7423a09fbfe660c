use tutela_law::Country;

use crate::kernel::card::Personal;
use crate::kernel::rights::Role;
use crate::world::World;

const DPO: Role = Role::ProtectionOfficer;

#[tokio::test]
async fn a_store_goes_through_its_life() {
    let world = World::new(Country::Ru).await;
    let activity = world.activity(&["law-duty"]).await;
    let given = vec![
        ("title", "Личные дела"),
        ("store_kind", "store-database"),
        ("store_place", "srv-1/Петров"),
        ("store_unit", "Кадры"),
        ("store_level", "level-raised"),
        ("serves", activity.as_str()),
    ];
    let store = world.act(DPO, ("stores", "plan", None), &given).await.unwrap().card;
    let on = |operation: &'static str| ("stores", operation, Some(store.as_str()));
    // The place may name a person: it lies in the vault.
    let card = world.card(&store).await;
    assert_eq!(card.state, "store-planned");
    assert!(matches!(card.personal, Personal::Closed) && card.text("store_place").is_empty());
    // What is not named any more is forgotten; a planned store stays planned.
    let changed: Vec<_> = given.iter().copied().filter(|(n, _)| *n != "serves").collect();
    world.act(DPO, on("change"), &changed).await.unwrap();
    let card = world.card(&store).await;
    assert_eq!((card.state.as_str(), card.cards("serves").len()), ("store-planned", 0));
    world.act(DPO, on("go-live"), &[]).await.unwrap();
    assert_eq!(world.refused(Role::Head, on("change"), &given).await, ["refusal-right"]);
    let ended = [("ended_at", "2026-11-20T10:00")];
    world
        .act(DPO, ("processing", "end", Some(&activity)), &ended)
        .await
        .unwrap();
    assert_eq!(
        world.refused(DPO, on("change"), &given).await,
        ["refusal-activity-ended"]
    );
    let tomorrow = [("retired_on", "2026-11-25"), ("store_emptied", "Стёрто")];
    assert_eq!(world.refused(DPO, on("retire"), &tomorrow).await, ["refusal-future"]);
    let today = [("retired_on", "2026-11-24"), ("store_emptied", "Стёрто")];
    world.act(DPO, on("retire"), &today).await.unwrap();
    assert_eq!(world.card(&store).await.state, "store-retired");
}

/// The end of an activity destroys the data of persons that serve it alone; a store is not one of them.
#[tokio::test]
async fn the_end_of_a_purpose_does_not_gather_stores() {
    let world = World::new(Country::Vn).await;
    let activity = world.activity(&["consent"]).await;
    world.store("Share", &[&activity]).await;
    let consent = world.consent(&activity).await;
    let ended = [("ended_at", "2026-11-20T10:00")];
    world
        .act(DPO, ("processing", "end", Some(&activity)), &ended)
        .await
        .unwrap();
    let case = world.card(&world.newest("destructions").await).await;
    assert_eq!(case.cards("records"), [consent.as_str()]);
}
