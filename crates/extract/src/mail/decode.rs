//! Transfer encodings of mail: quoted-printable, uuencode. Damage costs the damaged bytes, not the rest.

use crate::encoded::hex;

/// Decodes quoted-printable; what is no escape stays as it is.
pub(super) fn quoted_printable(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(at) = memchr::memchr(b'=', rest) {
        let (before, from) = rest.split_at(at);
        out.extend_from_slice(before);
        if let Some(&[_, high, low]) = from.first_chunk::<3>()
            && let (Some(high), Some(low)) = (hex(high), hex(low))
        {
            out.push(high << 4 | low);
            rest = &from[3..];
            continue;
        }
        // A soft line break, with the blanks that transport leaves before it.
        let after = &from[1..];
        let blanks = after.iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
        let line = &after[blanks..];
        if let Some(next) = line.strip_prefix(b"\r\n").or_else(|| line.strip_prefix(b"\n")) {
            rest = next;
        } else if line.is_empty() {
            rest = line;
        } else {
            out.push(b'=');
            rest = after;
        }
    }
    out.extend_from_slice(rest);
    out
}

/// Decodes the lines of a uuencoded file up to its `end`; tells how many bytes were used and whether it was sound.
pub(super) fn uuencoded(bytes: &[u8]) -> (Vec<u8>, usize, bool) {
    let (mut out, mut used) = (Vec::new(), 0);
    for line in bytes.split_inclusive(|&b| b == b'\n') {
        let data = line.trim_ascii_end();
        if data == b"end" {
            return (out, used + line.len(), true);
        }
        let Some((&first, groups)) = data.split_first() else {
            used += line.len();
            continue;
        };
        let len = usize::from(first.wrapping_sub(b' ') & 0x3f);
        if !(b' '..=b'`').contains(&first) || groups.len() > 88 {
            return (out, used, false);
        }
        let from = out.len();
        for group in groups.chunks(4) {
            let value = |i: usize| u32::from(group.get(i).map_or(0, |b| b.wrapping_sub(b' ') & 0x3f));
            let n = value(0) << 18 | value(1) << 12 | value(2) << 6 | value(3);
            let [_, a, b, c] = n.to_be_bytes();
            out.extend_from_slice(&[a, b, c]);
        }
        out.truncate(from + len);
        used += line.len();
    }
    (out, used, false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_printable_survives_damage() {
        assert_eq!(quoted_printable(b"a=3Db =\r\nc=\nd=e4"), b"a=b cd\xe4");
        assert_eq!(quoted_printable(b"x=zz=  \r\ny="), b"x=zzy");
        assert_eq!(quoted_printable(b"50 = 5*10"), b"50 = 5*10");
    }

    #[test]
    fn uuencode() {
        let (bytes, used, sound) = uuencoded(b"#0V%T\n`\nend\nrest");
        assert_eq!((bytes.as_slice(), used, sound), (&b"Cat"[..], 12, true));
        assert!(!uuencoded(b"#0V%T\n").2);
    }
}
