use jiff::SignedDuration;
use tutela_law::Country;

use crate::error::Error;
use crate::kernel::card::{Card, Personal};
use crate::kernel::rights::Role;
use crate::world::World;

async fn hidden_consent(world: &World) -> String {
    let activity = world.activity(&["consent"]).await;
    let given = [
        ("subject_name", "Nguyễn Thị Hoa"),
        ("subject_document", "079183000123"),
        ("processing", activity.as_str()),
        ("given_on", "2026-03-02"),
        ("way", "paper"),
    ];
    let id = world
        .act(Role::Officer, ("consents", "register", None), &given)
        .await
        .unwrap()
        .card;
    let hide = [
        ("opening_record", id.as_str()),
        ("hiding_reason", "protect-reporter"),
        ("opening_document", "Decision 12"),
    ];
    world
        .act(Role::SecurityOfficer, ("identity-openings", "hide", None), &hide)
        .await
        .unwrap();
    id
}

async fn ask(world: &World, role: Role, record: &str) -> String {
    let given = [
        ("opening_record", record),
        ("opening_reason", "open-court"),
        ("opening_document", "Order 7"),
    ];
    world
        .act(role, ("identity-openings", "ask", None), &given)
        .await
        .unwrap()
        .card
}

async fn look(world: &World, role: Role, id: &str, minutes: i64) -> Result<Card, &'static str> {
    let at = world.now + SignedDuration::from_mins(minutes);
    match world.office.open_card(&world.actor(role), at, id, "control").await {
        Ok(card) => Ok(card),
        Err(Error::Refused(refusal)) => Err(refusal.key),
        Err(other) => panic!("{other}"),
    }
}

#[tokio::test]
async fn two_persons_open_an_identity_for_one_look() {
    let world = World::new(Country::Vn).await;
    let id = hidden_consent(&world).await;
    assert_eq!(
        look(&world, Role::Officer, &id, 0).await.unwrap_err(),
        "refusal-two-persons"
    );
    let opening = ask(&world, Role::Officer, &id).await;
    assert_eq!(
        look(&world, Role::Officer, &id, 0).await.unwrap_err(),
        "refusal-two-persons"
    );
    world
        .act(
            Role::ProtectionOfficer,
            ("identity-openings", "grant", Some(&opening)),
            &[],
        )
        .await
        .unwrap();
    // It was granted to the officer, to nobody else.
    assert_eq!(
        look(&world, Role::Head, &id, 1).await.unwrap_err(),
        "refusal-two-persons"
    );
    let card = look(&world, Role::Officer, &id, 59).await.unwrap();
    assert_eq!(card.text("subject_name"), "Nguyễn Thị Hoa");
    assert_eq!(world.card(&opening).await.state, "opening-used");
    assert_eq!(
        look(&world, Role::Officer, &id, 59).await.unwrap_err(),
        "refusal-two-persons"
    );
}

#[tokio::test]
async fn an_opening_ends_after_an_hour_or_when_it_is_recalled() {
    let world = World::new(Country::Vn).await;
    let id = hidden_consent(&world).await;
    let opening = ask(&world, Role::Officer, &id).await;
    let grant = ("identity-openings", "grant", Some(opening.as_str()));
    world.act(Role::Head, grant, &[]).await.unwrap();
    assert_eq!(
        look(&world, Role::Officer, &id, 61).await.unwrap_err(),
        "refusal-two-persons"
    );
    let recall = ("identity-openings", "recall", Some(opening.as_str()));
    world.act(Role::Officer, recall, &[]).await.unwrap();
    assert_eq!(
        look(&world, Role::Officer, &id, 1).await.unwrap_err(),
        "refusal-two-persons"
    );
    assert_eq!(world.refused(Role::Head, grant, &[]).await, ["refusal-state"]);
}

#[tokio::test]
async fn nobody_grants_to_themselves_or_to_somebody_above() {
    let world = World::new(Country::Ru).await;
    let id = hidden_consent(&world).await;
    let own = ask(&world, Role::ProtectionOfficer, &id).await;
    fn grant(opening: &str) -> (&str, &str, Option<&str>) {
        ("identity-openings", "grant", Some(opening))
    }
    assert_eq!(
        world.refused(Role::ProtectionOfficer, grant(&own), &[]).await,
        ["refusal-second-person"]
    );
    assert_eq!(world.refused(Role::Officer, grant(&own), &[]).await, ["refusal-right"]);
    world.act(Role::SecurityOfficer, grant(&own), &[]).await.unwrap();
    let above = ask(&world, Role::Head, &id).await;
    assert_eq!(
        world.refused(Role::ProtectionOfficer, grant(&above), &[]).await,
        ["refusal-person-below"]
    );
    let declined = [("opening_refusal", "The order names somebody else.")];
    let decline = ("identity-openings", "decline", Some(above.as_str()));
    world.act(Role::ProtectionOfficer, decline, &declined).await.unwrap();
    assert_eq!(
        look(&world, Role::Head, &id, 1).await.unwrap_err(),
        "refusal-two-persons"
    );
    assert!(matches!(world.card(&above).await.personal, Personal::Closed));
}

#[tokio::test]
async fn a_hidden_identity_is_in_no_list_and_no_search() {
    let world = World::new(Country::Vn).await;
    let id = hidden_consent(&world).await;
    let officer = world.actor(Role::Officer);
    let consents = world.office.register("consents").unwrap();
    let page = world.office.page(&officer, consents, None, None).await.unwrap();
    assert_eq!(page.cards[0].label, None);
    assert!(world.office.search(&officer, "hoa nguyen").await.unwrap().is_empty());

    let head = world.actor(Role::Head);
    let openings = world.office.register("identity-openings").unwrap();
    let hiding = world
        .office
        .page(&head, openings, Some("identity-hidden"), None)
        .await
        .unwrap()
        .cards[0]
        .card
        .id
        .clone();
    world
        .act(Role::Head, ("identity-openings", "show", Some(&hiding)), &[])
        .await
        .unwrap();
    assert_eq!(world.office.search(&officer, "hoa nguyen").await.unwrap().len(), 1);
    assert_eq!(
        look(&world, Role::Officer, &id, 0)
            .await
            .unwrap()
            .text("subject_document"),
        "079183000123"
    );
    let asked = [
        ("opening_record", id.as_str()),
        ("opening_reason", "open-court"),
        ("opening_document", "Order 7"),
    ];
    assert_eq!(
        world
            .refused(Role::Officer, ("identity-openings", "ask", None), &asked)
            .await,
        ["refusal-not-hidden"]
    );
}
