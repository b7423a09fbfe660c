//! Signed notes (C2SP signed-note): a text, a blank line, and signature lines.

use base64ct::{Base64, Encoding};

use crate::error::Fault;
use crate::key::{PrivateKey, PublicKey, Role, good_name};

/// The longest note that is looked at, in bytes: a checkpoint with many cosignatures is a few kilobytes.
pub const MAX_NOTE: usize = 256 * 1024;
/// The most signature lines that are looked at.
const MAX_SIGNATURES: usize = 128;

/// A note as it is written, its signatures not checked yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<Line>,
}

/// One signature line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Who signs.
    pub name: String,
    /// The identifier of the key.
    pub id: u32,
    /// The signature itself.
    pub bytes: Vec<u8>,
}

/// What a known key says of a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The key did not sign.
    Absent,
    /// The key signed; for a witness with the second since 1970 in which it did.
    Good(Option<u64>),
    /// A signature in the name of the key does not fit.
    Bad,
}

impl Note {
    /// A note without signatures. The text must end with a line break and have no control characters besides.
    pub fn new(text: String) -> Option<Self> {
        let sound = text.ends_with('\n') && !text.chars().any(|c| c != '\n' && u32::from(c) < 0x20);
        sound.then_some(Self {
            text,
            signatures: Vec::new(),
        })
    }

    /// Reads a note.
    pub fn parse(bytes: &[u8]) -> Result<Self, Fault> {
        if bytes.len() > MAX_NOTE {
            return Err(Fault::Length);
        }
        let note = std::str::from_utf8(bytes).map_err(|_| Fault::Format)?;
        let (body, lines) = note.rsplit_once("\n\n").ok_or(Fault::Format)?;
        let mut this = Self::new(format!("{body}\n")).ok_or(Fault::Format)?;
        let lines = lines.strip_suffix('\n').ok_or(Fault::Format)?;
        for line in lines.split('\n') {
            if this.signatures.len() == MAX_SIGNATURES {
                return Err(Fault::Length);
            }
            this.signatures.push(Line::parse(line).ok_or(Fault::Format)?);
        }
        Ok(this)
    }

    /// The text that is signed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The signature lines.
    pub fn signatures(&self) -> &[Line] {
        &self.signatures
    }

    /// The whole note as it is written.
    pub fn to_text(&self) -> String {
        let lines: String = self.signatures.iter().map(Line::to_text).collect();
        format!("{}\n{lines}", self.text)
    }

    /// Signs the note. A journal key signs the text; a witness key signs text and time (seconds since 1970).
    pub fn sign(&mut self, key: &PrivateKey, at: u64) {
        let public = key.public();
        let mut bytes = Vec::with_capacity(72);
        match public.role() {
            Role::Journal => bytes.extend(key.sign(self.text.as_bytes())),
            Role::Witness => {
                bytes.extend(at.to_be_bytes());
                bytes.extend(key.sign(self.cosigned(at).as_bytes()));
            }
        }
        self.add(Line {
            name: public.name().to_owned(),
            id: public.id(),
            bytes,
        });
    }

    /// Adds a signature line; an earlier one by the same key gives way.
    pub fn add(&mut self, line: Line) {
        self.signatures.retain(|l| (l.id, &l.name) != (line.id, &line.name));
        self.signatures.push(line);
    }

    /// The message that a witness signs.
    fn cosigned(&self, at: u64) -> String {
        format!("cosignature/v1\ntime {at}\n{}", self.text)
    }

    /// What this key says of the note. Every line in its name must fit.
    pub fn verdict(&self, key: &PublicKey) -> Verdict {
        let mut verdict = Verdict::Absent;
        for line in self
            .signatures
            .iter()
            .filter(|l| l.id == key.id() && l.name == key.name())
        {
            verdict = match self.check(line, key) {
                Some(at) => Verdict::Good(at),
                None => return Verdict::Bad,
            };
        }
        verdict
    }

    fn check(&self, line: &Line, key: &PublicKey) -> Option<Option<u64>> {
        match key.role() {
            Role::Journal => {
                let signature = line.bytes.as_slice().try_into().ok()?;
                key.verify(self.text.as_bytes(), signature).then_some(None)
            }
            Role::Witness => {
                let (at, signature) = line.bytes.split_first_chunk::<8>()?;
                let at = u64::from_be_bytes(*at);
                let signature = signature.try_into().ok()?;
                let sound = i64::try_from(at).is_ok() && key.verify(self.cosigned(at).as_bytes(), signature);
                sound.then_some(Some(at))
            }
        }
    }
}

impl Line {
    /// Reads a signature line without its line break.
    pub fn parse(line: &str) -> Option<Self> {
        let (name, body) = line.strip_prefix("— ")?.split_once(' ')?;
        let decoded = Base64::decode_vec(body).ok()?;
        let (id, bytes) = decoded.split_first_chunk::<4>()?;
        let sound = good_name(name) && !bytes.is_empty();
        sound.then(|| Self {
            name: name.to_owned(),
            id: u32::from_be_bytes(*id),
            bytes: bytes.to_vec(),
        })
    }

    fn to_text(&self) -> String {
        let mut bytes = self.id.to_be_bytes().to_vec();
        bytes.extend(&self.bytes);
        format!("— {} {}\n", self.name, Base64::encode_string(&bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
    const NOTE: &str = "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";

    #[test]
    fn the_published_note_is_accepted_and_every_changed_bit_is_not() {
        let key = PublicKey::parse(KEY).unwrap();
        let note = Note::parse(NOTE.as_bytes()).unwrap();
        assert_eq!(note.verdict(&key), Verdict::Good(None));
        assert_eq!(note.to_text(), NOTE);
        for i in 0..NOTE.len() {
            for bit in 0..8 {
                let mut bytes = NOTE.as_bytes().to_vec();
                bytes[i] ^= 1 << bit;
                let accepted = Note::parse(&bytes).is_ok_and(|n| n.verdict(&key) == Verdict::Good(None));
                assert!(!accepted, "byte {i} bit {bit}");
            }
        }
    }

    #[test]
    fn a_witness_signs_the_time_as_well() {
        let journal = PrivateKey::from_seed("example.org/journal", Role::Journal, &[1; 32]).unwrap();
        let witness = PrivateKey::from_seed("example.org/witness", Role::Witness, &[2; 32]).unwrap();
        let mut note =
            Note::new("example.org/journal\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n".into()).unwrap();
        note.sign(&journal, 0);
        note.sign(&witness, 1_679_315_147);
        let mut again = Note::parse(note.to_text().as_bytes()).unwrap();
        assert_eq!(again.verdict(journal.public()), Verdict::Good(None));
        assert_eq!(again.verdict(witness.public()), Verdict::Good(Some(1_679_315_147)));
        again.signatures[1].bytes[7] ^= 1;
        assert_eq!(
            again.verdict(witness.public()),
            Verdict::Bad,
            "another time was not signed"
        );
        assert_eq!(again.verdict(journal.public()), Verdict::Good(None));
    }

    #[test]
    fn notes_that_are_none() {
        for wrong in [
            "",
            "\n",
            "a\n",
            "a\n\n",
            "a\n\n— x\n",
            "a\n\n— x AAAA\n",
            "a\n\n— x AAAAAAA=",
            "a\r\n\n— x AAAAAAA=\n",
            "a\n\n- x AAAAAAA=\n",
        ] {
            assert!(Note::parse(wrong.as_bytes()).is_err(), "{wrong:?}");
        }
        assert!(Note::parse("a\n\n— x AAAAAAA=\n".as_bytes()).is_ok());
        let many = format!("a\n\n{}", "— x AAAAAAA=\n".repeat(MAX_SIGNATURES + 1));
        assert_eq!(Note::parse(many.as_bytes()), Err(Fault::Length));
    }
}
