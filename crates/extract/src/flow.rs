//! Bytes that come once and in order: what flows out of compression and is too long to be held in memory.

use std::cell::{Cell, RefCell, RefMut};
use std::fmt;
use std::io::{self, Read, Seek, SeekFrom};
use std::rc::Rc;
use std::time::{Duration, Instant};

use crate::context::ReadSeek;
use crate::expand::broken;
use crate::{Limits, Why};

/// What one file and everything inside it may still use. Shared between the levels of nesting.
#[derive(Debug)]
pub(crate) struct Budget {
    expanded: Cell<u64>,
    max_expanded: u64,
    deadline: Instant,
    max_time: Duration,
}

impl Budget {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            expanded: Cell::new(0),
            max_expanded: limits.max_expanded,
            deadline: Instant::now() + limits.max_time,
            max_time: limits.max_time,
        }
    }

    /// Counts bytes that came out of compression or decoding.
    pub(crate) fn spend(&self, bytes: u64) -> Result<(), Why> {
        self.expanded.set(self.expanded.get().saturating_add(bytes));
        if self.expanded.get() > self.max_expanded {
            Err(Why::Expands)
        } else {
            self.tick()
        }
    }

    /// Bytes that may still be expanded.
    pub(crate) fn left(&self) -> u64 {
        self.max_expanded.saturating_sub(self.expanded.get())
    }

    /// Fails once the time is over.
    pub(crate) fn tick(&self) -> Result<(), Why> {
        if Instant::now() > self.deadline {
            Err(Why::TooSlow(self.max_time.as_secs()))
        } else {
            Ok(())
        }
    }
}

/// A stream under a limit of its own and the budget of the whole file. It never fails: it ends early and keeps
/// the reason, so that what came before is still read and the reason is told once, by its owner.
pub(crate) struct Guard<'r> {
    inner: &'r mut dyn Read,
    budget: Rc<Budget>,
    /// Bytes that may still come.
    left: u64,
    /// Whether the bytes come out of compression and count against the budget.
    counts: bool,
    failed: Option<Why>,
}

impl<'r> Guard<'r> {
    pub(crate) fn new(inner: &'r mut dyn Read, most: u64, counts: bool, budget: Rc<Budget>) -> Self {
        Self {
            inner,
            budget,
            left: most,
            counts,
            failed: None,
        }
    }

    /// Why the stream ended before its end.
    pub(crate) fn failed(&self) -> Option<&Why> {
        self.failed.as_ref()
    }
}

impl Read for Guard<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.failed.is_some() || buf.is_empty() {
            return Ok(0);
        }
        // In steps, so that time is looked at and a bomb is seen before memory is spent.
        let most = buf.len().min(1 << 20);
        let got = match self.inner.read(&mut buf[..most]) {
            Ok(got) => got as u64,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => return Err(e),
            Err(e) => {
                self.failed = Some(broken(&e));
                return Ok(0);
            }
        };
        let spent = if self.counts {
            self.budget.spend(got)
        } else {
            self.budget.tick()
        };
        if let Err(why) = spent {
            self.failed = Some(why);
            return Ok(0);
        }
        if got > self.left {
            self.failed = Some(Why::Expands);
            return Ok(0);
        }
        self.left -= got;
        Ok(usize::try_from(got).unwrap_or(most))
    }
}

/// A stream that can be opened once.
pub(crate) trait Once: fmt::Debug {
    /// The stream; nothing the second time.
    fn open(&self) -> Option<Box<dyn ReadSeek + '_>>;
}

/// The one implementation of [`Once`].
pub(crate) struct Flow<'r> {
    inner: RefCell<&'r mut dyn Read>,
    opened: Cell<bool>,
}

impl<'r> Flow<'r> {
    pub(crate) fn new(inner: &'r mut dyn Read) -> Self {
        Self {
            inner: RefCell::new(inner),
            opened: Cell::new(false),
        }
    }
}

impl fmt::Debug for Flow<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Flow").field("opened", &self.opened).finish()
    }
}

impl Once for Flow<'_> {
    fn open(&self) -> Option<Box<dyn ReadSeek + '_>> {
        if self.opened.replace(true) {
            return None;
        }
        let inner = self.inner.try_borrow_mut().ok()?;
        Some(Box::new(Opened { inner, at: 0 }))
    }
}

struct Opened<'b, 'r> {
    inner: RefMut<'b, &'r mut dyn Read>,
    at: u64,
}

impl Read for Opened<'_, '_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let got = self.inner.read(buf)?;
        self.at += got as u64;
        Ok(got)
    }
}

impl Seek for Opened<'_, '_> {
    /// Only to where the stream stands: it cannot go back.
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match to {
            SeekFrom::Current(0) => Ok(self.at),
            SeekFrom::Start(at) if at == self.at => Ok(at),
            _ => Err(io::ErrorKind::Unsupported.into()),
        }
    }
}
