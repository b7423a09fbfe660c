//! Plain bytes that wipe themselves.

use std::fmt;

use zeroize::Zeroizing;

/// Plain bytes out of the vault. They are wiped when dropped, they have no `Display`, and `Debug` shows nothing of them.
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    pub(crate) fn new(bytes: Zeroizing<Vec<u8>>) -> Self {
        Self(bytes)
    }

    /// The bytes. Whoever calls this takes over the duty not to write them down.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// The bytes as text, where they are text.
    pub fn expose_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not even the length: it would tell what padding hides.
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_secret_is_printed() {
        let secret = Secret::new(Zeroizing::new("Phạm Thị Hoa".as_bytes().to_vec()));
        assert_eq!(format!("{secret:?}"), "Secret(…)");
        assert_eq!(secret.expose_str(), Some("Phạm Thị Hoa"));
        assert_eq!(Secret::new(Zeroizing::new(vec![0xff])).expose_str(), None);
    }
}
