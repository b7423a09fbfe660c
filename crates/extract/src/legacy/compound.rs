//! Compound files: streams and storages, read under the limits.

use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

use cfb::CompoundFile;

use crate::Why;
use crate::context::{Ctx, ReadSeek, Source};
use crate::expand;

/// An opened compound file.
pub(super) struct Compound<'a> {
    file: CompoundFile<Box<dyn ReadSeek + 'a>>,
}

/// One entry of a storage.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// Its name.
    pub(super) name: String,
    /// Its path from the root.
    pub(super) path: PathBuf,
    /// Whether it holds other entries.
    pub(super) storage: bool,
}

impl<'a> Compound<'a> {
    /// Opens the directory of the file.
    pub(super) fn open(source: &Source<'a>, ctx: &Ctx<'_>) -> Result<Self, Why> {
        if source.len() > ctx.limits.max_file {
            return Err(Why::TooLarge(ctx.limits.max_file));
        }
        let file = CompoundFile::open(source.open()?).map_err(|_| Why::Damaged("compound file".into()))?;
        Ok(Self { file })
    }

    /// Whether there is a stream at this path.
    pub(super) fn has(&self, path: impl AsRef<Path>) -> bool {
        self.file.is_stream(path)
    }

    /// Whether there is a storage at this path.
    pub(super) fn has_storage(&self, path: impl AsRef<Path>) -> bool {
        self.file.is_storage(path)
    }

    /// The bytes of a stream; `None` where there is none.
    pub(super) fn stream(&mut self, path: impl AsRef<Path>, ctx: &mut Ctx<'_>) -> Result<Option<Vec<u8>>, Why> {
        let path = path.as_ref();
        if !self.has(path) {
            return Ok(None);
        }
        let mut stream = self
            .file
            .open_stream(path)
            .map_err(|_| Why::Damaged("stream of a compound file".into()))?;
        let stored = stream.len();
        if stored > ctx.limits.max_file {
            return Err(Why::TooLarge(ctx.limits.max_file));
        }
        expand::read_all(&mut stream, stored, ctx)
            .map(Some)
            .map_err(|why| match why {
                Why::Damaged(_) | Why::Io(_) => Why::Damaged("stream of a compound file".into()),
                why => why,
            })
    }

    /// The entries of a storage, in order of their names; at most as many as the limits allow.
    pub(super) fn entries(&self, storage: impl AsRef<Path>, ctx: &Ctx<'_>) -> Result<Vec<Entry>, Why> {
        let most = ctx.limits.max_entries;
        let Ok(entries) = self.file.read_storage(storage) else {
            return Ok(Vec::new());
        };
        let mut found = Vec::new();
        for entry in entries {
            if found.len() as u64 >= most {
                return Err(Why::TooMany(most));
            }
            found.push(Entry {
                name: entry.name().to_owned(),
                path: entry.path().to_owned(),
                storage: entry.is_storage(),
            });
        }
        Ok(found)
    }

    /// A storage and all below it as a compound file of its own, as it was before it was embedded.
    pub(super) fn lift(&mut self, storage: &Path, ctx: &mut Ctx<'_>) -> Result<Vec<u8>, Why> {
        let broken = |_| Why::Damaged("embedded storage".into());
        let mut lifted = CompoundFile::create(Cursor::new(Vec::new())).map_err(broken)?;
        let walk = self.file.walk_storage(storage).map_err(broken)?;
        let inside: Vec<(PathBuf, bool)> = walk
            .take(usize::try_from(ctx.limits.max_entries).unwrap_or(usize::MAX))
            .map(|e| (e.path().to_owned(), e.is_stream()))
            .collect();
        for (path, is_stream) in inside {
            ctx.tick()?;
            let Ok(below) = path.strip_prefix(storage) else {
                continue;
            };
            if below.as_os_str().is_empty() {
                continue;
            }
            let target = Path::new("/").join(below);
            if is_stream {
                let bytes = self.stream(&path, ctx)?.unwrap_or_default();
                let mut stream = lifted.create_stream(&target).map_err(broken)?;
                stream.write_all(&bytes).and_then(|()| stream.flush()).map_err(broken)?;
            } else {
                lifted.create_storage(&target).map_err(broken)?;
            }
        }
        lifted.flush().map_err(broken)?;
        Ok(lifted.into_inner().into_inner())
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::compound;
    use super::*;
    use crate::Limits;
    use crate::testing::Kept;

    #[test]
    fn a_storage_becomes_a_file_of_its_own() {
        let outer = compound(&[("/a/b/deep", b"deep text".to_vec()), ("/a/flat", b"flat".to_vec())]);
        let limits = Limits::default();
        let mut sink = Kept::default();
        let mut ctx = Ctx::new(&limits, &mut sink);
        let mut file = Compound::open(&Source::Bytes(&outer), &ctx).unwrap();
        let inner = file.lift(Path::new("/a"), &mut ctx).unwrap();
        let mut inner = Compound::open(&Source::Bytes(&inner), &ctx).unwrap();
        assert_eq!(inner.stream("/b/deep", &mut ctx).unwrap().unwrap(), b"deep text");
        assert_eq!(inner.stream("/flat", &mut ctx).unwrap().unwrap(), b"flat");
        assert!(inner.stream("/none", &mut ctx).unwrap().is_none());
    }

    #[test]
    fn a_broken_directory_is_damage() {
        let mut bytes = compound(&[("/a", vec![1; 5000])]);
        bytes.truncate(700);
        let limits = Limits::default();
        let mut sink = Kept::default();
        let ctx = Ctx::new(&limits, &mut sink);
        let opened = Compound::open(&Source::Bytes(&bytes), &ctx);
        assert!(matches!(opened.err(), Some(Why::Damaged(_))));
    }
}
