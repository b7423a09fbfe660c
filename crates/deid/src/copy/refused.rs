//! Why a file is not copied.

use std::fmt;

use tutela_extract::{Kind, Why};

/// Why a file is not copied. There is no half-cleaned file: where one part of it cannot be made clean, the file is refused as a
/// whole. `Display` is English for machines; users read the words of [`Refused::key`] (`mask-refused-…`) with [`Refused::argument`].
/// Neither holds anything of the content.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refused {
    /// A password is needed.
    Encrypted,
    /// The file is signed: a copy cannot keep the signature.
    Signed,
    /// The file carries macros.
    Macros,
    /// A format that cannot be rewritten safely; to be saved in the format that the argument names, where there is one.
    Format(Kind),
    /// The file breaks its own format; the argument says where or how, without any of its content.
    Damaged(String),
    /// The readers could not read all of it, so nobody knows what it holds.
    Unread(Why),
    /// Larger than what is rewritten in memory, in bytes.
    TooLarge(u64),
    /// Expands, nests or repeats beyond the limits.
    Limits,
    /// After writing, this many of the removed values were found in the copy.
    Leftover(u64),
    /// The text of a page is drawn as shapes or has no characters behind it, and it cannot be read by recognition; the argument is the page.
    Unreadable(u32),
    /// A program is missing that is needed for it.
    NeedsTool(String),
    /// The file to be written exists already.
    Exists,
    /// The copy would overwrite the file itself.
    SameFile,
    /// The operating system refused; the argument is the kind of its error.
    Io(String),
    /// The program failed on it; this is a defect to report.
    Failed,
}

impl Refused {
    /// The refusal for an error of the operating system: its kind only, since its message may hold a path.
    pub fn from_io(error: &std::io::Error) -> Self {
        Self::Io(error.kind().to_string())
    }

    /// Key of the message in the translation files.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Encrypted => "mask-refused-encrypted",
            Self::Signed => "mask-refused-signed",
            Self::Macros => "mask-refused-macros",
            Self::Format(_) => "mask-refused-format",
            Self::Damaged(_) => "mask-refused-damaged",
            Self::Unread(_) => "mask-refused-unread",
            Self::TooLarge(_) => "mask-refused-too-large",
            Self::Limits => "mask-refused-limits",
            Self::Leftover(_) => "mask-refused-leftover",
            Self::Unreadable(_) => "mask-refused-unreadable",
            Self::NeedsTool(_) => "mask-refused-needs-tool",
            Self::Exists => "mask-refused-exists",
            Self::SameFile => "mask-refused-same-file",
            Self::Io(_) => "mask-refused-io",
            Self::Failed => "mask-refused-failed",
        }
    }

    /// The argument of the message (`{ $x }`), empty where there is none.
    pub fn argument(&self) -> String {
        match self {
            Self::Format(kind) => advice(*kind).to_owned(),
            Self::Damaged(x) | Self::NeedsTool(x) | Self::Io(x) => x.clone(),
            Self::Unread(why) => why.to_string(),
            Self::TooLarge(n) | Self::Leftover(n) => n.to_string(),
            Self::Unreadable(n) => n.to_string(),
            _ => String::new(),
        }
    }
}

/// The format to save a file in that cannot be rewritten as it is.
fn advice(kind: Kind) -> &'static str {
    match kind {
        Kind::Doc | Kind::Rtf => "DOCX",
        Kind::Xls => "XLSX",
        Kind::Ppt => "PPTX",
        Kind::Msg => "EML",
        Kind::SevenZip | Kind::Tar | Kind::Gzip | Kind::Bzip2 | Kind::Xz => "ZIP",
        _ => "PDF",
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Encrypted => f.write_str("encrypted"),
            Self::Signed => f.write_str("signed"),
            Self::Macros => f.write_str("carries macros"),
            Self::Format(kind) => write!(
                f,
                "{} cannot be rewritten safely; save it as {}",
                kind.as_str(),
                advice(*kind)
            ),
            Self::Damaged(x) if x.is_empty() => f.write_str("damaged"),
            Self::Damaged(x) => write!(f, "damaged: {x}"),
            Self::Unread(why) => write!(f, "not read in full: {why}"),
            Self::TooLarge(n) => write!(f, "larger than {n} bytes"),
            Self::Limits => f.write_str("expands or nests beyond the limits"),
            Self::Leftover(n) => write!(f, "{n} removed values were still in the copy"),
            Self::Unreadable(n) => write!(f, "page {n} has text that cannot be read"),
            Self::NeedsTool(x) => write!(f, "needs '{x}', which is not installed"),
            Self::Exists => f.write_str("the file to be written exists"),
            Self::SameFile => f.write_str("the copy would overwrite the file"),
            Self::Io(x) => write!(f, "cannot be read or written: {x}"),
            Self::Failed => f.write_str("the program failed on it"),
        }
    }
}

impl std::error::Error for Refused {}
