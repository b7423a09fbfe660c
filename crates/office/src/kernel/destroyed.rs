//! The list of destroyed records outside the database.
//!
//! A backup brings back what was there when it was made; a record that was destroyed since must not come back with it. So
//! every destruction is also told to a small list beside the database, one line each: the place in the journal, the instant in
//! microseconds since 1970, the identifier of the card. It holds nothing about a person and never loses a line. A copy lies
//! in every folder with backups, and the keys of destroyed records are removed from the backups there.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};

use sqlx::AnyConnection;

use crate::backup;
use crate::error::Error;
use crate::kernel::store::{Db, int, setting, text};

/// Destructions that are read from the database at a time.
const BATCH: i64 = 1000;
/// The longest list that is read. A line has about seventy bytes.
const MAX_LIST: u64 = 1 << 30;
/// The setting that names the folders with backups, as JSON.
pub(crate) const FOLDERS: &str = "backup.folders";

/// What is known of destroyed records: the card, and the instant in microseconds.
pub type Known = BTreeMap<String, i64>;

/// The list.
#[derive(Debug)]
pub struct Destroyed {
    path: PathBuf,
    /// The place in the journal of the last destruction that is in the list.
    last: AtomicI64,
    /// One writer at a time.
    turn: tokio::sync::Mutex<()>,
}

impl Destroyed {
    /// Opens the list, or begins it. A line that was not written to its end is cut off: what it said comes again out of the
    /// database.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let last = mend(path)?;
        Ok(Self {
            path: path.to_owned(),
            last: AtomicI64::new(last),
            turn: tokio::sync::Mutex::new(()),
        })
    }

    /// Takes every destruction into the list that is recorded and not in it yet, and removes the keys of these records from
    /// the backups that this installation knows of. Gives how many there were.
    pub async fn catch_up(&self, db: &Db) -> Result<usize, Error> {
        let _turn = self.turn.lock().await;
        let mut new = Vec::new();
        loop {
            let from = self.last.load(Ordering::Relaxed);
            let rows = sqlx::query(
                "SELECT seq, at, card FROM event WHERE kind = 'vault.destroy' AND seq > $1 ORDER BY seq LIMIT $2",
            )
            .bind(from)
            .bind(BATCH)
            .fetch_all(db.read())
            .await?;
            let Some(last) = rows.last() else { break };
            let last = int(last, "seq")?;
            let mut lines = String::new();
            for row in &rows {
                let card = text(row, "card")?;
                lines.push_str(&format!("{} {} {card}\n", int(row, "seq")?, int(row, "at")?));
                new.push(card);
            }
            append(&self.path, &lines)?;
            self.last.store(last, Ordering::Relaxed);
        }
        if !new.is_empty() {
            let mut connection = db.read().acquire().await?;
            for folder in folders(&mut connection).await? {
                // A medium that is not there now keeps its keys; the list refuses these records when it is brought back.
                if let Err(fault) = backup::forget(&folder, &self.path, &new) {
                    tracing::warn!(
                        "keys of destroyed records stay in the backups of {}: {fault}",
                        folder.display()
                    );
                }
            }
        }
        Ok(new.len())
    }
}

/// The folders with backups that this installation knows of.
pub(crate) async fn folders(connection: &mut AnyConnection) -> Result<Vec<PathBuf>, Error> {
    let known = setting(connection, FOLDERS).await?.unwrap_or_else(|| "[]".to_owned());
    let known: Vec<PathBuf> = serde_json::from_str(&known).map_err(|_| Error::Damaged {
        table: "setting",
        id: FOLDERS.to_owned(),
        what: "folders",
    })?;
    Ok(known)
}

/// Reads a list: what it knows, and the last place in the journal.
pub fn read(path: &Path) -> Result<(Known, i64), Error> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok((Known::new(), -1)),
        Err(error) => return Err(Error::file(path, error)),
    };
    let mut known = Known::new();
    let mut last = -1;
    for line in BufReader::new(file.take(MAX_LIST)).lines() {
        let line = line.map_err(|e| Error::file(path, e))?;
        let (seq, at, card) = parse(&line).ok_or_else(|| Error::Damaged {
            table: "destroyed.list",
            id: path.display().to_string(),
            what: "a line",
        })?;
        known.insert(card.to_owned(), at);
        last = last.max(seq);
    }
    Ok((known, last))
}

fn parse(line: &str) -> Option<(i64, i64, &str)> {
    let (seq, rest) = line.split_once(' ')?;
    let (at, card) = rest.split_once(' ')?;
    let sound = !card.is_empty() && card.len() <= 64 && card.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    Some((seq.parse().ok()?, at.parse().ok()?, card)).filter(|_| sound)
}

/// Cuts a line off that was not written to its end. Gives the last place in the journal.
fn mend(path: &Path) -> Result<i64, Error> {
    let fault = |e| Error::file(path, e);
    let mut file = match OpenOptions::new().read(true).write(true).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(-1),
        Err(error) => return Err(fault(error)),
    };
    let length = file.seek(SeekFrom::End(0)).map_err(fault)?;
    let tail = length.min(256);
    file.seek(SeekFrom::Start(length - tail)).map_err(fault)?;
    let mut end = Vec::new();
    file.read_to_end(&mut end).map_err(fault)?;
    let whole = end.iter().rposition(|&b| b == b'\n').map_or(0, |at| at + 1);
    let cut = u64::try_from(end.len() - whole).unwrap_or_default();
    if cut > 0 {
        file.set_len(length - cut).map_err(fault)?;
        file.sync_all().map_err(fault)?;
    }
    Ok(read(path)?.1)
}

fn append(path: &Path, lines: &str) -> Result<(), Error> {
    let write = || -> std::io::Result<()> {
        let mut file = OpenOptions::new().append(true).create(true).open(path)?;
        file.write_all(lines.as_bytes())?;
        file.sync_all()
    };
    write().map_err(|e| Error::file(path, e))
}

/// Writes a list that knows all of this, in the place of the one that is there. Places in the journal are of another course
/// of it, so none is kept.
pub(crate) fn replace(path: &Path, known: &Known) -> Result<(), Error> {
    let lines: String = known.iter().map(|(card, at)| format!("-1 {at} {card}\n")).collect();
    crate::office::write_secret(path, lines.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_cut_short_is_cut_off_and_nonsense_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("list");
        assert_eq!(mend(&path).unwrap(), -1);
        append(&path, "4 100 aa-1\n").unwrap();
        append(&path, "7 200 bb-2\n9 30").unwrap();
        assert_eq!(mend(&path).unwrap(), 7);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "4 100 aa-1\n7 200 bb-2\n");
        append(&path, "8 300 ../etc\n").unwrap();
        assert!(matches!(read(&path), Err(Error::Damaged { .. })));
    }
}
