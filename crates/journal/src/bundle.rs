//! Entry bundles: entries one after another, each with its length before it as a big-endian `u16`.

use crate::hash::Hash;

/// The longest bundle: 256 entries of the longest kind.
pub const MAX_BUNDLE: usize = 256 * (2 + crate::entry::MAX_ENTRY);

/// Adds an entry to a bundle. The entry is at most 65,535 bytes.
pub(crate) fn push(bundle: &mut Vec<u8>, entry: &[u8]) {
    let length = u16::try_from(entry.len()).unwrap_or(u16::MAX);
    bundle.extend(length.to_be_bytes());
    bundle.extend(entry.iter().take(usize::from(length)));
}

/// The entries of a bundle, as far as it can be read: an error ends them.
#[derive(Debug, Clone)]
pub struct Entries<'a> {
    rest: &'a [u8],
}

impl<'a> Entries<'a> {
    /// Reads a bundle.
    pub fn new(bundle: &'a [u8]) -> Self {
        Self { rest: bundle }
    }
}

/// The rest of a bundle is shorter than the entry that it announces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cut;

impl<'a> Iterator for Entries<'a> {
    type Item = Result<&'a [u8], Cut>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let split = self
            .rest
            .split_first_chunk()
            .and_then(|(length, rest)| rest.split_at_checked(usize::from(u16::from_be_bytes(*length))));
        let Some((entry, rest)) = split else {
            self.rest = &[];
            return Some(Err(Cut));
        };
        self.rest = rest;
        Some(Ok(entry))
    }
}

/// The hashes of the leaves of a bundle, and whether it was read to its end.
pub(crate) fn leaves(bundle: &[u8]) -> (Vec<Hash>, bool) {
    let mut hashes = Vec::with_capacity(256);
    for entry in Entries::new(bundle) {
        match entry {
            Ok(entry) if hashes.len() < 256 => hashes.push(Hash::of_leaf(entry)),
            _ => return (hashes, false),
        }
    }
    (hashes, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bundle_is_read_back_and_a_cut_is_noticed() {
        let mut bundle = Vec::new();
        for entry in [&b""[..], b"one", &[9; 300]] {
            push(&mut bundle, entry);
        }
        assert_eq!(bundle[..7], [0, 0, 0, 3, b'o', b'n', b'e']);
        let back: Vec<_> = Entries::new(&bundle).map(Result::unwrap).map(<[u8]>::len).collect();
        assert_eq!(back, [0, 3, 300]);
        assert_eq!(leaves(&bundle).0.len(), 3);
        let (hashes, whole) = leaves(&bundle[..bundle.len() - 1]);
        assert!(!whole && hashes.len() == 2);
        assert!(!leaves(&[0; 2 * 257]).1, "a bundle has 256 entries at most");
    }
}
