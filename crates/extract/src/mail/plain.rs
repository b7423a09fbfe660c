//! Plain text of bodies: files written into it, lines that flow, encrypted blocks.

use memchr::memmem;

use super::{charset, decode};

/// A piece of a body.
pub(super) enum Piece<'b> {
    Text(&'b [u8]),
    /// A uuencoded file.
    File {
        name: String,
        data: Vec<u8>,
        sound: bool,
    },
    /// A block in an encoding that is not read.
    Unread(&'static str),
}

/// Whether the bytes are or hold a message encrypted with PGP.
pub(super) fn is_pgp_message(bytes: &[u8]) -> bool {
    memmem::find(bytes, b"-----BEGIN PGP MESSAGE-----").is_some()
}

/// Cuts a body at the files written into it.
pub(super) fn pieces(bytes: &[u8]) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let (mut from, mut at) = (0, 0);
    let finder = memmem::Finder::new(b"begin ");
    while let Some(start) = bytes.get(at..).and_then(|rest| finder.find(rest)).map(|i| i + at) {
        at = start + 6;
        let line = &bytes[start..];
        let line = &line[..memchr::memchr(b'\n', line).map_or(line.len(), |i| i + 1)];
        let Some(name) = (start == 0 || bytes[start - 1] == b'\n')
            .then(|| uu_name(line))
            .flatten()
        else {
            continue;
        };
        let body = start + line.len();
        let (data, used, sound) = decode::uuencoded(&bytes[body..]);
        // Prose may begin a line like this; data of a file decodes at least one line.
        if data.is_empty() {
            continue;
        }
        found.push(Piece::Text(&bytes[from..start]));
        found.push(Piece::File { name, data, sound });
        from = body + used;
        at = from;
    }
    if memmem::find(bytes, b"\n=ybegin ").is_some() || bytes.starts_with(b"=ybegin ") {
        found.push(Piece::Unread("yEnc"));
    }
    found.push(Piece::Text(&bytes[from..]));
    found.retain(|p| !matches!(p, Piece::Text(t) if t.trim_ascii().is_empty()));
    found
}

/// The name in `begin 644 name`.
fn uu_name(line: &[u8]) -> Option<String> {
    let rest = line.strip_prefix(b"begin ")?;
    let blank = rest.iter().position(|&b| b == b' ')?;
    let (mode, name) = rest.split_at(blank);
    if !(3..=6).contains(&mode.len()) || !mode.iter().all(|b| (b'0'..=b'7').contains(b)) {
        return None;
    }
    let name = charset::decode(name.trim_ascii(), None);
    (!name.is_empty()).then(|| name.into_owned())
}

/// Joins the lines of `format=flowed` (RFC 3676): a blank at the end says that the paragraph goes on.
pub(super) fn unflow(text: &str, joined: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut open: Option<usize> = None;
    let body = text.strip_suffix('\n').unwrap_or(text);
    for line in body.split('\n') {
        let line = line.strip_suffix('\r').unwrap_or(line);
        let quotes = line.bytes().take_while(|&b| b == b'>').count();
        let content = line.get(quotes..).unwrap_or_default();
        let content = content.strip_prefix(' ').unwrap_or(content);
        if open == Some(quotes) {
            out.push_str(content);
        } else {
            if open.is_some() {
                out.push('\n');
            }
            out.push_str(line);
        }
        // The line before a signature is never open.
        if line.ends_with(' ') && content != "-- " {
            open = Some(quotes);
            if joined {
                out.pop();
            }
        } else {
            open = None;
            out.push('\n');
        }
    }
    if body.len() == text.len() && out.ends_with('\n') {
        out.pop();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flowing_lines_are_joined_at_their_level() {
        assert_eq!(
            unflow("Nguyễn \r\nVăn An\r\n> a \r\n> b\r\n-- \r\nx", false),
            "Nguyễn Văn An\n> a b\n-- \nx"
        );
        assert_eq!(unflow("张 \n伟\n", true), "张伟\n");
    }

    #[test]
    fn files_in_text() {
        let body = b"see\r\nbegin 644 c\xe1t.txt\n#0V%T\n`\nend\nafter begin 12 not\nbegin 99 prose\n";
        let found = pieces(body);
        assert_eq!(found.len(), 3);
        assert!(
            matches!(&found[1], Piece::File { name, data, sound: true } if name.ends_with("t.txt") && data == b"Cat")
        );
        assert!(matches!(&found[2], Piece::Text(t) if t.starts_with(b"after")));
    }
}
