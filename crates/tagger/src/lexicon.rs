//! Word lists as a table of fingerprints: what a word may be, told in two bytes.
//!
//! The table holds no words: four bytes an entry, half of them a fingerprint. A word that is not listed is taken for one that is about once in
//! thirty thousand times, which a statistical model does not feel.

use crate::hash::mix;

/// What a word or phrase may be, a set of bits.
pub type Flags = u16;

/// A given name.
pub const GIVEN: Flags = 1;
/// A family name.
pub const FAMILY: Flags = 1 << 1;
/// A common word.
pub const WORD: Flags = 1 << 2;
/// A place.
pub const PLACE: Flags = 1 << 3;
/// A country or region known everywhere.
pub const COUNTRY: Flags = 1 << 4;
/// A word by which organisations are called: its head or its legal form.
pub const BODY: Flags = 1 << 5;
/// A post or form of address.
pub const TITLE: Flags = 1 << 6;
/// A verb of speech.
pub const SPEECH: Flags = 1 << 7;
/// What stands before the name of a place.
pub const BEFORE_PLACE: Flags = 1 << 8;
/// A middle name, or a given name that few bear.
pub const MIDDLE: Flags = 1 << 9;
/// A patronymic; told by its form, never listed.
pub const PATRONYMIC: Flags = 1 << 10;
/// An organisation of renown.
pub const RENOWN: Flags = 1 << 11;
/// Two bits: how common the word is, in classes.
pub const COMMON: u32 = 12;
/// Some longer phrase of the list begins with this word.
pub const PHRASE: Flags = 1 << 15;

/// Bytes of one slot.
pub const SLOT: usize = 4;

/// Slots that are looked at before a word counts as missing: the maker of a table keeps to it.
pub const PROBES: usize = 64;

/// A table inside a model's bytes.
#[derive(Debug, Clone, Copy)]
pub struct Lexicon<'m> {
    slots: &'m [[u8; SLOT]],
    shift: u32,
}

impl<'m> Lexicon<'m> {
    /// The table of so many bits in these bytes, if they have its length.
    pub fn new(bytes: &'m [u8], bits: u32) -> Option<Self> {
        let (slots, rest) = bytes.as_chunks();
        let fits = (1..=24).contains(&bits) && rest.is_empty() && slots.len() == 1 << bits;
        fits.then_some(Self {
            slots,
            shift: 64 - bits,
        })
    }

    /// What the word of a hash may be.
    #[inline]
    pub fn get(&self, hash: u64) -> Flags {
        let mixed = mix(hash);
        let print = print(mixed);
        let mask = self.slots.len() - 1;
        let first = (mixed >> self.shift) as usize;
        for at in first..first + PROBES {
            let Some(&[a, b, c, d]) = self.slots.get(at & mask) else {
                break;
            };
            let there = u16::from_le_bytes([a, b]);
            if there == print {
                return u16::from_le_bytes([c, d]);
            }
            if there == 0 {
                break;
            }
        }
        0
    }
}

/// The fingerprint: never zero, which marks an empty slot.
fn print(mixed: u64) -> u16 {
    ((mixed & 0xFFFF) as u16).max(1)
}

/// Makes the bytes of a table of so many bits; nothing if it has no room for them.
pub fn table(entries: &[(u64, Flags)], bits: u32) -> Option<Vec<u8>> {
    let size = 1_usize.checked_shl(bits)?;
    let mut slots = vec![(0_u16, 0_u16); size];
    for &(hash, flags) in entries {
        let mixed = mix(hash);
        let print = print(mixed);
        let at = (mixed >> (64 - bits)) as usize;
        let slot = (0..PROBES)
            .map(|i| (at + i) & (size - 1))
            .find(|i| slots.get(*i).is_some_and(|s| s.0 == 0 || s.0 == print))?;
        let slot = slots.get_mut(slot)?;
        *slot = (print, slot.1 | flags);
    }
    Some(
        slots
            .into_iter()
            .flat_map(|(p, f)| [p.to_le_bytes(), f.to_le_bytes()].concat())
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::word;

    #[test]
    fn what_is_put_in_is_found_and_nothing_else() {
        let entries: Vec<(u64, Flags)> = (0..2000).map(|i| (word(&format!("w{i}")), 1 << (i % 12))).collect();
        let bytes = table(&entries, 12).unwrap();
        let lexicon = Lexicon::new(&bytes, 12).unwrap();
        for &(hash, flags) in &entries {
            assert_eq!(lexicon.get(hash) & flags, flags);
        }
        let strangers = (0..2000).filter(|i| lexicon.get(word(&format!("x{i}"))) != 0).count();
        assert!(strangers < 10, "{strangers}");
        assert!(
            Lexicon::new(&bytes, 11).is_none(),
            "a table of another length is refused"
        );
        assert!(table(&entries, 10).is_none(), "a full table is told");
    }
}
