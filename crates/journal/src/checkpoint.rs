//! Checkpoints (C2SP tlog-checkpoint): which journal, how many entries, and the root over them, signed.

use crate::error::Fault;
use crate::hash::Hash;
use crate::key::{PrivateKey, PublicKey};
use crate::note::{Note, Verdict};
use crate::tree::MAX_SIZE;

/// A checkpoint with the note that carries it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The journal that it is of.
    pub origin: String,
    /// Entries.
    pub size: u64,
    /// The root of the tree over them.
    pub root: Hash,
    /// The note with its signatures.
    pub note: Note,
}

impl Checkpoint {
    /// A checkpoint signed by the key of the journal, whose name is the origin.
    pub fn signed(size: u64, root: Hash, key: &PrivateKey) -> Result<Self, Fault> {
        let origin = key.public().name().to_owned();
        let mut note = Note::new(format!("{origin}\n{size}\n{root}\n")).ok_or(Fault::Format)?;
        note.sign(key, 0);
        Ok(Self {
            origin,
            size,
            root,
            note,
        })
    }

    /// Reads a checkpoint; its signatures are not checked yet.
    pub fn parse(bytes: &[u8]) -> Result<Self, Fault> {
        let note = Note::parse(bytes)?;
        let mut lines = note.text().strip_suffix('\n').ok_or(Fault::Format)?.split('\n');
        let (Some(origin), Some(number), Some(root)) = (lines.next(), lines.next(), lines.next()) else {
            return Err(Fault::Format);
        };
        let size = decimal(number).filter(|&s| s <= MAX_SIZE).ok_or(Fault::Format)?;
        let root = Hash::from_base64(root).ok_or(Fault::Format)?;
        if origin.is_empty() || lines.any(str::is_empty) {
            return Err(Fault::Format);
        }
        Ok(Self {
            origin: origin.to_owned(),
            size,
            root,
            note,
        })
    }

    /// Checks that the key of the journal signed it and that it is of the journal of that name.
    pub fn check(&self, key: &PublicKey) -> Result<(), Fault> {
        match self.note.verdict(key) {
            Verdict::Good(_) if self.origin == key.name() => Ok(()),
            Verdict::Good(_) => Err(Fault::Origin),
            Verdict::Absent => Err(Fault::Unsigned),
            Verdict::Bad => Err(Fault::Signature),
        }
    }

    /// The lines as they are written and printed.
    pub fn to_text(&self) -> String {
        self.note.to_text()
    }
}

/// A number in ASCII digits without leading zeroes.
pub(crate) fn decimal(text: &str) -> Option<u64> {
    let digits = text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    text.parse().ok().filter(|_| digits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::Role;

    /// The example of the C2SP tlog-cosignature specification, which holds that of tlog-checkpoint.
    const PUBLISHED: &str = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\
        — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n\
        — witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n";

    #[test]
    fn the_published_checkpoint_is_read() {
        let checkpoint = Checkpoint::parse(PUBLISHED.as_bytes()).unwrap();
        assert_eq!(
            (checkpoint.origin.as_str(), checkpoint.size),
            ("example.com/behind-the-sofa", 20_852_163)
        );
        assert_eq!(checkpoint.to_text(), PUBLISHED);
        let [journal, witness] = checkpoint.note.signatures() else {
            panic!("two signatures")
        };
        assert_eq!((journal.id, journal.bytes.len()), (0x033d_e0ae, 64));
        assert_eq!((witness.id, witness.bytes.len()), (0x8d66_cf3f, 72));
        assert_eq!(witness.bytes[..8], 1_679_315_147_u64.to_be_bytes());
    }

    #[test]
    fn a_checkpoint_is_of_the_journal_that_signs_it() {
        let key = PrivateKey::from_seed("example.org/a", Role::Journal, &[3; 32]).unwrap();
        let other = PrivateKey::from_seed("example.org/b", Role::Journal, &[3; 32]).unwrap();
        let checkpoint = Checkpoint::signed(0, Hash::of_nothing(), &key).unwrap();
        assert_eq!(
            Checkpoint::parse(checkpoint.to_text().as_bytes()).as_ref(),
            Ok(&checkpoint)
        );
        assert_eq!(checkpoint.check(key.public()), Ok(()));
        assert_eq!(checkpoint.check(other.public()), Err(Fault::Unsigned));
        let mut borrowed = Note::new(checkpoint.note.text().to_owned()).unwrap();
        borrowed.sign(&other, 0);
        let borrowed = Checkpoint::parse(borrowed.to_text().as_bytes()).unwrap();
        assert_eq!(borrowed.check(other.public()), Err(Fault::Origin));
    }

    #[test]
    fn sizes_have_one_form() {
        for wrong in [
            "01",
            "+1",
            "",
            "-1",
            " 1",
            "9223372036854775808",
            "99999999999999999999",
        ] {
            let text = PUBLISHED.replace("20852163", wrong);
            assert_eq!(Checkpoint::parse(text.as_bytes()), Err(Fault::Format), "{wrong}");
        }
    }
}
