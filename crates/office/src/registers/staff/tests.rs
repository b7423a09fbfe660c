//! Journeys 4 and 5: an employee is admitted, and leaves.

use tutela_law::Country;

use crate::error::Error;
use crate::kernel::rights::Role;
use crate::world::World;

const PO: Role = Role::ProtectionOfficer;

/// A post that is on the list, and a candidate for it who is on the list too.
async fn listed(world: &World) -> (String, String) {
    let activity = world.activity(&["public-task"]).await;
    let post = [
        ("title", "Clerk of the reception"),
        ("allowed_processing", &activity),
        ("allowed_rooms", "Room 12"),
    ];
    let post = world.act(PO, ("posts", "propose", None), &post).await.unwrap().card;
    let person = [
        ("employee_name", "Phạm Thị Thử"),
        ("employee_document", "079188000777"),
        ("post", &post),
        ("unit", "Reception"),
    ];
    let person = world.act(PO, ("staff", "propose", None), &person).await.unwrap().card;
    let order = [
        ("order_kind", "admission-list"),
        ("order_subject", "On the list of posts and persons"),
        ("approves", &post),
        ("approves", &person),
    ];
    let order = world.act(PO, ("orders", "draft", None), &order).await.unwrap().card;
    world.in_force(&order, "14").await;
    (post, person)
}

async fn ready(world: &World, person: &str) {
    let sign = [("obligation_signed_on", "2026-11-20"), ("obligation_way", "paper")];
    world.act(PO, ("staff", "sign", Some(person)), &sign).await.unwrap();
    let read = [
        ("acquainted_with", "Rules of processing"),
        ("acquainted_version", "2"),
        ("acquainted_on", "2026-11-20"),
    ];
    world.act(PO, ("staff", "acquaint", Some(person)), &read).await.unwrap();
    let train = [
        ("course", "Basics"),
        ("trained_on", "2026-11-21"),
        ("training_until", "2027-11-21"),
    ];
    world.act(PO, ("staff", "train", Some(person)), &train).await.unwrap();
}

async fn admission(country: Country) {
    let world = World::new(country).await;
    let (post, person) = listed(&world).await;
    let card = world.card(&post).await;
    assert_eq!((card.state.as_str(), card.text("order_number")), ("post-listed", "14"));
    let admit = ("staff", "admit", Some(person.as_str()));
    let today = [("admitted_on", "2026-11-24")];
    let refused = world.refused(PO, admit, &today).await;
    assert_eq!(
        refused,
        ["refusal-no-obligation", "refusal-not-acquainted", "refusal-not-trained"]
    );
    ready(&world, &person).await;
    world.act(PO, admit, &today).await.unwrap();
    let card = world.card(&person).await;
    assert_eq!(
        (card.state.as_str(), card.text("order_number"), card.text("order_date")),
        ("admitted", "14", "2026-11-20")
    );
    // The name lies in the vault, and is found without opening it.
    assert!(card.value("employee_name").is_none());
    assert_eq!(
        world
            .office
            .search(&world.actor(Role::Officer), "079188000777")
            .await
            .unwrap()[0]
            .card
            .id,
        person
    );
    let sheet = ("acquaintance-sheet", "control");
    let html = world.paper(PO, (&person, sheet.0), sheet.1).await;
    assert!(html.contains("Phạm Thị Thử"), "{html}");
    assert!(html.contains("Clerk of the reception, Reception"), "{html}");
    assert!(html.contains("Rules of processing"), "{html}");
    // The annex of the order names whoever is admitted.
    let order = world.newest("orders").await;
    let html = world.paper(PO, (&order, "order-admission"), "control").await;
    assert!(html.contains("Phạm Thị Thử"), "{html}");
    assert!(html.contains("Clerk of the reception"), "{html}");
    assert!(html.contains("Room 12"), "{html}");
    assert!(html.contains("Receiving citizens"), "{html}");
}

#[tokio::test]
async fn admission_in_viet_nam() {
    admission(Country::Vn).await;
}

#[tokio::test]
async fn admission_in_russia() {
    admission(Country::Ru).await;
}

#[tokio::test]
async fn admission_in_china() {
    admission(Country::Cn).await;
}

#[tokio::test]
async fn what_is_missing_is_told_with_its_norm() {
    let world = World::new(Country::Ru).await;
    let activity = world.activity(&["public-task"]).await;
    let post = [("title", "Clerk"), ("allowed_processing", activity.as_str())];
    let post = world.act(PO, ("posts", "propose", None), &post).await.unwrap().card;
    let person = [("employee_name", "Иванов Тест"), ("post", post.as_str())];
    let person = world.act(PO, ("staff", "propose", None), &person).await.unwrap().card;
    let refused = world
        .act(PO, ("staff", "admit", Some(&person)), &[("admitted_on", "2026-11-24")])
        .await;
    let Err(Error::Refused(refusal)) = refused else {
        panic!("admitted")
    };
    let told: Vec<_> = refusal.each().into_iter().map(|r| (r.key, r.norm.as_deref())).collect();
    let list = Some("ПП РФ № 211, 1(б)");
    assert_eq!(
        told,
        [
            ("refusal-post-not-listed", list),
            ("refusal-no-order", list),
            ("refusal-no-obligation", list),
            ("refusal-not-acquainted", Some("152-ФЗ 18.1(1); ПП РФ № 211, 1(е)")),
            ("refusal-not-trained", Some("ПП РФ № 211, 1(е)")),
        ]
    );
}

#[tokio::test]
async fn training_that_is_over_suspends() {
    let mut world = World::new(Country::Vn).await;
    let (_, person) = listed(&world).await;
    ready(&world, &person).await;
    world
        .act(PO, ("staff", "admit", Some(&person)), &[("admitted_on", "2026-11-24")])
        .await
        .unwrap();
    // The last day, until its end.
    world.now = "2027-11-21T16:59:00Z".parse().unwrap();
    assert_eq!(world.office.expire(world.now).await.unwrap(), 0);
    world.now = "2027-11-21T17:00:00Z".parse().unwrap();
    assert_eq!(world.office.expire(world.now).await.unwrap(), 1);
    let card = world.card(&person).await;
    assert_eq!(
        (card.state.as_str(), card.text("suspended_because")),
        ("suspended", "training-over")
    );
    let resume = ("staff", "resume", Some(person.as_str()));
    assert_eq!(world.refused(PO, resume, &[]).await, ["refusal-not-trained"]);
    let again = [("course", "Refresher"), ("trained_on", "2027-11-22")];
    world.act(PO, ("staff", "train", Some(&person)), &again).await.unwrap();
    world.act(PO, resume, &[]).await.unwrap();
    assert_eq!(world.card(&person).await.state, "admitted");
    // This training has no end: nothing is watched any more.
    world.now = "2030-01-01T00:00:00Z".parse().unwrap();
    assert_eq!(world.office.expire(world.now).await.unwrap(), 0);
}

#[tokio::test]
async fn a_mover_needs_a_new_order() {
    let world = World::new(Country::Ru).await;
    let (post, person) = listed(&world).await;
    ready(&world, &person).await;
    world
        .act(PO, ("staff", "admit", Some(&person)), &[("admitted_on", "2026-11-24")])
        .await
        .unwrap();
    let to = |post: &str| vec![("post".to_owned(), post.to_owned())];
    let moving = ("staff", "move", Some(person.as_str()));
    let same = to(&post);
    let same: Vec<_> = same.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    assert_eq!(world.refused(PO, moving, &same).await, ["refusal-same-post"]);
    let activity = world.activity(&["public-task"]).await;
    let other = [("title", "Archivist"), ("allowed_processing", activity.as_str())];
    let other = world.act(PO, ("posts", "propose", None), &other).await.unwrap().card;
    world.act(PO, moving, &[("post", &other)]).await.unwrap();
    assert_eq!(world.card(&person).await.state, "candidate");
    let admit = ("staff", "admit", Some(person.as_str()));
    let refused = world.refused(PO, admit, &[("admitted_on", "2026-11-24")]).await;
    assert_eq!(
        refused,
        ["refusal-post-not-listed", "refusal-no-order"],
        "what was signed and learnt stays"
    );
}

async fn leaving(country: Country) {
    let world = World::new(country).await;
    let (_, person) = listed(&world).await;
    ready(&world, &person).await;
    world
        .act(PO, ("staff", "admit", Some(&person)), &[("admitted_on", "2026-11-24")])
        .await
        .unwrap();
    let permit = [
        ("permit_kind", "take-out"),
        ("employee", person.as_str()),
        ("permit_for", "The file of letters"),
        ("permit_until", "2026-11-27"),
    ];
    let permit = world
        .act(Role::Officer, ("permits", "ask", None), &permit)
        .await
        .unwrap()
        .card;
    world
        .act(
            Role::Head,
            ("permits", "grant", Some(&permit)),
            &[("permit_until", "2026-11-26")],
        )
        .await
        .unwrap();
    assert_eq!(world.card(&person).await.cards("open_permits"), [permit.as_str()]);

    world
        .act(PO, ("staff", "leave", Some(&person)), &[("leaving_on", "2026-11-30")])
        .await
        .unwrap();
    // Whoever leaves gets nothing any more.
    let more = [
        ("permit_kind", "copy"),
        ("employee", person.as_str()),
        ("permit_for", "A list"),
        ("permit_until", "2026-11-27"),
    ];
    assert_eq!(
        world.refused(Role::Officer, ("permits", "ask", None), &more).await,
        ["refusal-not-admitted"]
    );
    let close = ("staff", "close", Some(person.as_str()));
    let today = [("left_on", "2026-11-24")];
    assert_eq!(
        world.refused(PO, close, &today).await,
        [
            "refusal-media-out",
            "refusal-papers-out",
            "refusal-accounts-open",
            "refusal-chats-open",
            "refusal-not-reminded",
            "refusal-permits-open",
        ]
    );
    let tick = ("staff", "check-off", Some(person.as_str()));
    assert_eq!(world.refused(PO, tick, &[]).await, ["refusal-nothing-ticked"]);
    world
        .act(PO, tick, &[("media_back", "1"), ("papers_back", "1")])
        .await
        .unwrap();
    // What was ticked is not ticked off by a form that leaves it out.
    world
        .act(PO, tick, &[("accounts_closed", "1"), ("chats_left", "1")])
        .await
        .unwrap();
    assert_eq!(
        world.refused(PO, close, &today).await,
        ["refusal-not-reminded", "refusal-permits-open"]
    );
    world.act(PO, tick, &[("obligation_reminded", "1")]).await.unwrap();
    world
        .act(
            PO,
            ("permits", "give-back", Some(&permit)),
            &[("returned_on", "2026-11-24")],
        )
        .await
        .unwrap();
    world.act(PO, close, &today).await.unwrap();
    assert_eq!(world.card(&person).await.state, "left");
    let paper = (person.as_str(), "leaver-checklist");
    let html = world.paper(PO, paper, "control").await;
    assert!(html.contains("Media given back"), "{html}");
    assert!(html.contains("Chat groups left"), "{html}");
}

#[tokio::test]
async fn leaving_in_viet_nam() {
    leaving(Country::Vn).await;
}

#[tokio::test]
async fn leaving_in_russia() {
    leaving(Country::Ru).await;
}

#[tokio::test]
async fn leaving_in_china() {
    leaving(Country::Cn).await;
}

/// Somebody who leaves today: everything is given back.
async fn left(world: &World, person: &str, given: &[(&str, &str)]) -> Vec<&'static str> {
    let leave = [("leaving_on", "2026-11-24")];
    world.act(PO, ("staff", "leave", Some(person)), &leave).await.unwrap();
    let all: Vec<_> = super::CHECKS.iter().map(|c| (*c, "1")).collect();
    world.act(PO, ("staff", "check-off", Some(person)), &all).await.unwrap();
    world.refused(PO, ("staff", "close", Some(person)), given).await
}

#[tokio::test]
async fn the_file_of_a_leaver_is_kept_by_a_rule_and_no_shorter_than_the_law_says() {
    let world = World::new(Country::Ru).await;
    let (_, person) = listed(&world).await;
    // Five years: the law says fifty.
    let short = world.activity(&["law-duty"]).await;
    let close = [("left_on", "2026-11-24"), ("processing", short.as_str())];
    assert_eq!(left(&world, &person, &close).await, ["refusal-kept-shorter"]);
    let without = [("left_on", "2026-11-24")];
    world
        .act(PO, ("staff", "close", Some(&person)), &without)
        .await
        .unwrap();
    let mut connection = world.office.db.read().acquire().await.unwrap();
    let clocks = crate::kernel::clock::Clock::of_card(&mut connection, &person)
        .await
        .unwrap();
    assert!(
        clocks.iter().any(|c| c.duty == "keep-personnel"),
        "the term of the law is on the card"
    );
    drop(connection);
    // Whoever left before gets a rule too, under the same condition.
    let keep = ("staff", "keep-for", Some(person.as_str()));
    assert_eq!(
        world.refused(PO, keep, &[("processing", &short)]).await,
        ["refusal-kept-shorter"]
    );
}

#[tokio::test]
async fn the_term_of_a_file_counts_from_the_day_of_leaving() {
    use sqlx::Row;
    let world = World::new(Country::Cn).await;
    let (_, person) = listed(&world).await;
    let rows = async || {
        let sql = "SELECT made FROM card_keep WHERE card = $1";
        let rows = sqlx::query(sql)
            .bind(&person)
            .fetch_all(world.office.db.read())
            .await
            .unwrap();
        rows.iter().map(|r| r.get::<String, _>("made")).collect::<Vec<_>>()
    };
    assert!(rows().await.is_empty(), "nobody who is there is kept by such a rule");
    let activity = world.activity(&["law-duty"]).await;
    let leave = [("leaving_on", "2026-11-24")];
    world.act(PO, ("staff", "leave", Some(&person)), &leave).await.unwrap();
    let all: Vec<_> = super::CHECKS.iter().map(|c| (*c, "1")).collect();
    world
        .act(PO, ("staff", "check-off", Some(&person)), &all)
        .await
        .unwrap();
    let close = [("left_on", "2026-11-23"), ("processing", activity.as_str())];
    world.act(PO, ("staff", "close", Some(&person)), &close).await.unwrap();
    assert_eq!(rows().await, ["2026-11-23"]);
}
