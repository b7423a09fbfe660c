use tutela_law::Country;

use crate::kernel::rights::Role;
use crate::world::World;

#[tokio::test]
async fn a_recall_stays_open_until_it_is_confirmed() {
    let mut world = World::new(Country::Vn).await;
    let given = [
        ("recall_what", "A picture of an identity card"),
        ("recall_recipient", "Bà Nhận Thử"),
        ("recall_channel", "recall-chat"),
        ("recall_asked_on", "2026-11-24"),
        ("recall_until", "2026-11-26"),
    ];
    let ask = ("recalls", "ask", None);
    assert_eq!(world.refused(Role::Inspector, ask, &given).await, ["refusal-right"]);
    let mut wrong = given;
    wrong[4] = ("recall_until", "2026-11-20");
    assert_eq!(
        world.refused(Role::PressOfficer, ask, &wrong).await,
        ["refusal-before-start"]
    );
    wrong[3] = ("recall_asked_on", "2026-11-25");
    assert_eq!(world.refused(Role::PressOfficer, ask, &wrong).await, ["refusal-future"]);
    let card = world.act(Role::PressOfficer, ask, &given).await.unwrap().card;
    let held = world.card(&card).await;
    assert!(!held.data.contains_key("recall_recipient"), "names lie in the vault");
    world.now = "2026-11-26T17:00:00Z".parse().unwrap();
    assert_eq!(world.office.expire(world.now).await.unwrap(), 1);
    assert_eq!(world.card(&card).await.state, "recall-overdue");
    let confirm = ("recalls", "confirm", Some(card.as_str()));
    let early = [
        ("recall_confirmed_on", "2026-11-23"),
        ("recall_confirmed_how", "By telephone"),
    ];
    assert_eq!(
        world.refused(Role::ProtectionOfficer, confirm, &early).await,
        ["refusal-before-start"]
    );
    let done = [
        ("recall_confirmed_on", "2026-11-26"),
        ("recall_confirmed_how", "By telephone"),
    ];
    world.act(Role::ProtectionOfficer, confirm, &done).await.unwrap();
    assert_eq!(world.card(&card).await.state, "recall-confirmed");
}
