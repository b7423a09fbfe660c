//! Very many records due by one rule: one case, one decision, one act, carried out part by part.

use std::collections::BTreeSet;
use std::sync::Arc;

use tutela_law::Country;

use super::{PO, SO};
use crate::error::Error;
use crate::kernel::card::Personal;
use crate::kernel::record::{Command, Input, Recording};
use crate::kernel::rights::Role;
use crate::kernel::store::text;
use crate::world::World;

const COMMISSION: &[(&str, &str)] = &[("commission", "Trần Thử, a\nLê Thử, b\nPhạm Thử, c")];
const ORDER: &[(&str, &str)] = &[("order_number", "31"), ("order_date", "2026-11-24")];
const DONE: &[(&str, &str)] = &[("executed_at", "2026-11-24T02:00:00Z"), ("executors", "Trần Thử, a")];

/// A case of so many consents whose term is over by rule, as the nightly run makes it. Gives the case and the consents.
pub(crate) async fn due(world: &World, number: u32) -> (String, Vec<String>) {
    let given = [
        ("title", "Letters"),
        ("purpose", "Answering letters"),
        ("norm", "Article 1"),
        ("bases", "consent"),
        ("subject_categories", "citizens"),
        ("data_categories", "identity"),
        ("keep_from", "document-made"),
        ("keep_length", "1"),
        ("keep_unit", "months"),
        ("started_on", "2020-01-12"),
    ];
    let activity = world.act(PO, ("processing", "draft", None), &given).await.unwrap().card;
    let order = [("order_number", "12"), ("order_date", "2026-01-12")];
    world
        .act(Role::Head, ("processing", "approve", Some(&activity)), &order)
        .await
        .unwrap();
    let actor = world.actor(Role::Officer);
    let mut consents = Vec::new();
    // Many in one transaction: what is under test comes after.
    let tx = world.office.db.write().await.unwrap();
    let mut recording = Recording::begin(&world.office, tx, &actor, world.now).await.unwrap();
    for n in 0..number {
        let fields = [
            ("subject_name", "Trần Thử".to_owned()),
            ("subject_document", format!("0791{n:08}")),
            ("given_on", "2026-10-01".to_owned()),
            ("way", "paper".to_owned()),
            ("processing", activity.clone()),
        ];
        let command = Command {
            register: "consents",
            operation: "register",
            card: None,
            version: None,
            input: Input::from(fields.map(|(name, value)| (name.to_owned(), vec![value]))),
        };
        consents.push(recording.command(&command).await.unwrap().card);
    }
    recording.tx.commit().await.unwrap();
    assert_eq!(
        world.office.sweep(&world.body, world.now).await.unwrap(),
        u64::from(number)
    );
    (world.newest("destructions").await, consents)
}

/// The same office after its program was ended.
async fn again(world: World) -> World {
    let World {
        office,
        body,
        now,
        accounts,
        place,
    } = world;
    drop(office);
    let office = Arc::new(place.open().await.unwrap());
    assert!(office.unlock_by_key_file().await.unwrap().is_empty());
    World {
        office,
        body,
        now,
        accounts,
        place,
    }
}

async fn cases(world: &World) -> usize {
    let register = world.office.register("destructions").unwrap();
    let page = world.office.page(&world.actor(Role::Head), register, None, None).await;
    page.unwrap().cards.len()
}

async fn waiting(world: &World) -> Vec<String> {
    let rows = sqlx::query("SELECT id FROM card WHERE register = 'destruction-parts' AND state = 'part-waiting'");
    let rows = rows.fetch_all(world.office.db.read()).await.unwrap();
    rows.iter().map(|r| text(r, "id").unwrap()).collect()
}

fn refusal(done: Result<crate::kernel::record::Done, Error>) -> Option<&'static str> {
    match done {
        Ok(_) => None,
        Err(Error::Refused(refusal)) => Some(refusal.key),
        Err(other) => panic!("{other}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_decision_destroys_what_one_rule_made_due() {
    let world = World::new(Country::Ru).await;
    let (case, consents) = due(&world, 610).await;
    assert_eq!(cases(&world).await, 1, "one case however many records");
    let card = world.card(&case).await;
    assert_eq!(
        (card.data["records_all"].as_i64(), card.cards("records").len()),
        (Some(610), 200)
    );
    assert_eq!(waiting(&world).await.len(), 3);
    let what = |name| ("destructions", name, Some(case.as_str()));
    world.act(SO, what("prepare"), COMMISSION).await.unwrap();
    // Two approve at once: one of them does.
    let (one, other) = tokio::join!(
        world.act(Role::Head, what("approve"), ORDER),
        world.act(Role::Head, what("approve"), ORDER)
    );
    let mut refused = [refusal(one), refusal(other)];
    refused.sort_unstable();
    assert_eq!(refused, [None, Some("refusal-approved-already")]);
    let (one, other) = tokio::join!(
        world.act(SO, what("execute"), DONE),
        world.act(SO, what("execute"), DONE)
    );
    let refused = [refusal(one), refusal(other)];
    assert_eq!(refused.iter().flatten().count(), 1, "{refused:?}");
    assert_eq!(world.card(&case).await.state, "executing");
    assert_eq!(world.events("vault.destroy").await, 200);
    // A part is carried out, then the program ends.
    assert!(world.office.work_piece(world.now).await.unwrap());
    let world = again(world).await;
    let progress = world.office.progress(&world.actor(SO), &card).await.unwrap();
    assert_eq!((progress[0].done, progress[0].total), (1, 3));
    // A hold is placed in between on a record that is still there.
    let part = world.card(&waiting(&world).await[0]).await;
    let held = part.cards("records")[7].to_owned();
    let hold = [
        ("hold_kind", "hold-court"),
        ("hold_norm", "Case 2-1/2026"),
        ("hold_from", "2026-11-24"),
        ("hold_reason", "Evidence"),
        ("hold_cards", held.as_str()),
    ];
    world.act(SO, ("holds", "place", None), &hold).await.unwrap();
    world.office.work(world.now).await.unwrap();
    let card = world.card(&case).await;
    assert_eq!(card.state, "executed");
    let number = |field: &str| card.data[field].as_i64();
    assert_eq!(
        (number("records_destroyed"), number("records_left")),
        (Some(609), Some(1))
    );
    assert_eq!(world.events("vault.destroy").await, 609, "nothing is destroyed twice");
    for consent in &consents {
        let destroyed = matches!(world.card(consent).await.personal, Personal::Destroyed(_));
        assert_eq!(destroyed, *consent != held);
    }
    assert!(!world.card(&held).await.blocked, "it is given back");
    assert!(world.office.progress(&world.actor(SO), &card).await.unwrap().is_empty());
    // The list names each once, with its place in the journal; the act names the list.
    let file = world.office.files_of(&world.actor(SO), &case).await.unwrap().remove(0);
    let mut opened = world
        .office
        .open_file(&world.actor(PO), world.now, (&case, &file.id), "destruction")
        .await
        .unwrap();
    let list = String::from_utf8(opened.whole(&world.office.db).await.unwrap()).unwrap();
    let lines: Vec<&str> = list.lines().skip(1).collect();
    let named: BTreeSet<_> = lines.iter().map(|l| l.split(',').nth(1).unwrap()).collect();
    assert_eq!((lines.len(), named.len()), (610, 610));
    assert_eq!(lines.iter().filter(|l| l.ends_with(",\"\"")).count(), 1);
    let certificate = [
        ("certificate_number", "31-1"),
        ("certificate_date", "2026-11-24"),
        ("log_extract", "1"),
    ];
    world.act(SO, what("certify"), &certificate).await.unwrap();
    let paper = world.paper(PO, (&case, "destruction-act"), "destruction").await;
    assert!(paper.contains(&file.sha256), "{paper}");
    assert!(paper.contains("609 records"));
    let day = [("act_approved_on", "2026-11-24")];
    world.act(Role::Head, what("approve-act"), &day).await.unwrap();
}

#[tokio::test]
async fn a_hold_on_the_case_stops_its_parts_and_a_dropped_case_gives_them_back() {
    let mut world = World::new(Country::Vn).await;
    let (case, consents) = due(&world, 405).await;
    let what = |name| ("destructions", name, Some(case.as_str()));
    for round in 0..2 {
        world.act(SO, what("prepare"), COMMISSION).await.unwrap();
        world.act(Role::Head, what("approve"), ORDER).await.unwrap();
        world.act(SO, what("execute"), DONE).await.unwrap();
        if round == 0 {
            let hold = [
                ("hold_kind", "hold-inquiry"),
                ("hold_norm", "Letter 5"),
                ("hold_reason", "Asked for"),
            ];
            world.act(SO, what("hold"), &hold).await.unwrap();
            world.office.work(world.now).await.unwrap();
            assert_eq!(
                world.events("vault.destroy").await,
                200,
                "nothing under hold is destroyed"
            );
            let end = [("hold_end", "hold-ended")];
            world.act(Role::Head, what("release"), &end).await.unwrap();
            // What was destroyed needs its act.
            let why = [("spare_reason", "No longer")];
            assert_eq!(
                world.refused(Role::Head, what("drop"), &why).await,
                ["refusal-destroyed-in-part"]
            );
        }
    }
    // A hold on the activity keeps whole parts: they are tried again later.
    let activity = world.card(&case).await.cards("activities")[0].to_owned();
    let hold = [
        ("hold_kind", "hold-court"),
        ("hold_norm", "Case 2-1/2026"),
        ("hold_from", "2026-11-24"),
        ("hold_reason", "Evidence"),
        ("hold_activities", activity.as_str()),
    ];
    let hold = world.act(SO, ("holds", "place", None), &hold).await.unwrap().card;
    world.office.work(world.now).await.unwrap();
    assert_eq!(world.events("vault.destroy").await, 200);
    assert_eq!(world.card(&case).await.state, "executing");
    let lift = [("hold_ended_on", "2026-11-24"), ("hold_end_reason", "Over")];
    world
        .act(Role::Head, ("holds", "lift", Some(hold.as_str())), &lift)
        .await
        .unwrap();
    world.now = "2026-11-24T03:30:00Z".parse().unwrap();
    world.office.work(world.now).await.unwrap();
    assert_eq!(world.card(&case).await.state, "executed");
    assert_eq!(world.events("vault.destroy").await, 405);

    // Another case, dropped before anything of it was destroyed.
    let (case, more) = due(&world, 203).await;
    let why = [("spare_reason", "The rule was wrong")];
    world
        .act(Role::Head, ("destructions", "drop", Some(&case)), &why)
        .await
        .unwrap();
    world.office.work(world.now).await.unwrap();
    for consent in &more {
        assert!(!world.card(consent).await.blocked);
    }
    assert!(waiting(&world).await.is_empty());
    assert_eq!(consents.len() + more.len(), 608);
    assert_eq!(world.office.sweep(&world.body, world.now).await.unwrap(), 203);
}
