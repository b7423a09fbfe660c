//! TAR: headers of 512 bytes, each followed by the bytes of its member; the old form, ustar, GNU and pax.
//!
//! The archive is read once from its beginning, so that it may come out of a compressed stream of any length. Our own reader, since the
//! length of a long name or of a pax header is the archive's word and must not become memory.

use std::io::{self, Read};

use super::member::{self, Stored};
use super::names::{Charset, Names};
use crate::context::{Ctx, Source};
use crate::{Step, Why};

const BLOCK: u64 = 512;
/// Longest long name or pax header that is read, in bytes.
const LONGEST: u64 = 1 << 20;

pub(super) fn read(source: &Source<'_>, ctx: &mut Ctx<'_>) -> Result<(), Why> {
    let mut input = Counted {
        inner: io::BufReader::with_capacity(64 << 10, source.open()?),
        at: 0,
    };
    let mut names = Names::new();
    let result = members(&mut input, &mut names, ctx);
    names.give(ctx);
    result
}

/// A reader that knows where it stands.
struct Counted<R> {
    inner: R,
    at: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let got = self.inner.read(buf)?;
        self.at += got as u64;
        Ok(got)
    }
}

/// What headers before a member say of it.
#[derive(Default)]
struct Ahead {
    name: Option<Vec<u8>>,
    size: Option<u64>,
    sparse: bool,
}

fn members<R: Read>(input: &mut Counted<R>, names: &mut Names, ctx: &mut Ctx<'_>) -> Result<(), Why> {
    let mut ahead = Ahead::default();
    let mut count = 0;
    let mut lost = false;
    let mut ended = false;
    loop {
        ctx.tick()?;
        let mut block = [0; BLOCK as usize];
        let got = fill(input, &mut block)?;
        if got == 0 {
            return Ok(());
        }
        if got < block.len() {
            if block.iter().any(|&b| b != 0) && !lost {
                ctx.unread(&[], Why::Damaged("cut short".into()));
            }
            return Ok(());
        }
        if block.iter().all(|&b| b == 0) {
            // The end; but archives are appended to one another, and what follows is read as well.
            ended = true;
            continue;
        }
        if !sound(&block) {
            // Told once, then the next sound header is looked for.
            if !lost {
                let what = if ended {
                    "data after the end"
                } else {
                    "header of a member"
                };
                ctx.unread(&[], Why::Damaged(what.into()));
            }
            lost = true;
            continue;
        }
        lost = false;
        count += 1;
        if count > ctx.limits.max_entries {
            return Err(Why::TooMany(ctx.limits.max_entries));
        }
        let kind = block[156];
        let Some(told) = number(&block[124..136]) else {
            ctx.unread(&[], Why::Damaged("length of a member".into()));
            lost = true;
            continue;
        };
        match kind {
            b'L' | b'x' | b'X' => {
                let (bytes, whole) = meta(input, told, ctx)?;
                if !whole {
                    ctx.unread(&[], Why::Damaged("name of a member".into()));
                }
                if kind == b'L' {
                    let end = bytes.iter().position(|&b| b == 0).unwrap_or(bytes.len());
                    ahead.name = Some(bytes[..end].to_vec());
                } else {
                    pax(&bytes, &mut ahead);
                }
                continue;
            }
            b'K' | b'g' => {
                meta(input, told, ctx)?;
                continue;
            }
            _ => {}
        }
        let Ahead { name, size, mut sparse } = std::mem::take(&mut ahead);
        let raw = name.unwrap_or_else(|| short_name(&block));
        let name = Charset::guess(std::iter::once(raw.as_slice())).decode(&raw);
        names.add(&name, ctx);
        let size = size.unwrap_or(told);
        let step = Step::Member(name.clone());
        match kind {
            // Links, devices, folders and queues have no content, whatever their length says.
            b'1'..=b'6' | b'V' => continue,
            b'S' => {
                sparse = true;
                let mut more = block[482] != 0;
                while more {
                    ctx.tick()?;
                    let mut map = [0; BLOCK as usize];
                    more = fill(input, &mut map)? == map.len() && map[504] != 0;
                }
            }
            _ => {}
        }
        let from = input.at;
        if sparse {
            ctx.unread(std::slice::from_ref(&step), Why::Unsupported("sparse member".into()));
        } else if kind == b'M' {
            ctx.unread(
                std::slice::from_ref(&step),
                Why::Unsupported("part of a split archive".into()),
            );
        } else if !(size == 0 && name.ends_with('/')) {
            let mut data = (&mut *input).take(size);
            member::read(&step, &name, Stored::Plain, &mut data, ctx)?;
        }
        skip(input, size - (input.at - from).min(size), ctx)?;
        if input.at - from < size {
            ctx.unread(&[step], Why::Damaged("cut short".into()));
            return Ok(());
        }
        skip(input, size.wrapping_neg() % BLOCK, ctx)?;
    }
}

/// The bytes of a header's own data, as far as they are kept, and whether that is all of them.
fn meta<R: Read>(input: &mut Counted<R>, size: u64, ctx: &Ctx<'_>) -> Result<(Vec<u8>, bool), Why> {
    let mut bytes = Vec::new();
    (&mut *input)
        .take(size.min(LONGEST))
        .read_to_end(&mut bytes)
        .map_err(|e| Why::from_io(&e))?;
    let whole = bytes.len() as u64 == size;
    skip(input, size - bytes.len() as u64, ctx)?;
    skip(input, size.wrapping_neg() % BLOCK, ctx)?;
    Ok((bytes, whole))
}

fn fill(input: &mut impl Read, block: &mut [u8]) -> Result<usize, Why> {
    let mut got = 0;
    while got < block.len() {
        match input.read(&mut block[got..]) {
            Ok(0) => break,
            Ok(n) => got += n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(Why::from_io(&e)),
        }
    }
    Ok(got)
}

fn skip(input: &mut impl Read, mut bytes: u64, ctx: &Ctx<'_>) -> Result<(), Why> {
    while bytes > 0 {
        ctx.tick()?;
        let got = io::copy(&mut input.take(bytes.min(1 << 20)), &mut io::sink()).map_err(|e| Why::from_io(&e))?;
        if got == 0 {
            break;
        }
        bytes -= got;
    }
    Ok(())
}

/// Whether the checksum of a header holds, by unsigned or, as old programs counted, by signed bytes.
fn sound(block: &[u8]) -> bool {
    let Some(told) = number(&block[148..156]) else {
        return false;
    };
    let (mut unsigned, mut signed) = (0_i64, 0_i64);
    for (i, &b) in block.iter().enumerate() {
        let b = if (148..156).contains(&i) { b' ' } else { b };
        unsigned += i64::from(b);
        signed += i64::from(b.cast_signed());
    }
    i64::try_from(told).is_ok_and(|told| told == unsigned || told == signed)
}

/// A number in octal digits, or in binary with the highest bit set.
fn number(field: &[u8]) -> Option<u64> {
    if let Some((&first, rest)) = field.split_first()
        && first & 0x80 != 0
    {
        let mut n = u64::from(first & 0x7f);
        for &b in rest {
            n = n.checked_mul(256)?.checked_add(u64::from(b))?;
        }
        return Some(n);
    }
    let digits: Vec<u8> = field
        .iter()
        .copied()
        .skip_while(|&b| b == b' ')
        .take_while(|&b| b != 0 && b != b' ')
        .collect();
    if digits.is_empty() {
        return Some(0);
    }
    u64::from_str_radix(std::str::from_utf8(&digits).ok()?, 8).ok()
}

fn short_name(block: &[u8]) -> Vec<u8> {
    let field = |from: usize, to: usize| {
        let bytes = &block[from..to];
        &bytes[..bytes.iter().position(|&b| b == 0).unwrap_or(bytes.len())]
    };
    // GNU headers keep other things where POSIX keeps the prefix.
    let prefix = if &block[257..263] == b"ustar\0" {
        field(345, 500)
    } else {
        b""
    };
    let mut name = prefix.to_vec();
    if !name.is_empty() {
        name.push(b'/');
    }
    name.extend_from_slice(field(0, 100));
    name
}

/// Records `LENGTH KEY=VALUE\n` of a pax header.
fn pax(mut bytes: &[u8], ahead: &mut Ahead) {
    while let Some(blank) = bytes.iter().position(|&b| b == b' ') {
        let Some(len) = std::str::from_utf8(&bytes[..blank])
            .ok()
            .and_then(|n| n.parse::<usize>().ok())
        else {
            return;
        };
        let Some(record) = bytes.get(blank + 1..len) else {
            return;
        };
        let record = record.strip_suffix(b"\n").unwrap_or(record);
        if let Some(equals) = record.iter().position(|&b| b == b'=') {
            let value = &record[equals + 1..];
            match &record[..equals] {
                b"path" | b"GNU.sparse.name" => ahead.name = Some(value.to_vec()),
                b"size" => ahead.size = std::str::from_utf8(value).ok().and_then(|n| n.parse().ok()),
                key if key.starts_with(b"GNU.sparse.") => ahead.sparse = true,
                _ => {}
            }
        }
        bytes = &bytes[len..];
    }
}
