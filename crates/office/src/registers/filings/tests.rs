use tutela_law::Country;

use crate::kernel::clock::State;
use crate::kernel::rights::Role;
use crate::world::World;

const PO: Role = Role::ProtectionOfficer;
const HASH: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

/// A filing by a rule of the law, about an activity.
async fn filing(world: &World, rule: &str, to: &str, events: &[(&str, &str)]) -> String {
    let about = world.activity(&["public-task"]).await;
    filing_about(world, &about, rule, to, events).await
}

async fn filing_about(world: &World, about: &str, rule: &str, to: &str, events: &[(&str, &str)]) -> String {
    let mut given = vec![
        ("filing_about", about),
        ("filing_kind", "breach-notice"),
        ("filing_to", to),
        ("filing_rule", rule),
    ];
    for ((event, at), (name, since)) in events.iter().zip([
        ("filing_event", "filing_since"),
        ("filing_event_also", "filing_since_also"),
    ]) {
        given.extend([(name, *event), (since, *at)]);
    }
    world.act(PO, ("filings", "open", None), &given).await.unwrap().card
}

const DETECTED: &[(&str, &str)] = &[("event-detected", "2026-11-23T09:00")];

#[tokio::test]
async fn a_filing_is_sent_returned_supplemented_and_received() {
    let mut world = World::new(Country::Ru).await;
    let filing = filing(&world, "ru-breach", "Роскомнадзор", DETECTED).await;
    let card = world.card(&filing).await;
    assert_eq!(
        [
            "filing_regime",
            "filing_norm",
            "filing_form",
            "filing_start",
            "filing_start_why"
        ]
        .map(|f| card.text(f)),
        [
            "ru",
            "152-ФЗ 21(3.1)(1)",
            "Приказ РКН № 187",
            "event-detected",
            "start-by-law"
        ]
    );
    let clocks = world.clocks_of(&filing).await;
    assert_eq!(clocks.len(), 1, "the rule that was named, no other of the duty");
    assert_eq!(clocks[0].due_at, Some("2026-11-24T06:00:00Z".parse().unwrap()));
    let what = |operation| ("filings", operation, Some(filing.as_str()));
    let mut sent = vec![
        ("filing_sent_at", "2026-11-24T04:50"),
        ("filing_way", "way-portal"),
        ("filing_hash", "12ab"),
    ];
    assert_eq!(world.refused(PO, what("send"), &sent).await, ["refusal-hash"]);
    sent[2] = ("filing_hash", HASH);
    sent[0] = ("filing_sent_at", "2026-11-23T08:00");
    assert_eq!(world.refused(PO, what("send"), &sent).await, ["refusal-filing-order"]);
    sent[0] = ("filing_sent_at", "2026-11-24T06:00");
    assert_eq!(world.refused(PO, what("send"), &sent).await, ["refusal-future"]);
    assert_eq!(
        world.refused(Role::Officer, what("send"), &sent).await,
        ["refusal-right"]
    );
    sent[0] = ("filing_sent_at", "2026-11-24T04:50");
    sent.push(("filing_sent_proof", "Сообщение портала № 4410"));
    world.act(Role::SecurityOfficer, what("send"), &sent).await.unwrap();
    assert_eq!(world.card(&filing).await.state, "filing-sent");
    assert_eq!(world.clocks_of(&filing).await[0].state, State::Met);
    // A proof may hold a name: it lies in the vault.
    assert!(!world.card(&filing).await.data.contains_key("filing_sent_proof"));

    world.now = "2026-11-25T07:00:00Z".parse().unwrap();
    let change = [
        ("filing_sent_at", "2026-11-25T09:00"),
        ("filing_way", "way-portal"),
        ("filing_changes", "Число записей"),
    ];
    assert_eq!(
        world.refused(PO, what("supplement"), &change).await,
        ["refusal-nothing-changed"]
    );
    let back = [
        ("filing_returned_at", "2026-11-25T09:30"),
        ("filing_returned_why", "Указать число субъектов"),
    ];
    world.act(PO, what("return"), &back).await.unwrap();
    let asked = world.clocks_of(&filing).await;
    let asked = asked.iter().find(|c| c.duty == "breach-complete").unwrap();
    assert_eq!(
        (asked.state, asked.due_at),
        (State::Running, Some("2026-11-30T21:00:00Z".parse().unwrap()))
    );
    world.now = "2026-11-26T07:00:00Z".parse().unwrap();
    let change = [("filing_sent_at", "2026-11-26T09:00"), change[1], change[2]];
    world.act(PO, what("supplement"), &change).await.unwrap();
    let card = world.card(&filing).await;
    assert_eq!(
        (card.state.as_str(), card.data["filing_version"].as_i64()),
        ("filing-supplemented", Some(2))
    );
    assert!(world.clocks_of(&filing).await.iter().all(|c| c.state == State::Met));
    let got = [
        ("filing_received_at", "2026-11-26T09:05"),
        ("filing_received_number", "77-123"),
    ];
    world.act(PO, what("receive"), &got).await.unwrap();
    assert_eq!(world.card(&filing).await.state, "filing-received");
}

#[tokio::test]
async fn a_late_filing_tells_why_where_the_law_asks() {
    let mut world = World::new(Country::Vn).await;
    let about = world.activity(&["public-task"]).await;
    world.now = "2025-12-10T02:00:00Z".parse().unwrap();
    let to = "Cục An ninh mạng và phòng, chống tội phạm sử dụng công nghệ cao (A05), Bộ Công an";
    let occurred = [
        ("event-occurred", "2025-12-06T08:00"),
        ("event-detected", "2025-12-09T08:00"),
    ];
    let filing = filing_about(&world, &about, "vn-a-breach", to, &occurred).await;
    let sent = [("filing_sent_at", "2025-12-10T08:30"), ("filing_way", "way-post")];
    let what = ("filings", "send", Some(filing.as_str()));
    assert_eq!(world.refused(PO, what, &sent).await, ["refusal-late"]);
    let late = [sent[0], sent[1], ("late_reason", "Phát hiện sau ba ngày")];
    world.act(PO, what, &late).await.unwrap();
    assert_eq!(world.card(&filing).await.state, "filing-sent-late");
    assert_eq!(world.clocks_of(&filing).await[0].state, State::Late);
}

#[tokio::test]
async fn a_regime_that_did_not_hold_is_refused_with_its_norm() {
    let world = World::new(Country::Vn).await;
    let about = world.activity(&["public-task"]).await;
    let mut given = vec![
        ("filing_about", about.as_str()),
        ("filing_kind", "breach-notice"),
        ("filing_to", "A05"),
        ("filing_rule", "vn-a-breach"),
        ("filing_event", "event-occurred"),
        ("filing_since", "2026-11-23T08:00"),
    ];
    let open = ("filings", "open", None);
    assert_eq!(world.refused(PO, open, &given).await, ["refusal-regime"]);
    given[3] = ("filing_rule", "");
    given.push(("filing_regime", "vn-a"));
    match world.act(PO, open, &given).await {
        Err(crate::error::Error::Refused(refusal)) => {
            assert_eq!(refusal.key, "refusal-regime");
            assert!(refusal.norm.unwrap().contains("13/2023/NĐ-CP"));
        }
        other => panic!("{other:?}"),
    }
    given[6] = ("filing_regime", "vn-b");
    let card = world.act(PO, open, &given).await.unwrap().card;
    assert!(world.clocks_of(&card).await.is_empty(), "no rule, no term");
    given[3] = ("filing_rule", "vn-b-erase");
    assert_eq!(world.refused(PO, open, &given).await, ["refusal-filing-rule"]);
    given[3] = ("filing_rule", "vn-b-breach");
    given[5] = ("filing_since", "2026-11-24T09:01");
    assert_eq!(world.refused(PO, open, &given).await, ["refusal-future"]);
}

#[tokio::test]
async fn a_drill_is_practised_and_never_filed() {
    let world = World::new(Country::Vn).await;
    let about = world.activity(&["public-task"]).await;
    let given = [
        ("filing_about", about.as_str()),
        ("filing_kind", "breach-notice"),
        ("filing_to", "A05"),
        ("filing_rule", "vn-b-breach"),
        ("filing_event", "event-detected"),
        ("filing_since", "2026-11-23T08:00"),
        ("drill", "1"),
    ];
    let drill = world.act(PO, ("filings", "open", None), &given).await.unwrap().card;
    let sent = [("filing_sent_at", "2026-11-24T08:30"), ("filing_way", "way-portal")];
    match world.act(PO, ("filings", "send", Some(&drill)), &sent).await {
        Err(crate::error::Error::Refused(refusal)) => {
            assert_eq!(
                (refusal.key, refusal.norm.as_deref()),
                ("refusal-drill-filed", Some("L91 23.1; D356 28"))
            );
        }
        other => panic!("{other:?}"),
    }
    let done = [("filing_practised_at", "2026-11-24T08:30")];
    world
        .act(PO, ("filings", "practise", Some(&drill)), &done)
        .await
        .unwrap();
    assert_eq!(world.card(&drill).await.state, "filing-practised");
    assert_eq!(world.clocks_of(&drill).await[0].state, State::Met);
    let real = filing(&world, "vn-b-breach", "A05", DETECTED).await;
    assert_eq!(
        world.refused(PO, ("filings", "practise", Some(&real)), &done).await,
        ["refusal-no-drill"]
    );
    let why = [("filing_drop_why", "Không có khả năng gây thiệt hại")];
    world.act(PO, ("filings", "drop", Some(&real)), &why).await.unwrap();
    assert_eq!(world.clocks_of(&real).await[0].state, State::Cancelled);
}
