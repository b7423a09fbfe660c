//! Text as labels are compared with it: read backwards, in lower case, with one kind of space.

/// The character that ends at `end`, folded to lower case and one kind of space, and where it begins.
/// `text` is UTF-8 and `end` a border between characters, greater than 0.
#[inline]
pub(super) fn back(text: &[u8], end: usize) -> (u32, usize) {
    let (third, second, last) = match text.get(..end) {
        Some(&[.., third, second, last]) => (third, second, last),
        Some(&[second, last]) => (0, second, last),
        Some(&[last]) => (0, 0, last),
        _ => (0, 0, 0),
    };
    let (third, second, last) = (u32::from(third), u32::from(second), u32::from(last));
    if last < 0x80 {
        let c = match last {
            0x41..=0x5A => last + 32,
            0x5F | 0x2D | 0x09 => 0x20,
            c => c,
        };
        return (c, end.saturating_sub(1));
    }
    if second >= 0xC0 {
        let c = (second & 31) << 6 | last & 63;
        let c = match c {
            // А–Я; ё and Ё are е.
            0x410..=0x42F => c + 0x20,
            0x401 | 0x451 => 0x435,
            // À–Þ; Ă Đ Ĩ Ũ and their like are even; Ơ, Ư.
            0xC0..=0xDE => c + 0x20,
            0x100..=0x137 | 0x14A..=0x177 => c | 1,
            0x1A0 => 0x1A1,
            0x1AF => 0x1B0,
            0xA0 => 0x20,
            c => c,
        };
        return (c, end.saturating_sub(2));
    }
    if third >= 0xE0 {
        let c = (third & 15) << 12 | (second & 63) << 6 | last & 63;
        // U+1EA0–U+1EF9: capitals are even.
        let c = if (0x1EA0..=0x1EF9).contains(&c) { c | 1 } else { c };
        return (c, end.saturating_sub(3));
    }
    (0xFFFD, end.saturating_sub(4))
}

pub(super) fn han(c: u32) -> bool {
    (0x3400..=0x9FFF).contains(&c)
}

/// A folded letter or digit of the alphabets of the table.
pub(super) fn letter(c: u32) -> bool {
    matches!(c, 0x30..=0x39 | 0x61..=0x7A | 0xDF..=0x1FF | 0x400..=0x4FF | 0x1E00..=0x1EFF)
}

/// Characters before a place, folded, from the last to the first; several spaces are one, those between Han characters none.
pub(super) struct Tail<'t> {
    text: &'t [u8],
    /// Where the last of them begins.
    pub(super) at: usize,
    after: Option<u32>,
}

impl<'t> Tail<'t> {
    pub(super) fn new(text: &'t [u8], end: usize) -> Self {
        Self {
            text,
            at: end,
            after: None,
        }
    }
}

impl Iterator for Tail<'_> {
    type Item = u32;

    #[inline]
    fn next(&mut self) -> Option<u32> {
        let (mut c, mut start) = (self.at > 0).then(|| back(self.text, self.at))?;
        if c == 0x20 && self.after.is_some_and(|a| a == 0x20 || han(a)) {
            let mut left = 3;
            while c == 0x20 && left > 0 && start > 0 {
                (c, start) = back(self.text, start);
                left -= 1;
            }
            // The space before a Han character stands between words only if what is before it is no Han character.
            if self.after.is_some_and(han) && !han(c) {
                (c, start) = back(self.text, self.at);
            }
        }
        self.at = start;
        self.after = Some(c);
        Some(c)
    }
}
