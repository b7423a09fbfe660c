//! Entries of the journal in the transaction of the act, and their way into tiles and checkpoints.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use serde_json::Value;
use sha2::{Digest, Sha256};
use sqlx::{AnyConnection, AnyPool};
use tutela_journal::entry::Salt;
use tutela_journal::{Checkpoint, Commitment, Entry, Folder, Note, PrivateKey, Publisher, Sealed};

use crate::error::Error;
use crate::kernel::field::Values;
use crate::kernel::store::{bytes, int};

/// Entries that are read from the database at a time.
const BATCH: i64 = 4096;

/// A salt for all fields of one act; the salt of a field is derived from it by name.
#[derive(Clone)]
pub(crate) struct Root([u8; 32]);

impl Root {
    pub(crate) fn random() -> Result<Self, Error> {
        Ok(Self(Salt::random()?.0))
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.0.to_vec()
    }

    pub(crate) fn hex(&self) -> String {
        self.0.iter().map(|b| format!("{b:02x}")).collect()
    }

    fn of(&self, field: &str) -> Salt {
        let mut hasher = Sha256::new();
        hasher.update(self.0);
        hasher.update(field.as_bytes());
        Salt(hasher.finalize().into())
    }
}

/// Commits to every value.
pub(crate) fn commitments(root: &Root, values: &Values) -> Result<Vec<Commitment>, Error> {
    values
        .iter()
        .map(|(name, value)| Ok(Commitment::new(&root.of(name), name, canonical(value).as_bytes())?))
        .collect()
}

/// The text of a value that is committed to: strings as they are, everything else as JSON.
fn canonical(value: &Value) -> String {
    match value {
        Value::String(s) => s.clone(),
        other => other.to_string(),
    }
}

/// An act for the journal.
pub(crate) struct Act<'a> {
    pub(crate) at: Timestamp,
    pub(crate) actor: &'a str,
    pub(crate) kind: &'a str,
    pub(crate) object: &'a str,
    pub(crate) commitments: Vec<Commitment>,
}

/// The next place in the journal. Whoever has it holds the journal until the transaction ends, so the order of places is the
/// order of commits and no place is left empty.
pub(crate) async fn next(tx: &mut AnyConnection) -> Result<i64, Error> {
    next_many(tx, 1).await
}

/// The first of so many places in the journal that follow each other.
pub(crate) async fn next_many(tx: &mut AnyConnection, number: i64) -> Result<i64, Error> {
    let row = sqlx::query("UPDATE journal_head SET next = next + $1 WHERE id = 1 RETURNING next")
        .bind(number)
        .fetch_one(tx)
        .await?;
    Ok(int(&row, "next")? - number)
}

/// An entry as it stands at its place.
pub(crate) fn encoded(seq: i64, act: Act<'_>) -> Result<Vec<u8>, Error> {
    let entry = Entry {
        at: act.at.as_microsecond(),
        actor: act.actor.to_owned(),
        kind: act.kind.to_owned(),
        object: act.object.to_owned(),
        commitments: act.commitments,
    };
    Ok(entry.encode(u64::try_from(seq).unwrap_or_default())?)
}

/// Writes an entry at its place.
pub(crate) async fn append(tx: &mut AnyConnection, seq: i64, act: Act<'_>) -> Result<(), Error> {
    let encoded = encoded(seq, act)?;
    sqlx::query("INSERT INTO journal_entry (seq, entry) VALUES ($1, $2)")
        .bind(seq)
        .bind(encoded)
        .execute(tx)
        .await?;
    Ok(())
}

/// The journal as an outsider checks it: a folder of tiles and checkpoints beside the database.
pub struct Published {
    folder: PathBuf,
    store: Folder,
    key: PrivateKey,
    publisher: Mutex<Publisher>,
    /// The term of the lease under which the publisher was opened, where several servers publish by turns.
    term: AtomicI64,
}

impl std::fmt::Debug for Published {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Published")
            .field("folder", &self.folder)
            .finish_non_exhaustive()
    }
}

impl Published {
    /// Opens the published journal, or begins it.
    pub fn open(folder: &Path, key: PrivateKey) -> Result<Self, Error> {
        let store = Folder::new(folder);
        std::fs::create_dir_all(folder).map_err(|e| Error::file(folder, e))?;
        // Beside the tiles lies the public key, by which whoever takes the folder home checks it.
        let publisher = Publisher::start(&store, &key)?;
        Ok(Self {
            folder: folder.to_owned(),
            store,
            key,
            publisher: Mutex::new(publisher),
            term: AtomicI64::new(0),
        })
    }

    /// Begins to publish under a lease: when its term is a new one, another server may have published here since.
    pub fn begin_term(&self, term: i64) -> Result<(), Error> {
        let mut publisher = self.publisher.lock().unwrap_or_else(PoisonError::into_inner);
        if self.term.load(Ordering::Relaxed) != term {
            *publisher = Publisher::open(&self.store, self.key.public())?;
            self.term.store(term, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Where it lies.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The key that checks its checkpoints.
    pub fn public_key(&self) -> &tutela_journal::PublicKey {
        self.key.public()
    }

    /// Signs what an inspection folder says of itself.
    pub(crate) fn seal(&self, sealed: &Sealed) -> Option<Note> {
        sealed.sign(&self.key)
    }

    /// The last checkpoint.
    pub fn checkpoint(&self) -> Checkpoint {
        self.publisher
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .published()
            .clone()
    }

    /// Publishes every entry that is committed and not published yet. Gives how many.
    pub async fn publish(&self, pool: &AnyPool) -> Result<u64, Error> {
        let mut published = 0;
        loop {
            let from = self.publisher.lock().unwrap_or_else(PoisonError::into_inner).size();
            let from = i64::try_from(from).unwrap_or(i64::MAX);
            let rows = sqlx::query("SELECT entry FROM journal_entry WHERE seq >= $1 ORDER BY seq LIMIT $2")
                .bind(from)
                .bind(BATCH)
                .fetch_all(pool)
                .await?;
            if rows.is_empty() {
                return Ok(published);
            }
            let mut publisher = self.publisher.lock().unwrap_or_else(PoisonError::into_inner);
            for row in &rows {
                publisher.push(&bytes(row, "entry")?)?;
                published += 1;
            }
            publisher.publish(&self.store, &self.key)?;
        }
    }

    /// Refuses to go on when the database holds less than was published: it is then an older copy.
    pub async fn compare(&self, connection: &mut AnyConnection) -> Result<(), Error> {
        let row = sqlx::query("SELECT next FROM journal_head WHERE id = 1")
            .fetch_one(connection)
            .await?;
        let kept = int(&row, "next")?;
        let size = i64::try_from(self.checkpoint().size).unwrap_or(i64::MAX);
        if kept < size {
            return Err(Error::Installation(format!(
                "the database holds {kept} journal entries but {size} are published in {}: the database is an older copy. \
                 Restore the newest backup, or move the published journal away only after you have asked your witness",
                self.folder.display()
            )));
        }
        Ok(())
    }
}
