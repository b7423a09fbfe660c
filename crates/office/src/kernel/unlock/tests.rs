use tutela_law::Country;

use super::*;
use crate::world::World;

const PASSPHRASE: &str = "five words that nobody says";

/// A world whose body is locked by a passphrase.
async fn locked() -> World {
    let world = World::new(Country::Vn).await;
    world
        .office
        .relock(&world.body, &Means::Passphrase(PASSPHRASE.to_owned().into()))
        .unwrap();
    world.office.keys.lock(&world.body.id);
    world
}

fn key<T: std::fmt::Debug>(result: Result<T, Error>) -> &'static str {
    match result {
        Err(Error::Refused(refusal)) => refusal.key,
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test]
async fn a_passphrase_opens_what_no_key_file_does() {
    let world = locked().await;
    let office = &world.office;
    let left = office.unlock_at_start(None).await.unwrap();
    assert_eq!(left.len(), 1, "the key file opens it no longer");
    let unlock = async |role, passphrase: &str| {
        let actor = world.actor(role);
        office
            .unlock_by_passphrase(&actor, world.now, &world.body.id, passphrase)
            .await
    };
    assert_eq!(key(unlock(Role::Officer, PASSPHRASE).await), "refusal-right");
    assert_eq!(
        key(unlock(Role::Administrator, "another passphrase").await),
        "refusal-passphrase"
    );
    assert!(office.keys.of(&world.body.id).is_err());
    unlock(Role::Administrator, PASSPHRASE).await.unwrap();
    assert!(office.keys.of(&world.body.id).is_ok());
    assert_eq!(world.events("body.unlock").await, 1);
    // Back to the key file, which opens it at the next start by itself.
    office.relock(&world.body, &Means::KeyFile).unwrap();
    office.keys.lock(&world.body.id);
    assert_eq!(
        key(unlock(Role::ProtectionOfficer, PASSPHRASE).await),
        "refusal-passphrase-other"
    );
    assert!(office.unlock_at_start(None).await.unwrap().is_empty());
}

#[tokio::test]
async fn guesses_are_counted() {
    let world = locked().await;
    let actor = world.actor(Role::ProtectionOfficer);
    let unlock = async |passphrase: &str| {
        world
            .office
            .unlock_by_passphrase(&actor, world.now, &world.body.id, passphrase)
            .await
    };
    for _ in 0..5 {
        assert_eq!(key(unlock("another passphrase").await), "refusal-passphrase");
    }
    assert_eq!(key(unlock(PASSPHRASE).await), "refusal-sign-in-locked");
}

#[cfg(unix)]
#[tokio::test]
async fn the_machine_itself_unlocks_through_the_socket() {
    use super::socket::{Answer, ask, serve};
    use std::sync::Arc;
    let world = locked().await;
    let folder = world.office.folder().to_owned();
    assert!(ask(&folder, None).await.is_err(), "nobody serves yet");
    let serving = tokio::spawn(serve(Arc::clone(&world.office)));
    let mut answer = ask(&folder, None).await;
    while answer.is_err() {
        tokio::task::yield_now().await;
        answer = ask(&folder, None).await;
    }
    match answer.unwrap() {
        Answer::Locked(all) => assert_eq!((all.len(), all[0].id.as_str()), (1, world.body.id.as_str())),
        other => panic!("{other:?}"),
    }
    let body = world.body.id.as_str();
    assert_eq!(
        ask(&folder, Some((body, "another passphrase"))).await.unwrap(),
        Answer::Wrong
    );
    assert!(matches!(
        ask(&folder, Some(("nobody", PASSPHRASE))).await.unwrap(),
        Answer::Failed(_)
    ));
    assert_eq!(
        ask(&folder, Some((body, PASSPHRASE))).await.unwrap(),
        Answer::Locked(Vec::new())
    );
    assert!(world.office.keys.of(body).is_ok());
    serving.abort();
    let _ = serving.await;
    assert!(ask(&folder, None).await.is_err());
}
