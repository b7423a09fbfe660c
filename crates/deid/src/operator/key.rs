//! The secret behind operators that are the same for the same value: pseudonyms, encryption, surrogates, shifts of dates.

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

/// Shortest secret that is taken, in bytes.
const SHORTEST: usize = 16;

/// A secret of 256 bits. It is kept apart from the copies: who has both can link them to persons.
#[derive(Clone)]
pub struct Key(Zeroizing<[u8; 32]>);

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

impl Key {
    /// The key that a file holds: 32 bytes as they are or as 64 hexadecimal digits; any other secret of at least 16 bytes is hashed.
    /// Blank characters at the end do not count, as editors add them.
    pub fn from_file(bytes: &[u8]) -> Option<Self> {
        if let Ok(raw) = <[u8; 32]>::try_from(bytes) {
            return Some(Self(Zeroizing::new(raw)));
        }
        let secret = bytes.trim_ascii();
        if secret.len() == 64 && secret.iter().all(u8::is_ascii_hexdigit) {
            let mut key = Zeroizing::new([0_u8; 32]);
            for (byte, pair) in key.iter_mut().zip(secret.chunks_exact(2)) {
                *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
            }
            return Some(Self(key));
        }
        (secret.len() >= SHORTEST).then(|| {
            let mut hash = Sha256::new();
            hash.update(b"tutela mask key 1\0");
            hash.update(secret);
            Self(Zeroizing::new(hash.finalize().into()))
        })
    }

    /// A keyed hash; every purpose has a keyspace of its own. Parts are told apart by their lengths.
    pub(crate) fn hash(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        // A key shorter than a block is filled with zeros (RFC 2104).
        let mut block = Zeroizing::new([0_u8; 64]);
        for (to, from) in block.iter_mut().zip(self.0.iter()) {
            *to = *from;
        }
        let mut mac = Hmac::<Sha256>::new(&(*block).into());
        for part in std::iter::once(purpose.as_bytes()).chain(parts.iter().copied()) {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    /// A key for one purpose.
    pub(crate) fn derived(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.hash("derived key", &[purpose.as_bytes()]))
    }
}

/// Numbers drawn from a keyed hash, the same every time.
pub(crate) struct Draw {
    bytes: [u8; 32],
    at: usize,
}

impl Draw {
    pub(crate) fn new(bytes: [u8; 32]) -> Self {
        Self { bytes, at: 0 }
    }

    /// A number below `below`; the bias of four bytes is far below what a list of words could show.
    pub(crate) fn below(&mut self, below: usize) -> usize {
        let mut number = 0_u64;
        for _ in 0..4 {
            if self.at == self.bytes.len() {
                self.bytes = Sha256::digest(self.bytes).into();
                self.at = 0;
            }
            number = number << 8 | u64::from(self.bytes.get(self.at).copied().unwrap_or_default());
            self.at += 1;
        }
        usize::try_from(number % below.max(1) as u64).unwrap_or_default()
    }

    /// One of these.
    pub(crate) fn one<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> Option<&'a T> {
        of.get(self.below(of.len())).copied()
    }
}
