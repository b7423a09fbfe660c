//! Bringing a backup back: into an empty folder and an empty database of either kind.

use std::fs::File;
use std::io::{BufReader, Write};
use std::path::{Component, Path, PathBuf};

use age::{Decryptor, Identity};
use jiff::Timestamp;
use tutela_journal::{Folder, PrivateKey, Trust};

use super::dump::{APART, sync_folder, tables};
use super::stream::{Record, Records, Table, Value};
use super::{CHECKPOINT, FORMAT, Header, Unseal, entries, keys, keys_of, read_checkpoint};
use crate::error::Error;
use crate::kernel::destroyed::{self, Known};
use crate::kernel::hold::Hold;
use crate::kernel::journal::Published;
use crate::kernel::record::{Actor, write_event};
use crate::kernel::store::{Db, EMBEDDED, MIGRATIONS, Tx};
use crate::kernel::{field::Values, journal, vault};
use crate::office::{Layout, make_folder, write_secret};

/// What is brought back, and how.
#[derive(Debug)]
pub struct Restore<'a> {
    /// The sealed file; its keys lie beside it.
    pub from: &'a Path,
    /// With what it is opened.
    pub unseal: &'a Unseal,
    /// The data folder, which must be empty or not there.
    pub to: &'a Path,
    /// A database server, instead of the embedded database; the database must be empty.
    pub database: Option<&'a str>,
    /// Lists of destroyed records, beside the one that lies with the backup.
    pub destroyed: &'a [PathBuf],
    /// The old data folder, or what is left of it: its list of destroyed records and its published journal are asked.
    pub old: Option<&'a Path>,
    /// A checkpoint that somebody else kept, such as a witness.
    pub checkpoint: Option<&'a Path>,
    /// Bring it back even if the journal is known to have gone on since.
    pub older: bool,
    /// The instant.
    pub now: Timestamp,
}

/// A backup that was brought back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// When it was taken, in microseconds since 1970.
    pub taken_at: i64,
    /// Rows of all tables.
    pub rows: u64,
    /// Entries of the journal in the backup.
    pub entries: i64,
    /// Entries that are known to have been recorded after the backup and are not in it.
    pub lost: i64,
    /// Records that were destroyed after the backup and did not come back.
    pub destroyed_again: u64,
}

/// Brings a backup back.
pub async fn restore(what: &Restore<'_>) -> Result<Restored, Error> {
    let known = known_destroyed(what)?;
    let mut records = open(what)?;
    let Record::Header(header) = records.next()? else {
        return Err(damaged(what.from, "its head"));
    };
    let lost = refuse_foreign(what, &header)?;
    // Only now is anything written.
    make_folder(what.to)?;
    let _hold = Hold::alone(what.to)?;
    for name in [EMBEDDED, Layout::JOURNAL, Layout::JOURNAL_KEY, Layout::RESTORING] {
        if std::fs::symlink_metadata(what.to.join(name)).is_ok() {
            return Err(Error::Installation(format!(
                "{} is not empty: a backup is brought back into an empty folder, so that nothing is written over",
                what.to.display()
            )));
        }
    }
    write_secret(&what.to.join(Layout::RESTORING), b"")?;
    let db = match what.database {
        Some(url) => Db::connect(url).await?,
        None => Db::connect(&Db::embedded_url(what.to)).await?,
    };
    if db.has_tables().await? {
        return Err(Error::Installation(
            "the database holds an office already: a backup is brought back into an empty one".to_owned(),
        ));
    }
    // The tables as they were when the backup was taken; later versions come after the rows.
    let then: Vec<_> = MIGRATIONS
        .iter()
        .copied()
        .filter(|m| header.versions.contains(&m.0))
        .collect();
    db.migrate(&then).await?;
    let done = bring(what, &db, &header, records, known).await;
    let result = match done {
        Ok((rows, destroyed_again)) => {
            db.migrate(MIGRATIONS).await?;
            Ok(Restored {
                taken_at: header.taken_at,
                rows,
                entries: header.entries,
                lost,
                destroyed_again,
            })
        }
        Err(error) => Err(error),
    };
    db.close().await;
    let restored = result?;
    check_journal(what.to)?;
    let marker = what.to.join(Layout::RESTORING);
    std::fs::remove_file(&marker).map_err(|e| Error::file(&marker, e))?;
    sync_folder(&marker)?;
    Ok(restored)
}

fn damaged(path: &Path, what: &'static str) -> Error {
    Error::Damaged {
        table: "backup",
        id: path.display().to_string(),
        what,
    }
}

type Input = Records<age::stream::StreamReader<BufReader<File>>>;

fn open(what: &Restore<'_>) -> Result<Input, Error> {
    let name = what.from.display().to_string();
    let file = File::open(what.from).map_err(|e| Error::file(what.from, e))?;
    let refused = |e: age::DecryptError| {
        Error::Installation(match e {
            age::DecryptError::NoMatchingKeys
            | age::DecryptError::DecryptionFailed
            | age::DecryptError::KeyDecryptionFailed => {
                format!("{name} does not open with this passphrase or identity: it was sealed to another")
            }
            other => format!("{name} cannot be opened: {other}"),
        })
    };
    let decryptor = Decryptor::new_buffered(BufReader::new(file)).map_err(refused)?;
    let reader = match what.unseal {
        Unseal::Passphrase(passphrase) => {
            let identity = age::scrypt::Identity::new(passphrase.clone());
            decryptor.decrypt(std::iter::once(&identity as &dyn Identity))
        }
        Unseal::Identity(identity) => decryptor.decrypt(std::iter::once(identity as &dyn Identity)),
    };
    Records::open(reader.map_err(refused)?, name.clone())
}

/// Refuses a backup that this program cannot read, and one that is older than what is known of the journal. Gives how many
/// entries are lost with it.
fn refuse_foreign(what: &Restore<'_>, header: &Header) -> Result<i64, Error> {
    let unknown = header.versions.iter().find(|v| !MIGRATIONS.iter().any(|m| m.0 == **v));
    if header.format != FORMAT || unknown.is_some() {
        return Err(Error::Installation(format!(
            "{} was made by a newer program: bring it back with that one",
            what.from.display()
        )));
    }
    let beside = what.from.with_file_name(CHECKPOINT);
    let old = what.old.map(|o| o.join(Layout::JOURNAL).join("checkpoint"));
    let mut size = 0;
    for path in [Some(beside.as_path()), old.as_deref(), what.checkpoint]
        .into_iter()
        .flatten()
    {
        size = size.max(read_checkpoint(path)?.map_or(0, |c| c.size));
    }
    if let Some(path) = what.checkpoint.filter(|p| !p.is_file()) {
        return Err(Error::file(path, std::io::ErrorKind::NotFound.into()));
    }
    let lost = i64::try_from(size)
        .unwrap_or(i64::MAX)
        .saturating_sub(header.entries)
        .max(0);
    if lost > 0 && !what.older {
        return Err(Error::Installation(format!(
            "the journal is known to hold {size} entries, and this backup ends at {}: {lost} would be lost. Look for a newer \
             backup; if there is none, say so with --older, and tell your witness why the journal begins again there",
            header.entries
        )));
    }
    Ok(lost)
}

/// Everything that is known of destroyed records.
fn known_destroyed(what: &Restore<'_>) -> Result<Known, Error> {
    let mut known = destroyed::read(&what.from.with_file_name(Layout::DESTROYED))?.0;
    for path in what.destroyed {
        if !path.is_file() {
            return Err(Error::file(path, std::io::ErrorKind::NotFound.into()));
        }
        known.extend(destroyed::read(path)?.0);
    }
    if let Some(old) = what.old {
        known.extend(destroyed::read(&old.join(Layout::DESTROYED))?.0);
        known.extend(destroyed_in_journal(&old.join(Layout::JOURNAL))?);
    }
    Ok(known)
}

/// The destructions that a published journal tells of.
fn destroyed_in_journal(folder: &Path) -> Result<Known, Error> {
    let mut known = Known::new();
    let Some(checkpoint) = read_checkpoint(&folder.join("checkpoint"))? else {
        return Ok(known);
    };
    let store = Folder::new(folder);
    let mut index = 0;
    while index * tutela_journal::WIDTH < checkpoint.size {
        let tile = tutela_journal::Tile::of_tree(tutela_journal::Kind::Entries, index, checkpoint.size);
        let tile = tile.ok_or_else(|| damaged(folder, "the size of the journal"))?;
        index += 1;
        let bundle = tutela_journal::Store::read(&store, &tile.to_string(), tutela_journal::MAX_BUNDLE)?;
        // What is left of an old journal may have holes; what it tells still counts.
        for entry in tutela_journal::Entries::new(&bundle.unwrap_or_default()) {
            let entry = entry.ok().and_then(tutela_journal::Entry::decode);
            let (_, entry) = entry.ok_or_else(|| damaged(folder, "an entry of the journal"))?;
            if entry.kind == "vault.destroy" {
                known.insert(entry.object, entry.at);
            }
        }
    }
    Ok(known)
}

/// Writes files and rows; everything in the database is one transaction.
async fn bring(
    what: &Restore<'_>,
    db: &Db,
    header: &Header,
    mut records: Input,
    mut known: Known,
) -> Result<(u64, u64), Error> {
    let mut tx = db.write().await?;
    for table in tables().iter().rev() {
        if header.knows(table) {
            sqlx::query(sqlx::AssertSqlSafe(format!("DELETE FROM {table}")))
                .execute(&mut *tx)
                .await?;
        }
    }
    let mut apart = keys::Reader::open(&keys_of(what.from), &header.id)?;
    let mut file: Option<(PathBuf, File)> = None;
    let mut table: Option<Insert> = None;
    let (mut rows, mut files) = (0, 0);
    loop {
        match records.next()? {
            Record::File(name) => {
                finish(file.take())?;
                let path = safe(what.to, &name).ok_or_else(|| damaged(what.from, "the name of a file"))?;
                file = Some((path.clone(), create(&path)?));
                files += 1;
            }
            Record::Piece(bytes) => {
                let (path, out) = file.as_mut().ok_or_else(|| damaged(what.from, "a piece of no file"))?;
                out.write_all(&bytes).map_err(|e| Error::file(path, e))?;
            }
            Record::Table(t) => {
                finish(file.take())?;
                table = Some(Insert::new(t).ok_or_else(|| damaged(what.from, "the name of a table"))?);
            }
            Record::Row(values) => {
                let table = table.as_ref().ok_or_else(|| damaged(what.from, "a row of no table"))?;
                let values = table.whole(values, &mut apart, &mut known, what)?;
                table.insert(&mut tx, &values).await?;
                rows += 1;
            }
            Record::End(end) => {
                finish(file.take())?;
                if (end.rows, end.files) != (rows, files) {
                    return Err(damaged(what.from, "its number of rows or files"));
                }
                break;
            }
            Record::Header(_) => return Err(damaged(what.from, "a second head")),
        }
    }
    if entries(&mut tx).await? != header.entries {
        return Err(damaged(what.from, "the number of entries"));
    }
    let again = destroy_again(&mut tx, &known, what.now).await?;
    tx.commit().await?;
    let mut list = destroyed::read(&what.to.join(Layout::DESTROYED))?.0;
    list.extend(known);
    destroyed::replace(&what.to.join(Layout::DESTROYED), &list)?;
    Ok((rows, again))
}

/// Destroys again what was destroyed after the backup, and records it.
async fn destroy_again(tx: &mut Tx, known: &Known, now: Timestamp) -> Result<u64, Error> {
    let mut again = 0;
    for (card, at) in known {
        let at = Timestamp::from_microsecond(*at).unwrap_or(now);
        let row = sqlx::query("SELECT body FROM vault_record WHERE card = $1 AND destroyed_at IS NULL")
            .bind(card)
            .fetch_optional(&mut **tx)
            .await?;
        let Some(row) = row else { continue };
        let body = crate::kernel::store::text(&row, "body")?;
        vault::destroy(tx, card, at).await?;
        let actor = Actor {
            account: "restore".to_owned(),
            body: body.clone(),
            roles: Vec::new(),
        };
        let seq = journal::next(tx).await?;
        let salt = journal::Root::random()?;
        write_event(
            tx,
            seq,
            &body,
            &actor,
            at,
            "vault.destroy",
            card,
            &Values::new(),
            &salt,
            Vec::new(),
        )
        .await?;
        again += 1;
    }
    Ok(again)
}

impl Header {
    /// Whether a table was there when the backup was taken.
    fn knows(&self, table: &str) -> bool {
        let made = format!("CREATE TABLE {table} ");
        MIGRATIONS
            .iter()
            .any(|(v, _, sql)| self.versions.contains(v) && sql.contains(&made))
    }
}

/// How rows of a table are written.
struct Insert {
    table: Table,
    /// Where the identifier and the keys stand, in the table whose keys lie apart.
    apart: Option<(usize, [Option<usize>; 2])>,
}

impl Insert {
    fn new(table: Table) -> Option<Self> {
        let name = |n: &str| {
            !n.is_empty()
                && n.bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        };
        if !tables().contains(&table.name.as_str()) || !table.columns.iter().all(|c| name(c)) {
            return None;
        }
        let (with_keys, id, columns) = APART;
        let place = |column: &str| table.columns.iter().position(|c| c == column);
        let apart = if table.name == with_keys {
            Some((place(id)?, columns.map(place)))
        } else {
            None
        };
        Some(Self { table, apart })
    }

    /// A row with the keys that lie apart. Where they were removed, the record counts as destroyed.
    fn whole(
        &self,
        mut values: Vec<Value>,
        apart: &mut keys::Reader,
        known: &mut Known,
        what: &Restore<'_>,
    ) -> Result<Vec<Value>, Error> {
        let wrong = || damaged(what.from, "a row");
        if values.len() != self.table.columns.len() {
            return Err(wrong());
        }
        if !values.contains(&Value::Apart) {
            return Ok(values);
        }
        let (id, columns) = self.apart.ok_or_else(wrong)?;
        let slot = apart.next()?;
        if values.get(id) != Some(&Value::Text(slot.card.clone())) {
            return Err(damaged(what.from, "the keys beside it"));
        }
        let removed = slot.keys.is_none();
        for (column, key) in columns.into_iter().zip(slot.keys.unwrap_or_default()) {
            let Some(value) = column.and_then(|c| values.get_mut(c)) else {
                continue;
            };
            if *value == Value::Apart {
                *value = key.map_or(Value::Null, Value::Blob);
            }
        }
        if removed {
            known.entry(slot.card).or_insert(what.now.as_microsecond());
        }
        if values.contains(&Value::Apart) {
            Err(wrong())
        } else {
            Ok(values)
        }
    }

    async fn insert(&self, tx: &mut Tx, values: &[Value]) -> Result<(), Error> {
        // What is not there stands in the text: a bound nothing would need the type of its column.
        let mut number = 0;
        let places: Vec<String> = values
            .iter()
            .map(|v| match v {
                Value::Null | Value::Apart => "NULL".to_owned(),
                _ => {
                    number += 1;
                    format!("${number}")
                }
            })
            .collect();
        let sql = format!(
            "INSERT INTO {} ({}) VALUES ({})",
            self.table.name,
            self.table.columns.join(", "),
            places.join(", ")
        );
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for value in values {
            query = match value {
                Value::Null | Value::Apart => query,
                Value::Int(n) => query.bind(*n),
                Value::Text(text) => query.bind(text.clone()),
                Value::Blob(bytes) => query.bind(bytes.clone()),
            };
        }
        query.execute(&mut **tx).await?;
        Ok(())
    }
}

/// Where a file of a backup is written: below the folder, whatever its name says.
fn safe(folder: &Path, name: &str) -> Option<PathBuf> {
    let path = Path::new(name);
    let plain = path.components().all(|c| matches!(c, Component::Normal(_)));
    let ours = name.starts_with("journal/")
        || name == Layout::JOURNAL_KEY
        || name == Layout::DESTROYED
        || (name.starts_with("keys/") && name.ends_with(".key"));
    (plain && ours && name.len() < 300).then(|| folder.join(path))
}

fn create(path: &Path) -> Result<File, Error> {
    let fault = |e| Error::file(path, e);
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(fault)?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path).map_err(fault)
}

fn finish(file: Option<(PathBuf, File)>) -> Result<(), Error> {
    match file {
        Some((path, file)) => file.sync_all().map_err(|e| Error::file(&path, e)),
        None => Ok(()),
    }
}

/// The published journal as it came back must be sound: it is what proves everything else.
fn check_journal(folder: &Path) -> Result<(), Error> {
    let key = PrivateKey::read(&folder.join(Layout::JOURNAL_KEY))?;
    let trust = Trust {
        key: Some(key.public().clone()),
        ..Trust::default()
    };
    let store = Folder::new(&folder.join(Layout::JOURNAL));
    let report = tutela_journal::verify(&store, &trust, 2, &|_| {})?;
    if !report.is_sound() {
        return Err(Error::Damaged {
            table: "backup",
            id: folder.display().to_string(),
            what: "the published journal in it",
        });
    }
    Published::open(&folder.join(Layout::JOURNAL), key)?;
    Ok(())
}
