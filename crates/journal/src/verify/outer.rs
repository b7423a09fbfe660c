//! Checks everything around the tree: signatures, keys, kept checkpoints, older tiles, the log, and what else lies there.

use super::{Found, Report, Stamped, Trust, fault_of};
use crate::checkpoint::{Checkpoint, decimal};
use crate::error::{Error, Fault};
use crate::journal::{COSIGNED, KEY_FILE, WITNESS_FILE};
use crate::key::PublicKey;
use crate::note::{MAX_NOTE, Verdict};
use crate::publish::{CHECKPOINT, read_checkpoint};
use crate::reader::Reader;
use crate::stamp;
use crate::store::{LOCK, Store, longest, read_tile};
use crate::tile::{Kind, Tile, WIDTH, hashes_at};
use crate::wal;

/// Name of the file that says which entries an exported part holds.
pub(crate) const RANGE: &str = "range";
/// Foreign files that are named.
const MAX_FOREIGN: usize = 100;
/// How often a log that is being written is looked at again.
const LOOKS: usize = 5;

/// Reads a file; what cannot be read is a damage.
fn read(store: &dyn Store, path: &str, found: &Found) -> Option<Vec<u8>> {
    store.read(path, MAX_NOTE).unwrap_or_else(|error| {
        found.add(path, None, fault_of(&error));
        None
    })
}

/// Checks the checkpoint and its signatures. None when there is nothing to go on with.
pub(super) fn checkpoint(
    store: &dyn Store,
    trust: &Trust,
    found: &Found,
    report: &mut Report,
) -> Result<Option<Checkpoint>, Error> {
    let own = own_key(store, found);
    if let (Some(own), Some(given)) = (&own, &trust.key)
        && own != given
    {
        found.add(KEY_FILE, None, Fault::Changed);
    }
    report.trusted = trust.key.is_some();
    report.key = trust.key.clone().or(own);
    let Some(bytes) = store.read(CHECKPOINT, MAX_NOTE)? else {
        return Err(Error::NoJournal { path: store.name() });
    };
    let checkpoint = match Checkpoint::parse(&bytes) {
        Ok(checkpoint) => checkpoint,
        Err(what) => {
            found.add(CHECKPOINT, None, what);
            return Ok(None);
        }
    };
    match report.key.as_ref().map(|key| checkpoint.check(key)) {
        Some(Ok(())) => (),
        Some(Err(what)) => found.add(CHECKPOINT, None, what),
        None => {
            found.add(KEY_FILE, None, Fault::Missing);
            found.add(CHECKPOINT, None, Fault::Unsigned);
        }
    }
    let mut witnesses = own_witnesses(store, found);
    for witness in &trust.witnesses {
        if checkpoint.note.verdict(witness) == Verdict::Absent {
            found.add(&format!("{CHECKPOINT} ({})", witness.name()), None, Fault::Unsigned);
        }
        if !witnesses.contains(witness) {
            witnesses.push(witness.clone());
        }
    }
    for witness in &witnesses {
        match checkpoint.note.verdict(witness) {
            Verdict::Good(Some(at)) => report.witnesses.push((witness.clone(), at)),
            Verdict::Bad => found.add(CHECKPOINT, None, Fault::Signature),
            _ => (),
        }
    }
    let known = |id: u32, name: &str| {
        witnesses
            .iter()
            .chain(&report.key)
            .any(|k| k.id() == id && k.name() == name)
    };
    report.unknown = checkpoint
        .note
        .signatures()
        .iter()
        .filter(|l| !known(l.id, &l.name))
        .map(|l| l.name.clone())
        .collect();
    // The cosigned copy is written in the same act: a signature that is missing here was taken away.
    let copy = format!("{COSIGNED}{:020}", checkpoint.size);
    if read(store, &copy, found).is_some_and(|c| c != bytes) {
        found.add(CHECKPOINT, None, Fault::Signature);
    }
    cosigned(store, &checkpoint, report.key.as_ref(), &witnesses, found)?;
    Ok(Some(checkpoint))
}

fn own_key(store: &dyn Store, found: &Found) -> Option<PublicKey> {
    let bytes = read(store, KEY_FILE, found)?;
    let key = one_key_a_line(&bytes).and_then(|mut keys| keys.pop().filter(|_| keys.is_empty()));
    if key.is_none() {
        found.add(KEY_FILE, None, Fault::Format);
    }
    key
}

fn own_witnesses(store: &dyn Store, found: &Found) -> Vec<PublicKey> {
    let Some(bytes) = read(store, WITNESS_FILE, found) else {
        return Vec::new();
    };
    one_key_a_line(&bytes).unwrap_or_else(|| {
        found.add(WITNESS_FILE, None, Fault::Format);
        Vec::new()
    })
}

/// Keys in their one right form, each with its line break.
fn one_key_a_line(bytes: &[u8]) -> Option<Vec<PublicKey>> {
    let text = std::str::from_utf8(bytes).ok()?.strip_suffix('\n')?;
    text.split('\n')
        .map(|line| PublicKey::parse(line).ok().filter(|k| k.to_text() == line))
        .collect()
}

/// Checks the checkpoints that were cosigned and kept.
fn cosigned(
    store: &dyn Store,
    own: &Checkpoint,
    key: Option<&PublicKey>,
    witnesses: &[PublicKey],
    found: &Found,
) -> Result<(), Error> {
    let reader = Reader::at(store, own.clone());
    let judge = |name: &str| -> Result<(), Fault> {
        let bytes = store
            .read(name, MAX_NOTE)
            .map_err(|e| fault_of(&e))?
            .ok_or(Fault::Missing)?;
        let kept = Checkpoint::parse(&bytes)?;
        if let Some(key) = key {
            kept.check(key)?;
        }
        let verdicts: Vec<_> = witnesses.iter().map(|w| kept.note.verdict(w)).collect();
        if verdicts.contains(&Verdict::Bad) {
            return Err(Fault::Signature);
        }
        let signed = verdicts.iter().filter(|v| matches!(v, Verdict::Good(_))).count();
        // Every line is by the journal or by a witness whose key lies beside it.
        if signed + 1 < kept.note.signatures().len() || signed == 0 {
            return Err(Fault::Unsigned);
        }
        if name != format!("{COSIGNED}{:020}", kept.size) || kept.size > own.size {
            return Err(Fault::Beyond);
        }
        let root = if kept.size == own.size {
            Ok(own.root)
        } else {
            reader.root_at(kept.size)
        };
        if root.is_ok_and(|r| r != kept.root) {
            Err(Fault::Root)
        } else {
            Ok(())
        }
    };
    store.walk(&mut |name| {
        if name.starts_with(COSIGNED)
            && !name.ends_with(".new")
            && let Err(what) = judge(name)
        {
            found.add(name, None, what);
        }
        Ok(())
    })
}

/// Checks the time stamps that were kept.
pub(super) fn stamps(
    store: &dyn Store,
    own: &Checkpoint,
    trust: &Trust,
    found: &Found,
    report: &mut Report,
) -> Result<(), Error> {
    let reader = Reader::at(store, own.clone());
    store.walk(&mut |file| {
        let Some(name) = stamp::Name::parse(file) else {
            return Ok(());
        };
        match stamp::judge(store, &reader, name, &trust.authorities) {
            Ok(None) => (),
            Ok(Some(stamp)) => report.stamps.push(Stamped {
                file: file.to_owned(),
                size: name.size,
                stamp,
            }),
            Err(what) => found.add(file, Some((0, name.size.min(own.size))), what),
        }
        Ok(())
    })
}

/// Which entries an exported part holds; all of them in a whole journal.
pub(super) fn range(store: &dyn Store, size: u64, found: &Found) -> (u64, u64) {
    let Some(bytes) = read(store, RANGE, found) else {
        return (0, size);
    };
    let parsed = parse_range(&bytes)
        .filter(|(from, to)| from < to && *to <= size && from % WIDTH == 0 && (to % WIDTH == 0 || *to == size));
    parsed.unwrap_or_else(|| {
        found.add(RANGE, None, Fault::Format);
        (0, size)
    })
}

fn parse_range(bytes: &[u8]) -> Option<(u64, u64)> {
    let text = std::str::from_utf8(bytes).ok()?.strip_suffix('\n')?;
    let (from, to) = text.strip_prefix("entries ")?.split_once(' ')?;
    Some((decimal(from)?, decimal(to)?))
}

/// Whether a part with these entries has this tile: those above the entries, and those at the right edge of the tree.
pub(crate) fn needed(tile: Tile, size: u64, (from, to): (u64, u64)) -> bool {
    let (start, end) = tile.span();
    let at_edge = match tile.kind {
        Kind::Entries => false,
        Kind::Level(_) => tile.index == hashes_at(tile.kind, size) / WIDTH,
    };
    Tile::of_tree(tile.kind, tile.index, size) == Some(tile) && (at_edge || (start < to && from < end))
}

/// Checks that the older checkpoint is the beginning of this journal.
pub(super) fn since(store: &dyn Store, own: &Checkpoint, trust: &Trust, found: &Found, report: &mut Report) {
    let Some(old) = &trust.since else { return };
    let signed = report.key.as_ref().map_or(Err(Fault::Unsigned), |key| old.check(key));
    let judged = signed.and_then(|()| {
        Reader::at(store, own.clone())
            .prove_since(old)
            .map_err(|e| fault_of(&e))
    });
    match judged {
        Ok(_) => report.since = Some(old.size),
        Err(what) => found.add(&format!("{CHECKPOINT} ({})", old.size), Some((0, old.size)), what),
    }
}

/// Looks at every file: older partial tiles, the log, and what is no part of the journal.
pub(super) fn files(
    store: &dyn Store,
    own: &Checkpoint,
    covered: (u64, u64),
    found: &Found,
    report: &mut Report,
) -> Result<(), Error> {
    let part = covered != (0, own.size);
    let mut foreign = Vec::new();
    store.walk(&mut |name| {
        let is_part = match Tile::parse(name) {
            Some(tile) if part => {
                let needed = needed(tile, own.size, covered);
                if !needed && Tile::of_tree(tile.kind, tile.index, own.size) == Some(tile) {
                    // A part holds what its range asks for and nothing else: the range was changed.
                    found.add(RANGE, Some(covered), Fault::Format);
                }
                needed
            }
            Some(tile) => judge_tile(store, tile, own.size, found),
            None => {
                matches!(name, CHECKPOINT | KEY_FILE | WITNESS_FILE | RANGE | LOCK | wal::NAME)
                    || name.starts_with(COSIGNED)
                    || stamp::Name::parse(name).is_some()
            }
        };
        if (!is_part || name.ends_with(".new")) && foreign.len() < MAX_FOREIGN {
            foreign.push(name.to_owned());
        }
        Ok(())
    })?;
    report.foreign = foreign;
    report.pending = pending(store, own, found);
    Ok(())
}

/// Whether a tile belongs to the tree; if it is an older partial one, it must be the beginning of what grew from it.
fn judge_tile(store: &dyn Store, tile: Tile, size: u64, found: &Found) -> bool {
    let Some(current) = Tile::of_tree(tile.kind, tile.index, size) else {
        return false;
    };
    if tile.width >= current.width {
        return tile.width == current.width;
    }
    let max = longest(tile.kind);
    let same = match (store.read(&tile.to_string(), max), read_tile(store, current)) {
        (Ok(Some(old)), Ok(now)) => match tile.kind {
            Kind::Level(_) => old.len() == usize::from(tile.width) * 32 && now.starts_with(&old),
            Kind::Entries => now.starts_with(&old) && crate::bundle::leaves(&old).0.len() == usize::from(tile.width),
        },
        (Ok(_), Err(_)) => true, // What grew from it is reported as not readable already.
        (Err(error), _) => {
            found.add(&tile, Some(tile.span()), fault_of(&error));
            return true;
        }
        (Ok(None), _) => false,
    };
    if !same {
        found.add(&tile, Some(tile.span()), Fault::Changed);
    }
    true
}

/// Entries in the log that no checkpoint covers yet. While somebody writes to the journal, the log can be seen half
/// written or already cut: then it is looked at again.
fn pending(store: &dyn Store, own: &Checkpoint, found: &Found) -> u64 {
    let mut seen = look_at_log(store, own.size);
    for _ in 0..LOOKS {
        if seen.1.is_none() {
            break;
        }
        seen = look_at_log(store, own.size);
    }
    let (pending, fault) = seen;
    if let Some((entries, what)) = fault {
        // A checkpoint that came meanwhile covers what this one does not.
        let moved = read_checkpoint(store).is_ok_and(|now| now.size != own.size);
        if !(moved && what == Fault::Beyond) {
            found.add(wal::NAME, entries, what);
        }
    }
    pending
}

/// A fault of the log, with the entries that it concerns.
type LogFault = (Option<(u64, u64)>, Fault);

fn look_at_log(store: &dyn Store, size: u64) -> (u64, Option<LogFault>) {
    let log = match store.read(wal::NAME, wal::MAX_LOG) {
        Ok(log) => log.unwrap_or_default(),
        Err(error) => return (0, Some((None, fault_of(&error)))),
    };
    let content = wal::parse(&log);
    let first = content.records.first().map_or(size, |r| r.start);
    let end = content.records.last().map_or(size, |r| r.start + u64::from(r.count));
    let pending = end.saturating_sub(size);
    if content.whole < log.len() {
        (pending, Some((Some((end, end + 1)), Fault::Record)))
    } else if first > size {
        (pending, Some((Some((size, first)), Fault::Beyond)))
    } else {
        (pending, None)
    }
}
