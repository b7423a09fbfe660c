use super::*;
use crate::store::{Store as _, Writable as _};

/// Made by OpenSSL: a request over the text, two answers of an authority with an RSA key and with P-256, its root.
const TEXT: &[u8] = include_bytes!("../../tests/data/stamp-text");
const REQUEST: &[u8] = include_bytes!("../../tests/data/request.tsq");
const BY_RSA: &[u8] = include_bytes!("../../tests/data/rsa.tsr");
const BY_P256: &[u8] = include_bytes!("../../tests/data/ec.tsr");
const ROOT: &[u8] = include_bytes!("../../tests/data/root.pem");

fn request() -> StampRequest {
    StampRequest::from_der(REQUEST).unwrap()
}

fn root() -> Vec<Certificate> {
    Certificate::parse(ROOT).unwrap()
}

/// The answer with one piece put in the place of another of the same length.
fn altered(answer: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
    assert_eq!(old.len(), new.len());
    let at = answer.windows(old.len()).position(|w| w == old).unwrap();
    let mut out = answer.to_vec();
    out[at..at + new.len()].copy_from_slice(new);
    out
}

#[test]
fn our_request_is_the_one_that_openssl_makes() {
    assert_eq!(request().to_der(), REQUEST);
    assert!(request().is_over(TEXT) && !request().is_over(b"other"));
    for nonce in [0, 1, 127, 128, 255, 1 << 31, u64::MAX] {
        let request = StampRequest::new(TEXT, nonce);
        assert_eq!(StampRequest::from_der(&request.to_der()), Some(request), "{nonce}");
    }
    for end in 0..REQUEST.len() {
        assert_eq!(StampRequest::from_der(&REQUEST[..end]), None);
    }
}

#[test]
fn what_an_authority_signed_is_read() {
    for (answer, authority) in [
        (BY_RSA, "Dấu thời gian, Example Time"),
        (BY_P256, "Example Time P-256, Example Time"),
    ] {
        let stamp = check_stamp(answer, TEXT, Some(&request()), &root()).unwrap();
        assert_eq!((stamp.authority.as_str(), stamp.trusted), (authority, true));
        assert_eq!((stamp.policy.as_str(), stamp.accuracy), ("1.2.3.4.1", Some(1_000_000)));
        // 24 November 2026.
        assert!(
            (1_795_478_400_000_000..1_795_564_800_000_000).contains(&stamp.at),
            "{}",
            stamp.at
        );
        let unknown = check_stamp(answer, TEXT, None, &[]).unwrap();
        assert!(!unknown.trusted && unknown.at == stamp.at && unknown.serial == stamp.serial);
    }
}

#[test]
fn each_fault_is_told_apart() {
    let check = |answer: &[u8], text: &[u8], nonce| {
        check_stamp(answer, text, Some(&StampRequest::new(text, nonce)), &root()).unwrap_err()
    };
    assert_eq!(check(BY_RSA, b"another text", 1), StampFault::Imprint);
    assert_eq!(check(BY_RSA, TEXT, 1), StampFault::Nonce);
    let fault = |answer: &[u8]| check_stamp(answer, TEXT, Some(&request()), &root()).unwrap_err();
    // A refusal: the status is 2 and there is no token.
    assert_eq!(fault(&[0x30, 5, 0x30, 3, 2, 1, 2]), StampFault::Refused);
    assert_eq!(fault(&BY_RSA[..BY_RSA.len() - 1]), StampFault::Format);
    assert_eq!(fault(b"<html>"), StampFault::Format);
    let mut last = BY_RSA.to_vec();
    *last.last_mut().unwrap() ^= 1;
    assert_eq!(fault(&last), StampFault::Signature);
    // The time inside, one minute earlier: the signed hash of it no longer fits.
    let token = Token::read(BY_RSA).unwrap().unwrap();
    let at = token
        .info
        .windows(2)
        .position(|w| w == [der::GENERAL_TIME, 15])
        .unwrap();
    let time = &token.info[at + 2..at + 17];
    let mut earlier = time.to_vec();
    earlier[9] = if time[9] == b'0' { b'1' } else { b'0' };
    assert_eq!(fault(&altered(BY_RSA, time, &earlier)), StampFault::Signature);
    // Another name in the certificate: it is no longer the one that the signed attributes name.
    let signer = token.certificates.iter().find(|c| token.signer.is(c)).unwrap();
    let renamed = altered(signer.whole, b"Example Time", b"Example Tune");
    assert_eq!(
        check_stamp(&altered(BY_RSA, signer.whole, &renamed), TEXT, None, &[]).unwrap_err(),
        StampFault::Signature
    );
    // A certificate that may sign web pages, not time stamps.
    let purpose = b"\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x08";
    let web = altered(signer.whole, purpose, b"\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x01");
    assert_eq!(
        View::read(&web).unwrap().may_stamp(1_800_000_000_000_000),
        Err(StampFault::Purpose)
    );
    assert_eq!(signer.may_stamp(1_800_000_000_000_000), Ok(()));
    assert_eq!(signer.may_stamp(1_700_000_000_000_000), Err(StampFault::Expired));
}

#[test]
fn a_root_of_the_same_name_with_another_key_vouches_for_nothing() {
    let mut other = root()[0].as_der().to_vec();
    let at = other.windows(4).position(|w| w == [2, 0x82, 1, 1]).unwrap();
    other[at + 40] ^= 1;
    let other = Certificate::from_der(&other).unwrap();
    assert_eq!(other.subject(), root()[0].subject());
    assert_eq!(
        check_stamp(BY_RSA, TEXT, None, &[other]).unwrap_err(),
        StampFault::Chain
    );
    // The certificate of the signer itself may be what is trusted.
    let token = Token::read(BY_P256).unwrap().unwrap();
    let pinned = Certificate::from_der(token.certificates[0].whole).unwrap();
    assert!(
        check_stamp(BY_P256, TEXT, None, std::slice::from_ref(&pinned))
            .unwrap()
            .trusted
    );
    assert_eq!(
        check_stamp(BY_RSA, TEXT, None, &[pinned]).unwrap_err(),
        StampFault::Chain
    );
}

#[test]
fn no_changed_byte_changes_what_a_time_stamp_says() {
    for answer in [BY_RSA, BY_P256] {
        let sound = check_stamp(answer, TEXT, Some(&request()), &root()).unwrap();
        let mut refused = 0;
        for at in 0..answer.len() {
            let mut bad = answer.to_vec();
            bad[at] ^= 1 << (at % 8);
            match check_stamp(&bad, TEXT, Some(&request()), &root()) {
                // Some bytes are outside what is signed: versions, the list of hashes, certificates that nobody needs.
                Ok(stamp) => assert_eq!(stamp, sound, "byte {at}"),
                Err(_) => refused += 1,
            }
        }
        assert!(refused * 2 > answer.len(), "{refused} of {}", answer.len());
    }
}

#[test]
fn files_of_certificates() {
    let one = root();
    let two = [ROOT, b"\ncomment\n", ROOT].concat();
    assert_eq!(Certificate::parse(&two).unwrap().len(), 2);
    assert_eq!(Certificate::parse(one[0].as_der()).unwrap(), one);
    assert_eq!(one[0].subject(), "Example Root, Example Root");
    for wrong in [
        &b""[..],
        b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        &ROOT[..200],
    ] {
        assert_eq!(Certificate::parse(wrong), None);
    }
}

/// A journal whose checkpoint is the text, signed, with the request that was made over it.
fn asked() -> (tempfile::TempDir, crate::Folder) {
    let dir = tempfile::tempdir().unwrap();
    let folder = crate::Folder::new(dir.path());
    let key = crate::PrivateKey::from_seed("example.org/journal", crate::Role::Journal, &[1; 32]).unwrap();
    let mut note = crate::Note::new(String::from_utf8(TEXT.to_vec()).unwrap()).unwrap();
    note.sign(&key, 0);
    folder.replace("checkpoint", note.to_text().as_bytes()).unwrap();
    folder.replace("timestamps/00000000000020852163.tsq", REQUEST).unwrap();
    (dir, folder)
}

#[test]
fn answers_of_several_authorities_lie_side_by_side() {
    let (_dir, folder) = asked();
    assert_eq!(ask_for_stamp(&folder).unwrap().request, REQUEST, "it has no answer yet");
    let first = accept_stamp(&folder, BY_RSA, &root()).unwrap();
    assert_eq!(
        (first.0.as_str(), first.1),
        ("timestamps/00000000000020852163.tsr", 20_852_163)
    );
    assert_eq!(
        accept_stamp(&folder, BY_RSA, &root()).unwrap(),
        first,
        "the same again is the same"
    );
    let second = accept_stamp(&folder, BY_P256, &[]).unwrap();
    assert_eq!(second.0, "timestamps/00000000000020852163-2.tsr");
    assert_eq!(
        folder
            .read("timestamps/00000000000020852163-2.tsq", 99)
            .unwrap()
            .unwrap(),
        REQUEST
    );
    // Both are answered, so the next request is a new one, under the next name.
    let third = ask_for_stamp(&folder).unwrap();
    assert!(third.request != REQUEST && StampRequest::from_der(&third.request).unwrap().is_over(TEXT));
    let kept = folder
        .read("timestamps/00000000000020852163-3.tsq", 99)
        .unwrap()
        .unwrap();
    assert_eq!(kept, third.request);
}

#[test]
fn what_answers_nothing_is_not_kept() {
    let (_dir, folder) = asked();
    let fault = |answer: &[u8]| match accept_stamp(&folder, answer, &[]) {
        Err(crate::Error::Stamp { what, .. }) => what,
        other => panic!("{other:?}"),
    };
    assert_eq!(fault(b"anything"), StampFault::Format);
    folder
        .replace(
            "timestamps/00000000000020852163.tsq",
            &StampRequest::new(TEXT, 5).to_der(),
        )
        .unwrap();
    assert_eq!(fault(BY_RSA), StampFault::Nonce);
    folder
        .replace(
            "timestamps/00000000000020852163.tsq",
            &StampRequest::new(b"else", 5).to_der(),
        )
        .unwrap();
    folder.replace("timestamps/1.tsq", REQUEST).unwrap();
    assert_eq!(fault(BY_RSA), StampFault::Nonce, "a name in another form is none");
    assert!(
        folder
            .read("timestamps/00000000000020852163.tsr", MAX_STAMP)
            .unwrap()
            .is_none()
    );
}

#[test]
fn names_have_one_form() {
    for path in [
        "timestamps/00000000000000000300.tsr",
        "timestamps/00000000000000000300-12.tsq",
    ] {
        assert_eq!(Name::parse(path).unwrap().to_string(), path);
    }
    for wrong in [
        "timestamps/300.tsr",
        "timestamps/00000000000000000300-1.tsr",
        "timestamps/00000000000000000300-02.tsr",
        "timestamps/00000000000000000300.tsr.new",
        "timestamps/+0000000000000000300.tsr",
        "timestamps/00000000000000000300",
        "00000000000000000300.tsr",
    ] {
        assert_eq!(Name::parse(wrong), None, "{wrong}");
    }
}
