//! Who works in a data folder: one server where the database lies in it, several where a database server keeps them apart.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::Path;

use crate::error::Error;

/// The file that is locked.
const LOCK: &str = "lock";

/// A lock on a data folder, which ends with the program, however it ends.
#[derive(Debug)]
pub struct Hold {
    #[expect(dead_code, reason = "the lock lasts as long as the file is open")]
    file: File,
}

impl Hold {
    /// Takes the folder for this program alone.
    pub fn alone(folder: &Path) -> Result<Self, Error> {
        let (path, mut file) = open(folder)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(taken(folder, &mut file)),
            Err(TryLockError::Error(error)) => return Err(Error::file(&path, error)),
        }
        // For people only: the lock itself is the system's.
        let tell = file.set_len(0).and_then(|()| write!(file, "{}", std::process::id()));
        tell.map_err(|e| Error::file(&path, e))?;
        Ok(Self { file })
    }

    /// Takes the folder together with other servers of the same database.
    pub fn together(folder: &Path) -> Result<Self, Error> {
        let (path, mut file) = open(folder)?;
        match file.try_lock_shared() {
            Ok(()) => Ok(Self { file }),
            Err(TryLockError::WouldBlock) => Err(taken(folder, &mut file)),
            Err(TryLockError::Error(error)) => Err(Error::file(&path, error)),
        }
    }
}

fn open(folder: &Path) -> Result<(std::path::PathBuf, File), Error> {
    let path = folder.join(LOCK);
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path);
    let file = file.map_err(|e| Error::file(&path, e))?;
    Ok((path, file))
}

fn taken(folder: &Path, file: &mut File) -> Error {
    let mut who = String::new();
    let told =
        file.take(20).read_to_string(&mut who).is_ok() && who.bytes().all(|b| b.is_ascii_digit()) && !who.is_empty();
    let who = if told {
        format!(" (process {who})")
    } else {
        String::new()
    };
    Error::Installation(format!(
        "another Tutela{who} is running on {}: use its address, or stop it before you start another. Several servers need \
         a database on PostgreSQL",
        folder.display()
    ))
}
