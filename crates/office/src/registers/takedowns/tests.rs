use tutela_law::Country;

use crate::kernel::rights::Role;
use crate::world::World;

const PO: Role = Role::ProtectionOfficer;
const HASH: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

async fn violation(world: &World) -> String {
    let given = [
        ("violation_kind", "viol-published"),
        ("violation_act", "A list of pupils stands in a group"),
        ("detected_at", "2026-11-24T08:00"),
        ("occurred_unknown", "1"),
        ("our_role", "role-controller"),
        ("may_harm", "harm-unknown"),
    ];
    world.act(PO, ("violations", "open", None), &given).await.unwrap().card
}

#[tokio::test]
async fn a_place_of_spread_is_followed_until_it_is_gone() {
    let mut world = World::new(Country::Vn).await;
    let case = violation(&world).await;
    let mut seen = vec![
        ("spread_address", "https://social.example/nguyen.van.thu/posts/1"),
        ("spread_platform", "social.example"),
        ("spread_seen_at", "2026-11-24T08:30"),
        ("spread_hash", "abc"),
    ];
    let spread = ("violations", "spread", Some(case.as_str()));
    assert_eq!(world.refused(PO, spread, &seen).await, ["refusal-hash"]);
    assert!(
        world.card(&case).await.cards("takedowns").is_empty(),
        "nothing half done"
    );
    seen[3] = ("spread_hash", HASH);
    world.act(PO, spread, &seen).await.unwrap();
    let case_card = world.card(&case).await;
    let place = case_card.cards("takedowns")[0].to_owned();
    let card = world.card(&place).await;
    assert_eq!(
        (card.cards("spread_of"), card.state.as_str()),
        (vec![case.as_str()], "spread-seen")
    );
    // The address holds a name: it lies in the vault.
    assert!(!card.data.contains_key("spread_address") && card.text("spread_hash") == HASH);

    let mut asked = vec![
        ("spread_asked_at", "2026-11-24T08:29"),
        ("spread_asked_way", "way-form"),
        ("spread_check_on", "2026-11-23"),
    ];
    let ask = ("takedowns", "ask", Some(place.as_str()));
    assert_eq!(world.refused(PO, ask, &asked).await, ["refusal-filing-order"]);
    asked[0] = ("spread_asked_at", "2026-11-24T08:45");
    assert_eq!(world.refused(PO, ask, &asked).await, ["refusal-past"]);
    asked[2] = ("spread_check_on", "2026-11-25");
    world.act(PO, ask, &asked).await.unwrap();
    let over = ("takedowns", "check-over", Some(place.as_str()));
    assert_eq!(world.refused(PO, over, &[]).await, ["refusal-day-not-passed"]);

    world.now = "2026-11-26T02:00:00Z".parse().unwrap();
    assert_eq!(world.office.expire(world.now).await.unwrap(), 1);
    assert_eq!(world.card(&place).await.state, "spread-to-check");
    let look = [
        ("spread_looked_at", "2026-11-26T08:00"),
        ("spread_check_on", "2026-11-27"),
    ];
    world.act(PO, ("takedowns", "look", Some(&place)), &look).await.unwrap();
    let gone = [("spread_gone_at", "2026-11-26T08:30"), ("spread_gone_hash", HASH)];
    world.act(PO, ("takedowns", "gone", Some(&place)), &gone).await.unwrap();
    assert_eq!(world.card(&place).await.state, "spread-gone");
    let back = [("spread_seen_at", "2026-11-26T08:59")];
    world.act(PO, ("takedowns", "back", Some(&place)), &back).await.unwrap();
    assert!(!world.card(&place).await.data.contains_key("spread_gone_at"));
}
