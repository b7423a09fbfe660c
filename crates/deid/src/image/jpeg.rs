//! JPEG files without what they say beside the pixels.

/// The file with the segments that decoding needs and nothing else: no metadata, no comments, no small pictures, nothing behind the
/// end. Nothing if it does not keep to the format.
pub(crate) fn without_metadata(data: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(data.len());
    out.extend_from_slice(data.get(..2).filter(|head| *head == [0xFF, 0xD8])?);
    let mut at = 2;
    loop {
        // Bytes of fill may stand before a marker.
        while data.get(at..at + 2)? == [0xFF, 0xFF] {
            at += 1;
        }
        let [0xFF, marker] = *data.get(at..)?.first_chunk::<2>()? else {
            return None;
        };
        at += 2;
        if marker == 0xD9 {
            out.extend_from_slice(&[0xFF, 0xD9]);
            return Some(out);
        }
        let len = usize::from(u16::from_be_bytes(*data.get(at..)?.first_chunk::<2>()?));
        let body = data.get(at + 2..at + len)?;
        at += len;
        let kept: &[u8] = match marker {
            // Tables, the frame, the scan, restarts.
            0xC0..=0xCF | 0xDA | 0xDB | 0xDD => body,
            // How colours are stored; the name of the program is part of the mark.
            0xEE if body.starts_with(b"Adobe") => body.get(..12)?,
            // Densities, without the small picture behind them.
            0xE0 if body.starts_with(b"JFIF\0") => {
                let mut plain = body.get(..12)?.to_vec();
                plain.extend_from_slice(&[0, 0]);
                segment(&mut out, marker, &plain)?;
                continue;
            }
            _ => continue,
        };
        segment(&mut out, marker, kept)?;
        if marker == 0xDA {
            let from = at;
            // The scan goes on to the next marker that is no restart and no escaped byte.
            loop {
                at += memchr::memchr(0xFF, data.get(at..)?)?;
                match data.get(at + 1)? {
                    0x00 | 0xD0..=0xD7 => at += 2,
                    0xFF => at += 1,
                    _ => break,
                }
            }
            out.extend_from_slice(data.get(from..at)?);
        }
    }
}

fn segment(out: &mut Vec<u8>, marker: u8, body: &[u8]) -> Option<()> {
    out.extend_from_slice(&[0xFF, marker]);
    out.extend_from_slice(&u16::try_from(body.len() + 2).ok()?.to_be_bytes());
    out.extend_from_slice(body);
    Some(())
}

#[cfg(test)]
mod tests {
    use image::codecs::jpeg::JpegEncoder;
    use image::{ExtendedColorType, ImageEncoder};

    use super::*;

    #[test]
    fn only_the_pixels_are_kept() {
        let mut plain = Vec::new();
        JpegEncoder::new(&mut plain)
            .write_image(&[90; 64 * 64], 64, 64, ExtendedColorType::L8)
            .unwrap();
        let mut told = plain[..2].to_vec();
        for (marker, text) in [(0xE1, "Exif\0\0Nguyen Van An"), (0xFE, "Trần"), (0xED, "Photoshop")] {
            segment(&mut told, marker, text.as_bytes()).unwrap();
        }
        told.extend_from_slice(&plain[2..]);
        told.extend_from_slice("PK behind the end: Trần".as_bytes());
        let clean = without_metadata(&told).unwrap();
        assert!(!clean.windows(3).any(|w| w == b"Exi" || w == b"Ngu" || w == b"PK "));
        assert!(memchr::memmem::find(&clean, "Trần".as_bytes()).is_none());
        let before = image::load_from_memory(&plain).unwrap();
        assert_eq!(image::load_from_memory(&clean).unwrap(), before);
        assert!(without_metadata(&told[..told.len() / 3]).is_none());
    }
}
