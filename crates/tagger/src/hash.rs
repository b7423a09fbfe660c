//! The one hash of this crate: fixed for ever, since models are made of it.

const MANY: u64 = 0x9E37_79B9_7F4A_7C15;
const ODD: u64 = 0xD6E8_FEB8_6659_FD93;

/// The hash of nothing.
pub const EMPTY: u64 = 0xCBF2_9CE4_8422_2325;

/// A hash with one more character.
#[inline]
pub fn with(hash: u64, c: char) -> u64 {
    (hash.rotate_left(5) ^ u64::from(u32::from(c))).wrapping_mul(MANY)
}

/// Two hashes as one; the order counts.
#[inline]
pub fn pair(a: u64, b: u64) -> u64 {
    (a.rotate_left(23) ^ b.wrapping_mul(ODD)).wrapping_mul(MANY)
}

/// A hash whose upper bits can be used as an index.
#[inline]
pub fn mix(hash: u64) -> u64 {
    let hash = (hash ^ (hash >> 29)).wrapping_mul(ODD);
    hash ^ (hash >> 32)
}

/// One character in lower case, the Russian ё as е.
#[inline]
pub fn lower(c: char) -> char {
    match c {
        'a'..='z' => c,
        'A'..='Z' => c.to_ascii_lowercase(),
        'ё' | 'Ё' => 'е',
        'А'..='Я' => char::from_u32(u32::from(c) + 32).unwrap_or(c),
        'а'..='я' | '\u{3400}'..='\u{9FFF}' => c,
        c => c.to_lowercase().next().unwrap_or(c),
    }
}

/// The hash of a word in lower case.
pub fn word(word: &str) -> u64 {
    word.chars().map(lower).fold(EMPTY, with)
}
