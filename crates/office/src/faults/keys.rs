use tutela_law::Country;
use tutela_vault::{BodyKey, Lock};

use crate::error::Error;
use crate::kernel::card::Personal;
use crate::kernel::rights::Role;
use crate::kernel::store::bytes;
use crate::office::Layout;
use crate::world::World;

#[tokio::test]
async fn without_the_key_cards_are_listed_and_persons_are_not() {
    let world = World::new(Country::Vn).await;
    let activity = world.activity(&["consent"]).await;
    let card = world.consent(&activity).await;
    let officer = world.actor(Role::Officer);
    let (body, at) = (world.body.clone(), world.now);
    let place = world.end().await;
    let key = place.path().join(Layout::KEYS).join(format!("{}.key", body.id));
    let kept = std::fs::read(&key).unwrap();
    std::fs::remove_file(&key).unwrap();

    let office = place.open().await.unwrap();
    let locked = office.unlock_by_key_file().await.unwrap();
    assert_eq!(locked.len(), 1);
    let page = office
        .page(&officer, office.register("consents").unwrap(), None, None)
        .await
        .unwrap();
    assert_eq!(page.cards[0].card.id, card);
    assert_eq!(page.cards[0].label, None);
    assert!(matches!(page.cards[0].card.personal, Personal::Closed));
    let look = office.open_card(&officer, at, &card, &activity).await;
    assert!(matches!(look, Err(Error::Locked(b)) if b == body.id));
    assert!(matches!(office.search(&officer, "hoa").await, Err(Error::Locked(_))));
    let file = office.unlock(&body, &Lock::Passphrase("anything")).unwrap_err();
    assert!(file.to_string().contains("lost: put it back from a backup"), "{file}");

    // A damaged key is told as such, and its own opens everything again.
    std::fs::write(&key, kept.iter().map(|b| b ^ 1).collect::<Vec<_>>()).unwrap();
    assert_eq!(office.unlock_by_key_file().await.unwrap().len(), 1);
    std::fs::write(&key, &kept).unwrap();
    assert!(office.unlock_by_key_file().await.unwrap().is_empty());
    let card = office.open_card(&officer, at, &card, &activity).await.unwrap();
    assert_eq!(card.text("subject_name"), "Nguyễn Thị Thử");
}

#[tokio::test]
async fn a_wrong_passphrase_and_the_key_of_another_are_refused() {
    let world = World::new(Country::Vn).await;
    let path = world
        .place
        .path()
        .join(Layout::KEYS)
        .join(format!("{}.key", world.body.id));
    let right = world.office.keys.of(&world.body.id).unwrap();
    std::fs::write(
        &path,
        right.lock(&Lock::Passphrase("eight words that nobody knows")).unwrap(),
    )
    .unwrap();
    world.office.keys.lock(&world.body.id);
    let wrong = world.office.unlock(&world.body, &Lock::Passphrase("seven words"));
    assert!(matches!(wrong, Err(Error::Vault(tutela_vault::Error::WrongPassphrase))));
    assert!(world.office.keys.of(&world.body.id).is_err());
    world
        .office
        .unlock(&world.body, &Lock::Passphrase("eight words that nobody knows"))
        .unwrap();
    assert!(world.office.keys.of(&world.body.id).is_ok());

    let other = BodyKey::generate().unwrap();
    std::fs::write(
        &path,
        other
            .lock(&Lock::Passphrase("nine other words of somebody else"))
            .unwrap(),
    )
    .unwrap();
    let foreign = world
        .office
        .unlock(&world.body, &Lock::Passphrase("nine other words of somebody else"))
        .unwrap_err();
    assert!(foreign.to_string().contains("not the key of this body"), "{foreign}");
}

/// A key that stays in the write-ahead log of the database would open a copy of the record that was made before.
#[tokio::test]
async fn the_key_of_a_destroyed_record_is_in_no_file() {
    let world = World::new(Country::Ru).await;
    if world.place.database.is_some() {
        return;
    }
    let activity = world.activity(&["consent"]).await;
    let card = world.consent(&activity).await;
    let row = sqlx::query("SELECT record_key, content FROM vault_record WHERE card = $1").bind(&card);
    let row = row.fetch_one(world.office.db.read()).await.unwrap();
    let (key, content) = (bytes(&row, "record_key").unwrap(), bytes(&row, "content").unwrap());
    let files_with = |sought: &[u8]| {
        let folder = std::fs::read_dir(world.place.path()).unwrap();
        let files = folder.map(|f| f.unwrap().path()).filter(|p| p.is_file());
        let holds = |p: &std::path::PathBuf| std::fs::read(p).unwrap().windows(sought.len()).any(|w| w == sought);
        files.filter(holds).count()
    };
    assert!(
        files_with(&key) > 0 && files_with(&content) > 0,
        "they are there before"
    );
    let withdrawn = [("withdrawn_at", "2026-11-24T04:00")];
    let withdraw = ("consents", "withdraw", Some(card.as_str()));
    world.act(Role::Officer, withdraw, &withdrawn).await.unwrap();
    let head = world.actor(Role::Head);
    let cases = world.office.register("destructions").unwrap();
    let page = world.office.page(&head, cases, None, None).await.unwrap();
    world.destroy(&page.cards[0].card.id).await;
    assert!(matches!(world.card(&card).await.personal, Personal::Destroyed(_)));
    assert_eq!(files_with(&key), 0);
    assert_eq!(files_with(&content[..64.min(content.len())]), 0);
}
