use jiff::{SignedDuration, Timestamp};
use tutela_law::Country;
use tutela_words::Locale;

use super::attempts::{MAX_NAME, MAX_PAIR};
use super::factor::tests::shown;
use super::manage::{Keeping, Standing};
use super::sign_in::From;
use super::*;
use crate::kernel::people::factor::FactorState;
use crate::world::World;

const PASSWORD: &str = "correct horse battery";

fn key<T: std::fmt::Debug>(result: Result<T, Error>) -> &'static str {
    match result {
        Err(Error::Refused(refusal)) => refusal.key,
        other => panic!("not refused: {other:?}"),
    }
}

async fn person(world: &World, login: &str, roles: &[Role]) -> Account {
    let new = NewAccount {
        body: &world.body.id,
        login,
        display: "Lê Thử",
        roles,
        locale: Locale::Vi,
        password: Some(PASSWORD),
    };
    world
        .office
        .create_account(&world.actor(Role::Administrator), world.now, new)
        .await
        .unwrap()
}

async fn session(world: &World, login: &str, now: Timestamp) -> Session {
    let token = world.office.sign_in(login, PASSWORD, now).await.unwrap();
    world.office.session(&token, now).await.unwrap().unwrap()
}

#[tokio::test]
async fn an_unknown_name_is_locked_as_a_known_one_is() {
    let world = World::new(Country::Vn).await;
    person(&world, "anna", &[Role::Officer]).await;
    for login in ["anna", "nobody"] {
        let from = From {
            address: "203.0.113.7",
            client: "",
        };
        for _ in 0..MAX_PAIR {
            assert_eq!(
                key(world
                    .office
                    .sign_in_from(login, "wrong password", from, world.now)
                    .await),
                "refusal-sign-in"
            );
        }
        assert_eq!(
            key(world.office.sign_in_from(login, PASSWORD, from, world.now).await),
            "refusal-sign-in-locked"
        );
    }
    // Who is elsewhere is not locked out by that.
    let elsewhere = From {
        address: "203.0.113.8",
        client: "",
    };
    world
        .office
        .sign_in_from("anna", PASSWORD, elsewhere, world.now)
        .await
        .unwrap();
    let later = world.now + SignedDuration::from_mins(16);
    let from = From {
        address: "203.0.113.7",
        client: "",
    };
    world.office.sign_in_from("anna", PASSWORD, from, later).await.unwrap();
}

#[tokio::test]
async fn many_addresses_lock_a_name_in_the_end() {
    let world = World::new(Country::Vn).await;
    let mut connection = world.office.db.write().await.unwrap();
    let mut locked_at = 0;
    for n in 1..=MAX_NAME {
        let limits = attempts::limits("anna", &format!("2001:db8::{n}"));
        if attempts::failed(&mut connection, &limits, world.now).await.unwrap() {
            locked_at = n;
        }
    }
    assert_eq!(locked_at, MAX_NAME);
    let fresh = attempts::limits("anna", "198.51.100.1");
    assert!(attempts::locked(&mut connection, &fresh, world.now).await.unwrap());
}

#[tokio::test]
async fn a_second_factor_is_asked_for_and_no_code_is_good_twice() {
    let world = World::new(Country::Vn).await;
    let account = person(&world, "anna", &[Role::Officer]).await;
    let now = world.now;
    assert_eq!(
        key(world.office.begin_factor(&account, "wrong password", now).await),
        "refusal-password-wrong"
    );
    let new = world.office.begin_factor(&account, PASSWORD, now).await.unwrap();
    // Nothing is asked for until a code has come back.
    session(&world, "anna", now).await;
    assert_eq!(
        key(world.office.confirm_factor(&account, "000000", now).await),
        "refusal-factor-code"
    );
    let codes = world
        .office
        .confirm_factor(&account, &shown(&new.secret, now), now)
        .await
        .unwrap();
    assert_eq!(codes.len(), 10);

    let half = world.office.sign_in("anna", PASSWORD, now).await.unwrap();
    assert!(world.office.session(&half, now).await.unwrap().is_none());
    let from = From::default();
    let used = shown(&new.secret, now);
    assert_eq!(
        key(world.office.second_factor(&half, &used, from, now).await),
        "refusal-factor-code"
    );
    let later = now + SignedDuration::from_secs(60);
    let code = shown(&new.secret, later);
    let whole = world.office.second_factor(&half, &code, from, later).await.unwrap();
    assert_ne!(whole, half);
    assert!(world.office.session(&whole, later).await.unwrap().is_some());
    assert_eq!(
        key(world.office.second_factor(&half, &code, from, later).await),
        "refusal-half"
    );

    // A recovery code is typed as it is printed, and is good once.
    for expected in [true, false] {
        let half = world.office.sign_in("anna", PASSWORD, later).await.unwrap();
        let done = world
            .office
            .second_factor(&half, &codes[0].to_lowercase(), from, later)
            .await;
        assert_eq!(done.is_ok(), expected);
    }
    assert_eq!(world.office.factor(&account.id).await.unwrap(), (FactorState::On, 9));
    // A one-time link does not go round it.
    let link = world.office.one_time_link(&account, later).await.unwrap();
    let half = world.office.sign_in_by_link(&link, later).await.unwrap();
    assert!(world.office.session(&half, later).await.unwrap().is_none());
}

#[tokio::test]
async fn codes_cannot_be_guessed() {
    let world = World::new(Country::Vn).await;
    let account = person(&world, "anna", &[Role::Officer]).await;
    let new = world.office.begin_factor(&account, PASSWORD, world.now).await.unwrap();
    world
        .office
        .confirm_factor(&account, &shown(&new.secret, world.now), world.now)
        .await
        .unwrap();
    let later = world.now + SignedDuration::from_secs(90);
    // A fresh half session for every guess does not help.
    for _ in 0..5 {
        let half = world.office.sign_in("anna", PASSWORD, later).await.unwrap();
        assert_eq!(
            key(world.office.second_factor(&half, "12345", From::default(), later).await),
            "refusal-factor-code"
        );
    }
    let half = world.office.sign_in("anna", PASSWORD, later).await.unwrap();
    let right = shown(&new.secret, later);
    assert_eq!(
        key(world.office.second_factor(&half, &right, From::default(), later).await),
        "refusal-sign-in-locked"
    );
}

#[tokio::test]
async fn a_changed_password_ends_the_other_sessions() {
    let world = World::new(Country::Ru).await;
    person(&world, "anna", &[Role::Officer]).await;
    let other = world.office.sign_in("anna", PASSWORD, world.now).await.unwrap();
    let own = session(&world, "anna", world.now).await;
    let change = |old: &'static str, new: &'static str| world.office.change_password(&own, old, new, world.now);
    assert_eq!(key(change(PASSWORD, "short").await), "refusal-password-short");
    assert_eq!(key(change(PASSWORD, "aaaaaaaaaaaa").await), "refusal-password-plain");
    assert_eq!(
        key(change("wrong password", "another long one").await),
        "refusal-password-wrong"
    );
    change(PASSWORD, "another long one").await.unwrap();
    assert!(world.office.session(&other, world.now).await.unwrap().is_none());
    assert_eq!(
        world.office.sessions(&own.account.id, world.now).await.unwrap().len(),
        1
    );
    assert_eq!(
        key(world.office.sign_in("anna", PASSWORD, world.now).await),
        "refusal-sign-in"
    );
    world
        .office
        .sign_in("anna", "another long one", world.now)
        .await
        .unwrap();
}

#[tokio::test]
async fn nobody_ends_the_session_of_another() {
    let world = World::new(Country::Vn).await;
    let anna = person(&world, "anna", &[Role::Officer]).await;
    let ivan = person(&world, "ivan", &[Role::Officer]).await;
    session(&world, "anna", world.now).await;
    let held = world.office.sessions(&anna.id, world.now).await.unwrap();
    world.office.end_session(&ivan.id, &held[0].stored).await.unwrap();
    assert_eq!(world.office.sessions(&anna.id, world.now).await.unwrap().len(), 1);
    world.office.end_session(&anna.id, &held[0].stored).await.unwrap();
    assert!(world.office.sessions(&anna.id, world.now).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_session_ends_by_itself() {
    let world = World::new(Country::Vn).await;
    person(&world, "anna", &[Role::Officer]).await;
    let token = world.office.sign_in("anna", PASSWORD, world.now).await.unwrap();
    let after = |minutes| world.now + SignedDuration::from_mins(minutes);
    assert!(world.office.session(&token, after(119)).await.unwrap().is_some());
    assert!(world.office.session(&token, after(119 + 121)).await.unwrap().is_none());
    // Who comes back all day is signed out after twelve hours even so.
    let token = world.office.sign_in("anna", PASSWORD, world.now).await.unwrap();
    for minutes in (60..720).step_by(60) {
        assert!(
            world.office.session(&token, after(minutes)).await.unwrap().is_some(),
            "{minutes}"
        );
    }
    assert!(world.office.session(&token, after(721)).await.unwrap().is_none());
}

#[tokio::test]
async fn an_administrator_makes_no_reader_alone() {
    let world = World::new(Country::Vn).await;
    let admin = world.actor(Role::Administrator);
    let new = |login: &'static str, roles: &'static [Role]| NewAccount {
        body: &world.body.id,
        login,
        display: "Phạm Thử",
        roles,
        locale: Locale::Vi,
        password: None,
    };
    let (account, link) = world
        .office
        .new_account(&admin, world.now, new("mai", &[Role::Officer]))
        .await
        .unwrap();
    assert_eq!(
        key(world.office.sign_in_by_link(&link, world.now).await),
        "refusal-link"
    );
    let confirm = |actor: Actor| {
        let id = account.id.clone();
        let world = &world;
        async move {
            world
                .office
                .keep_account(&actor, world.now, &id, Keeping::Confirm)
                .await
        }
    };
    assert_eq!(key(confirm(admin.clone()).await), "refusal-right");
    assert_eq!(key(confirm(world.actor(Role::Officer)).await), "refusal-right");
    confirm(world.actor(Role::Head)).await.unwrap();
    let token = world.office.sign_in_by_link(&link, world.now).await.unwrap();
    assert!(
        world
            .office
            .session(&token, world.now)
            .await
            .unwrap()
            .unwrap()
            .must_change
    );

    // An account that reads nothing needs nobody else, until it is to read something.
    let (press, link) = world
        .office
        .new_account(&admin, world.now, new("bao", &[Role::PressOfficer]))
        .await
        .unwrap();
    world.office.sign_in_by_link(&link, world.now).await.unwrap();
    let keep = |id: String, keeping| {
        let (world, admin) = (&world, &admin);
        async move { world.office.keep_account(admin, world.now, &id, keeping).await }
    };
    keep(press.id.clone(), Keeping::Roles(vec![Role::Officer]))
        .await
        .unwrap();
    let held = world.office.managed_account(&admin, &press.id).await.unwrap();
    assert_eq!(held.account.roles, [Role::PressOfficer]);
    assert_eq!(held.wanted.as_deref(), Some(&[Role::Officer][..]));
    world
        .office
        .keep_account(
            &world.actor(Role::ProtectionOfficer),
            world.now,
            &press.id,
            Keeping::Confirm,
        )
        .await
        .unwrap();
    assert_eq!(
        world
            .office
            .managed_account(&admin, &press.id)
            .await
            .unwrap()
            .account
            .roles,
        [Role::Officer]
    );

    // Resetting the password of a reader would be a way in for the administrator.
    let link = keep(press.id.clone(), Keeping::Reset).await.unwrap().unwrap();
    assert_eq!(
        key(world.office.sign_in_by_link(&link, world.now).await),
        "refusal-link"
    );
    assert_eq!(
        world.office.managed_account(&admin, &press.id).await.unwrap().standing,
        Standing::Waiting
    );
    assert_eq!(
        key(keep(admin.account.clone(), Keeping::Roles(vec![Role::Officer])).await),
        "refusal-own-account"
    );
}

#[tokio::test]
async fn a_disabled_account_is_out_at_once() {
    let world = World::new(Country::Cn).await;
    let anna = person(&world, "anna", &[Role::Inspector]).await;
    let token = world.office.sign_in("anna", PASSWORD, world.now).await.unwrap();
    let admin = world.actor(Role::Administrator);
    world
        .office
        .keep_account(&admin, world.now, &anna.id, Keeping::Disable)
        .await
        .unwrap();
    assert!(world.office.session(&token, world.now).await.unwrap().is_none());
    assert_eq!(
        key(world.office.sign_in("anna", PASSWORD, world.now).await),
        "refusal-sign-in"
    );
    world
        .office
        .keep_account(&admin, world.now, &anna.id, Keeping::Enable)
        .await
        .unwrap();
    world.office.sign_in("anna", PASSWORD, world.now).await.unwrap();
}

#[tokio::test]
async fn an_account_of_another_body_is_not_there() {
    let world = World::new(Country::Vn).await;
    let other = world
        .office
        .create_body(crate::world::a_body(Country::Vn))
        .await
        .unwrap();
    let stranger = world.join(&other.id, Role::Officer).await;
    let admin = world.actor(Role::Administrator);
    assert_eq!(
        key(world.office.managed_account(&admin, &stranger.id).await),
        "refusal-no-page"
    );
    assert_eq!(
        key(world
            .office
            .keep_account(&admin, world.now, &stranger.id, Keeping::Disable)
            .await),
        "refusal-no-page"
    );
    let new = NewAccount {
        body: &other.id,
        login: "mole",
        display: "X",
        roles: &[Role::PressOfficer],
        locale: Locale::Vi,
        password: None,
    };
    assert_eq!(
        key(world.office.new_account(&admin, world.now, new).await),
        "refusal-choice"
    );
}

#[test]
fn names_to_sign_in_with_are_plain() {
    for bad in ["", " ", "a b", "анна", "a\r\nb", "a/b", &"x".repeat(81)] {
        assert!(read_login(bad).is_err(), "{bad}");
    }
    assert_eq!(read_login(" Anna.K@office "), Ok("anna.k@office".to_owned()));
}
