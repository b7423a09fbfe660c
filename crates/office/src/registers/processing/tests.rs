use tutela_law::Country;

use crate::kernel::rights::Role;
use crate::world::World;

const PO: Role = Role::ProtectionOfficer;

fn described<'a>() -> Vec<(&'a str, &'a str)> {
    vec![
        ("title", "Health reports"),
        ("purpose", "Keeping the epidemic in check"),
        ("norm", "Article 1"),
        ("bases", "public-task"),
        ("subject_categories", "citizens"),
        ("data_categories", "identity"),
        ("data_categories", "health"),
        ("systems", "Cabinet 3"),
        ("keep_from", "purpose-reached"),
        ("keep_length", "0"),
        ("keep_unit", "days"),
        ("started_on", "2026-01-12"),
    ]
}

#[tokio::test]
async fn a_change_waits_for_the_order() {
    let world = World::new(Country::Ru).await;
    let id = world
        .act(PO, ("processing", "draft", None), &described())
        .await
        .unwrap()
        .card;
    let order = [
        ("order_kind", "processing-list"),
        ("order_subject", "On the list of personal data"),
        ("approves", id.as_str()),
    ];
    let first = world.act(PO, ("orders", "draft", None), &order).await.unwrap().card;
    world.in_force(&first, "3").await;
    assert_eq!(world.card(&id).await.text("order_number"), "3");

    let mut change = described();
    change[0] = ("title", "Health reports, second wave");
    change.retain(|(field, _)| *field != "systems");
    world
        .act(PO, ("processing", "change", Some(&id)), &change)
        .await
        .unwrap();
    let card = world.card(&id).await;
    assert_eq!(
        (card.state.as_str(), card.text("title"), card.text("systems")),
        ("changing", "Health reports", "Cabinet 3")
    );
    assert_eq!(card.data["proposal"]["title"], "Health reports, second wave");

    let second = world.act(PO, ("orders", "draft", None), &order).await.unwrap().card;
    world.in_force(&second, "4").await;
    let card = world.card(&id).await;
    assert_eq!(
        (card.state.as_str(), card.text("title")),
        ("approved", "Health reports, second wave")
    );
    assert_eq!(
        (card.text("order_number"), card.text("systems")),
        ("4", ""),
        "what was emptied is empty"
    );
    assert!(!card.data.contains_key("proposal"));
    let paper = (second.as_str(), "order-processing-list");
    let html = world.paper(PO, paper, "control").await;
    assert!(html.contains("Keeping the epidemic in check"), "{html}");
    assert!(html.contains("152-ФЗ 6(1)(4)"), "{html}");
}

#[tokio::test]
async fn norms_and_sensitivity_come_from_the_law_in_force() {
    let cases = [
        (
            Country::Vn,
            "L91 19.1(c)",
            "Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15; Nghị định 356/2025/NĐ-CP",
        ),
        (Country::Ru, "152-ФЗ 6(1)(4)", ""),
        (Country::Cn, "PIPL 13(1)(3)", ""),
    ];
    for (country, norm, title) in cases {
        let world = World::new(country).await;
        let id = world
            .act(PO, ("processing", "draft", None), &described())
            .await
            .unwrap()
            .card;
        let card = world.card(&id).await;
        assert_eq!(card.cards("basis_norms"), [norm]);
        assert_eq!(card.cards("sensitive_categories"), ["health"]);
        assert!(!card.text("law_pack").is_empty() && (title.is_empty() || card.text("law_pack") == title));
    }
    // The older Vietnamese regime, on its own days.
    let mut world = World::new(Country::Vn).await;
    world.now = "2025-12-30T02:00:00Z".parse().unwrap();
    let mut given = described();
    given[11] = ("started_on", "2025-01-12");
    let id = world.act(PO, ("processing", "draft", None), &given).await.unwrap().card;
    assert_eq!(world.card(&id).await.cards("basis_norms"), ["D13 17.5"]);
}

#[tokio::test]
async fn the_storage_rule_gives_a_date_when_the_purpose_is_reached() {
    let world = World::new(Country::Ru).await;
    let mut given = described();
    given[8] = ("keep_from", "contract-ended");
    given[9] = ("keep_length", "75");
    given[10] = ("keep_unit", "years");
    let id = world.act(PO, ("processing", "draft", None), &given).await.unwrap().card;
    let end = ("processing", "end", Some(id.as_str()));
    let at = ("ended_at", "2026-11-24T04:00");
    assert_eq!(world.refused(PO, end, &[at]).await, ["refusal-keep-event"]);
    world
        .act(PO, end, &[at, ("keep_event_on", "2028-02-29")])
        .await
        .unwrap();
    assert_eq!(world.card(&id).await.text("kept_until"), "2103-02-28");
    let case = world.newest("destructions").await;
    assert_eq!(world.card(&case).await.text("kept_until"), "2103-02-28");
    let zero = described();
    let mut zero: Vec<_> = zero.into_iter().collect();
    zero[8] = ("keep_from", "contract-ended");
    assert_eq!(
        world.refused(PO, ("processing", "draft", None), &zero).await,
        ["refusal-keep-zero"]
    );
}
