//! A campaign from draft to its end, and everything that is refused on the way.

use tutela_law::Country;

use crate::error::Error;
use crate::kernel::record::{Command, Grouped, Input, grouped};
use crate::kernel::rights::Role;
use crate::world::World;

const PO: Role = Role::ProtectionOfficer;

/// Employees of these units, and the post of all.
pub(crate) async fn employees(world: &World, units: &[&str]) -> (String, Vec<String>) {
    let activity = world.activity(&["public-task"]).await;
    let post = [("title", "Clerk"), ("allowed_processing", activity.as_str())];
    let post = world.act(PO, ("posts", "propose", None), &post).await.unwrap().card;
    let mut all = Vec::new();
    for (n, unit) in units.iter().enumerate() {
        let name = format!("Phạm Thử {n}");
        let person = [
            ("employee_name", name.as_str()),
            ("post", post.as_str()),
            ("unit", unit),
        ];
        all.push(world.act(PO, ("staff", "propose", None), &person).await.unwrap().card);
    }
    (post, all)
}

pub(crate) const DRAFT: [(&str, &str); 5] = [
    ("title", "Check your chats"),
    ("campaign_kind", "campaign-self-check"),
    ("campaign_text", "Look through your telephone and computer."),
    ("campaign_from", "2026-11-24"),
    ("campaign_until", "2026-11-30"),
];

/// A campaign that was announced to everybody, or to units.
pub(crate) async fn announced(world: &World, more: &[(&str, &str)]) -> String {
    let draft: Vec<_> = DRAFT.iter().chain(more).copied().collect();
    let card = world.act(PO, ("campaigns", "draft", None), &draft).await.unwrap().card;
    world
        .act(Role::Head, ("campaigns", "announce", Some(&card)), &[])
        .await
        .unwrap();
    card
}

async fn counts(world: &World, campaign: &str) -> Vec<(String, String, i64)> {
    let mut connection = world.office.db.read().acquire().await.unwrap();
    let all = grouped(&mut connection, &world.body.id, "statements", campaign)
        .await
        .unwrap();
    all.into_iter()
        .map(|Grouped { part, state, value }| (part, state, value))
        .collect()
}

fn count(part: &str, state: &str, value: i64) -> (String, String, i64) {
    (part.to_owned(), state.to_owned(), value)
}

#[tokio::test]
async fn everybody_addressed_gets_a_statement_by_one_act() {
    let world = World::new(Country::Vn).await;
    let (_, people) = employees(&world, &["Reception", "Reception", "Archive", ""]).await;
    let before = world.office.published.publish(world.office.db.read()).await.unwrap();
    assert!(before > 0);
    let campaign = announced(&world, &[]).await;
    let sent = counts(&world, &campaign).await;
    let waits = "statement-sent";
    assert_eq!(
        sent,
        [
            count("", waits, 1),
            count("Archive", waits, 1),
            count("Reception", waits, 2)
        ]
    );
    // Draft and announcement, and an entry for each statement: nothing is sent that the journal does not know.
    let entries = world.office.published.publish(world.office.db.read()).await.unwrap();
    assert_eq!(entries, 2 + 4);
    let statement = world.card(&world.newest("statements").await).await;
    assert_eq!(statement.text("campaign"), campaign);
    assert_eq!((statement.version, statement.state.as_str()), (1, waits));
    assert!(people.contains(&statement.text("employee").to_owned()));
    assert_eq!(statement.text("campaign_kind"), "campaign-self-check");
    let register = world.office.register("statements").unwrap();
    let page = world.office.page(&world.actor(PO), register, None, None).await.unwrap();
    let mut numbers: Vec<_> = page.cards.iter().map(|l| l.card.number.as_str()).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, ["2026-1", "2026-2", "2026-3", "2026-4"]);
    assert_eq!(page.tallies.iter().find(|t| t.0 == waits).unwrap().1, 4);
    // The proof of each is as that of any other card.
    let proofs = world
        .office
        .register_proofs(&world.actor(Role::Head), register, 2026)
        .await
        .unwrap();
    assert!(proofs.metadata().unwrap().len() > 1000);
}

/// So many employees of one unit, all put in with one transaction.
async fn crowd(world: &World, number: usize) {
    let (post, _) = employees(world, &["Reception"]).await;
    let actor = world.actor(PO);
    let tx = world.office.db.write().await.unwrap();
    let mut recording = crate::kernel::record::Recording::begin(&world.office, tx, &actor, world.now)
        .await
        .unwrap();
    for n in 1..number {
        let fields = [
            ("employee_name", format!("Phạm Thử {n}")),
            ("post", post.clone()),
            ("unit", "Reception".to_owned()),
        ];
        let command = Command {
            register: "staff",
            operation: "propose",
            card: None,
            version: None,
            input: Input::from(fields.map(|(name, value)| (name.to_owned(), vec![value]))),
        };
        recording.command(&command).await.unwrap();
    }
    recording.tx.commit().await.unwrap();
}

#[tokio::test]
async fn very_many_are_asked_piece_by_piece_and_nobody_twice() {
    let mut world = World::new(Country::Vn).await;
    crowd(&world, 1050).await;
    let campaign = announced(&world, &[]).await;
    let all = |n| vec![count("Reception", "statement-sent", n)];
    assert_eq!(
        counts(&world, &campaign).await,
        all(200),
        "the act asks the first of them"
    );
    let card = world.card(&campaign).await;
    let progress = world.office.progress(&world.actor(PO), &card).await.unwrap();
    assert_eq!((progress[0].done, progress[0].total), (200, 1050));
    assert!(world.office.work_piece(world.now).await.unwrap());
    assert_eq!(counts(&world, &campaign).await, all(400));
    // Asked for the rest in between, and the program ends: nobody is asked twice by any of it.
    let rest = ("campaigns", "send-rest", Some(campaign.as_str()));
    world.act(PO, rest, &[]).await.unwrap();
    assert_eq!(counts(&world, &campaign).await, all(600));
    let World {
        office,
        body,
        now,
        accounts,
        place,
    } = world;
    drop(office);
    let office = std::sync::Arc::new(place.open().await.unwrap());
    office.unlock_by_key_file().await.unwrap();
    world = World {
        office,
        body,
        now,
        accounts,
        place,
    };
    world.office.work(world.now).await.unwrap();
    assert_eq!(counts(&world, &campaign).await, all(1050));
    assert!(world.office.progress(&world.actor(PO), &card).await.unwrap().is_empty());
    let row = sqlx::query("SELECT COUNT(*) AS n FROM card WHERE register = 'statements'");
    let row = row.fetch_one(world.office.db.read()).await.unwrap();
    assert_eq!(crate::kernel::store::int(&row, "n").unwrap(), 1050);
    // The last day passes for all of them.
    world.now = "2026-12-01T02:00:00Z".parse().unwrap();
    world.office.expire(world.now).await.unwrap();
    world.office.work(world.now).await.unwrap();
    assert_eq!(
        counts(&world, &campaign).await,
        [count("Reception", "statement-overdue", 1050)]
    );
}

#[tokio::test]
async fn units_and_posts_are_addressed_and_newcomers_later() {
    let world = World::new(Country::Ru).await;
    let (post, _) = employees(&world, &["Приёмная", "Архив"]).await;
    let campaign = announced(&world, &[("audience_units", "приёмная\n\n")]).await;
    assert_eq!(
        counts(&world, &campaign).await,
        [count("Приёмная", "statement-sent", 1)]
    );
    let rest = ("campaigns", "send-rest", Some(campaign.as_str()));
    assert_eq!(world.refused(PO, rest, &[]).await, ["refusal-nobody"]);
    let person = [
        ("employee_name", "Новая Тест"),
        ("post", post.as_str()),
        ("unit", "Приёмная"),
    ];
    world.act(PO, ("staff", "propose", None), &person).await.unwrap();
    world.act(PO, rest, &[]).await.unwrap();
    assert_eq!(
        counts(&world, &campaign).await,
        [count("Приёмная", "statement-sent", 2)]
    );
    let by_post = announced(&world, &[("audience_posts", &post)]).await;
    assert_eq!(counts(&world, &by_post).await.iter().map(|c| c.2).sum::<i64>(), 3);
    // Nobody is of this unit: nothing is announced at all.
    let draft: Vec<_> = DRAFT.iter().copied().chain([("audience_units", "Nowhere")]).collect();
    let empty = world.act(PO, ("campaigns", "draft", None), &draft).await.unwrap().card;
    assert_eq!(
        world
            .refused(Role::Head, ("campaigns", "announce", Some(&empty)), &[])
            .await,
        ["refusal-nobody"]
    );
    assert_eq!(world.card(&empty).await.state, "campaign-draft");
}

#[tokio::test]
async fn a_campaign_is_over_by_day_is_prolonged_and_closed() {
    let mut world = World::new(Country::Vn).await;
    employees(&world, &["Reception", "Archive"]).await;
    let campaign = announced(&world, &[]).await;
    let close = ("campaigns", "close", Some(campaign.as_str()));
    assert_eq!(world.refused(Role::Head, close, &[]).await, ["refusal-state"]);
    world.now = "2026-11-30T16:59:59Z".parse().unwrap();
    assert_eq!(world.office.expire(world.now).await.unwrap(), 0);
    world.now = "2026-11-30T17:00:00Z".parse().unwrap();
    assert_eq!(world.office.expire(world.now).await.unwrap(), 1);
    let late = "statement-overdue";
    assert_eq!(
        counts(&world, &campaign).await,
        [count("Archive", late, 1), count("Reception", late, 1)]
    );
    let prolong = ("campaigns", "prolong", Some(campaign.as_str()));
    let until = |day| [("campaign_until", day)];
    assert_eq!(
        world.refused(Role::Head, prolong, &until("2026-11-30")).await,
        ["refusal-not-longer"]
    );
    world.act(Role::Head, prolong, &until("2026-12-05")).await.unwrap();
    let sent = "statement-sent";
    assert_eq!(
        counts(&world, &campaign).await,
        [count("Archive", sent, 1), count("Reception", sent, 1)]
    );
    let remind = ("campaigns", "remind", Some(campaign.as_str()));
    world.act(PO, remind, &[]).await.unwrap();
    assert_eq!(world.refused(PO, remind, &[]).await, ["refusal-reminded-today"]);
    world.now = "2026-12-05T17:00:00Z".parse().unwrap();
    assert_eq!(world.office.expire(world.now).await.unwrap(), 1);
    world.act(Role::Head, close, &[]).await.unwrap();
    let statement = world.newest("statements").await;
    let answer = [
        ("answer", "answer-clean"),
        ("devices_checked", "device-phone"),
        ("statement_signed", "1"),
        ("statement_answered_on", "2026-12-05"),
        ("answer_way", "paper"),
    ];
    assert_eq!(
        world
            .refused(PO, ("statements", "answer", Some(&statement)), &answer)
            .await,
        ["refusal-state"]
    );
    let card = world.card(&statement).await;
    let mut connection = world.office.db.read().acquire().await.unwrap();
    let past = crate::kernel::record::history(&mut connection, &card.id).await.unwrap();
    let kinds: Vec<_> = past.iter().map(|p| p.kind.as_str()).collect();
    assert_eq!(
        kinds,
        [
            "statements.send",
            "statements.overdue",
            "statements.again",
            "statements.overdue",
            "statements.lapse"
        ]
    );
    assert_eq!(card.version, 5, "every change is an event");
    assert_eq!(card.state, "statement-unanswered");
}

#[tokio::test]
async fn drafts_that_make_no_sense_are_refused() {
    let world = World::new(Country::Cn).await;
    employees(&world, &["A"]).await;
    let with = |name: &'static str, value: &'static str| {
        let mut draft: Vec<_> = DRAFT.iter().copied().filter(|(n, _)| *n != name).collect();
        draft.push((name, value));
        draft
    };
    let draft = ("campaigns", "draft", None);
    assert_eq!(
        world.refused(PO, draft, &with("campaign_until", "2026-11-20")).await,
        ["refusal-before-start"]
    );
    assert_eq!(
        world.refused(PO, draft, &with("campaign_kind", "other")).await,
        ["refusal-choice"]
    );
    let many: String = (0..31).map(|n| format!("Question {n}?\n")).collect();
    let many: &'static str = Box::leak(many.into_boxed_str());
    assert_eq!(
        world.refused(PO, draft, &with("own_questions", many)).await,
        ["refusal-questions-many"]
    );
    assert_eq!(world.refused(Role::Officer, draft, &DRAFT).await, ["refusal-right"]);
    let past = world
        .act(PO, draft, &[with("campaign_from", "2026-11-01"), vec![]].concat())
        .await
        .unwrap()
        .card;
    let change = with("campaign_from", "2026-11-01");
    let change: Vec<_> = change
        .into_iter()
        .map(|(n, v)| (n, if n == "campaign_until" { "2026-11-23" } else { v }))
        .collect();
    world
        .act(PO, ("campaigns", "change", Some(&past)), &change)
        .await
        .unwrap();
    let announce = ("campaigns", "announce", Some(past.as_str()));
    assert_eq!(world.refused(PO, announce, &[]).await, ["refusal-right"]);
    assert_eq!(
        world.refused(Role::Head, announce, &[]).await,
        ["refusal-campaign-past"]
    );
}

#[tokio::test]
async fn two_heads_who_announce_at_once_send_once() {
    let world = World::new(Country::Vn).await;
    employees(&world, &["A", "A", "B"]).await;
    let card = world.act(PO, ("campaigns", "draft", None), &DRAFT).await.unwrap().card;
    let command = || Command {
        register: "campaigns",
        operation: "announce",
        card: Some(card.as_str()),
        version: None,
        input: Input::new(),
    };
    let head = world.actor(Role::Head);
    let (one, two) = tokio::join!(
        world.office.act(&head, world.now, command()),
        world.office.act(&head, world.now, command())
    );
    let refused = [one, two]
        .into_iter()
        .filter(|r| matches!(r, Err(Error::Refused(r)) if r.key == "refusal-state"));
    assert_eq!(refused.count(), 1);
    assert_eq!(counts(&world, &card).await.iter().map(|c| c.2).sum::<i64>(), 3);
}
