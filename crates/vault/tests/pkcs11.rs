//! Body keys locked by a key in a module, tried with `SoftHSM` where it is installed.
#![cfg(feature = "pkcs11")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tutela_vault::pkcs11::{Address, HardwareKey};
use tutela_vault::{BodyKey, Error, Lock, Module as _, ModuleFault};

const PIN: &str = "246810";
const CONFIGURATION: &str = "SOFTHSM2_CONF";

/// Where distributions put the library.
fn library() -> Option<PathBuf> {
    let places = [
        "/usr/lib/softhsm/libsofthsm2.so",
        "/usr/lib64/pkcs11/libsofthsm2.so",
        "/usr/local/lib/softhsm/libsofthsm2.so",
        "/opt/homebrew/lib/softhsm/libsofthsm2.so",
    ];
    places.into_iter().map(PathBuf::from).find(|path| path.exists())
}

/// `SoftHSM` reads the place of its tokens from the environment, which a test cannot change for itself. So this test makes a
/// token and runs the other one in a process of its own.
#[test]
fn a_module_locks_body_keys() {
    if library().is_none() {
        eprintln!("SoftHSM is not installed: the module was not tried");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let configuration = dir.path().join("softhsm2.conf");
    let tokens = dir.path().join("tokens");
    fs::create_dir(&tokens).unwrap();
    fs::write(&configuration, format!("directories.tokendir = {}\n", tokens.display())).unwrap();
    for label in ["body", "other", "twice", "twice"] {
        let made = Command::new("softhsm2-util")
            .args([
                "--init-token",
                "--free",
                "--label",
                label,
                "--so-pin",
                "13579111",
                "--pin",
                PIN,
            ])
            .env(CONFIGURATION, &configuration)
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    }
    let inner = Command::new(std::env::current_exe().unwrap())
        .args([
            "--ignored",
            "--exact",
            "inside_a_configured_process",
            "--test-threads",
            "1",
        ])
        .env(CONFIGURATION, &configuration)
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&inner.stdout);
    assert!(
        inner.status.success() && told.contains("1 passed"),
        "{told}{}",
        String::from_utf8_lossy(&inner.stderr)
    );
}

#[test]
#[ignore = "run by the other test, in a process with a configuration"]
fn inside_a_configured_process() {
    let library = library().unwrap();
    let address = |token, key| Address {
        library: &library,
        token,
        key,
    };
    let here = address("body", "body key lock");
    let fault = |address: &Address<'_>, pin| HardwareKey::open(address, pin).unwrap_err();
    assert_eq!(fault(&here, "wrong!"), ModuleFault::Pin);
    assert_eq!(fault(&here, PIN), ModuleFault::Key, "before it is made");
    assert_eq!(fault(&address("nowhere", "body key lock"), PIN), ModuleFault::Token);
    assert_eq!(fault(&address("twice", "body key lock"), PIN), ModuleFault::Token);
    let nothing = Address {
        library: Path::new("/nonexistent.so"),
        ..here
    };
    assert_eq!(fault(&nothing, PIN), ModuleFault::Library);

    let made = HardwareKey::generate(&here, PIN).unwrap();
    assert_eq!(HardwareKey::generate(&here, PIN).unwrap_err(), ModuleFault::Exists);
    let key = BodyKey::generate().unwrap();
    let text = key.lock(&Lock::Module(&made)).unwrap();
    drop(made);

    let found = HardwareKey::open(&here, PIN).unwrap();
    let opened = BodyKey::unlock(&text, &Lock::Module(&found)).unwrap();
    assert_eq!(opened.recovery().expose(), key.recovery().expose());
    assert_eq!(found.mac(b"a").unwrap(), found.mac(b"a").unwrap());
    assert_ne!(found.mac(b"a").unwrap(), found.mac(b"b").unwrap());

    let other = HardwareKey::generate(&address("other", "body key lock"), PIN).unwrap();
    assert_eq!(
        BodyKey::unlock(&text, &Lock::Module(&other)).unwrap_err(),
        Error::WrongModule
    );
    let second = HardwareKey::generate(&address("body", "second"), PIN).unwrap();
    assert_eq!(
        BodyKey::unlock(&text, &Lock::Module(&second)).unwrap_err(),
        Error::WrongModule
    );
    assert_eq!(format!("{second:?}"), "HardwareKey(…)");
}
