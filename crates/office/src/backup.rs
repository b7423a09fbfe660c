//! Backups: taken while the office runs, sealed, and brought back into either database.
//!
//! A backup is two files. `NAME.backup` is sealed with age: settings, every table, the published journal, the key that signs
//! it and the locked keys of bodies. `NAME.keys` holds the keys of records, each wrapped under the key of its body, one slot
//! each: so the key of a record that is destroyed later can be removed from a backup that was made before. The key file that
//! unlocks bodies is in neither: whoever has a backup alone opens no record.

mod dump;
mod keys;
mod nightly;
mod restore;
mod stream;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use age::secrecy::SecretString;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tutela_journal::Checkpoint;

use crate::error::Error;
use crate::kernel::destroyed;
use crate::kernel::store::{Db, first_setting, int};
use crate::office::{Layout, Office};

pub use nightly::Nightly;
pub use restore::{Restore, Restored, restore};

/// How the names of the two files end.
const SEALED: &str = "backup";
const KEYS: &str = "keys";
/// The file beside backups that says how far the journal had come.
const CHECKPOINT: &str = "checkpoint";
/// The format of backups.
const FORMAT: u32 = 1;

/// To whom a backup is sealed.
#[derive(Debug, Clone)]
pub enum Seal {
    /// Whoever knows the passphrase.
    Passphrase(SecretString),
    /// Whoever has the identity of one of these recipients: the machine that makes backups cannot open them.
    Recipients(Vec<age::x25519::Recipient>),
}

impl Seal {
    /// A passphrase, read from a file or typed.
    pub fn passphrase(text: &str) -> Self {
        Self::Passphrase(SecretString::from(text.to_owned()))
    }

    /// Recipients in their public form (`age1…`).
    pub fn recipients<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<Self, Error> {
        let mut all = Vec::new();
        for text in texts {
            let recipient = text.parse().map_err(|_| {
                Error::Installation(format!(
                    "{text} is no recipient of backups: it begins with age1 and is made by age-keygen"
                ))
            })?;
            all.push(recipient);
        }
        Ok(Self::Recipients(all))
    }
}

/// With what a backup is opened.
pub enum Unseal {
    /// The passphrase.
    Passphrase(SecretString),
    /// An identity.
    Identity(age::x25519::Identity),
}

impl std::fmt::Debug for Unseal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Passphrase(_) => "Passphrase(…)",
            Self::Identity(_) => "Identity(…)",
        })
    }
}

impl Unseal {
    /// A passphrase.
    pub fn passphrase(text: &str) -> Self {
        Self::Passphrase(SecretString::from(text.to_owned()))
    }

    /// The identity in the text of a file as `age-keygen` writes it.
    pub fn identity(text: &str) -> Result<Self, Error> {
        let line = text
            .lines()
            .map(str::trim)
            .find(|l| !l.is_empty() && !l.starts_with('#'));
        line.and_then(|l| l.parse().ok()).map(Self::Identity).ok_or_else(|| {
            Error::Installation("the file holds no identity that opens backups (AGE-SECRET-KEY-1…)".to_owned())
        })
    }
}

/// The first record of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Header {
    format: u32,
    /// Ties the two files together.
    id: String,
    /// In microseconds since 1970.
    taken_at: i64,
    /// The versions of the tables.
    versions: Vec<i64>,
    /// Entries in the journal.
    entries: i64,
    /// Cards whose keys lie apart.
    keys: u64,
}

/// A backup that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The sealed file; the keys lie beside it.
    pub file: PathBuf,
    /// Rows of all tables.
    pub rows: u64,
    /// Records whose keys lie apart.
    pub keys: u64,
    /// Entries of the journal.
    pub entries: i64,
}

impl Office {
    /// Takes a backup into a folder while everything goes on.
    pub async fn backup(&self, to: &Path, seal: &Seal, now: Timestamp) -> Result<Taken, Error> {
        take(&self.db, self.folder(), to, seal, now).await
    }
}

/// Takes a backup of the office with this database and data folder, whether a server is running on it or not.
pub async fn take(db: &Db, folder: &Path, to: &Path, seal: &Seal, now: Timestamp) -> Result<Taken, Error> {
    std::fs::create_dir_all(to).map_err(|e| Error::file(to, e))?;
    let to = std::fs::canonicalize(to).map_err(|e| Error::file(to, e))?;
    remember(db, &to).await?;
    let name = format!("tutela-{}", now.strftime("%Y%m%d-%H%M%S"));
    let sealed = to.join(format!("{name}.{SEALED}"));
    let keys = to.join(format!("{name}.{KEYS}"));
    for path in [&sealed, &keys] {
        if path.is_file() {
            return Err(Error::Installation(format!(
                "{} is there already: a backup is never written over",
                path.display()
            )));
        }
    }
    let taken = dump::write(db, folder, (&sealed, &keys), seal, now).await;
    let (rows, header) = match taken {
        Ok(done) => done,
        Err(error) => {
            // What is half written is no backup, and nobody should take it for one.
            for path in [&sealed, &keys] {
                let _ = std::fs::remove_file(path.with_extension("new"));
                let _ = std::fs::remove_file(path);
            }
            return Err(error);
        }
    };
    let list = folder.join(Layout::DESTROYED);
    copy_list(&list, &to)?;
    if let Ok(text) = std::fs::read(folder.join(Layout::JOURNAL).join("checkpoint")) {
        crate::office::write_secret(&to.join(CHECKPOINT), &text)?;
    }
    Ok(Taken {
        file: sealed,
        rows,
        keys: header.keys,
        entries: header.entries,
    })
}

/// Remembers that backups lie in a folder, so that the keys of records destroyed later are removed there.
async fn remember(db: &Db, to: &Path) -> Result<(), Error> {
    let mut tx = db.write().await?;
    let mut folders = destroyed::folders(&mut tx).await?;
    if !folders.iter().any(|f| f == to) {
        folders.push(to.to_owned());
        let text = serde_json::to_string(&folders).map_err(|_| {
            Error::Installation(format!(
                "{} has a name that is not Unicode: choose another folder",
                to.display()
            ))
        })?;
        first_setting(&mut tx, destroyed::FOLDERS, "[]").await?;
        sqlx::query("UPDATE setting SET value = $2 WHERE name = $1")
            .bind(destroyed::FOLDERS)
            .bind(text)
            .execute(&mut *tx)
            .await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Removes the keys of destroyed records from every backup in a folder, and puts the list beside them.
pub(crate) fn forget(folder: &Path, list: &Path, cards: &[String]) -> Result<(), Error> {
    // The list first: it refuses the records even where a key cannot be removed.
    copy_list(list, folder)?;
    let fault = |e| Error::file(folder, e);
    for entry in std::fs::read_dir(folder).map_err(fault)? {
        let path = entry.map_err(fault)?.path();
        if path.extension().is_some_and(|e| e == KEYS) {
            keys::erase(&path, cards)?;
        }
    }
    Ok(())
}

/// Puts the list of destroyed records into a folder with backups, together with what the list there knows.
fn copy_list(list: &Path, folder: &Path) -> Result<(), Error> {
    let there = folder.join(Layout::DESTROYED);
    let (mut known, _) = destroyed::read(&there)?;
    known.extend(destroyed::read(list)?.0);
    if known.is_empty() {
        return Ok(());
    }
    destroyed::replace(&there, &known)
}

/// The place of the keys of a backup.
fn keys_of(sealed: &Path) -> PathBuf {
    sealed.with_extension(KEYS)
}

/// A checkpoint in a file.
fn read_checkpoint(path: &Path) -> Result<Option<Checkpoint>, Error> {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Error::file(path, error)),
    };
    let checkpoint = Checkpoint::parse(&bytes).map_err(|_| Error::Damaged {
        table: "checkpoint",
        id: path.display().to_string(),
        what: "its form",
    })?;
    Ok(Some(checkpoint))
}

/// The number of entries in the journal.
async fn entries(connection: &mut sqlx::AnyConnection) -> Result<i64, Error> {
    let row = sqlx::query("SELECT next FROM journal_head WHERE id = 1")
        .fetch_one(connection)
        .await?;
    int(&row, "next")
}
