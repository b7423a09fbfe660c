//! Compressed rich text of messages ([MS-OXRTFCP]).

use crate::Why;
use crate::context::Ctx;
use crate::legacy::bytes::{size_at, u32_at};

/// Size of the window that references reach back into.
const WINDOW: usize = 4096;
/// What the window holds at the beginning, as the format defines it.
const BEGINNING: &[u8] = b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";
const COMPRESSED: u32 = 0x7546_5a4c;
const STORED: u32 = 0x414c_454d;

/// The rich text behind a compressed stream.
pub(super) fn expand(bytes: &[u8], ctx: &mut Ctx<'_>) -> Result<Vec<u8>, Why> {
    let broken = || Why::Damaged("compressed text".into());
    let told = size_at(bytes, 4).ok_or_else(broken)?;
    let kind = u32_at(bytes, 8).ok_or_else(broken)?;
    let body = bytes.get(16..).ok_or_else(broken)?;
    match kind {
        STORED => Ok(body.get(..told).unwrap_or(body).to_vec()),
        COMPRESSED => {
            // Two bytes give seventeen at most, so the result cannot outgrow the stream by much.
            let text = unpack(body, told);
            ctx.spend(text.len() as u64)?;
            if text.len() < told {
                return Err(broken());
            }
            Ok(text)
        }
        _ => Err(broken()),
    }
}

fn unpack(body: &[u8], told: usize) -> Vec<u8> {
    let mut window = [b' '; WINDOW];
    for (to, from) in window.iter_mut().zip(BEGINNING) {
        *to = *from;
    }
    let mut write = BEGINNING.len();
    let mut text = Vec::new();
    let mut bytes = body.iter().copied();
    let mut put = |byte: u8, window: &mut [u8; WINDOW], write: &mut usize| {
        if let Some(place) = window.get_mut(*write) {
            *place = byte;
        }
        *write = (*write + 1) % WINDOW;
        text.push(byte);
    };
    'all: while let Some(flags) = bytes.next() {
        for bit in 0..8 {
            let Some(first) = bytes.next() else { break 'all };
            if flags >> bit & 1 == 0 {
                put(first, &mut window, &mut write);
                continue;
            }
            let Some(second) = bytes.next() else { break 'all };
            let reference = usize::from(first) << 8 | usize::from(second);
            let (from, len) = (reference >> 4, (reference & 15) + 2);
            // A reference to the place that is written next ends the text.
            if from == write {
                break 'all;
            }
            for i in 0..len {
                let byte = window.get((from + i) % WINDOW).copied().unwrap_or(b' ');
                put(byte, &mut window, &mut write);
            }
        }
    }
    text.truncate(told);
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limits;
    use crate::testing::Kept;

    fn expanded(bytes: &[u8]) -> Result<Vec<u8>, Why> {
        let limits = Limits::default();
        let mut sink = Kept::default();
        expand(bytes, &mut Ctx::new(&limits, &mut sink))
    }

    fn stream(kind: u32, told: usize, body: &[u8]) -> Vec<u8> {
        let mut bytes = (body.len() as u32 + 12).to_le_bytes().to_vec();
        bytes.extend((told as u32).to_le_bytes());
        bytes.extend(kind.to_le_bytes());
        bytes.extend([0; 4]);
        bytes.extend(body);
        bytes
    }

    #[test]
    fn references_into_the_window_are_followed() {
        assert_eq!(BEGINNING.len(), 207);
        // `{\rtf1` from the beginning, `ab` as it stands, then a reference to what was just written, longer than it is, then the end.
        let mut body = vec![0b0001_1001, 0, 4];
        body.extend(b"ab");
        body.extend(((213_u16 << 4) | 4).to_be_bytes());
        body.extend((221_u16 << 4).to_be_bytes());
        assert_eq!(expanded(&stream(COMPRESSED, 14, &body)).unwrap(), b"{\\rtf1abababab");
        assert_eq!(expanded(&stream(STORED, 3, b"abc")).unwrap(), b"abc");
    }

    #[test]
    fn cut_streams_are_damage() {
        assert!(matches!(expanded(&[1, 2, 3]), Err(Why::Damaged(_))));
        assert!(matches!(
            expanded(&stream(COMPRESSED, 100, &[0, b'a'])),
            Err(Why::Damaged(_))
        ));
        assert!(matches!(expanded(&stream(7, 1, b"a")), Err(Why::Damaged(_))));
    }
}
