//! What stands in the way of destruction although no case is on hold.

use tutela_law::Country;

use crate::error::Error;
use crate::kernel::card::Personal;
use crate::kernel::rights::Role;
use crate::world::World;

const SO: Role = Role::SecurityOfficer;

async fn unlawful(world: &World, record: &str) -> String {
    let open = [("destruction_reason", "unlawful"), ("records", record)];
    world.act(SO, ("destructions", "open", None), &open).await.unwrap().card
}

#[tokio::test]
async fn a_hold_on_a_record_or_its_activity_stops_every_case() {
    let mut world = World::new(Country::Ru).await;
    let activity = world.activity(&["consent"]).await;
    let record = world.consent(&activity).await;
    let case = unlawful(&world, &record).await;
    let members = [("commission", "Trần Thử\nLê Thử\nPhạm Thử")];
    world
        .act(SO, ("destructions", "prepare", Some(&case)), &members)
        .await
        .unwrap();
    let order = [("order_number", "31"), ("order_date", "2026-11-24")];
    let approve = ("destructions", "approve", Some(case.as_str()));
    for target in [("hold_cards", record.as_str()), ("hold_activities", activity.as_str())] {
        let hold = [
            ("hold_kind", "hold-court"),
            ("hold_norm", "Case 2-1/2026"),
            ("hold_from", "2026-11-24"),
            ("hold_reason", "Evidence"),
            target,
        ];
        assert_eq!(
            world.refused(Role::Officer, ("holds", "place", None), &hold).await,
            ["refusal-right"]
        );
        let placed = world.act(SO, ("holds", "place", None), &hold).await.unwrap().card;
        let Err(Error::Refused(refusal)) = world.act(Role::Head, approve, &order).await else {
            panic!("approved although a hold stands")
        };
        assert_eq!(
            (refusal.key, refusal.norm.as_deref()),
            ("refusal-record-held", Some("Case 2-1/2026"))
        );
        let lift = [("hold_ended_on", "2026-11-24"), ("hold_end_reason", "Closed")];
        world
            .act(Role::Head, ("holds", "lift", Some(&placed)), &lift)
            .await
            .unwrap();
    }
    world.act(Role::Head, approve, &order).await.unwrap();

    // Placed after the approval, it stops the execution; when its last day has passed, it is over by itself.
    let hold = [
        ("hold_kind", "hold-law"),
        ("hold_norm", "Article 5"),
        ("hold_from", "2026-11-20"),
        ("hold_until", "2026-11-25"),
        ("hold_reason", "Books"),
        ("hold_cards", record.as_str()),
    ];
    world.act(SO, ("holds", "place", None), &hold).await.unwrap();
    let execute = ("destructions", "execute", Some(case.as_str()));
    let done = [("executed_at", "2026-11-24T02:00:00Z"), ("executors", "Trần Thử")];
    assert_eq!(world.refused(SO, execute, &done).await, ["refusal-record-held"]);
    assert!(matches!(world.card(&record).await.personal, Personal::Closed));
    world.now = "2026-11-26T06:00:00Z".parse().unwrap();
    world.office.expire(world.now).await.unwrap();
    world.act(SO, execute, &done).await.unwrap();
    assert!(matches!(world.card(&record).await.personal, Personal::Destroyed(_)));
    assert_eq!(
        world.refused(SO, ("holds", "place", None), &hold).await,
        ["refusal-hold-destroyed"]
    );
}

#[tokio::test]
async fn a_hold_says_what_it_stands_on_and_its_days_are_sound() {
    let world = World::new(Country::Vn).await;
    let record = world.consent(&world.activity(&["consent"]).await).await;
    let hold = |from: &'static str, until: &'static str, card: &'static str| {
        vec![
            ("hold_kind", "hold-law"),
            ("hold_norm", "Article 5"),
            ("hold_reason", "Books"),
            ("hold_from", from),
            ("hold_until", until),
            ("hold_cards", card),
        ]
    };
    let place = ("holds", "place", None);
    assert_eq!(
        world.refused(SO, place, &hold("2026-11-24", "", "")).await,
        ["refusal-hold-what"]
    );
    let record: &'static str = record.leak();
    for (from, until, refused) in [
        ("2026-11-25", "", "refusal-future"),
        ("2026-11-20", "2026-11-23", "refusal-past"),
    ] {
        assert_eq!(world.refused(SO, place, &hold(from, until, record)).await, [refused]);
    }
    let placed = world
        .act(SO, place, &hold("2026-11-20", "2026-12-01", record))
        .await
        .unwrap()
        .card;
    let early = [("hold_ended_on", "2026-11-19"), ("hold_end_reason", "x")];
    assert_eq!(
        world
            .refused(Role::Head, ("holds", "lift", Some(&placed)), &early)
            .await,
        ["refusal-before-start"]
    );
    world
        .act(
            SO,
            ("holds", "prolong", Some(&placed)),
            &[("hold_until", "2027-03-01"), ("hold_norm", "Article 6")],
        )
        .await
        .unwrap();
    assert_eq!(world.card(&placed).await.text("hold_until"), "2027-03-01");
}
