//! Strings and words of JSON as text.

use super::super::builder::Builder;
use super::super::{Piece, escapes};

/// Writes the content of a string or word.
pub(super) fn string_text(piece: &Piece<'_>, from: usize, to: usize, string: bool, line_feed: &str, out: &mut Builder) {
    let bytes = piece.text.as_bytes();
    let (mut at, mut kept) = (from, from);
    let special = |b: &[u8]| {
        if line_feed == " " {
            memchr::memchr3(b'\\', b'\n', b'\t', b).is_some() || memchr::memchr(b'\r', b).is_some()
        } else {
            memchr::memchr(b'\\', b).is_some()
        }
    };
    if string && bytes.get(from..to).is_some_and(special) {
        while at < to {
            let (shown, used): (&str, usize) = match bytes[at] {
                b'\\' => {
                    let escape = piece.text.get(at..to).map(escapes::json_escape);
                    let (c, used) = escape.unwrap_or((None, 1));
                    out.same(piece, kept, at);
                    match c {
                        Some('\n' | '\r') => out.unit(line_feed, piece, at),
                        Some('\t') => out.unit(if line_feed == " " { " " } else { "\t" }, piece, at),
                        Some(c) => out.unit(c.encode_utf8(&mut [0; 4]), piece, at),
                        None => out.unit("\\", piece, at),
                    }
                    at += used;
                    kept = at;
                    continue;
                }
                b'\n' | b'\t' | b'\r' if line_feed == " " => (" ", 1),
                _ => {
                    at += 1;
                    continue;
                }
            };
            out.same(piece, kept, at);
            out.unit(shown, piece, at);
            at += used;
            kept = at;
        }
    }
    out.same(piece, kept, to);
}
