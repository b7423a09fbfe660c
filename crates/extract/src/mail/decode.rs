//! Transfer encodings: base64, quoted-printable, uuencode. Damage costs the damaged bytes, not the rest.

const BAD: u8 = 0xFF;
const BLANK: u8 = 0xFE;
const PAD: u8 = 0xFD;

const fn alphabet() -> [u8; 256] {
    let mut table = [BAD; 256];
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut i = 0;
    while i < 64 {
        table[letters[i] as usize] = i as u8;
        i += 1;
    }
    // The form for addresses of pages appears in mail as well.
    table[b'-' as usize] = 62;
    table[b'_' as usize] = 63;
    table[b' ' as usize] = BLANK;
    table[b'\t' as usize] = BLANK;
    table[b'\r' as usize] = BLANK;
    table[b'\n' as usize] = BLANK;
    table[b'=' as usize] = PAD;
    table
}

const BASE64: [u8; 256] = alphabet();

/// Decodes base64; tells whether it was sound.
pub(super) fn base64(bytes: &[u8]) -> (Vec<u8>, bool) {
    let mut out = Vec::with_capacity(bytes.len() / 4 * 3 + 3);
    let mut sound = true;
    let mut rest = bytes;
    // Lines of whole groups, four characters at a time; what interrupts them goes the slow way.
    let (mut held, mut count) = (0_u32, 0_u32);
    while !rest.is_empty() {
        if count == 0 {
            while let Some((group, after)) = rest.split_first_chunk::<4>() {
                let v = group.map(|b| BASE64[usize::from(b)]);
                if (v[0] | v[1] | v[2] | v[3]) & 0xC0 != 0 {
                    break;
                }
                let n = u32::from(v[0]) << 18 | u32::from(v[1]) << 12 | u32::from(v[2]) << 6 | u32::from(v[3]);
                let [_, a, b, c] = n.to_be_bytes();
                out.extend_from_slice(&[a, b, c]);
                rest = after;
            }
        }
        let Some((&byte, after)) = rest.split_first() else {
            break;
        };
        rest = after;
        match BASE64[usize::from(byte)] {
            BLANK => {}
            BAD => sound = false,
            PAD => {
                // The end of the data, or of one of several pieces put together.
                sound &= flush(held, count, &mut out);
                (held, count) = (0, 0);
            }
            value => {
                held = held << 6 | u32::from(value);
                count += 1;
                if count == 4 {
                    let [_, a, b, c] = held.to_be_bytes();
                    out.extend_from_slice(&[a, b, c]);
                    (held, count) = (0, 0);
                }
            }
        }
    }
    sound &= flush(held, count, &mut out);
    (out, sound)
}

/// The bytes of an incomplete group.
fn flush(held: u32, count: u32, out: &mut Vec<u8>) -> bool {
    match count {
        2 => out.push((held >> 4) as u8),
        3 => out.extend_from_slice(&[(held >> 10) as u8, (held >> 2) as u8]),
        1 => return false,
        _ => {}
    }
    true
}

fn hex(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).map(|d| d as u8)
}

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

/// Decodes percent escapes.
pub(super) fn percent(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&b) = bytes.get(at) {
        if b == b'%'
            && let (Some(high), Some(low)) = (
                bytes.get(at + 1).and_then(|&b| hex(b)),
                bytes.get(at + 2).and_then(|&b| hex(b)),
            )
        {
            out.push(high << 4 | low);
            at += 3;
        } else {
            out.push(b);
            at += 1;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_survives_damage() {
        assert_eq!(base64(b"SGVs\r\nbG8=\r\n"), (b"Hello".to_vec(), true));
        assert_eq!(base64(b"SGVsbG8"), (b"Hello".to_vec(), true));
        assert_eq!(base64(b"SG*VsbG8="), (b"Hello".to_vec(), false));
        assert_eq!(base64(b"SGVsbG8=SGVsbG8="), (b"HelloHello".to_vec(), true));
        assert_eq!(base64(b"SGVsb"), (b"Hel".to_vec(), false));
        assert_eq!(base64(b"SG Vs bG 8="), (b"Hello".to_vec(), true));
    }

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
