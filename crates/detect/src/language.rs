//! The main language of a text, by script and by the letters that only one language has.

use std::ops::RangeInclusive;

use crate::Lang;

/// Bytes that are looked at; enough to tell, little enough to cost nothing on a large text.
const SAMPLE: usize = 1024;

/// The language that most of the text is in.
pub(crate) fn main(text: &str) -> Lang {
    let mut seen = [0_u32; 256];
    let mut step = |sample: &[u8]| {
        for &b in sample {
            seen[usize::from(b)] += 1;
        }
    };
    let bytes = text.as_bytes();
    if bytes.len() <= 2 * SAMPLE {
        step(bytes);
    } else {
        step(&bytes[..SAMPLE]);
        let middle = bytes.len() / 2;
        step(&bytes[middle..middle + SAMPLE]);
    }
    // A first byte of UTF-8 is never a later one, so that bytes can be counted without regard to their order.
    let sum = |range: RangeInclusive<u8>| range.map(|b| seen[usize::from(b)]).sum::<u32>();
    let en = sum(b'A'..=b'Z') + sum(b'a'..=b'z');
    let ru = 4 * sum(0xD0..=0xD1);
    // Accents shared with Western Europe; ă đ ĩ ũ ơ ư; the block of U+1EA0–U+1EF9.
    let vi = 2 * sum(0xC3..=0xC3) + 6 * (sum(0xC4..=0xC4) + sum(0xC6..=0xC6)) + 8 * sum(0xE1..=0xE1);
    let zh = 8 * sum(0xE4..=0xE9);
    // English is what is left: the other languages write Latin letters too.
    let strongest = vi.max(ru).max(zh);
    if strongest == 0 || strongest * 8 < en {
        Lang::En
    } else if strongest == vi {
        Lang::Vi
    } else if strongest == ru {
        Lang::Ru
    } else {
        Lang::Zh
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_sentence_is_enough() {
        for (text, lang) in [
            ("Kính gửi Ủy ban nhân dân tỉnh", Lang::Vi),
            ("Уважаемый Иван Иванович, e-mail: test@example.org", Lang::Ru),
            ("姓名：张伟，email wei.zhang@example.cn", Lang::Zh),
            ("Dear Mr Smith, see the café menu", Lang::En),
            ("", Lang::En),
        ] {
            assert_eq!(main(text), lang, "{text}");
        }
    }
}
