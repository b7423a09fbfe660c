use jiff::SignedDuration;
use tutela_law::Country;

use super::{Restore, Seal, Unseal, restore};
use crate::error::Error;
use crate::kernel::card::Personal;
use crate::kernel::rights::Role;
use crate::kernel::store::{Db, int};
use crate::office::{Layout, Office};
use crate::world::{Database, World};

struct Pair {
    seal: Seal,
    unseal: Unseal,
}

fn pair() -> Pair {
    let identity = age::x25519::Identity::generate();
    Pair {
        seal: Seal::Recipients(vec![identity.to_public()]),
        unseal: Unseal::Identity(identity),
    }
}

async fn consent(world: &World, activity: &str, document: &str) -> String {
    let given = [
        ("subject_name", "Nguyễn Thị Hoa"),
        ("subject_document", document),
        ("processing", activity),
        ("given_on", "2026-03-02"),
        ("way", "paper"),
    ];
    world
        .act(Role::Officer, ("consents", "register", None), &given)
        .await
        .unwrap()
        .card
}

async fn destroy(world: &World, card: &str) {
    let withdrawn = [("withdrawn_at", "2026-11-24T04:00")];
    world
        .act(Role::Officer, ("consents", "withdraw", Some(card)), &withdrawn)
        .await
        .unwrap();
    let due = world.office.register("destructions").unwrap();
    let cases = world
        .office
        .page(&world.actor(Role::Head), due, Some("due"), None)
        .await
        .unwrap();
    let case = cases.cards[0].card.id.clone();
    world.destroy(&case).await;
}

fn plan<'a>(from: &'a std::path::Path, to: &'a std::path::Path, pair: &'a Pair, world: &World) -> Restore<'a> {
    Restore {
        from,
        unseal: &pair.unseal,
        to,
        database: None,
        destroyed: &[],
        old: None,
        checkpoint: None,
        older: false,
        now: world.now,
    }
}

/// Opens what was brought back, with the key file that is in no backup.
async fn open(world: &World, to: &std::path::Path, url: Option<&str>) -> Office {
    let unlock = Layout::KEY_FILE;
    assert!(!to.join(unlock).exists(), "what unlocks the records is not in a backup");
    std::fs::copy(world.place.path().join(unlock), to.join(unlock)).unwrap();
    let office = match url {
        Some(url) => Office::with(Db::open(url).await.unwrap(), to).await.unwrap(),
        None => Office::open(to).await.unwrap(),
    };
    assert!(office.unlock_by_key_file().await.unwrap().is_empty());
    office
}

#[tokio::test]
async fn a_backup_comes_back_into_either_database_without_what_was_destroyed_since() {
    let world = World::new(Country::Ru).await;
    let activity = world.activity(&["consent"]).await;
    let kept = consent(&world, &activity, "079183000123").await;
    let gone = consent(&world, &activity, "079183000124").await;
    world.office.publish(world.now).await.unwrap();
    let (pair, media) = (pair(), tempfile::tempdir().unwrap());
    let taken = world.office.backup(media.path(), &pair.seal, world.now).await.unwrap();
    assert_eq!(taken.keys, 2);
    let again = world.office.backup(media.path(), &pair.seal, world.now).await;
    assert!(matches!(again, Err(Error::Installation(told)) if told.contains("never written over")));
    let sealed = std::fs::read(&taken.file).unwrap();
    let keys_before = std::fs::read(taken.file.with_extension("keys")).unwrap();
    for secret in [kept.as_bytes(), "consents".as_bytes(), "CREATE".as_bytes()] {
        assert!(
            !sealed.windows(secret.len()).any(|w| w == secret),
            "nothing can be read in it"
        );
    }

    destroy(&world, &gone).await;
    // The key is out of the backup that was made before.
    let keys_after = std::fs::read(taken.file.with_extension("keys")).unwrap();
    assert_ne!(keys_before, keys_after);
    let head = world.actor(Role::Head);
    // Into an embedded database, and, where there is a server, into one there: whatever it came from.
    let server = Database::empty().await;
    for (url, old_keys) in [
        (None, false),
        (None, true),
        (server.as_ref().map(|s| s.url.as_str()), false),
    ] {
        // A copy of the keys from before, on a medium that nobody could reach: the list beside it still knows.
        std::fs::write(
            taken.file.with_extension("keys"),
            if old_keys { &keys_before } else { &keys_after },
        )
        .unwrap();
        let to = tempfile::tempdir().unwrap();
        let mut plan = plan(&taken.file, to.path(), &pair, &world);
        plan.database = url;
        let done = restore(&plan).await.unwrap();
        assert_eq!((done.destroyed_again, done.entries), (1, taken.entries));
        let office = open(&world, to.path(), url).await;
        let look = office
            .open_card(&world.actor(Role::Officer), world.now, &kept, &activity)
            .await
            .unwrap();
        assert_eq!(look.text("subject_name"), "Nguyễn Thị Hoa");
        let look = office
            .open_card(&world.actor(Role::Officer), world.now, &gone, &activity)
            .await
            .unwrap();
        assert!(matches!(look.personal, Personal::Destroyed(_)));
        assert_eq!(
            office.search(&world.actor(Role::Officer), "hoa").await.unwrap().len(),
            1
        );
        let page = office
            .page(&head, office.register("consents").unwrap(), None, None)
            .await
            .unwrap();
        assert_eq!(page.cards.len(), 2);
        office.publish(world.now).await.unwrap();
        // What was destroyed again is in the journal, after what was there.
        let size = i64::try_from(office.published.checkpoint().size).unwrap();
        assert!(size > done.entries);
        let left = sqlx::query("SELECT COUNT(*) AS n FROM session")
            .fetch_one(office.db.read())
            .await
            .unwrap();
        assert_eq!(int(&left, "n").unwrap(), 0, "nobody is signed in by a backup");
        office.db.close().await;
    }
}

#[tokio::test]
async fn an_older_backup_is_refused_unless_it_is_asked_for() {
    let world = World::new(Country::Ru).await;
    let activity = world.activity(&["consent"]).await;
    let gone = consent(&world, &activity, "079183000124").await;
    world.office.publish(world.now).await.unwrap();
    let (pair, media) = (pair(), tempfile::tempdir().unwrap());
    let first = world.office.backup(media.path(), &pair.seal, world.now).await.unwrap();
    // The medium is carried away: nothing of what happens now reaches it.
    let away = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(media.path()).unwrap() {
        let path = entry.unwrap().path();
        std::fs::copy(&path, away.path().join(path.file_name().unwrap())).unwrap();
    }
    let carried = away.path().join(first.file.file_name().unwrap());
    destroy(&world, &gone).await;
    world.office.publish(world.now).await.unwrap();
    world
        .office
        .backup(media.path(), &pair.seal, world.now + SignedDuration::from_hours(24))
        .await
        .unwrap();

    // Beside the newer backup.
    let to = tempfile::tempdir().unwrap();
    let told = restore(&plan(&first.file, to.path(), &pair, &world))
        .await
        .unwrap_err()
        .to_string();
    assert!(told.contains("would be lost") && told.contains("--older"), "{told}");
    assert_eq!(std::fs::read_dir(to.path()).unwrap().count(), 0, "nothing was written");
    // Where a witness kept a checkpoint.
    let checkpoint = world.office.published.folder().join("checkpoint");
    let mut known = plan(&carried, to.path(), &pair, &world);
    known.checkpoint = Some(&checkpoint);
    assert!(restore(&known).await.is_err());
    // With what is left of the old folder, its published journal tells what was destroyed, even without the list.
    let old = tempfile::tempdir().unwrap();
    copy(world.office.published.folder(), &old.path().join(Layout::JOURNAL));
    let mut told = plan(&carried, to.path(), &pair, &world);
    told.old = Some(old.path());
    told.older = true;
    let done = restore(&told).await.unwrap();
    assert!(done.lost > 0);
    assert_eq!(done.destroyed_again, 1);
    let occupied = restore(&plan(&carried, to.path(), &pair, &world)).await.unwrap_err();
    assert!(occupied.to_string().contains("not empty"), "{occupied}");
    // Nothing is known of it: the record comes back, as the documentation says.
    let to = tempfile::tempdir().unwrap();
    assert_eq!(
        restore(&plan(&carried, to.path(), &pair, &world))
            .await
            .unwrap()
            .destroyed_again,
        0
    );
    let to = tempfile::tempdir().unwrap();
    let list = [world.place.path().join(Layout::DESTROYED)];
    let mut listed = plan(&carried, to.path(), &pair, &world);
    listed.destroyed = &list;
    assert_eq!(restore(&listed).await.unwrap().destroyed_again, 1);
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let there = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &there);
        } else {
            std::fs::copy(&path, there).unwrap();
        }
    }
}

#[tokio::test]
async fn damage_the_wrong_key_and_a_broken_off_return_are_told() {
    let world = World::new(Country::Vn).await;
    let activity = world.activity(&["consent"]).await;
    consent(&world, &activity, "079183000123").await;
    world.office.publish(world.now).await.unwrap();
    let (ours, media) = (pair(), tempfile::tempdir().unwrap());
    let taken = world.office.backup(media.path(), &ours.seal, world.now).await.unwrap();
    let to = tempfile::tempdir().unwrap();
    let other = pair();
    let wrong = restore(&plan(&taken.file, to.path(), &other, &world))
        .await
        .unwrap_err()
        .to_string();
    assert!(wrong.contains("sealed to another"), "{wrong}");
    let whole = std::fs::read(&taken.file).unwrap();
    for at in [whole.len() / 3, whole.len() - 5] {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        std::fs::write(&taken.file, &changed).unwrap();
        let to = tempfile::tempdir().unwrap();
        let told = restore(&plan(&taken.file, to.path(), &ours, &world))
            .await
            .unwrap_err()
            .to_string();
        assert!(
            told.contains("cut short or damaged") || told.contains("cannot be opened"),
            "{told}"
        );
        std::fs::write(&taken.file, &whole[..at]).unwrap();
        let to = tempfile::tempdir().unwrap();
        restore(&plan(&taken.file, to.path(), &ours, &world)).await.unwrap_err();
        // What came half back is not taken for an office.
        if to.path().join(Layout::RESTORING).is_file() {
            let Err(Error::Installation(told)) = Office::open(to.path()).await else {
                panic!("taken for an office")
            };
            assert!(told.contains("broken off"), "{told}");
        }
    }
    std::fs::write(&taken.file, &whole).unwrap();
    std::fs::remove_file(taken.file.with_extension("keys")).unwrap();
    assert!(
        restore(&plan(&taken.file, tempfile::tempdir().unwrap().path(), &ours, &world))
            .await
            .is_err()
    );
}

#[tokio::test]
async fn a_passphrase_seals_a_backup_too() {
    let world = World::new(Country::Cn).await;
    let media = tempfile::tempdir().unwrap();
    let seal = Seal::passphrase("eight words that nobody knows");
    let taken = world.office.backup(media.path(), &seal, world.now).await.unwrap();
    let to = tempfile::tempdir().unwrap();
    let right = Pair {
        seal,
        unseal: Unseal::passphrase("eight words that nobody knows"),
    };
    restore(&plan(&taken.file, to.path(), &right, &world)).await.unwrap();
    open(&world, to.path(), None).await;
}

#[tokio::test]
async fn files_come_back_with_their_records_and_neither_those_that_wait_nor_those_destroyed_since() {
    let world = World::new(Country::Vn).await;
    let office = &world.office;
    let officer = world.actor(Role::Officer);
    let content = [b"%PDF-1.7 ".as_slice(), &[7; 2_500_000]].concat();
    let mut cards = Vec::new();
    for _ in 0..2 {
        let file = office
            .take_file(&officer, world.now, "a.pdf", content.clone())
            .await
            .unwrap();
        let given = [
            ("report_kind", "lost-media"),
            ("report_text", "A stick"),
            ("report_files", file.as_str()),
        ];
        let done = world
            .act(Role::Officer, ("reports", "report", None), &given)
            .await
            .unwrap();
        cards.push((done.card, file));
    }
    let waits = office
        .take_file(&officer, world.now, "b.pdf", content.clone())
        .await
        .unwrap();
    office.publish(world.now).await.unwrap();
    let (pair, media) = (pair(), tempfile::tempdir().unwrap());
    let taken = office.backup(media.path(), &pair.seal, world.now).await.unwrap();
    // Destroyed after the backup, as an act does it.
    let mut tx = office.db.write().await.unwrap();
    let gone = cards[1].0.clone();
    crate::kernel::vault::destroy(&mut tx, &gone, world.now).await.unwrap();
    let seq = crate::kernel::journal::next(&mut tx).await.unwrap();
    let salt = crate::kernel::journal::Root::random().unwrap();
    let none = crate::kernel::field::Values::new();
    let body = &world.body.id;
    crate::kernel::record::write_event(
        &mut tx,
        seq,
        body,
        &officer,
        world.now,
        "vault.destroy",
        &gone,
        &none,
        &salt,
        Vec::new(),
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    office.recorded(world.now, true).await;

    let server = Database::empty().await;
    for url in [None, server.as_ref().map(|s| s.url.as_str())] {
        if url.is_none() && server.is_some() {
            continue;
        }
        let folder = tempfile::tempdir().unwrap();
        let to = folder.path().join("new");
        let what = Restore {
            database: url,
            ..plan(&taken.file, &to, &pair, &world)
        };
        restore(&what).await.unwrap();
        let back = open(&world, &to, url).await;
        let security = world.actor(Role::ProtectionOfficer);
        let (card, file) = &cards[0];
        let mut opened = back
            .open_file(&security, world.now, (card, file), "violation")
            .await
            .unwrap();
        assert_eq!(opened.whole(&back.db).await.unwrap(), content);
        let refused = back
            .open_file(&security, world.now, (&cards[1].0, &cards[1].1), "violation")
            .await;
        assert!(matches!(refused, Err(Error::Refused(_))));
        let left = sqlx::query("SELECT COUNT(*) AS n FROM evidence_part WHERE evidence IN ($1, $2)")
            .bind(&waits)
            .bind(&cards[1].1)
            .fetch_one(back.db.read())
            .await
            .unwrap();
        assert_eq!(int(&left, "n").unwrap(), 0);
    }
}
