//! Hashing of leaves and nodes as RFC 6962 has it, and the base64 form of a hash.

use std::fmt;

use base64ct::{Base64, Encoding};
use sha2::{Digest, Sha256};

/// A SHA-256 value: the hash of a leaf, of a node, or the root of a tree.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// Length in bytes.
    pub const LEN: usize = 32;

    /// The root of the tree without leaves.
    pub fn of_nothing() -> Self {
        Self(Sha256::digest(b"").into())
    }

    /// The hash of a leaf: SHA-256 of a zero byte and the entry.
    pub fn of_leaf(entry: &[u8]) -> Self {
        let mut hasher = Sha256::new();
        hasher.update([0]);
        hasher.update(entry);
        Self(hasher.finalize().into())
    }

    /// The hash of an inner node: SHA-256 of a one byte and both children.
    pub fn of_node(left: &Self, right: &Self) -> Self {
        let mut bytes = [1; 65];
        let (_, children) = bytes.split_at_mut(1);
        let (first, second) = children.split_at_mut(Self::LEN);
        first.copy_from_slice(&left.0);
        second.copy_from_slice(&right.0);
        Self(Sha256::digest(bytes).into())
    }

    /// The root of a perfect tree over these hashes, whose number is a power of two. None when there are none.
    pub fn of_perfect(hashes: &[Self]) -> Option<Self> {
        let mut row: Vec<Self> = hashes.to_vec();
        while row.len() > 1 {
            row = row.chunks(2).map(Self::of_pair).collect();
        }
        row.first().copied()
    }

    fn of_pair(pair: &[Self]) -> Self {
        match pair {
            [left, right] => Self::of_node(left, right),
            [one, ..] => *one,
            [] => Self::of_nothing(),
        }
    }

    /// Standard base64, as checkpoints and proofs write it.
    pub fn to_base64(self) -> String {
        Base64::encode_string(&self.0)
    }

    /// Reads standard base64; only the canonical form is accepted.
    pub fn from_base64(text: &str) -> Option<Self> {
        let mut bytes = [0; 33];
        let decoded = Base64::decode(text, &mut bytes).ok()?;
        decoded.try_into().ok().map(Self)
    }

    /// The hashes of a tile. None when its length is not a multiple of 32.
    pub fn list(bytes: &[u8]) -> Option<Vec<Self>> {
        let (hashes, rest) = bytes.as_chunks::<32>();
        rest.is_empty().then(|| hashes.iter().map(|h| Self(*h)).collect())
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_base64())
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_base64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_strict() {
        let hash = Hash::of_leaf(b"x");
        assert_eq!(Hash::from_base64(&hash.to_base64()), Some(hash));
        for wrong in [
            "",
            "AAAA",
            "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=",
            "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I",
        ] {
            assert_eq!(Hash::from_base64(wrong), None, "{wrong}");
        }
        assert!(Hash::from_base64("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=").is_some());
    }

    #[test]
    fn a_tile_is_whole_hashes_only() {
        assert_eq!(Hash::list(&[0; 64]).map(|l| l.len()), Some(2));
        assert_eq!(Hash::list(&[0; 63]), None);
    }
}
