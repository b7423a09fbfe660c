//! What can go wrong, where, and what it means.

use std::io;

use thiserror::Error;

use crate::stamp::StampFault;

/// An error of the journal.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// The operating system refused.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// Another program writes to this journal.
    #[error("{path}: another program writes to this journal")]
    InUse {
        /// The lock file.
        path: String,
    },
    /// There is no journal here.
    #[error("{path}: no journal here")]
    NoJournal {
        /// The folder or archive.
        path: String,
    },
    /// There is a journal here already, so none can be made.
    #[error("{path}: there is a journal here already")]
    Exists {
        /// The folder.
        path: String,
    },
    /// A file is missing that the tree must have.
    #[error("{path}: missing")]
    Missing {
        /// The file.
        path: String,
    },
    /// A file is not what it should be.
    #[error("{path}: {what}")]
    Damaged {
        /// The file.
        path: String,
        /// What is wrong with it.
        what: Fault,
    },
    /// The tree has no such entry, or has never had this size.
    #[error("no entry {index} in a journal of {size}")]
    NoSuchEntry {
        /// The entry, counted from 0.
        index: u64,
        /// Entries in the journal.
        size: u64,
    },
    /// An entry cannot be written down.
    #[error("the entry cannot be written: {0}")]
    BadEntry(BadEntry),
    /// A key file is not one, or is the key of something else.
    #[error("{path}: {what}")]
    Key {
        /// The file.
        path: String,
        /// What is wrong with it.
        what: KeyFault,
    },
    /// A time stamp or a certificate is not what it should be.
    #[error("{path}: {what}")]
    Stamp {
        /// The file.
        path: String,
        /// What is wrong with it.
        what: StampFault,
    },
    /// Too much waits for a checkpoint that cannot be written.
    #[error("{0} bytes wait for a checkpoint that cannot be written")]
    Backlog(u64),
    /// A batch is too large to be appended at once.
    #[error("a batch of {0} bytes is too large; append it in parts")]
    TooMuch(u64),
    /// An earlier write failed and could not be undone: the journal must be opened again.
    #[error("an earlier write failed and could not be undone; open the journal again")]
    Poisoned,
    /// The system gave no random bytes.
    #[error("the system gave no random bytes")]
    NoRandom,
}

impl Error {
    /// Wraps an error of the system with the file that it is about.
    pub fn io(path: &(impl ToString + ?Sized), source: io::Error) -> Self {
        Self::Io {
            path: path.to_string(),
            source,
        }
    }

    /// A file that is not what it should be.
    pub fn damaged(path: &(impl ToString + ?Sized), what: Fault) -> Self {
        Self::Damaged {
            path: path.to_string(),
            what,
        }
    }
}

/// What is wrong with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Error)]
#[non_exhaustive]
pub enum Fault {
    /// It is not there.
    #[error("missing")]
    Missing,
    /// The system could not read it.
    #[error("cannot be read")]
    Unreadable,
    /// It has the wrong length.
    #[error("has the wrong length")]
    Length,
    /// It is not written as the format says.
    #[error("is not written as the format says")]
    Format,
    /// Its content does not fit the hashes above it.
    #[error("was changed: it does not fit the hashes above it")]
    Changed,
    /// Entries and hashes were both changed, to fit each other but not the checkpoint.
    #[error("was changed together with its hashes: it does not fit the checkpoint")]
    Rewritten,
    /// An entry is not in the canonical encoding, or has the number of another.
    #[error("holds an entry that is not written as entries are")]
    Entry,
    /// No signature by a known key.
    #[error("has no signature by the journal's key")]
    Unsigned,
    /// A signature by a known key does not fit.
    #[error("has a signature that does not fit")]
    Signature,
    /// The checkpoint is of another journal.
    #[error("is of another journal")]
    Origin,
    /// The root is not the one that the entries have.
    #[error("has a root that is not that of the entries")]
    Root,
    /// It speaks of more entries than there are.
    #[error("speaks of more entries than the journal has")]
    Beyond,
    /// It was not looked at, because too much before it is wrong.
    #[error("was not checked, because too much before it is wrong")]
    Unchecked,
    /// A record of the log that was not yet turned into tiles is broken or cut.
    #[error("holds a broken record")]
    Record,
    /// It is not in the signed list of files.
    #[error("is not in the signed list of files")]
    Unlisted,
    /// A time stamp does not hold.
    #[error("is a time stamp that does not hold: {0}")]
    Stamp(StampFault),
}

/// Why an entry cannot be written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum BadEntry {
    /// An identifier is empty, too long, or has characters other than letters, digits and `-._:/`.
    #[error("an identifier must be 1 to 255 letters of ASCII, digits, or - . _ : /")]
    Identifier,
    /// Two commitments have the same name.
    #[error("two commitments have the same name")]
    Twice,
    /// The bytes are not an entry in its canonical form, or not the one for this place.
    #[error("not the entry of this place in its canonical form")]
    Form,
    /// It does not fit into 65,535 bytes.
    #[error("longer than 65,535 bytes")]
    TooLong,
}

/// What is wrong with a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum KeyFault {
    /// It is not a key in the text form of signed notes.
    #[error("not a key in the text form of signed notes")]
    Format,
    /// It is of another type than asked for.
    #[error("a key of the wrong type")]
    Type,
    /// Its name has a space, a plus sign or a control character, or is empty.
    #[error("the name of a key has no spaces, no plus sign and is not empty")]
    Name,
    /// Others than the owner may read it.
    #[error("others than its owner may read this private key: chmod 600")]
    Open,
    /// It is not the key of this journal.
    #[error("not the key of this journal")]
    Other,
    /// It is locked by a passphrase.
    #[error("this private key is locked by a passphrase")]
    Locked,
    /// The passphrase does not open it.
    #[error("the passphrase does not open this private key")]
    Passphrase,
    /// The passphrase is too short or too long.
    #[error("a passphrase has 12 characters or more, and 1024 bytes at most")]
    Weak,
    /// There is not as much memory as the key was locked with.
    #[error("there is not enough memory to open this private key")]
    Memory,
}

impl Fault {
    /// A short name for machines and for the keys of translations.
    pub fn code(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Unreadable => "unreadable",
            Self::Length => "length",
            Self::Format => "format",
            Self::Changed => "changed",
            Self::Rewritten => "rewritten",
            Self::Entry => "entry",
            Self::Unsigned => "unsigned",
            Self::Signature => "signature",
            Self::Origin => "origin",
            Self::Root => "root",
            Self::Beyond => "beyond",
            Self::Unchecked => "unchecked",
            Self::Record => "record",
            Self::Unlisted => "unlisted",
            Self::Stamp(what) => what.code(),
        }
    }

    /// Every kind of fault, those of time stamps apart: [`StampFault::ALL`].
    pub const ALL: [Self; 15] = [
        Self::Unlisted,
        Self::Missing,
        Self::Unreadable,
        Self::Length,
        Self::Format,
        Self::Changed,
        Self::Rewritten,
        Self::Entry,
        Self::Unsigned,
        Self::Signature,
        Self::Origin,
        Self::Root,
        Self::Beyond,
        Self::Unchecked,
        Self::Record,
    ];
}

impl KeyFault {
    /// A short name for machines and for the keys of translations.
    pub fn code(self) -> &'static str {
        match self {
            Self::Format => "format",
            Self::Type => "type",
            Self::Name => "name",
            Self::Open => "open",
            Self::Other => "other",
            Self::Locked => "locked",
            Self::Passphrase => "passphrase",
            Self::Weak => "weak",
            Self::Memory => "memory",
        }
    }

    /// Every kind of fault of a key.
    pub const ALL: [Self; 9] = [
        Self::Format,
        Self::Type,
        Self::Name,
        Self::Open,
        Self::Other,
        Self::Locked,
        Self::Passphrase,
        Self::Weak,
        Self::Memory,
    ];
}
