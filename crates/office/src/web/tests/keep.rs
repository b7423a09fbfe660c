//! What is due for destruction, as a browser sees it.

use axum::http::StatusCode;
use tutela_law::Country;

use super::Pages;
use crate::kernel::rights::Role;
use crate::world::World;

#[tokio::test]
async fn the_monthly_list_shows_what_is_over_held_and_in_a_case() {
    let world = World::new(Country::Vn).await;
    let given = [
        ("title", "Old letters"),
        ("purpose", "Answering letters"),
        ("norm", "Article 1"),
        ("bases", "consent"),
        ("subject_categories", "citizens"),
        ("data_categories", "identity"),
        ("systems", "Mail store"),
        ("keep_from", "document-made"),
        ("keep_length", "1"),
        ("keep_unit", "months"),
        ("started_on", "2026-01-12"),
    ];
    let po = Role::ProtectionOfficer;
    let activity = world.act(po, ("processing", "draft", None), &given).await.unwrap().card;
    let order = [("order_number", "12"), ("order_date", "2026-01-12")];
    world
        .act(Role::Head, ("processing", "approve", Some(&activity)), &order)
        .await
        .unwrap();
    world.consent(&activity).await;
    let held = world.activity(&["consent"]).await;
    let hold = [
        ("hold_kind", "hold-law"),
        ("hold_norm", "Article 77"),
        ("hold_from", "2026-11-24"),
        ("hold_reason", "A secret matter"),
        ("hold_activities", held.as_str()),
    ];
    let so = Role::SecurityOfficer;
    world.act(so, ("holds", "place", None), &hold).await.unwrap();
    let pages = Pages::of(world);

    let reader = pages.browser(Role::Inspector).await;
    let page = pages.get(Some(&reader), "/due-for-destruction").await;
    assert_eq!(page.status, StatusCode::OK);
    for said in ["Old letters", "Article 77", "until lifted", "Trần Thử"] {
        assert!(page.text.contains(said), "{said}: {}", page.text);
    }
    assert!(!page.text.contains("A secret matter") && !page.text.contains("Look now"));
    let refused = pages.post(&reader, "/due-for-destruction", &[]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);

    let keeper = pages.browser(so).await;
    let done = pages.post(&keeper, "/due-for-destruction", &[]).await;
    assert!(done.text.contains("Records put into cases: 1"), "{}", done.text);
    assert!(done.text.contains("1 / 1"), "its one place is open: {}", done.text);
    let again = pages.post(&keeper, "/due-for-destruction", &[]).await;
    assert!(again.text.contains("Records put into cases: 0"), "{}", again.text);

    // The case shows its lines, and the list of cases leads to the month.
    let list = pages.get(Some(&keeper), "/registers/destructions").await;
    assert!(list.text.contains("/due-for-destruction"));
    let is_card = |part: &&str| part.len() > 36 && part.bytes().take(36).all(|b| b.is_ascii_hexdigit() || b == b'-');
    let case = list.text.split("/registers/destructions/").find(is_card);
    let path = format!("/registers/destructions/{}", case.unwrap().get(..36).unwrap());
    let card = pages.get(Some(&keeper), &path).await;
    assert!(card.text.contains("Mail store") && card.text.contains("/registers/destruction-lines/"));

    for (month, status) in [
        ("2026-10", StatusCode::OK),
        ("2026-13", StatusCode::UNPROCESSABLE_ENTITY),
        ("x", StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let page = pages
            .get(Some(&reader), &format!("/due-for-destruction?month={month}"))
            .await;
        assert_eq!(page.status, status, "{month}");
    }
}
