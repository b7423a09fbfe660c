use tutela_law::Country;

use crate::kernel::rights::Role;
use crate::world::World;

const DPO: Role = Role::ProtectionOfficer;

/// What waits for its order already is changed further, and a draft is changed at once.
#[tokio::test]
async fn a_proposal_does_not_push_another_out() {
    let world = World::new(Country::Vn).await;
    let activity = world.activity(&["law-duty"]).await;
    let store = world.store("Share", &[]).await;
    world.scan(&store, &[("HEALTH", 1), ("RELIGION", 1)], 0).await;
    let gaps = world.office.inventory(&world.actor(DPO)).await.unwrap().gaps;
    let chosen = [("gap_activity", activity.as_str())];
    for gap in &gaps {
        world
            .act(DPO, ("gaps", "propose", Some(&gap.id)), &chosen)
            .await
            .unwrap();
    }
    let order = [("order_number", "17"), ("order_date", "2026-11-24")];
    world
        .act(Role::Head, ("processing", "approve", Some(&activity)), &order)
        .await
        .unwrap();
    let card = world.card(&activity).await;
    assert_eq!(card.cards("data_categories"), ["identity", "health", "religion"]);
    assert_eq!(
        (card.text("order_number"), card.text("title")),
        ("17", "Receiving citizens")
    );
    assert_eq!(
        world.office.compare(&world.actor(DPO), world.now).await.unwrap(),
        // Both are covered; that the store which serves the activity now holds no names is new.
        (1, 2)
    );

    world.scan(&store, &[("CREDIT_CARD", 1)], 0).await;
    let finance = world.office.inventory(&world.actor(DPO)).await.unwrap().gaps;
    let finance = finance.iter().find(|g| g.text("gap_category") == "finance").unwrap();
    let draft = [
        ("title", "Payments"),
        ("purpose", "Paying"),
        ("bases", "contract"),
        ("norm", "Article 2"),
        ("subject_categories", "contractors"),
        ("data_categories", "identity"),
        ("keep_from", "purpose-reached"),
        ("keep_length", "0"),
        ("keep_unit", "days"),
        ("started_on", "2026-11-24"),
    ];
    let draft = world
        .act(DPO, ("processing", "draft", None), &draft)
        .await
        .unwrap()
        .card;
    let chosen = [("gap_activity", draft.as_str())];
    let link = ("gaps", "link", Some(finance.id.as_str()));
    assert_eq!(world.refused(DPO, link, &chosen).await, ["refusal-gap-not-approved"]);
    world
        .act(DPO, ("gaps", "propose", Some(&finance.id)), &chosen)
        .await
        .unwrap();
    let card = world.card(&draft).await;
    assert_eq!((card.state.as_str(), card.cards("data_categories").len()), ("draft", 2));
    // It is no approval before the order.
    assert_eq!(world.office.compare(&world.actor(DPO), world.now).await.unwrap().1, 0);
}
