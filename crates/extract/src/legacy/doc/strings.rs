//! Lists of strings as Word keeps them.

use crate::legacy::bytes::{slice, u16_at, utf16};

/// Most strings of one list.
const MOST: usize = 65_536;

/// One string with its length in characters before it.
pub(super) fn one(bytes: &[u8]) -> String {
    let len = usize::from(u16_at(bytes, 0).unwrap_or(0));
    slice(bytes, 2, 2 * len).map(utf16).unwrap_or_default()
}

/// Strings one after the other, each with its length before it.
pub(super) fn counted(bytes: &[u8]) -> Vec<String> {
    let mut strings = Vec::new();
    let mut at = 0;
    while let Some(len) = u16_at(bytes, at).map(usize::from) {
        let Some(text) = slice(bytes, at + 2, 2 * len) else {
            break;
        };
        strings.push(utf16(text));
        at += 2 + 2 * len;
        if strings.len() >= MOST {
            break;
        }
    }
    strings
}

/// A table of strings in UTF-16: a mark, how many, how many more bytes each, then the strings.
pub(super) fn table(bytes: &[u8]) -> Vec<String> {
    if u16_at(bytes, 0) != Some(0xffff) {
        return Vec::new();
    }
    let extra = usize::from(u16_at(bytes, 4).unwrap_or(0));
    let mut strings = Vec::new();
    let mut at = 6;
    for _ in 0..u16_at(bytes, 2).unwrap_or(0) {
        let Some(len) = u16_at(bytes, at).map(usize::from) else {
            break;
        };
        let Some(text) = slice(bytes, at + 2, 2 * len) else {
            break;
        };
        strings.push(utf16(text));
        at += 2 + 2 * len + extra;
    }
    strings
}
