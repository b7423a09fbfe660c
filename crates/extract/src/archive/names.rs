//! Names of members: their encoding where the archive does not tell it, and their own place in the text.

use std::borrow::Cow;

use encoding_rs::{BIG5, Encoding, GB18030, IBM866, KOI8_R, WINDOWS_1251, WINDOWS_1258};
use unicode_normalization::UnicodeNormalization;

use crate::context::Ctx;
use crate::{Grain, Mark, Part, Step};

/// Names are given in parts of about this many bytes.
const PART: usize = 256 << 10;
/// Longest name that is kept; the rest of a longer one is a trick, not a name.
pub(super) const LONGEST: usize = 16 << 10;

/// Collects names and gives them as text, each at the place of its member.
pub(super) struct Names {
    text: String,
    marks: Vec<Mark>,
}

impl Names {
    pub(super) fn new() -> Self {
        Self {
            text: String::new(),
            marks: Vec::new(),
        }
    }

    /// Adds the name of a member.
    pub(super) fn add(&mut self, name: &str, ctx: &mut Ctx<'_>) {
        if name.is_empty() {
            return;
        }
        if self.text.len() + name.len() > PART {
            self.give(ctx);
        }
        self.marks.push(Mark {
            start: self.text.len(),
            steps: vec![Step::Member(name.to_owned())],
        });
        self.text.push_str(name);
        self.text.push('\n');
    }

    /// Gives what has been collected.
    pub(super) fn give(&mut self, ctx: &mut Ctx<'_>) {
        if self.text.is_empty() {
            return;
        }
        let mut part = Part::whole(ctx.place().clone(), std::mem::take(&mut self.text));
        part.grain = Grain::Marks(std::mem::take(&mut self.marks));
        ctx.part(part);
    }
}

/// An encoding of names in archives that do not tell it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Charset {
    /// The first page of DOS, which the format names as its default.
    Cp437,
    Web(&'static Encoding),
}

/// The upper half of code page 437.
const CP437: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";

impl Charset {
    /// The encoding in which these names read best. Names of one archive share it: one name alone is often too short to tell.
    pub(super) fn guess<'n>(names: impl Iterator<Item = &'n [u8]>) -> Self {
        let mut sample: Vec<u8> = Vec::new();
        for name in names.filter(|n| std::str::from_utf8(n).is_err()) {
            sample.extend_from_slice(name);
            sample.push(b'\n');
            if sample.len() > 32 << 10 {
                break;
            }
        }
        let all = [
            Self::Cp437,
            Self::Web(IBM866),
            Self::Web(WINDOWS_1251),
            Self::Web(KOI8_R),
            Self::Web(GB18030),
            Self::Web(BIG5),
            Self::Web(WINDOWS_1258),
        ];
        let mut best = (i64::MIN, Self::Cp437);
        for charset in all {
            let score = charset.score(&sample);
            if score > best.0 {
                best = (score, charset);
            }
        }
        best.1
    }

    /// Decodes a name: as UTF-8 where it is, in this encoding else.
    pub(super) fn decode(self, bytes: &[u8]) -> String {
        let bytes = bytes.get(..LONGEST).unwrap_or(bytes);
        match std::str::from_utf8(bytes) {
            Ok(name) => name.to_owned(),
            Err(_) => self.raw(bytes).nfc().collect(),
        }
    }

    fn raw(self, bytes: &[u8]) -> Cow<'_, str> {
        match self {
            Self::Web(encoding) => encoding.decode_without_bom_handling(bytes).0,
            Self::Cp437 => {
                let high: Vec<char> = CP437.chars().collect();
                bytes
                    .iter()
                    .map(|&b| match b {
                        0..=0x7f => char::from(b),
                        _ => high.get(usize::from(b) - 0x80).copied().unwrap_or('\u{fffd}'),
                    })
                    .collect::<String>()
                    .into()
            }
        }
    }

    /// How much the names read like names in this encoding.
    fn score(self, sample: &[u8]) -> i64 {
        let text = self.raw(sample);
        if self == Self::Web(GB18030) || self == Self::Web(BIG5) {
            return self.score_double(sample, &text);
        }
        let (mut score, mut last) = (0, ' ');
        let composed: String = if self == Self::Web(WINDOWS_1258) {
            text.nfc().collect()
        } else {
            text.into_owned()
        };
        for c in composed.chars() {
            score += match c {
                c if c.is_ascii() => 0,
                'а'..='я' | 'ё' => 4,
                // A capital inside a word is the mark of a wrong page.
                'А'..='Я' | 'Ё' if last.is_lowercase() => -6,
                'А'..='Я' | 'Ё' => 3,
                '№' | '«' | '»' | '—' | '–' => 2,
                'ă' | 'đ' | 'ơ' | 'ư' | 'Ă' | 'Đ' | 'Ơ' | 'Ư' | '\u{1ea0}'..='\u{1ef9}'
                    if self == Self::Web(WINDOWS_1258) =>
                {
                    8
                }
                // Letters of Western Europe stand among plain ones, rarely side by side.
                'À'..='ÿ' if c.is_alphabetic() => {
                    if last.is_ascii() {
                        2
                    } else {
                        -3
                    }
                }
                _ => -6,
            };
            last = c;
        }
        score
    }

    /// Double-byte encodings put their common characters first.
    fn score_double(self, sample: &[u8], text: &str) -> i64 {
        let (mut score, mut at) = (0, 0);
        while let Some(&lead) = sample.get(at) {
            if lead < 0x80 {
                at += 1;
                continue;
            }
            let trail = sample.get(at + 1).copied().unwrap_or(0);
            score += if self == Self::Web(GB18030) {
                match (lead, trail) {
                    (0xB0..=0xD7, 0xA1..) => 8,
                    (0xA1..=0xA3 | 0xD8..=0xF7, 0xA1..) => 3,
                    _ => -6,
                }
            } else {
                match (lead, trail) {
                    (0xA4..=0xC6, 0x40..=0x7E | 0xA1..) => 7,
                    (0xA1..=0xA3 | 0xC9..=0xF9, 0x40..=0x7E | 0xA1..) => 1,
                    _ => -8,
                }
            };
            at += 2;
        }
        score - 20 * text.matches('\u{fffd}').count() as i64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guess(names: &[&[u8]]) -> Charset {
        Charset::guess(names.iter().copied())
    }

    #[test]
    fn names_of_old_archives_are_told_by_their_content() {
        for (charset, text) in [
            (IBM866, "Договор с Ивановым.docx"),
            (IBM866, "Анкета.txt"),
            (WINDOWS_1251, "Список сотрудников 2024.xls"),
            (KOI8_R, "отчёт Петрова.txt"),
            (GB18030, "张伟的简历.doc"),
            (GB18030, "合同.pdf"),
            (BIG5, "員工名單與電話.xls"),
        ] {
            let (bytes, _, _) = charset.encode(text);
            let found = guess(&[&bytes]);
            assert_eq!(found, Charset::Web(charset), "{text}");
            assert_eq!(found.decode(&bytes), text);
        }
        let western = b"R\x82sum\x82 M\x81ller.doc";
        assert_eq!(guess(&[western]).decode(western), "Résumé Müller.doc");
        // windows-1258 has the tone after its letter.
        let vietnamese = b"H\xd4\xcc s\xf5 Nguy\xea\xden V\xe3n A.docx";
        assert_eq!(guess(&[vietnamese]).decode(vietnamese), "HỒ sơ Nguyễn Văn A.docx");
        assert_eq!(Charset::Cp437.decode("Hồ sơ.docx".as_bytes()), "Hồ sơ.docx");
    }
}
