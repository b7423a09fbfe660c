//! S/MIME: messages inside a signature, and what is encrypted.
//!
//! A small walk over DER and BER, no cryptography: whether a signature holds is not our question, what it covers is.

use crate::context::{Ctx, Source};
use crate::{Kind, Part, Step, Why};

/// Object identifiers by their bytes.
const SIGNED: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02];
const ENVELOPED: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x03];
const AUTH_ENVELOPED: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x10, 0x01, 0x17];
const COMPRESSED: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x10, 0x01, 0x09];
/// Levels of values within values.
const DEEPEST: u32 = 40;

/// One value: its tag and its content.
struct Value<'b> {
    tag: u8,
    content: &'b [u8],
    /// What follows it.
    rest: &'b [u8],
}

/// The value that the bytes begin with.
fn value(bytes: &[u8], depth: u32) -> Option<Value<'_>> {
    let (&tag, rest) = bytes.split_first()?;
    // Tags above 30 take several bytes and do not occur here.
    if tag & 0x1F == 0x1F || depth > DEEPEST {
        return None;
    }
    let (&first, mut rest) = rest.split_first()?;
    let len = match first {
        0x80 => {
            // Of indefinite length: values up to an empty one.
            let content = rest;
            loop {
                if let Some(after) = rest.strip_prefix(&[0, 0]) {
                    let len = content.len() - rest.len();
                    return Some(Value {
                        tag,
                        content: &content[..len],
                        rest: after,
                    });
                }
                rest = value(rest, depth + 1)?.rest;
            }
        }
        0..0x80 => usize::from(first),
        _ => {
            let count = usize::from(first & 0x7F);
            if count > 8 {
                return None;
            }
            let (digits, after) = rest.split_at_checked(count)?;
            rest = after;
            usize::try_from(digits.iter().fold(0_u64, |n, &b| n << 8 | u64::from(b))).ok()?
        }
    };
    let (content, rest) = rest.split_at_checked(len)?;
    Some(Value { tag, content, rest })
}

fn values(mut bytes: &[u8]) -> impl Iterator<Item = Value<'_>> {
    std::iter::from_fn(move || {
        let v = value(bytes, 0)?;
        bytes = v.rest;
        Some(v)
    })
}

/// Reads a part of type `application/pkcs7-mime`.
pub(super) fn read(step: &Step, bytes: &[u8], ctx: &mut Ctx<'_>) {
    let steps = std::slice::from_ref(step);
    let content_info = value(bytes, 0).filter(|v| v.tag == 0x30);
    let mut inside = content_info.iter().flat_map(|v| values(v.content));
    let kind = inside.next().filter(|v| v.tag == 0x06).map(|v| v.content);
    match kind {
        Some(SIGNED) => {
            let message = inside.next().and_then(|v| signed(v.content));
            match message {
                Some(message) => {
                    ctx.child_as(step.clone(), Kind::Eml, &Source::Bytes(&message));
                    certificates(step, bytes, ctx);
                }
                // Certificates alone travel in the same form.
                None => certificates(step, bytes, ctx),
            }
        }
        Some(ENVELOPED | AUTH_ENVELOPED) => ctx.unread(steps, Why::Encrypted),
        Some(COMPRESSED) => ctx.unread(steps, Why::Unsupported("compressed S/MIME message".into())),
        Some(_) => ctx.unread(steps, Why::Unsupported("S/MIME message".into())),
        None => ctx.unread(steps, Why::Damaged("S/MIME message".into())),
    }
}

/// The signed bytes: `SignedData { version, digests, { type, [0] content } … }`.
fn signed(explicit: &[u8]) -> Option<Vec<u8>> {
    let data = value(explicit, 0).filter(|v| v.tag == 0x30)?;
    let inner = values(data.content).nth(2).filter(|v| v.tag == 0x30)?;
    let content = values(inner.content).nth(1).filter(|v| v.tag == 0xA0)?;
    let mut out = Vec::new();
    octets(content.content, 0, &mut out);
    (!out.is_empty()).then_some(out)
}

/// The bytes of a string that may be made of several.
fn octets(bytes: &[u8], depth: u32, out: &mut Vec<u8>) {
    if depth > DEEPEST {
        return;
    }
    for v in values(bytes) {
        match v.tag {
            0x04 => out.extend_from_slice(v.content),
            0x24 => octets(v.content, depth + 1, out),
            _ => {}
        }
    }
}

/// Gives the names and addresses in the certificates of a signature.
pub(super) fn certificates(step: &Step, bytes: &[u8], ctx: &mut Ctx<'_>) {
    let mut text = String::new();
    strings(bytes, 0, &mut text);
    if text.is_empty() {
        if value(bytes, 0).is_none() {
            ctx.unread(std::slice::from_ref(step), Why::Damaged("signature".into()));
        }
        return;
    }
    let place = ctx
        .place()
        .with(step.clone())
        .with(Step::Property("certificate".into()));
    ctx.part(Part::whole(place, text));
}

/// All strings in a tree of values, one a line.
fn strings(bytes: &[u8], depth: u32, out: &mut String) {
    if depth > DEEPEST {
        return;
    }
    for v in values(bytes) {
        match v.tag {
            // UTF-8, printable, teletex and ASCII strings; an address in the alternative names has a tag of its own.
            0x0C | 0x13 | 0x14 | 0x16 | 0x81 if v.content.iter().all(|&b| b >= 0x20) && !v.content.is_empty() => {
                out.push_str(&super::charset::decode(v.content, None));
                out.push('\n');
            }
            // Strings of two bytes a character.
            0x1E => {
                out.push_str(&encoding_rs::UTF_16BE.decode_without_bom_handling(v.content).0);
                out.push('\n');
            }
            // Extensions hide values in a string of bytes.
            0x04 if v.content.first() == Some(&0x30) => strings(v.content, depth + 1, out),
            tag if tag & 0x20 != 0 => strings(v.content, depth + 1, out),
            _ => {}
        }
    }
}
