//! Body keys locked by a key that never leaves a hardware module, or any other certified means.
//!
//! The module is asked for one thing, an HMAC over a salt, which every PKCS#11 module can give; the key that seals is derived
//! from it. So the file opens only where the module is, and the module sees no personal data.

use thiserror::Error;
use zeroize::Zeroizing;

/// A means that holds a key and gives a keyed hash under it.
pub trait Module {
    /// HMAC with SHA-256 of `message` under the key that the module holds.
    fn mac(&self, message: &[u8]) -> Result<Zeroizing<[u8; 32]>, ModuleFault>;
}

/// Why a module gave nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ModuleFault {
    /// The library of the module cannot be loaded or does not start.
    #[error("the library of the module cannot be loaded")]
    Library,
    /// No token has this label, or several have it.
    #[error("not exactly one token has this label")]
    Token,
    /// The PIN is not the right one.
    #[error("the PIN is not the right one")]
    Pin,
    /// The PIN was wrong too often: the module is locked.
    #[error("the PIN is locked")]
    PinLocked,
    /// The token holds no such key, or several of them.
    #[error("not exactly one key has this label")]
    Key,
    /// The token holds such a key already.
    #[error("there is a key with this label already")]
    Exists,
    /// The module refused or broke off.
    #[error("the module refused")]
    Refused,
}

impl ModuleFault {
    /// A short name for machines and for the keys of translations.
    pub fn code(self) -> &'static str {
        match self {
            Self::Library => "library",
            Self::Token => "token",
            Self::Pin => "pin",
            Self::PinLocked => "pin-locked",
            Self::Key => "key",
            Self::Exists => "exists",
            Self::Refused => "refused",
        }
    }
}
