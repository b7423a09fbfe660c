use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Place;

/// Why something could not be read. `Display` is the English of the machine formats; the translation
/// files have a message for each ([`Why::key`]).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Why {
    /// A password is needed.
    Encrypted,
    /// The file breaks its own format; the argument says where or how, without any of its content.
    Damaged(String),
    /// Larger than the limit, in bytes.
    TooLarge(u64),
    /// Archives or attachments nested deeper than the limit.
    TooDeep(u32),
    /// Expands more than the limit allows: a bomb or a mistake.
    Expands,
    /// Took longer than the limit, in seconds.
    TooSlow(u64),
    /// More parts or entries than the limit.
    TooMany(u64),
    /// The type is known but no reader exists for it.
    Unsupported(String),
    /// The type could not be told and it is not text.
    Unknown,
    /// A program is missing that the reader needs.
    NeedsTool(String),
    /// No permission.
    NoAccess,
    /// Not a regular file: a device, socket or pipe.
    NotAFile,
    /// A link that leads round in a circle or nowhere.
    BadLink,
    /// The path does not exist.
    Missing,
    /// The operating system refused; the argument is its message.
    Io(String),
    /// The reader failed on it; this is a defect to report.
    ReaderFailed,
}

impl Why {
    /// Key of the message in the translation files.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Encrypted => "unread-encrypted",
            Self::Damaged(_) => "unread-damaged",
            Self::TooLarge(_) => "unread-too-large",
            Self::TooDeep(_) => "unread-too-deep",
            Self::Expands => "unread-expands",
            Self::TooSlow(_) => "unread-too-slow",
            Self::TooMany(_) => "unread-too-many",
            Self::Unsupported(_) => "unread-unsupported",
            Self::Unknown => "unread-unknown",
            Self::NeedsTool(_) => "unread-needs-tool",
            Self::NoAccess => "unread-no-access",
            Self::NotAFile => "unread-not-a-file",
            Self::BadLink => "unread-bad-link",
            Self::Missing => "unread-missing",
            Self::Io(_) => "unread-io",
            Self::ReaderFailed => "unread-reader-failed",
        }
    }

    /// The reason behind an error of the operating system.
    pub fn from_io(error: &std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::NotFound => Self::Missing,
            std::io::ErrorKind::PermissionDenied => Self::NoAccess,
            kind => Self::Io(kind.to_string()),
        }
    }

    /// The argument of the message (`{ $x }`), empty where there is none.
    pub fn argument(&self) -> String {
        match self {
            Self::Damaged(x) | Self::Unsupported(x) | Self::NeedsTool(x) | Self::Io(x) => x.clone(),
            Self::TooLarge(n) | Self::TooSlow(n) | Self::TooMany(n) => n.to_string(),
            Self::TooDeep(n) => n.to_string(),
            _ => String::new(),
        }
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Encrypted => f.write_str("encrypted"),
            Self::Damaged(x) if x.is_empty() => f.write_str("damaged"),
            Self::Damaged(x) => write!(f, "damaged: {x}"),
            Self::TooLarge(n) => write!(f, "larger than the limit of {n} bytes"),
            Self::TooDeep(n) => write!(f, "nested deeper than {n} levels"),
            Self::Expands => f.write_str("expands beyond the limit (archive bomb?)"),
            Self::TooSlow(n) => write!(f, "took longer than {n} s"),
            Self::TooMany(n) => write!(f, "more than {n} entries"),
            Self::Unsupported(x) => write!(f, "no reader for {x}"),
            Self::Unknown => f.write_str("unknown type, not text"),
            Self::NeedsTool(x) => write!(f, "needs '{x}', which is not installed"),
            Self::NoAccess => f.write_str("no permission to read"),
            Self::NotAFile => f.write_str("not a regular file"),
            Self::BadLink => f.write_str("link leads nowhere or in a circle"),
            Self::Missing => f.write_str("does not exist"),
            Self::Io(x) => write!(f, "cannot be read: {x}"),
            Self::ReaderFailed => f.write_str("the reader failed on it"),
        }
    }
}

/// Something that could not be read, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unread {
    /// Where; the root means the whole file.
    pub place: Place,
    /// Why.
    pub why: Why,
}
