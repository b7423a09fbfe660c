//! What is taken as an answer, and what is not.

use tutela_law::Country;

use crate::kernel::rights::Role;
use crate::registers::campaigns::tests::{announced, employees};
use crate::world::World;

const PO: Role = Role::ProtectionOfficer;

fn with<'a>(given: &[(&'a str, &'a str)], name: &'a str, value: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut all: Vec<_> = given.iter().copied().filter(|(n, _)| *n != name).collect();
    if !value.is_empty() {
        all.push((name, value));
    }
    all
}

#[tokio::test]
async fn an_answer_is_signed_and_fits_its_campaign() {
    let world = World::new(Country::Vn).await;
    employees(&world, &["Reception"]).await;
    announced(&world, &[]).await;
    let card = world.newest("statements").await;
    let what = ("statements", "answer", Some(card.as_str()));
    let good = [
        ("answer", "answer-deleted"),
        ("devices_checked", "device-phone"),
        ("question_answers", "Chats: yes"),
        ("statement_signed", "1"),
        ("statement_answered_on", "2026-11-24"),
        ("answer_way", "paper"),
    ];
    for (name, value, refusal) in [
        ("answer", "answer-done", "refusal-answer-kind"),
        ("statement_signed", "", "refusal-statement-unsigned"),
        ("devices_checked", "", "refusal-required"),
        ("statement_answered_on", "2026-11-25", "refusal-future"),
        ("answer_way", "by-crow", "refusal-choice"),
        ("answer", "answer-refused", "refusal-required"),
        ("workstation_result", "all is well", "refusal-workstation-result"),
    ] {
        assert_eq!(
            world.refused(PO, what, &with(&good, name, value)).await,
            [refusal],
            "{name}={value}"
        );
    }
    assert_eq!(world.refused(Role::Officer, what, &good).await, ["refusal-right"]);
    world.act(PO, what, &good).await.unwrap();
    let done = world.card(&card).await;
    assert_eq!(done.state, "statement-deleted");
    assert!(!done.data.contains_key("question_answers"), "answers lie in the vault");
    assert_eq!(world.refused(PO, what, &good).await, ["refusal-state"]);
    let reopen = ("statements", "reopen", Some(card.as_str()));
    world
        .act(PO, reopen, &[("reopened_because", "Another device")])
        .await
        .unwrap();
    let refused = with(
        &with(&good, "answer", "answer-refused"),
        "answer_refused_because",
        "My own telephone",
    );
    world
        .act(PO, what, &with(&refused, "statement_signed", ""))
        .await
        .unwrap();
    assert_eq!(world.card(&card).await.state, "statement-refused");
}

#[tokio::test]
async fn a_workstation_result_is_read_and_judged() {
    let world = World::new(Country::Ru).await;
    employees(&world, &["Приёмная"]).await;
    announced_workstation(&world).await;
    let card = world.newest("statements").await;
    let what = ("statements", "answer", Some(card.as_str()));
    let mut given = vec![
        ("answer", "answer-done"),
        ("statement_signed", "1"),
        ("statement_answered_on", "2026-11-24"),
        ("answer_way", "paper"),
    ];
    assert_eq!(world.refused(PO, what, &given).await, ["refusal-required"]);
    let result = r#"{"format":1,"system":"linux","checks":[{"check":"firewall","answer":"no"}]}"#;
    given.push(("workstation_result", result));
    world.act(PO, what, &given).await.unwrap();
    let done = world.card(&card).await;
    assert_eq!(done.text("workstation_state"), "workstation-faults");
    assert_eq!(done.state, "statement-done");
}

async fn announced_workstation(world: &World) {
    let draft = [
        ("title", "Workstations"),
        ("campaign_kind", "campaign-workstation"),
        ("campaign_text", "Run the check."),
        ("campaign_from", "2026-11-24"),
        ("campaign_until", "2026-11-30"),
    ];
    let card = world.act(PO, ("campaigns", "draft", None), &draft).await.unwrap().card;
    world
        .act(Role::Head, ("campaigns", "announce", Some(&card)), &[])
        .await
        .unwrap();
}

#[tokio::test]
async fn somebody_who_came_later_gets_a_statement_by_hand() {
    let world = World::new(Country::Vn).await;
    let (_, people) = employees(&world, &["A"]).await;
    let draft = world
        .act(
            PO,
            ("campaigns", "draft", None),
            &crate::registers::campaigns::tests::DRAFT,
        )
        .await
        .unwrap()
        .card;
    let send = ("statements", "send", None);
    let given = |campaign| [("campaign", campaign), ("employee", people[0].as_str())];
    assert_eq!(
        world.refused(PO, send, &given(&draft)).await,
        ["refusal-campaign-not-running"]
    );
    let campaign = announced(&world, &[]).await;
    let card = world.act(PO, send, &given(&campaign)).await.unwrap().card;
    assert_eq!(world.card(&card).await.text("campaign_kind"), "campaign-self-check");
    world
        .act(
            PO,
            ("statements", "excuse", Some(&card)),
            &[("excused_because", "excuse-absent")],
        )
        .await
        .unwrap();
    assert_eq!(world.card(&card).await.state, "statement-excused");
}
