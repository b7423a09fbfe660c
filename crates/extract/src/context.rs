//! What a reader of one family gets: limits, budget, the place it works at, and the sink.

use std::borrow::Cow;
use std::fs::File;
use std::io::{Cursor, Read, Seek};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::Instant;

use crate::{Kind, Limits, Part, Place, Sink, Step, Unread, Why, dispatch, sniff};

/// Anything that can be read and sought.
pub(crate) trait ReadSeek: Read + Seek {}
impl<T: Read + Seek> ReadSeek for T {}

/// Where the bytes of a file come from.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Source<'a> {
    /// From memory: a member, an attachment.
    Bytes(&'a [u8]),
    /// From disk: path and length.
    File(&'a Path, u64),
}

impl<'a> Source<'a> {
    /// Length in bytes.
    pub(crate) fn len(&self) -> u64 {
        match self {
            Self::Bytes(b) => b.len() as u64,
            Self::File(_, len) => *len,
        }
    }

    /// All bytes, refused above [`Limits::max_file`].
    pub(crate) fn bytes(&self, limits: &Limits) -> Result<Cow<'a, [u8]>, Why> {
        match self {
            Self::Bytes(b) => Ok(Cow::Borrowed(b)),
            Self::File(path, len) => {
                if *len > limits.max_file {
                    return Err(Why::TooLarge(limits.max_file));
                }
                let mut bytes = Vec::with_capacity(usize::try_from(*len).unwrap_or(0));
                // One byte more than allowed shows a file that grew since it was measured.
                File::open(path)
                    .and_then(|f| f.take(limits.max_file + 1).read_to_end(&mut bytes))
                    .map_err(|e| Why::from_io(&e))?;
                if bytes.len() as u64 > limits.max_file {
                    return Err(Why::TooLarge(limits.max_file));
                }
                Ok(Cow::Owned(bytes))
            }
        }
    }

    /// A reader over the bytes that can seek.
    pub(crate) fn open(&self) -> Result<Box<dyn ReadSeek + 'a>, Why> {
        Ok(match self {
            Self::Bytes(b) => Box::new(Cursor::new(*b)),
            Self::File(path, _) => Box::new(File::open(path).map_err(|e| Why::from_io(&e))?),
        })
    }
}

/// The state of reading one file and everything inside it.
pub(crate) struct Ctx<'s> {
    pub(crate) limits: &'s Limits,
    place: Place,
    depth: u32,
    deadline: Instant,
    expanded: u64,
    parts: u64,
    problems: u64,
    sink: &'s mut dyn Sink,
}

impl<'s> Ctx<'s> {
    pub(crate) fn new(limits: &'s Limits, sink: &'s mut dyn Sink) -> Self {
        Self {
            limits,
            place: Place::root(),
            depth: 0,
            deadline: Instant::now() + limits.max_time,
            expanded: 0,
            parts: 0,
            problems: 0,
            sink,
        }
    }

    /// The place of the file being read (the root, or the member or attachment).
    pub(crate) fn place(&self) -> &Place {
        &self.place
    }

    /// Parts given and problems told so far.
    pub(crate) fn tally(&self) -> (u64, u64) {
        (self.parts, self.problems)
    }

    /// Gives a piece of text to the sink. Its place must begin with [`Ctx::place`].
    pub(crate) fn part(&mut self, part: Part<'_>) {
        self.parts += 1;
        if !part.text.is_empty() {
            self.sink.part(part);
        }
    }

    /// Tells that something at these steps below [`Ctx::place`] could not be read.
    pub(crate) fn unread(&mut self, steps: &[Step], why: Why) {
        let mut place = self.place.clone();
        place.steps.extend_from_slice(steps);
        self.problems += 1;
        self.sink.unread(Unread { place, why });
    }

    /// Counts bytes that came out of compression or decoding against the budget of the whole file.
    pub(crate) fn spend(&mut self, bytes: u64) -> Result<(), Why> {
        self.expanded = self.expanded.saturating_add(bytes);
        if self.expanded > self.limits.max_expanded {
            Err(Why::Expands)
        } else {
            self.tick()
        }
    }

    /// Bytes that may still be expanded.
    pub(crate) fn left(&self) -> u64 {
        self.limits.max_expanded.saturating_sub(self.expanded)
    }

    /// Fails once the time for the file is over. To be called in every loop over foreign data.
    pub(crate) fn tick(&self) -> Result<(), Why> {
        if Instant::now() > self.deadline {
            Err(Why::TooSlow(self.limits.max_time.as_secs()))
        } else {
            Ok(())
        }
    }

    /// Reads a file inside this file: a member, an attachment, a picture. Problems are told, not returned,
    /// so that the rest of the outer file is still read. The name helps only where content says nothing.
    pub(crate) fn child(&mut self, step: Step, name: &str, bytes: &[u8]) {
        if self.depth >= self.limits.max_depth {
            self.unread(&[step], Why::TooDeep(self.limits.max_depth));
            return;
        }
        let outer = self.place.clone();
        self.place = outer.with(step);
        self.depth += 1;
        let source = Source::Bytes(bytes);
        let kind = sniff::kind(sniff::head(bytes), &source, name);
        self.guarded(kind, &source);
        self.depth -= 1;
        self.place = outer;
    }

    /// Runs the reader of this kind and turns its failure or panic into a problem at the present place.
    pub(crate) fn guarded(&mut self, kind: Kind, source: &Source<'_>) {
        let (place, depth) = (self.place.clone(), self.depth);
        let result = catch_unwind(AssertUnwindSafe(|| dispatch::read(kind, source, self)));
        // A panic may have left the state of a deeper level behind.
        self.place = place;
        self.depth = depth;
        match result {
            Ok(Ok(())) => {}
            Ok(Err(why)) => self.unread(&[], why),
            Err(_) => self.unread(&[], Why::ReaderFailed),
        }
    }
}
