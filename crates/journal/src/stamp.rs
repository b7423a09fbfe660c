//! Time stamps of checkpoints by an authority (RFC 3161): the request, and what its answer must be like.
//!
//! What is stamped is the signed text of the checkpoint, the lines before the blank one. Checked are the form of the
//! answer, the hash of the text, the number that the request was marked with, the signature and that the certificate
//! may sign time stamps at that time; with certificates of authorities given, also the chain that leads to one of them.
//! Whether a certificate was revoked is not checked: that cannot be known offline.

mod algorithm;
mod certificate;
mod der;
mod kept;

pub use certificate::Certificate;
pub use kept::{Asked, accept_stamp, ask_for_stamp};
pub(crate) use kept::{Name, judge};

use sha2::{Digest as _, Sha256};
use thiserror::Error;

use algorithm::{Algorithm, Hasher};
use certificate::View;
use der::{BOOLEAN, Der, INTEGER, NULL, OCTET_STRING, OID, SEQUENCE, SET, context, primitive, small, unsigned};

/// The longest answer of an authority that is looked at, in bytes.
pub const MAX_STAMP: usize = 128 << 10;
/// Certificates in an answer that are looked at.
const MAX_CERTIFICATES: usize = 16;

const SIGNED_DATA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02";
const STAMP_INFO: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x04";
const CONTENT_TYPE: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x03";
const MESSAGE_DIGEST: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x04";
const SIGNING_CERTIFICATE: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x02\x0c";
const SIGNING_CERTIFICATE_V2: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x02\x2f";
const SHA256: &[u8] = b"\x60\x86\x48\x01\x65\x03\x04\x02\x01";

/// What is wrong with a time stamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Error)]
#[non_exhaustive]
pub enum StampFault {
    /// It is not an answer as RFC 3161 has it.
    #[error("not an answer as RFC 3161 has it")]
    Format,
    /// The authority refused.
    #[error("the authority refused")]
    Refused,
    /// It is over something else.
    #[error("over something else than this checkpoint")]
    Imprint,
    /// It answers another request.
    #[error("answers another request")]
    Nonce,
    /// The certificate of the signer is not there.
    #[error("the certificate of the signer is missing")]
    Missing,
    /// An algorithm that is not known here, or too weak.
    #[error("an algorithm or key that is not supported or too weak")]
    Algorithm,
    /// The signature does not fit.
    #[error("the signature does not fit")]
    Signature,
    /// The certificate is not one for time stamps.
    #[error("the certificate is not one for time stamps")]
    Purpose,
    /// The certificate did not hold at the time that it states.
    #[error("the certificate does not hold at the time of the stamp")]
    Expired,
    /// No chain leads to a certificate that was given.
    #[error("no chain leads to a certificate that was given")]
    Chain,
    /// A file of certificates holds none, or a broken one.
    #[error("not a certificate")]
    Authority,
}

impl StampFault {
    /// A short name for machines and for the keys of translations.
    pub fn code(self) -> &'static str {
        match self {
            Self::Format => "stamp-format",
            Self::Refused => "stamp-refused",
            Self::Imprint => "stamp-imprint",
            Self::Nonce => "stamp-nonce",
            Self::Missing => "stamp-missing",
            Self::Algorithm => "stamp-algorithm",
            Self::Signature => "stamp-signature",
            Self::Purpose => "stamp-purpose",
            Self::Expired => "stamp-expired",
            Self::Chain => "stamp-chain",
            Self::Authority => "stamp-authority",
        }
    }

    /// Every kind of fault of a time stamp.
    pub const ALL: [Self; 11] = [
        Self::Format,
        Self::Refused,
        Self::Imprint,
        Self::Nonce,
        Self::Missing,
        Self::Algorithm,
        Self::Signature,
        Self::Purpose,
        Self::Expired,
        Self::Chain,
        Self::Authority,
    ];
}

/// A request for a time stamp.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StampRequest {
    imprint: [u8; 32],
    /// The number that the answer must repeat, without leading zeroes.
    nonce: Vec<u8>,
}

impl StampRequest {
    /// A request over this text, marked with this number.
    pub fn new(text: &[u8], nonce: u64) -> Self {
        let nonce = nonce.to_be_bytes();
        let zeroes = nonce.iter().take_while(|b| **b == 0).count().min(7);
        Self {
            imprint: Sha256::digest(text).into(),
            nonce: nonce.iter().skip(zeroes).copied().collect(),
        }
    }

    /// The request as it is sent: `TimeStampReq`, with the wish that the certificate comes along.
    pub fn to_der(&self) -> Vec<u8> {
        let algorithm = der::write(SEQUENCE, &[&der::write(OID, &[SHA256]), &[NULL, 0]]);
        let imprint = der::write(SEQUENCE, &[&algorithm, &der::write(OCTET_STRING, &[&self.imprint])]);
        let sign: &[u8] = if self.nonce.first().is_some_and(|b| *b >= 0x80) {
            &[0]
        } else {
            &[]
        };
        let nonce = der::write(INTEGER, &[sign, &self.nonce]);
        der::write(SEQUENCE, &[&[INTEGER, 1, 1], &imprint, &nonce, &[BOOLEAN, 1, 0xff]])
    }

    /// Reads a request that was made here.
    pub fn from_der(bytes: &[u8]) -> Option<Self> {
        let mut outer = der::only(bytes, SEQUENCE)?;
        outer.expect(INTEGER)?;
        let mut imprint = outer.inside(SEQUENCE)?;
        Algorithm::read(&mut imprint)?;
        let this = Self {
            imprint: imprint.expect(OCTET_STRING)?.body.try_into().ok()?,
            nonce: outer.unsigned()?.to_vec(),
        };
        (this.to_der() == bytes).then_some(this)
    }

    /// Whether it is over this text.
    pub fn is_over(&self, text: &[u8]) -> bool {
        self.imprint == <[u8; 32]>::from(Sha256::digest(text))
    }
}

/// What a time stamp that holds says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// When: microseconds since 1970-01-01T00:00:00Z.
    pub at: i64,
    /// How exact, in microseconds, if it says so.
    pub accuracy: Option<u64>,
    /// By whom, as the certificate names it.
    pub authority: String,
    /// Its number at the authority, in hexadecimal digits.
    pub serial: String,
    /// Under which policy.
    pub policy: String,
    /// Whether a chain leads to a certificate that was given. Without one it is unknown who signed.
    pub trusted: bool,
}

/// The inside of a token: what is signed.
struct Info<'a> {
    policy: &'a [u8],
    imprint: Option<[u8; 32]>,
    serial: &'a [u8],
    at: i64,
    accuracy: Option<u64>,
    nonce: Option<&'a [u8]>,
}

impl<'a> Info<'a> {
    fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut info = der::only(bytes, SEQUENCE)?;
        if info.unsigned()? != [1] {
            return None;
        }
        let policy = info.expect(OID)?.body;
        let mut imprint = info.inside(SEQUENCE)?;
        let algorithm = Algorithm::read(&mut imprint)?;
        let hash = imprint.expect(OCTET_STRING)?.body;
        imprint.end()?;
        let imprint = hash.try_into().ok().filter(|_| algorithm.oid == SHA256);
        let serial = info.unsigned()?;
        let at = der::instant(&info.expect(der::GENERAL_TIME)?)?;
        let accuracy = match info.optional(SEQUENCE)? {
            Some(parts) => Some(accuracy(parts.body)?),
            None => None,
        };
        info.optional(BOOLEAN)?;
        let nonce = match info.optional(INTEGER)? {
            Some(n) => Some(unsigned(n.body)?),
            None => None,
        };
        info.optional(context(0))?;
        // Extensions may be there; one that must be understood cannot be.
        if let Some(list) = info.optional(context(1))? {
            let mut list = Der(list.body);
            while !list.0.is_empty() {
                let mut one = list.inside(SEQUENCE)?;
                one.expect(OID)?;
                if one.optional(BOOLEAN)?.is_some_and(|b| b.body != [0]) {
                    return None;
                }
            }
        }
        info.end()?;
        Some(Self {
            policy,
            imprint,
            serial,
            at,
            accuracy,
            nonce,
        })
    }
}

/// Seconds, milliseconds, microseconds, each if it is there; in microseconds.
fn accuracy(bytes: &[u8]) -> Option<u64> {
    let mut parts = Der(bytes);
    let mut part = |tag| Some(parts.optional(tag)?.map_or(Some(0), |e| small(unsigned(e.body)?)));
    let (seconds, millis, micros) = (part(INTEGER)??, part(primitive(0))??, part(primitive(1))??);
    parts.end()?;
    let seconds = seconds.checked_mul(1_000_000)?;
    seconds.checked_add(millis.checked_mul(1000)?)?.checked_add(micros)
}

/// The outside of a token: CMS `SignedData` with one signer.
struct Token<'a> {
    info: &'a [u8],
    certificates: Vec<View<'a>>,
    signer: Signer<'a>,
}

/// Who signed.
enum Id<'a> {
    IssuerAndSerial(&'a [u8], &'a [u8]),
    Key(&'a [u8]),
}

struct Signer<'a> {
    id: Id<'a>,
    hash: Algorithm<'a>,
    attributes: &'a [u8],
    algorithm: Algorithm<'a>,
    signature: &'a [u8],
}

impl<'a> Token<'a> {
    /// Reads `TimeStampResp`. The outer None is a fault in its form, the inner one a refusal.
    fn read(answer: &'a [u8]) -> Option<Option<Self>> {
        let mut outer = der::only(answer, SEQUENCE)?;
        let status = small(outer.inside(SEQUENCE)?.unsigned()?)?;
        if status > 1 {
            return Some(None);
        }
        let mut content = outer.inside(SEQUENCE)?;
        outer.end()?;
        if content.expect(OID)?.body != SIGNED_DATA {
            return None;
        }
        let mut data = der::only(content.expect(context(0))?.body, SEQUENCE)?;
        content.end()?;
        data.expect(INTEGER)?;
        data.expect(SET)?;
        let mut inside = data.inside(SEQUENCE)?;
        if inside.expect(OID)?.body != STAMP_INFO {
            return None;
        }
        let mut text = inside.inside(context(0))?;
        let info = text.expect(OCTET_STRING)?.body;
        text.end()?;
        inside.end()?;
        let mut certificates = Vec::new();
        if let Some(set) = data.optional(context(0))? {
            let mut set = Der(set.body);
            while !set.0.is_empty() {
                let one = set.next()?;
                // Other kinds of certificates (attributes of persons) have other tags and are of no use here. One that
                // cannot be read vouches for nothing, and does no harm where it is not needed.
                if one.tag == SEQUENCE && certificates.len() < MAX_CERTIFICATES {
                    certificates.extend(View::read(one.whole));
                }
            }
        }
        data.optional(context(1))?;
        let mut signers = data.inside(SET)?;
        data.end()?;
        let signer = Signer::read(&mut signers)?;
        signers.end()?;
        Some(Some(Self {
            info,
            certificates,
            signer,
        }))
    }
}

impl<'a> Signer<'a> {
    fn read(from: &mut Der<'a>) -> Option<Self> {
        let mut signer = from.inside(SEQUENCE)?;
        signer.expect(INTEGER)?;
        let id = match signer.optional(primitive(0))? {
            Some(key) => Id::Key(key.body),
            None => {
                let mut pair = signer.inside(SEQUENCE)?;
                let id = Id::IssuerAndSerial(pair.expect(SEQUENCE)?.whole, pair.expect(INTEGER)?.body);
                pair.end()?;
                id
            }
        };
        let hash = Algorithm::read(&mut signer)?;
        let attributes = signer.expect(context(0))?.body;
        let algorithm = Algorithm::read(&mut signer)?;
        let signature = signer.expect(OCTET_STRING)?.body;
        signer.optional(context(1))?;
        signer.end()?;
        Some(Self {
            id,
            hash,
            attributes,
            algorithm,
            signature,
        })
    }

    /// The one value of an attribute; None where it is missing or there twice.
    fn attribute(&self, wanted: &[u8]) -> Option<Der<'a>> {
        let (mut list, mut found) = (Der(self.attributes), None);
        while !list.0.is_empty() {
            let mut one = list.inside(SEQUENCE)?;
            let oid = one.expect(OID)?.body;
            let values = one.inside(SET)?;
            one.end()?;
            if oid == wanted && found.replace(values).is_some() {
                return None;
            }
        }
        found
    }

    fn is(&self, certificate: &View<'_>) -> bool {
        match self.id {
            Id::IssuerAndSerial(issuer, serial) => certificate.issuer == issuer && certificate.serial == serial,
            Id::Key(id) => certificate.has_key_id(id),
        }
    }

    /// Whether the signed attributes name this very certificate.
    fn names(&self, certificate: &View<'_>) -> Option<bool> {
        if let Some(value) = self.attribute(SIGNING_CERTIFICATE_V2) {
            let mut first = der::only(value.0, SEQUENCE)?.inside(SEQUENCE)?.inside(SEQUENCE)?;
            let hasher = if first.0.first() == Some(&SEQUENCE) {
                Hasher::named(&Algorithm::read(&mut first)?)?
            } else {
                Hasher::Sha256
            };
            return Some(first.expect(OCTET_STRING)?.body == hasher.digest(certificate.whole));
        }
        // The first version of the attribute knows SHA-1 only. It says which certificate is meant; the signature itself
        // rests on another hash.
        let value = self.attribute(SIGNING_CERTIFICATE)?;
        let mut first = der::only(value.0, SEQUENCE)?.inside(SEQUENCE)?.inside(SEQUENCE)?;
        Some(first.expect(OCTET_STRING)?.body == sha1::Sha1::digest(certificate.whole).as_slice())
    }
}

/// Checks the answer of an authority: that it stamps this text, answers this request if there is one, and is signed as it
/// should be. Certificates that are given must vouch for it.
pub fn check_stamp(
    answer: &[u8],
    text: &[u8],
    request: Option<&StampRequest>,
    trusted: &[Certificate],
) -> Result<Stamp, StampFault> {
    if answer.len() > MAX_STAMP {
        return Err(StampFault::Format);
    }
    let token = Token::read(answer)
        .ok_or(StampFault::Format)?
        .ok_or(StampFault::Refused)?;
    let info = Info::read(token.info).ok_or(StampFault::Format)?;
    if info.imprint != Some(Sha256::digest(text).into()) {
        return Err(StampFault::Imprint);
    }
    if request.is_some_and(|r| info.nonce != Some(r.nonce.as_slice())) {
        return Err(StampFault::Nonce);
    }
    let trusted: Vec<_> = trusted.iter().filter_map(Certificate::view).collect();
    let signer = &token.signer;
    let mut known = token.certificates.iter().chain(&trusted);
    let certificate = known.find(|c| signer.is(c)).ok_or(StampFault::Missing)?;
    let hasher = Hasher::named(&signer.hash).ok_or(StampFault::Algorithm)?;
    let content = signer
        .attribute(CONTENT_TYPE)
        .and_then(|v| der::only(v.0, OID).map(|d| d.0));
    let digest = signer
        .attribute(MESSAGE_DIGEST)
        .and_then(|v| der::only(v.0, OCTET_STRING).map(|d| d.0));
    if content != Some(STAMP_INFO) || digest.is_none() {
        return Err(StampFault::Format);
    }
    if digest != Some(hasher.digest(token.info).as_slice()) || signer.names(certificate) != Some(true) {
        return Err(StampFault::Signature);
    }
    // The attributes are signed as a set of their own, whatever tag they have inside the token.
    let signed = der::write(SET, &[signer.attributes]);
    certificate
        .key
        .verify(&signer.algorithm, Some(hasher), &signed, signer.signature)?;
    certificate.may_stamp(info.at)?;
    let leads = certificate.leads_to(&trusted, &token.certificates, info.at);
    if !leads && !trusted.is_empty() {
        return Err(StampFault::Chain);
    }
    Ok(Stamp {
        at: info.at,
        accuracy: info.accuracy,
        authority: certificate.name(),
        serial: info.serial.iter().map(|b| format!("{b:02x}")).collect(),
        policy: der::dotted(info.policy).ok_or(StampFault::Format)?,
        trusted: leads,
    })
}

#[cfg(test)]
mod tests;
