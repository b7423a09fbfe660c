//! The one set of algorithms: XChaCha20-Poly1305, HKDF and HMAC with SHA-256, random bytes of the system.

use chacha20poly1305::aead::{AeadInOut, KeyInit};
use chacha20poly1305::{Tag, XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use hmac::Hmac;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::error::Error;

/// 32 bytes of a key, wiped when dropped. They stay where they are when their owner is moved, so that no copy is left behind.
pub(crate) type Key = Box<Zeroizing<[u8; 32]>>;

/// Bytes of a nonce. 24 random bytes do not repeat, however many records there are.
pub(crate) const NONCE: usize = 24;
/// Bytes of a tag.
pub(crate) const TAG: usize = 16;

/// Random bytes of the system.
pub(crate) fn random<const N: usize>() -> Result<Zeroizing<[u8; N]>, Error> {
    let mut bytes = Zeroizing::new([0; N]);
    getrandom::fill(bytes.as_mut()).map_err(|_| Error::NoRandom)?;
    Ok(bytes)
}

/// A new key.
pub(crate) fn random_key() -> Result<Key, Error> {
    let mut key = Key::default();
    getrandom::fill(key.as_mut_slice()).map_err(|_| Error::NoRandom)?;
    Ok(key)
}

/// HKDF with SHA-256 (RFC 5869). What a key is for stands in `info`.
pub(crate) fn derive(salt: &[u8], key: &[u8], info: &[&[u8]]) -> Key {
    let mut out = Key::default();
    let hkdf = Hkdf::<Sha256>::new(Some(salt), key);
    // 32 bytes are one block of the 255 that HKDF can give, so this cannot fail.
    let given = hkdf.expand_multi_info(info, out.as_mut_slice());
    debug_assert!(given.is_ok());
    out
}

/// HMAC with SHA-256 (RFC 2104) under a key of 32 bytes.
pub(crate) fn hmac(key: &[u8; 32]) -> Hmac<Sha256> {
    // The fixed-size constructor takes a whole block and cannot fail: HMAC pads a shorter key with zeros.
    let mut block = Zeroizing::new([0; 64]);
    block.split_at_mut(32).0.copy_from_slice(key);
    Hmac::new(&(*block).into())
}

/// SHA-256 of a domain and of parts that follow it.
pub(crate) fn hash(domain: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(domain);
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize().into()
}

/// Encrypts the buffer in place and puts the tag behind it.
pub(crate) fn encrypt(
    key: &[u8; 32],
    nonce: &[u8; NONCE],
    associated: &[u8],
    buffer: &mut Vec<u8>,
) -> Result<(), Error> {
    let cipher = XChaCha20Poly1305::new(key.into());
    let tag = cipher
        .encrypt_inout_detached(&XNonce::from(*nonce), associated, buffer.as_mut_slice().into())
        .map_err(|_| Error::TooLong)?;
    buffer.extend_from_slice(&tag);
    Ok(())
}

/// Decrypts the buffer in place and takes the tag away. `None` if one bit differs; then the buffer holds nothing plain.
pub(crate) fn decrypt(key: &[u8; 32], nonce: &[u8; NONCE], associated: &[u8], buffer: &mut Vec<u8>) -> Option<()> {
    let cipher = XChaCha20Poly1305::new(key.into());
    let (text, tag) = buffer.split_last_chunk_mut::<TAG>()?;
    let length = text.len();
    cipher
        .decrypt_inout_detached(&XNonce::from(*nonce), associated, text.into(), &Tag::from(*tag))
        .ok()?;
    buffer.truncate(length);
    Some(())
}

#[cfg(test)]
mod tests;
