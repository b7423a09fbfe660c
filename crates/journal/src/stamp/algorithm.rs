//! Signatures that time stamps and their certificates carry: RSA with PKCS #1 v1.5, ECDSA on P-256 and P-384.

use p256::ecdsa::signature::hazmat::PrehashVerifier as _;
use rsa::{BoxedUint, Pkcs1v15Sign};
use sha2::{Digest as _, Sha256, Sha384, Sha512};

use super::StampFault;
use super::der::{self, Der, Element, NULL, OID, SEQUENCE, bits, unsigned};

const RSA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01";
const EC: &[u8] = b"\x2a\x86\x48\xce\x3d\x02\x01";
const P256: &[u8] = b"\x2a\x86\x48\xce\x3d\x03\x01\x07";
const P384: &[u8] = b"\x2b\x81\x04\x00\x22";
/// The beginning of the identifiers of RSA signatures; the last byte says which hash.
const RSA_WITH: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x01";
/// The beginning of the identifiers of ECDSA signatures.
const ECDSA_WITH: &[u8] = b"\x2a\x86\x48\xce\x3d\x04\x03";
/// The beginning of the identifiers of SHA-2.
const SHA2: &[u8] = b"\x60\x86\x48\x01\x65\x03\x04\x02";
/// RSA keys that are looked at, in bits: shorter ones prove nothing, longer ones cost time.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

/// A hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hasher {
    Sha256,
    Sha384,
    Sha512,
}

impl Hasher {
    /// The last byte of its identifier among SHA-2.
    fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            1 => Some(Self::Sha256),
            2 => Some(Self::Sha384),
            3 => Some(Self::Sha512),
            _ => None,
        }
    }

    fn byte(self) -> u8 {
        match self {
            Self::Sha256 => 1,
            Self::Sha384 => 2,
            Self::Sha512 => 3,
        }
    }

    /// The hash that an identifier of an algorithm names.
    pub(super) fn named(algorithm: &Algorithm<'_>) -> Option<Self> {
        match algorithm.oid.strip_prefix(SHA2)? {
            [byte] => Self::from_byte(*byte),
            _ => None,
        }
    }

    pub(super) fn digest(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha256 => Sha256::digest(bytes).to_vec(),
            Self::Sha384 => Sha384::digest(bytes).to_vec(),
            Self::Sha512 => Sha512::digest(bytes).to_vec(),
        }
    }

    /// What stands before the hash inside an RSA signature.
    fn prefix(self, length: usize) -> Box<[u8]> {
        let oid = der::write(OID, &[SHA2, &[self.byte()]]);
        let algorithm = der::write(SEQUENCE, &[&oid, &[NULL, 0]]);
        let whole = der::write(
            SEQUENCE,
            &[&algorithm, &der::write(der::OCTET_STRING, &[&vec![0; length]])],
        );
        whole.get(..whole.len() - length).unwrap_or_default().into()
    }
}

/// The identifier of an algorithm with its parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Algorithm<'a> {
    pub(super) oid: &'a [u8],
    pub(super) parameters: Option<Element<'a>>,
}

impl<'a> Algorithm<'a> {
    pub(super) fn read(from: &mut Der<'a>) -> Option<Self> {
        let mut inside = from.inside(SEQUENCE)?;
        let oid = inside.expect(OID)?.body;
        let parameters = if inside.0.is_empty() {
            None
        } else {
            Some(inside.next()?)
        };
        inside.end()?;
        Some(Self { oid, parameters })
    }
}

/// A public key as a certificate has it.
#[derive(Debug, Clone, Copy)]
pub(super) struct PublicKey<'a> {
    algorithm: Algorithm<'a>,
    key: &'a [u8],
}

impl<'a> PublicKey<'a> {
    pub(super) fn read(from: &mut Der<'a>) -> Option<Self> {
        let mut inside = from.inside(SEQUENCE)?;
        let algorithm = Algorithm::read(&mut inside)?;
        let key = bits(inside.expect(der::BIT_STRING)?.body)?;
        inside.end()?;
        Some(Self { algorithm, key })
    }

    /// Checks a signature. `digest` is the hash where the identifier of the signature names none.
    pub(super) fn verify(
        &self,
        signed: &Algorithm<'_>,
        digest: Option<Hasher>,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), StampFault> {
        let with = |base: &[u8], first: u8| match signed.oid.strip_prefix(base) {
            Some([byte]) => byte.checked_sub(first).and_then(Hasher::from_byte),
            _ => None,
        };
        let hasher = if signed.oid == RSA {
            digest
        } else {
            // SHA-256 is 11 among the identifiers of RSA and 2 among those of ECDSA.
            with(RSA_WITH, 10).or_else(|| with(ECDSA_WITH, 1))
        };
        let hasher = hasher.ok_or(StampFault::Algorithm)?;
        // The hash inside the signature must be the one that the signed attributes were made with.
        if digest.is_some_and(|d| d != hasher) {
            return Err(StampFault::Algorithm);
        }
        let is_rsa = signed.oid.starts_with(RSA_WITH);
        let hash = hasher.digest(message);
        let fits = match self.algorithm.oid {
            RSA if is_rsa => self.verify_rsa(hasher, &hash, signature)?,
            EC if !is_rsa => match self.algorithm.parameters.filter(|p| p.tag == OID).map(|p| p.body) {
                Some(P256) => {
                    let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(self.key).map_err(|_| StampFault::Format)?;
                    p256::ecdsa::Signature::from_der(signature).is_ok_and(|s| key.verify_prehash(&hash, &s).is_ok())
                }
                Some(P384) => {
                    let key = p384::ecdsa::VerifyingKey::from_sec1_bytes(self.key).map_err(|_| StampFault::Format)?;
                    p384::ecdsa::Signature::from_der(signature).is_ok_and(|s| key.verify_prehash(&hash, &s).is_ok())
                }
                _ => return Err(StampFault::Algorithm),
            },
            _ => return Err(StampFault::Algorithm),
        };
        if fits { Ok(()) } else { Err(StampFault::Signature) }
    }

    fn verify_rsa(&self, hasher: Hasher, hash: &[u8], signature: &[u8]) -> Result<bool, StampFault> {
        let numbers = || {
            let mut inside = der::only(self.key, SEQUENCE)?;
            let (n, e) = (inside.expect(der::INTEGER)?, inside.expect(der::INTEGER)?);
            inside.end()?;
            Some((unsigned(n.body)?, unsigned(e.body)?))
        };
        let (n, e) = numbers().ok_or(StampFault::Format)?;
        // Neither is taken into arithmetic before its length is known to be harmless.
        if n.len() > RSA_BITS.end() / 8 || e.len() > 8 {
            return Err(StampFault::Algorithm);
        }
        let (n, e) = (BoxedUint::from_be_slice_vartime(n), BoxedUint::from_be_slice_vartime(e));
        let key = rsa::PublicKey::new_with_size_limits(n, e, RSA_BITS).map_err(|_| StampFault::Algorithm)?;
        let scheme = Pkcs1v15Sign {
            hash_len: Some(hash.len()),
            prefix: hasher.prefix(hash.len()),
        };
        Ok(key.verify(scheme, hash, signature).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_prefix_is_that_of_the_standard() {
        // RFC 8017, section 9.2, note 1.
        let sha256 = b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20";
        let sha512 = b"\x30\x51\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x03\x05\x00\x04\x40";
        assert_eq!(*Hasher::Sha256.prefix(32), sha256[..]);
        assert_eq!(*Hasher::Sha512.prefix(64), sha512[..]);
    }
}
