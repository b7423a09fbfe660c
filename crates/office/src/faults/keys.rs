use tutela_law::Country;
use tutela_vault::{BodyKey, Lock};

use crate::error::Error;
use crate::kernel::card::Personal;
use crate::kernel::rights::Role;
use crate::office::Layout;
use crate::world::World;

#[tokio::test]
async fn without_the_key_cards_are_listed_and_persons_are_not() {
    let world = World::new(Country::Vn).await;
    let activity = world.activity(&["consent"]).await;
    let given = [
        ("subject_name", "Nguyễn Thị Hoa"),
        ("subject_document", "079183000123"),
        ("processing", activity.as_str()),
        ("given_on", "2026-03-02"),
        ("way", "paper"),
    ];
    let card = world
        .act(Role::Officer, ("consents", "register", None), &given)
        .await
        .unwrap()
        .card;
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
    assert_eq!(card.text("subject_name"), "Nguyễn Thị Hoa");
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
