//! The proof of one entry as a text file (C2SP tlog-proof): entry, place, siblings and checkpoint in one.
//!
//! The entry itself stands in the `extra` line, so that the file proves what it shows. That line is not trusted: the
//! proof holds only when the hash of these bytes leads to the root of the signed checkpoint.

use base64ct::{Base64, Encoding};
use thiserror::Error;

use crate::checkpoint::{Checkpoint, decimal};
use crate::error::Fault;
use crate::hash::Hash;
use crate::key::PublicKey;
use crate::note::MAX_NOTE;
use crate::reader::Proven;
use crate::tree::root_from_inclusion;

const HEAD: &str = "c2sp.org/tlog-proof@v1";
/// The longest proof file, in bytes: the longest entry in base64 and the longest checkpoint.
pub const MAX_PROOF: usize = 96 * 1024 + MAX_NOTE;

/// A proof in its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProofFile {
    /// The entry, its place and the siblings.
    pub proven: Proven,
    /// The checkpoint.
    pub checkpoint: Checkpoint,
}

/// Why a proof does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ProofFault {
    /// The file is not a proof.
    #[error("not a proof in the form of C2SP tlog-proof")]
    Format,
    /// The checkpoint in it is not to be trusted.
    #[error("the checkpoint {0}")]
    Checkpoint(Fault),
    /// The entry does not lead to the root.
    #[error("the entry is not in the journal at this place")]
    NotThere,
}

impl ProofFile {
    /// The text.
    pub fn to_text(&self) -> String {
        let mut out = format!(
            "{HEAD}\nextra {}\nindex {}\n",
            Base64::encode_string(&self.proven.entry),
            self.proven.index
        );
        for hash in &self.proven.proof {
            out.push_str(&hash.to_base64());
            out.push('\n');
        }
        out.push('\n');
        out.push_str(&self.checkpoint.to_text());
        out
    }

    /// Reads the text; nothing is checked yet.
    pub fn parse(bytes: &[u8]) -> Result<Self, ProofFault> {
        let text = std::str::from_utf8(bytes)
            .ok()
            .filter(|t| t.len() <= MAX_PROOF)
            .ok_or(ProofFault::Format)?;
        let (head, checkpoint) = text.split_once("\n\n").ok_or(ProofFault::Format)?;
        let checkpoint = Checkpoint::parse(checkpoint.as_bytes()).map_err(ProofFault::Checkpoint)?;
        let proven = parse_head(head).ok_or(ProofFault::Format)?;
        Ok(Self { proven, checkpoint })
    }

    /// Checks the signature of the journal and the way from the entry to the root.
    pub fn check(&self, key: &PublicKey) -> Result<(), ProofFault> {
        self.checkpoint.check(key).map_err(ProofFault::Checkpoint)?;
        let Proven { index, entry, proof } = &self.proven;
        let root = root_from_inclusion(Hash::of_leaf(entry), *index, self.checkpoint.size, proof);
        if root == Some(self.checkpoint.root) {
            Ok(())
        } else {
            Err(ProofFault::NotThere)
        }
    }
}

fn parse_head(head: &str) -> Option<Proven> {
    let mut lines = head.split('\n');
    if lines.next()? != HEAD {
        return None;
    }
    let entry = Base64::decode_vec(lines.next()?.strip_prefix("extra ")?).ok()?;
    let index = decimal(lines.next()?.strip_prefix("index ")?)?;
    // A tree has at most as many levels as its size has binary digits.
    let proof: Option<Vec<_>> = lines.take(65).map(Hash::from_base64).collect();
    let proof = proof.filter(|p| p.len() <= 64)?;
    Some(Proven { index, entry, proof })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::key::{PrivateKey, PublicKey, Role};
    use crate::note::Note;
    use crate::tile::Tile;

    /// A sound proof of the only entry of a journal of two.
    fn sound() -> (PrivateKey, String) {
        let key = PrivateKey::from_seed("example.org/journal", Role::Journal, &[1; 32]).unwrap();
        let (entry, other) = (b"one".to_vec(), Hash::of_leaf(b"two"));
        let root = Hash::of_node(&Hash::of_leaf(&entry), &other);
        let checkpoint = Checkpoint::signed(2, root, &key).unwrap();
        let proven = Proven {
            index: 0,
            entry,
            proof: vec![other],
        };
        (key, ProofFile { proven, checkpoint }.to_text())
    }

    #[test]
    fn a_proof_has_the_lines_of_the_specification() {
        let (key, text) = sound();
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines[..3], ["c2sp.org/tlog-proof@v1", "extra b25l", "index 0"]);
        assert_eq!(
            (lines[4], lines[5], lines[6], lines.len()),
            ("", "example.org/journal", "2", 10)
        );
        assert_eq!(ProofFile::parse(text.as_bytes()).unwrap().check(key.public()), Ok(()));
        for wrong in [
            text.replace("index 0", "index 00"),
            text.replace("extra", "Extra"),
            text.replace("@v1", "@v2"),
        ] {
            assert_eq!(ProofFile::parse(wrong.as_bytes()), Err(ProofFault::Format));
        }
    }

    proptest! {
        #[test]
        fn no_bytes_break_the_readers(at in any::<usize>(), bytes in prop::collection::vec(any::<u8>(), 0..40), drop in 0_usize..40) {
            let (key, text) = sound();
            let mut changed = text.clone().into_bytes();
            let at = at % (changed.len() + 1);
            let end = (at + drop).min(changed.len());
            changed.splice(at..end, bytes.iter().copied());
            if let Ok(file) = ProofFile::parse(&changed) {
                // Whatever still holds says the same: only signatures of others can be added.
                if file.check(key.public()).is_ok() {
                    prop_assert_eq!(file.proven, ProofFile::parse(text.as_bytes()).unwrap().proven);
                }
            }
            // What is read comes back as it was written.
            if let Ok(note) = Note::parse(&changed) {
                prop_assert_eq!(note.to_text().into_bytes(), changed.clone());
            }
            let text = String::from_utf8_lossy(&bytes);
            if let Ok(key) = PublicKey::parse(&text) {
                prop_assert_eq!(key.to_text(), text.trim_end_matches('\n'));
            }
            if let Some(tile) = Tile::parse(&text) {
                prop_assert_eq!(tile.to_string(), text);
            }
        }
    }
}
