//! Where time stamps lie in a journal: `timestamps/<size>.tsr` is the answer, `.tsq` beside it the request.

use std::fmt;

use super::{Certificate, MAX_STAMP, Stamp, StampFault, StampRequest, check_stamp};
use crate::checkpoint::decimal;
use crate::error::{Error, Fault};
use crate::publish::{CHECKPOINT, read_checkpoint};
use crate::reader::Reader;
use crate::store::{Store, Writable};

/// The folder of time stamps in a journal.
const STAMPS: &str = "timestamps/";
/// Requests for one size that are kept.
const MAX_FOR_ONE: u32 = 100;
/// The longest request, in bytes.
const MAX_REQUEST: usize = 200;

/// The name of a time stamp or of its request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Name {
    /// Entries under the checkpoint that it is of.
    pub(crate) size: u64,
    /// Which of several, from 1.
    number: u32,
    /// Whether it is the answer; else the request.
    pub(crate) answer: bool,
}

impl Name {
    pub(crate) fn parse(path: &str) -> Option<Self> {
        let (stem, answer) = match path.strip_prefix(STAMPS)?.rsplit_once('.')? {
            (stem, "tsr") => (stem, true),
            (stem, "tsq") => (stem, false),
            _ => return None,
        };
        let (size, number) = match stem.split_once('-') {
            Some((size, number)) => (size, decimal(number)?),
            None => (stem, 1),
        };
        let this = Self {
            size: size.parse().ok()?,
            number: u32::try_from(number).ok()?,
            answer,
        };
        (this.to_string() == path).then_some(this)
    }

    /// The request that this one answers, or the answer to it.
    fn other(self) -> Self {
        Self {
            answer: !self.answer,
            ..self
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{STAMPS}{:020}", self.size)?;
        if self.number != 1 {
            write!(f, "-{}", self.number)?;
        }
        f.write_str(if self.answer { ".tsr" } else { ".tsq" })
    }
}

/// A request that was made and kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Entries under the checkpoint that it is over.
    pub size: u64,
    /// What to send to an authority, as `application/timestamp-query`.
    pub request: Vec<u8>,
}

/// Makes a request for a time stamp of the checkpoint and keeps it in the journal. The writer of the journal may go on
/// meanwhile. A request that has no answer yet is given again.
pub fn ask_for_stamp(store: &dyn Writable) -> Result<Asked, Error> {
    let checkpoint = read_checkpoint(store)?;
    let size = checkpoint.size;
    let text = checkpoint.note.text().as_bytes();
    for number in 1..=MAX_FOR_ONE {
        let name = Name {
            size,
            number,
            answer: false,
        };
        match store.read(&name.to_string(), MAX_REQUEST)? {
            Some(bytes) => {
                let open = store.read(&name.other().to_string(), MAX_STAMP)?.is_none();
                if open && StampRequest::from_der(&bytes).is_some_and(|r| r.is_over(text)) {
                    return Ok(Asked { size, request: bytes });
                }
            }
            None if store.read(&name.other().to_string(), MAX_STAMP)?.is_none() => {
                let mut nonce = [0; 8];
                getrandom::fill(&mut nonce).map_err(|_| Error::NoRandom)?;
                let request = StampRequest::new(text, u64::from_be_bytes(nonce)).to_der();
                store.replace(&name.to_string(), &request)?;
                return Ok(Asked { size, request });
            }
            None => (),
        }
    }
    Err(Error::Exists {
        path: format!("{STAMPS}{size:020}-{MAX_FOR_ONE}.tsq"),
    })
}

/// Checks the answer to a request that was kept, and keeps it beside it. Gives the name under which it lies.
pub fn accept_stamp(
    store: &dyn Writable,
    answer: &[u8],
    trusted: &[Certificate],
) -> Result<(String, u64, Stamp), Error> {
    let mut names = Vec::new();
    store.walk(&mut |path| {
        names.extend(Name::parse(path).filter(|n| !n.answer));
        Ok(())
    })?;
    // The newest first: it is the one that is waited for.
    names.sort_by_key(|n| std::cmp::Reverse((n.size, n.number)));
    let checkpoint = read_checkpoint(store)?;
    let reader = Reader::at(store, checkpoint);
    let mut fault = StampFault::Imprint;
    for name in names {
        let Some(request) = store.read(&name.to_string(), MAX_REQUEST)? else {
            continue;
        };
        let Some(request) = StampRequest::from_der(&request) else {
            continue;
        };
        let text = text_at(&reader, name.size)?;
        match check_stamp(answer, text.as_bytes(), Some(&request), trusted) {
            Ok(stamp) => {
                let path = keep(store, name, &request, answer)?;
                return Ok((path, name.size, stamp));
            }
            // An answer to another request of ours; the fault of the one that it does answer is told.
            Err(StampFault::Imprint) => (),
            Err(StampFault::Nonce) => fault = StampFault::Nonce,
            Err(what) => return Err(refused(what)),
        }
    }
    Err(refused(fault))
}

fn refused(what: StampFault) -> Error {
    Error::Stamp {
        path: STAMPS.trim_end_matches('/').to_owned(),
        what,
    }
}

/// Writes an answer beside its request; a second authority's answer to the same request gets a name of its own.
fn keep(store: &dyn Writable, asked: Name, request: &StampRequest, answer: &[u8]) -> Result<String, Error> {
    for number in asked.number..=MAX_FOR_ONE {
        let name = Name {
            number,
            answer: true,
            ..asked
        };
        let path = name.to_string();
        match store.read(&path, MAX_STAMP)? {
            Some(same) if same == answer => return Ok(path),
            Some(_) => (),
            None => {
                let beside = store.read(&name.other().to_string(), MAX_REQUEST)?;
                if number > asked.number && beside.is_some() {
                    continue;
                }
                if beside.is_none() {
                    store.replace(&name.other().to_string(), &request.to_der())?;
                }
                store.replace(&path, answer)?;
                return Ok(path);
            }
        }
    }
    Err(Error::Exists {
        path: asked.other().to_string(),
    })
}

/// The text of the checkpoint at this size: three lines, of which the last follows from the entries.
fn text_at(reader: &Reader<'_>, size: u64) -> Result<String, Error> {
    let own = reader.checkpoint();
    if size == own.size {
        return Ok(own.note.text().to_owned());
    }
    if size > own.size {
        return Err(Error::damaged(CHECKPOINT, Fault::Beyond));
    }
    Ok(format!("{}\n{size}\n{}\n", own.origin, reader.root_at(size)?))
}

/// What a kept time stamp says, or what is wrong with it. A request says nothing, but must be one.
pub(crate) fn judge(
    store: &dyn Store,
    reader: &Reader<'_>,
    name: Name,
    trusted: &[Certificate],
) -> Result<Option<Stamp>, Fault> {
    if name.size > reader.checkpoint().size {
        return Err(Fault::Beyond);
    }
    let read = |name: Name, max| match store.read(&name.to_string(), max) {
        Ok(bytes) => Ok(bytes),
        Err(Error::Damaged { what, .. }) => Err(what),
        Err(_) => Err(Fault::Unreadable),
    };
    // Damage in the tree is told with the tree; here it means that this time stamp could not be checked.
    let text = text_at(reader, name.size).map_err(|_| Fault::Unchecked)?;
    if !name.answer {
        let bytes = read(name, MAX_REQUEST)?.ok_or(Fault::Missing)?;
        let request = StampRequest::from_der(&bytes).ok_or(Fault::Stamp(StampFault::Format))?;
        return if request.is_over(text.as_bytes()) {
            Ok(None)
        } else {
            Err(Fault::Stamp(StampFault::Imprint))
        };
    }
    let answer = read(name, MAX_STAMP)?.ok_or(Fault::Missing)?;
    // A request that is broken or too long is told under its own name.
    let request = read(name.other(), MAX_REQUEST).ok().flatten();
    let request = request.and_then(|bytes| StampRequest::from_der(&bytes));
    check_stamp(&answer, text.as_bytes(), request.as_ref(), trusted)
        .map(Some)
        .map_err(Fault::Stamp)
}
