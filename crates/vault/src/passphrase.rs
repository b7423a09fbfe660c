//! A key out of a passphrase: Argon2id (RFC 9106) under a cost that is written beside what it locks.

use std::collections::BTreeSet;

use argon2::{Algorithm, Argon2, Block, Params, Version};
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use crate::error::Error;
use crate::primitives::Key;

/// The least number of characters of a passphrase that locks a key.
pub const MIN_PASSPHRASE: usize = 12;
/// The greatest number of bytes of a passphrase.
pub const MAX_PASSPHRASE: usize = 1024;
/// How many different characters a passphrase has at least: `aaaaaaaaaaaa` is none.
const MIN_DIFFERENT: usize = 5;

/// What one try of a passphrase costs, for the body and for a thief alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    memory: u32,
    passes: u32,
    lanes: u32,
}

impl Cost {
    /// The second choice of RFC 9106 with twice its memory: 128 MiB, 3 passes, 4 lanes. It is paid once, when the office starts.
    pub const STANDARD: Self = Self {
        memory: 128 << 10,
        passes: 3,
        lanes: 4,
    };

    /// The least that is accepted: 19 MiB and 2 passes.
    pub const LEAST: Self = Self {
        memory: 19 << 10,
        passes: 2,
        lanes: 1,
    };

    /// The most memory in KiB: 1 GiB.
    const MAX_MEMORY: u32 = 1 << 20;
    /// The most memory written in all passes, in KiB: 8 GiB. It bounds the time that a file can ask for.
    const MAX_WORK: u64 = 8 << 20;
    const MAX_LANES: u32 = 16;

    /// A cost of so many KiB of memory, passes over it, and lanes. A hostile file can ask for no more than a gibibyte, and
    /// for seconds of work.
    pub fn new(memory: u32, passes: u32, lanes: u32) -> Result<Self, Error> {
        let work = u64::from(memory) * u64::from(passes);
        let accepted = (Self::LEAST.memory..=Self::MAX_MEMORY).contains(&memory)
            && passes >= Self::LEAST.passes
            && (1..=Self::MAX_LANES).contains(&lanes)
            && work <= Self::MAX_WORK;
        accepted.then_some(Self { memory, passes, lanes }).ok_or(Error::Cost)
    }

    /// Memory in KiB.
    pub fn memory(self) -> u32 {
        self.memory
    }

    /// Passes over the memory.
    pub fn passes(self) -> u32 {
        self.passes
    }

    /// Lanes.
    pub fn lanes(self) -> u32 {
        self.lanes
    }
}

/// The one form of a passphrase, as RFC 8265 (`OpaqueString`) has it: NFC, and every space is the ASCII one. So a passphrase of
/// Vietnamese words is the same from every keyboard.
fn prepared(passphrase: &str) -> Result<Zeroizing<String>, Error> {
    if passphrase.len() > MAX_PASSPHRASE {
        return Err(Error::BadPassphrase);
    }
    // NFC at most triples UTF-8, so the string does not move and leaves no copy behind.
    let mut out = Zeroizing::new(String::with_capacity(3 * passphrase.len()));
    out.extend(
        passphrase
            .chars()
            .map(|c| if c.is_whitespace() && !c.is_control() { ' ' } else { c })
            .nfc(),
    );
    Ok(out)
}

/// Whether a passphrase may lock a key.
pub(crate) fn check(passphrase: &str) -> Result<(), Error> {
    let text = prepared(passphrase)?;
    let different: BTreeSet<char> = text.chars().collect();
    let good = text.chars().count() >= MIN_PASSPHRASE && different.len() >= MIN_DIFFERENT;
    good.then_some(()).ok_or(Error::BadPassphrase)
}

/// The key of a passphrase.
pub(crate) fn derive(passphrase: &str, salt: &[u8; 16], cost: Cost) -> Result<Key, Error> {
    let text = prepared(passphrase)?;
    let params = Params::new(cost.memory, cost.passes, cost.lanes, Some(32)).map_err(|_| Error::Cost)?;
    let blocks = params.block_count();
    let mut memory: Zeroizing<Vec<Block>> = Zeroizing::new(Vec::new());
    memory.try_reserve_exact(blocks).map_err(|_| Error::Memory)?;
    memory.resize(blocks, Block::default());
    let mut key = Key::default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into_with_memory(text.as_bytes(), salt, key.as_mut_slice(), memory.as_mut_slice())
        .map_err(|_| Error::Cost)?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn costs_are_bounded_on_both_sides() {
        let Cost { memory, passes, lanes } = Cost::STANDARD;
        assert_eq!(Cost::new(memory, passes, lanes), Ok(Cost::STANDARD));
        assert_eq!(Cost::new(19 << 10, 2, 1), Ok(Cost::LEAST));
        assert!(Cost::new(1 << 20, 8, 16).is_ok());
        for (memory, passes, lanes) in [
            ((19 << 10) - 1, 2, 1),
            (19 << 10, 1, 1),
            (19 << 10, 2, 0),
            (19 << 10, 2, 17),
            ((1 << 20) + 1, 2, 1),
            (1 << 20, 9, 1),
            (100 << 20, 2, 1),
            (19 << 10, u32::MAX, 1),
            (u32::MAX, u32::MAX, u32::MAX),
        ] {
            assert_eq!(Cost::new(memory, passes, lanes), Err(Error::Cost));
        }
    }

    #[test]
    fn a_passphrase_is_the_same_from_every_keyboard() {
        let salt = [5; 16];
        let key = |text| derive(text, &salt, Cost::LEAST).unwrap();
        let composed = key("đường về nhà xa");
        assert_eq!(composed, key("đươ\u{300}ng vê\u{300} nha\u{300} xa"), "decomposed");
        assert_eq!(composed, key("đường\u{a0}về\u{3000}nhà xa"), "other spaces");
        assert_ne!(composed, key("Đường về nhà xa"), "case matters");
        assert_ne!(composed, key("đường về nhà xa "), "so does every space");
        assert_ne!(
            composed,
            derive("đường về nhà xa", &[6; 16], Cost::LEAST).unwrap(),
            "and the salt"
        );
    }

    #[test]
    fn weak_passphrases_are_told() {
        for bad in ["", "short", "aaaaaaaaaaaaaaaaaaaa", "elevenchars", &"long ".repeat(300)] {
            assert_eq!(check(bad), Err(Error::BadPassphrase), "{bad}");
        }
        for good in ["twelve chars", "một hai ba bốn", "correct horse battery staple"] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
    }
}
