//! Private keys locked by a passphrase.
//!
//! ```text
//! LOCKED+KEY+name+id+base64, decoded:
//! 01                 version
//! u8                 type of the key
//! u32, u32, u8       Argon2id (RFC 9106): memory in KiB, passes, lanes
//! 16 bytes           salt
//! 24 bytes           nonce
//! 48 bytes           the 32 bytes of the key under XChaCha20-Poly1305, with tag
//! 4 bytes            beginning of the SHA-256 of name, id and all bytes before
//! ```
//!
//! Name, identifier and everything before the sealed bytes are sealed with them.

use argon2::{Algorithm, Argon2, Block, Params, Version};
use base64ct::{Base64, Encoding as _};
use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use sha2::{Digest as _, Sha256};
use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

use super::{PrivateKey, Role};
use crate::error::{Error, KeyFault};

/// What a locked key begins with.
pub(super) const PREFIX: &str = "LOCKED+KEY+";
const VERSION: u8 = 1;
/// Bytes before the sealed ones.
const HEAD: usize = 2 + 9 + 16 + 24;
const BODY: usize = HEAD + 48 + 4;
/// The least number of characters of a passphrase.
const MIN_PASSPHRASE: usize = 12;
/// The greatest number of bytes of a passphrase.
pub(super) const MAX_PASSPHRASE: usize = 1024;

/// What one try of a passphrase costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cost {
    pub(super) memory: u32,
    pub(super) passes: u32,
    pub(super) lanes: u8,
}

impl Cost {
    /// The second choice of RFC 9106 with twice its memory, paid once at a start.
    pub(super) const STANDARD: Self = Self {
        memory: 128 << 10,
        passes: 3,
        lanes: 4,
    };

    /// A hostile file can ask for no more than a gibibyte and for seconds of work.
    fn bounded(self) -> bool {
        let work = u64::from(self.memory) * u64::from(self.passes);
        (8..=1 << 20).contains(&self.memory) && self.passes >= 1 && (1..=16).contains(&self.lanes) && work <= 8 << 20
    }
}

/// The one form of a passphrase: NFC, every space the ASCII one. So Vietnamese words are the same from every keyboard.
fn prepared(passphrase: &str) -> Result<Zeroizing<String>, KeyFault> {
    if passphrase.len() > MAX_PASSPHRASE {
        return Err(KeyFault::Weak);
    }
    // NFC at most triples UTF-8: the string does not move and leaves no copy behind.
    let mut out = Zeroizing::new(String::with_capacity(3 * passphrase.len()));
    let spaces = |c: char| if c.is_whitespace() && !c.is_control() { ' ' } else { c };
    out.extend(passphrase.chars().map(spaces).nfc());
    Ok(out)
}

fn derive(passphrase: &str, salt: &[u8], cost: Cost) -> Result<Zeroizing<[u8; 32]>, KeyFault> {
    let text = prepared(passphrase)?;
    let params =
        Params::new(cost.memory, cost.passes, u32::from(cost.lanes), Some(32)).map_err(|_| KeyFault::Format)?;
    let mut memory: Zeroizing<Vec<Block>> = Zeroizing::new(Vec::new());
    memory
        .try_reserve_exact(params.block_count())
        .map_err(|_| KeyFault::Memory)?;
    memory.resize(params.block_count(), Block::default());
    let mut key = Zeroizing::new([0; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into_with_memory(text.as_bytes(), salt, key.as_mut(), memory.as_mut_slice())
        .map_err(|_| KeyFault::Format)?;
    Ok(key)
}

fn check_sum(name: &str, id: &str, bytes: &[u8]) -> [u8; 4] {
    let mut hasher = Sha256::new();
    for part in [name.as_bytes(), b"+", id.as_bytes(), b"+", bytes] {
        hasher.update(part);
    }
    let [a, b, c, d, ..]: [u8; 32] = hasher.finalize().into();
    [a, b, c, d]
}

/// Everything that is sealed beside the key.
fn associated(name: &str, id: &str, head: &[u8]) -> Vec<u8> {
    [PREFIX.as_bytes(), name.as_bytes(), b"+", id.as_bytes(), b"+", head].concat()
}

/// The text of a key locked by a passphrase.
pub(super) fn lock(key: &PrivateKey, passphrase: &str, cost: Cost) -> Result<String, Error> {
    let name = key.public.name();
    let fault = |what| Error::Key {
        path: name.to_owned(),
        what,
    };
    if prepared(passphrase).map_err(fault)?.chars().count() < MIN_PASSPHRASE {
        return Err(fault(KeyFault::Weak));
    }
    let id = format!("{:08x}", key.public.id());
    let mut random = [0; 40];
    getrandom::fill(&mut random).map_err(|_| Error::NoRandom)?;
    let (salt, nonce) = random.split_at(16);
    let mut body = vec![VERSION, key.public.role().byte()];
    body.extend(cost.memory.to_be_bytes());
    body.extend(cost.passes.to_be_bytes());
    body.push(cost.lanes);
    body.extend(random);
    let under = derive(passphrase, salt, cost).map_err(fault)?;
    let secret = Zeroizing::new(key.key.to_bytes());
    let sealed = XChaCha20Poly1305::new((&*under).into())
        .encrypt(
            &XNonce::try_from(nonce).map_err(|_| fault(KeyFault::Format))?,
            Payload {
                msg: secret.as_ref(),
                aad: &associated(name, &id, &body),
            },
        )
        .map_err(|_| fault(KeyFault::Format))?;
    body.extend(sealed);
    let sum = check_sum(name, &id, &body);
    body.extend(sum);
    Ok(format!("{PREFIX}{name}+{id}+{}\n", Base64::encode_string(&body)))
}

/// The key that a passphrase opens.
pub(super) fn unlock(text: &str, passphrase: &str) -> Result<PrivateKey, KeyFault> {
    let rest = text
        .trim_end_matches('\n')
        .strip_prefix(PREFIX)
        .ok_or(KeyFault::Format)?;
    let mut parts = rest.splitn(3, '+');
    let (Some(name), Some(id), Some(body)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(KeyFault::Format);
    };
    let mut buffer = [0; BODY + 8];
    let body = Base64::decode(body, &mut buffer).map_err(|_| KeyFault::Format)?;
    let (before, sum) = body.split_last_chunk::<4>().ok_or(KeyFault::Format)?;
    // A slip of the disk or of a hand is told apart from a wrong passphrase.
    if body.len() != BODY || *sum != check_sum(name, id, before) {
        return Err(KeyFault::Format);
    }
    let (head, sealed) = before.split_at_checked(HEAD).ok_or(KeyFault::Format)?;
    let [VERSION, role, m0, m1, m2, m3, p0, p1, p2, p3, lanes, random @ ..] = head else {
        return Err(KeyFault::Format);
    };
    let cost = Cost {
        memory: u32::from_be_bytes([*m0, *m1, *m2, *m3]),
        passes: u32::from_be_bytes([*p0, *p1, *p2, *p3]),
        lanes: *lanes,
    };
    let role = Role::from_byte(*role).ok_or(KeyFault::Type)?;
    let (salt, nonce) = random.split_at_checked(16).ok_or(KeyFault::Format)?;
    if !cost.bounded() {
        return Err(KeyFault::Format);
    }
    let under = derive(passphrase, salt, cost)?;
    let opened = XChaCha20Poly1305::new((&*under).into()).decrypt(
        &XNonce::try_from(nonce).map_err(|_| KeyFault::Format)?,
        Payload {
            msg: sealed,
            aad: &associated(name, id, head),
        },
    );
    let opened = Zeroizing::new(opened.map_err(|_| KeyFault::Passphrase)?);
    let seed: Zeroizing<[u8; 32]> = Zeroizing::new(opened.as_slice().try_into().map_err(|_| KeyFault::Format)?);
    let key = PrivateKey::from_seed(name, role, &seed)?;
    (format!("{:08x}", key.public.id()) == id)
        .then_some(key)
        .ok_or(KeyFault::Format)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHEAP: Cost = Cost {
        memory: 64,
        passes: 1,
        lanes: 1,
    };
    const WORDS: &str = "bốn từ không ai đoán";

    fn key() -> PrivateKey {
        PrivateKey::from_seed("example.org/journal", Role::Journal, &[1; 32]).unwrap()
    }

    #[test]
    fn only_the_passphrase_opens_it_however_it_is_typed() {
        let text = lock(&key(), WORDS, CHEAP).unwrap();
        assert_ne!(text, lock(&key(), WORDS, CHEAP).unwrap());
        assert_eq!(unlock(&text, WORDS).unwrap().key.to_bytes(), [1; 32]);
        let decomposed: String = WORDS.nfd().collect();
        assert_ne!(decomposed, WORDS);
        assert!(unlock(&text, &decomposed.replace(' ', "\u{a0}")).is_ok());
        for wrong in ["", "bon tu khong ai doan", &format!("{WORDS} ")] {
            assert_eq!(unlock(&text, wrong).unwrap_err(), KeyFault::Passphrase, "{wrong}");
        }
        assert_eq!(unlock(&text, &"x".repeat(2000)).unwrap_err(), KeyFault::Weak);
        for weak in ["", "ngắn quá", &"x".repeat(2000)] {
            assert!(matches!(
                lock(&key(), weak, CHEAP),
                Err(Error::Key {
                    what: KeyFault::Weak,
                    ..
                })
            ));
        }
    }

    #[test]
    fn a_changed_file_is_told_apart_from_a_wrong_passphrase_and_never_opens() {
        let text = lock(&key(), WORDS, CHEAP).unwrap();
        for at in 0..text.len() - 1 {
            let mut bad = text.clone().into_bytes();
            bad[at] ^= 1;
            let Ok(bad) = String::from_utf8(bad) else { continue };
            assert_eq!(unlock(&bad, WORDS).unwrap_err(), KeyFault::Format, "letter {at}");
        }
        // Whoever mends the sum gains nothing: everything is sealed as well.
        let body = text
            .trim_end()
            .strip_prefix(PREFIX)
            .unwrap()
            .splitn(3, '+')
            .nth(2)
            .unwrap();
        let body = Base64::decode_vec(body).unwrap();
        let id = format!("{:08x}", key().public.id());
        let with = |name: &str, change: &dyn Fn(&mut [u8])| {
            let mut body = body[..BODY - 4].to_vec();
            change(&mut body);
            let sum = check_sum(name, &id, &body);
            body.extend(sum);
            unlock(&format!("{PREFIX}{name}+{id}+{}", Base64::encode_string(&body)), WORDS).unwrap_err()
        };
        assert_eq!(with("example.org/other", &|_| ()), KeyFault::Passphrase);
        for at in [1, 12, 30, 60, 98] {
            let change = |body: &mut [u8]| body[at] ^= if at == 1 { 5 } else { 1 };
            assert_eq!(with("example.org/journal", &change), KeyFault::Passphrase, "byte {at}");
        }
        // No file makes this program ask for more memory or time than it has.
        for (at, value) in [(2, 0xff), (6, 0xff), (10, 0xff), (10, 0)] {
            let change = |body: &mut [u8]| body[at] = value;
            assert_eq!(with("example.org/journal", &change), KeyFault::Format, "byte {at}");
        }
    }

    #[test]
    fn the_standard_cost_is_within_its_own_bounds() {
        assert!(Cost::STANDARD.bounded());
        let text = lock(&key(), WORDS, Cost::STANDARD).unwrap();
        assert_eq!(unlock(&text, WORDS).unwrap().public, key().public);
    }
}
