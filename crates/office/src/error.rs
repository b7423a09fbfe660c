//! What can go wrong, and what the law or the program refuses.

use thiserror::Error;

/// A fault of the machine or of the installation: what happened and where. It never holds personal data.
#[derive(Debug, Error)]
pub enum Error {
    /// The database refused or broke.
    #[error("the database: {0}")]
    Database(sqlx::Error),
    /// The database has no room, or its disk may not be written.
    #[error(
        "the disk of the database is full or cannot be written ({0}): nothing of this act was kept, and everything \
         acknowledged before is. Make room and do the act again"
    )]
    Full(sqlx::Error),
    /// The database is damaged.
    #[error(
        "the database is damaged ({0}): stop the program, keep the folder as it is, and bring back the newest backup with \
         `tutela restore`; the published journal tells what was recorded after it"
    )]
    Corrupt(sqlx::Error),
    /// So many asked at once that no connection to the database came free in time.
    #[error(
        "the database has no connection free: more is asked of the office than it can do; nothing of this was done"
    )]
    Busy,
    /// The tables could not be brought up to date.
    #[error(
        "the tables could not be brought up to date, and are as they were before ({0}): start again when the cause is gone"
    )]
    Migration(sqlx::migrate::MigrateError),
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

/// Codes of SQLite, the kind of fault in the low byte: no room; a write, flush or cut that failed.
const SQLITE_FULL: &[u32] = &[13, 10 | 3 << 8, 10 | 4 << 8, 10 | 5 << 8, 10 | 6 << 8, 10 | 19 << 8];
/// Codes of SQLite: a file that is damaged or no database, a read that failed.
const SQLITE_CORRUPT: &[u32] = &[10, 11, 26];

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        if matches!(error, sqlx::Error::PoolTimedOut) {
            return Self::Busy;
        }
        let code = error
            .as_database_error()
            .and_then(|e| e.code())
            .map(std::borrow::Cow::into_owned);
        let code = code.unwrap_or_default();
        // Codes of PostgreSQL have five characters, those of SQLite are numbers below that.
        let sqlite = (code.len() < 5).then(|| code.parse::<u32>().ok()).flatten();
        match (sqlite, code.as_str()) {
            (Some(n), _) if SQLITE_FULL.contains(&n) => Self::Full(error),
            (Some(n), _) if SQLITE_CORRUPT.contains(&(n & 0xff)) => Self::Corrupt(error),
            (None, "53100") => Self::Full(error),
            (None, "XX001" | "XX002") => Self::Corrupt(error),
            _ => Self::Database(error),
        }
    }
}

impl From<sqlx::migrate::MigrateError> for Error {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        use sqlx::migrate::MigrateError;
        match error {
            MigrateError::Execute(error) => match Self::from(error) {
                Self::Database(error) => Self::Migration(MigrateError::Execute(error)),
                known => known,
            },
            MigrateError::VersionMissing(version) => Self::Installation(format!(
                "the database has tables of version {version}, which this program does not know: a newer program wrote \
                 them. Nothing was changed; start that program, or bring back a backup from before it"
            )),
            MigrateError::VersionMismatch(version) => Self::Installation(format!(
                "version {version} of the tables was made by another text than this program has: it was built from \
                 changed sources. Nothing was changed; start the program that made them"
            )),
            other => Self::Migration(other),
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
    /// What else stands in the way.
    pub and: Vec<Refusal>,
}

impl Refusal {
    /// A refusal with this text.
    pub fn new(key: &'static str) -> Self {
        Self {
            key,
            args: Vec::new(),
            norm: None,
            field: None,
            and: Vec::new(),
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

    /// With everything else that stands in the way.
    #[must_use]
    pub fn and(mut self, others: impl IntoIterator<Item = Self>) -> Self {
        self.and.extend(others);
        self
    }

    /// One refusal out of several; none when nothing stands in the way.
    pub fn of(all: Vec<Self>) -> Option<Self> {
        let mut all = all.into_iter();
        let first = all.next()?;
        Some(first.and(all))
    }

    /// This refusal and everything that it holds.
    pub fn each(&self) -> Vec<&Self> {
        let mut all = vec![self];
        for other in &self.and {
            all.extend(other.each());
        }
        all
    }
}
