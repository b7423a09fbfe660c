//! A dossier on its way: prefilled, answered, approved, filed with two recipients, returned, supplemented, updated.

use serde_json::json;
use tutela_law::Country;

use super::{PO, activity, answer, answer_all, approved, dossier, filings, norm, opinion, sent, world_of};
use crate::kernel::card::Personal;
use crate::kernel::clock::State;
use crate::kernel::rights::Role;

#[tokio::test]
async fn what_the_card_says_is_not_typed_again_and_what_is_missing_is_named() {
    let world = world_of(Country::Vn, "hospital").await;
    activity(&world, &[]).await;
    let id = dossier(&world, "dossier-impact").await;
    let opened = world
        .office
        .open_card(&world.actor(PO), world.now, &id, "control")
        .await
        .unwrap();
    let answers = opened.value("answers").unwrap();
    assert_eq!(answers["purpose"]["text"], "Treating patients");
    assert_eq!(answers["controller"]["text"], "Sở Thử nghiệm");
    assert_eq!(answers["recipients"]["by"], "card");
    assert!(
        answers["data-types"]["text"].as_str().unwrap().contains('ứ'),
        "in words of the body's language"
    );
    assert!(
        !world.card(&id).await.data.contains_key("answers"),
        "answers lie in the vault"
    );

    let what = ("dossiers", "submit", Some(id.as_str()));
    assert_eq!(
        world.refused(PO, what, &[]).await,
        ["refusal-dossier-facts", "refusal-dossier-answers"]
    );
    // Half-filled answers are kept.
    answer(&world, &id, &json!({ "role": "Bên kiểm soát", "count": "1200" })).await;
    let card = world.card(&id).await;
    assert!(!card.cards("answers_missing").contains(&"role"));
    assert!(card.cards("answers_missing").contains(&"flow"));
    let said = card.text("answered").to_owned();
    // An answer that is no answer is refused with the question's name.
    for (given, key) in [
        (r#"{"count":"many"}"#, "refusal-number"),
        (r#"{"start-date":"soon"}"#, "refusal-date"),
        (r#"{"state-agency":"perhaps"}"#, "refusal-choice"),
        (r#"{"drop table":"1"}"#, "refusal-question"),
        (r#"{"role":5}"#, "refusal-answers"),
        ("[1]", "refusal-answers"),
        ("{", "refusal-answers"),
        ("{}", "refusal-answers"),
    ] {
        let refused = world
            .refused(PO, ("dossiers", "answer", Some(&id)), &[("answers", given)])
            .await;
        assert_eq!(refused, [key], "{given}");
    }
    let long = json!({ "role": "я".repeat(8_001) }).to_string();
    assert_eq!(
        world
            .refused(PO, ("dossiers", "answer", Some(&id)), &[("answers", &long)])
            .await,
        ["refusal-too-long"]
    );
    assert_eq!(world.card(&id).await.text("answered"), said, "nothing half-done");
    answer_all(&world, &id).await;
    world.act(PO, what, &[]).await.unwrap();
    assert_eq!(world.card(&id).await.state, "dossier-opinions");
}

#[tokio::test]
async fn two_recipients_with_proofs_returned_supplemented_accepted() {
    let mut world = world_of(Country::Vn, "hospital").await;
    world.now = "2025-12-01T02:00:00Z".parse().unwrap();
    activity(&world, &[("started_on", "2025-11-20")]).await;
    let id = dossier(&world, "dossier-impact").await;
    answer_all(&world, &id).await;
    world.act(PO, ("dossiers", "submit", Some(&id)), &[]).await.unwrap();
    let approve = ("dossiers", "approve", Some(id.as_str()));
    let day = [("approved_on", "2025-12-01")];
    assert_eq!(
        norm(&world, Role::Head, approve, &day).await.0,
        "refusal-dossier-opinion"
    );
    opinion(&world, &id).await;
    assert_eq!(world.refused(PO, approve, &day).await, ["refusal-right"]);
    world.act(Role::Head, approve, &day).await.unwrap();
    // Somebody else who approves at the same time comes too late.
    assert_eq!(world.refused(Role::Head, approve, &day).await, ["refusal-state"]);

    world.act(PO, ("dossiers", "file", Some(&id)), &[]).await.unwrap();
    let to = filings(&world, &id).await;
    let told: Vec<_> = to
        .iter()
        .map(|f| (f.text("filing_to"), f.text("filing_through"), f.text("filing_rule")))
        .collect();
    assert_eq!(
        told,
        [
            (
                "Cục An ninh mạng và phòng, chống tội phạm sử dụng công nghệ cao (A05), Bộ Công an",
                "",
                "vn-a-dossier"
            ),
            ("Ủy ban nhân dân tỉnh", "Công an tỉnh", "vn-a-province-dossier"),
        ]
    );
    assert_eq!(to[0].text("filing_form"), "Mẫu số 04 (NĐ 13/2023/NĐ-CP)");
    let send = |filing: &str, at: &str| {
        let (filing, at) = (filing.to_owned(), at.to_owned());
        let world = &world;
        async move {
            let given = [
                ("filing_sent_at", at.as_str()),
                ("filing_way", "way-post"),
                ("filing_sent_proof", "RR 123 456 789 VN"),
            ];
            world.act(PO, ("filings", "send", Some(&filing)), &given).await.unwrap();
        }
    };
    send(&to[0].id, "2025-12-01T08:00").await;
    assert_eq!(world.card(&id).await.state, "dossier-sending", "one copy is still here");
    assert!(world.clocks_of(&id).await.iter().any(|c| c.state == State::Running));
    send(&to[1].id, "2025-12-01T08:30").await;
    let card = world.card(&id).await;
    assert_eq!(
        (card.state.as_str(), card.text("filed_at")),
        ("dossier-filed", "2025-12-01T01:30:00Z")
    );
    assert!(world.clocks_of(&id).await.iter().all(|c| c.state == State::Met));

    world.now = "2025-12-10T02:00:00Z".parse().unwrap();
    let back = [
        ("filing_returned_at", "2025-12-10T08:00"),
        ("filing_returned_why", "Bổ sung hợp đồng"),
    ];
    world
        .act(PO, ("filings", "return", Some(&to[0].id)), &back)
        .await
        .unwrap();
    assert_eq!(world.card(&id).await.state, "dossier-returned");
    answer(&world, &id, &json!({ "annexes": "Hợp đồng số 5" })).await;
    let more = [
        ("filing_sent_at", "2025-12-10T08:30"),
        ("filing_way", "way-post"),
        ("filing_changes", "Hợp đồng"),
    ];
    world
        .act(PO, ("filings", "supplement", Some(&to[0].id)), &more)
        .await
        .unwrap();
    assert_eq!(world.card(&id).await.state, "dossier-supplemented");
    for filing in &to {
        let got = [("filing_received_at", "2025-12-10T09:00")];
        world
            .act(PO, ("filings", "receive", Some(&filing.id)), &got)
            .await
            .unwrap();
    }
    assert_eq!(world.card(&id).await.state, "dossier-accepted");
}

#[tokio::test]
async fn an_older_set_of_questions_is_kept_shown_and_asked_anew() {
    let mut world = world_of(Country::Vn, "hospital").await;
    world.now = "2025-12-30T02:00:00Z".parse().unwrap();
    activity(&world, &[("started_on", "2025-12-01")]).await;
    let id = dossier(&world, "dossier-impact").await;
    answer(&world, &id, &json!({ "mitigation": "Mã hóa" })).await;
    approved(&world, &id).await;
    assert_eq!(world.card(&id).await.text("question_set"), "vn-a/dossier-impact");

    world.now = "2026-01-02T02:00:00Z".parse().unwrap();
    // Facts that the decree did not ask for, forms that hold no more.
    let (key, told) = norm(&world, PO, ("dossiers", "file", Some(&id)), &[]).await;
    assert_eq!(key, "refusal-dossier-regime");
    assert!(told.contains("356/2025/NĐ-CP"), "{told}");
    let why = [("rework_why", "Luật mới")];
    world.act(PO, ("dossiers", "rework", Some(&id)), &why).await.unwrap();
    answer(&world, &id, &json!({ "state-agency": "no" })).await;
    let card = world.card(&id).await;
    assert_eq!(card.text("question_set"), "vn-b/dossier-impact");
    let missing = card.cards("answers_missing");
    assert!(missing.contains(&"mitigation"), "asked anew: {missing:?}");
    assert!(
        !missing.contains(&"purpose"),
        "what the card says needs no confirmation"
    );
    let opened = world
        .office
        .open_card(&world.actor(PO), world.now, &id, "control")
        .await
        .unwrap();
    assert_eq!(opened.value("answers").unwrap()["mitigation"]["text"], "Mã hóa", "kept");
    approved(&world, &id).await;
    world.act(PO, ("dossiers", "file", Some(&id)), &[]).await.unwrap();
    // Started under the decree: its term, the addressee of the law in force.
    let to = filings(&world, &id).await;
    assert_eq!(to.len(), 1);
    assert_eq!(to[0].text("filing_rule"), "vn-a-dossier");
}

#[tokio::test]
async fn risks_have_measures_with_owner_and_term() {
    let mut world = world_of(Country::Vn, "hospital").await;
    activity(&world, &[]).await;
    let id = dossier(&world, "dossier-impact").await;
    let what = ("dossiers", "risk", Some(id.as_str()));
    let mut risk = vec![
        ("risk_kind", "risk-access"),
        ("risk_what", "Patients are exposed"),
        ("risk_source", "Shared passwords"),
        ("likelihood_before", "3"),
        ("severity_before", "4"),
        ("risk_measure", "Own accounts"),
        ("risk_owner", "Trần Thử"),
        ("measure_by", "2026-12-01"),
        ("likelihood_after", "4"),
        ("severity_after", "4"),
    ];
    assert_eq!(world.refused(PO, what, &risk).await, ["refusal-risk-grows"]);
    risk[8] = ("likelihood_after", "1");
    world.act(PO, what, &risk).await.unwrap();
    let card = world.card(&id).await;
    assert_eq!(
        (
            card.data["highest_before"].as_i64(),
            card.data["highest_after"].as_i64()
        ),
        (Some(12), Some(4))
    );
    assert_eq!(card.text("measure_due"), "2026-12-01");
    assert!(!card.data.contains_key("risks"));

    world.now = "2026-12-02T02:00:00Z".parse().unwrap();
    world.office.expire(world.now).await.unwrap();
    let card = world.card(&id).await;
    assert_eq!(card.data["measures_late"], true);
    let done = ("dossiers", "measure-done", Some(id.as_str()));
    let given = [
        ("risk_number", "1"),
        ("measure_done_on", "2026-12-02"),
        ("measure_result", "Done"),
    ];
    world.act(PO, done, &given).await.unwrap();
    let card = world.card(&id).await;
    assert_eq!(
        (&card.data["measures_late"], card.text("measure_due")),
        (&json!(false), "")
    );
    assert_eq!(world.refused(PO, done, &given).await, ["refusal-measure-done"]);
    let none = [("risk_number", "7"), given[1], given[2]];
    assert_eq!(world.refused(PO, done, &none).await, ["refusal-no-risk"]);
}

#[tokio::test]
async fn an_update_goes_out_as_one_and_a_change_before_the_filing_is_written_again() {
    let mut world = world_of(Country::Vn, "hospital").await;
    world.now = "2026-02-02T02:00:00Z".parse().unwrap();
    let own = activity(&world, &[("started_on", "2026-01-05")]).await;
    let id = dossier(&world, "dossier-impact").await;
    approved(&world, &id).await;
    // The draft of the activity changes: what was approved does not fit any more.
    let change = [
        ("title", "Patient records"),
        ("purpose", "Treating patients"),
        ("norm", "Article 1"),
        ("bases", "law-duty"),
        ("subject_categories", "patients"),
        ("data_categories", "health"),
        ("systems", "Ward system, second edition"),
        ("measures", "Access by role"),
        ("recipients", "Health insurance"),
        ("keep_from", "purpose-reached"),
        ("keep_length", "10"),
        ("keep_unit", "years"),
        ("started_on", "2026-01-05"),
    ];
    world
        .act(PO, ("processing", "change", Some(&own)), &change)
        .await
        .unwrap();
    assert_eq!(world.card(&id).await.state, "draft");
    let opened = world
        .office
        .open_card(&world.actor(PO), world.now, &id, "control")
        .await
        .unwrap();
    assert!(matches!(opened.personal, Personal::Open(_)));
    assert_eq!(
        opened.value("answers").unwrap()["storage"]["text"],
        "Ward system, second edition",
        "it follows the card"
    );
    approved(&world, &id).await;
    world.act(PO, ("dossiers", "file", Some(&id)), &[]).await.unwrap();
    sent(&world, &id).await;
    let event = [("body_events", "service-provider"), ("changed_on", "2026-02-02")];
    world
        .act(PO, ("dossiers", "report-change", Some(&id)), &event)
        .await
        .unwrap();
    approved(&world, &id).await;
    world.act(PO, ("dossiers", "file", Some(&id)), &[]).await.unwrap();
    let newest = filings(&world, &id).await.pop().unwrap();
    assert_eq!(
        (
            newest.text("filing_kind"),
            newest.text("filing_rule"),
            newest.text("filing_form")
        ),
        (
            "dossier-update",
            "vn-b-dossier-update-urgent",
            "Mẫu số 03a (NĐ 356/2025/NĐ-CP)"
        )
    );
    world.now = "2026-02-03T02:00:00Z".parse().unwrap();
    sent(&world, &id).await;
    let card = world.card(&id).await;
    assert_eq!(card.state, "dossier-filed");
    assert!(card.cards("changed_since").is_empty());
    assert!(world.clocks_of(&id).await.iter().all(|c| c.state == State::Met));
}
