//! Certificates (X.509), as much of them as time stamps need.

use std::fs;
use std::io::Read as _;
use std::path::Path;

use base64ct::{Base64, Encoding as _};

use super::StampFault;
use super::algorithm::{Algorithm, PublicKey};
use super::der::{self, BOOLEAN, Der, INTEGER, OCTET_STRING, OID, SEQUENCE, SET, bits, context, primitive, small};
use crate::error::Error;

/// The longest certificate that is looked at, in bytes.
const MAX_CERTIFICATE: usize = 64 << 10;
/// The longest file of certificates that is looked at, in bytes.
const MAX_FILE: u64 = 4 << 20;
/// Certificates between the one that signed and one that is trusted.
const MAX_CHAIN: usize = 8;

const BASIC_CONSTRAINTS: &[u8] = b"\x55\x1d\x13";
const KEY_USAGE: &[u8] = b"\x55\x1d\x0f";
const EXTENDED_KEY_USAGE: &[u8] = b"\x55\x1d\x25";
const SUBJECT_KEY_ID: &[u8] = b"\x55\x1d\x0e";
/// Extensions that change nothing in what is checked here, whether they are critical or not.
const HARMLESS: [&[u8]; 2] = [b"\x55\x1d\x20", b"\x55\x1d\x11"];
const TIME_STAMPING: &[u8] = b"\x2b\x06\x01\x05\x05\x07\x03\x08";
const COMMON_NAME: &[u8] = b"\x55\x04\x03";
const ORGANISATION: &[u8] = b"\x55\x04\x0a";

/// A certificate, known to be well formed.
#[derive(Clone, PartialEq, Eq)]
pub struct Certificate {
    der: Vec<u8>,
}

impl std::fmt::Debug for Certificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Certificate").field(&self.subject()).finish()
    }
}

impl Certificate {
    /// Reads one certificate in DER.
    pub fn from_der(der: &[u8]) -> Option<Self> {
        View::read(der)?;
        Some(Self { der: der.to_vec() })
    }

    /// Reads a file: one certificate in DER, or any number in PEM.
    pub fn read(path: &Path) -> Result<Vec<Self>, Error> {
        let shown = path.display().to_string();
        let mut bytes = Vec::new();
        fs::File::open(path)
            .and_then(|f| f.take(MAX_FILE).read_to_end(&mut bytes))
            .map_err(|e| Error::io(&shown, e))?;
        Self::parse(&bytes).ok_or(Error::Stamp {
            path: shown,
            what: StampFault::Authority,
        })
    }

    /// Reads one certificate in DER, or any number in PEM. None where one is broken or there is none.
    pub fn parse(bytes: &[u8]) -> Option<Vec<Self>> {
        if let Some(one) = Self::from_der(bytes) {
            return Some(vec![one]);
        }
        let text = std::str::from_utf8(bytes).ok()?;
        let mut found = Vec::new();
        for piece in text.split("-----BEGIN CERTIFICATE-----").skip(1) {
            let (body, _) = piece.split_once("-----END CERTIFICATE-----")?;
            let body: String = body.split_ascii_whitespace().collect();
            found.push(Self::from_der(&Base64::decode_vec(&body).ok()?)?);
        }
        (!found.is_empty()).then_some(found)
    }

    /// Whom it is of: common name, organisation. What cannot be shown is left out.
    pub fn subject(&self) -> String {
        self.view().map(|v| v.name()).unwrap_or_default()
    }

    /// Its bytes.
    pub fn as_der(&self) -> &[u8] {
        &self.der
    }

    pub(super) fn view(&self) -> Option<View<'_>> {
        View::read(&self.der)
    }
}

/// A certificate taken apart.
#[derive(Debug, Clone)]
pub(super) struct View<'a> {
    pub(super) whole: &'a [u8],
    signed: &'a [u8],
    pub(super) serial: &'a [u8],
    pub(super) issuer: &'a [u8],
    subject: &'a [u8],
    from: i64,
    to: i64,
    pub(super) key: PublicKey<'a>,
    algorithm: Algorithm<'a>,
    signature: &'a [u8],
    extensions: Extensions<'a>,
}

/// What the extensions say.
#[derive(Debug, Clone, Default)]
struct Extensions<'a> {
    authority: bool,
    /// Authorities that may stand between this one and the end.
    below: Option<u64>,
    key_usage: Option<&'a [u8]>,
    purposes: Option<Vec<&'a [u8]>>,
    purposes_critical: bool,
    key_id: Option<&'a [u8]>,
    /// One that must be understood and is not.
    unknown: bool,
}

impl<'a> View<'a> {
    /// Takes a certificate apart.
    pub(super) fn read(der: &'a [u8]) -> Option<Self> {
        if der.len() > MAX_CERTIFICATE {
            return None;
        }
        let mut outer = der::only(der, SEQUENCE)?;
        let signed = outer.expect(SEQUENCE)?;
        let algorithm = Algorithm::read(&mut outer)?;
        let signature = bits(outer.expect(der::BIT_STRING)?.body)?;
        outer.end()?;
        let mut inner = Der(signed.body);
        let version = match inner.optional(context(0))? {
            Some(v) => small(der::unsigned(Der(v.body).expect(INTEGER)?.body)?)?,
            None => 0,
        };
        // A serial number is compared as it is written; some authorities write negative ones.
        let serial = inner.expect(INTEGER)?.body;
        let same = Algorithm::read(&mut inner)?;
        let issuer = inner.expect(SEQUENCE)?.whole;
        let mut validity = inner.inside(SEQUENCE)?;
        let (from, to) = (der::instant(&validity.next()?)?, der::instant(&validity.next()?)?);
        validity.end()?;
        let subject = inner.expect(SEQUENCE)?.whole;
        let key = PublicKey::read(&mut inner)?;
        inner.optional(primitive(1))?;
        inner.optional(primitive(2))?;
        let extensions = match inner.optional(context(3))? {
            Some(list) => Extensions::read(list.body)?,
            None => Extensions::default(),
        };
        inner.end()?;
        // The algorithm stands twice, and the one that is signed must be the one that is used.
        (version <= 2 && same == algorithm).then_some(Self {
            whole: der,
            signed: signed.whole,
            serial,
            issuer,
            subject,
            from,
            to,
            key,
            algorithm,
            signature,
            extensions,
        })
    }

    fn valid_at(&self, at: i64) -> bool {
        self.from <= at && at <= self.to.saturating_add(999_999)
    }

    /// Whether a signer named so is this one.
    pub(super) fn has_key_id(&self, id: &[u8]) -> bool {
        self.extensions.key_id == Some(id)
    }

    /// Whether it may sign time stamps at this time: RFC 3161, section 2.3.
    pub(super) fn may_stamp(&self, at: i64) -> Result<(), StampFault> {
        let purposes = self.extensions.purposes.as_deref();
        let signs = self
            .extensions
            .key_usage
            .is_none_or(|u| u.first().is_some_and(|b| b & 0xc0 != 0));
        if purposes != Some(&[TIME_STAMPING]) || !self.extensions.purposes_critical || self.extensions.unknown || !signs
        {
            return Err(StampFault::Purpose);
        }
        self.valid_at(at).then_some(()).ok_or(StampFault::Expired)
    }

    /// Whether it may issue the certificate of another, with so many authorities below it.
    fn may_issue(&self, below: u64, at: i64) -> bool {
        let e = &self.extensions;
        let signs = e.key_usage.is_none_or(|u| u.first().is_some_and(|b| b & 0x04 != 0));
        e.authority && !e.unknown && signs && e.below.is_none_or(|n| below <= n) && self.valid_at(at)
    }

    /// Whether a chain of certificates leads from this one to one that is trusted.
    pub(super) fn leads_to(&self, trusted: &[View<'_>], between: &[View<'_>], at: i64) -> bool {
        let mut used = vec![false; between.len()];
        self.climb(trusted, between, &mut used, 0, at)
    }

    fn climb(&self, trusted: &[View<'_>], between: &[View<'_>], used: &mut [bool], below: usize, at: i64) -> bool {
        if trusted.iter().any(|t| t.whole == self.whole) {
            return true;
        }
        if below >= MAX_CHAIN {
            return false;
        }
        if trusted.iter().any(|t| self.is_issued_by(t, below, at)) {
            return true;
        }
        for (i, next) in between.iter().enumerate() {
            // Each is tried once: a bag of certificates that name each other takes no longer than its length.
            if used.get(i) != Some(&false) || !self.is_issued_by(next, below, at) {
                continue;
            }
            if let Some(u) = used.get_mut(i) {
                *u = true;
            }
            if next.climb(trusted, between, used, below + 1, at) {
                return true;
            }
        }
        false
    }

    fn is_issued_by(&self, other: &View<'_>, below: usize, at: i64) -> bool {
        other.subject == self.issuer
            && other.may_issue(below as u64, at)
            && other
                .key
                .verify(&self.algorithm, None, self.signed, self.signature)
                .is_ok()
    }

    /// Common name and organisation of the subject, as they can be shown.
    pub(super) fn name(&self) -> String {
        let find = |wanted: &[u8]| {
            let mut names = der::only(self.subject, SEQUENCE)?;
            while let Some(mut set) = names.inside(SET) {
                while let Some(mut pair) = set.inside(SEQUENCE) {
                    if pair.expect(OID)?.body == wanted {
                        return text(&pair.next()?);
                    }
                }
            }
            None
        };
        let parts: Vec<_> = [COMMON_NAME, ORGANISATION].into_iter().filter_map(find).collect();
        parts.join(", ")
    }
}

/// A text in the kinds that names come in, without what would disturb a terminal.
fn text(element: &der::Element<'_>) -> Option<String> {
    let text: String = match element.tag {
        // UTF8String, PrintableString, IA5String.
        0x0c | 0x13 | 0x16 => String::from_utf8_lossy(element.body).into_owned(),
        // TeletexString, in practice Latin 1.
        0x14 => element.body.iter().map(|b| char::from(*b)).collect(),
        // BMPString.
        0x1e => {
            let units = element
                .body
                .chunks_exact(2)
                .map(|c| c.iter().fold(0, |n, b| n << 8 | u16::from(*b)));
            char::decode_utf16(units).map(|c| c.unwrap_or('\u{fffd}')).collect()
        }
        _ => return None,
    };
    Some(text.chars().filter(|c| !c.is_control()).take(100).collect())
}

impl<'a> Extensions<'a> {
    fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut this = Self::default();
        let mut list = der::only(bytes, SEQUENCE)?;
        while !list.0.is_empty() {
            let mut one = list.inside(SEQUENCE)?;
            let oid = one.expect(OID)?.body;
            let critical = one.optional(BOOLEAN)?.is_some_and(|b| b.body != [0]);
            let value = one.expect(OCTET_STRING)?.body;
            one.end()?;
            match oid {
                BASIC_CONSTRAINTS => {
                    let mut inside = der::only(value, SEQUENCE)?;
                    this.authority = inside.optional(BOOLEAN)?.is_some_and(|b| b.body != [0]);
                    this.below = match inside.optional(INTEGER)? {
                        Some(n) => Some(small(der::unsigned(n.body)?)?),
                        None => None,
                    };
                    inside.end()?;
                }
                KEY_USAGE => {
                    let mut inside = Der(value);
                    this.key_usage = Some(inside.expect(der::BIT_STRING)?.body.get(1..)?);
                    inside.end()?;
                }
                EXTENDED_KEY_USAGE => {
                    let mut inside = der::only(value, SEQUENCE)?;
                    let mut purposes = Vec::new();
                    while !inside.0.is_empty() {
                        purposes.push(inside.expect(OID)?.body);
                    }
                    this.purposes = Some(purposes);
                    this.purposes_critical = critical;
                }
                SUBJECT_KEY_ID => this.key_id = Some(Der(value).expect(OCTET_STRING)?.body),
                other => this.unknown |= critical && !HARMLESS.contains(&other),
            }
        }
        Some(this)
    }
}
