//! Writing a backup.

use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::Path;
use std::pin::pin;

use age::Encryptor;
use age::stream::StreamWriter;
use futures_util::TryStreamExt;
use jiff::Timestamp;
use sqlx::any::{AnyRow, AnyTypeInfoKind};
use sqlx::{Column, Row, ValueRef};
use tutela_journal::{Checkpoint, Folder, Kind, Store, Tile};

use super::stream::{self, End, PIECE, Record, Table, Value};
use super::{FORMAT, Header, Seal, entries, keys};
use crate::error::Error;
use crate::kernel::new_id;
use crate::kernel::store::{Backend, Db, MIGRATIONS, Tx, int, text};
use crate::office::Layout;

/// Tables that belong to one run of one server, not to the office.
const NOT_KEPT: &[&str] = &["session", "lease"];
/// The table whose keys lie apart, its identifier, and its columns with keys.
pub(super) const APART: (&str, &str, [&str; 2]) = ("vault_record", "card", ["record_key", "label_key"]);
/// How often the journal is read again when it is published while it is read.
const TRIES: usize = 50;
/// The longest file of a journal.
const MAX_FILE: usize = 64 << 20;

/// The tables in an order in which each stands after those that it points to: that of their making.
pub(super) fn tables() -> Vec<&'static str> {
    let lines = MIGRATIONS.iter().flat_map(|(_, _, sql)| sql.lines());
    let made = lines.filter_map(|l| l.strip_prefix("CREATE TABLE ")?.split([' ', '(']).next());
    made.filter(|t| !NOT_KEPT.contains(t)).collect()
}

type Out = StreamWriter<BufWriter<File>>;

/// Writes both files. Gives the number of rows and the head.
pub(super) async fn write(
    db: &Db,
    folder: &Path,
    (sealed, keys_path): (&Path, &Path),
    seal: &Seal,
    now: Timestamp,
) -> Result<(u64, Header), Error> {
    // The journal comes first: what is published must be in the tables, which go on meanwhile.
    let journal = journal_files(&folder.join(Layout::JOURNAL))?;
    let mut snapshot = db.snapshot().await?;
    let mut header = Header {
        format: FORMAT,
        id: new_id(),
        taken_at: now.as_microsecond(),
        versions: versions(&mut snapshot).await?,
        entries: entries(&mut snapshot).await?,
        keys: 0,
    };
    let temporary = sealed.with_extension("new");
    let fault = |e| Error::file(&temporary, e);
    let file = BufWriter::new(create(&temporary)?);
    let encryptor = match seal {
        Seal::Passphrase(passphrase) => Encryptor::with_user_passphrase(passphrase.clone()),
        Seal::Recipients(all) => Encryptor::with_recipients(all.iter().map(|r| r as &dyn age::Recipient))
            .map_err(|e| Error::Installation(format!("the backup cannot be sealed to these recipients: {e}")))?,
    };
    let mut out = encryptor.wrap_output(file).map_err(fault)?;
    stream::begin(&mut out).map_err(fault)?;
    let row =
        sqlx::query("SELECT COUNT(*) AS n FROM vault_record WHERE record_key IS NOT NULL OR label_key IS NOT NULL")
            .fetch_one(&mut *snapshot)
            .await?;
    header.keys = u64::try_from(int(&row, "n")?).unwrap_or_default();
    stream::write(&mut out, &Record::Header(header.clone())).map_err(fault)?;
    let mut end = End { rows: 0, files: 0 };
    end.files = files(&mut out, folder, &journal).map_err(fault)?;

    let mut apart = keys::Writer::create(keys_path, &header.id)?;
    for name in tables() {
        end.rows += table(&mut snapshot, db.backend(), &mut out, &mut apart, name, &fault).await?;
    }
    if db.backend() == Backend::Sqlite {
        check_sqlite(&mut snapshot).await?;
    }
    snapshot.rollback().await?;
    if apart.finish()? != header.keys {
        return Err(Error::Damaged {
            table: APART.0,
            id: header.id,
            what: "the number of keys",
        });
    }
    stream::write(&mut out, &Record::End(end)).map_err(fault)?;
    let file = out
        .finish()
        .and_then(|f| f.into_inner().map_err(std::io::IntoInnerError::into_error));
    file.and_then(|f| f.sync_all()).map_err(fault)?;
    std::fs::rename(&temporary, sealed).map_err(fault)?;
    sync_folder(sealed)?;
    Ok((end.rows, header))
}

fn create(path: &Path) -> Result<File, Error> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path).map_err(|e| Error::file(path, e))
}

/// Makes the name of a file durable.
pub(super) fn sync_folder(of: &Path) -> Result<(), Error> {
    #[cfg(unix)]
    if let Some(folder) = of.parent() {
        File::open(folder)
            .and_then(|f| f.sync_all())
            .map_err(|e| Error::file(folder, e))?;
    }
    #[cfg(not(unix))]
    let _ = of;
    Ok(())
}

/// The versions of the tables that are in the database.
async fn versions(tx: &mut Tx) -> Result<Vec<i64>, Error> {
    let rows = sqlx::query("SELECT version FROM _sqlx_migrations ORDER BY version")
        .fetch_all(&mut **tx)
        .await?;
    rows.iter().map(|r| int(r, "version")).collect()
}

/// Damage is to be known while there is an older backup.
async fn check_sqlite(tx: &mut Tx) -> Result<(), Error> {
    let row = sqlx::query("PRAGMA integrity_check(1)").fetch_one(&mut **tx).await?;
    let said: String = row.try_get(0)?;
    if said != "ok" {
        return Err(Error::Installation(format!(
            "the database is damaged ({said}): no backup was made of it. Keep the folder as it is, and bring back the newest \
             backup with `tutela restore`"
        )));
    }
    Ok(())
}

async fn table(
    tx: &mut Tx,
    backend: Backend,
    out: &mut Out,
    apart: &mut keys::Writer,
    name: &str,
    fault: &impl Fn(std::io::Error) -> Error,
) -> Result<u64, Error> {
    let (with_keys, id, key_columns) = APART;
    // Keys are found by the bytes of the identifier, whatever order the language of a database server has.
    let order = match (name == with_keys, backend) {
        (false, _) if name == "body" => " ORDER BY id".to_owned(),
        (false, _) => String::new(),
        (true, Backend::Sqlite) => format!(" ORDER BY {id}"),
        (true, Backend::Postgres) => format!(" ORDER BY {id} COLLATE \"C\""),
    };
    // A file that waits for an act is under the key of its body: from a backup it could be opened after the record that took
    // it was destroyed. It is sent again instead.
    let order = match name {
        "evidence" => " WHERE card IS NOT NULL".to_owned(),
        "evidence_part" => " WHERE evidence IN (SELECT id FROM evidence WHERE card IS NOT NULL)".to_owned(),
        _ => order,
    };
    let sql = sqlx::AssertSqlSafe(format!("SELECT * FROM {name}{order}"));
    let mut rows = pin!(sqlx::query(sql).fetch(&mut **tx));
    let mut count = 0;
    while let Some(row) = rows.try_next().await? {
        if count == 0 {
            let columns = row.columns().iter().map(|c| c.name().to_owned()).collect();
            let table = Table {
                name: name.to_owned(),
                columns,
            };
            stream::write(out, &Record::Table(table)).map_err(fault)?;
        }
        let mut values = values(&row, name)?;
        if name == with_keys {
            let mut keys: [Option<Vec<u8>>; 2] = [None, None];
            for (column, value) in row.columns().iter().zip(&mut values) {
                let Some(at) = key_columns.iter().position(|k| *k == column.name()) else {
                    continue;
                };
                if let Value::Blob(key) = value {
                    keys[at] = Some(std::mem::take(key));
                    *value = Value::Apart;
                }
            }
            if keys.iter().any(Option::is_some) {
                apart.push(&text(&row, id)?, [keys[0].as_deref(), keys[1].as_deref()])?;
            }
        }
        stream::write(out, &Record::Row(values)).map_err(fault)?;
        count += 1;
    }
    Ok(count)
}

fn values(row: &AnyRow, table: &str) -> Result<Vec<Value>, Error> {
    let mut values = Vec::with_capacity(row.columns().len());
    for at in 0..row.columns().len() {
        let raw = row.try_get_raw(at)?;
        let value = if raw.is_null() {
            Value::Null
        } else {
            match raw.type_info().kind() {
                AnyTypeInfoKind::SmallInt | AnyTypeInfoKind::Integer | AnyTypeInfoKind::BigInt => {
                    Value::Int(row.try_get(at)?)
                }
                AnyTypeInfoKind::Text => Value::Text(row.try_get(at)?),
                AnyTypeInfoKind::Blob => Value::Blob(row.try_get(at)?),
                other => {
                    return Err(Error::Installation(format!(
                        "a column of table {table} is of the type {other:?}, which no backup holds"
                    )));
                }
            }
        };
        values.push(value);
    }
    Ok(values)
}

/// What of the published journal goes into a backup: names of files that do not change any more, and those that do as they
/// were at the checkpoint.
struct Journal {
    still: Vec<String>,
    moving: Vec<(String, Vec<u8>)>,
}

fn journal_files(folder: &Path) -> Result<Journal, Error> {
    let store = Folder::new(folder);
    for _ in 0..TRIES {
        let Some(checkpoint) = store.read("checkpoint", MAX_FILE)? else {
            return Err(Error::Installation(format!(
                "there is no published journal in {}",
                folder.display()
            )));
        };
        let size = Checkpoint::parse(&checkpoint)
            .map(|c| c.size)
            .map_err(|_| Error::Damaged {
                table: "journal",
                id: folder.display().to_string(),
                what: "checkpoint",
            })?;
        let mut still = Vec::new();
        let mut moving = Vec::new();
        store.walk(&mut |name| {
            match Tile::parse(name) {
                Some(tile) if tile.span().1 > size => {}
                Some(tile) if tile.is_full() => still.push(name.to_owned()),
                Some(tile) if Tile::of_tree(tile.kind, tile.index, size) != Some(tile) => {}
                None if name == "checkpoint" || name.ends_with(".new") => {}
                _ => {
                    if let Some(bytes) = store.read(name, MAX_FILE)? {
                        moving.push((name.to_owned(), bytes));
                    }
                }
            }
            Ok(())
        })?;
        if store.read("checkpoint", MAX_FILE)?.is_some_and(|c| c == checkpoint) && whole(size, &moving) {
            moving.push(("checkpoint".to_owned(), checkpoint));
            return Ok(Journal { still, moving });
        }
    }
    Err(Error::Installation(
        "the journal is published faster than it can be read: take the backup again".to_owned(),
    ))
}

/// Whether the bundle at the end of the journal was read before it was superseded.
fn whole(size: u64, moving: &[(String, Vec<u8>)]) -> bool {
    let last = Tile::of_tree(Kind::Entries, size / 256, size);
    last.is_none_or(|tile| moving.iter().any(|(name, _)| *name == tile.to_string()))
}

fn files(out: &mut Out, folder: &Path, journal: &Journal) -> std::io::Result<u64> {
    let mut count = 0;
    for name in &journal.still {
        count += file(out, folder, &format!("{}/{name}", Layout::JOURNAL))?;
    }
    for (name, bytes) in &journal.moving {
        stream::write(out, &Record::File(format!("{}/{name}", Layout::JOURNAL)))?;
        for piece in bytes.chunks(PIECE) {
            stream::write(out, &Record::Piece(piece.to_vec()))?;
        }
        count += 1;
    }
    count += file(out, folder, Layout::JOURNAL_KEY)?;
    if folder.join(Layout::DESTROYED).is_file() {
        count += file(out, folder, Layout::DESTROYED)?;
    }
    let mut locked: Vec<_> = std::fs::read_dir(folder.join(Layout::KEYS))?.collect::<Result<_, _>>()?;
    locked.sort_by_key(std::fs::DirEntry::file_name);
    for entry in locked {
        let name = entry.file_name();
        if Path::new(&name).extension().is_some_and(|e| e == "key") {
            count += file(out, folder, &format!("{}/{}", Layout::KEYS, name.to_string_lossy()))?;
        }
    }
    Ok(count)
}

fn file(out: &mut Out, folder: &Path, name: &str) -> std::io::Result<u64> {
    let mut input = File::open(folder.join(name))?;
    stream::write(out, &Record::File(name.to_owned()))?;
    loop {
        let mut piece = Vec::new();
        (&mut input).take(PIECE as u64).read_to_end(&mut piece)?;
        if piece.is_empty() {
            out.flush()?;
            return Ok(1);
        }
        stream::write(out, &Record::Piece(piece))?;
    }
}
