//! Mail: a message is put together anew out of what a reader sees of it. Of its header stay those it is from and to, subject and date.

use mail_parser::{Address, Message, MessageParser, MimeHeaders, PartType};
use tutela_detect::Input;
use tutela_extract::Kind;

use super::members::{self, Work};
use super::{Cleaned, Decide, Refused, What, text};

/// Most parts of one message.
const MOST_PARTS: usize = 10_000;

/// One part of the copy.
struct Made {
    kind: &'static str,
    name: Option<String>,
    bytes: Vec<u8>,
}

/// A copy of a message.
pub(super) fn message(bytes: &[u8], work: &mut Work<'_>) -> Result<(Vec<u8>, Cleaned), Refused> {
    let message = MessageParser::default()
        .parse(bytes)
        .ok_or_else(|| Refused::Damaged("header of a message".into()))?;
    let mut cleaned = Cleaned::default();
    let bytes = written(&message, work, &mut cleaned)?;
    Ok((bytes, cleaned))
}

/// A copy of a mailbox: its messages one by one.
pub(super) fn mailbox(bytes: &[u8], work: &mut Work<'_>) -> Result<(Vec<u8>, Cleaned), Refused> {
    let (mut out, mut cleaned) = (Vec::new(), Cleaned::default());
    for message_bytes in messages(bytes) {
        let (copy, inner) = message(message_bytes, work)?;
        cleaned.merge(&inner);
        out.extend_from_slice(b"From - Thu Jan  1 00:00:00 1970\n");
        for line in copy.split_inclusive(|b| *b == b'\n') {
            if line.starts_with(b"From ") {
                out.push(b'>');
            }
            out.extend_from_slice(line);
        }
        out.extend_from_slice(b"\n");
    }
    Ok((out, cleaned))
}

/// The messages between lines that begin with `From `.
fn messages(bytes: &[u8]) -> Vec<&[u8]> {
    let mut starts = Vec::new();
    let (mut at, mut blank) = (0, true);
    for line in bytes.split_inclusive(|b| *b == b'\n') {
        if blank && line.starts_with(b"From ") {
            starts.push((at, at + line.len()));
        }
        blank = line.trim_ascii().is_empty();
        at += line.len();
    }
    let ends = starts.iter().skip(1).map(|s| s.0).chain([bytes.len()]);
    starts
        .iter()
        .zip(ends)
        .filter_map(|(s, end)| bytes.get(s.1..end))
        .collect()
}

fn written(message: &Message<'_>, work: &mut Work<'_>, cleaned: &mut Cleaned) -> Result<Vec<u8>, Refused> {
    if message.parts.len() > MOST_PARTS {
        return Err(Refused::Limits);
    }
    let mut out = String::new();
    let mut kept = 0;
    for (name, address) in [
        ("From", message.from()),
        ("To", message.to()),
        ("Cc", message.cc()),
        ("Reply-To", message.reply_to()),
    ] {
        let Some(address) = address else { continue };
        let people = people(address);
        if people.is_empty() {
            continue;
        }
        kept += 1;
        let shown: Vec<String> = people
            .iter()
            .map(|p| {
                format!(
                    "{} <hidden@example.invalid>",
                    word(&decided(p, Some(name), work.decide))
                )
            })
            .collect();
        out.push_str(&format!("{name}: {}\r\n", shown.join(",\r\n ")));
    }
    if let Some(subject) = message.subject() {
        kept += 1;
        out.push_str(&format!(
            "Subject: {}\r\n",
            word(&decided(subject, Some("Subject"), work.decide))
        ));
    }
    if let Some(date) = message.date() {
        kept += 1;
        out.push_str(&format!("Date: {}\r\n", date.to_rfc822()));
    }
    cleaned.add(What::Headers, (message.headers().len() as u64).saturating_sub(kept));
    out.push_str("MIME-Version: 1.0\r\n");
    let mut parts = Vec::new();
    for part in &message.parts {
        let kind = part.content_type();
        let (main, sub) = kind.map_or(("", ""), |k| (k.ctype(), k.subtype().unwrap_or_default()));
        let sub = sub.to_ascii_lowercase();
        if sub.contains("signature") {
            cleaned.add(What::Signatures, 1);
            continue;
        }
        if sub.contains("pkcs7-mime") || main.eq_ignore_ascii_case("multipart") && sub == "encrypted" {
            return Err(Refused::Encrypted);
        }
        match &part.body {
            PartType::Multipart(_) => {}
            PartType::Text(body) if part.attachment_name().is_none() && matches!(sub.as_str(), "" | "plain") => {
                let (bytes, inner) =
                    text::redact_bytes(Kind::Text, "body.txt", body.as_bytes(), work.reader, work.decide)?;
                cleaned.merge(&inner);
                parts.push(Made {
                    kind: "text/plain; charset=utf-8",
                    name: None,
                    bytes,
                });
            }
            PartType::Html(body) if part.attachment_name().is_none() => {
                let (bytes, inner) =
                    text::redact_bytes(Kind::Html, "body.html", body.as_bytes(), work.reader, work.decide)?;
                cleaned.merge(&inner);
                parts.push(Made {
                    kind: "text/html; charset=utf-8",
                    name: None,
                    bytes,
                });
            }
            PartType::Message(inner) => {
                if work.deeper() {
                    let bytes = written(inner, work, cleaned)?;
                    work.up();
                    parts.push(Made {
                        kind: "message/rfc822",
                        name: None,
                        bytes,
                    });
                } else {
                    return Err(Refused::Limits);
                }
            }
            PartType::Text(body) | PartType::Html(body) => {
                parts.push(attached(part.attachment_name(), body.as_bytes(), work, cleaned)?)
            }
            PartType::Binary(body) | PartType::InlineBinary(body) => {
                parts.push(attached(part.attachment_name(), body, work, cleaned)?)
            }
        }
    }
    body(&mut out, &parts);
    Ok(out.into_bytes())
}

/// An attached file as a copy of its own.
fn attached(name: Option<&str>, bytes: &[u8], work: &mut Work<'_>, cleaned: &mut Cleaned) -> Result<Made, Refused> {
    let name = name.unwrap_or("attachment");
    let (copy, inner) = work.inner(name, bytes)?;
    cleaned.merge(&inner);
    let (name, renamed) = members::name(name.rsplit(['/', '\\']).next().unwrap_or(name), work.decide);
    cleaned.add(What::Names, u64::from(renamed));
    Ok(Made {
        kind: "application/octet-stream",
        name: Some(name),
        bytes: copy,
    })
}

/// The persons of an address field, as a reader sees them.
fn people(address: &Address<'_>) -> Vec<String> {
    address
        .iter()
        .map(|a| match (a.name(), a.address()) {
            (Some(name), Some(address)) => format!("{name} <{address}>"),
            (Some(one), None) | (None, Some(one)) => one.to_owned(),
            (None, None) => String::new(),
        })
        .filter(|p| !p.is_empty())
        .collect()
}

/// A line of the header without what is cut.
fn decided(text: &str, caption: Option<&str>, decide: &mut dyn Decide) -> String {
    let input = Input {
        caption,
        ..Input::text(text)
    };
    let (mut out, mut at) = (String::new(), 0);
    for cut in decide.cuts(&input) {
        out.push_str(text.get(at..cut.range.start).unwrap_or_default());
        out.push_str(&cut.with);
        at = cut.range.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

/// Text of a header as encoded words (RFC 2047), short enough for its lines.
fn word(text: &str) -> String {
    let (mut words, mut piece) = (Vec::new(), String::new());
    for c in text.chars().filter(|c| !c.is_control()) {
        if piece.len() + c.len_utf8() > 42 {
            words.push(std::mem::take(&mut piece));
        }
        piece.push(c);
    }
    words.push(piece);
    let words: Vec<String> = words
        .iter()
        .map(|w| format!("=?utf-8?B?{}?=", base64(w.as_bytes()).trim_end()))
        .collect();
    words.join("\r\n ")
}

/// The body: its parts side by side.
fn body(out: &mut String, parts: &[Made]) {
    if let [one] = parts
        && one.name.is_none()
    {
        head(out, one);
        out.push_str(&content(one));
        return;
    }
    // The border cannot be within base64, and messages within have borders of their own length.
    let depth = parts
        .iter()
        .filter(|p| p.kind == "message/rfc822")
        .map(|p| p.bytes.len())
        .max()
        .unwrap_or_default();
    let border = format!("=_part_{depth}_");
    out.push_str(&format!("Content-Type: multipart/mixed; boundary=\"{border}\"\r\n\r\n"));
    for part in parts {
        out.push_str(&format!("--{border}\r\n"));
        head(out, part);
        out.push_str(&content(part));
        out.push_str("\r\n");
    }
    out.push_str(&format!("--{border}--\r\n"));
}

fn head(out: &mut String, part: &Made) {
    out.push_str(&format!("Content-Type: {}\r\n", part.kind));
    if let Some(name) = &part.name {
        out.push_str(&format!(
            "Content-Disposition: attachment;\r\n filename*=utf-8''{}\r\n",
            percent(name)
        ));
    }
    if part.kind != "message/rfc822" {
        out.push_str("Content-Transfer-Encoding: base64\r\n");
    }
    out.push_str("\r\n");
}

fn content(part: &Made) -> String {
    if part.kind == "message/rfc822" {
        // Ours, and so of ASCII.
        return String::from_utf8_lossy(&part.bytes).into_owned();
    }
    base64(&part.bytes)
}

fn percent(name: &str) -> String {
    name.bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_') {
                char::from(b).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect()
}

/// Base64 in lines.
pub(super) fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len() * 4 / 3 + bytes.len() / 38 + 4);
    for (line, chunk) in bytes.chunks(57).enumerate() {
        if line > 0 {
            out.push_str("\r\n");
        }
        for group in chunk.chunks(3) {
            let n = group.iter().fold(0_u32, |n, b| n << 8 | u32::from(*b)) << (8 * (3 - group.len()));
            for i in 0..4 {
                let six = (n >> (18 - 6 * i) & 63) as usize;
                out.push(if i <= group.len() {
                    LETTERS.get(six).map_or('=', |b| char::from(*b))
                } else {
                    '='
                });
            }
        }
    }
    out.push_str("\r\n");
    out
}
