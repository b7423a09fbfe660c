//! Where a model looks: the parts of a text that hold words, each with its language.

use tutela_tagger::Language;

use crate::Lang;
use crate::scene::Scene;

/// Gives the parts in order: their borders and language. Of tables only cells with at least so many bytes.
pub(super) fn parts(scene: &Scene<'_>, sentence: usize, mut each: impl FnMut(usize, usize, Language)) {
    if !scene.cells.is_empty() {
        for cell in scene.cells {
            if cell.end.saturating_sub(cell.start) >= sentence && scene.text.get(cell.start..cell.end).is_some() {
                lines(scene, cell.start, cell.end, &mut each);
            }
        }
        return;
    }
    // A value under a caption is no sentence either.
    if scene.caption.is_none() || scene.text.len() >= sentence {
        lines(scene, 0, scene.text.len(), &mut each);
    }
}

/// Joins neighbouring lines of one language; an empty line or one of numbers ends a part.
fn lines(scene: &Scene<'_>, from: usize, to: usize, each: &mut impl FnMut(usize, usize, Language)) {
    let bytes = scene.text.as_bytes();
    let mut open: Option<(usize, usize, Language)> = None;
    let mut at = from;
    while at < to {
        let line = bytes.get(at..to).unwrap_or_default();
        let end = memchr::memchr(b'\n', line).map_or(to, |i| at + i + 1);
        let language = language(line.get(..end - at).unwrap_or_default().trim_ascii_end(), scene.lang);
        match (&mut open, language) {
            (Some(part), Some(language)) if part.2 == language => part.1 = end,
            _ => {
                close(bytes, open.take(), each);
                open = language.map(|l| (at, end, l));
            }
        }
        at = end;
    }
    close(bytes, open, each);
}

/// Gives a part without the ends of lines behind it: what follows far below changes nothing.
fn close(bytes: &[u8], part: Option<(usize, usize, Language)>, each: &mut impl FnMut(usize, usize, Language)) {
    if let Some((from, to, language)) = part {
        let trimmed = bytes.get(from..to).unwrap_or_default().trim_ascii_end();
        each(from, from + trimmed.len(), language);
    }
}

/// The language of a line; nothing if it is made of numbers and marks.
fn language(line: &[u8], main: Lang) -> Option<Language> {
    let (mut latin, mut cyrillic, mut han, mut marked, mut other) = (0_usize, 0_usize, 0_usize, 0_usize, 0_usize);
    for &b in line {
        latin += usize::from(b.is_ascii_alphabetic());
        cyrillic += usize::from(matches!(b, 0xD0 | 0xD1));
        han += usize::from(matches!(b, 0xE4..=0xE9));
        marked += usize::from(matches!(b, 0xC4 | 0xC6 | 0xE1));
        other += usize::from(matches!(b, 0xC3 | 0xC5));
    }
    let digits = line.iter().filter(|b| b.is_ascii_digit()).count();
    let letters = latin + cyrillic + han + marked + other;
    if letters < 2 || (latin + 2 * cyrillic + 3 * (han + marked) + 2 * other) * 3 < line.len() {
        return None;
    }
    // Rows of data and lines of a log belong to the rules, and so does what has no capital or fewer than three words.
    let glued = han == 0 && line.iter().filter(|b| **b == b' ').count() < 2;
    if digits * 5 > letters || glued || han == 0 && !capital(line) {
        return None;
    }
    Some(if cyrillic > latin / 2 {
        Language::Ru
    } else if han * 6 > latin && han > 0 {
        Language::Zh
    } else if main == Lang::Vi || marked * 12 > latin || unmarked(line) {
        Language::Vi
    } else {
        Language::En
    })
}

/// Frequent Vietnamese words as they are written without marks, those that English has too left out.
const UNMARKED: [&[u8]; 30] = [
    b"cua", b"tai", b"nop", b"giay", b"ve", b"va", b"ngay", b"khong", b"nguoi", b"duoc", b"trong", b"voi", b"nhan",
    b"dan", b"cong", b"phuong", b"duong", b"tinh", b"huyen", b"quan", b"thanh", b"truong", b"theo", b"lam", b"thu",
    b"hang", b"nam", b"phan", b"dang", b"chua",
];

/// Whether a line in plain Latin letters is Vietnamese without its marks.
fn unmarked(line: &[u8]) -> bool {
    let (mut words, mut own) = (0_usize, 0_usize);
    for word in line.split(|b| !b.is_ascii_alphabetic()).filter(|w| !w.is_empty()) {
        words += 1;
        own += usize::from(word.len() <= 6 && UNMARKED.iter().any(|u| u.eq_ignore_ascii_case(word)));
    }
    own >= 2 && own * 5 >= words
}

/// Whether a line may hold a capital letter.
fn capital(line: &[u8]) -> bool {
    line.iter()
        .any(|b| b.is_ascii_uppercase() || matches!(b, 0xC3..=0xCF | 0xE1))
        || line
            .windows(2)
            .any(|w| w[0] == 0xD0 && matches!(w[1], 0x81 | 0x90..=0xAF))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_told_by_their_letters() {
        for (line, main, want) in [
            ("Ông Nguyễn Văn An đến Hà Nội", Lang::En, Some(Language::Vi)),
            ("ong Nguyen Van An den Ha Noi", Lang::Vi, Some(Language::Vi)),
            ("Nguoi nhan la Bui Dinh Hanh theo giay", Lang::En, Some(Language::Vi)),
            ("Mr Smith went to town", Lang::En, Some(Language::En)),
            ("Иванов работает в IBM", Lang::En, Some(Language::Ru)),
            ("王伟在IBM工作", Lang::En, Some(Language::Zh)),
            ("2025-01-01 12:00:00 [42] 10.0.0.1", Lang::En, None),
            ("", Lang::En, None),
        ] {
            assert_eq!(language(line.as_bytes(), main), want, "{line}");
        }
    }
}
