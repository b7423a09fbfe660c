//! The key of a body, and what it does with records.

use std::fmt;

use zeroize::Zeroizing;

use crate::error::Error;
use crate::hex;
use crate::pad;
use crate::primitives::{self, Key, NONCE, TAG};
use crate::secret::Secret;

/// The version in the first byte of every blob.
const VERSION: u8 = 1;
/// What the keys under a body key are derived for.
const SALT: &[u8] = b"tutela vault 1 body key";
const FOR_ID: &[u8] = b"id";
const FOR_RECORD_KEYS: &[u8] = b"record keys";
const FOR_INDEX: &[u8] = b"index";
/// Associated data begins with what is sealed, so that no blob is taken for one of another kind.
const RECORD_KEY: &[u8] = b"tutela vault record key";
const CONTENT: &[u8] = b"tutela vault content";

const KEY_HEADER: usize = 1 + KeyId::LENGTH + NONCE;
const WRAPPED: usize = KEY_HEADER + 32 + TAG;
const CONTENT_HEADER: usize = 1 + NONCE;

/// The longest content of a record in bytes. Larger things are cut into several records by whoever stores them: a content is
/// held in memory whole.
pub const MAX_CONTENT: usize = 64 << 20;

/// The longest sealed content: the longest content in its bucket.
const MAX_SEALED: usize = CONTENT_HEADER + MAX_CONTENT + MAX_CONTENT / 8 + TAG;

/// The short public name of a body key. It is derived from the key, and tells nothing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyId([u8; Self::LENGTH]);

impl KeyId {
    /// Its length in bytes.
    pub const LENGTH: usize = 8;

    /// The identifier with these bytes.
    pub fn from_bytes(bytes: [u8; Self::LENGTH]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8; Self::LENGTH] {
        &self.0
    }

    /// Reads 16 lower-case hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        hex::decode(text).map(Self)
    }

    /// The body key under which a record key says that it is wrapped. It tells how far a rotation has come; only opening
    /// proves it.
    pub fn of_wrapped(wrapped_key: &[u8]) -> Result<Self, Error> {
        match wrapped_key.split_first() {
            None => Err(Error::Destroyed),
            Some((&VERSION, rest)) if wrapped_key.len() == WRAPPED => {
                rest.first_chunk().map(|id| Self(*id)).ok_or(Error::Tampered)
            }
            Some((&VERSION, _)) => Err(Error::Tampered),
            Some((&other, _)) => Err(Error::Version(other.into())),
        }
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex::write(f, &self.0)
    }
}

/// Where a record lies. Sealed bytes open at their own place only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'a> {
    /// The identifier of the body.
    pub body: &'a str,
    /// The identifier of the record.
    pub record: &'a str,
}

impl Place<'_> {
    /// Associated data: what is sealed, its header, and the place. Lengths stand before what has no fixed length, so that no
    /// two places give the same bytes.
    fn associated(&self, what: &[u8], header: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(what.len() + header.len() + self.body.len() + self.record.len() + 32);
        for part in [what, header, self.body.as_bytes(), self.record.as_bytes()] {
            out.extend_from_slice(&(part.len() as u64).to_be_bytes());
            out.extend_from_slice(part);
        }
        out
    }
}

/// A sealed record: two blobs that are stored in two places, so that one of them can be destroyed.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The key of the record, wrapped under the key of the body. Deleting it destroys the record.
    pub wrapped_key: Vec<u8>,
    /// The content, sealed under the key of the record.
    pub content: Vec<u8>,
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sealed")
            .field("wrapped_key", &self.wrapped_key.len())
            .field("content", &self.content.len())
            .finish()
    }
}

/// The key of a body. It is wiped when dropped and does not print itself.
pub struct BodyKey {
    root: Key,
    records: Key,
    index: Key,
    id: KeyId,
}

impl fmt::Debug for BodyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BodyKey").field("id", &self.id).finish_non_exhaustive()
    }
}

impl BodyKey {
    /// Makes a new key from the random numbers of the system.
    pub fn generate() -> Result<Self, Error> {
        Ok(Self::from_root(primitives::random_key()?))
    }

    pub(crate) fn from_root(root: Key) -> Self {
        let derive = |info: &[u8]| primitives::derive(SALT, root.as_slice(), &[info]);
        let mut id = [0; KeyId::LENGTH];
        id.copy_from_slice(derive(FOR_ID).split_at(KeyId::LENGTH).0);
        Self {
            records: derive(FOR_RECORD_KEYS),
            index: derive(FOR_INDEX),
            id: KeyId(id),
            root,
        }
    }

    pub(crate) fn root(&self) -> &[u8; 32] {
        &self.root
    }

    pub(crate) fn index_key(&self) -> &[u8; 32] {
        &self.index
    }

    /// Its identifier, which may be stored and shown.
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// Seals a content under a new key of its own.
    pub fn create(&self, place: &Place<'_>, plain: &[u8]) -> Result<Sealed, Error> {
        let record_key = primitives::random_key()?;
        Ok(Sealed {
            wrapped_key: self.wrap(place, &record_key)?,
            content: seal(place, CONTENT, &record_key, plain)?,
        })
    }

    /// Opens a record.
    pub fn open(&self, place: &Place<'_>, sealed: &Sealed) -> Result<Secret, Error> {
        let record_key = self.unwrap(place, &sealed.wrapped_key)?;
        unseal(place, CONTENT, &record_key, &sealed.content)
    }

    /// Seals a new content of a record under the key that the record has.
    pub fn replace(&self, place: &Place<'_>, wrapped_key: &[u8], plain: &[u8]) -> Result<Sealed, Error> {
        let record_key = self.unwrap(place, wrapped_key)?;
        Ok(Sealed {
            wrapped_key: wrapped_key.to_vec(),
            content: seal(place, CONTENT, &record_key, plain)?,
        })
    }

    /// Wraps the key of a record under another key of the body; the content stays as it is. The tokens of the blind index
    /// depend on the key of the body, so they are made anew from the opened record.
    pub fn rewrap(&self, new: &Self, place: &Place<'_>, wrapped_key: &[u8]) -> Result<Vec<u8>, Error> {
        new.wrap(place, &self.unwrap(place, wrapped_key)?)
    }

    fn wrap(&self, place: &Place<'_>, record_key: &Key) -> Result<Vec<u8>, Error> {
        let nonce = primitives::random::<NONCE>()?;
        let mut out = Vec::with_capacity(WRAPPED);
        out.push(VERSION);
        out.extend_from_slice(&self.id.0);
        out.extend_from_slice(nonce.as_ref());
        let mut body = Zeroizing::new(Vec::with_capacity(32 + TAG));
        body.extend_from_slice(record_key.as_slice());
        primitives::encrypt(&self.records, &nonce, &place.associated(RECORD_KEY, &out), &mut body)?;
        out.extend_from_slice(&body);
        Ok(out)
    }

    pub(crate) fn unwrap(&self, place: &Place<'_>, wrapped_key: &[u8]) -> Result<Key, Error> {
        let found = KeyId::of_wrapped(wrapped_key)?;
        if found != self.id {
            return Err(Error::OtherKey {
                expected: self.id,
                found,
            });
        }
        let (header, body) = wrapped_key.split_at_checked(KEY_HEADER).ok_or(Error::Tampered)?;
        let nonce = header.last_chunk::<NONCE>().ok_or(Error::Tampered)?;
        let mut body = Zeroizing::new(body.to_vec());
        primitives::decrypt(&self.records, nonce, &place.associated(RECORD_KEY, header), &mut body)
            .ok_or(Error::Tampered)?;
        let mut key = Key::default();
        key.copy_from_slice(body.get(..32).ok_or(Error::Tampered)?);
        Ok(key)
    }
}

/// Seals bytes under the key of a record. `what` says what they are: nothing opens as something else.
pub(crate) fn seal(place: &Place<'_>, what: &[u8], record_key: &Key, plain: &[u8]) -> Result<Vec<u8>, Error> {
    if plain.len() > MAX_CONTENT {
        return Err(Error::TooLong);
    }
    let nonce = primitives::random::<NONCE>()?;
    let mut header = [VERSION; CONTENT_HEADER];
    header.split_at_mut(1).1.copy_from_slice(nonce.as_ref());
    let mut body = pad::pad(plain, TAG).ok_or(Error::TooLong)?;
    primitives::encrypt(record_key, &nonce, &place.associated(what, &header), &mut body)?;
    let mut out = Vec::with_capacity(CONTENT_HEADER + body.len());
    out.extend_from_slice(&header);
    out.extend_from_slice(&body);
    Ok(out)
}

/// Opens what [`seal`] sealed.
pub(crate) fn unseal(place: &Place<'_>, what: &[u8], record_key: &Key, content: &[u8]) -> Result<Secret, Error> {
    if content.len() > MAX_SEALED {
        return Err(Error::TooLong);
    }
    match content.first() {
        Some(&VERSION) => {}
        Some(&other) => return Err(Error::Version(other.into())),
        None => return Err(Error::Tampered),
    }
    let (header, body) = content.split_at_checked(CONTENT_HEADER).ok_or(Error::Tampered)?;
    let nonce = header.last_chunk::<NONCE>().ok_or(Error::Tampered)?;
    let mut body = Zeroizing::new(body.to_vec());
    primitives::decrypt(record_key, nonce, &place.associated(what, header), &mut body).ok_or(Error::Tampered)?;
    pad::unpad(&mut body).ok_or(Error::Tampered)?;
    Ok(Secret::new(body))
}

#[cfg(test)]
pub(crate) mod tests;
