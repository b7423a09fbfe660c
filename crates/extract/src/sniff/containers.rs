//! Archives, and office documents that are archives: told by what they hold.

use std::io::{Read, Seek, SeekFrom};

use super::memmem;
use crate::Kind;
use crate::context::Source;

/// Whether the file ends with the record that ends a ZIP archive, whose list stands where it says.
pub(super) fn ends_as_zip(source: &Source<'_>) -> bool {
    let mut tail = Vec::new();
    let from = source.len().saturating_sub(66 * 1024);
    let read = source.open().is_ok_and(|mut file| {
        file.seek(SeekFrom::Start(from)).is_ok() && file.take(66 * 1024).read_to_end(&mut tail).is_ok()
    });
    let Some(record) = memchr::memmem::rfind(&tail, b"PK\x05\x06").and_then(|at| tail.get(at..)) else {
        return false;
    };
    let comment = record
        .get(20..22)
        .map_or(0, |b| usize::from(u16::from_le_bytes([b[0], b[1]])));
    read && record.len() == 22 + comment && record.get(10..12) != Some(&[0, 0])
}

/// The old and the POSIX form: a checksum over the header.
pub(super) fn tar(head: &[u8]) -> bool {
    let Some(header) = head.get(..512) else { return false };
    let field = header.get(148..156).unwrap_or_default();
    let text: String = field.iter().map(|&b| char::from(b)).collect();
    let Ok(told) = u32::from_str_radix(text.trim_matches(|c: char| c == ' ' || c == '\0'), 8) else {
        return false;
    };
    let sum: u32 = header
        .iter()
        .enumerate()
        .map(|(i, &b)| if (148..156).contains(&i) { 32 } else { u32::from(b) })
        .sum();
    told == sum && header[0] != 0
}

/// Office documents in ZIP are told by their first members and the list at the end.
pub(super) fn zip(head: &[u8], source: &Source<'_>) -> Kind {
    // OpenDocument: the first member is `mimetype`, stored.
    if head.get(30..38) == Some(b"mimetype") {
        let mime = head.get(38..38 + 80).unwrap_or_default();
        let is = |name: &str| mime.windows(name.len()).any(|w| w == name.as_bytes());
        if is("opendocument.text") {
            return Kind::Odt;
        } else if is("opendocument.spreadsheet") {
            return Kind::Ods;
        } else if is("opendocument.presentation") {
            return Kind::Odp;
        }
    }
    let mut tail = Vec::new();
    if let Ok(mut file) = source.open() {
        let from = source.len().saturating_sub(256 * 1024);
        if file.seek(SeekFrom::Start(from)).is_ok() {
            // An error leaves the tail short; the head still tells.
            let _ = file.take(256 * 1024).read_to_end(&mut tail);
        }
    }
    let has = |name: &[u8]| memmem(head, name) || memmem(&tail, name);
    if has(b"word/document") {
        Kind::Docx
    } else if has(b"xl/workbook") || has(b"xl/worksheets") {
        Kind::Xlsx
    } else if has(b"ppt/presentation") || has(b"ppt/slides") {
        Kind::Pptx
    } else {
        Kind::Zip
    }
}

/// OLE2 compound files by the names of their streams (UTF-16 in the directory).
pub(super) fn compound(source: &Source<'_>) -> Kind {
    let Ok(mut reader) = source.open() else {
        return Kind::Unknown;
    };
    let Ok(file) = cfb::CompoundFile::open(&mut reader) else {
        // Damaged: the reader of old documents says so.
        return Kind::Doc;
    };
    let has = |name: &str| file.is_stream(name);
    if has("/WordDocument") {
        Kind::Doc
    } else if has("/Workbook") || has("/Book") {
        Kind::Xls
    } else if has("/PowerPoint Document") {
        Kind::Ppt
    } else if has("/EncryptedPackage") {
        Kind::Docx
    } else if has("/__properties_version1.0") {
        Kind::Msg
    } else {
        Kind::Other
    }
}
