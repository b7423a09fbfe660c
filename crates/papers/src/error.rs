use thiserror::Error;

/// Why a form, a template or a paper could not be made. No text of this kind holds a value.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// A form does not follow the language of forms.
    #[error("{file}:{line}: {reason}")]
    Form {
        /// The file of the form.
        file: String,
        /// Line, from 1; 0 when it is the file as a whole.
        line: usize,
        /// What is wrong.
        reason: String,
    },
    /// No font for these papers is on this machine.
    #[error(
        "the font '{family}' was not found; install the Debian packages fonts-noto-core and fonts-noto-cjk, or name their folder in TUTELA_FONTS"
    )]
    Font {
        /// The family that is missing.
        family: &'static str,
    },
    /// A font file could not be read.
    #[error("the font file {path} could not be read: {source}")]
    FontFile {
        /// Its path.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// The typesetting failed.
    #[error("the paper could not be set: {0}")]
    Typesetting(String),
    /// A paper is larger than a paper may be.
    #[error("the paper is larger than a paper may be: {0}")]
    TooLarge(&'static str),
    /// A DOCX template is not one, or is one that is not taken.
    #[error("the template is refused: {0}")]
    Template(String),
    /// A ZIP container could not be written.
    #[error("the document could not be packed: {0}")]
    Pack(String),
}
