//! Tells the type of a file by its content; the name only decides between kinds of text.

mod containers;
mod holes;
mod mail;

use self::containers::{compound, ends_as_zip, tar, zip};
use self::holes::without_holes;
pub(crate) use self::holes::{hole, zeros};
use self::mail::{binary_mail, mail};
use crate::Kind;
use crate::context::Source;

/// How many first bytes [`kind`] wants to see.
pub(crate) const HEAD: usize = 64 * 1024;

/// The first [`HEAD`] bytes.
pub(crate) fn head(bytes: &[u8]) -> &[u8] {
    bytes.get(..HEAD).unwrap_or(bytes)
}

/// Signatures at the first byte of kinds that have a reader.
const SIGNATURES: &[(&[u8], Kind)] = &[
    (b"%PDF-", Kind::Pdf),
    (b"{\\rtf", Kind::Rtf),
    (b"\x1f\x8b\x08", Kind::Gzip),
    (b"7z\xbc\xaf\x27\x1c", Kind::SevenZip),
    (b"\xfd7zXZ\0", Kind::Xz),
    (b"\x89PNG\r\n\x1a\n", Kind::Png),
    (b"\xff\xd8\xff", Kind::Jpeg),
    (b"II*\0", Kind::Tiff),
    (b"MM\0*", Kind::Tiff),
];

/// Signatures of kinds that are known and not read, with the name that is told.
const UNREADABLE: &[(&[u8], &str)] = &[
    (b"Rar!\x1a\x07", "RAR archive"),
    (b"MZ", "Windows program"),
    (b"\x7fELF", "Linux program"),
    (b"SQLite format 3\0", "SQLite database"),
    (b"PAR1", "Parquet table"),
    (b"!BDN", "Outlook archive (PST)"),
    (b"\x28\xb5\x2f\xfd", "Zstandard archive"),
    (b"OggS", "Ogg audio"),
    (b"ID3", "MP3 audio"),
    (b"fLaC", "FLAC audio"),
    (b"GIF8", "GIF picture"),
    (b"wOFF", "font"),
    (b"\0\x01\0\0\0", "font"),
    (b"\xca\xfe\xba\xbe", "Java program"),
    (b"\x1aE\xdf\xa3", "Matroska video"),
    (b"ISc(", "installer"),
    (b"MSCF", "cabinet archive"),
    (b"AT&TFORM", "DjVu document"),
];

/// The name of a known kind that has no reader.
pub(crate) fn unreadable(head: &[u8]) -> Option<&'static str> {
    if head.get(4..8) == Some(b"ftyp") {
        return Some("MP4, HEIC or QuickTime media");
    }
    if head.starts_with(b"RIFF") && head.get(8..12) != Some(b"WEBP") {
        return Some("RIFF media");
    }
    UNREADABLE
        .iter()
        .find(|(sign, _)| head.starts_with(sign))
        .map(|(_, name)| *name)
}

/// The type of a file that begins with `head`.
pub(crate) fn kind(head: &[u8], source: &Source<'_>, name: &str) -> Kind {
    if source.len() == 0 {
        return Kind::Empty;
    }
    if let Some((_, kind)) = SIGNATURES.iter().find(|(sign, _)| head.starts_with(sign)) {
        return *kind;
    }
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") || head.starts_with(b"PK\x07\x08") {
        return zip(head, source);
    }
    if head.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return compound(source);
    }
    if head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP") {
        return Kind::Webp;
    }
    if head.starts_with(b"BM") && head.get(6..10) == Some(&[0; 4]) && head.len() > 26 {
        return Kind::Bmp;
    }
    // A program that unpacks itself carries its archive at the end.
    // The last piece of a split archive begins anywhere.
    let zip_by_name = || name.len() > 4 && name.to_ascii_lowercase().ends_with(".zip");
    if (head.starts_with(b"MZ") || zip_by_name()) && ends_as_zip(source) {
        return Kind::Zip;
    }
    if tar(head) {
        return Kind::Tar;
    }
    // Three letters and a digit are too little: the first block has a sign of its own.
    if head.starts_with(b"BZh")
        && matches!(
            head.get(4..10),
            Some(b"\x31\x41\x59\x26\x53\x59" | b"\x17\x72\x45\x38\x50\x90")
        )
    {
        return Kind::Bzip2;
    }
    if unreadable(head).is_some() && !looks_like_text(head) {
        return Kind::Other;
    }
    // A PDF may begin after some bytes of a printer or a mail program.
    if head
        .get(..1024.min(head.len()))
        .is_some_and(|h| h.windows(5).any(|w| w == b"%PDF-"))
        && !looks_like_text(&head[..head.len().min(32)])
    {
        return Kind::Pdf;
    }
    if !looks_like_text(head) {
        // Nothing but zeros so far: the text may stand behind a hole, and if there is none, that is told.
        if zeros(head) == head.len() && TEXT_ENDINGS.iter().any(|e| ending(name) == *e) {
            return Kind::Text;
        }
        return binary_mail(head, name).unwrap_or(Kind::Unknown);
    }
    text(head, name)
}

/// Endings of names of plain text.
const TEXT_ENDINGS: &[&str] = &["txt", "log", "csv", "tsv", "sql", "json", "jsonl", "md", "xml"];

/// The ending of a name, in small letters.
fn ending(name: &str) -> String {
    name.rsplit_once('.')
        .map_or_else(String::new, |(_, e)| e.to_ascii_lowercase())
}

fn memmem(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|w| w == needle)
}

/// Whether bytes are text in some encoding: few control characters, or UTF-16 by its zeros.
pub(crate) fn looks_like_text(head: &[u8]) -> bool {
    if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") || head.starts_with(b"\xef\xbb\xbf") {
        return true;
    }
    let sample = head.get(..16 * 1024).unwrap_or(head);
    let solid: Vec<u8>;
    let sample = if memchr::memchr(0, sample).is_none() {
        sample
    } else if utf16(sample).is_some() {
        return true;
    } else {
        // A log whose room was laid out before it was written, or a file cut off by a crash: text with long stretches of zeros.
        solid = without_holes(sample);
        if solid.is_empty() || memchr::memchr(0, &solid).is_some() {
            return false;
        }
        &solid
    };
    let control = sample
        .iter()
        .filter(|&&b| b < 32 && !matches!(b, b'\n' | b'\r' | b'\t' | 0x0c | 0x1b | 0x08))
        .count();
    // TCVN3 and VISCII put letters on a few control characters.
    control * 50 <= sample.len()
}

/// UTF-16 without a mark: zeros sit on one side of the pairs. Pairs of two zeros are no text. Returns whether it is little-endian.
pub(crate) fn utf16(sample: &[u8]) -> Option<bool> {
    memchr::memchr(0, sample)?;
    let pairs = sample.chunks_exact(2).filter(|pair| *pair != [0, 0]).count();
    if pairs < 2 {
        return None;
    }
    let (mut even, mut odd, mut breaks_le, mut breaks_be) = (0, 0, 0, 0);
    for pair in sample.chunks_exact(2).filter(|pair| *pair != [0, 0]) {
        even += usize::from(pair[0] == 0);
        odd += usize::from(pair[1] == 0);
        breaks_le += usize::from(pair[1] == 0 && matches!(pair[0], b' ' | b'\n' | b'\r' | b','));
        breaks_be += usize::from(pair[0] == 0 && matches!(pair[1], b' ' | b'\n' | b'\r' | b','));
    }
    if odd > 8 * even.max(1) && breaks_le * 100 >= pairs || odd * 10 >= pairs * 9 {
        Some(true)
    } else if even > 8 * odd.max(1) && breaks_be * 100 >= pairs || even * 10 >= pairs * 9 {
        Some(false)
    } else {
        None
    }
}

/// Which kind of text, by its beginning; the ending of the name breaks ties.
fn text(head: &[u8], name: &str) -> Kind {
    // Text of two bytes a character is told by its ASCII, which is where the signs of all kinds are.
    let narrow: Vec<u8>;
    let mut head = head;
    let little = if head.starts_with(b"\xff\xfe") {
        Some(true)
    } else if head.starts_with(b"\xfe\xff") {
        Some(false)
    } else {
        utf16(head.get(..16 * 1024).unwrap_or(head))
    };
    if let Some(little) = little {
        narrow = head
            .chunks_exact(2)
            .map(|p| if little { [p[1], p[0]] } else { [p[0], p[1]] })
            .filter(|p| *p != [0xfe, 0xff])
            .map(|p| if p[0] == 0 { p[1] } else { b'?' })
            .collect();
        head = &narrow;
    }
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let start = head.trim_ascii_start();
    let ending = ending(name);
    let lower: Vec<u8> = start.iter().take(2048).map(u8::to_ascii_lowercase).collect();
    let begins = |s: &str| lower.starts_with(s.as_bytes());
    if begins("<!doctype html") || begins("<html") || begins("<head") || begins("<body") {
        return Kind::Html;
    }
    if begins("<?xml") {
        return if memmem(&lower, b"<html") {
            Kind::Html
        } else {
            Kind::Xml
        };
    }
    if little.is_none()
        && let Some(mail) = mail(head, &ending)
    {
        return mail;
    }
    match ending.as_str() {
        "htm" | "html" | "xhtml" if memmem(&lower, b"<") => return Kind::Html,
        "xml" if begins("<") => return Kind::Xml,
        "json" | "geojson" if begins("{") || begins("[") => return Kind::Json,
        "jsonl" | "ndjson" => return Kind::Jsonl,
        "csv" | "tsv" => return Kind::Csv,
        "yaml" | "yml" => return Kind::Yaml,
        "sql" => return Kind::Sql,
        "md" | "markdown" => return Kind::Markdown,
        "log" => return Kind::Log,
        "txt" => return Kind::Text,
        _ => {}
    }
    if begins("{") || begins("[") {
        let second = start
            .split(|&b| b == b'\n')
            .nth(1)
            .unwrap_or_default()
            .trim_ascii_start();
        return if begins("{\"") && second.starts_with(b"{\"") {
            Kind::Jsonl
        } else {
            Kind::Json
        };
    }
    if ["<div", "<table", "<p>", "<p ", "<span", "<!--"]
        .iter()
        .any(|t| begins(t))
    {
        return Kind::Html;
    }
    if memmem(&lower, b"insert into ") || memmem(&lower, b"create table ") {
        return Kind::Sql;
    }
    if table(start) { Kind::Csv } else { Kind::Text }
}

/// Several lines with the same number of one delimiter.
fn table(head: &[u8]) -> bool {
    let lines: Vec<&[u8]> = head
        .split(|&b| b == b'\n')
        .take(8)
        .filter(|l| !l.trim_ascii().is_empty())
        .collect();
    let full = lines.len().saturating_sub(usize::from(head.len() >= HEAD));
    full >= 3
        && [b',', b';', b'\t', b'|'].iter().any(|&d| {
            let counts: Vec<usize> = lines
                .iter()
                .take(full)
                .map(|l| l.iter().filter(|&&b| b == d).count())
                .collect();
            counts[0] >= 2 && counts.iter().all(|&c| c == counts[0])
        })
}

#[cfg(test)]
mod tests;
