//! What a provider says of somebody: a signed token (`OpenID` Connect Core, 3.1.3.7). It counts when one of the provider's own keys
//! signed it, for this office, for this one sign-in, just now.

use std::sync::Once;

use jiff::Timestamp;
use jsonwebtoken::crypto::{CryptoProvider, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{ErrorKind, Result as JwtResult};
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, DecodingKeyKind, Validation, decode, decode_header};
use serde::Deserialize;
use signature::Verifier;

use crate::kernel::people::signature::{Form, Key};
use crate::web::same;

/// By how many seconds two clocks may differ.
const SKEW: i64 = 60;
/// For how many seconds a token is fresh.
const FRESH: i64 = 600;
/// The longest token, in bytes.
pub(super) const MAX_TOKEN: usize = 64 << 10;
/// The longest name of somebody at a provider, as the standard has it.
const MAX_SUBJECT: usize = 255;
/// Keys of a provider that are looked at.
const MAX_KEYS: usize = 64;

/// Why a token is not taken. The log is told; it names no one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Fault {
    #[error("it is no token, or too long")]
    Format,
    #[error("its algorithm is none of RS256, ES256, EdDSA")]
    Algorithm,
    #[error("it demands something that is not known here")]
    Critical,
    #[error("no key of the provider is the one that it names")]
    UnknownKey,
    #[error("its signature is wrong")]
    Signature,
    #[error("it is of another issuer")]
    Issuer,
    #[error("it is for another client")]
    Audience,
    #[error("it is out of date, or the clocks differ by more than a minute")]
    Time,
    #[error("it is of another sign-in")]
    Nonce,
}

/// What must be so.
#[derive(Debug, Clone, Copy)]
pub(super) struct Expected<'a> {
    pub(super) issuer: &'a str,
    pub(super) client: &'a str,
    pub(super) nonce: &'a str,
    pub(super) now: Timestamp,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    exp: i64,
    iat: i64,
    #[serde(default)]
    nbf: Option<i64>,
    #[serde(default)]
    azp: Option<String>,
    nonce: String,
}

/// The keys of a provider, of those kinds that are known here. Others are passed over.
pub(super) fn keys(set: &[u8]) -> Option<Vec<Jwk>> {
    #[derive(Deserialize)]
    struct Set {
        keys: Vec<serde_json::Value>,
    }
    let set: Set = serde_json::from_slice(set).ok()?;
    let read = set.keys.into_iter().take(MAX_KEYS);
    Some(read.filter_map(|k| serde_json::from_value(k).ok()).collect())
}

/// The key of a token among those of its provider.
fn key_of<'a>(keys: &'a [Jwk], id: Option<&str>, algorithm: Algorithm) -> Result<&'a Jwk, Fault> {
    let fits = |key: &&Jwk| {
        let kind = match (&key.algorithm, algorithm) {
            (AlgorithmParameters::RSA(_), Algorithm::RS256) => true,
            (AlgorithmParameters::EllipticCurve(p), Algorithm::ES256) => p.curve == EllipticCurve::P256,
            (AlgorithmParameters::OctetKeyPair(p), Algorithm::EdDSA) => p.curve == EllipticCurve::Ed25519,
            _ => false,
        };
        let signs = matches!(key.common.public_key_use, None | Some(PublicKeyUse::Signature));
        let for_it = match key.common.key_algorithm {
            None => true,
            Some(KeyAlgorithm::RS256) => algorithm == Algorithm::RS256,
            Some(KeyAlgorithm::ES256) => algorithm == Algorithm::ES256,
            Some(KeyAlgorithm::EdDSA) => algorithm == Algorithm::EdDSA,
            Some(_) => false,
        };
        kind && signs && for_it && (id.is_none() || key.common.key_id.as_deref() == id)
    };
    let mut found = keys.iter().filter(fits);
    match (found.next(), found.next()) {
        (Some(key), None) => Ok(key),
        // Two keys of one name, or no name and several keys: nobody can say which was meant.
        _ => Err(Fault::UnknownKey),
    }
}

/// The algorithm and the name of the key that a token says it is signed with.
fn header(token: &str) -> Result<(Algorithm, Option<String>), Fault> {
    if token.len() > MAX_TOKEN {
        return Err(Fault::Format);
    }
    // An algorithm that the library does not know, `none` among them, is no header to it.
    let header = decode_header(token).map_err(|_| Fault::Algorithm)?;
    if !matches!(header.alg, Algorithm::RS256 | Algorithm::ES256 | Algorithm::EdDSA) {
        return Err(Fault::Algorithm);
    }
    if header.crit.is_some() {
        return Err(Fault::Critical);
    }
    Ok((header.alg, header.kid))
}

/// Whether the keys at hand have the one that a token names: keys change, and are fetched anew then.
pub(super) fn knows_key(token: &str, keys: &[Jwk]) -> bool {
    match header(token) {
        Ok((algorithm, id)) => key_of(keys, id.as_deref(), algorithm).is_ok(),
        // Nothing is fetched for what is refused anyhow.
        Err(_) => true,
    }
}

/// Checks a token. Gives who somebody is at the provider.
pub(super) fn check(token: &str, keys: &[Jwk], expected: Expected<'_>) -> Result<String, Fault> {
    install();
    let (algorithm, id) = header(token)?;
    let key = DecodingKey::from_jwk(key_of(keys, id.as_deref(), algorithm)?).map_err(|_| Fault::UnknownKey)?;
    let mut rules = Validation::new(algorithm);
    rules.set_issuer(&[expected.issuer]);
    rules.set_audience(&[expected.client]);
    rules.set_required_spec_claims(&["iss", "sub", "aud", "exp"]);
    // Time enters as a value, below.
    rules.validate_exp = false;
    let claims = decode::<Claims>(token, &key, &rules)
        .map_err(|e| match e.kind() {
            ErrorKind::InvalidSignature => Fault::Signature,
            ErrorKind::InvalidIssuer => Fault::Issuer,
            ErrorKind::InvalidAudience => Fault::Audience,
            _ => Fault::Format,
        })?
        .claims;
    if claims.iss != expected.issuer {
        return Err(Fault::Issuer);
    }
    let (named, alone) = match &claims.aud {
        Audience::One(one) => (one == expected.client, true),
        Audience::Many(all) => (all.iter().any(|one| one == expected.client), all.len() == 1),
    };
    if !named {
        return Err(Fault::Audience);
    }
    // Who is meant by a token for several says so.
    if claims.azp.as_deref().map_or(!alone, |azp| azp != expected.client) {
        return Err(Fault::Audience);
    }
    let now = expected.now.as_second();
    let late = |at: i64| now.saturating_sub(at);
    if late(claims.exp) >= SKEW
        || late(claims.iat) < -SKEW
        || late(claims.iat) > FRESH + SKEW
        || claims.nbf.is_some_and(|at| late(at) < -SKEW)
    {
        return Err(Fault::Time);
    }
    if !same(&claims.nonce, expected.nonce) {
        return Err(Fault::Nonce);
    }
    if claims.sub.is_empty() || claims.sub.len() > MAX_SUBJECT || claims.sub.chars().any(char::is_control) {
        return Err(Fault::Format);
    }
    Ok(claims.sub)
}

/// A key for one algorithm, as the library asks for it.
struct Check(Algorithm, Key);

impl Verifier<Vec<u8>> for Check {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), signature::Error> {
        if self.1.verify(Form::Fixed, message, signature) {
            Ok(())
        } else {
            Err(signature::Error::new())
        }
    }
}

impl JwtVerifier for Check {
    fn algorithm(&self) -> Algorithm {
        self.0
    }
}

fn verifier(algorithm: &Algorithm, key: &DecodingKey) -> JwtResult<Box<dyn JwtVerifier>> {
    let read = match (algorithm, key.kind()) {
        (Algorithm::RS256, DecodingKeyKind::RsaModulusExponent { n, e }) => Key::rs256(n, e),
        (Algorithm::ES256, DecodingKeyKind::SecretOrDer(point)) => match point.split_first() {
            Some((4, both)) if both.len() == 64 => {
                let (x, y) = both.split_at(32);
                Key::es256(x, y)
            }
            _ => None,
        },
        (Algorithm::EdDSA, DecodingKeyKind::SecretOrDer(x)) => Key::ed25519(x),
        _ => return Err(ErrorKind::UnsupportedAlgorithm.into()),
    };
    let key = read.ok_or(ErrorKind::InvalidKeyFormat)?;
    Ok(Box::new(Check(*algorithm, key)))
}

/// The library checks with the cryptography of this program, and signs nothing.
fn install() {
    static OURS: CryptoProvider = CryptoProvider {
        signer_factory: |_, _| Err(ErrorKind::UnsupportedAlgorithm.into()),
        verifier_factory: verifier,
        key_utils: KeyUtils::new_unimplemented(),
    };
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let _ = OURS.install_default();
    });
}
