//! Papers of violations and of what is sent about them: the form of the law that counts, what is not known, what changed.

use tutela_law::Country;

use super::{PO, filings, violation};
use crate::error::Error;
use crate::kernel::rights::Role;
use crate::papers::{Format, Wanted};
use crate::world::World;

/// What refuses a paper.
async fn refused(world: &World, card: &str, form: &str) -> &'static str {
    let wanted = Wanted {
        card,
        form,
        locale: tutela_words::Locale::Vi,
        purpose: "violation",
        format: Format::Html,
    };
    match world.office.paper(world.account(PO), world.now, &wanted).await {
        Err(Error::Refused(refusal)) => refusal.key,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_notice_is_filled_from_the_case_and_says_what_is_not_known() {
    let mut world = World::new(Country::Vn).await;
    let case = violation(&world, "2026-11-23T09:15", &[("occurred_at", "2026-11-22T18:40")]).await;
    let known = [
        ("may_harm", "harm-likely"),
        ("violation_place", "Phòng 204"),
        ("data_categories", "health"),
        ("subjects_number", "412"),
    ];
    world
        .act(PO, ("violations", "describe", Some(&case)), &known)
        .await
        .unwrap();
    let filing = filings(&world, &case).await[0].id.clone();
    let html = world.paper(PO, (&filing, "breach-notice"), "violation").await;
    for there in [
        "Form No. 08",
        "356/2025",
        "Phòng 204",
        "412",
        "2026-11-22 18:40",
        "A table of patients",
    ] {
        assert!(html.contains(there), "{there}");
    }
    assert!(!html.contains("DRILL") && !html.contains("Supplement"));
    // Consequences are not known yet: the paper names the gap.
    assert!(html.contains("consequences"), "{html}");
    // Another paper is not for this filing, and the law of its day has no other form.
    assert_eq!(refused(&world, &filing, "subjects-notice").await, "refusal-no-form");

    let sent = [("filing_sent_at", "2026-11-24T08:30"), ("filing_way", "way-portal")];
    world.act(PO, ("filings", "send", Some(&filing)), &sent).await.unwrap();
    world.now = "2026-11-25T02:00:00Z".parse().unwrap();
    let more = [
        ("may_harm", "harm-likely"),
        ("subjects_number", "430"),
        ("violation_effects", "Twelve persons saw it"),
    ];
    world
        .act(PO, ("violations", "describe", Some(&case)), &more)
        .await
        .unwrap();
    let change = [
        ("filing_sent_at", "2026-11-25T08:30"),
        ("filing_way", "way-portal"),
        ("filing_changes", "The number is now certain"),
    ];
    world
        .act(PO, ("filings", "supplement", Some(&filing)), &change)
        .await
        .unwrap();
    let html = world.paper(PO, (&filing, "breach-notice"), "violation").await;
    for there in [
        "Supplement No.",
        "The number is now certain",
        "Number of subjects",
        "Consequences and damage",
    ] {
        assert!(html.contains(there), "{there}");
    }
    let parts = html.split("Items that differ").nth(1).unwrap();
    assert!(
        !parts.split("</p>").next().unwrap().contains("Where it happened"),
        "what did not change is not named"
    );
}

#[tokio::test]
async fn a_form_is_that_of_the_law_that_counts_not_of_the_day_of_printing() {
    let mut world = World::new(Country::Vn).await;
    world.now = "2026-01-02T02:00:00Z".parse().unwrap();
    let case = violation(&world, "2026-01-01T08:00", &[("occurred_at", "2025-12-31T20:00")]).await;
    let all = filings(&world, &case).await;
    let by = |rule: &str| all.iter().find(|f| f.text("filing_rule") == rule).unwrap().id.clone();
    let html = world
        .paper(PO, (&by("vn-a-breach"), "breach-notice"), "violation")
        .await;
    assert!(html.contains("Form No. 03") && html.contains("13/2023") && !html.contains("Form No. 08"));
    let html = world
        .paper(PO, (&by("vn-b-breach"), "breach-notice"), "violation")
        .await;
    assert!(html.contains("Form No. 08") && !html.contains("Form No. 03"));
}

#[tokio::test]
async fn every_paper_of_a_drill_says_so() {
    let world = World::new(Country::Cn).await;
    let given = [("drill", "1"), ("incident_grade", "grade-larger")];
    let case = violation(&world, "2026-11-24T09:20", &given).await;
    for filing in filings(&world, &case).await {
        let form = filing.text("filing_kind").to_owned();
        let html = world.paper(PO, (&filing.id, &form), "violation").await;
        assert!(html.contains("DRILL"), "{form}");
    }
    for form in ["violation-record", "violation-closing"] {
        let html = world.paper(Role::ProtectionOfficer, (&case, form), "violation").await;
        assert!(html.contains("DRILL"), "{form}");
    }
}

#[tokio::test]
async fn the_result_of_an_inquiry_names_the_number_of_the_first_notice() {
    let world = World::new(Country::Ru).await;
    let case = violation(&world, "2026-11-23T12:00", &[]).await;
    let all = filings(&world, &case).await;
    let sent = [("filing_sent_at", "2026-11-24T04:00"), ("filing_way", "way-portal")];
    world
        .act(PO, ("filings", "send", Some(&all[0].id)), &sent)
        .await
        .unwrap();
    let got = [
        ("filing_received_at", "2026-11-24T04:05"),
        ("filing_received_number", "Н-7741 / k3"),
    ];
    world
        .act(PO, ("filings", "receive", Some(&all[0].id)), &got)
        .await
        .unwrap();
    let html = world.paper(PO, (&all[1].id, "breach-result"), "violation").await;
    assert!(html.contains("Н-7741 / k3"));
    let html = world.paper(PO, (&case, "violation-closing"), "violation").await;
    assert!(html.contains("Роскомнадзор") && html.contains("Н-7741 / k3"));
}
