//! A key file: 32 random bytes in a text that notices damage. It lies on a medium that the body keeps apart from its data.

use std::fmt;

use base64ct::{Base64, Encoding};
use zeroize::Zeroizing;

use crate::error::Error;
use crate::hex;
use crate::primitives::{self, Key};
use crate::secret::Secret;

const TITLE: &str = "tutela key file ";
const VERSION: u32 = 1;
const DOMAIN: &[u8] = b"tutela vault 1 key file";
/// Nothing longer is looked at.
const MAX: usize = 1024;

/// 32 random bytes that lock body keys. They are wiped when dropped and do not print themselves.
pub struct KeyFile(Key);

impl fmt::Debug for KeyFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyFile(…)")
    }
}

impl KeyFile {
    /// Makes a new one from the random numbers of the system.
    pub fn generate() -> Result<Self, Error> {
        primitives::random_key().map(Self)
    }

    /// Its bytes, for [`crate::Lock::KeyFile`].
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Reads the text form. Spaces and line ends around its two lines do not matter: the file may have gone through an editor.
    pub fn parse(text: &str) -> Result<Self, Error> {
        if text.len() > MAX {
            return Err(Error::Damaged);
        }
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let version = lines
            .next()
            .and_then(|line| line.strip_prefix(TITLE))
            .ok_or(Error::Damaged)?;
        match version.parse() {
            Ok(VERSION) => {}
            Ok(other) => return Err(Error::Version(other)),
            Err(_) => return Err(Error::Damaged),
        }
        let line = lines.next().ok_or(Error::Damaged)?;
        let (body, sum) = line.split_once(' ').ok_or(Error::Damaged)?;
        let mut buffer = Zeroizing::new([0; 48]);
        let decoded = Base64::decode(body, buffer.as_mut()).map_err(|_| Error::Damaged)?;
        let mut key = Key::default();
        let whole = decoded.len() == key.len() && lines.next().is_none();
        if !whole || hex::decode(sum) != Some(sum_of(decoded)) {
            return Err(Error::Damaged);
        }
        key.copy_from_slice(decoded);
        Ok(Self(key))
    }

    /// The text form: whoever has it can open what it locks.
    pub fn to_text(&self) -> Secret {
        let body = Zeroizing::new(Base64::encode_string(self.0.as_slice()));
        let mut text = Zeroizing::new(String::with_capacity(MAX));
        text.push_str(TITLE);
        text.push_str("1\n");
        text.push_str(&body);
        text.push(' ');
        // Writing to a string does not fail.
        let written = hex::write(&mut *text, &sum_of(self.0.as_slice()));
        debug_assert!(written.is_ok());
        text.push('\n');
        Secret::new(Zeroizing::new(text.as_bytes().to_vec()))
    }
}

/// Four bytes: enough to notice damage, too few to tell anything of the key.
fn sum_of(key: &[u8]) -> [u8; 4] {
    let [a, b, c, d, ..] = primitives::hash(DOMAIN, &[key]);
    [a, b, c, d]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_files_come_back_also_through_an_editor() {
        let key = KeyFile::generate().unwrap();
        let text = key.to_text();
        let text = text.expose_str().unwrap();
        assert_eq!(KeyFile::parse(text).unwrap().bytes(), key.bytes());
        let edited = format!("\r\n{}\r\n", text.replace('\n', " \r\n"));
        assert_eq!(KeyFile::parse(&edited).unwrap().bytes(), key.bytes());
        assert_ne!(KeyFile::generate().unwrap().bytes(), key.bytes());
        assert_eq!(format!("{key:?}"), "KeyFile(…)");
    }

    #[test]
    fn every_changed_letter_is_noticed() {
        let text = KeyFile(Key::new(Zeroizing::new([7; 32]))).to_text();
        let text = text.expose_str().unwrap().trim_end();
        for i in 0..text.len() {
            for bit in 0..7 {
                let mut bytes = text.as_bytes().to_vec();
                bytes[i] ^= 1 << bit;
                let changed = String::from_utf8(bytes).unwrap();
                assert!(KeyFile::parse(&changed).is_err(), "{changed}");
            }
        }
        assert_eq!(
            KeyFile::parse(&text.replace("file 1", "file 2")).unwrap_err(),
            Error::Version(2)
        );
        assert_eq!(KeyFile::parse(&format!("{text}\nmore")).unwrap_err(), Error::Damaged);
        for bad in [
            "",
            "tutela key file 1",
            &"x".repeat(5000),
            &format!("{text}{}", " ".repeat(5000)),
        ] {
            assert_eq!(KeyFile::parse(bad).unwrap_err(), Error::Damaged);
        }
    }
}
