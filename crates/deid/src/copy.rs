//! Copies of files without what is to go.
//!
//! A module per family of formats reads a file as its own structure, hands every *reading unit* (a page, a sheet, a chapter of
//! paragraphs) to a [`Decide`], and writes the file anew without what it is told to cut and without everything that a reader does not
//! see. What a module does not know, it leaves out or refuses: there is an allow list of what goes into a copy, not a list of what is
//! taken out.
//!
//! Modules of formats that are rewritten in memory have one shape:
//! `pub(crate) fn redact(bytes: &[u8], decide: &mut dyn Decide, limits: &Limits) -> Result<(Vec<u8>, Cleaned), Refused>`.
//!
//! [`mask`] writes the copy beside its place, reads it back, and only then gives it its name.

mod archive;
mod cleaned;
mod decide;
mod edits;
mod mail;
mod members;
mod office;
mod refused;
mod text;
mod verify;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write as _};
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use tutela_detect::{Entity, Input};
use tutela_extract::{Kind, Limits, Reader};

pub use self::cleaned::{Cleaned, What};
pub use self::decide::Masker;
pub use self::refused::Refused;
use self::verify::Gone;

/// What is to go from one reading unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut {
    /// Bytes of the text that was given.
    pub range: Range<usize>,
    /// What they are.
    pub entity: Entity,
    /// What stands there instead; may be empty.
    pub with: String,
}

/// Decides about one reading unit.
pub trait Decide {
    /// What is to go from this text: sorted by place, not overlapping, on character boundaries.
    fn cuts(&mut self, input: &Input<'_>) -> Vec<Cut>;
}

/// How copies are made.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Bounds for reading and writing.
    pub limits: Limits,
    /// Whether a copy that exists already is replaced.
    pub force: bool,
}

/// What became of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Its type.
    pub kind: Kind,
    /// Where the copy is.
    pub to: PathBuf,
    /// How many values of each type were replaced.
    pub replaced: BTreeMap<Entity, u64>,
    /// What else was taken out.
    pub cleaned: Cleaned,
}

/// Times that a file is written at most: values that a copy still holds are cut wherever they stand the next time.
const ROUNDS: usize = 3;

/// Writes a copy of the file at `path` into the folder `into`, which exists. Its name is that of the file without what is cut from it.
///
/// # Errors
///
/// Fails with the reason where the file cannot be made clean; then nothing of it is written.
pub fn mask(
    path: &Path,
    into: &Path,
    masker: &mut Masker<'_>,
    reader: &Reader,
    options: &Options,
) -> Result<Report, Refused> {
    let done = catch_unwind(AssertUnwindSafe(|| mask_here(path, into, masker, reader, options)));
    done.unwrap_or(Err(Refused::Failed))
}

fn mask_here(
    path: &Path,
    into: &Path,
    masker: &mut Masker<'_>,
    reader: &Reader,
    options: &Options,
) -> Result<Report, Refused> {
    let io = |e: io::Error| Refused::from_io(&e);
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let (shown, renamed) = members::name(&name, masker);
    let to = into.join(&shown);
    let mut head = Vec::new();
    let mut file = File::open(path).map_err(io)?;
    let length = file.metadata().map_err(io)?.len();
    (&mut file).take(64 << 10).read_to_end(&mut head).map_err(io)?;
    if !options.force && fs::symlink_metadata(&to).is_ok() {
        return Err(Refused::Exists);
    }
    if let (Ok(a), Ok(b)) = (fs::canonicalize(path), fs::canonicalize(&to))
        && a == b
    {
        return Err(Refused::SameFile);
    }
    // Containers are told by their ends, so they are read as a whole before they are told.
    let streams = is_text(Reader::kind_of(&name, &head));
    let bytes = if streams && length > (8 << 20) && Reader::kind_of(&name, &head) != Kind::Html {
        None
    } else if length > options.limits.max_file {
        return Err(Refused::TooLarge(options.limits.max_file));
    } else {
        Some(fs::read(path).map_err(io)?)
    };
    let kind = Reader::kind_of(&name, bytes.as_deref().unwrap_or(&head));
    let _ = masker.take_replaced();
    for _ in 0..ROUNDS {
        // The ending tells the readers which kind of text it is.
        let ending = Path::new(&name)
            .extension()
            .map(|e| format!(".{}", e.to_string_lossy()))
            .unwrap_or_default();
        let mut written = tempfile::Builder::new()
            .prefix(".tutela-mask-")
            .suffix(&ending)
            .tempfile_in(into)
            .map_err(io)?;
        let cleaned = match &bytes {
            Some(bytes) => {
                let mut work = members::Work::new(masker, reader, &options.limits);
                let (copy, cleaned) = work.file(kind, &name, bytes)?;
                written.write_all(&copy).map_err(io)?;
                cleaned
            }
            None => {
                let mut out = BufWriter::with_capacity(1 << 20, &mut written);
                text::redact(kind, &name, text::Source::File(path), reader, masker, &mut out)?;
                out.flush().map_err(io)?;
                Cleaned::default()
            }
        };
        let replaced = masker.take_replaced();
        if let Some(mut gone) = Gone::new(masker.gone()) {
            gone.look(written.path(), &shown, reader, &options.limits)?;
            let found = gone.found();
            if !found.is_empty() {
                if !masker.insist(found) {
                    return Err(Refused::Limits);
                }
                continue;
            }
        }
        written.as_file().sync_all().map_err(io)?;
        let kept = if options.force {
            written.persist(&to)
        } else {
            written.persist_noclobber(&to)
        };
        if let Err(error) = kept {
            return Err(match error.error.kind() {
                io::ErrorKind::AlreadyExists => Refused::Exists,
                _ => Refused::from_io(&error.error),
            });
        }
        let mut cleaned = cleaned;
        cleaned.add(What::Names, u64::from(renamed));
        return Ok(Report {
            kind,
            to,
            replaced,
            cleaned,
        });
    }
    Err(Refused::Leftover(masker.insisted() as u64))
}

/// The name of a file or folder without what is cut from it.
pub fn masked_name(name: &str, masker: &mut Masker<'_>) -> String {
    members::name(name, masker).0
}

/// Kinds that are text as they stand.
fn is_text(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Text
            | Kind::Log
            | Kind::Csv
            | Kind::Json
            | Kind::Jsonl
            | Kind::Xml
            | Kind::Yaml
            | Kind::Sql
            | Kind::Html
            | Kind::Markdown
    )
}

#[cfg(test)]
mod tests;
