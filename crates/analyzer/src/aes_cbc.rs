//! AES in CBC mode as Presidio's `encrypt` writes it: a random IV before the text, PKCS #7, Base64 for URLs.

use aes::cipher::block_padding::Pkcs7;
use aes::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use aes::{Aes128, Aes192, Aes256};
use base64ct::{Base64Url, Encoding};

/// A key of 128, 192 or 256 bits.
pub(crate) enum Key {
    Short([u8; 16]),
    Middle([u8; 24]),
    Long([u8; 32]),
}

impl Key {
    pub(crate) fn new(bytes: &[u8]) -> Option<Self> {
        if let Ok(key) = bytes.try_into() {
            return Some(Self::Short(key));
        }
        if let Ok(key) = bytes.try_into() {
            return Some(Self::Middle(key));
        }
        bytes.try_into().ok().map(Self::Long)
    }

    /// Seals a text; none, if the system gives no random bytes.
    pub(crate) fn encrypt(&self, text: &str) -> Option<String> {
        let mut iv = [0; 16];
        getrandom::fill(&mut iv).ok()?;
        let sealed = match self {
            Self::Short(k) => {
                cbc::Encryptor::<Aes128>::new(k.into(), &iv.into()).encrypt_padded_vec::<Pkcs7>(text.as_bytes())
            }
            Self::Middle(k) => {
                cbc::Encryptor::<Aes192>::new(k.into(), &iv.into()).encrypt_padded_vec::<Pkcs7>(text.as_bytes())
            }
            Self::Long(k) => {
                cbc::Encryptor::<Aes256>::new(k.into(), &iv.into()).encrypt_padded_vec::<Pkcs7>(text.as_bytes())
            }
        };
        let mut all = iv.to_vec();
        all.extend(sealed);
        Some(Base64Url::encode_string(&all))
    }

    /// Opens what [`Key::encrypt`] or Presidio has sealed; none, if it is not that or the key is another.
    pub(crate) fn decrypt(&self, sealed: &str) -> Option<String> {
        // Presidio's decoder takes both alphabets, and the example of its documentation is written in the other one.
        let all = Base64Url::decode_vec(&sealed.replace('+', "-").replace('/', "_")).ok()?;
        let (iv, sealed) = all.split_first_chunk::<16>()?;
        let iv = iv.into();
        let opened = match self {
            Self::Short(k) => cbc::Decryptor::<Aes128>::new(k.into(), iv).decrypt_padded_vec::<Pkcs7>(sealed),
            Self::Middle(k) => cbc::Decryptor::<Aes192>::new(k.into(), iv).decrypt_padded_vec::<Pkcs7>(sealed),
            Self::Long(k) => cbc::Decryptor::<Aes256>::new(k.into(), iv).decrypt_padded_vec::<Pkcs7>(sealed),
        };
        String::from_utf8(opened.ok()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_presidio_sealed_is_opened() {
        // The example of Presidio's documentation.
        let key = Key::new(b"WmZq4t7w!z%C&F)J").unwrap();
        let opened = key.decrypt("S184CMt9Drj7QaKQ21JTrpYzghnboTF9pn/neN8JME0=");
        assert_eq!(opened.as_deref(), Some("Chloë"));
        for len in [16, 24, 32] {
            let key = Key::new(&vec![7; len]).unwrap();
            let sealed = key.encrypt("Bà Ví Dụ").unwrap();
            assert_ne!(sealed, key.encrypt("Bà Ví Dụ").unwrap(), "the IV is random");
            assert_eq!(key.decrypt(&sealed).as_deref(), Some("Bà Ví Dụ"));
            assert_eq!(key.decrypt(sealed.get(4..).unwrap()), None);
        }
        assert!(Key::new(b"short").is_none());
    }
}
