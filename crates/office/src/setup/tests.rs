use tutela_words::Words;

use super::*;
use crate::world::BEGIN;

fn answers() -> Input {
    let given = [
        ("body_country", "ru"),
        ("body_kind", "school"),
        ("body_name", "Школа № 5"),
        ("body_zone", "Asia/Omsk"),
        ("body_language", "ru"),
        ("body_head_name", "Сидорова А. А."),
        ("body_head_post", "директор"),
        ("head_login", "head"),
        ("officer_display", "Орлова Б. Б."),
        ("officer_login", "orlova"),
        ("password", "correct horse battery"),
        ("password_again", "correct horse battery"),
    ];
    given
        .into_iter()
        .map(|(n, v)| (n.to_owned(), vec![v.to_owned()]))
        .collect()
}

async fn empty() -> (Office, tempfile::TempDir, Timestamp) {
    let folder = tempfile::tempdir().unwrap();
    let office = Office::open(folder.path()).await.unwrap();
    (office, folder, BEGIN.parse().unwrap())
}

async fn token(office: &Office, now: Timestamp) -> String {
    let path = first(office, now, Locale::Ru, false).await.unwrap().path;
    path.strip_prefix("/set-up/").unwrap().to_owned()
}

#[tokio::test]
async fn an_empty_installation_becomes_an_office() {
    let (office, _folder, now) = empty().await;
    let token = token(&office, now).await;
    // Nobody is invented before somebody answers.
    assert!(
        Body::all(&mut office.db.read().acquire().await.unwrap())
            .await
            .unwrap()
            .is_empty()
    );
    let done = set_up(&office, now, &token, &answers(), "").await.unwrap();
    assert_eq!(done.body.zone_name, "Asia/Omsk");
    assert_eq!(done.body.detail("head_post"), "директор");
    let session = office.session(&done.session, now).await.unwrap().unwrap();
    assert_eq!(session.account.roles, [Role::Administrator, Role::ProtectionOfficer]);
    assert!(!session.must_change);
    let head = office.sign_in_by_link(&done.head_link, now).await.unwrap();
    let head = office.session(&head, now).await.unwrap().unwrap();
    assert!(head.must_change);
    assert_eq!(head.account.display, "Сидорова А. А.");
    // The link is used up, and the next start gives a sign-in instead.
    assert!(
        matches!(set_up(&office, now, &token, &answers(), "").await, Err(Error::Refused(r)) if r.key == "refusal-link")
    );
    assert!(
        first(&office, now, Locale::Ru, false)
            .await
            .unwrap()
            .path
            .starts_with("/sign-in/")
    );

    let ticked: Vec<String> = activities::all().unwrap().iter().map(|a| a.id.clone()).collect();
    let drafted = activities::draft_all(&office, &session.account.actor(), now, &ticked)
        .await
        .unwrap();
    assert_eq!(drafted.len(), 12);
}

#[tokio::test]
async fn a_set_up_that_was_broken_off_goes_on() {
    let (office, _folder, now) = empty().await;
    let first = token(&office, now).await;
    let (_, mut body) = read(&answers()).unwrap();
    body.zone_name = "Europe/Moscow".to_owned();
    office.create_body(body).await.unwrap();
    // The program was ended here. The next start prints another link, and the old one is dead.
    let second = token(&office, now).await;
    assert!(set_up(&office, now, &first, &answers(), "").await.is_err());
    let done = set_up(&office, now, &second, &answers(), "").await.unwrap();
    let bodies = Body::all(&mut office.db.read().acquire().await.unwrap()).await.unwrap();
    assert_eq!(bodies.len(), 1);
    assert_eq!(
        (bodies[0].id.as_str(), bodies[0].zone_name.as_str()),
        (done.body.id.as_str(), "Asia/Omsk")
    );
}

#[tokio::test]
async fn wrong_answers_are_told_and_make_nothing() {
    let (office, _folder, now) = empty().await;
    let token = token(&office, now).await;
    let mut given = answers();
    given.insert("body_zone".to_owned(), vec!["Mars/Base".to_owned()]);
    given.insert("officer_login".to_owned(), vec!["орлова".to_owned()]);
    given.insert("password_again".to_owned(), vec!["something else".to_owned()]);
    given.remove("body_name");
    match set_up(&office, now, &token, &given, "").await {
        Err(Error::Invalid(all)) => {
            let mut keys: Vec<_> = all.iter().map(|r| r.key).collect();
            keys.sort_unstable();
            keys.dedup();
            assert_eq!(
                keys,
                [
                    "refusal-choice",
                    "refusal-login",
                    "refusal-password-again",
                    "refusal-required"
                ]
            );
        }
        other => panic!("{other:?}"),
    }
    assert!(
        Body::all(&mut office.db.read().acquire().await.unwrap())
            .await
            .unwrap()
            .is_empty()
    );
    let late = now + SignedDuration::from_hours(25);
    assert!(
        matches!(set_up(&office, late, &token, &answers(), "").await, Err(Error::Refused(r)) if r.key == "refusal-link")
    );
    let forged = set_up(&office, now, &"0".repeat(64), &answers(), "").await;
    assert!(matches!(forged, Err(Error::Refused(r)) if r.key == "refusal-link"));
}

#[test]
fn every_question_has_its_texts_and_every_basis_its_norm() {
    let all = activities::all().unwrap();
    assert_eq!(all.len(), 12);
    for locale in Locale::ALL {
        let words = Words::new(locale);
        for activity in all {
            for part in ["title", "purpose", "question"] {
                let key = format!("activity-{}-{part}", activity.id);
                assert!(words.has(&key), "{key}");
            }
            assert!(activity.usual.iter().all(|k| activities::KINDS.contains(&k.as_str())));
        }
    }
}
