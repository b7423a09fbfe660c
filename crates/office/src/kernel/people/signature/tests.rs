use p256::ecdsa::signature::Signer as _;

use super::*;

/// The primes of an RSA key that was made for these tests and is used nowhere else.
const P: &str = "dfdde7ce019ac35b2d135ccc08a13206068938d6eb7f0a986d552ec427bd4ab210525d6fd22738afcb518e1f00270599\
                 a6da1e2701c92c7e5d290434674cc9eb1e79673da89cdbfb8ec9cdd319bed9e717ad8fd282d68f383543c84b7a9b0869\
                 9ad8ccae238e08695ac5c3949455e0d39c6857db808bcfcc86f4115512eb8961";
const Q: &str = "d40bdb902522505e88b98937915e05a9b6e58f35a7930e16ca2bb63b8231e15a40469a8ed0c685960215d8e7cf09af2d\
                 bb6624c692ab5c20a2747a72a14355280f25c0085b972c356a3e08fa4edd03a35889301db93966c6bbb065e220ac202d\
                 fce31d8a2993a906c4a521a6020f6da84350e0fd802d5c0afdb036490d8bdf45";

/// A private key of a test.
pub(crate) enum Signer {
    Es256(p256::ecdsa::SigningKey),
    EdDsa(ed25519_dalek::SigningKey),
    Rs256(rsa::PrivateKey),
}

fn number(hex: &str) -> BoxedUint {
    let digits: Vec<u8> = hex
        .chars()
        .map(|c| u8::try_from(c.to_digit(16).unwrap()).unwrap())
        .collect();
    let bytes: Vec<u8> = digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect();
    BoxedUint::from_be_slice_vartime(&bytes)
}

impl Signer {
    pub(crate) fn es256(seed: u8) -> Self {
        Self::Es256(p256::ecdsa::SigningKey::from_slice(&[seed; 32]).unwrap())
    }

    pub(crate) fn ed25519(seed: u8) -> Self {
        Self::EdDsa(ed25519_dalek::SigningKey::from_bytes(&[seed; 32]))
    }

    pub(crate) fn rs256() -> Self {
        let e = BoxedUint::from_be_slice_vartime(&[1, 0, 1]);
        Self::Rs256(rsa::PrivateKey::from_p_q(number(P), number(Q), e).unwrap())
    }

    /// The numbers of its public key: x and y, x, or n and e.
    pub(crate) fn public(&self) -> (Vec<u8>, Vec<u8>) {
        use rsa::traits::PublicKeyParts as _;
        match self {
            Self::Es256(key) => {
                let point = key.verifying_key().to_sec1_point(false);
                let (x, y) = point.as_bytes()[1..].split_at(32);
                (x.to_vec(), y.to_vec())
            }
            Self::EdDsa(key) => (key.verifying_key().to_bytes().to_vec(), Vec::new()),
            Self::Rs256(key) => {
                let n = key.n().as_ref().to_be_bytes().to_vec();
                let e = key.e().to_be_bytes().to_vec();
                let trimmed = e.iter().skip_while(|b| **b == 0).copied().collect();
                (n, trimmed)
            }
        }
    }

    pub(crate) fn sign(&self, form: Form, message: &[u8]) -> Vec<u8> {
        match self {
            Self::Es256(key) => {
                let signature: p256::ecdsa::Signature = key.sign(message);
                match form {
                    Form::Der => signature.to_der().as_bytes().to_vec(),
                    Form::Fixed => signature.to_bytes().to_vec(),
                }
            }
            Self::EdDsa(key) => {
                let signature: ed25519_dalek::Signature = ed25519_dalek::Signer::sign(key, message);
                signature.to_bytes().to_vec()
            }
            Self::Rs256(key) => {
                let scheme = Pkcs1v15Sign {
                    hash_len: Some(32),
                    prefix: SHA256.into(),
                };
                key.sign(scheme, &Sha256::digest(message)).unwrap()
            }
        }
    }

    pub(crate) fn key(&self) -> Key {
        let (one, two) = self.public();
        match self {
            Self::Es256(_) => Key::es256(&one, &two),
            Self::EdDsa(_) => Key::ed25519(&one),
            Self::Rs256(_) => Key::rs256(&one, &two),
        }
        .unwrap()
    }
}

#[test]
fn a_signature_fits_its_message_and_its_key_only() {
    let all = [Signer::es256(7), Signer::es256(8), Signer::ed25519(7), Signer::rs256()];
    for (at, signer) in all.iter().enumerate() {
        for form in [Form::Der, Form::Fixed] {
            let signature = signer.sign(form, b"a message");
            for (other, key) in all.iter().enumerate() {
                assert_eq!(key.key().verify(form, b"a message", &signature), at == other);
            }
            assert!(!signer.key().verify(form, b"another", &signature));
            let mut changed = signature.clone();
            *changed.last_mut().unwrap() ^= 1;
            assert!(!signer.key().verify(form, b"a message", &changed));
            assert!(
                !signer
                    .key()
                    .verify(form, b"a message", &signature[..signature.len() - 1])
            );
            assert!(!signer.key().verify(form, b"a message", &[]));
        }
    }
    // The forms of the elliptic curve are not taken for each other.
    let fixed = all[0].sign(Form::Fixed, b"a message");
    assert!(!all[0].key().verify(Form::Der, b"a message", &fixed));
}

#[test]
fn keys_that_protect_nothing_are_none() {
    assert!(Key::es256(&[0; 32], &[0; 32]).is_none(), "not on the curve");
    assert!(Key::es256(&[1; 31], &[1; 32]).is_none());
    // The neutral point: every signature of a certain shape would fit.
    let mut neutral = [0; 32];
    neutral[0] = 1;
    assert!(Key::ed25519(&neutral).is_none());
    assert!(Key::ed25519(&[1; 31]).is_none());
    let (n, e) = Signer::rs256().public();
    assert!(Key::rs256(&n[..128], &e).is_none(), "too short");
    assert!(Key::rs256(&[255; 2000], &e).is_none(), "too long");
    assert!(Key::rs256(&n, &[255; 9]).is_none());
    assert!(Key::rs256(&[], &[]).is_none());
}
