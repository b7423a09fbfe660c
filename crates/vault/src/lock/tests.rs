use proptest::prelude::*;

use super::*;
use crate::key::tests::fixed;
use crate::key_file::KeyFile;
use crate::module::ModuleFault;

const PASSPHRASE: &str = "đường về nhà xa quá";

fn locked_by_passphrase() -> String {
    fixed(1).lock_at(&Lock::Passphrase(PASSPHRASE), Cost::LEAST).unwrap()
}

fn locked_by_key_file() -> String {
    fixed(1).lock(&Lock::KeyFile(&[7; 32])).unwrap()
}

/// The text with a checksum that fits it, as a forger writes it.
fn summed(text: &str) -> String {
    let (above, _) = text.rsplit_once("\nsum ").unwrap();
    let mut out = format!("{above}\nsum ");
    hex::write(&mut out, &primitives::hash(DOMAIN, &[above.as_bytes()])[..8]).unwrap();
    out.push('\n');
    out
}

#[test]
fn keys_come_back_by_passphrase_and_by_key_file() {
    let key = fixed(1);
    let text = locked_by_passphrase();
    assert_eq!(summed(&text), text);
    assert_eq!(text.lines().count(), 6, "{text}");
    assert!(
        text.contains("\nlock passphrase argon2id v=19 m=19456 t=2 p=1\n"),
        "{text}"
    );
    let opened = BodyKey::unlock(&text, &Lock::Passphrase(PASSPHRASE)).unwrap();
    assert_eq!((opened.id(), opened.root()), (key.id(), key.root()));
    assert_eq!(BodyKey::id_of_locked(&text), Ok(key.id()));

    let file = KeyFile::generate().unwrap();
    let text = key.lock(&Lock::KeyFile(file.bytes())).unwrap();
    let opened = BodyKey::unlock(&text, &Lock::KeyFile(file.bytes())).unwrap();
    assert_eq!((opened.id(), opened.root()), (key.id(), key.root()));
    assert_ne!(
        text,
        key.lock(&Lock::KeyFile(file.bytes())).unwrap(),
        "salt and nonce are new"
    );
}

#[test]
fn the_ordinary_cost_is_the_standard_one() {
    let text = fixed(1).lock(&Lock::Passphrase(PASSPHRASE)).unwrap();
    assert!(text.contains("argon2id v=19 m=131072 t=3 p=4\n"), "{text}");
    assert!(BodyKey::unlock(&text, &Lock::Passphrase(PASSPHRASE)).is_ok());
}

/// Made by other programs: the key of the passphrase by the reference implementation of Argon2, the rest by
/// `tests/independent.py`.
#[test]
fn files_of_version_1_open_for_ever() {
    let text = include_str!("passphrase_1.txt");
    let opened = BodyKey::unlock(text, &Lock::Passphrase(PASSPHRASE)).unwrap();
    assert_eq!(opened.root(), fixed(1).root());
    assert_eq!(opened.id(), fixed(1).id());
}

#[test]
fn what_went_wrong_is_told_apart() {
    let by_passphrase = locked_by_passphrase();
    let by_file = locked_by_key_file();
    let error = |text: &str, with: Lock<'_>| BodyKey::unlock(text, &with).unwrap_err();
    assert_eq!(
        error(&by_passphrase, Lock::Passphrase("đường về nhà xa qua")),
        Error::WrongPassphrase
    );
    assert_eq!(error(&by_passphrase, Lock::Passphrase("")), Error::WrongPassphrase);
    assert_eq!(error(&by_file, Lock::KeyFile(&[8; 32])), Error::WrongKeyFile);
    assert_eq!(error(&by_file, Lock::Passphrase(PASSPHRASE)), Error::OtherLock);
    assert_eq!(error(&by_passphrase, Lock::KeyFile(&[7; 32])), Error::OtherLock);
    let newer = by_file.replacen("key 1", "key 2", 1);
    assert_eq!(error(&newer, Lock::KeyFile(&[7; 32])), Error::Version(2));
    assert_eq!(
        fixed(1).lock(&Lock::Passphrase("short")).unwrap_err(),
        Error::BadPassphrase
    );
}

#[test]
fn every_flipped_bit_is_refused() {
    for (text, with) in [
        (locked_by_key_file(), Lock::KeyFile(&[7; 32])),
        (locked_by_passphrase(), Lock::Passphrase(PASSPHRASE)),
    ] {
        for at in 0..text.len() {
            for bit in 0..7 {
                let mut bytes = text.as_bytes().to_vec();
                bytes[at] ^= 1 << bit;
                let changed = String::from_utf8(bytes).unwrap();
                let error = BodyKey::unlock(&changed, &with).unwrap_err();
                assert!(matches!(error, Error::Damaged | Error::Version(_)), "{changed} {error}");
            }
            assert!(BodyKey::unlock(text.split_at(at).0, &with).is_err());
        }
    }
}

#[test]
fn there_is_one_way_to_write_a_file() {
    let text = locked_by_key_file();
    let with = Lock::KeyFile(&[7; 32]);
    for changed in [
        text.replace('\n', "\r\n"),
        text.trim_end().to_owned(),
        format!("{text}\n"),
        format!("{text}note more\n"),
        text.replace("\nsalt", " \nsalt"),
        text.replacen("key 1", "key 01", 1),
        text.replacen("key 1", "key +1", 1),
        format!("\u{feff}{text}"),
    ] {
        assert_eq!(
            BodyKey::unlock(&changed, &with).unwrap_err(),
            Error::Damaged,
            "{changed:?}"
        );
        if changed.contains("\nsum ") {
            assert!(
                BodyKey::unlock(&summed(&changed), &with).is_err() || summed(&changed) == text,
                "{changed:?}"
            );
        }
    }
}

#[test]
fn a_forged_file_costs_nothing_and_opens_nothing() {
    let text = locked_by_passphrase();
    let error = |text: &str| BodyKey::unlock(text, &Lock::Passphrase(PASSPHRASE)).unwrap_err();
    let honest = "m=19456 t=2 p=1";
    for cost in [
        "m=104857600 t=2 p=1",
        "m=19456 t=4294967295 p=1",
        "m=19456 t=2 p=16777215",
        "m=1048576 t=9 p=1",
        "m=8 t=1 p=1",
    ] {
        assert_eq!(error(&summed(&text.replace(honest, cost))), Error::Cost, "{cost}");
    }
    for cost in [
        "m=99999999999 t=2 p=1",
        "m=-1 t=2 p=1",
        "m=19456 t=2 p=1 x=1",
        "t=2 m=19456 p=1",
        "m=019456 t=2 p=1",
    ] {
        assert_eq!(error(&summed(&text.replace(honest, cost))), Error::Damaged, "{cost}");
    }
    // Parameters that are accepted, but not those under which the key was sealed.
    assert_eq!(
        error(&summed(&text.replace(honest, "m=19457 t=2 p=1"))),
        Error::WrongPassphrase
    );
    // The identifier of another key does not open either: the seal covers it.
    let other = text.replace(&fixed(1).id().to_string(), &fixed(2).id().to_string());
    assert_eq!(error(&summed(&other)), Error::WrongPassphrase);
    assert_eq!(error(&"x".repeat(10_000_000)), Error::Damaged);
}

/// A module in software, as any other means may be one.
struct Soft(u8);

impl Module for Soft {
    fn mac(&self, message: &[u8]) -> Result<Zeroizing<[u8; 32]>, ModuleFault> {
        use hmac::Mac as _;
        if self.0 == 0 {
            return Err(ModuleFault::PinLocked);
        }
        let mut mac = primitives::hmac(&[self.0; 32]);
        mac.update(message);
        Ok(Zeroizing::new(mac.finalize().into_bytes().into()))
    }
}

#[test]
fn keys_come_back_by_a_module() {
    let key = fixed(1);
    let text = key.lock(&Lock::Module(&Soft(1))).unwrap();
    assert!(text.contains("\nlock module hmac-sha256\n"), "{text}");
    assert_eq!(
        BodyKey::unlock(&text, &Lock::Module(&Soft(1))).unwrap().root(),
        key.root()
    );
    let error = |with: Lock<'_>| BodyKey::unlock(&text, &with).unwrap_err();
    assert_eq!(error(Lock::Module(&Soft(2))), Error::WrongModule);
    assert_eq!(error(Lock::Module(&Soft(0))), Error::Module(ModuleFault::PinLocked));
    assert_eq!(error(Lock::KeyFile(&[1; 32])), Error::OtherLock);
}

#[test]
fn what_locks_does_not_print_itself() {
    let locks = [
        Lock::Passphrase(PASSPHRASE),
        Lock::KeyFile(&[7; 32]),
        Lock::Module(&Soft(7)),
    ];
    assert_eq!(format!("{locks:?}"), "[Passphrase(…), KeyFile(…), Module(…)]");
}

proptest! {
    #[test]
    fn foreign_text_is_refused_calmly(text in "(tutela body key 1\n)?(id [0-9a-f]{16}\n)?(lock .{0,40}\n)?(salt .{0,30}\n)?(.|\n){0,300}") {
        prop_assert!(BodyKey::unlock(&text, &Lock::KeyFile(&[7; 32])).is_err());
        let forged = summed(&format!("{text}\nsum "));
        prop_assert!(BodyKey::unlock(&forged, &Lock::KeyFile(&[7; 32])).is_err());
    }
}
