//! Text whose encoding nobody tells, or tells wrongly, inside other formats.

use super::encoding::{self, Decoded};

/// Decodes bytes by what they look like.
pub(crate) fn guess(bytes: &[u8]) -> String {
    let encoding = encoding::detect(bytes, true);
    let bytes = bytes.get(encoding.mark(bytes)..).unwrap_or_default();
    match encoding.decode(bytes) {
        Decoded::Same(text) => text.to_owned(),
        Decoded::Mapped(text, _) => text,
    }
}
