//! The search of stores (R50): no answer while one that may hold something was not looked into.

use super::*;

#[tokio::test]
async fn there_is_no_answer_before_the_stores_are_searched() {
    let world = World::new(Country::Ru).await;
    let letters = world.store("Letters", &[]).await;
    let never = world.store("Never scanned", &[]).await;
    let partly = world.store("Partly read", &[]).await;
    let empty = world.store("Empty", &[]).await;
    world.scan(&letters, &[("PERSON", 7), ("HEALTH", 1)], 0).await;
    world.scan(&partly, &[], 2).await;
    world.scan(&empty, &[("ORGANIZATION", 5)], 0).await;
    let id = world.receive(&whole("provide", "2026-11-20T10:00")).await;
    world
        .on(&id, "search", &[("searched_elsewhere", "Архив: ничего")])
        .await;
    let answer = [("answered_at", "2026-11-23T17:00"), ("in_full", "1")];
    assert_eq!(world.not_on(&id, "answer", &answer).await, ["refusal-stores-open"]);

    let tick = |store: &str, result: &'static str, remark: &'static str| {
        let mut given = vec![
            ("searched_stores", store.to_owned()),
            ("store_result", result.to_owned()),
        ];
        if !remark.is_empty() {
            given.push(("store_remark", remark.to_owned()));
        }
        given
    };
    fn given<'a>(all: &'a [(&'static str, String)]) -> Vec<(&'static str, &'a str)> {
        all.iter().map(|(n, v)| (*n, v.as_str())).collect()
    }
    // What is found is said, and why a store is left out.
    for result in ["store-held", "store-excluded"] {
        let bare = tick(&letters, result, "");
        let refused = world.not_on(&id, "search-stores", &given(&bare)).await;
        assert_eq!(refused, ["refusal-store-remark"]);
    }
    let mut both = tick(&letters, "store-nothing", "");
    both.push(("searched_stores", partly.clone()));
    world.on(&id, "search-stores", &given(&both)).await;
    assert_eq!(world.not_on(&id, "answer", &answer).await, ["refusal-stores-open"]);
    let excluded = tick(&never, "store-excluded", "Только программы");
    world.on(&id, "search-stores", &given(&excluded)).await;
    // A second look says otherwise: the store moves, and both remarks stay.
    let held = tick(&letters, "store-held", "письмо № 7");
    world.on(&id, "search-stores", &given(&held)).await;
    let card = world.card(&id).await;
    let numbers = |field: &str| card.cards(field).into_iter().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(numbers("stores_held"), [world.card(&letters).await.number]);
    assert_eq!(numbers("stores_nothing"), [world.card(&partly).await.number]);
    assert_eq!(numbers("stores_excluded"), [world.card(&never).await.number]);
    assert!(!card.data.contains_key("store_remarks"), "remarks lie in the vault");
    let opened = world
        .office
        .open_card(&world.actor(DPO), world.now, &id, "request")
        .await
        .unwrap();
    let remarks = opened.text("store_remarks");
    assert!(
        remarks.contains("Только программы") && remarks.contains("письмо № 7"),
        "{remarks}"
    );
    // Nobody put the inner work of the office into the answer.
    let html = world.html(&id, "request-answer", Locale::Ru).await;
    assert!(!html.contains("письмо № 7") && !html.contains("Letters"), "{html}");
    world.on(&id, "answer", &answer).await;
}

#[tokio::test]
async fn only_stores_with_the_kind_asked_are_in_the_way() {
    let world = World::new(Country::Vn).await;
    let share = world.store("Share", &[]).await;
    world.scan(&share, &[("PERSON", 7), ("PHONE_NUMBER", 1)], 0).await;
    let planned = [
        ("title", "Planned"),
        ("store_kind", "store-cloud"),
        ("store_place", "cloud"),
        ("store_unit", "Office"),
        ("store_level", "level-high"),
    ];
    let planned = world.act(DPO, ("stores", "plan", None), &planned).await.unwrap().card;
    let id = world.receive(&whole("provide", "2026-11-20T10:00")).await;
    let answer = [("answered_at", "2026-11-23T17:00"), ("in_full", "1")];
    world.on(&id, "search", &[("asked_categories", "contact")]).await;
    assert_eq!(world.not_on(&id, "answer", &answer).await, ["refusal-stores-open"]);
    let refused = world
        .not_on(
            &id,
            "search-stores",
            &[("searched_stores", &planned), ("store_result", "store-nothing")],
        )
        .await;
    assert_eq!(refused, ["refusal-store-not-live"]);
    // Asked again for another kind: nothing of it was found there, and everything was read.
    world.on(&id, "search", &[("asked_categories", "health")]).await;
    world.on(&id, "answer", &answer).await;
    let told = world.card(&id).await;
    assert_eq!(told.cards("asked_categories"), ["health"]);
}
