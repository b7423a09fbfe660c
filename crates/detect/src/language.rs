//! The main language of a text, by script and by the letters that only one language has.

use crate::Lang;

/// Bytes that are looked at; enough to tell, little enough to cost nothing on a large text.
const SAMPLE: usize = 1024;

/// The language that most of the text is in.
pub(crate) fn main(text: &str) -> Lang {
    let mut votes = [0_u32; 4];
    let mut step = |sample: &[u8]| {
        let mut i = 0;
        while let Some(&b) = sample.get(i) {
            match b {
                0..0x80 => {
                    votes[3] += u32::from(b.is_ascii_alphabetic());
                    i += 1;
                }
                // Cyrillic; ă đ ĩ ũ ơ ư; the Vietnamese block of U+1EA0–U+1EF9; Han.
                0xD0 | 0xD1 => {
                    votes[1] += 4;
                    i += 2;
                }
                // Shared with the accents of Western Europe.
                0xC3 => {
                    votes[0] += 2;
                    i += 2;
                }
                0xC4 | 0xC6 => {
                    votes[0] += 6;
                    i += 2;
                }
                0xE1 => {
                    votes[0] += 8;
                    i += 3;
                }
                0xE4..=0xE9 => {
                    votes[2] += 8;
                    i += 3;
                }
                _ => i += 1,
            }
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
    let [vi, ru, zh, en] = votes;
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
