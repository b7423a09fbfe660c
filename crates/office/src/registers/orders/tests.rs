//! Journey 2, and what an order approves.

use tutela_law::Country;

use crate::kernel::rights::Role;
use crate::world::World;

const PO: Role = Role::ProtectionOfficer;

fn appointment<'a>() -> Vec<(&'a str, &'a str)> {
    vec![
        ("order_kind", "appointment"),
        ("order_subject", "On the appointment of Lê Thị Thử"),
        ("office", "organisation"),
        ("appointee_name", "Lê Thị Thử"),
        ("appointee_post", "Head of the secretariat"),
        ("office_from", "2026-11-24"),
        ("office_to", "2027-11-24"),
    ]
}

async fn designation(country: Country) {
    let mut world = World::new(country).await;
    let draft = ("orders", "draft", None);
    let bare = [("order_kind", "appointment"), ("order_subject", "On an appointment")];
    assert_eq!(world.refused(PO, draft, &bare).await, ["refusal-appointment"; 4]);
    let mut backwards = appointment();
    backwards[6] = ("office_to", "2026-11-24");
    assert_eq!(world.refused(PO, draft, &backwards).await, ["refusal-before-start"]);
    let order = world.act(PO, draft, &appointment()).await.unwrap().card;

    // Only the head signs, and nothing that lies in the future.
    let sign = ("orders", "sign", Some(order.as_str()));
    let mut signed = vec![
        ("order_number", "7-QĐ"),
        ("order_date", "2026-11-25"),
        ("signatory_post", "Head"),
        ("signatory_name", "Vũ Văn Thử"),
    ];
    assert_eq!(world.refused(PO, sign, &signed).await, ["refusal-right"]);
    assert_eq!(world.refused(Role::Head, sign, &signed).await, ["refusal-future"]);
    let enter = ("orders", "enter", Some(order.as_str()));
    assert_eq!(
        world.refused(PO, enter, &[("in_force_from", "2026-11-24")]).await,
        ["refusal-state"]
    );
    signed[1] = ("order_date", "2026-11-24");
    world.act(Role::Head, sign, &signed).await.unwrap();
    assert_eq!(
        world.refused(PO, enter, &[("in_force_from", "2026-11-23")]).await,
        ["refusal-before-order"]
    );
    world.act(PO, enter, &[("in_force_from", "2026-11-24")]).await.unwrap();

    // Two letters are filled from it.
    let paper = (order.as_str(), "order-appointment");
    let html = world.paper(PO, paper, "control").await;
    assert!(html.contains("Lê Thị Thử"), "{html}");
    assert!(html.contains("7-QĐ"), "{html}");
    // Only Viet Nam knows the letter to the authority and the province.
    if country == Country::Vn {
        let paper = (order.as_str(), "designation-letter");
        let html = world.paper(PO, paper, "control").await;
        assert!(html.contains("Lê Thị Thử"), "{html}");
        assert!(html.contains("7-QĐ"), "{html}");
        assert!(html.contains("Head of the secretariat"), "{html}");
    }

    // The period of office ends with its last day.
    world.now = "2027-11-24T10:00:00Z".parse().unwrap();
    assert_eq!(world.office.expire(world.now).await.unwrap(), 0);
    world.now = "2027-11-25T10:00:00Z".parse().unwrap();
    assert_eq!(world.office.expire(world.now).await.unwrap(), 1);
    assert_eq!(world.card(&order).await.state, "expired");
}

#[tokio::test]
async fn designation_in_viet_nam() {
    designation(Country::Vn).await;
}

#[tokio::test]
async fn designation_in_russia() {
    designation(Country::Ru).await;
}

#[tokio::test]
async fn designation_in_china() {
    designation(Country::Cn).await;
}

#[tokio::test]
async fn an_order_approves_what_its_kind_allows() {
    let world = World::new(Country::Ru).await;
    let activity = world.activity(&["public-task"]).await;
    let draft = ("orders", "draft", None);
    let wrong = [
        ("order_kind", "admission-list"),
        ("order_subject", "On the list"),
        ("approves", activity.as_str()),
    ];
    assert_eq!(world.refused(PO, draft, &wrong).await, ["refusal-order-kind"]);
    let empty = [("order_kind", "processing-list"), ("order_subject", "On the list")];
    assert_eq!(world.refused(PO, draft, &empty).await, ["refusal-order-empty"]);
    // What is approved already cannot be approved again: the whole order is refused, and nothing of it is done.
    let again = [
        ("order_kind", "processing-list"),
        ("order_subject", "On the list"),
        ("approves", activity.as_str()),
    ];
    let order = world.act(PO, draft, &again).await.unwrap().card;
    world.signed(&order, "15").await;
    let enter = ("orders", "enter", Some(order.as_str()));
    let refused = world.refused(PO, enter, &[("in_force_from", "2026-11-20")]).await;
    assert_eq!(refused, ["refusal-of-card", "refusal-state"]);
    assert_eq!(world.card(&order).await.state, "signed");
    assert_eq!(world.card(&activity).await.text("order_number"), "12");
}

#[tokio::test]
async fn a_new_order_replaces_the_old_one() {
    let world = World::new(Country::Vn).await;
    let first = world
        .act(PO, ("orders", "draft", None), &appointment())
        .await
        .unwrap()
        .card;
    let mut second = appointment();
    second.push(("replaces", &first));
    assert_eq!(
        world.refused(PO, ("orders", "draft", None), &second).await,
        ["refusal-not-in-force"]
    );
    world.in_force(&first, "7").await;
    let second = world.act(PO, ("orders", "draft", None), &second).await.unwrap().card;
    world.in_force(&second, "8").await;
    let old = world.card(&first).await;
    assert_eq!(
        (old.state.as_str(), old.text("replaced_by")),
        ("replaced", second.as_str())
    );
    assert_eq!(world.card(&second).await.state, "in-force");
}

#[tokio::test]
async fn a_designation_is_reported_where_the_law_of_the_day_wants_it() {
    for (now, day, wanted) in [
        ("2025-12-30T02:00:00Z", "2025-12-30", 2),
        ("2026-01-05T02:00:00Z", "2026-01-05", 0),
    ] {
        let mut world = World::new(Country::Vn).await;
        world.now = now.parse().unwrap();
        let mut given = appointment();
        given[5] = ("office_from", day);
        let order = world.act(PO, ("orders", "draft", None), &given).await.unwrap().card;
        let signed = [
            ("order_number", "7-QĐ"),
            ("order_date", day),
            ("signatory_post", "Head"),
            ("signatory_name", "Vũ Văn Thử"),
        ];
        world
            .act(Role::Head, ("orders", "sign", Some(&order)), &signed)
            .await
            .unwrap();
        world
            .act(PO, ("orders", "enter", Some(&order)), &[("in_force_from", day)])
            .await
            .unwrap();
        let register = world.office.register("filings").unwrap();
        let page = world.office.page(&world.actor(Role::Head), register, None, None).await;
        let cards = page.unwrap().cards;
        assert_eq!(cards.len(), wanted, "{day}");
        for filing in &cards {
            assert_eq!(
                (filing.card.text("filing_kind"), filing.card.text("filing_about")),
                ("designation-letter", order.as_str())
            );
        }
        assert_eq!(
            cards
                .iter()
                .filter(|f| f.card.text("filing_through") == "Công an tỉnh")
                .count(),
            wanted / 2,
            "one of them through the police"
        );
    }
}

/// An order of a kind that waits for its number.
async fn drafted(world: &World, kind: &str) -> String {
    let given = [("order_kind", kind), ("order_subject", "On the order of work")];
    world.act(PO, ("orders", "draft", None), &given).await.unwrap().card
}

fn numbered<'a>(number: &'a str, date: &'a str) -> [(&'a str, &'a str); 4] {
    [
        ("order_number", number),
        ("order_date", date),
        ("signatory_post", "Head"),
        ("signatory_name", "Vũ Văn Thử"),
    ]
}

#[tokio::test]
async fn a_number_is_given_once_in_a_series_and_a_year() {
    let world = World::new(Country::Vn).await;
    let (first, second) = (drafted(&world, "other-order").await, drafted(&world, "room-list").await);
    let sign = async |card: &str, number: &str, date: &str| {
        let sign = ("orders", "sign", Some(card));
        world.act(Role::Head, sign, &numbered(number, date)).await
    };
    sign(&first, "№ 12/QĐ", "2026-11-20").await.unwrap();
    // However it is typed, and whatever the order is about.
    let error = sign(&second, "12 / qđ", "2026-11-24").await.unwrap_err();
    let crate::error::Error::Refused(refusal) = error else {
        panic!("{error}")
    };
    assert_eq!(
        (refusal.key, refusal.field.as_deref()),
        ("refusal-number-used", Some("order_number"))
    );
    let args: Vec<_> = refusal.args.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let number = world.card(&first).await.number;
    assert_eq!(args, [("number", number.as_str()), ("day", "2026-11-20")]);
    assert_eq!(world.card(&second).await.state, "draft");
    // A suffix makes another series, a regulation is another kind of paper, and a year begins anew.
    sign(&second, "12/QĐ-NS", "2026-11-24").await.unwrap();
    let regulation = drafted(&world, "regulation").await;
    sign(&regulation, "12/QĐ", "2026-11-24").await.unwrap();
    let older = drafted(&world, "other-order").await;
    sign(&older, "12/QĐ", "2025-11-24").await.unwrap();
}

#[tokio::test]
async fn numbers_given_before_they_were_watched_count_too() {
    let world = World::new(Country::Ru).await;
    let sign = async |number: &str| {
        let card = drafted(&world, "other-order").await;
        let sign = ("orders", "sign", Some(card.as_str()));
        world.act(Role::Head, sign, &numbered(number, "2026-11-24")).await
    };
    sign("1").await.unwrap();
    sign("2").await.unwrap();
    // As a database of an older version is: the cards have numbers, and nothing is claimed.
    let mut tx = world.office.db.write().await.unwrap();
    for sql in [
        "DELETE FROM claimed",
        "DELETE FROM counter WHERE name LIKE 'numbered/%'",
        // Two papers may have the same number from that time.
        "UPDATE card SET data = REPLACE(data, '\"order_number\":\"2\"', '\"order_number\":\"1\"')",
    ] {
        sqlx::query(sql).execute(&mut *tx).await.unwrap();
    }
    tx.commit().await.unwrap();
    for number in ["1", "1"] {
        let error = sign(number).await.unwrap_err();
        assert!(matches!(error, crate::error::Error::Refused(r) if r.key == "refusal-number-used"));
    }
    sign("2").await.unwrap();
}
