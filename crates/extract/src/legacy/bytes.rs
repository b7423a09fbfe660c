//! Numbers and strings at offsets of foreign bytes; what lies outside is `None`, never a panic.

/// `len` bytes from `at`.
pub(super) fn slice(bytes: &[u8], at: usize, len: usize) -> Option<&[u8]> {
    bytes.get(at..at.checked_add(len)?)
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    slice(bytes, at, N)?.try_into().ok()
}

/// Little-endian number of two bytes.
pub(super) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    array(bytes, at).map(u16::from_le_bytes)
}

/// Little-endian number of four bytes.
pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    array(bytes, at).map(u32::from_le_bytes)
}

/// A number of four bytes as an offset or a length.
pub(super) fn size_at(bytes: &[u8], at: usize) -> Option<usize> {
    u32_at(bytes, at).and_then(|n| usize::try_from(n).ok())
}

/// Little-endian number of eight bytes.
pub(super) fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    array(bytes, at).map(u64::from_le_bytes)
}

/// Little-endian floating-point number.
pub(super) fn f64_at(bytes: &[u8], at: usize) -> Option<f64> {
    array(bytes, at).map(f64::from_le_bytes)
}

/// UTF-16 text, little-endian; broken surrogates become U+FFFD.
pub(super) fn utf16(bytes: &[u8]) -> String {
    let units = bytes.chunks_exact(2).map(|p| u16::from_le_bytes([p[0], p[1]]));
    char::decode_utf16(units).map(|c| c.unwrap_or('\u{fffd}')).collect()
}

/// UTF-16 text up to its first zero.
pub(super) fn utf16_until_zero(bytes: &[u8]) -> String {
    let end = bytes
        .chunks_exact(2)
        .position(|p| p == [0, 0])
        .map_or(bytes.len(), |n| 2 * n);
    utf16(bytes.get(..end).unwrap_or(bytes))
}

/// Bytes up to the first zero.
pub(super) fn until_zero(bytes: &[u8]) -> &[u8] {
    let end = memchr::memchr(0, bytes).unwrap_or(bytes.len());
    bytes.get(..end).unwrap_or(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_outside_is_nothing() {
        assert_eq!(u16_at(&[1, 2, 3], 1), Some(0x0302));
        assert_eq!(u16_at(&[1, 2, 3], 2), None);
        assert_eq!(u32_at(&[1, 2, 3], usize::MAX), None);
        assert_eq!(slice(&[1, 2, 3], 2, usize::MAX), None);
        assert_eq!(utf16(&[0x3d, 0xd8, 0x41, 0]), "\u{fffd}A");
        assert_eq!(utf16_until_zero(&[0x41, 0, 0, 0, 0x42, 0]), "A");
    }
}
