//! The list of members at the end of a ZIP archive, or what can be found without it.

use std::collections::HashSet;
use std::io::{BufReader, Read, SeekFrom};

use crate::Why;
use crate::archive::names::LONGEST;
use crate::context::{Ctx, ReadSeek};
use crate::expand::broken;

const LOCAL: &[u8] = b"PK\x03\x04";
const CENTRAL: &[u8] = b"PK\x01\x02";
const END: &[u8] = b"PK\x05\x06";
const END64: &[u8] = b"PK\x06\x06";
const LOCATOR: &[u8] = b"PK\x06\x07";
/// Names and comments that are kept in all, in bytes.
const MAX_NAMES: usize = 64 << 20;

/// One member as the list tells it.
#[derive(Debug, Default)]
pub(super) struct Entry {
    pub(super) name: Vec<u8>,
    /// The name in Unicode, where it is told.
    pub(super) told_name: Option<String>,
    pub(super) comment: Vec<u8>,
    pub(super) flags: u16,
    pub(super) method: u16,
    /// Checksum; nothing where it stands behind the data.
    pub(super) crc: Option<u32>,
    pub(super) packed: u64,
    pub(super) size: u64,
    /// Offset of the local header in the file.
    offset: u64,
}

impl Entry {
    /// Where the bytes of the member begin.
    pub(super) fn data(&self, file: &mut dyn ReadSeek) -> Result<u64, Why> {
        let mut head = [0; 30];
        file.seek(SeekFrom::Start(self.offset)).map_err(|e| Why::from_io(&e))?;
        file.read_exact(&mut head).map_err(|e| broken(&e))?;
        if !head.starts_with(LOCAL) {
            return Err(Why::Damaged("header of a member".into()));
        }
        Ok(self.offset + 30 + u64::from(u16_at(&head, 26)) + u64::from(u16_at(&head, 28)))
    }
}

/// The members and the comment of an archive.
#[derive(Debug, Default)]
pub(super) struct List {
    pub(super) entries: Vec<Entry>,
    pub(super) comment: Vec<u8>,
    /// What is wrong with the list itself.
    pub(super) damage: Option<Why>,
}

/// Where the list stands.
struct End {
    start: u64,
    size: u64,
    /// What has to be added to the offsets in the list: bytes before the archive, such as a program that unpacks it.
    base: u64,
    count: u64,
    comment: Vec<u8>,
}

impl List {
    /// Reads the list; where it is lost, the headers before the members are looked for.
    pub(super) fn read(file: &mut dyn ReadSeek, len: u64, ctx: &Ctx<'_>) -> Result<Self, Why> {
        match end(file, len)? {
            Some(end) => {
                let list = central(file, &end, ctx)?;
                if list.entries.is_empty() && end.count > 0 {
                    locals(file, len, ctx)
                } else {
                    Ok(list)
                }
            }
            None => locals(file, len, ctx),
        }
    }

    /// Members whose bytes are also those of an earlier one: an archive made to expand without end.
    pub(super) fn overlapping(&self) -> HashSet<usize> {
        let mut order: Vec<usize> = (0..self.entries.len()).collect();
        order.sort_by_key(|&i| self.entries[i].offset);
        let mut end = 0;
        let mut found = HashSet::new();
        for i in order {
            let entry = &self.entries[i];
            if entry.offset < end {
                found.insert(i);
                continue;
            }
            end = entry
                .offset
                .saturating_add(30 + entry.name.len() as u64)
                .saturating_add(entry.packed);
        }
        found
    }
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    bytes.get(at..at + 2).map_or(0, |b| u16::from_le_bytes([b[0], b[1]]))
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes
        .get(at..at + 4)
        .map_or(0, |b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32_at(bytes, at)) | u64::from(u32_at(bytes, at + 4)) << 32
}

/// Bytes at an offset, fewer at the end of the file.
fn bytes_at(file: &mut dyn ReadSeek, at: u64, most: u64) -> Result<Vec<u8>, Why> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(at))
        .and_then(|_| file.take(most).read_to_end(&mut bytes))
        .map_err(|e| Why::from_io(&e))?;
    Ok(bytes)
}

/// Looks for the record at the end; its comment may be 64 KB long, and mail programs leave bytes behind it.
fn end(file: &mut dyn ReadSeek, len: u64) -> Result<Option<End>, Why> {
    let from = len.saturating_sub(80 << 10);
    let tail = bytes_at(file, from, 80 << 10)?;
    let mut before = tail.len();
    while let Some(at) = memchr::memmem::rfind(tail.get(..before).unwrap_or_default(), END) {
        before = at;
        let Some(record) = tail.get(at..).filter(|r| r.len() >= 22) else {
            continue;
        };
        let comment = record
            .get(22..22 + usize::from(u16_at(record, 20)))
            .unwrap_or(record.get(22..).unwrap_or_default())
            .to_vec();
        let mut found = End {
            start: u64::from(u32_at(record, 16)),
            size: u64::from(u32_at(record, 12)),
            base: 0,
            count: u64::from(u16_at(record, 10)),
            comment,
        };
        let mut stands = from + at as u64;
        let mut disk = u32::from(u16_at(record, 4));
        if let Some((at, record)) = end64(file, stands)? {
            stands = at;
            disk = u32_at(&record, 16);
            found.count = u64_at(&record, 32);
            found.size = u64_at(&record, 40);
            found.start = u64_at(&record, 48);
        } else if disk == 0xFFFF {
            disk = 0;
        }
        if disk != 0 {
            return Err(Why::Unsupported("split archive".into()));
        }
        // The list ends where its record begins; programs before the archive shift all offsets.
        if let Some(start) = stands.checked_sub(found.size)
            && let Some(base) = start.checked_sub(found.start)
            && (found.count == 0 || bytes_at(file, start, 4)? == CENTRAL)
        {
            found.start = start;
            found.base = base;
            return Ok(Some(found));
        }
        if found.count > 0 && bytes_at(file, found.start, 4)? == CENTRAL {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// The record of large archives before the end, and where it stands.
fn end64(file: &mut dyn ReadSeek, end: u64) -> Result<Option<(u64, Vec<u8>)>, Why> {
    let Some(at) = end.checked_sub(20) else { return Ok(None) };
    let locator = bytes_at(file, at, 20)?;
    if !locator.starts_with(LOCATOR) {
        return Ok(None);
    }
    for stands in [u64_at(&locator, 8), at.saturating_sub(56)] {
        let record = bytes_at(file, stands, 56)?;
        if record.len() == 56 && record.starts_with(END64) {
            return Ok(Some((stands, record)));
        }
    }
    Ok(None)
}

/// Reads the list.
fn central(file: &mut dyn ReadSeek, end: &End, ctx: &Ctx<'_>) -> Result<List, Why> {
    let mut list = List {
        comment: end.comment.clone(),
        ..List::default()
    };
    file.seek(SeekFrom::Start(end.start)).map_err(|e| Why::from_io(&e))?;
    let mut input = BufReader::with_capacity(64 << 10, file).take(end.size);
    let mut kept = 0;
    loop {
        ctx.tick()?;
        let mut head = [0; 46];
        match input.read_exact(&mut head) {
            Ok(()) if head.starts_with(CENTRAL) => {}
            // A signature of the list, or its end.
            Ok(()) | Err(_) => break,
        }
        let (name, extra, comment) = (u16_at(&head, 28), u16_at(&head, 30), u16_at(&head, 32));
        let mut tail = vec![0; usize::from(name) + usize::from(extra) + usize::from(comment)];
        if input.read_exact(&mut tail).is_err() {
            break;
        }
        let comment = tail.split_off(usize::from(name) + usize::from(extra));
        let extra = tail.split_off(usize::from(name));
        let mut entry = Entry {
            flags: u16_at(&head, 8),
            method: u16_at(&head, 10),
            crc: Some(u32_at(&head, 16)),
            packed: u64::from(u32_at(&head, 20)),
            size: u64::from(u32_at(&head, 24)),
            offset: u64::from(u32_at(&head, 42)),
            name: tail,
            comment,
            told_name: None,
        };
        entry.extra(&extra);
        entry.offset = entry.offset.saturating_add(end.base);
        kept += entry.name.len() + entry.comment.len();
        if list.entries.len() as u64 >= ctx.limits.max_entries || kept > MAX_NAMES {
            list.damage = Some(Why::TooMany(list.entries.len() as u64));
            return Ok(list);
        }
        list.entries.push(entry);
    }
    // The number is kept in 16 bits only by programs that know no larger archives.
    if (list.entries.len() as u64) & 0xFFFF != end.count & 0xFFFF {
        list.damage = Some(Why::Damaged("list of members".into()));
    }
    Ok(list)
}

impl Entry {
    /// Fields that extend the record: sizes of large members, the name in Unicode.
    fn extra(&mut self, mut extra: &[u8]) {
        while extra.len() >= 4 {
            let (tag, len) = (u16_at(extra, 0), usize::from(u16_at(extra, 2)));
            let Some(body) = extra.get(4..4 + len) else { return };
            match tag {
                0x0001 => {
                    let mut at = 0;
                    for field in [&mut self.size, &mut self.packed, &mut self.offset] {
                        if *field == u64::from(u32::MAX) && body.len() >= at + 8 {
                            *field = u64_at(body, at);
                            at += 8;
                        }
                    }
                }
                0x7075 if len > 5 => {
                    let name = body.get(5..).unwrap_or_default();
                    let name = name.get(..LONGEST).unwrap_or(name);
                    self.told_name = std::str::from_utf8(name).ok().map(str::to_owned);
                }
                _ => {}
            }
            extra = extra.get(4 + len..).unwrap_or_default();
        }
    }
}

/// Looks for the headers before the members, in an archive that has lost its list.
fn locals(file: &mut dyn ReadSeek, len: u64, ctx: &Ctx<'_>) -> Result<List, Why> {
    const WINDOW: u64 = 1 << 20;
    let mut list = List {
        damage: Some(Why::Damaged("list of members".into())),
        ..List::default()
    };
    let mut from = 0;
    let mut kept = 0;
    while from < len {
        ctx.tick()?;
        // Windows overlap, so that a signature across their border is seen.
        let window = bytes_at(file, from, WINDOW + 3)?;
        let mut next = from + WINDOW;
        for at in memchr::memmem::find_iter(&window, LOCAL) {
            let offset = from + at as u64;
            let Some(mut entry) = local(file, offset)? else {
                continue;
            };
            if let Some(last) = list.entries.last_mut() {
                last.until(offset);
            }
            kept += entry.name.len();
            if list.entries.len() as u64 >= ctx.limits.max_entries || kept > MAX_NAMES {
                list.damage = Some(Why::TooMany(list.entries.len() as u64));
                return Ok(list);
            }
            let known = entry.packed;
            entry.until(len);
            list.entries.push(entry);
            if known > 0 {
                // What lies inside a member may look like a header; it is the member's.
                next = offset.saturating_add(30).saturating_add(known);
                break;
            }
        }
        from = next;
    }
    if list.entries.is_empty() {
        return Err(Why::Damaged("list of members".into()));
    }
    Ok(list)
}

impl Entry {
    /// A member of unknown length ends before `next` at the latest.
    fn until(&mut self, next: u64) {
        let room = next
            .saturating_sub(self.offset)
            .saturating_sub(30 + self.name.len() as u64);
        if self.crc.is_none() || self.packed > room {
            self.packed = room;
        }
    }
}

fn local(file: &mut dyn ReadSeek, offset: u64) -> Result<Option<Entry>, Why> {
    const DESCRIPTOR: u16 = 8;
    let head = bytes_at(file, offset, 30)?;
    let flags = u16_at(&head, 6);
    // Versions of the format go up to 6.3.
    if head.len() < 30 || u16_at(&head, 4) & 0xFF > 63 {
        return Ok(None);
    }
    let name = bytes_at(file, offset + 30, u64::from(u16_at(&head, 26)))?;
    let extra = bytes_at(file, offset + 30 + name.len() as u64, u64::from(u16_at(&head, 28)))?;
    let behind = flags & DESCRIPTOR != 0 && u32_at(&head, 18) == 0;
    let mut entry = Entry {
        flags,
        method: u16_at(&head, 8),
        crc: (!behind).then(|| u32_at(&head, 14)),
        packed: u64::from(u32_at(&head, 18)),
        size: u64::from(u32_at(&head, 22)),
        offset,
        name,
        ..Entry::default()
    };
    entry.extra(&extra);
    Ok(Some(entry))
}
