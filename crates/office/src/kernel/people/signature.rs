//! Signatures of authenticators and of providers of identities: public keys only, and three kinds of them.

use p256::ecdsa::signature::Verifier as _;
use rsa::{BoxedUint, Pkcs1v15Sign};
use sha2::{Digest, Sha256};

/// Lengths of RSA keys that are taken, in bits.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;
/// What stands before a SHA-256 hash in a signature (RFC 8017, section 9.2, note 1).
const SHA256: &[u8] = b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20";

/// How a signature on an elliptic curve is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// As ASN.1, by authenticators.
    Der,
    /// As two numbers of one length, by JOSE.
    #[cfg_attr(not(any(test, feature = "oidc")), expect(dead_code, reason = "providers write it"))]
    Fixed,
}

/// A public key with the one algorithm that it is used with.
#[derive(Debug, Clone)]
pub(crate) enum Key {
    /// ECDSA on P-256 with SHA-256.
    Es256(p256::ecdsa::VerifyingKey),
    /// Ed25519.
    EdDsa(ed25519_dalek::VerifyingKey),
    /// RSA (PKCS #1 v1.5) with SHA-256.
    Rs256(rsa::PublicKey),
}

impl Key {
    /// A point on P-256.
    pub(crate) fn es256(x: &[u8], y: &[u8]) -> Option<Self> {
        let (x, y): (&[u8; 32], &[u8; 32]) = (x.try_into().ok()?, y.try_into().ok()?);
        let mut point = vec![4];
        point.extend_from_slice(x);
        point.extend_from_slice(y);
        p256::ecdsa::VerifyingKey::from_sec1_bytes(&point).ok().map(Self::Es256)
    }

    /// A point on Curve25519.
    pub(crate) fn ed25519(x: &[u8]) -> Option<Self> {
        let key = ed25519_dalek::VerifyingKey::from_bytes(x.try_into().ok()?).ok()?;
        // A key of small order fits many signatures.
        (!key.is_weak()).then_some(Self::EdDsa(key))
    }

    /// Modulus and exponent, most significant byte first.
    pub(crate) fn rs256(n: &[u8], e: &[u8]) -> Option<Self> {
        // Neither is taken into arithmetic before its length is known to be harmless.
        if n.len() > RSA_BITS.end() / 8 || e.len() > 8 {
            return None;
        }
        let (n, e) = (BoxedUint::from_be_slice_vartime(n), BoxedUint::from_be_slice_vartime(e));
        rsa::PublicKey::new_with_size_limits(n, e, RSA_BITS)
            .ok()
            .map(Self::Rs256)
    }

    /// Whether a signature fits.
    pub(crate) fn verify(&self, form: Form, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Es256(key) => {
                let read = match form {
                    Form::Der => p256::ecdsa::Signature::from_der(signature),
                    Form::Fixed => p256::ecdsa::Signature::from_slice(signature),
                };
                read.is_ok_and(|s| key.verify(message, &s).is_ok())
            }
            Self::EdDsa(key) => {
                ed25519_dalek::Signature::from_slice(signature).is_ok_and(|s| key.verify_strict(message, &s).is_ok())
            }
            Self::Rs256(key) => {
                let hash = Sha256::digest(message);
                let scheme = Pkcs1v15Sign {
                    hash_len: Some(hash.len()),
                    prefix: SHA256.into(),
                };
                key.verify(scheme, &hash, signature).is_ok()
            }
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
