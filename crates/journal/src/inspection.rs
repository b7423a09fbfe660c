//! Inspection folders: everything that an inspector takes home, with the journal in it, in one folder or archive.
//!
//! `manifest.txt` lists the SHA-256 of every file, in the form that `sha256sum -c` reads; `manifest.note` is a signed note
//! (C2SP signed-note) by the key of the journal, which fixes the list and the journal under `journal/`. Its text is
//!
//! ```text
//! <name of the journal>
//! tutela inspection folder v1
//! made <instant>
//! period <first day> <last day>
//! files <number>
//! list <SHA-256 of manifest.txt, in hexadecimal digits>
//! journal <size> <root>
//! ```
//!
//! No checkpoint can be taken for it, since the second line of a checkpoint is a number.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::checkpoint::{Checkpoint, decimal};
use crate::error::{Error, Fault};
use crate::hash::Hash;
use crate::key::{PrivateKey, PublicKey};
use crate::note::{MAX_NOTE, Note, Verdict};
use crate::proof::{MAX_PROOF, ProofFault, ProofFile};
use crate::store::{Archive, Folder, Store};
use crate::verify::{Damage, MAX_LISTED, Report, Trust, fault_of, verify};

/// The signed note.
pub const SEAL: &str = "manifest.note";
/// The list of files.
pub const LIST: &str = "manifest.txt";
/// Where the journal lies.
pub const WITHIN: &str = "journal/";

const TITLE: &str = "tutela inspection folder v1";
/// The longest list: half a million files.
const MAX_LIST: usize = 64 << 20;
/// How the names of proofs end.
const PROOF: &str = ".proof";

/// What the note of an inspection folder says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// When it was made, as it says.
    pub made: String,
    /// The first and the last day of its period.
    pub period: (String, String),
    /// Files in the list.
    pub files: u64,
    /// The SHA-256 of the list.
    pub list: [u8; 32],
    /// Entries of the journal that it was made with.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
}

impl Sealed {
    /// The note, signed by the key of the journal. None where an instant or a day is not a plain word.
    pub fn sign(&self, key: &PrivateKey) -> Option<Note> {
        let words = [&self.made, &self.period.0, &self.period.1];
        if !words.iter().all(|w| is_word(w)) {
            return None;
        }
        let mut note = Note::new(format!(
            "{}\n{TITLE}\nmade {}\nperiod {} {}\nfiles {}\nlist {}\njournal {} {}\n",
            key.public().name(),
            self.made,
            self.period.0,
            self.period.1,
            self.files,
            hex(&self.list),
            self.size,
            self.root
        ))?;
        note.sign(key, 0);
        Some(note)
    }

    /// Reads the text of a note; its signature is not checked here.
    fn parse(note: &Note) -> Option<(String, Self)> {
        let mut lines = note.text().lines();
        let origin = lines.next()?.to_owned();
        if lines.next()? != TITLE {
            return None;
        }
        let made = lines.next()?.strip_prefix("made ")?;
        let (from, to) = lines.next()?.strip_prefix("period ")?.split_once(' ')?;
        let files = decimal(lines.next()?.strip_prefix("files ")?)?;
        let list = unhex(lines.next()?.strip_prefix("list ")?)?;
        let (size, root) = lines.next()?.strip_prefix("journal ")?.split_once(' ')?;
        let sealed = Self {
            made: made.to_owned(),
            period: (from.to_owned(), to.to_owned()),
            files,
            list,
            size: decimal(size)?,
            root: Hash::from_base64(root)?,
        };
        let sound = lines.next().is_none() && [made, from, to].into_iter().all(is_word);
        sound.then_some((origin, sealed))
    }
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let digit = |b: u8| match b {
        b'0'..=b'9' => Some(b - b'0'),
        b'a'..=b'f' => Some(b - b'a' + 10),
        _ => None,
    };
    let mut out = [0; 32];
    if text.len() != 64 {
        return None;
    }
    for (byte, pair) in out.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        let [high, low] = pair else { return None };
        *byte = digit(*high)? * 16 + digit(*low)?;
    }
    Some(out)
}

/// The journal in an inspection folder, as a store of its own.
struct Inside<'a>(&'a dyn Store);

impl Store for Inside<'_> {
    fn name(&self) -> String {
        format!("{}: {WITHIN}", self.0.name())
    }

    fn read(&self, path: &str, max: usize) -> Result<Option<Vec<u8>>, Error> {
        self.0.read(&format!("{WITHIN}{path}"), max)
    }

    fn digest(&self, path: &str) -> Result<Option<[u8; 32]>, Error> {
        self.0.digest(&format!("{WITHIN}{path}"))
    }

    fn walk(&self, visit: &mut dyn FnMut(&str) -> Result<(), Error>) -> Result<(), Error> {
        self.0
            .walk(&mut |name| name.strip_prefix(WITHIN).map_or(Ok(()), &mut *visit))
    }
}

/// Opens what lies at a path as an inspection folder. None where it is none.
fn open_folder(path: &Path) -> Result<Option<Box<dyn Store>>, Error> {
    if path.is_dir() {
        let folder = Folder::new(path);
        let is_one = [SEAL, LIST].iter().any(|n| path.join(n).is_file());
        return Ok(is_one.then(|| Box::new(folder) as Box<dyn Store>));
    }
    let name = path.display().to_string();
    // Whoever took the note away left the list, and the other way round.
    for mark in [SEAL, LIST] {
        let file = File::open(path).map_err(|e| Error::io(&name, e))?;
        match Archive::marked(file, &name, mark) {
            Ok(archive) => return Ok(Some(Box::new(archive))),
            Err(Error::NoJournal { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

/// Checks what lies at a path, on this many threads: a journal, or an inspection folder with the journal in it, as a folder or
/// an archive. `progress` hears how many entries are done.
pub fn verify_at(path: &Path, trust: &Trust, threads: usize, progress: &(dyn Fn(u64) + Sync)) -> Result<Report, Error> {
    let Some(folder) = open_folder(path)? else {
        return verify(crate::store::open(path)?.as_ref(), trust, threads, progress);
    };
    let folder = folder.as_ref();
    let mut report = match verify(&Inside(folder), trust, threads, progress) {
        Ok(report) => report,
        Err(Error::NoJournal { .. }) => missing(crate::publish::CHECKPOINT),
        Err(error) => return Err(error),
    };
    for damage in &mut report.damages {
        damage.file.insert_str(0, WITHIN);
    }
    let mut found = Found::default();
    let sealed = seal(folder, &mut report, trust, &mut found);
    let listed = list(folder, sealed.as_ref(), &mut found)?;
    unlisted(folder, &listed, &mut found)?;
    if let Some(key) = report.key.clone() {
        proofs(folder, &listed, report.checkpoint.as_ref(), &key, &mut found);
    }
    report.folder = sealed;
    report.damages.extend(found.damages);
    report.damages.sort();
    report.damages.dedup();
    report.more += found.more;
    Ok(report)
}

fn missing(file: &str) -> Report {
    Report {
        damages: vec![Damage {
            file: file.to_owned(),
            entries: None,
            what: Fault::Missing,
        }],
        ..Report::default()
    }
}

/// What is wrong around the journal.
#[derive(Default)]
struct Found {
    damages: Vec<Damage>,
    more: u64,
}

impl Found {
    fn add(&mut self, file: &str, what: Fault) {
        if self.damages.len() >= MAX_LISTED {
            self.more += 1;
            return;
        }
        self.damages.push(Damage {
            file: file.to_owned(),
            entries: None,
            what,
        });
    }

    /// Reads a short file; what cannot be read is a damage.
    fn read(&mut self, folder: &dyn Store, file: &str, max: usize) -> Option<Vec<u8>> {
        match folder.read(file, max) {
            Ok(Some(bytes)) => return Some(bytes),
            Ok(None) => self.add(file, Fault::Missing),
            Err(error) => self.add(file, fault_of(&error)),
        }
        None
    }
}

/// Checks the note: its signature, and that it is of this journal.
fn seal(folder: &dyn Store, report: &mut Report, trust: &Trust, found: &mut Found) -> Option<Sealed> {
    let bytes = found.read(folder, SEAL, MAX_NOTE)?;
    let note = match Note::parse(&bytes) {
        Ok(note) => note,
        Err(what) => {
            found.add(SEAL, what);
            return None;
        }
    };
    let Some((origin, sealed)) = Sealed::parse(&note) else {
        found.add(SEAL, Fault::Format);
        return None;
    };
    let key: Option<&PublicKey> = trust.key.as_ref().or(report.key.as_ref());
    match key.map(|k| (k.name() == origin, note.verdict(k))) {
        Some((true, Verdict::Good(_))) => {}
        Some((false, _)) => found.add(SEAL, Fault::Origin),
        Some((true, Verdict::Bad)) => found.add(SEAL, Fault::Signature),
        Some((true, Verdict::Absent)) | None => found.add(SEAL, Fault::Unsigned),
    }
    let journal = report.checkpoint.as_ref().map(|c| (c.size, c.root));
    if journal.is_some_and(|j| j != (sealed.size, sealed.root)) {
        found.add(SEAL, Fault::Root);
    }
    Some(sealed)
}

/// Checks every file of the list. Gives the names in it.
fn list(folder: &dyn Store, sealed: Option<&Sealed>, found: &mut Found) -> Result<BTreeSet<String>, Error> {
    let mut names = BTreeSet::new();
    let Some(bytes) = found.read(folder, LIST, MAX_LIST) else {
        return Ok(names);
    };
    if sealed.is_some_and(|s| s.list != <[u8; 32]>::from(Sha256::digest(&bytes))) {
        found.add(LIST, Fault::Changed);
    }
    let text = String::from_utf8_lossy(&bytes);
    for line in text.lines() {
        let read = line
            .split_once("  ")
            .and_then(|(hash, name)| Some((unhex(hash)?, name)));
        let Some((hash, name)) = read.filter(|(_, name)| is_name(name)) else {
            found.add(LIST, Fault::Format);
            continue;
        };
        if !names.insert(name.to_owned()) {
            found.add(LIST, Fault::Format);
        }
        match folder.digest(name) {
            Ok(Some(now)) if now == hash => {}
            Ok(Some(_)) => found.add(name, Fault::Changed),
            Ok(None) => found.add(name, Fault::Missing),
            Err(error @ Error::Damaged { .. }) => found.add(name, fault_of(&error)),
            Err(error) => return Err(error),
        }
    }
    if sealed.is_some_and(|s| s.files != names.len() as u64) {
        found.add(LIST, Fault::Length);
    }
    Ok(names)
}

/// Whether a name leads to a file below the folder and nowhere else.
fn is_name(name: &str) -> bool {
    let plain = |part: &str| !part.is_empty() && part != "." && part != "..";
    name.split('/').all(plain) && !name.chars().any(|c| c.is_control() || c == '\\' || c == ':')
}

/// Tells files that are not in the list.
fn unlisted(folder: &dyn Store, listed: &BTreeSet<String>, found: &mut Found) -> Result<(), Error> {
    folder.walk(&mut |name| {
        if name != SEAL && name != LIST && !listed.contains(name) {
            found.add(name, Fault::Unlisted);
        }
        Ok(())
    })
}

/// Checks every proof of an entry: it must lead to the journal that lies here.
fn proofs(
    folder: &dyn Store,
    listed: &BTreeSet<String>,
    checkpoint: Option<&Checkpoint>,
    key: &PublicKey,
    found: &mut Found,
) {
    for name in listed.iter().filter(|n| n.ends_with(PROOF) && !n.starts_with(WITHIN)) {
        // One that is not there was told with the list.
        let Ok(Some(bytes)) = folder.read(name, MAX_PROOF) else {
            continue;
        };
        let proof = ProofFile::parse(&bytes);
        let here =
            |p: &ProofFile| checkpoint.is_none_or(|c| (c.size, c.root) == (p.checkpoint.size, p.checkpoint.root));
        match proof.map(|p| p.check(key).map(|()| here(&p))) {
            Ok(Ok(true)) => {}
            Ok(Ok(false)) => found.add(name, Fault::Origin),
            Ok(Err(ProofFault::Checkpoint(what))) | Err(ProofFault::Checkpoint(what)) => found.add(name, what),
            Ok(Err(ProofFault::NotThere)) => found.add(name, Fault::Changed),
            Ok(Err(ProofFault::Format)) | Err(_) => found.add(name, Fault::Format),
        }
    }
}

#[cfg(test)]
mod tests;
