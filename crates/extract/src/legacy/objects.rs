//! Objects embedded in documents: packages, files of other programs, documents inside documents.

use std::path::Path;

use super::bytes::{size_at, slice, u16_at, until_zero};
use super::codepage;
use super::compound::Compound;
use crate::context::Ctx;
use crate::{Step, Why};

/// Streams of an object that say how it is drawn and linked, not what it holds.
const TRAPPINGS: &[&str] = &[
    "\u{1}ole",
    "\u{1}compobj",
    "\u{3}objinfo",
    "\u{3}ocxname",
    "\u{3}print",
    "\u{3}epsf",
    "\u{3}linkinfo",
    "\u{3}eprint",
    "\u{3}meta",
    "\u{3}pic",
    "\u{2}olepres000",
    "\u{2}olepres001",
];

/// Reads an object that is kept as a storage, told under this name where it has none of its own.
pub(super) fn storage(file: &mut Compound<'_>, path: &Path, name: &str, ctx: &mut Ctx<'_>) -> Result<(), Why> {
    if let Some(native) = file.stream(path.join("\u{1}Ole10Native"), ctx)? {
        match package(&native) {
            Some((told, data)) => ctx.child(Step::Attachment(told.unwrap_or_else(|| name.to_owned())), name, data),
            None => ctx.unread(
                &[Step::Attachment(name.to_owned())],
                Why::Damaged("embedded object".into()),
            ),
        }
        return Ok(());
    }
    for stream in ["Package", "CONTENTS", "Contents"] {
        if let Some(data) = file.stream(path.join(stream), ctx)? {
            ctx.child(Step::Attachment(name.to_owned()), "", &data);
            return Ok(());
        }
    }
    let entries = file.entries(path, ctx)?;
    let holds = |e: &super::compound::Entry| e.storage || !TRAPPINGS.contains(&e.name.to_lowercase().as_str());
    if !entries.iter().any(holds) {
        return Ok(());
    }
    let lifted = file.lift(path, ctx)?;
    ctx.child(Step::Attachment(name.to_owned()), "", &lifted);
    Ok(())
}

/// Name and data of the stream of a packaged file; without a name where the object belongs to a program of its own.
pub(super) fn package(native: &[u8]) -> Option<(Option<String>, &[u8])> {
    let len = size_at(native, 0)?;
    let body = native.get(4..)?;
    // What is cut off is read as far as it goes.
    let body = body.get(..len).unwrap_or(body);
    if let Some((name, data)) = labelled(body) {
        return Some((Some(name), data));
    }
    Some((None, body))
}

/// A package: a mark, the label, the path it came from, the path of a temporary copy, the data.
pub(super) fn labelled(body: &[u8]) -> Option<(String, &[u8])> {
    if u16_at(body, 0)? != 2 {
        return None;
    }
    let label = until_zero(body.get(2..)?);
    let mut at = 2 + label.len() + 1;
    at += until_zero(body.get(at..)?).len() + 1;
    // Four bytes of flags, then the temporary path with its length.
    at += 4;
    at = at.checked_add(4)?.checked_add(size_at(body, at)?)?;
    let data = slice(body, at.checked_add(4)?, size_at(body, at)?)?;
    let name = match std::str::from_utf8(label) {
        Ok(name) => name.to_owned(),
        Err(_) => codepage::decode(label, codepage::WESTERN).into_owned(),
    };
    Some((name, data))
}

#[cfg(test)]
mod tests {
    use super::super::testing::compound;
    use super::*;
    use crate::Limits;
    use crate::context::Source;
    use crate::testing::Kept;

    pub(super) fn native(name: &str, data: &[u8]) -> Vec<u8> {
        let mut body = vec![2, 0];
        body.extend(name.as_bytes());
        body.extend(b"\0C:\\tmp\\x\0\0\0\x03\0");
        body.extend(4_u32.to_le_bytes());
        body.extend(b"C:\\\0");
        body.extend((data.len() as u32).to_le_bytes());
        body.extend(data);
        let mut stream = (body.len() as u32).to_le_bytes().to_vec();
        stream.extend(body);
        stream
    }

    #[test]
    fn a_package_is_read_under_its_own_name() {
        let outer = compound(&[
            ("/ObjectPool/_1/\u{1}Ole10Native", native("list.txt", b"Le Thi Mau")),
            ("/ObjectPool/_2/\u{1}CompObj", b"only trappings".to_vec()),
        ]);
        let limits = Limits::default();
        let mut sink = Kept::default();
        let mut ctx = Ctx::new(&limits, &mut sink);
        let mut file = Compound::open(&Source::Bytes(&outer), &ctx).unwrap();
        storage(&mut file, Path::new("/ObjectPool/_1"), "_1", &mut ctx).unwrap();
        storage(&mut file, Path::new("/ObjectPool/_2"), "_2", &mut ctx).unwrap();
        assert_eq!(sink.text_at("attachment 'list.txt'"), "Le Thi Mau");
        assert_eq!(sink.parts.len(), 1);
        assert!(sink.unread.is_empty());
    }

    #[test]
    fn a_broken_package_is_no_panic() {
        let stream = native("a", b"data");
        for cut in 0..stream.len() {
            package(&stream[..cut]);
        }
        assert_eq!(package(&[1]), None);
    }
}
