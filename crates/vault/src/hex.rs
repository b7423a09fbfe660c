//! Hexadecimal digits of what is public: identifiers, tokens, checksums.

use std::fmt;

/// Writes bytes as lower-case digits.
pub(crate) fn write(f: &mut impl fmt::Write, bytes: &[u8]) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}

/// Reads exactly `N` bytes of lower-case digits, the one form that [`write()`] gives.
pub(crate) fn decode<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digit = |d: u8| match d {
        b'0'..=b'9' => Some(d - b'0'),
        b'a'..=b'f' => Some(d - b'a' + 10),
        _ => None,
    };
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if pairs.len() != N || !rest.is_empty() {
        return None;
    }
    let mut out = [0; N];
    for (byte, [high, low]) in out.iter_mut().zip(pairs) {
        *byte = digit(*high)? << 4 | digit(*low)?;
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_one_form() {
        let mut text = String::new();
        write(&mut text, &[0x00, 0x9f, 0xff]).unwrap();
        assert_eq!(text, "009fff");
        assert_eq!(decode("009fff"), Some([0x00, 0x9f, 0xff]));
        for bad in ["009FFF", "009ff", "009fff0", "009fff00", "00 fff", "00ýff", ""] {
            assert_eq!(decode::<3>(bad), None, "{bad}");
        }
    }
}
