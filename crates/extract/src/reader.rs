use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::context::{Ctx, Source};
use crate::isolate::Pool;
use crate::{Kind, Limits, Place, Sink, Unread, Why, sniff};

/// How much of a file was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReadState {
    /// Everything.
    Full,
    /// Some parts could not be read; they are named.
    Partial,
    /// Nothing.
    None,
}

impl ReadState {
    /// The word in outputs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Partial => "partial",
            Self::None => "none",
        }
    }
}

/// What became of one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// Its type.
    pub kind: Kind,
    /// Its size in bytes.
    pub bytes: u64,
    /// How much was read.
    pub read: ReadState,
}

/// Reads files under limits. Cheap to clone and to share between threads.
#[derive(Debug, Clone, Default)]
pub struct Reader {
    limits: Limits,
    pool: Option<Arc<Pool>>,
}

impl Reader {
    /// A reader with these limits.
    pub fn new(limits: Limits) -> Self {
        Self { limits, pool: None }
    }

    /// The same reader, with foreign formats read in processes of their own: `program` with `args` must call
    /// [`crate::serve_isolated`].
    #[must_use]
    pub fn isolated(mut self, program: PathBuf, args: Vec<OsString>) -> Self {
        self.pool = Some(Arc::new(Pool::new(program, args, self.limits.clone())));
        self
    }

    /// Reads the file at `path`. Everything that cannot be read is told to the sink.
    pub fn read_path(&self, path: &Path, sink: &mut dyn Sink) -> Outcome {
        let mut head = Vec::new();
        let opened = regular_file_len(path).and_then(|len| {
            File::open(path)
                .and_then(|f| f.take(sniff::HEAD as u64).read_to_end(&mut head))
                .map_err(|e| Why::from_io(&e))?;
            Ok(len)
        });
        match opened {
            Ok(len) => {
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                self.read(&name, &head, &Source::File(path, len), sink)
            }
            Err(why) => {
                sink.unread(Unread {
                    place: Place::root(),
                    why,
                });
                Outcome {
                    kind: Kind::Unknown,
                    bytes: 0,
                    read: ReadState::None,
                }
            }
        }
    }

    /// Reads bytes as if they were a file of that name.
    pub fn read_bytes(&self, name: &str, bytes: &[u8], sink: &mut dyn Sink) -> Outcome {
        self.read(name, sniff::head(bytes), &Source::Bytes(bytes), sink)
    }

    /// The type of bytes that stand in a file of that name.
    pub fn kind_of(name: &str, bytes: &[u8]) -> Kind {
        sniff::kind(sniff::head(bytes), &Source::Bytes(bytes), name)
    }

    /// Reads bytes by the reader of this kind, whatever they look like, in this process: for tests that want one reader.
    pub fn read_as(&self, kind: Kind, bytes: &[u8], sink: &mut dyn Sink) -> Outcome {
        self.read_here(kind, &Source::Bytes(bytes), sink)
    }

    fn read(&self, name: &str, head: &[u8], source: &Source<'_>, sink: &mut dyn Sink) -> Outcome {
        let kind = sniff::kind(head, source, name);
        if let Some(pool) = &self.pool
            && kind.is_foreign()
        {
            return pool.read(name, kind, source, sink);
        }
        self.read_here(kind, source, sink)
    }

    fn read_here(&self, kind: Kind, source: &Source<'_>, sink: &mut dyn Sink) -> Outcome {
        let mut ctx = Ctx::new(&self.limits, sink);
        ctx.guarded(kind, source);
        let read = match ctx.tally() {
            (_, 0) => ReadState::Full,
            (0, _) => ReadState::None,
            _ => ReadState::Partial,
        };
        Outcome {
            kind,
            bytes: source.len(),
            read,
        }
    }
}

fn regular_file_len(path: &Path) -> Result<u64, Why> {
    let meta = fs::metadata(path).map_err(|e| match e.kind() {
        // The path itself is there, so it is a link, and what it points to is not.
        ErrorKind::NotFound if fs::symlink_metadata(path).is_ok() => Why::BadLink,
        // ELOOP has no stable name in the standard library yet.
        _ if e.raw_os_error() == Some(40) => Why::BadLink,
        _ => Why::from_io(&e),
    })?;
    if meta.is_file() {
        Ok(meta.len())
    } else {
        Err(Why::NotAFile)
    }
}
