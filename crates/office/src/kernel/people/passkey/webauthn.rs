//! What authenticators say, read and checked as `WebAuthn` Level 3 demands of a relying party (sections 7.1 and 7.2). Attestation is
//! not asked for: which make of authenticator somebody has is the affair of its owner. The bytes are foreign and bounded.

use coset::iana::{Algorithm, Ec2KeyParameter, EllipticCurve, EnumI64, KeyType, OkpKeyParameter};
use coset::{AsCborValue, CborSerializable, CoseKey, Label, RegisteredLabel, RegisteredLabelWithPrivate};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::edge::Origin;
use crate::kernel::people::signature::{Form, Key};

/// The longest part of an answer, in bytes.
pub(super) const MAX_PART: usize = 64 << 10;
/// The longest identifier of a passkey, in bytes, as the standard has it.
const MAX_ID: usize = 1023;
/// How deep CBOR may be nested.
const MAX_DEPTH: usize = 16;

/// Somebody touched the authenticator.
const PRESENT: u8 = 1;
/// And proved to it who they are.
const VERIFIED: u8 = 1 << 2;
/// The passkey may be on several devices …
const MAY_BE_COPIED: u8 = 1 << 3;
/// … and is.
const COPIED: u8 = 1 << 4;
/// A new passkey follows.
const WITH_KEY: u8 = 1 << 6;
/// Extensions follow.
const WITH_EXTENSIONS: u8 = 1 << 7;

/// Why an answer is not taken. It names no one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It is not what an authenticator writes.
    Format,
    /// It was given to another page or for another purpose.
    Elsewhere,
    /// Nobody touched the authenticator, or nobody proved to it who they are.
    NotVerified,
    /// The kind of key is none that is known here.
    Algorithm,
    /// The signature is wrong.
    Signature,
}

/// What the browser adds to what the authenticator signs.
#[derive(Deserialize)]
struct ClientData {
    r#type: String,
    challenge: String,
    origin: String,
    #[serde(default, rename = "crossOrigin")]
    cross_origin: bool,
    #[serde(default, rename = "topOrigin")]
    top_origin: Option<String>,
}

/// What a passkey is made or used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    Create,
    Get,
}

/// The challenge that a browser answered, if it did so for this use on a page of this origin and nowhere else.
pub(super) fn challenge(client_data: &[u8], wanted: Use, origin: &Origin) -> Result<String, Fault> {
    if client_data.len() > MAX_PART {
        return Err(Fault::Format);
    }
    let data: ClientData = serde_json::from_slice(client_data).map_err(|_| Fault::Format)?;
    let kind = match wanted {
        Use::Create => "webauthn.create",
        Use::Get => "webauthn.get",
    };
    if data.r#type != kind || data.origin != origin.as_str() || data.cross_origin || data.top_origin.is_some() {
        return Err(Fault::Elsewhere);
    }
    Ok(data.challenge)
}

/// What an authenticator tells of itself.
struct Told<'a> {
    flags: u8,
    counter: u32,
    rest: &'a [u8],
}

fn told<'a>(data: &'a [u8], origin: &Origin, verified: bool) -> Result<Told<'a>, Fault> {
    let (party, rest) = data.split_first_chunk::<32>().ok_or(Fault::Format)?;
    let (flags, rest) = rest.split_first().ok_or(Fault::Format)?;
    let (counter, rest) = rest.split_first_chunk::<4>().ok_or(Fault::Format)?;
    if *party != <[u8; 32]>::from(Sha256::digest(origin.host().as_bytes())) {
        return Err(Fault::Elsewhere);
    }
    if flags & PRESENT == 0 || (verified && flags & VERIFIED == 0) {
        return Err(Fault::NotVerified);
    }
    // What cannot be copied is not copied.
    if flags & COPIED != 0 && flags & MAY_BE_COPIED == 0 {
        return Err(Fault::Format);
    }
    Ok(Told {
        flags: *flags,
        counter: u32::from_be_bytes(*counter),
        rest,
    })
}

/// A new passkey.
#[derive(Debug)]
pub(super) struct New {
    /// Its identifier.
    pub(super) id: Vec<u8>,
    /// Its public key, as COSE.
    pub(super) key: Vec<u8>,
    /// The count of its authenticator.
    pub(super) counter: u32,
}

/// A piece of CBOR, and what follows it.
fn cbor(bytes: &[u8]) -> Result<(ciborium::Value, &[u8]), Fault> {
    let mut rest = bytes;
    let value = ciborium::de::from_reader_with_recursion_limit(&mut rest, MAX_DEPTH).map_err(|_| Fault::Format)?;
    Ok((value, rest))
}

/// The part of an attestation that counts.
fn authenticator_data(attestation: &[u8]) -> Result<Vec<u8>, Fault> {
    let (value, rest) = cbor(attestation)?;
    let map = value.into_map().map_err(|_| Fault::Format)?;
    let data = map
        .into_iter()
        .find(|(k, _)| k.as_text() == Some("authData"))
        .and_then(|(_, v)| v.into_bytes().ok());
    data.filter(|_| rest.is_empty()).ok_or(Fault::Format)
}

/// Reads a new passkey out of an attestation.
pub(super) fn create(attestation: &[u8], origin: &Origin, verified: bool) -> Result<New, Fault> {
    if attestation.len() > MAX_PART {
        return Err(Fault::Format);
    }
    let data = authenticator_data(attestation)?;
    let told = told(&data, origin, verified)?;
    if told.flags & WITH_KEY == 0 {
        return Err(Fault::Format);
    }
    let (_make, rest) = told.rest.split_first_chunk::<16>().ok_or(Fault::Format)?;
    let (length, rest) = rest.split_first_chunk::<2>().ok_or(Fault::Format)?;
    let length = usize::from(u16::from_be_bytes(*length));
    let (id, rest) = rest.split_at_checked(length).ok_or(Fault::Format)?;
    if id.is_empty() || id.len() > MAX_ID {
        return Err(Fault::Format);
    }
    let (key, rest) = cbor(rest)?;
    ended(told.flags, rest)?;
    let key = CoseKey::from_cbor_value(key).map_err(|_| Fault::Format)?;
    public_key(&key)?;
    Ok(New {
        id: id.to_vec(),
        key: key.to_vec().map_err(|_| Fault::Format)?,
        counter: told.counter,
    })
}

/// Checks that nothing follows but the extensions that are told of. None is asked for, so none means anything.
fn ended(flags: u8, rest: &[u8]) -> Result<(), Fault> {
    let rest = if flags & WITH_EXTENSIONS == 0 {
        rest
    } else {
        cbor(rest)?.1
    };
    if rest.is_empty() { Ok(()) } else { Err(Fault::Format) }
}

/// Checks an answer of a passkey. Gives the count of its authenticator.
pub(super) fn get(
    key: &[u8],
    (data, client_data, signature): (&[u8], &[u8], &[u8]),
    origin: &Origin,
    verified: bool,
) -> Result<u32, Fault> {
    if data.len() > MAX_PART || signature.len() > MAX_PART {
        return Err(Fault::Format);
    }
    let told = told(data, origin, verified)?;
    if told.flags & WITH_KEY != 0 {
        return Err(Fault::Format);
    }
    ended(told.flags, told.rest)?;
    let key = CoseKey::from_slice(key).map_err(|_| Fault::Format)?;
    let mut message = data.to_vec();
    message.extend_from_slice(&Sha256::digest(client_data));
    if public_key(&key)?.verify(Form::Der, &message, signature) {
        Ok(told.counter)
    } else {
        Err(Fault::Signature)
    }
}

/// The public key, of one of the three kinds that are asked for.
fn public_key(key: &CoseKey) -> Result<Key, Fault> {
    let parameter = |label: i64| {
        let found = key.params.iter().find(|(l, _)| *l == Label::Int(label));
        found.map(|(_, value)| value)
    };
    let bytes = |label: i64| parameter(label).and_then(|v| v.as_bytes()).map(Vec::as_slice);
    let curve = |label: i64, wanted: EllipticCurve| {
        let found = parameter(label).and_then(|v| v.as_integer());
        found.is_some_and(|c| i128::from(c) == i128::from(wanted.to_i64()))
    };
    let algorithm = match &key.alg {
        Some(RegisteredLabelWithPrivate::Assigned(algorithm)) => *algorithm,
        _ => return Err(Fault::Algorithm),
    };
    let kind = match &key.kty {
        RegisteredLabel::Assigned(kind) => *kind,
        RegisteredLabel::Text(_) => return Err(Fault::Algorithm),
    };
    let read = match (kind, algorithm) {
        (KeyType::EC2, Algorithm::ES256) if curve(Ec2KeyParameter::Crv.to_i64(), EllipticCurve::P_256) => {
            let x = bytes(Ec2KeyParameter::X.to_i64()).ok_or(Fault::Format)?;
            let y = bytes(Ec2KeyParameter::Y.to_i64()).ok_or(Fault::Format)?;
            Key::es256(x, y)
        }
        (KeyType::OKP, Algorithm::EdDSA) if curve(OkpKeyParameter::Crv.to_i64(), EllipticCurve::Ed25519) => {
            Key::ed25519(bytes(OkpKeyParameter::X.to_i64()).ok_or(Fault::Format)?)
        }
        // RFC 8230: the modulus and the exponent.
        (KeyType::RSA, Algorithm::RS256) => {
            Key::rs256(bytes(-1).ok_or(Fault::Format)?, bytes(-2).ok_or(Fault::Format)?)
        }
        _ => return Err(Fault::Algorithm),
    };
    read.ok_or(Fault::Format)
}
