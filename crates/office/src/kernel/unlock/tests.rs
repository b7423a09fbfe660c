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

#[cfg(feature = "pkcs11")]
mod module {
    use std::path::PathBuf;
    use std::process::Command;

    use tutela_vault::pkcs11::{Address, HardwareKey};

    use super::*;

    const PIN: &str = "246810";
    const PLACES: [&str; 2] = ["/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so"];

    fn library() -> Option<PathBuf> {
        PLACES.iter().map(PathBuf::from).find(|p| p.exists())
    }

    /// `SoftHSM` reads the place of its tokens from the environment, which a test cannot change for itself: it makes a token and
    /// runs the other test in a process of its own.
    #[test]
    fn a_module_opens_a_body_at_the_start() {
        if library().is_none() {
            eprintln!("SoftHSM is not installed: the module was not tried");
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        let configuration = folder.path().join("softhsm2.conf");
        std::fs::create_dir(folder.path().join("tokens")).unwrap();
        let tokens = folder.path().join("tokens");
        std::fs::write(&configuration, format!("directories.tokendir = {}\n", tokens.display())).unwrap();
        let token = [
            "--init-token",
            "--free",
            "--label",
            "body",
            "--so-pin",
            "13579111",
            "--pin",
            PIN,
        ];
        let made = Command::new("softhsm2-util")
            .args(token)
            .env("SOFTHSM2_CONF", &configuration)
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let name = concat!(module_path!(), "::inside_a_configured_process");
        let name = name.split_once("::").unwrap().1;
        let inner = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", name, "--test-threads", "1"])
            .env("SOFTHSM2_CONF", &configuration)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&inner.stdout);
        assert!(inner.status.success() && said.contains("1 passed"), "{said}");
    }

    #[tokio::test]
    #[ignore = "it is run by the test before it, with a token of its own"]
    async fn inside_a_configured_process() {
        let world = World::new(Country::Ru).await;
        let office = &world.office;
        let pin_file = office.folder().join("pin");
        std::fs::write(&pin_file, format!("{PIN}\n")).unwrap();
        let module = config::Module {
            library: library().unwrap(),
            token: "body".to_owned(),
            key: "tutela".to_owned(),
            pin_file: pin_file.clone(),
        };
        let address = Address {
            library: &module.library,
            token: &module.token,
            key: &module.key,
        };
        drop(HardwareKey::generate(&address, PIN).unwrap());
        office.relock(&world.body, &Means::Module(module.clone())).unwrap();
        office.keys.lock(&world.body.id);
        assert_eq!(office.unlock_at_start(None).await.unwrap().len(), 1);
        let nothing = config::Module {
            key: "another".to_owned(),
            ..module.clone()
        };
        assert_eq!(office.unlock_at_start(Some(&nothing)).await.unwrap().len(), 1);
        assert!(office.unlock_at_start(Some(&module)).await.unwrap().is_empty());
        assert!(office.keys.of(&world.body.id).is_ok());
    }
}
