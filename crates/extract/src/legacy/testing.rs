//! What the tests of this family share: a sink that keeps everything, and compound files made in memory.

use std::io::{Cursor, Write};

use crate::{Limits, Outcome, Part, Reader, Sink, Unread};

/// Keeps all that a reader gives.
#[derive(Default)]
pub(super) struct Taken {
    pub(super) parts: Vec<Part<'static>>,
    pub(super) unread: Vec<Unread>,
}

impl Sink for Taken {
    fn part(&mut self, part: Part<'_>) {
        self.parts.push(part.into_owned());
    }

    fn unread(&mut self, unread: Unread) {
        self.unread.push(unread);
    }
}

impl Taken {
    /// The text of the part at this place.
    pub(super) fn at(&self, place: &str) -> &str {
        let found = self.parts.iter().find(|p| p.place.to_string() == place);
        found.map_or_else(
            || panic!("no part at '{place}', only {:?}", self.places()),
            |p| p.text.as_ref(),
        )
    }

    /// The places of all parts.
    pub(super) fn places(&self) -> Vec<String> {
        self.parts.iter().map(|p| p.place.to_string()).collect()
    }

    /// The finest place of a piece of text.
    pub(super) fn place_of(&self, needle: &str) -> String {
        let found = self.parts.iter().find_map(|p| Some(p.place_at(p.text.find(needle)?)));
        found.map_or_else(
            || panic!("'{needle}' is in no part: {:?}", self.all()),
            |p| p.to_string(),
        )
    }

    /// All text.
    pub(super) fn all(&self) -> String {
        self.parts
            .iter()
            .map(|p| p.text.as_ref())
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// What could not be read, as told.
    pub(super) fn problems(&self) -> Vec<String> {
        self.unread.iter().map(|u| format!("{}: {}", u.place, u.why)).collect()
    }
}

/// Reads bytes with the default limits.
pub(super) fn taken(name: &str, bytes: &[u8]) -> (Taken, Outcome) {
    let mut sink = Taken::default();
    let outcome = Reader::new(Limits::default()).read_bytes(name, bytes, &mut sink);
    (sink, outcome)
}

/// A compound file of these streams; their storages are made.
pub(super) fn compound(streams: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    for (path, bytes) in streams {
        if let Some((storage, _)) = path.rsplit_once('/')
            && !storage.is_empty()
        {
            file.create_storage_all(storage).unwrap();
        }
        file.create_stream(path).unwrap().write_all(bytes).unwrap();
    }
    file.flush().unwrap();
    file.into_inner().into_inner()
}

/// Text as UTF-16, little-endian.
pub(super) fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}
