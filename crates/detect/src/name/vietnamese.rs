//! Vietnamese names: family name, middle names, given name, with or without marks.

use unicode_normalization::UnicodeNormalization;

use super::pieces::{Piece, Pieces};
use super::{Gender, Name, NameParts, Part, Style, latin, span};
use crate::Lang;
use crate::people::dict;

/// Family names of two words.
const DOUBLE: &[(&str, &str)] = &[
    ("ton", "nu"),
    ("ton", "that"),
    ("au", "duong"),
    ("cong", "huyen"),
    ("cong", "tang"),
];

fn kinds(p: &Piece<'_>) -> dict::Kinds {
    dict::kinds_of(&p.word)
}

/// Whether a word bears a mark that only Vietnamese has among the languages of Latin letters here.
fn marked(p: &Piece<'_>) -> bool {
    p.word.chars().any(|c| {
        matches!(
            c,
            'ă' | 'Ă' | 'đ' | 'Đ' | 'ơ' | 'Ơ' | 'ư' | 'Ư' | '\u{1EA0}'..='\u{1EF9}'
        )
    })
}

fn surname(p: &Piece<'_>) -> bool {
    kinds(p) & (dict::VI_SURNAME | dict::VI_RARE | dict::PLAIN_SURNAME) != 0
}

/// Whether a word can be a syllable of a Vietnamese name.
fn syllable(p: &Piece<'_>) -> bool {
    let own =
        dict::VI_SURNAME | dict::VI_RARE | dict::PLAIN_SURNAME | dict::VI_GIVEN | dict::VI_MIDDLE | dict::PLAIN_GIVEN;
    p.initial || kinds(p) & own != 0 || marked(p)
}

/// Whether a name in Latin letters is built as Vietnamese ones are.
pub(super) fn like(pieces: &Pieces<'_>, lang: Option<Lang>) -> bool {
    let list = &pieces.list;
    if pieces.comma.is_some() || list.iter().any(|p| p.word.contains(['-', '\'', '’'])) || list.len() > 7 {
        return false;
    }
    if list.iter().any(marked) {
        return true;
    }
    let known = list.iter().filter(|p| syllable(p)).count();
    let ends = list.first().is_some_and(surname) || list.last().is_some_and(surname) && list.len() > 1;
    match lang {
        Some(Lang::Vi) => known * 2 > list.len() || list.iter().all(|p| p.initial),
        Some(Lang::Zh | Lang::Ru) => list.len() >= 3 && ends && known == list.len() && sure_surname(list),
        // Nguyen Van An in an English text; not Mai Le nor Do Ha, which are of other languages as well.
        _ => ends && known == list.len() && (list.len() >= 3 || sure_surname(list)),
    }
}

/// Family names that hardly any other language has.
fn sure_surname(list: &[Piece<'_>]) -> bool {
    const SURE: &[&str] = &[
        "nguyen", "tran", "pham", "huynh", "hoang", "phan", "dang", "duong", "ngo", "truong", "trinh", "dinh", "doan",
        "bui", "vu", "vo",
    ];
    list.iter().any(|p| SURE.contains(&p.word.to_lowercase().as_str()))
}

pub(super) fn read(pieces: &Pieces<'_>) -> Option<Name> {
    let list = &pieces.list;
    let n = list.len();
    let mut parts = NameParts::of(Style::Vietnamese);
    let low = |i: usize| {
        list.get(i)
            .map(|p| latin::plain(&p.word.to_lowercase()))
            .unwrap_or_default()
    };
    let first = list.first()?;
    // Minh Anh Nguyễn: the order of other languages.
    let turned = n >= 2
        && !surname(first)
        && !first.initial
        && list.last().is_some_and(surname)
        && !list
            .last()
            .is_some_and(|l| kinds(l) & (dict::VI_GIVEN | dict::PLAIN_GIVEN) != 0 && kinds(l) & dict::VI_SURNAME == 0);
    let double = n >= 3 && DOUBLE.iter().any(|d| d.0 == low(0) && d.1 == low(1));
    let (family, middle, given) = if n == 1 {
        (0..0, 0..0, 0..1)
    } else if turned {
        (n - 1..n, 1..n - 1, 0..1)
    } else if surname(first) || first.initial || n >= 3 {
        let from = if double { 2 } else { 1 };
        (0..from, from..n - 1, n - 1..n)
    } else {
        // Văn Nam, Minh Anh: a middle and a given name.
        (0..0, 0..n - 1, n - 1..n)
    };
    let of = |range: std::ops::Range<usize>| list.get(range).unwrap_or_default();
    parts.family = span(of(family.clone()));
    parts.middle = span(of(middle.clone()));
    parts.given = span(of(given.clone()));
    let words = of(middle.clone());
    parts.gender = words.iter().find_map(|p| match p.word.to_lowercase().as_str() {
        "thị" | "thi" | "nữ" => Some(Gender::Female),
        "văn" | "van" if words.len() == 1 => Some(Gender::Male),
        _ => None,
    });
    let mut name = Name::of(parts);
    name.family = part(of(family));
    name.middle = part(of(middle));
    name.given = part(of(given));
    Some(name)
}

fn part(list: &[Piece<'_>]) -> Option<Part> {
    let exact = list.iter().map(|p| syllable_key(&p.word)).collect::<Vec<_>>().join(" ");
    let plain = latin::plain(&exact);
    (!exact.is_empty()).then(|| Part::new(exact, plain, list.iter().all(|p| p.initial)))
}

/// A syllable with its tone behind it: `hòa` and `hoà` are one.
fn syllable_key(word: &str) -> String {
    let mut tone = None;
    let mut letters = String::with_capacity(word.len() + 2);
    for c in word.to_lowercase().nfd() {
        match c {
            '\u{301}' => tone = Some('¹'),
            '\u{300}' => tone = Some('²'),
            '\u{309}' => tone = Some('³'),
            '\u{303}' => tone = Some('⁴'),
            '\u{323}' => tone = Some('⁵'),
            c => letters.push(c),
        }
    }
    let mut out: String = letters.nfc().collect();
    out.extend(tone);
    out
}
