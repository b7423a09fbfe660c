use std::fs;

use tutela_detect::{Engine, Options as EngineOptions};

use super::*;
use crate::operator::{Key, Operators};
use crate::policy::{Audience, Policy};

mod documents;
mod mails;
mod sheets;
mod texts;

/// A place where copies are made, with the engine and the policy of the default for the public.
pub(super) struct Place {
    dir: tempfile::TempDir,
    engine: Engine,
    operators: Operators,
    policy: Policy,
}

impl Place {
    pub(super) fn new() -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
            engine: Engine::new(EngineOptions::default()),
            operators: Operators::new(Key::from_file(&[7; 32]), "test"),
            policy: Policy::preset("default").unwrap(),
        }
    }

    pub(super) fn policy(mut self, name: &str) -> Self {
        self.policy = Policy::preset(name).unwrap();
        self
    }

    /// Copies a file; returns the report and the bytes of the copy.
    pub(super) fn copy(&mut self, name: &str, bytes: &[u8]) -> Result<(Report, Vec<u8>), Refused> {
        let from = self.dir.path().join(name);
        let into = tempfile::tempdir_in(self.dir.path()).unwrap();
        fs::write(&from, bytes).unwrap();
        let mut masker = Masker::new(&self.engine, &self.policy, Audience::Public, &mut self.operators);
        let report = mask(&from, into.path(), &mut masker, &Reader::default(), &Options::default());
        if report.is_err() {
            // Nothing of a refused file stays.
            assert_eq!(fs::read_dir(into.path()).unwrap().count(), 0);
        }
        let report = report?;
        let copy = fs::read(&report.to).unwrap();
        assert_eq!(fs::read(&from).unwrap(), bytes, "the file itself is not touched");
        Ok((report, copy))
    }

    /// Copies a text and returns it.
    pub(super) fn text(&mut self, name: &str, text: &str) -> String {
        let (_, copy) = self.copy(name, text.as_bytes()).unwrap();
        String::from_utf8(copy).unwrap()
    }
}

/// A ZIP container of these members.
pub(super) fn zipped(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = office::Writer::new();
    for (name, bytes) in members {
        zip.add(name, bytes).unwrap();
    }
    zip.end().unwrap()
}

/// The members of a container, unpacked.
pub(super) fn members(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut zip = zip::ZipArchive::new(io::Cursor::new(bytes)).unwrap();
    (0..zip.len())
        .map(|i| {
            let mut member = zip.by_index(i).unwrap();
            let mut bytes = Vec::new();
            member.read_to_end(&mut bytes).unwrap();
            (member.name().unwrap().into_owned(), bytes)
        })
        .collect()
}

/// Everything in a container as text, member by member.
pub(super) fn unpacked(bytes: &[u8]) -> String {
    members(bytes)
        .into_iter()
        .map(|(name, bytes)| format!("{name}\n{}\n", String::from_utf8_lossy(&bytes)))
        .collect()
}
