//! The copy read back: none of the values that went may be in it, in whatever form.
//!
//! What the bytes may mean is looked at in *views*: as they are, as two bytes a character, with entities, escapes, percent signs and
//! quoted-printable undone, and what stands in them as base64 or hexadecimal digits. Members of containers are unpacked. Beside that our
//! readers read the copy as they read any file, which joins what markup splits.

mod finder;
mod views;

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{Cursor, Read};
use std::path::Path;

use tutela_extract::{Limits, Part, Reader, Sink, Unread, Why};
use unicode_normalization::{UnicodeNormalization, is_nfc};
use zip::ZipArchive;

use self::finder::Finder;
use super::Refused;
use super::decide::plain;

/// Bytes that are looked at together, and how far stretches overlap: longer than any value.
const STRETCH: usize = 4 << 20;
const OVERLAP: usize = 4 << 10;

/// Values that must not be found.
pub(super) struct Gone {
    finder: Finder,
    values: Vec<String>,
    found: BTreeSet<usize>,
}

impl Gone {
    /// Nothing where there is nothing to look for.
    pub(super) fn new<'v>(values: impl Iterator<Item = &'v str>) -> Option<Self> {
        let mut values: Vec<String> = values.map(|v| v.nfc().collect()).collect();
        if values.is_empty() {
            return None;
        }
        values.sort();
        let finder = Finder::new(&values);
        Some(Self {
            finder,
            values,
            found: BTreeSet::new(),
        })
    }

    /// The values that were found.
    pub(super) fn found(&self) -> Vec<String> {
        self.found.iter().filter_map(|i| self.values.get(*i).cloned()).collect()
    }

    fn search(&mut self, text: &[u8]) {
        let found = &mut self.found;
        self.finder.each(text, |i| {
            found.insert(i);
        });
    }

    /// The bytes of a file or member and whatever they may mean.
    fn bytes(&mut self, bytes: &[u8], limits: &Limits, depth: u32) -> Result<(), Refused> {
        if bytes.starts_with(b"PK\x03\x04") {
            return self.zip(bytes, limits, depth);
        }
        let mut at = 0;
        while at < bytes.len() {
            let stretch = bytes.get(at..bytes.len().min(at + STRETCH)).unwrap_or_default();
            views::each(stretch, &mut |view| self.search(view));
            at += if stretch.len() > OVERLAP * 2 {
                stretch.len() - OVERLAP
            } else {
                stretch.len()
            };
        }
        Ok(())
    }

    /// Every member of a container and their names. The bytes of the container itself are compressed.
    fn zip(&mut self, bytes: &[u8], limits: &Limits, depth: u32) -> Result<(), Refused> {
        if depth > limits.max_depth {
            return Err(Refused::Limits);
        }
        let damaged = |_| Refused::Damaged("list of members".into());
        let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
        let mut left = limits.max_expanded;
        for i in 0..archive.len() {
            let mut member = archive.by_index(i).map_err(damaged)?;
            let name = member.name().map_err(damaged)?.into_owned();
            self.search(name.as_bytes());
            let mut content = Vec::new();
            member
                .by_ref()
                .take(left)
                .read_to_end(&mut content)
                .map_err(|_| Refused::Damaged("compressed data".into()))?;
            left = left.saturating_sub(content.len() as u64);
            if left == 0 {
                return Err(Refused::Limits);
            }
            self.bytes(&content, limits, depth + 1)?;
        }
        Ok(())
    }

    /// Looks through a file that was written.
    pub(super) fn look(&mut self, path: &Path, name: &str, reader: &Reader, limits: &Limits) -> Result<(), Refused> {
        let io = |e: std::io::Error| Refused::from_io(&e);
        self.search(name.as_bytes());
        let mut file = File::open(path).map_err(io)?;
        let mut head = [0; 4];
        let got = file.read(&mut head).map_err(io)?;
        if head.get(..got) == Some(b"PK\x03\x04") {
            self.bytes(&std::fs::read(path).map_err(io)?, limits, 0)?;
        } else {
            // Stretch by stretch: a text may be of any size.
            let mut held = head.get(..got).unwrap_or_default().to_vec();
            loop {
                let got = file.by_ref().take(STRETCH as u64).read_to_end(&mut held).map_err(io)?;
                views::each(&held, &mut |view| self.search(view));
                if got == 0 {
                    break;
                }
                let keep = held.len().min(OVERLAP);
                held.drain(..held.len() - keep);
            }
        }
        // The name on the disk is that of a temporary file, and kinds of text are told by endings.
        let mut sink = Look {
            gone: self,
            failed: None,
        };
        reader.read_path(path, &mut sink);
        match sink.failed {
            Some(why) => Err(Refused::Unread(why)),
            None => Ok(()),
        }
    }
}

struct Look<'g> {
    gone: &'g mut Gone,
    failed: Option<Why>,
}

impl Sink for Look<'_> {
    fn part(&mut self, part: Part<'_>) {
        let text = plain(&part.text);
        // A soft hyphen and its like show nothing.
        let text: String = text
            .chars()
            .filter(|c| !matches!(c, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{feff}'))
            .collect();
        let text = if is_nfc(&text) { text } else { text.nfc().collect() };
        self.gone.search(text.as_bytes());
    }

    fn unread(&mut self, unread: Unread) {
        // Pictures were looked at before they were written.
        if !matches!(unread.why, Why::NeedsTool(_)) {
            self.failed.get_or_insert(unread.why);
        }
    }
}
