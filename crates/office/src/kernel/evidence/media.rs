//! What kind of file it is, by its content; its name decides nothing, but may be a reason to refuse it.
//!
//! Only kinds that an office attaches to a case are taken. Programs, scripts, macros and what a browser would run are refused:
//! a file that was taken in is sent on to other people.

use crate::error::Refusal;

/// Kinds that are taken, each with the endings that its names may have; the first one is put behind a name without one.
const KINDS: &[(&str, &[&str])] = &[
    ("application/pdf", &["pdf"]),
    ("image/png", &["png"]),
    ("image/jpeg", &["jpg", "jpeg"]),
    ("image/gif", &["gif"]),
    ("image/webp", &["webp"]),
    ("image/tiff", &["tif", "tiff"]),
    ("image/bmp", &["bmp"]),
    ("image/heic", &["heic", "heif", "avif"]),
    (DOCX, &["docx"]),
    (XLSX, &["xlsx"]),
    (PPTX, &["pptx"]),
    ("application/vnd.oasis.opendocument.text", &["odt"]),
    ("application/vnd.oasis.opendocument.spreadsheet", &["ods"]),
    ("application/vnd.oasis.opendocument.presentation", &["odp"]),
    ("application/msword", &["doc"]),
    ("application/vnd.ms-excel", &["xls"]),
    ("application/vnd.ms-powerpoint", &["ppt"]),
    ("application/vnd.ms-outlook", &["msg"]),
    ("application/rtf", &["rtf"]),
    ("application/zip", &["zip"]),
    ("application/pkcs7-signature", &["p7s", "sig", "p7m"]),
    ("message/rfc822", &["eml"]),
    ("application/xml", &["xml"]),
    ("text/plain", &["txt", "csv", "tsv", "json", "log", "md", "asc", "ics"]),
];
const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const PPTX: &str = "application/vnd.openxmlformats-officedocument.presentationml.presentation";

/// Endings that some system runs when the file is opened.
const RUN: &[&str] = &[
    "apk", "app", "appx", "asp", "aspx", "bash", "bat", "bin", "chm", "class", "cmd", "com", "command", "cpl", "deb",
    "desktop", "dex", "dll", "dmg", "docm", "dotm", "exe", "gadget", "hta", "htm", "html", "inf", "iso", "jar", "js",
    "jse", "jsp", "lnk", "mhtml", "mht", "mjs", "msc", "msi", "msix", "msp", "php", "pif", "pl", "pptm", "ps1", "psm1",
    "py", "rb", "reg", "rpm", "scf", "scr", "sh", "so", "svg", "svgz", "swf", "sys", "url", "vb", "vbe", "vbs", "vhd",
    "wasm", "wsf", "wsh", "xhtml", "xlam", "xll", "xlsm", "xltm",
];

/// Names in an archive that are looked at; an archive with more is refused.
const MAX_NAMES: usize = 20_000;
/// How far into a text its kind is looked for.
const HEAD: usize = 4096;

/// The kind of a file. Refuses what is not taken.
pub fn kind_of(name: &str, bytes: &[u8]) -> Result<&'static str, Refusal> {
    if bytes.is_empty() {
        return Err(Refusal::new("refusal-file-empty"));
    }
    if ending(name).is_some_and(|e| RUN.contains(&e.as_str())) {
        return Err(Refusal::new("refusal-file-runs"));
    }
    let found = binary(bytes)?;
    let found = match found {
        Some(kind) => Some(kind),
        None => text(bytes)?,
    };
    found.ok_or_else(|| Refusal::new("refusal-file-kind"))
}

/// Kinds that are taken.
pub fn kinds() -> impl Iterator<Item = &'static str> {
    KINDS.iter().map(|(kind, _)| *kind)
}

fn endings(kind: &str) -> &'static [&'static str] {
    KINDS.iter().find(|(k, _)| *k == kind).map_or(&[], |(_, e)| *e)
}

/// The short word for a kind that people know it by.
pub fn short(kind: &str) -> String {
    endings(kind)
        .first()
        .map_or_else(|| kind.to_owned(), |e| e.to_uppercase())
}

fn ending(name: &str) -> Option<String> {
    let (before, after) = name.trim().rsplit_once('.')?;
    (!before.is_empty() && !after.is_empty()).then(|| after.to_lowercase())
}

/// Kinds that are known by their first bytes.
fn binary(bytes: &[u8]) -> Result<Option<&'static str>, Refusal> {
    const PREFIXES: &[(&[u8], &str)] = &[
        (b"%PDF-", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"GIF87a", "image/gif"),
        (b"GIF89a", "image/gif"),
        (b"II*\0", "image/tiff"),
        (b"MM\0*", "image/tiff"),
        (b"{\\rtf", "application/rtf"),
    ];
    if let Some((_, kind)) = PREFIXES.iter().find(|(prefix, _)| bytes.starts_with(prefix)) {
        return Ok(Some(kind));
    }
    if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        return Ok(Some("image/webp"));
    }
    let length = bytes
        .get(2..6)
        .and_then(|l| l.first_chunk())
        .map(|l| u32::from_le_bytes(*l));
    if bytes.starts_with(b"BM") && length.and_then(|l| usize::try_from(l).ok()) == Some(bytes.len()) {
        return Ok(Some("image/bmp"));
    }
    if bytes.get(4..8) == Some(b"ftyp") {
        let brand = bytes.get(8..12).unwrap_or_default();
        let image = [b"heic", b"heix", b"heif", b"mif1", b"msf1", b"avif"];
        return Ok(image.iter().any(|b| *b == brand).then_some("image/heic"));
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return package(bytes).map(Some);
    }
    if bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return compound(bytes).map(Some);
    }
    // A detached signature: a sequence whose first member says that it is signed data.
    const SIGNED: &[u8] = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02";
    if bytes.first() == Some(&0x30) && bytes.get(..bytes.len().min(20)).is_some_and(|head| holds(head, SIGNED)) {
        return Ok(Some("application/pkcs7-signature"));
    }
    Ok(None)
}

fn holds(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|w| w == what)
}

/// A ZIP package: an office format by the names in it, or an archive in which nothing runs.
fn package(bytes: &[u8]) -> Result<&'static str, Refusal> {
    let names = names(bytes).ok_or_else(|| Refusal::new("refusal-file-kind"))?;
    let has = |part: &str| names.iter().any(|n| n.starts_with(part.as_bytes()));
    let macros = |n: &[u8]| {
        let lower = n.to_ascii_lowercase();
        lower.ends_with(b"vbaproject.bin") || lower.starts_with(b"basic/") || lower.starts_with(b"scripts/")
    };
    // OpenDocument says what it is in its first member, which lies there as it is.
    let mimetype = bytes.get(30..).filter(|b| b.starts_with(b"mimetype"));
    let office = if has("[Content_Types].xml") {
        [("word/", DOCX), ("xl/", XLSX), ("ppt/", PPTX)]
            .into_iter()
            .find(|(part, _)| has(part))
            .map(|(_, kind)| kind)
    } else {
        let said = mimetype.and_then(|b| b.get(8..)).unwrap_or_default();
        KINDS
            .iter()
            .filter(|(kind, _)| kind.contains("opendocument"))
            .find(|(kind, _)| said.starts_with(kind.as_bytes()))
            .map(|(kind, _)| *kind)
    };
    if let Some(kind) = office {
        return if names.iter().any(|n| macros(n)) {
            Err(Refusal::new("refusal-file-runs"))
        } else {
            Ok(kind)
        };
    }
    let runs = |n: &[u8]| ending(&String::from_utf8_lossy(n)).is_some_and(|e| RUN.contains(&e.as_str()));
    if names.iter().any(|n| runs(n)) {
        return Err(Refusal::new("refusal-file-runs"));
    }
    Ok("application/zip")
}

/// The names in the directory of a ZIP file. Nothing is unpacked and little is kept, whatever the file says of itself.
fn names(bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let at = |from: usize| {
        bytes
            .get(from..from + 2)
            .map(|b| usize::from(u16::from_le_bytes([b[0], b[1]])))
    };
    let long = |from: usize| {
        let four: &[u8; 4] = bytes.get(from..from.checked_add(4)?)?.first_chunk()?;
        usize::try_from(u32::from_le_bytes(*four)).ok()
    };
    let tail = bytes.len().saturating_sub(22 + 0xffff);
    let end = bytes.get(tail..)?.windows(4).rposition(|w| w == b"PK\x05\x06")? + tail;
    let number = at(end + 10)?;
    let mut from = long(end + 16)?;
    if number > MAX_NAMES {
        return None;
    }
    let mut names = Vec::new();
    for _ in 0..number {
        if bytes.get(from..from.checked_add(4)?)? != b"PK\x01\x02" {
            return None;
        }
        let (name, extra, comment) = (at(from + 28)?, at(from + 30)?, at(from + 32)?);
        names.push(bytes.get(from + 46..from + 46 + name)?);
        from += 46 + name + extra + comment;
    }
    Some(names)
}

/// A compound file of the older office, by the names of its streams.
fn compound(bytes: &[u8]) -> Result<&'static str, Refusal> {
    let has = |name: &str| {
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        holds(bytes, &wide)
    };
    if has("_VBA_PROJECT") {
        return Err(Refusal::new("refusal-file-runs"));
    }
    let streams = [
        ("WordDocument", "application/msword"),
        ("Workbook", "application/vnd.ms-excel"),
        ("PowerPoint Document", "application/vnd.ms-powerpoint"),
        ("__substg1.0_", "application/vnd.ms-outlook"),
    ];
    let found = streams.into_iter().find(|(name, _)| has(name));
    found
        .map(|(_, kind)| kind)
        .ok_or_else(|| Refusal::new("refusal-file-kind"))
}

/// Text that no program runs and no browser shows as a page.
fn text(bytes: &[u8]) -> Result<Option<&'static str>, Refusal> {
    let wide = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
    let bad = |b: u8| b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r' | 0x0c);
    let head: String = if wide {
        if bytes.len() % 2 == 1 {
            return Ok(None);
        }
        let little = bytes.starts_with(b"\xff\xfe");
        let units = bytes.chunks_exact(2).map(|p| {
            let pair = [p[0], p[1]];
            if little {
                u16::from_le_bytes(pair)
            } else {
                u16::from_be_bytes(pair)
            }
        });
        if units.clone().any(|u| u8::try_from(u).is_ok_and(bad)) {
            return Ok(None);
        }
        char::decode_utf16(units.take(HEAD))
            .map(|c| c.unwrap_or('\u{fffd}'))
            .collect()
    } else {
        if bytes.iter().any(|b| bad(*b)) {
            return Ok(None);
        }
        String::from_utf8_lossy(bytes.get(..HEAD.min(bytes.len())).unwrap_or_default()).into_owned()
    };
    let head = head.trim_start_matches('\u{feff}').trim_start().to_lowercase();
    if is_message(&head) {
        return Ok(Some("message/rfc822"));
    }
    const RUNS: &[&str] = &[
        "<script",
        "<html",
        "<!doctype",
        "<svg",
        "<?php",
        "<%",
        "<body",
        "<iframe",
        "xml-stylesheet",
        "xmlns:xsl",
        "<!entity",
        "@echo off",
        "powershell",
        "wscript.",
    ];
    if head.starts_with("#!") || RUNS.iter().any(|r| head.contains(r)) {
        return Err(Refusal::new("refusal-file-runs"));
    }
    Ok(Some(if head.starts_with("<?xml") {
        "application/xml"
    } else {
        "text/plain"
    }))
}

/// Whether a text begins as a message does.
fn is_message(head: &str) -> bool {
    const FIELDS: &[&str] = &[
        "received:",
        "return-path:",
        "from:",
        "to:",
        "subject:",
        "date:",
        "message-id:",
        "mime-version:",
    ];
    let mut found = 0;
    for line in head.lines().take(60) {
        if line.is_empty() {
            break;
        }
        let folded = line.starts_with([' ', '\t']);
        let named = line
            .split_once(':')
            .is_some_and(|(name, _)| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'));
        if !folded && !named {
            return false;
        }
        found += usize::from(FIELDS.iter().any(|f| line.starts_with(f)));
    }
    found >= 3
}

/// Longest name that is kept, in characters.
const MAX_NAME: usize = 120;

/// A name that is safe on every system and says truly what the file is.
pub fn clean_name(given: &str, kind: &str) -> String {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let mut name: String = last
        .chars()
        .filter(|c| !c.is_control() && !is_hidden(*c))
        .map(|c| {
            if matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*') {
                '_'
            } else {
                c
            }
        })
        .collect();
    name = name.trim_matches(|c: char| c == '.' || c.is_whitespace()).to_owned();
    let known = endings(kind);
    let (stem, end) = match name.rsplit_once('.') {
        Some((stem, end)) if known.contains(&end.to_lowercase().as_str()) => (stem.to_owned(), end.to_lowercase()),
        _ => (name, known.first().copied().unwrap_or("bin").to_owned()),
    };
    let stem: String = stem.chars().take(MAX_NAME).collect();
    let stem = stem.trim_end_matches(|c: char| c == '.' || c.is_whitespace());
    // Names of devices on Windows.
    let device = ["con", "prn", "aux", "nul"].contains(&stem.to_lowercase().as_str());
    match (stem, device) {
        ("", _) => format!("file.{end}"),
        (stem, true) => format!("{stem}_.{end}"),
        (stem, false) => format!("{stem}.{end}"),
    }
}

/// Characters that are not seen, or turn round what is.
fn is_hidden(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
pub(crate) mod tests {
    use std::io::{Cursor, Write};

    use super::*;

    /// A ZIP file with these members.
    pub(crate) fn zipped(members: &[(&str, &[u8])]) -> Vec<u8> {
        let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        for (name, content) in members {
            out.start_file(*name, options).unwrap();
            out.write_all(content).unwrap();
        }
        out.finish().unwrap().into_inner()
    }

    fn kind(name: &str, bytes: &[u8]) -> Result<&'static str, &'static str> {
        kind_of(name, bytes).map_err(|r| r.key)
    }

    #[test]
    fn a_kind_is_told_by_content() {
        for (bytes, expected) in [
            (b"%PDF-1.7\n".as_slice(), "application/pdf"),
            (b"\x89PNG\r\n\x1a\n....", "image/png"),
            (b"\xff\xd8\xff\xe0", "image/jpeg"),
            (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
            (b"\0\0\0\x18ftypheic", "image/heic"),
            (b"{\\rtf1 x}", "application/rtf"),
            ("Письмо".as_bytes(), "text/plain"),
            (b"\xcf\xe8\xf1\xfc\xec\xee", "text/plain"),
            (b"\xff\xfea\0b\0", "text/plain"),
            (b"<?xml version=\"1.0\"?><a/>", "application/xml"),
            (
                b"From: a@b.example\r\nTo: c@d.example\r\nSubject: x\r\n\r\n<html>",
                "message/rfc822",
            ),
            (
                b"\x30\x82\x01\x00\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02",
                "application/pkcs7-signature",
            ),
        ] {
            assert_eq!(kind("x", bytes), Ok(expected), "{}", String::from_utf8_lossy(bytes));
        }
        let docx = zipped(&[("[Content_Types].xml", b"<x/>"), ("word/document.xml", b"<x/>")]);
        assert_eq!(kind("a.docx", &docx), Ok(DOCX));
        let odt = zipped(&[
            ("mimetype", b"application/vnd.oasis.opendocument.text"),
            ("content.xml", b""),
        ]);
        assert_eq!(kind("a.odt", &odt), Ok("application/vnd.oasis.opendocument.text"));
        assert_eq!(kind("a.zip", &zipped(&[("a.pdf", b"x")])), Ok("application/zip"));
        let mut doc = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
        doc.extend("WordDocument".encode_utf16().flat_map(u16::to_le_bytes));
        assert_eq!(kind("a.doc", &doc), Ok("application/msword"));
        doc.extend("_VBA_PROJECT".encode_utf16().flat_map(u16::to_le_bytes));
        assert_eq!(kind("a.doc", &doc), Err("refusal-file-runs"));
    }

    #[test]
    fn what_runs_is_refused_whatever_it_is_called() {
        for bytes in [
            b"#!/bin/sh\n".as_slice(),
            b"<html><body>",
            b"  <!DOCTYPE html>",
            b"<?xml version=\"1.0\"?><svg onload=\"x\"/>",
            b"<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]>",
            b"\xff\xfe<\0s\0c\0r\0i\0p\0t\0",
            &zipped(&[("run.exe", b"x")]),
            &zipped(&[("a/b/PAGE.HTML", b"x")]),
            &zipped(&[("[Content_Types].xml", b""), ("word/vbaProject.bin", b"")]),
        ] {
            assert_eq!(
                kind("letter.txt", bytes),
                Err("refusal-file-runs"),
                "{}",
                String::from_utf8_lossy(bytes)
            );
        }
        for name in ["a.bat", "a.pdf.JS", "x.svg", "x.lnk"] {
            assert_eq!(kind(name, b"hello"), Err("refusal-file-runs"), "{name}");
        }
        for bytes in [
            b"MZ\x90\0".as_slice(),
            b"\x7fELF\x02",
            b"PK\x03\x04 cut short",
            b"7z\xbc\xaf\x27\x1c",
            b"\0\0\0\x18ftypqt  ",
        ] {
            assert_eq!(
                kind("x.pdf", bytes),
                Err("refusal-file-kind"),
                "{}",
                String::from_utf8_lossy(bytes)
            );
        }
        assert_eq!(kind("x", b""), Err("refusal-file-empty"));
    }

    #[test]
    fn a_bent_archive_is_refused_and_nothing_panics() {
        let whole = zipped(&[("[Content_Types].xml", b"<x/>"), ("word/document.xml", b"<x/>")]);
        for end in 0..whole.len() {
            let _ = kind("x", &whole[..end]);
        }
        for at in 0..whole.len() {
            for bit in [1, 0x80, 0xff] {
                let mut bent = whole.clone();
                bent[at] ^= bit;
                let _ = kind("x", &bent);
            }
        }
    }

    #[test]
    fn names_are_clean_and_true() {
        for (given, kind, expected) in [
            ("C:\\Users\\an\\Đơn.PDF", "application/pdf", "Đơn.pdf"),
            ("../../etc/passwd", "text/plain", "passwd.txt"),
            ("photo\u{202e}gpj.exe", "image/jpeg", "photogpj.exe.jpg"),
            ("a\r\nb\".csv", "text/plain", "ab_.csv"),
            ("", "image/png", "file.png"),
            ("...", "image/png", "file.png"),
            ("con.txt", "text/plain", "con_.txt"),
        ] {
            assert_eq!(clean_name(given, kind), expected);
        }
        assert!(clean_name(&"я".repeat(4000), "image/png").chars().count() < 130);
    }
}
