use std::collections::BTreeSet;
use std::io::{Read, Seek, SeekFrom, Write};

use tutela_law::Country;

use super::check::{check, sound};
use crate::error::Error;
use crate::kernel::rights::Role;
use crate::office::Layout;
use crate::world::{Place, World};

async fn consents(world: &World, n: usize) {
    let activity = world.activity(&["consent"]).await;
    for at in 0..n {
        let document = format!("0791830{at:05}");
        let given = [
            ("subject_name", "Nguyễn Thị Hoa"),
            ("subject_document", document.as_str()),
            ("processing", activity.as_str()),
            ("given_on", "2026-03-02"),
            ("way", "paper"),
        ];
        world
            .act(Role::Officer, ("consents", "register", None), &given)
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn a_damaged_page_is_told_with_what_to_do() {
    let world = World::new(Country::Vn).await;
    if world.place.database.is_some() {
        return;
    }
    consents(&world, 40).await;
    let place = world.end().await;
    let path = place.path().join("office.sqlite");
    let whole = std::fs::read(&path).unwrap();
    let mut told = 0;
    // Every page but the first in turn becomes noise.
    for page in (1..whole.len() / 4096).step_by(3) {
        let mut file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
        file.seek(SeekFrom::Start(4096 * page as u64)).unwrap();
        file.write_all(&[0xa5; 4096]).unwrap();
        drop(file);
        if let Some(fault) = use_it(&place).await {
            let text = fault.to_string();
            assert!(
                matches!(fault, Error::Corrupt(_)) && text.contains("tutela restore"),
                "page {page}: {text}"
            );
            told += 1;
        }
        for extra in ["office.sqlite-wal", "office.sqlite-shm"] {
            let _ = std::fs::remove_file(place.path().join(extra));
        }
        std::fs::write(&path, &whole).unwrap();
    }
    assert!(told > 5, "most pages are looked at: {told}");
    assert!(use_it(&place).await.is_none());

    // Something else in the place of the file.
    std::fs::write(
        &path,
        "not a database at all, but long enough to be looked at as one".repeat(200),
    )
    .unwrap();
    let told = place.open().await.err().map(|e| format!("{e:?}"));
    assert!(told.as_ref().is_some_and(|t| t.starts_with("Corrupt")), "{told:?}");
    std::fs::write(&path, &whole).unwrap();
}

/// Opens and reads every list. Gives the first fault.
async fn use_it(place: &Place) -> Option<Error> {
    let office = match place.open().await {
        Ok(office) => office,
        Err(fault) => return Some(fault),
    };
    let read = async {
        office.unlock_by_key_file().await?;
        for table in [
            "body",
            "account",
            "card",
            "card_link",
            "vault_record",
            "blind_index",
            "event",
            "journal_entry",
            "clock",
        ] {
            sqlx::query(sqlx::AssertSqlSafe(format!("SELECT * FROM {table}")))
                .fetch_all(office.db.read())
                .await?;
        }
        Ok(())
    };
    let fault = read.await.err();
    office.db.close().await;
    fault
}

#[tokio::test]
async fn a_half_written_tile_is_no_harm() {
    let world = World::new(Country::Vn).await;
    consents(&world, 3).await;
    world.office.publish(world.now).await.unwrap();
    let size = world.office.published.checkpoint().size;
    let place = world.end().await;
    // What the next publication would write lies there already, cut short, and so does its checkpoint.
    let journal = place.path().join(Layout::JOURNAL);
    for next in size + 1..size + 4 {
        for kind in ["0", "entries"] {
            let tile = journal.join(format!("tile/{kind}/000.p/{next}"));
            std::fs::create_dir_all(tile.parent().unwrap()).unwrap();
            std::fs::write(tile, b"half").unwrap();
        }
    }
    std::fs::write(journal.join("checkpoint.new"), b"tutela.off").unwrap();
    let office = place.open().await.unwrap();
    office.unlock_by_key_file().await.unwrap();
    let mut connection = office.db.read().acquire().await.unwrap();
    let body = crate::kernel::body::Body::all(&mut connection).await.unwrap().remove(0);
    drop(connection);
    let actor = crate::kernel::record::Actor {
        account: "setup".to_owned(),
        body: body.id.clone(),
        roles: Vec::new(),
    };
    let new = crate::kernel::people::NewAccount {
        body: &body.id,
        login: "new",
        display: "Trần Mới",
        roles: &[Role::Officer],
        locale: tutela_words::Locale::Vi,
        password: None,
    };
    office.create_account(&actor, crate::office::now(), new).await.unwrap();
    office.publish(crate::office::now()).await.unwrap();
    sound(&office, i64::try_from(size).unwrap() + 1);
}

#[tokio::test]
async fn a_damaged_journal_is_told_and_made_anew_from_the_database() {
    let world = World::new(Country::Vn).await;
    consents(&world, 3).await;
    world.office.publish(world.now).await.unwrap();
    let before = world.office.published.checkpoint();
    let place = world.end().await;
    let journal = place.path().join(Layout::JOURNAL);
    let bundle = journal.join(format!("tile/entries/000.p/{}", before.size));
    let mut file = std::fs::OpenOptions::new()
        .read(true)
        .write(true)
        .open(&bundle)
        .unwrap();
    let mut byte = [0];
    file.seek(SeekFrom::Start(40)).unwrap();
    file.read_exact(&mut byte).unwrap();
    file.seek(SeekFrom::Start(40)).unwrap();
    file.write_all(&[byte[0] ^ 1]).unwrap();
    drop(file);
    let Err(Error::Installation(told)) = place.open().await else {
        panic!("not told")
    };
    assert!(told.contains("move") && told.contains("made anew"), "{told}");

    std::fs::rename(&journal, place.path().join("journal-damaged")).unwrap();
    let office = place.open().await.unwrap();
    office.unlock_by_key_file().await.unwrap();
    check(&office, &BTreeSet::new()).await;
    let after = office.published.checkpoint();
    assert_eq!((after.size, after.root), (before.size, before.root));
}

#[tokio::test]
async fn a_database_older_than_its_journal_is_refused() {
    let world = World::new(Country::Vn).await;
    if world.place.database.is_some() {
        return;
    }
    consents(&world, 1).await;
    world.office.publish(world.now).await.unwrap();
    // Everything into the file itself, then a copy of it.
    sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
        .execute(world.office.db.read())
        .await
        .unwrap();
    let path = world.place.path().join("office.sqlite");
    let old = std::fs::read(&path).unwrap();
    consents(&world, 2).await;
    let place = world.end().await;
    std::fs::write(&path, old).unwrap();
    let Err(Error::Installation(told)) = place.open().await else {
        panic!("not refused")
    };
    assert!(told.contains("older copy") && told.contains("newest backup"), "{told}");
}
