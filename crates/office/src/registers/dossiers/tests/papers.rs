//! Papers of dossiers, on the forms of the law of the day.

use serde_json::json;
use tutela_law::Country;
use tutela_words::Locale;

use super::{PO, activity, answer, answer_all, approved, dossier, sent, world_of};
use crate::error::Error;
use crate::papers::{Format, Wanted};

#[tokio::test]
async fn notices_and_reports_stand_on_the_form_of_the_day() {
    for (now, started, notice, report, none) in [
        (
            "2025-12-01T02:00:00Z",
            "2025-11-20",
            "Mẫu số 04 (NĐ 13/2023/NĐ-CP)",
            "D13 24.1(c)",
            "NĐ 356/2025",
        ),
        (
            "2026-01-12T02:00:00Z",
            "2026-01-05",
            "Mẫu số 02a, Mẫu số 10 (NĐ 356/2025/NĐ-CP)",
            "Mẫu 10 A.III.2.1",
            "NĐ 13/2023",
        ),
    ] {
        let mut world = world_of(Country::Vn, "hospital").await;
        world.now = now.parse().unwrap();
        activity(&world, &[("started_on", started)]).await;
        let id = dossier(&world, "dossier-impact").await;
        let html = world.paper(PO, (&id, "dossier-notice"), "control").await;
        assert!(html.contains(notice) && !html.contains(none), "{html}");
        assert!(html.contains("to be compared"), "the wording is not called official");
        answer(&world, &id, &json!({ "mitigation": "Mã hóa <toàn bộ>" })).await;
        let html = world.paper(PO, (&id, "dossier-report"), "control").await;
        assert!(html.contains(report) && html.contains("Treating patients"), "{html}");
        assert!(html.contains("Mã hóa &lt;toàn bộ&gt;"), "an answer is data");
        approved(&world, &id).await;
        let html = world.paper(PO, (&id, "dossier-report"), "control").await;
        assert!(html.contains("Nothing to add"), "the opinion of the officer");
    }
}

#[tokio::test]
async fn a_change_is_told_on_its_own_form() {
    let mut world = world_of(Country::Vn, "hospital").await;
    world.now = "2026-02-02T02:00:00Z".parse().unwrap();
    activity(&world, &[("started_on", "2026-01-05")]).await;
    let id = dossier(&world, "dossier-impact").await;
    approved(&world, &id).await;
    world.act(PO, ("dossiers", "file", Some(&id)), &[]).await.unwrap();
    sent(&world, &id).await;
    let event = [("body_events", "service-provider"), ("changed_on", "2026-02-02")];
    world
        .act(PO, ("dossiers", "report-change", Some(&id)), &event)
        .await
        .unwrap();
    let html = world.paper(PO, (&id, "dossier-change"), "control").await;
    assert!(html.contains("Mẫu số 03a (NĐ 356/2025/NĐ-CP)"), "{html}");
    assert!(
        html.contains("change of the data-protection service provider"),
        "{html}"
    );
    // The act of harm is no form of this country.
    let wanted = Wanted {
        card: &id,
        form: "harm-act",
        locale: Locale::En,
        purpose: "control",
        format: Format::Html,
    };
    match world.office.paper(world.account(PO), world.now, &wanted).await {
        Err(Error::Refused(r)) => assert_eq!(r.key, "refusal-no-form"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_act_of_harm_names_its_level() {
    let world = world_of(Country::Ru, "hospital").await;
    activity(&world, &[]).await;
    let id = dossier(&world, "dossier-harm").await;
    answer_all(&world, &id).await;
    answer(&world, &id, &json!({ "harm-level": "middle" })).await;
    let html = world.paper(PO, (&id, "harm-act"), "control").await;
    assert!(
        html.contains("<strong>middle</strong>") || html.contains("<b>middle</b>"),
        "{html}"
    );
    assert!(html.contains("What is said of assessors"), "{html}");
}
