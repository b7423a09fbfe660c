use std::collections::BTreeSet;
use std::time::Duration;

use tutela_law::Country;

use super::check::{Other, check, prepared};
use crate::error::Error;
use crate::office::now;
use crate::world::World;

/// The system refuses to write files beyond a size, as a full disk does. Where the disk of a database server ends is its own.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_refuses_acts_and_loses_none() {
    let world = World::new(Country::Ru).await;
    if world.place.database.is_some() {
        return;
    }
    let (place, given) = prepared(world).await;
    let size = std::fs::metadata(place.path().join("office.sqlite")).unwrap().len();
    let blocks = (size + (800 << 10)) / 512;
    let mut other = Other::start(
        "faults::kill::worker",
        &given,
        &format!("trap '' XFSZ; ulimit -f {blocks};"),
    );
    let mut acknowledged = BTreeSet::new();
    let fault = loop {
        let line = other.lines.recv_timeout(Duration::from_secs(120)).unwrap();
        match line.strip_prefix("fault ") {
            Some(fault) => break fault.to_owned(),
            None if line == "ready" => {}
            None => {
                acknowledged.insert(line.parse().unwrap());
            }
        }
    };
    assert!(
        other.process.wait().unwrap().success(),
        "it ends as it should, it does not fall over"
    );
    assert!(
        fault.contains("full or cannot be written") && fault.contains("Make room"),
        "{fault}"
    );
    assert!(acknowledged.len() >= 5, "{acknowledged:?}");
    // There is room again.
    let office = place.open().await.unwrap();
    office.unlock_by_key_file().await.unwrap();
    let entries = check(&office, &acknowledged).await;
    assert!(entries > *acknowledged.last().unwrap());
}

#[tokio::test]
async fn a_database_without_room_says_so_and_goes_on_when_there_is() {
    let world = World::new(Country::Vn).await;
    if world.place.database.is_some() {
        return;
    }
    let activity = world.activity(&["consent"]).await;
    let mut connection = world.office.db.read().acquire().await.unwrap();
    let row = sqlx::query("PRAGMA page_count")
        .fetch_one(&mut *connection)
        .await
        .unwrap();
    let pages: i64 = sqlx::Row::try_get(&row, 0).unwrap();
    // One connection for everything, so that its limit is the limit.
    let limit = sqlx::AssertSqlSafe(format!("PRAGMA max_page_count = {pages}"));
    sqlx::query(limit).execute(&mut *connection).await.unwrap();
    let long = "x".repeat(100_000);
    let full = sqlx::query("INSERT INTO setting (name, value) VALUES ('long', $1)")
        .bind(long)
        .execute(&mut *connection)
        .await;
    let fault = Error::from(full.unwrap_err());
    assert!(matches!(fault, Error::Full(_)), "{fault}");
    drop(connection);
    assert_eq!(world.card(&activity).await.state, "approved");
}

#[tokio::test]
async fn a_clock_that_was_set_back_is_noticed_and_the_order_stays() {
    use crate::kernel::rights::Role;
    let mut world = World::new(Country::Vn).await;
    let first = world.activity(&["consent"]).await;
    assert_eq!(world.office.clock_behind(world.now), None);
    world.now -= jiff::SignedDuration::from_hours(30);
    let given = [
        ("title", "Later"),
        ("purpose", "Answering letters"),
        ("norm", "Article 1"),
        ("subject_categories", "citizens"),
        ("data_categories", "identity"),
        ("keep_from", "purpose-reached"),
        ("keep_length", "5"),
        ("keep_unit", "years"),
        ("started_on", "2026-01-12"),
        ("bases", "consent"),
    ];
    let done = world
        .act(Role::ProtectionOfficer, ("processing", "draft", None), &given)
        .await
        .unwrap();
    let behind = world.office.clock_behind(world.now).unwrap();
    assert_eq!(behind, Duration::from_secs(30 * 3600));
    // It is recorded with the instant that the clock told, after what was recorded before it.
    let rows = sqlx::query("SELECT seq, at, card FROM event WHERE kind LIKE 'processing.%' ORDER BY seq DESC LIMIT 1")
        .fetch_one(world.office.db.read());
    let row = rows.await.unwrap();
    assert_eq!(crate::kernel::store::int(&row, "seq").unwrap(), done.seq);
    assert_eq!(
        crate::kernel::store::int(&row, "at").unwrap(),
        world.now.as_microsecond()
    );
    let head = world.actor(Role::Head);
    let page = world
        .office
        .page(&head, world.office.register("processing").unwrap(), None, None);
    let order: Vec<_> = page.await.unwrap().cards.into_iter().map(|l| l.card.id).collect();
    assert!(order.contains(&first) && order.contains(&done.card));
    check(&world.office, &BTreeSet::from([done.seq])).await;
    // What is known of the clock outlives the program.
    let place = world.end().await;
    let office = place.open().await.unwrap();
    assert!(office.clock_behind("2026-11-01T00:00:00Z".parse().unwrap()).is_some());
    assert_eq!(
        office.clock_behind(now().max("2027-01-01T00:00:00Z".parse().unwrap())),
        None
    );
}
