//! A destruction of very many records is killed between its parts and within them.

use std::collections::BTreeSet;
use std::time::Duration;

use tutela_law::Country;

use super::check::{Other, check};
use super::kill::told;
use crate::kernel::rights::Role;
use crate::registers::tests_of_parts::due;
use crate::world::World;

/// An instant after all that the world did.
const LATER: &str = "2026-11-24T03:00:00Z";
/// Parts of a case take two hundred records each.
const RECORDS: u32 = 1001;

#[tokio::test]
#[ignore = "a program of its own for the tests beside it"]
async fn worker() {
    let (office, _, _) = told().await;
    println!("told ready");
    while office.work_piece(LATER.parse().unwrap()).await.unwrap() {
        println!("told piece");
    }
    println!("told end");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_destruction_in_parts_goes_on_wherever_it_was_killed() {
    let world = World::new(Country::Ru).await;
    let (case, consents) = due(&world, RECORDS).await;
    world.destroy(&case).await;
    assert_eq!(world.card(&case).await.state, "executing");
    let body = world.body.id.clone();
    let url = world.place.url();
    let account = world.account(Role::SecurityOfficer).id.clone();
    let place = world.end().await;
    let folder = place.path().display().to_string();
    let given = [folder, url, account, body.clone(), String::new()];
    let mut ended = false;
    let mut kills = 0;
    while !ended {
        let mut other = Other::start("faults::parts::worker", &given, "");
        let ready = other.lines.recv_timeout(Duration::from_secs(60));
        assert_eq!(ready.as_deref(), Ok("ready"));
        let mut random = [0; 2];
        getrandom::fill(&mut random).unwrap();
        // After a piece or none, at an instant that nobody chose; in time it is let come to its end.
        for _ in 0..u32::from(random[0] % 2) + kills / 4 {
            let line = other.lines.recv_timeout(Duration::from_secs(60)).unwrap();
            ended |= line == "end";
            if ended {
                break;
            }
        }
        let _ = other
            .lines
            .recv_timeout(Duration::from_micros(u64::from(random[1]) * 1000));
        other.process.kill().unwrap();
        other.process.wait().unwrap();
        kills += 1;
        let office = place.open().await.unwrap();
        assert!(office.unlock_by_key_file().await.unwrap().is_empty());
        check(&office, &BTreeSet::new()).await;
        // All records of a part, or none of them.
        let row = sqlx::query("SELECT COUNT(*) AS n FROM event WHERE kind = 'vault.destroy'");
        let row = row.fetch_one(office.db.read()).await.unwrap();
        let destroyed = crate::kernel::store::int(&row, "n").unwrap();
        assert!(destroyed % 200 == 0 || destroyed == i64::from(RECORDS), "{destroyed}");
        office.close(LATER.parse().unwrap()).await.unwrap();
        assert!(kills < 100, "it does not come to an end");
    }
    let office = place.open().await.unwrap();
    let mut connection = office.db.read().acquire().await.unwrap();
    let card = crate::kernel::record::load_card(&mut connection, &body, &case).await;
    let card = card.unwrap().unwrap();
    assert_eq!(card.state, "executed");
    assert_eq!(card.data["records_destroyed"].as_u64(), Some(u64::from(RECORDS)));
    assert_eq!(card.data["annex_files"].as_array().map(Vec::len), Some(1));
    let rows = sqlx::query("SELECT card FROM event WHERE kind = 'vault.destroy'");
    let rows = rows.fetch_all(&mut *connection).await.unwrap();
    let once: BTreeSet<String> = rows
        .iter()
        .map(|r| crate::kernel::store::text(r, "card").unwrap())
        .collect();
    assert_eq!((rows.len(), once.len()), (consents.len(), consents.len()));
}
