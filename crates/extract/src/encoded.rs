//! Bytes written as letters: base64, hexadecimal digits, percent escapes. Damage costs the damaged bytes, not the rest.

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
pub(crate) fn base64(bytes: &[u8]) -> (Vec<u8>, bool) {
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

/// The value of a hexadecimal digit.
pub(crate) fn hex(byte: u8) -> Option<u8> {
    Some(match byte {
        b'0'..=b'9' => byte - b'0',
        b'a'..=b'f' => byte - b'a' + 10,
        b'A'..=b'F' => byte - b'A' + 10,
        _ => return None,
    })
}

/// Decodes percent escapes; what is none stays as it is.
pub(crate) fn percent(bytes: &[u8]) -> Vec<u8> {
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
    fn percent_escapes_that_are_none_stay() {
        assert_eq!(percent(b"a%20b%C3%A9%4%zz%"), b"a b\xC3\xA9%4%zz%");
        assert_eq!((hex(b'f'), hex(b'A'), hex(b'g')), (Some(15), Some(10), None));
    }
}
