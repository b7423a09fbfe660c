//! The encoding of a text file for those who write it again.

use super::encoding::{self, Encoding};

/// How a text is encoded: told as the readers tell it, so that a copy can be written in the same encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Charset(Encoding);

impl Charset {
    /// The encoding of a text that begins with these bytes. `marked`: markup, which may name its encoding itself.
    pub fn of(bytes: &[u8], marked: bool) -> Self {
        Self(encoding::detect(bytes, marked))
    }

    /// Whether characters of ASCII are single bytes.
    pub fn is_narrow(self) -> bool {
        !self.0.is_wide()
    }

    /// Whether it is UTF-8.
    pub fn is_utf8(self) -> bool {
        self.0 == Encoding::Utf8
    }

    /// The text in this encoding; nothing where it has no bytes for a character.
    pub fn encode(self, text: &str) -> Option<Vec<u8>> {
        match self.0 {
            Encoding::Utf8 => Some(text.as_bytes().to_vec()),
            Encoding::Utf16 { little: true } => Some(text.encode_utf16().flat_map(u16::to_le_bytes).collect()),
            Encoding::Utf16 { little: false } => Some(text.encode_utf16().flat_map(u16::to_be_bytes).collect()),
            Encoding::Web(web) => {
                let (bytes, _, lost) = web.encode(text);
                (!lost).then(|| bytes.into_owned())
            }
            Encoding::Legacy(_) => text.is_ascii().then(|| text.as_bytes().to_vec()),
        }
    }

    /// Bytes of the character that these begin with.
    pub fn unit(self, bytes: &[u8]) -> usize {
        let Some(&first) = bytes.first() else { return 0 };
        let len = match self.0 {
            Encoding::Utf8 => match first {
                0xC2..=0xDF => 2,
                0xE0..=0xEF => 3,
                0xF0..=0xF4 => 4,
                _ => 1,
            },
            Encoding::Utf16 { little } => {
                let high = bytes.get(usize::from(little)).copied().unwrap_or_default();
                if (0xD8..0xDC).contains(&high) { 4 } else { 2 }
            }
            Encoding::Web(web) if web.is_single_byte() || first < 0x80 => 1,
            Encoding::Web(_) => {
                if bytes.get(1).is_some_and(u8::is_ascii_digit) && bytes.get(2).is_some_and(|b| *b >= 0x81) {
                    4
                } else {
                    2
                }
            }
            Encoding::Legacy(_) => 1,
        };
        len.min(bytes.len())
    }
}
