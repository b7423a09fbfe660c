//! Entries: what one act leaves in the journal, and how it is written down.
//!
//! An entry never holds personal data. It names the act by identifiers and commits to the fields of the act by salted
//! hashes: whoever keeps salt and value can later prove the field, and once the salt is destroyed nobody can, nor can
//! the value be guessed. The identifiers are letters of ASCII, digits and `-._:/`, so that no name and no address fits.
//!
//! The encoding is canonical: one entry has one form. Numbers are big-endian.
//!
//! ```text
//! 01                         version
//! u64                        sequence: the place in the journal, from 0
//! i64                        instant: microseconds since 1970-01-01T00:00:00Z
//! u8 length, bytes           actor
//! u8 length, bytes           kind of act
//! u8 length, bytes           object
//! u16                        number of commitments
//!   u8 length, bytes         name of the field, strictly ascending
//!   32 bytes                 SHA-256(salt of 32 bytes ‖ u8 length of the name ‖ name ‖ value)
//! ```

use sha2::{Digest, Sha256};

use crate::error::{BadEntry, Error};
use crate::hash::Hash;

/// The first byte of every entry.
const VERSION: u8 = 1;
/// The longest entry, bounded by the length before it in a bundle.
pub const MAX_ENTRY: usize = 65_535;

/// An act, before it has its place in the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// When, in microseconds since 1970 UTC.
    pub at: i64,
    /// Who: the identifier of an account, never a name.
    pub actor: String,
    /// What was done, such as `consent.given`.
    pub kind: String,
    /// To what: the identifier of a card.
    pub object: String,
    /// Commitments to the fields of the act.
    pub commitments: Vec<Commitment>,
}

/// A salted hash of one field.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Commitment {
    /// Name of the field.
    pub field: String,
    /// The hash.
    pub hash: Hash,
}

/// The secret that makes a commitment unguessable. It lies in the vault and is destroyed with the record.
#[derive(Clone, PartialEq, Eq)]
pub struct Salt(pub [u8; 32]);

impl std::fmt::Debug for Salt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Salt")
    }
}

impl Salt {
    /// A new salt from the random numbers of the system.
    pub fn random() -> Result<Self, Error> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|_| Error::NoRandom)?;
        Ok(Self(bytes))
    }
}

impl Commitment {
    /// Commits to a value.
    pub fn new(salt: &Salt, field: &str, value: &[u8]) -> Result<Self, BadEntry> {
        let length = good_identifier(field)?;
        let mut hasher = Sha256::new();
        hasher.update(salt.0);
        hasher.update([length]);
        hasher.update(field.as_bytes());
        hasher.update(value);
        Ok(Self {
            field: field.to_owned(),
            hash: Hash(hasher.finalize().into()),
        })
    }

    /// Whether this salt and value open the commitment.
    pub fn opens(&self, salt: &Salt, value: &[u8]) -> bool {
        Self::new(salt, &self.field, value).is_ok_and(|c| c.hash == self.hash)
    }
}

/// The length of an identifier that may stand in an entry.
fn good_identifier(text: &str) -> Result<u8, BadEntry> {
    let sound = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._:/".contains(&b));
    u8::try_from(text.len())
        .ok()
        .filter(|&n| n > 0 && sound)
        .ok_or(BadEntry::Identifier)
}

impl Entry {
    /// The canonical bytes of this entry at its place.
    pub fn encode(&self, sequence: u64) -> Result<Vec<u8>, BadEntry> {
        let mut commitments: Vec<_> = self.commitments.iter().collect();
        commitments.sort_by(|a, b| a.field.cmp(&b.field));
        if commitments
            .windows(2)
            .any(|w| matches!(w, [a, b] if a.field == b.field))
        {
            return Err(BadEntry::Twice);
        }
        let mut out = Vec::with_capacity(64 + 48 * commitments.len());
        out.push(VERSION);
        out.extend(sequence.to_be_bytes());
        out.extend(self.at.to_be_bytes());
        for text in [&self.actor, &self.kind, &self.object] {
            out.push(good_identifier(text)?);
            out.extend(text.as_bytes());
        }
        let number = u16::try_from(commitments.len()).map_err(|_| BadEntry::TooLong)?;
        out.extend(number.to_be_bytes());
        for commitment in commitments {
            out.push(good_identifier(&commitment.field)?);
            out.extend(commitment.field.as_bytes());
            out.extend(commitment.hash.0);
        }
        if out.len() > MAX_ENTRY {
            Err(BadEntry::TooLong)
        } else {
            Ok(out)
        }
    }

    /// Reads canonical bytes: the sequence and the entry. None for anything that `encode` would not have written.
    pub fn decode(bytes: &[u8]) -> Option<(u64, Self)> {
        let view = View::read(bytes)?;
        let mut commitments = Vec::new();
        view.commitments(|field, hash| {
            commitments.push(Commitment {
                field: field.to_owned(),
                hash,
            })
        })?;
        let entry = Self {
            at: view.at,
            actor: view.actor.to_owned(),
            kind: view.kind.to_owned(),
            object: view.object.to_owned(),
            commitments,
        };
        Some((view.sequence, entry))
    }
}

/// Sequence and instant of canonical bytes, without building the entry. None as for [`Entry::decode`].
pub(crate) fn peek(bytes: &[u8]) -> Option<(u64, i64)> {
    let view = View::read(bytes)?;
    view.commitments(|_, _| ())?;
    Some((view.sequence, view.at))
}

struct View<'a> {
    sequence: u64,
    at: i64,
    actor: &'a str,
    kind: &'a str,
    object: &'a str,
    number: u16,
    rest: &'a [u8],
}

impl<'a> View<'a> {
    fn read(bytes: &'a [u8]) -> Option<Self> {
        let rest = bytes.strip_prefix(&[VERSION]).filter(|_| bytes.len() <= MAX_ENTRY)?;
        let (sequence, rest) = rest.split_first_chunk()?;
        let (at, rest) = rest.split_first_chunk()?;
        let (actor, rest) = identifier(rest)?;
        let (kind, rest) = identifier(rest)?;
        let (object, rest) = identifier(rest)?;
        let (number, rest) = rest.split_first_chunk()?;
        let (sequence, at) = (u64::from_be_bytes(*sequence), i64::from_be_bytes(*at));
        Some(Self {
            sequence,
            at,
            actor,
            kind,
            object,
            number: u16::from_be_bytes(*number),
            rest,
        })
    }

    /// Visits the commitments; None unless all are sound, in order, and nothing follows.
    fn commitments(&self, mut visit: impl FnMut(&'a str, Hash)) -> Option<()> {
        let (mut rest, mut before) = (self.rest, "");
        for _ in 0..self.number {
            let (field, after) = identifier(rest)?;
            let (hash, after) = after.split_first_chunk::<32>()?;
            if field <= before {
                return None;
            }
            visit(field, Hash(*hash));
            (rest, before) = (after, field);
        }
        rest.is_empty().then_some(())
    }
}

fn identifier(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let (&length, rest) = bytes.split_first()?;
    let (text, rest) = rest.split_at_checked(usize::from(length))?;
    let text = std::str::from_utf8(text).ok()?;
    good_identifier(text).ok()?;
    Some((text, rest))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn entry(fields: &[&str]) -> Entry {
        let salt = Salt([7; 32]);
        Entry {
            at: 1_790_000_000_123_456,
            actor: "u:17".into(),
            kind: "consent.given".into(),
            object: "card/4a".into(),
            commitments: fields
                .iter()
                .map(|f| Commitment::new(&salt, f, b"value").unwrap())
                .collect(),
        }
    }

    #[test]
    fn the_encoding_is_the_documented_one() {
        let bytes = entry(&["b", "a"]).encode(5).unwrap();
        let mut expected = vec![1, 0, 0, 0, 0, 0, 0, 0, 5];
        expected.extend(1_790_000_000_123_456_i64.to_be_bytes());
        expected.extend(b"\x04u:17\x0dconsent.given\x07card/4a\x00\x02\x01a");
        // SHA-256 of 32 bytes 07, then 01, then "avalue", computed with another program.
        let hash = Sha256::digest([&[7; 32][..], b"\x01avalue"].concat());
        expected.extend(hash);
        assert_eq!(bytes[..expected.len()], expected);
        assert_eq!(bytes.len(), expected.len() + 34);
    }

    #[test]
    fn a_commitment_opens_with_its_salt_and_value_alone() {
        let salt = Salt::random().unwrap();
        assert_ne!(salt, Salt::random().unwrap());
        let commitment = Commitment::new(&salt, "identity", "079…".as_bytes()).unwrap();
        assert!(commitment.opens(&salt, "079…".as_bytes()));
        assert!(!commitment.opens(&salt, b"080") && !commitment.opens(&Salt([0; 32]), "079…".as_bytes()));
        // Name and value are kept apart.
        let (one, other) = (
            Commitment::new(&salt, "ab", b"c").unwrap(),
            Commitment::new(&salt, "a", b"bc").unwrap(),
        );
        assert_ne!(one.hash, other.hash);
    }

    #[test]
    fn personal_data_and_nonsense_do_not_fit() {
        for wrong in ["", "Nguyễn Văn A", "Tran B", "a@example.org", &"x".repeat(256)] {
            let bad = Entry {
                actor: wrong.into(),
                ..entry(&[])
            };
            assert_eq!(bad.encode(0), Err(BadEntry::Identifier), "{wrong}");
        }
        assert_eq!(entry(&["a", "a"]).encode(0), Err(BadEntry::Twice));
        let names: Vec<_> = (0..2000).map(|i| format!("f{i}")).collect();
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        assert_eq!(entry(&names).encode(0), Err(BadEntry::TooLong));
    }

    #[test]
    fn what_is_not_canonical_is_not_an_entry() {
        let bytes = entry(&["a", "b"]).encode(5).unwrap();
        assert_eq!(Entry::decode(&bytes), Some((5, entry(&["a", "b"]))));
        for end in 0..bytes.len() {
            assert_eq!(Entry::decode(&bytes[..end]), None, "{end}");
        }
        assert_eq!(Entry::decode(&[&bytes[..], b"x"].concat()), None);
        let at = bytes.len() - 68;
        let mut swapped = bytes[..at].to_vec();
        swapped.extend(&bytes[at + 34..]);
        swapped.extend(&bytes[at..at + 34]);
        assert_eq!(Entry::decode(&swapped), None, "fields out of order");
    }

    proptest! {
        #[test]
        fn decoding_never_panics_and_accepts_only_what_encodes_back(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut bytes = bytes;
            if let Some(first) = bytes.first_mut() {
                *first = VERSION;
            }
            if let Some((sequence, entry)) = Entry::decode(&bytes) {
                prop_assert_eq!(entry.encode(sequence).unwrap(), bytes);
            }
        }
    }
}
