//! Terms of cards: what is over by rule is found once, whatever happened in between.

use jiff::civil::date;
use tutela_law::Country;

use super::last_event;
use crate::kernel::card::Card;
use crate::kernel::clock::State;
use crate::kernel::rights::Role;
use crate::world::World;

const PO: Role = Role::ProtectionOfficer;
const SO: Role = Role::SecurityOfficer;

/// An approved activity that keeps each card for so long from the day on which it was made.
async fn keeps(world: &World, length: &str, unit: &str) -> String {
    let given = described(length, unit);
    let card = world.act(PO, ("processing", "draft", None), &given).await.unwrap().card;
    let order = [("order_number", "12"), ("order_date", "2026-01-12")];
    world
        .act(Role::Head, ("processing", "approve", Some(&card)), &order)
        .await
        .unwrap();
    card
}

fn described<'a>(length: &'a str, unit: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("title", "Letters"),
        ("purpose", "Answering letters"),
        ("norm", "Article 1"),
        ("bases", "consent"),
        ("subject_categories", "citizens"),
        ("data_categories", "identity"),
        ("keep_from", "document-made"),
        ("keep_length", length),
        ("keep_unit", unit),
        ("started_on", "2020-01-12"),
    ]
}

async fn consent(world: &World, number: u32, given_on: &str, activities: &[&str]) -> String {
    let document = format!("0791{number:08}");
    let mut given = vec![
        ("subject_name", "Trần Thử"),
        ("subject_document", document.as_str()),
        ("given_on", given_on),
        ("way", "paper"),
    ];
    given.extend(activities.iter().map(|a| ("processing", *a)));
    let what = ("consents", "register", None);
    world.act(Role::Officer, what, &given).await.unwrap().card
}

async fn cases(world: &World) -> Vec<Card> {
    let register = world.office.register("destructions").unwrap();
    let page = world
        .office
        .page(&world.actor(Role::Head), register, None, None)
        .await
        .unwrap();
    page.cards.into_iter().map(|c| c.card).collect()
}

async fn sweep(world: &World) -> u64 {
    world.office.sweep(&world.body, world.now).await.unwrap()
}

#[test]
fn the_day_up_to_which_events_are_over_is_that_of_the_rule() {
    use super::keep_until;
    for (length, unit) in [
        (0, "days"),
        (30, "days"),
        (1, "months"),
        (6, "months"),
        (1, "years"),
        (75, "years"),
    ] {
        let mut today = date(2027, 12, 1);
        for _ in 0..500 {
            let last = last_event(today, length, unit).unwrap();
            assert!(
                keep_until(last, length, unit).unwrap() < today,
                "{length} {unit} {today}"
            );
            let next = last.tomorrow().unwrap();
            assert!(
                keep_until(next, length, unit).unwrap() >= today,
                "{length} {unit} {today}"
            );
            today = today.tomorrow().unwrap();
        }
    }
    assert_eq!(last_event(date(2026, 1, 1), 5, "weeks"), None);
    assert_eq!(last_event(date(2026, 1, 1), -1, "days"), None);
}

#[tokio::test]
async fn what_is_over_goes_into_one_case_of_the_month_and_only_once() {
    let mut world = World::new(Country::Ru).await;
    let short = keeps(&world, "6", "months").await;
    let long = keeps(&world, "5", "years").await;
    // Six months from 23 May are over after 23 November; from 24 May not before the 25th.
    let over = consent(&world, 1, "2026-05-23", &[&short]).await;
    let tomorrow = consent(&world, 2, "2026-05-24", &[&short]).await;
    let both = consent(&world, 3, "2026-01-10", &[&short, &long]).await;
    assert_eq!(sweep(&world).await, 1);
    assert_eq!(sweep(&world).await, 0, "done is done");
    let case = &cases(&world).await[0];
    assert_eq!(case.cards("records"), [over.as_str()]);
    assert_eq!(case.cards("activities"), [short.as_str()]);
    assert_eq!(
        (case.text("destruction_reason"), case.text("expired_in")),
        ("term-over", "2026-11")
    );
    assert!(world.card(&over).await.blocked);
    assert!(!world.card(&both).await.blocked, "it is needed for something else");
    // Thirty days from the end of the term, not from the night in which it was found.
    let clock = &world.clocks_of(&case.id).await[0];
    let day = clock
        .due(&world.office.reckoner, &world.body)
        .unwrap()
        .last_day
        .unwrap();
    assert_eq!(
        (clock.duty.as_str(), day.to_string().as_str()),
        ("destroy-purpose", "2026-12-23")
    );
    // The next day's go into the same case while nobody has prepared it.
    world.now = "2026-11-25T02:00:00Z".parse().unwrap();
    assert_eq!(sweep(&world).await, 1);
    let all = cases(&world).await;
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].cards("records").len(), 2);
    assert!(all[0].cards("records").contains(&tomorrow.as_str()));
    // What a case gives up is looked at again.
    let spare = [("spared", tomorrow.as_str()), ("spare_reason", "Asked to stay")];
    world
        .act(Role::Head, ("destructions", "spare", Some(&all[0].id)), &spare)
        .await
        .unwrap();
    assert!(!world.card(&tomorrow).await.blocked);
    assert_eq!(sweep(&world).await, 1);
}

#[tokio::test]
async fn a_hold_keeps_a_card_out_and_its_end_starts_the_duty() {
    let mut world = World::new(Country::Ru).await;
    let short = keeps(&world, "6", "months").await;
    let held = consent(&world, 1, "2026-01-10", &[&short]).await;
    let hold = [
        ("hold_kind", "hold-court"),
        ("hold_norm", "Case 2-1/2026"),
        ("hold_from", "2026-11-20"),
        ("hold_until", "2026-11-30"),
        ("hold_reason", "Evidence"),
        ("hold_cards", held.as_str()),
    ];
    world.act(SO, ("holds", "place", None), &hold).await.unwrap();
    assert_eq!(sweep(&world).await, 0);
    let body = &world.body;
    let head = world.actor(Role::Head);
    let month = world
        .office
        .month(&head, body, date(2026, 11, 24), date(2026, 11, 1))
        .await;
    let month = month.unwrap();
    assert_eq!((month.rules[0].over, month.holds.len(), month.cases.len()), (1, 1, 0));
    world.now = "2026-12-01T02:00:00Z".parse().unwrap();
    world.office.expire(world.now).await.unwrap();
    let all = cases(&world).await;
    assert_eq!(all[0].cards("records"), [held.as_str()]);
    let clock = &world.clocks_of(&all[0].id).await[0];
    let day = clock
        .due(&world.office.reckoner, &world.body)
        .unwrap()
        .last_day
        .unwrap();
    assert_eq!(
        day.to_string(),
        "2026-12-30",
        "thirty days from the last day of the hold"
    );
    assert_eq!(clock.state, State::Running);
}

#[tokio::test]
async fn a_longer_rule_looks_again_and_a_shorter_one_finds_more() {
    let mut world = World::new(Country::Vn).await;
    let activity = keeps(&world, "1", "years").await;
    let other = keeps(&world, "5", "years").await;
    let card = consent(&world, 1, "2025-06-01", &[&activity, &other]).await;
    assert_eq!(sweep(&world).await, 0, "the other activity keeps it");
    let order = [("order_number", "13"), ("order_date", "2026-11-24")];
    for (id, length, unit) in [(&activity, "10", "years"), (&other, "1", "years")] {
        let what = |name| ("processing", name, Some(id.as_str()));
        world.act(PO, what("change"), &described(length, unit)).await.unwrap();
        world.act(Role::Head, what("approve"), &order).await.unwrap();
        assert_eq!(sweep(&world).await, 0, "one of the two keeps it");
    }
    let what = ("processing", "change", Some(activity.as_str()));
    world.act(PO, what, &described("1", "years")).await.unwrap();
    let what = ("processing", "approve", Some(activity.as_str()));
    world.act(Role::Head, what, &order).await.unwrap();
    world.now = "2026-11-25T02:00:00Z".parse().unwrap();
    assert_eq!(sweep(&world).await, 1);
    assert_eq!(cases(&world).await[0].cards("records"), [card.as_str()]);
}

#[tokio::test]
async fn many_cards_make_one_case_with_as_many_parts_as_it_needs() {
    let world = World::new(Country::Vn).await;
    let short = keeps(&world, "1", "months").await;
    for n in 0..205 {
        consent(&world, n, "2026-10-01", &[&short]).await;
    }
    // As in an installation that is older than the terms: no card has a row.
    let mut tx = world.office.db.write().await.unwrap();
    sqlx::query("DELETE FROM card_keep").execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(sweep(&world).await, 205);
    let all = cases(&world).await;
    let sizes: Vec<_> = all.iter().map(|c| c.cards("records").len()).collect();
    assert_eq!(sizes, [200]);
    assert_eq!(all[0].data["records_all"].as_i64(), Some(205));
    let part = world.card(&world.newest("destruction-parts").await).await;
    assert_eq!(part.cards("records").len(), 5);
    assert_eq!(part.text("part_case"), all[0].id);
    assert_eq!(sweep(&world).await, 0);
}

/// How long a night takes with very many cards, of which a part falls due each day. Only measured when asked for.
#[tokio::test]
#[ignore = "measures; run it by name with TUTELA_CARDS=5000000"]
async fn a_night_with_very_many_cards() {
    let cards: i64 = std::env::var("TUTELA_CARDS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(100_000);
    let mut world = World::new(Country::Vn).await;
    let activity = keeps(&world, "5", "years").await;
    // Real cards for what falls due tonight, rows as they are for the rest: five years of days, evenly.
    for n in 0..400 {
        consent(&world, n, "2021-11-23", &[&activity]).await;
    }
    let mut tx = world.office.db.write().await.unwrap();
    // A card for every row, as in life; what it holds does not matter here.
    sqlx::query(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1) \
         INSERT INTO card (id, body, register, number, state, version, blocked, data, created_at, updated_at) \
         SELECT 'f0000000-' || i, $2, 'consents', 'x-' || i, 'given', 1, 0, '{}', 0, 0 FROM n",
    )
    .bind(cards)
    .bind(&world.body.id)
    .execute(&mut *tx)
    .await
    .unwrap();
    sqlx::query(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1) \
         INSERT INTO card_keep (body, card, activity, made, seen) \
         SELECT $2, 'f0000000-' || i, $3, CAST(2022 + i % 5 AS TEXT) || '-0' || CAST(1 + i % 9 AS TEXT) || '-15', 0 FROM n",
    )
    .bind(cards)
    .bind(&world.body.id)
    .bind(&activity)
    .execute(&mut *tx)
    .await
    .unwrap();
    crate::kernel::store::first_setting(&mut tx, &format!("keep.filled/{}", world.body.id), "1")
        .await
        .unwrap();
    tx.commit().await.unwrap();
    for (night, day) in [(400, "2026-11-24T02:00:00Z"), (0, "2026-11-25T02:00:00Z")] {
        world.now = day.parse().unwrap();
        let begin = std::time::Instant::now();
        assert_eq!(sweep(&world).await, night);
        println!("{cards} cards, {night} due: {:?}", begin.elapsed());
    }
}
