//! Known answers from the published standards.

use argon2::{Algorithm, Argon2, AssociatedData, ParamsBuilder, Version};
use hmac::Mac as _;

use super::*;

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
    digits
        .chunks(2)
        .map(|pair| u8::from_str_radix(&pair.iter().collect::<String>(), 16).unwrap())
        .collect()
}

/// draft-irtf-cfrg-xchacha-03, appendix A.3.1.
#[test]
fn xchacha20_poly1305() {
    let text = b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.";
    let associated = hex("50515253c0c1c2c3c4c5c6c7");
    let key: [u8; 32] = std::array::from_fn(|i| 0x80 + u8::try_from(i).unwrap());
    let nonce: [u8; 24] = std::array::from_fn(|i| 0x40 + u8::try_from(i).unwrap());
    let expected = hex("bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb
         731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b452
         2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9
         21f9664c97637da9768812f615c68b13b52e
         c0875924c1c7987947deafd8780acf49");
    let mut buffer = text.to_vec();
    encrypt(&key, &nonce, &associated, &mut buffer).unwrap();
    assert_eq!(buffer, expected);
    decrypt(&key, &nonce, &associated, &mut buffer).unwrap();
    assert_eq!(buffer, text);
}

/// RFC 5869, appendices A.1 and A.2 (their first 32 bytes: HKDF gives a longer output by going on).
#[test]
fn hkdf_sha256() {
    let info: Vec<u8> = (0xf0..=0xf9).collect();
    let salt: Vec<u8> = (0x00..=0x0c).collect();
    let expected = hex("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf");
    assert_eq!(derive(&salt, &[0x0b; 22], &[&info]).as_slice(), expected);
    assert_eq!(
        derive(&salt, &[0x0b; 22], &[&info[..3], &info[3..]]).as_slice(),
        expected,
        "parts are one"
    );
    let (salt, key, info): (Vec<u8>, Vec<u8>, Vec<u8>) = (
        (0x60..=0xaf).collect(),
        (0x00..=0x4f).collect(),
        (0xb0..=0xff).collect(),
    );
    let expected = hex("b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c");
    assert_eq!(derive(&salt, &key, &[&info]).as_slice(), expected);
}

/// RFC 4231, test cases 1 and 2, whose keys are shorter than 32 bytes: HMAC pads them with zeros.
#[test]
fn hmac_sha256() {
    for (key, text, expected) in [
        (
            vec![0x0b; 20],
            &b"Hi There"[..],
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
        ),
        (
            b"Jefe".to_vec(),
            b"what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        ),
    ] {
        let mut padded = [0; 32];
        padded[..key.len()].copy_from_slice(&key);
        let mut mac = hmac(&padded);
        mac.update(text);
        assert_eq!(mac.finalize().into_bytes()[..], hex(expected));
    }
}

/// FIPS 180-4: the example "abc" of its example values, here in two parts.
#[test]
fn sha256() {
    assert_eq!(
        hash(b"a", &[b"b", b"c"])[..],
        hex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    );
}

/// RFC 9106, section 5.3.
#[test]
fn argon2id() {
    let params = ParamsBuilder::new()
        .m_cost(32)
        .t_cost(3)
        .p_cost(4)
        .data(AssociatedData::new(&[4; 12]).unwrap())
        .output_len(32)
        .build()
        .unwrap();
    let argon = Argon2::new_with_secret(&[3; 8], Algorithm::Argon2id, Version::V0x13, params).unwrap();
    let mut out = [0; 32];
    argon.hash_password_into(&[1; 32], &[2; 16], &mut out).unwrap();
    assert_eq!(
        out[..],
        hex("0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659")
    );
}

#[test]
fn random_bytes_differ() {
    assert_ne!(random::<32>().unwrap(), random::<32>().unwrap());
}
