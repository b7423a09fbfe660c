//! What the tables of Chinese names say of a whole text.

use super::{COMPOUND, COST, DATA, FIRST_HAN, HAN, NONE, PLACE, han};
use crate::people::dict::Hash;

/// Whether a character is a family name.
pub(crate) fn family(c: char) -> bool {
    DATA.char(c).is_some_and(|c| c.family != NONE)
}

/// Whether two characters together are a family name.
pub(crate) fn compound(text: &str) -> bool {
    DATA.words.get(Hash::of(text).value()) & COMPOUND != 0
}

/// The characters that are family names.
pub(crate) fn families() -> impl Iterator<Item = char> {
    (0..HAN as u32)
        .filter_map(|i| char::from_u32(FIRST_HAN + i))
        .filter(|c| family(*c))
}

/// Whether a text is one common Chinese word.
pub(in crate::people) fn is_word(text: &str) -> bool {
    DATA.words.get(Hash::of(text).value()) & COST != 0
}

/// Whether a text is the name of a place.
pub(in crate::people) fn is_place(text: &str) -> bool {
    DATA.words.get(Hash::of(text).value()) & PLACE != 0
}

/// Whether a whole text reads like a Chinese name: for cells and values of labels.
pub(in crate::people) fn like_name(text: &str) -> bool {
    let data = &*DATA;
    let mut chars = text.chars();
    let Some(first) = chars.next().and_then(|c| data.char(c)) else {
        return false;
    };
    let n = text.chars().count();
    let compound = text
        .char_indices()
        .nth(2)
        .map_or("", |(i, _)| text.get(..i).unwrap_or_default());
    (2..=4).contains(&n)
        && text.chars().all(han)
        && (first.family <= 24 || data.words.get(Hash::of(compound).value()) & COMPOUND != 0)
}
