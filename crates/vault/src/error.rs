//! What can go wrong. No error holds a byte of a key or of a content.

use thiserror::Error;

use crate::key::KeyId;
use crate::module::ModuleFault;

/// An error of the vault.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Error {
    /// The system gave no random bytes.
    #[error("the system gave no random bytes")]
    NoRandom,
    /// The key of the record is gone: the record was destroyed, and nobody can open it.
    #[error("the record was destroyed: its key is gone")]
    Destroyed,
    /// The sealed bytes were changed, cut, or belong to another record.
    #[error("the sealed bytes were changed or belong to another record")]
    Tampered,
    /// The key of the record is wrapped under another key of the body.
    #[error("the key of the record is wrapped under the key {found}, not under {expected}")]
    OtherKey {
        /// The key that was asked to open it.
        expected: KeyId,
        /// The key that it names.
        found: KeyId,
    },
    /// Written by another version of the program.
    #[error("format version {0} is not known to this program")]
    Version(u32),
    /// The content is longer than a record may be.
    #[error("the content is longer than a record may be")]
    TooLong,
    /// A locked key, a key file or a recovery sheet is not written as the format says, or was changed.
    #[error("damaged: not written as the format says")]
    Damaged,
    /// A line of a recovery sheet was not copied correctly.
    #[error("line {0} of the recovery sheet was not copied correctly")]
    RecoveryLine(u8),
    /// The passphrase is not the one that locked the key.
    #[error("the passphrase is not the right one")]
    WrongPassphrase,
    /// The key file is not the one that locked the key.
    #[error("the key file is not the right one")]
    WrongKeyFile,
    /// The key of the module is not the one that locked the key.
    #[error("the key of the module is not the right one")]
    WrongModule,
    /// The hardware module gave nothing.
    #[error("hardware module: {0}")]
    Module(#[from] ModuleFault),
    /// The key is locked by another means than the one given.
    #[error("the key is locked by another means than the one given")]
    OtherLock,
    /// The passphrase is too short, too long, or made of too few different characters.
    #[error("a passphrase needs 12 characters or more, five of them different, and at most 1,024 bytes")]
    BadPassphrase,
    /// The cost of the passphrase lies outside what this program accepts.
    #[error("the cost of the passphrase lies outside what is accepted")]
    Cost,
    /// There is not enough memory for the cost of the passphrase.
    #[error("not enough memory for the cost of the passphrase")]
    Memory,
}

impl Error {
    /// A short name for machines and for the keys of translations.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoRandom => "no-random",
            Self::Destroyed => "destroyed",
            Self::Tampered => "tampered",
            Self::OtherKey { .. } => "other-key",
            Self::Version(_) => "version",
            Self::TooLong => "too-long",
            Self::Damaged => "damaged",
            Self::RecoveryLine(_) => "recovery-line",
            Self::WrongPassphrase => "wrong-passphrase",
            Self::WrongKeyFile => "wrong-key-file",
            Self::WrongModule => "wrong-module",
            Self::Module(_) => "module",
            Self::OtherLock => "other-lock",
            Self::BadPassphrase => "bad-passphrase",
            Self::Cost => "cost",
            Self::Memory => "memory",
        }
    }
}
