//! What a reader of one family gets: limits, budget, the place it works at, and the sink.

use std::borrow::Cow;
use std::fs::File;
use std::io::{Cursor, Read, Seek};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::rc::Rc;

use crate::flow::{Budget, Once};
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
    /// Out of compression, once and in order; with the length as far as it is known.
    Flow(&'a dyn Once, u64),
}

impl<'a> Source<'a> {
    /// Length in bytes.
    pub(crate) fn len(&self) -> u64 {
        match self {
            Self::Bytes(b) => b.len() as u64,
            Self::File(_, len) | Self::Flow(_, len) => *len,
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
            Self::Flow(..) => {
                let mut bytes = Vec::new();
                self.open()?
                    .take(limits.max_file + 1)
                    .read_to_end(&mut bytes)
                    .map_err(|e| Why::from_io(&e))?;
                if bytes.len() as u64 > limits.max_file {
                    return Err(Why::TooLarge(limits.max_file));
                }
                Ok(Cow::Owned(bytes))
            }
        }
    }

    /// A reader over the bytes that can seek (a flow only comes once and goes forward).
    pub(crate) fn open(&self) -> Result<Box<dyn ReadSeek + 'a>, Why> {
        Ok(match self {
            Self::Bytes(b) => Box::new(Cursor::new(*b)),
            Self::File(path, _) => Box::new(File::open(path).map_err(|e| Why::from_io(&e))?),
            Self::Flow(flow, _) => flow.open().ok_or_else(|| Why::Io("a stream was opened twice".into()))?,
        })
    }
}

/// The state of reading one file and everything inside it.
pub(crate) struct Ctx<'s> {
    pub(crate) limits: &'s Limits,
    place: Place,
    depth: u32,
    /// Where the bytes being read begin in the file that holds them byte for byte; nothing where none does.
    base: Option<u64>,
    budget: Rc<Budget>,
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
            base: Some(0),
            budget: Rc::new(Budget::new(limits)),
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
    pub(crate) fn part(&mut self, mut part: Part<'_>) {
        self.parts += 1;
        if self.base != Some(0) {
            part.map = part.map.moved(self.base);
        }
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
        self.budget.spend(bytes)
    }

    /// Bytes that may still be expanded.
    pub(crate) fn left(&self) -> u64 {
        self.budget.left()
    }

    /// Fails once the time for the file is over. To be called in every loop over foreign data.
    pub(crate) fn tick(&self) -> Result<(), Why> {
        self.budget.tick()
    }

    /// The budget itself, for a stream that spends it as it is read.
    pub(crate) fn budget(&self) -> Rc<Budget> {
        Rc::clone(&self.budget)
    }

    /// Reads a file inside this file: a member, an attachment, a picture. Problems are told, not returned,
    /// so that the rest of the outer file is still read. The name helps only where content says nothing.
    pub(crate) fn child(&mut self, step: Step, name: &str, bytes: &[u8]) {
        let source = Source::Bytes(bytes);
        let kind = sniff::kind(sniff::head(bytes), &source, name);
        self.child_as(step, kind, &source);
    }

    /// The same for a file inside this file whose type is known already.
    pub(crate) fn child_as(&mut self, step: Step, kind: Kind, source: &Source<'_>) {
        self.child_at(step, kind, source, Some(0));
    }

    /// The same for a stretch of the file itself that begins at `base`: its text keeps its offsets in the file. Without a base it has none.
    pub(crate) fn child_at(&mut self, step: Step, kind: Kind, source: &Source<'_>, base: Option<u64>) {
        if self.depth >= self.limits.max_depth {
            self.unread(&[step], Why::TooDeep(self.limits.max_depth));
            return;
        }
        let outer = self.place.clone();
        self.place = outer.with(step);
        let outer_base = std::mem::replace(&mut self.base, base);
        self.depth += 1;
        self.guarded(kind, source);
        self.depth -= 1;
        self.base = outer_base;
        self.place = outer;
    }

    /// Reads a stretch of the bytes being read as another kind, at the same place: the body of a message. Without `at` it is no stretch of them,
    /// and its text has no offsets.
    pub(crate) fn guarded_at(&mut self, kind: Kind, source: &Source<'_>, at: Option<u64>) {
        let outer_base = self.base;
        self.base = outer_base.zip(at).and_then(|(base, at)| base.checked_add(at));
        self.guarded(kind, source);
        self.base = outer_base;
    }

    /// Runs the reader of this kind and turns its failure or panic into a problem at the present place.
    pub(crate) fn guarded(&mut self, kind: Kind, source: &Source<'_>) {
        let (place, depth, base) = (self.place.clone(), self.depth, self.base);
        let result = catch_unwind(AssertUnwindSafe(|| dispatch::read(kind, source, self)));
        // A panic may have left the state of a deeper level behind.
        self.place = place;
        self.depth = depth;
        self.base = base;
        match result {
            Ok(Ok(())) => {}
            Ok(Err(why)) => self.unread(&[], why),
            Err(_) => self.unread(&[], Why::ReaderFailed),
        }
    }
}
