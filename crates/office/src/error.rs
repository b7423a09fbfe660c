//! What can go wrong, and what the law or the program refuses.

use thiserror::Error;

/// A fault of the machine or of the installation: what happened and where. It never holds personal data.
#[derive(Debug, Error)]
pub enum Error {
    /// The database refused or broke.
    #[error("the database: {0}")]
    Database(#[from] sqlx::Error),
    /// The tables could not be brought up to date.
    #[error("the tables could not be brought up to date: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// The journal could not be written.
    #[error("the journal: {0}")]
    Journal(#[from] tutela_journal::Error),
    /// An entry that the journal does not take.
    #[error("the journal does not take the entry: {0}")]
    Entry(#[from] tutela_journal::BadEntry),
    /// The vault refused.
    #[error("the vault: {0}")]
    Vault(#[from] tutela_vault::Error),
    /// A paper could not be made.
    #[error("the paper: {0}")]
    Paper(#[from] tutela_papers::Error),
    /// A record in the store that the program did not write this way.
    #[error("{table} {id} is damaged: {what}")]
    Damaged {
        /// The table.
        table: &'static str,
        /// Which row.
        id: String,
        /// What is wrong with it.
        what: &'static str,
    },
    /// The key of a body is not loaded.
    #[error("the vault of body {0} is locked: unlock it with its passphrase or key file")]
    Locked(String),
    /// A file or folder.
    #[error("{path}: {source}")]
    File {
        /// Which.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// Something else about the installation that a person must mend.
    #[error("{0}")]
    Installation(String),
    /// What was asked for is refused: a rule, a right, a field.
    #[error("refused: {}", .0.key)]
    Refused(Refusal),
    /// Fields that were not filled in as they must be: every one of them.
    #[error("{} fields are refused", .0.len())]
    Invalid(Vec<Refusal>),
}

impl Error {
    /// A fault of a file.
    pub fn file(path: &std::path::Path, source: std::io::Error) -> Self {
        Self::File {
            path: path.display().to_string(),
            source,
        }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// Why an act is not done: data, told in the language of whoever asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Which text: `refusal-…`, with what to do in it.
    pub key: &'static str,
    /// What the text names.
    pub args: Vec<(&'static str, String)>,
    /// The norm that says so.
    pub norm: Option<String>,
    /// The field that it is about.
    pub field: Option<String>,
}

impl Refusal {
    /// A refusal with this text.
    pub fn new(key: &'static str) -> Self {
        Self {
            key,
            args: Vec::new(),
            norm: None,
            field: None,
        }
    }

    /// Names something in the text.
    #[must_use]
    pub fn arg(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.args.push((name, value.into()));
        self
    }

    /// By this norm.
    #[must_use]
    pub fn norm(mut self, norm: impl Into<String>) -> Self {
        self.norm = Some(norm.into());
        self
    }

    /// About this field.
    #[must_use]
    pub fn field(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }
}
