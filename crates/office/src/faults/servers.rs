use std::collections::BTreeSet;

use jiff::SignedDuration;
use tutela_law::Country;

use super::check::check;
use crate::error::Error;
use crate::kernel::lease;
use crate::kernel::store::Db;
use crate::office::{Layout, Office};
use crate::world::World;

#[tokio::test]
async fn two_servers_do_not_start_on_one_folder() {
    let world = World::new(Country::Vn).await;
    if world.place.database.is_some() {
        return;
    }
    let Err(Error::Installation(told)) = world.place.open().await else {
        panic!("two servers")
    };
    assert!(
        told.contains("another Tutela") && told.contains(&std::process::id().to_string()),
        "{told}"
    );
    let place = world.end().await;
    drop(place.open().await.unwrap());
    place.open().await.unwrap();
}

#[tokio::test]
async fn a_lease_has_one_holder_and_a_term_for_each() {
    let world = World::new(Country::Vn).await;
    let mut tx = world.office.db.write().await.unwrap();
    let mut at = world.now;
    assert_eq!(lease::hold(&mut tx, "x", "a", at).await.unwrap(), Some(1));
    assert_eq!(lease::hold(&mut tx, "x", "b", at).await.unwrap(), None);
    at += SignedDuration::from_secs(20);
    assert_eq!(lease::hold(&mut tx, "x", "a", at).await.unwrap(), Some(1), "renewed");
    at += SignedDuration::from_secs(20);
    assert_eq!(lease::hold(&mut tx, "x", "b", at).await.unwrap(), None);
    at += SignedDuration::from_secs(20);
    assert_eq!(
        lease::hold(&mut tx, "x", "b", at).await.unwrap(),
        Some(2),
        "its holder was not heard of"
    );
    lease::give_up(&mut tx, "x", "b").await.unwrap();
    assert_eq!(lease::hold(&mut tx, "x", "a", at).await.unwrap(), Some(3));
}

/// Several servers share a database on PostgreSQL: people, sessions, acts; and one of them publishes.
#[tokio::test]
async fn several_servers_share_a_database_and_one_publishes() {
    let world = World::new(Country::Vn).await;
    let Some(database) = &world.place.database else { return };
    world.office.publish(world.now).await.unwrap();
    // A second one in the same folder, and a third in one of its own that lacks the key of the journal.
    let second = Office::with(Db::open(&database.url).await.unwrap(), world.place.path())
        .await
        .unwrap();
    second.unlock_by_key_file().await.unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let third = Office::with(Db::open(&database.url).await.unwrap(), elsewhere.path()).await;
    let Err(Error::Installation(told)) = third else {
        panic!("another journal")
    };
    assert!(told.contains("copy it from another server"), "{told}");
    let key = Layout::JOURNAL_KEY;
    std::fs::copy(world.place.path().join(key), elsewhere.path().join(key)).unwrap();
    let third = Office::with(Db::open(&database.url).await.unwrap(), elsewhere.path())
        .await
        .unwrap();

    // A session that one of them began is known to the others.
    let account = &world.accounts[0];
    let link = world.office.one_time_link(account, world.now).await.unwrap();
    let token = second.sign_in_by_link(&link, world.now).await.unwrap();
    assert!(world.office.session(&token, world.now).await.unwrap().is_some());
    assert!(third.session(&token, world.now).await.unwrap().is_some());

    let size = |office: &Office| office.published.checkpoint().size;
    let before = size(&world.office);
    assert_eq!(second.publish(world.now).await.unwrap(), 0, "the first one does");
    assert!(world.office.publish(world.now).await.unwrap() > 0);
    world.activity(&["consent"]).await;
    // The first is not heard of any more; the second goes on where it ended, in the same folder.
    let later = world.now + SignedDuration::from_secs(60);
    assert!(second.publish(later).await.unwrap() > 0);
    assert!(size(&second) > before);
    assert_eq!(world.office.publish(later).await.unwrap(), 0);
    // And back again, though what the first one has in memory is old.
    let link = world.office.one_time_link(account, world.now).await.unwrap();
    second.sign_in_by_link(&link, world.now).await.unwrap();
    let latest = later + SignedDuration::from_secs(60);
    assert!(world.office.publish(latest).await.unwrap() > 0);
    check(&second, &BTreeSet::new()).await;
    // The third makes the same journal out of the same entries.
    let end = crate::office::now() + SignedDuration::from_secs(3600);
    third.publish(end).await.unwrap();
    second.publish(end + SignedDuration::from_secs(3600)).await.unwrap();
    assert_eq!(third.published.checkpoint().root, second.published.checkpoint().root);
}
