//! The records inside a sealed backup: one byte that says what it is, its length, its bytes. Everything that is read has a
//! bound, and a stream without its last record is not taken.

use std::io::{Read, Write};

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::Header;
use crate::error::Error;

/// The longest record: a content of the vault as long as they may be, and what stands around it.
const MAX_RECORD: u32 = 160 << 20;
/// The longest piece of a file in one record.
pub(super) const PIECE: usize = 1 << 20;
const TITLE: &[u8] = b"tutela backup 1\n";

/// A value of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Null,
    Int(i64),
    Text(String),
    Blob(Vec<u8>),
    /// It lies in the other file.
    Apart,
}

/// A record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Record {
    Header(Header),
    /// A file begins; its pieces follow.
    File(String),
    Piece(Vec<u8>),
    /// A table begins; its rows follow.
    Table(Table),
    Row(Vec<Value>),
    End(End),
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) columns: Vec<String>,
}

/// The last record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct End {
    pub(super) rows: u64,
    pub(super) files: u64,
}

/// Begins a stream.
pub(super) fn begin(out: &mut impl Write) -> std::io::Result<()> {
    out.write_all(TITLE)
}

/// Writes a record.
pub(super) fn write(out: &mut impl Write, record: &Record) -> std::io::Result<()> {
    let (kind, bytes) = match record {
        Record::Header(header) => (b'H', serde_json::to_vec(header)?),
        Record::File(name) => (b'F', serde_json::to_vec(&Json::from(name.as_str()))?),
        Record::Piece(bytes) => return frame(out, b'D', bytes),
        Record::Table(table) => (b'T', serde_json::to_vec(table)?),
        Record::Row(values) => (b'R', row_bytes(values)),
        Record::End(end) => (b'E', serde_json::to_vec(end)?),
    };
    frame(out, kind, &bytes)
}

fn frame(out: &mut impl Write, kind: u8, bytes: &[u8]) -> std::io::Result<()> {
    let length = u32::try_from(bytes.len()).ok().filter(|&l| l <= MAX_RECORD);
    let length = length.ok_or_else(|| std::io::Error::other("a row is longer than a backup takes"))?;
    out.write_all(&[kind])?;
    out.write_all(&length.to_be_bytes())?;
    out.write_all(bytes)
}

fn row_bytes(values: &[Value]) -> Vec<u8> {
    let mut out = Vec::new();
    let long = |out: &mut Vec<u8>, kind: u8, bytes: &[u8]| {
        out.push(kind);
        // A longer one would not pass the bound of a record.
        out.extend_from_slice(&u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
        out.extend_from_slice(bytes);
    };
    for value in values {
        match value {
            Value::Null => out.push(b'n'),
            Value::Apart => out.push(b'k'),
            Value::Int(n) => {
                out.push(b'i');
                out.extend_from_slice(&n.to_be_bytes());
            }
            Value::Text(text) => long(&mut out, b't', text.as_bytes()),
            Value::Blob(bytes) => long(&mut out, b'b', bytes),
        }
    }
    out
}

fn row(mut bytes: &[u8]) -> Option<Vec<Value>> {
    let mut values = Vec::new();
    while let Some((&kind, rest)) = bytes.split_first() {
        bytes = rest;
        let value = match kind {
            b'n' => Value::Null,
            b'k' => Value::Apart,
            b'i' => {
                let (number, rest) = bytes.split_first_chunk()?;
                bytes = rest;
                Value::Int(i64::from_be_bytes(*number))
            }
            b't' | b'b' => {
                let (length, rest) = bytes.split_first_chunk()?;
                let (content, rest) = rest.split_at_checked(u32::from_be_bytes(*length).try_into().ok()?)?;
                bytes = rest;
                if kind == b't' {
                    Value::Text(String::from_utf8(content.to_vec()).ok()?)
                } else {
                    Value::Blob(content.to_vec())
                }
            }
            _ => return None,
        };
        values.push(value);
    }
    Some(values)
}

/// Reads the records of a stream.
pub(super) struct Records<R> {
    input: R,
    name: String,
}

impl<R: Read> Records<R> {
    /// Begins to read; the name is for messages.
    pub(super) fn open(mut input: R, name: String) -> Result<Self, Error> {
        let mut title = [0; TITLE.len()];
        input.read_exact(&mut title).map_err(|e| cut(&name, &e))?;
        if title != TITLE {
            return Err(Error::Installation(format!(
                "{name} is no backup that this program can read"
            )));
        }
        Ok(Self { input, name })
    }

    /// The next record.
    pub(super) fn next(&mut self) -> Result<Record, Error> {
        let mut head = [0; 5];
        self.input.read_exact(&mut head).map_err(|e| cut(&self.name, &e))?;
        let [kind, length @ ..] = head;
        let length = u32::from_be_bytes(length);
        let damaged = |what| Error::Damaged {
            table: "backup",
            id: self.name.clone(),
            what,
        };
        if length > MAX_RECORD {
            return Err(damaged("the length of a record"));
        }
        let mut bytes = Vec::new();
        let read = (&mut self.input).take(length.into()).read_to_end(&mut bytes);
        read.map_err(|e| cut(&self.name, &e))?;
        if bytes.len() != usize::try_from(length).unwrap_or(usize::MAX) {
            return Err(damaged("it is cut short"));
        }
        let record = match kind {
            b'H' => serde_json::from_slice(&bytes).ok().map(Record::Header),
            b'F' => serde_json::from_slice(&bytes).ok().map(Record::File),
            b'D' => Some(Record::Piece(bytes)),
            b'T' => serde_json::from_slice(&bytes).ok().map(Record::Table),
            b'R' => row(&bytes).map(Record::Row),
            b'E' => serde_json::from_slice(&bytes).ok().map(Record::End),
            _ => None,
        };
        record.ok_or_else(|| damaged("a record"))
    }
}

fn cut(name: &str, error: &std::io::Error) -> Error {
    Error::Installation(format!(
        "{name} is cut short or damaged ({error}): take another backup of the folder"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Vec<Record> {
        let header = Header {
            format: 1,
            id: "x".to_owned(),
            taken_at: 5,
            versions: vec![1, 4],
            entries: 9,
            keys: 2,
        };
        let table = Table {
            name: "card".to_owned(),
            columns: vec!["id".to_owned()],
        };
        vec![
            Record::Header(header),
            Record::File("journal/checkpoint".to_owned()),
            Record::Piece(vec![1, 2]),
            Record::Table(table),
            Record::Row(vec![
                Value::Null,
                Value::Int(-3),
                Value::Text("я".to_owned()),
                Value::Blob(vec![0]),
                Value::Apart,
            ]),
            Record::End(End { rows: 1, files: 1 }),
        ]
    }

    #[test]
    fn records_come_back_and_a_stream_cut_anywhere_is_told() {
        let mut bytes = Vec::new();
        begin(&mut bytes).unwrap();
        for record in all() {
            write(&mut bytes, &record).unwrap();
        }
        let read = |bytes: &[u8]| {
            let mut records = Records::open(bytes, "x".to_owned())?;
            let mut found = Vec::new();
            loop {
                found.push(records.next()?);
                if matches!(found.last(), Some(Record::End(_))) {
                    return Ok::<_, Error>(found);
                }
            }
        };
        assert_eq!(read(&bytes).unwrap(), all());
        for end in 0..bytes.len() {
            assert!(read(&bytes[..end]).is_err(), "{end}");
        }
        // Whatever a byte becomes, reading ends; most changes are told.
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 0x80;
            let _ = read(&changed);
        }
    }
}
