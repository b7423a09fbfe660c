//! Tells the type of a file by its content; the name only decides between kinds of text.

use std::io::{Read, Seek, SeekFrom};

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

/// Whether the file ends with the record that ends a ZIP archive, whose list stands where it says.
fn ends_as_zip(source: &Source<'_>) -> bool {
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
fn tar(head: &[u8]) -> bool {
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
fn zip(head: &[u8], source: &Source<'_>) -> Kind {
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

fn memmem(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|w| w == needle)
}

/// OLE2 compound files by the names of their streams (UTF-16 in the directory).
fn compound(source: &Source<'_>) -> Kind {
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

/// The least number of zero bytes that is a hole in a text: room that was never written, and no text.
pub(crate) const HOLE: usize = 512;

/// How many zero bytes the bytes begin with, by blocks as long as there are many.
pub(crate) fn zeros(bytes: &[u8]) -> usize {
    let blocks = bytes
        .chunks_exact(4096)
        .take_while(|block| block.iter().fold(0, |all, b| all | b) == 0)
        .count();
    let rest = bytes.get(blocks * 4096..).unwrap_or_default();
    blocks * 4096 + rest.iter().take_while(|b| **b == 0).count()
}

/// The first hole: where it begins and how long it is.
pub(crate) fn hole(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut at = 0;
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr::memchr(0, rest)) {
        let start = at + found;
        let len = zeros(bytes.get(start..).unwrap_or_default());
        if len >= HOLE {
            return Some((start, len));
        }
        at = start + len;
    }
    None
}

/// The bytes without holes and without zeros at their ends, where a hole may have been cut.
fn without_holes(bytes: &[u8]) -> Vec<u8> {
    let mut solid = Vec::with_capacity(bytes.len());
    let mut rest = bytes.get(zeros(bytes)..).unwrap_or_default();
    while let Some((start, len)) = hole(rest) {
        solid.extend_from_slice(rest.get(..start).unwrap_or_default());
        rest = rest.get(start + len..).unwrap_or_default();
    }
    let end = rest.iter().rposition(|b| *b != 0).map_or(0, |i| i + 1);
    solid.extend_from_slice(rest.get(..end).unwrap_or_default());
    solid
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

/// Mail may carry its parts as they are, without any encoding: its header is text all the same.
fn binary_mail(head: &[u8], name: &str) -> Option<Kind> {
    let header = [&b"\r\n\r\n"[..], b"\n\n"]
        .iter()
        .filter_map(|end| memchr::memmem::find(head, end))
        .min()
        .and_then(|at| head.get(..at))?;
    mail(header, &ending(name)).filter(|_| !header.contains(&0))
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

/// A message begins with header lines, a mailbox with a `From ` line before them. The ending of the name helps where the header is poor.
fn mail(head: &[u8], ending: &str) -> Option<Kind> {
    const KNOWN: &[&str] = &[
        "from",
        "to",
        "cc",
        "bcc",
        "subject",
        "date",
        "message-id",
        "received",
        "return-path",
        "mime-version",
        "content-type",
        "content-transfer-encoding",
        "content-disposition",
        "delivered-to",
        "reply-to",
        "references",
        "in-reply-to",
        "x-mailer",
        "x-received",
        "x-originating-ip",
        "x-priority",
        "user-agent",
        "dkim-signature",
        "authentication-results",
        "received-spf",
        "sender",
    ];
    let blank = head.iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
    let head = &head[blank..];
    let mailbox = head.starts_with(b"From ");
    let quoted = head.starts_with(b">From ");
    let (mut known, mut seen, mut typed) = (0, 0, false);
    // Trackers of spam put more lines before the header than people do.
    for line in head
        .split(|&b| b == b'\n')
        .skip(usize::from(mailbox || quoted))
        .take(200)
    {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            break;
        }
        if line[0] == b' ' || line[0] == b'\t' {
            continue;
        }
        let field = line
            .iter()
            .position(|&b| b == b':')
            .map(|colon| line[..colon].trim_ascii_end());
        let Some(name) = field.filter(|n| !n.is_empty() && n.iter().all(u8::is_ascii_graphic)) else {
            // A header that runs into its body without a blank line.
            if known >= 3 {
                break;
            }
            return None;
        };
        seen += 1;
        let name = name.to_ascii_lowercase();
        let is_known = KNOWN.iter().any(|k| k.as_bytes() == name);
        known += usize::from(is_known);
        typed |= name == b"mime-version" || name == b"message-id" || name == b"received";
    }
    let told_by_name = matches!(ending, "eml" | "mht" | "mhtml" | "mbox" | "mbx") && known >= 1;
    // Programs add many lines of their own; these three are in no other kind of file.
    let enough = known >= 2 && (known * 4 >= seen || typed && known >= 3);
    (enough || told_by_name).then_some(if mailbox { Kind::Mbox } else { Kind::Eml })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(bytes: &[u8], name: &str) -> Kind {
        kind(head(bytes), &Source::Bytes(bytes), name)
    }

    #[test]
    fn content_decides_and_names_only_break_ties() {
        assert_eq!(told(b"%PDF-1.7 ...", "a.txt"), Kind::Pdf);
        assert_eq!(told(b"{\\rtf1 x}", "a.doc"), Kind::Rtf);
        assert_eq!(told(b"hello world", "a.pdf"), Kind::Text);
        assert_eq!(told(b"", "a.docx"), Kind::Empty);
        assert_eq!(
            told(
                b"From: a@example.org\r\nTo: b@example.org\r\nSubject: x\r\n\r\nbody",
                "x"
            ),
            Kind::Eml
        );
        assert_eq!(
            told(
                b"From a@example.org Mon Jan 1\nFrom: a@example.org\nDate: x\n\nbody",
                "x"
            ),
            Kind::Mbox
        );
        assert_eq!(told(b"a;b;c\n1;2;3\n4;5;6\n7;8;9\n", "x"), Kind::Csv);
        assert_eq!(told(b"<!DOCTYPE html><html></html>", "x"), Kind::Html);
        assert_eq!(told(b"{\"a\": 1}\n{\"a\": 2}\n", "x"), Kind::Jsonl);
        assert_eq!(told(&[0, 1, 2, 255, 254, 0, 0, 9].repeat(50), "x.txt"), Kind::Unknown);
        assert_eq!(told(b"SQLite format 3\0\x10\0\x01\x01\0\0", "x"), Kind::Other);
        let utf16: Vec<u8> = "Xin chào các bạn, đây là thư"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(told(&utf16, "x"), Kind::Text);
        assert_eq!(
            told("Note: this is a text: with colons\nand more".as_bytes(), "x"),
            Kind::Text
        );
    }

    #[test]
    fn mail_with_unusual_beginnings() {
        for (text, name, kind) in [
            (
                "X-Spam-Score: 0\nX-Spam-Level:\nX-Loop: a\nX-A: b\nX-B: c\nX-C: d\nX-D: e\nX-E: f\nX-F: g\nX-G: h\nX-H: i\nX-I: j\nX-J: k\nMessage-ID: <1@example.org>\nFrom: a@example.org\nSubject: x\n\nbody",
                "x",
                Kind::Eml,
            ),
            (
                "Received: from a\n\tby b\nReceived: from c\nDate: x\n\nbody",
                "x.dat",
                Kind::Eml,
            ),
            (
                "\r\n\r\nFrom: a@example.org\r\nTo: b@example.org\r\n\r\nbody",
                "x",
                Kind::Eml,
            ),
            (
                "\u{feff}From: a@example.org\r\nTo: b@example.org\r\n\r\nbody",
                "x",
                Kind::Eml,
            ),
            (
                ">From a Mon\nFrom: a@example.org\nTo: b@example.org\n\nbody",
                "x",
                Kind::Eml,
            ),
            ("Subject: only\n\nbody", "x.eml", Kind::Eml),
            (
                "From: <Saved by Windows Internet Explorer>\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\ttype=\"text/html\";\r\n\tboundary=\"b\"\r\n\r\n",
                "x.doc",
                Kind::Eml,
            ),
            (
                "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=\"----=_NextPart\"\n\nThis document is a Single File Web Page",
                "x.mht",
                Kind::Eml,
            ),
            ("Subject: only\n\nbody", "x.txt", Kind::Text),
            (
                "From: the shop\nNote: a list\nTotal: 5\nmilk and bread\n",
                "x",
                Kind::Text,
            ),
            ("From the beginning\nof a letter: to you\n", "x", Kind::Text),
        ] {
            assert_eq!(told(text.as_bytes(), name), kind, "{text}");
        }
        let koi8 = encoding_rs::KOI8_R
            .encode("From a@example.org Mon Jan 1 10:00:00 2024\nFrom: Иванов <a@example.org>\nTo: Петров\n\nпривет")
            .0;
        assert_eq!(told(&koi8, "x"), Kind::Mbox);
    }

    #[test]
    fn tables_under_false_names() {
        assert_eq!(
            told(
                b"<html xmlns:o=\"urn:schemas-microsoft-com:office:office\"><table></table>",
                "x.xls"
            ),
            Kind::Html
        );
        assert_eq!(
            told(b"<table border=1><tr><td>1</td></tr></table>", "x.xls"),
            Kind::Html
        );
        assert_eq!(told(b"a\tb\tc\n1\t2\t3\n4\t5\t6\n7\t8\t9\n", "x.xls"), Kind::Csv);
        assert_eq!(
            told(
                b"<?xml version=\"1.0\"?>\n<?mso-application progid=\"Excel.Sheet\"?>\n<Workbook></Workbook>",
                "x.xls"
            ),
            Kind::Xml
        );
        let wide: Vec<u8> = "\u{feff}Họ tên;Số;Tuổi\nAn;1;2\nBình;3;4\nCúc;5;6\n"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(told(&wide, "x.csv"), Kind::Csv);
        assert_eq!(told(&wide, "x"), Kind::Csv);
    }

    #[test]
    fn streams_and_programs() {
        assert_eq!(told(b"\x1f\x8b\x08\x1f\0\0\0\0\0\x03xxxx", "x"), Kind::Gzip);
        assert_eq!(told(b"BZh91AY&SY\x01\x02\x03\x04\0\0", "x"), Kind::Bzip2);
        assert_eq!(told(b"BZh9 is how the file begins", "x"), Kind::Text);
        assert_eq!(
            told(&[&b"MZ\x90\0\x03"[..], &[0, 7, 200].repeat(300)].concat(), "x.exe"),
            Kind::Other
        );
    }
}
