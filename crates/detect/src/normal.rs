//! Text as recognisers want to see it, with the way back to the text as given.
//!
//! Composed (NFC) letters, half-width digits and Latin letters, simplified Han characters; without zero-width marks, soft hyphens
//! and the pinyin in brackets that copies of Chinese pages carry after a character. Most texts need none of it and are not copied.

use std::borrow::Cow;
use std::sync::LazyLock;

use fearless_simd::prelude::*;
use fearless_simd::{Level, Simd, dispatch};
use unicode_normalization::UnicodeNormalization;

use crate::block::{BLOCK, Block, Blocks};

/// A text and its normal form.
#[derive(Debug)]
pub struct Normal<'a> {
    /// The normal form.
    pub text: Cow<'a, str>,
    /// Where the distance between both texts changes: from this offset of the normal text on, the original is at that offset.
    /// Between two entries both advance together; empty when the offsets are the same throughout.
    steps: Vec<Step>,
}

#[derive(Debug, Clone, Copy)]
struct Step {
    normal: usize,
    original: usize,
    /// Whether the stretch is one unit of another length in the original.
    unit: bool,
}

const TABLE: &str = include_str!("../data/traditional.txt");
const FIRST: u32 = 0x3400;
const LAST: u32 = 0x9FFF;

/// Simplified character for every character of the two blocks, 0 where it is its own.
static SIMPLE: LazyLock<Vec<u16>> = LazyLock::new(|| {
    let mut table = vec![0; (LAST - FIRST + 1) as usize];
    for pair in TABLE
        .lines()
        .filter(|l| !l.starts_with('#'))
        .flat_map(str::split_whitespace)
    {
        let mut chars = pair.chars().map(u32::from);
        if let (Some(from), Some(to)) = (chars.next(), chars.next())
            && let Some(slot) = from.checked_sub(FIRST).and_then(|i| table.get_mut(i as usize))
        {
            *slot = u16::try_from(to).unwrap_or(0);
        }
    }
    table
});

fn simple(c: char) -> Option<char> {
    let at = u32::from(c).checked_sub(FIRST)?;
    match SIMPLE.get(at as usize)? {
        0 => None,
        &s => char::from_u32(u32::from(s)),
    }
}

fn han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9FFF}')
}

/// Marks that nobody sees and that tear words and numbers apart.
fn invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}'
        | '\u{2066}'..='\u{2069}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}')
}

fn combining(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}')
}

/// Half-width form of full-width letters, digits and the signs that stand inside numbers and addresses.
fn narrow(c: char) -> Option<char> {
    match c {
        '\u{FF10}'..='\u{FF19}' | '\u{FF21}'..='\u{FF3A}' | '\u{FF41}'..='\u{FF5A}' => {
            char::from_u32(u32::from(c) - 0xFEE0)
        }
        '＠' => Some('@'),
        '．' => Some('.'),
        '－' => Some('-'),
        '＋' => Some('+'),
        '／' => Some('/'),
        '＿' => Some('_'),
        '＝' => Some('='),
        '\u{3000}' => Some(' '),
        _ => None,
    }
}

/// Bytes of the bracketed pinyin that follows a Han character, or 0: `(jù)`, `（hù）`.
fn pinyin(after: &str) -> usize {
    let mut chars = after.char_indices();
    let close = match chars.next() {
        Some((_, '(')) => ')',
        Some((_, '（')) => '）',
        _ => return 0,
    };
    let (mut letters, mut tones) = (0, 0);
    for (at, c) in chars {
        match c {
            'a'..='z' => letters += 1,
            'ā' | 'á' | 'ǎ' | 'à' | 'ē' | 'é' | 'ě' | 'è' | 'ī' | 'í' | 'ǐ' | 'ì' | 'ō' | 'ó' | 'ǒ' | 'ò' | 'ū'
            | 'ú' | 'ǔ' | 'ù' | 'ü' | 'ǖ' | 'ǘ' | 'ǚ' | 'ǜ' | 'ń' | 'ň' | 'ǹ' | 'ḿ' => tones += 1,
            c if c == close && tones > 0 => return at + c.len_utf8(),
            _ => return 0,
        }
        if letters + tones > 7 {
            return 0;
        }
    }
    0
}

/// The code of three bytes of UTF-8.
fn three(a: u8, b: u8, c: u8) -> u32 {
    (u32::from(a) & 15) << 12 | (u32::from(b) & 63) << 6 | u32::from(c) & 63
}

/// One bit for every character of three bytes, set where the character is changed: small enough for the nearest cache.
static CHANGED: LazyLock<Box<[u64; 1024]>> = LazyLock::new(|| {
    let mut bits = Box::new([0; 1024]);
    let han = (FIRST..=LAST)
        .zip(SIMPLE.iter())
        .filter(|(_, s)| **s != 0)
        .map(|(c, _)| c);
    let others = (0x2000..=0x20FF).chain([0x3000]).chain(0xFE00..=0xFFEF);
    let others = others.filter(|&c| char::from_u32(c).is_some_and(|c| invisible(c) || narrow(c).is_some()));
    for c in han.chain(others) {
        bits[c as usize / 64] |= 1 << (c % 64);
    }
    bits
});

/// Whether pinyin in brackets may follow a character.
#[cold]
fn bracket(after: &[u8]) -> bool {
    match *after {
        [b'(', x, ..] => x.is_ascii_lowercase() || x >= 0xC3,
        [0xEF, 0xBC, 0x88, x, ..] => x.is_ascii_lowercase() || matches!(x, 0xC3..=0xC7 | 0xE1),
        _ => false,
    }
}

/// Whether a character that is changed begins at this place, or, for U+180E, ends.
fn changed(bits: &[u64; 1024], bytes: &[u8], at: usize) -> bool {
    let tail = bytes.get(at..).unwrap_or_default();
    match *tail {
        // Either the character or the bracket after it may have to go.
        [a @ 0xE2..=0xEF, b, c, ref after @ ..] => {
            let code = three(a, b, c);
            let open = match *after {
                [b'(', ..] => true,
                [0xEF, _, d, ..] => d == 0x88,
                _ => false,
            };
            bits[(code >> 6) as usize & 1023] >> (code & 63) & 1 == 1
                || open && matches!(a, 0xE3..=0xE9) && bracket(after)
        }
        [0xC2, 0xAD, ..] | [0xCC, ..] | [0xCD, 0x80..=0xAF, ..] => true,
        [0x8E, ..] => bytes.get(..at).is_some_and(|head| head.ends_with(&[0xE1, 0xA0])),
        _ => false,
    }
}

/// Whether a text holds anything that is changed; a fast look before the slow one.
fn suspicious(text: &str) -> bool {
    let bytes = text.as_bytes();
    dispatch!(Level::new(), simd => any_changed(simd, bytes))
}

#[inline(always)]
fn any_changed<S: Simd>(simd: S, bytes: &[u8]) -> bool {
    let bits = &**CHANGED;
    let blocks = Blocks::of(bytes);
    for n in 0..blocks.count() {
        let v = Block::new(simd, blocks.get(n));
        // First bytes of the characters that are looked at; of U+180E, the one invisible mark whose first byte is that of Vietnamese
        // letters, the last byte.
        let suspects = v.from(0xE2) | v.eq(0xC2) | v.either(0xCC, 0xCD) | v.eq(0x8E);
        let mut suspects = suspects.to_bitmask();
        while suspects != 0 {
            let at = BLOCK * n + suspects.trailing_zeros() as usize;
            suspects &= suspects - 1;
            // Most are Han characters that stay, without a bracket behind them.
            if let Some(&[a @ 0xE2..=0xEF, b, c, after]) = bytes.get(at..at + 4)
                && !matches!(after, b'(' | 0xEF)
            {
                let code = three(a, b, c);
                if bits[(code >> 6) as usize & 1023] >> (code & 63) & 1 == 0 {
                    continue;
                }
            }
            if changed(bits, bytes, at) {
                return true;
            }
        }
    }
    false
}

impl<'a> Normal<'a> {
    /// The normal form of a text.
    pub fn of(text: &'a str) -> Self {
        if text.is_ascii() || !suspicious(text) {
            return Self {
                text: Cow::Borrowed(text),
                steps: Vec::new(),
            };
        }
        let mut out = String::with_capacity(text.len());
        let mut steps = Vec::new();
        let mut at = 0;
        while let Some(c) = text.get(at..).and_then(|t| t.chars().next()) {
            let len = c.len_utf8();
            let (from, next) = (out.len(), at + len);
            if c.is_ascii() && !text.as_bytes().get(next).is_some_and(|b| matches!(b, 0xCC | 0xCD)) {
                out.push(c);
            } else if invisible(c) {
                // Left out; a full-width colon and the like have no invisible forms.
            } else if text.get(next..).and_then(|t| t.chars().next()).is_some_and(combining) {
                let cluster = text.get(next..).unwrap_or_default();
                let marks: usize = cluster.chars().take_while(|&c| combining(c)).map(char::len_utf8).sum();
                let end = next + marks;
                out.extend(text.get(at..end).unwrap_or_default().nfc());
                Self::step(&mut steps, from, at, true);
                at = end;
                Self::step(&mut steps, out.len(), at, false);
                continue;
            } else if let Some(n) = narrow(c) {
                out.push(n);
                Self::step(&mut steps, from, at, true);
            } else if han(c) {
                out.push(simple(c).unwrap_or(c));
                let skip = text.get(next..).map_or(0, pinyin);
                if skip > 0 {
                    at = next + skip;
                    Self::step(&mut steps, out.len(), at, false);
                    continue;
                }
            } else {
                out.push(c);
            }
            at = next;
            Self::step(&mut steps, out.len(), at, false);
        }
        Self {
            text: Cow::Owned(out),
            steps,
        }
    }

    /// Whether the text needed no change.
    pub(crate) fn is_same(&self) -> bool {
        matches!(self.text, Cow::Borrowed(_))
    }

    /// Notes where the distance changes. A unit (a composed letter) begins a step of its own even if the distance is the same.
    fn step(steps: &mut Vec<Step>, normal: usize, original: usize, unit: bool) {
        let distance = |s: &Step| s.original.wrapping_sub(s.normal);
        let now = Step { normal, original, unit };
        match steps.last_mut() {
            None if normal == original && !unit => {}
            Some(last) if distance(last) == distance(&now) && !unit && !last.unit => {}
            Some(last) if last.normal == normal => *last = now,
            _ => steps.push(now),
        }
    }

    /// The offset in the given text of an offset in the normal text that begins a stretch.
    pub fn start(&self, normal: usize) -> usize {
        match self
            .steps
            .partition_point(|s| s.normal <= normal)
            .checked_sub(1)
            .and_then(|i| self.steps.get(i))
        {
            Some(s) if s.unit => s.original,
            Some(s) => s.original + (normal - s.normal),
            None => normal,
        }
    }

    /// The offset in the given text of an offset in the normal text that ends a stretch: what was left out after it stays outside.
    pub fn end(&self, normal: usize) -> usize {
        let Some(last) = normal.checked_sub(1) else { return 0 };
        let i = self.steps.partition_point(|s| s.normal <= last);
        let base = i.checked_sub(1).and_then(|i| self.steps.get(i));
        let plain = base.map_or(normal, |s| s.original + (normal - s.normal));
        match self.steps.get(i) {
            // The last character was a unit whose length changed, and nothing was left out behind it.
            Some(next) if next.normal == normal => {
                if base.is_some_and(|b| b.unit) {
                    next.original
                } else {
                    plain
                }
            }
            _ => plain,
        }
    }

    /// The offset in the normal text of an offset in the given one.
    pub(crate) fn forward(&self, original: usize) -> usize {
        let i = self.steps.partition_point(|s| s.original <= original);
        let base = i.checked_sub(1).and_then(|i| self.steps.get(i));
        let plain = base.map_or(original, |s| s.normal + (original - s.original));
        let at = match self.steps.get(i) {
            Some(next) => plain.min(next.normal),
            None => plain.min(self.text.len()),
        };
        (0..=at).rev().find(|&a| self.text.is_char_boundary(a)).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The piece of the given text that a piece of the normal text stands for.
    fn given<'t>(text: &'t str, want: &str) -> &'t str {
        let normal = Normal::of(text);
        let at = normal
            .text
            .find(want)
            .unwrap_or_else(|| panic!("{want} not in {}", normal.text));
        text.get(normal.start(at)..normal.end(at + want.len()))
            .unwrap_or_else(|| panic!("{want}: torn character"))
    }

    #[test]
    fn texts_in_normal_form_are_not_copied() {
        for text in [
            "plain",
            "Nguyễn Văn A, số 5",
            "Иванов Иван",
            "张三，电话：138（办）",
            "naïve café — “x”",
        ] {
            assert!(matches!(Normal::of(text).text, Cow::Borrowed(_)), "{text}");
        }
    }

    #[test]
    fn every_kind_of_litter_goes_and_offsets_come_back() {
        for (text, normal, piece, original) in [
            (
                "Nguye\u{302}\u{303}n Va\u{306}n An",
                "Nguyễn Văn An",
                "Nguyễn",
                "Nguye\u{302}\u{303}n",
            ),
            (
                "Nguye\u{302}\u{303}n Va\u{306}n An",
                "Nguyễn Văn An",
                "Văn An",
                "Va\u{306}n An",
            ),
            ("тел. ０９１２３ x", "тел. 09123 x", "09123", "０９１２３"),
            ("09\u{200B}12\u{AD}34", "091234", "091234", "09\u{200B}12\u{AD}34"),
            ("a\u{200B} b", "a b", "a", "a"),
            ("數據(jù)保護(hù)法", "数据保护法", "数据保", "數據(jù)保"),
            ("數據(jù)保護(hù)法", "数据保护法", "护", "護"),
            ("數據(jù)保護(hù)法", "数据保护法", "法", "法"),
            ("保護（hù）x", "保护x", "护x", "護（hù）x"),
            ("甲(App)乙", "甲(App)乙", "乙", "乙"),
            ("a＠b．vn", "a@b.vn", "a@b.vn", "a＠b．vn"),
        ] {
            assert_eq!(Normal::of(text).text, normal);
            assert_eq!(given(text, piece), original, "{text}");
        }
    }

    #[test]
    fn offsets_go_forward_to_the_same_place() {
        let text = "個(gè)人０１ cell";
        let normal = Normal::of(text);
        assert_eq!(normal.text, "个人01 cell");
        let cell = text.find("cell").unwrap_or_default();
        assert_eq!(normal.text.get(normal.forward(cell)..), Some("cell"));
        for at in 0..=text.len() + 3 {
            assert!(normal.text.is_char_boundary(normal.forward(at)));
        }
    }
}
