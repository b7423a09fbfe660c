//! Padding: a sealed content tells the bucket of its length, not the length.
//!
//! `content ‖ zeros ‖ u32 length`, so that the whole is a multiple of the step of its size. The length stands at the end, so that
//! an opened buffer becomes the content by being cut.

use zeroize::Zeroizing;

/// The smallest bucket. Most cards of one person fit into it, and so look alike.
const SMALLEST: usize = 256;
const LENGTH: usize = 4;

/// The bucket of a padded content: 256 bytes, then steps of an eighth of the power of two below, at least 256 bytes.
/// What padding adds to a content above 2 KiB is at most an eighth of it.
fn bucket(needed: usize) -> Option<usize> {
    let step = needed
        .checked_ilog2()
        .map_or(0, |log| (1_usize << log) / 8)
        .max(SMALLEST);
    needed.checked_next_multiple_of(step)
}

/// Pads a content. `spare` more bytes are reserved, so that the buffer does not move when a tag is put behind.
/// `None` if the length cannot be written down.
pub(crate) fn pad(content: &[u8], spare: usize) -> Option<Zeroizing<Vec<u8>>> {
    let length = u32::try_from(content.len()).ok()?;
    let total = bucket(content.len().checked_add(LENGTH)?)?;
    let mut out = Zeroizing::new(Vec::with_capacity(total.checked_add(spare)?));
    out.extend_from_slice(content);
    out.resize(total - LENGTH, 0);
    out.extend_from_slice(&length.to_be_bytes());
    Some(out)
}

/// Takes the padding away. `None` if it is not the padding of this content.
pub(crate) fn unpad(buffer: &mut Vec<u8>) -> Option<()> {
    let (rest, length) = buffer.split_last_chunk::<LENGTH>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let zeros = rest.get(length..)?;
    if zeros.iter().any(|&b| b != 0) || bucket(length.checked_add(LENGTH)?)? != buffer.len() {
        return None;
    }
    buffer.truncate(length);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_are_coarse_and_cheap() {
        for (needed, expected) in [
            (4, 256),
            (256, 256),
            (257, 512),
            (2047, 2048),
            (2049, 2304),
            (4097, 4608),
            (1 << 20, 1 << 20),
            ((1 << 20) + 1, (1 << 20) + (1 << 17)),
        ] {
            assert_eq!(bucket(needed), Some(expected), "{needed}");
        }
        for needed in 2048..70_000 {
            let padded = bucket(needed).unwrap();
            assert!(padded >= needed && padded - needed <= needed / 8, "{needed}");
        }
        assert_eq!(bucket(usize::MAX), None, "nothing overflows");
    }

    #[test]
    fn contents_come_back_and_wrong_padding_does_not() {
        for length in (0..600).chain([2044, 2045, 100_000]) {
            let content: Vec<u8> = (0..length).map(|i| u8::try_from(i % 256).unwrap()).collect();
            let mut padded = pad(&content, 16).unwrap();
            assert!(padded.capacity() >= padded.len() + 16);
            unpad(&mut padded).unwrap();
            assert_eq!(*padded, content);
        }
        let mut dirty = pad(b"content", 0).unwrap();
        dirty[100] = 1;
        assert_eq!(unpad(&mut dirty), None, "zeros are zeros");
        let mut long = pad(b"content", 0).unwrap();
        let end = long.len() - 1;
        long[end] = 255;
        assert_eq!(unpad(&mut long), None, "a length longer than the buffer");
        let mut large = vec![0; 512];
        assert_eq!(unpad(&mut large), None, "a content lies in its own bucket");
        for length in 0..4 {
            assert_eq!(unpad(&mut vec![0; length]), None);
        }
    }
}
