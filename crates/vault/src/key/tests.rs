use proptest::prelude::*;

use super::*;

/// A key that is always the same.
pub(crate) fn fixed(byte: u8) -> BodyKey {
    BodyKey::from_root(Key::new(Zeroizing::new([byte; 32])))
}

const PLACE: Place<'_> = Place {
    body: "ward-7",
    record: "card-000017",
};

fn sealed_with(content: &[u8]) -> (BodyKey, Sealed) {
    let key = fixed(1);
    let sealed = key.create(&PLACE, content).unwrap();
    (key, sealed)
}

#[test]
fn records_come_back_at_their_place_only() {
    let (key, sealed) = sealed_with("Trần Thị Lan, 079301234567".as_bytes());
    assert_eq!(
        key.open(&PLACE, &sealed).unwrap().expose_str(),
        Some("Trần Thị Lan, 079301234567")
    );
    for (body, record) in [
        ("ward-7", "card-000018"),
        ("ward-8", "card-000017"),
        ("ward-7c", "ard-000017"),
        ("", "ward-7card-000017"),
        ("card-000017", "ward-7"),
    ] {
        let other = Place { body, record };
        assert_eq!(key.open(&other, &sealed).unwrap_err(), Error::Tampered, "{other:?}");
        assert_eq!(
            key.replace(&other, &sealed.wrapped_key, b"new").unwrap_err(),
            Error::Tampered
        );
        assert_eq!(
            key.rewrap(&fixed(2), &other, &sealed.wrapped_key).unwrap_err(),
            Error::Tampered
        );
    }
}

#[test]
fn a_record_whose_key_is_deleted_cannot_be_opened_with_the_key_of_the_body() {
    let (key, sealed) = sealed_with(b"what is to be forgotten");
    let destroyed = Sealed {
        wrapped_key: Vec::new(),
        content: sealed.content.clone(),
    };
    assert_eq!(key.open(&PLACE, &destroyed).unwrap_err(), Error::Destroyed);
    assert_eq!(key.replace(&PLACE, &[], b"new").unwrap_err(), Error::Destroyed);
    // Whatever the body can still derive or make does not open it: a new key for the same place, and its own keys.
    let again = Sealed {
        wrapped_key: key.create(&PLACE, b"new").unwrap().wrapped_key,
        content: sealed.content.clone(),
    };
    assert_eq!(key.open(&PLACE, &again).unwrap_err(), Error::Tampered);
    for derived in [&key.root, &key.records, &key.index] {
        assert_eq!(
            unseal(&PLACE, CONTENT, derived, &sealed.content).unwrap_err(),
            Error::Tampered
        );
    }
    assert!(key.open(&PLACE, &sealed).is_ok(), "with its key it opens");
}

#[test]
fn a_new_content_has_the_key_of_the_old_one() {
    let (key, first) = sealed_with(b"old");
    let second = key.replace(&PLACE, &first.wrapped_key, b"new").unwrap();
    assert_eq!(second.wrapped_key, first.wrapped_key);
    assert_eq!(key.open(&PLACE, &second).unwrap().expose(), b"new");
    assert_eq!(key.open(&PLACE, &first).unwrap().expose(), b"old");
}

#[test]
fn rotation_leaves_the_content_and_takes_the_old_key_its_power() {
    let (old, sealed) = sealed_with(b"content");
    let new = fixed(2);
    let wrapped_key = old.rewrap(&new, &PLACE, &sealed.wrapped_key).unwrap();
    assert_eq!(KeyId::of_wrapped(&sealed.wrapped_key), Ok(old.id()));
    assert_eq!(KeyId::of_wrapped(&wrapped_key), Ok(new.id()));
    let rotated = Sealed {
        wrapped_key,
        content: sealed.content,
    };
    assert_eq!(new.open(&PLACE, &rotated).unwrap().expose(), b"content");
    assert_eq!(
        old.open(&PLACE, &rotated).unwrap_err(),
        Error::OtherKey {
            expected: old.id(),
            found: new.id()
        }
    );
}

#[test]
fn nothing_repeats_and_lengths_tell_little() {
    let (key, a) = sealed_with(b"Lan");
    let b = key
        .create(&PLACE, "Nguyễn Phúc Vĩnh San, 12 đường Hai Bà Trưng".as_bytes())
        .unwrap();
    let c = key.create(&PLACE, b"Lan").unwrap();
    assert_eq!(a.content.len(), 1 + 24 + 256 + 16);
    assert_eq!(a.content.len(), b.content.len());
    assert_eq!(a.wrapped_key.len(), 81);
    assert_ne!(a.content, c.content);
    assert_ne!(a.wrapped_key, c.wrapped_key);
    let empty = key.create(&PLACE, b"").unwrap();
    assert_eq!(key.open(&PLACE, &empty).unwrap().expose(), b"");
}

#[test]
fn every_flipped_bit_and_every_cut_is_refused() {
    let (key, sealed) = sealed_with(b"content");
    for (which, blob) in [(0, &sealed.wrapped_key), (1, &sealed.content)] {
        let refused = |changed: Vec<u8>| {
            let mut copy = sealed.clone();
            *[&mut copy.wrapped_key, &mut copy.content][which] = changed;
            key.open(&PLACE, &copy).unwrap_err()
        };
        for at in 0..blob.len() {
            for bit in 0..8 {
                let mut changed = blob.clone();
                changed[at] ^= 1 << bit;
                let error = refused(changed);
                match (which, at) {
                    (_, 0) => assert!(matches!(error, Error::Version(_)), "{error}"),
                    (0, 1..=8) => assert!(matches!(error, Error::OtherKey { .. }), "{error}"),
                    _ => assert_eq!(error, Error::Tampered, "{which} {at} {bit}"),
                }
            }
            let error = refused(blob[..at].to_vec());
            let expected = if which == 0 && at == 0 {
                Error::Destroyed
            } else {
                Error::Tampered
            };
            assert_eq!(error, expected, "cut at {at}");
        }
        let mut longer = blob.clone();
        longer.push(0);
        assert_eq!(refused(longer), Error::Tampered);
    }
}

#[test]
fn parts_of_two_records_do_not_mix() {
    let (key, a) = sealed_with(b"one");
    let b = key.create(&PLACE, b"two").unwrap();
    let mixed = Sealed {
        wrapped_key: a.wrapped_key.clone(),
        content: b.content,
    };
    assert_eq!(key.open(&PLACE, &mixed).unwrap_err(), Error::Tampered);
    let turned = Sealed {
        wrapped_key: a.content,
        content: a.wrapped_key,
    };
    assert_eq!(key.open(&PLACE, &turned).unwrap_err(), Error::Tampered);
}

#[test]
fn contents_too_long_are_refused_before_anything_is_copied() {
    let (key, mut sealed) = sealed_with(b"");
    let long = vec![VERSION; MAX_CONTENT + 1];
    assert_eq!(key.create(&PLACE, &long).unwrap_err(), Error::TooLong);
    sealed.content = vec![VERSION; MAX_SEALED + 1];
    assert_eq!(key.open(&PLACE, &sealed).unwrap_err(), Error::TooLong);
    assert!(
        pad::pad(&long[1..], TAG).unwrap().len() + CONTENT_HEADER + TAG <= MAX_SEALED,
        "the longest fits"
    );
}

/// Sealed by another program (`tests/independent.py fixed`) from the description in `docs/vault.md`: what was written in
/// version 1 opens for ever.
#[test]
fn blobs_of_version_1_are_those_of_the_written_format() {
    let key = fixed(1);
    assert_eq!(key.id().to_string(), "cca46b18eddd3c5e");
    let sealed = Sealed {
        wrapped_key: unhex(include_str!("wrapped_key_1.hex")),
        content: unhex(include_str!("content_1.hex")),
    };
    assert_eq!(key.open(&PLACE, &sealed).unwrap().expose_str(), Some("Trần Thị Lan"));
}

fn unhex(text: &str) -> Vec<u8> {
    let bytes = |line: &str| -> Vec<u8> {
        let (pairs, rest) = line.as_bytes().as_chunks::<2>();
        assert!(rest.is_empty());
        let byte = |pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
        pairs.iter().map(|pair| byte(pair)).collect()
    };
    text.lines().flat_map(bytes).collect()
}

#[test]
fn keys_and_sealed_records_do_not_print_themselves() {
    let (key, sealed) = sealed_with(b"content");
    let printed = format!("{key:?} {sealed:?}");
    assert!(
        printed.len() < 250 && printed.contains("BodyKey { id: KeyId("),
        "{printed}"
    );
    let id = key.id();
    assert_eq!(KeyId::parse(&id.to_string()), Some(id));
    assert_eq!(KeyId::from_bytes(*id.as_bytes()), id);
    assert_ne!(BodyKey::generate().unwrap().id(), BodyKey::generate().unwrap().id());
}

proptest! {
    #[test]
    fn any_content_comes_back(content in prop::collection::vec(any::<u8>(), 0..3000), body in ".{0,20}", record in ".{0,20}") {
        let (key, place) = (fixed(3), Place { body: &body, record: &record });
        let sealed = key.create(&place, &content).unwrap();
        let opened = key.open(&place, &sealed).unwrap();
        prop_assert_eq!(opened.expose(), &content[..]);
    }

    #[test]
    fn any_change_of_any_blob_is_refused(
        content in prop::collection::vec(any::<u8>(), 0..600),
        in_key in any::<bool>(),
        at in any::<prop::sample::Index>(),
        change in 1..=255_u8,
    ) {
        let key = fixed(4);
        let mut sealed = key.create(&PLACE, &content).unwrap();
        let blob = if in_key { &mut sealed.wrapped_key } else { &mut sealed.content };
        let at = at.index(blob.len());
        blob[at] ^= change;
        prop_assert!(key.open(&PLACE, &sealed).is_err());
    }

    #[test]
    fn foreign_bytes_are_refused_calmly(
        wrapped_key in prop::collection::vec(any::<u8>(), 0..200),
        content in prop::collection::vec(any::<u8>(), 0..400),
    ) {
        let key = fixed(5);
        let _ = KeyId::of_wrapped(&wrapped_key);
        prop_assert!(key.rewrap(&fixed(6), &PLACE, &wrapped_key).is_err());
        let own = key.create(&PLACE, b"content").unwrap();
        let foreign_key = Sealed { wrapped_key, content: own.content };
        prop_assert!(key.open(&PLACE, &foreign_key).is_err());
        let foreign_content = Sealed { wrapped_key: own.wrapped_key, content };
        prop_assert!(key.open(&PLACE, &foreign_content).is_err());
    }
}

/// The office shares keys between its threads.
#[test]
fn keys_may_be_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<BodyKey>();
    shared::<Secret>();
    shared::<crate::Field>();
    shared::<crate::KeyFile>();
}
